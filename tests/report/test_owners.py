"""The counts of a department's targets add up to how many they are, and of the units that miss a
target so many are named as a cell has room for.
"""

import city_oracle as oracle
import pandas as pd
import pytest

from yxq.report.sections import owners as module
from yxq.report.sections.owners import owners, units_short
from yxq.words.wording import Words

STATES = {"T01": "attained", "T02": "on track", "T03": "not attained", "T04": "behind"}
STATES |= {"T05": "no data", "T06": "pending", "T07": "pending", "T08": "reported"}
STATES |= {"T09": "not applicable"}


@pytest.mark.parametrize(
    ("language", "others"),
    [
        ("zh", "未到期2项、不适用1项、不作判定1项"),
        ("en", "2 pending, 1 not applicable, 1 not judged"),
    ],
)
def test_every_target_of_a_department_is_counted(plan2013, language, others):
    words = Words(language, plan2013.folder.unit_word, plan2013.english)
    owner = plan2013.target("T01").owner
    answering = {id: plan2013.target(id).model_copy(update={"owner": owner}) for id in STATES}
    period = plan2013.period.model_copy(update={"targets": tuple(answering.values())})
    plan = plan2013.model_copy(update={"period": period})

    def cells(states):
        rows = pd.DataFrame({"id": [*states], "code": [*states.values()]})
        (table,) = oracle.tables(owners(plan, rows, words))
        (row,) = table.rows
        return row[1:]

    assert cells(STATES) == ["9", "2", "2", "1", others]
    judged = {id: state for id, state in STATES.items() if id <= "T05"}
    assert cells(judged) == ["5", "2", "2", "1"]  # a column in which nothing stands is left out


def test_of_the_units_that_miss_a_target_twelve_are_named_and_three_of_a_great_many(
    plan2013, monkeypatch
):
    words = Words("zh", plan2013.folder.unit_word, plan2013.english)
    names = [unit.name for unit in plan2013.towns]
    rows = [("T01", name, "behind") for name in names[:12]]
    rows += [("T04", name, "not attained") for name in reversed(names[:13])]
    rows += [("T05", names[3], "behind"), ("T05", names[4], "attained")]
    attained = pd.DataFrame(rows, columns=["target", "unit", "state"])
    assert units_short(plan2013, attained, words) == {
        "T01": "、".join(names[:12]),
        "T04": "、".join(names[:12]) + "等13个",
        "T05": names[3],
    }
    monkeypatch.setattr(module, "UNITS_SHOWN", 19)
    told = units_short(plan2013, attained, words)
    assert told["T04"] == "、".join(names[:3]) + "等13个" and told["T05"] == names[3]
