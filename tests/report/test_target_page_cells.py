"""Every cell and number of the page of one target, reckoned from the tables and the plan's YAML."""

import datetime as dt
import functools
from collections import Counter
from fractions import Fraction

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from project import read_yaml

from yxq.attainment.results import load_data
from yxq.plan_folders.load import SHIPPED
from yxq.report.figures import Drawing
from yxq.report.pages import TargetPage
from yxq.words.wording import Words

FOLDER = SHIPPED / "yixing"
PLAN = read_yaml(FOLDER / "2013.yml")
FORMS = read_yaml(FOLDER / "forms.yml")
TARGETS = {target["id"]: target for target in PLAN["targets"]}
CITY = "宜兴市"
SECTIONS = ("headline", "units", "months", "years", "failures", "sources")
MIDYEAR, END = "2013-06-30", "2014-01-31"

PAGES = [  # a sampled rate, rates counted in full, by strata and of projects, counts that are split
    ("T01", MIDYEAR),
    ("T01", END),
    ("T40", END),
    ("T12", END),
    ("T20", MIDYEAR),
    ("T20", END),
    ("T53", END),  # a return never came
    ("T19", MIDYEAR),  # a task
    ("T19", END),
    ("T16", MIDYEAR),  # against the mean of other cities
    ("T16", END),
    ("T06", END),  # among the front of them
    ("T41", MIDYEAR),  # reported, not judged
    ("T41", END),
]
ASKED = {
    "T01": ("≥95%", "≥ 95%"),
    "T40": ("100%", "100%"),
    "T12": ("100%", "100%"),
    "T20": ("≥15人", "≥ 15 persons"),
    "T53": ("≥7件", "≥ 7 trademarks"),
    "T19": ("按期完成", "done by its date"),
    "T16": ("高于同类城市平均", "above the peers' mean"),
    "T06": ("居前1/3", "in the front 1/3"),
    "T41": ("未定数值", "no number set"),
}
YEARS_BEFORE = {"T19": [], "T12": [2010, 2011, 2012]}  # of the others two
STATES = {
    "attained": ("✓", "达成", "attained"),
    "not attained": ("×", "未达成", "not attained"),
    "on track": ("↑", "进度正常", "on track"),
    "behind": ("↓", "进度落后", "behind"),
    "pending": ("…", "未到期", "pending"),
    "not applicable": ("—", "不适用", "not applicable"),
    "no data": ("?", "无数据", "no data"),
    "reported": ("·", "不作判定", "not judged"),
}
OF_KIND = {
    ("rate", "attained"): ("达标", "attained"),
    ("rate", "not attained"): ("未达标", "not attained"),
    ("task", "attained"): ("完成", "done"),
    ("task", "not attained"): ("未按期完成", "not done in time"),
}
HEADS = {
    "unit": ("镇（街道、园区）", "Unit"),
    "required": ("要求", "Required"),
    "counts": ("合格（完成）数／总数", "Numerator / denominator"),
    "value": ("结果", "Value"),
    "interval": ("95%区间", "95% interval"),
    "shrunken": ("收缩后", "Drawn in"),
    "state": ("状态", "State"),
    "gap": ("差距", "Gap"),
    "needed": ("还需", "Needed"),
    "note": ("说明", "Note"),
}


OVERDUE = ("到期未完成，已逾{0}天（期限{1}）", "not done by its date, {0} days over (due {1})")
NOTE_OF_RATES = (
    "圆点为各单位的率（蓝色达到要求，橙色未达到），灰条为95%区间（抽样的率才有），短竖线为要求。",
    "Point: a unit's rate (blue reaches what is asked, orange does not); "
    "bar: its 95% interval, of sampled rates; tick: what is asked.",
)
NOTE_OF_COUNTS = (
    "横条为各单位的结果（橙色为未达成或落后），短竖线为对它的要求。",
    "Bar: a unit's result (orange: missed or behind); tick: what is asked of it.",
)
NOTE_OF_MONTHS = (
    "灰柱为当月新增，蓝线为累计，虚线为要求。",
    "Bars: new in the month; line: so far; dashed: what is asked.",
)
INSIDE = (
    "控制图：各月都在控制限（3个标准差）之内，也没有连续8个月在中线同一侧；"
    "月与月之间的高低是平常波动，不必逐月解释。每月样本少的，只能看出很大的变化。",
    "Control chart: every month lies within the limits (three standard deviations), and no eight "
    "in a row on one side of the centre; ups and downs from month to month are what is to be "
    "expected and need no explanation each. Where a month has few samples only a large change "
    "would show.",
)
INSIDE_EARLY = (
    "控制图：至今各月都在控制限（3个标准差）之内。月数和每月样本都少，只能看出很大的变化。",
    "Control chart: every month so far lies within the limits (three standard deviations). "
    "With so few months, and few samples in each, only a large change would show.",
)
NOTE_OF_YEARS = (
    "粗线为宜兴市；短横线为当年计划所要求的数。",
    "Thick: Yixing City; dash: the number that the year's plan asks for.",
)
UNKNOWN = "For these months nothing is known, which is not the same as none."
NEVER_CAME = (
    "缺报的期间：2013年7月1日至2013年12月31日。这些月份没有数，不等于没有发生。",
    f"Not reported: 2013-07-01 to 2013-12-31. {UNKNOWN}",
)
NO_PLAN_ZH = "当年没有计划，按所示口径统计，不作判定"
NO_PLAN_EN = "no plan for that year; measured by the definition named, not judged"
BY_UNIT_ZH = "按单位（两个单位共有的记录各计一次）"
BY_UNIT_EN = "By unit (a record that two share stands with both)"
YEAR_HEADS = [
    ("年度", "Year"),
    ("口径", "Definition"),
    ("计划中的变化", "In the plan"),
    ("要求", "Required"),
    ("结果", "Value"),
]
ABOUT_HEADS = [("目标", "Target"), ("条款", "Clause"), ("要求", "Required")]
ABOUT_HEADS += [("责任部门", "Owner"), ("报表", "Form")]


