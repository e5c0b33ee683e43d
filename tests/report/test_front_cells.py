"""The index: every cell of its tables, its bars, search keys, links and tiles."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from urllib.parse import quote

import city_oracle as oracle
import pandas as pd
import pytest
from city_oracle import CITY, DAYS, END, LANGUAGES, MIDYEAR, SHORT, STATES, TOWNS
from project import posed

from yxq.attainment.results import Results
from yxq.report.pages import FrontPage
from yxq.report.sections.leader import best_and_worst, leading

NAMES = [unit["name"] for unit in TOWNS]
WHEN = [(day, language) for day in DAYS for language in LANGUAGES]
FAILED = ("环科园", "张渚镇")
PRINTED = frozenset({"index", "returns", "320282001-yicheng-jiedao", "320282112-dingshu-zhen"})
LEFT_OUT = [name for name in NAMES if name not in FAILED]


@dataclass
class Index:
    """An index; `made` are the units that have a page, `printed` the pages with a PDF."""

    source: Results
    language: str
    made: list[str]
    printed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.words = oracle.wording(self.language)
        self.attained = self.source.attained
        towns = [unit for unit in self.source.plan.towns if unit.name in self.made]
        self.page = FrontPage(self.source, self.words, CITY, towns, self.printed)
        self.n = {unit: dict.fromkeys(STATES, 0) for unit in [*NAMES, CITY]}
        for unit, state in zip(self.attained["unit"], self.attained["state"], strict=True):
            self.n[unit][state] += 1

    @cached_property
    def scores(self) -> dict:
        return {row.unit: row for row in self.source.scores.itertuples(index=False)}

    @property
    def over(self) -> bool:
        return self.source.as_of >= oracle.LAST

    def name(self, unit: str) -> str:
        return oracle.unit_name(unit, self.language)


@pytest.fixture(params=WHEN, ids=lambda case: f"{case[0]}-{case[1]}")
def index(request, demo_processed):
    """All units have their pages, nothing is printed."""
    day, language = request.param
    return Index(oracle.source(demo_processed, day), language, NAMES)


@pytest.fixture(params=LANGUAGES)
def partial(request, demo_processed):
    """Two units have no page, and only some pages are printed."""
    return Index(oracle.source(demo_processed, END), request.param, LEFT_OUT, PRINTED)


@pytest.fixture(params=LANGUAGES)
def unscored(request, demo_processed):
    return Index(oracle.source(demo_processed, END, scored=False), request.param, NAMES)


def edited(processed, edit, language="en", scores=None, made=NAMES) -> Index:
    return Index(oracle.changed(processed, END, edit, scores), language, made)


# The head: verdict, tiles, lines, legend, links.


def due_now(index: Index) -> Counter:
    """What became of the returns that were due by the day of the page."""
    arrived = index.source.files
    found = Counter()
    for owed in oracle.YEAR["returns"]:
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[owed["every"]]
        for first in range(1, 13, months):
            start = pd.Timestamp(2013, first, 1)
            end = start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
            due = end + pd.Timedelta(days=owed["due_days"])
            as_of, received_by = map(pd.Timestamp, index.source.days)
            if due > received_by or end > as_of:
                continue
            here = arrived[
                (arrived["form"] == owed["form"])
                & (arrived["sender"] == owed["sender"])
                & (arrived["period_from"] == start)
                & (arrived["period_to"] == end)
            ]
            late = bool((here["filed"] > due).any())
            found["missing" if here.empty else "late" if late else "in time"] += 1
    return found


def data_facts(index: Index) -> list[tuple[str, str, str]]:
    """Until when data reach, and how many of the returns due are in."""
    language = index.language
    rows = index.source.measures
    day = max(d for d in rows.loc[rows["year"] == 2013, "date"].dt.date if d <= index.source.as_of)
    by = oracle.date(index.source.received_by, language)
    remark = {"zh": f"报表接收截止日{by}", "en": f"returns received by {by}"}
    found = [(index.words("data_until"), oracle.date(day, language), remark[language])]
    due = due_now(index)
    if due:
        whole, none = sum(due.values()), index.n[CITY]["no data"]
        lacking = {"zh": f"无数据的目标{none}项", "en": f"targets without data: {none}"}
        came = f"{whole - due['missing']} / {whole}"
        found.append((index.words("returns_in"), came, lacking[language]))
    return found


def score_facts(index: Index) -> list[tuple[str, str, str]]:
    if not index.scores:
        return []
    own, over, found = index.scores[CITY], index.over, []
    if not pd.isna(own.score):
        name = index.words("score" if over else "score_now")
        found.append((name, oracle.points(own.score), oracle.grade(own, over, index.language)))
    told, kept = oracle.grades([index.scores[unit] for unit in NAMES], over, index.language)
    return [*found, (index.words("grades" if over else "grades_now"), told, kept)]


def score_lines(index: Index) -> list[str]:
    """That the score is provisional, and what it can still become."""
    if not index.scores:
        return []
    own, found = index.scores[CITY], []
    if own.judged < 1:
        found.append(index.words("score_provisional", judged=f"{100 * own.judged:.0f}%"))
    if bounds_of(index, own):
        grades = oracle.between(own.grade_low, own.grade_high, index.language)
        told = {"scores": bounds_of(index, own), "grades": grades, "places": ""}
        found.append(index.words("score_bounds", **told))
    rows = oracle.results_of(index.attained, CITY)
    return found + oracle.veto_ahead(own, rows, index.over, index.language)


def bounds_of(index: Index, own) -> str:
    """From the least to the most that a score can be once all is in; nothing where all is."""
    if pd.isna(own.score_low) or own.score_low == own.score_high:
        return ""
    ends = oracle.points(own.score_low), oracle.points(own.score_high)
    return oracle.between(*ends, index.language)


def due_line(index: Index) -> list[str]:
    due = due_now(index)
    whole, missing, late = sum(due.values()), due["missing"], due["late"]
    day = oracle.date(index.source.received_by, index.language)
    said = {
        "zh": f"截至{day}应报{whole}份：已到{whole - missing}份，其中迟报{late}份；缺报{missing}份。",
        "en": f"{whole} returns were due by {day}: {whole - missing} arrived, {late} of them late; "
        f"{missing} are missing.",
    }
    return [said[index.language]] if whole else []


def others(index: Index) -> list[str]:
    n, language, found = index.n[CITY], index.language, []
    if n["on track"] + n["behind"]:
        said = {
            "zh": f"年度未结束：进度正常{n['on track']}项，进度落后{n['behind']}项。",
            "en": f"The period is still running: {n['on track']} on track, {n['behind']} behind.",
        }
        found.append(said[language])
    rest = [state for state in ("pending", "not applicable", "no data", "reported") if n[state]]
    if rest and language == "zh":
        found.append(
            "另有：" + "、".join(f"{oracle.state_name(s, 'zh')}{n[s]}项" for s in rest) + "。"
        )
    if rest and language == "en":
        each = [f"{n[s]} {oracle.state_name(s, 'en')}" for s in rest]
        found.append(f"Also: {', '.join(each)}.")
    return found


def check_head(index: Index) -> None:
    block, language, words = index.page.headline(), index.language, index.words
    page, n = oracle.soup(block), index.n[CITY]
    title = {"zh": "2013年度目标达成情况", "en": "Attainment of targets in 2013"}
    assert oracle.text(page.h1) == title[language]
    day = oracle.date(index.source.as_of, language)
    document = oracle.YEAR["document"]["title"][language]
    below = oracle.subtitle(document, day, index.source.received_by)
    assert oracle.text(page.find(class_="subtitle")) == below[language]
    met, missed = n["attained"], n["not attained"]
    verdict = {"zh": f"全市75项目标中已有定论{met + missed}项：达成{met}项，未达成{missed}项。"}
    english = f"Of the city's 75 targets {met + missed} are settled:"
    verdict["en"] = f"{english} {met} attained, {missed} not attained."
    assert oracle.text(page.find(class_="verdict")) == verdict[language]
    assert oracle.facts(block) == score_facts(index) + data_facts(index)
    told = [oracle.text(p) for p in page.find_all("p") if not p.get("class")]
    assert told == score_lines(index) + others(index) + due_line(index)
    failed = [index.name(unit) for unit in NAMES if unit not in index.made]
    alert = [oracle.text(p) for p in page.find_all(role="alert")]
    assert alert == ([words("not_made", list=oracle.joined(failed, language))] if failed else [])
    shown = page.find("ul", class_="states").find_all("li")
    legend = []
    for state in STATES:
        if n[state]:
            told = f"{oracle.signed(state, language)} {n[state]}"
            legend.append(([state.replace(" ", "-")], told))
    assert [(li["class"], oracle.text(li)) for li in shown] == legend
    printed = [name for name in ("index", "city", "returns") if name in index.printed]
    links = [(a["href"], oracle.text(a)) for a in page.find("ul", class_="links").find_all("a")]
    assert links == [
        ("city.html", words("city_page")),
        ("city.html#owners", words("owners")),
        ("returns.html", words("returns_page")),
        ("attainment.xlsx", words("workbook")),
        ("archive/index.html", {"zh": "历次发布", "en": "Published before"}[language]),
        *((f"pdf/{name}.pdf", words(f"{name}_pdf")) for name in printed),
    ]


def test_the_head(index):
    check_head(index)


def test_the_head_of_a_pack_with_pages_missing_and_some_printed(partial):
    check_head(partial)


def test_the_head_without_scoring(unscored):
    check_head(unscored)


def test_the_tiles_by_hand(demo_processed):
    """Five returns a quarter, thirteen a half, eight a year make 54; the last came on 2014-02-28,
    so that those of June are due whatever the day of July is.

    The commerce bureau sent none of its two, the administration of industry and commerce one.
    """
    by_day = {
        dt.date(2013, 3, 30): ("2013-03-30", None),
        dt.date(2013, 3, 31): ("2013-03-31", "5 / 5"),
        dt.date(2013, 6, 30): ("2013-06-30", "22 / 23"),
        dt.date(2013, 7, 20): ("2013-07-20", "22 / 23"),
        END: ("2013-12-31", "51 / 54"),
    }
    found = {}
    for day in by_day:
        known = oracle.source(demo_processed, END)
        source = Results(known.plan, demo_processed, day)
        posed(source, measures=known.measures)
        posed(source, attained=known.attained)
        posed(source, scores=known.scores)
        index = Index(source, "en", NAMES)
        told = {term: value for term, value, _ in oracle.facts(index.page.headline())}
        found[day] = (told["Data until"], told.get("Returns in"))
        assert data_facts(index) == oracle.facts(index.page.headline())[2:]
    assert found == by_day


def test_data_reach_to_the_last_record_of_this_year_on_or_before_the_day(demo_processed):
    known = oracle.source(demo_processed, END)

    def until(day: dt.date, *dates: tuple[int, str]) -> str:
        source = Results(known.plan, demo_processed, day)
        rows = known.measures.head(len(dates)).copy()
        rows["year"] = [year for year, _ in dates]
        rows["date"] = pd.to_datetime([each for _, each in dates])
        posed(source, measures=rows, attained=known.attained, scores=known.scores)
        tiles = oracle.facts(Index(source, "en", NAMES).page.headline())
        return next(value for term, value, _ in tiles if term == "Data until")

    after = (2013, "2013-07-01")
    assert until(MIDYEAR, (2013, "2013-06-29"), (2013, "2013-06-30"), after) == "2013-06-30"
    assert until(MIDYEAR, (2013, "2013-02-01"), (2012, "2013-05-01"), after) == "2013-02-01"


# The league.


def occurring(index: Index) -> list[str]:
    return [s for s in STATES if any(index.n[unit][s] for unit in NAMES)]


LETTERS = "ycjd qtjd xzjd xjjd fqjd zzz xzz thz xsz glz yxz xjz hqz gcz wsz ztz dsz hfz hky yxjjkfq"
INITIALS = dict(zip(NAMES, LETTERS.split(), strict=True))
"""Of the pinyin of each unit's name."""


