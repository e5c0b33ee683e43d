"""A plan folder read and checked: `units.csv`, `forms.yml`, `quotas.csv` and a `<year>.yml` a
period, or a `<year>-<year>.yml` of several.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from yxq.plan.folder import Folder, measured
from yxq.plan.forms import Forms
from yxq.plan.period import Quota
from yxq.plan.units import Unit
from yxq.plan_folders.checks import (
    file_mistakes,
    forms_mistakes,
    kind_mistakes,
    period_mistakes,
    quota_mistakes,
    unit_mistakes,
)
from yxq.plan_folders.doubts import doubts
from yxq.plan_folders.findings import Finding, Mistaken
from yxq.plan_folders.reading import Reading, read_csv, read_yaml
from yxq.plan_folders.years import plan_files, read_periods
from yxq.words.errors import PlanError

SHIPPED = Path(__file__).parents[1] / "plan" / "shipped"
COMMON = ("units.csv", "forms.yml", "quotas.csv")


@dataclass(frozen=True)
class Examined:
    """A plan folder as it was read: nothing (None) where it cannot be used, and all mistakes."""

    folder: Folder | None
    mistakes: tuple[Finding, ...]


def load(folder: str | Path = "yixing") -> Folder:
    """Read and check a plan folder: a path, or the name of one that is shipped.

    One that was read before in this process and holds the same is not read again. Raises
    `PlanError` naming the file, the key, the value and the mend of its first mistake.
    """
    found = examine(folder)
    if found.mistakes or found.folder is None:
        raise Mistaken(found.mistakes, Path(folder).as_posix())
    return found.folder


def check(folder: str | Path = "yixing") -> list[Finding]:
    """All that is wrong with a plan folder or doubtful about it; raises `PlanError` without one.

    Doubts are told of a folder without mistakes in its files themselves: what nobody uses, say, may
    be used by what could not be read.
    """
    found = examine(folder)
    return [*found.mistakes, *(doubts(found.folder) if found.folder else ())]


def examine(folder: str | Path) -> Examined:
    """A plan folder read, with every mistake in it; raises `PlanError` where there is none."""
    path = Path(folder) if Path(folder).is_dir() else SHIPPED / folder
    if not path.is_dir():
        shipped = ", ".join(sorted(p.name for p in SHIPPED.iterdir() if p.is_dir()))
        raise PlanError(f"no plan folder {str(folder)!r}; shipped with yxq: {shipped}")
    files = [path / name for name in COMMON]
    files += dict.fromkeys(plan_files(path)[0].values())
    contents = tuple((file.name, file.read_bytes()) for file in files if file.is_file())
    return _examined(path.resolve(), Path(folder).as_posix(), contents)


@functools.lru_cache(maxsize=8)
def _examined(path: Path, given: str, contents: tuple[tuple[str, bytes], ...]) -> Examined:
    """The folder whose files hold `contents`, which is what tells one from another."""
    units, forms = read_csv(path / COMMON[0], Unit), read_yaml(path / COMMON[1], Forms)
    has_quotas = (path / COMMON[2]).exists()
    quotas = read_csv(path / COMMON[2], Quota) if has_quotas else Reading(content=())
    files, misnamed = plan_files(path)
    periods = {file: read_periods(file) for file in dict.fromkeys(files.values())}
    if not periods:
        misnamed.append(Finding("", "holds no <year>.yml, so no plan", file=path.name))
    _compare(units, forms, periods)
    read = [units, forms, *(period for each in periods.values() for period in each)]
    whole = all(each.content is not None for each in read) and not any(e.left_out for e in read)
    folder = None
    if whole and not misnamed:
        folder = Folder(
            path=path,
            given=given,
            unit_word=forms.content.unit,
            units=units.content,
            forms=forms.content.forms,
            senders=forms.content.senders,
            layout=forms.content.layout,
            named_files=forms.content.files,
            periods={p.content.year: p.content for each in periods.values() for p in each},
            files={year: file.name for year, file in files.items()},
            quotas=quotas.content or (),
            remedies=forms.content.remedies,
        ).with_units_named()
        if not quotas.left_out:
            quotas.refuse(replace(m, file=COMMON[2]) for m in quota_mistakes(folder))
    told = [mistake for each in (*read, quotas) for mistake in each.mistakes]
    return Examined(folder, tuple(dict.fromkeys([*misnamed, *told])))


def _compare(units: Reading, forms: Reading, periods: dict[Path, list[Reading]]) -> None:
    """Add what the files show to be wrong beside each other."""
    if units.content is not None and not units.left_out:
        units.refuse(replace(m, file=COMMON[0]) for m in unit_mistakes(units.content))
    if forms.content is None:
        return
    forms.refuse(replace(m, file=COMMON[1]) for m in forms_mistakes(forms.content))
    if units.content is not None and not units.left_out:
        found = file_mistakes(forms.content, units.content)
        forms.refuse(replace(m, file=COMMON[1]) for m in found)
    plans = [year.content for years in periods.values() for year in years if year.content]
    forms.content = forms.content.keyed(m for plan in plans for m in measured(plan).values())
    for file, years in periods.items():
        for year in years:
            if year.content is not None:
                found = period_mistakes(year.content, forms.content)
                year.refuse((replace(m, file=file.name) for m in found), forms)
                if not units.left_out:
                    found = kind_mistakes(year.content, units.content or ())
                    year.refuse(replace(m, file=file.name) for m in found)
