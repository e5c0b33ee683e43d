"""Pages: what each may read, what they share, and that a stale one is refused.

What stands in their cells is compared elsewhere, page by page.
"""

import inspect

import pytest

from yxq.attainment.results import load_data
from yxq.report.pages import PARAMETERS, CityPage, FrontPage, ReturnsPage, TargetPage, TownPage
from yxq.report.pages.base import Page
from yxq.words.wording import Words

TOWN, CITY = "丁蜀镇", "宜兴市"
PAGES = [TownPage, CityPage, ReturnsPage, TargetPage]


def sections(page: type[Page]) -> list[str]:
    """The methods that return a block."""
    return [
        name
        for name, method in inspect.getmembers(page, inspect.isfunction)
        if not name.startswith("_") and method.__annotations__.get("return") == "Block"
    ]


@pytest.fixture(scope="module")
def source(demo_processed):
    return load_data(2013, processed=demo_processed)


class Recorded:
    """Results that note which tables are read, and of which unit."""

    def __init__(self, source):
        self.source, self.read = source, set()

    def __getattr__(self, name):
        self.read.add((name, None))
        return getattr(self.source, name)

    def table(self, name, unit=None):
        self.read.add((name, unit))
        return self.source.table(name, unit)

    def records(self, unit=None, forms=None):
        self.read.add(("records", unit))
        return self.source.records(unit, forms)

    def comparison(self, unit=None):
        self.read.add(("comparison", unit))
        return self.source.comparison(unit)


def test_a_town_is_no_city_and_a_city_no_front_page():
    assert not issubclass(CityPage, TownPage) and not issubclass(FrontPage, (CityPage, TownPage))
    assert not {"heatmap", "ranking", "funnel"} & {*sections(TownPage), *sections(FrontPage)}


def test_a_page_of_a_town_reads_its_own_rows_and_no_other(source):
    """It must stay as it is when another unit's rows change; the city's page reads all."""
    recorded = Recorded(source)
    town = TownPage(recorded, Words(), TOWN)
    for section in sections(TownPage):
        getattr(town, section)()
    common = {(name, None) for name in ("plan", "days", "as_of", "synthetic", "supposed")}
    tables = {
        "attained",
        "scores",
        "credits",
        "subscores",
        "movers",
        "quotas",
        "owed",
        "measures",
        "records",
        "comparison",
    }
    assert recorded.read - common == {(table, TOWN) for table in tables}
    assert {*town.attained["unit"]} == {TOWN} and {*town.scores["unit"]} == {TOWN}
    assert {*CityPage(source, Words(), CITY).attained["unit"]} > {TOWN, CITY}


@pytest.mark.parametrize("page", PAGES)
def test_every_section_of_a_stale_page_is_refused(page, source):
    more = {TownPage: [TOWN], CityPage: [CITY], TargetPage: [source.plan.target("T01")]}
    opened = page(source, Words(), *more.get(page, []))

    def stale():
        raise RuntimeError("changed")

    opened.guard = stale
    assert len(sections(page)) >= 5
    for section in sections(page):
        with pytest.raises(RuntimeError, match="changed"):
            getattr(opened, section)()


def test_a_section_says_in_its_help_what_it_shows():
    for page in [*PAGES, FrontPage]:
        assert all(inspect.getdoc(getattr(page, name)) for name in sections(page))
    assert set(PARAMETERS) == {"town", "city", "returns", "target"}


def test_counts_verdict_and_states_are_of_the_unit(source):
    town, city = TownPage(source, Words(), TOWN), CityPage(source, Words(), CITY)
    front = FrontPage(source, Words(), CITY, source.plan.towns)
    assert town.states.sum() == len(town.results) and town.states.name == TOWN
    assert front.states.equals(city.states) and front.verdict == city.verdict
    assert town.verdict.startswith(TOWN) and city.verdict.startswith("全市")
