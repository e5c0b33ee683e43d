"""From returns to tables: every row that is read gets one fate, and the fates add up.

Each file is read into a part of its own (`yxq.parts`), and only when it has changed. What rows of different files are
to each other is decided afterwards (`yxq.reconcile`), and then all tables are written anew, together. Reasons are codes
with arguments (`bad_value|列|值`); words.yml has the sentences.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from yxq import measures, returned, store
from yxq.parse import Tally, parse
from yxq.parts import FATES as FATE_TYPES
from yxq.parts import TEXT, WORDS, Part, arrow, record_types
from yxq.plan import Folder, Form
from yxq.read import TABLES, Progress, Sheet, Unreadable, identify, sheets
from yxq.recognise import context, notes, recognise
from yxq.reconcile import key, reconcile, resubmitted, things
from yxq.texts import filled, tidy
from yxq.words import reason

FATES = ["accepted", "duplicate", "rejected", "excluded"]
LEDGER = pa.schema({"file": WORDS, "sheet": WORDS, "row": pa.int64(), "sha256": WORDS, "fate": WORDS, "reason": WORDS,
                    "text": WORDS})  # fmt: skip
ORIGIN = {"sender": WORDS, "period_from": pa.timestamp("us"), "period_to": pa.timestamp("us"), "synthetic": pa.bool_(),
          "file": WORDS, "sheet": WORDS, "row": pa.int64()}  # fmt: skip
AT_ONCE = 500_000  # rows that are reconciled or condensed at a time


def paths(raw: Path) -> list[Path]:
    """The files under `raw`, without hidden ones and Excel's lock files; `FileNotFoundError` when there are none."""
    found = (
        sorted(p for p in raw.rglob("*") if p.is_file() and not p.name.startswith((".", "~$"))) if raw.is_dir() else []
    )
    if not found:
        raise FileNotFoundError(
            f"no returns under {raw}: put the departments' files there, or make demo ones with `yxq demo`"
        )
    return found


def _plain(rows: Any, total: int, name: str) -> Any:
    return rows


# One file


def read_part(path: Path, utf8: bool, part: Part, folder: Folder, progress: Progress = _plain) -> None:
    """Read a file into its part; one that cannot be read has one row, number 0, for the whole of it."""
    try:
        part.begin()
        if path.suffix.lower() not in TABLES or path.stem.lower() == "readme":
            raise Unreadable("not_a_table")
        part.end(
            [
                _read_sheet(part, sheet, code, folder)
                for sheet, code in _worth(list(sheets(path, utf8, progress)), folder)
            ]
        )
    except Unreadable as error:
        part.close()
        part.begin()
        fate = "excluded" if error.code == "not_a_table" else "rejected"
        part.add(
            "fates", pd.DataFrame({"sheet": [""], "row": 0, "fate": fate, "reason": error.code, "text": ""}), FATE_TYPES
        )
        part.end([_about("", context(part.file, "", folder), rows=1, refused=(fate, error.code))])
    finally:
        part.close()


