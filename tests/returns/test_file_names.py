"""What the name of a file says of it, by the patterns of the plan folder."""

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest
from rows_by_hand import SAMPLE, SAMPLES, sheet
from small import folder, form, read, target

from yxq.plan.folder import Folder
from yxq.plan.named_files import NamedFile
from yxq.plan_folders.findings import Mistaken
from yxq.plan_folders.load import load
from yxq.returns.file_names import said_by_name
from yxq.returns.read.sheet import Unreadable
from yxq.returns.recognise import recognise


def with_files(yixing: Folder, *files: dict[str, Any]) -> Folder:
    return yixing.model_copy(update={"named_files": tuple(NamedFile(**file) for file in files)})


PATTERN = r"^(?P<sender>[^_]+)_(?P<unit>[^_]+)_(?P<form>[a-z]+)_(?P<period>[^_]+)\.csv$"


def test_a_name_says_form_sender_unit_and_period(yixing):
    said = said_by_name(
        "市质监局_丁蜀_inspections_2013-04.csv", with_files(yixing, {"name": PATTERN})
    )
    assert (said.form, said.sender) == ("inspections", "质监局")
    assert said.period == (dt.date(2013, 4, 1), dt.date(2013, 4, 30))
    assert said.given == {"unit": "丁蜀镇", "year": "2013", "months": "4-4"}


def test_the_first_pattern_that_fits_holds_and_what_all_such_files_are(yixing):
    files = [
        {"name": "^new/", "sender": "质监局", "unit": "丁蜀镇", "period": "2013 Q2"},
        {"name": "checks", "form": "coverage", "encoding": "BIG5", "sheets": ["表1"]},
    ]
    first = said_by_name("new/CHECKS.csv", with_files(yixing, *files))
    assert (first.form, first.sender, first.given["unit"]) == ("", "质监局", "丁蜀镇")
    assert first.period == (dt.date(2013, 4, 1), dt.date(2013, 6, 30))
    second = said_by_name("old/CHECKS.csv", with_files(yixing, *files))
    assert (second.form, second.encoding, second.sheets) == ("coverage", "big5", ("表1",))
    assert said_by_name("old/x.csv", with_files(yixing, *files)).form == ""


@pytest.mark.parametrize(
    ("pattern", "written", "name", "first", "last"),
    [
        (r"(?P<year>\d{3})", {"calendar": "ROC"}, "102.csv", "2013-01-01", "2013-12-31"),
        (r"(?P<period>.*)\.", {"calendar": "ROC"}, "102年第二季.csv", "2013-04-01", "2013-06-30"),
        (r"y(?P<year>\d+)m(?P<months>\d+)", {}, "y2013m04.csv", "2013-04-01", "2013-04-30"),
        (
            r"(?P<months>\w+)-(?P<year>\d\d)",
            {"century": 2000},
            "Apr-13.csv",
            "2013-04-01",
            "2013-04-30",
        ),
        (r"(?P<period>\d{4}-\d\d)", {"fiscal": "last"}, "2013-14.csv", "2014-01-01", "2014-12-31"),
        (r"(?P<period>\d{4})", {}, "a2013.csv", "2013-01-01", "2013-12-31"),
    ],
)
def test_a_period_in_a_declared_calendar(yixing, pattern, written, name, first, last):
    said = said_by_name(name, with_files(yixing, {"name": pattern, "written": written}))
    assert said.period == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("name", "reason"),
    {
        "某局_丁蜀_inspections_2013.csv": "name_sender|某局|",
        "质监局_丁属镇_inspections_2013.csv": "name_unit|丁属镇|丁蜀镇",
        "质监局_丁蜀_inspection_2013.csv": "name_form|inspection|inspections",
        "质监局_丁蜀_inspections_13.csv": "name_period|13",
        "质监局_丁蜀_inspections_2013-13.csv": "name_period|2013-13",
        "质监局_丁蜀_inspections_2013-04-05.csv": "name_period|2013-04-05",
    }.items(),
)
def test_a_name_that_says_what_there_is_not_is_refused(yixing, name, reason):
    with pytest.raises(Unreadable) as error:
        said_by_name(name, with_files(yixing, {"name": PATTERN}))
    assert str(error.value.reason).startswith(reason)


