"""Workbooks that go back to departments, cell by cell: from returns written here and the demo's."""

import csv
import re

import openpyxl
import pytest
import xlsxwriter
from project import DEMO, ingested

from yxq.returns import returned

SAMPLES = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果,不合格项目"
COVERAGE = "指标,镇（街道、园区）,月份,应查数,已达数,覆盖率"
HEADINGS = ["文件", "工作表", "行", "列", "填写的内容", "问题", "如何改", "期限", "原行内容"]
HOW = (
    "退回的行没有采用：请到后面“改正”各表里直接改（黄色的格有问题），存盘后把本工作簿发回，就作为更正读入；"
    "其余的行不必再报。"
)
CONFLICTS = "编号相同而内容不同的几行，只留正确的一行，其余的行清空白色和黄色的格。"
WHOLE = "没有行号的，是整份或整张表没有读入：请改好那个文件再报一次。"
CHECK = "“请核对的行”已采用，不必再报；确有错误的，在“改正”表下面的空行里按正确的内容填一行发回，没有“改正”表的用空表填。"
WITHDRAW = (
    "要撤回已报的一行，在“改正”表的空行里照原样填它的编号各列（单位、指标、期间等），"
    "在数或日期的格里写“撤回”。"
)
DUE = "“期限”是编制单位拟定的报送期限；已过期限的请尽快发回，到后照常计入。"
Q2_DUE, HALF_DUE = "2013年7月15日", "2013年7月20日"
SYNTHETIC = "演示数据（合成）"


def text(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def sample(no: str, date="2013-05-06", town="丁蜀镇", result="合格", kind="产品") -> str:
    return f"{no},{date},{town},甲厂,紫砂陶,{kind},{result},"


def book_of(path, sheets: dict[str, list[str]], hidden: int) -> None:
    """A workbook of text cells, a sheet a name; one row of the first is hidden."""
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row.split(","))
    book.worksheets()[0].set_row(hidden - 1, None, None, {"hidden": True})
    book.close()


@pytest.fixture(scope="module")
def folder(yixing, tmp_path_factory):
    """What came back of a raw folder with a few wrong rows, by sender."""
    raw = tmp_path_factory.mktemp("few") / "raw"
    raw.mkdir()
    (raw / "质监局-监督抽查结果-2013年第二季度.csv").write_bytes(
        text(
            "2013年第二季度监督抽查结果（演示数据）",
            "",
            SAMPLES,
            sample("C1"),
            sample("C2", date="2013-06-31"),
            sample("C3", town="丁属镇"),
            sample("", date="四月", result="待检"),
            sample("C4", date="2013-07-01"),
            sample("C5", date="2013-03-31"),
            sample("C6"),
            sample("C6"),
            sample("C7"),
            sample("C7", result="不合格"),
            "填报单位：质监局",
        )
    )
    book_of(
        raw / "质监局-覆盖率统计-2013年第二季度.xlsx",
        {
            "证书": [
                COVERAGE,
                "生产许可证证书覆盖率,丁蜀镇,4-6,10,9,90.0%",
                "生产许可证证书覆盖率,和桥镇,4-6,10,9,95.0%",
                "生产许可证证书覆盖率,官林镇,4-6,10,11,110%",
                "合计,,,40,29,",
            ],
            "信用": [COVERAGE, "质量信用评价完成率,张渚镇,4-6,十,9,"],
        },
        hidden=2,
    )
    failures = [sample(f"N{n}", result="不合格", kind="农产品") for n in range(1, 7)]
    (raw / "农林局-监督抽查结果-2013年第二季度.csv").write_bytes(text(SAMPLES, *failures))
    (raw / "商务局-名录登记-2013年上半年.csv").write_bytes(
        text("名录,企业", "特色品牌和项目,甲", "特色品牌和项目,乙")
    )
    (raw / "食药监局-监督抽查结果-2013年第二季度.csv").write_bytes(
        text(SAMPLES, sample("S1", kind="食品"))
    )
    (raw / "说不清.csv").write_bytes(text(SAMPLES, sample("X1", town="江阴市", date="=1+1")))
    tables = ingested(raw, yixing, raw.parent / "processed")
    return tables.place / "returned"


def opened(path) -> dict[str, list[list[object]]]:
    """Every cell below what each sheet is, and under it its headings."""
    return {
        sheet.title: [[cell.value or None for cell in row] for row in sheet.iter_rows(min_row=2)]
        for sheet in openpyxl.load_workbook(path)
        if not sheet.title.startswith(("改正", "yxq"))
    }


