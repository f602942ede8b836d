import { codeWord } from '../../components/figureWords';

/** The standing of a source, each kind of its own look; only what is official looks official. */
export function Status({ status, count }: { status: string; count?: number }) {
  if (status === '') return null;
  return (
    <span className={`standing standing-${status}`}>
      {codeWord('status', status)}
      {count !== undefined && ` ${count}`}
    </span>
  );
}
