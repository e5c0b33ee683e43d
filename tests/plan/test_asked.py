"""What a plan may ask and say, and what stands for it where it says nothing."""

from fractions import Fraction

import pytest
import yaml
from small import COLUMNS, folder, form, target

from yxq.plan.forms import Column
from yxq.plan.measure import Measure
from yxq.plan.scoring import Fair, Scoring
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError

SHARE = {"form": "f", "sum": "n", "over": "of"}
FORM = form("unit", "year", "n", "of", when=["year"])


def plan_of(place, require: str):
    return folder(place, {"f": FORM}, target("T", SHARE, require, **{"for": "city"}))


def test_of_units_is_asked_that_they_reach_a_number_and_not_another(tmp_path):
    made = load(plan_of(tmp_path / "a", "units >= 80% of >= 90%")).plan(2013)
    assert str(made.target("T").require) == "units >= 80% of >= 90%"
    with pytest.raises(PlanError, match="compares units with a number"):
        load(plan_of(tmp_path / "b", "units >= 80% of > last_year"))


def test_who_has_no_english_name_is_called_as_ever(tmp_path):
    place = plan_of(tmp_path, ">= 90%")
    given = yaml.safe_load((place / "forms.yml").read_text(encoding="utf-8"))
    given["senders"]["统计局"] = {}
    (place / "forms.yml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    english = load(place).plan(2013).english
    assert (english["统计局"], english["办公室"]) == ("统计局", "Office")


def test_a_word_has_one_meaning():
    for words, right in (({"a": ["好"], "b": ["坏"]}, True), ({"a": ["好"], "b": ["好"]}, False)):
        mistakes = [*Column.model_construct(type="word", words=words).mistakes()]
        assert [*mistakes] == ([] if right else ["words: 好 has two meanings; keep it at one"])


def test_what_is_not_said():
    """A column may be empty; as the documents say of a scoring."""
    assert not Column.model_validate(COLUMNS["kind"]).required
    made = Scoring(bands=[{"grade": "A", "least": 0}], seed=1)
    assert (made.draws, made.vary, made.missing_at_most) == (2000, Fraction("1/4"), Fraction("1/5"))
    assert (Fair().small, Fair().years, Fair().rates) == (2, None, False)


def test_what_is_not_judged_may_say_so_and_what_is_judged_may_not(tmp_path):
    for require, right in ((None, True), (">= 90%", False)):
        said = {"zh": "不计", "en": "not judged"}
        place = folder(tmp_path / str(require), {"f": FORM}, target("T", SHARE, require, says=said))
        if right:
            assert load(place).plan(2013).target("T").says.en == "not judged"
        else:
            with pytest.raises(PlanError, match="what is judged says >= 90%"):
                load(place)


def test_what_earns_points_by_its_number_is_scored_without_being_judged(tmp_path):
    worth = {"steps": [{"when": ">= 90%", "give": 1}]}
    for more, scored in (({"worth": worth}, True), ({}, False)):
        place = folder(tmp_path / str(scored), {"f": FORM}, target("T", SHARE, **more))
        assert load(place).plan(2013).target("T").is_scored is scored


@pytest.mark.parametrize(
    ("require", "right"),
    [
        ("<= 0%", True),
        (">= 0%", False),
        ("> 0%", True),
        (">= 100%", True),
        (">= 100.1%", False),
        (">= 0.1%", True),
    ],
)
def test_between_what_a_share_can_be_asked(tmp_path, require, right):
    place = folder(tmp_path, {"f": FORM}, target("T", SHARE, require))
    if right:
        assert str(load(place).plan(2013).target("T").require) == require
    else:
        with pytest.raises(PlanError, match="no share between 0 and 100%"):
            load(place)


@pytest.mark.parametrize(
    ("more", "right"),
    [
        ({}, True),
        ({"strata": {"column": "kind", "values": ["a"]}}, False),
        ({"span": "since 2011"}, False),
    ],
)
def test_samples_come_several_to_a_firm_in_one_year_without_strata(more, right):
    given = {"form": "f", "passed": {"result": "pass"}, "clusters": "firm"} | more
    mistakes = Measure.model_construct(
        **Measure.model_validate(given | {"clusters": None}).__dict__
    )
    found = [*mistakes.model_copy(update={"clusters": "firm"}).mistakes()]
    assert any("come several to a firm" in text for text in found) is not right
