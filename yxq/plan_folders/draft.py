"""The next plan from the last: a folder in which all that the new document may change is marked,
and an editor checks it.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from yxq.plan.folder import Folder
from yxq.plan.forms import Forms
from yxq.plan.period import Period
from yxq.plan_folders.draft_text import HEADER, NOTED, draft, years_on
from yxq.plan_folders.load import load
from yxq.plan_folders.places import STYLE
from yxq.plan_folders.years import labels
from yxq.words.errors import PlanError

SCHEMAS: dict[str, type[BaseModel]] = {"plan": Period, "forms": Forms}
PAPERS = "papers"  # its own templates of papers, which `out` may have changed
COMMON = ("units.csv", "forms.yml", "quotas.csv")


@dataclass
class Made:
    """What was written, and the lines of the new plan that still name the old year."""

    plan: Path
    files: list[Path]
    stale: list[int]


def scaffold(folder: Folder, year: int, out: Path) -> Made:
    """A plan for a year in `out`, and of as many years as the last one before it, which it is begun
    from; raises `PlanError` when there is one already.

    Copies units, forms, shares, templates of papers and the plans where `out` has none, writes
    `<year>.yml` as a draft and `schema/` for editors, and loads what came of it. When that fails
    nothing is left behind.
    """
    before = max((y for y in folder.periods if y < year), default=None)
    if before is None:
        known = ", ".join(map(str, sorted(folder.periods)))
        raise PlanError(f"{folder.name}: no plan before {year}; there are {known}")
    last = folder.path / folder.files[before]
    plan = out / f"{years_on(last.stem, year)}.yml"
    if plan.exists() or folder.files.get(year, plan.name) != plan.name:
        mend = "change that one, or take it away"
        raise PlanError(f"{plan}: there is a plan for {year} already; {mend}")
    text = draft(last, year, out.as_posix())
    others = copied(folder, out)
    written = {plan: text} | {out / "schema" / f"{name}.json": schema(name) for name in SCHEMAS}
    try:
        write_all(out, others, written)
    except PlanError as error:
        reason = f"no draft of {year} can be made of it ({error})"
        raise PlanError(f"{last}: {reason}; {STYLE}") from None
    return Made(plan, [*others, *written], _naming(text, labels(last.stem)))


def copied(folder: Folder, out: Path) -> dict[Path, Path]:
    """What `out` has not got yet, and where it is; a file there that is another's is refused."""
    names = (*COMMON, *dict.fromkeys(folder.files.values()))
    found = {}
    for name in names:
        target, source = out / name, folder.path / name
        if not target.exists():
            if source.exists():
                found[target] = source
        elif not source.exists() or target.read_bytes() != source.read_bytes():
            mend = f"write --out a folder of its own, or --plan {out.as_posix()}"
            raise PlanError(f"{target} is not that of {folder.name}: {mend}")
    kinds = (".docx", ".pptx", ".txt")
    papers = [p for p in sorted(folder.path.glob(f"{PAPERS}/[!.~]*")) if p.suffix in kinds]
    own = {out / PAPERS / source.name: source for source in papers}
    return found | {target: source for target, source in own.items() if not target.exists()}


def write_all(out: Path, others: dict[Path, Path], written: dict[Path, str]) -> None:
    """Write a folder's files, copies among them, and load it; when that cannot be, everything is
    again as it was.
    """
    before = {p: p.read_bytes() if p.exists() else None for p in (*others, *written)}
    (out / "schema").mkdir(parents=True, exist_ok=True)
    try:
        for target, source in others.items():
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
        for path, content in written.items():
            path.write_text(content, encoding="utf-8", newline="\n")
        load(out)
    except BaseException:
        for path, content_before in before.items():
            if content_before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content_before)
        for name in ("schema", PAPERS):
            with contextlib.suppress(OSError):  # somebody's, if it is not empty
                (out / name).rmdir()
        raise


def _naming(text: str, years: range) -> list[int]:
    """The lines below the header that still name one of some years, their notes apart."""
    header = len(HEADER.read_text(encoding="utf-8").splitlines())
    lines = enumerate(text.splitlines(), 1)
    bare = ((n, re.sub(rf"{NOTED}.*$", "", line)) for n, line in lines if n > header)
    return [n for n, line in bare if any(str(year) in line for year in years)]


def schema(name: str) -> str:
    """The JSON Schema of a plan file or of forms.yml, written from the model."""
    draft_07 = {"$schema": "http://json-schema.org/draft-07/schema#"}
    text = json.dumps(SCHEMAS[name].model_json_schema() | draft_07, ensure_ascii=False, indent=1)
    # Editors that know draft 7 look for what is shared under its older name.
    return text.replace("#/$defs/", "#/definitions/").replace('"$defs"', '"definitions"') + "\n"
