"""Headings and words that differ from known ones in how they are spelled: suggestions, and never
taken for them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from yxq.plan.forms import Form
from yxq.words.text import fold

MOST, LONGEST = 60, 60  # headings that are looked at, and their letters
AS_NEAR = 0.7  # how much of two headings is the same where they may be one
SIGN = "≈"


def alike(texts: Iterable[str], form: Form, columns: Iterable[str]) -> dict[str, str]:
    """Heading of a sheet -> the column among some of a form's whose name or alias is spelled nearly
    so; each column once.
    """
    names = {
        fold(name): column for column in columns for name in (column, *form.columns[column].aliases)
    }
    found: dict[str, str] = {}
    for text in [text for text in texts if text][:MOST]:
        left = [name for name, column in names.items() if column not in found.values()]
        near = difflib.get_close_matches(fold(text[:LONGEST]), left, 1, AS_NEAR)
        if near:
            found[text] = names[near[0]]
    return found


def told(found: dict[str, str], form: Form) -> str:
    """Headings, each with what it may be meant for."""
    return "、".join(f"{text}{SIGN}{form.label(column)}" for text, column in found.items())
