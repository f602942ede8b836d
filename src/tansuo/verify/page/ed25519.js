// Ed25519 signatures (RFC 8032), checked in big integers. The base point and d are worked out from the curve.
import { sha512 } from './bytes.js';

const P = 2n ** 255n - 19n;
const ORDER_L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (x) => ((x % P) + P) % P;

function power(base, exponent) {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const SQRT_M1 = power(2n, (P - 1n) / 4n);

function numberOf(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

// The point whose y and sign of x are encoded; null where there is none.
function pointOf(bytes) {
  const encoded = numberOf(bytes);
  const y = encoded & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const over = mod(y * y - 1n);
  const square = mod(over * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * SQRT_M1);
  if (mod(x * x - square)) return null;
  const sign = encoded >> 255n;
  if (x === 0n && sign) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, point) {
  let result = [0n, 1n, 1n, 0n];
  for (let [left, doubled] = [number, point]; left; left >>= 1n) {
    if (left & 1n) result = added(result, doubled);
    doubled = added(doubled, doubled);
  }
  return result;
}

const BASE = pointOf(
  Uint8Array.from({ length: 32 }, (_, at) => Number((mod(4n * power(5n, P - 2n)) >> BigInt(8 * at)) & 255n)),
);

export function signed(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r, s] = [pointOf(key), pointOf(signature.slice(0, 32)), numberOf(signature.slice(32))];
  if (!a || !r || s >= ORDER_L) return false;
  const whole = new Uint8Array(64 + message.length);
  whole.set(signature.slice(0, 32));
  whole.set(key, 32);
  whole.set(message, 64);
  const k = numberOf(sha512(whole)) % ORDER_L;
  const [x1, y1, z1] = times(s, BASE);
  const [x2, y2, z2] = added(r, times(k, a));
  return mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n;
}
