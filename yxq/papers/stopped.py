"""Where filling a template came to an end, why, and how that is told in a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2.exceptions import TemplateError
from jinja2.utils import missing

from yxq.papers.safe import PaperError, damaged
from yxq.papers.sandbox import UnknownName
from yxq.plan.units import nearest
from yxq.words.errors import refusal

BY_A_TEMPLATE = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a template can raise."""
PLACE = 40  # characters of a paragraph that are quoted


class Stopped(Exception):
    """Where filling a template came to an end, and why."""

    def __init__(self, error: Exception, where: str) -> None:
        """The error, and the paragraph as its writer sees it."""
        super().__init__(where)
        self.error, self.place = error, where


def read(file: Path) -> bytes:
    """The bytes of a template; raises `PaperError` where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise damaged(file.name, error.strerror or type(error).__name__) from None


def place(source: str, error: Exception) -> str:
    """The line of a template in which it stopped, as its writer sees it."""
    line = getattr(error, "lineno", None)
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    paragraphs = source.split("\n")
    if not line or line > len(paragraphs):
        return ""
    text = re.sub(r"<[^>]+>", "", paragraphs[line - 1]).strip()
    return text if len(text) <= PLACE else _around(text, error)


def _around(text: str, error: Exception) -> str:
    """As much of a long paragraph as shows the place."""
    name = error.name if isinstance(error, UnknownName) else ""
    begin = max(text.find(name) - PLACE // 2, 0)
    end = begin + PLACE
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def refused(template: str, stopped: Stopped, context: Mapping[str, Any]) -> Exception:
    """Why a paper could not be made, with the names that may have been meant."""
    error, about = stopped.error, {"template": template, "place": stopped.place}
    if not isinstance(error, UnknownName):
        why = f"{error}".splitlines()[0] if f"{error}" else type(error).__name__
        return refusal("paper_broken", PaperError, **about, why=why)
    of = context if error.asked_of is missing else error.asked_of
    known = {str(name): name for name in of} if isinstance(of, Mapping) else {}
    near = nearest(error.name, known, str)
    return refusal("paper_unknown", PaperError, near=near, **about, name=error.name)
