"""Slides and mail of the demo, read back: their numbers are those of the tables."""

import functools
import re
import tempfile
from codecs import BOM_UTF8
from collections import Counter
from pathlib import Path

import city_oracle as oracle
import pytest
from city_oracle import CITY, SHORT, TARGETS, TOWNS
from pptx.util import Mm
from slide_files import (
    HALF,
    MAY,
    MOVED,
    OVER,
    PACKS,
    SINCE,
    city_page,
    lines,
    names_of,
    results,
    slides,
    tables,
)
from word_files import opened, texts

from yxq.papers import make
from yxq.report.pages import FrontPage
from yxq.tables.digests import sha
from yxq.words.wording import LANGUAGES

NAMES = [unit["name"] for unit in TOWNS]
GOOD = {"attained": 2, "on track": 1, "behind": -1, "not attained": -2}
FILES = {"zh": ("汇报幻灯片.pptx", "邮件.txt"), "en": ("slides.pptx", "mail.txt")}


class Shown:
    """Slides and mail of a pack, the page that they are made of, and that of the pack before."""

    def __init__(self, processed: Path, days, language: str, place: Path) -> None:
        self.language, self.over = language, days == OVER
        self.page = city_page(processed, days, language)
        self.former = results(processed, MAY) if days == HALF else None
        with pytest.MonkeyPatch.context() as patch:
            own = [make.Paper("paper_slides"), make.Paper("paper_mail")]
            patch.setattr(make, "papers", lambda *_: own)
            self.failed = make.write(self.page, place)
        self.files = {file.name: file.read_bytes() for file in place.iterdir()}
        deck, mail = (self.files[name] for name in FILES[language])
        self.slides = slides(deck)
        self.mail = mail.removeprefix(BOM_UTF8).decode("utf-8")
        self.attained, self.scores = self.page.source.attained, self.page.source.scores

    def unit(self, name: str) -> str:
        return oracle.unit_name(name, self.language)

    def states(self, unit: str = CITY) -> dict[str, str]:
        mine = self.attained[self.attained["unit"] == unit]
        return dict(zip(mine["target"], mine["state"], strict=True))

    def counted(self, unit: str = CITY) -> Counter:
        return Counter(self.states(unit).values())

    def row(self, target: str):
        of = self.attained[(self.attained["unit"] == CITY) & (self.attained["target"] == target)]
        return next(of.itertuples(index=False))

    def said(self, n: int) -> str:
        return "\n".join(lines(self.slides[n]))


@functools.cache
def of(processed: Path, days, language: str) -> Shown:
    """The same, made once."""
    with tempfile.TemporaryDirectory() as place:
        return Shown(processed, days, language, Path(place))


@pytest.fixture(params=PACKS, ids=lambda pack: f"{pack[0][0]}-{pack[1]}")
def shown(request, demo_processed):
    return of(demo_processed, *request.param)


def test_six_slides_and_a_mail_that_say_what_they_are(shown):
    assert shown.failed == {} and set(shown.files) == set(FILES[shown.language])
    assert len(shown.slides) == 6
    marks = {"zh": ("代拟稿", "演示数据（合成）"), "en": ("Draft", "synthetic data")}
    days = [oracle.date(day, shown.language) for day in (shown.page.as_of, shown.page.received_by)]
    everything = [
        "\n".join([*lines(slide), *(str(table) for table in tables(slide))])
        for slide in shown.slides
    ]
    for said in [*everything, shown.mail]:
        assert not re.search(r"\{\{|\}\}|\{%|%\}|\{#|None|nan\b|Undefined", said)
        assert all(word in said for word in [*marks[shown.language], *days])
    if shown.language == "zh":
        assert ("均为暂列" in everything[0]) != shown.over
        assert ("年末方可定论" in everything[5]) != shown.over
        assert ("2013年上半年" in everything[0]) != shown.over
    else:
        assert not re.search("[\u4e00-\u9fff]", "".join([*everything, shown.mail]))


