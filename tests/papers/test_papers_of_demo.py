"""The papers of the demo, read back: their numbers are those of the tables, worked out anew."""

import datetime as dt
import re
import shutil
from fractions import Fraction

import city_oracle as oracle
import pandas as pd
import pytest
from city_oracle import CITY, SHORT, STATES, TARGETS, TOWNS
from project import ROOT, posed
from slide_files import MOVED, SINCE
from word_files import made, opened, part, rows, texts

from yxq.papers import make, shelf
from yxq.papers.frames import frames
from yxq.papers.names import common, of_department, units
from yxq.plan_folders.load import SHIPPED
from yxq.report.pages import open_page
from yxq.tables.digests import sha

NAMES = [unit["name"] for unit in TOWNS]
RUNNING, OVER = ("2013-06-30", "2013-07-20"), ("2013-12-31", "2014-02-20")
PACKS = [(RUNNING, "zh"), (RUNNING, "en"), (OVER, "zh")]
TITLES = {
    "zh": ("通报", "领导一页纸", "交办单", "反馈函", "催报单"),
    "en": ("notice", "one-page", "assignment", "feedback", "reminder"),
}


class Papers:
    """The papers of a pack, and the page that they are made of."""

    def __init__(self, papers_of, days: tuple[str, str], language: str) -> None:
        self.language, self.over = language, days == OVER
        self.page, self.place, self.failed = papers_of(days, language)
        self.attained, self.scores = self.page.source.attained, self.page.source.scores
        self.kinds = dict(
            zip(("notice", "leader", "task", "feedback", "reminder"), TITLES[language], strict=True)
        )

    def paper(self, kind: str, of: str = ""):
        name = "-".join(filter(None, [self.kinds[kind], of.replace(" ", "_")]))
        return opened(self.place / f"{name}.docx")

    def unit(self, name: str) -> str:
        return oracle.unit_name(name, self.language)

    def short(self, unit: str) -> list[str]:
        mine = self.attained[(self.attained["unit"] == unit) & self.attained["state"].isin(SHORT)]
        return [target for target in TARGETS if target in set(mine["target"])]

    def row(self, unit: str, target: str):
        found = self.attained[(self.attained["unit"] == unit) & (self.attained["target"] == target)]
        return next(found.itertuples(index=False))


@pytest.fixture(scope="module", params=PACKS, ids=lambda pack: f"{pack[0][0]}-{pack[1]}")
def papers(request, papers_of):
    return Papers(papers_of, *request.param)


@pytest.fixture(scope="module")
def midyear(papers_of):
    return Papers(papers_of, RUNNING, "zh")


def state_of(result, language: str) -> str:
    """The state, and that a verdict rests on a share that nobody has set officially."""
    name = oracle.state_name(result.state, language)
    if result.state != "not attained" or "quota_computed" not in result.note:
        return name
    return {"zh": f"{name}（试算）", "en": f"{name} (provisional share)"}[language]


def test_one_to_each_who_gets_one(papers):
    assert papers.failed == {}
    files = sorted(file.name for file in papers.place.iterdir())
    of = {
        kind: {
            f.removesuffix(".docx").partition("-")[2] for f in files if f.startswith(f"{title}-")
        }
        for kind, title in papers.kinds.items()
        if kind not in ("notice", "leader")
    }
    if papers.language == "zh":
        assert of["feedback"] == set(NAMES) and {"通报.docx", "领导一页纸.docx"} < set(files)
    others = {"zh": {"汇报幻灯片.pptx", "邮件.txt"}, "en": {"slides.pptx", "mail.txt"}}
    assert others[papers.language] < set(files)
    assert len(files) == 4 + sum(map(len, of.values())) and len(of["feedback"]) == 20
    lacking = papers.attained[papers.attained["state"].isin(SHORT)]
    owners = {TARGETS[target]["owner"] for target in lacking["target"]}
    own = {oracle.sender_name(owner, papers.language).replace(" ", "_") for owner in owners}
    assert of["task"] == own


def test_no_place_is_left_open_and_all_say_what_they_are(papers):
    marks = {"zh": ("代拟稿", "演示数据（合成）"), "en": ("Draft", "synthetic data")}[
        papers.language
    ]
    files = sorted(papers.place.glob("*.docx"))
    assert len(files) > 25
    for file in files:
        said = "\n".join(texts(opened(file)))
        assert not re.search(r"\{\{|\}\}|\{%|%\}|None|nan\b", said), file.name
        assert all(mark in said for mark in marks), file.name


