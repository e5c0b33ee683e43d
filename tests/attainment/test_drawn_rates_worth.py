"""What drawn rates are worth on a sheet, each by hand: 95 % is asked, for 5 points."""

import numpy as np
import pytest
from judged import PLAN

from yxq.attainment.ranks import points_of_rates
from yxq.plan.scoring import Scoring

PLAIN = Scoring(bands=[{"grade": "A", "least": 0}], seed=1)
LADDER = PLAIN.model_copy(
    update={
        "partial": Scoring(
            bands=PLAIN.bands,
            seed=1,
            partial=[{"reached": "90%", "credit": "1/2"}, {"reached": "1/2", "credit": "1/5"}],
        ).partial
    }
)
EACH = {"each": {"short": "1pp", "take": 2, "least": -1}}
BONUS = {"bonus": {"over": "1pp", "give": "0.5", "most": "1.5"}}
STEPS = {"steps": [{"when": ">= 90%", "give": 3}, {"when": "80%..85%", "give": 1}]}


@pytest.mark.parametrize(
    ("worth", "scoring", "points"),
    [
        # of rates of 40, 76, 80, 85, 87, 90, 93, 95, 97 and 100 %
        (None, PLAIN, [0, 0, 0, 0, 0, 0, 0, 5, 5, 5]),
        # a fifth from 47.5 %, half from 85.5 %
        (None, LADDER, [0, 1, 1, 1, 2.5, 2.5, 2.5, 5, 5, 5]),
        (EACH, PLAIN, [-1, -1, -1, -1, -1, -1, 1, 5, 5, 5]),
        (
            {"proportion": True},
            LADDER,
            [200 / 95, 4, 400 / 95, 425 / 95, 435 / 95, 450 / 95, 465 / 95, 5, 5, 5],
        ),
        (STEPS, PLAIN, [0, 0, 1, 1, 0, 3, 3, 3, 3, 3]),
        (BONUS, LADDER, [0, 1, 1, 1, 2.5, 2.5, 2.5, 5, 6, 6.5]),
        (EACH | BONUS, PLAIN, [-1, -1, -1, -1, -1, -1, 1, 5, 6, 6.5]),
    ],
)
def test_what_a_drawn_rate_is_worth(worth, scoring, points):
    rates = np.array([[0.4, 0.76, 0.8, 0.85, 0.87, 0.9, 0.93, 0.95, 0.97, 1]])
    asked = PLAN.target("T01").model_dump(by_alias=True) | {"points": 5, "worth": worth}
    target = type(PLAN.target("T01")).model_validate(asked)
    assert points_of_rates(scoring, target, rates)[0] == pytest.approx(points)
