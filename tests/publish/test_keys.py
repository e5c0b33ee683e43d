"""What is run and printed again: keys of runs, prints of the last pack."""

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from project import reseal

from yxq.attainment.results import Results
from yxq.publish import execute, keys, pack, prints
from yxq.publish.archive import verify
from yxq.publish.job import Job, RunOptions
from yxq.publish.keys import needed
from yxq.publish.manifest import LastPack, read_manifest
from yxq.report.html import Look
from yxq.tables import store

DAY = dt.date(2014, 1, 31)
OWN, OTHER, CITY = "丁蜀镇", "和桥镇", "宜兴市"


@pytest.fixture(scope="module")
def whole(plan2013, demo_processed, tmp_path_factory) -> Results:
    """The demonstration's results, from a copy of its tables."""
    place = tmp_path_factory.mktemp("keys") / "processed"
    shutil.copytree(demo_processed, place, ignore=shutil.ignore_patterns(store.KEPT))
    return Results(plan2013, place, DAY)


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
        found = keys.Keys(results.plan.folder)
        found.results = lambda settled: results  # type: ignore[method-assign]
        return found

    return made


def changed(whole: Results, unit: str) -> Results:
    """Results in which one unit's rows are others."""
    other = Results(whole.plan, whole.processed, DAY)
    other.__dict__["digests"] = whole.digests | {unit: "another"}
    return other


DAYS = ["day", "received_by"]
CONTEXT = {"year": 2013, "as_of": DAY.isoformat()}


def test_the_parts_of_a_key(whole, known):
    key = known(whole).key(notebook("1"), {"town": OWN}, CONTEXT)
    assert list(key) == ["notebook", "parameters", "data", *DAYS, "plan", "program", "versions"]
    assert [key[day] for day in DAYS] == ["2014-01-31", "2014-02-28"]
    assert len(set(key.values())) == 8


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
        known(each).key(notebook("1", reads=reads), settled, CONTEXT)
        for each in (whole, changed(whole, unit))
    )
    assert {name for name in one if one[name] != other[name]} == parts


def test_any_other_page_depends_on_all_tables(whole, known, tmp_path):
    """They are known by `state.json`; the page of a unit that is not touched does not mind."""
    place = shutil.copytree(whole.processed, tmp_path / "processed")
    moved = Results(whole.plan, place, DAY)
    moved.__dict__["digests"] = whole.digests
    (place / "state.json").write_text(json.dumps("another"), encoding="utf-8")
    reseal(place)
    for reads, parts in ((None, {"data"}), ("unit", set())):
        cells = notebook("1", reads=reads)
        one, other = (known(each).key(cells, {"town": OWN}, CONTEXT) for each in (whole, moved))
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
    one = known(whole).key(notebook("1", reads="unit"), {"town": OWN, "x": 1}, CONTEXT)
    later = Results(whole.plan, whole.processed, day)
    later.__dict__["digests"] = whole.digests
    other = known(later).key(notebook(*sources, reads="unit"), settled, CONTEXT)
    assert {name for name in one if one[name] != other[name]} == parts


def test_another_plan_is_another_key(whole, known):
    period = whole.plan.period.model_copy(update={"draft": True})
    other = Results(whole.plan.model_copy(update={"period": period}), whole.processed, DAY)
    one, two = (known(each).key(notebook("1"), {}, CONTEXT) for each in (whole, other))
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
    assert keys.why_run(key, before) == told


def test_what_a_notebook_is_known_by():
    """Its cells, and of an executed one what they gave; not what differs from run to run."""
    one, two = notebook("1", "2"), notebook("1", "2")
    assert one.cells[0]["id"] != two.cells[0]["id"]
    assert keys.cells_digest(one, outputs=False) == keys.cells_digest(two, outputs=False)
    two.cells[1].outputs = [nbformat.v4.new_output("stream", text="2")]
    two.cells[1].execution_count = 7
    assert keys.cells_digest(one, outputs=False) == keys.cells_digest(two, outputs=False)
    two.cells[1].id = one.cells[1].id
    two.cells[0].id = one.cells[0].id
    assert keys.cells_digest(one) != keys.cells_digest(two)
    two.cells[1].outputs = []
    two.cells[1].execution_count = None
    assert keys.cells_digest(one) == keys.cells_digest(two)
    assert keys.cells_digest(one, outputs=False) != keys.cells_digest(
        notebook("1", "3"), outputs=False
    )
    assert keys.cells_digest(one, outputs=False) != keys.cells_digest(
        notebook("2", "1"), outputs=False
    )


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
    execute._publish(part, job, failed=False)
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
    assert reasons(job) == ["new"] and keys.record(job.output) == {} == keys.recorded_key(
        job.output
    )


def test_what_changed_is_told(job):
    job.key["day"] = "3"
    assert reasons(job) == ["day changed"]


def test_a_notebook_without_a_page_needs_none(tmp_path):
    plain = Job(tmp_path / "n.ipynb", tmp_path / "out.ipynb", {}, key={"data": "1"})
    published(plain, "first", page=False)
    assert reasons(plain) == [""] and keys.recorded_key(plain.output) == {"data": "1"}


# Prints


class Printer:
    """Stands for a browser: what it prints says which text it was."""

    def __init__(self, monkeypatch) -> None:
        self.asked: list[str] = []
        self.fails: set[str] = set()
        monkeypatch.setattr(prints.pdf, "write", self.write)
        monkeypatch.setattr(prints.pdf, "version", lambda program: "Browser 1")

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


def before(folder: Path, manifest: dict) -> LastPack:
    """The last pack, with what its manifest says."""
    made = LastPack(folder)
    made.manifest = manifest
    return made


def print_again(tmp_path: Path, last: Path, manifest: dict, font: str = "a", **texts: str) -> Path:
    part = tmp_path / "part"
    part.mkdir()
    pages = []
    for name, text in ({"one": "one", "two": "two"} | texts).items():
        pages.append(part / f"{name}.html")
        pages[-1].write_text(PAGE.format(font=font, text=text), encoding="utf-8")
    printing = prints.Printer(Path("browser"), before(last, manifest))
    assert printing.print(pages) == {}
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
    printing = prints.Printer(None, before(last, listed(last)))
    assert printing.print([last / "one.html"]) == {} and printer.asked == []


def test_two_printed_packs_with_a_change_between(whole, tmp_path, no_kernel, monkeypatch, printer):
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
        pack, "write_workbook", lambda part, page: (part / "attainment.xlsx").write_bytes(b"book")
    )
    processed = shutil.copytree(whole.processed, tmp_path / "processed")

    def build(**options):
        printer.asked.clear()
        place, outcomes = pack.build(
            few,
            tmp_path / "out",
            processed,
            DAY,
            browser=Path("browser"),
            options=RunOptions(**options),
        )
        assert verify(place) == []
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
    assert read_manifest(place)["failed"] == {f"{names[0]}.pdf": "it hangs"}
    printer.fails = set()
    place, failed = build()
    assert names[0] in printer.asked and failed == []
    assert (place / "pdf" / f"{names[0]}.pdf").read_bytes() == printed(place / f"{names[0]}.html")
