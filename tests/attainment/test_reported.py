"""What is shown without a verdict."""

import pytest
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
