import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { NavLink, Outlet, useLocation, useSearchParams } from 'react-router';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { either, words } from '../lib/language';
import { DrawerHost } from '../components/DrawerHost';
import { SearchBox } from '../components/SearchBox';
import { keeping } from '../lib/moment';
import { AsOfPicker } from './AsOfPicker';
import { LoadingCity } from './LoadingCity';
import { PastBanner } from './PastBanner';
import { boot, language } from './boot';
import { FEATURES, mayOpen } from './features';
import { ThemePicker } from './ThemePicker';
import { useSession } from './session';

const t = words(zh, en);

const Remembered = lazy(() => import('../features/ledger/Remembered'));

/** Header, navigation and the page; everything of it works by keyboard and without antd. */
export function Shell() {
  const [open, setOpen] = useState(false);
  const location = useLocation();
  const main = useRef<HTMLElement>(null);
  useEffect(() => setOpen(false), [location.pathname]);
  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        {t('skip')}
      </a>
      <Header open={open} toggle={() => setOpen(!open)} />
      <Navigation open={open} />
      <div className="shell-page">
        <PastBanner />
        {boot.loading && <LoadingCity />}
        <main id="main" tabIndex={-1} ref={main}>
          <Outlet />
        </main>
        <LedgerMemory />
      </div>
      <DrawerHost />
    </div>
  );
}

/** What this browser saw of the ledger, held against what is there now; when the page itself has long been drawn. */
function LedgerMemory() {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIdle(true), 3000);
    return () => clearTimeout(timer);
  }, []);
  return idle ? (
    <Suspense fallback={null}>
      <Remembered />
    </Suspense>
  ) : null;
}

function Header({ open, toggle }: { open: boolean; toggle: () => void }) {
  const session = useSession();
  const [params] = useSearchParams();
  return (
    <header className="shell-header">
      <button type="button" className="icon-button shell-menu" aria-expanded={open} aria-controls="navigation" onClick={toggle}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 7h16M4 12h16M4 17h16" />
        </svg>
        <span className="visually-hidden">{t('menu')}</span>
      </button>
      <NavLink to={`/${keeping(params)}`} className="brand" aria-label={t('product')} end>
        <span className="brand-mark" aria-hidden="true">
          碳
        </span>
        <span className="brand-name">{t('product')}</span>
        <span className="brand-city wide-only">{either(boot.ledger.city_zh, boot.ledger.city_en)}</span>
      </NavLink>
      {boot.ledger.synthetic && (
        <span className="badge badge-synthetic" title={t('synthetic_what')}>
          {t('synthetic')}
        </span>
      )}
      <span className="spacer" />
      <SearchBox />
      <AsOfPicker />
      <span className="wide-only">
        <ThemePicker />
        <LanguageLink />
      </span>
      {session.signed_in ? (
        <NavLink to={`/session${keeping(params)}`} className="who" title={t('signed_in', { label: session.label })}>
          {either(session.role_zh, session.role_en)}
        </NavLink>
      ) : (
        <a className="who" href={`/${language}/session`}>
          {t('sign_in')}
        </a>
      )}
    </header>
  );
}

function LanguageLink() {
  const location = useLocation();
  const other = language === 'zh' ? 'en' : 'zh';
  const path = location.pathname === '/' ? '/' : location.pathname;
  return (
    <a className="icon-button" href={`/${other}/app${path}${location.search}`} lang={other === 'zh' ? 'zh-CN' : 'en'}>
      {t('language')}
    </a>
  );
}

function Navigation({ open }: { open: boolean }) {
  const [params] = useSearchParams();
  const session = useSession();
  const allowed = session.features;
  return (
    <nav id="navigation" className={open ? 'shell-nav open' : 'shell-nav'} aria-label={t('navigation')}>
      <ul>
        {FEATURES.filter((one) => !one.hidden && mayOpen(one, allowed)).map((one) => (
          <li key={one.path}>
            <NavLink to={`/${one.path}${keeping(params)}`} end={one.path === ''}>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={one.icon} />
              </svg>
              {t(one.word)}
            </NavLink>
          </li>
        ))}
        <li className="nav-documents">
          <a href={`/${language}/${keeping(params)}`}>{t('documents')}</a>
        </li>
        <li className="nav-verify">
          <a href={`/verify.html?language=${language}`}>{t('verify')}</a>
        </li>
        <li className="narrow-only nav-tools">
          <ThemePicker />
          <LanguageLink />
        </li>
      </ul>
    </nav>
  );
}
