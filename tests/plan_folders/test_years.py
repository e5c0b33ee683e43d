"""A plan file of several years: each by itself, against the plan's path."""

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
import small
from project import read_yaml, write_yaml

from yxq.plan_folders import diff, draft
from yxq.plan_folders.load import load
from yxq.report.display import required
from yxq.words.errors import PlanError
from yxq.words.wording import Words

FORM = {"f": small.form("unit", "n", "on", when=["on"])}
AMOUNT = {"form": "f", "sum": "n"}


def several(place: Path, *targets: dict, name: str = "2021-2023", **more) -> Path:
    """A folder with one plan file of several calendar years."""
    first, last = name.split("-")
    said = {"year": name, "start": f"{first}-01-01", "end": f"{last}-12-31"}
    made = small.folder(place, FORM, *targets, **said | more)
    (made / "2013.yml").rename(made / f"{name}.yml")
    return made


def target(require=None, id: str = "A", **more) -> dict:
    """A target on the sum of a column; require: a text, or a path."""
    return small.target(id, AMOUNT, **{"require": require} if require else {}, **more)


def asked(folder: Path, id: str = "A") -> dict[int, str]:
    """What each year asks, and by when where that is later."""
    plans = [load(folder).plan(year) for year in sorted(load(folder).periods)]
    targets = {plan.year: plan.target(id) for plan in plans}
    return {y: " by ".join(str(p) for p in (t.require, t.by) if p) for y, t in targets.items()}


def refused(folder: Path) -> str:
    with pytest.raises(PlanError) as found:
        load(folder)
    return str(found.value)


def test_each_year_is_a_plan_of_its_own(tmp_path):
    folder = load(several(tmp_path, target(">= 5")))
    spans = {year: tuple(map(str, folder.plan(year).span())) for year in folder.periods}
    assert spans == {year: (f"{year}-01-01", f"{year}-12-31") for year in (2021, 2022, 2023)}
    assert folder.files == dict.fromkeys((2021, 2022, 2023), "2021-2023.yml")
    assert [folder.plan(year).id for year in folder.periods] == [
        "plan-2021",
        "plan-2022",
        "plan-2023",
    ]


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ({"start": "2021-07-01", "end": "2024-06-30"}, {2021: "2021-07-01", 2023: "2023-07-01"}),
        ({"start": "2020-07-01", "end": "2023-06-30"}, {2021: "2020-07-01", 2023: "2022-07-01"}),
    ],
    ids=["by its first half", "by its second half"],
)
def test_years_that_are_no_calendar_years_keep_their_label(tmp_path, said, years):
    folder = load(several(tmp_path, target({2022: ">= 5"}), **said))
    assert {year: str(folder.periods[year].start) for year in years} == years
    assert asked(folder.path)[2021] == f">= 5 by {folder.periods[2022].end}"


@pytest.mark.parametrize(
    ("target", "years"),
    [
        (target(">= 5"), [">= 5", ">= 5", ">= 5"]),
        (target(">= 5", by="open"), [">= 5 by open"] * 3),
        (target({2021: ">= 3", 2022: "> 4", 2023: "<= 9"}), [">= 3", "> 4", "<= 9"]),
        (target({2023: "<= 9", 2021: ">= 3"}), [">= 3", "<= 9 by 2023-12-31", "<= 9"]),
        (target({2022: ">= 4"}), [">= 4 by 2022-12-31", ">= 4", ""]),
        (target({2022: None, 2023: ">= 4"}), ["", "", ">= 4"]),
        (target({2021: ">= 3", 2022: None, 2023: ">= 4"}), [">= 3", "", ">= 4"]),
        # What is compared with the year before cannot be said ahead; a base year can.
        (target({2023: ">= last_year * 110%"}), ["", "", ">= last_year * 110%"]),
        (target({2023: "> last"}), ["", "", "> last"]),
        (
            target({2023: "<= y2020 * 60%"}),
            [*["<= y2020 * 60% by 2023-12-31"] * 2, "<= y2020 * 60%"],
        ),
        (target(">= 5", by="2022-12-31"), [">= 5 by 2022-12-31", ">= 5", ""]),
        (target(">= 5", by="2030-12-31"), [">= 5 by 2030-12-31"] * 3),
        (target(), ["", "", ""]),
        (
            target({2022: ">= 4"}, **{"for": "shared", "split": "equal"}),
            [">= 4 by 2022-12-31", ">= 4", ""],
        ),
    ],
)
def test_what_each_year_asks(tmp_path, target, years):
    if target["for"] == "shared":
        target["measure"] = {"form": "f", "rows": True}
    assert [*asked(several(tmp_path, target)).values()] == years


def test_a_plan_of_two_years_asks_by_a_day_as_a_longer_one(tmp_path):
    made = several(tmp_path, target(">= 5", by="2021-12-31"), name="2021-2022")
    assert asked(made) == {2021: ">= 5", 2022: ""}


