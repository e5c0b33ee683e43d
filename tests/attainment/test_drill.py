"""From results down to records, every column by hand: which ones, and where failures lie."""

import datetime as dt

import pandas as pd
import pytest
from judged import CITY, PLAN

from yxq.attainment import drill

MID, AFTER = dt.date(2013, 6, 30), dt.date(2014, 1, 31)
CASES = [
    *("target", "date", "number", "unit", "firm", "item", "counts", "failing", "named"),
    *("total", "failed", "file", "sheet", "row"),
]


def plain(table: pd.DataFrame) -> list[tuple]:
    """Rows as plain values: days as text, what is missing as None."""
    texts = table.assign(
        **{
            name: table[name].dt.strftime("%Y-%m-%d")
            for name in table
            if table[name].dtype.kind == "M"
        }
    )
    made = texts.astype("object").where(texts.notna(), None)
    return [tuple(row) for row in made.itertuples(index=False)]


def samples(*rows: tuple) -> pd.DataFrame:
    """Inspected batches, in the order of the names below; once: whether it is the first copy."""
    names = [
        "sample_no",
        "date",
        "unit",
        "firm",
        "product",
        "class",
        "result",
        "failing_item",
        "once",
    ]
    made = pd.DataFrame(rows, columns=names)
    texts = [name for name in names if name not in ("date", "once")]
    made = made.astype(dict.fromkeys(texts, "str") | {"date": "datetime64[us]", "once": "bool"})
    made["from"] = made["to"] = made["date"]
    return made.assign(file="a.csv", sheet="", row=range(2, len(made) + 2))


INSPECTIONS = samples(
    ("C1", "2013-01-01", "丁蜀镇", "甲厂", "水泥", "product", "pass", None, True),
    ("C2", "2013-06-30", "丁蜀镇", "甲厂", "水泥", "product", "fail", "强度", True),
    ("C3", "2013-07-01", "丁蜀镇", "甲厂", "钢材", "product", "fail", "强度、标识", True),
    ("C4", "2013-12-31", "和桥镇", "乙厂", "钢材", "product", "fail", None, True),
    ("C5", "2012-12-31", "丁蜀镇", "甲厂", "水泥", "product", "fail", "强度", True),
    ("C6", "2014-01-01", "丁蜀镇", "甲厂", "水泥", "product", "fail", "强度", True),
    ("C7", "2013-03-05", "丁蜀镇", "丙店", "大米", "food", "fail", "铅", True),
    ("C8", "2013-04-05", "新街街道", "丁厂", "电缆", "product", "fail", "标识", True),
    ("C8", "2013-04-05", "环科园", "丁厂", "电缆", "product", "fail", "标识", False),
    ("C9", "2013-05-05", None, "戊厂", "电缆", "product", "pass", None, True),
    ("C0", "2013-05-06", "阳羡旅游度假区", "己厂", "电缆", "product", "pass", None, True),
)


def coverage(*rows: tuple) -> pd.DataFrame:
    """Counts of quarters: indicator, stratum, unit, last day, denominator, numerator."""
    names = ["indicator", "stratum", "unit", "to", "denominator", "numerator"]
    made = pd.DataFrame(rows, columns=names)
    counts = dict.fromkeys(("denominator", "numerator"), "Int64")
    made = made.astype(counts | dict.fromkeys(names[:3], "str") | {"to": "datetime64[us]"})
    made = made.assign(months="3", year=made["to"].dt.year)
    return made.assign(
        **{"once": True, "file": "b.xlsx", "sheet": "报表", "row": range(5, len(made) + 5)}
    )


FREE = "免费检定覆盖率"
COVERAGE = coverage(
    (FREE, "集贸市场", "丁蜀镇", "2013-03-31", 50, 50),
    (FREE, "村卫生室", "丁蜀镇", "2013-06-30", 10, 8),
    (FREE, "福利机构", "丁蜀镇", "2013-09-30", 4, 4),
    ("生产许可证证书覆盖率", None, "丁蜀镇", "2013-06-30", 20, 19),
)
RECORDS = {"inspections": INSPECTIONS, "coverage": COVERAGE}
TARGETS = [PLAN.target(id) for id in ("T01", "T40", "T05")]


