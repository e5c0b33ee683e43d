"""What `yxq run` is asked for, as jobs: a notebook for units, targets and years, with the
parameters really given.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yxq.plan.folder import Folder, Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.plan_folders.load import load
from yxq.publish import parameters
from yxq.publish.job import Job, RunOptions
from yxq.publish.parameters import from_yaml
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
    "received_by": "--received-by",
    "language": "--language",
}


@dataclass(frozen=True)
class Request:
    """The command line of `yxq run`; `given`: the names of the options that were given, which hold
    even where the notebook has a default of its own. `further`, `raw`, `yaml`: the values of `-p`,
    `-r` and `-y`.
    """

    notebook: Path
    out: Path = Path("runs")
    plan: str = "yixing"
    processed: Path = Path("data/processed")
    language: str = "zh"
    as_of: dt.date | None = None
    received_by: dt.date | None = None
    units: tuple[str, ...] = ("all",)
    targets: tuple[str, ...] = ()
    years: str | None = None
    further: tuple[tuple[str, str], ...] = ()
    raw: tuple[tuple[str, str], ...] = ()
    yaml: tuple[str, ...] = ()
    pages: bool = False
    options: RunOptions = field(default_factory=RunOptions)
    given: frozenset[str] = frozenset()

    @functools.cached_property
    def declared(self) -> tuple[dict[str, Any], set[str]]:
        """The notebook's parameters with their defaults, and the names of those without."""
        return parameters.declared_in(self.notebook)

    def has(self, name: str) -> bool:
        """Whether the notebook has a parameter."""
        return name in self.declared[0] or name in self.declared[1]

    def common(self, given: bool = False) -> dict[str, Any]:
        """plan, processed, language and both days: all of them, or those that were given."""
        options = {
            "plan": self.plan,
            "processed": self.processed.as_posix(),
            "language": self.language,
            "as_of": self.as_of and self.as_of.isoformat(),
            "received_by": self.received_by and self.received_by.isoformat(),
        }
        return {n: value for n, value in options.items() if n in self.given or not given}

    @functools.cached_property
    def context(self) -> dict[str, Any]:
        """What holds of them: the option that was given, else the notebook's own default, else the
        option's.
        """
        defaults, options = self.declared[0], self.common()
        own = {name: defaults[name] for name in options.keys() & defaults.keys()}
        return options | own | self.common(given=True)

    @functools.cached_property
    def folder(self) -> Folder:
        """The plan folder."""
        return load(store.locate(self.context["plan"]))


def jobs(request: Request) -> list[Job]:
    """A job a year, a unit where the notebook has a `town`, and a target where it has a `target`.

    One that has both is run for its own target unless targets are named. Raises `PlanError` for
    what cannot be.

    The notebook's own defaults hold unless an option or `-p` says otherwise; a result is named
    after its notebook.
    """
    further = _further(request)
    own_year = request.declared[0].get("year")
    years = _years(request.years, own_year or request.folder.plan().year)
    plans = [request.folder.plan(year) for year in years]
    made = [
        _job(request, plan, unit, target, further)
        for plan in plans
        for unit in _units(request, plan)
        for target in _targets(request, plan)
    ]
    if not made:
        asked = request.years or "that year"
        raise PlanError(f"no plan of {asked} has the targets {', '.join(request.targets)}")
    return made


def _further(request: Request) -> dict[str, Any]:
    """The values of `-y`, `-p` and `-r`, the later ones before the earlier, as papermill has it.

    Raises `ValueError` for one that has an option of its own, or is of another kind than the
    notebook's default; one that the notebook does not have is refused when jobs are keyed.
    """
    asked = [
        *(("-y", name, v, "") for each in request.yaml for name, v in from_yaml(each).items()),
        *(("-p", name, parameters.typed(text), text) for name, text in request.further),
        *(("-r", name, text, text) for name, text in request.raw),
    ]
    for flag, name, value, text in asked:
        if name in OPTIONS:
            raise PlanError(f"{flag} {name}: use {OPTIONS[name]}")
        default = request.declared[0].get(name)
        if wrong := parameters.wrong_kind(value, default):
            is_text = flag == "-p" and isinstance(default, str)
            mend = f"; for the text write -r {name} {text}" if is_text else ""
            written = f"{flag} {name} {text}".rstrip()
            raise ValueError(f"{request.notebook.name}: {written}: {wrong}{mend}")
    return {name: value for _, name, value, _ in asked}


