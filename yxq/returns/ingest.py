"""From returns to tables: every row that is read gets one fate, and the fates add up.

Each file is read into a part of its own (`yxq.returns.parts`), and only when it has changed. What
rows of different files are to each other is decided afterwards (`yxq.returns.reconcile`), and then
all tables are written anew, together. Reasons are codes with arguments (`bad_value|列|值`);
words.yml has the sentences.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.attainment import measures
from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns import returned
from yxq.returns.intake import read_part, workers
from yxq.returns.parts import FATES as FATE_TYPES
from yxq.returns.parts import TEXT, WORDS, Part, arrow, column_types, constant
from yxq.returns.read import Progress, identify
from yxq.returns.reconcile import key, reconcile, resubmitted
from yxq.tables import store
from yxq.tables.store import FATES

LEDGER = pa.schema(
    {
        "file": WORDS,
        "sheet": WORDS,
        "row": pa.int64(),
        "sha256": WORDS,
        "fate": WORDS,
        "reason": WORDS,
        "text": WORDS,
    }
)
ORIGIN = {
    "sender": WORDS,
    "period_from": pa.timestamp("us"),
    "period_to": pa.timestamp("us"),
    "synthetic": pa.bool_(),
    "file": WORDS,
    "sheet": WORDS,
    "row": pa.int64(),
}
AT_ONCE = 500_000  # rows that are reconciled or condensed at a time


def paths(raw: Path) -> list[Path]:
    """The files under `raw`, without hidden ones and Excel's lock files; `FileNotFoundError` when
    there are none.
    """
    found = (
        sorted(
            (p for p in raw.rglob("*") if p.is_file() and not p.name.startswith((".", "~$"))),
            key=named,
        )
        if raw.is_dir()
        else []
    )
    if not found:
        raise FileNotFoundError(
            f"no returns under {raw}: put the departments' files there, or make demo ones with `yxq demo`"
        )
    return found


def named(path: Path) -> str:
    """A file's name as text: one that is no UTF-8 comes from a Chinese Windows, as an unpacked
    archive's do.
    """
    data = os.fsencode(path.as_posix())
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _plain(rows: Any, total: int, name: str) -> Any:
    return rows


@dataclass
class _Changed:
    """What reconciling has changed of the records: by file and sheet, frames of fate, reason, key
    and once by row.
    """

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
        changed["text"] = [
            " | ".join(map(str, row)).rstrip(" |") for row in _said(records.loc[~plain], form)
        ]
        for place, rows in changed.groupby(["file", "sheet"], sort=False):
            self.frames.setdefault(place, []).append(
                rows.set_index("row")[["fate", "reason", "key", "once", "text"]]
            )

    def of(self, file: str, sheet: str, rows: pa.ChunkedArray) -> pd.DataFrame | None:
        """The changes of some rows of a sheet, a line a row (missing where there is none); None
        without any.
        """
        if (file, sheet) not in self.frames:
            return None
        found = pd.concat(self.frames[file, sheet]).reindex(rows.to_numpy())
        return found if found["fate"].notna().any() else None


def _said(records: pd.DataFrame, form: Form) -> Iterator[tuple[str, ...]]:
    """Records in the form's own words, for the sender."""
    texts = records[list(form.columns)].copy()
    for name, column in form.columns.items():
        words = {meaning: said[0] for meaning, said in column.words.items()}
        days = texts[name].dt.date if column.type == "date" else texts[name].replace(words)
        texts[name] = days.astype("str").fillna("")
    rows: Iterator[tuple[str, ...]] = texts.itertuples(index=False, name=None)
    return rows


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
    about = ("sender", "period_from", "period_to", "synthetic", "filed", "correction")
    return {name: sheet[name] for name in about} | {"file": part.file}


