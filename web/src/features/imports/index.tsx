import { Route, Routes } from 'react-router';

import { Antd } from '../../components/antd';
import './imports.css';
import { Flow } from './Flow';
import { List } from './List';

/** From a spreadsheet to evidence: the list of imports, and the four steps of one of them. */
export default function ImportsPage() {
  return (
    <Antd>
      <Routes>
        <Route index element={<List />} />
        <Route path=":id" element={<Flow />} />
      </Routes>
    </Antd>
  );
}
