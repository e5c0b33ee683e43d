"""Each limit of a plan folder is where its message says: the last right, the first wrong."""

import datetime as dt
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from project import read_yaml, write_yaml

from yxq.plan.measure import Measure, Strata
from yxq.plan.period import Basis, Document, Expected, Period, Quota
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.plan_folders.load import SHIPPED, load
from yxq.words.errors import PlanError
from yxq.words.text import Text

YIXING = SHIPPED / "yixing"
WORD = Text(zh="字", en="word")
RATE = Measure(form="inspections", passed={"result": "pass"})
COUNT = Measure(form="registers", distinct=("firm",))
VALUE = Measure(form="annual", value="value")
PEERS = Measure(form="benchmarks", peer="city", value="value")
TASK = Measure(form="milestones", done="done")


def right(make: Callable[[], object]) -> bool:
    """Whether it can be made: a mistake is a `ValueError` that says more than nothing."""
    try:
        make()
    except ValueError as mistake:
        assert str(mistake)
        return False
    return True


def target(measure: Measure, require=None, by=None, whom: str = "", **more) -> Target:
    whom = whom or ("city" if measure.peer else "each")
    given = {"id": "T1", "clause": "一", "title": WORD, "unit": WORD, "owner": "质监局"}
    asked = {"require": require, "by": by, "for": whom, "measure": measure}
    return Target.model_validate(given | asked | more)


@pytest.mark.parametrize(
    ("measure", "require", "by", "fits"),
    [
        (RATE, ">= 100%", None, True),
        (RATE, ">= 99.99%", None, True),
        (RATE, ">= 100.0%", None, True),
        (RATE, ">= 0.5", None, True),
        (RATE, ">= 101%", None, False),
        (RATE, ">= 100.1%", None, False),
        (RATE, ">= 0%", None, False),
        (RATE, ">= 0.1%", None, True),
        (RATE, ">= 1/1", None, True),
        (RATE, ">= 4/3", None, False),
        (RATE, ">= 0/3", None, False),
        (RATE, ">= 1/0", None, False),
        (RATE, ">= 15", None, False),
        (RATE, "> peers", None, False),
        (RATE, "done", None, False),
        (PEERS, "rank <= 1/3", None, True),
        (PEERS, "rank <= 3/3", None, True),
        (PEERS, "rank <= 4/3", None, False),
        (PEERS, "> peers", None, True),
        (PEERS, ">= 1/3", None, True),
        (COUNT, ">= 0", None, True),
        (COUNT, ">= 15", None, True),
        (COUNT, 15, None, False),
        (COUNT, ">= 15%", None, False),
        (COUNT, ">= 1.5", None, False),
        (COUNT, "2..2", None, True),
        (COUNT, "2..3", None, True),
        (COUNT, "3..2", None, False),
        (COUNT, "0..0", None, True),
        (COUNT, "<= 0", None, True),
        (COUNT, "> last_year", None, True),
        (COUNT, "rank <= 1/3", None, False),
        (TASK, "done", None, True),
        (TASK, "done", "open", True),
        (TASK, "done", "2013-02-28", True),
        (TASK, "done", "2013-02-29", False),
        (TASK, "done", "2013-2-28", False),
        (TASK, None, None, True),
        (TASK, None, "open", False),
        (TASK, ">= 1", None, False),
        (VALUE, "> last_year", None, True),
        (VALUE, "> peers", None, False),
        (VALUE, "> last_year", "2015-12-31", True),
        (VALUE, None, None, True),
        (Measure(form="annual"), None, None, True),
        (Measure(form="annual"), ">= 1", None, False),
    ],
)
def test_what_can_be_asked_of_a_measure(measure, require, by, fits):
    assert right(lambda: target(measure, require, by)) == fits


def test_what_is_asked_is_read_exactly():
    assert target(RATE, ">= 99.9%").constant == Fraction(999, 1000)
    assert target(RATE, ">= 2/6").constant == Fraction(1, 3)
    assert target(COUNT, "1..12").constant == 1
    assert target(COUNT, ">= 7").constant == 7 and target(COUNT, "> last_year").constant is None
    assert target(TASK, "done", "2013-02-28").due == dt.date(2013, 2, 28)
    assert target(TASK, "done", "open").due is None and target(TASK, "done").due is None


