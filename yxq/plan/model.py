"""What a plan folder's model is made of: strict models, and numbers as plans write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

# How an editor knows them.
SHARE = r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%|[0-9]+/[0-9]+"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


# Names that become those of files and columns, and stand in sums and requirements.
Name = Annotated[str, Field(pattern=r"^\w{1,60}$")]
YEARS = range(1900, 2201)


def within_years(day: dt.date) -> dt.date:
    """The day, if it lies in the years that can be reckoned with; else `ValueError`."""
    if day.year not in YEARS:
        raise ValueError(f"no day of the years {YEARS[0]} to {YEARS[-1]}")
    return day


Day = Annotated[dt.date, AfterValidator(within_years)]


class Model(BaseModel):
    """Unknown keys are mistakes, nothing changes after loading, and editors show the docstrings."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def mistakes(self) -> Iterator[str]:
        """What is wrong beyond the types of its parts, as `key: what is wrong; the mend`."""
        yield from ()

    @model_validator(mode="after")
    def is_right(self) -> Self:
        """Nothing is wrong with it; all that is is told, a line each."""
        if mistakes := [*self.mistakes()]:
            raise ValueError("\n".join(mistakes))
        return self


def fraction(value: Any) -> Fraction:
    """A share or a weight as the plan writes it: 95%, 1/2, 0.5 or 3; exact, as it is written."""
    text = str(value)
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


PATTERN = {"type": ["string", "number"], "pattern": f"^({SHARE}|[0-9]+(\\.[0-9]+)?)$"}
Exact = Annotated[Fraction, BeforeValidator(fraction), WithJsonSchema(PATTERN)]
