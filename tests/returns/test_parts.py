"""A part is read again when anything changes that decides how its file is read."""

import ast
import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from yxq.plan_folders import load
from yxq.returns import parts
from yxq.returns.parts import (
    FATE_TYPES,
    FATES,
    PACKAGE,
    ROOMS,
    SHEETS,
    Part,
    arrow,
    program,
    reading,
)
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
    after = {
        "ingest.py",
        "records.py",
        "demo.py",
        "demo_rows.py",
        "returned_lines.py",
        "asked.py",
        "in_hand.py",
        "what_if.py",
    }
    for file in READING:
        if file.name not in after:
            assert imported(file) <= set(ROOMS), file
    for room in set(ROOMS) - {"returns"}:
        for file in (PACKAGE / room).rglob("*.py"):
            assert imported(file) <= set(ROOMS), file


@pytest.fixture
def plan_folder(tmp_path):
    return load.load(shutil.copytree(load.load("yixing").path, tmp_path / "plan"))


def test_a_part_is_kept_until_file_forms_units_or_program_change(
    tmp_path, plan_folder, monkeypatch
):
    def path(file="a.csv", sha256="1"):
        return Part(tmp_path, file, sha256, plan_folder, reading(plan_folder)).path

    first = path()
    assert path() == first
    changed = [path(file="b.csv"), path(sha256="2")]
    for name in ("units.csv", "forms.yml"):
        text = (plan_folder.path / name).read_bytes()
        (plan_folder.path / name).write_bytes(text + b"\n")
        changed.append(path())
        (plan_folder.path / name).write_bytes(text)
    period = plan_folder.periods[2013]
    asked = [target.model_copy(update={"require": None}) for target in period.targets]
    changed_period = period.model_copy(update={"targets": tuple(asked)})
    same = {**plan_folder.periods, 2013: changed_period}
    other = plan_folder.model_copy(update={"periods": same})
    assert reading(other) == reading(plan_folder)  # what is asked does not decide, what is measured
    fewer = period.model_copy(update={"targets": period.targets[1:]})
    other = plan_folder.model_copy(update={"periods": {**plan_folder.periods, 2013: fewer}})
    assert reading(other) != reading(plan_folder)
    assert parts.running() == program()
    monkeypatch.setattr(parts, "running", lambda: "another")
    changed.append(path())
    assert len({first, *changed}) == 6


def test_a_part_is_there_when_it_is_whole_and_gives_its_blocks_in_order(tmp_path, plan_folder):
    part = Part(tmp_path, "a.csv", "1", plan_folder, reading(plan_folder))
    part.begin()
    for block in ("0000-000010", "0000-000009", "0001-000000"):
        rows = pd.DataFrame({"fate": ["accepted"], "reason": block, "text": ""}, [int(block[-2:])])
        part.add(FATES, block, arrow(rows, FATE_TYPES, sheet="表一"))
    assert not part.whole()
    days = {"period_from": dt.date(2013, 4, 1), "period_to": dt.date(2013, 6, 30)}
    part.end([SheetRead(sheet="表一", context=Context(**days), rows=3)])
    assert part.whole() and part.whole(touched=True)
    [sheet] = part.sheets
    assert (sheet.sheet, sheet.context) == ("表一", Context(**days, filed=None))
    blocks = dict(part.fates())
    assert [*blocks] == ["0000-000009", "0000-000010", "0001-000000"]
    found = pd.concat([table.to_pandas() for table in blocks.values()])
    assert found[["sheet", "row", "fate", "reason"]].to_numpy().tolist() == [
        ["表一", 9, "accepted", "0000-000009"],
        ["表一", 10, "accepted", "0000-000010"],
        ["表一", 0, "accepted", "0001-000000"],
    ]
    assert not part.holds("inspections")


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