@pytest.mark.parametrize(
    ("measure", "require", "by", "kind", "bound", "better"),
    [
        (RATE, ">= 95%", None, "share", "95%", "more"),
        (COUNT, ">= 5,000", None, "count", "5000", "more"),
        (COUNT, "1..2", None, "count", "1..2", "within"),
        (COUNT, "<= 0", None, "count", "0", "less"),
        (COUNT, "> last_year", None, "count", "", "more"),
        (VALUE, "> last_year", None, "level", "", "more"),
        (PEERS, "> peers", None, "level", "", "more"),
        (PEERS, "rank <= 1/3", None, "rank", "1/3", ""),
        (TASK, "done", "2013-02-28", "task", "2013-02-28", ""),
        (TASK, "done", "open", "task", "open", ""),
        (TASK, "done", None, "task", "", ""),
        (TASK, None, None, "reported", "", ""),
    ],
)
def test_how_it_is_judged_and_what_it_comes_to(measure, require, by, kind, bound, better):
    made = target(measure, require, by)
    assert (made.kind, made.bound, made.better) == (kind, bound, better)
    assert made.on_last_year == ("last_year" in (require or ""))
    assert made.is_open == (by == "open")


SUM = {"form": "coverage", "sum": "numerator"}
MEASURES = {  # the key that says what rows come to, and the number that they come to
    "passed": (RATE, "passed", "share"),
    "a part of a sum": (Measure(**SUM, over="denominator"), "sum", "share"),
    "so many for each": (Measure(**SUM, over="denominator", per=100), "sum", "level"),
    "a sum": (Measure(**SUM), "sum", "amount"),
    "a stock": (Measure(**SUM, span="latest"), "sum", "level"),
    "rows": (Measure(form="registers", rows=True), "rows", "count"),
    "distinct": (COUNT, "distinct", "count"),
    "value": (VALUE, "value", "level"),
    "peers": (PEERS, "value", "level"),
    "task": (TASK, "done", "task"),
    "text": (Measure(form="annual"), "", "text"),
}


@pytest.mark.parametrize(("measure", "key", "number"), MEASURES.values(), ids=MEASURES)
def test_what_rows_come_to(measure, key, number):
    assert (measure.key, measure.number) == (key, number)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a", [(1, "a")]),
        ("a - b", [(1, "a"), (-1, "b")]),
        ("a+b-c", [(1, "a"), (1, "b"), (-1, "c")]),
        ("已办 - 逾期", [(1, "已办"), (-1, "逾期")]),
    ],
)
def test_the_columns_of_a_sum(text, terms):
    made = Measure(form="f", sum=text, over="of")
    assert made.terms == terms and made.added == [*(name for _, name in terms), "of"]


@pytest.mark.parametrize(
    ("require", "whom", "fits"),
    [
        (">= 8", "shared", True),
        ("8..9", "shared", True),
        ("<= 8", "shared", False),
        ("> last_year", "shared", False),
        (">= 8", "city", False),
        (">= 8", "each", False),
    ],
)
def test_what_can_be_split(require, whom, fits):
    assert right(lambda: target(COUNT, require, whom=whom, split="equal")) == fits
    if fits:
        assert target(COUNT, require, whom=whom).splittable


STRATA = Strata(column="stratum", values=("a", "b"))


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"sampled": True, "measure": RATE}, True),
        ({"sampled": False, "measure": RATE}, False),
        ({"sampled": True, "measure": RATE.model_copy(update={"strata": STRATA})}, False),
    ],
)
def test_what_is_drawn_from_a_lot(more, fits):
    assert right(lambda: target(require=">= 95%", lot="lots", **more)) == fits


@pytest.mark.parametrize(
    ("weight", "fits"), [("0", False), ("-1", False), ("1/1000", True), (3, True), (0.5, True)]
)
def test_a_weight_is_more_than_nothing(weight, fits):
    assert right(lambda: target(VALUE, weight=weight)) == fits


@pytest.mark.parametrize(
    ("values", "english", "fits"), [(2, 2, True), (2, 0, True), (2, 1, False), (2, 3, False)]
)
def test_strata_have_english_names_all_or_none(values, english, fits):
    names = [f"{number}" for number in range(3)]
    assert right(lambda: Strata(column="c", values=names[:values], en=names[:english])) == fits


@pytest.mark.parametrize(("measure", "key", "number"), MEASURES.values(), ids=MEASURES)
def test_a_basis_is_a_value(measure, key, number):
    assert right(lambda: Basis(title=WORD, unit=WORD, owner="x", measure=measure)) == (
        key == "value"
    )


def test_a_measure_passes_by_one_column_at_most():
    assert right(lambda: Measure(form="f", passed={"a": "x"}))
    assert not right(lambda: Measure(form="f", passed={"a": "x", "b": "y"}))