def test_states_of_every_unit(papers):
    table = rows(papers.paper("notice").tables[0])[1:]
    found = pd.crosstab(papers.attained["unit"], papers.attained["state"]).reindex(
        NAMES, columns=STATES, fill_value=0
    )
    total = papers.attained["unit"].value_counts()
    order = ["attained", "not attained"] + ([] if papers.over else ["on track", "behind"])
    order += ["pending", "no data", "reported", "not applicable"]
    told = {row[0]: list(map(int, row[1:])) for row in table}
    assert told == {
        papers.unit(unit): [int(total[unit]), *(int(found.loc[unit, s]) for s in order)]
        for unit in NAMES
    }


def test_scores_and_ranks(papers):
    table = rows(papers.paper("notice").tables[1])[1:]
    scores = papers.scores[papers.scores["unit"] != CITY].sort_values("rank", kind="stable")
    assert [int(row[0]) for row in table] == list(scores["rank"])
    assert [row[1] for row in table] == [papers.unit(unit) for unit in scores["unit"]]
    assert [float(row[2]) for row in table] == pytest.approx(list(scores["score"]), abs=0.051)
    assert [row[3] for row in table] == list(scores["grade"])
    assert len(table[0]) == (5 if papers.over else 6)


def test_what_is_short_and_whose(papers):
    table = rows(papers.paper("notice").tables[2])[1:]
    short = {unit: papers.short(unit) for unit in NAMES}
    units = {t: [u for u in NAMES if t in short[u]] for t in TARGETS}
    city = papers.short(CITY)
    others = [target for target in TARGETS if units[target] and target not in city]
    ids = [row[0].split()[0] for row in table]
    assert ids == [*city, *others] and city
    for target, row in zip(ids, table, strict=True):
        result = papers.row(CITY, target)
        assert row[0] == oracle.numbered(target, papers.language)
        assert row[1] == oracle.sender_name(TARGETS[target]["owner"], papers.language)
        assert row[3] == oracle.value(result, papers.language)
        assert row[4] == oracle.state_name(result.state, papers.language)
        named = [papers.unit(unit) for unit in units[target]]
        shown = row[6].split("等" if papers.language == "zh" else " and others")[0]
        assert shown == oracle.joined(named[:6], papers.language)
        assert len(named) <= 6 or f"{len(named)}" in row[6]


def test_what_is_owed(papers):
    returns = papers.page.source.returns
    of_year = returns[returns["year"] == 2013]
    as_of, by = papers.page.as_of, papers.page.received_by
    missing = of_year[(of_year["status"] == "missing")]
    assert (missing["period_to"].dt.date <= as_of).all() and (missing["due"].dt.date <= by).all()
    table = rows(papers.paper("notice").tables[3])[1:]
    whole = {"zh": "整份未报", "en": "the return"}[papers.language]
    told = sorted(row[0] for row in table if row[5] == whole)
    names = [oracle.sender_name(sender, papers.language) for sender in missing["sender"]]
    assert told == sorted(names) and told
    for sender in {row[0] for row in table}:
        own = [row[1:] for row in table if row[0] == sender]
        assert rows(papers.paper("reminder", sender).tables[0])[1:] == own


def test_the_sentences_of_the_notice(papers):
    said = "".join(texts(papers.paper("notice")))
    city = papers.attained[papers.attained["unit"] == CITY]["state"].value_counts()
    met, missed = city["attained"], city.get("not attained", 0)
    if papers.language == "en":
        assert f"targets {met + missed} are settled: {met} attained, {missed} not attained" in said
        assert f"{city['on track']} are on track for now, {city['behind']} behind" in said
    elif papers.over:
        assert f"全市75项目标中，达成{met}项，未达成{missed}项" in said
    else:
        assert f"已有定论{met + missed}项：达成{met}项，未达成{missed}项" in said
        assert f"目前进度正常{city['on track']}项，进度落后{city['behind']}项" in said
        assert "2013年上半年" in said and "暂列第1位" in said and "年末最可能" in said
    ranked = papers.scores[papers.scores["rank"].notna()].sort_values("rank", kind="stable")
    ends = [papers.unit(unit) for unit in [*ranked["unit"].head(3), *ranked["unit"].tail(3)]]
    places = [said.index(name) for name in ends]
    assert places == sorted(places)


def test_the_leaders_page(papers):
    document = papers.paper("leader")
    said = texts(document)
    ranked = papers.scores[papers.scores["rank"].notna()].sort_values("rank", kind="stable")
    line = next(line for line in said if papers.unit(ranked["unit"].iloc[0]) in line)
    assert papers.unit(ranked["unit"].iloc[-1]) in line
    (shape,) = document.inline_shapes
    described = shape._inline.docPr.get("descr")
    assert ("演示数据" if papers.language == "zh" else "synthetic data") in described
    index = [oracle.text(li) for li in oracle.soup(front(papers).leader()[0]).find_all("li")]
    decided = [re.sub(r"^\d．|^\d\. ", "", line) for line in said]
    assert len([line for line in index if line in decided]) >= 3