def _reconciled(parts: list[Part], name: str, folder: Folder) -> _Changed:
    """What records of a form are to each other: only those that are about a thing named twice are
    looked at.
    """
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
        for column in ("period_from", "period_to", "filed"):
            together[column] = together[column].astype("datetime64[us]")
        fates = reconcile(together, form, folder)
        changed.add(together.assign(key=key(together, form)), fates, form)
    return changed


def _plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(
        {name: "str" for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    )


def _write_records(
    parts: list[Part], name: str, folder: Folder, changed: _Changed, made: store.Set
) -> pd.DataFrame:
    """Write the accepted records of a form; the same condensed to what measures ask for."""
    form = folder.forms[name]
    plans = [folder.plan(year) for year in sorted(folder.periods)]
    types = pa.schema({**column_types(form), "key": TEXT, "once": pa.bool_(), **ORIGIN})
    needed = measures.needed(plans, name)
    condensed: list[pd.DataFrame] = []
    for part, sheet, table in _batches(parts, name):
        change = changed.of(part.file, sheet["sheet"], table["row"])
        if change is not None:
            kept = (change["fate"] == "accepted") | change["fate"].isna()
            table, change = table.filter(pa.array(kept)), change[kept.to_numpy()]
        frame = table.select(
            [column for column in form.columns if column in needed or column in form.key] + ["to"]
        ).to_pandas()
        frame["key"], frame["once"] = key(frame, form), True
        if change is not None:
            there = change["fate"].notna().to_numpy()
            frame["key"] = frame["key"].mask(there, change["key"].set_axis(frame.index))
            frame["once"] = change["once"].fillna(True).to_numpy(bool)
        about = {
            "key": pa.array(frame["key"], TEXT, from_pandas=True),
            "once": pa.array(frame["once"]),
        }
        about |= {
            column: constant(value, len(table), types.field(column).type)
            for column, value in _origin(part, sheet).items()
            if column in ORIGIN
        }
        columns = [about[column] if column in about else table[column] for column in types.names]
        made.add(f"records/{name}", pa.table(columns, schema=types))
        condensed.append(measures.condense(plans, name, frame))
        if sum(map(len, condensed)) > AT_ONCE:
            condensed = [measures.condense(plans, name, pd.concat(condensed))]
    if not condensed:
        made.add(f"records/{name}", types.empty_table())
    return measures.condense(plans, name, pd.concat(condensed)) if condensed else pd.DataFrame()


def _told(
    fates: pd.DataFrame, refused: tuple[str, str] | None, change: pd.DataFrame | None
) -> pd.DataFrame:
    """The fates of a sheet's rows with what the whole sheet has come to, or what reconciling has
    changed.
    """
    if refused:
        told = fates["fate"].isin(
            ["accepted", "rejected"] if refused[0] == "rejected" else ["accepted"]
        )
        fates.loc[told, ["fate", "reason"]] = refused
        return fates
    assert change is not None
    there = change["fate"].notna().to_numpy()
    change = change[there].set_axis(fates.index[there])
    own = fates.loc[there, "reason"]
    fates.loc[there, "fate"] = change["fate"]
    fates.loc[there, "reason"] = (own + ";" + change["reason"]).str.strip(";")
    fates.loc[there, "text"] = fates.loc[there, "text"].where(
        (own != "") | (change["reason"] == ""), change["text"]
    )
    return fates


def _write_ledger(
    parts: list[Part], changes: dict[str, _Changed], made: store.Set, back: returned.Rows
) -> pd.DataFrame:
    """Write the fate of every row; what every sheet is and how many of its rows had which fate."""
    heads: list[dict[str, Any]] = []
    for part in parts:
        about = {
            sheet["sheet"]: {"file": part.file, "sha256": part.sha256}
            | sheet
            | dict.fromkeys(FATES, 0)
            for sheet in part.sheets
        }
        for table in part.batches("fates"):
            sheet = about[table["sheet"][0].as_py()]
            known = changes.get(sheet["form"])
            change = known.of(part.file, sheet["sheet"], table["row"]) if known else None
            if sheet["refused"] or change is not None:
                table = arrow(
                    _told(_plain_text(table.to_pandas()), sheet["refused"], change), FATE_TYPES
                )
            for count in table["fate"].value_counts().to_pylist():
                sheet[count["values"]] += count["counts"]
            told = table.filter(
                pc.or_(
                    pc.not_equal(table["text"].cast(TEXT), ""),
                    pc.equal(table["fate"].cast(TEXT), "rejected"),
                )
            )
            back.add(sheet, told)
            about_file = {"file": part.file, "sha256": part.sha256}
            columns = [
                constant(about_file[name], len(table), WORDS) if name in about_file else table[name]
                for name in LEDGER.names
            ]
            made.add("ledger", pa.table(columns, schema=LEDGER))
        heads += about.values()
    files = pd.DataFrame(heads).drop(columns=["taken", "judged", "passed"])
    whole = files["refused"].map(lambda refused: refused or ("", ""))
    files["refused"], files["reason"] = whole.str[0].astype("str"), whole.str[1].astype("str")
    for column in ("period_from", "period_to", "filed"):
        files[column] = files[column].astype("datetime64[us]")
    return files


def _state(parts: list[Part], folder: Folder) -> str:
    """A digest of all that the tables are made of: files, plan folder and program."""
    digest = hashlib.sha256()
    for file in sorted(folder.path.glob("*")) + sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes() if file.is_file() else b"")
    return hashlib.sha256(
        "\x1f".join(
            [digest.hexdigest(), folder.path.name, *(part.place.name for part in parts)]
        ).encode()
    ).hexdigest()