class Case:
    """A page as it is shown, and what is needed to reckon what it should show."""

    def __init__(self, source, id, day, language):
        plan = source.plan
        self.id, self.day, self.language, self.source, self.plan = id, day, language, source, plan
        self.about = TARGETS[id]
        self.title = f"{id} {self.about['title'][language]}"
        self.require = self.about.get("require", "")
        self.is_rate = self.require.endswith("%")
        self.is_rank = self.require.startswith("rank")
        self.is_task = self.require == "done"
        words = Words(language, plan.folder.unit_word, plan.english)
        self.page = TargetPage(source, words, plan.target(id))
        rows = source.attained[source.attained["target"] == id]
        self.rows = rows.astype("object").where(rows.notna(), None).to_dict("records")
        assert self.rows[-1]["unit"] == CITY
        self.towns, self.city = self.rows[:-1], self.rows[-1]
        self.english = {unit.name: unit.name_en for unit in plan.folder.units}
        measures = source.measures
        ours = (measures["target"] == id) & (measures["date"] <= pd.Timestamp(day))
        self.measures = measures[ours & (measures["plan"] == "yixing-2013")]

    def __call__(self, zh, en):
        return zh if self.language == "zh" else en

    def soup(self, section):
        return BeautifulSoup(getattr(self, section).html, "html.parser")

    def name(self, unit):
        return self(unit, self.english[unit])

    def date(self, day):
        return self(f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}")

    def list(self, items):
        return self("、", ", ").join(items)

    def unit(self, n):
        one, _, many = self.about["unit"]["en"].partition("/")
        return self(self.about["unit"]["zh"], one if abs(n) == 1 else many or one)

    def amount(self, n, sign=""):
        return self("{}{}{}", "{}{} {}").format(sign, plain(abs(n)), self.unit(n))

    def value(self, row):
        """What a row of counts and values comes to, as text."""
        if self.is_rate:
            n, d = row["numerator"], row["denominator"]
            return percent(Fraction(int(n), int(d)), least(self.require)) if d else ""
        if row["value"] is None:
            return ""
        if self.is_rank:
            return self(f"第{plain(row['value'])}名", f"no. {plain(row['value'])}")
        return self.amount(row["value"])

    def asked(self, row):
        if self.id not in ("T20", "T53") or row["unit"] == CITY:
            return self(*ASKED[self.id])
        quota = int(row["bound"])
        if quota == 0:
            return self("分解数为零", "share is none")
        return self("≥", "≥ ") + self.amount(quota)

    def sign(self, state):
        return STATES[state][0]

    def state(self, state):
        kind = "rate" if self.is_rate else "task" if self.is_task else ""
        return self(*OF_KIND.get((kind, state), STATES[state][1:]))

    def gap(self, row):
        gap = row["gap"]
        if gap is None:
            return ""
        sign = "+" if gap > 0 else "−" if gap < 0 else "±"
        if self.is_rate:
            n, d = row["numerator"], row["denominator"]
            exact = Fraction(n, d) - least(self.require)
            if self.id != "T40":  # whose gap is the worst stratum's
                assert abs(float(exact) - gap) < 1e-9
            return self("{}{:.2f}个百分点", "{}{:.2f} pp").format(sign, abs(gap) * 100)
        if self.is_rank:
            return f"{sign}{plain(abs(gap))}"
        if self.is_task:
            return self.days(row)
        return self.amount(gap, sign)

    def days(self, row):
        """Of a task, with which side of the day that it is due on."""
        days = int(row["gap"])
        if not days:
            return self("当日", "on the day")
        if days < 0:
            return self(f"逾期{-days}天", f"{-days} days over")
        if row["state"] == "pending":
            return self(f"还有{days}天", f"{days} days left")
        return self(f"提前{days}天", f"{days} days early")

    def by_computed_share(self, row):
        """Whether a settled result is held to a share of the city's count that nobody has set."""
        shared = self.about["for"] == "shared" and row["unit"] != CITY
        return shared and row["state"] in ("attained", "not attained")

    def needed(self, row):
        short = row["state"] in ("not attained", "behind", "on track")
        if not short or self.is_task or pd.isna(row["needed"]) or not row["needed"]:
            return ""
        needed = int(row["needed"])
        if self.is_rate and not pd.isna(row["probability"]):
            unit = self.unit(needed)
            return self(f"还需再有{needed}{unit}且全部合格", f"{needed} more {unit}, all passing")
        return self(f"还差{needed}{self.unit(needed)}", f"{needed} more {self.unit(needed)}")

    def interval(self, row):
        if row["low"] is None:
            return ""
        low, high = 100 * row["low"], 100 * row["high"]
        return self(f"{low:.1f}%～{high:.1f}%", f"{low:.1f}%–{high:.1f}%")

    def note(self, row):
        notes = row["note"].split(";") if row["note"] else []
        return self("；", "; ").join(self.remark(*note.split("|")) for note in notes)

    def remark(self, code, *about):
        told = [self.day_or_same(text) for text in about]
        if code == "stratum_fails":
            strata = self.about["measure"]["strata"]
            english = dict(zip(strata["values"], strata["en"], strict=True))
            named = about[0].split("、")
            told = [self.list(self(name, english[name]) for name in named)]
        zh, en = {
            "quota_computed": ("分解数为试算", "provisional share"),
            "none_so_far": ("至今没有可计的", "none to be counted so far"),
            "city_by_itself": (
                "市本级所报；各单位已完成{0}／{1}",
                "the city by its own row; {0} of {1} units have done theirs",
            ),
            "out_of_reach": (
                "要求全部达到，已有未达到的；除非报表更正，本年度不能再达到",
                "all are asked to pass and some did not: out of reach this year, unless a return is corrected",
            ),
            "quota_none": ("分解数为零，不考核", "share is none"),
            "peer_mean": ("{1}个同类城市平均为{0}", "the mean of {1} peers is {0}"),
            "front": ("{1}个城市中居前{0}名为达成", "the first {0} of {1} cities attain it"),
            "done_on": ("{0}完成（期限{1}）", "done on {0} (due {1})"),
            "done_late": ("逾期{0}天完成（期限{1}）", "done {0} days late (due {1})"),
            "due_on": ("期限{0}", "due on {0}"),
            "overdue": OVERDUE,
            "incomplete": ("应报{1}期，缺{0}期", "{0} of {1} returns due are missing"),
            "stratum_fails": (
                "未达到的类别（差距按最差一类）：{0}",
                "strata that fall short (the gap is the worst one's): {0}",
            ),
        }[code]
        return self(zh, en).format(*told)

    def day_or_same(self, text):
        return self.date(dt.date.fromisoformat(text)) if text.count("-") == 2 else text


