"""Blank forms: what they ask for, filled in and sent back in every way, and what they refuse."""

import datetime as dt
import re
import shutil

import office
import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from project import ROOT, ingested, read_yaml, write_yaml

from yxq import cli
from yxq.plan_folders.load import SHIPPED, load
from yxq.returns.blank.asked import asked, languages, period_name
from yxq.returns.blank.given import given
from yxq.returns.blank.write import write
from yxq.words.errors import PlanError
from yxq.words.wording import Words

HEAD, FIRST = 5, 6  # rows of headings and of the first row to fill in
DAY = dt.datetime
COVERED = "质监局-覆盖率统计-2013年第二季度.xlsx"
SAMPLED = "质监局-监督抽查结果-2013年第二季度.xlsx"
BUILT = "住建局-建设工程台账-2013年上半年.xlsx"
LISTED = "质监局-名录登记-2013年第二季度.xlsx"
VALUED = "人社局-年度数值-2013年度.xlsx"
RATED = "住建局-年度数值-2013年度.xlsx"
COMPARED = "质监局-同类城市比较-2013年度.xlsx"
TASKS = "质监局-重点任务进展-2013年上半年.xlsx"
EVERY = (COVERED, SAMPLED, BUILT, LISTED, VALUED, RATED, COMPARED, TASKS)

# Rows of a form that lists what happened, and what is filled into those that are given.
ROWS = {
    SAMPLED: [
        ["A1", DAY(2013, 4, 1), "丁蜀镇", "甲厂", "紫砂陶", "产品", "合格", None],
        ["001234567890123456", DAY(2013, 6, 30), "宜兴市", None, None, "食品", "不合格", "铅"],
        ["A3", DAY(2013, 3, 31), "和桥镇", None, None, "农产品", "合格", None],
    ],
    BUILT: [
        [
            "一号",
            "丁蜀镇",
            "大型",
            "甲",
            DAY(2012, 5, 1),
            DAY(2013, 5, 1),
            "合格",
            "是",
            "是",
            "是",
        ],
        ["二号", "和桥镇", "小型", None, DAY(2013, 5, 1), None, None, "否", "否", None],
    ],
    LISTED: [["首席质量官", "张三", "甲厂", "丁蜀镇", DAY(2013, 5, 2), "完成"]],
}
FILLED = {
    COVERED: {"应查数": 10, "已达数": 9, "覆盖率": 0.9},
    VALUED: {"数值": 12},
    RATED: {"数值": 0.62},
    COMPARED: {"数值": 81.5},
    TASKS: {"完成日期": DAY(2013, 5, 6), "进展情况": "已完成"},
}


@pytest.fixture(scope="module")
def plan(yixing):
    return yixing.plan(2013)


@pytest.fixture(scope="module")
def blanks(plan, tmp_path_factory):
    """Every blank form of a year, without anything read before."""
    place = tmp_path_factory.mktemp("blank")
    write(place, plan, asked(plan), place / "none")
    return place


def columns(sheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEAD] if cell.value}


def fill(path, out):
    """A blank filled in with valid values; how many rows it then has."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    filed, place = DAY(2013, 7, 2), columns(sheet)
    sheet.cell(2, 5).value = filed
    count = 0
    for n, row in enumerate(ROWS.get(path.name, ())):
        for column, value in enumerate(row, 1):
            sheet.cell(FIRST + n, column).value = value
        count += 1
    if path.name in FILLED:
        for row in range(FIRST, sheet.max_row + 1):
            if sheet.cell(row, 1).value is not None:
                for heading, value in FILLED[path.name].items():
                    sheet.cell(row, place[heading]).value = value
                count += 1
    book.save(out)
    return count


@pytest.fixture(scope="module")
def filled(blanks, tmp_path_factory):
    """Eight of them, at least one of each form, filled in; rows by file."""
    place = tmp_path_factory.mktemp("filled")
    return place, {name: fill(blanks / name, place / name) for name in EVERY}


def accepted(tables) -> dict[str, tuple[str, int, int]]:
    """By file's stem: the form, rows accepted and rows rejected, over its sheets."""
    files = tables.files.assign(stem=tables.files["file"].str.rpartition(".")[0])
    found = files.groupby("stem").agg(
        form=("form", lambda forms: "".join(forms.dropna())),
        accepted=("accepted", "sum"),
        rejected=("rejected", "sum"),
    )
    return {name: tuple(row) for name, row in zip(found.index, found.to_numpy(), strict=True)}


