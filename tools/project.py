"""What tests and tools share: where the project is, its demo returns, and an ingest read back."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from yxq.attainment.results import Computed, Results
from yxq.plan.folder import Folder
from yxq.returns import ingest
from yxq.tables import seals, store
from yxq.tables.contracts import FATES

LOADER, DUMPER = (getattr(yaml, f"CSafe{name}", None) for name in ("Loader", "Dumper"))
ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "raw"
REAL = Path(os.environ.get("YXQ_REAL_DATA", ROOT.parent / "shared" / "data"))


THOROUGH = bool(os.environ.get("YXQ_TEST_THOROUGH"))
ALL = THOROUGH or bool(os.environ.get("YXQ_TEST_ALL"))  # `make test-all`


def examples(few: int, many: int) -> int:
    """How many examples a law is tried with: few, and many where the run is to be thorough."""
    return many if THOROUGH else few


@dataclass
class Tables:
    """What an ingest left on disk."""

    place: Path
    ledger: pd.DataFrame
    files: pd.DataFrame
    measures: pd.DataFrame
    records: dict[str, pd.DataFrame]


def ingested(raw: Path, folder: Folder, processed: Path) -> Tables:
    """Ingest, and the tables read back."""
    processed.mkdir(parents=True, exist_ok=True)
    ingest.ingest(raw, folder, processed)
    return read_back(processed)


def read_back(processed: Path) -> Tables:
    """The tables of an ingest; the law of the ledger holds for every sheet."""
    tables = {name: store.read(processed, name) for name in ("ledger", "files", "measures")}
    files, ledger = tables["files"], tables["ledger"]
    assert (files["rows"] == files[FATES].sum(axis=1)).all()
    assert len(ledger) == files["rows"].sum()
    assert not ledger.duplicated(["file", "sheet", "row"]).any()
    places = sorted((processed / "records").glob("*.parquet"))
    return Tables(
        processed,
        **tables,
        records={p.stem: store.read(processed, f"records/{p.stem}") for p in places},
    )


def posed(results: Results, **known: Any) -> Results:
    """Results that take some of their tables, or what else they know, for given: none of it can be
    set.
    """
    for name, value in known.items():
        is_table = isinstance(vars(Results).get(name), Computed)
        vars(results)[f"_{name}" if is_table else name] = value
    return results


def read_yaml(path: Path) -> Any:
    """What a YAML file holds, as a plain reader sees it."""
    return yaml.load(path.read_text(encoding="utf-8"), LOADER or yaml.SafeLoader)


def write_yaml(path: Path, content: Any) -> None:
    """Write it so that its keys keep their order."""
    dumper = DUMPER or yaml.SafeDumper
    text = yaml.dump(content, Dumper=dumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def fewer(folder: Path, place: Path, *kept: str) -> Path:
    """A copy of a plan folder that knows only the city and the units named, or as many of the first
    as asked.
    """
    made = shutil.copytree(folder, place / folder.name)
    lines = (made / "units.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    named = [line for line in lines[1:] if ",city," in line or any(name in line for name in kept)]
    (made / "units.csv").write_text("".join([lines[0], *named]), encoding="utf-8")
    return made


def some_targets(folder: Path, year: int, *kept: str) -> Path:
    """The plan folder, whose plan of a year knows only the targets named and those that its scoring
    names.
    """
    plan = read_yaml(folder / f"{year}.yml")
    named = {*kept, *plan["scoring"]["veto"]["targets"]}
    named |= {target for each in plan["scoring"]["deductions"] for target in each["targets"]}
    targets = [target for target in plan["targets"] if target["id"] in named]
    write_yaml(folder / f"{year}.yml", plan | {"targets": targets})
    return folder


def reseal(processed: Path) -> None:
    """Tables that a test has written, or changed, as if ingest had."""
    files = [*processed.glob("*.parquet"), *processed.glob("records/*.parquet")]
    files += processed.glob("state.json")
    seals.seal(processed, [file.relative_to(processed).as_posix() for file in files])


def absent(what: str) -> None:
    """What a check needs is not here: it is skipped and says so, but in CI it must run."""
    import pytest

    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)
