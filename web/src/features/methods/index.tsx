import { Route, Routes } from 'react-router';

import { Compare } from './Compare';
import { MethodList } from './MethodList';
import { Sheet } from './Sheet';
import './methods.css';

/** 方法: the editions, one method for reading, and two side by side. */
export default function Methods() {
  return (
    <Routes>
      <Route index element={<MethodList />} />
      <Route path=":fingerprint" element={<Sheet />} />
      <Route path=":fingerprint/compare/:other" element={<Compare />} />
    </Routes>
  );
}