FORMS = {
    COVERED: "coverage",
    SAMPLED: "inspections",
    BUILT: "projects",
    LISTED: "registers",
    VALUED: "annual",
    RATED: "annual",
    COMPARED: "benchmarks",
    TASKS: "milestones",
}


def test_every_row_of_a_form_filled_in_is_accepted(filled, yixing, tmp_path):
    place, counts = filled
    assert {*FORMS.values()} == {*yixing.forms} - {yixing.remedies.form}
    assert counts[SAMPLED] == 3 and counts[COVERED] == 20 * (7 + 4) and counts[VALUED] == 20
    tables = ingested(place, yixing, tmp_path / "processed")
    expected = {name[:-5]: (FORMS[name], rows, 0) for name, rows in counts.items()}
    assert accepted(tables) == expected
    files = tables.files[tables.files["form"].notna()].set_index("file")
    assert files.loc[COVERED, "sender"] == "质监局"
    ends = files.loc[COVERED, ["period_from", "period_to", "filed"]]
    days = [str(day.date()) for day in ends]
    assert days == ["2013-04-01", "2013-06-30", "2013-07-02"]
    # The only row to look at is the one that is reported late.
    told = tables.ledger[(tables.ledger["fate"] == "accepted") & (tables.ledger["reason"] != "")]
    assert told[["file", "row", "reason"]].to_numpy().tolist() == [[SAMPLED, 8, "late_row"]]
    assert set(files["unknown"]) == {""}
    number = tables.records["inspections"]["sample_no"]
    assert "001234567890123456" in set(number)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", office.CSV])
def test_they_are_known_and_accepted_as_libreoffice_saves_them(filled, yixing, tmp_path, kind):
    place, counts = filled
    office.converted([place / name for name in EVERY], kind, tmp_path / "raw")
    tables = ingested(tmp_path / "raw", yixing, tmp_path / "processed")
    expected = {name[:-5]: (FORMS[name], rows, 0) for name, rows in counts.items()}
    assert accepted(tables) == expected


# Whatever becomes of the file


def coverage(filled, change=None):
    """The coverage form filled in, changed; saved under a name that says nothing."""
    book = openpyxl.load_workbook(filled[0] / COVERED)
    if change:
        change(book, book.worksheets[0])
    return book


def read(book, yixing, tmp_path, name="a.xlsx"):
    (tmp_path / "raw").mkdir()
    book.save(tmp_path / "raw" / name)
    return ingested(tmp_path / "raw", yixing, tmp_path / "processed")


def insert_rows(book, sheet):
    sheet.insert_rows(1, 3)


def insert_below(book, sheet):
    sheet.insert_rows(9, 2)


def move_columns(book, sheet):
    last = sheet.max_row
    sheet.move_range(f"E{HEAD}:G{last}", cols=6)
    sheet.move_range(f"A{HEAD}:B{last}", cols=12)


def delete_mark(book, sheet):
    sheet.delete_rows(4)


def rename_sheet(book, sheet):
    sheet.title = "Sheet1"
    book.remove(book.worksheets[1])


def without_title(book, sheet):
    sheet.delete_rows(1, 3)


CHANGES = (None, insert_rows, insert_below, move_columns, delete_mark, rename_sheet, without_title)


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_known_whatever_was_moved_or_renamed(filled, yixing, tmp_path, change):
    tables = read(coverage(filled, change), yixing, tmp_path)
    [row] = tables.files[tables.files["form"].notna()].to_dict("records")
    assert (row["form"], row["sender"], str(row["period_from"].date())) == (
        "coverage",
        "质监局",
        "2013-04-01",
    )
    assert (row["accepted"], row["rejected"], row["unknown"]) == (filled[1][COVERED], 0, "")


