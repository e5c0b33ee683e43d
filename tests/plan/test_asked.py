"""What a plan may ask and say, and what stands for it where it says nothing."""

from fractions import Fraction

import pytest
import yaml
from small import COLUMNS, folder, form, target

from yxq.plan.forms import Column
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
