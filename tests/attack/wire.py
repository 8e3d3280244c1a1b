"""The frames of protocol/WIRE.md, as right or as wrong as an attack wants them."""

import random
import struct

MARK = b"hsay\x01"
SURVEY_MARK = b"hsvw\x01"
LINK_MARK = b"hskk\x01"
LEFT = 2**64 - 1
ASKS = 1
PROVEN = 16
BINARY_EMPTY = b""


def pack(value):
    """Any value in msgpack: bytes become a binary, and `Raw` stands as it is."""
    if isinstance(value, Raw):
        return value.content
    if isinstance(value, dict):
        entries = [pack(each) for pair in value.items() for each in pair]
        return _head(len(value), 0x80, None, 0xde, 0xdf) + b"".join(entries)
    if isinstance(value, (list, tuple)):
        return _head(len(value), 0x90, None, 0xdc, 0xdd) + b"".join(map(pack, value))
    if isinstance(value, str):
        content = value.encode("utf8", "surrogatepass")
        return _head(len(content), 0xa0, 0xd9, 0xda, 0xdb, fixed=32) + content
    if isinstance(value, bytes):
        return _head(len(value), None, 0xc4, 0xc5, 0xc6) + value
    return _pack_number(value)


class Raw:
    """Bytes in the place of a value."""

    def __init__(self, content):
        self.content = content


def _head(count, least, one, two, four, fixed=16):
    if least is not None and count < fixed:
        return bytes([least + count])
    if one is not None and count < 2**8:
        return bytes([one, count])
    return struct.pack(">BH", two, count) if count < 2**16 else struct.pack(">BI", four, count)


def _pack_number(value):
    if value < 128:
        return bytes([value])
    for kind, code in (("B", 0xcc), ("H", 0xcd), ("I", 0xce)):
        if value < 2**(8 * struct.calcsize(kind)):
            return struct.pack(">B" + kind, code, value)
    return struct.pack(">BQ", 0xcf, value)


def unpack(data):
    """What a node sends: the kinds of WIRE.md and no others."""
    value, end = _unpack(data, 0)
    if end != len(data):
        raise ValueError("bytes left over")
    return value


_SIZES = {0xc4: "B", 0xc5: "H", 0xc6: "I", 0xd9: "B", 0xda: "H", 0xdb: "I", 0xdc: "H", 0xdd: "I",
          0xde: "H", 0xdf: "I", 0xcc: "B", 0xcd: "H", 0xce: "I", 0xcf: "Q"}


def _unpack(data, at):
    code = data[at]
    at += 1
    if code < 0x80:
        return code, at
    for least, kind in ((0xa0, 0xdb), (0x90, 0xdd), (0x80, 0xdf)):
        if least <= code < 0xc0:
            mask = 31 if least == 0xa0 else 15
            return _unpack_sized(data, at, kind, code & mask)
    form = ">" + _SIZES[code]
    number, at = struct.unpack_from(form, data, at)[0], at + struct.calcsize(form)
    return (number, at) if code >= 0xcc and code <= 0xcf else _unpack_sized(data, at, code, number)


def _unpack_sized(data, at, code, count):
    if code <= 0xc6:
        return data[at:at + count], at + count
    if code in (0xd9, 0xda, 0xdb):
        return data[at:at + count].decode(), at + count
    values = []
    for _ in range(count * (2 if code in (0xde, 0xdf) else 1)):
        value, at = _unpack(data, at)
        values.append(value)
    return (dict(zip(values[::2], values[1::2])) if code in (0xde, 0xdf) else values), at


def draw_life():
    return random.getrandbits(63) | 1


def message(cluster, sender, heartbeat=1, promise=0, digest=0, flags=0, rows=(), accusations=(),
            introductions=(), wants=(), roster=(), forgets=(), proofs=()):
    """A message. `proofs`: marks and signers, where it has some."""
    parts = [cluster, sender, heartbeat, promise, digest, flags, list(rows), list(accusations),
             list(introductions), list(wants), list(roster), list(forgets), *proofs]
    return MARK + pack(parts)


def introduction(life, name, incarnation, endpoint, tags_version=0, tags=None, heartbeat=1, age=0):
    return [life, name, incarnation, endpoint, tags_version, tags or {}, heartbeat, age]


def parts_of(frame):
    """The parts 0 to 11 of a message."""
    parts = unpack(frame[len(MARK):])
    return parts + [[]] * (12 - len(parts))


def greeting(cluster, certificate, nonce):
    return LINK_MARK + pack([cluster, 0, certificate, nonce])
