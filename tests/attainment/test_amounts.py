"""What is still needed of amounts is so much and no whole number; of counts it is whole ones."""

import pytest
from small import folder, form, read, results, target

from yxq.plan.forms import Form
from yxq.plan.measure import Measure

TONNES = {"form": "f", "sum": "tonnes"}
PART = {"form": "f", "sum": "tonnes", "over": "hectares"}
ITEMS = {"form": "f", "sum": "n"}
OF_ITEMS = {"form": "f", "sum": "n", "over": "of"}
LAW = {"rule": "at_most", "column": "tonnes", "of": ["hectares"]}
COUNTS = {"rule": "at_most", "column": "n", "of": ["of"]}
COLUMNS = ("unit", "on", "tonnes", "hectares", "n", "of")
FORM = form(*COLUMNS, when=["on"], checks=[LAW, COUNTS])
ROWS = f"{','.join(COLUMNS)}\n甲镇,2013-05-01,9.25,10,9,11\n乙镇,2013-05-01,12.5,13.125,12,12\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "require", "needed", "of_city"),
    [
        (TONNES, ">= 11.6", 2.35, 0.0),  # 11.6 - 9.25; the city has 21.75
        (TONNES, ">= 1/3", 0.0, 0.0),
        (TONNES, "> 9.25", 0.0, 0.0),  # nothing is short but more than it
        (TONNES, ">= 5,000.5", 4991.25, 4978.75),
        (TONNES, "20..30", 10.75, 0.0),
        (PART, ">= 95%", 0.25, 0.21875),  # 9.5 - 9.25; 95% of 23.125 is 21.96875
        (PART, ">= 50%", 0.0, 0.0),
        (PART, "<= 90%", 0.25, 0.9375),  # 9.25 - 9; 90% of 23.125 is 20.8125
        (ITEMS, ">= 33.5", 25.0, 13.0),  # 24.5 and 12.5, and there is no half an item
        (OF_ITEMS, ">= 95%", 2.0, 1.0),  # 10.45 of 11, 21.85 of 23
    ],
)
def test_what_an_amount_needs(tmp_path, measure, require, needed, of_city):
    plan = folder(tmp_path, {"f": FORM}, target("A", measure, require))
    got = results(plan, read(tmp_path, plan, f=ROWS))["needed"]
    assert got["甲镇", "A"] == needed
    assert got["某市", "A"] == of_city


@pytest.mark.parametrize(
    ("measure", "are_amounts"),
    [
        (TONNES, True),
        (PART, True),
        ({"form": "f", "sum": "n", "over": "hectares"}, True),
        (ITEMS, False),
        (OF_ITEMS, False),
        ({"form": "f", "rows": True}, False),
    ],
)
def test_amounts_are_in_columns_of_numbers(measure, are_amounts):
    assert Form.model_validate(FORM).adds_amounts(Measure.model_validate(measure)) is are_amounts


@pytest.mark.parametrize(
    ("measure", "number"), [({"form": "f", "rows": True}, 3), ({"form": "f", "sum": "n"}, 12)]
)
def test_a_form_without_units_counts_for_the_city(tmp_path, measure, number):
    plan = folder(
        tmp_path,
        {"f": form("on", "n", when=["on"])},
        target("A", measure, ">= 3", **{"for": "city"}),
    )
    sent = "on,n\n2013-05-01,3\n2013-06-01,4\n2013-07-01,5\n"
    got = results(plan, read(tmp_path, plan, f=sent))
    assert got["value"].to_dict() == {("某市", "A"): number}


def test_an_amount_of_the_year_before_is_so_much_too(tmp_path):
    plan = folder(tmp_path, {"f": FORM}, target("A", TONNES, ">= 1"))
    before = "甲镇,2012-04-01,3.25,10,9,11\n甲镇,2012-05-01,4.5,10,9,11\n"
    got = results(plan, read(tmp_path, plan, f=ROWS + before)).loc[("甲镇", "A")]
    assert (got["value"], got["previous"], got["change"]) == (9.25, 7.75, 1.5)