def front(papers):
    from yxq.report.pages import FrontPage

    return FrontPage(papers.page.source, papers.page.words, CITY, papers.page.plan.towns)


def test_feedback_to_every_unit(papers):
    for unit in NAMES:
        document, short = papers.paper("feedback", papers.unit(unit)), papers.short(unit)
        states = papers.attained[papers.attained["unit"] == unit]["state"].value_counts()
        said = "".join(texts(document))
        n = states.get("attained", 0), states.get("not attained", 0)
        words = {
            "zh": f"达成{n[0]}项，未达成{n[1]}项",
            "en": f"{n[0]} attained, {n[1]} not attained",
        }
        assert words[papers.language] in said, unit
        most = {"zh": 8, "en": 6}[papers.language]
        table = rows(document.tables[0])[1:] if short else []
        assert [row[0] for row in table] == [
            oracle.numbered(t, papers.language) for t in short[:most]
        ]
        for target, row in zip(short, table, strict=False):
            result = papers.row(unit, target)
            assert row[3] == oracle.value(result, papers.language)
            assert row[4] == state_of(result, papers.language)
        assert (f"{len(short) - most}项，见本单位" in said) == (
            len(short) > most
        ) or papers.language == "en"


def test_assignments_name_the_departments_own_targets_only(papers):
    lacking = papers.attained[papers.attained["state"].isin(SHORT)]
    owners = {TARGETS[target]["owner"] for target in lacking["target"]}
    assert len(owners) > 3
    for owner in owners:
        table = rows(papers.paper("task", oracle.sender_name(owner, papers.language)).tables[0])[1:]
        ids = [row[0].split()[0] for row in table]
        own = {target for target in lacking["target"] if TARGETS[target]["owner"] == owner}
        assert set(ids) <= own and len(ids) == min(len(own), {"zh": 8, "en": 5}[papers.language])
        first = [target in papers.short(CITY) for target in ids]
        assert first == sorted(first, reverse=True)


def test_the_same_inputs_the_same_bytes(midyear, demo_processed, tmp_path):
    common = {"processed": str(demo_processed), "received_by": RUNNING[1]}
    make.write(open_page("city", 2013, RUNNING[0], **common), tmp_path / "again")
    both = [
        {f.name: sha(f.read_bytes()) for f in place.iterdir()}
        for place in (midyear.place, tmp_path / "again")
    ]
    assert both[0] == both[1] and len(both[0]) > 25


def test_templates_of_the_plan_folder(demo_processed, tmp_path):
    """Its own are used; one that is damaged, or of no paper, harms nothing else; a phone from the
    plan folder is text and nothing else.
    """
    folder = tmp_path / "yixing"
    shutil.copytree(SHIPPED / "yixing", folder)
    forms = (folder / "forms.yml").read_text(encoding="utf-8")
    phone = "{{ 7*7 }}<w:p/>&amp;"
    forms = forms.replace(
        "  商务局: {en: Commerce Bureau,", f"  商务局: {{en: Commerce Bureau, phone: '{phone}',"
    )
    (folder / "forms.yml").write_text(forms, encoding="utf-8")
    before = shelf.digest(folder)
    (folder / "papers").mkdir()
    made(folder / "papers", "致{{ department.name }}", "{{ department.phone }}", name="催报单.docx")
    made(folder / "papers", "{{ unit.nmae }}", name="反馈函.docx")
    (folder / "papers" / "交办单.docx").write_bytes(b"PK\x03\x04 not a document")
    made(folder / "papers", "x", name="通告.docx")
    made(folder / "papers", "x", name="~$催报单.docx")
    (folder / "papers" / "汇报幻灯片.pptx").write_bytes(b"PK")
    (folder / "papers" / "邮件.txt").write_text("致{{ plan.ctiy }}", encoding="utf-8")
    (folder / "papers" / "说明.txt").write_text("x", encoding="utf-8")
    assert shelf.digest(folder) != before
    common = {"processed": str(demo_processed), "language": "zh"}
    page = open_page("city", 2013, "2013-12-31", str(folder), **common)
    failed = make.write(page, tmp_path / "out")
    slides_and_mail = {"汇报幻灯片.pptx", "邮件.txt", "说明.txt"}
    assert set(failed) == {"反馈函.docx", "交办单.docx", "通告.docx"} | slides_and_mail
    assert "“致{{ plan.ctiy }}”：没有“ctiy”这个名字；是不是：city" in failed["邮件.txt"]
    assert "已损坏" in failed["汇报幻灯片.pptx"]
    assert "没有“nmae”这个名字；是不是：name" in failed["反馈函.docx"]
    assert "已损坏" in failed["交办单.docx"] and "没有用这个模板的公文" in failed["通告.docx"]
    files = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"通报.docx", "领导一页纸.docx", "催报单-商务局.docx"} <= files
    assert not any(name.startswith(("反馈函", "交办单")) for name in files)
    assert not files & slides_and_mail
    assert texts(opened(tmp_path / "out" / "催报单-商务局.docx")) == ["致商务局", phone]
    leader = "".join(texts(opened(tmp_path / "out" / "领导一页纸.docx")))
    assert f"（电话{phone}）" in leader


