"""Of what data the answers of the command line are, in the language asked for."""

import pytest
from project import posed
from small import folder, form, read, target

from yxq.report import answers
from yxq.report.pages import open_page
from yxq.words.errors import PlanError


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
    posed(page.source, synthetic=True)
    assert answers.source(page) == plain.format(by, place) + mark
    days = f"as of 2014-01-31, returns received by {by}"
    in_english = f"plan-2013 {days}, from {place}; synthetic data"
    assert repr(page.source) == in_english


@pytest.fixture(scope="module")
def page(demo_processed):
    return open_page("city", 2013, processed=str(demo_processed), language="en")


def results(page, **asked: tuple[str, ...]) -> set[tuple[str, str, str]]:
    rows = answers.attained(page, answers.chosen(page, **asked), readable=False)
    return {*rows[["unit", "target", "state"]].itertuples(index=False, name=None)}


def test_results_are_chosen_by_unit_target_department_and_state(page):
    """Against plain loops over all of them."""
    whole = results(page)
    owner = {target.id: target.owner for target in page.plan.targets}
    assert len(whole) > 900 and len({state for _, _, state in whole}) >= 4
    two = results(page, units=("丁山", "320282107"))
    assert two == {row for row in whole if row[0] in ("丁蜀镇", "和桥镇")} and len(two) > 80
    chosen = results(page, targets=("T1", "免费检定覆盖率"))
    assert chosen == {row for row in whole if row[1] in ("T01", "T40")}
    owned = results(page, owners=("质监局",))
    assert owned == {row for row in whole if owner[row[1]] == "质监局"} and owned != whole
    missed = results(page, states=("未达成", "no data"))
    assert missed == {row for row in whole if row[2] in ("not attained", "no data")}
    both = results(page, targets=("T01", "T04"), owners=("质监局", "农林局"), units=("丁蜀镇",))
    assert both == {row for row in whole if row[0] == "丁蜀镇" and row[1] in ("T01", "T04")}
    assert (
        results(page, targets=("T04",), owners=("质监局",))
        == set()
        != results(page, targets=("T04",))
    )


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("not attained", "not attained"),
        ("Not Attained", "not attained"),
        ("× 未达成", "not attained"),
        ("未达成", "not attained"),
        ("behind", "behind"),
        ("not judged", "reported"),
        ("不作判定", "reported"),
    ],
)
def test_a_state_goes_by_its_names_in_both_languages(page, name, state):
    assert answers.chosen(page, states=(name,)).states == {state}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"units": ("丁属镇",)}, "unknown unit '丁属镇'; did you mean 丁蜀镇"),
        ({"targets": ("T99",)}, "unknown target 'T99'"),
        ({"owners": ("质监据",)}, "unknown department '质监据'; did you mean 质监局"),
        ({"owners": ("统计局",)}, "统计局 answers for no target; those that do are 质监局、农林局"),
        ({"states": ("missed",)}, "unknown state 'missed'; there are attained, not attained, on"),
    ],
)
def test_what_there_is_not_is_refused(page, asked, said):
    with pytest.raises(PlanError, match=said):
        answers.chosen(page, **asked)


def test_titles_and_owners_stand_with_results_and_credits(page):
    choice = answers.chosen(page, units=("丁蜀镇",), targets=("T01", "T04"))
    rows = answers.attained(page, choice, readable=False)
    assert [*rows.columns[:3]] == ["unit", "target", "title"] and rows.columns[-1] == "owner"
    titles = ["Product quality supervision sampling pass rate"]
    assert rows["title"].tolist()[:1] == titles and rows["owner"].tolist() == ["质监局", "农林局"]
    credits = answers.credited(page, choice, readable=False)
    assert credits["title"].tolist()[:1] == titles and len(credits) == 2
    assert credits["owner"].tolist() == ["质监局", "农林局"]
    table = answers.attained(page, choice, readable=True)
    assert table["owner"].tolist() == ["质监局", "农林局"]
    assert "owner" not in answers.with_columns(table, (), "table")
    assert [*answers.with_columns(table, ("owner", "id", "owner"), "table")] == ["owner", "id"]
    assert [*answers.with_columns(rows, (), "csv")] == [*rows.columns]
    with pytest.raises(PlanError, match="no column 'titel'; there are unit, target, title, clause"):
        answers.with_columns(rows, ("titel",), "csv")


def test_credits_are_chosen_by_the_state_of_their_result(page):
    short = results(page, states=("not attained",), units=("丁蜀镇",))
    choice = answers.chosen(page, states=("not attained",), units=("丁蜀镇",))
    credits = answers.credited(page, choice, readable=True)
    scored = {*answers.credited(page, answers.Choice(), readable=True)["target"]}
    assert {*credits["target"]} == {id for _, id, _ in short} & scored and len(credits) >= 2
    assert not credits["earned"].gt(credits["points"]).any()


def test_scores_are_of_the_units_that_are_chosen_and_not_ranked_anew(page):
    two = answers.scored(page, answers.chosen(page, units=("丁蜀镇", "和桥镇")), readable=False)
    whole = page.scores.set_index("unit")
    assert two["unit"].tolist() == ["和桥镇", "丁蜀镇"]
    assert two["rank"].tolist() == whole.loc[["和桥镇", "丁蜀镇"], "rank"].tolist()


def test_of_nothing_that_is_chosen_the_columns_are_left(page):
    nothing = answers.Choice(units=frozenset())
    assert [*answers.attained(page, nothing, readable=True)] == answers.COLUMNS + answers.FURTHER
    assert answers.attained(page, nothing, readable=False).columns[2] == "title"
    assert answers.credited(page, nothing, readable=False).empty