def lines(rows: list[tuple], due: str | None = None) -> list[list[object]]:
    return [HEADINGS, *([*row[:7], due if row[0] else None, *row[7:]] for row in rows)]


def about(*remarks: str) -> list[list[object]]:
    return [["备注"], *([remark] for remark in remarks)]


def test_senders_with_nothing_wrong_get_no_workbook(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["质监局.xlsx", "农林局.xlsx", "商务局.xlsx", "未署名.xlsx"]
    )


Q2 = "质监局-监督抽查结果-2013年第二季度.csv"
COVERED = "质监局-覆盖率统计-2013年第二季度.xlsx"
FAILED = (
    "6行全部不合格：这是不合格名单，没有抽样总数，不能计算合格率，整份未采用",
    "请报全部抽样批次，合格的也要列出",
)
FORM = "不是已知的报表：最接近“名录登记”，缺少列：名称、镇（街道、园区）、日期、状态"
REJECTED = [
    (
        Q2,
        None,
        5,
        "抽样日期",
        "2013-06-31",
        "“抽样日期”写作“2013-06-31”，没有这一天或不是日期",
        "请核对，格式如 2013-04-01",
        "C2 | 2013-06-31 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
    ),
    (
        Q2,
        None,
        6,
        "镇（街道、园区）",
        "丁属镇",
        "“镇（街道、园区）”写作“丁属镇”，不在计划的单位之中",
        "是否为：丁蜀镇",
        "C3 | 2013-05-06 | 丁属镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
    ),
    (
        Q2,
        None,
        7,
        "样品编号",
        None,
        "“样品编号”为空",
        "请补填",
        " | 四月 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 待检",
    ),
    (
        Q2,
        None,
        7,
        "抽样日期",
        "四月",
        "“抽样日期”写作“四月”，没有这一天或不是日期",
        "请核对，格式如 2013-04-01",
        " | 四月 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 待检",
    ),
    (
        Q2,
        None,
        7,
        "检验结果",
        "待检",
        "“检验结果”写作“待检”",
        "只能填：合格、不合格",
        " | 四月 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 待检",
    ),
    (
        Q2,
        None,
        12,
        "检验结果",
        "合格",
        f"与 {Q2} 第13行编号相同而“检验结果”不同，两行均未采用",
        "请核对，只报正确的一行",
        "C7 | 2013-05-06 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
    ),
    (
        Q2,
        None,
        13,
        "检验结果",
        "不合格",
        f"与 {Q2} 第12行编号相同而“检验结果”不同，两行均未采用",
        "请核对，只报正确的一行",
        "C7 | 2013-05-06 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 不合格",
    ),
    (
        COVERED,
        "证书",
        4,
        "已达数",
        None,
        "“已达数”大于“应查数”",
        "请核对两数",
        "生产许可证证书覆盖率 | 官林镇 | 4-6 | 10 | 11 | 110%",
    ),
    (
        COVERED,
        "信用",
        2,
        "应查数",
        "十",
        "“应查数”写作“十”，不是非负整数",
        "请填不带单位和小数的个数",
        "质量信用评价完成率 | 张渚镇 | 4-6 | 十 | 9",
    ),
]
FLAGGED = [
    (
        Q2,
        None,
        8,
        None,
        None,
        "日期在报表所属期间之后，已采用",
        "请核对日期",
        "C4 | 2013-07-01 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
    ),
    (
        COVERED,
        "证书",
        2,
        None,
        None,
        "该行在工作表中被隐藏，已采用",
        "不应计入的请删除",
        "生产许可证证书覆盖率 | 丁蜀镇 | 4-6 | 10 | 9 | 90.0%",
    ),
    (
        COVERED,
        "证书",
        3,
        "覆盖率",
        "95.0%",
        "“覆盖率”写作95.0%，与 9／10 算出的率不符，以个数为准",
        "请核对个数",
        "生产许可证证书覆盖率 | 和桥镇 | 4-6 | 10 | 9 | 95.0%",
    ),
    (
        COVERED,
        "证书",
        5,
        "应查数",
        "40",
        "合计行“应查数”为40，各行相加为30",
        "请核对各行和合计",
        "合计 |  |  | 40 | 29",
    ),
]


def test_each_cell_of_what_goes_back_to_the_quality_bureau(folder):
    found = opened(folder / "质监局.xlsx")
    assert list(found) == ["说明", "退回的行", "请核对的行"]
    assert found["说明"] == about(
        "质监局：需改正的行", HOW, CONFLICTS, CHECK, WITHDRAW, DUE, SYNTHETIC
    )
    assert found["退回的行"] == lines(REJECTED, Q2_DUE)
    assert found["请核对的行"] == lines(FLAGGED, Q2_DUE)