@pytest.fixture(scope="module")
def as_text(filled, tmp_path_factory):
    """A form filled in, as LibreOffice saves it as text."""
    [text] = office.converted(
        [filled[0] / SAMPLED], office.CSV, tmp_path_factory.mktemp("text") / "csv"
    )
    return text.read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_as_text_it_is_known_in_every_encoding(as_text, yixing, tmp_path, encoding):
    (tmp_path / "raw").mkdir()
    content = as_text.encode(encoding)
    (tmp_path / "raw" / "x.csv").write_bytes(content)
    tables = ingested(tmp_path / "raw", yixing, tmp_path / "processed")
    [row] = tables.files.to_dict("records")
    assert (row["form"], row["sender"], row["accepted"], row["rejected"]) == (
        "inspections",
        "质监局",
        3,
        0,
    )


def test_rows_that_nobody_filled_in_are_set_aside_and_never_zero(filled, blanks, yixing, tmp_path):
    book = openpyxl.load_workbook(blanks / COVERED)
    sheet = book.worksheets[0]
    for row in (7, 9):
        sheet.cell(row, 5).value, sheet.cell(row, 6).value = 0, 0
    sheet.cell(10, 5).value = 4  # begun and not finished
    tables = read(book, yixing, tmp_path)
    mine = tables.ledger[tables.ledger["sheet"] == sheet.title]
    counts = mine.groupby(["fate", "reason"]).size().to_dict()
    title = counts.pop(("excluded", "title")), counts.pop(("excluded", "header"))
    assert title == (4, 1)
    assert counts == {
        ("accepted", ""): 2,
        ("rejected", "missing_value|已达数"): 1,
        ("excluded", "not_filled"): filled[1][COVERED] - 3,
    }
    assert tables.records["coverage"]["numerator"].tolist() == [0, 0]


def test_a_form_of_another_period_or_department_is_refused(filled, yixing, tmp_path):
    def change(book, sheet):
        sheet["A1"] = "2013年第三季度覆盖率统计（质监局）"

    tables = read(coverage(filled, change), yixing, tmp_path)
    assert tables.files["accepted"].sum() == 0
    said = "mark_of_another_period|2013-04-01|2013-06-30|2013-07-01|2013-09-30"
    assert said in set(tables.files["reason"])

    def rename(book, sheet):
        sheet["A2"] = "填报单位：农林局"

    tables = (
        read(coverage(filled, rename), yixing, tmp_path / "b")
        if ((tmp_path / "b").mkdir() is None)
        else None
    )
    assert "mark_of_another|质监局|农林局" in set(tables.files["reason"])
    assert tables.files["accepted"].sum() == 0


def changed_plan(place, change):
    """A copy of Yixing's plan folder with another forms.yml."""
    made = shutil.copytree(SHIPPED / "yixing", place / "yixing")
    forms = read_yaml(made / "forms.yml")
    change(forms["forms"])
    write_yaml(made / "forms.yml", forms)
    return load(made.as_posix())


def test_a_form_that_has_changed_since_says_so(filled, tmp_path):
    def change(forms):
        forms["coverage"]["columns"]["remark"] = {"type": "text", "required": True}

    tables = read(coverage(filled), changed_plan(tmp_path, change), tmp_path)
    assert "form_changed|覆盖率统计" in set(tables.files["reason"])
    assert tables.files["accepted"].sum() == 0


def test_a_form_that_the_plan_does_not_have_is_named(filled, yixing, tmp_path):
    def change(book, sheet):
        sheet["A4"] = sheet["A4"].value.replace("/ coverage /", "/ cover /")

    tables = read(coverage(filled, change), yixing, tmp_path)
    assert "mark_unknown|cover" in set(tables.files["reason"])


# What is asked


