import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { Enterprise } from '../../client';
import { getEnterpriseOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { Bases } from './Bases';
import { Completeness } from './Completeness';
import { Documents } from './Documents';
import { Facts } from './Facts';
import { Figures } from './Figures';
import { History } from './History';
import { Live } from './Live';
import { Online } from './Marks';
import { Months } from './Months';
import { Sources } from './Sources';
import { documentHref } from './time';
import { t, word } from './words';

const TABS = {
  facts: Facts,
  live: Live,
  months: Months,
  bases: Bases,
  sources: Sources,
  completeness: Completeness,
  documents: Documents,
  figures: Figures,
  history: History,
} as const;
type Tab = keyof typeof TABS;

/** What every tab is given. */
export interface TabProps {
  firm: Enterprise;
}

/** One enterprise; the tab is kept in the address. */
export function Page() {
  const { id = '' } = useParams();
  const [params] = useSearchParams();
  const moment = useMoment();
  const { data, error, isPending, refetch } = useQuery(getEnterpriseOptions({ path: { name: id }, query: moment }));
  const asked = params.get('tab') ?? 'facts';
  const tab: Tab = asked in TABS ? (asked as Tab) : 'facts';
  const Body = TABS[tab];
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  return (
    <>
      <Head firm={data} />
      <nav className="tabs" aria-label={named(data.enterprise)}>
        {(Object.keys(TABS) as Tab[]).map((key) => (
          <Link key={key} to={{ search: keeping(params, { tab: key === 'facts' ? '' : key }) }} aria-current={key === tab ? 'page' : undefined} preventScrollReset>
            {word('tab', key)}
          </Link>
        ))}
      </nav>
      <Body firm={data} />
    </>
  );
}

function Head({ firm }: TabProps) {
  const [params] = useSearchParams();
  return (
    <header className="firm-head">
      <p>
        <Link to={`/enterprises${keeping(params)}`}>← {t('back')}</Link>
      </p>
      <h1>
        {named(firm.enterprise)} {firm.enterprise.synthetic && <span className="badge badge-synthetic">{t('synthetic_badge')}</span>}
      </h1>
      <p className="firm-line">
        <span>{firm.units.map(named).join('、')}</span>
        {firm.sector !== null && <span>{either(firm.sector_zh, firm.sector_en)}</span>}
        <Online online={firm.online} zone={firm.zone} />
        <a href={documentHref(`enterprises/${encodeURIComponent(firm.enterprise.id)}`, keeping(params))}>{t('document_page')}</a>
        <code className="muted">{firm.point}</code>
      </p>
    </header>
  );
}
