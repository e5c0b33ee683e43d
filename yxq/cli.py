"""The command line. Data go to standard output, messages to standard error.

Exit codes: 0 done, 1 done with failures (listed), 2 usage or bad input (one clear line). Libraries
are imported late, so that `yxq --help` answers at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

LONG_SHEET = 20_000  # rows of a sheet whose reading is worth a bar
LISTS = {"--unit", "--units", "--targets"}  # options that take several values: --unit 丁蜀镇 和桥镇


def spread(arguments: list[str]) -> list[str]:
    """Repeat a list option before each of its values, which is how click takes several.

    >>> spread(["attain", "--unit", "丁蜀镇", "和桥镇", "--year", "2013"])
    ['attain', '--unit', '丁蜀镇', '--unit', '和桥镇', '--year', '2013']
    """
    out: list[str] = []
    option, pending = "", False
    for argument in arguments:
        if argument.startswith("-"):
            if pending:
                raise click.UsageError(f"{option} needs a value")
            option = argument if argument in LISTS else ""
            pending = bool(option)
            out += [] if option else [argument]
        else:
            if option and not argument:
                raise click.UsageError(f"{option} was given an empty value")
            out += [option, argument] if option else [argument]
            pending = False
    if pending:
        raise click.UsageError(f"{option} needs a value")
    return out


def say(message: str) -> None:
    """A message to standard error, and to the file of `--log`."""
    import logging

    click.echo(message, err=True)
    for handler in logging.getLogger("yxq").handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handle(logging.makeLogRecord({"msg": message, "levelno": logging.INFO}))


plan_option = click.option(
    "--plan", default="yixing", metavar="FOLDER", help="Plan folder, or the name of a shipped one."
)
year_option = click.option(
    "--year", type=int, metavar="Y", help="Plan year; the latest plan if not given."
)
processed_option = click.option(
    "--processed", default="data/processed", metavar="DIR", type=click.Path(path_type=Path)
)
raw_option = click.option(
    "--raw", default="data/raw", metavar="DIR", type=click.Path(path_type=Path)
)
as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="How things stood on a day."
)
language_option = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yxq")
def app() -> None:
    """A city's quality plan: targets, attainment per town, and the pack for those who decide."""


def _bar(rows: Any, total: int, name: str) -> Any:
    """A progress bar on a terminal, and for sheets only where they are long; nothing in a log."""
    from tqdm import tqdm

    off = not sys.stderr.isatty() or (name != "files" and total < LONG_SHEET)
    return tqdm(
        rows,
        total=total,
        desc=name,
        disable=off,
        leave=False,
        unit=" rows" if name != "files" else " files",
    )


def _ingest(raw: Path, processed: Path, plan: str) -> int:
    """Ingest and say what became of the rows; the number of sheets that could not be read."""
    from yxq.plan.load import load
    from yxq.returns.ingest import ingest, paths
    from yxq.tables.lock import lock
    from yxq.tables.store import FATES
    from yxq.words.wording import Words

    folder, words = load(plan), Words("en")
    paths(raw)  # before anything is made: are there returns at all
    with lock(processed):
        done = ingest(raw, folder, processed, _bar)
    files = done.files
    sums, count = files[["rows", *FATES]].sum(), files["file"].nunique()
    say(
        f"{count} files ({done.read} read anew), {sums['rows']} rows read = {' + '.join(f'{sums[fate]} {fate}' for fate in FATES)}"
    )
    for row in files.itertuples():
        remarks = [words.reason(row.reason)] if row.refused else []
        remarks += [words("sheet_hidden")] if row.hidden else []
        remarks += [words("columns_unknown", columns=row.unknown)] if row.unknown else []
        if remarks:
            what = {
                "rejected": "not read",
                "excluded": "set aside",
                "duplicate": "replaced",
                "": "look at",
            }[row.refused]
            say(f"{what}: {row.file}{f' [{row.sheet}]' if row.sheet else ''}: {'; '.join(remarks)}")
    if back := sorted(file.name for file in (processed / "returned").glob("*.xlsx")):
        say(f"to send back, in {processed / 'returned'}: {', '.join(back)}")
    return int((files["refused"] == "rejected").sum())