@pytest.mark.parametrize(
    ("quota", "source", "fits"), [(0, "x", True), (1, "x", True), (-1, "x", False), (1, "", False)]
)
def test_an_official_share_is_none_or_more_and_says_by_whom(quota, source, fits):
    assert right(lambda: Quota(year=2013, target="T", unit="u", quota=quota, source=source)) == fits


def period(start: str, end: str, year: int = 2013) -> Period:
    parts = {"document": Document(title=WORD), "sections": (), "targets": ()}
    return Period(year=year, start=start, end=end, **parts)


@pytest.mark.parametrize(
    ("start", "end", "year", "fits"),
    [
        ("2013-01-01", "2013-12-31", 2013, True),
        ("2013-01-02", "2013-12-31", 2013, False),
        ("2013-01-01", "2013-12-30", 2013, False),
        ("2013-01-01", "2013-01-31", 2013, True),
        ("2013-02-01", "2013-02-28", 2013, True),
        ("2012-02-01", "2012-02-28", 2012, False),
        ("2012-02-01", "2012-02-29", 2012, True),
        ("2012-07-01", "2013-06-30", 2013, True),
        ("2012-07-01", "2013-06-30", 2012, True),
        ("2012-07-01", "2013-06-30", 2014, False),
        ("2012-07-01", "2013-06-30", 2011, False),
        ("2012-07-01", "2013-07-31", 2013, False),
        ("2013-01-01", "2014-01-31", 2013, False),
        ("2013-07-01", "2013-06-30", 2013, False),
        ("2013-08-01", "2013-06-30", 2013, False),
    ],
)
def test_a_period_is_one_to_twelve_whole_months_of_its_year(start, end, year, fits):
    assert right(lambda: period(start, end, year)) == fits


@pytest.mark.parametrize(
    ("every", "months"), [("month", 1), ("quarter", 3), ("half", 6), ("year", 12)]
)
def test_how_long_a_returns_period_is(every, months):
    assert Expected(form="f", sender="s", every=every, due_days=1).months == months


