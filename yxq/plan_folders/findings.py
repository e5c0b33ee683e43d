"""What is wrong with a plan folder, or doubtful: where, what stands there, and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from yxq.words.errors import PlanError

COLUMNS = ["kind", "file", "key", "value", "what", "mend"]
KEYED = re.compile(r"([\w.\[\]]+(?:, [\w.\[\]]+)*): (.*)")


@dataclass(frozen=True)
class Finding:
    """A mistake, for which a folder is refused, or a doubt: what may be meant, and probably is not.

    key: where in the file, such as `targets.T01.owner`; value: what is given there.
    """

    key: str
    what: str
    mend: str = ""
    value: str = ""
    file: str = ""
    kind: Literal["mistake", "doubt"] = "mistake"

    @classmethod
    def told(cls, text: str, value: object = "") -> Finding:
        """From a text `key: what is wrong; the mend`, of which key and mend may be left out.

        >>> found = Finding.told("by: no day; write one such as 2014-12-31")
        >>> found.key, found.what, found.mend
        ('by', 'no day', 'write one such as 2014-12-31')
        """
        keyed = KEYED.fullmatch(text)
        key, said = (keyed[1], keyed[2]) if keyed else ("", text)
        what, _, mend = said.partition("; ")
        return cls(key, what, mend, str(value))

    def under(self, *keys: str) -> Finding:
        """The same where its key is a part of others."""
        return replace(self, key=".".join(filter(None, (*keys, self.key))))

    def __str__(self) -> str:
        """In one line."""
        is_said = not self.value or self.value in f"{self.key} {self.what}"
        shown = "" if is_said else f" (value {self.value!r})"
        mend = f"; {self.mend}" if self.mend else ""
        return ": ".join(filter(None, (self.file, self.key, f"{self.what}{shown}{mend}")))


class Mistaken(PlanError):
    """A plan folder with mistakes; the message is the first, and how many more there are."""

    def __init__(self, mistakes: Sequence[Finding], folder: str = "") -> None:
        """folder: as it was given, for the command that lists all."""
        more = f"; and {len(mistakes) - 1} more: yxq check {folder}" if len(mistakes) > 1 else ""
        super().__init__(f"{mistakes[0]}{more}")
        self.mistakes = mistakes


def table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, a row each, with COLUMNS."""
    rows = [[getattr(finding, name) for name in COLUMNS] for finding in findings]
    return pd.DataFrame(rows, columns=COLUMNS)


def together(found: pd.DataFrame) -> pd.DataFrame:
    """The `table` of findings to be read: what is said of several keys is one row, which names the
    first and how many more, so that one mistake in many targets does not hide the others.
    """
    same = found.groupby([name for name in COLUMNS if name != "key"], sort=False, dropna=False)
    first, more = ~same.cumcount().astype(bool), same["key"].transform("size") - 1
    keys = found["key"].where(more == 0, found["key"] + " and " + more.astype(str) + " more")
    return found.assign(key=keys)[first].reset_index(drop=True)