@app.command()
@raw_option
@processed_option
@plan_option
def ingest(raw: Path, processed: Path, plan: str) -> int:
    """Read the returns into ledger, records and measures."""
    return 1 if _ingest(raw, processed, plan) else 0


def _emit(frame: Any, kind: str) -> None:
    """A frame on standard output as table, CSV or JSON."""
    if kind == "json":
        click.echo(frame.to_json(orient="records", force_ascii=False, indent=1, date_format="iso"))
    elif kind == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        import pandas as pd
        from tqdm.utils import disp_len

        texts = [
            [str(c) for c in frame.columns],
            *(
                [("" if pd.isna(v) else str(v)) for v in row]
                for row in frame.itertuples(index=False)
            ),
        ]
        widths = [max(map(disp_len, column)) for column in zip(*texts, strict=True)]
        for row in texts:
            click.echo(
                "  ".join(
                    v + " " * (w - disp_len(v)) for v, w in zip(row, widths, strict=True)
                ).rstrip()
            )


format_option = click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)


@app.command("new-plan")
@plan_option
@click.option(
    "--year",
    type=int,
    metavar="Y",
    help="The new plan's year; the one after the last plan if not given.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to; a plan folder of yours, or plans/NAME, if not given.",
)
def new_plan(plan: str, year: int | None, out: Path | None) -> None:
    """Begin the next plan from the last: a draft with what is to be compared marked, and schemas
    for your editor.
    """
    from yxq.plan.draft import scaffold
    from yxq.plan.load import SHIPPED, load

    folder = load(plan)
    year = max(folder.periods) + 1 if year is None else year
    place = out or (
        Path("plans") / folder.name if folder.path.is_relative_to(SHIPPED) else Path(folder.given)
    )
    made = scaffold(folder, year, place)
    click.echo(made.plan.as_posix())
    say(
        f"{len(made.files)} files written; compare {made.plan} with the signed document, from the top"
    )
    if made.stale:
        say(f"lines that still name the year before: {', '.join(map(str, made.stale))}")
    say(f"then: yxq targets --plan {place.as_posix()} --year {year} --diff")


def _differences(plan: str, year: int | None, against: str, kind: str) -> None:
    """Print what changed to a plan from another: of a year or folder, or the one before it."""
    from yxq.plan.diff import CHANGES, differences, others
    from yxq.plan.load import load
    from yxq.words.errors import PlanError

    folder = load(plan)
    new = folder.plan(year)
    if against.isdigit() or not against:
        earlier = [y for y in folder.periods if y < new.year]
        if not against and not earlier:
            raise PlanError(f"{folder.name}: no plan before {new.year}; write --diff FOLDER")
        old = folder.plan(int(against) if against else max(earlier))
    else:
        old = load(against).plan()
    rows = differences(old, new)
    _emit(rows, kind)
    counts = rows.drop_duplicates(["target", "change"])["change"].value_counts()
    told = (
        ", ".join(f"{counts[change]} {change}" for change in CHANGES if change in counts)
        or "no target is different"
    )
    say(
        f"{new.id} against {old.id}: {told}"
        + (f"; different too: {', '.join(more)}" if (more := others(old, new)) else "")
    )


@app.command()
@plan_option
@year_option
@click.option(
    "--diff",
    "against",
    is_flag=False,
    flag_value="",
    metavar="[YEAR|FOLDER]",
    help="What is different from the plan before, or from that of another year or folder.",
)
@format_option
@language_option
def targets(plan: str, year: int | None, against: str | None, kind: str, language: str) -> None:
    """Print the plan's targets, or what is different from another plan."""
    import pandas as pd

    from yxq.plan.load import load
    from yxq.words.wording import Words

    if against is not None:
        return _differences(plan, year, against, kind)
    found, words = load(plan).plan(year), Words(language)
    rows = [
        {
            "target": t.id,
            "clause": t.clause,
            "title": words.text(t.title),
            "rule": t.rule,
            "threshold": t.threshold or "",
            "unit": words.text(t.unit),
            "scope": t.scope,
            "owner": t.owner,
            "form": t.measure.form,
        }
        | (
            {}
            if kind == "table"
            else {
                "title_zh": t.title.zh,
                "title_en": t.title.en,
                "sampled": t.sampled,
                "assumptions": ";".join(t.assumptions),
                "note": t.note,
            }
        )
        for t in found.targets
    ]
    _emit(pd.DataFrame(rows), kind)


