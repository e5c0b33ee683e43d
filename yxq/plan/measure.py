"""What a target is computed from: a form, which of its rows, and the columns for the number."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from yxq.plan.model import Model

NUMBERS = {  # what each kind of rows comes to
    "items": "share", "counts": "share", "distinct": "count", "peers": "level", "value": "level",
    "milestone": "task",
}  # fmt: skip


class Strata(Model):
    """Named strata of a target, each of which must hold. en: their English names, in order."""

    column: str
    values: tuple[str, ...]
    en: tuple[str, ...] = ()

    @model_validator(mode="after")
    def named_all_or_none(self) -> Self:
        """English names are given for all strata or for none."""
        if self.en and len(self.en) != len(self.values):
            strata, names = len(self.values), len(self.en)
            raise ValueError(f"en: {strata} strata need as many English names, not {names}")
        return self


class Measure(Model):
    """What a target is computed from: a form, its rows, and the columns that give the number."""

    form: str
    where: dict[str, str | int | tuple[str | int, ...]] = {}
    passed: Annotated[dict[str, str], Field(max_length=1)] = {}
    numerator: str | None = None
    denominator: str | None = None
    distinct: tuple[str, ...] = ()
    value: str | None = None
    peer: str | None = None
    due: str | None = None
    done: str | None = None
    when: tuple[str, ...] = ()
    strata: Strata | None = None

    @property
    def kind(self) -> str:
        """How rows become numbers: items, counts, distinct, peers, value, milestone, or text."""
        kinds = {
            "items": self.passed, "counts": self.numerator, "distinct": self.distinct,
            "peers": self.peer, "value": self.value, "milestone": self.done,
        }  # fmt: skip
        return next((kind for kind, given in kinds.items() if given), "text")

    @property
    def number(self) -> str:
        """What the rows come to: a share, a count, a level, a task, or text."""
        return NUMBERS.get(self.kind, self.kind)

    @property
    def columns(self) -> set[str]:
        """Every column of the form that the measure names."""
        single = (self.numerator, self.denominator, self.value, self.peer, self.due, self.done)
        several = (*self.where, *self.passed, *self.distinct, *self.when)
        strata = (self.strata.column,) if self.strata else ()
        return {name for name in (*single, *several, *strata) if name}
