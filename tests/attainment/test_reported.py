"""What is shown without a verdict."""

import pytest
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
