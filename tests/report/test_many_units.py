"""With 500 units no page is larger than 500 kB; what a page does not list it counts, and says where
it is.
"""

import base64
import io
import re
from collections import Counter

import city_oracle as oracle
import pytest
from fontTools.ttLib import TTFont
from many_made import many

from yxq.attainment.results import load_data
from yxq.plan_folders.load import load
from yxq.report import fonts, html
from yxq.report.html import Look
from yxq.report.pages import DepartmentPage, FrontPage, open_page

UNITS, SHOWN, FIRST = 500, 20, 6
MOST = 500_000  # bytes
SHORT = ("not attained", "behind")
OF_CITY = (
    "headline short remedies since heatmap ranking towns targets owners quotas evidence "
    "forecast funnel planning milestones change monthly failures missing sources"
)
OF_TARGET = "headline units remedies months years planning failures sources"
OF_TOWN = "headline short standing targets quotas evidence change monthly failures sources"


@pytest.fixture(scope="module")
def opened(demo_processed, tmp_path_factory):
    """Opens a page of the plan of 500 units."""
    home = tmp_path_factory.mktemp("many")
    folder, processed = many(demo_processed, home, UNITS // 20)
    plan = load(folder).plan(2013)
    assert len(plan.towns) == UNITS
    load_data(plan=plan, processed=processed).keep()  # for all pages

    def open(kind, **more):
        return open_page(kind, plan=plan, processed=processed.as_posix(), **more)

    return open


@pytest.fixture(scope="module")
def city(opened):
    return opened("city")


def text_of(page, sections: str) -> str:
    blocks = [getattr(page, name)() for name in sections.split()]
    return html.of_blocks([block for block in blocks if block.html], Look("页", "zh"), "page")


def town_texts(opened, plan) -> dict[str, str]:
    """Pages of units: the first one's under each name, for what there is to be in its font."""
    first = plan.towns[0]
    page = text_of(opened("town", town=first.name), OF_TOWN)
    assert page.count(first.name) > 1
    return {unit.page: page.replace(first.name, unit.name) for unit in plan.towns[:45]}


def largest_and_smallest(plan) -> list[str]:
    """The two departments with most targets, and one of those with one."""
    counted = Counter(target.owner for target in plan.targets).most_common()
    assert len(counted) == 14 and counted[-1][1] == 1
    return [owner for owner, _ in (*counted[:2], counted[-1])]


def test_no_page_is_larger_than_500_kb(opened, city):
    plan, words = city.plan, city.words
    texts = {"city": text_of(city, OF_CITY)}
    front = FrontPage(city.source, words, city.town, plan.towns).blocks()
    texts["index"] = html.of_blocks(front, Look("页", "zh"), "index")
    for sender in largest_and_smallest(plan):
        blocks = DepartmentPage(city.source, words, city.town, sender).blocks()
        texts[f"department-{sender}"] = html.of_blocks(blocks, Look("页", "zh"), "department")
    for target in ("T01", "T25"):
        texts[f"target-{target}"] = text_of(opened("target", target=target), OF_TARGET)
    rules = fonts.rules(texts | town_texts(opened, plan))
    sizes = {name: len(fonts.put(text, rules[name]).encode()) for name, text in texts.items()}
    assert len(sizes) == 2 + 3 + 2 and max(sizes.values()) < MOST, sizes
    for name, text in texts.items():  # two fonts between them have what a page shows
        assert rules[name].count("@font-face") == 2 and rules[name].startswith("/*font*/"), name
        assert set(re.sub("<style.*?</style>", "", text, flags=re.S)) <= shown_by(rules[name]), name


def shown_by(rule: str) -> set[str]:
    """The characters that the fonts of a rule have, and white space."""
    have = set("\n \t\u3000")
    for data in re.findall(r"base64,([^)]+)\)", rule):
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            have |= set(map(chr, font.getBestCmap()))
    return have


def misses(city, targets=None) -> Counter:
    """How often each unit is missed or behind."""
    rows = city.attained[city.attained["state"].isin(SHORT)]
    rows = rows if targets is None else rows[rows["target"].isin(targets)]
    return Counter(rows["unit"])


def worst(city, targets, most: int) -> list[str]:
    """The units that are so most often, those equally often in the plan's order."""
    counted, names = misses(city, targets), [unit.name for unit in city.plan.towns]
    return sorted(names, key=lambda unit: (-counted[unit], names.index(unit)))[:most]


def test_the_heat_map_has_the_worst_and_counts_all(city):
    block = city.heatmap()
    (table,) = oracle.tables(block)
    *rows, total, missed = table.rows
    own = by_units(city)
    assert [row[0] for row in rows] == worst(city, own, 1_050 // len(own))
    counted = misses(city, own)
    assert [int(row[-1]) for row in rows] == [counted[row[0]] for row in rows]
    del counted[city.town]
    all_misses = misses(city)
    middle = (max(all_misses[unit.name] for unit in city.plan.towns) + 1) // 2
    levels = Counter(
        "✓↓×"[(n > 0) + (n > middle)] for n in (all_misses[unit.name] for unit in city.plan.towns)
    )
    tiles = oracle.soup(block).find("svg", class_="many").find_all("text", class_=False)
    assert Counter("".join(text.get_text() for text in tiles)) == levels and len(levels) > 1
    assert total[0] == "宜兴市"
    assert int(missed[-1]) == sum(counted.values()) > sum(int(row[-1]) for row in rows)
    (told,) = oracle.paragraphs(block)
    n, left = len(rows), UNITS - len(rows)
    first = f"此处只列未达成或进度落后最多的{n}个单位，最多的在前；另有{left}个单位未列出。"
    assert told == f"{first}全部单位见Excel汇总表“单位×目标”表。"


def test_a_department_of_few_targets_has_more_units_but_not_all(city):
    sender = city.plan.target("T05").owner
    page = DepartmentPage(city.source, city.words, city.town, sender)
    block = next(block for block in page.blocks() if block.id == "heatmap")
    (table,) = oracle.tables(block)
    shown = [row[0] for row in table.rows[:-2]]
    assert len(shown) == 50 and shown == worst(city, page.ids, 50)
    assert "最多的50个单位" in block.html and "另有450个单位未列出" in block.html


def by_units(city) -> list[str]:
    """The targets by which units are judged: those that the map has."""
    rows = city.attained[(city.attained["unit"] != city.town)]
    return [*rows.loc[rows["state"] != "reported", "target"].unique()]


def ends(names: list[str]) -> list[str]:
    return names[:FIRST] + names[FIRST - SHOWN :]


def by_rank(city) -> list[str]:
    ranks = city.scores.set_index("unit")["rank"].drop(city.town)
    return [*ranks.sort_values(kind="stable").index]


@pytest.mark.parametrize("section", ["ranking", "towns"])
def test_of_ranks_the_first_and_the_last_are_listed(city, section):
    block = getattr(city, section)()
    (table,) = oracle.tables(block)
    assert [row[0] for row in table.rows] == ends(by_rank(city))
    sheet = city.words("scores_sheet")
    told = "此处只列排在最前的6个和最后的14个单位；中间480个单位未列出。"
    assert f"{told}全部单位见Excel汇总表“{sheet}”表。" in oracle.paragraphs(block)
    assert not oracle.alts(block)


def test_the_index_leads_to_every_unit_once(city):
    page = FrontPage(city.source, city.words, city.town, city.plan.towns)
    block = page.towns()
    names, pages = by_rank(city), {unit.name: unit.page for unit in city.plan.towns}
    (table,) = oracle.tables(block)
    assert [row[0] for row in table.rows] == ends(names)
    between = oracle.soup(block).find("ul", class_="units").find_all("li")
    assert [oracle.text(one) for one in between] == names[FIRST : FIRST - SHOWN]
    assert [one.a["data-page"] for one in between] == [pages[oracle.text(one)] for one in between]
    unit = city.plan.town(oracle.text(between[7]))
    assert (
        between[7]["data-find"] == f"{unit.name_en} {unit.kind}".lower()
    )  # its name is not its pinyin's
    assert any("其余480个单位按名次排列如下" in told for told in oracle.paragraphs(block))
    form = oracle.soup(block).form
    assert form.output["data-text"] == "{n}／500"


def test_a_targets_page_has_the_units_that_fall_short_by_most(opened):
    page = opened("target", target="T01")
    rows = [row for row in page.results.itertuples() if row.unit != "宜兴市"]
    order = {"not attained": 0, "behind": 0, "no data": 1}
    rows.sort(key=lambda row: (order.get(row.state, 2), row.gap))
    names = [row.unit for row in rows[:SHOWN]]
    told = "此处只列差得最多的20个单位（先列未达成和落后的，再列无数据的）；另有480个单位未列出。"
    block = page.units()
    (table,) = oracle.tables(block)
    assert [row[0] for row in table.rows] == [*names, "宜兴市"]
    assert oracle.paragraphs(block)[0] == f"{told}全部单位见Excel汇总表“全部结果”表。"
    months = page.months()
    in_order = [unit.name for unit in page.plan.towns if unit.name in names]
    assert [row[0] for row in oracle.tables(months)[-1].rows] == [*in_order, "宜兴市"]
    assert told in oracle.paragraphs(months)
    years = page.years()
    assert {row[0] for row in oracle.tables(years)[-1].rows} == set(names)
    assert told in oracle.paragraphs(years)


def test_a_target_of_the_city_alone_leaves_nobody_out(opened, city):
    alone = next(target.id for target in city.plan.targets if target.whom == "city")
    page = opened("target", target=alone)
    assert "未列出" not in page.units().html + page.years().html


def test_shares_and_rates_beyond_the_limits_are_bounded(city):
    shares = city.quotas()
    (table,) = oracle.tables(shares)
    split = {*city.shares["target"]}
    assert [row[0] for row in table.rows] == [*worst(city, split, SHOWN), "宜兴市"]
    assert any("另有480个单位未列出" in told for told in oracle.paragraphs(shares))
    funnel = city.funnel()
    (table,) = oracle.tables(funnel)
    assert len(table.rows) == SHOWN and {row[-1] for row in table.rows} == {"低于99.8%界限"}
    told = next(told for told in oracle.paragraphs(funnel) if told.startswith("界限之外共"))
    n = int(re.search(r"共(\d+)个", told)[1])
    assert n > SHOWN and f"此处列{SHOWN}个，低于界限的在前" in told
    (alt,) = oracle.alts(funnel)
    assert len(alt) < 1_500
