"""Rows of attainment as text: what differs by kind is in the classes here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import pandas as pd

from yxq.attainment.quotas import by_computed_share
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report.display.numbers import chance, interval, number, share, share_difference, signed
from yxq.report.display.requirement import amount, is_share, required
from yxq.words.states import SHORT, State
from yxq.words.wording import Words

FEW = 10  # items of both years together, below which a ratio says nothing
CHANGE = ("change_low", "change_high")
Row = dict[str, Any]


def results(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Attainment as text, a row a result under the index of `attained`; empty where there is none.

    Columns: section (the plan's heading), clause, id, target (its title), required, counts, value,
    code (the state as the contract spells it), state, gap, needed, note, owner, previous, change,
    change_interval, trend, evidence, interval, further, probability, whole_year_before.
    """
    formats: dict[tuple[str, str], _Format] = {}
    kinds = {unit.name: unit.kind for unit in plan.folder.units}
    shown = []
    for row in attained.to_dict("records"):
        kind = kinds[row["unit"]]
        if (row["target"], kind) not in formats:
            target = plan.target(row["target"]).of_kind(kind)
            of_amounts = plan.folder.forms[target.measure.form].adds_amounts(target.measure)
            formats[target.id, kind] = _format_of(target)(target, words, of_amounts)
        shown.append(_shown(plan, row, formats[row["target"], kind]))
    return pd.DataFrame(shown, index=attained.index)


def values(plan: Plan, moved: pd.DataFrame, when: str, words: Words) -> list[str]:
    """The numbers of results that have moved (see `yxq.attainment.since`) as text, `before` or
    `after`: counts where there are any, else the value; nothing where there was none.
    """
    kinds = {unit.name: unit.kind for unit in plan.folder.units}
    names = ("value", "numerator", "denominator")
    told = []
    for row in moved.to_dict("records"):
        target = plan.target(row["target"]).of_kind(kinds[row["unit"]])
        of_amounts = plan.folder.forms[target.measure.form].adds_amounts(target.measure)
        text = _format_of(target)(target, words, of_amounts)
        numbers = {name: row[f"{name}_{when}"] for name in names}
        if pd.isna(numbers["value"]):
            told.append("")
        elif counts := text.counts(numbers):
            told.append(words("value_of", value=text.value(numbers), counts=counts))
        else:
            told.append(text.value(numbers))
    return told


def _shown(plan: Plan, row: Row, text: _Format) -> dict[str, str]:
    """A row of attainment as text, a column a key."""
    target, words = text.target, text.words
    is_split = target.splittable and row["unit"] != plan.folder.city.name
    quota = row["bound"] if is_split else None
    trend = row["trend"] and not text.too_few(row)
    return {
        "section": words.text(plan.section(target).title),
        "clause": words.clause(row["clause"]),
        "id": target.id,
        "target": words.text(target.title),
        "required": required(target, words, quota, row["year_before"], row["bound"]),
        "counts": text.counts(row),
        "value": "" if pd.isna(row["value"]) else text.value(row),
        "code": row["state"],
        "state": _state(row, words),
        "gap": "" if pd.isna(row["gap"]) else text.gap(row),
        "needed": text.needed(row) if row["state"] in SHORT or _lacks(row) else "",
        "note": words.reason(row["note"]),
        "owner": words.sender(target.owner),
        "previous": _if_known(row["previous"], text.previous),
        "change": _if_known(row["change"], text.change),
        "change_interval": "" if pd.isna(row["change_low"]) else text.change_interval(row),
        "trend": words.entry("trends", row["trend"]) if trend else "",
        "evidence": words.entry("evidence", row["evidence"]) if row["evidence"] else "",
        "interval": interval(row["low"], row["high"], words),
        "further": _further(row, words),
        "probability": chance(row["probability"]),
        "whole_year_before": _if_known(row["year_before"], text.previous),
    }


def _state(row: Row, words: Words) -> str:
    """The state with its sign; that a verdict rests on a share which is only computed is said."""
    state = words.state(row["state"])
    settled = row["state"] in (State.ATTAINED, State.NOT_ATTAINED)
    computed = settled and by_computed_share(row["note"])
    return words("state_computed", state=state) if computed else state


def _further(row: Row, words: Words) -> str:
    """How many further samples would demonstrate a rate; that so many are there before the end."""
    if pd.isna(row["further"]):
        return ""
    is_open = row["state"] in (State.ON_TRACK, State.BEHIND)
    enough = is_open and row["further"] == 0 and row["evidence"] == "not shown"
    return words("further_enough") if enough else f"{row['further']:.0f}"


def _if_known(value: Any, formatted: Callable[[Any], str]) -> str:
    return "" if pd.isna(value) else formatted(value)