def _about(name: str, about: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is kept of a sheet; `refused` is the fate and reason of all its rows where it has one as a whole."""
    return (
        {"sheet": name, "form": None, "taken": 0, "hidden": False, "unknown": "", "absent": "", "refused": None}
        | about
        | more
    )


def _worth(found: list[Sheet], folder: Folder) -> list[tuple[Sheet, tuple[str, str] | None]]:
    """Each sheet with the fate of all its rows where it is not a return.

    Beside a sheet that is a return one that holds no table is a note, an empty one nothing at all.
    """
    codes: list[str | None] = []
    for sheet in found:
        try:
            recognise(sheet, folder.forms)
            codes.append(None)
        except Unreadable as error:
            codes.append(error.code)
    beside = None in codes
    return [
        (sheet, code and (("excluded", "no_table") if beside and code == "no_header" else ("rejected", code)))
        for sheet, code in zip(found, codes, strict=True)
    ]


def _read_sheet(part: Part, sheet: Sheet, whole: tuple[str, str] | None, folder: Folder) -> dict[str, Any]:
    """Add a sheet's rows to its part; what is kept of the sheet."""
    header = None if whole else recognise(sheet, folder.forms)
    about = context(part.file, notes(sheet, header, folder.layout), folder)
    tally, rows, taken = Tally(), 0, 0
    for block in sheet.blocks():
        cells = tidy(block)
        rows += filled(cells)
        if header is None or whole:
            there = cells[(cells != "").any(axis=1)]
            texts = [" | ".join(row).rstrip(" |") for row in there.astype("str").itertuples(index=False, name=None)]
            fates = pd.DataFrame({"fate": whole[0], "reason": whole[1], "text": texts}, there.index)
        else:
            records, fates = parse(cells, sheet, header, about, folder, tally)
            taken += int((fates["fate"] == "accepted").sum())
            _add(part, header.form, sheet.name, records, folder.forms[header.form])
        part.add("fates", fates.rename_axis("row").reset_index().assign(sheet=sheet.name), FATE_TYPES)
    if header is None:
        return _about(sheet.name, about, rows=rows, hidden=sheet.hidden, refused=whole)
    form = folder.forms[header.form]
    only_failures = form.sampled and tally.judged >= form.sampled.least and tally.passed == 0
    return _about(
        sheet.name, about, form=header.form, rows=rows, taken=taken, hidden=sheet.hidden, unknown="、".join(header.unknown),
        absent="、".join(header.absent), refused=("rejected", reason("failures_only", tally.judged)) if only_failures else None,
    )  # fmt: skip


def _add(part: Part, name: str, sheet: str, records: pd.DataFrame, form: Form) -> None:
    """Add records with what they are about."""
    types = pa.schema({"sheet": WORDS, "row": pa.int64(), **record_types(form), "thing": pa.uint64()})
    with_things = records.assign(sheet=sheet, thing=things(records, form)).rename_axis("row").reset_index()
    part.add(name, with_things, types)


# All files


@dataclass
class _Changed:
    """What reconciling has changed of the records: by file and sheet, frames of fate, reason, key and once by row."""

    frames: dict[tuple[str, str], list[pd.DataFrame]] = field(default_factory=dict)

    def add(self, records: pd.DataFrame, fates: pd.DataFrame, form: Form) -> None:
        """Keep the fates that are not simply accepted."""
        plain = (
            (fates["fate"] == "accepted")
            & (fates["reason"] == "")
            & fates["once"]
            & (fates["key"].fillna("") == records["key"].fillna(""))
        )
        changed = records.loc[~plain, ["file", "sheet", "row"]].join(fates)
        changed["text"] = [" | ".join(map(str, row)).rstrip(" |") for row in _said(records.loc[~plain], form)]
        for place, rows in changed.groupby(["file", "sheet"], sort=False):
            self.frames.setdefault(place, []).append(rows.set_index("row")[["fate", "reason", "key", "once", "text"]])

    def of(self, file: str, sheet: str) -> pd.DataFrame | None:
        """The changes in one sheet."""
        frames = self.frames.get((file, sheet))
        return pd.concat(frames) if frames else None


def _said(records: pd.DataFrame, form: Form) -> Iterator[tuple[str, ...]]:
    """Records in the form's own words, for the sender."""
    texts = records[list(form.columns)].copy()
    for name, column in form.columns.items():
        words = {meaning: said[0] for meaning, said in column.words.items()}
        days = texts[name].dt.date if column.type == "date" else texts[name].replace(words)
        texts[name] = days.astype("str").fillna("")
    return texts.itertuples(index=False, name=None)


def _batches(
    parts: list[Part], form: str, columns: list[str] | None = None
) -> Iterator[tuple[Part, dict[str, Any], pa.Table]]:
    """The records of a form, sheet by sheet, without those of sheets that are refused as a whole."""
    for part in parts:
        about = {sheet["sheet"]: sheet for sheet in part.sheets}
        for table in part.batches(form, columns and ["sheet", *columns]):
            if len(table) and not (sheet := about[table["sheet"][0].as_py()])["refused"]:
                yield part, sheet, table


def _origin(part: Part, sheet: dict[str, Any]) -> dict[str, Any]:
    return {name: sheet[name] for name in ("sender", "period_from", "period_to", "synthetic")} | {"file": part.file}


def _reconciled(parts: list[Part], name: str, folder: Folder) -> _Changed:
    """What records of a form are to each other: only those that are about a thing named twice are looked at."""
    form, changed = folder.forms[name], _Changed()
    numbers = [table["thing"].to_numpy() for _, _, table in _batches(parts, name, ["thing"])]
    named = np.sort(np.concatenate(numbers)) if numbers else np.empty(0, "uint64")
    del numbers
    again = named[1:][named[1:] == named[:-1]]
    shares = len(again) // AT_ONCE + 1
    del named
    for share in range(shares if len(again) else 0):
        mine = np.unique(again[again % shares == share])
        rows = []
        for part, sheet, table in _batches(parts, name):
            told = table["thing"].to_numpy()
            found = np.minimum(np.searchsorted(mine, told), len(mine) - 1)
            if (there := mine[found] == told).any():
                frame = table.filter(pa.array(there)).drop_columns(["thing"]).to_pandas()
                rows.append(_plain_text(frame).assign(**_origin(part, sheet)))
        together = pd.concat(rows, ignore_index=True)
        for column in ("period_from", "period_to"):
            together[column] = together[column].astype("datetime64[us]")
        fates = reconcile(together, form, folder)
        changed.add(together.assign(key=key(together, form)), fates, form)
    return changed


def _plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({name: "str" for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)})


