import { Route, Routes } from 'react-router';

import { Browse } from './Browse';
import { EntryPage } from './EntryPage';
import './ledger.css';

/** 账本: the entries newest first, and one entry with its proof. */
export default function Ledger() {
  return (
    <Routes>
      <Route index element={<Browse />} />
      <Route path=":index" element={<EntryPage />} />
    </Routes>
  );
}
