"""The page of a department: its targets in the city and in the units, and its returns, by hand."""

import city_oracle as oracle
import pytest

from yxq.report.pages import DepartmentPage

CITY, SHORT, TARGETS = oracle.CITY, oracle.SHORT, oracle.TARGETS
OWNERS = [
    name for name in oracle.FORMS["senders"] if name in {t["owner"] for t in TARGETS.values()}
]
SEEN = [
    ("质监局", oracle.MIDYEAR, "zh"),
    ("住建局", oracle.MIDYEAR, "en"),
    ("质监局", oracle.END, "en"),
    ("教育局", oracle.END, "zh"),
]


def page_of(processed, sender, day, language) -> DepartmentPage:
    return DepartmentPage(oracle.source(processed, day), oracle.wording(language), CITY, sender)


def results(page, sender: str, unit: str) -> dict[str, object]:
    """The results of a unit by the targets that a department answers for."""
    rows = oracle.results_of(page.source.attained, unit)
    return {row.target: row for row in rows if TARGETS[row.target]["owner"] == sender}


def block(page, id: str):
    return {block.id: block for block in page.blocks()}[id]


@pytest.fixture(params=SEEN, ids=lambda one: f"{one[0]}-{one[1]}-{one[2]}")
def opened(request, demo_processed):
    sender, day, language = request.param
    return page_of(demo_processed, sender, day, language), sender, language


def test_the_departments_are_those_that_answer_for_targets(demo_processed):
    plan = oracle.source(demo_processed, oracle.END).plan
    assert plan.owners == OWNERS and len(OWNERS) == 14


def test_the_first_screen_counts_its_targets_alone(opened):
    page, sender, language = opened
    states = [row.state for row in results(page, sender, CITY).values()]
    met, missed, total = states.count("attained"), states.count("not attained"), len(states)
    chinese = f"{sender}牵头的全市目标{total}项，其中已有定论{met + missed}项："
    chinese += f"达成{met}项，未达成{missed}项。"
    english = f"{oracle.sender_name(sender, 'en')} answers for {total} targets of the city, "
    english += f"of which {met + missed} are settled: {met} attained, {missed} not attained."
    said = {"zh": chinese, "en": english}[language]
    assert total == sum(t["owner"] == sender for t in TARGETS.values())
    head = oracle.soup(page.blocks()[0])
    assert oracle.text(head.h1) == oracle.sender_name(sender, language)
    assert oracle.text(head.find("p", class_="verdict")) == said


def test_what_is_short_names_the_units(opened):
    page, sender, language = opened
    rows = [row for row in results(page, sender, CITY).values() if row.state in SHORT]
    if not rows:
        assert oracle.paragraphs(block(page, "short")) == [page.words("short_none")]
        return
    (table,) = oracle.tables(block(page, "short"))
    listed = []
    for row in rows:
        units = [
            oracle.unit_name(unit["name"], language)
            for unit in oracle.TOWNS
            if (own := results(page, sender, unit["name"]).get(row.target)) and own.state in SHORT
        ]
        more = {"zh": "{}等{}个", "en": "{} and others, {} in all"}[language]
        named = oracle.joined(units[:12], language)
        listed.append(named if len(units) <= 12 else more.format(named, len(units)))
    assert [line[0] for line in table.rows] == [oracle.numbered(r.target, language) for r in rows]
    assert [line[-1] for line in table.rows] == listed
    assert any(listed)


def test_every_target_and_every_unit_stands_there(opened):
    page, sender, language = opened
    city = results(page, sender, CITY)
    (table,) = oracle.tables(block(page, "city_targets"))
    lines = [line for line in table.rows if len(line) > 1]
    assert sorted(line[0] for line in lines) == sorted(oracle.numbered(t, language) for t in city)
    ids = {block.id for block in page.blocks()}
    judged = any(
        row.state != "reported"
        for unit in oracle.TOWNS
        for row in results(page, sender, unit["name"]).values()
    )
    assert ("heatmap" in ids) == judged


def test_links_lead_to_the_page_of_the_city(demo_processed):
    page = page_of(demo_processed, "质监局", oracle.END, "zh")
    links = oracle.soup(block(page, "city_targets")).find_all("a")
    own = [id for id, target in TARGETS.items() if target["owner"] == "质监局"]
    led = [link["data-page"] for link in links if link.get("data-page")]
    assert sorted(led) == sorted(f"city#t-{id}" for id in own)
    # and to that of the target, where the pack has one
    assert sorted(link["data-target"] for link in links if link.get("data-target")) == sorted(own)
    assert len(links) == 2 * len(own)


def test_its_returns_alone(demo_processed):
    page = page_of(demo_processed, "商务局", oracle.MIDYEAR, "zh")
    assert {*page.returns["sender"]} == {"商务局"}
    rows = oracle.soup(block(page, "returns_matrix")).tbody.find_all("tr")
    assert rows and {oracle.text(row.th) for row in rows} == {"商务局"}


def test_a_department_without_returns_has_no_empty_heading(demo_processed):
    page = page_of(demo_processed, "质监局", oracle.END, "zh")
    page.returns = page.returns.iloc[:0]
    assert not {"returns_matrix", "reminders"} & {block.id for block in page.blocks()}
