"""The model of `scoring`: what cannot be meant is refused."""

import pytest

from yxq.plan.scoring import Scoring

BANDS = [{"grade": "A", "least": 90}, {"grade": "B", "least": 0}]


def scoring(*steps: tuple[str, str]) -> Scoring:
    partial = [{"reached": reached, "credit": credit} for reached, credit in steps]
    return Scoring.model_validate({"bands": BANDS, "seed": 1, "partial": partial})


def test_steps_go_from_the_largest_share_down():
    assert len(scoring(("90%", "1/2"), ("80%", "1/4")).partial) == 2


@pytest.mark.parametrize(
    "steps",
    [
        (("80%", "1/4"), ("90%", "1/2")),
        (("90%", "1/4"), ("80%", "1/2")),
        (("90%", "1/2"), ("90%", "1/4")),  # the second could never apply
    ],
)
def test_steps_that_rise_or_stand_there_twice_are_refused(steps):
    with pytest.raises(ValueError, match="partial: from the largest share reached down"):
        scoring(*steps)