def least(require):
    """The share that `>= 95%` asks for."""
    return Fraction(require.removeprefix(">= ").removesuffix("%")) / 100


def plain(n):
    """A number without zeros behind it: four decimals below one, else two."""
    text = f"{n:,.4f}" if abs(n) < 1 else f"{n:,.2f}"
    return text.rstrip("0").rstrip(".")


def percent(value, asked):
    """One decimal, or as many as tell which side of what is asked it is on."""
    for digits in range(1, 7):
        text = f"{float(100 * value):.{digits}f}"
        if value == asked or (Fraction(text) / 100 >= asked) == (value >= asked):
            return text + "%"
    raise AssertionError(value)


def tables(soup):
    """Each table as caption, headings and rows of cells."""
    found = []
    for table in soup.find_all("table"):
        lines = []
        for line in table.find_all("tr"):
            lines.append([cell.get_text() for cell in line.find_all(["th", "td"])])
        found.append((table.caption.get_text(), lines[0], lines[1:]))
    return found


def figures(soup):
    """Each figure as what it is to those who do not see it, and what stands below."""
    found = soup.find_all("figure")
    return [(figure.div["aria-label"], figure.figcaption.get_text()) for figure in found]


def paragraphs(soup):
    return [each.get_text() for each in soup.find_all("p")]


@pytest.fixture(scope="module")
def shown(demo_processed):
    """Pages by target, day and language, each made once; what has no language is shared by both."""
    sources, made = {}, {}
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(Drawing, "__html__", lambda drawing: "<svg></svg>")  # slow; no cells

    def of(id, day, language):
        if (id, day, language) not in made:
            if day not in sources:
                asked = None if day == END else day
                sources[day] = load_data(2013, asked, processed=demo_processed)
            case = Case(sources[day], id, day, language)
            for other in (made.get((id, day, "zh")), made.get((id, day, "en"))):
                if other is not None:
                    case.page.by_year = other.page.by_year
            for section in SECTIONS:
                setattr(case, section, getattr(case.page, section)())
            made[id, day, language] = case
        return made[id, day, language]

    yield of
    monkeypatch.undo()


BOTH = [(*page, language) for page in PAGES for language in ("zh", "en")]


@pytest.fixture(params=BOTH, ids=lambda page: "-".join(page))
def case(shown, request):
    return shown(*request.param)


# --- the first screen ---


