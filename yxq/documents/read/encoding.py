"""The encoding of a text: its mark, what it declares, UTF-8 where all of it is, else GB18030."""

from __future__ import annotations

import codecs
import re

from yxq.documents.read.document import Reading, Unreadable

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE
)
WIDER = {  # what browsers read a declared encoding as
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "utf8": "utf-8",
}
COMMON = re.compile("[的年市和，。、人一]")  # what no Chinese text of some length lacks
WESTERN = {"cp1252", "iso-8859-15", "windows-1252"}


def decoded(data: bytes, reading: Reading) -> tuple[str, str]:
    """A text and its encoding; what was guessed is noted.

    Raises `Unreadable` for what is no text.
    """
    mark = next((encoding for bom, encoding in MARKS.items() if data.startswith(bom)), None)
    if not mark and b"\0" in data:
        raise Unreadable("document_not_text")
    text, encoding = (_strict(data, mark), mark) if mark else _by_content(data, reading)
    if text is None or "\0" in text:
        raise Unreadable("document_not_text")
    return text, encoding


def _by_content(data: bytes, reading: Reading) -> tuple[str | None, str]:
    """A text without a mark: as declared, or by what it is."""
    found = DECLARED.search(data[:4096])
    named = found[1].decode().lower() if found else ""
    declared = WIDER.get(named, named.replace("windows-", "cp"))
    order = ["utf-8", "gb18030", "big5hkscs"]
    if declared in WESTERN:  # which any bytes are, so that it proves nothing
        order.insert(1, declared)
    elif declared:
        order.insert(0, declared)
    elif _is_western(data):
        order.insert(1, "cp1252")
    encoding, text = next(
        ((name, text) for name in order if (text := _strict(data, name)) is not None), ("", None)
    )
    if encoding == "gb18030" != declared:
        encoding, text = _traditional(data, text or "")
    if encoding not in ("utf-8", declared):
        reading.note("encoding_guessed", encoding=encoding)
    elif declared and encoding != declared:
        reading.note("encoding_declared", declared=named, encoding=encoding)
    return text, encoding


def _strict(data: bytes, encoding: str) -> str | None:
    """The text in an encoding, or None where it cannot be in that one."""
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _is_western(data: bytes) -> bool:
    """Whether most letters beyond ASCII stand alone, as accents do and Chinese cannot."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    return sum(len(run) == 1 for run in runs) * 2 > len(runs)


def _traditional(data: bytes, simplified: str) -> tuple[str, str]:
    """Big5 where common words are more so than in GB18030, as which Big5 is mostly valid."""
    big5 = _strict(data, "big5hkscs")
    if big5 is None or len(COMMON.findall(big5)) <= len(COMMON.findall(simplified)):
        return "gb18030", simplified
    return "big5hkscs", big5