def numbers(table: pd.DataFrame) -> list[str]:
    return table["sample_no"].tolist()


@pytest.mark.parametrize(
    ("unit", "as_of", "chosen"),
    [
        ("丁蜀镇", AFTER, ["C1", "C2", "C3"]),
        ("丁蜀镇", MID, ["C1", "C2"]),
        ("丁蜀镇", dt.date(2013, 6, 29), ["C1"]),
        ("丁蜀镇", dt.date(2013, 1, 1), ["C1"]),
        ("丁蜀镇", dt.date(2012, 12, 31), []),
        ("环科园", AFTER, ["C8"]),
        ("和桥镇", dt.date(2013, 12, 31), ["C4"]),
        ("和桥镇", dt.date(2013, 12, 30), []),
        (CITY, AFTER, ["C1", "C2", "C3", "C4", "C8", "C9", "C0"]),
        (None, AFTER, ["C1", "C2", "C3", "C4", "C8", "C8"]),
    ],
)
def test_the_records_behind_a_result(unit, as_of, chosen):
    """From the period's first day to the day asked for; the city has each once, and more."""
    found = drill.behind(PLAN, TARGETS, RECORDS, unit, as_of)
    assert list(found) == ["T01", "T40", "T05"]
    assert numbers(found["T01"]) == chosen
    rows = found["T01"]
    assert (rows["passed"] == (rows["result"] == "pass")).all() and (rows["stratum"] == "").all()
    assert (rows["label"] == 2013).all() and (rows["day"] == rows["date"]).all()


def test_a_form_that_nobody_sent_has_no_records_behind_it():
    found = drill.behind(PLAN, [PLAN.target("T01"), PLAN.target("T46")], {}, CITY, AFTER)
    assert [len(rows) for rows in found.values()] == [0, 0]


def test_the_source_rows_of_every_result():
    """Each assessed town has its own rows, and the city each once."""
    got = drill.sources(PLAN, RECORDS, MID)
    assert list(got.columns) == ["unit", "target", "file", "sheet", "row"]
    wanted = [
        *(("丁蜀镇", "T01", "a.csv", "", row) for row in (2, 3)),
        ("新街街道", "T01", "a.csv", "", 9),
        ("环科园", "T01", "a.csv", "", 10),
        *((CITY, "T01", "a.csv", "", row) for row in (2, 3, 9, 11, 12)),
        ("丁蜀镇", "T02", "b.xlsx", "报表", 8),
        (CITY, "T02", "b.xlsx", "报表", 8),
        ("丁蜀镇", "T05", "a.csv", "", 8),
        (CITY, "T05", "a.csv", "", 8),
        *(("丁蜀镇", "T40", "b.xlsx", "报表", row) for row in (5, 6)),
        *((CITY, "T40", "b.xlsx", "报表", row) for row in (5, 6)),
    ]
    assert sorted(plain(got)) == sorted(wanted)


def test_a_task_of_the_citys_has_only_the_citys_sources():
    tasks = pd.DataFrame(
        {
            "task_no": [22, 50],
            "unit": pd.array([CITY, "丁蜀镇"], dtype="str"),
            "due": pd.NaT,
            "done": pd.NaT,
            "year": 2013,
            "to": pd.to_datetime(["2013-06-30"] * 2),
            "once": True,
            "file": "c.csv",
            "sheet": "",
            "row": [2, 3],
        }
    )
    got = drill.sources(PLAN, {"milestones": tasks}, AFTER)
    assert sorted(plain(got)) == [
        ("丁蜀镇", "T50", "c.csv", "", 3),
        (CITY, "T22", "c.csv", "", 2),
        (CITY, "T50", "c.csv", "", 3),
    ]


