import { Route, Routes } from 'react-router';

import { Antd } from '../../components/antd';
import { List } from './List';
import { Page } from './Page';
import './enterprises.css';

/** 企业: the list of key enterprises, and the page of one. */
export default function Enterprises() {
  return (
    <Antd>
      <Routes>
        <Route index element={<List />} />
        <Route path=":id" element={<Page />} />
      </Routes>
    </Antd>
  );
}
