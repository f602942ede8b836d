import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import type { EnterpriseDocument, DocumentUse } from '../../client';
import { getEnterpriseDocumentOptions, listEnterpriseDocumentsOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { ReceiptFile } from '../../components/ReceiptFile';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import type { TabProps } from './Page';
import { Pager, usePage } from './Pager';
import { civil } from './time';
import { t, word } from './words';

const SIZE = 20;

/** 文件: documents with hash and uses; one of them open above the list, kept in the address. */
export function Documents({ firm }: TabProps) {
  const [params] = useSearchParams();
  const moment = useMoment();
  const [page] = usePage();
  const open = params.get('document');
  const { data, error, isPending } = useQuery(listEnterpriseDocumentsOptions({ path: { name: firm.enterprise.id }, query: { page, size: SIZE, ...moment } }));
  if (error !== null) return <ProblemNote error={error} />;
  if (isPending) return <Waiting />;
  return (
    <>
      <p className="muted">{t('documents_lead')}</p>
      {open !== null && /^[0-9a-f]{64}$/.test(open) && <One firm={firm} digest={open} />}
      {data.rows.length === 0 ? (
        <p className="note">{t('no_documents')}</p>
      ) : (
        <Scroll label={t('tab.documents')} className="card" role="region">
          <table className="plain">
            <thead>
              <tr>
                {(['document', 'kind', 'received_at', 'hash', 'used', 'entry'] as const).map((one) => (
                  <th key={one} scope="col">
                    {t(one)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((one) => (
                <tr key={one.entry}>
                  <th scope="row">
                    <Link to={{ search: keeping(params, { tab: 'documents', document: one.sha256 }) }} preventScrollReset>
                      {either(one.title_zh, one.title_en)}
                    </Link>{' '}
                    {one.sealed && one.redacted === null && <span className="mark">{t('sealed')}</span>}
                    {one.redacted !== null && <Redacted entry={one.redacted} />}{' '}
                    {data.synthetic && <span className="mark mark-synthetic">{t('synthetic_badge')}</span>}
                  </th>
                  <td>{word('dockind', one.kind)}</td>
                  <td>{civil(one.received, firm.zone)}</td>
                  <td>
                    <code title={one.sha256}>{one.sha256.slice(0, 12)}…</code>
                  </td>
                  <td className="roomy">
                    <Uses uses={one.uses} />
                  </td>
                  <td>
                    <Link to={`/ledger/${one.entry}${keeping(params)}`}>{one.entry}</Link> <ReceiptFile entry={one.entry} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <Pager total={data.total} size={SIZE} />
    </>
  );
}

function Redacted({ entry }: { entry: number }) {
  const [params] = useSearchParams();
  return (
    <Link className="mark" to={`/ledger/${entry}${keeping(params)}`}>
      {t('redacted_at', { entry })}
    </Link>
  );
}

function Uses({ uses }: { uses: DocumentUse[] }) {
  const [params] = useSearchParams();
  if (uses.length === 0) return <span className="muted">{t('unused')}</span>;
  return (
    <ul className="plain-list">
      {uses.map((one) => (
        <li key={`${one.entry} ${one.what}`}>
          <Link to={`/ledger/${one.entry}${keeping(params)}`}>{word('use', one.kind).replace('{what}', word('indicator', one.what)).replace('{period}', one.period)}</Link>
        </li>
      ))}
    </ul>
  );
}

function One({ firm, digest }: TabProps & { digest: string }) {
  const [params] = useSearchParams();
  const moment = useMoment();
  const { data, error, isPending } = useQuery(getEnterpriseDocumentOptions({ path: { name: firm.enterprise.id, digest }, query: moment }));
  if (error !== null) return <ProblemNote error={error} />;
  if (isPending) return <Waiting />;
  const content = `/api/enterprises/${encodeURIComponent(firm.enterprise.id)}/documents/${digest}/content${keeping(params)}`;
  return (
    <section className="card section">
      <h2>
        {either(data.title_zh, data.title_en)} {firm.enterprise.synthetic && <span className="badge badge-synthetic">{t('synthetic_badge')}</span>}
      </h2>
      <dl className="pairs">
        {facts(data, firm.zone).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('used')}</dt>
          <dd>
            <Uses uses={data.uses} />
          </dd>
        </div>
      </dl>
      {data.redacted === null ? (
        <a className="button button-primary" href={content} download={data.sealed ? true : data.name}>
          {t('download')}
        </a>
      ) : (
        <Redacted entry={data.redacted} />
      )}{' '}
      <ReceiptFile entry={data.entry} button />{' '}
      <Link className="button" to={{ search: keeping(params, { tab: 'documents' }) }} preventScrollReset>
        {t('close')}
      </Link>
    </section>
  );
}

function facts(one: EnterpriseDocument, zone: string): [string, string][] {
  return [
    [t('document'), `${one.name || either(one.title_zh, one.title_en)} · ${one.media_type} · ${t('bytes', { count: grouped(String(one.bytes)) })}`],
    [t('hash'), one.sha256],
    [t('received_at'), `${civil(one.received, zone, true)} · ${t('by', { by: one.by })}`],
    [t('entry'), t('entry_n', { index: one.entry })],
    ...Object.entries(one.fields),
  ];
}
