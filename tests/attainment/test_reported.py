"""What is shown without a verdict."""

import pytest
import small
from judged import AFTER, CITY, NOTHING, PLAN, rows, sent

from yxq.attainment.attain import attain

REPORTED = [target.id for target in PLAN.targets if target.kind == "reported"]
SAID, DONE = {"value": {"value": 5.0}, "distinct": {"numerator": 1}}, {"done": "2013-01-01"}


@pytest.fixture(scope="module")
def states() -> tuple[dict[str, str], dict[str, str]]:
    """The city's states of all of them where each was told of, and where no return of theirs came;
    worked out together.
    """
    targets = tuple(PLAN.target(id) for id in REPORTED)
    plan = PLAN.model_copy(update={"period": PLAN.period.model_copy(update={"targets": targets})})
    kinds = {target.id: target.measure.key for target in targets}
    told = rows(
        *({"target": id, "unit": CITY} | SAID.get(kind, DONE) for id, kind in kinds.items())
    )
    months = range(1, 13)
    gone = sent(frozenset((t.measure.form, t.owner, 2013, m) for t in targets for m in months))
    tables = (attain(plan, *given, AFTER, [CITY]) for given in ((told, sent()), (NOTHING, gone)))
    one, other = (table.set_index("target")["state"].to_dict() for table in tables)
    return one, other


class TestReported:
    @pytest.mark.parametrize("target", REPORTED)
    def test_no_verdict_is_ever_computed(self, states, target):
        told, gone = states
        assert (told[target], gone[target]) == ("reported", "no data")


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
