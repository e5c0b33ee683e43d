"""What every part of a plan folder's model is made of: strict models, bilingual texts, exact
numbers, and the error.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema


class Model(BaseModel):
    """Unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True
    )  # which editors show


def exact(value: Any) -> Any:
    """A threshold as the plan writes it: 95%, 1/3, 15, 1..2 or a date; a decimal fraction is
    refused.
    """
    if isinstance(value, float) or (
        isinstance(value, str) and value.replace(".", "", 1).isdigit() and "." in value
    ):
        raise ValueError(
            "a decimal cannot say one third; write a percentage (95%) or a fraction (1/3)"
        )
    return value if value is None else str(value)


def fraction(value: Any) -> Fraction:
    """A share or a weight as the plan writes it: 95%, 1/2 or 3; a decimal fraction is refused."""
    text = exact(value)
    return (
        Fraction(text[:-1]) / 100
        if isinstance(text, str) and text.endswith("%")
        else Fraction(text or "")
    )


SHARE, WHOLE = (
    r"(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%|[0-9]+/[0-9]+",
    r"[0-9]+(\.\.[0-9]+)?",
)  # how an editor knows them
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
Exact = Annotated[
    Fraction,
    BeforeValidator(fraction),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^({SHARE}|[0-9]+)$"}),
]
