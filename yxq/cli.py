"""The command line. Data go to standard output, messages to standard error.

Exit codes: 0 done, 1 done with failures (listed), 2 usage or bad input (one clear line). Libraries
are imported late, so that `yxq --help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from yxq import shared_options as opt
from yxq.publish.home import writable_home
from yxq.publish.messages import close_log, say

CHOOSING = (opt.UNITS, opt.TARGETS, opt.OWNERS, opt.STATES)
CHOSEN_BY = ("units", "targets", "owners", "states")  # their parameters
LONG_SHEET = 20_000  # rows of a sheet whose reading is worth a bar


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="yxq")
def app() -> None:
    """A city's quality plan: targets, attainment per town, and the pack for those who decide."""


def command(*options: opt.Adds, name: str | None = None, **settings: Any) -> opt.Adds:
    """Make of a function a command with options, in the order in which its help shows them;
    settings: of its context.
    """
    return lambda function: app.command(name, context_settings=settings)(
        opt.add_all(options, function)
    )


def _print(frame: Any, kind: str) -> None:
    """A frame on standard output as table, CSV or JSON."""
    from yxq.tables.printing import formatted

    click.echo(formatted(frame, kind), nl=False)


def _no_bar(rows: Any, total: int, name: str) -> Any:
    return rows


def _bar(rows: Any, total: int, name: str) -> Any:
    """A progress bar on a terminal, and for sheets only where they are long; nothing in a log."""
    from tqdm import tqdm

    files = name == "files"
    off = not sys.stderr.isatty() or (not files and total < LONG_SHEET)
    unit = " files" if files else " rows"
    return tqdm(rows, total=total, desc=name, disable=off, leave=False, unit=unit)


def _ingest(raw: Path, processed: Path, folder: Any, quiet: bool = False) -> int:
    """Ingest and say what became of the rows; the number of sheets of which nothing is used.

    For one who holds the lock of the tables.
    """
    from yxq.returns.ingest import ingest
    from yxq.words.wording import Words

    done = ingest(raw, folder, processed, _no_bar if quiet else _bar)
    words = Words("en")
    say(done.counted(), quiet)
    for line in done.remarks(words):
        say(line)
    for line in done.to_send_back():
        say(line, quiet)
    return done.refused


def _ingest_alone(raw: Path, processed: Path, plan: str, quiet: bool = False) -> int:
    from yxq.plan_folders.load import load
    from yxq.returns.ingest import paths
    from yxq.tables.lock import lock

    folder = load(plan)
    paths(raw)  # before anything is made: are there returns at all
    with lock(processed):
        return _ingest(raw, processed, folder, quiet)


@command(opt.RAW, opt.PROCESSED, opt.PLAN, opt.QUIET)
def ingest(raw: Path, processed: Path, plan: str, quiet: bool) -> int:
    """Read the returns into ledger, records and measures."""
    return 1 if _ingest_alone(raw, processed, plan, quiet) else 0


@command(
    opt.PLAN,
    opt.YEAR,
    opt.option("--sender senders", "NAME ...", "Only these departments; all if not given."),
    opt.option(
        "--period",
        "P",
        "Only this period, such as Q2, 上半年 or 2013-04; all of the year if not given.",
    ),
    opt.PROCESSED,
    opt.option("--out", "DIR", "Where to.", default="blank", type=opt.NEW_FOLDER),
)
def blank(
    plan: str,
    year: int | None,
    senders: tuple[str, ...],
    period: str | None,
    processed: Path,
    out: Path,
) -> None:
    """Write blank forms to be sent out: a workbook a department, form and period, which says what
    each cell takes and is known when it comes back.
    """
    from yxq.plan_folders.load import load
    from yxq.returns.blank.asked import asked
    from yxq.returns.blank.write import write

    of_year = load(plan).plan(year)
    for file in (made := write(out, of_year, asked(of_year, senders, period), processed)):
        click.echo(file.as_posix())
    say(f"{len(made)} blank forms written under {out}")


