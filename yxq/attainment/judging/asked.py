"""What is asked of each cell: its least and its most, as exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from yxq.attainment.cells import Known, scales
from yxq.attainment.measures import NUMBERS
from yxq.plan.requirement import Bound, Requirement, base_year, parse
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason

# Of these another column and the notes say what they come to.
SAID = ("> last_year", "> peers")
MOST_DIGITS = 12
LACKING = {"last_year": "no_year_before", "peers": "no_peers"}


def asked(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The bounds of some cells, by their index.

    Columns: low and high (exact; None where nothing is asked on that side, or where what it is
    compared with is not known), strict (whether the bound itself is not enough), unknown (whether a
    reference is not known), against (the first reference; empty for constants).
    """
    names = ("low", "high", "strict", "unknown", "against")
    columns = {name: np.empty(len(cells), object) for name in names}
    groups = cells.groupby(["target", "require"], sort=False).indices
    for (_, text), places in groups.items():
        requirement = parse(str(text))
        if requirement.references:
            rows: Any = bounds_of(cells.iloc[places], known, requirement)
        else:  # as most are, the same in every cell
            ends = [bound and bound.of() for bound in (requirement.low, requirement.high)]
            rows = dict(zip(names, (*ends, requirement.strict, False, ""), strict=True))
        for name in names:
            columns[name][places] = rows[name]
    types = {"strict": bool, "unknown": bool, "against": "str"}
    return pd.DataFrame(columns, cells.index).astype(types)


def written(cells: pd.DataFrame, known: Known) -> pd.Series:
    """The bounds of cells as text: where they follow from another number what they come to, else as
    the plan writes them.
    """
    others = {target.id for target in known.plan.targets if target.references}
    part = cells[cells["target"].isin(others) & ~cells["require"].isin([*SAID, ""])]
    if part.empty:
        return cells["bound"]
    rows = asked(part, known)
    rows = rows[(rows["against"] != "") & ~rows["unknown"].astype(bool)]
    ends = zip(rows["low"], rows["high"], strict=True)
    texts = ["..".join(_digits(end) for end in pair if end is not None) for pair in ends]
    return pd.Series(texts, rows.index, dtype="str").reindex(cells.index).fillna(cells["bound"])


def _digits(number: Fraction) -> str:
    """A number in as many digits as are read."""
    return np.format_float_positional(float(number), MOST_DIGITS, fractional=False, trim="-")


def bounds_of(cells: pd.DataFrame, known: Known, requirement: Requirement) -> pd.DataFrame:
    """What a requirement comes to in the cells of one target, with the columns of `asked`."""
    numbers = {name: reference(cells, known, name) for name in requirement.references}
    ends = {
        "low": _bounds(requirement.low, numbers, cells.index),
        "high": _bounds(requirement.high, numbers, cells.index),
    }
    rows = pd.DataFrame(ends, cells.index, dtype=object)
    unknown = pd.Series(False, cells.index)
    for name, bound in (("low", requirement.low), ("high", requirement.high)):
        unknown |= rows[name].isna() & (bound is not None)
    against = next(iter(requirement.references), "")
    return rows.assign(strict=requirement.strict, unknown=unknown, against=against)


def _bounds(bound: Bound | None, numbers: dict[str, pd.Series], index: pd.Index) -> pd.Series:
    """What a bound comes to in each cell."""
    if bound is None or not bound.reference:
        return pd.Series([bound and bound.of()] * len(index), index, dtype=object)
    return numbers[bound.reference].map(bound.of).astype(object)


def reference(cells: pd.DataFrame, known: Known, name: str) -> pd.Series:
    """The number that the cells of a target are compared with, exact; None where it is not known.

    `last_year`: of the same cell in the whole year before; `last`: in the latest year before that
    has one; `y2010`: in that year; `peers`: the mean of the others that reported; the name of one
    of them; a basis or a target: the same unit's number of it, so far.
    """
    if name == "last_year":
        whole = cells[[f"{column}_whole" for column in NUMBERS]]
        return numbers(cells, whole.set_axis(NUMBERS, axis=1))
    base = base_year(name)
    if base or name == "last":
        return numbers(cells, known.earlier(cells, base))
    if name in known.plan.measured:
        scale = scales(known.measures).get(name, 0)
        measure = known.plan.measured[name]
        about = {"scale": scale, "per": measure.per or 1, "years": measure.years}
        return numbers(cells.assign(**about), known.so_far(name, cells["unit"]))
    found = {id: _peers(values(known, id), known, name) for id in cells["target"].unique()}
    return cells["target"].map(found).astype(object)


def values(known: Known, target: str) -> dict[str, Fraction]:
    """What each unit, or each peer, reported of a level, the last of each."""
    rows = known.measures_so_far
    rows = rows[(rows["target"] == target) & rows["value"].notna()]
    return {unit: exact(value) for unit, value in zip(rows["unit"], rows["value"], strict=True)}


def exact(value: Any) -> Fraction:
    """A number as it is written: 0.1 is a tenth, and not the nearest binary fraction."""
    return Fraction(repr(float(value)))


def _peers(values: dict[str, Fraction], known: Known, name: str) -> Fraction | None:
    """The mean of the others, or the value of one of them."""
    if name != "peers":
        return values.get(name)
    others = [value for unit, value in values.items() if unit != known.plan.city.name]
    return Fraction(sum(others), len(others)) if others else None


def numbers(cells: pd.DataFrame, sums: pd.DataFrame) -> pd.Series:
    """The number of each cell from its sums, exact, None where there is none.

    cells: scale (decimals of the sums), per (for how many of what it is over) and years (of how
    many it is the mean); sums: numerator, denominator, value.
    """
    about = (cells["scale"], cells["per"], cells["years"])
    rows = zip(*about, *(sums[name] for name in NUMBERS), strict=True)
    return pd.Series([_number(*row) for row in rows], cells.index, dtype=object)


def _number(
    scale: int, per: int, years: int, numerator: Any, denominator: Any, value: Any
) -> Fraction | None:
    if pd.notna(denominator):
        return Fraction(int(numerator) * per, int(denominator)) if denominator > 0 else None
    if pd.notna(value):
        return exact(value)
    return None if pd.isna(numerator) else Fraction(int(numerator), 10**scale * years)


def lacking(against: str) -> Reason:
    """Which number to compare with is missing."""
    code = LACKING.get(against)
    return Reason(code) if code else Reason.of("no_reference", against)


def add_lacking(notes: Reasons, where: pd.Series, bounds: pd.DataFrame) -> None:
    """Note what is missing to compare with, where it is."""
    for against, rows in bounds[where].groupby("against"):
        notes.add(rows.index, lacking(str(against)))
