"""Rows of returns written by hand, and what becomes of them, for the tests of reading."""

import pandas as pd

from yxq.plan.folder import Folder
from yxq.returns.context import context, edges
from yxq.returns.parse import parse
from yxq.returns.read.sheet import Rows, Sheet, framed
from yxq.returns.recognise import recognise
from yxq.returns.texts import tidy
from yxq.returns.totals import Tally

SAMPLES = [
    "样品编号",
    "抽样日期",
    "镇（街道、园区）",
    "受检单位",
    "产品名称",
    "类别",
    "检验结果",
    "不合格项目",
]
SAMPLE = ["C1", "2013-04-02", "丁蜀镇", "样例厂", "紫砂陶", "产品", "合格", ""]
COUNTS = ["指标", "分类", "镇（街道、园区）", "月份", "应查数", "已达数", "覆盖率"]
Q2 = "质监局-2013年第二季度.csv"
OK = ("accepted", "")


def sheet(rows: Rows, first: int = 1, **about: object) -> Sheet:
    """A sheet of these rows."""
    return Sheet("", rows, rows, lambda: iter([framed(rows, first)]), first=first, **about)


def sample(**said: str) -> list[str]:
    usual = {
        "no": "C1",
        "day": "2013-04-02",
        "town": "丁蜀镇",
        "firm": "样例厂",
        "what": "紫砂陶",
        "kind": "产品",
    }
    return list((usual | {"result": "合格", "item": ""} | said).values())


def count(n: str, x: str, rate: str = "", months: str = "4-6", town: str = "丁蜀镇") -> list[str]:
    return ["3C认证证书覆盖率", "", town, months, n, x, rate]


def total(n: str, x: str) -> list[str]:
    return ["合计", "", "", "", n, x, ""]


class Read:
    """Rows of one sheet as they are parsed, in one block or in several."""

    def __init__(
        self, folder: Folder, *rows: list[str], path: str = Q2, block: int = 1000, **about: object
    ) -> None:
        self.folder = folder
        made = sheet([*rows], **about)
        header = recognise(made, folder.forms)
        said = context(path, *edges(made, header, folder.layout), folder)
        self.tally = Tally()
        found = []
        for start in range(0, len(rows), block):
            cells = tidy(framed([*rows[start : start + block]], start + 1))
            found.append(parse(cells, made, header, said, folder, self.tally))
        self.records = pd.concat([records for records, _ in found])
        self.fates = pd.concat([fates for _, fates in found])

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """Row, fate and reason of each row below the header."""
        below = self.fates[~self.fates["reason"].isin(["header", "title", "footer"])]
        return list(below[["fate", "reason"]].itertuples(name=None))

    @property
    def data(self) -> list[tuple[str, str]]:
        return [(fate, reason) for _, fate, reason in self.told]
