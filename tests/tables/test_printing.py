"""Tables on standard output: columns stand below each other whatever the characters."""

import json

import pandas as pd
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