def test_the_first_screen(case):
    towns = Counter(row["state"] for row in case.towns)
    met, missed = towns["attained"], towns["not attained"]
    n, judged = len(case.towns), met + missed
    assert n == (0 if case.about["for"] == "city" else 20)
    value = case.value(case.city)
    yes, no = case.state("attained"), case.state("not attained")
    state = case.state(case.city["state"])
    city = case(f"全市：{state}", f"The city: {state}")
    city += case(f"（{value}）。", f" ({value}).") if value else case("。", ".")
    units = case(
        f"{n}个镇（街道、园区）中已有定论{judged}个：{yes}{met}个，{no}{missed}个。",
        f" Of {n} units, {judged} are settled: {met} {yes}, {missed} {no}.",
    )
    alone = case("本目标只考核全市。", " This target is the city's alone.")
    verdict = city + (units if n else alone)
    lines = []
    fine, behind = towns["on track"], towns["behind"]
    if fine + behind:
        lines.append(
            case(
                f"年度未结束：进度正常{fine}项，进度落后{behind}项。",
                f"The period is still running: {fine} on track, {behind} behind.",
            )
        )
    rest = [name for name in ("pending", "not applicable", "no data", "reported") if towns[name]]
    if rest:
        each = case("{0}{1}个", "{1} {0}")
        told = case.list(each.format(case.state(name), towns[name]) for name in rest)
        lines.append(case(f"另有：{told}。", f"Also: {told}."))
    day = case.day_or_same(case.day)
    subtitle = case(
        f"宜兴市质量强市活动2013年行动计划　2013年度　统计截止日{day}　报表接收截止日2014年2月28日",
        f"Yixing quality-strong city activity, 2013 action plan, 2013, as of {case.day}, "
        "returns received by 2014-02-28",
    )
    mark = case(
        "本页数据为演示数据（合成），并非真实填报。",
        "The data on this page are synthetic, made for demonstration; nobody reported them.",
    )
    owner = case(case.about["owner"], FORMS["senders"][case.about["owner"]]["en"])
    facts = [(case("要求", "Required"), case(*ASKED[case.id])), (case("责任部门", "Owner"), owner)]
    soup = case.soup("headline")
    assert soup.h1.get_text() == case.title
    assert paragraphs(soup) == [subtitle, mark, verdict, *lines]
    assert [(each.dt.get_text(), each.dd.get_text()) for each in soup.dl.find_all("div")] == facts
    plain_text = [line for line in case.headline.text.split("\n") if line]
    told = [f"{term} {value}" for term, value in facts]
    assert plain_text == [case.title, subtitle, mark, verdict, *told, *lines]


def test_the_number_that_checks_compare_counts_the_city_too(case):
    counts = Counter(row["state"] for row in case.rows)
    assert case.page.states.to_dict() == {state: counts[state] for state in STATES}
    assert case.page.states.name == case.id


# --- across units ---


def test_every_unit_at_the_target(case):
    rate = case.is_rate
    columns = ["unit", "required", "value", "state", "gap", "needed", "note"]
    if rate:
        columns = [*columns[:2], "counts", "value", "interval", *columns[3:]]
    drawn_in = {}
    if case.about.get("sampled"):
        columns = [*columns[:5], "shrunken", *columns[5:]]
        drawn_in = shrunken(case.rows)
        assert 5 <= len(drawn_in) < 20
    expected = []
    for row in case.rows:
        cells = {
            "shrunken": drawn_in.get(row["unit"], ""),
            "unit": case.name(row["unit"]),
            "required": case.asked(row),
            "counts": f"{row['numerator']} / {row['denominator']}" if row["denominator"] else "",
            "value": case.value(row),
            "interval": case.interval(row),
            "state": f"{case.sign(row['state'])} {case.state(row['state'])}" + by_share(case, row),
            "gap": case.gap(row),
            "needed": case.needed(row),
            "note": case.note(row),
        }
        expected.append([cells[column] for column in columns])
    units = [*(case.plan.towns if case.about["for"] != "city" else []), case.plan.folder.city]
    soup = case.soup("units")
    (found,) = tables(soup)
    heads = [case(*HEADS[column]) for column in columns]
    assert found == (case("各单位结果", "Results of the units"), heads, expected)
    assert [row[0] for row in expected] == [case.name(unit.name) for unit in units]
    assert len(expected) == (1 if case.about["for"] == "city" else 21)
    assert soup.h2.get_text() == case("各单位", "Across units")
    values = [(case.name(row["unit"]), case.value(row)) for row in case.rows]
    told = case.list(f"{unit} {value}" for unit, value in values if value)
    alt = case(f"{case.title}：各单位结果", f"{case.title}: each unit") + " " + told
    note = case(*(NOTE_OF_RATES if rate else NOTE_OF_COUNTS))
    assert figures(soup) == [*spine(case), *([(alt, note)] if told else [])]


def spine(case) -> list[tuple[str, str]]:
    """What the row of all units says: in which order, how many reach what is asked, the ends."""
    rows = [row for row in case.rows if row["unit"] != CITY]
    if len(rows) < 3:
        return []
    by_gap = [row for row in rows if pd.notna(row["gap"])]
    known = by_gap or [row for row in rows if pd.notna(row["value"])]
    by = "gap" if by_gap else "value"
    known = sorted(known, key=lambda row: row[by], reverse=True)
    order = case("按与要求的差距由好到差", "by how far they are from what is asked, the best first")
    if not by_gap:
        order = case("按结果由好到差", "by their values, the best first")
    counts = Counter(row["state"] for row in rows)
    each = case("{0}{1}个", "{1} {0}")
    told = case.list(each.format(case.state(s), counts[s]) for s in STATES if counts[s])
    ends = ""
    if known:
        best, worst = (
            f"{case.name(row['unit'])} {case.value(row) or case.gap(row)}".strip()
            for row in (known[0], known[-1])
        )
        ends = case(f"最好：{best}；最差：{worst}。", f"Best: {best}; worst: {worst}.")
    reached = ""
    if by_gap:
        is_strict = (
            case.about["require"].startswith((">", "<")) and "=" not in case.about["require"]
        )
        n = sum(row["gap"] > 0 or (row["gap"] == 0 and not is_strict) for row in by_gap)
        reached = case(
            f"粗竖线左边的{n}个单位达到要求。",
            f" The {n} left of the thick line reach what is asked.",
        )
    above = case("达成或进度正常", "attained or on track")
    below = case("未达成或落后", "missed or behind")
    note = case(
        f"每格一个单位，{order}；在横线之上的为{above}，在横线之下的为{below}，"
        "压在横线上的没有结论或无数据。",
        f"A block a unit, {order}. Above the line: {above}; below it: {below}; "
        "on it: not settled or without data.",
    )
    alt = case(
        f"{case.title}：各单位{order}：{told}。", f"{case.title}: the units {order}: {told}. "
    )
    return [(alt + ends + reached, note + reached)]