def test_a_sheet_refused_as_a_whole_is_one_line_without_row(folder):
    found = opened(folder / "农林局.xlsx")
    assert list(found) == ["说明", "退回的行"]
    assert found["说明"] == about("农林局：需改正的行", WHOLE, DUE)
    file = "农林局-监督抽查结果-2013年第二季度.csv"
    assert found["退回的行"] == lines([(file, None, None, None, None, *FAILED, None)], Q2_DUE)
    found = opened(folder / "商务局.xlsx")
    assert list(found) == ["说明", "退回的行"]
    file = "商务局-名录登记-2013年上半年.csv"
    assert found["退回的行"] == lines(
        [(file, None, None, None, None, FORM, "请补上所缺的列", None)]
    )


def test_a_return_of_nobody_goes_into_a_workbook_of_its_own(folder):
    found = opened(folder / "未署名.xlsx")
    cells = "X1 | =1+1 | 江阴市 | 甲厂 | 紫砂陶 | 产品 | 合格"
    assert found["说明"] == about("未署名：需改正的行", HOW, WITHDRAW)
    assert found["退回的行"] == lines(
        [
            (
                "说不清.csv",
                None,
                2,
                "抽样日期",
                "=1+1",
                "“抽样日期”写作“=1+1”，没有这一天或不是日期",
                "请核对，格式如 2013-04-01",
                cells,
            ),
            (
                "说不清.csv",
                None,
                2,
                "镇（街道、园区）",
                "江阴市",
                "“镇（街道、园区）”写作“江阴市”，不在计划的单位之中",
                "是否为：宜兴市",
                cells,
            ),
        ]
    )


def test_rows_are_numbers_and_everything_else_is_text(folder):
    for path in folder.iterdir():
        for sheet in openpyxl.load_workbook(path):
            if sheet.title.startswith(("改正", "yxq")):
                continue
            assert sheet["A1"].value == f"{path.stem}：需改正的行　{sheet.title}"
            for row in sheet.iter_rows(min_row=3):
                filled = [cell for cell in row if cell.value not in (None, "")]
                kinds = {cell.column_letter: cell.data_type for cell in filled}
                number = kinds.pop("C", "n")
                assert (number, set(kinds.values())) == ("n", {"s"}), path.name


CUT = [(5, 5, 4, 2), (6, 6, 4, 1), (7, 7, 4, 0), (1, 1, 1, 9)]


@pytest.mark.parametrize(("most", "rejected", "flagged", "more"), CUT)
def test_what_is_too_much_is_counted_in_the_last_line(
    folder, yixing, tmp_path, monkeypatch, most, rejected, flagged, more
):
    """7 rejected rows (9 lines) and 4 rows to check; each kind is cut by itself."""
    monkeypatch.setattr(returned, "MOST", most)
    tables = ingested(folder.parents[1] / "raw", yixing, tmp_path / "processed")
    found = opened(tables.place / "returned" / "质监局.xlsx")
    kept = dict.fromkeys((one[0], one[1], one[2]) for one in REJECTED)
    kept = [*kept][:rejected]
    expected = [one for one in REJECTED if one[:3] in kept]
    note = (
        None,
        None,
        None,
        None,
        None,
        f"另有{more}行未列出，见台账 ledger.parquet。",
        None,
        None,
    )
    assert found["退回的行"] == lines([*expected, *([note] if more else [])], Q2_DUE)
    assert found["请核对的行"] == lines(FLAGGED[:flagged], Q2_DUE)


# The demo's

DIFFERING = "…"


def wording(reason: str) -> tuple[str | None, str | None, str, str | None]:
    """Column, content, what is wrong and the mend of the few reasons that the demo's rows have."""
    code, *about = reason.split("|")
    match code:
        case "bad_date":
            column, said = about
            return (
                column,
                said,
                f"“{column}”写作“{said}”，没有这一天或不是日期",
                "请核对，格式如 2013-04-01",
            )
        case "unknown_unit":
            column, said, near = about
            return column, said, f"“{column}”写作“{said}”，不在计划的单位之中", f"是否为：{near}"
        case "conflict":
            column, file, row = about
            return (
                DIFFERING,
                DIFFERING,
                f"与 {file} 第{row}行编号相同而“{column}”不同，两行均未采用",
                "请核对，只报正确的一行",
            )
    raise AssertionError(reason)


