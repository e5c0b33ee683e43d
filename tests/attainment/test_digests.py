"""What is run and printed again: units' digests, keys of runs, prints of the last pack."""

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from yxq.attainment.results import COMPUTED, Results
from yxq.publish import keys, pack
from yxq.publish import run as runs
from yxq.publish.run import Job, needed
from yxq.report.html import Look
from yxq.tables import store

DAY = dt.date(2014, 1, 31)
OWN, OTHER, CITY = "丁蜀镇", "和桥镇", "宜兴市"


# Digests of units


@pytest.fixture(scope="module")
def whole(plan2013, demo_processed, tmp_path_factory) -> Results:
    """The demonstration's results, from a copy of its tables."""
    place = tmp_path_factory.mktemp("digests") / "processed"
    shutil.copytree(demo_processed, place, ignore=shutil.ignore_patterns(store.KEPT))
    made = Results(plan2013, place, DAY)
    assert not made._kept and len(made.digests) == 20
    return made


def again(whole: Results, table: str, change) -> set[str]:
    """The units whose digests are others when one table on disk is changed, and nothing else."""
    file = Path(whole.processed) / f"{table}.parquet"
    before, rows = file.read_bytes(), pd.read_parquet(file)
    changed = change(rows.copy())
    changed.to_parquet(file, index=False)
    try:
        assert not pd.read_parquet(file).equals(rows)
        other = Results(whole.plan, whole.processed, DAY)
        computed = {name: getattr(whole, name) for name in COMPUTED}
        other.__dict__.update(computed | {"_place": Path(whole.processed) / "nowhere"})
        return {unit for unit, digest in other.digests.items() if digest != whole.digests[unit]}
    finally:
        file.write_bytes(before)


def put(where, **values):
    """Another value in the first row for which this holds."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows.index[where(rows)][0]
        for name, value in values.items():
            assert rows.loc[first, name] != value
            rows.loc[first, name] = value
        return rows

    return change


def fails(unit: str):
    return lambda rows: (rows["unit"] == unit) & (rows["result"] == "fail")


def of(unit: str):
    return lambda rows: rows["unit"] == unit


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("records/inspections", put(fails(OWN), failing_item="另一项")),
        ("records/inspections", put(fails(OWN), firm="另一厂")),
        ("records/inspections", put(fails(OWN), product="另一物")),
        ("records/inspections", put(fails(OWN), date=pd.Timestamp("2013-01-02"))),
        ("records/inspections", put(fails(OWN), row=99_999)),
        ("records/inspections", put(fails(OWN), file="another.csv")),
        ("records/inspections", put(of(OWN), sample_no="X-1")),
        ("records/coverage", put(of(OWN), numerator=1)),
        ("records/projects", put(of(OWN), firm="另一家")),
        ("records/registers", put(of(OWN), item="另一件")),
        ("records/annual", put(of(OWN), value=0.125)),
        ("records/milestones", put(of(OWN), progress="另一步")),
        ("measures", put(of(OWN), records=77)),
        ("measures", put(lambda rows: of(OWN)(rows) & (rows["target"] == "T01"), numerator=0)),
        (
            "measures",
            put(
                lambda rows: of(OWN)(rows) & (rows["year"] == 2012), date=pd.Timestamp("2012-01-04")
            ),
        ),
    ],
)
def test_a_change_in_a_row_of_a_units_changes_its_digest_and_no_other(whole, table, change):
    assert again(whole, table, change) == {OWN}


@pytest.mark.parametrize("table", ["records/inspections", "records/coverage", "measures"])
def test_a_row_that_goes_is_a_change_too(whole, table):
    assert again(
        whole, table, lambda rows: rows.drop(index=rows.index[rows["unit"] == OWN][0])
    ) == {OWN}


def test_a_row_that_moves_to_another_unit_changes_both(whole):
    assert again(whole, "records/inspections", put(fails(OWN), unit=OTHER)) == {OWN, OTHER}


@pytest.mark.parametrize("table", ["records/milestones", "records/annual", "measures"])
def test_a_row_of_the_citys_is_on_no_units_page(whole, table):
    name = {"records/milestones": "progress", "records/annual": "value", "measures": "records"}[
        table
    ]
    value = {"progress": "另一步", "value": 0.125, "records": 77}[name]
    assert again(whole, table, put(of(CITY), **{name: value})) == set()


def test_a_form_without_units_is_on_no_units_page(whole):
    assert (
        again(whole, "records/benchmarks", put(lambda rows: rows["value"].notna(), value=1.5))
        == set()
    )


def test_whether_data_are_synthetic_stands_on_every_page(whole):
    units = again(whole, "files", lambda rows: rows.assign(synthetic=False))
    assert units == {unit.name for unit in whole.plan.towns}


def test_each_computed_table_counts_whatever_its_name(whole, tmp_path):
    """The same rows under another table's name are other rows."""
    swapped = Results(whole.plan, whole.processed, DAY)
    tables = {name: getattr(whole, name) for name in COMPUTED}
    swapped.__dict__.update(tables | {"_place": tmp_path / "nowhere"})
    swapped.__dict__["measures"] = whole.measures
    assert swapped.digests == whole.digests
    two = Results(whole.plan, whole.processed, DAY)
    two.__dict__.update(tables | {"_place": tmp_path / "nowhere", "measures": whole.measures})
    two.__dict__ |= {"quotas": whole.owed, "owed": whole.quotas}
    assert {unit for unit in two.digests if two.digests[unit] != whole.digests[unit]} == set(
        whole.digests
    )