def check_league(index: Index) -> None:
    block, language, words = index.page.towns(), index.language, index.words
    (table,) = oracle.tables(block)
    states, pdf = occurring(index), bool(index.printed)
    has_bounds = any(bounds_of(index, index.scores[unit]) for unit in NAMES if unit in index.scores)
    bounds = ["score_bounds_column"] if has_bounds else []
    columns = ["rank_now", "rank_interval_end", "score_now", *bounds, "grade_now", "end_grade"]
    if index.over:
        columns = ["rank", "rank_interval", "score", *bounds, "grade"]
    columns = columns if index.scores else []
    heads = [words(name) for name in ["unit", "glance", *columns, "share_attained"]]
    heads += [oracle.signed(state, language) for state in states]
    assert table.heads == ([*heads, "PDF"] if pdf else heads)
    expected, bars, alts, pages, keys, pdfs = [], [], [], [], [], []
    units = {unit["name"]: unit for unit in TOWNS}
    for unit in in_order(index):
        n, about = index.n[unit], units[unit]
        ranked = []
        if index.scores:
            own = index.scores[unit]
            rank = "" if pd.isna(own.rank) else str(int(own.rank))
            likely = oracle.span(own.rank_low, own.rank_high, language)
            lacking = [bounds_of(index, own)] if has_bounds else []
            end = [] if index.over else [oracle.likeliest(own, language)]
            shown = oracle.points_beside(own.score, index.scores)
            ranked = [rank, likely, shown, *lacking, own.grade, *end]
        met, missed = n["attained"], n["not attained"]
        page = f"{about['code']}-{about['slug']}"
        printed = page in index.printed
        link = [("PDF" if printed else "")] if pdf else []
        share = f"{met} / {met + missed}"
        expected.append([index.name(unit), "", *ranked, share, *(str(n[s]) for s in states), *link])
        bars.append([([s.replace(" ", "-")], f"flex:{n[s]}") for s in states if n[s]])
        each = {"zh": "{1}{0}项", "en": "{0} {1}"}[language]
        told = [each.format(n[s], oracle.state_name(s, language)) for s in states if n[s]]
        alts.append(oracle.joined(told, language))
        pages.append(page)
        aliases = [alias for alias in about["aliases"].split(";") if alias]
        names = [unit, about["code"], about["slug"], about["name_en"]]
        names += [INITIALS[unit], about["kind"], *aliases]
        keys.append(" ".join(names).lower())
        pdfs.append((f"pdf/{page}.pdf", f"{index.name(unit)} PDF") if printed else None)
    assert len(expected) == len(index.made) and table.rows == expected
    shown = [row.find(class_="bar") for row in table.elements]
    assert [[(i["class"], i["style"]) for i in bar.find_all("i")] for bar in shown] == bars
    assert [bar["aria-label"] for bar in shown] == alts
    assert [row.th.a["data-page"] for row in table.elements] == pages
    assert [row["data-find"] for row in table.elements] == keys
    found = [row.find("a", href=True) for row in table.elements]
    assert [(a["href"], a["aria-label"]) if a else None for a in found] == pdfs
    form = oracle.soup(block).form
    assert oracle.text(form.label) == words("find")
    count = {"zh": f"{{n}}／{len(expected)}", "en": f"{{n}} / {len(expected)}"}
    assert form.output["data-text"] == count[language]
    assert form.output["data-none"] == words("found_none")
    ranked = "city_towns_ranked" if index.over else "city_towns_ranked_now"
    notes = [words(ranked if index.scores else "city_towns_note")]
    if bounds and index.scores:
        column = {"zh": "报齐后得分", "en": "Score once complete"}[language]
        notes.append(words("city_towns_least", column=column))
    assert oracle.paragraphs(block) == notes


