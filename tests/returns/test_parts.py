"""A part is read again when anything changes that decides how its file is read."""

import ast
import datetime as dt
import shutil
from pathlib import Path

import pytest

from yxq.plan import load
from yxq.returns import parts
from yxq.returns.parts import PACKAGE, ROOMS, SHEETS, Part, program, reading
from yxq.returns.sheet_read import Context, Refusal, SheetRead
from yxq.tables.contracts import Fate
from yxq.words.reasons import Reason

READING = [file for file in (PACKAGE / "returns").rglob("*") if file.suffix and file.is_file()]
READING = [file for file in READING if "__pycache__" not in file.parts]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("package") / "yxq"
    return shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "shipped"))


def test_a_change_to_any_file_of_the_room_changes_the_key(copy):
    before = program(copy)
    assert before == program() and len(READING) > 20
    for file in (copy / path.relative_to(PACKAGE) for path in READING):
        text = file.read_bytes()
        file.write_bytes(text + b"\n")
        assert program(copy) != before, file
        file.write_bytes(text)
    (copy / "returns" / "new.yml").write_text("")
    assert program(copy) != before
    (copy / "returns" / "new.yml").unlink()


def imported(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    names = (n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module)
    return {name.split(".")[1] for name in names if name.startswith("yxq.")}


def test_every_room_that_reading_imports_from_is_in_the_key():
    """What is decided after reading (records, ingest) and the demo may ask other rooms."""
    after = {"ingest.py", "records.py", "demo.py", "demo_rows.py"}
    for file in READING:
        if file.name not in after:
            assert imported(file) <= set(ROOMS), file
    for room in set(ROOMS) - {"returns"}:
        for file in (PACKAGE / room).rglob("*.py"):
            assert imported(file) <= set(ROOMS), file


def test_the_key_is_of_file_forms_and_program(tmp_path, monkeypatch):
    folder = load.load("yixing")
    by = reading(folder)
    one = Part(tmp_path, "a.csv", "1", folder, by).path
    assert one == Part(tmp_path, "a.csv", "1", folder, by).path
    others = [("b.csv", "1", by), ("a.csv", "2", by), ("a.csv", "1", by + "x")]
    assert len({one, *(Part(tmp_path, f, s, folder, b).path for f, s, b in others)}) == 4
    monkeypatch.setattr(parts, "program", lambda: "another")
    assert reading(folder) != by


def test_what_is_kept_of_a_sheet_comes_back_as_it_was():
    context = Context(sender="质监局", period_to=dt.date(2013, 6, 30), filed=None, correction=True)
    reason = Reason.of("failures_only", 30)
    sheet = SheetRead(
        sheet="表1",
        context=context,
        rows=31,
        form="inspections",
        unknown="备注",
        refused=Refusal(fate=Fate.REJECTED, reason=reason),
        judged=30,
    )
    plain = SheetRead(sheet="", context=Context(), rows=0)
    [back, other] = SHEETS.validate_json(SHEETS.dump_json([sheet, plain]))
    assert (back, other) == (sheet, plain) and back.refused.reason == reason
    assert SheetRead.model_validate_json(sheet.model_dump_json()) == sheet
