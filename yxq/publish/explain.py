"""What would be run, and why (`--explain`): nothing is run, made, written or taken away to know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yxq.plan.folder import Folder
from yxq.publish.job import Job, Outcome, RunOptions
from yxq.publish.keys import key_with_page, keyed, needed, recorded_key, why_run
from yxq.publish.manifest import LastPack
from yxq.publish.messages import say
from yxq.tables.in_hand import NotMade

WAITING = "its tables are to be made first"


def explain_jobs(jobs: Sequence[Job], folder: Folder, options: RunOptions) -> int:
    """Print why each of the jobs of `yxq run` would be run; the exit code."""
    try:
        outcomes = needed(keyed(jobs, folder, keep=False), options.force)
    except NotMade as error:
        say(f"{error}")
        outcomes = [Outcome(job, why=_unknown(job)) for job in jobs]
    print_why([(outcome.job.name, outcome.why) for outcome in outcomes])
    return 0


def _unknown(job: Job) -> str:
    return WAITING if recorded_key(job.output) else "new"


def print_why(whys: Sequence[tuple[str, str]]) -> None:
    """Print a line a notebook: its name and why it would be run; and say how many would be."""
    for name, why in whys:
        print(f"{name}: {why or 'up to date'}")
    say(f"{sum(bool(why) for _, why in whys)} of {len(whys)} would be run")


def would_be_run(job: Job, last: LastPack, force: bool) -> Outcome:
    """Whether a keyed job of a pack would be run and why: its output may stand in the unfinished
    pack, or in the last one as that was made.
    """
    if force:
        return Outcome(job, why="forced")
    return Outcome(job, why=why_run(job.key, key_with_page(*_standing(job, last), job.look)))


def _standing(job: Job, last: LastPack) -> tuple[Path, Path]:
    """The executed notebook and the page that a run would begin with."""
    names = f"notebooks/{job.output.name}", f"{job.name}.html"
    if all(map(last.is_as_made, names)) and recorded_key(job.output) != job.key:
        return last.folder / names[0], last.folder / names[1]
    return job.output, job.page
