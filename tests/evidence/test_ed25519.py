"""Our Ed25519 says what RFC 8032 prints and what OpenSSL says, and takes no second form of anything."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tansuo.evidence import ed25519

# RFC 8032 §7.1, TEST 1 to 3: seed, public key, message, signature.
PRINTED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "key", "message", "signature"), PRINTED)
def test_the_printed_vectors(seed: str, key: str, message: str, signature: str) -> None:
    drawn, said = bytes.fromhex(seed), bytes.fromhex(message)
    assert ed25519.public_key(drawn).hex() == key
    assert ed25519.sign(drawn, said).hex() == signature
    assert ed25519.is_signed(bytes.fromhex(key), said, bytes.fromhex(signature))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_it_says_what_openssl_says_and_one_bit_spoils_it(seed: bytes, message: bytes, bit: int) -> None:
    other = Ed25519PrivateKey.from_private_bytes(seed)
    signature = other.sign(message)
    assert ed25519.sign(seed, message) == signature
    key = other.public_key().public_bytes_raw()
    assert ed25519.is_signed(key, message, signature)
    spoilt = bytearray(signature)
    spoilt[bit // 8] ^= 1 << bit % 8
    assert not ed25519.is_signed(key, message, bytes(spoilt))
    assert not ed25519.is_signed(key, message + b"\0", signature)


def test_no_second_form_is_taken() -> None:
    seed, key, message, signature = (bytes.fromhex(one) for one in PRINTED[1])
    order = 2**252 + 27742317777372353535851937790883648493
    answer = int.from_bytes(signature[32:], "little")
    assert not ed25519.is_signed(key, message, signature[:32] + (answer + order).to_bytes(32, "little"))
    field = (2**255 - 19 + 1).to_bytes(32, "little")  # y = 1 written as p + 1
    assert not ed25519.is_signed(field, message, signature)
    assert not ed25519.is_signed(
        (1 | 1 << 255).to_bytes(32, "little"), message, signature
    )  # x = 0 marked odd
    assert not ed25519.is_signed((2).to_bytes(32, "little"), message, signature)  # no point
    for short in (key[:31], key + b"\0"):
        assert not ed25519.is_signed(short, message, signature)
    assert not ed25519.is_signed(key, message, signature[:63])
    with pytest.raises(ValueError, match="32 bytes"):
        ed25519.sign(seed[:31], message)
