"""The cryptography of a member or of an attacker, by libsodium itself."""

import ctypes
import ctypes.util
import os

_library = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
_library.sodium_init()
_size = ctypes.c_ulonglong
MAC_BYTES = 16


def _check(result):
    if result != 0:
        raise ValueError("libsodium refuses")


class Pair:
    """An Ed25519 pair, and its X25519 form."""

    def __init__(self, seed=None):
        seed = seed or os.urandom(32)
        public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        _check(_library.crypto_sign_seed_keypair(public, secret, seed))
        curve = ctypes.create_string_buffer(32)
        _check(_library.crypto_sign_ed25519_sk_to_curve25519(curve, secret))
        self.public, self._secret = public.raw, secret.raw
        self.curve = CurvePair(curve.raw)

    def sign(self, statement):
        signature = ctypes.create_string_buffer(64)
        _check(_library.crypto_sign_detached(signature, None, statement, _size(len(statement)),
                                             self._secret))
        return signature.raw


class CurvePair:
    """An X25519 pair."""

    def __init__(self, secret=None):
        self.secret = secret or os.urandom(32)
        public = ctypes.create_string_buffer(32)
        _check(_library.crypto_scalarmult_base(public, self.secret))
        self.public = public.raw


def shared_key(public, secret):
    key = ctypes.create_string_buffer(32)
    _check(_library.crypto_box_beforenm(key, public, secret))
    return key.raw


def box(plain, nonce, key):
    sealed = ctypes.create_string_buffer(len(plain) + MAC_BYTES)
    _check(_library.crypto_box_easy_afternm(sealed, plain, _size(len(plain)), nonce, key))
    return sealed.raw


def unbox(sealed, nonce, key):
    plain = ctypes.create_string_buffer(max(len(sealed) - MAC_BYTES, 1))
    _check(_library.crypto_box_open_easy_afternm(plain, sealed, _size(len(sealed)), nonce, key))
    return plain.raw[:len(sealed) - MAC_BYTES]


def keyed_hash(data, key):
    """SipHash-2-4 with 128 bits."""
    result = ctypes.create_string_buffer(16)
    _check(_library.crypto_shorthash_siphashx24(result, data, _size(len(data)), key))
    return result.raw