def by_share(case, row):
    return case("（试算）", " (provisional share)") if case.by_computed_share(row) else ""


def shrunken(rows: list[dict]) -> dict[str, str]:
    """Rates of units with fewer samples than all together weigh, drawn in (moments, Kleinman)."""
    of = {
        row["unit"]: (row["numerator"], row["denominator"]) for row in rows if row["unit"] != CITY
    }
    of = {unit: (int(x), int(n)) for unit, (x, n) in of.items() if n}
    total, k = sum(n for _, n in of.values()), len(of)
    mean = (sum(x for x, _ in of.values()) + 0.5) / (total + 1)
    spread = sum(n * (x / n - mean) ** 2 for x, n in of.values()) / (mean * (1 - mean))
    squares = sum(n * n for _, n in of.values())
    between = max((spread - (k - 1)) / (total - squares / total - (k - 1)), 0)
    weighs = max(1 / (between + (1 - between) / total + between * squares / total**2) - 1, 1)
    return {
        unit: f"{100 * (mean * weighs + x) / (weighs + n):.1f}%"
        for unit, (x, n) in of.items()
        if n < weighs
    }


def test_the_counts_of_the_units_are_those_of_the_measures(case):
    """The page prints attainment; here its numbers are added up from what was measured."""
    now = case.measures[(case.measures["year"] == 2013) & (case.measures["date"] <= "2013-12-31")]
    assert len(now) or case.require == "> peers" or case.is_task
    for row in case.rows:
        own = now[now["unit"] == row["unit"]]
        if case.is_rate:
            assert (row["numerator"] or 0) == own["numerator"].sum()
            assert (row["denominator"] or 0) == own["denominator"].sum()
        elif case.about["measure"].get("distinct") and row["value"] is not None:
            assert row["value"] == own["numerator"].sum()


# --- months ---


def test_every_month_of_every_unit(case):
    soup = case.soup("months")
    assert soup.h2.get_text() == case("逐月情况", "Month by month")
    ours = case.measures
    ours = ours[(ours["year"] == 2013) & ours["month"].notna() & ours["numerator"].notna()]
    units = [unit.name for unit in (*case.plan.towns, case.plan.folder.city)]
    sums = {}
    columns = ["unit", "date", "numerator", "denominator"]
    for unit, day, n, d in ours[columns].itertuples(index=False):
        if unit in units:
            before = sums.get((unit, day.month), (0, 0))
            sums[unit, day.month] = (before[0] + int(n), before[1] + (0 if pd.isna(d) else int(d)))
    if case.id in ("T19", "T16", "T06"):
        assert not sums
        assert paragraphs(soup) == [case("没有按月的记录。", "There are no monthly records.")]
        assert not tables(soup) and not figures(soup)
        return
    months = range(min(month for _, month in sums), max(month for _, month in sums) + 1)
    rate = case.is_rate
    expected = []
    for unit in units:
        if any(unit == of for of, _ in sums):
            each = [sums.get((unit, month)) for month in months]
            told = [("{} / {}" if rate else "{}").format(*one) if one else "—" for one in each]
            expected.append([case.name(unit), *told])
    assert expected and expected[-1][0] == case.name(CITY)
    heads = [case(*HEADS["unit"]), *(case(f"{month}月", f"{month}") for month in months)]
    caption = case("逐月（通过／总数，或个数）", "Month by month (passed / total, or the count)")
    assert tables(soup) == [(caption, heads, expected)]
    title = case.about["title"][case.language]
    alt = case(f"宜兴市各月 {title}", f"Yixing City month by month {title}")
    note = case(*NOTE_OF_MONTHS)
    if rate:
        note = title + case("：各月批次与累计合格率", ": batches a month and cumulative rate")
    charted = [unit for unit in units if rate and varies(sums, unit)]  # and none stands out
    nobody = case(f"{title}（没有）", f"{title} (none)")
    told = case("控制图中值得追问的月份：", "Months that stand out in the control chart: ") + nobody
    chart = [(told, Words(case.language)("control_share"))] if CITY in charted else []
    assert figures(soup) == [(alt, note), *chart]
    missing = [case(*NEVER_CAME)] if case.id == "T53" else []
    longest = max((months_of(sums, unit) for unit in charted), default=0)
    told = case(*(INSIDE if longest >= 8 else INSIDE_EARLY))
    inside = [told] if charted else []
    assert paragraphs(soup) == [*missing, *inside]
    assert (CITY in charted) == (case.id in ("T01", "T12"))


def months_of(sums, unit):
    """How many months a unit has samples of."""
    return sum(name == unit and pair[1] > 0 for (name, _), pair in sums.items())


def varies(sums, unit):
    """Whether a unit has six months with samples, of which some passed and some did not."""
    of_unit = [pair for (name, _), pair in sums.items() if name == unit and pair[1]]
    passed, total = (sum(each) for each in zip(*of_unit, strict=True)) if of_unit else (0, 0)
    return len(of_unit) >= 6 and 0 < passed < total


# --- years ---


