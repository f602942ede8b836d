import type { SearchWord } from '../zh-CN/search';

const en: Record<SearchWord, string> = {
  search: 'Search',
  hint: 'subject, receipt, entry, method, indicator',
  keys: 'Press / to search',
  all: 'All results for {q}',
  found: '{count} results',
  none: 'Nothing found for “{q}”',
  none_what:
    'Try the name or id of a subject, its unified social credit code, a receipt (R…), the number of an entry, the first digits of a hash, a method or an indicator. What lies outside your scope does not appear.',
  ask: 'Type what you are looking for',
  shown: '{shown} of {count} shown',
  results: 'Search results',
  only: 'Only these',
  everything: 'Everything',
  searching: 'Searching…',
};

export default en;
