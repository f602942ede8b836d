import { useSession } from '../../app/session';
import { Audit } from './Audit';
import { People } from './People';
import { System } from './System';
import { t } from './words';
import '../home/home.css';
import './admin.css';

/** The page of whichever administrator is signed in; none sees another one's. */
export default function Admin() {
  const features = useSession().features;
  if (features.includes('system')) return <System />;
  if (features.includes('security')) return <People />;
  if (features.includes('audit')) return <Audit />;
  return <p className="note">{t('nothing')}</p>;
}
