"""A commitment with its rule and threshold: which shapes a plan file may give them."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from yxq.plan.measure import Measure
from yxq.plan.model import DATE, SHARE, WHOLE, Exact, Model, exact, fraction
from yxq.plan.units import FilePart
from yxq.words.text import Text

Rule = Literal[
    "rate_at_least", "count_at_least", "count_between", "count_at_most", "rising",
    "above_peer_mean", "rank_within_front", "milestone", "reported",
]  # fmt: skip
KINDS = {  # of measure that each rule is computed from
    "rate_at_least": {"items", "counts"},
    "count_at_least": {"distinct"},
    "count_between": {"distinct"},
    "count_at_most": {"distinct"},
    "rising": {"distinct", "value"},
    "above_peer_mean": {"peers"},
    "rank_within_front": {"peers"},
    "milestone": {"milestone"},
    "reported": {"distinct", "value", "milestone", "text"},
}
NEEDS: dict[str, str] = {  # the property of Target that a rule's threshold is read by
    "rate_at_least": "share", "rank_within_front": "share", "count_at_least": "bounds",
    "count_between": "bounds", "count_at_most": "bounds", "milestone": "due",
}  # fmt: skip
SHAPES = {  # what such a threshold looks like, and examples
    "share": (SHARE, "95% or 1/3"),
    "bounds": (WHOLE, "15 or 1..2"),
    "due": (f"{DATE}|open", "2014-12-31 or open"),
}


def _thresholds(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema which threshold each rule takes, so that an editor knows at once."""
    schema["allOf"] = []
    for rule in KINDS:
        shape = NEEDS.get(rule, "")
        threshold: dict[str, Any] = {"type": "null"}
        if shape:
            types = ["string", *{"bounds": ["integer"], "due": ["null"]}.get(shape, [])]
            threshold = {"type": types, "pattern": f"^({SHAPES[shape][0]})$", "minimum": 0}
        then: dict[str, Any] = {"properties": {"threshold": threshold}}
        if shape in ("share", "bounds"):
            then["required"] = ["threshold"]
        condition = {"properties": {"rule": {"const": rule}}, "required": ["rule"]}
        schema["allOf"].append({"if": condition, "then": then})


class Target(Model):
    """One commitment with its rule."""

    model_config = ConfigDict(json_schema_extra=_thresholds)

    id: FilePart
    """Its own for good: the same commitment keeps it next year, and no other ever gets it."""
    clause: str
    """Where the plan says so; the longest section that begins it is its heading."""
    title: Text
    rule: Rule
    """What attained means: see the table of rules in the README."""
    threshold: Annotated[
        str | None, BeforeValidator(exact), WithJsonSchema({"type": ["string", "integer", "null"]})
    ] = None
    """Exact: 95% or 1/3 of rates and ranks, 15 or 1..2 of counts, a date or open of tasks; nothing
    for the other rules.
    """
    unit: Text
    """What is counted, such as {zh: 批次, en: batch/batches}; share for a value that is a share."""
    scope: Literal["town", "city", "both"]
    """Who is assessed by it: every town, the city alone, or both."""
    owner: str
    """The department that answers for it and sends its form; one of `senders` in forms.yml."""
    sampled: bool = False
    """Whether the numbers are a sample, which has an interval, or a complete count."""
    weight: Annotated[Exact, Field(gt=0)] = Fraction(1)
    split: str | None = None
    """How the city's count is split among units where quotas.csv sets none: one of `bases`, or
    equal.
    """
    lot: str | None = None
    """The basis that says how large the lot is from which a sample is drawn."""
    measure: Measure
    assumptions: tuple[str, ...] = ()
    """What the plan does not say about it: names under `assumptions`."""
    note: str = ""

    @property
    def share(self) -> Fraction:
        """The threshold of a rate or rank rule as an exact fraction."""
        return fraction(self.threshold)

    @property
    def bounds(self) -> tuple[int, int]:
        """Least and most of a count rule; the same number twice where only one is given."""
        low, _, high = (self.threshold or "").partition("..")
        return int(low), int(high or low)

    @property
    def due(self) -> dt.date | None:
        """The date that the plan itself sets for a milestone."""
        if self.rule != "milestone" or self.threshold in (None, "open"):
            return None
        return dt.date.fromisoformat(self.threshold)

    @model_validator(mode="after")
    def threshold_fits(self) -> Self:
        """The threshold is of the kind that the rule needs."""
        needs = NEEDS.get(self.rule, "")
        if not needs:
            if self.threshold is not None:
                mend = f"remove {self.threshold!r}"
                raise ValueError(f"threshold: the rule {self.rule} takes none; {mend}")
            return self
        pattern, example = SHAPES[needs]
        if self.threshold is None:
            if needs != "due":  # a task without a date of the plan's has the return's
                raise ValueError(f"threshold: {self.rule} needs one; write {example}")
            return self
        misfit = f"threshold: {self.threshold!r} does not fit {self.rule}; write {example}"
        if not re.fullmatch(pattern, self.threshold):
            raise ValueError(misfit)
        try:
            value: Any = getattr(self, needs)
        except (ValueError, ZeroDivisionError):
            raise ValueError(misfit) from None
        if needs == "share" and not 0 < value <= 1:
            raise ValueError(f"threshold: {self.threshold!r} is not a share between 0 and 100%")
        if needs == "bounds" and not 0 <= value[0] <= value[1]:
            raise ValueError(f"threshold: {self.threshold!r} is not a range from low to high")
        return self

    @model_validator(mode="after")
    def measure_fits(self) -> Self:
        """The measure is of a kind that the rule needs, and fit to be split or to have a lot."""
        if self.measure.kind not in KINDS[self.rule]:
            kinds = " or ".join(sorted(KINDS[self.rule]))
            raise ValueError(f"measure: {self.rule} needs {kinds}, this is {self.measure.kind}")
        if self.split and not self.splittable:
            shared = "a count that the city and its units share (scope both)"
            raise ValueError(f"split: only {shared} can be split")
        if self.lot and (not self.sampled or self.measure.strata):
            sampled = "a sampled rate without strata"
            raise ValueError(f"lot: only {sampled} has a lot that it is drawn from")
        return self

    @property
    def splittable(self) -> bool:
        """Whether it is a count that the city and its units share."""
        return self.scope == "both" and self.rule in ("count_at_least", "count_between")
