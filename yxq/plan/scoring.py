"""The model of `scoring` in a plan file: how results become a score, a grade and a rank."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from yxq.plan.model import Exact, Model


class Step(Model):
    """What reaching a share of what was asked is worth."""

    reached: Annotated[Exact, Field(gt=0, le=1)]
    credit: Annotated[Exact, Field(ge=0, le=1)]


class Late(Model):
    """What a milestone is worth that was done no more than so many days late."""

    days: Annotated[int, Field(gt=0)]
    credit: Annotated[Exact, Field(ge=0, le=1)]


class Deduction(Model):
    """Points taken off for each of these targets that is not attained: off the sheet's total where
    targets have points, else off the score of 100.
    """

    targets: tuple[str, ...]
    points: Annotated[Exact, Field(gt=0)]


class Fair(Model):
    """What units with few samples or few items earn, in place of all or nothing, for which chance
    weighs more the smaller a unit is.
    """

    rates: bool = False
    """Whether a sampled share of which at least so much is asked earns, of its points, the chance
    that the true rate reaches it, given all units' spread.
    """
    years: Annotated[int, Field(ge=2, le=5)] | None = None
    """Over how many years a unit's small share of a count is added up."""
    small: Annotated[int, Field(gt=0)] = 2
    """The largest share that is small."""


class Band(Model):
    """A grade and the least score that it takes."""

    grade: Annotated[str, Field(min_length=1)]
    least: Annotated[Exact, Field(ge=0, le=100)]
    keys: bool = False
    """Whether every key item must be met, too."""


class Veto(Model):
    """Targets of which one that is not attained sets the grade outright."""

    targets: tuple[str, ...]
    grade: str


class Scoring(Model):
    """How results become a score, a grade and a rank; all of it is the office's choice, none of it
    the plan's.
    """

    partial: tuple[Step, ...] = ()
    late: Late | None = None
    fair: Fair | None = None
    deductions: tuple[Deduction, ...] = ()
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    veto: Veto | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    """To so many decimals a score is rounded, halves up, before it is given a grade."""
    missing_at_most: Annotated[Exact, Field(ge=0, le=1)] = Fraction(1, 5)
    vary: Annotated[Exact, Field(ge=0, lt=1)] = Fraction(1, 4)
    draws: Annotated[int, Field(ge=1000)] = 2000
    seed: int

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Bands and steps go from the best down, and the lowest band takes every score."""
        if self.bands[-1].keys:
            raise ValueError("bands: the lowest takes every score, and cannot ask for key items")
        least, grades = [band.least for band in self.bands], [band.grade for band in self.bands]
        if least != sorted(set(least), reverse=True) or least[-1] != 0:
            example = "such as A 90, B 80, C 60, D 0"
            raise ValueError(f"bands: from the highest least score down to 0, {example}")
        reached, credits = (
            [getattr(s, name) for s in self.partial] for name in ("reached", "credit")
        )
        falling = reached == sorted(set(reached), reverse=True)
        if not falling or credits != sorted(credits, reverse=True):
            rule = "from the largest share reached down, each once, with credits that do not rise"
            raise ValueError(f"partial: {rule}")
        if len(set(grades)) < len(grades):
            raise ValueError("bands: a grade stands there twice")
        if self.veto and self.veto.grade not in grades:
            raise ValueError(f"veto: {self.veto.grade!r} is no grade of the bands")
        return self