def test_what_is_asked_of_whom_and_for_when(plan):
    every = asked(plan)
    assert (
        len(every) == 4 * 4 + 4 + 2 * 6 + 2 * 7 + 8
    )  # quarters, registers of quality, halves, years
    mine = asked(plan, ["市质监局"], "Q2")
    assert [(one.form, one.first, one.last, one.due) for one in mine] == [
        (form, dt.date(2013, 4, 1), dt.date(2013, 6, 30), dt.date(2013, 7, 15))
        for form in ("inspections", "coverage", "registers")
    ]


SAID = {
    "Q2": (4, 6),
    "第二季度": (4, 6),
    "4-6": (4, 6),
    "2013Q2": (4, 6),
    "2013年第二季度": (4, 6),
    "2013-04-06": (4, 6),
    "上半年": (1, 6),
    "2013年上半年": (1, 6),
    "全年": (1, 12),
    "2013": (1, 12),
    "2013年度": (1, 12),
    "2012Q2": None,
    "4": None,
    "Q5": None,
    "": None,
}


@pytest.mark.parametrize("text", SAID)
def test_a_period_is_said_in_many_ways(plan, text):
    if SAID[text] is None:
        with pytest.raises(PlanError, match="there are: 2013 Q1, 2013 Q2"):
            asked(plan, (), text or "x")
        return
    found = {(one.first.month, one.last.month) for one in asked(plan, (), text)}
    assert found == {SAID[text]}


def test_who_owes_nothing_and_who_is_not_known(plan, tmp_path):
    with pytest.raises(PlanError, match=r"^unknown department '质监'; did you mean 质监局"):
        asked(plan, ["质监"])
    fewer = plan.model_copy(
        update={"period": plan.period.model_copy(update={"returns": plan.period.returns[:1]})}
    )
    with pytest.raises(PlanError, match="农林局 owes no return in 2013"):
        asked(fewer, ["农林局"])


def test_a_plan_without_returns_asks_each_owner_once_a_year():
    plan = load(str(ROOT / "tests/plans/taiwan")).plan()
    [one] = asked(plan)
    assert (one.form, one.sender, one.first, one.last) == (
        "residues",
        "衛生局",
        dt.date(2017, 1, 1),
        dt.date(2017, 12, 31),
    )


NAMES = [
    ((2013, 1, 1), (2013, 12, 31), "2013年度", "2013"),
    ((2013, 7, 1), (2013, 12, 31), "2013年下半年", "2013 H2"),
    ((2013, 1, 1), (2013, 6, 30), "2013年上半年", "2013 H1"),
    ((2013, 10, 1), (2013, 12, 31), "2013年第四季度", "2013 Q4"),
    ((2013, 7, 1), (2013, 7, 31), "2013年7月", "2013-07"),
    ((2013, 7, 1), (2014, 6, 30), "2013年7月1日至2014年6月30日", "2013-07-01 to 2014-06-30"),
    ((2013, 4, 1), (2013, 9, 30), "2013年4月1日至2013年9月30日", "2013-04-01 to 2013-09-30"),
]


@pytest.mark.parametrize(("first", "last", "zh", "en"), NAMES)
def test_what_a_period_is_called(first, last, zh, en):
    ends = dt.date(*first), dt.date(*last)
    assert [period_name(*ends, Words(language)) for language in ("zh", "en")] == [zh, en]


def test_the_language_is_that_of_the_departments(yixing):
    assert languages(yixing) == ["zh", "en"]
    assert languages(load(str(ROOT / "tests/plans/chicago"))) == ["en"]


# What is filled in already


def test_rows_that_the_plan_fixes_are_there(plan, blanks):
    sheet = openpyxl.load_workbook(blanks / COVERED).worksheets[0]
    rows = [row[:4] for row in sheet.iter_rows(FIRST, values_only=True) if row[0]]
    strata = ["集贸市场", "村卫生室", "福利机构", "计生服务站"]
    free = [row for row in rows if row[0] == "免费检定覆盖率"]
    assert [row[1] for row in free] == [name for name in strata for _ in range(20)]
    assert {row[3] for row in rows} == {"4-6月"}
    assert len({(row[0], row[1], row[2]) for row in rows}) == len(rows) == 220
    assert "宜兴市" not in {row[2] for row in rows}


