"""Reasons and notes as values: a code of words.yml and what it is about, until a table is written.

A table holds them as text, `code|argument|argument`, several parted by `;`: `written` and `parsed`
are the one place that knows so. `yxq.tables.reasons` gathers those of the rows of a frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BETWEEN, WITHIN = ";", "|"
# What parts reasons and arguments stays out of the arguments.
PLAIN = str.maketrans({"|": "｜", ";": "；", "\n": " ", "\r": " "})


@dataclass(frozen=True)
class Reason:
    """Why something is as it is: `code` is a key of the section `reasons` in words.yml.

    >>> str(Reason.of("overdue", 3, "2013-06-30"))
    'overdue|3|2013-06-30'
    """

    code: str
    arguments: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: str, *arguments: object) -> Reason:
        """A reason about some things, each as text."""
        return cls(code, tuple(str(argument).translate(PLAIN) for argument in arguments))

    def __str__(self) -> str:
        """As a table holds it."""
        return WITHIN.join((self.code, *self.arguments))


def written(reasons: Iterable[Reason]) -> str:
    """Reasons as a table holds them; empty where there are none.

    >>> written([Reason("late_row"), Reason.of("hidden_row")])
    'late_row;hidden_row'
    """
    return BETWEEN.join(map(str, reasons))


def parsed(text: str) -> tuple[Reason, ...]:
    """The reasons that a table's text holds.

    >>> parsed("overdue|3|2013-06-30;census")
    (Reason(code='overdue', arguments=('3', '2013-06-30')), Reason(code='census', arguments=()))
    """
    parts = (one.split(WITHIN) for one in text.split(BETWEEN) if one)
    return tuple(Reason(code, tuple(arguments)) for code, *arguments in parts)
