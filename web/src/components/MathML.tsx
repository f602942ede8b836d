import { createElement, type ReactNode } from 'react';

const TAGS = new Set(['math', 'mrow', 'mi', 'mo', 'mn', 'mtext', 'msub', 'mfrac', 'munder', 'msup', 'mtable', 'mtr', 'mtd']);

/** A formula as the server wrote it. Read as XML and built anew from the few elements a formula needs. */
export function MathML({ source, label }: { source: string; label?: string }) {
  const read = new DOMParser().parseFromString(source, 'application/xml').documentElement;
  if (read.tagName !== 'math') return null;
  return (
    <div className="math" tabIndex={0} role="group" aria-label={label}>
      {built(read, 0)}
    </div>
  );
}

function built(node: Node, key: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element) || !TAGS.has(node.tagName)) return null;
  const attributes = node.tagName === 'math' ? { display: 'block' } : {};
  return createElement(node.tagName, { key, ...attributes }, ...[...node.childNodes].map(built));
}