@pytest.mark.parametrize(
    ("target", "years", "last"),
    [
        (target({2021: ">= 3"}), {2022, 2023}, "2021 asked >= 3"),
        (target({2022: ">= 3", 2021: ">= 4"}), {2023}, "2022 asked >= 3"),
        (target({2021: ">= 3", 2022: None, 2023: ">= 4"}), {2022}, "2021 asked >= 3"),
        (target({2021: ">= 3", 2023: "> last_year"}), {2022}, "2021 asked >= 3"),
        (
            target({2021: {"镇": ">= 3", "街道": ">= 5"}}),
            {2022, 2023},
            "2021 asked 镇 >= 3, 街道 >= 5",
        ),
        (target(">= 5", by="2022-12-31"), {2023}, "2022 asked >= 5"),
        (target({2022: None, 2023: ">= 4"}), set(), ""),
        (target(), set(), ""),
    ],
)
def test_a_year_without_a_number_says_what_was_asked_last(tmp_path, target, years, last):
    made = load(several(tmp_path, target))
    told = {year: made.plan(year).target("A") for year in (2021, 2022, 2023)}
    assert {year for year, asked in told.items() if asked.says} == years
    for year in years:
        english = required(told[year], Words("en"))
        assert english == f"no number this year; {last}"
        chinese = f"本年未定数值；{last.replace(' asked ', '年要求')}"
        assert required(told[year], Words("zh")) == chinese


def test_that_nothing_more_is_asked_is_one_change_and_then_none(tmp_path):
    made = load(several(tmp_path, target({2021: ">= 3"})))
    rows = diff.differences(made.plan(2021), made.plan(2022))
    told = "no number this year; 2021 asked >= 3"
    assert rows[["what", "before", "after"]].to_numpy().tolist() == [
        ["require", ">= 3", f"本年未定数值；2021年要求>= 3 / {told}"]
    ]
    assert diff.differences(made.plan(2022), made.plan(2023)).empty


@pytest.mark.parametrize("day", ["2022-01-01", "2022-06-30", "2022-12-31"])
def test_a_task_is_due_in_its_year_and_no_more_after_it(tmp_path, day):
    form = small.form("unit", "year", "on", when=["year"], key=["unit", "year"])
    task = small.target("A", {"form": "f", "done": "on"}, "done", by=day)
    made = small.folder(
        tmp_path, {"f": form}, task, year="2021-2023", start="2021-01-01", end="2023-12-31"
    )
    (made / "2013.yml").rename(made / "2021-2023.yml")
    assert [*asked(made).values()] == [f"done by {day}"] * 2 + [""]
    assert load(made).plan(2023).target("A").kind == "reported"


@pytest.mark.parametrize(
    ("target", "more", "told"),
    [
        (
            target({2021: ">= 3", 2024: ">= 4"}),
            {},
            "targets.A.require: 2024 is no year of the plan, 2021-2023",
        ),
        (
            target({2021: ">= 3"}, by="2022-12-31"),
            {},
            "targets.A.by: the years of require say when; take by away",
        ),
        (
            target({2021: ">= 3", 2022: "30"}),
            {},
            "targets.A.require: '30' is no requirement; write such as",
        ),
        (
            target(">= 5", by="2022-06-30"),
            {},
            "targets.A.by: a number is asked for at the period's end, 2022-12-31",
        ),
        (
            target(">= 5", by="2020-12-31"),
            {},
            "targets.A.by: 2020-12-31 lies before the period begins",
        ),
        (
            target(">= 5"),
            {"end": "2023-11-30"},
            "start, end: 3 years from 2021-01-01 end on 2023-12-31, not on 2023-11-30",
        ),
        (target(">= 5"), {"end": "2023-02-30"}, "day is out of range"),
        (target(">= 5"), {"end": "soon"}, "end: Input should be a valid date"),
        (
            target(">= 5"),
            {"year": "2021-2024", "end": "2024-12-31"},
            "year: 2021-2024 does not fit the file's name; call it 2021-2024.yml",
        ),
        (
            target(">= 5"),
            {"year": 2021, "end": "2021-12-31"},
            "year: 2021 does not fit the file's name; call it 2021.yml",
        ),
        (
            target(">= 5"),
            {"year": 2021},
            "a plan of several years says year: 2013-2015, and its file is called so",
        ),
        (target(">= 5"), {"year": "2023-2021"}, "year: Input should be a valid integer"),
    ],
)
def test_a_mistake_is_told_once(tmp_path, target, more, told):
    message = refused(several(tmp_path, target, **more))
    assert message.count("2021-2023.yml") == 1 and told in message


def test_a_year_is_in_one_file(tmp_path):
    folder = several(tmp_path, target(">= 5"))
    one = read_yaml(folder / "2021-2023.yml")
    one |= {"year": 2022, "start": "2022-01-01", "end": "2022-12-31"}
    write_yaml(folder / "2022.yml", one)
    both = "2022.yml: 2021-2023.yml and 2022.yml both hold 2022; keep it in one of them"
    assert refused(folder) == both


def test_a_file_is_called_by_its_first_year_first(tmp_path):
    folder = several(tmp_path, target(">= 5"))
    (folder / "2021-2023.yml").rename(folder / "2023-2021.yml")
    assert refused(folder).startswith("2023-2021.yml: call it by its first year")