def before(case, unit, year):
    """A unit's value in a year that no plan asked for, as text."""
    own = case.measures[case.measures["year"] == year]
    if case.is_rank:
        mine = own.loc[own["unit"] == unit, "value"].iloc[0]
        return case.value({"value": 1 + int((own["value"] > mine).sum())})
    own = own[own["unit"] == unit]
    if case.is_rate:
        n, d = int(own["numerator"].sum()), int(own["denominator"].sum())
        return case.value({"numerator": n, "denominator": d}) or "—"
    if case.about["measure"].get("distinct"):
        return case.value({"value": int(own["numerator"].sum())})
    return case.value({"value": own["value"].iloc[0]})


def test_every_year_of_the_city_and_of_every_unit(case):
    soup = case.soup("years")
    assert soup.h2.get_text() == case("逐年情况", "Year by year")
    known = case.measures[["numerator", "value"]].notna().any(axis=1)
    past = sorted({int(year) for year in case.measures.loc[known, "year"] if year < 2013})
    assert past == YEARS_BEFORE.get(case.id, [2011, 2012])

    def told(row):
        values = [before(case, row["unit"], year) for year in past]
        value, state = case.value(row), case.state(row["state"])
        return [*values, case(f"{value}（{state}）", f"{value} ({state})") if value else state]

    running = case("2013（截至2013年6月30日）", "2013 (until 2013-06-30)")
    this = running if case.day == MIDYEAR else "2013"
    labels = [*map(str, past), this]
    nothing = case(NO_PLAN_ZH, NO_PLAN_EN)
    title = PLAN["document"]["title"][case.language]
    asked = ["" for _ in past] + [case(*ASKED[case.id])]
    standing = [nothing for _ in past] + [case("首个计划", "first plan")]
    own = told(case.city)
    heads = [case(*head) for head in YEAR_HEADS]
    definition = [title for _ in labels]
    rows = [list(row) for row in zip(labels, definition, standing, asked, own, strict=True)]
    expected = [(case("各年的计划和结果", "Plans and results by year"), heads, rows)]
    if case.towns:
        known = {row["unit"]: line_of(case, row, past) for row in case.towns}
        has_lines = any(len(points) > 1 for points in known.values())
        empty = [""] if has_lines else []
        rows = [[case.name(row["unit"]), *empty, *told(row)] for row in case.towns]
        order = [unit.name for unit in case.plan.folder.units]
        order = [name for name in order if name in {row["unit"] for row in case.towns}]
        assert [row["unit"] for row in case.towns] == order
        caption = case("各单位各年", "The units by year")
        course = [case("走势", "Course")] if has_lines else []
        expected.append((caption, [case(*HEADS["unit"]), *course, *labels], rows))
        check_lines(
            case, soup, known, {row["unit"]: told(row) for row in case.towns}, [*past, 2013]
        )
    assert tables(soup) == expected
    each = case("{}年{}", "{}: {}")
    dated = zip([*past, 2013], own, strict=True)
    years = case.list(each.format(year, value) for year, value in dated)
    alt = case(f"逐年结果：{years}", f"Year by year: {years}")
    note = case(*NOTE_OF_YEARS)
    assert figures(soup) == ([] if case.is_task else [(alt, note)])


def line_of(case, row, past) -> list[tuple[int, float]]:
    """A unit's values by year, as far as there are any."""
    by_year = case.page.by_year[case.page.by_year["unit"] == row["unit"]]
    values = [(each.year, each.value) for each in by_year.itertuples() if pd.notna(each.value)]
    assert {year for year, _ in values} <= {*past, 2013}
    return [(year, float(value)) for year, value in values]


def check_lines(case, soup, known, told, years) -> None:
    """The small lines: every value at its place, all of one scale, and said in words."""
    lines = [points for points in known.values() if len(points) > 1]
    drawn = soup.find_all("svg", class_="spark")
    assert len(drawn) == len(lines)
    values = [value for points in known.values() for _, value in points]
    low, high = (min(values), max(values)) if values else (0, 0)
    of_units = [unit for unit, points in known.items() if len(points) > 1]
    for svg, unit in zip(drawn, of_units, strict=True):
        each = case("{}年{}", "{}: {}")
        said = case.list(each.format(*one) for one in zip(years, told[unit], strict=True))
        assert svg["aria-label"] == case("逐年结果：", "Year by year: ") + said
        (line,) = svg.find_all("polyline")
        points = [tuple(map(float, point.split(","))) for point in line["points"].split()]
        expected = []
        for year, value in known[unit]:
            x = 3 + 74 * years.index(year) / (len(years) - 1)
            part = (value - low) / (high - low) if high > low else 0.5
            expected.append((x, 17 - 14 * part))
        assert points == [pytest.approx(point, abs=0.051) for point in expected]
        end = svg.circle
        assert (float(end["cx"]), float(end["cy"])) == points[-1]


LAST_DAYS = {"2013-12-31": "2013", "2013-12-30": "2013 (until 2013-12-30)"}


@pytest.mark.parametrize(("day", "told"), LAST_DAYS.items())
def test_a_year_is_whole_on_its_last_day(shown, day, told):
    case = shown("T20", END, "en")
    page = TargetPage(case.source, case.page.words, case.page.target)
    rows = case.page.by_year
    page.by_year = rows.assign(as_of=rows["as_of"].where(rows["year"] < 2013, pd.Timestamp(day)))
    (_, _, city), (_, heads, _) = tables(BeautifulSoup(page.years().html, "html.parser"))
    assert [row[0] for row in city] == ["2011", "2012", told]
    assert heads == ["Unit", "Course", "2011", "2012", told]


# --- failures ---


