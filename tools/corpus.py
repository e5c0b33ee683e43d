"""Returns as departments really send them: each file built here, with the fate of each of its rows
and the message.

A fate is written as its first letter (accepted, duplicate, rejected; x is excluded) and the reason
behind it.
"""

import datetime as dt
import io

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

H = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果,不合格项目"
COVER = "指标,镇（街道、园区）,月份,应查数,已达数,覆盖率"
PROJECT = (
    "工程名称,镇（街道、园区）,规模,开工日期,验收日期,一次验收结果,是否受监,执行节能标准,是否备案"
)
ANNUAL = "指标,镇（街道、园区）,年度,数值"
Q2 = "质监局-2013年第二季度"


def row(
    no="C1",
    date="2013-04-02",
    town="丁蜀镇",
    firm="样例厂",
    what="紫砂陶",
    kind="产品",
    result="合格",
    item="",
):
    return ",".join((no, date, town, firm, what, kind, result, item))


def cover(
    indicator="生产许可证证书覆盖率", town="丁蜀镇", months="4-6", n="10", x="9", rate="90.0%"
):
    return ",".join((indicator, town, months, n, x, rate))


def lines(*rows: str, encoding: str = "utf-8", end: str = "\n") -> bytes:
    return (end.join(rows) + end).encode(encoding, errors="replace")