def test_files_of_one_year_and_of_several_stand_beside_each_other(tmp_path):
    folder = several(tmp_path, target({2021: ">= 3", 2023: ">= 4"}))
    one = read_yaml(folder / "2021-2023.yml")
    write_yaml(
        folder / "2020.yml",
        one
        | {"year": 2020, "start": "2020-01-01", "end": "2020-12-31", "targets": [target(">= 2")]},
    )
    assert asked(folder) == {2020: ">= 2", 2021: ">= 3", 2022: ">= 4 by 2023-12-31", 2023: ">= 4"}
    plans = load(folder)
    rows = diff.differences(plans.plan(2020), plans.plan(2021))
    assert rows[["change", "before", "after"]].to_numpy().tolist() == [["raised", ">= 2", ">= 3"]]


def test_a_path_in_a_file_of_one_year(tmp_path):
    made = small.folder(tmp_path, FORM, target({2013: ">= 3"}))
    assert asked(made) == {2013: ">= 3"}


def test_the_year_that_is_meant_without_one_is_the_last_that_has_begun(tmp_path):
    far = load(several(tmp_path / "a", target(">= 5"), name="2021-2029"))
    far_ahead = load(several(tmp_path / "b", target(">= 5"), name="2091-2095"))
    today = dt.date.today().year
    assert far.plan().year == min(today, 2029) and far_ahead.plan().year == 2091


def test_an_editor_knows_a_path(tmp_path):
    schema = json.loads(draft.schema("plan"))
    content = read_yaml(several(tmp_path, target(">= 3")) / "2021-2023.yml")
    asked = content["targets"][0]
    asked["require"] = {"2021": ">= 30", "2023": None}
    jsonschema.validate(content, schema)
    for span in ("period", "latest", "since 2021", "mean 5"):
        asked["measure"]["span"] = span
        jsonschema.validate(content, schema)
    for wrong in ({"21": ">= 30"}, {"2021": "30 or so"}):
        asked["require"] = wrong
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content, schema)


def test_the_next_plan_has_as_many_years(tmp_path):
    title = {"zh": "2021—2023年计划", "en": "Plan 2021 to 2023"}
    path = {2021: ">= 3", 2023: ">= 4"}
    folder = several(
        tmp_path, target(path), target(">= 9", "B", by="2023-12-31"), document={"title": title}
    )
    made = draft.scaffold(load(folder), 2024, tmp_path / "next")
    assert made.plan.name == "2024-2026.yml"
    text = made.plan.read_text(encoding="utf-8")
    assert "2024—2026年计划" in text and "Plan 2024 to 2026" in text
    assert "2024: '>= 3'  # 2021-2023: >= 3" in text and "by: 2026-12-31" in text.replace("'", "")
    assert "--year 2024 --diff" in text and made.stale == []
    new = load(tmp_path / "next")
    assert sorted(new.periods) == [*range(2021, 2027)]
    assert asked(new.path) == {
        2021: ">= 3",
        2022: ">= 4 by 2023-12-31",
        2023: ">= 4",
        2024: ">= 3",
        2025: ">= 4 by 2026-12-31",
        2026: ">= 4",
    }
    assert str(new.plan(2026).period.end) == "2026-12-31" and new.plan(2025).period.draft
    with pytest.raises(PlanError, match="there is a plan for 2025 already"):
        draft.scaffold(new, 2025, tmp_path / "next")


def test_the_schema_knows_what_a_span_is_not(tmp_path):
    content = read_yaml(several(tmp_path, target(">= 3")) / "2021-2023.yml")
    content["targets"][0]["measure"]["span"] = "mean 1"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, json.loads(draft.schema("plan")))


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (2022, ""),
        (2021, "quota: they sum to 9, and the city's number is 8"),
        (2023, "2023 A: a count that units do not share"),
        (2024, "2024 A: no such target or year"),
    ],
)
def test_official_shares_are_of_a_year(tmp_path, year, told):
    """The city's number is 8 in 2021, 9 in 2022, and none in 2023."""
    whole = {"form": "f", "rows": True}
    asked = small.target("A", whole, **{"require": {2021: ">= 8", 2022: ">= 9"}, "for": "shared"})
    folder = several(tmp_path, asked)
    units = "".join(f"{year},A,{unit},3,公文\n" for unit in ("甲镇", "乙镇", "丙街道"))
    (folder / "quotas.csv").write_text("year,target,unit,quota,source\n" + units, encoding="utf-8")
    if told:
        assert told in refused(folder)
    else:
        assert [len(load(folder).plan(year).quotas) for year in (2021, 2022)] == [0, 3]


def test_a_year_may_ask_by_kind_of_unit(tmp_path):
    kinds = {"镇": ">= 4", "街道": ">= 5"}
    folder = load(several(tmp_path, target({2021: ">= 3", 2023: kinds})))
    asked = {year: folder.plan(year).target("A") for year in (2021, 2022, 2023)}
    assert [str(asked[year].of_kind("街道").require) for year in asked] == [">= 3", ">= 5", ">= 5"]
    assert [str(asked[year].by or "") for year in asked] == ["", "2023-12-31", ""]
