"""The city's page: every cell of every table and every number in its sentences and alt texts."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from urllib.parse import quote

import city_oracle as oracle
import pandas as pd
import pytest
from city_oracle import CITY, DAYS, END, LANGUAGES, MIDYEAR, SHORT, STATES, TARGETS, TOWNS
from scipy.stats import binom

from yxq.attainment.results import Results
from yxq.report.pages import CityPage
from yxq.words.wording import Words

NAMES = [unit["name"] for unit in TOWNS]


@dataclass
class View:
    """A page of the city and what it must say."""

    source: Results
    language: str
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        self.words = oracle.wording(self.language)
        self.page = CityPage(self.source, self.words, CITY)
        self.attained = self.source.attained
        self.state = self.attained.set_index(["unit", "target"])["state"].to_dict()
        self.n = {unit: dict.fromkeys(STATES, 0) for unit in [*NAMES, CITY]}
        for (unit, _), state in self.state.items():
            self.n[unit][state] += 1

    @cached_property
    def own(self) -> list:
        """The city's own results."""
        return oracle.results_of(self.attained, CITY)

    @cached_property
    def scores(self) -> dict:
        return {row.unit: row for row in self.source.scores.itertuples(index=False)}

    @property
    def over(self) -> bool:
        return self.source.as_of >= oracle.LAST

    def name(self, unit: str) -> str:
        return oracle.unit_name(unit, self.language)


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    return oracle.recorded(monkeypatch)


WHEN = [(day, language) for day in DAYS for language in LANGUAGES]


@pytest.fixture(params=WHEN, ids=lambda case: f"{case[0]}-{case[1]}")
def view(request, demo_processed):
    day, language = request.param
    return View(oracle.source(demo_processed, day), language)


@pytest.fixture(params=LANGUAGES)
def unscored(request, demo_processed):
    return View(oracle.source(demo_processed, END, scored=False), request.param)


def edited(processed, edit, day=END, language="en", scores=None) -> View:
    return View(oracle.changed(processed, day, edit, scores), language)


# The head of the page.


def check_headline(view: View, day) -> None:
    words, language = view.words, view.language
    block = view.page.headline()
    page = oracle.soup(block)
    n = view.n[CITY]
    judged = n["attained"] + n["not attained"]
    assert oracle.text(page.h1) == view.name(CITY)
    document = oracle.YEAR["document"]["title"][language]
    as_of = oracle.date(day, language)
    mark = oracle.subtitle(document, as_of, pd.Timestamp(2014, 2, 28))
    assert oracle.text(page.find(class_="subtitle")) == mark[language]
    verdict = {
        "zh": f"全市75项目标中已有定论{judged}项：达成{n['attained']}项，未达成{n['not attained']}项。",
        "en": f"Of the city's 75 targets {judged} are settled: {n['attained']} attained, "
        f"{n['not attained']} not attained.",
    }
    assert oracle.text(page.find(class_="verdict")) == verdict[language]
    name, met = oracle.state_name("attained", language), str(n["attained"])
    met = (name, met, words("of_judged", n=judged))
    assert oracle.facts(block) == [*city_facts(view), met]
    told = [oracle.text(p) for p in page.find_all("p") if not p.get("class")]
    assert told == lines(view) + missing_line(view)
    assert oracle.text(page.find(role="note")) == words("synthetic")


def city_facts(view: View) -> list[tuple[str, str, str]]:
    """Tiles: the city's score, and the grades of the units."""
    if not view.scores:
        return []
    words, own = view.words, view.scores[CITY]
    over, found = view.over, []
    if not pd.isna(own.score):
        name = words("score" if over else "score_now")
        found.append((name, oracle.points(own.score), oracle.grade(own, over, view.language)))
    told, kept = oracle.grades([view.scores[name] for name in NAMES], over, view.language)
    name = words("grades" if over else "grades_now")
    return [*found, (name, told, kept)] if told else found


def lines(view: View) -> list[str]:
    """Under the verdict: the weight judged, what is running, and what cannot be judged."""
    n, language, found = view.n[CITY], view.language, []
    own = view.scores.get(CITY)
    if own is not None and own.judged < 1:
        share = f"{100 * own.judged:.0f}%"
        said = {
            "zh": f"得分为暂计：有数据可评的占全部权重的{share}。",
            "en": f"The score is provisional: what there is data for makes up {share} of all weight.",
        }
        found.append(said[language])
    if own is not None and bounds_of(view, own):
        grades = oracle.between(own.grade_low, own.grade_high, view.language)
        told = {"scores": bounds_of(view, own), "grades": grades, "places": ""}
        found.append(view.words("score_bounds", **told))
    if own is not None:
        found += oracle.veto_ahead(own, view.own, view.over, language)
    return found + others(n, language)


def bounds_of(view: View, own) -> str:
    """From the least to the most that a score can be once all is in; nothing where all is."""
    if pd.isna(own.score_low) or own.score_low == own.score_high:
        return ""
    return oracle.between(
        oracle.points(own.score_low), oracle.points(own.score_high), view.language
    )


def others(n: dict[str, int], language: str) -> list[str]:
    found = []
    if n["on track"] + n["behind"]:
        said = {
            "zh": f"年度未结束：进度正常{n['on track']}项，进度落后{n['behind']}项。",
            "en": f"The period is still running: {n['on track']} on track, {n['behind']} behind.",
        }
        found.append(said[language])
    rest = [s for s in ("pending", "not applicable", "no data", "reported") if n[s]]
    if rest and language == "zh":
        found.append(
            "另有：" + "、".join(f"{oracle.state_name(s, 'zh')}{n[s]}项" for s in rest) + "。"
        )
    if rest and language == "en":
        each = [f"{n[s]} {oracle.state_name(s, 'en')}" for s in rest]
        found.append(f"Also: {', '.join(each)}.")
    return found


