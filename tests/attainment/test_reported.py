"""What is shown without a verdict."""

import pytest
import small
from judged import CITY, NOTHING, PLAN, result, rows, sent


class TestReported:
    @pytest.mark.parametrize("target", [t.id for t in PLAN.targets if t.kind == "reported"])
    def test_no_verdict_is_ever_computed(self, target):
        kind = PLAN.target(target).measure.key
        cell = (
            {"value": 5.0}
            if kind == "value"
            else {"numerator": 1}
            if kind == "distinct"
            else {"done": "2013-01-01"}
        )
        unit = CITY
        assert (
            result(target, rows({"target": target, "unit": unit} | cell), unit)["state"]
            == "reported"
        )
        owner, form = PLAN.target(target).owner, PLAN.target(target).measure.form
        gone = sent(without=frozenset({(form, owner, 2013, m) for m in range(1, 13)}))
        assert result(target, NOTHING, unit, returns=gone)["state"] == "no data"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("absent", "quarters", "state"),
    [("none", 4, "reported"), ("none", 3, "no data"), ("unknown", 4, "no data")],
)
def test_none_in_a_list_that_has_all_arrived_is_reported(tmp_path, absent, quarters, state):
    """乙镇 is in no list: it has none where a list is whole, and where it is not nobody knows."""
    form = small.form("unit", "on", absent=absent, when=["on"])
    owed = [{"form": "f", "sender": "办公室", "every": "quarter", "due_days": 15}]
    target = small.target("A", {"form": "f", "rows": True})
    plan = small.folder(tmp_path, {"f": form}, target, returns=owed)
    days = ("1-3月", "02-04"), ("4-6月", "05-02"), ("7-9月", "08-02"), ("10-12月", "11-02")
    files = {f"2013年{name}": f"unit,on\n甲镇,2013-{day}\n" for name, day in days[:quarters]}
    got = small.results(plan, small.read(tmp_path, plan, **files))
    assert got.loc[("甲镇", "A"), "state"] == "reported"
    assert got.loc[("乙镇", "A"), "state"] == state