def _say_source(page: Any) -> None:
    """Of which plan, day and tables the numbers are, and whether they are synthetic."""
    from yxq.tables.store import locate

    place = locate(page.processed)
    say(f"{page.source}" + (f" ({place})" if place != Path(page.processed) else ""))


@app.command()
@plan_option
@year_option
@processed_option
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="NAME|CODE ...",
    help="Only these units; all if not given.",
)
@as_of_option
@format_option
@language_option
def attain(
    plan: str,
    year: int | None,
    processed: Path,
    units: tuple[str, ...],
    as_of: dt.datetime | None,
    kind: str,
    language: str,
) -> None:
    """Print how far each unit has come with each target."""
    from yxq.report import display
    from yxq.report.pages import open_page

    page = open_page("city", year, as_of and as_of.date(), plan, str(processed), language)
    names = [page.plan.town(unit).name for unit in units]
    attained = page.attained[page.attained["unit"].isin(names)] if names else page.attained
    _say_source(page)
    if kind != "table":
        attained = attained.assign(
            as_of=attained["as_of"].dt.strftime("%Y-%m-%d"),
            note=attained["note"].map(page.words.reason),
        )
        _emit(attained, kind)
        return
    shown = display.results(page.plan, attained, page.words)
    shown.insert(0, "unit", attained["unit"])
    _emit(
        shown[
            [
                "unit",
                "id",
                "target",
                "required",
                "counts",
                "value",
                "state",
                "gap",
                "needed",
                "note",
            ]
        ],
        kind,
    )


@app.command()
@plan_option
@year_option
@processed_option
@as_of_option
@format_option
@language_option
def score(
    plan: str,
    year: int | None,
    processed: Path,
    as_of: dt.datetime | None,
    kind: str,
    language: str,
) -> None:
    """Print score, grade and rank of every unit."""
    from yxq.report.pages import open_page
    from yxq.words.errors import PlanError

    page = open_page("city", year, as_of and as_of.date(), plan, str(processed), language)
    if page.scores.empty:
        raise PlanError(page.words("score_unset"))
    _say_source(page)
    _emit(
        page.scores.round({"score": 4, "missing": 4, "judged": 4})
        if kind == "table"
        else page.scores,
        kind,
    )


def running(command: Any) -> Any:
    """The options of what runs notebooks."""
    for option in reversed(
        (
            click.option(
                "--jobs",
                "workers",
                type=click.IntRange(1),
                metavar="N",
                help="Notebooks at a time; a quarter more than cores if not given.",
            ),
            click.option(
                "--scheduler",
                metavar="ADDR",
                help="Run on the Dask cluster of this scheduler (tcp://host:8786).",
            ),
            click.option("--force", is_flag=True, help="Run all, whether or not anything changed."),
            click.option(
                "--explain", is_flag=True, help="Run nothing; say what would be run, and why."
            ),
            click.option(
                "--timeout",
                type=click.IntRange(1),
                metavar="S",
                help="Seconds that a cell may take.",
            ),
            click.option(
                "--memory",
                type=click.IntRange(1),
                metavar="MB",
                help="Memory that a notebook may take beyond its imports (Linux).",
            ),
            click.option(
                "--log",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="Add what is said to this file, with times.",
            ),
        )
    ):
        command = option(command)
    return command


def _close_log() -> None:
    """Let go of the file of `--log`."""
    import logging

    log = logging.getLogger("yxq")
    for handler in log.handlers:
        handler.close()
    log.handlers = []


def _log_to(file: Path | None) -> None:
    """What is said goes to standard error, with times where nobody watches, and to a file."""
    import logging

    log = logging.getLogger("yxq")
    log.setLevel(logging.INFO)
    times = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S")
    watched = sys.stderr.isatty()
    told = logging.StreamHandler()
    told.setLevel(logging.WARNING if watched else logging.INFO)
    told.setFormatter(logging.Formatter("%(message)s") if watched else times)
    log.handlers = [told]
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        log.handlers.append(logging.FileHandler(file, encoding="utf-8"))
        log.handlers[-1].setFormatter(times)


