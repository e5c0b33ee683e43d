"""More returns as they come, by kinds: each cell has a value, is blank, is an error, was never
computed or has lost its digits; what is not seen is no difference; a text's encoding is known.
"""

import io

import openpyxl
from corpus import COVER, Q2, H, book, lines, row, split, table

ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
UNSEEN = {
    "a zero-width space": "\u200b",
    "a byte order mark": "\ufeff",
    "a mark of direction": "\u200e",
    "a turned direction": "\u202e",
    "a word joiner": "\u2060",
    "a soft hyphen": "\xad",
    "a no-break space": "\xa0",
    "an ideographic space": "\u3000",
    "a chooser of looks": "\ufe0e",
}
PLAIN = "sample_no,date,unit,class,result"
Case = tuple[dict[str, bytes], list[str]]


def typed(*rows: list[object]) -> bytes:
    """A workbook as openpyxl writes it: errors are errors, and formulas have no result."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    for values in rows:
        made.active.append(values)
    made.save(out)
    return out.getvalue()


def sample(**said: object) -> list[object]:
    """The cells of one row; said: by the name of the argument of `row`, of whatever type."""
    names = ("no", "date", "town", "firm", "what", "kind", "result", "item")
    usual = dict(zip(names, row().split(","), strict=True))
    return [*(usual | said).values()]


def _errors() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for error in ERRORS:
        told = ["x header", f"r cell_error|受检单位|{error}"]
        cells = typed(H.split(","), sample(firm=error))
        cases[f"{error} in a workbook"] = ({f"{Q2}.xlsx": cells}, told)
        cases[f"{error} in a text"] = ({f"{Q2}.csv": lines(H, row(firm=error))}, told)
    cases["an error as a result"] = (
        {f"{Q2}.xlsx": typed(H.split(","), sample(result="#N/A"))},
        ["x header", "r cell_error|检验结果|#N/A"],
    )
    cases["an error of another office"] = (
        {f"{Q2}.csv": lines(H, row(date="Err:502"))},
        ["x header", "r cell_error|抽样日期|Err:502"],
    )
    cases["a column that was too narrow"] = (
        {f"{Q2}.csv": lines(H, row(date="########"))},
        ["x header", "r cell_error|抽样日期|########"],
    )
    return cases


def _never_computed() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for place, label in {"no": "样品编号", "date": "抽样日期", "town": "镇（街道、园区）"}.items():
        cells = typed(H.split(","), sample(**{place: "=A1"}))
        told = ["x header", f"r not_computed|{label}|=A1"]
        found[f"a formula without a result as {place}"] = ({f"{Q2}.xlsx": cells}, told)
    counts = [COVER.split(","), ["3C认证证书覆盖率", "丁蜀镇", "4-6", 10, "=D2-1", None]]
    told = ["x header", "r not_computed|已达数|=D2-1"]
    found["a count without a result"] = ({f"{Q2}.xlsx": typed(*counts)}, told)
    return found


def _unseen() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for name, mark in UNSEEN.items():
        other = row(f"{mark}C1", town=f"丁{mark}蜀镇", firm=f"样例厂{mark}", result=f"{mark}合格")
        head = H.replace("样品编号", f"{mark}样品{mark}编号").replace("检验结果", f"检验结果{mark}")
        files = {f"{Q2}.csv": lines(H, row()), f"{Q2}b.csv": lines(head, other)}
        told = ["x header", "a", "x header", f"d duplicate_of|{Q2}.csv|2"]
        found[f"{name} in headings, numbers, units and words"] = (files, told)
        blank = lines(H, row(), mark, f"{mark},{mark}", row("C2"))
        found[f"a row of nothing but {name}"] = ({f"{Q2}.csv": blank}, ["x header", "a", "a"])
    return found


def _others() -> dict[str, Case]:
    lost = table(
        {name: [text] for name, text in zip(H.split(","), sample(), strict=True)}
        | {"样品编号": [3.20282201304e17]}
    )
    across = book({"rows": split(H, row(), "", row("C2")), "merge": [(2, 0, 2, 7, "食品类")]})
    counts = {
        "rows": split(COVER, "初级中学", ",".join(["3C证书覆盖率", "丁蜀镇", "4", "9", "8", ""]))
    }
    return {
        "numbers of samples as floats": (
            {f"{Q2}.parquet": lost},
            ["r digits_lost|样品编号|3.20282201304e+17"],
        ),
        "a heading across the whole table": (
            {f"{Q2}.xlsx": across},
            ["x header", "a", "x section", "a"],
        ),
        "a heading across a table of counts": (
            {f"{Q2}.xlsx": book(counts | {"merge": [(1, 0, 1, 5, "初级中学（92所）")]})},
            ["x header", "x section", "a"],
        ),
        "headings in capital letters": (
            {
                f"{Q2}.csv": lines(
                    "SAMPLE_NO,DATE,Unit,Class,RESULT", "c1,2013-04-02,丁蜀镇,产品,合格"
                )
            },
            ["x header", "a"],
        ),
        "a unit by its English name": (
            {f"{Q2}.csv": lines(H, row(town="DINGSHU town"))},
            ["x header", "a"],
        ),
        "a number kept as text by a formula": (
            {f"{Q2}.csv": lines(H, row('="001"'))},
            ["x header", "a"],
        ),
        "Big5 below headings in ASCII": (
            {
                f"{Q2}.csv": lines(
                    "sample_no,date,unit,class,result", row2("丁蜀鎮"), encoding="big5"
                )
            },
            ["x header", "r unknown_encoding"],
        ),
        "Latin letters below headings in ASCII": (
            {
                f"{Q2}.csv": lines(
                    "sample_no,date,unit,class,result", row2("Köln"), encoding="cp1252"
                )
            },
            ["r unknown_encoding"],
        ),
        "a byte that GBK does not have": (
            {f"{Q2}.csv": lines(H, row(), encoding="gbk") + b"C2\x80\n"},
            ["r bad_byte|3|0x80|GB18030"],
        ),
    }


def row2(town: str) -> str:
    """A row below headings in ASCII."""
    return f"C1,2013-04-02,{town},product,pass"


MORE = _errors() | _never_computed() | _unseen() | _others()
