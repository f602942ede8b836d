import { Route, Routes } from 'react-router';

import { Compare } from './Compare';
import { FactorLibrary } from './FactorLibrary';
import { MethodList } from './MethodList';
import { PackSheet } from './PackSheet';
import { Sheet } from './Sheet';
import './methods.css';

/** 方法: the packs and editions, one method for reading, two side by side, and the factor library. */
export default function Methods() {
  return (
    <Routes>
      <Route index element={<MethodList />} />
      <Route path="factors" element={<FactorLibrary />} />
      <Route path="packs/:pack" element={<PackSheet />} />
      <Route path=":fingerprint" element={<Sheet />} />
      <Route path=":fingerprint/compare/:other" element={<Compare />} />
    </Routes>
  );
}