def test_nothing_is_outside_a_slide_and_no_text_box_beside_another(shown):
    width, height = Mm(338.667), Mm(190.5)
    shapes = [(slide, shape) for slide in shown.slides for shape in slide.shapes]
    assert len(shapes) > 40
    for _, shape in shapes:
        assert shape.left >= 0 and shape.left + shape.width <= width + 9
        assert shape.top >= 0 and shape.top + shape.height <= height
        if shape.has_table:
            assert shape.height == sum(row.height for row in shape.table.rows)
            assert shape.width == pytest.approx(sum(c.width for c in shape.table.columns), abs=99)
    for slide in shown.slides:
        boxes = [s for s in slide.shapes if s.has_table or (s.has_text_frame and s.text_frame.text)]
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                beside = one.left >= other.left + other.width or other.left >= one.left + one.width
                under = one.top >= other.top + other.height or other.top >= one.top + one.height
                assert beside or under, (one.name, other.name)


def test_the_numbers_of_the_second_slide(shown):
    said, counts = lines(shown.slides[1]), shown.counted()
    numbers = [int(line) for line in said if line.isdigit()][:6]
    then = ("pending", "no data") if shown.over else ("on track", "behind")
    told = [75, counts["attained"], counts["not attained"], *(counts[state] for state in then)]
    assert numbers[:5] == told and sum(numbers[1:]) == 75
    city = shown.scores.set_index("unit").loc[CITY]
    score = oracle.points(city["score"])
    line = next(line for line in said if score in line)
    judged = counts["attained"] + counts["not attained"]
    if shown.language == "zh":
        assert f"75项目标，已有定论{judged}项" in line and f"{city['grade']}级" in line
        assert ("暂计" in line and "暂评" in line) != shown.over
    else:
        assert f"75 targets {judged} are settled" in line and f"grade {city['grade']}" in line
        assert "provisional" in line and "for now" in line
    units = shown.scores[shown.scores["unit"] != CITY]
    each = Counter(units["grade"])
    line = next(line for line in said if {"zh": "各单位", "en": "Grades"}[shown.language] in line)
    form = {"zh": "{}级{}个", "en": "{} {}"}[shown.language]
    assert all(form.format(grade, n) in line for grade, n in each.items()) and len(each) > 1


def test_what_has_moved_since_the_former_pack(shown):
    said = shown.said(1)
    if not shown.former:
        ranked = shown.scores.dropna(subset="rank").sort_values("rank", kind="stable")["unit"]
        assert "没有可以相比的上期" in said and "→" not in said and "与上期" not in shown.mail
        assert all(unit in said for unit in [*ranked.head(3), *ranked.tail(3)])
        return
    before = shown.former.attained
    before = before[before["unit"] == CITY].set_index("target")["state"]
    now = shown.states()
    ways: dict[str, list[str]] = {"up": [], "down": []}
    for target, state in now.items():
        was, gone = before[target], GOOD.get(state, 0) - GOOD.get(before[target], 0)
        if (was in ("attained", "on track") or state in GOOD) and gone:
            ways["up" if gone > 0 else "down"].append(target)
    assert len(ways["up"]) > 3 and len(ways["down"]) == 2
    form = {
        "zh": ("全市目标转好{}项", "全市目标转差{}项", "全市目标转好{}项，转差{}项"),
        "en": ("went up: {}", "went down: {}", "{} of the city's targets went up, {} down"),
    }[shown.language]
    assert form[0].format(len(ways["up"])) in said and form[1].format(len(ways["down"])) in said
    assert form[2].format(len(ways["up"]), len(ways["down"])) in shown.mail
    for target in ways["down"]:
        states = [
            oracle.state_name(state, shown.language) for state in (before[target], now[target])
        ]
        arrow = {"zh": "（{}→{}）", "en": " ({} → {})"}[shown.language].format(*states)
        begin = oracle.title(target, shown.language)[:5]
        assert re.search(rf"{re.escape(begin)}[^→]*{re.escape(arrow)}", said), target
    scores = [each.set_index("unit") for each in (shown.former.scores, shown.scores)]
    arrow = {"zh": "{}分→{}分", "en": "{} → {}"}[shown.language]
    assert arrow.format(*(oracle.points(each.loc[CITY, "score"]) for each in scores)) in said
    ranks = [each["rank"].dropna().astype(int) for each in scores]
    moved = (ranks[0] - ranks[1])[lambda places: places != 0]
    first = moved[moved > 0].sort_values(ascending=False, kind="stable").index[0]
    n = int((moved > 0).sum()), int((moved < 0).sum())
    words = {"zh": ("上升{}个", "下降{}个"), "en": ("gained by {} ", "lost by {} ")}
    assert all(w.format(k) in said for w, k in zip(words[shown.language], n, strict=True))
    line = next(line for line in said.split("\n") if words[shown.language][0].format(n[0]) in line)
    rank = re.search(r"(\d+) ?→ ?(\d+)", line.partition(shown.unit(first))[2])
    assert rank and [*map(int, rank.groups())] == [ranks[0][first], ranks[1][first]]