def test_tasks_have_their_names_and_days(blanks):
    sheet = openpyxl.load_workbook(blanks / TASKS).worksheets[0]
    rows = {row[0]: row for row in sheet.iter_rows(FIRST, values_only=True) if row[2] == "宜兴市"}
    assert rows[14][1] == "国家级综合服务业标准化试点"
    assert rows[47][4] == DAY(2014, 12, 31)
    assert 19 not in rows  # the towns' own


def test_a_year_is_written_as_the_form_wants_it(tmp_path):
    plan = load(str(ROOT / "tests/plans/taiwan")).plan()
    [path] = write(tmp_path, plan, asked(plan), tmp_path / "none")
    book = openpyxl.load_workbook(path)
    rules = book.worksheets[0].data_validations.dataValidation
    [rule] = [rule for rule in rules if str(rule.sqref).startswith("A")]
    [letter] = re.findall(r"\$([A-Z])\$2:", rule.formula1)
    assert [cell.value for cell in book["yxq"][letter][1:] if cell.value] == [106]


def test_what_was_sent_last_stands_beside_it(plan, demo_tables, tmp_path):
    [one] = [one for one in asked(plan, ["统计局"]) if one.form == "annual"]
    known = given(plan, one, demo_tables.records["annual"], Words("zh"))
    annual = demo_tables.records["annual"]
    before = annual[(annual["sender"] == "统计局") & (annual["to"].dt.year == 2012)]
    expected = before.set_index(before["unit"].astype(str))["value"]
    assert len(known.rows) == 20 and known.columns == ("indicator", "unit", "year")
    for unit, text in zip(known.rows["unit"], known.last, strict=True):
        assert float(text) == expected[unit]


def test_flows_have_nothing_beside_them(plan, demo_tables):
    [one] = [one for one in asked(plan, ["质监局"], "Q2") if one.form == "coverage"]
    assert given(plan, one, demo_tables.records["coverage"], Words("zh")).last.empty


# What the file itself says


def test_only_what_is_to_be_filled_in_is_open(blanks):
    for name in EVERY:
        book = openpyxl.load_workbook(blanks / name)
        sheet = book.worksheets[0]
        marked = sheet["A4"].value.split(" / ")[5].split("+")
        given = {*marked} - {"-", "due"}  # where the plan has no day, it is asked for
        assert sheet.protection.sheet and not sheet.protection.password
        assert all(cell.protection.locked for row in sheet["A1:H1"] for cell in row)
        assert all(cell.protection.locked for cell in sheet[HEAD])
        open_ = [cell.column for cell in sheet[FIRST] if not cell.protection.locked]
        width = len({*columns(sheet)} - {"计量单位"})
        assert len(open_) == width - len(given), name
        assert book["yxq"].sheet_state == "veryHidden"
        assert book["yxq"]["A1"].value == sheet["A4"].value
        assert book.defined_names["yxq_mark"].value.endswith("!$A$4")
        assert book.custom_doc_props["yxq"].value == sheet["A4"].value
        assert book.sheetnames[1:3] == ["填表说明", "How to fill it in"]


def test_the_same_form_is_the_same_bytes(plan, blanks, tmp_path):
    write(tmp_path, plan, asked(plan), tmp_path / "none")
    names = sorted(path.name for path in blanks.glob("*.xlsx"))
    assert len(names) == 54
    for name in names:
        assert (tmp_path / name).read_bytes() == (blanks / name).read_bytes()


