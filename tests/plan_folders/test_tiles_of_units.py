"""No two units of one time stand on one tile of the map."""

import pytest

from yxq.plan.units import Unit
from yxq.plan_folders.checks import unit_mistakes


def unit(name: str, **more: object) -> Unit:
    given = {"code": name, "code_system": "own", "name": name, "kind": "town", "slug": name}
    return Unit.model_validate(given | more)


CITY = unit("c", kind="city")


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ({}, {}, True),
        ({"valid_to": "2012-12-31"}, {"valid_from": "2013-01-01"}, False),  # its successor
        ({"valid_to": "2013-01-01"}, {"valid_from": "2013-01-01"}, True),
        ({"valid_from": "2013-01-01"}, {"valid_to": "2012-12-31"}, False),
    ],
)
def test_two_on_one_tile(one, other, wrong):
    place = {"row": "2", "column": "3"}
    units = (
        CITY,
        unit("a", **place, **one),
        unit("b", **place, **other),
        unit("d", row=3, column=2),
    )
    told = [(found.key, found.what) for found in unit_mistakes(units)]
    expected = [("row, column", "a and b are both at row 2, column 3")]
    assert told == (expected if wrong else [])