def test_a_plan_without_scores_or_units_of_its_own(demo_processed, tmp_path):
    page = open_page("city", 2013, "2013-06-30", processed=str(demo_processed))
    plan = page.plan
    unset = plan.period.model_copy(update={"scoring": None})
    source = page.source
    posed(source, plan=plan.model_copy(update={"period": unset}))
    for name in ("scores", "subscores"):
        vars(source).pop(name, None)
    assert make.write(page, tmp_path) == {}
    said = "".join(texts(opened(tmp_path / "通报.docx")))
    assert (
        "暂列" not in said.partition("附件")[0].replace("所列", "") and "二、存在的主要问题" in said
    )
    assert len(opened(tmp_path / "领导一页纸.docx").inline_shapes) == 1


def test_on_another_day_than_the_half_year_the_day_is_said(demo_processed, tmp_path):
    page = open_page("city", 2013, "2013-08-15", processed=str(demo_processed))
    assert page.as_of == dt.date(2013, 8, 15) and make.write(page, tmp_path) == {}
    said = "".join(texts(opened(tmp_path / "通报.docx")))
    assert "关于截至2013年8月15日" in said and "上半年" not in said
    assert part(tmp_path / "通报.docx", "word/document.xml")


def test_every_name_is_explained(midyear):
    """docs/papers.md has the names that templates get, no more and no fewer."""
    said = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8").partition("## Names that")[2]
    told = set(re.findall(r"`([a-z_.]+)`", said))
    shown = frames(midyear.page)
    by_unit = units(shown)
    common_names = common(shown, by_unit) | {"figure": None}
    department = of_department(shown, "质监局")["department"]
    unit = by_unit["张渚镇"]
    names = {"synthetic", "decisions", "calls", "assumptions", "figure", "best", "worst"}
    names |= {"owing", "city", "units", "lacking", "since"}
    names |= {f"since.{name}" for name in SINCE} | {f"m.{name}" for name in MOVED}
    for group in ("plan", "days", "returns"):
        names |= {f"{group}.{name}" for name in common_names[group]}
    assert set(common_names) == names.intersection(common_names) | {"plan", "days", "returns"}
    names |= {f"unit.{name}" for name in unit} | {f"t.{name}" for name in unit["targets"][0]}
    names |= {f"r.{name}" for name in common_names["owing"][0]}
    counted = {"judged", "attained", "missed", "on_track", "behind", "pending", "no_data"}
    counted |= {"not_applicable", "reported"}
    names |= {f"department.{name}" for name in department if name not in counted} | counted
    assert set(common_names["city"]) == set(unit)
    assert told == names


def test_feedback_names_shares_below_what_is_asked_that_may_still_be_met(papers):
    """By counting: passed of all against the percentage that the plan file asks."""
    at_least = {
        target: Fraction(found[1]) / (100 if found[2] else 1)
        for target, entry in TARGETS.items()
        if (found := re.fullmatch(r">= ([\d./]+)(%?)", str(entry.get("require", ""))))
    }
    open_rows = papers.attained[papers.attained["state"] == "on track"]
    shares = open_rows[open_rows["target"].isin(at_least) & open_rows["denominator"].notna()]
    below: dict[str, list[str]] = {}
    for row in shares.itertuples(index=False):
        if Fraction(int(row.numerator), int(row.denominator)) < at_least[row.target]:
            below.setdefault(row.unit, []).append(row.target)
    begins = {"zh": "目前低于要求、年末仍可能达到的", "en": "more likely than not to be met ("}
    said = begins[papers.language]
    counted = {}
    for unit in NAMES:
        text = "\n".join(texts(papers.paper("feedback", papers.unit(unit))))
        counted[unit] = int(re.match(r"\d+", text.partition(said)[2])[0]) if said in text else 0
        for target in below.get(unit, [])[:4]:
            assert f"{TARGETS[target]['title'][papers.language]}" in text.partition(said)[2]
    assert counted == {unit: len(below.get(unit, [])) for unit in NAMES}
    assert any(counted.values()) != papers.over