def in_order(index: Index) -> list[str]:
    """Made units by rank, those without one last; unscored by the share attained."""
    if index.scores:
        last = len(NAMES) + 1
        ranks = {u: last if pd.isna(index.scores[u].rank) else index.scores[u].rank for u in NAMES}
        return [u for u in sorted(NAMES, key=ranks.get) if u in index.made]
    shares = {}
    for unit in NAMES:
        met, missed = index.n[unit]["attained"], index.n[unit]["not attained"]
        shares[unit] = Fraction(met, met + missed) if met + missed else Fraction(-1)
    return [u for u in sorted(NAMES, key=lambda u: -shares[u]) if u in index.made]


def test_the_league(index):
    check_league(index)


def test_the_league_of_a_pack_with_pages_missing_and_some_printed(partial):
    check_league(partial)
    pdfs = oracle.soup(partial.page.towns()).find_all("a", href=True)
    assert len(pdfs) == 2


def test_the_league_without_scoring(unscored):
    check_league(unscored)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_league_with_every_state_and_a_unit_without_rank(demo_processed, language):
    scores = oracle.source(demo_processed, END).scores.copy()
    lost = scores.index[scores["unit"] == "新庄街道"].item()
    for column in ("score", "rank", "rank_low", "rank_high"):
        scores.loc[lost, column] = pd.NA
    scores.loc[lost, "grade"] = ""

    def edit(attained):
        own = attained.index[attained["unit"] == "和桥镇"]
        states = [state for n, state in enumerate(STATES, start=1) for _ in range(n)]
        for place, state in zip(own, states, strict=False):
            attained.loc[place, "state"] = state

    index = edited(demo_processed, edit, language, scores)
    assert occurring(index) == STATES
    check_league(index)
    check_head(index)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_says_what_rests_on_computed_shares(demo_processed, language):
    def edit(attained):
        for target in ("T20", "T35", "T52"):
            place = oracle.cell(attained, CITY, target)
            attained.loc[place, ["state", "note"]] = ["attained", "quota_computed"]

    block = edited(demo_processed, edit, language).page.headline()
    told = [oracle.text(p) for p in oracle.soup(block).find_all("p") if not p.get("class")]
    assert (
        told[0]
        == {
            "zh": "其中3项按试算的分解数判定，正式分解数下达后以下达数为准。",
            "en": "Of these, 3 are judged by a provisional share; once official shares are set, "
            "these count.",
        }[language]
    )