def test_nothing_is_written_over_and_nothing_half(plan, tmp_path):
    returns = asked(plan, ["质监局"], "Q2")
    last = tmp_path / LISTED
    last.write_bytes(b"filled in")
    with pytest.raises(PlanError, match="is there and differs"):
        write(tmp_path, plan, returns, tmp_path / "none")
    assert [path.name for path in tmp_path.iterdir()] == [LISTED]
    assert last.read_bytes() == b"filled in"
    with pytest.raises(OSError):
        write(last / "x", plan, returns, tmp_path / "none")
    assert [path.name for path in tmp_path.iterdir()] == [LISTED]


# What it takes, and what it refuses

LONG = "2" * 17
GOOD = {
    SAMPLED: [
        ("样品编号", "A9", {}),
        ("样品编号", LONG, {}),
        ("抽样日期", DAY(2013, 6, 30), {}),
        ("抽样日期", DAY(2012, 12, 31), {}),
        ("镇（街道、园区）", "环科园", {}),
        ("类别", "食品", {}),
        ("检验结果", "不合格", {}),
    ],
    COVERED: [
        ("应查数", 0, {}),
        ("应查数", 10, {"已达数": 10}),
        ("已达数", 10, {"应查数": 10}),
        ("月份", "5", {}),
        ("覆盖率", 0.9, {"应查数": 10, "已达数": 9}),
        ("覆盖率", 0.667, {"应查数": 3, "已达数": 2}),
        ("指标", "省名牌产品采标率", {}),
        ("分类", "福利机构", {}),
    ],
    BUILT: [
        ("验收日期", DAY(2013, 5, 1), {"开工日期": DAY(2013, 5, 1)}),
        ("一次验收结果", "不合格", {}),
    ],
    RATED: [
        ("数值", 0.5, {"指标": "工业化建造比重"}),
        ("数值", 1, {"指标": "工业化建造比重"}),
        ("年度", 2013, {}),
        ("数值", 35, {"指标": "质量专业技术人员数量"}),
        ("数值", 3.5, {"指标": "质量工作财政扶持"}),
    ],
    TASKS: [("序号", 14, {}), ("任务", "事", {}), ("期限", DAY(2014, 12, 31), {})],
}
BAD = {
    SAMPLED: [
        ("抽样日期", "2013-06-31", {}),
        ("抽样日期", "四月", {}),
        ("抽样日期", DAY(2013, 7, 1), {}),
        ("抽样日期", DAY(1913, 5, 1), {}),
        ("抽样日期", 13, {}),
        ("镇（街道、园区）", "丁属镇", {}),
        ("镇（街道、园区）", "江阴市", {}),
        ("类别", "工业", {}),
        ("检验结果", "待检", {}),
        ("样品编号", "  ", {}),
        ("样品编号", "无", {}),
        ("样品编号", "A1", {"above": "A1"}),
    ],
    COVERED: [
        ("应查数", "十", {}),
        ("应查数", "10家", {}),
        ("应查数", -1, {}),
        ("应查数", 1.5, {}),
        ("已达数", 11, {"应查数": 10}),
        ("应查数", 8, {"已达数": 9}),
        ("应查数", 1e16, {}),
        ("覆盖率", 0.95, {"应查数": 10, "已达数": 9}),
        ("覆盖率", "九成", {}),
        ("月份", "7", {}),
        ("月份", "四月", {}),
        ("指标", "覆盖率", {}),
        ("分类", "学校", {}),
    ],
    BUILT: [
        ("验收日期", DAY(2013, 4, 30), {"开工日期": DAY(2013, 5, 1)}),
        ("开工日期", DAY(2013, 5, 2), {"验收日期": DAY(2013, 5, 1)}),
        ("规模", "巨型", {}),
        ("是否备案", "不详", {}),
        ("工程名称", "   ", {}),
    ],
    RATED: [
        ("数值", 62.3, {"指标": "工业化建造比重"}),
        ("数值", 3.5, {"指标": "质量专业技术人员数量"}),
        ("数值", "约三成", {"指标": "工业化建造比重"}),
        ("数值", -0.1, {"指标": "工业化建造比重"}),
        ("年度", 2012, {}),
    ],
    TASKS: [
        ("序号", "十四", {}),
        ("任务", "—", {}),
        ("完成日期", "五月", {}),
        ("期限", "年底", {}),
    ],
}


