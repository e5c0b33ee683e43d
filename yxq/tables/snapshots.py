"""The tables that a comparison needs, as a pack keeps them under `data/`: Parquet, sealed, the same
bytes of the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from yxq.tables import contracts, seals
from yxq.words.errors import refusal

FOLDER = "data"
TABLES = ("about", "targets", "attained", "scores", "rows", "withdrawn")
Snapshot = Mapping[str, pd.DataFrame]
"""TABLES by their names: see `yxq.attainment.snapshot`."""


def write(folder: Path, tables: Snapshot) -> None:
    """Write them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table = contracts.check(name, tables[name])
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    seals.seal(folder, [f"{name}.parquet" for name in TABLES])


def read(place: str | Path) -> dict[str, pd.DataFrame]:
    """Those of a pack, or of a folder that holds nothing else.

    Raises `PlanError` where there are none, or they were changed since they were written.
    """
    for folder in (Path(place) / FOLDER, Path(place)):
        if (folder / seals.SEAL).is_file() and (folder / "about.parquet").exists():
            break
    else:
        is_pack = (Path(place) / "manifest.json").exists()
        raise refusal("pack_without_data" if is_pack else "no_pack", folder=place)
    if changed := seals.broken(folder):
        raise refusal("pack_data_changed", folder=folder, file=changed[0])
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
