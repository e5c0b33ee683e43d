"""A template of a mail: a text file that an editor of texts opens, and so does what it becomes."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yxq.papers.safe import MOST_TEXT, PaperError, damaged
from yxq.papers.sandbox import Sandbox
from yxq.papers.stopped import BY_A_TEMPLATE, Stopped, place, read, refused
from yxq.papers.template import without_pictures
from yxq.words.errors import refusal

MARKS = re.compile(r"\s*(?:\{%(?:(?!%\}).)*%\}\s*|\{#(?:(?!#\}).)*#\}\s*)+")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Mail:
    """A template that may be used; raises `PaperError` where it may not."""

    def __init__(self, file: Path) -> None:
        """Read and check it; nothing is filled yet."""
        self.name = file.name
        self._text, self._sandbox = _text(read(file), self.name), Sandbox(plain=True)

    def filled(self, context: Mapping[str, Any]) -> bytes:
        """The mail, in UTF-8 that tells so and with the line ends of Windows; raises `PaperError`
        where the template asks for what is not there.
        """
        names = without_pictures(context)
        try:
            said: str = self._sandbox.from_string(self._text).render(names)
            return BOM_UTF8 + said.replace("\n", "\r\n").encode("utf-8")
        except BY_A_TEMPLATE as error:
            stopped = Stopped(error, place(self._text, error))
            raise refused(self.name, stopped, names) from None
        except Exception as error:  # of a library, on a template that is made to harm
            raise damaged(self.name, type(error).__name__) from None


def _text(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, or as editors on Chinese Windows wrote it before that."""
    if len(data) > MOST_TEXT:
        raise refusal("paper_too_large", PaperError, template=name, most=MOST_TEXT >> 20)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not NO_TEXT.search(text):
            lines = text.splitlines()
            # A line of nothing but marks goes.
            whole = [line.strip() if MARKS.fullmatch(line) else f"{line}\n" for line in lines]
            return "".join(whole)
    raise damaged(name, "UTF-8")
