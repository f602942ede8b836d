import { Sha256 } from './sha256';

/** SHA-256 of a few bytes: the browser's own where it has one (only over TLS), else ours. */
export async function sha256(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (globalThis.crypto?.subtle !== undefined) return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  const own = new Sha256();
  own.update(data);
  return fromHex(own.hex());
}

/** Bytes in hex, and back. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Bytes from base64; what is not base64 gives none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Parts of a node or leaf behind their prefix byte (RFC 9162 §2.1.1). */
export function prefixed(prefix: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(1 + parts.reduce((sum, one) => sum + one.length, 0));
  whole[0] = prefix;
  let at = 1;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}
