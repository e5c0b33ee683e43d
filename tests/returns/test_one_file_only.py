"""A file that cannot be read, or is damaged, harms itself; a damaged table is made again."""

import errno
import os
import random
import shutil
import sys
from pathlib import Path

import pytest
from project import ROOT, THOROUGH, examples, ingested
from rows_by_hand import SAMPLE, SAMPLES

from yxq.returns import ingest
from yxq.returns.read import identify
from yxq.tables import store
from yxq.words.wording import Words

sys.path.insert(0, str(ROOT / "tools"))
import fuzz


def text(*numbers: str) -> bytes:
    rows = [SAMPLES, *([number, *SAMPLE[1:]] for number in numbers)]
    return "".join(",".join(row) + "\n" for row in rows).encode()


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_bytes(text("C1", "C2"))
    return tmp_path / "raw"


def taken(raw, folder):
    return ingested(raw, folder, raw.parent / "processed")


def test_two_files_whose_names_read_alike_are_two_files(raw, yixing):
    name = "质监局-2013年第二季度.csv"
    (raw / name).write_bytes(text("C3"))
    with open(os.fsencode(raw) + b"/" + name.encode("gb18030"), "wb") as file:
        file.write(text("C4"))
    tables = taken(raw, yixing)
    other = "质监局-2013年第二季度 (GBK).csv"
    assert sorted(tables.files["file"]) == ["a.csv", other, name]
    assert sorted(tables.records["inspections"]["sample_no"]) == ["C1", "C2", "C3", "C4"]
    assert tables.files.set_index("file").loc[other, "period_to"].month == 6


def test_names_are_unique_whatever_they_are():
    gbk = [os.fsdecode(text.encode("gb18030")) for text in ("甲.csv", "甲 (GBK).csv", "甲")]
    found = [Path(name) for name in ("甲.csv", *gbk, "甲 (GBK).csv", "甲")]
    assert [*ingest.names(found).values()] == [
        "甲.csv",
        "甲 (GBK) (GBK).csv",
        "甲 (GBK) (GBK) (GBK).csv",
        "甲 (GBK)",
        "甲 (GBK).csv",
        "甲",
    ]


@pytest.mark.parametrize(
    ("number", "why"), [(errno.EIO, "Input/output error"), (errno.EACCES, "Permission denied")]
)
def test_a_file_that_the_disk_does_not_give_is_named_and_asked_for_again(
    raw, yixing, monkeypatch, number, why
):
    (raw / "b.csv").write_bytes(text("C3"))
    real = ingest.identify

    def identify(path):
        if path.name == "b.csv":
            raise OSError(number, os.strerror(number))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "identify", identify)
        tables = taken(raw, yixing)
    mine = tables.ledger[tables.ledger["file"] == "b.csv"]
    assert mine[["row", "fate", "reason"]].to_numpy().tolist() == [
        [0, "rejected", f"unreadable|{why}"]
    ]
    assert len(tables.records["inspections"]) == 2
    assert len(taken(raw, yixing).records["inspections"]) == 3


def test_a_disk_that_fails_while_a_file_is_read_is_asked_again(raw, yixing, monkeypatch):
    from yxq.returns.read import identify

    def fails(path, encoding):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(identify, "text_sheet", fails)
        tables = taken(raw, yixing)
    assert tables.ledger["reason"].tolist() == ["unreadable|Input/output error"]
    assert len(taken(raw, yixing).records["inspections"]) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_named(raw, yixing):
    os.mkfifo(raw / "pipe.csv")
    (raw / "link.csv").symlink_to(raw / "nowhere")
    ledger = taken(raw, yixing).ledger
    told = ledger[ledger["row"] == 0][["file", "reason"]].to_numpy().tolist()
    assert told == [["link.csv", "not_a_file"], ["pipe.csv", "not_a_file"]]


def test_a_folder_that_cannot_be_looked_into_is_named(raw, yixing, monkeypatch):
    (raw / "shut").mkdir()
    real = os.scandir

    def scandir(path):
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    tables = taken(raw, yixing)
    assert tables.files.set_index("file")["reason"].to_dict() == {
        "a.csv": "",
        "shut": "unreadable|Permission denied",
    }