@dataclass(frozen=True)
class _Format:
    """A target's numbers as text: amounts and counts, as most kinds have them."""

    target: Target
    words: Words
    of_amounts: bool = False
    """Whether numerator and denominator are amounts, which are written as all of them are."""
    has_counts: ClassVar[bool] = False
    """Whether numerator and denominator are shown."""

    def counts(self, row: Row) -> str:
        both = row["numerator"], row["denominator"]
        if not self.has_counts or any(map(pd.isna, both)):
            return ""
        thousands = "," if self.of_amounts else ""
        return " / ".join(f"{int(count):{thousands}}" for count in both)

    def value(self, row: Row) -> str:
        return amount(row["value"], self.target, self.words)

    def previous(self, value: Any) -> str:
        return amount(value, self.target, self.words)

    def difference(self, value: float) -> str:
        """A gap or a change, of shares in percentage points."""
        if is_share(self.target):
            return share_difference(value, self.words)
        unit = self.words.counted(self.target.unit, value)
        return self.words("of_unit", value=signed(value, number(abs(value))), unit=unit)

    def change(self, value: float) -> str:
        """How much more or less than before."""
        return self.words("as_before") if value == 0 else self.difference(value)

    def gap(self, row: Row) -> str:
        """How far the value is from what is asked."""
        return self.difference(row["gap"])

    def needed(self, row: Row) -> str:
        """How much more it takes, of a target that is short."""
        value = number(row["needed"])
        if value in ("", "0"):
            return ""
        # Of what a share lacks the plan does not say what it is called.
        is_named = self.target.unit.en != "share"
        unit = self.words.counted(self.target.unit, row["needed"]) if is_named else ""
        return self.words("still_short", value=value, unit=unit).strip()

    def too_few(self, row: Row) -> bool:
        """Whether a count is too small for a ratio of two years to say anything."""
        if pd.isna(row["change_low"]):
            return False
        return bool(row["numerator"] + row["previous_numerator"] < FEW)

    def change_interval(self, row: Row) -> str:
        """How far chance reaches around a change, of counts as a ratio."""
        if self.too_few(row):
            return self.words("too_few")
        low, high = (f"{row[end]:.1f}".replace("inf", "∞") for end in CHANGE)
        return self.words("times_range", low=low, high=high)


def _lacks(row: Row) -> bool:
    """Whether something is likely to hold at the end that does not hold so far."""
    lacking = pd.notna(row["needed"]) and row["needed"] > 0
    return bool(row["state"] == State.ON_TRACK and lacking)


class _RateFormat(_Format):
    """Shares of counts, exact against their threshold, compared however few there are."""

    has_counts = True

    def value(self, row: Row) -> str:
        if pd.isna(row["denominator"]):  # of amounts, whose parts are no counts
            return self.previous(row["value"])
        return share(Fraction(int(row["numerator"]), int(row["denominator"])), self.target.constant)

    def previous(self, value: Any) -> str:
        return share(Fraction(value).limit_denominator(1_000_000), self.target.constant)

    def too_few(self, row: Row) -> bool:
        return False

    def change_interval(self, row: Row) -> str:
        low, high = (f"{100 * row[end]:+.1f}".replace("-", "−") for end in CHANGE)
        return self.words("points_range", low=low, high=high)

    def needed(self, row: Row) -> str:
        """While more can come how many have to, and all pass."""
        value = number(row["needed"])
        if pd.isna(row["probability"]) or value in ("", "0") or self.target.measure.is_stock:
            return super().needed(row)
        unit = self.words.counted(self.target.unit, row["needed"])
        return self.words("passes_needed", value=value, unit=unit)


class _RankFormat(_Format):
    """Ranks among peers, whose differences have no unit."""

    has_counts = True

    def value(self, row: Row) -> str:
        return self.words("nth", n=number(row["value"]))

    def difference(self, value: float) -> str:
        return signed(value, number(abs(value)))


class _TaskFormat(_Format):
    """Tasks with a day, which are short of nothing but time: their notes say so."""

    has_counts = True

    def gap(self, row: Row) -> str:
        """How many days are left, or how early or late it was."""
        days = int(row["gap"])
        if days == 0:
            return self.words("on_the_day")
        if days < 0:
            return self.words("days_over_due", n=-days)
        return self.words("days_left" if row["state"] == State.PENDING else "days_early", n=days)

    def needed(self, row: Row) -> str:
        return ""


class _RisingFormat(_Format):
    """What has to exceed the year before."""

    def needed(self, row: Row) -> str:
        more = super().needed(row)
        if more or pd.isna(row["year_before"]):
            return more
        before = amount(row["year_before"], self.target, self.words)
        return self.words("must_rise", before=before)


FORMATS: dict[str, type[_Format]] = {"share": _RateFormat, "rank": _RankFormat, "task": _TaskFormat}


def _format_of(target: Target) -> type[_Format]:
    usual = _RisingFormat if target.on_last_year else _Format
    over_units = target.require is not None and target.require.of == "units"
    return _RateFormat if over_units else FORMATS.get(target.kind, usual)
