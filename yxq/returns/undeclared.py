"""What a form could declare so that a text that it does not read can be read."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

from yxq.plan.written import Written

# In the order in which they are tried; a text is written in one or two ways that need saying.
CHOICES: tuple[tuple[str, Any], ...] = (
    ("dates", "day first"),
    ("dates", "month first"),
    ("dates", "year first"),
    ("calendar", "ROC"),
    ("century", 2000),
    ("fiscal", "first"),
    ("fiscal", "last"),
    ("zone", "+08:00"),
    ("decimal", ","),
)
LONGEST = 40  # a text that is longer says more than a day or a number


def undeclared(text: str, kind: str, written: Written, parse: Callable[[str, Written], Any]) -> str:
    """The sets of declarations by any of which a text would be a value, none of them more than is
    needed, as forms.yml has them; empty where there is none.
    """
    if len(text) > LONGEST or not re.search(r"\d", text):
        return ""
    free = [(key, value) for key, value in CHOICES if key not in written.declared]
    free = [choice for choice in free if Written(**dict([choice])).only(kind).declared]
    enough: list[dict[str, Any]] = []
    for choices in (dict(some) for size in (1, 2) for some in combinations(free, size)):
        if any(choices.items() >= fewer.items() for fewer in enough):
            continue
        with contextlib.suppress(ValueError, OverflowError):
            parse(text, written.model_copy(update=choices))
            enough.append(choices)
    each = (", ".join(f"{key}: {_quoted(value)}" for key, value in c.items()) for c in enough)
    return " / ".join(each)


def _quoted(value: Any) -> str:
    """A value as YAML has it."""
    return f'"{value}"' if value in ("+08:00", ",") else str(value)