def test_no_records_have_no_sources():
    got = drill.sources(PLAN, {}, AFTER)
    assert list(got.columns) == ["unit", "target", "file", "sheet", "row"] and got.empty


@pytest.fixture
def found() -> pd.DataFrame:
    return drill.cases(TARGETS, drill.behind(PLAN, TARGETS, RECORDS, None, AFTER))


def test_every_case_in_full(found):
    """The latest first; of one day as they were listed."""
    assert list(found.columns) == CASES
    file = ("b.xlsx", "报表")
    assert plain(found) == [
        ("T01", "2013-12-31", "C4", "和桥镇", "乙厂", "钢材", "", None, True, 1, 1, "a.csv", "", 5),
        ("T40", "2013-09-30", "", "丁蜀镇", "", "福利机构", "4 / 4", "", False, 4, 0, *file, 7),
        (
            "T01",
            "2013-07-01",
            "C3",
            "丁蜀镇",
            "甲厂",
            "钢材",
            "",
            "强度、标识",
            True,
            1,
            1,
            "a.csv",
            "",
            4,
        ),
        (
            "T01",
            "2013-06-30",
            "C2",
            "丁蜀镇",
            "甲厂",
            "水泥",
            "",
            "强度",
            True,
            1,
            1,
            "a.csv",
            "",
            3,
        ),
        ("T40", "2013-06-30", "", "丁蜀镇", "", "村卫生室", "8 / 10", "", False, 10, 2, *file, 6),
        (
            "T01",
            "2013-04-05",
            "C8",
            "新街街道",
            "丁厂",
            "电缆",
            "",
            "标识",
            True,
            1,
            1,
            "a.csv",
            "",
            9,
        ),
        (
            "T01",
            "2013-04-05",
            "C8",
            "环科园",
            "丁厂",
            "电缆",
            "",
            "标识",
            True,
            1,
            1,
            "a.csv",
            "",
            10,
        ),
        ("T40", "2013-03-31", "", "丁蜀镇", "", "集贸市场", "50 / 50", "", False, 50, 0, *file, 5),
        ("T05", "2013-03-05", "C7", "丁蜀镇", "丙店", "大米", "", "铅", True, 1, 1, "a.csv", "", 8),
        ("T01", "2013-01-01", "C1", "丁蜀镇", "甲厂", "水泥", "", None, True, 1, 0, "a.csv", "", 2),
    ]


def test_the_failures_are_the_cases_that_failed(found):
    got = drill.failing(TARGETS, drill.behind(PLAN, TARGETS, RECORDS, None, AFTER))
    wrong = [row for row in plain(found) if row[CASES.index("failed")] > 0]
    assert plain(got) == wrong and len(wrong) == 7


def test_two_targets_on_one_measure_are_listed_once_and_only_rates_are():
    twice = [
        PLAN.target("T01"),
        PLAN.target("T01").model_copy(update={"id": "X"}),
        PLAN.target("T52"),
    ]
    behind = drill.behind(PLAN, twice, RECORDS, "丁蜀镇", AFTER)
    assert drill.cases(twice, behind)["target"].tolist() == ["T01"] * 3


def test_nothing_gives_an_empty_table_with_its_columns():
    got = drill.cases(TARGETS, drill.behind(PLAN, TARGETS, {}, None, AFTER))
    assert list(got.columns) == CASES and got.empty