def test_names_of_what_has_moved(demo_processed):
    since = names_of(of(demo_processed, HALF, "zh").page)["since"]
    assert set(since) == SINCE and since["as_of"] == "2013年5月31日"
    for way in ("up", "down"):
        assert {frozenset(move) for move in since[way]} == {frozenset(MOVED)}
        assert [move["n"] for move in since[way]] == [*range(1, len(since[way]) + 1)]
    before = results(demo_processed, MAY).attained
    rows = before[before["unit"] == CITY].set_index("target")
    moved = {move["id"]: move for move in [*since["up"], *since["down"], *since["otherwise"]]}
    assert len(moved) > 10
    for target, move in moved.items():
        assert move["state_before"] == oracle.state_name(rows.loc[target, "state"], "zh")
        assert move["title"] == oracle.title(target, "zh") and move["causes"]
    for way, sign in (("units_up", 1), ("units_down", -1)):
        places = [sign * (int(u["rank_before"]) - int(u["rank"])) for u in since[way]]
        assert places == sorted(places, reverse=True) and min(places) > 0


def test_the_leaders_page_says_what_has_moved(shown, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "papers", lambda *_: [make.Paper("paper_leader")])
        assert make.write(shown.page, tmp_path) == {}
    (file,) = tmp_path.iterdir()
    said = "\n".join(texts(opened(file)))
    form = {
        "zh": (r"相比，全市目标转好(\d+)项，转差(\d+)项", "{}（{}分，上期第{}位）"),
        "en": (r"\) (\d+) of the city's targets went up, (\d+) down", "{} ({}, rank {} before)"),
    }[shown.language]
    found = re.search(form[0], said)
    if not shown.former:
        assert found is None and "上期" not in said
        return
    since = names_of(shown.page)["since"]
    assert [*map(int, found.groups())] == [len(since["up"]), len(since["down"])]
    before, now = (each.set_index("unit") for each in (shown.former.scores, shown.scores))
    order = now["rank"].dropna().sort_values(kind="stable").index
    ends = [*order[:3], *order[-3:]]
    moved = [unit for unit in ends if before.loc[unit, "rank"] != now.loc[unit, "rank"]]
    assert moved and len(moved) == said.count({"zh": "，上期第", "en": " before)"}[shown.language])
    for unit in moved:
        score = oracle.points(now.loc[unit, "score"])
        assert form[1].format(shown.unit(unit), score, before.loc[unit, "rank"]) in said


def test_every_unit_by_rank(shown):
    heads = [table[0] for table in tables(shown.slides[2])]
    rows = [row for table in tables(shown.slides[2]) for row in table[1:]]
    scores = shown.scores[shown.scores["unit"] != CITY].sort_values("rank", kind="stable")
    before = shown.former.scores.set_index("unit")["rank"] if shown.former else {}
    assert heads[0] == heads[1] and len(rows) == 20 and len(tables(shown.slides[2])) == 2
    for row, unit in zip(rows, scores.itertuples(), strict=True):
        ranks = [int(n) for n in re.findall(r"\d+", row[0])]
        assert ranks == [unit.rank, *([before[unit.unit]] if shown.former else [])]
        assert row[1].rstrip("…") and shown.unit(unit.unit).startswith(row[1].rstrip("…"))
        score, *bounds = row[2].split("\n")
        assert float(score) == pytest.approx(unit.score, abs=0.051) and row[3] == unit.grade
        ends = [float(n) for n in re.findall(r"[\d.]+", "".join(bounds))]
        missing = unit.score_low != unit.score_high
        wanted = [unit.score_low, unit.score_high] if missing else []
        assert ends == pytest.approx(wanted, abs=0.051)
        counts = shown.counted(unit.unit)
        judged = counts["attained"] + counts["not attained"]
        assert re.findall(r"\d+", row[4]) == [f"{counts['attained']}", f"{judged}"]
    if shown.language == "zh":
        assert ("按得分范围的下限定" in shown.said(2)) == shown.over == ("范围" in heads[0][2])


