"""The plan of 2013 as the web shows it: traditional characters, pinyin, lost letters."""

import csv
import os
import re
from pathlib import Path

import pytest

from yxq.documents.drafted_folder import write
from yxq.documents.drafts import drafted
from yxq.documents.fates import number_fates, sentence_fates, targets
from yxq.documents.read import read
from yxq.plan.requirement import parse
from yxq.plan_folders.load import load

DOMAIN = Path(os.environ.get("YXQ_DOMAIN", Path(__file__).parents[3] / "shared" / "domain"))
PLAN, TABLE = DOMAIN / "plan-2013-as-published.txt", DOMAIN / "commitments-2013.csv"
ASKED = {
    "rate_at_least": ">= {}",
    "count_at_least": ">= {}",
    "count_between": "{}",
    "count_at_most": "<= {}",
}

pytestmark = pytest.mark.skipif(not PLAN.exists(), reason="the published plan is not here")


@pytest.fixture(scope="module")
def found():
    return drafted(read(PLAN))


@pytest.fixture(scope="module")
def commitments():
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring characters of a title."""
    text = re.sub("[、和及与的]", "", text)
    return {text[i : i + 2] for i in range(len(text) - 1)}


def test_facts(found):
    facts = found.facts
    assert (facts.title, facts.number) == ("宜兴市质量强市活动2013年行动计划", "宜政办发[2013]43号")
    assert (str(facts.signed), facts.start, facts.end) == ("2013-04-01", 2013, 2013)
    assert facts.issuer == "宜兴市人民政府办公室"
    assert facts.addressees.startswith("各镇人民政府")


def test_the_25_that_carry_a_number_a_range_a_date_or_a_zero_are_exact(found, commitments):
    drafts = [(d.sentence.clause, d.require, d.title + d.words, d.by) for d in found.drafts]
    numeric = [row for row in commitments if row["rule"] in ASKED or row["threshold"]]
    assert len(numeric) == 25
    missed = []
    for row in numeric:
        if row["rule"] == "milestone":
            hit = any(
                c == row["clause"] and asked == "done" and str(by) == row["threshold"]
                for c, asked, _, by in drafts
            )
        else:
            bound = ASKED[row["rule"]].format(row["threshold"])
            hit = any(
                c == row["clause"]
                and ends(asked) == ends(bound)
                and pairs(row["term_zh"]) & pairs(text)
                for c, asked, text, _ in drafts
            )
        missed += [] if hit else [row["no"]]
    assert missed == []


def ends(text: str) -> object:
    """Between which numbers a requirement lies."""
    try:
        requirement = parse(text)
    except ValueError:
        return text
    return None if requirement.references or requirement.of != "number" else requirement.ends


def test_of_75_commitments_at_least_70_are_found_in_their_clause(found, commitments):
    said = [(t.draft.sentence.clause, pairs(t.draft.sentence.words)) for t in targets(found)]
    missed = [
        row["no"]
        for row in commitments
        if not any(
            c == row["clause"]
            and 2 * len(pairs(row["term_zh"]) & words) >= len(pairs(row["term_zh"]))
            for c, words in said
        )
    ]
    assert len(commitments) == 75
    assert len(missed) <= 5, missed


def test_at_most_five_drafts_ask_what_no_commitment_says(found, commitments):
    false = [
        d.title
        for d in found.drafts
        if not any(
            row["clause"] == d.sentence.clause and pairs(row["term_zh"]) & pairs(d.title + d.words)
            for row in commitments
        )
    ]
    assert len(found.drafts) > 25
    assert len(false) <= 5, false


def test_every_number_and_sentence_has_a_fate(found):
    ids = targets(found)
    numbers, sentences = number_fates(found, ids), sentence_fates(found, ids)
    assert set(numbers["fate"]) <= {
        "target",
        "deadline",
        "date",
        "document number",
        "name",
        "reference",
        "outline",
        "past",
        "context",
    }
    assert set(sentences["fate"]) == {"target", "reported", "context", "look"}
    assert len(sentences) == len(found.sentences) and len(numbers) > 60


def test_the_folder_is_a_plan(found, tmp_path):
    ids = targets(found)
    write(found, ids, tmp_path / "plan")
    plan = load(tmp_path / "plan").plan(2013)
    assert len(plan.period.targets) == len(ids)
    assert {t.kind for t in plan.period.targets} >= {"share", "count", "rank", "task", "reported"}