@functools.cache
def form_records(source, form):
    rows = source.records(forms=[form])[form]
    rows = rows[rows["to"].dt.year >= 2013]
    return rows.astype("object").where(rows.notna(), None).to_dict("records")


def failing_records(case, everyone=False):
    """The records behind a rate, the latest first: of the city each once, or of every unit."""
    measure, form = case.about["measure"], case.about["measure"]["form"]
    towns = {unit.name for unit in case.plan.towns}
    found = []
    for row in form_records(case.source, form):
        day = row[measure["when"][0]] if "when" in measure else row.get("date") or row["to"]
        if day is None or day.year != 2013 or day > pd.Timestamp(case.day):
            continue
        if any(row[column] != wanted for column, wanted in measure.get("where", {}).items()):
            continue
        if (row["unit"] not in towns) if everyone else not row["once"]:
            continue
        if "passed" in measure:
            ((column, word),) = measure["passed"].items()
            total, failed, counts = 1, int(row[column] != word), ""
        else:
            total, failed = row["denominator"], row["denominator"] - row["numerator"]
            counts = f"{row['numerator']} / {row['denominator']}"
        item = row.get("product") or row.get("project") or row.get("stratum") or ""
        told = {"day": day, "total": total, "failed": failed, "counts": counts, "item": item}
        found.append(row | told)
    return sorted(found, key=lambda row: row["day"], reverse=True)


def item_name(case, item):
    """Strata have English names; products and projects stay as they were written."""
    strata = case.about["measure"].get("strata")
    if not strata or case.language == "zh":
        return item
    return strata["en"][strata["values"].index(item)]


def shares(case, caption, by, records, name):
    """Failures by item or unit: failed, total, rate, share of all failures, share up to here."""
    failed, total = Counter(), Counter()
    for row in records:
        failed[row[by]] += row["failed"]
        total[row[by]] += row["total"]
    everything, so_far, rows = sum(failed.values()), 0, []
    for key in sorted(total, key=lambda key: (-failed[key], key)):
        so_far += failed[key]
        passed = 100 * (1 - failed[key] / total[key])
        share, cumulative = 100 * failed[key] / everything, 100 * so_far / everything
        told = [f"{passed:.1f}%", f"{share:.0f}%", f"{cumulative:.0f}%"]
        if failed[key]:
            rows.append([name(key), f"{failed[key]}", f"{total[key]}", *told])
    first = case(*HEADS["unit"]) if by == "unit" else case("产品或对象", "Product or object")
    heads = [
        first,
        case("未通过", "Failed"),
        case("总数", "Total"),
        case("结果", "Value"),
        case("占未通过的", "Share of failures"),
        case("累计占比", "Cumulative"),
    ]
    return (caption, heads, rows[:15])


def firms_that_failed_again(case, records):
    """Firms with two failures or more, the most first, of these the one that failed last."""
    by_firm = {}
    for row in reversed(records):  # the earliest first
        by_firm.setdefault(row.get("firm") or "", []).append(row)
    found = []
    for firm in sorted(by_firm):
        wrong = [row for row in by_firm[firm] if row["failed"]]
        if firm and len(wrong) >= 2:
            found.append((firm, wrong, len(by_firm[firm])))
    found.sort(key=lambda each: (len(each[1]), each[1][-1]["day"]), reverse=True)
    return [
        [
            firm,
            "、".join(dict.fromkeys(case.name(row["unit"]) for row in wrong)),
            f"{len(wrong)}",
            f"{total}",
            case.date(wrong[0]["day"]),
            case.date(wrong[-1]["day"]),
            "、".join(dict.fromkeys(row["item"] for row in wrong)),
            "、".join(dict.fromkeys(filter(None, (row.get("failing_item") for row in wrong)))),
        ]
        for firm, wrong, total in found
    ]


RECORD_HEADS = [
    ("日期", "Date"),
    ("镇（街道、园区）", "Unit"),
    ("企业（受检单位）", "Firm"),
    ("产品或对象", "Product or object"),
    ("合格（完成）数／总数", "Numerator / denominator"),
    ("不合格项目", "Failing item"),
    ("来源（文件［工作表］：行）", "Source (file [sheet]: row)"),
]
AGAIN_HEADS = [
    ("企业（受检单位）", "Firm"),
    ("镇（街道、园区）", "Unit"),
    ("未通过", "Failed"),
    ("总数", "Total"),
    ("首次", "First"),
    ("最近", "Latest"),
    ("产品或对象", "Product or object"),
    ("不合格项目", "Failing item"),
]


