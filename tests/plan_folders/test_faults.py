"""What can only be a mistake is refused in one line, whatever its kind; numbers are exact."""

import sys
from fractions import Fraction

import pytest
import small
from small import folder, form, read, results, target

from yxq import cli
from yxq.plan.forms import TAKEN
from yxq.plan.listing import listed
from yxq.plan_folders import diff
from yxq.plan_folders.load import load
from yxq.report import display
from yxq.returns.parts import form_types
from yxq.returns.sheet_read import Context
from yxq.tables import contracts
from yxq.words.errors import PlanError
from yxq.words.wording import Words

ROWS = {"form": "f", "rows": True}
BASE = {"title": small.TITLE, "unit": small.TITLE, "owner": "办公室"}


def refused(place, told):
    with pytest.raises(PlanError, match=told) as error:
        load(place)
    assert "\n" not in str(error.value)


# P7: the plan's own words


@pytest.mark.parametrize(
    ("says", "zh", "en"),
    [
        ("5,000 m2", "5,000 m2", "5,000 m2"),
        ({"zh": "人均五千平米", "en": "5,000 m2 a head"}, "人均五千平米", "5,000 m2 a head"),
        (None, "未定数值", "no number set"),
    ],
)
def test_what_is_only_reported_shows_the_plans_own_words(tmp_path, says, zh, en):
    given = {} if says is None else {"says": says}
    plan = load(folder(tmp_path, {"f": form("unit")}, target("C", ROWS, **given))).plan(2013)
    asked = plan.target("C")
    assert asked.kind == "reported"
    assert display.required(asked, Words("zh")) == zh
    assert display.required(asked, Words("en")) == en
    listed_as = listed(plan, Words("en"), full=False).loc[0, "require"]
    assert listed_as == ("" if says is None else en)


def test_another_number_of_what_is_only_reported_is_a_change(tmp_path):
    plans = [
        load(folder(tmp_path / says, {"f": form("unit")}, target("C", ROWS, says=says))).plan(2013)
        for says in ("5,000 m2", "6,000 m2")
    ]
    (row,) = diff.differences(*plans).itertuples(index=False)
    words = ("5,000 m2", "6,000 m2")
    assert (row.change, row.what, row.before, row.after) == ("changed", "says", *words)


def test_what_is_judged_does_not_say_something_else(tmp_path):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS, ">= 5", says="5"))
    refused(place, r"targets.C.says: what is judged says >= 5; take one of them away")


# P11, P17: what does not go together


@pytest.mark.parametrize("whom", ["each", "both", "city"])
def test_peers_are_compared_with_the_city_alone(tmp_path, whom):
    measure = {"form": "f", "value": "value", "peer": "kind"}
    made = form("unit", "year", "kind", "value")
    place = folder(tmp_path, {"f": made}, target("C", measure, "> peers", **{"for": whom}))
    if whom == "city":
        assert load(place).plan(2013)
    else:
        refused(place, "targets.C.for: only the city is compared with its peers; write city")


@pytest.mark.parametrize(
    ("whom", "require"), [("each", None), ("both", None), ("shared", ">= 5"), ("city", None)]
)
def test_a_target_of_units_needs_a_form_that_says_whose_a_row_is(tmp_path, whom, require):
    place = folder(tmp_path, {"f": form("n")}, target("C", ROWS, require, **{"for": whom}))
    if whom == "city":
        assert load(place).plan(2013)
    else:
        refused(place, "targets.C.for: form f has no column unit, which says whose a row is")


# P22: names


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_column_of_the_tables_own_name_is_refused(tmp_path, name):
    made = form("unit") | {"columns": {"unit": {"type": "unit"}, name: {"type": "text"}}}
    refused(folder(tmp_path, {"f": made}, target("C", ROWS)), f"forms.f.columns.{name}: a table")


def test_every_column_that_records_get_is_taken():
    made = load().forms["inspections"]
    kept = {*form_types(made).names} | {*contracts.records({}).columns}
    assert (kept | {*Context.model_fields} - {"filed"}) - {*made.columns} <= TAKEN


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("unit", "text", "columns.unit: it is no column of type text"),
        ("year", "count", "columns.year: it is no column of type count"),
        ("town", "unit", "columns.town: the column that says whose a row is; call it unit"),
        ("a b", "text", "columns.a b: String should match pattern"),
        ("a-b", "count", "columns.a-b: String should match pattern"),
        ("../a", "text", "String should match pattern"),
        ("户数", "count", None),
    ],
)
def test_a_column_is_called_so_that_it_means_one_thing(tmp_path, name, kind, told):
    made = form("unit") | {"columns": {"unit": {"type": "unit"}, name: {"type": kind}}}
    place = folder(tmp_path, {"f": made}, target("C", ROWS, **{"for": "city"}))
    if told is None:
        assert name in load(place).forms["f"].columns
    else:
        refused(place, told)


