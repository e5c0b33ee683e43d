"""JupyterLab on the tour, in a folder that has returns, with this interpreter as its kernel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from yxq.publish.notebooks import FOLDER

TOUR = "explore.ipynb"
PATIENCE = 20  # seconds in which a server ends that is asked to


def command(folder: Path, further: Sequence[str]) -> list[str]:
    """What starts JupyterLab on the tour in a folder; further: its own options."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FOLDER}/{TOUR}",
        *further,
    ]


def environment(place: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a JupyterLab whose `python3` is this interpreter, whatever kernels of that
    name other environments have left; place: a folder for what says so.
    """
    from ipykernel.kernelspec import get_kernel_dict

    kernel = place / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps(get_kernel_dict()), encoding="utf-8")
    paths = [str(place), *filter(None, [given.get("JUPYTER_PATH")])]
    return {**given, "JUPYTER_PATH": os.pathsep.join(paths)}


def serve(folder: Path, further: Sequence[str]) -> int:
    """Run JupyterLab until it is ended; its exit code.

    Ctrl-C is JupyterLab's, which asks whether it is meant; what ends us ends it too.
    """
    with tempfile.TemporaryDirectory(prefix="yxq-lab-") as place:
        settled = environment(Path(place), os.environ)
        server = subprocess.Popen(command(folder, further), env=settled)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return server.wait()
        finally:
            _end(server)
            signal.signal(signal.SIGINT, before)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End it; one that is asked while a kernel of its begins may wait for that for ever."""
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