def missing_line(view: View) -> list[str]:
    none = [row.target for row in view.own if row.state == "no data"]
    lacking = [oracle.numbered(target, view.language) for target in none]
    told = oracle.joined(lacking, view.language)
    return [view.words("next_missing", n=len(lacking), list=told)] if lacking else []


def test_the_head_of_the_page(view):
    check_headline(view, view.source.as_of)


def test_the_head_of_a_page_without_scoring(unscored):
    check_headline(unscored, END)
    assert len(oracle.facts(unscored.page.headline())) == 1


# The heat map.


def heat_columns(view: View) -> list[str]:
    def judged(target: str) -> bool:
        states = {view.state.get((unit, target), "reported") for unit in NAMES}
        return states != {"reported"}

    return [target for target in TARGETS if judged(target)]


def heat_row(view: View, unit: str, columns: list[str]) -> list[tuple]:
    """Sign, class, label and title of each cell; what is attained carries its sign alone."""
    cells = []
    for target in columns:
        state, language = view.state[unit, target], view.language
        sign, said = oracle.SIGNS[state], oracle.state_name(state, language)
        if state == "attained":
            cells.append((sign, None, None, None))
            continue
        where = {"zh": f"{unit}　{target} {oracle.title(target, 'zh')}：{said}"}
        english = oracle.unit_name(unit, "en")
        where["en"] = f"{english}, {target} {oracle.title(target, 'en')}: {said}"
        shown = where[language] if state in SHORT else None
        cells.append((sign, [state.replace(" ", "-")], said, shown))
    return cells


def check_heatmap(view: View) -> None:
    block, language = view.page.heatmap(), view.language
    table = oracle.tables(block)[0]
    columns = heat_columns(view)
    assert len(columns) > 30
    marked = [f"{oracle.title(t, language)}\xa0{t}" for t in columns]
    assert table.heads == [view.words("unit"), *marked, view.words("missed")]
    shown = []
    for row in table.elements:
        cells = row.find_all("td")[:-1]
        about = [(td.get("class"), td.get("aria-label"), td.get("title")) for td in cells]
        shown.append([(oracle.text(td), *rest) for td, rest in zip(cells, about, strict=True)])
    assert [row[0] for row in table.rows] == [
        *(view.name(unit) for unit in NAMES),
        view.name(CITY),
        view.words("missed_units"),
    ]
    assert shown[:-1] == [heat_row(view, unit, columns) for unit in [*NAMES, CITY]]
    missing = [sum(view.state[unit, t] in SHORT for unit in NAMES) for t in columns]
    label = {"zh": "{}个未达成或落后", "en": "{} miss it or are behind"}[language]
    assert shown[-1] == [(str(n) if n else "", [], label.format(n), None) for n in missing]
    each = [sum(view.state[unit, t] in SHORT for t in columns) for unit in NAMES]
    sums = [*(str(n) if n else "" for n in each), "", str(sum(missing))]
    assert [row[-1] for row in table.rows] == sums
    links = [row.th.a["data-page"] if row.th.a else None for row in table.elements]
    assert links == [*(f"{unit['code']}-{unit['slug']}" for unit in TOWNS), None, None]
    assert [bool(row.get("class")) for row in table.elements] == [False] * len(NAMES) + [True, True]
    over = oracle.soup(block).thead.tr.find_all("th")
    groups = [(oracle.text(th), int(th["colspan"])) for th in over]
    assert groups == runs([oracle.section(t)["title"][language] for t in columns])
    here = {view.state[unit, target] for unit in [*NAMES, CITY] for target in columns}
    used = [state for state in STATES if state in here]
    legend = oracle.soup(block).find("ul", class_="states").find_all("li")
    assert [(li["class"], oracle.text(li)) for li in legend] == [
        ([s.replace(" ", "-")], oracle.signed(s, language)) for s in used
    ]


