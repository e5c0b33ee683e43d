"""A plan folder read and checked: `units.csv`, `forms.yml`, `quotas.csv` and a `<year>.yml` a
period, or a `<year>-<year>.yml` of several.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from yxq.plan.checks import kind_mistakes, period_mistakes, quota_mistakes, unit_mistakes
from yxq.plan.folder import Folder
from yxq.plan.forms import Forms
from yxq.plan.period import Period, Quota
from yxq.plan.reading import read_csv, read_yaml
from yxq.plan.units import Unit
from yxq.plan.years import plan_files, read_periods
from yxq.words.errors import PlanError

SHIPPED = Path(__file__).parent / "shipped"


def load(folder: str | Path = "yixing") -> Folder:
    """Read and check a plan folder: a path, or the name of one that is shipped.

    One that was read before in this process and holds the same is not read again. Raises
    `PlanError` naming the file, the key, the value and the mend.
    """
    path = Path(folder) if Path(folder).is_dir() else SHIPPED / folder
    if not path.is_dir():
        shipped = ", ".join(sorted(p.name for p in SHIPPED.iterdir() if p.is_dir()))
        raise PlanError(f"no plan folder {str(folder)!r}; shipped with yxq: {shipped}")
    files = [path / name for name in ("units.csv", "forms.yml", "quotas.csv")]
    files += dict.fromkeys(plan_files(path).values())
    contents = tuple((file.name, file.read_bytes()) for file in files if file.is_file())
    return _loaded(path.resolve(), Path(folder).as_posix(), contents)


@functools.lru_cache(maxsize=8)
def _loaded(path: Path, given: str, contents: tuple[tuple[str, bytes], ...]) -> Folder:
    """The folder whose files hold `contents`, which is what tells one from another."""
    units: tuple[Unit, ...] = read_csv(path / "units.csv", Unit)
    _refuse("units.csv", unit_mistakes(units))
    forms: Forms = read_yaml(path / "forms.yml", Forms)
    periods: dict[int, Period] = {}
    files = plan_files(path)
    for file in dict.fromkeys(files.values()):
        for period in read_periods(file):
            _refuse(file.name, period_mistakes(period, forms))
            _refuse(file.name, kind_mistakes(period, units))
            periods[period.year] = period
    if not periods:
        raise PlanError(f"{path.name}: holds no <year>.yml, so no plan")
    quotas = path / "quotas.csv"
    folder = Folder(
        path=path,
        given=given,
        unit_word=forms.unit,
        units=units,
        forms=forms.forms,
        senders=forms.senders,
        layout=forms.layout,
        periods=periods,
        files={year: file.name for year, file in files.items()},
        quotas=read_csv(quotas, Quota) if quotas.exists() else (),
    ).with_units_named()
    _refuse(quotas.name, quota_mistakes(folder))
    return folder


def _refuse(file: str, mistakes: Iterable[str]) -> None:
    """Raise the first mistake, if there is one."""
    for mistake in mistakes:
        raise PlanError(f"{file}: {mistake}")
