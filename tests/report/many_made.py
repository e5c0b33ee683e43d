"""A plan of as many units as are asked for, each with the returns of one of the demo's."""

import shutil
from pathlib import Path

import pandas as pd
from project import reseal

from yxq.plan_folders.load import SHIPPED


def name(n: int, kind: str) -> str:
    """A name of two of the 3,755 commonest characters, of no two units the same."""
    both = (n * 7 % 3_755, (n * 131 + 50) % 3_755)
    return "".join(bytes([0xB0 + k // 94, 0xA1 + k % 94]).decode("gb2312") for k in both) + kind


def many(tables: Path, home: Path, times: int) -> tuple[Path, Path]:
    """A copy of the plan folder and of the demo's tables, in which so many units stand for each;
    the city is what it was.
    """
    folder = shutil.copytree(SHIPPED / "yixing", home / "yixing")
    units = pd.read_csv(folder / "units.csv", dtype="str", keep_default_na=False)
    towns = units[(units["kind"] != "city") & (units["valid_from"] == "")]
    copies = []
    for k in range(times):
        own = [name(k * len(towns) + n, kind) for n, kind in enumerate(towns["kind"])]
        more = {column: towns[column] + f"{k:02}" for column in ("code", "name_en", "slug")}
        place = {"row": k + 1, "column": range(1, len(towns) + 1)}
        copies.append(towns.assign(name=own, aliases="", overlaps="", **more, **place))
    city = units[units["kind"] == "city"]
    pd.concat([city, *copies]).to_csv(folder / "units.csv", index=False)
    ignored = shutil.ignore_patterns(".results", ".parts", ".received")
    processed = shutil.copytree(tables, home / "processed", ignore=ignored)
    for file in [*processed.glob("*.parquet"), *processed.glob("records/*.parquet")]:
        table = pd.read_parquet(file)
        if "unit" in table:
            here = table["unit"].isin(towns["name"])
            called = [dict(zip(towns["name"], copy["name"], strict=True)) for copy in copies]
            dealt = [table[here].assign(unit=table.loc[here, "unit"].map(one)) for one in called]
            made = pd.concat([table[~here], *dealt], ignore_index=True)
            made.astype({"unit": table["unit"].dtype}).to_parquet(file)
    reseal(processed)
    return folder, processed