def formula_of(rule, cell: str, sheet: str, row: int) -> str:
    """What a rule of the file asks of a cell, as a formula that stands in another sheet."""
    if rule.type == "list":
        return f"=COUNTIF({rule.formula1.lstrip('=')},'{sheet}'!{cell})>0"
    assert rule.type == "custom" and rule.errorStyle in (None, "stop")
    top = range_boundaries(str(rule.sqref))[1]
    moved = re.sub(
        r"(?<![!:$A-Z])\$([A-Z]+)(\d+)\b",
        lambda found: f"'{sheet}'!${found[1]}{int(found[2]) - top + row}",
        rule.formula1,
    )
    absolute = re.sub(r"(?<![!:])(\$[A-Z]+\$\d+:\$[A-Z]+\$\d+)", rf"'{sheet}'!\1", moved)
    return absolute if absolute.startswith("=") else f"={absolute}"


def judged(blanks, place, cases) -> dict[str, list[bool]]:
    """Whether each value is taken by the rule of its column, which LibreOffice works out."""
    place.mkdir()
    for name, values in cases.items():
        book = openpyxl.load_workbook(blanks / name)
        sheet = book.worksheets[0]
        found, check = columns(sheet), book.create_sheet("check")
        for n, (heading, value, others) in enumerate(values):
            row = FIRST + n
            for other, beside in others.items():
                at = (FIRST, heading) if other == "above" else (row, other)
                sheet.cell(at[0], found[at[1]]).value = beside
            cell = sheet.cell(row, found[heading])
            cell.value = value
            [rule] = [
                rule
                for rule in sheet.data_validations.dataValidation
                if cell.coordinate in rule.sqref
            ]
            text = formula_of(rule, cell.coordinate, sheet.title, row)
            check.cell(n + 1, 1).value = f"=IFERROR({text[1:]},FALSE)"
        book.save(place / name)
    files = office.converted([place / name for name in cases], "xlsx", place / "out")
    return {
        file.name: [
            bool(row[0])
            for row in openpyxl.load_workbook(file, data_only=True)["check"].iter_rows(
                values_only=True
            )
        ]
        for file in files
    }


def test_what_is_right_is_taken(blanks, tmp_path):
    found = judged(blanks, tmp_path / "good", GOOD)
    assert found == {name: [True] * len(values) for name, values in GOOD.items()}


def test_what_is_wrong_is_refused_by_the_form_itself(blanks, tmp_path):
    assert sum(map(len, BAD.values())) >= 20
    found = judged(blanks, tmp_path / "bad", BAD)
    assert found == {name: [False] * len(values) for name, values in BAD.items()}


def test_a_rule_is_told_where_the_cell_is_chosen(blanks):
    for name in EVERY:
        rules = openpyxl.load_workbook(blanks / name).worksheets[0].data_validations
        shown = [rule for rule in rules.dataValidation if rule.showErrorMessage]
        assert len(shown) >= 4
        for rule in shown:
            assert 0 < len(rule.promptTitle or "填") <= 32 and 0 < len(rule.error) <= 225
            assert len(rule.formula1 or "") <= 255


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sender", "质监"], "yxq: unknown department '质监'; did you mean 质监局, 质强办?\n"),
        (["--period", "Q9"], "yxq: no return is asked for the period 'Q9'; there are: 2013 Q1, "),
        (["--out", "{file}/x"], "yxq: [Errno 20] Not a directory: "),
    ],
)
def test_what_cannot_be_made_is_one_line_and_two(tmp_path, monkeypatch, capsys, options, said):
    file = tmp_path / "file"
    file.write_bytes(b"")
    given = [option.format(file=file) for option in options]
    place = [] if "--out" in given else ["--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["yxq", "blank", "--processed", str(tmp_path), *given, *place])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert ended.value.code == 2 and out == ""
    assert err.startswith(said) and err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