@pytest.mark.parametrize("name", ["../../../PWN", "a/b", "a\\b", "", ".", "a*", "x" * 61])
def test_a_form_is_called_so_that_its_file_stays_in_the_folder(tmp_path, name):
    place = folder(tmp_path, {name: form("unit")}, target("C", ROWS | {"form": name}))
    refused(place, r"forms\.yml: forms.*: String should match pattern")


@pytest.mark.parametrize("name", ["last_year", "last", "peers", "y2010", "all"])
def test_a_target_or_basis_is_not_called_like_what_is_compared_with(tmp_path, name):
    place = folder(tmp_path / "a", {"f": form("unit")}, target(name, ROWS))
    refused(place, f"targets.{name}.id: the id {name} means")
    bases = {name: BASE | {"measure": {"form": "f", "value": "value"}}}
    made = form("unit", "year", "value")
    place = folder(tmp_path / "b", {"f": made}, target("C", ROWS), bases=bases)
    refused(place, f"bases.{name}: the id {name} means")


@pytest.mark.parametrize("column", ["month", "day", "label", "stratum"])
def test_a_column_that_measures_put_in_place_is_not_measured(tmp_path, column):
    columns = {"unit": {"type": "unit"}, column: {"type": "text"}}
    measure = {"form": "f", "distinct": [column]}
    place = folder(tmp_path, {"f": form("unit") | {"columns": columns}}, target("C", measure))
    refused(place, f"targets.C.measure: {column} is a name that measures use themselves")


# P23: bombs


DEEP = "targets: " + "[" * 20_000
BROAD = "\n".join(
    [
        "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]",
        *(f"{x}: &{x} [{f'*{y},' * 9}]" for y, x in zip("abcdefgh", "bcdefghi", strict=True)),
    ]
)
BOMBS = {
    "deep": (DEEP, "not valid YAML"),
    "closed": (DEEP + "]" * 20_000, "not valid YAML"),
    "a little too deep": ("targets: " + "[" * 30 + "]" * 30, "more than 20 deep"),
    "broad": (BROAD, "more than 1,000,000 values"),
    "long": ("#" + "x" * (21 << 20), "more than 20 MB"),
    "itself": ("a: &a [*a]", "not valid YAML"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "told"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_one_line_and_two(tmp_path, text, told, monkeypatch, capsys):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS))
    (place / "2013.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["yxq", "targets", "--plan", str(place)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    out, err = capsys.readouterr()
    assert stop.value.code == 2 and not out
    assert err.count("\n") == 1 and told in err and len(err) < 500


@pytest.mark.parametrize(
    ("year", "ends"),
    [
        (9999, ("9999-01-01", "9999-12-31")),
        (1, ("0001-01-01", "0001-12-31")),
        (2201, ("2201-01-01", "2201-12-31")),
        (1899, ("1899-01-01", "1899-12-31")),
    ],
)
def test_days_that_cannot_be_reckoned_with_are_refused(tmp_path, year, ends):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS))
    text = (place / "2013.yml").read_text(encoding="utf-8")
    text = text.replace("'2013-01-01'", ends[0]).replace("'2013-12-31'", ends[1])
    (place / "2013.yml").unlink()
    file = place / f"{year:04}.yml"
    file.write_text(text.replace("year: 2013", f"year: {year:04}"), encoding="utf-8")
    refused(place, r"start: no day of the years 1900 to 2200")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2201-01-01"])
def test_other_days_too(tmp_path, day):
    task = target("C", {"form": "f", "done": "on"}, "done", by=day)
    refused(folder(tmp_path / "a", {"f": form("unit", "on")}, task), "no day of the years")
    made = folder(tmp_path / "b", {"f": form("unit")}, target("C", ROWS))
    text = (made / "units.csv").read_text(encoding="utf-8")
    (made / "units.csv").write_text(text.replace("jia,,,", f"jia,,{day},"), encoding="utf-8")
    refused(made, r"units\.csv: valid_from: no day of the years 1900 to 2200 in line 2")


@pytest.mark.parametrize("year", ["0000", "1899", "2200", "9999"])
def test_a_base_year_that_cannot_be_is_nothing_to_compare_with(tmp_path, year):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS, f">= y{year}"))
    refused(place, f"'y{year}' is nothing to compare with")


# P24: decimals


@pytest.mark.parametrize(
    ("require", "bound"),
    [(">= 8.0", 8), (">= 2.5万", 25_000), (">= 1亿", 10**8), (">= 5,000", 5_000), (">= 3/1", 3)],
)
def test_decimals_are_exact_numbers(tmp_path, require, bound):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS, require, weight=0.5))
    asked = load(place).plan(2013).target("C")
    assert asked.constant == bound and asked.weight == Fraction(1, 2)


def test_a_year_of_the_return_is_one_to_choose_rows_by(tmp_path):
    """The form has no column of it."""
    measure = {"form": "f", "sum": "n", "where": {"year": 2013}}
    plan = folder(tmp_path, {"f": form("unit", "n")}, target("C", measure, ">= 5"))
    tables = read(tmp_path, plan, **{"2013年": "unit,n\n甲镇,5\n"})
    assert results(plan, tables).loc[("甲镇", "C"), "value"] == 5