def unit(**more) -> Unit:
    given = {
        "code": "1",
        "code_system": "s",
        "name": "甲",
        "name_en": "A",
        "kind": "镇",
        "slug": "a",
    }
    return Unit(**given | more)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "there"),
    [
        (None, None, True),
        ("2013-12-31", None, True),
        ("2014-01-01", None, False),
        (None, "2013-12-31", True),
        (None, "2013-12-30", False),
        ("2013-12-31", "2013-12-31", True),
    ],
)
def test_a_unit_is_assessed_that_is_there_on_the_last_day(plan2013, valid_from, valid_to, there):
    given = unit(valid_from=valid_from, valid_to=valid_to)
    units = (plan2013.folder.city, given)
    plan = plan2013.model_copy(
        update={"folder": plan2013.folder.model_copy(update={"units": units})}
    )
    assert plan.towns == ([given] if there else [])


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [
        ("2013-01-01", "2013-01-31", False),
        ("2013-01-01", "2013-02-01", True),
        ("2013-06-30", "2013-12-31", True),
        ("2013-07-01", "2013-12-31", False),
    ],
)
def test_a_unit_is_valid_where_one_day_is_common(start, end, valid):
    given = unit(valid_from="2013-02-01", valid_to="2013-06-30")
    assert given.valid(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == valid


def test_lists_of_a_unit_are_parted_by_semicolons():
    assert unit(aliases="甲镇; 乙镇;;", overlaps="").aliases == ("甲镇", "乙镇")
    assert unit(overlaps="丙;丁").overlaps == ("丙", "丁")
    assert unit(kind="city").page == "city" and unit().page == "1-a"


@pytest.mark.parametrize(
    ("start", "end", "year", "span"),
    [
        ("2013-01-01", "2013-12-31", 2012, ("2012-01-01", "2012-12-31")),
        ("2013-02-01", "2013-02-28", 2012, ("2012-02-01", "2012-02-29")),
        ("2012-07-01", "2013-06-30", 2014, ("2013-07-01", "2014-06-30")),
        ("2013-07-01", "2013-12-31", None, ("2013-07-01", "2013-12-31")),
    ],
)
def test_a_period_in_another_year(plan2013, start, end, year, span):
    plan = plan2013.model_copy(update={"period": period(start, end)})
    assert plan.span(year) == tuple(dt.date.fromisoformat(day) for day in span)


@pytest.mark.parametrize(
    ("clause", "heading"),
    [("二(一)2", "二(一)"), ("二(一)", "二(一)"), ("二(六)1", "二(六)"), ("一、12", "一、1")],
)
def test_a_target_stands_under_the_longest_clause_that_begins_its_own(plan2013, clause, heading):
    sections = (
        *plan2013.period.sections,
        plan2013.period.sections[0].model_copy(update={"clause": "一、"}),
    )
    plan = plan2013.model_copy(
        update={"period": plan2013.period.model_copy(update={"sections": sections})}
    )
    moved = plan2013.target("T01").model_copy(update={"clause": clause})
    assert plan.section(moved).clause == heading


# The folder as a whole


def folder(tmp_path: Path) -> Path:
    return shutil.copytree(YIXING, tmp_path / "p")


def changed(place: Path, change: Callable[[dict], None], file: str = "2013.yml") -> Path:
    path = place / file
    content = read_yaml(path)
    change(content)
    write_yaml(path, content)
    return place


def of(content: dict, id: str) -> dict:
    return next(target for target in content["targets"] if target["id"] == id)


def put(id: str, *path, value) -> Callable[[dict], None]:
    def change(content: dict) -> None:
        inside = of(content, id)
        for name in path[:-1]:
            inside = inside[name]
        inside[path[-1]] = value

    return change


BASIS = {
    "title": {"zh": "底数", "en": "basis"},
    "unit": {"zh": "家", "en": "firm"},
    "owner": "统计局",
    "measure": {"form": "annual", "where": {"indicator": "规模以上工业企业数"}, "value": "value"},
}


def basis(name: str, **more) -> Callable[[dict], None]:
    return lambda content: content["bases"].update({name: BASIS | more})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("T47", "by", value="2013-01-01"), None),
        (put("T47", "by", value="2012-12-31"), "T47.by: 2012-12-31 lies before the period begins"),
        (
            put("T22", "measure", "due", value="progress"),
            "progress is a column of type text, and a date is needed",
        ),
        (
            put("T22", "measure", "done", value="evidence"),
            "evidence is a column of type text, and a date is needed",
        ),
        (
            put("T02", "measure", "sum", value="rate"),
            "rate is a column of type rate, and a count or number is needed",
        ),
        (
            put("T02", "measure", "over", value="stratum"),
            "stratum is a column of type .*, and a count or number is needed",
        ),
        (put("T01", "measure", "where", value={"class": ["food", "product"]}), None),
        (
            put("T01", "measure", "where", value={"class": ["food", "drink"]}),
            "class never says 'drink'",
        ),
        (
            put("T09", "measure", "where", value={"year": 2013, "indicator": "建筑工程节能效率"}),
            None,
        ),
        (put("T52", "split", value="equal"), None),
        (put("T52", "split", value="firms_of_scale"), None),
        (put("T01", "lot", value="firms_of_scale"), None),
        (put("T01", "lot", value="equal"), r"T01.lot: 'equal' is not under bases; add it there$"),
        (put("T01", "id", value="T1"), None),
        (put("T01", "id", value="ALL"), "targets.ALL.id: the id ALL means all of them"),
        (put("T01", "id", value="t02"), "the id t02 or T02 is given twice"),
        (put("T01", "id", value="T 1"), "String should match pattern"),
        (basis("size"), None),
        (basis("equal"), "bases.equal: the name is taken"),
        (basis("T01"), "bases.T01: the name is taken"),
        (basis("size", owner="环保局"), "bases.size.owner: '环保局' is not among the senders"),
        (
            basis("size", measure={"form": "yearly", "value": "value"}),
            "size.measure.form: 'yearly' is not in forms.yml",
        ),
        (
            basis("size", measure={"form": "annual", "value": "number"}),
            "size.measure: number is no column of form annual",
        ),
        (
            lambda content: content["returns"][0].update(form="samples"),
            r"returns\[0\].form: 'samples' is not in forms",
        ),
        (
            lambda content: content["returns"][-1].update(sender="环保局"),
            r"returns\[25\].sender: '环保局' is not among",
        ),
        (
            lambda content: content["scoring"]["deductions"].append(
                {"targets": ["T99"], "points": 1}
            ),
            r"deductions\[1\].targets: 'T99' is no target",
        ),
        (
            lambda content: content["scoring"]["deductions"].append(
                {"targets": ["T74"], "points": 1}
            ),
            "T74 stands in two of them",
        ),
        (
            lambda content: content["scoring"]["deductions"].append(
                {"targets": ["T58"], "points": 1}
            ),
            None,
        ),
        (lambda content: content.pop("scoring"), None),
    ],
)
def test_a_folder_is_refused_for_a_mistake_and_for_nothing_else(tmp_path, change, told):
    place = changed(folder(tmp_path), change)
    if told is None:
        assert load(place).plan(2013).year == 2013
    else:
        with pytest.raises(PlanError, match=told) as refused:
            load(place)
        assert str(refused.value).startswith("2013.yml: ")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("2013.yml", None),
        ("2014.yml", "2014.yml: year: 2013 does not fit the file's name; call it 2013.yml"),
    ],
)
def test_a_plan_is_called_by_its_year(tmp_path, name, told):
    place = folder(tmp_path)
    (place / "2013.yml").rename(place / name)
    if told is None:
        assert sorted(load(place).periods) == [2013]
    else:
        with pytest.raises(PlanError) as refused:
            load(place)
        assert str(refused.value) == told