# Where failures lie: there are eight, of 71 batches, clinics' instruments and the like


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("target", [("T01", 5, 6), ("T40", 2, 64), ("T05", 1, 1)]),
        ("unit", [("丁蜀镇", 5, 68), ("和桥镇", 1, 1), ("新街街道", 1, 1), ("环科园", 1, 1)]),
        ("firm", [("", 2, 64), ("丁厂", 2, 2), ("甲厂", 2, 3), ("丙店", 1, 1), ("乙厂", 1, 1)]),
        (
            "month",
            [
                ("2013-06", 3, 11),
                ("2013-04", 2, 2),
                ("2013-03", 1, 51),
                ("2013-07", 1, 1),
                ("2013-12", 1, 1),
                ("2013-01", 0, 1),
                ("2013-09", 0, 4),
            ],
        ),
        (
            "item",
            [
                ("村卫生室", 2, 10),
                ("电缆", 2, 2),
                ("钢材", 2, 2),
                ("大米", 1, 1),
                ("水泥", 1, 2),
                ("福利机构", 0, 4),
                ("集贸市场", 0, 50),
            ],
        ),
    ],
)
def test_where_the_failures_lie(found, by, rows):
    """The most first, of equals by name; the rate passed, shares are of all eight failures."""
    got = drill.breakdown(found, by)
    assert list(got.columns) == [by, "failed", "total", "pass_rate", "share", "cumulative"]
    so_far, wanted = 0, []
    for name, failed, total in sorted(rows) if by == "month" else rows:
        so_far += failed
        wanted.append((name, failed, total, 1 - failed / total, failed / 8, so_far / 8))
    assert [row[:3] for row in plain(got)] == [row[:3] for row in wanted]
    assert [row[3:] for row in plain(got)] == [pytest.approx(row[3:]) for row in wanted]


def test_without_failures_shares_are_nought(found):
    got = drill.breakdown(found[found["failed"] == 0], "unit")
    assert [tuple(row) for row in plain(got)] == [("丁蜀镇", 0, 55, 1.0, 0.0, 0.0)]


def test_how_often_each_item_failed(found):
    """A batch that names two counts for each, one that names none stands without a name."""
    got = drill.pareto(found)
    assert list(got.columns) == ["failing", "failed", "share", "cumulative"]
    wanted = {"强度": 2, "标识": 3, "铅": 1, "": 1}
    assert dict(zip(got["failing"], got["failed"], strict=True)) == wanted
    assert got["failed"].tolist() == [3, 2, 1, 1]
    assert got["share"].tolist() == pytest.approx([3 / 7, 2 / 7, 1 / 7, 1 / 7])
    assert got["cumulative"].tolist() == pytest.approx([3 / 7, 5 / 7, 6 / 7, 1])


REPEATED = ["firm", "unit", "failed", "total", "pass_rate", "first", "last", "item", "failing"]


@pytest.mark.parametrize(
    ("least", "firms"), [(1, ["甲厂", "丁厂", "乙厂", "丙店"]), (2, ["甲厂", "丁厂"]), (3, [])]
)
def test_firms_that_failed_again(found, least, firms):
    """Just as often counts; of equals the one that failed last comes first."""
    got = drill.repeated(found, least)
    assert list(got.columns) == REPEATED
    told = {
        "甲厂": (
            "丁蜀镇",
            2,
            3,
            1 / 3,
            "2013-06-30",
            "2013-07-01",
            "水泥、钢材",
            "强度、强度、标识",
        ),
        "丁厂": ("新街街道、环科园", 2, 2, 0.0, "2013-04-05", "2013-04-05", "电缆", "标识"),
        "乙厂": ("和桥镇", 1, 1, 0.0, "2013-12-31", "2013-12-31", "钢材", ""),
        "丙店": ("丁蜀镇", 1, 1, 0.0, "2013-03-05", "2013-03-05", "大米", "铅"),
    }
    wanted = [(firm, *told[firm]) for firm in firms]
    rate = REPEATED.index("pass_rate")
    assert [row[:rate] + row[rate + 1 :] for row in plain(got)] == [
        row[:rate] + row[rate + 1 :] for row in wanted
    ]
    assert got["pass_rate"].tolist() == pytest.approx([row[rate] for row in wanted])
    assert drill.repeated(found).equals(drill.repeated(found, 2))
