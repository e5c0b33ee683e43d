"""What a plan folder's model is made of: strict models, and numbers as plans write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

# How an editor knows them.
SHARE = r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%|[0-9]+/[0-9]+"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Model(BaseModel):
    """Unknown keys are mistakes, nothing changes after loading, and editors show the docstrings."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def fraction(value: Any) -> Fraction:
    """A share or a weight as the plan writes it: 95%, 1/2, 0.5 or 3; exact, as it is written."""
    text = str(value)
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


PATTERN = {"type": ["string", "number"], "pattern": f"^({SHARE}|[0-9]+(\\.[0-9]+)?)$"}
Exact = Annotated[Fraction, BeforeValidator(fraction), WithJsonSchema(PATTERN)]
