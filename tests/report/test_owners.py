"""The counts of a department's targets add up to how many they are."""

import pandas as pd
import pytest

from yxq.report.sections.owners import owners
from yxq.words.wording import Words

STATES = {"T01": "attained", "T02": "on track", "T03": "not attained", "T04": "behind"}
STATES |= {"T05": "no data", "T06": "pending", "T07": "pending", "T08": "reported"}
STATES |= {"T09": "not applicable"}
TEXTS = ["target", "clause", "required", "value", "state"]


@pytest.mark.parametrize(
    ("language", "plain", "others"),
    [
        (
            "zh",
            "：{}项，达成或正常2项，未达成或落后2项，无数据1项",
            "，未到期2项，不适用1项，不作判定1项",
        ),
        (
            "en",
            ": {}, of which 2 attained or on track, 2 missed or behind, 1 without data",
            ", 2 pending, 1 not applicable, 1 not judged",
        ),
    ],
)
def test_every_target_of_a_department_is_counted(plan2013, language, plain, others):
    words = Words(language, plan2013.folder.unit_word, plan2013.english)
    owner = plan2013.target("T01").owner
    answering = {id: plan2013.target(id).model_copy(update={"owner": owner}) for id in STATES}
    period = plan2013.period.model_copy(update={"targets": tuple(answering.values())})
    plan = plan2013.model_copy(update={"period": period})

    def heading(states):
        rows = pd.DataFrame({"id": [*states], "code": [*states.values()]})
        rows = rows.assign(**dict.fromkeys(TEXTS, ""))
        none = pd.DataFrame(columns=["unit", "target", "state"])
        return owners(plan, none, rows, words).html

    assert f"{plain.format(9)}{others}" in heading(STATES)
    some = {id: state for id, state in STATES.items() if state not in ("pending", "reported")}
    assert plain.format(6) in heading(some)