def test_what_is_missed_and_by_whom(shown):
    (table,) = tables(shown.slides[3])
    units = {t: [u for u in NAMES if shown.states(u).get(t) in SHORT] for t in TARGETS}
    now = shown.states()
    lacking = [target for target in TARGETS if now[target] in SHORT or units[target]]
    lacking.sort(key=lambda target: (now[target] not in SHORT, -len(units[target])))
    assert [row[0].split()[0] for row in table[1:]] == lacking[:8] and len(lacking) > 8
    for target, row in zip(lacking, table[1:], strict=False):
        result, named = shown.row(target), [shown.unit(unit) for unit in units[target]]
        for cell, whole in (
            (row[0], oracle.numbered(target, shown.language)),
            (row[1], oracle.sender_name(TARGETS[target]["owner"], shown.language)),
            (row[2], oracle.required(result, shown.language)),
            (row[3], oracle.value(result, shown.language)),
        ):
            assert whole.startswith(cell.rstrip("…")) and bool(cell) == bool(whole)
        assert row[4] == oracle.state_name(result.state, shown.language)
        listed = oracle.joined(named[:3], shown.language)
        assert listed.startswith(row[6].split("…")[0].split("等")[0].split(", 1")[0][:9])
        assert len(named) <= 3 or f"{len(named)}" in row[6]
    said = shown.said(3)
    more = {"zh": "另有{}项，见通报附件3", "en": "{} more are in Annex 3"}[shown.language]
    assert more.format(len(lacking) - 8) in said and f"{len(lacking)}" in said


def test_what_is_to_be_decided_and_who_is_to_be_called(shown):
    front = FrontPage(shown.page.source, shown.page.words, CITY, shown.page.plan.towns)
    index = [oracle.text(li) for li in oracle.soup(front.leader()[0]).find_all("li")]
    said = lines(shown.slides[4])
    decided = [re.sub(r"^\d(?:．|\. )", "", line) for line in said if re.match(r"\d[．.]", line)]
    begun = [next(item for item in index if item.startswith(d.rstrip("…"))) for d in decided]
    assert len(set(begun)) == len(decided) >= 4
    owed = shown.page.source.returns
    missing = owed[(owed["year"] == 2013) & (owed["status"] == "missing")]["sender"]
    names = {oracle.sender_name(sender, shown.language) for sender in missing}
    after = said[next(n for n, line in enumerate(said) if line in ("请催报", "To be called")) + 1 :]
    assert names and all(any(line.startswith(name) for line in after) for name in names)
    assert all(name in shown.mail for name in names)


def test_what_is_not_known(shown):
    said, counts, returns = shown.said(5), shown.counted(), shown.page.source.returns
    as_of, by = shown.page.as_of, shown.page.received_by
    due = returns[
        (returns["year"] == 2013)
        & (returns["period_to"].dt.date <= as_of)
        & (returns["due"].dt.date <= by)
    ]
    statuses = Counter(due["status"])
    came, late = statuses["arrived"] + statuses["late"], statuses["late"]
    missing = statuses["missing"]
    assert came + missing == len(due) > 20 and missing
    form = {
        "zh": "应报{}份，已到{}份（其中迟报{}份），缺报{}份",
        "en": "Of {} returns due, {} have arrived, {} of them late; {} are missing",
    }[shown.language]
    told = form.format(len(due), came, late, missing)
    assert told in said and told in shown.mail
    none = {"zh": "全市无数据{}项", "en": "{} of the city's targets are without data"}
    assert none[shown.language].format(counts["no data"]) in said and counts["no data"]
    owners = {TARGETS[t]["owner"] for t, state in shown.states().items() if state == "no data"}
    assert all(oracle.sender_name(owner, shown.language) in said for owner in owners)
    note = shown.attained["note"].str.contains("quota_computed")
    settled = shown.attained["state"].isin(["attained", "not attained"])
    mine = shown.attained["unit"] != CITY
    computed = int((note & settled & mine).sum())
    words = {"zh": "{}个按试算的分解数", "en": "{} are judged by a provisional share"}
    assert computed and words[shown.language].format(computed) in said
    general = len([one for one in shown.page.plan.period.assumptions.values() if one.general])
    assert f"{general}" in said and general > 4