@dataclass(frozen=True)
class Ingested:
    """What an ingest did: the files (a row a sheet, with the count of each fate) and how many were
    read anew.
    """

    files: pd.DataFrame
    read: int


def ingest(raw: Path, folder: Folder, processed: Path, progress: Progress = _plain) -> Ingested:
    """Bring the tables under `processed` up to date with the returns under `raw`.

    Raises `FileNotFoundError` when there is no file at all, `RuntimeError` before anything is
    replaced when the rows read of a sheet are not the sum of their fates. `progress` wraps whatever
    takes long.
    """
    home = processed / ".parts"
    parts: list[Part] = []
    anew: list[tuple[Path, bool, Part, Folder]] = []
    for path in paths(raw):
        sha256, utf8 = identify(path)
        parts.append(Part(home, named(path.relative_to(raw)), sha256, folder))
        if not parts[-1].there:
            anew.append((path, utf8, parts[-1], folder))
    with (
        workers([path for path, *_ in anew]) as pool,
        ThreadPoolExecutor(2 if pool else 1) as beside,
    ):
        reading = [beside.submit(read_part, *one, progress, pool) for one in anew]
        try:
            for done in progress(as_completed(reading), len(anew), "files"):
                done.result()
        except BaseException:
            beside.shutdown(wait=False, cancel_futures=True)
            raise
    state = _state(parts, folder)
    store.finish(processed)
    kept = processed / "state.json"
    if store.whole(processed) and json.loads(kept.read_text(encoding="utf-8")) == state:
        return Ingested(store.read(processed, "files"), len(anew))
    for sheet, why in resubmitted(
        [(part.file, sheet) for part in parts for sheet in part.sheets], folder
    ):
        sheet["refused"] = ("duplicate", why)
    with store.replace(processed) as made:
        changes, condensed = {}, {}
        for name in folder.forms:
            if any(part.holds(name) for part in parts):
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
                [measures.measure(folder.plan(year), rows) for year in sorted(folder.periods)],
                ignore_index=True,
            ),
        )
        back.write(made)
        made.file("state.json").write_text(json.dumps(state), encoding="utf-8")
    for place in home.iterdir():
        if place.name not in {part.place.name for part in parts}:
            shutil.rmtree(place)
    return Ingested(files, len(anew))