def test_a_library_that_fails_or_panics_harms_its_file(raw, yixing, monkeypatch):
    from yxq.returns.read import identify

    real, panic = identify.text_sheet, type("PanicException", (BaseException,), {})
    errors = {"b.csv": ValueError("x"), "c.csv": panic("y"), "d.csv": MemoryError()}

    def text_sheet(path, encoding):
        if path.name in errors:
            raise errors[path.name]
        return real(path, encoding)

    for name in errors:
        (raw / name).write_bytes(text("C3") + name.encode())
    monkeypatch.setattr(identify, "text_sheet", text_sheet)
    told = taken(raw, yixing).files.set_index("file")["reason"].to_dict()
    assert told == {
        "a.csv": "",
        "b.csv": "broken_file|ValueError",
        "c.csv": "broken_file|panic",
        "d.csv": "reader_stopped",
    }


# What was kept


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder but locks, by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def damages(data: bytes) -> list[bytes]:
    """A file as a power cut may leave it."""
    return [b"", data[: len(data) // 2], bytes(len(data))]


def test_whatever_file_a_power_cut_takes_one_ingest_makes_it_again(raw, yixing):
    (raw / "b.csv").write_bytes(text("C3", "C3") + b"x\n")
    processed = raw.parent / "processed"
    taken(raw, yixing)
    whole = contents(processed)
    assert len(whole) > 12 and any(name.startswith("returned/") for name in whole)
    for number, (name, data) in enumerate(whole.items()):
        all_three = damages(data)
        # Whether a file is whole its digest says; how it is not is taken in turn.
        for damage in all_three if THOROUGH else [all_three[number % 3]]:
            (processed / name).write_bytes(damage)
            done = ingest.ingest(raw, yixing, processed)
            assert contents(processed) == whole, name
            part = name.startswith(".parts/")
            assert done.mended and (part or name in done.mended), name
            assert done.mended[0] in "\n".join(done.lines(Words("en")))
    assert ingest.ingest(raw, yixing, processed).mended == ()


def test_a_table_that_was_tampered_with_is_not_read_and_made_again(raw, yixing):
    import pandas as pd

    tables = taken(raw, yixing)
    file = tables.place / "measures.parquet"
    whole, was = file.read_bytes(), file.stat()
    rows = pd.read_parquet(file)
    rows["numerator"] = rows["denominator"]
    rows.to_parquet(file)
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(store.NotIngested, match=r"measures.parquet .* run `yxq ingest` again"):
        store.read(tables.place, "measures")
    assert ingest.ingest(raw, yixing, tables.place).mended == ("measures.parquet",)
    assert file.read_bytes() == whole and len(store.read(tables.place, "measures")) == len(rows)


def test_a_new_set_of_which_a_power_cut_took_a_file_does_not_replace_the_old(raw, yixing):
    tables = taken(raw, yixing)
    whole = contents(tables.place)
    ready = tables.place / store.NEXT
    ready.mkdir()
    for name in (store.seals.SEAL, "files.parquet"):
        shutil.copy(tables.place / name, ready / name)
    (ready / "files.parquet").write_bytes(b"")
    store.finish(tables.place)
    assert contents(tables.place) == whole


def test_damaged_files_of_every_format_harm_no_other(tmp_path):
    kinds = fuzz.seeds()
    assert identify.SUFFIXES - kinds.keys() <= {".et"}  # which are .xls or .xlsx by another name
    many = examples(60, 120)
    found = fuzz.run(fuzz.spoilt(kinds, many, 7), tmp_path, at_once=many // 2)
    # The rows of both whole files, and what of the others is no return of another's samples.
    assert found["accepted"] > 2 * len(fuzz.ROWS) and found["broken_workbook"] > 5
    assert sum(found[f"files {suffix}"] for suffix in kinds) == many


def test_a_file_beside_that_is_not_whole_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "whole_file", lambda: b"")
    with pytest.raises(AssertionError, match="exit 1:"):
        fuzz.run([(".csv", b"a")], tmp_path, at_once=1)


def test_damage_of_every_kind_changes_a_file():
    rng = random.Random(1)
    files = [data for many in fuzz.seeds().values() for data in many]
    assert len({*files}) >= 60
    assert sum(fuzz.spoiled(data, rng) != data for data in files) > len(files) / 2