def test_every_failure(case):
    soup = case.soup("failures")
    assert soup.h2.get_text() == case("不合格（未达标）明细", "Failures behind the result")
    if not case.is_rate:
        none = "This target is no rate of passes, so no failing records are listed."
        assert paragraphs(soup) == [case("本目标不是合格率，不列不合格的记录。", none)]
        assert not tables(soup) and not figures(soup)
        return
    records = failing_records(case)
    short = case.city["denominator"] - case.city["numerator"]
    assert sum(row["failed"] for row in records) == short
    failed = [row for row in records if row["failed"]]
    expected = []
    if case.id != "T12":  # each project is an item of its own
        caption = case("按产品或项目", "By product or project")
        expected.append(shares(case, caption, "item", records, lambda item: item_name(case, item)))
    caption = case(BY_UNIT_ZH, BY_UNIT_EN)
    expected.append(shares(case, caption, "unit", failing_records(case, everyone=True), case.name))
    again = firms_that_failed_again(case, records)
    if again:
        caption = case("一年内两次以上未通过的企业", "Firms that failed twice or more")
        expected.append((caption, [case(*head) for head in AGAIN_HEADS], again[:15]))
    listed = []
    for row in failed:
        sheet = case(f"［{row['sheet']}］", f" [{row['sheet']}]") if row["sheet"] else ""
        unstated = case("未说明", "not stated")
        failing = "" if row["counts"] else row.get("failing_item", "") or unstated
        if "failing_item" not in row:  # the form has no such column
            failing = ""
        listed.append(
            [
                case.date(row["day"]),
                case.name(row["unit"]),
                row.get("firm") or "",
                item_name(case, row["item"]),
                row["counts"],
                failing,
                row["file"] + sheet + case("：", ": ") + f"{row['row']}",
            ]
        )
    assert 0 < len(listed) <= 60
    heads = [case(*head) for head in RECORD_HEADS]
    expected.append((case("不合格（未达标）明细", "Failures"), heads, listed))
    assert tables(soup) == expected
    nobody = case("没有两次以上未通过的企业。", "No firm failed twice.")
    assert paragraphs(soup) == ([] if again else [nobody])
    if case.id == "T01":
        assert again and len(expected) == 4
        times = Counter(row["failing_item"] for row in reversed(failed[::-1]))
        told = case.list(f"{item} {n}" for item, n in times.most_common(10))
        caption = case("不合格项目次数", "Failing items by frequency")
        assert figures(soup) == [(f"{caption} {told}", caption)]
    else:
        assert figures(soup) == []


# --- sources ---


def test_the_clause_the_department_and_what_is_assumed(case):
    about, language = case.about, case.language
    soup = case.soup("sources")
    document = PLAN["document"]
    assert [item.get_text() for item in soup.ul.find_all("li")] == [
        document["number"],
        *(fact[language] for fact in document["facts"]),
    ]
    row = [
        case.title,
        about["clause"].replace("(", "（").replace(")", "）"),
        case(*ASKED[case.id]),
        case(about["owner"], FORMS["senders"][about["owner"]]["en"]),
        FORMS["forms"][about["measure"]["form"]]["title"][language],
    ]
    used = about.get("assumptions", [])
    assumed = [
        [each["text"][language], each["source"][language]]
        for name, each in PLAN["assumptions"].items()
        if each.get("general") or name in used
    ]
    caption = case("计划未规定而由编制单位约定的事项", "Assumptions: what the plan does not say")
    assert tables(soup) == [
        (case("目标", "Target"), [case(*head) for head in ABOUT_HEADS], [row]),
        (caption, [case("约定", "Assumption"), case("依据", "Basis")], assumed),
    ]
    assert len(assumed) == len(used) + 7


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_heading_of_the_sources(shown, language):
    case = shown("T01", END, language)
    title = case("条款、责任部门和约定", "Clause, department and assumptions")
    assert case.soup("sources").h2.get_text() == title


@pytest.mark.parametrize(("failing", "left"), [(59, False), (60, False), (61, True), (75, True)])
def test_of_many_failures_the_latest_sixty_are_listed(shown, failing, left):
    """The demo has no target with so many: its failures stand there again and again."""
    case = shown("T01", END, "zh")
    page = TargetPage(case.source, case.page.words, case.page.target)
    records = pd.concat([case.page.cases.query("failed > 0")] * 2, ignore_index=True).head(failing)
    records = records.assign(row=range(1, failing + 1), sheet="", file="甲.csv")
    passed = case.page.cases.query("failed == 0").head(5)
    page.cases = pd.concat([passed, records], ignore_index=True)
    soup = BeautifulSoup(page.failures().html, "html.parser")
    *_, (caption, _, rows) = tables(soup)
    assert caption == "不合格（未达标）明细"
    assert [row[-1] for row in rows] == [f"甲.csv：{n}" for n in range(1, min(failing, 60) + 1)]
    assert paragraphs(soup) == ([f"共{failing}条，此处列60条。"] if left else [])


@pytest.mark.parametrize(("language", "unstated"), [("zh", "未说明"), ("en", "not stated")])
def test_what_failed_may_not_be_stated(shown, language, unstated):
    case = shown("T01", END, language)
    page = TargetPage(case.source, case.page.words, case.page.target)
    records = case.page.cases.query("failed > 0").head(4)
    failing = ["铅溶出量、标识标注", None, None, "标识标注"]
    page.cases = records.assign(failing=failing, item=["", "绿茶", "绿茶", ""])
    soup = BeautifulSoup(page.failures().html, "html.parser")
    by_item, *_, listed = tables(soup)
    assert [row[:3] for row in by_item[2]] == [[unstated, "2", "2"], ["绿茶", "2", "2"]]
    assert [row[5] for row in listed[2]] == ["铅溶出量、标识标注", unstated, unstated, "标识标注"]
    told = case.list(["标识标注 2", f"{unstated} 2", "铅溶出量 1"])
    assert figures(soup)[0][0].endswith(told)


def test_without_a_failure_there_is_only_a_sentence(shown):
    case = shown("T01", END, "zh")
    page = TargetPage(case.source, case.page.words, case.page.target)
    page.cases = case.page.cases.query("failed == 0")
    soup = BeautifulSoup(page.failures().html, "html.parser")
    assert paragraphs(soup) == ["没有不合格（未达标）的记录。"]
    assert not tables(soup)
