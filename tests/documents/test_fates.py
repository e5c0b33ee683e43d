"""What becomes of sentences and numbers, beside the targets."""

import pytest
from made import document

from yxq.documents.fates import number_fates, sentence_fates, targets


def fates(*texts: str) -> tuple[dict, dict]:
    """Sentence -> fate and reason; number -> fate."""
    found = document(*texts)
    ids = targets(found)
    sentences, numbers = sentence_fates(found, ids), number_fates(found, ids)
    pairs = zip(sentences["fate"], sentences["reason"], strict=True)
    return dict(zip(sentences["text"], pairs, strict=True)), dict(
        zip(numbers["words"], numbers["fate"], strict=True)
    )


def test_what_stands_below_achievements_is_kept_as_past_and_drafts_nothing():
    text = "1、建立健全制度,抽查合格率达到96%。"
    sentences, numbers = fates("二、发展成就", text)
    assert sentences[text] == ("context", "past") and numbers["96%"] == "past"


def test_what_follows_last_year_in_a_paragraph_is_past_until_it_looks_ahead():
    past, ahead = "完成改造12个。", "今年力争改造20个。"
    sentences, numbers = fates(f"1、过去一年,成效明显。{past}{ahead}")
    assert sentences[past] == ("context", "past") and numbers["12个"] == "past"
    assert sentences[ahead][0] == "target" and numbers["20个"] == "target"


def test_a_number_that_nobody_read_is_to_be_looked_at_beside_a_target():
    text = "1、抽查合格率达95%以上,另有7家企业参与。"
    sentences, numbers = fates(text)
    assert (numbers["95%"], numbers["7家"]) == ("target", "look")
    assert sentences[text] == ("look", "unread_number")


def test_dates_names_and_references_are_what_they_are():
    text = "1、依据《办法》第12条和市发〔2024〕3号,自2024年5月1日起使用“12315”平台。"
    assert {*fates(text)[1].values()} >= {"reference", "document number", "date", "name", "outline"}


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ("5以上", "look"),
        ("85.9", "look"),
        ("≥ 95%", "target"),
        ("115", "context"),
        ("2030", "date"),
    ],
)
def test_a_line_that_is_a_value_is_looked_at(line, fate):
    found = document("地区生产总值增长", line, "预期性")
    numbers = number_fates(found, targets(found))
    assert list(numbers.loc[numbers["no"] == 3, "fate"]) == [fate]