@command(
    opt.PLAN,
    opt.option(
        "--year", "Y", "The new plan's year; the one after the last plan if not given.", type=int
    ),
    opt.option(
        "--out",
        "DIR",
        "Where to; a plan folder of yours, or plans/NAME, if not given.",
        type=opt.NEW_FOLDER,
    ),
    opt.option(
        "--from document",
        "FILE",
        "Draft a folder from a plan's document (Word, PDF, web page, text); with --plan, the next "
        "plan of that folder, in which targets that go on keep their ids. From the last plan if "
        "not given.",
        type=opt.FILE,
    ),
    opt.switch("--papers", "Take over the shipped templates of papers too, to be edited in Word."),
    name="new-plan",
)
def new_plan(
    plan: str, year: int | None, out: Path | None, document: Path | None, papers: bool
) -> None:
    """Begin the next plan from the last: a draft with what is to be compared marked, and schemas
    for your editor. With --from, draft a folder from the document itself, with a page that shows
    what became of every sentence and number.
    """
    if document is not None and not papers:
        _new_plan_from(document, plan, out, year or 0)
        return
    if document is not None:
        raise click.UsageError("--papers goes with a folder: leave it out, or leave out --from")
    from yxq.plan_folders.draft import scaffold
    from yxq.plan_folders.load import load

    folder = load(plan)
    year = max(folder.periods) + 1 if year is None else year
    out = out or _own_folder(folder)
    made = scaffold(folder, year, out)
    click.echo(made.plan.as_posix())
    files = f"{len(made.files)} files written"
    say(f"{files}; compare {made.plan} with the signed document, from the top")
    if made.stale:
        say(f"lines that still name the year before: {', '.join(map(str, made.stale))}")
    if papers:
        from yxq.papers.shelf import take_over

        say(f"{len(take_over(out))} templates of papers in {(out / 'papers').as_posix()}")
    say(f"then: yxq targets --plan {out.as_posix()} --year {year} --diff")


def _own_folder(folder: Any) -> Path:
    """Where the next plan of a folder belongs: in it, or for a shipped one below plans."""
    from yxq.plan_folders.load import SHIPPED

    shipped = folder.path.is_relative_to(SHIPPED)
    return Path("plans") / folder.name if shipped else Path(folder.given)


def _new_plan_from(document: Path, plan: str, out: Path | None, year: int) -> None:
    from yxq.plan_folders.load import load
    from yxq.publish.from_document import from_document

    is_next = (
        click.get_current_context().get_parameter_source("plan") is not ParameterSource.DEFAULT
    )
    last = load(plan) if is_next else None
    out = out or (_own_folder(last) if last else Path("plans") / document.stem)
    made = from_document(document, out, year, last)
    click.echo(made.written.plan.as_posix())
    counted = f"{made.judged} targets that ask something, {made.reported} kept in words"
    if last:
        say(f"{made.kept} go on from {last.name}, with their ids")
    say(f"{counted}; {made.doubtful} sentences to be looked at")
    say(f"open {made.page.as_posix()} beside the document, then: yxq check {out.as_posix()}")
    if last:
        year_of = f"--plan {out.as_posix()} --year {made.written.years[:4]}"
        say(f"what changed: yxq targets {year_of} --diff")


@command(click.argument("folder"), opt.FORMAT)
def check(folder: str, kind: str) -> int:
    """List all that is wrong with a plan folder, and what is doubtful; a path, or a shipped one."""
    from yxq.plan_folders.findings import table, together
    from yxq.plan_folders.load import check as findings

    found = table(findings(folder))
    mistakes = int((found["kind"] == "mistake").sum())
    _print(together(found) if kind == "table" else found, kind)
    say(f"{folder}: {mistakes} mistakes, {len(found) - mistakes} doubts")
    return 1 if mistakes else 0


@command(
    opt.PLAN,
    opt.YEAR,
    opt.option(
        "--diff against",
        "[YEAR|FOLDER]",
        "What is different from the plan before, or from that of another year or folder; the "
        "targets if not given.",
        is_flag=False,
        flag_value="",
    ),
    opt.FORMAT,
    opt.LANGUAGE,
)
def targets(plan: str, year: int | None, against: str | None, kind: str, language: str) -> None:
    """Print the plan's targets, or what is different from another plan."""
    from yxq.plan.listing import listed
    from yxq.plan_folders import diff
    from yxq.plan_folders.load import load
    from yxq.words.wording import Words

    folder = load(plan)
    if against is None:
        _print(listed(folder.plan(year), Words(language), full=kind != "table"), kind)
        return
    old, new = diff.compared(folder, year, against)
    rows = diff.differences(old, new)
    _print(rows, kind)
    say(diff.summary(old, new, rows))