def _write_records(parts: list[Part], name: str, folder: Folder, changed: _Changed, made: store.Set) -> pd.DataFrame:
    """Write the accepted records of a form; the same condensed to what measures ask for."""
    form = folder.forms[name]
    plans = [folder.plan(year) for year in sorted(folder.periods)]
    types = pa.schema({**record_types(form), "key": TEXT, "once": pa.bool_(), **ORIGIN})
    condensed: list[pd.DataFrame] = []
    for part, sheet, table in _batches(parts, name):
        frame = table.drop_columns(["thing"]).to_pandas()
        frame["key"], frame["once"] = key(frame, form), True
        if (change := changed.of(part.file, sheet["sheet"])) is not None:
            change = change[change.index.isin(frame["row"])]
            at = frame.index[frame["row"].isin(change.index)]
            there = change.reindex(frame.loc[at, "row"])
            frame.loc[at, "key"], frame.loc[at, "once"] = there["key"].to_numpy(), there["once"].to_numpy(bool)
            frame = frame.drop(index=at[(there["fate"] != "accepted").to_numpy()])
        made.add(f"records/{name}", arrow(frame.assign(**_origin(part, sheet)), types))
        condensed.append(measures.condense(plans, name, frame))
        if sum(map(len, condensed)) > AT_ONCE:
            condensed = [measures.condense(plans, name, pd.concat(condensed))]
    if not condensed:
        made.add(f"records/{name}", types.empty_table())
    return measures.condense(plans, name, pd.concat(condensed)) if condensed else pd.DataFrame()