@contextlib.contextmanager
def _summed_up(out: Path, explain: bool) -> Iterator[Callable[..., int]]:
    """Write `summary.json` from the beginning, so that it never tells of another night; gives what
    ends it well.
    """
    from yxq.publish.run import counted, summary

    began, file = time.time(), out / "summary.json"

    def end(outcomes: list[Any], **more: Any) -> int:
        """Say and write down how it went; the exit code."""
        counts = counted(outcomes)
        if explain:
            for each in outcomes:
                click.echo(f"{each.job.name}: {each.why or 'up to date'}")
            say(f"{sum(bool(each.why) for each in outcomes)} of {len(outcomes)} would be run")
            return 0
        summary(file, began, "failed" if counts["failed"] else "done", outcomes, **more)
        for each in outcomes:
            if each.error:
                say(f"failed: {each.job.name}: {each.error}")
        say(f"{counts['done']} done, {counts['skipped']} unchanged, {counts['failed']} failed")
        return 1 if counts["failed"] else 0

    if not explain:
        out.mkdir(parents=True, exist_ok=True)
        summary(file, began, "running", [])
    try:
        yield end
    except BaseException as error:
        if not explain:
            summary(file, began, "stopped", [], error=f"{error}" or type(error).__name__)
        raise


@app.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@plan_option
@processed_option
@click.option(
    "--units",
    multiple=True,
    default=("all",),
    metavar="all|NAME ...",
    help="Units to run a notebook with a `town` parameter for.",
)
@click.option(
    "--targets",
    multiple=True,
    metavar="all|ID ...",
    help="Targets to run a notebook with a `target` parameter for.",
)
@click.option(
    "--years", metavar="Y|Y-Y", help="A plan year or a range of them; the latest if not given."
)
@click.option(
    "--out",
    default="runs",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Executed notebooks go to DIR/<year>.",
)
@click.option(
    "-p",
    "given",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A further parameter, read as YAML.",
)
@click.option("--html", "pages", is_flag=True, help="Make a page of each notebook as well.")
@running
@as_of_option
@language_option
def run(
    notebook: Path,
    plan: str,
    processed: Path,
    units: tuple[str, ...],
    targets: tuple[str, ...],
    years: str | None,
    out: Path,
    given: tuple[tuple[str, str], ...],
    pages: bool,
    workers: int | None,
    scheduler: str | None,
    force: bool,
    explain: bool,
    timeout: int | None,
    memory: int | None,
    log: Path | None,
    as_of: dt.datetime | None,
    language: str,
) -> int:
    """Run a notebook for units and years through papermill: what is there already and would be the
    same is skipped.
    """
    from yxq import warm

    if (
        not explain and not (out / "summary.json").exists()
    ):  # after the first time there may be nothing to run
        warm.start_server()
    from yxq.publish.jobs import Asked, jobs
    from yxq.publish.run import clean, keyed, needed
    from yxq.publish.run import run as run_jobs
    from yxq.tables import store
    from yxq.tables.lock import lock

    told = click.get_current_context().get_parameter_source
    chosen = {
        "plan": plan,
        "processed": processed.as_posix(),
        "language": language,
        "as_of": as_of and as_of.date().isoformat(),
    }
    own = {
        name: value for name, value in chosen.items() if told(name) is not ParameterSource.DEFAULT
    }
    todo = jobs(
        Asked(
            notebook,
            units,
            targets,
            years,
            own,
            chosen,
            given,
            out.absolute(),
            pages,
            timeout,
            memory,
        )
    )
    places = {Path(job.context["processed"]) for job in todo}
    for place in places:
        store.file(place, "files.parquet")  # before any kernel starts: are there tables at all
    with lock(out), contextlib.ExitStack() as held, _summed_up(out, explain) as end:
        for place in places:
            held.enter_context(lock(store.locate(place), shared=True))
        _log_to(log)
        for folder in {job.output.parent for job in todo}:
            clean(folder)
        outcomes = needed(keyed(todo), force)
        return end(outcomes if explain else list(run_jobs(outcomes, workers, scheduler)))


