"""How fast notebooks run, side by side in one run: part of `make bench`. Prints ratios; nothing
here is a test.

(a) `papermill` and `jupyter nbconvert` a notebook, over all cores with `xargs -P`; (b) `yxq pack`,
cold start included; (c) the same cells one after the other in one warm process, the floor.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import yaml
from project import DEMO, ROOT

from yxq.plan_folders import load
from yxq.tables import store

BIN = Path(sys.executable).parent
YXQ = [sys.executable, "-c", "from yxq.cli import main; main()"]
CELLS = """
import contextlib, io, json, sys, time
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from yxq.publish import parameters
import yxq.report.notebook
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
jobs = json.loads(sys.argv[1])
def run(path, given):
    shell.reset(new_session=False)
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with contextlib.redirect_stdout(io.StringIO()):
                done = shell.run_cell(cell.source, silent=True)
                if "parameters" in cell.metadata.get("tags", []):
                    shell.run_cell(parameters.cell(given), silent=True)
            done.raise_error()
            if hasattr(done.result, "_repr_html_"):
                done.result._repr_html_()
run(*jobs[0]); run(*jobs[-1])
before = time.perf_counter()
for job in jobs:
    run(*job)
print(time.perf_counter() - before)
"""


START = """import yxq.returns.ingest, yxq.publish.pack; from yxq.publish import papermill
papermill.load(); import nbformat"""


def done(command: list[str], **options: object) -> float:
    """Seconds that a command took."""
    before = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )  # type: ignore[call-overload]
    return time.perf_counter() - before


def peak(command: list[str], **options: object) -> tuple[float, float, float]:
    """Seconds of a command, the most memory (GB) that all of it held, and that its greatest kernel
    held of its own.
    """
    before, most, one = time.perf_counter(), 0.0, 0.0
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )  # type: ignore[call-overload]
    process = psutil.Process(running.pid)
    while running.poll() is None:
        held = []
        for each in [process, *process.children(recursive=True)]:
            try:
                held.append(each.memory_full_info().uss / 1e9)
            except psutil.Error:
                held.append(0.0)
        most, one = max(most, sum(held)), max([one, *held[2:]])
        time.sleep(0.1)
    if running.returncode:
        raise SystemExit(f"failed: {shlex.join(map(str, command))}")
    return time.perf_counter() - before, most, one


def packs(times: int) -> None:
    """A whole pack by (a), (b) and (c); nothing changed; one job and two."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        (home / "data").mkdir()
        shutil.copytree(DEMO, home / "data" / "raw")
        done([*YXQ, "ingest"], cwd=home)
        shutil.copytree(
            home / "data" / "processed", home / "plain"
        )  # as it is before any pack: nothing computed is kept
        todo = [
            ("city", {}),
            ("returns", {}),
            *(("town", {"town": unit.name}) for unit in load.load().plan(2013).towns),
        ]
        lines = [
            f"{BIN}/papermill {ROOT}/notebooks/{name}.ipynb {home}/{n}.ipynb"
            f" --no-progress-bar -p processed {home}/plain "
            + "".join(f"-p {key} {value} " for key, value in given.items())
            + f"&& {BIN}/jupyter nbconvert --to html {home}/{n}.ipynb"
            for n, (name, given) in enumerate(todo)
        ]
        (home / "todo").write_text("\0".join(lines), encoding="utf-8")
        plain, packed, floor, nothing, one, two = [], [], [], [], [], []
        cells = str(
            [
                [f"{ROOT}/notebooks/{name}.ipynb", given | {"processed": "data/processed"}]
                for name, given in todo
            ]
        )
        for _ in range(times):
            plain.append(
                done(
                    ["xargs", "-0", "-P", str(cores), "-n", "1", "-a", f"{home}/todo", "bash", "-c"]
                )
            )
            for kept in (home / "data" / "processed" / store.KEPT, home / "reports"):
                shutil.rmtree(kept, ignore_errors=True)
            packed.append(done([*YXQ, "pack"], cwd=home))
            nothing.append(done([*YXQ, "pack"], cwd=home))
            told = subprocess.run(
                [sys.executable, "-c", CELLS, cells.replace("'", '"')],
                cwd=home,
                capture_output=True,
                text=True,
                check=True,
            )
            floor.append(float(told.stdout))
            one.append(done([*YXQ, "pack", "--force", "--jobs", "1"], cwd=home))
            two.append(done([*YXQ, "pack", "--force", "--jobs", "2"], cwd=home))
        start = min(done([sys.executable, "-c", START], cwd=home) for _ in range(3))
        a, b, c = min(plain), min(packed), min(floor)
        print(
            f"{len(todo)} notebooks on {cores} cores: (a) papermill and nbconvert {a:.1f} s,"
            f" (b) yxq pack {b:.1f} s, (c) cells alone {c:.1f} s"
        )
        print(f"  (a) / (b): {a / b:.1f}    (b) / (c) per core-second: {b * cores / c:.2f}")
        print(
            f"  nothing changed: {min(nothing):.2f} s, of which start-up {start:.2f};"
            f" beyond start-up {max(0, min(nothing) - start) / b:.1%} of a full run"
        )
        print(
            f"  one job / two jobs: whole pack {min(one) / min(two):.2f};"
            f" without start-up {(min(one) - start) / (min(two) - start):.2f}"
        )
        _, most, kernel = peak([*YXQ, "pack", "--force"], cwd=home)
        print(f"  memory: {most:.2f} GB in all; a kernel's own {1000 * kernel:.0f} MB at most")