def _write_ledger(
    parts: list[Part], changes: dict[str, _Changed], made: store.Set, back: returned.Rows
) -> pd.DataFrame:
    """Write the fate of every row; what every sheet is and how many of its rows had which fate."""
    heads: list[dict[str, Any]] = []
    for part in parts:
        about = {
            sheet["sheet"]: {"file": part.file, "sha256": part.sha256} | sheet | dict.fromkeys(FATES, 0)
            for sheet in part.sheets
        }
        for table in part.batches("fates"):
            frame = _plain_text(table.to_pandas())
            if frame.empty:
                continue
            sheet = about[frame["sheet"].iloc[0]]
            accepted = frame["fate"] == "accepted"
            if sheet["refused"]:
                frame.loc[accepted, ["fate", "reason"]] = sheet["refused"]
            elif sheet["form"] and (change := changes[sheet["form"]].of(part.file, sheet["sheet"])) is not None:
                there = change[change.index.isin(frame["row"])]
                at = frame.index[frame["row"].isin(there.index)]
                there = there.reindex(frame.loc[at, "row"]).set_axis(at)
                own = frame.loc[at, "reason"]
                frame.loc[at, "text"] = frame.loc[at, "text"].where(own != "", there["text"])
                frame.loc[at, "fate"] = there["fate"]
                frame.loc[at, "reason"] = (own + ";" + there["reason"]).str.strip(";")
            for fate, count in frame["fate"].value_counts().items():
                sheet[fate] += count
            made.add("ledger", arrow(frame.assign(file=part.file, sha256=part.sha256), LEDGER))
            back.add(sheet, frame)
        heads += about.values()
    files = pd.DataFrame(heads).drop(columns="taken")
    whole = files["refused"].map(lambda refused: refused or ("", ""))
    files["refused"], files["reason"] = whole.str[0].astype("str"), whole.str[1].astype("str")
    for column in ("period_from", "period_to", "filed"):
        files[column] = files[column].astype("datetime64[us]")
    return files


def _state(parts: list[Part], folder: Folder) -> str:
    """A digest of all that the tables are made of: files, plan folder and program."""
    digest = hashlib.sha256()
    for file in sorted(folder.path.glob("*")) + sorted(Path(__file__).parent.glob("*.*")):
        digest.update(file.read_bytes() if file.is_file() else b"")
    return hashlib.sha256("\x1f".join([digest.hexdigest(), *(part.place.name for part in parts)]).encode()).hexdigest()


@dataclass(frozen=True)
class Ingested:
    """What an ingest did: the files (a row a sheet, with the count of each fate) and how many were read anew."""

    files: pd.DataFrame
    read: int


def ingest(raw: Path, folder: Folder, processed: Path, progress: Progress = _plain) -> Ingested:
    """Bring the tables under `processed` up to date with the returns under `raw`.

    Raises `FileNotFoundError` when there is no file at all, `RuntimeError` before anything is replaced when the rows
    read of a sheet are not the sum of their fates. `progress` wraps whatever takes long.
    """
    home = processed / ".parts"
    parts, anew = [], 0
    for path in progress(found := paths(raw), len(found), "files"):
        sha256, utf8 = identify(path)
        part = Part(home, path.relative_to(raw).as_posix(), sha256, folder)
        if not part.there:
            read_part(path, utf8, part, folder, progress)
            anew += 1
        parts.append(part)
    state = _state(parts, folder)
    store.finish(processed)
    kept = processed / "state.json"
    whole = all((processed / f"{name}.parquet").exists() for name in ("ledger", "files", "measures"))
    if whole and kept.exists() and json.loads(kept.read_text(encoding="utf-8")) == state:
        return Ingested(store.read(processed, "files"), anew)
    for sheet, why in resubmitted([(part.file, sheet) for part in parts for sheet in part.sheets], folder):
        sheet["refused"] = ("duplicate", why)
    with store.replace(processed) as made:
        changes, condensed = {}, {}
        for name in folder.forms:
            if any((part.place / f"{name}.arrow").exists() for part in parts):
                changes[name] = _reconciled(parts, name, folder)
                condensed[name] = _write_records(parts, name, folder, changes[name], made)
        back = returned.Rows(folder)
        files = _write_ledger(parts, changes, made, back)
        wrong = files[files["rows"] != files[FATES].sum(axis=1)]
        if len(wrong):
            raise RuntimeError(
                f"rows read are not the sum of their fates in {', '.join(wrong['file'])}; nothing was written"
            )
        rows = {name: table for name, table in condensed.items() if len(table)}
        made.add("files", files)
        made.add(
            "measures",
            pd.concat(
                [measures.measure(folder.plan(year), rows) for year in sorted(folder.periods)], ignore_index=True
            ),
        )
        back.write(made)
        made.file("state.json").write_text(json.dumps(state), encoding="utf-8")
    for place in home.iterdir():
        if place.name not in {part.place.name for part in parts}:
            shutil.rmtree(place)
    return Ingested(files, anew)