def book(*sheets: dict) -> bytes:
    """A workbook; a sheet has rows, and may have name, merge, hide (rows) and hidden."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(
        out, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "in_memory": True}
    )
    for number, about in enumerate(sheets, start=1):
        sheet = made.add_worksheet(about.get("name", f"表{number}"))
        for at, values in enumerate(about["rows"]):
            sheet.write_row(at, 0, values)
        for top, left, bottom, right, text in about.get("merge", ()):
            sheet.merge_range(top, left, bottom, right, text)
        for at in about.get("hide", ()):
            sheet.set_row(at, None, None, {"hidden": True})
        if about.get("hidden"):
            sheet.hide()
    made.close()
    return out.getvalue()


def split(*rows: str) -> list[list[str]]:
    return [text.split(",") for text in rows]


def table(frame: dict) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(frame), out)
    return out.getvalue()


def page(*rows: str, head: str = "<html><body>") -> bytes:
    cells = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in text.split(','))}</tr>" for text in rows
    )
    return f"{head}<table>{cells}</table></body></html>".encode()


PLAIN = {name: [value] for name, value in zip(H.split(","), row().split(","), strict=True)}
TWICE = [
    ["样品", "", "抽样", "镇（街道）", "受检", "类别", "检验", ""],
    ["编号", "名称", "日期", "", "单位", "", "结果", "不合格项"],
]
SIDE = "C1,紫砂陶,2013-04-02,丁蜀镇,样例厂,产品,合格,"
CASES: dict[str, tuple[dict[str, bytes], list[str]]] = {
    # encodings, delimiters, line ends
    "utf-8": ({f"{Q2}.csv": lines(H, row())}, ["x header", "a"]),
    "utf-8 with a mark": ({f"{Q2}.csv": lines(H, row(), encoding="utf-8-sig")}, ["x header", "a"]),
    "gb18030 with 㳇": (
        {f"{Q2}.csv": lines(H, row(town="湖㳇镇"), encoding="gb18030")},
        ["x header", "a"],
    ),
    "gbk has lost 㳇": (
        {f"{Q2}.csv": lines(H, row(town="湖㳇镇"), encoding="gbk")},
        ["x header", "a"],
    ),
    "another lost character is no town": (
        {f"{Q2}.csv": lines(H, row(town="丁?镇"))},
        ["x header", "r unknown_unit|镇（街道、园区）|丁?镇|湖㳇镇、丁蜀镇"],
    ),
    "utf-16": ({f"{Q2}.txt": lines(H, row(), encoding="utf-16")}, ["x header", "a"]),
    "tabs": (
        {f"{Q2}.txt": lines(H.replace(",", "\t"), row().replace(",", "\t"))},
        ["x header", "a"],
    ),
    "semicolons": (
        {f"{Q2}.csv": lines(H.replace(",", ";"), row().replace(",", ";"))},
        ["x header", "a"],
    ),
    "tabs with commas in the text": (
        {
            f"{Q2}.csv": lines(
                *(
                    t.replace(",", "\t").replace("样例厂", "a,b,c,d,e,f,g,h,i")
                    for t in (H, row(), row("C2"))
                )
            )
        },
        ["x header", "a", "a"],
    ),
    "carriage returns alone": ({f"{Q2}.csv": lines(H, row(), end="\r")}, ["x header", "a"]),
    "windows line ends and blank lines": (
        {f"{Q2}.csv": lines("", H, "", row(), ",,,,,,,", end="\r\n")},
        ["x header", "a"],
    ),
    "every cell in quotes": (
        {f"{Q2}.csv": lines(*(",".join(f'"{c}"' for c in t.split(",")) for t in (H, row())))},
        ["x header", "a"],
    ),
    "line breaks in quoted cells": (
        {f"{Q2}.csv": lines(H.replace("检验结果", '"检验\n结果"'), row(firm='"样例\n厂"'))},
        ["x header", "a"],
    ),
    "a quote that never ends": (
        {f"{Q2}.csv": lines(H, row(), row("C2", firm='"甲厂'), row("C3"))},
        ["r broken_text|3"],
    ),
    "bytes of no encoding": (
        {f"{Q2}.csv": H.encode() + b"\n\xff\xff\xff\n"},
        ["r bad_byte|2|0xFF|UTF-8"],
    ),
    # what a file is, told by its bytes
    "tab text called .xls": (
        {f"{Q2}.xls": lines(H.replace(",", "\t"), row().replace(",", "\t"), encoding="gb18030")},
        ["x header", "a"],
    ),
    "a web table called .xls": ({f"{Q2}.xls": page(H, row())}, ["x header", "a"]),
    "a web table with spans": (
        {
            f"{Q2}.xls": page("2013年第二季度抽查</td><td></td><td>", H, row()).replace(
                b"<td>\xe4\xb8\x81", b"<td rowspan=2>\xe4\xb8\x81"
            )
        },
        ["x title", "x header", "a"],
    ),
    "an error page called .csv": (
        {f"{Q2}.csv": b"<!DOCTYPE html><html><body>404 Not Found</body></html>"},
        ["r web_page"],
    ),
    "an empty file": ({f"{Q2}.xlsx": b""}, ["r empty_file"]),
    "only blanks": ({f"{Q2}.csv": b" \r\n\r\n "}, ["r empty_file"]),
    "a truncated workbook": (
        {f"{Q2}.xlsx": book({"rows": split(H, row())})[:2000]},
        ["r broken_workbook"],
    ),
    "a document": ({"通知.pdf": b"%PDF-1.4"}, ["x not_a_table"]),
    "parquet": ({f"{Q2}.parquet": table(PLAIN)}, ["a"]),
    "parquet with real dates and a missing town": (
        {
            f"{Q2}.parquet": table(
                PLAIN
                | {
                    "抽样日期": [dt.date(2013, 4, 2)],
                    "镇（街道、园区）": pa.array([None], pa.string()),
                }
            )
        },
        ["r missing_value|镇（街道、园区）"],
    ),
    "a broken parquet": ({f"{Q2}.parquet": table(PLAIN)[:-9]}, ["r broken_parquet"]),
    # workbooks
    "real dates and numbers": (
        {
            f"{Q2}.xlsx": book(
                {
                    "rows": [
                        H.split(","),
                        [1, dt.date(2013, 4, 2), "丁蜀镇", "甲", "乙", "产品", "合格"],
                    ]
                }
            )
        },
        ["x header", "a"],
    ),
    "two sheets": (
        {f"{Q2}.xlsx": book({"rows": split(H, row())}, {"rows": split(H, row("C2"))})},
        ["x header", "a", "x header", "a"],
    ),
    "a sheet of instructions beside": (
        {
            f"{Q2}.xlsx": book(
                {"rows": [["填表说明"], ["一、按批次填写"]]}, {"rows": split(H, row())}
            )
        },
        ["x no_table", "x no_table", "x header", "a"],
    ),
    "a sheet that lacks a column beside": (
        {
            f"{Q2}.xlsx": book(
                {"rows": split(H, row())}, {"rows": split("样品编号,抽样日期", "C9,2013-04-02")}
            )
        },
        [
            "x header",
            "a",
            "r unknown_form|监督抽查结果|镇（街道、园区）、类别、检验结果",
            "r unknown_form|监督抽查结果|镇（街道、园区）、类别、检验结果",
        ],
    ),
    "a hidden sheet": (
        {
            f"{Q2}.xlsx": book(
                {"rows": split(H, row())}, {"rows": split(H, row("C2")), "hidden": True}
            )
        },
        ["x header", "a", "x header", "a hidden_sheet"],
    ),
    "hidden rows": (
        {f"{Q2}.xlsx": book({"rows": split(H, row(), row("C2"), row("C3")), "hide": [2]})},
        ["x header", "a", "a hidden_row", "a"],
    ),
    "a header of two rows, merged": (
        {
            f"{Q2}.xlsx": book(
                {
                    "rows": [*TWICE, SIDE.split(",")],
                    "merge": [
                        (0, 0, 0, 1, "样品"),
                        (0, 3, 1, 3, "镇（街道）"),
                        (0, 5, 1, 5, "类别"),
                    ],
                }
            )
        },
        ["x header", "x header", "a"],
    ),
    "a header of two rows in text": (
        {f"{Q2}.csv": lines(*(",".join(t) for t in TWICE), SIDE)},
        ["x header", "x header", "a"],
    ),
    "a town merged over its rows": (
        {
            f"{Q2}.xlsx": book(
                {"rows": split(H, row(), row("C2", town="")), "merge": [(1, 2, 2, 2, "丁蜀镇")]}
            )
        },
        ["x header", "a", "a"],
    ),
    "a count merged over two rows counts once": (
        {
            f"{Q2}.xlsx": book(
                {
                    "rows": split(COVER, cover(rate=""), cover(town="和桥镇", n="", rate="")),
                    "merge": [(1, 3, 2, 3, "10")],
                }
            )
        },
        ["x header", "a", "r missing_value|应查数"],
    ),
    "a remark beside the table": (
        {f"{Q2}.xlsx": book({"rows": [H.split(","), [*row().split(","), "", "已核"]]})},
        ["x header", "a beside|已核"],
    ),
    "a number too long for Excel": (
        {f"{Q2}.xlsx": book({"rows": [H.split(","), [20130401000123456, *row().split(",")[1:]]]})},
        ["x header", "r digits_lost|样品编号|2.01304010001235E+16"],
    ),
    "formulas stay text": (
        {f"{Q2}.xlsx": book({"rows": split(H, row(firm="=1+1"))})},
        ["x header", "a"],
    ),
    # what is not data
    "title, unit note, footer": (
        {
            "a.csv": lines(
                "2013年第二季度抽查",
                "单位：批次",
                H,
                row(),
                "填报单位：质监局,,填报日期：2013年7月5日",
                "注：数据为初步数",
            )
        },
        ["x title", "x title", "x header", "a", "x footer", "x footer"],
    ),
    "totals rows": (
        {f"{Q2}.csv": lines(H, row(), "合　计,,,,,,1,", "丁蜀镇小计,,,,,,1,")},
        ["x header", "a", "x total", "x total"],
    ),
    "the header again on page two": (
        {f"{Q2}.csv": lines(H, row(), H, row("C2"))},
        ["x header", "a", "x header", "a"],
    ),
    "columns in another order": (
        {
            f"{Q2}.csv": lines(
                "判定,镇（街道）,类别,日期,报告编号", "符合,丁蜀,工业产品,2013.4.2,C1"
            )
        },
        ["x header", "a"],
    ),
    "full-width headings with spaces": (
        {
            f"{Q2}.csv": lines(
                H.replace("样品编号", "样　品 编号").replace("（", "(").replace("）", ")"), row()
            )
        },
        ["x header", "a"],
    ),
    "unknown columns": ({f"{Q2}.csv": lines(H + ",备注", row() + ",无")}, ["x header", "a"]),
    "two columns of one meaning": (
        {f"{Q2}.csv": lines(H + ",判定", row() + ",合格")},
        ["r repeated_column|检验结果|检验结果 (7)、判定 (9)"] * 2,
    ),
    "no header": ({f"{Q2}.csv": lines(row(), row("C2"))}, ["r no_header"] * 2),
    "a separator too many": (
        {f"{Q2}.csv": lines(H, row() + ",,x")},
        ["x header", "r extra_cells|x"],
    ),
    # values
    "dates of every kind": (
        {
            f"{Q2}.csv": lines(
                H,
                *(
                    row(f"C{n}", d)
                    for n, d in enumerate(
                        [
                            "2013/4/2",
                            "2013.4.2",
                            "20130402",
                            "2013年4月2日",
                            "二○一三年四月二日",
                            "41366",
                            "２０１３-４-２",
                        ]
                    )
                ),
            )
        },
        ["x header", *"aaaaaaa"],
    ),
    "a day that is none": (
        {f"{Q2}.csv": lines(H, row(date="2013-06-31"))},
        ["x header", "r bad_date|抽样日期|2013-06-31"],
    ),
    "a date without its year": (
        {f"{Q2}.csv": lines(H, row(date="4月2日"))},
        ["x header", "r bad_date|抽样日期|4月2日"],
    ),
    "reported late": (
        {f"{Q2}.csv": lines(H, row(date="2013-03-30"), row("C2", "2013-07-01"))},
        ["x header", "a late_row", "a outside_period"],
    ),
    "a result of no vocabulary": (
        {f"{Q2}.csv": lines(H, row(result="待检"))},
        ["x header", "r not_in_vocabulary|检验结果|待检|合格、不合格"],
    ),
    "a town by alias": (
        {
            f"{Q2}.csv": lines(
                H, row(town="湖父镇"), row("C2", town="经开区"), row("C3", town=" 丁 蜀 镇 ")
            )
        },
        ["x header", *"aaa"],
    ),
    "a town by no name": (
        {f"{Q2}.csv": lines(H, row(town="江阴市"))},
        ["x header", "r unknown_unit|镇（街道、园区）|江阴市|宜兴市"],
    ),
    "a town of later years": (
        {f"{Q2}.csv": lines(H, row(town="阳羡旅游度假区"))},
        ["x header", "r unit_not_valid|阳羡旅游度假区|2022-10-31|"],
    ),
    "marks of missing": (
        {f"{Q2}.csv": lines(H, row(firm="—", item="无"), row("/"), row("C2", result="NoData"))},
        ["x header", "a", "r missing_value|样品编号", "r missing_value|检验结果"],
    ),
    "three mistakes in a row": (
        {f"{Q2}.csv": lines(H, row("", "x", "y"))},
        [
            "x header",
            "r missing_value|样品编号;bad_date|抽样日期|x;unknown_unit_far|镇（街道、园区）|y",
        ],
    ),
    "months of every kind": (
        {
            "质监局-2013年.csv": lines(
                COVER,
                *(
                    cover(months=m)
                    for m in ("1", "02", "3月", "四月", "5～6", "第三季度", "十至十二月")
                ),
            )
        },
        ["x header", *"aaaaaaa"],
    ),
    "months that overlap": (
        {"质监局-2013年.csv": lines(COVER, cover(months="1-3"), cover(months="3"))},
        [
            "x header",
            "r months_overlap|质监局-2013年.csv|3",
            "r months_overlap|质监局-2013年.csv|2",
        ],
    ),
    "counts of every kind": (
        {
            f"{Q2}.csv": lines(
                COVER,
                cover(n='"1,215"', x="１２０８", rate="99.4%"),
                cover(town="和桥镇", n="十", rate=""),
                cover(town="官林镇", x="-1", rate=""),
            )
        },
        ["x header", "a", "r bad_count|应查数|十", "r bad_count|已达数|-1"],
    ),
    "more than there are": (
        {f"{Q2}.csv": lines(COVER, cover(x="11", rate="110%"))},
        ["x header", "r more_than|已达数|应查数"],
    ),
    "a rate as printed": (
        {
            f"{Q2}.csv": lines(
                COVER,
                cover(n="655", x="532", rate="81.2%"),
                cover(town="和桥镇", n="655", x="532", rate="81.22"),
                cover(town="官林镇", n="611", x="488", rate="0.799"),
            )
        },
        ["x header", *"aaa"],
    ),
    "a printed rate that is wrong": (
        {f"{Q2}.csv": lines(COVER, cover(n="611", x="488", rate="81.2%"))},
        ["x header", "a printed_rate|覆盖率|81.2%|488|611"],
    ),
    "no objects, no rate": (
        {f"{Q2}.csv": lines(COVER, cover(n="0", x="0", rate="-"))},
        ["x header", "a"],
    ),
    "totals that are right": (
        {
            f"{Q2}.csv": lines(
                COVER,
                cover(),
                cover(town="和桥镇"),
                "小计,,,20,18,",
                cover(town="官林镇"),
                "小计,,,10,9,",
                "合计,,,30,27,",
            )
        },
        ["x header", "a", "a", "x total", "a", "x total", "x total"],
    ),
    "a total that is wrong": (
        {f"{Q2}.csv": lines(COVER, cover(), cover(town="和桥镇"), "合计,,,21,18,")},
        ["x header", "a", "a", "x total_differs|应查数|21|20"],
    ),
    "the city's own row is a total": (
        {f"{Q2}.csv": lines(COVER, cover(), "生产许可证证书覆盖率,全市,4-6,10,9,")},
        ["x header", "a", "x total"],
    ),
    "a share without its percent sign": (
        {
            "住建局-2013年.csv": lines(
                ANNUAL, "建筑工程节能效率,全市,2013年,62.3%", "工业化建造比重,全市,2013年,3.4"
            )
        },
        ["x header", "a", "r no_share|数值|3.4"],
    ),
    "accepted before it began": (
        {
            "住建局-2013年上半年.csv": lines(
                PROJECT, "甲楼,丁蜀镇,大型,2013-05-01,2013-04-01,合格,是,是,是"
            )
        },
        ["x header", "r before|验收日期|开工日期"],
    ),
    "accepted without its result": (
        {
            "住建局-2013年上半年.csv": lines(
                PROJECT, "甲楼,丁蜀镇,大型,2013-03-01,2013-05-01,,是,是,是"
            )
        },
        ["x header", "r needed_with|一次验收结果|验收日期"],
    ),
    "a size that is no class": (
        {"住建局-2013年上半年.csv": lines(PROJECT, "甲楼,丁蜀镇,特大,2013-03-01,,,是,是,")},
        ["x header", "r not_in_vocabulary|规模|特大|大型、中型、小型"],
    ),
    "no year anywhere": (
        {"质监局.csv": lines(COVER, cover(months="4-6"))},
        ["x header", "r no_period"],
    ),
    # what a return is to others
    "failures only": (
        {f"{Q2}.csv": lines(H, *(row(f"C{n}", result="不合格") for n in range(5)))},
        ["x header", *["r failures_only|5"] * 5],
    ),
    "four failures may be chance": (
        {f"{Q2}.csv": lines(H, *(row(f"C{n}", result="不合格") for n in range(4)))},
        ["x header", *"aaaa"],
    ),
    "the same sample in two files": (
        {f"{Q2}.csv": lines(H, row()), f"{Q2}b.csv": lines(H, row(town="丁蜀", date="2013.4.2"))},
        ["x header", "a", "x header", f"d duplicate_of|{Q2}.csv|2"],
    ),
    "the same number with another result": (
        {f"{Q2}.csv": lines(H, row()), f"{Q2}b.csv": lines(H, row(result="不合格"))},
        [
            "x header",
            f"r conflict|检验结果|{Q2}b.csv|2",
            "x header",
            f"r conflict|检验结果|{Q2}.csv|2",
        ],
    ),
    "a correction takes the place of the rows that it repeats": (
        {
            f"{Q2}.csv": lines(H, row(), row("C2")),
            f"{Q2}（更正）.csv": lines(H, row(result="不合格"), row("C3")),
        },
        ["x header", f"d corrected|{Q2}（更正）.csv|2", "a", "x header", "a", "a"],
    ),
    "a correction by another department": (
        {
            f"{Q2}.csv": lines(H, row()),
            "农林局-2013年第二季度（更正）.csv": lines(H, row(result="不合格")),
        },
        [
            "x header",
            f"r conflict|检验结果|{Q2}.csv|2",
            "x header",
            "r conflict|检验结果|农林局-2013年第二季度（更正）.csv|2",
        ],
    ),
    "a footer that speaks of corrections is none": (
        {
            f"{Q2}.csv": lines(H, row()),
            f"{Q2}b.csv": lines(H, row(result="不合格"), "说明：数据如有更正另行通知"),
        },
        [
            "x header",
            f"r conflict|检验结果|{Q2}b.csv|2",
            "x header",
            f"r conflict|检验结果|{Q2}.csv|2",
            "x footer",
        ],
    ),
    "a project corrected": (
        {
            "住建局-2013年上半年.csv": lines(PROJECT, "甲楼,丁蜀镇,大型,2013-03-01,,,是,是,"),
            "住建局-2013年上半年更正.csv": lines(PROJECT, "甲楼,丁蜀镇,中型,2013-03-01,,,是,是,"),
        },
        ["x header", "d corrected|住建局-2013年上半年更正.csv|2", "x header", "a"],
    ),
    "projects of no period": (
        {"住建局.csv": lines(PROJECT, "甲楼,丁蜀镇,大型,2013-03-01,,,是,是,")},
        ["x header", "r no_period"],
    ),
    # found by a reviewer who set out to break it
    "a table that does not start at A1": (
        {
            f"{Q2}.xlsx": book(
                {
                    "rows": [
                        [],
                        [],
                        *[
                            ["", *r]
                            for r in split(H, row(), row("C2", town=""), row("C3", town=""))
                        ],
                    ],
                    "merge": [(3, 3, 5, 3, "官林镇")],
                    "hide": [4],
                }
            )
        },
        ["x header", "a", "a hidden_row", "a"],
    ),
    "the time of day": (
        {f"{Q2}.csv": lines(H, row(date="2013/4/2 15:00"), row("C2", "2013-04-02T08:30:00"))},
        ["x header", "a", "a"],
    ),
    "year and month run together": (
        {f"{Q2}.csv": lines(H, row(date="20134"))},
        ["x header", "r bad_date|抽样日期|20134"],
    ),
    "the title's year against the folder's": (
        {"质监局2014.csv": lines("2013年第二季度", COVER, cover())},
        ["x title", "x header", "a"],
    ),
    "the quarter in brackets and a filing date": (
        {
            "质监局.csv": lines(
                "2013年覆盖率统计（第二季度）", COVER, cover(), "填报日期：2014年1月14日"
            )
        },
        ["x title", "x header", "a", "x footer"],
    ),
    "a sheet that goes on without its header": (
        {f"{Q2}.xlsx": book({"rows": split(H, row())}, {"rows": split(row("C2"))})},
        ["x header", "a", "r no_header"],
    ),
    "another table below": (
        {
            f"{Q2}.csv": lines(
                H, row(), "样品编号,检验结果,抽样日期,属地,类别", "C2,合格,2013-04-02,丁蜀镇,产品"
            )
        },
        ["x header", "r second_header|3", "x header", "r second_header|3"],
    ),
    "a copy of months that overlap": (
        {
            "质监局-2013年.csv": lines(
                COVER,
                cover(months="1-3"),
                cover(months="1-3"),
                cover(months="1-6"),
                cover(months="8"),
            )
        },
        [
            "x header",
            "r months_overlap|质监局-2013年.csv|4",
            "r months_overlap|质监局-2013年.csv|4",
            "r months_overlap|质监局-2013年.csv|2",
            "a",
        ],
    ),
    "a mean among the cities": (
        {
            "质监局-2013年.csv": lines(
                "指标,城市,年度,数值",
                "顾客满意度指数,江阴市,2013,79",
                "顾客满意度指数,平均,2013,78",
                "顾客满意度指数,合计,2013,79",
            )
        },
        ["x header", "a", "x total", "x total"],
    ),
    "rows swallowed by quotes in a narrow table": (
        {
            "质监局-2013年.csv": lines(
                "指标,城市,年度,数值",
                '顾客满意度指数,"常熟,2013,80',
                '顾客满意度指数,江阴",2013,90',
            )
        },
        ["r broken_text|2"],
    ),
    "counts that are none": (
        {
            f"{Q2}.csv": lines(
                COVER,
                *(
                    cover(town=t, n=n, rate="")
                    for t, n in zip(
                        ("丁蜀镇", "和桥镇", "官林镇", "周铁镇", "万石镇"),
                        ("50①", "48²", "1_0", "1e1", "010"),
                        strict=True,
                    )
                ),
            )
        },
        ["x header", *(f"r bad_count|应查数|{n}" for n in ("50①", "48²", "1_0", "1e1", "010"))],
    ),
    "people are whole": (
        {
            "人社局-2013年.csv": lines(
                ANNUAL,
                "质量专业技术人员,全市,2013,62%",
                "质量专业技术人员,丁蜀镇,2013,-5",
                "质量专业技术人员,和桥镇,2013,81",
            )
        },
        ["x header", "r no_count|数值|0.62", "r no_count|数值|-5.0", "a"],
    ),
    "one number typed in five ways": (
        {
            f"{Q2}.csv": lines(
                H,
                *(
                    row(no)
                    for no in ("N2013-01", "Ｎ2013-01", "n2013-01", "N2013 -01", "N2013－01")
                ),
            )
        },
        ["x header", "a", *[f"d duplicate_of|{Q2}.csv|2"] * 4],
    ),
    "failures only, over two sheets": (
        {
            f"{Q2}.xlsx": book(
                *(
                    {"rows": split(H, *(row(f"C{s}{n}", result="不合格") for n in range(3)))}
                    for s in range(2)
                )
            )
        },
        ["x header", *["r failures_only|6"] * 3] * 2,
    ),
    "a web table without closing tags": (
        {
            f"{Q2}.xls": (
                "<table>"
                + "".join(
                    "<tr>" + "".join(f"<td>{c}" for c in t.split(","))
                    for t in (H, row(), row("C2"))
                )
            ).encode()
        },
        ["x header", "a", "a"],
    ),
    "a heading with its unit": (
        {
            f"{Q2}.csv": lines(
                COVER.replace("应查数", "应查数（家）").replace("覆盖率", "覆盖率(%)"),
                cover(rate="90.0"),
            )
        },
        ["x header", "a"],
    ),
    "a row of the columns' numbers": (
        {f"{Q2}.csv": lines(H, "1,2,3,4,5,6,7,8", row())},
        ["x header", "x header", "a"],
    ),
    "what is the city's own is no total": (
        {f"{Q2}.csv": lines(COVER, cover(), cover(town="市直", n="5", x="5", rate=""))},
        ["x header", "a", "a"],
    ),
    "totals of two indicators": (
        {
            f"{Q2}.csv": lines(
                COVER,
                cover(),
                cover(town="和桥镇"),
                "小计,,,20,18,",
                cover("3C证书覆盖率"),
                cover("3C证书覆盖率", "和桥镇"),
                "小计,,,20,18,",
                "合计,,,40,36,",
            )
        },
        ["x header", "a", "a", "x total", "a", "a", "x total", "x total"],
    ),
    "nothing but separators": ({f"{Q2}.csv": b",,,\n,,,\n"}, ["r empty_file"]),
    "a number merged over two columns": (
        {f"{Q2}.xlsx": book({"rows": split(COVER, cover(rate="")), "merge": [(1, 3, 1, 4, "10")]})},
        ["x header", "r missing_value|已达数"],
    ),
    "a column without a heading": (
        {f"{Q2}.csv": lines(H.replace("产品名称", ""), row(what="复检合格"))},
        ["x header", "a beside|复检合格"],
    ),
    "a correction of which nothing is right replaces nothing": (
        {f"{Q2}.csv": lines(H, row()), f"{Q2}（更正）.csv": lines(H, row(result="?"))},
        ["x header", "a", "x header", "r not_in_vocabulary|检验结果|?|合格、不合格"],
    ),
    "a correction of another quarter": (
        {
            f"{Q2}.csv": lines(H, row()),
            "质监局-2013年第三季度（更正）.csv": lines(H, row("C2", "2013-07-02")),
        },
        ["x header", "a", "x header", "a"],
    ),
    "a park and its sub-district": (
        {f"{Q2}.csv": lines(H, row(town="环科园"), row(town="新街街道"))},
        ["x header", "a shared|新街街道、环科园", "a shared|新街街道、环科园"],
    ),
}