def grown(home: Path, units: int) -> Path:
    """A plan folder with so many units, each like one of the demo's."""
    plan = home / f"plan{units}"
    shutil.copytree(load.SHIPPED / "yixing", plan)
    head, city, *towns = (plan / "units.csv").read_text("utf-8").splitlines()
    facts = yaml.safe_load((plan / "demo.yml").read_text("utf-8"))
    towns = [line for line in towns if line.split(",")[2] in facts["size"]]
    times = units // len(towns)
    made, size = [], {}
    for k in range(times):
        for line in towns:
            code, system, name, english, kind, slug, *_ = line.split(",")
            size[f"{name}{k}"] = facts["size"][name]
            made.append(
                ",".join(
                    [
                        f"{code}{k:03}",
                        system,
                        f"{name}{k}",
                        f"{english} {k}",
                        kind,
                        f"{slug}{k}",
                        "",
                        "",
                        "",
                        "",
                        "",
                    ]
                )
            )
    (plan / "units.csv").write_text("\n".join([head, city, *made]) + "\n", encoding="utf-8")
    for spec in facts["inspections"].values():
        spec["samples"] *= times
    facts |= {
        "size": size,
        "behind": {},
        "no_projects": [],
        "projects": facts["projects"] | {"a_year": facts["projects"]["a_year"] * times},
    }
    (plan / "demo.yml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    text = (plan / "2013.yml").read_text("utf-8")
    (plan / "2013.yml").write_text(re.sub(r"^quotas:.*$", "", text, flags=re.M), encoding="utf-8")
    (plan / "quotas.csv").unlink(missing_ok=True)
    return plan


def many(most: int) -> None:
    """Seconds a unit with more and more units."""
    for units in sorted({100, most}):
        with tempfile.TemporaryDirectory() as place:
            home = Path(place)
            plan = grown(home, units)
            subprocess.run(
                [*YXQ, "demo", "--plan", str(plan), "--out", "raw"],
                cwd=home,
                check=True,
                capture_output=True,
            )
            subprocess.run(
                [*YXQ, "ingest", "--plan", str(plan), "--raw", "raw"], cwd=home, capture_output=True
            )
            took = done(
                [*YXQ, "run", str(ROOT / "notebooks" / "town.ipynb"), "--plan", str(plan)], cwd=home
            )
            print(f"{units} units: {took:.0f} s, {took / units:.2f} s a unit", flush=True)