def back_of_the_demo(tables) -> dict[str, dict[str, list[list[object]]]]:
    """From the ledger: what goes back to each sender, by its name in the file's."""
    found: dict[str, dict[str, list]] = {}
    for row in tables.ledger.to_dict("records"):
        if row["fate"] == "rejected":
            sender = row["file"].split("/")[1].split("-")[0]
            column, said, wrong, mend = wording(row["reason"])
            where = [row["file"], row["sheet"] or None, row["row"]]
            cells = [*where, column, said, wrong, mend, due_of(row["file"]), row["text"]]
            found.setdefault(sender, {}).setdefault("退回的行", []).append(cells)
    for sheets in found.values():  # the latest period first, in a file by row
        sheets["退回的行"].sort(key=lambda cells: (-int(cells[0][:4]), -quarter(cells[0])))
    return found


def quarter(file: str) -> int:
    return "一二三四".index(re.search("第(.)季度", file)[1]) + 1


def due_of(file: str) -> str:
    """Fifteen days after the end of the quarter."""
    year, last = int(file[:4]), quarter(file)
    return f"{year + (last == 4)}年{(3 * last) % 12 + 1}月15日"


def test_each_cell_of_what_goes_back_from_the_demo(demo_tables):
    expected = back_of_the_demo(demo_tables)
    place = demo_tables.place / "returned"
    assert sorted(expected) == sorted(path.stem for path in place.iterdir())
    assert sorted(expected) == sorted(["质监局", "农林局", "食药监局"])
    for sender, sheets in expected.items():
        found = opened(place / f"{sender}.xlsx")
        # Of the bureau one task was done after the half-year of its return.
        later = sender == "质监局"
        assert list(found) == ["说明", "退回的行", *(["请核对的行"] if later else [])]
        if later:
            [row] = found["请核对的行"][1:]
            assert row[:3] == ["2013/质监局-重点任务进展-2013年下半年.csv", None, 25]
            assert row[5:7] == ["日期在报表所属期间之后，已采用", "请核对日期"]
        checks = [CHECK] if later else []
        said = (f"{sender}：需改正的行", HOW, CONFLICTS, *checks, WITHDRAW, DUE, SYNTHETIC)
        assert found["说明"] == about(*said)
        assert len(sheets["退回的行"]) == 12
        told = [
            [
                DIFFERING if n in (3, 4) and "编号相同" in row[5] else cell
                for n, cell in enumerate(row)
            ]
            for row in found["退回的行"][1:]
        ]
        assert told == sheets["退回的行"], sender
        for row in found["退回的行"][1:]:  # the two differ in the result alone
            if "编号相同" in row[5]:
                assert row[3] in ("检验结果", "判定", "检验结论", "结果") and row[4] in (
                    "合格",
                    "不合格",
                )


def raw_rows(file: str) -> dict[int, list[str]]:
    """A return's rows as they stand in the file, by number."""
    path = DEMO / file
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        shown = [[f"{cell or ''}".removesuffix(" 00:00:00") for cell in row] for row in rows]
        return dict(enumerate(shown, 1))
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            told = data.decode(encoding).splitlines()
            break
        except UnicodeError:
            continue
    between = "\t" if "\t" in told[-1] else ","
    return dict(enumerate(csv.reader(told, delimiter=between), 1))


def sent(tables, fits) -> list[tuple[list[str], list[str]]]:
    """Cells of returned rows whose wording fits, as the workbook and as the file has them."""
    found = []
    for path in (tables.place / "returned").iterdir():
        for file, _, row, *_, wrong, _, _, cells in opened(path)["退回的行"][1:]:
            if fits(wrong):
                as_sent = " | ".join(raw_rows(file)[row]).rstrip(" |")
                found.append((cells.split(" | "), as_sent.split(" | ")))
    return found


def test_rows_that_could_not_be_read_go_back_as_they_were_sent(demo_tables):
    found = sent(demo_tables, lambda wrong: re.search("不是日期|不在计划的单位之中", wrong))
    assert len(found) == 18
    for cells, as_sent in found:
        assert cells == as_sent


def test_rows_that_contradict_each_other_go_back_under_their_own_number(demo_tables):
    found = sent(demo_tables, lambda wrong: "编号相同" in wrong)
    assert len(found) == 18
    for cells, as_sent in found:
        for place in (0, 3, 4, 6):
            assert cells[place] == as_sent[place]


def test_rows_that_contradict_each_other_go_back_as_they_were_sent(demo_tables):
    found = sent(demo_tables, lambda wrong: "编号相同" in wrong)
    assert found
    for cells, as_sent in found:
        assert cells == as_sent
