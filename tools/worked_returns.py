"""The synthetic returns beside the worked plans under `plans/`, seeded: `python
tools/worked_returns.py`.

What a place comes to is written here; how it falls on its parts is drawn.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from project import ROOT

Row = list[object]
MARK = "SYNTHETIC, invented for this example; nothing in it was observed"
ZH_MARK = "演示数据 SYNTHETIC（合成，非真实填报）"
SECTORS = ["Bukure", "Byumba", "Kaniga", "Muko", "Rutare", "Shangasha"]
# Crop, what of it, day, unit of measure, the district's total, and who has none.
FIELDS = [
    ("wheat", "sown", "2013-10-10", "hectares", 6750, "Byumba"),
    ("potatoes", "sown", "2013-09-20", "hectares", 14620, "Kaniga"),
    ("beans", "sown", "2013-10-01", "hectares", 28400, ""),
    ("maize", "sown", "2013-10-05", "hectares", 5240, ""),
    ("cassava", "sown", "2014-03-15", "hectares", 1012.5, "Byumba"),
    ("bananas", "sown", "2014-02-20", "hectares", 1310, ""),
    ("potatoes", "seed", "2013-09-10", "tonnes", 372, "Kaniga"),
    ("maize", "stored", "2014-02-25", "tonnes", 33, ""),
    ("wheat", "stored", "2014-03-05", "tonnes", 118.5, "Byumba"),
    ("beans", "stored", "2014-01-30", "tonnes", 391, ""),
]
# What was harvested: hectares, and tonnes of each.
HARVESTS = [("wheat", "2014-03-01", 5000, 16250), ("potatoes", "2014-01-20", 9000, 301500)]
HOUSEHOLDS = [7000, 6500, 5500, 6000, 8000, 7000]  # 40,000
FERTILISER = [4900, 4940, 3300, 4020, 5640, 4560]  # 27,360 of them in June
MANURE = [6900, 5900, 5500, 5700, 7600, 6800]  # 38,400
CITIES = ["成都市", "德阳市", "眉山市", "资阳市"]
SERVICES = {  # a year: items, across and online in each city
    2021: [(900, 306, 837), (640, 192, 576), (600, 168, 546), (520, 130, 442)],
    2022: [(950, 532, 922), (700, 357, 665), (660, 330, 627), (600, 276, 558)],
    2023: [(1000, 850, 1000), (800, 640, 800), (750, 585, 750), (700, 553, 693)],
}
SCORES = {2021: [92, 80.5, 76, 69], 2022: [93, 86, 84.5, 78.12], 2023: [94, 92.5, 91, 90.24]}
FIELDS_OF_DEATHS = {  # 2010 to 2015
    "工矿商贸": [160, 158, 152, 149, 144, 141],
    "建筑施工": [80, 79, 77, 75, 72, 70],
    "道路交通": [700, 690, 668, 650, 631, 612],
    "渔业船舶": [40, 41, 39, 39, 38, 37],
    "其他": [20, 22, 24, 26, 27, 29],
}
RATES = {  # deaths and what they are set against
    "亿元生产总值": ([1000, 990, 960, 939, 912, 889], [5000, 5700, 6300, 6900, 7500, 8000]),
    "工矿商贸从业人员": (
        [160, 158, 152, 149, 144, 120],
        [4_000_000 + 100_000 * n for n in range(6)],
    ),
    "机动车": ([700, 690, 668, 650, 631, 612], [1_000_000 + 60_000 * n for n in range(6)]),
    "人口": ([30, 29, 28, 28, 27, 26], [7_500_000 + 60_000 * n for n in range(6)]),
}


def parts(rng: np.random.Generator, total: float, n: int) -> list[float]:
    """A total as so many parts about alike, in halves."""
    halves = rng.multinomial(round(total * 2), rng.dirichlet(np.full(n, 30)))
    return [int(h) / 2 if h % 2 else int(h) // 2 for h in halves]


def gicumbi(rng: np.random.Generator) -> Iterator[tuple[str, str, Row, Iterable[Row]]]:
    """The returns of Gicumbi: name, mark, header, rows."""
    head: Row = ["date", "sector", "crop", "what", "hectares", "tonnes"]
    rows: list[Row] = []
    for crop, what, day, unit, total, without in FIELDS:
        sectors = [sector for sector in SECTORS if sector != without]
        for sector, part in zip(sectors, parts(rng, total, len(sectors)), strict=True):
            numbers = [part, ""] if unit == "hectares" else ["", part]
            rows.append([day, sector, crop, what, *numbers])
    for crop, day, hectares, tonnes in HARVESTS:
        sectors = [s for s in SECTORS if s != {"wheat": "Byumba", "potatoes": "Kaniga"}[crop]]
        pairs = zip(parts(rng, hectares, 5), parts(rng, tonnes, 5), strict=True)
        rows += [[day, s, crop, "harvested", *pair] for s, pair in zip(sectors, pairs, strict=True)]
    yield "Agriculture unit - fields 2013", MARK, head, rows
    head = ["date", "sector", "households", "using mineral fertiliser", "using manure"]
    days = ["2013-09-30", "2013-12-31", "2014-03-31", "2014-06-30"]
    rows = []
    for quarter, day in enumerate(days):
        for sector, of, *used in zip(SECTORS, HOUSEHOLDS, FERTILISER, MANURE, strict=True):
            rows.append([day, sector, of, *(n - (3 - quarter) * of // 50 for n in used)])
    yield "Agriculture unit - households 2013", MARK, head, rows
    head = ["year", "place", "item", "finished on", "mark", "found"]
    rows = [
        [2013, "Gicumbi", "Muko drying ground", "2014-03-20", "", "built"],
        [2013, "Gicumbi", "seed potatoes", "", 4, ""],
    ]
    yield "Evaluation team - evaluation 2013", MARK, head, rows


def chengdu(rng: np.random.Generator) -> Iterator[tuple[str, str, Row, Iterable[Row]]]:
    """The returns of the Chengdu area, two a year."""
    for year, counts in SERVICES.items():
        rows = [[year, city, *of] for city, of in zip(CITIES, counts, strict=True)]
        head: Row = ["年度", "市", "事项数", "跨市通办事项数", "全程网办事项数"]
        yield f"{year}年营商办-政务服务事项", ZH_MARK, head, rows
        rows = [[year, city, score] for city, score in zip(CITIES, SCORES[year], strict=True)]
        yield f"{year}年营商办-营商环境指标", ZH_MARK, ["年度", "市", "指标得分"], rows


def ningbo(rng: np.random.Generator) -> Iterator[tuple[str, str, Row, Iterable[Row]]]:
    """The returns of Ningbo, two a year, from the base year on."""
    for at, year in enumerate(range(2010, 2016)):
        rows = []
        for field, deaths in FIELDS_OF_DEATHS.items():
            quarters = rng.multinomial(deaths[at], np.full(4, 0.25))
            for number, n in enumerate(quarters):
                months = f"{3 * number + 1}-{3 * number + 3}月"
                rows.append([year, months, "宁波市", field, int(n)])
        head: Row = ["年度", "月份", "地区", "领域", "死亡人数"]
        yield f"{year}年安监局-事故死亡人数", ZH_MARK, head, rows
        rows = [[year, "宁波市", name, deaths[at], of[at]] for name, (deaths, of) in RATES.items()]
        head = ["年度", "地区", "指标", "死亡人数", "基数"]
        yield f"{year}年安监局-相对指标", ZH_MARK, head, rows


def returns() -> dict[str, str]:
    """Every return by its path below `plans/`, as CSV."""
    made = {}
    for seed, plan in enumerate((gicumbi, chengdu, ningbo), start=16):
        for name, mark, head, rows in plan(np.random.default_rng(seed)):
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([[mark], head, *rows])
            made[f"{plan.__name__}/returns/{name}.csv"] = text.getvalue()
    return made


def main() -> None:
    """Write them."""
    for name, text in returns().items():
        file: Path = ROOT / "plans" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
