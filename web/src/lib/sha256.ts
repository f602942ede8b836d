/** SHA-256 of a file, a piece at a time: the browser has one only over TLS, and only for a whole file in memory. */
const K = new Uint32Array(64);
const START = new Uint32Array(8);

/** The constants are the first 32 bits of the fractions of cube and square roots of the primes (FIPS 180-4). */
function prepare(): void {
  let count = 0;
  for (let n = 2; count < 64; n++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) prime = false;
    if (!prime) continue;
    if (count < 8) START[count] = (Math.sqrt(n) % 1) * 2 ** 32;
    K[count] = (Math.cbrt(n) % 1) * 2 ** 32;
    count++;
  }
}

export class Sha256 {
  private readonly state: Uint32Array;
  private readonly words = new Uint32Array(64);
  private readonly rest = new Uint8Array(64);
  private held = 0;
  private length = 0;

  constructor() {
    if (K[0] === 0) prepare();
    this.state = START.slice();
  }

  update(data: Uint8Array): void {
    this.length += data.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(64 - this.held, data.length);
      this.rest.set(data.subarray(0, at), this.held);
      this.held += at;
      if (this.held < 64) return;
      this.block(this.rest, 0);
      this.held = 0;
    }
    for (; at + 64 <= data.length; at += 64) this.block(data, at);
    this.rest.set(data.subarray(at));
    this.held = data.length - at;
  }

  hex(): string {
    const bits = this.length * 8;
    const tail = new Uint8Array(this.held < 56 ? 64 - this.held : 128 - this.held);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(tail.length - 4, bits >>> 0);
    this.update(tail);
    return [...this.state].map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  private block(data: Uint8Array, at: number): void {
    const w = this.words;
    const view = new DataView(data.buffer, data.byteOffset + at, 64);
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(i * 4);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15] as number;
      const b = w[i - 2] as number;
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      this.state[i] = (this.state[i] as number) + value;
    });
  }
}

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

const PIECE = 4 * 1024 * 1024;

/** The SHA-256 of a file in hex; `tell` hears how much of it has been read, from 0 to 1. */
export async function sha256(file: Blob, tell: (share: number) => void = () => undefined): Promise<string> {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    tell(Math.min(1, (at + PIECE) / file.size));
  }
  return hash.hex();
}