# What the city misses.


def check_short(index: Index) -> None:
    block, language, words = index.page.short(), index.language, index.words
    (table,) = oracle.tables(block)
    name = words("short_over" if index.over else "short")
    assert (block.id, block.title, table.caption) == ("short", name, name)
    heads = ["target", "owner", "required", "value", "state", "needs"]
    assert table.heads == [words(name) for name in heads]
    expected, links, codes = [], [], []
    for row in oracle.results_of(index.attained, CITY):
        if row.state not in SHORT:
            continue
        note = "" if pd.isna(row.note) else words.reason(row.note)
        owner = oracle.sender_name(oracle.TARGETS[row.target]["owner"], language)
        expected.append(
            [
                oracle.numbered(row.target, language),
                owner,
                oracle.required(row, language),
                oracle.value(row, language),
                oracle.signed(row.state, language),
                oracle.needed(row, language) or note,
            ]
        )
        links.append(f"city#t-{row.target}")
        codes.append([row.state.replace(" ", "-")])
    assert expected and table.rows == expected
    assert [row.a["data-page"] for row in table.elements] == links
    assert [row.find("td", class_="state").span["class"] for row in table.elements] == codes


def test_what_the_city_misses(index):
    check_short(index)


def test_what_the_city_misses_by_hand(demo_processed):
    index = Index(oracle.source(demo_processed, END), "en", NAMES)
    (table,) = oracle.tables(index.page.short())
    needs = {row[0][:3]: row[-1] for row in table.rows}
    assert needs["T21"] == "done 20 days late (due 2013-12-31)"
    assert needs["T54"] == "1 more project" and needs["T10"] == "more than 3.40%"