@command(
    opt.PLAN,
    opt.YEAR,
    opt.PROCESSED,
    *CHOOSING,
    opt.COLUMNS,
    opt.AS_OF,
    opt.RECEIVED_BY,
    opt.FORMAT,
    opt.LANGUAGE,
)
def attain(kind: str, columns: tuple[str, ...], **parameters: Any) -> None:
    """Print how far each unit has come with each target."""
    from yxq.report import answers
    from yxq.report.pages import open_page

    asked = {name: parameters.pop(name) for name in CHOSEN_BY}
    page = open_page("city", **parameters)
    choice = answers.chosen(page, **asked)
    rows = answers.attained(page, choice, readable=kind == "table")
    say(answers.source(page))
    _print(answers.with_columns(rows, columns, kind), kind)


@command(
    opt.PLAN,
    opt.YEAR,
    opt.PROCESSED,
    opt.switch("--credits", "What each result is worth and why, in place of the scores."),
    *CHOOSING,
    opt.COLUMNS,
    opt.AS_OF,
    opt.RECEIVED_BY,
    opt.FORMAT,
    opt.LANGUAGE,
)
def score(kind: str, credits: bool, columns: tuple[str, ...], **parameters: Any) -> None:
    """Print score, grade and rank of every unit. A score is of all targets: to choose among them,
    by id, department or state, goes with --credits.
    """
    from yxq.report import answers
    from yxq.report.pages import open_page
    from yxq.words.errors import PlanError

    asked = {name: parameters.pop(name) for name in CHOSEN_BY}
    if wrong := [name for name in CHOSEN_BY if asked[name] and name != "units" and not credits]:
        raise click.UsageError(f"--{wrong[0]} goes with --credits: a score is of all targets")
    page = open_page("city", **parameters)
    if page.scores.empty:
        raise PlanError(page.words("score_unset"))
    choice = answers.chosen(page, **asked)
    shown = answers.credited if credits else answers.scored
    rows = shown(page, choice, readable=kind == "table")
    say(answers.source(page))
    _print(answers.with_columns(rows, columns, kind), kind)


@command(
    click.argument("before"),
    click.argument("after"),
    opt.option(
        "--by",
        None,
        "What to list: results, scores, rows (to file and row) or targets of the plan.",
        type=click.Choice(["results", "scores", "rows", "targets"]),
        default="results",
    ),
    opt.FORMAT,
)
def compare(before: str, after: str, by: str, kind: str) -> None:
    """Print what has changed from one pack to another, and because of which rows."""
    from yxq.attainment.since import compare as compared
    from yxq.tables import snapshots

    found = compared(snapshots.read(before), snapshots.read(after))
    days = [f"{day:%Y-%m-%d}" for day in found.about["as_of"]]
    counts = ", ".join(f"{n} {what}" for what, n in found.summary.items())
    say(f"as of {days[0]} and {days[1]}: {counts}")
    _print(getattr(found, by), kind)


@command(
    click.argument("notebook", type=opt.PATH),
    opt.PLAN,
    opt.PROCESSED,
    opt.option(
        "--units",
        "all|NAME ...",
        "Units to run a notebook with a `town` parameter for.",
        default=("all",),
    ),
    opt.option(
        "--targets",
        "all|ID ...",
        "Targets to run a notebook with a `target` parameter for; all if not given, and one with a "
        "`town` for its own.",
    ),
    opt.option("--years", "Y|Y-Y", "A plan year or a range of them; the latest if not given."),
    opt.option(
        "--out", "DIR", "Executed notebooks go to DIR/<year>.", default="runs", type=opt.PATH
    ),
    opt.option(
        "-p further",
        "NAME VALUE",
        "A further parameter, read as papermill reads it; the notebook's own default if not given.",
        nargs=2,
        multiple=True,
    ),
    opt.option(
        "-r raw",
        "NAME VALUE",
        "A further parameter that is text whatever it looks like; as -p if not given.",
        nargs=2,
        multiple=True,
    ),
    opt.option(
        "-y yaml",
        "YAML",
        'Further parameters as YAML, such as "items: [a, b]"; as -p if not given.',
        multiple=True,
    ),
    opt.switch("--html pages", "Make a page of each notebook as well."),
    opt.running,
    opt.AS_OF,
    opt.RECEIVED_BY,
    opt.LANGUAGE,
)
def run(options: Any, **asked: Any) -> int:
    """Run a notebook for units and years through papermill: what is there already and would be the
    same is skipped.
    """
    from yxq.publish import notebooks
    from yxq.publish.jobs import Request, jobs
    from yxq.publish.run import run_jobs

    asked["notebook"] = notebooks.of_path(asked["notebook"])
    source = click.get_current_context().get_parameter_source
    given = frozenset(name for name in asked if source(name) is not ParameterSource.DEFAULT)
    request = Request(**asked, options=options, given=given)
    return run_jobs(jobs(request), request.folder, request.out, options)


