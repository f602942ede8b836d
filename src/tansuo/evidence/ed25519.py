"""Ed25519 signatures (RFC 8032 §5.1) in integers, for programs that have the standard library and nothing else.

About 3 ms a signature checked: enough for a witness and for a verifier, who look at a handful. It does not run in
constant time, so a key that signs with it belongs on a machine of its own; the log's signer uses OpenSSL.
"""

from hashlib import sha512

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the public key of a 32-byte seed; ValueError for a seed of another length."""
    return _compress(_times(_expand(seed)[0], _BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature of ``message``; the same message always gives the same bytes."""
    secret, prefix = _expand(seed)
    key = _compress(_times(secret, _BASE))
    nonce = _number(prefix + message)
    commitment = _compress(_times(nonce, _BASE))
    challenge = _number(commitment + key + message)
    return commitment + ((nonce + challenge * secret) % _L).to_bytes(32, "little")


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of ``key`` over ``message``. Keys and points in another form than the one
    RFC 8032 writes, and answers of the group order or more, are refused."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point, commitment = _expand_point(key), _expand_point(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or answer >= _L:
        return False
    challenge = _number(signature[:32] + key + message)
    return _equal(_times(answer, _BASE), _add(commitment, _times(challenge, point)))


def _number(data: bytes) -> int:
    return int.from_bytes(sha512(data).digest(), "little") % _L


def _expand(seed: bytes) -> tuple[int, bytes]:
    if len(seed) != 32:
        raise ValueError(f"an Ed25519 seed has 32 bytes, not {len(seed)}")
    digest = sha512(seed).digest()
    low = int.from_bytes(digest[:32], "little")
    return low & (1 << 254) - 8 | 1 << 254, digest[32:]


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _equal(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % _P == 0


def _compress(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _expand_point(data: bytes) -> _Point | None:
    """The point that 32 bytes stand for; None where they stand for none, or not in their one form."""
    number = int.from_bytes(data, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


_found = _expand_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
assert _found is not None
_BASE: _Point = _found