def test_a_city_that_misses_nothing(demo_processed):
    def edit(attained):
        missed = attained["unit"].eq(CITY) & attained["state"].isin(SHORT)
        attained.loc[missed, "state"] = "attained"

    index = edited(demo_processed, edit)
    block = index.page.short()
    assert oracle.paragraphs(block) == [index.words("short_none")] and not oracle.tables(block)
    check_head(index)


# What else is there.


def test_the_workbooks_that_go_back(index, demo_processed):
    (block,) = index.page.papers()
    names = sorted(file.name for file in (demo_processed / "returned").glob("*.xlsx"))
    links = [(a["href"], oracle.text(a)) for a in oracle.soup(block).find_all("a")]
    assert len(names) == 3 and links == [(f"returned/{quote(name)}", name) for name in names]


def test_no_workbooks_no_section(tmp_path, demo_processed):
    known = oracle.source(demo_processed, END)
    assert Index(known, "en", NAMES).page.papers()
    other = Results(known.plan, tmp_path, END)
    posed(other, attained=known.attained)
    assert Index(other, "en", NAMES).page.papers() == []


def test_the_plan_and_what_it_does_not_say(index):
    language, document = index.language, oracle.YEAR["document"]
    told = [oracle.text(li) for li in oracle.soup(index.page.plan_facts()).find_all("li")]
    assert told == [document["number"], *(fact[language] for fact in document["facts"])]
    (block,) = index.page.assumed()
    general = [a["text"][language] for a in oracle.YEAR["assumptions"].values() if a.get("general")]
    assert len(general) > 4
    assert [oracle.text(li) for li in oracle.soup(block).find_all("li")] == general


def test_the_sections_in_their_order(index):
    ids = [block.id for block in index.page.blocks()]
    assert ids == [
        *("", "leader", "short", "city_towns", "departments"),
        *("back_books", "plan_facts", "assumptions"),
    ]