# Keys


def notebook(*sources: str, reads: str | None = None):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    if reads:
        made.metadata["yxq"] = {"reads": reads}
    return made


@pytest.fixture
def known(whole):
    """Keys that take the demonstration's results as they are, changed or not."""

    def made(results: Results) -> keys.Keys:
        found = keys.Keys()
        found.results = lambda settled: results  # type: ignore[method-assign]
        return found

    return made


def changed(whole: Results, unit: str) -> Results:
    """Results in which one unit's rows are others."""
    other = Results(whole.plan, whole.processed, DAY)
    other.__dict__["digests"] = whole.digests | {unit: "another"}
    return other


CONTEXT = {"year": 2013, "as_of": DAY.isoformat()}


def test_the_parts_of_a_key(whole, known):
    key = known(whole).of(notebook("1"), {"town": OWN}, CONTEXT)
    assert list(key) == ["notebook", "parameters", "data", "day", "plan", "program", "versions"]
    assert key["day"] == "2014-01-31" and len(set(key.values())) == 7


@pytest.mark.parametrize(
    ("reads", "settled", "unit", "parts"),
    [
        ("unit", {"town": OWN}, OWN, {"data"}),
        ("unit", {"town": OWN}, OTHER, set()),
        ("unit", {"town": "320282112"}, OWN, {"data"}),
        ("unit", {"town": "dingshu"}, OTHER, set()),
        ("unit", {}, OWN, set()),  # it reads all tables, and these are as they were
        (None, {"town": OWN}, OWN, set()),
    ],
)
def test_a_page_of_a_unit_depends_on_that_units_rows(whole, known, reads, settled, unit, parts):
    one, other = (
        known(each).of(notebook("1", reads=reads), settled, CONTEXT)
        for each in (whole, changed(whole, unit))
    )
    assert {name for name in one if one[name] != other[name]} == parts


def test_any_other_page_depends_on_all_tables(whole, known, tmp_path):
    """They are known by `state.json`; the page of a unit that is not touched does not mind."""
    place = shutil.copytree(whole.processed, tmp_path / "processed")
    moved = Results(whole.plan, place, DAY)
    moved.__dict__["digests"] = whole.digests
    (place / "state.json").write_text(json.dumps("another"), encoding="utf-8")
    for reads, parts in ((None, {"data"}), ("unit", set())):
        cells = notebook("1", reads=reads)
        one, other = (known(each).of(cells, {"town": OWN}, CONTEXT) for each in (whole, moved))
        assert {name for name in one if one[name] != other[name]} == parts