@app.command()
@raw_option
@processed_option
@plan_option
@year_option
@click.option(
    "--out",
    default="reports",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The pack goes to DIR/<year>.",
)
@click.option(
    "--pdf",
    is_flag=True,
    help="Print the pages as PDF too, by an installed Edge, Chrome or Chromium.",
)
@running
@as_of_option
@language_option
def pack(
    raw: Path,
    processed: Path,
    plan: str,
    year: int | None,
    out: Path,
    pdf: bool,
    workers: int | None,
    scheduler: str | None,
    force: bool,
    explain: bool,
    timeout: int | None,
    memory: int | None,
    log: Path | None,
    as_of: dt.datetime | None,
    language: str,
) -> int:
    """Ingest, attain, run and publish: the whole pack, or what of it has changed."""
    from yxq import warm

    if (
        not explain and not (out / "summary.json").exists()
    ):  # after the first time there may be nothing to run
        warm.start_server()
    from yxq.plan.load import load
    from yxq.publish.pack import build
    from yxq.publish.pdf import browser, version
    from yxq.returns.ingest import paths
    from yxq.tables.lock import lock

    found = load(plan).plan(year)
    printer = browser() if pdf and not explain else None
    if printer:
        version(printer)  # before anything is made: is there what is asked for
    paths(raw)  # before anything is made: are there returns at all
    with lock(out):  # and is another run at work
        pass
    _log_to(log)
    with _summed_up(out, explain) as end:
        unread = _ingest(raw, processed, plan)
        place, outcomes = build(
            found,
            out,
            processed,
            as_of and as_of.date(),
            language,
            workers=workers,
            scheduler=scheduler,
            force=force,
            explain=explain,
            printer=printer,
            timeout=timeout,
            memory=memory,
        )
        whole = place.name == str(found.year)
        code = end(outcomes, pack=place.as_posix() if whole else None, sheets_not_read=unread)
    if not explain:
        say(
            f"open {place / 'index.html'}" if whole else f"no pack was made; what ran is in {place}"
        )
    return code or int(unread > 0)


@app.command()
@click.argument("folder", type=click.Path(path_type=Path))
def verify(folder: Path) -> int:
    """Check a pack against its manifest."""
    from yxq.publish.pack import verify as check

    lines = check(folder)
    for line in lines:
        click.echo(line)
    say(
        f"{len(lines)} differences from the manifest"
        if lines
        else "every file is as the manifest says"
    )
    return 1 if lines else 0


@app.command()
@plan_option
@click.option("--out", default="data/raw", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--seed", default=2013, show_default=True)
@click.option(
    "--scale",
    default=1,
    type=click.IntRange(1),
    help="Times as many inspection rows (1000: ten million).",
)
@click.option(
    "--kind",
    default="csv",
    type=click.Choice(["csv", "parquet"]),
    help="Format of scaled inspection returns.",
)
def demo(plan: str, out: Path, seed: int, scale: int, kind: str) -> None:
    """Write synthetic returns, realistic and messy."""
    from yxq.plan.load import load
    from yxq.returns.demo import write

    say(f"{len(write(out, load(plan), seed, scale, kind))} returns written under {out}")


def _stop(number: int, frame: Any) -> None:
    """SIGTERM ends a run as Ctrl-C does: workers and kernels first."""
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line and exit with its code; bad input is one line and 2."""
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGBREAK"):
        signal.signal(signal.SIGBREAK, _stop)
    for stream in (
        sys.stdout,
        sys.stderr,
    ):  # into a file or a pipe go all characters, whatever the console's code page
        if (
            not stream.isatty()
            and hasattr(stream, "reconfigure")
            and "PYTHONIOENCODING" not in os.environ
        ):
            stream.reconfigure(encoding="utf-8", newline="\n")
    try:
        code = app.main(spread(sys.argv[1:]), prog_name="yxq", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        say("yxq: stopped; what was there before is untouched")
        code = 130
    except click.ClickException as error:
        say(f"yxq: {error.format_message()}")
        code = 2
    except (ValueError, OSError) as error:
        say(f"yxq: {error}")
        code = 2
    finally:
        _close_log()
    sys.exit(code)