def test_what_a_name_says_need_not_stand_in_a_column(yixing):
    bare = [SAMPLES[:2] + SAMPLES[3:], SAMPLE[:2] + SAMPLE[3:]]
    with pytest.raises(Unreadable):
        recognise(sheet(bare), yixing.forms)
    header = recognise(sheet(bare), yixing.forms, given={"unit": "丁蜀镇"})
    assert (header.given, header.absent) == ({"unit": "丁蜀镇"}, ())
    both = recognise(sheet([SAMPLES, SAMPLE]), yixing.forms, given={"unit": "和桥镇"})
    assert both.given == {}  # the row says it itself


def made(tmp_path, *files: dict[str, Any], **more: Any):
    made = form("n", "unit", "year", "kind", **more)
    place = folder(tmp_path, {"rows": made}, target("T1", {"form": "rows", "sum": "n"}, ">= 1"))
    with (place / "forms.yml").open("a", encoding="utf-8") as file:
        file.write(f"files: {json.dumps(files)}\n")
    return place


def test_rows_get_unit_and_year_from_the_name(tmp_path):
    place = made(tmp_path, {"name": r"(?P<unit>.镇)(?P<year>\d{4})"}, when=["year"])
    tables = read(tmp_path, place, 甲镇2012="n\n5\n", 乙镇2013="n\n6\n")
    rows = tables.records["rows"]
    assert sorted(zip(rows["unit"], rows["year"], rows["n"], strict=True)) == [
        ("乙镇", 2013, 6),
        ("甲镇", 2012, 5),
    ]
    assert sorted(rows["to"].dt.year) == [2012, 2013]


def test_the_declared_encoding_is_the_one_that_is_read(tmp_path):
    file = {"name": "latin", "encoding": "cp1252", "unit": "甲镇"}
    place = made(tmp_path, file, when=["year"])
    (tmp_path / "raw").mkdir()
    text = "year,kind,n\n2013,MÜNCHEN GRÜNAU,5\n"
    (tmp_path / "raw" / "办公室-latin.csv").write_bytes(text.encode("cp1252"))
    (tmp_path / "raw" / "办公室-latin-broken.csv").write_bytes(text.encode() + b"\x81")
    tables = read(tmp_path, place)
    assert tables.records["rows"][["kind", "n"]].to_numpy().tolist() == [["MÜNCHEN GRÜNAU", 5]]
    why = tables.ledger.loc[tables.ledger["fate"] == "rejected", "reason"]
    assert why.tolist() == ["not_in_encoding|cp1252"]


def test_only_the_sheets_that_are_named_are_returns(tmp_path):
    place = made(tmp_path, {"name": "book", "sheets": ["meant"]}, {"name": "lost", "sheets": ["x"]})
    (tmp_path / "raw").mkdir()
    rows = pd.DataFrame({"unit": ["甲镇"], "year": [2013], "n": [5]})
    with pd.ExcelWriter(tmp_path / "raw" / "办公室-2013-book.xlsx") as book:
        rows.to_excel(book, sheet_name="draft", index=False)
        rows.assign(n=6).to_excel(book, sheet_name="meant", index=False)
    rows.to_excel(tmp_path / "raw" / "办公室-2013-lost.xlsx", sheet_name="other", index=False)
    tables = read(tmp_path, place)
    assert tables.records["rows"]["n"].tolist() == [6]
    told = tables.ledger[["sheet", "fate", "reason"]].to_numpy().tolist()
    assert told == [
        ["draft", "excluded", "not_meant"],
        ["draft", "excluded", "not_meant"],
        ["meant", "excluded", "header"],
        ["meant", "accepted", ""],
        ["", "rejected", "no_sheet|x|other"],
    ]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ({"name": "("}, "name: no regular expression"),
        ({"name": "(?P<town>x)"}, "name: town is nothing that a name says"),
        ({"name": "(?P<unit>x)", "unit": "甲镇"}, "unit: name says it already"),
        ({"name": "(?P<months>4)"}, "months of which year is not said"),
        ({"name": "(?P<year>4)", "period": "2013"}, "year and period say the same"),
        ({"name": "x", "encoding": "big6"}, "'big6' is none"),
        ({"name": "x", "encoding": "utf-16"}, "utf-16 is told by the file's first bytes"),
        ({"name": "x", "unit": "甲"}, "files[0].unit: '甲' is none; write 甲镇"),
        ({"name": "x", "sender": "办公"}, "files[0].sender: '办公' is none; write 办公室"),
        ({"name": "x", "form": "row"}, "files[0].form: 'row' is none; write rows"),
    ],
)
def test_what_cannot_be_declared_of_a_file(tmp_path, file, told):
    with pytest.raises(Mistaken) as error:
        load(made(tmp_path, file))
    assert told in str(error.value)
