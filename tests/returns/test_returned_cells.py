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
HEADINGS = ["文件", "工作表", "行", "列", "填写的内容", "问题", "如何改", "原行内容"]
HOW = "请按“如何改”一列改正；改好后把整份报表重新报送，文件名注明“更正”。"
HOW += "“请核对的行”已采用，确有错误的同样改正。"
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
    }


def lines(rows: list[tuple]) -> list[list[object]]:
    return [HEADINGS, *map(list, rows)]


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
        None,
        None,
        f"与 {Q2} 第13行编号相同而内容不同，两行均未采用",
        "请核对，只报正确的一行",
        "C7 | 2013-05-06 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
    ),
    (
        Q2,
        None,
        13,
        None,
        None,
        f"与 {Q2} 第12行编号相同而内容不同，两行均未采用",
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
        Q2,
        None,
        9,
        None,
        None,
        "日期在报表所属期间之前（迟报的记录），已采用",
        None,
        "C5 | 2013-03-31 | 丁蜀镇 | 甲厂 | 紫砂陶 | 产品 | 合格",
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
    assert found["说明"] == about("质监局：需改正后重新报送的行", HOW, SYNTHETIC)
    assert found["退回的行"] == lines(REJECTED)
    assert found["请核对的行"] == lines(FLAGGED)


def test_a_sheet_refused_as_a_whole_is_one_line_without_row(folder):
    found = opened(folder / "农林局.xlsx")
    assert list(found) == ["说明", "退回的行"]
    assert found["说明"] == about("农林局：需改正后重新报送的行", HOW)
    file = "农林局-监督抽查结果-2013年第二季度.csv"
    assert found["退回的行"] == lines([(file, None, None, None, None, *FAILED, None)])
    found = opened(folder / "商务局.xlsx")
    assert list(found) == ["说明", "退回的行"]
    file = "商务局-名录登记-2013年上半年.csv"
    assert found["退回的行"] == lines(
        [(file, None, None, None, None, FORM, "请补上所缺的列", None)]
    )


def test_a_return_of_nobody_goes_into_a_workbook_of_its_own(folder):
    found = opened(folder / "未署名.xlsx")
    cells = "X1 | =1+1 | 江阴市 | 甲厂 | 紫砂陶 | 产品 | 合格"
    assert found["说明"] == about("未署名：需改正后重新报送的行", HOW)
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
            assert sheet["A1"].value == f"{path.stem}：需改正后重新报送的行　{sheet.title}"
            for row in sheet.iter_rows(min_row=3):
                filled = [cell for cell in row if cell.value not in (None, "")]
                kinds = {cell.column_letter: cell.data_type for cell in filled}
                number = kinds.pop("C", "n")
                assert (number, set(kinds.values())) == ("n", {"s"}), path.name


CUT = [(5, 5, 5, 2), (6, 6, 5, 1), (7, 7, 5, 0), (1, 1, 1, 10)]


@pytest.mark.parametrize(("most", "rejected", "flagged", "more"), CUT)
def test_what_is_too_much_is_counted_in_the_last_line(
    folder, yixing, tmp_path, monkeypatch, most, rejected, flagged, more
):
    """7 rejected rows (9 lines) and 5 rows to check; each kind is cut by itself."""
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
    assert found["退回的行"] == lines([*expected, *([note] if more else [])])
    assert found["请核对的行"] == lines(FLAGGED[:flagged])


# The demo's


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
            file, row = about
            return (
                None,
                None,
                f"与 {file} 第{row}行编号相同而内容不同，两行均未采用",
                "请核对，只报正确的一行",
            )
        case "shared":
            return None, None, f"由{about[0]}分别报送：各计一次，全市计一次", None
    raise AssertionError(reason)


def back_of_the_demo(tables) -> dict[str, dict[str, list[list[object]]]]:
    """From the ledger: what goes back to each sender, by its name in the file's."""
    found: dict[str, dict[str, list]] = {}
    for row in tables.ledger.to_dict("records"):
        if row["fate"] == "rejected" or (row["fate"] == "accepted" and row["reason"]):
            sender = row["file"].split("/")[1].split("-")[0]
            sheet = "退回的行" if row["fate"] == "rejected" else "请核对的行"
            column, said, wrong, mend = wording(row["reason"])
            where = [row["file"], row["sheet"] or None, row["row"]]
            cells = [*where, column, said, wrong, mend, row["text"]]
            found.setdefault(sender, {}).setdefault(sheet, []).append(cells)
    return found


def test_each_cell_of_what_goes_back_from_the_demo(demo_tables):
    expected = back_of_the_demo(demo_tables)
    place = demo_tables.place / "returned"
    assert sorted(expected) == sorted(path.stem for path in place.iterdir())
    assert sorted(expected) == sorted(["质监局", "农林局", "食药监局"])
    for sender, sheets in expected.items():
        found = opened(place / f"{sender}.xlsx")
        assert list(found) == ["说明", "退回的行", "请核对的行"]
        assert found["说明"] == about(f"{sender}：需改正后重新报送的行", HOW, SYNTHETIC)
        assert {title: len(rows) for title, rows in sheets.items()} == {
            "退回的行": 12,
            "请核对的行": 6,
        }
        for title in ("退回的行", "请核对的行"):
            assert found[title] == [HEADINGS, *sheets[title]], (sender, title)


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
        for title in ("退回的行", "请核对的行"):
            for file, _, row, *_, wrong, _, cells in opened(path)[title][1:]:
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