def runs(names: list[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for name in names:
        if found and found[-1][0] == name:
            found[-1] = (name, found[-1][1] + 1)
        else:
            found.append((name, 1))
    return found


def test_the_heat_map(view):
    check_heatmap(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heat_map_with_every_state(demo_processed, language):
    """A unit that misses nothing, a target that nearly all miss, one that nobody is judged by."""

    def edit(attained):
        for state, target in zip(STATES, heat[1:9], strict=True):
            attained.loc[oracle.cell(attained, "丁蜀镇", target), "state"] = state
        missed = attained["unit"].eq("和桥镇") & attained["state"].isin(SHORT)
        attained.loc[missed, "state"] = "on track"
        all_units = attained["target"].eq(heat[0]) & attained["unit"].isin(NAMES)
        attained.loc[all_units, "state"] = "behind"
        attained.loc[oracle.cell(attained, "和桥镇", heat[0]), "state"] = "attained"
        attained.loc[attained["target"].eq(heat[9]), "state"] = "reported"
        only = attained["target"].eq(heat[10]) & attained["unit"].ne("西渚镇")
        attained.loc[only, "state"] = "reported"

    heat = heat_columns(View(oracle.source(demo_processed, END), language))
    view = edited(demo_processed, edit, language=language)
    assert heat_columns(view) == [t for t in heat if t != heat[9]]
    check_heatmap(view)
    assert oracle.tables(view.page.heatmap())[0].rows[NAMES.index("和桥镇")][-1] == ""


# The league table.


def occurring(view: View) -> list[str]:
    return [s for s in STATES if any(view.n[unit][s] for unit in NAMES)]


def in_league_order(view: View) -> list[str]:
    """By rank, those without one last; unscored by the share attained of those judged."""
    if view.scores:
        ranks = {unit: view.scores[unit].rank for unit in NAMES}
        return sorted(NAMES, key=lambda unit: math.inf if pd.isna(ranks[unit]) else ranks[unit])
    return sorted(NAMES, key=lambda unit: -shares(view, unit)[2])


def shares(view: View, unit: str) -> tuple[int, int, Fraction]:
    n = view.n[unit]
    judged = n["attained"] + n["not attained"]
    return n["attained"], judged, Fraction(n["attained"], judged) if judged else Fraction(-1)


def league_row(view: View, unit: str) -> list[str]:
    """Rank to grade, within the year the likeliest at its end, the weight without data where any
    unit has some, the share attained and the number in each state.
    """
    ranked = []
    if view.scores:
        own = view.scores[unit]
        rank = "" if pd.isna(own.rank) else str(int(own.rank))
        grade = own.grade
        places = oracle.span(own.rank_low, own.rank_high, view.language)
        bounds = [bounds_of(view, own)] if any_bounds(view) else []
        end = [] if view.over else [oracle.likeliest(own, view.language)]
        shown = oracle.points_beside(own.score, view.scores)
        ranked = [rank, places, shown, *bounds, grade, *end]
    if view.scores and any_missing(view):
        missing = view.scores[unit].missing
        ranked.append("" if pd.isna(missing) or missing == 0 else f"{100 * missing:.0f}%")
    met, judged, _ = shares(view, unit)
    n = view.n[unit]
    return [*ranked, f"{met} / {judged}", *(str(n[state]) for state in occurring(view))]


def any_bounds(view: View) -> bool:
    return any(bounds_of(view, view.scores[unit]) for unit in NAMES)


def any_missing(view: View) -> bool:
    missing = [view.scores[unit].missing for unit in NAMES]
    return any(weight > 0 for weight in missing if not pd.isna(weight))


def check_league(view: View) -> None:
    block = view.page.towns()
    (table,) = oracle.tables(block)
    bounds = ["score_bounds_column"] if view.scores and any_bounds(view) else []
    ranked = ["rank_now", "rank_interval_end", "score_now", *bounds, "grade_now", "end_grade"]
    if view.over:
        ranked = ["rank", "rank_interval", "score", *bounds, "grade"]
    ranked = [*ranked, *["missing_weight"] * any_missing(view)] if view.scores else []
    heads = [view.words(name) for name in ["unit", *ranked, "share_attained"]]
    states = [oracle.signed(state, view.language) for state in occurring(view)]
    assert table.heads == [*heads, *states]
    order = in_league_order(view)
    assert table.rows == [[view.name(unit), *league_row(view, unit)] for unit in order]
    pages = {unit["name"]: f"{unit['code']}-{unit['slug']}" for unit in TOWNS}
    assert [row.a["data-page"] for row in table.elements] == [pages[unit] for unit in order]
    ranked = "city_towns_ranked" if view.over else "city_towns_ranked_now"
    notes = [view.words(ranked if view.scores else "city_towns_note")]
    if bounds:
        column = {"zh": "报齐后得分", "en": "Score once complete"}[view.language]
        notes.append(view.words("city_towns_least", column=column))
    assert oracle.paragraphs(block) == notes


def test_the_league_table(view):
    check_league(view)


def test_the_league_table_without_scoring(unscored):
    check_league(unscored)


def test_a_unit_that_lacks_data_has_neither_score_nor_rank_and_stands_last(demo_processed):
    scores = oracle.source(demo_processed, END).scores.copy()
    lost, half = (scores.index[scores["unit"] == unit].item() for unit in ("新庄街道", "芳桥街道"))
    for column in ("score", "rank", "rank_low", "rank_high"):
        scores.loc[lost, column] = pd.NA
    scores.loc[lost, ["grade", "missing"]] = ["", 0.256]
    scores.loc[half, "missing"] = 0.0
    scores.loc[half, "score"] = 89.96  # one decimal would lift it into the grade above

    def edit(attained):
        judged = attained["unit"].eq("新庄街道") & attained["state"].ne("reported")
        attained.loc[judged, "state"] = "no data"

    view = edited(demo_processed, edit, scores=scores)
    check_league(view)
    assert len(oracle.paragraphs(view.page.towns())) == 2
    rows = oracle.tables(view.page.towns())[0].rows
    assert rows[-1][:8] == ["Xinzhuang Subdistrict", "", "", "", "", "", "26%", "0 / 0"]
    assert rows[0][3] == "89.96" and rows[0][6] == ""
    check_headline(view, END)


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_the_year_what_is_provisional_is_called_so(demo_processed, language):
    """Nothing is missing, so that nothing is said of it, and no column is blank throughout."""
    scores = oracle.source(demo_processed, MIDYEAR).scores.copy()
    scores["missing"], scores["score_low"] = 0.0, scores["score_high"]
    at = scores.index[scores["unit"] == "丁蜀镇"].item()
    scores.loc[at, ["grade", "end_grade", "end_chance"]] = ["B", "A", 0.848]
    none = (lambda attained: None, MIDYEAR, language)
    view = edited(demo_processed, *none, scores=scores)
    check_league(view)
    block = view.page.towns()
    (table,) = oracle.tables(block)
    heads = {
        "zh": ["暂列名次", "年末名次", "暂计得分", "暂评等级", "年末最可能"],
        "en": [
            *("Provisional rank", "Rank interval at the end", "Provisional score"),
            *("Provisional grade", "Likeliest grade at the end"),
        ],
    }[language]
    assert table.heads[1:6] == heads and len(oracle.paragraphs(block)) == 1
    cells = {row[0]: row for row in table.rows}[view.name("丁蜀镇")]
    assert cells[4:6] == ["B", {"zh": "A（85%）", "en": "A (85%)"}[language]]
    lost = scores.index[scores["unit"] == "新庄街道"].item()
    for column in ("score", "rank", "rank_low", "rank_high", "end_grade", "end_chance"):
        scores.loc[lost, column] = pd.NA
    scores.loc[lost, "grade"] = ""
    rows = oracle.tables(edited(demo_processed, *none, scores=scores).page.towns())[0].rows
    assert rows[-1][:6] == [view.name("新庄街道"), *[""] * 5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_the_city_misses_makes_no_column_of_units(demo_processed, language):
    """And the sentence on that column stands only where it does."""
    scores = oracle.source(demo_processed, END).scores.copy()
    of_city = scores["unit"] == CITY
    scores["score_low"] = (scores["score_high"] - 1).where(of_city, scores["score_high"])
    scores["missing"] = scores["missing"].where(of_city, 0.0)
    view = edited(demo_processed, lambda attained: None, language=language, scores=scores)
    check_league(view)
    (table,) = oracle.tables(view.page.towns())
    names = ["unit", "rank", "rank_interval", "score", "grade", "share_attained"]
    assert table.heads[:6] == [view.words(name) for name in names]
    assert len(oracle.paragraphs(view.page.towns())) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_says_how_much_rests_on_computed_shares(demo_processed, language):
    """Only what is settled counts; a sentence of its own before all others."""

    def edit(attained):
        for target, state in {
            "T20": "attained",
            "T35": "not attained",
            "T52": "on track",
            "T53": "no data",
        }.items():
            place = oracle.cell(attained, CITY, target)
            attained.loc[place, ["state", "note"]] = [state, "incomplete|1|2;quota_computed"]

    view = edited(demo_processed, edit, language=language)
    told = {
        "zh": "其中2项按试算的分解数判定，正式分解数下达后以下达数为准。",
        "en": "Of these, 2 are judged by a provisional share; once official shares are set, "
        "these count.",
    }[language]
    page = oracle.soup(view.page.headline())
    first, *others = [oracle.text(p) for p in page.find_all("p") if not p.get("class")]
    assert first == told and told not in others


# The departments.


OTHER_STATES = [
    ("pending", "未到期", "pending"),
    ("not applicable", "不适用", "not applicable"),
    ("reported", "不作判定", "not judged"),
]


def check_owners(view: View) -> None:
    block, language = view.page.owners(), view.language
    (table,) = oracle.tables(block)
    answering = {target["owner"] for target in TARGETS.values()}
    owners = [name for name in oracle.FORMS["senders"] if name in answering]
    expected, others_of_any = [], False
    for owner in owners:
        states = [row.state for row in view.own if TARGETS[row.target]["owner"] == owner]
        met = states.count("attained") + states.count("on track")
        short = states.count("not attained") + states.count("behind")
        others = [
            f"{zh}{n}项" if language == "zh" else f"{n} {en}"
            for state, zh, en in OTHER_STATES
            if (n := states.count(state))
        ]
        others_of_any |= bool(others)
        counts = [f"{n}" for n in (len(states), met, short, states.count("no data"))]
        name = oracle.sender_name(owner, language)
        expected.append([name, *counts, oracle.joined(others, language)])
    assert others_of_any and table.rows == expected
    assert sum(int(row[1]) for row in table.rows) == 75
    heads = ["owner", "owned", "met_count", "short_count", "unknown_count", "others_count"]
    assert table.heads == [view.words(name) for name in heads]
    pages = [quote(f"department-{owner}") for owner in owners]
    assert [row.a["data-page"] for row in table.elements] == pages


def test_the_departments(view):
    check_owners(view)


# The city's own results.


def test_the_citys_totals(view):
    block, language = view.page.targets(), view.language
    (table,) = oracle.tables(block)
    heads = ["target", "clause", "required", "counts", "value", "state", "gap", "needed", "note"]
    assert table.heads == [view.words(name) for name in heads]
    expected, last = [], None
    for row in view.own:
        heading = oracle.section(row.target)["title"][language]
        if heading != last:
            expected.append([heading])
            last = heading
        expected.append(
            [
                oracle.numbered(row.target, language),
                oracle.clause(row.target),
                oracle.required(row, language),
                oracle.counts(row),
                oracle.value(row, language),
                oracle.signed(row.state, language),
                oracle.gap(row, language),
                oracle.needed(row, language),
                oracle.note(row, view.words),
            ]
        )
    assert len(expected) == 75 + 10 and table.rows == expected
    own = [row for row in table.elements if row.td]
    assert [row["id"] for row in own] == [f"t-{row.target}" for row in view.own]
    assert [row.a["href"] for row in own] == [f"#s-{row.target}" for row in view.own]


# Scores and ranks.


def check_ranking(view: View) -> None:
    block, language, words = view.page.ranking(), view.language, view.words
    (table,) = oracle.tables(block)
    order = in_league_order(view)
    scores = view.source.subscores.set_index(["unit", "clause"])["score"].to_dict()
    known = [key for key, score in scores.items() if not pd.isna(score)]
    scored = {clause for unit, clause in known if unit in NAMES}
    sections = [section for section in oracle.YEAR["sections"] if section["clause"] in scored]
    assert table.heads == [words("unit"), words("score"), *(s["title"][language] for s in sections)]
    expected = []
    for unit in order:
        own = [scores.get((unit, section["clause"])) for section in sections]
        each = [oracle.points(score) or words("not_scored") for score in own]
        shown = oracle.points_beside(view.scores[unit].score, view.scores)
        expected.append([view.name(unit), shown, *each])
    assert len(expected) == 20 and table.rows == expected
    ranked = [view.scores[unit] for unit in order if not pd.isna(view.scores[unit].rank)]
    places = {"zh": "{}第{}名（{}）", "en": "{} {} ({})"}[language]
    told = []
    for own in ranked:
        likely = oracle.span(own.rank_low, own.rank_high, language)
        told.append(places.format(view.name(own.unit), own.rank, likely))
    assert oracle.alts(block) == [f"{words('ranking_figure')} {oracle.joined(told, language)}"]
    method = {
        "zh": "把各项权重在上下25%内随机变动、把抽样率在抽样误差内重抽，共2000次，去掉两头各5%",
        "en": "weights moved at random by up to 25% either way and sampled rates redrawn "
        "within their sampling error, 2000 times, less 5% at either end",
    }
    if not view.page.over:
        method = {"zh": "模拟年末结果2000次，去掉两头各5%", "en": "simulated 2000 times"}
    (said,) = oracle.paragraphs(block)
    assert method[language] in said
    assert oracle.captions(block) == [words("ranking_note")]


def test_the_ranking(view):
    check_ranking(view)


def test_a_unit_without_rank_is_in_the_table_of_subscores_and_not_in_the_figure(demo_processed):
    scores = oracle.source(demo_processed, END).scores.copy()
    lost = scores.index[scores["unit"] == "新庄街道"].item()
    for column in ("score", "rank", "rank_low", "rank_high"):
        scores.loc[lost, column] = pd.NA
    view = edited(demo_processed, lambda attained: None, scores=scores)
    check_ranking(view)
    assert oracle.tables(view.page.ranking())[0].rows[-1][:2] == ["Xinzhuang Subdistrict", ""]
    assert "Xinzhuang" not in oracle.alts(view.page.ranking())[0]


def test_without_scoring_there_is_no_ranking(unscored):
    block = unscored.page.ranking()
    assert oracle.paragraphs(block) == [unscored.words("score_unset")]
    assert not oracle.tables(block) and not oracle.alts(block)


# Rates against the city's.


def limits(n: int, rate: float, coverage: float) -> tuple[float, float]:
    """Binomial quantiles around a rate, interpolated (Spiegelhalter)."""
    if rate in (0.0, 1.0):
        return rate, rate
    tail = (1 - coverage) / 2
    ends = []
    for each in (rate, 1 - rate):
        here = int(binom.ppf(tail, n, each))
        step = binom.pmf(here, n, each)
        at = here - (binom.cdf(here, n, each) - tail) / step
        ends.append(min(max(at / n, 0), 1))
    return ends[0], 1 - ends[1]


@dataclass
class Rate:
    unit: str
    target: str
    passed: int
    of: int
    city: float
    beyond: str
    chance: float


def rates(view: View) -> list[Rate]:
    """Every unit's rates beside the city's, and where they lie."""
    rated = [t for t in TARGETS if oracle.is_rate(t)]
    counts = {}
    for row in view.attained.itertuples(index=False):
        if row.target in rated and not pd.isna(row.denominator) and row.denominator > 0:
            counts[row.unit, row.target] = (int(row.numerator), int(row.denominator))
    found = []
    for (unit, target), (passed, n) in counts.items():
        if unit == CITY or (CITY, target) not in counts:
            continue
        whole = counts[CITY, target]
        centre, value = whole[0] / whole[1], passed / n
        low, high = limits(n, centre, 0.95)
        lowest, highest = limits(n, centre, 0.998)
        beyond = "below" if value < low else "above" if value > high else ""
        beyond = f"far {beyond}" if value < lowest or value > highest else beyond
        outside = math.ceil(low * n) - 1, math.floor(high * n)
        chance = binom.cdf(outside[0], n, centre) + binom.sf(outside[1], n, centre)
        found.append(Rate(unit, target, passed, n, centre, beyond, chance))
    return found


WHERE = {
    "far below": ("低于99.8%界限", "below the 99.8% limit"),
    "below": ("低于95%界限", "below the 95% limit"),
    "above": ("高于95%界限", "above the 95% limit"),
    "far above": ("高于99.8%界限", "above the 99.8% limit"),
}


def check_funnel(view: View) -> list[Rate]:
    block, language, words = view.page.funnel(), view.language, view.words
    every = rates(view)
    out = [rate for rate in every if rate.beyond]
    chance = sum(rate.chance for rate in every)
    method = words("funnel_method", n=len(every), chance=f"{chance:.1f}")
    drawn = oracle.joined([oracle.title(t, language) for t in ("T01", "T04", "T05")], language)
    outside = oracle.joined(dict.fromkeys(view.name(rate.unit) for rate in out), language)
    nobody = {"zh": "没有", "en": "none"}[language]
    alt = {
        "zh": f"{drawn}：各单位的率与界限；界限之外：{outside or nobody}",
        "en": f"{drawn}: each unit's rate and the limits; outside: {outside or nobody}",
    }
    assert len(every) > 200 and oracle.alts(block) == [alt[language]]
    assert oracle.paragraphs(block) == [method] + ([] if out else [words("funnel_inside")])
    found = oracle.tables(block)
    assert len(found) == bool(out)
    for table in found:
        heads = ["target", "unit", "counts", "value", "city_rate", "beyond"]
        assert table.heads == [words(name) for name in heads]
        assert table.rows == [
            [
                oracle.numbered(rate.target, language),
                view.name(rate.unit),
                f"{rate.passed} / {rate.of}",
                f"{100 * rate.passed / rate.of:.1f}%",
                f"{100 * rate.city:.1f}%",
                WHERE[rate.beyond][LANGUAGES.index(language)],
            ]
            for rate in out
        ]
    return out


def test_units_outside_the_limits(view):
    assert check_funnel(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_outside_on_either_side_near_and_far(demo_processed, language):
    wanted = {"far below": (20, 40), "below": (34, 40)}
    wanted |= {"above": (100, 100), "far above": (250, 250)}
    of = ["numerator", "denominator", "value"]

    def edit(attained):
        of_target = attained["target"] == "T01"
        city = attained["unit"] == CITY
        attained.loc[of_target & ~city, of] = [38, 40, 0.95]
        attained.loc[of_target & city, of] = [950, 1000, 0.95]
        for unit, (passed, n) in zip(NAMES, wanted.values(), strict=False):
            place = oracle.cell(attained, unit, "T01")
            attained.loc[place, of] = [passed, n, passed / n]

    view = edited(demo_processed, edit, language=language)
    out = check_funnel(view)
    assert [rate.beyond for rate in out if rate.target == "T01"] == [*wanted]


def test_nobody_outside_the_limits_and_nothing_to_compare(demo_processed):
    def alike(attained):
        rated = attained["kind"].eq("share") & attained["denominator"].gt(0)
        attained.loc[rated, "numerator"] = attained.loc[rated, "denominator"]
        attained.loc[rated, "value"] = 1.0

    assert check_funnel(edited(demo_processed, alike)) == []

    def without(attained):
        rated = attained["kind"].eq("share")
        attained.loc[rated, ["denominator", "numerator", "value"]] = pd.NA

    view = edited(demo_processed, without)
    block = view.page.funnel()
    assert oracle.paragraphs(block) == [view.words("funnel_none")] and not oracle.tables(block)


# Shares in the city's counts.


def seats(weights: dict[str, float], n: int) -> dict[str, int]:
    """Sainte-Laguë, seat by seat; of equal claims the larger weight comes first, then the name."""
    held = dict.fromkeys(weights, 0)
    for _ in range(n):
        claims = {unit: Fraction(weight) / (2 * held[unit] + 1) for unit, weight in weights.items()}
        held[min(claims, key=lambda unit: (-claims[unit], -weights[unit], unit))] += 1
    return held


def test_shares_in_the_citys_counts(view):
    block, language, words = view.page.quotas(), view.language, view.words
    (table,) = oracle.tables(block)
    measures = view.source.measures
    before = measures[(measures["target"] == "firms_of_scale") & (measures["year"] == 2012)]
    firms = {row.unit: row.value for row in before.itertuples(index=False)}
    split = [t for t in TARGETS if "split" in TARGETS[t]]
    basis = oracle.YEAR["bases"]["firms_of_scale"]["title"][language]
    titles = [oracle.title(t, language) for t in split]
    assert len(split) == 6 and table.heads == [words("unit"), basis, *titles]
    asked = {t: int(oracle.least(t)) for t in split}
    quotas = {t: seats({unit: firms[unit] for unit in NAMES}, asked[t]) for t in split}
    rows = {(row.unit, row.target): row for row in view.attained.itertuples(index=False)}

    def told(unit: str, target: str, quota: int) -> str:
        row = rows[unit, target]
        have, chinese = int(row.numerator), language == "zh"
        if not quota:
            return f"不考核（实绩{have}）" if chinese else f"no share (has {have})"
        missing = {"zh": "（缺报）", "en": " (returns missing)"}[language]
        lacking = missing if row.state == "no data" else ""
        return (f"{have}／{quota}" if chinese else f"{have} / {quota}") + lacking

    expected = []
    for unit in NAMES:
        each = [told(unit, t, quotas[t][unit]) for t in split]
        expected.append([view.name(unit), oracle.plain(firms[unit]), *each])
    expected.append([view.name(CITY), "", *(told(CITY, t, asked[t]) for t in split)])
    assert table.rows == expected
    listed = oracle.joined(titles, language)
    by = {"zh": f"分解依据：{basis}（{listed}）。", "en": f"Split by: {basis} ({listed})."}
    assert oracle.paragraphs(block) == [by[language], words("quotas_ties")]


# Tasks.


def tasks(view: View) -> list:
    return [row for row in view.own if oracle.require(row.target) == "done"]


def check_milestones(view: View, kinds: dict[str, int]) -> None:
    block, language = view.page.milestones(), view.language
    assert len(tasks(view)) == 20 and not oracle.tables(block)
    alt = {
        "zh": f"任务时间线：按期完成{kinds['in time']}项，迟完成{kinds['late']}项，"
        f"到期未完成{kinds['overdue']}项，未到期{kinds['ahead']}项。",
        "en": f"Time line of tasks: {kinds['in time']} done in time, {kinds['late']} done late, "
        f"{kinds['overdue']} overdue, {kinds['ahead']} not yet due.",
    }
    assert oracle.alts(block) == [alt[language]]


def kinds_of(view: View) -> dict[str, int]:
    """Tasks with a day that they are due, by what the note says of them."""
    names = {"done_on": "in time", "done_late": "late", "overdue": "overdue", "due_on": "ahead"}
    found = dict.fromkeys(names.values(), 0)
    for row in tasks(view):
        for reason in row.note.split(";"):
            if (code := reason.split("|")[0]) in names:
                found[names[code]] += 1
    return found


def test_tasks(view):
    kinds = kinds_of(view)
    by_hand = {MIDYEAR: [8, 0, 0, 11], END: [15, 1, 2, 1]}
    assert list(kinds.values()) == by_hand[view.source.as_of]
    check_milestones(view, kinds)


def test_of_tasks_of_both_the_citys_row_is_its_own_and_its_note_counts_the_units(view):
    """Who has done it are the units with a day on which they did; counts are left to the note."""
    rows = {row.target: row for row in tasks(view) if TARGETS[row.target]["for"] == "both"}
    assert [*rows] == ["T30", "T37", "T51", "T58", "T61", "T62", "T71", "T74"]
    did = view.attained[view.attained["done"].notna() & view.attained["unit"].isin(NAMES)]
    shown = {row[0]: row for row in oracle.tables(view.page.targets())[0].rows}
    for target, row in rows.items():
        done = (did["target"] == target).sum()
        assert "city_by_itself" in TARGETS[target]["assumptions"]
        told = {"zh": f"市本级所报；各单位已完成{done}／20"}
        told["en"] = f"the city by its own row; {done} of 20 units have done theirs"
        cells = shown[oracle.numbered(target, view.language)]
        assert cells[-1].endswith(told[view.language]) and cells[3] == ""
        assert pd.isna(row.numerator) and pd.isna(row.denominator)
    each = [row for row in tasks(view) if TARGETS[row.target]["for"] == "each"]
    assert each and all(row.denominator == 20 and "by_itself" not in row.note for row in each)


# The year before.


def previous(row, language: str) -> str:
    if oracle.is_rate(row.target):
        before = Fraction(int(row.previous_numerator), int(row.previous_denominator))
        return oracle.percent(before, oracle.least(row.target))
    return oracle.amount(row.previous, row.target, language)


def few(row) -> bool:
    rated = oracle.is_rate(row.target)
    return not rated and not pd.isna(row.change_low) and row.numerator + row.previous_numerator < 10


def interval(row, language: str) -> str:
    """Of rates in points, of counts as a ratio."""
    if pd.isna(row.change_low):
        return ""
    if oracle.is_rate(row.target):
        ends = [100 * row.change_low, 100 * row.change_high]
        low, high = (("−" if end < 0 else "+") + f"{abs(end):.1f}" for end in ends)
        return f"{low}至{high}个百分点" if language == "zh" else f"{low} to {high} points"
    if few(row):
        return "个数太少，不作比较" if language == "zh" else "too few to compare"
    ends = (row.change_low, row.change_high)
    low, high = (f"{end:.1f}" if math.isfinite(end) else "∞" for end in ends)
    return f"{low}至{high}倍" if language == "zh" else f"{low} to {high} times"


TRENDS = {
    "better": ("明显好转", "better (beyond chance)"),
    "worse": ("明显变差", "worse (beyond chance)"),
    "level": ("无明显变化", "within chance"),
}


def trend(row, language: str) -> str:
    return TRENDS[row.trend][LANGUAGES.index(language)] if row.trend and not few(row) else ""


def worse_than_before(view: View) -> list:
    """Missed or behind and worse than the year before, those beyond chance first."""
    found = []
    for row in view.own:
        more_is_worse = oracle.require(row.target).startswith("<")
        if row.state not in SHORT or pd.isna(row.change):
            continue
        if row.change > 0 if more_is_worse else row.change < 0:
            found.append(row)
    return sorted(found, key=lambda row: row.trend != "worse")


def check_change(view: View) -> list[str]:
    """The targets that are told to be worse."""
    block, language, words = view.page.change(), view.language, view.words
    known = [row for row in view.own if not pd.isna(row.previous) and not pd.isna(row.value)]
    rated = [row for row in known if oracle.is_rate(row.target)]
    each = {"zh": "{}由{}到{}", "en": "{} from {} to {}"}[language]
    told = []
    for row in rated:
        value = oracle.value(row, language)
        told.append(each.format(oracle.title(row.target, language), previous(row, language), value))
    assert len(rated) > 10 and oracle.alts(block) == [
        words("change_figure", list=oracle.after(told, language)).replace("\n", " ")
    ]
    found = oracle.tables(block)
    assert found[0].heads == [
        *(words(name) for name in ["target", "previous", "value"]),
        *(words(name) for name in ["change", "change_interval", "trend"]),
    ]
    assert found[0].rows == [
        [
            oracle.numbered(row.target, language),
            previous(row, language),
            oracle.value(row, language),
            oracle.change(row.change, row.target, language),
            interval(row, language),
            trend(row, language),
        ]
        for row in known
        if row.previous != 0 or row.value != 0
    ]
    assert len(found[0].rows) > 20
    parted = mix_and_rate(view)
    worse = worse_than_before(view)
    assert len(found) == 1 + bool(parted) + bool(worse)
    if parted:
        heads = ["target", "change", "mix_part", "rate_part"]
        if any(row[-1] for row in parted):
            heads.append("mix_note")
        else:
            parted = [row[:-1] for row in parted]
        assert found[1].heads == [words(name) for name in heads] and found[1].rows == parted
    sampled = [row for row in worse if not pd.isna(row.low)]
    clear = sum(row.trend == "worse" for row in sampled)
    note = [words("worsening_note", n=len(sampled), clear=clear)]
    method = [words("mix_and_rate_method")]
    assert oracle.paragraphs(block) == method * bool(parted) + note * bool(sampled)
    for table in found[1 + bool(parted) :]:
        heads = ["target", "required", "previous", "value", "change", "trend"]
        assert table.heads == [words(name) for name in heads]
        assert table.rows == [
            [
                oracle.numbered(row.target, language),
                oracle.required(row, language),
                previous(row, language),
                oracle.value(row, language),
                oracle.change(row.change, row.target, language),
                trend(row, language),
            ]
            for row in worse
        ]
    return [row.target for row in worse]


def mix_and_rate(view: View) -> list[list[str]]:
    """Both parts of each change that was not written by hand, to which they add up."""
    language, words = view.language, view.words
    items, expected = view.page.parted, []
    for row in view.own:
        of = items[items["target"] == row.target]
        mix, own = of["mix"].sum(), of["rate"].sum()
        if len(of) and abs(mix + own - row.change) < 1e-9:
            texts = [oracle.difference(part, row.target, language) for part in (mix, own)]
            change = oracle.change(row.change, row.target, language)
            note = words("simpson") if own * row.change < 0 else ""
            expected.append([oracle.numbered(row.target, language), change, *texts, note])
    return expected


def test_the_year_before(view):
    assert check_change(view) and len(mix_and_rate(view)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missed_and_worse(demo_processed, language):
    """More incidents are worse, fewer passes are; those beyond chance come first.

    What is met, or better than the year before, is not told.
    """

    def edit(attained):
        for target, state, change, beyond in [
            ("T01", "not attained", -0.01, "level"),
            ("T02", "attained", -0.01, ""),
            ("T04", "behind", -0.02, "worse"),
            ("T05", "not attained", 0.01, "better"),
            ("T07", "not attained", 0.0, ""),
            ("T63", "not attained", 2.0, "worse"),
        ]:
            place = oracle.cell(attained, CITY, target)
            attained.loc[place, ["state", "change", "trend"]] = [state, change, beyond]
        incidents = oracle.cell(attained, CITY, "T63")
        of = ["value", "previous", "numerator", "previous_numerator", "change_low", "change_high"]
        attained.loc[incidents, of] = [12.0, 10.0, 12, 10, 0.5, math.inf]

    worse = check_change(edited(demo_processed, edit, language=language))
    assert worse[:2] == ["T04", "T63"] and "T01" in worse[2:]
    assert not {"T02", "T05", "T07"} & {*worse}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_is_no_sampled_rate_chance_is_not_spoken_of(demo_processed, language):
    """Incidents and counts in full fall and rise, but no sample regresses to the mean."""

    def edit(attained):
        missed = attained["unit"].eq(CITY) & attained["state"].isin(SHORT)
        attained.loc[missed, "state"] = "attained"
        place = oracle.cell(attained, CITY, "T63")
        of = ["state", "change", "value", "previous", "numerator", "previous_numerator"]
        attained.loc[place, of] = ["not attained", 2.0, 12.0, 10.0, 12, 10]
        attained.loc[place, ["change_low", "change_high", "trend"]] = [0.5, math.inf, "worse"]

    view = edited(demo_processed, edit, language=language)
    assert check_change(view) == ["T63"]
    words = {"zh": "向均值回归", "en": "regression to the mean"}[language]
    assert words not in oracle.text(oracle.soup(view.page.change()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("known", "probability", "said"),
    [
        ({}, 0.414, True),
        ({}, None, False),  # nothing that vetoes may still come
        ({"end_grade": "C"}, 0.414, False),
        ({"end_chance": 0.49}, 0.414, False),  # no grade is likelier than not
        ({"vetoed": True}, 0.414, False),  # it came already, which is said
        ({"end_low": 60.0}, 0.414, True),
        ({"end_low": 59.9}, 0.414, False),  # its score alone may be as low
    ],
)
def test_a_veto_that_may_still_come_is_said(demo_processed, language, known, probability, said):
    scores = oracle.source(demo_processed, MIDYEAR).scores.copy()
    at = scores.index[scores["unit"] == CITY].item()
    usual = {"end_grade": "D", "end_chance": 0.5, "end_low": 84.0, "vetoed": False}
    for name, value in (usual | known).items():
        scores.loc[at, name] = value

    def edit(attained):
        attained.loc[oracle.cell(attained, CITY, "T63"), "probability"] = probability

    view = edited(demo_processed, edit, MIDYEAR, language, scores)
    told = {
        "zh": "年末最可能为D级，是因为一票否决事项仍可能发生："
        f"年末仍达成的可能性，{oracle.numbered('T63', 'zh')}为41%。",
        "en": "Grade D is the likeliest at the end because of what vetoes a grade and may still "
        f"come; the chance that it does not: {oracle.numbered('T63', 'en')} 41%.",
    }[language]
    page = oracle.soup(view.page.headline())
    lines = [oracle.text(p) for p in page.find_all("p") if not p.get("class")]
    assert (told in lines) == said