@pytest.mark.parametrize(
    ("sources", "settled", "day", "parts"),
    [
        (["1", "2"], {"town": OWN, "x": 1}, DAY, {"notebook"}),
        (["1"], {"town": OWN, "x": 2}, DAY, {"parameters"}),
        (["1"], {"town": OWN, "x": 1}, dt.date(2014, 1, 30), {"day"}),
    ],
)
def test_what_else_a_page_depends_on(whole, known, sources, settled, day, parts):
    one = known(whole).of(notebook("1", reads="unit"), {"town": OWN, "x": 1}, CONTEXT)
    later = Results(whole.plan, whole.processed, day)
    later.__dict__["digests"] = whole.digests
    other = known(later).of(notebook(*sources, reads="unit"), settled, CONTEXT)
    assert {name for name in one if one[name] != other[name]} == parts


def test_another_plan_is_another_key(whole, known):
    period = whole.plan.period.model_copy(update={"draft": True})
    other = Results(whole.plan.model_copy(update={"period": period}), whole.processed, DAY)
    one, two = (known(each).of(notebook("1"), {}, CONTEXT) for each in (whole, other))
    assert {name for name in one if one[name] != two[name]} == {"plan"}


@pytest.mark.parametrize(
    ("key", "before", "told"),
    [
        ({"a": "1"}, {}, "new"),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, ""),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, "b changed"),
        ({"b": "2", "a": "1"}, {"b": "3", "a": "3"}, "a, b changed"),
        ({"a": "1", "b": "2"}, {"a": "1"}, "b changed"),
        ({"a": "1"}, {"a": "1", "b": "2"}, "b changed"),
    ],
)
def test_why_a_run_is_needed(key, before, told):
    assert keys.why(key, before) == told


def test_what_a_notebook_is_known_by():
    """Its cells, and of an executed one what they gave; not what differs from run to run."""
    one, two = notebook("1", "2"), notebook("1", "2")
    assert one.cells[0]["id"] != two.cells[0]["id"]
    assert keys.digest(one, outputs=False) == keys.digest(two, outputs=False)
    two.cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    two.cells[1].execution_count = 7
    assert keys.digest(one, outputs=False) == keys.digest(two, outputs=False)
    two.cells[1].id = one.cells[1].id
    two.cells[0].id = one.cells[0].id
    assert keys.digest(one) != keys.digest(two)
    two.cells[1].outputs = []
    two.cells[1].execution_count = None
    assert keys.digest(one) == keys.digest(two)
    assert keys.digest(one, outputs=False) != keys.digest(notebook("1", "3"), outputs=False)
    assert keys.digest(one, outputs=False) != keys.digest(notebook("2", "1"), outputs=False)


# What is there already


@pytest.fixture
def job(tmp_path) -> Job:
    """A notebook that has been run, with its page."""
    made = Job(
        tmp_path / "n.ipynb",
        tmp_path / "out.ipynb",
        {},
        Look("title", "zh"),
        key={"data": "1", "day": "2"},
    )
    published(made, "first")
    return made


def published(job: Job, text: str, page: bool = True) -> None:
    ran = notebook("1")
    html = {"text/html": f"<p>{text}</p>"}
    ran.cells[0].outputs = [nbformat.v4.new_output("display_data", data=html)]
    part = job.output.with_name(".part.ipynb")
    nbformat.write(ran, part)
    runs._publish(job, part, job.output.with_suffix(".html"), failed=False)
    assert job.output.exists() and page == job.output.with_suffix(".html").exists()


def reasons(job: Job, **options) -> list[str]:
    return [outcome.why for outcome in needed([job], **options)]


def test_what_is_there_is_not_run_again_unless_it_must_be(job):
    assert reasons(job) == [""] and reasons(job, force=True) == ["forced"]


def test_what_is_not_there_is_new(job):
    job.output.unlink()
    assert reasons(job) == ["new"]


def test_a_page_that_is_not_there_is_made_again(job):
    job.output.with_suffix(".html").unlink()
    assert reasons(job) == ["new"]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_page_that_was_edited_is_made_again(job):
    edit(job.output.with_suffix(".html"), "first", "last")
    assert reasons(job) == ["new"]