def _job(
    request: Request, plan: Plan, unit: Unit | None, target: Target | None, further: dict[str, Any]
) -> Job:
    """The notebook for a year and, where they are not none, a unit and a target."""
    options = request.common(given=True)
    if request.years or not request.declared[0].get("year"):
        options["year"] = plan.year
    given = {name: value for name, value in options.items() if request.has(name)}
    given |= further
    words, name, titles = Words(request.context["language"]), [request.notebook.stem], []
    if unit:
        given["town"] = unit.name
        name.append(unit.page)
        titles.append(words.unit(unit))
    if target:
        given["target"] = target.id
        name.append(target.id)
        titles.append(words.text(target.title))
    title = f"{' · '.join(titles) or request.notebook.stem} · {plan.year}"
    return Job(
        request.notebook.absolute(),
        request.out.absolute() / str(plan.year) / f"{'-'.join(name)}.ipynb",
        given,
        Look(title, words.language, alone=True) if request.pages else None,
        timeout=request.options.timeout,
        memory=request.options.memory,
        context=request.context | {"year": plan.year},
    )


def _units(request: Request, plan: Plan) -> list[Unit] | list[None]:
    """The units to run for, each once; none where the notebook is not of a unit."""
    if not request.has("town"):
        if request.units != ("all",):
            raise _no_parameter(request, "town")
        return [None]
    if request.units == ("all",):
        if not plan.towns:
            raise PlanError(
                f"{plan.id} has no units beside the city; write --units {plan.city.name}"
            )
        return plan.towns
    return [*dict.fromkeys(plan.town(name) for name in request.units)]


def _targets(request: Request, plan: Plan) -> list[Target] | list[None]:
    """The targets to run for that a plan has, each once; one that no plan of the folder has is
    refused. None where the notebook is not of a target, or is run for its own.
    """
    if not request.has("target"):
        if request.targets:
            raise _no_parameter(request, "target")
        return [None]
    if not request.targets and request.has("town"):
        return [None]
    if request.targets in ((), ("all",)):
        return [*plan.targets]
    targets: dict[str, Target] = {}
    for name in request.targets:
        exact = [target for target in plan.targets if name in _exact_names(target)]
        periods = request.folder.periods.values()
        elsewhere = any(name in _exact_names(t) for period in periods for t in period.targets)
        targets |= {t.id: t for t in exact or ([] if elsewhere else [plan.target(name)])}
    return [*targets.values()]


def _exact_names(target: Target) -> tuple[str, str, str]:
    return target.id, target.title.zh, target.title.en


def _no_parameter(request: Request, name: str) -> PlanError:
    path, option = request.notebook, OPTIONS[name]
    notebook = parameters.read(path)
    if parameters.tagged(notebook, path.name) is None:
        advice = parameters.without_tag(notebook, name)
        return PlanError(f"{path.name}: {advice}, or leave out {option}")
    known = ", ".join(sorted(request.declared[0].keys() | request.declared[1])) or "none"
    has = f"has no parameter `{name}` (it has {known})"
    return PlanError(f"{path.name} {has}; set it in the tagged cell, or leave out {option}")


def _years(asked: str | None, otherwise: int) -> range:
    first, _, last = (asked or str(otherwise)).partition("-")
    if not first.isdigit() or not (last or first).isdigit() or int(last or first) < int(first):
        raise PlanError(f"--years {asked}: write 2013 or 2012-2013")
    return range(int(first), int(last or first) + 1)
