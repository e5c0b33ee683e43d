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
HOMES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
SETTINGS = ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")


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
    name other environments have left; place: a folder for what it needs.

    What Jupyter keeps at home goes there too where nobody can write at home.
    """
    from ipykernel.kernelspec import get_kernel_dict

    kernel = place / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps(get_kernel_dict()), encoding="utf-8")
    paths = [str(place), *filter(None, [given.get("JUPYTER_PATH")])]
    homes = {} if _has_home() else {name: str(place / name) for name in (*HOMES, *SETTINGS)}
    return {**given, "JUPYTER_PATH": os.pathsep.join(paths), **homes}


def _has_home() -> bool:
    """Whether Jupyter can write where it writes by itself."""
    from jupyter_core import paths

    try:
        for folder in (paths.jupyter_runtime_dir(), paths.jupyter_config_dir()):
            Path(folder).mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


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
            server.terminate()
            server.wait()
            signal.signal(signal.SIGINT, before)
