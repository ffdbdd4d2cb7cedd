# SPDX-License-Identifier: MIT
"""msgpack as other libraries write it: signed integers, single floats, text in the legacy raw form."""

import struct


def encode(value, *, signed=False, single=False, raw=False) -> bytes:
    how = {"signed": signed, "single": single, "raw": raw}
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return encode_int(value, signed)
    if isinstance(value, float):
        return struct.pack(">Bf", 0xCA, value) if single else struct.pack(">Bd", 0xCB, value)
    if isinstance(value, str):
        return encode_text(value.encode(), raw)
    if isinstance(value, (list, tuple)):
        head = (
            bytes([0x90 | len(value)]) if len(value) < 16 else struct.pack(">BH", 0xDC, len(value))
        )
        return head + b"".join(encode(item, **how) for item in value)
    if isinstance(value, dict):
        head = (
            bytes([0x80 | len(value)]) if len(value) < 16 else struct.pack(">BH", 0xDE, len(value))
        )
        return head + b"".join(encode(k, **how) + encode(v, **how) for k, v in value.items())
    raise TypeError(type(value))


def encode_int(value: int, signed: bool) -> bytes:
    if -32 <= value < 128:
        return struct.pack("b", value)
    forms = [(0xD1, "h"), (0xD2, "i"), (0xD3, "q")]
    if not signed and value >= 0:
        forms = [(0xCC, "B"), (0xCD, "H"), (0xCE, "I"), (0xCF, "Q")]
    for tag, form in forms:
        try:
            return struct.pack(">B" + form, tag, value)
        except struct.error:
            continue
    raise OverflowError(value)


def encode_text(text: bytes, raw: bool) -> bytes:
    if len(text) < 32:
        return bytes([0xA0 | len(text)]) + text
    if len(text) < 256 and not raw:
        return struct.pack(">BB", 0xD9, len(text)) + text
    return struct.pack(">BH", 0xDA, len(text)) + text
