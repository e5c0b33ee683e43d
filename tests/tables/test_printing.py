"""Tables on standard output: columns stand below each other whatever the characters."""

import csv
import io
import json

import pandas as pd
import pytest
from wcwidth import wcswidth

from yxq.tables.printing import formatted

FRAME = pd.DataFrame({"镇": ["湖㳇镇", "Yicheng", "👨‍👩‍👧"], "n": [1, None, 20]}).astype(
    {"n": "Int64"}
)


def test_columns_stand_below_each_other():
    lines = formatted(FRAME, "table").splitlines()
    assert lines[2] == "Yicheng"  # nothing is printed where nothing is known, nor blanks at the end
    assert {wcswidth(lines[i][: lines[i].index(n)]) for i, n in ((1, "1"), (3, "20"))} == {9}


def test_json_is_an_entry_a_row_a_line_a_value_and_days_as_iso():
    frame = FRAME.head(1).assign(day=pd.Timestamp("2013-06-30"), rate=0.1)
    line = '  "镇":"湖㳇镇",\n  "n":1,\n  "day":"2013-06-30T00:00:00.000",\n  "rate":0.1'
    assert formatted(frame, "json") == f"[\n {{\n{line}\n }}\n]\n"


def test_csv_and_json_hold_what_the_frame_holds():
    assert formatted(FRAME, "csv").splitlines()[:2] == ["镇,n", "湖㳇镇,1"]
    assert json.loads(formatted(FRAME, "json"))[1] == {"镇": "Yicheng", "n": None}
    assert formatted(FRAME.head(0), "table") == "镇  n\n"


@pytest.mark.parametrize("begin", [*"=+-@＝＋－＠\t\r\n", " =", "\u3000=", "\xa0@"])
def test_in_csv_nothing_is_a_formula(begin):
    text = f"{begin}1+1"
    frame = pd.DataFrame({"unit": [text, "a=1"], "n": [-1, 2], "rate": [-0.5, None]})
    rows = list(csv.reader(io.StringIO(formatted(frame, "csv"), newline="")))
    shown = text.replace("\r", "\n")
    assert rows == [["unit", "n", "rate"], [f"'{shown}", "-1", "-0.5"], ["a=1", "2", ""]]
    assert json.loads(formatted(frame, "json"))[0]["unit"] == text
    categories = frame.assign(unit=frame["unit"].astype("category"))
    assert formatted(categories, "csv") == formatted(frame, "csv")


def test_a_carriage_return_ends_no_row():
    frame = pd.DataFrame({"unit": ["a\r=1+1", "b\r\n=1+1"]})
    rows = list(csv.reader(io.StringIO(formatted(frame, "csv"), newline="")))
    assert rows == [["unit"], ["a\n=1+1"], ["b\n=1+1"]]


def test_what_is_no_formula_stays_as_it_is_in_csv():
    frame = pd.DataFrame(
        {
            "text": ["−1项", ">= 95%", "a=b"],
            "day": pd.Timestamp("2013-06-30"),
            "is": [True, False, None],
            "n": pd.array([-1, None, 3], "Int64"),
        }
    )
    assert formatted(frame, "csv").splitlines()[1:] == [
        "−1项,2013-06-30,True,-1",
        ">= 95%,2013-06-30,False,",
        "a=b,2013-06-30,,3",
    ]