def test_the_sentences_of_the_mail(shown):
    counts, said = shown.counted(), shown.mail
    assert said.count("\n") == said.count("\r\n") > 15
    met, missed = counts["attained"], counts["not attained"]
    if shown.language == "zh":
        assert (
            said.startswith("主题：《")
            and f"达标（完成）{met}项，未达标（未完成）{missed}项" in said
        )
        assert ("暂计" in said and "暂列前位" in said) != shown.over
        assert said.count("达成") == said.count("未达成")  # of a state alone, as tables name it
    else:
        assert (
            said.startswith("Subject: ") and f"{met} are attained (done) and {missed} not" in said
        )
    now = shown.states()
    for n, target in enumerate((t for t in TARGETS if now[t] in SHORT), start=1):
        head = {"zh": f"{n}．", "en": f"({n}) "}[shown.language]
        line = next(line for line in said.splitlines() if line.startswith(head))
        title = oracle.title(target, shown.language)
        assert title in line and oracle.value(shown.row(target), shown.language) in line
    ranked = shown.scores.dropna(subset="rank").sort_values("rank", kind="stable")["unit"]
    assert all(shown.unit(unit) in said for unit in [*ranked.head(3), *ranked.tail(3)])


def test_the_same_inputs_the_same_bytes(demo_processed, tmp_path):
    once = of(demo_processed, HALF, "zh").files
    again = Shown(demo_processed, HALF, "zh", tmp_path).files
    assert {n: sha(d) for n, d in once.items()} == {n: sha(d) for n, d in again.items()}
    assert set(once) == set(FILES["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_without_scores_and_one_without_units(demo_processed, language):
    shown = of(demo_processed, HALF, language)
    names = names_of(shown.page) | {"since": ""}
    unscored = {"rank": "", "score": "", "grade": "", "score_bounds": "", "end_grade": ""}
    unscored |= {"rank_before": "", "score_before": "", "grade_before": ""}
    bare = [unit | unscored for unit in names["units"]]
    plan, city = names["plan"] | {"scored": False}, names["city"] | unscored
    without = names | {"plan": plan, "city": city, "units": bare, "best": [], "worst": []}
    rows = [row for table in tables(slides(filled(shown, without))[2]) for row in table]
    assert [row[1] for row in rows[1:11]] == [unit["name"] for unit in bare[:10]]
    assert {row[n] for row in rows for n in (0, 2, 3)} == {""}
    alone = slides(filled(shown, without | {"units": [], "lacking": [], "decisions": []}))
    assert len(alone) == 6 and [tables(slide) for slide in alone] == [[]] * 6
    said = ["\n".join(lines(slide)) for slide in alone]
    words = {
        "zh": ("计划没有分解到单位", "没有未达标（未完成）或进度落后的目标", "没有需要决定的事项"),
        "en": ("The plan has no units", "No target of the city or of any unit", "Nothing."),
    }[language]
    assert all(word in text for word, text in zip(words, said[2:5], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_bounded_and_say_how_many_more(demo_processed, language):
    shown = of(demo_processed, HALF, language)
    names = names_of(shown.page)
    many = [names["units"][0] | {"name": f"U{n}", "rank": f"{n}"} for n in range(1, 61)]
    lacking = [names["lacking"][0] | {"id": f"T{n}"} for n in range(30)]
    calls = [f"C{n}" for n in range(9)]
    owing = [names["owing"][0] | {"sender": f"S{n}"} for n in range(8)]
    more = {"units": many, "lacking": lacking, "calls": calls, "owing": owing}
    deck = slides(filled(shown, names | more))
    left, right = tables(deck[2])
    assert [row[1] for row in left[1:]] == [f"U{n}" for n in range(1, 11)]
    assert [row[1] for row in right[1:]] == [f"U{n}" for n in range(51, 61)]
    said = ["\n".join(lines(slide)) for slide in deck]
    assert "60" in said[2] and "40" in said[2]
    assert len(tables(deck[3])[0]) == 9 and "30" in said[3] and "22" in said[3]
    assert "C6" in said[4] and "C7" not in said[4]
    assert {"zh": "另有2个部门", "en": "2 more are"}[language] in said[4]
    assert "S4" in said[5] and "S5" not in said[5]
    assert {"zh": "等8个部门", "en": "8 departments in all"}[language] in said[5]


def filled(shown: Shown, names: dict) -> bytes:
    template = make.Shelf(shown.page.plan.folder.path, shown.page.words).template("paper_slides")
    return template.filled(names)