@command(
    opt.RAW,
    opt.PROCESSED,
    opt.PLAN,
    opt.YEAR,
    opt.option("--out", "DIR", "The pack goes to DIR/<year>.", default="reports", type=opt.PATH),
    opt.option(
        "--targets",
        "missed|all|none|ID ...",
        "Targets with a page of their own; missed: what the city misses or is behind at.",
        default=("missed",),
    ),
    opt.switch("--pdf", "Print the pages as PDF too, by an installed Edge, Chrome or Chromium."),
    opt.running,
    opt.AS_OF,
    opt.RECEIVED_BY,
    opt.LANGUAGE,
)
def pack(**asked: Any) -> int:
    """Ingest, attain, run and publish: the whole pack, or what of it has changed."""
    from yxq.publish.nightly import PackRequest, ingest_and_publish

    return ingest_and_publish(PackRequest(**asked), _ingest)


@command(click.argument("folder", type=opt.PATH))
def verify(folder: Path) -> int:
    """Check a pack against its manifest, this against the register of what was published there, and
    so the former packs in its archive.
    """
    from yxq.publish.archive import verify as check
    from yxq.publish.manifest import made_here

    lines = check(folder)
    for line in lines:
        click.echo(line)
    differences = f"{len(lines)} differences from the manifest"
    say(differences if lines else "every file is as the manifest says")
    if made_here(folder) is None:
        say("no register beside it: a page edited together with the manifest would not be told")
    return 1 if lines else 0


@command(
    opt.PLAN,
    opt.option("--out", "DIR", "Where to, a folder a year.", default="data/raw", type=opt.PATH),
    opt.option("--seed", "N", "Of what is drawn: the same gives the same bytes.", default=2013),
    opt.option(
        "--scale",
        None,
        "Times as many inspection rows (1000: ten million).",
        default=1,
        type=opt.COUNT,
    ),
    opt.option(
        "--kind",
        None,
        "Format of scaled inspection returns.",
        default="csv",
        type=click.Choice(["csv", "parquet"]),
    ),
)
def demo(plan: str, out: Path, seed: int, scale: int, kind: str) -> None:
    """Write synthetic returns, realistic and messy."""
    from yxq.plan_folders.load import load
    from yxq.returns.demo import write

    say(f"{len(write(out, load(plan), seed, scale, kind))} returns written under {out}")


@command(
    opt.RAW,
    opt.PROCESSED,
    opt.PLAN,
    opt.switch("--no-browser", "Open no browser: print the address to be opened."),
    opt.option("--port", "N", "The port to serve on.", default=8888, type=opt.COUNT),
    click.argument("jupyter", nargs=-1, type=click.UNPROCESSED),
    ignore_unknown_options=True,
)
def lab(
    raw: Path, processed: Path, plan: str, no_browser: bool, port: int, jupyter: tuple[str, ...]
) -> int:
    """Open JupyterLab on explore.ipynb, over the returns of this folder, with this Python as its
    kernel. The notebooks are in notebooks/, where they are copied to if they are not there.
    Options that are not ours are JupyterLab's.
    """
    from yxq.publish import notebooks
    from yxq.publish.lab import serve

    if raw.is_dir() or not (processed / "state.json").exists():
        _ingest_alone(raw, processed, plan)
    if made := notebooks.copies(Path()):
        say(f"{len(made)} notebooks copied to {made[0].parent}/; they are yours to change")
    asked = [f"--ServerApp.port={port}", *(["--no-browser"] if no_browser else [])]
    return serve(Path.cwd(), [*asked, *jupyter])


def _stop(number: int, frame: Any) -> None:
    """SIGTERM ends a run as Ctrl-C does: workers and kernels first."""
    raise KeyboardInterrupt


def _write_utf8() -> None:
    """Into a file or a pipe go all characters, whatever the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        given = stream.isatty() or "PYTHONIOENCODING" in os.environ
        if not given and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n")


def main() -> None:
    """Run the command line and exit with its code; bad input is one line and 2."""
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGBREAK"):
        signal.signal(signal.SIGBREAK, _stop)
    _write_utf8()
    try:
        with writable_home():
            code = app.main(opt.spread(sys.argv[1:]), prog_name="yxq", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        say("yxq: stopped; what was there before is untouched")
        code = 130
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        code = 2
    except click.ClickException as error:
        say(f"yxq: {error.format_message()}")
        code = 2
    except (ValueError, OSError) as error:
        say(f"yxq: {error}")
        code = 2
    finally:
        close_log()
    sys.exit(code)
