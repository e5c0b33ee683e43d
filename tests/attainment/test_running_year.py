"""P18: a value of the running year is shown when it is reported, and pending until the end."""

import pytest
from small import folder, form, read, results, target

pytestmark = pytest.mark.slow  # not part of `make quick`

VALUE = {"form": "f", "value": "value"}
COLUMNS = ["unit", "year", "value"]
FILED = "unit,year,value\n甲镇,2013,52\n填报日期：2013-03-20,,\n"


def plan_of(place, **period):
    made = form(*COLUMNS, when=["year"], absent="unknown")
    plan = folder(place, {"f": made}, target("T", VALUE, ">= 50"), target("R", VALUE), **period)
    forms = (plan / "forms.yml").read_text(encoding="utf-8")
    layout = "layout: {footers: [填报日期]}\n"
    (plan / "forms.yml").write_text(layout + forms, encoding="utf-8")
    return plan


@pytest.mark.parametrize(
    ("name", "text", "day", "state"),
    [
        ("f", "unit,year,value\n甲镇,2013,52\n", "2013-01-01", "pending"),  # it says no day
        ("f", FILED, "2013-03-19", "no data"),
        ("f", FILED, "2013-03-20", "pending"),
        ("f-2013年第一季度", "unit,year,value\n甲镇,2013,52\n", "2013-03-30", "no data"),
        ("f-2013年第一季度", "unit,year,value\n甲镇,2013,52\n", "2013-03-31", "pending"),
        ("f-2013年", "unit,year,value\n甲镇,2013,52\n", "2013-12-30", "no data"),
        ("f-2013年", "unit,year,value\n甲镇,2013,52\n", "2013-12-31", "attained"),
        ("f", FILED.replace("2013-03-20", "2014-01-20"), "2013-12-30", "no data"),
        ("f", FILED.replace("2013-03-20", "2014-01-20"), "2013-12-31", "attained"),
    ],
)
def test_a_value_counts_from_its_return(tmp_path, name, text, day, state):
    plan = plan_of(tmp_path)
    own = results(plan, read(tmp_path, plan, **{name: text}), day).loc["甲镇"]
    assert own.loc["T", "state"] == state
    shown = state != "no data"
    assert own["value"].notna().tolist() == [shown, shown]
    assert (own.loc["R", "state"] == "reported") == shown


def test_the_last_value_of_the_year_is_the_number(tmp_path):
    plan = plan_of(tmp_path)
    later = FILED.replace("52", "49").replace("03-20", "09-20")
    tables = read(tmp_path, plan, one=FILED, two=later)
    states = {}
    for day in ("2013-03-31", "2013-12-31"):
        row = results(plan, tables, day).loc[("甲镇", "T")]
        states[day] = (row["value"], row["state"])
    assert states == {"2013-03-31": (52, "pending"), "2013-12-31": (49, "not attained")}


def test_a_period_that_is_no_calendar_year_keeps_its_values_within(tmp_path):
    plan = plan_of(tmp_path, start="2013-04-01", end="2014-03-31")
    tables = read(tmp_path, plan, f="unit,year,value\n甲镇,2013,52\n甲镇,2012,40\n")
    assert sorted(tables.measures["date"].dt.date.astype(str).unique()) == [
        "2012-04-01",
        "2013-04-01",
    ]
    row = results(plan, tables, "2013-05-01").loc[("甲镇", "T")]
    assert (row["value"], row["state"]) == (52, "pending")
