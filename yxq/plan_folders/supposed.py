"""A plan as it would be if something else were asked: its folder copied and changed, and then read
and checked as any other.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from yxq.plan.folder import Folder, Plan
from yxq.plan.period import Quota
from yxq.plan.requirement import WHOLE, Bound, quantity
from yxq.plan_folders.load import COMMON, examine
from yxq.plan_folders.reading import content_of
from yxq.plan_folders.years import labels
from yxq.words.errors import refusal

Keys = Mapping[str, Any]
"""Keys of a plan file -> what is to stand there."""


@dataclass(frozen=True)
class Asked:
    """What is asked in place of what a plan says.

    targets: id -> keys of the target. quotas: id -> each unit's share. scoring: its keys.
    """

    targets: Mapping[str, Keys] = field(default_factory=dict)
    quotas: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    scoring: Keys = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything else is asked."""
        return bool(self.targets or self.quotas or self.scoring)

    def and_then(self, later: Asked) -> Asked:
        """Both, the later of what both say."""
        ids = dict.fromkeys((*self.targets, *later.targets))
        targets = {id: {**self.targets.get(id, {}), **later.targets.get(id, {})} for id in ids}
        quotas = {**self.quotas, **later.quotas}
        return Asked(targets, quotas, {**self.scoring, **later.scoring})


def supposed(plan: Plan, asked: Asked) -> Plan:
    """A plan with something else asked in its year; other years and the returns stay as they are.

    Raises `PlanError` naming key, value and mend where such a plan could not be.
    """
    folder = plan.folder
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        copy.mkdir()
        for name in {*COMMON, *folder.files.values()}:
            if (folder.path / name).exists():
                shutil.copy(folder.path / name, copy)
        _write_period(copy / folder.files[plan.year], plan, asked)
        if asked.quotas:
            _write_quotas(copy / "quotas.csv", folder, plan.year, asked.quotas)
        found = examine(copy)
    if found.mistakes or found.folder is None:
        first, *more = (str(replace(one, file="")) for one in found.mistakes)
        raise refusal("supposed_no_plan", what=first, more=f" (+{len(more)})" if more else "")
    periods = folder.periods | {plan.year: found.folder.periods[plan.year]}
    changed = {"periods": periods, "quotas": found.folder.quotas}
    return folder.model_copy(update=changed).plan(plan.year)


def _write_period(file: Path, plan: Plan, asked: Asked) -> None:
    """A plan file with other keys of some targets and of its scoring."""
    content = content_of(file).content
    for target in content["targets"]:
        keys = dict(asked.targets.get(target["id"], {}))
        is_path = len(labels(file.stem)) > 1 and "by" not in target
        if is_path and isinstance(keys.get("require"), str):
            keys["require"] = {plan.year: keys["require"]}
        target.update(keys)
    if asked.scoring:
        content["scoring"] = {**(content.get("scoring") or {}), **asked.scoring}
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")


def _write_quotas(
    file: Path, folder: Folder, year: int, quotas: Mapping[str, Mapping[str, int]]
) -> None:
    """Official shares, with others of some targets in a year."""
    rows = [q for q in folder.quotas if not (q.year == year and q.target in quotas)]
    rows += [
        Quota(year=year, target=id, unit=unit, quota=share, source="what_if")
        for id, shares in quotas.items()
        for unit, share in shares.items()
    ]
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, [*Quota.model_fields])
        table.writeheader()
        table.writerows(row.model_dump() for row in rows)


def required(plan: Plan, id: str, asked: object) -> str:
    """A requirement as the grammar has it, of a threshold that may be a number alone: then it is
    asked as the plan asks its own.

    Raises `PlanError` where the plan asks no number of that target, or one between two.
    """
    text, require = _typed(asked), plan.target(id).require
    if isinstance(asked, float) and plan.target(id).kind == "share":
        text = f"{Decimal(str(asked)) * 100:f}".rstrip("0").rstrip(".") + "%"
    try:
        bound = Bound("", WHOLE, quantity(text))
    except ValueError:
        return text  # a whole requirement, which is read with the plan
    if require is None or len(require.bounds) != 1:
        now = str(require or "")
        raise refusal("supposed_no_threshold", target=id, asked=text, now=now)
    other = replace(require, low=bound) if require.low else replace(require, high=bound)
    return str(other)


def _typed(asked: object) -> str:
    """A requirement as somebody types it, or a page prints it, in the letters of the grammar."""
    text = unicodedata.normalize("NFKC", str(asked)).strip()
    text = text.replace("≥", ">=").replace("≤", "<=")
    return re.sub(r"(?<=\d)\s+(?=[%‰])", "", text)