def test_a_page_in_another_font_is_the_same_page(job):
    page = job.output.with_suffix(".html")
    assert "/*end*/" in page.read_text(encoding="utf-8")
    edit(page, "/*end*/", "another font/*end*/")
    assert reasons(job) == [""]


def test_a_notebook_that_was_edited_is_made_again(job):
    edit(job.output, "first", "last")
    assert reasons(job) == ["new"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": []}', '{"metadata": {}}'])
def test_a_notebook_that_is_none_of_ours_is_made_again(job, text):
    job.output.write_text(text, encoding="utf-8")
    assert reasons(job) == ["new"] and keys.about(job.output) == {} == keys.kept(job.output)


def test_what_changed_is_told(job):
    job.key["day"] = "3"
    assert reasons(job) == ["day changed"]


def test_a_notebook_without_a_page_needs_none(tmp_path):
    plain = Job(tmp_path / "n.ipynb", tmp_path / "out.ipynb", {}, key={"data": "1"})
    published(plain, "first", page=False)
    assert reasons(plain) == [""] and keys.kept(plain.output) == {"data": "1"}


# Prints


class Printer:
    """Stands for a browser: what it prints says which text it was."""

    def __init__(self, monkeypatch) -> None:
        self.asked: list[str] = []
        self.fails: set[str] = set()
        monkeypatch.setattr(pack.pdf, "write", self.write)
        monkeypatch.setattr(pack.pdf, "version", lambda program: "Browser 1")

    def write(self, pages: dict[Path, Path], program: Path) -> dict[Path, str]:
        self.asked += sorted(page.stem for page in pages)
        for page, target in pages.items():
            if page.stem not in self.fails:
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(printed(page))
        return {page: "it hangs" for page in pages if page.stem in self.fails}


def printed(page: Path) -> bytes:
    return (
        b"%PDF-" + hashlib.md5(bare(page.read_text(encoding="utf-8")).encode()).hexdigest().encode()
    )


def bare(text: str) -> str:
    """A page without its font."""
    head, _, rest = text.partition("/*font*/")
    return head + rest.partition("/*end*/")[2]


@pytest.fixture
def printer(monkeypatch) -> Printer:
    return Printer(monkeypatch)


PAGE = "<style>/*font*/{font}/*end*/</style><p>{text}</p>"


@pytest.fixture
def last(tmp_path) -> Path:
    """A printed pack of two pages."""
    place = tmp_path / "2013"
    (place / "pdf").mkdir(parents=True)
    for name in ("one", "two"):
        page = place / f"{name}.html"
        page.write_text(PAGE.format(font="a", text=name), encoding="utf-8")
        (place / "pdf" / f"{name}.pdf").write_bytes(b"old " + printed(page))
    return place


def listed(place: Path) -> dict:
    """What the pack's manifest says of it."""
    there = [file for file in sorted(place.rglob("*")) if file.is_file()]
    digests = {
        file.relative_to(place).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in there
    }
    return {"printed_by": "Browser 1", "files": digests}


def print_again(tmp_path: Path, last: Path, manifest: dict, font: str = "a", **texts: str) -> Path:
    part = tmp_path / "part"
    part.mkdir()
    pages = []
    for name, text in ({"one": "one", "two": "two"} | texts).items():
        pages.append(part / f"{name}.html")
        pages[-1].write_text(PAGE.format(font=font, text=text), encoding="utf-8")
    printing = pack._Print(Path("browser"), last, manifest, "Browser 1")
    assert printing.pages(pages) == {}
    assert sorted(file.name for file in (part / "pdf").iterdir()) == sorted(
        f"{page.stem}.pdf" for page in pages
    )
    return part


def test_a_page_that_is_the_same_keeps_its_print(tmp_path, last, printer):
    part = print_again(tmp_path, last, listed(last))
    assert printer.asked == []
    assert all(
        (part / "pdf" / f"{name}.pdf").read_bytes().startswith(b"old ") for name in ("one", "two")
    )


def test_a_page_in_another_font_keeps_its_print(tmp_path, last, printer):
    print_again(tmp_path, last, listed(last), font="b")
    assert printer.asked == []


def test_a_page_that_changed_is_printed_again_and_no_other(tmp_path, last, printer):
    part = print_again(tmp_path, last, listed(last), two="changed")
    assert printer.asked == ["two"]
    assert (part / "pdf" / "two.pdf").read_bytes() == printed(part / "two.html")
    assert (part / "pdf" / "one.pdf").read_bytes() == b"old " + printed(last / "one.html")


def test_a_page_that_the_last_pack_did_not_have_is_printed(tmp_path, last, printer):
    print_again(tmp_path, last, listed(last), three="new")
    assert printer.asked == ["three"]


def test_a_print_that_is_not_as_it_was_made_is_made_again(tmp_path, last, printer):
    manifest = listed(last)
    (last / "pdf" / "one.pdf").write_bytes(b"scribbled")
    (last / "pdf" / "two.pdf").unlink()
    print_again(tmp_path, last, manifest)
    assert printer.asked == ["one", "two"]


def test_a_last_page_that_is_not_as_it_was_made_vouches_for_no_print(tmp_path, last, printer):
    """The page was edited to what is there now: its print is of what it was."""
    manifest = listed(last)
    (last / "one.html").write_text(PAGE.format(font="a", text="changed"), encoding="utf-8")
    print_again(tmp_path, last, manifest, one="changed")
    assert printer.asked == ["one"]


@pytest.mark.parametrize("manifest", [{}, {"printed_by": ""}, {"printed_by": "Browser 2"}])
def test_another_browser_prints_everything_again(tmp_path, last, printer, manifest):
    print_again(tmp_path, last, (listed(last) | manifest) if manifest else {})
    assert printer.asked == ["one", "two"]


def test_without_a_browser_nothing_is_printed(tmp_path, last, printer):
    printing = pack._Print(None, last, listed(last), "")
    assert printing.pages([last / "one.html"]) == {} and printer.asked == []


def test_two_printed_packs_with_a_change_between(whole, tmp_path, monkeypatch, printer):
    """Only the page that changed, and the index of it, are printed anew; a failed print is told."""
    units = whole.plan.folder.units[:3]
    few = whole.plan.model_copy(
        update={"folder": whole.plan.folder.model_copy(update={"units": units})}
    )
    names = [unit.page for unit in few.towns]
    texts = dict.fromkeys(["city", "returns", *names], "same")

    def run(outcomes, *arguments):
        for outcome in outcomes:
            if outcome.why:
                published(outcome.job, texts[outcome.job.name])
            yield outcome

    monkeypatch.setattr(pack, "run", run)
    monkeypatch.setattr(
        pack, "_workbook", lambda part, page: (part / "attainment.xlsx").write_bytes(b"book")
    )
    processed = shutil.copytree(whole.processed, tmp_path / "processed")

    def build(**options):
        printer.asked.clear()
        place, outcomes = pack.build(
            few, tmp_path / "out", processed, DAY, printer=Path("browser"), **options
        )
        assert pack.verify(place) == []
        return place, [outcome.job.name for outcome in outcomes if outcome.error]

    place, failed = build()
    every = sorted([*texts, "index"])
    assert sorted(printer.asked) == every and failed == []
    prints = {file.stem: file.read_bytes() for file in (place / "pdf").iterdir()}
    assert sorted(prints) == every
    assert all(prints[name] == printed(place / f"{name}.html") for name in every)

    texts[names[1]] = "changed"
    place, failed = build(force=True)
    assert names[1] in printer.asked and set(printer.asked) <= {names[1], "index"} and failed == []
    for name in every:
        assert (place / "pdf" / f"{name}.pdf").read_bytes() == printed(place / f"{name}.html"), name

    assert build() == (place, []) and printer.asked == []  # nothing at all changed

    texts[names[0]] = "changed too"
    printer.fails = {names[0]}
    place, failed = build(force=True)
    assert failed == [names[0]] and not (place / "pdf" / f"{names[0]}.pdf").exists()
    assert pack.read_manifest(place)["failed"] == {f"{names[0]}.pdf": "it hangs"}
    printer.fails = set()
    place, failed = build()
    assert names[0] in printer.asked and failed == []
    assert (place / "pdf" / f"{names[0]}.pdf").read_bytes() == printed(place / f"{names[0]}.html")
