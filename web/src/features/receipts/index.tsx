import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';

import { getDrawerOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { language } from '../../app/boot';
import { useMoment } from '../../lib/moment';
import { Contents } from './Contents';
import { t } from './naming';
import './drawer.css';

/**
 * What stands behind a figure, over whatever page is open. The browser's own modal dialog keeps the focus inside,
 * closes by Escape and gives the focus back to the number that was pressed.
 */
export default function ReceiptDrawer({ figure }: { figure: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const found = useQuery(getDrawerOptions({ query: { figure, ...moment } }));

  useEffect(() => {
    const place = dialog.current;
    if (place !== null && !place.open) place.showModal();
    return () => place?.close();
  }, []);
  useEffect(() => {
    top.current?.scrollTo({ top: 0 });
  }, [figure]);

  const close = () => {
    dialog.current?.close();
    const next = new URLSearchParams(params);
    next.delete('figure');
    setParams(next, { replace: true, preventScrollReset: true });
  };
  const title = found.data === undefined ? t('drawer') : language === 'zh' ? found.data.title.zh : found.data.title.en;
  return (
    <dialog
      ref={dialog}
      className="drawer"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div className="drawer-body" ref={top}>
        <header className="drawer-head">
          <p className="drawer-id">{found.data?.receipt ?? t('drawer')}</p>
          <button type="button" className="icon-button" onClick={close} aria-label={t('close')}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M5 5l14 14M19 5L5 19" />
            </svg>
          </button>
        </header>
        {found.isPending && <Waiting label={t('loading')} />}
        {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
        {found.data !== undefined && <Contents drawer={found.data} />}
      </div>
    </dialog>
  );
}
