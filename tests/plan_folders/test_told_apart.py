"""Rows and files that cannot be told apart are refused, and never the first taken."""

import pytest
import small
from small import folder, form, read, results, target

from yxq.plan_folders.load import load
from yxq.returns.ingest import ingest
from yxq.words.errors import PlanError
from yxq.words.wording import Words

VALUE = {"form": "f", "value": "value"}
OTHER = {"zh": "另表", "en": "Other form"}
COUNT = {"form": "f", "sum": "n"}


def fates(tables):
    return list(tables.ledger.loc[tables.ledger["row"] > 1, "fate"])


def test_two_words_for_one_unit_and_year_are_a_conflict_too(tmp_path):
    forms = {"f": form("unit", "year", "said", when=["year"])}
    plan = folder(tmp_path, forms, target("C", {"form": "f", "word": "said"}))
    tables = read(tmp_path, plan, a="unit,year,said\n甲镇,2013,well\n甲镇,2013,badly\n")
    assert fates(tables) == ["rejected", "rejected"]


def test_two_values_for_one_unit_and_year_are_a_conflict_that_names_both(tmp_path):
    forms = {"f": form("unit", "year", "value", when=["year"])}
    plan = folder(tmp_path, forms, target("C", VALUE, ">= 9"))
    lines = "unit,year,value\n甲镇,2013,50\n甲镇,2013,9\n乙镇,2013,9\n甲镇,2012,7\n"
    tables = read(tmp_path, plan, a=lines)
    assert fates(tables) == ["rejected", "rejected", "accepted", "accepted"]
    reasons = list(tables.ledger.loc[tables.ledger["fate"] == "rejected", "reason"])
    file = "办公室-a.csv"
    assert reasons == [f"conflict|value|{file}|3", f"conflict|value|{file}|2"]
    states = results(plan, tables)["state"]
    assert states["甲镇", "C"] == "no data" and states["乙镇", "C"] == "attained"


def test_values_of_several_returns_of_a_year_are_not_in_conflict(tmp_path):
    """The return says for when; its last is the number."""
    plan = folder(tmp_path, {"f": form("unit", "value")}, target("C", VALUE, ">= 9"))
    files = {"2013年3月": "unit,value\n甲镇,5\n", "2013年6月": "unit,value\n甲镇,9\n"}
    tables = read(tmp_path, plan, **files)
    assert fates(tables) == ["accepted", "accepted"]
    assert results(plan, tables).loc[("甲镇", "C"), "value"] == 9


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({}, "several rows of form f can be of one unit and time, by kind; write which"),
        ({"kind": ["a", "b"]}, "by kind; write which"),
        ({"kind": ">= 2013-01-01"}, "compares a number or a day"),
        ({"kind": "a"}, None),
    ],
)
def test_a_value_says_which_of_the_rows_that_the_key_tells_apart(tmp_path, where, told):
    made = form("unit", "year", "kind", "value", when=["year"], key=["unit", "year", "kind"])
    plan = folder(tmp_path, {"f": made}, target("C", VALUE | {"where": where}))
    if told is None:
        assert load(plan).plan(2013)
    else:
        with pytest.raises(PlanError, match=told):
            load(plan)


@pytest.mark.parametrize(
    ("title", "columns", "told"),
    [
        (small.TITLE, ("unit", "n"), "forms.g.title: has the columns of form f and its title"),
        (OTHER, ("unit", "n"), None),
        ({"zh": "另表", "en": "Thing"}, ("unit", "n"), "has the columns of form f and its title"),
        (small.TITLE, ("unit", "n", "size"), None),
        (small.TITLE, ("unit",), None),
    ],
)
def test_two_forms_of_the_same_columns_have_titles_of_their_own(tmp_path, title, columns, told):
    forms = {"f": form("unit", "n"), "g": form(*columns, title=title)}
    plan = folder(tmp_path, forms, target("C", COUNT))
    if told is None:
        assert load(plan).forms.keys() == {"f", "g"}
    else:
        with pytest.raises(PlanError, match=told):
            load(plan)


@pytest.mark.parametrize(
    ("name", "above", "which"),
    [
        ("2013某项", "", "f"),
        ("2013另表", "", "g"),
        ("2013", "另 表\n", "g"),
        ("2013", "", ""),
        ("2013某项另表", "", ""),
        ("2013 other form", "", "g"),
    ],
)
def test_a_file_goes_to_the_form_that_its_name_or_title_says(tmp_path, name, above, which):
    forms = {"f": form("unit", "n"), "g": form("unit", "n", title=OTHER)}
    plan = folder(tmp_path, forms, target("C", COUNT), target("D", COUNT | {"form": "g"}))
    tables = read(tmp_path, plan, **{name: f"{above}unit,n\n甲镇,5\n"})
    (file,) = tables.files.itertuples()
    if which:
        assert file.form == which and file.accepted == 1
    else:
        assert file.refused == "rejected" and file.reason == "several_forms|某项、另表"


def test_a_sheet_without_what_only_one_form_has_is_the_other(tmp_path):
    forms = {"g": form("unit", "n", "size", title=OTHER), "f": form("unit", "n")}
    plan = folder(tmp_path, forms, target("C", COUNT))
    tables = read(
        tmp_path, plan, **{"2013": "unit,n\n甲镇,5\n", "b2013": "unit,n,size\n甲镇,5,2\n"}
    )
    assert dict(zip(tables.files["file"], tables.files["form"], strict=True)) == {
        "办公室-2013.csv": "f",
        "办公室-b2013.csv": "g",
    }


def test_a_word_of_free_text_that_no_row_says_is_told_each_time(tmp_path):
    where = {"kind": ["firm", "frim"]}
    forms = {"f": form("unit", "kind", "result"), "g": form("kind", "n")}
    rows = {"form": "f", "rows": True, "where": where}
    elsewhere = target("D", COUNT | {"form": "g", "where": {"kind": "x"}}, **{"for": "city"})
    plan = load(folder(tmp_path, forms, target("C", rows), elsewhere))
    (tmp_path / "raw").mkdir()
    file = tmp_path / "raw" / "办公室-2013.csv"
    file.write_text("unit,kind,result\n甲镇,firm,pass\n", encoding="utf-8")
    for _ in range(2):  # of g nothing was read, so nothing is known
        done = ingest(tmp_path / "raw", plan, tmp_path / "processed")
        assert done.unmatched == (("C", "f", "kind", "frim", "firm"),)
        told = "C looks for frim in column kind of form f, and no row says so; nearest: firm"
        assert told in done.lines(Words("en"))
