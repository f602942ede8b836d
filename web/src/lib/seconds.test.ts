import { expect, test } from 'vitest';

import { seconds } from './seconds';

test.each([
  [0, '0'],
  [7, '0.007'],
  [1000, '1'],
  [1500, '1.5'],
  [120000, '120'],
])('%d ms are %s s', (milliseconds, said) => {
  expect(seconds(milliseconds)).toBe(said);
});
