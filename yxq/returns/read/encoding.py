"""The encoding of a text: UTF-16 and UTF-8 by their marks, UTF-8 where all of it is, else GB18030
(which holds GBK).
"""

from __future__ import annotations

import codecs

import pyarrow as pa

from yxq.returns.read.guess import GUESSED
from yxq.returns.read.sheet import Unreadable

UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def encoding_of(begin: bytes, utf8: bool, declared: str = "") -> str:
    """What a text that begins so is to be read as; utf8: whether all of it is UTF-8; declared: what
    the plan folder says of the file, if anything.

    Raises `Unreadable` for what is no text, or is not what is declared.
    """
    if declared and (begin[:2] in UTF16 or (declared == "utf-8-sig" and not utf8)):
        raise Unreadable("unknown_encoding")
    if declared and b"\0" not in begin:
        return declared
    if begin[:2] in UTF16:
        return UTF16[begin[:2]]
    if b"\0" in begin:
        raise Unreadable("not_text")
    return "utf-8-sig" if utf8 else GUESSED


def bad_byte(error: UnicodeError, row: int = 1) -> Unreadable:
    """The refusal of a text that has a byte that is none of its encoding; row: where what was being
    read begins.
    """
    if not isinstance(error, UnicodeDecodeError):
        return Unreadable("unknown_encoding")
    try:
        error.object.decode("utf-8")
    except UnicodeDecodeError as other:
        # What is UTF-8 up to a later byte is damaged UTF-8, and no other text.
        error = max(error, other, key=lambda one: one.start)
    row += error.object[: error.start].count(b"\n")
    name = error.encoding.replace("_", "-").upper()
    return Unreadable("bad_byte", row, f"0x{error.object[error.start]:02X}", name)


def last_character(text: bytes) -> int:
    """Where the last character begins, which may be cut in two."""
    ends = range(len(text) - 1, max(len(text) - 5, -1), -1)
    return next((n for n in ends if not 0x80 <= text[n] < 0xC0), len(text))


def is_utf8(data: bytes | memoryview) -> bool:
    """Whether all of it is UTF-8, told by Arrow, which is quick."""
    ends = pa.array([0, len(data)], pa.int64()).buffers()[1]
    binary = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        binary.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True