def test_a_folder_without_a_plan_is_none(tmp_path):
    place = folder(tmp_path)
    (place / "2013.yml").unlink()
    with pytest.raises(PlanError, match=r"p: holds no <year>.yml, so no plan"):
        load(place)


def test_of_several_mistakes_the_first_is_told_and_how_many_more(tmp_path):
    def wrong(content: dict) -> None:
        of(content, "T01")["colour"] = "red"
        of(content, "T02")["for"] = "region"

    with pytest.raises(PlanError) as refused:
        load(changed(folder(tmp_path), wrong))
    assert str(refused.value).startswith("2013.yml: targets.T01.colour: ")
    assert str(refused.value).endswith(f"; and 1 more: yxq check {tmp_path.as_posix()}/p")


def rewritten(tmp_path: Path, old: str, new: str) -> Path:
    place = folder(tmp_path)
    text = (place / "units.csv").read_text(encoding="utf-8")
    assert old in text
    (place / "units.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("丁蜀;丁山", "丁蜀;丁山;和桥镇", "name, aliases: 和桥镇 leads to two units"),
        ("丁蜀;丁山", "丁蜀;丁山;丁蜀镇", None),  # twice of one unit leads to one
        ("丁蜀;丁山", "丁蜀;丁山;和 桥 镇", "name, aliases: 和桥镇 leads to two units"),
        ("国家统计局", "自编", None),  # a code belongs to its system
    ],
)
def test_a_name_and_a_code_lead_to_one_unit(tmp_path, old, new, told):
    place = rewritten(tmp_path, old, new)
    if told is None:
        assert len(load(place).units) == 22
    else:
        with pytest.raises(PlanError, match=told):
            load(place)


def test_no_city_is_no_folder(tmp_path):
    text = (YIXING / "units.csv").read_text(encoding="utf-8")
    place = folder(tmp_path)
    lines = [line for line in text.splitlines(keepends=True) if ",city," not in line]
    (place / "units.csv").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(
        PlanError, match=r"units.csv: kind: exactly one unit is the city, here none"
    ):
        load(place)


TOWNS = [each.name for each in load().plan(2013).towns]
OFFICE = "宜质强办〔2013〕1号"


def shares(tmp_path: Path, target: str, quotas: list[int], towns: list[str] = TOWNS) -> Path:
    place = folder(tmp_path)
    lines = [
        f"2013,{target},{name},{quota},{OFFICE}" for name, quota in zip(towns, quotas, strict=True)
    ]
    (place / "quotas.csv").write_text(
        "\n".join(["year,target,unit,quota,source", *lines]), encoding="utf-8"
    )
    return place


@pytest.mark.parametrize(
    ("total", "told"),
    [
        (8, None),
        (7, "they sum to 7, and the city's number is 8"),
        (9, "they sum to 9, and the city's number is 8"),
    ],
)
def test_official_shares_sum_to_the_citys_number(tmp_path, total, told):
    place = shares(tmp_path, "T52", [total, *[0] * 19])
    if told is None:
        assert sum(quota.quota for quota in load(place).plan(2013).quotas) == 8
    else:
        with pytest.raises(PlanError, match=rf"quotas.csv: 2013 T52, quota: {told}"):
            load(place)


def test_official_shares_of_a_range_sum_to_its_lower_end(tmp_path):
    def ranged(content: dict) -> None:
        of(content, "T52").update(require="8..10")

    place = changed(shares(tmp_path, "T52", [8, *[0] * 19]), ranged)
    assert sum(quota.quota for quota in load(place).plan(2013).quotas) == 8
    (place / "quotas.csv").unlink()
    assert load(place).plan(2013).quotas == []


@pytest.mark.parametrize(
    ("target", "told"),
    [("T29", "a count that units do not share"), ("T99", "no such target or year")],
)
def test_official_shares_are_of_what_is_shared(tmp_path, target, told):
    with pytest.raises(PlanError, match=rf"2013 {target}: {told}; take the rows away"):
        load(shares(tmp_path, target, [1, *[0] * 19]))
