"""What only the whole of a sheet tells: whether totals are sums, and how many samples passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from yxq.words.reasons import Reason


@dataclass
class Tally:
    """What has been counted of a sheet, and goes on from block to block.

    judged, passed: samples with a result, and those that passed. second: the row of a second
    header. other: the row in which another return begins. proven: whether a word or unit of the
    plan stands there in letters beyond ASCII. sums: column -> sums of its first n rows, missing
    from a row without a count on. known: column -> text -> what it was read to.
    """

    judged: int = 0
    passed: int = 0
    second: int = 0
    other: int = 0
    proven: bool = False
    sums: dict[str, list[Any]] = field(default_factory=dict)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Count a further block, that was read by itself."""
        self.judged += other.judged
        self.passed += other.passed
        self.second = self.second or other.second
        self.other = self.other or other.other
        self.proven = self.proven or other.proven


def totals(
    counts: pd.DataFrame, is_total: np.ndarray, labels: dict[str, str], tally: Tally
) -> pd.Series:
    """The reason of each totals row: whether it is the sum of rows just above it, however many.

    counts: the columns that add up. Totals that stand above their rows are not compared.
    """
    reasons = pd.Series(Reason("total"), counts.index[is_total], dtype=object)
    for name in counts:
        sums = tally.sums.setdefault(name, [0])
        last = 0  # how many rows stand above the total before
        for row, count, here in zip(counts.index, counts[name], is_total, strict=True):
            if not here:
                sums.append(sums[-1] + count)
            elif not pd.isna(count) and not pd.isna(sums[-1]) and len(sums) - 1 > last:
                if sums[-1] - count not in sums[:-1]:
                    above = sums[-1] - sums[last]
                    reasons[row] = Reason.of("total_differs", labels[name], count, above)
                last = len(sums) - 1
    return reasons
