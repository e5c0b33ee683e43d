"""Of what data the answers of the command line are, in the language asked for."""

import pytest
from small import folder, form, read, target

from yxq.report import answers
from yxq.report.pages import open_page


@pytest.mark.parametrize(
    ("language", "plain", "mark"),
    [
        ("zh", "plan-2013，统计截止日2014-01-31，报表接收截止日{}，取自{}", "；演示数据（合成）"),
        ("en", "plan-2013 as of 2014-01-31, returns received by {}, from {}", "; synthetic data"),
    ],
)
def test_the_line_of_an_answer_is_in_one_language(tmp_path, language, plain, mark):
    plan = folder(tmp_path, {"f": form("unit", "n")}, target("A", {"form": "f", "sum": "n"}))
    place = str(read(tmp_path, plan, f="unit,n\n甲镇,1\n").place)
    page = open_page("city", plan=str(plan), processed=place, as_of="2014-01-31", language=language)
    by = page.source.received_by  # the day when the test's file was first seen
    assert answers.source(page) == plain.format(by, place)
    page.source.synthetic = True
    assert answers.source(page) == plain.format(by, place) + mark
    days = f"as of 2014-01-31, returns received by {by}"
    in_english = f"plan-2013 {days}, from {place}; synthetic data"
    assert repr(page.source) == in_english
