"""What a plan folder's model is made of: strict models, and numbers as plans write them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

# How an editor knows them.
SHARE = r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%|[0-9]+/[0-9]+"
WHOLE = r"[0-9]+(\.\.[0-9]+)?"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Model(BaseModel):
    """Unknown keys are mistakes, nothing changes after loading, and editors show the docstrings."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def exact(value: Any) -> Any:
    """A threshold as text (95%, 1/3, 15, 1..2 or a date); a decimal fraction is refused."""
    decimal = isinstance(value, str) and re.fullmatch(r"\d*\.\d*", value) and value != "."
    if isinstance(value, float) or decimal:
        mend = "write a percentage (95%) or a fraction (1/3)"
        raise ValueError(f"a decimal cannot say one third; {mend}")
    return value if value is None else str(value)


def fraction(value: Any) -> Fraction:
    """A share or a weight as the plan writes it: 95%, 1/2 or 3; a decimal fraction is refused."""
    text = exact(value) or ""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


PATTERN = {"type": ["string", "integer"], "pattern": f"^({SHARE}|[0-9]+)$"}
Exact = Annotated[Fraction, BeforeValidator(fraction), WithJsonSchema(PATTERN)]