def by_owner(index: Index, state: str) -> tuple[int, str]:
    """How many of the city's targets are in a state, and of which departments, most first."""
    city = index.attained[(index.attained["unit"] == CITY) & (index.attained["state"] == state)]
    owners = Counter(oracle.TARGETS[target]["owner"] for target in city["target"])
    names = [(oracle.sender_name(name, index.language), n) for name, n in owners.most_common()]
    parts = [f"{o}{n}项" if index.language == "zh" else f"{o} {n}" for o, n in names]
    return sum(owners.values()), oracle.joined(parts, index.language)


def test_what_a_leader_is_to_know_at_first_sight(index):
    (block,) = index.page.leader()
    said = [oracle.text(item) for item in oracle.soup(block).find_all("li")]
    ranked = sorted((row.rank, unit) for unit, row in index.scores.items() if not pd.isna(row.rank))
    first, last = ranked[2][0], ranked[-3][0]
    best = [unit for rank, unit in ranked if rank <= first]
    worst = [unit for rank, unit in ranked if rank >= last]
    inside = [sorted(map(index.name, group)) for group in (best, worst)]
    marks = ("、", "：", "。") if index.language == "zh" else (", ", ": ", ".")
    told = [
        sorted(line.partition(marks[1])[2].rstrip(marks[2]).split(marks[0])) for line in said[:2]
    ]
    assert told == inside
    running = index.source.as_of < dt.date(2013, 12, 31)
    assert said[0].startswith(
        ("目前暂列" if running else "前三位", "Provision" if running else "In")
    )
    missed, behind = by_owner(index, "not attained"), by_owner(index, "behind")
    for n, owners in (missed, behind, by_owner(index, "no data")):
        lines = [line for line in said if f"{n}" in line and owners in line]
        assert len(lines) == (n > 0), (n, owners, said)
    assert missed[0] and (behind[0] > 0) == running
    shares = sum("试分解" in line or "computed shares" in line for line in said)
    assert shares == 1
    assert said[-1].startswith(("请催报", "To be called"))


def test_no_unit_is_named_where_half_of_them_would_be():
    few = pd.DataFrame({"unit": list("abcde"), "rank": [1, 2, 3, 4, 5]})
    level = pd.DataFrame({"unit": list("abcdefgh"), "rank": [1, 1, 1, 1, 1, 1, 1, 8]})
    plain = pd.DataFrame({"unit": list("abcdefg"), "rank": [1, 2, 2, 4, 5, 5, 7]})
    assert best_and_worst(few) == best_and_worst(level) == ([], [])
    assert best_and_worst(few.head(2)) == best_and_worst(few.head(0)) == ([], [])
    assert best_and_worst(plain) == (["a", "b", "c"], ["e", "f", "g"])
    tied = plain.assign(rank=[1, 2, 3, 3, 5, 5, 7])
    assert best_and_worst(tied) == (["a", "b", "c", "d"], ["e", "f", "g"])


def test_only_whose_rank_is_surely_in_the_latter_half_is_called_in(demo_processed):
    source = oracle.source(demo_processed, MIDYEAR)
    words = oracle.wording("zh")
    ranked = source.scores["rank"].notna()
    order = source.scores[ranked].sort_values("rank", kind="stable")
    half, last = ranked.sum() // 2, [*order["unit"]][-3:]
    assert [*order["rank"]][-4:] == [17, 18, 19, 20] and half == 10  # none of them is level

    def called(low: list[int]) -> list[str]:
        found = dict(zip(last, low, strict=True))
        lows = source.scores["unit"].map(found).fillna(1).astype("Int64")
        scores = source.scores.assign(rank_low=lows.mask(~ranked))
        nothing = pd.DataFrame({"sender": [], "basis": [], "target": [], "code": [], "owner": []})
        about = leading(source.plan, nothing, scores, nothing, nothing, words, over=False)
        return [said for said in about.decisions if "名次" in said]

    clear = "暂列靠后，且名次可能范围都在后一半，请定是否约谈督办。"
    assert called([half, half + 1, half]) == [f"{last[1]}{clear}"]
    assert called([half + 1, half, half + 2]) == [f"{last[0]}、{last[2]}{clear}"]
    unclear = "列在末位的单位与其他单位的差距未超出偶然波动，不宜仅凭名次约谈。"
    assert called([half, half, half]) == [unclear]
