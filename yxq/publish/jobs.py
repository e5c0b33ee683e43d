"""What `yxq run` is asked for, as jobs: a notebook for units, targets and years, with the
parameters really given.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from yxq.plan.folder import Folder, Plan
from yxq.plan.load import load
from yxq.plan.target import Target
from yxq.publish import parameters
from yxq.publish.run import Job
from yxq.report.html import Look
from yxq.tables import store
from yxq.words.errors import PlanError
from yxq.words.wording import Words

OPTIONS = {
    "town": "--units",
    "target": "--targets",
    "year": "--years",
    "plan": "--plan",
    "processed": "--processed",
    "as_of": "--as-of",
    "language": "--language",
}


@dataclass(frozen=True)
class Asked:
    """The command line: `own` are the options that were given, `chosen` those with their defaults."""

    notebook: Path
    units: tuple[str, ...]
    targets: tuple[str, ...]
    years: str | None
    own: dict[str, Any]
    chosen: dict[str, Any]
    given: tuple[tuple[str, str], ...]
    out: Path
    pages: bool
    timeout: int | None
    memory: int | None


def jobs(asked: Asked) -> list[Job]:
    """A job a year, a unit where the notebook has a `town`, and a target where it has a `target`.

    One that has both is run for its own target unless targets are named. Raises `PlanError` for
    what cannot be.

    The notebook's own defaults hold unless an option or `-p` says otherwise; a result is named
    after its notebook.
    """
    known, needed = parameters.declared_in(asked.notebook)
    for name, _ in asked.given:
        if name in OPTIONS:
            raise PlanError(f"-p {name}: use {OPTIONS[name]}")
    further = {name: yaml.safe_load(value) for name, value in asked.given}
    has = known.keys() | needed
    context = (
        asked.chosen
        | {name: known[name] for name in asked.chosen.keys() & known.keys()}
        | asked.own
    )
    folder, made = load(store.locate(context["plan"])), []
    for year in _years(asked.years, known.get("year") or max(folder.periods)):
        plan, own = (
            folder.plan(year),
            asked.own | ({"year": year} if asked.years or not known.get("year") else {}),
        )
        words, many = (
            Words(context["language"]),
            "target" in has and (asked.targets or "town" not in has),
        )
        for name, option, named in (
            ("town", "--units", asked.units != ("all",)),
            ("target", "--targets", asked.targets),
        ):
            if named and name not in has:
                raise PlanError(
                    f"{asked.notebook.name} has no parameter `{name}`; leave out {option}"
                )
        units = (
            plan.towns
            if asked.units == ("all",)
            else [*dict.fromkeys(plan.town(name) for name in asked.units)]
        )
        targets = (
            plan.targets
            if asked.targets in ((), ("all",))
            else _targets(folder, plan, asked.targets)
        )
        for unit, target in itertools.product(
            units if "town" in has else [None], targets if many else [None]
        ):
            given = {name: value for name, value in own.items() if name in has} | further
            given |= ({"town": unit.name} if unit else {}) | (
                {"target": target.id} if target else {}
            )
            name = "-".join(
                [
                    asked.notebook.stem,
                    *([unit.page] if unit else []),
                    *([target.id] if target else []),
                ]
            )
            titles = [
                *([words.unit(unit)] if unit else []),
                *([words.text(target.title)] if target else []),
            ]
            look = Look(
                f"{' · '.join(titles) or asked.notebook.stem} · {year}", words.language, alone=True
            )
            made.append(
                Job(
                    asked.notebook.absolute(),
                    asked.out / str(year) / f"{name}.ipynb",
                    given,
                    look if asked.pages else None,
                    timeout=asked.timeout,
                    memory=asked.memory,
                    context=context | {"year": year},
                )
            )
    if not made:
        raise PlanError(
            f"no plan of {asked.years or 'that year'} has the targets {', '.join(asked.targets)}"
        )
    return made


def _targets(folder: Folder, plan: Plan, named: tuple[str, ...]) -> list[Target]:
    """The targets of these names that a plan has, each once; one that no plan of the folder has is
    refused.
    """
    found: dict[str, Target] = {}
    for name in named:
        if any(
            name in (target.id, target.title.zh, target.title.en)
            for period in folder.periods.values()
            for target in period.targets
        ):
            found |= {
                target.id: target
                for target in plan.targets
                if name in (target.id, target.title.zh, target.title.en)
            }
        else:
            one = plan.target(name)
            found[one.id] = one
    return list(found.values())


def _years(asked: str | None, otherwise: int) -> range:
    first, _, last = (asked or str(otherwise)).partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(last or first) < int(first):
        raise PlanError(f"--years {asked}: write 2013 or 2012-2013")
    return range(int(first), int(last or first) + 1)
