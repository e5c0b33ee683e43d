"""LibreOffice without a window, as a stand-in for what departments open the forms with."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # UTF-8, and cells as they are shown
RECOMPUTED = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # always
WANTED = "LibreOffice is not here: make office brings it (Debian, as root)"


def program() -> str:
    """Where it is; without it a test is skipped and says so, and in CI it fails."""
    found = shutil.which("soffice")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WANTED)
    return str(found)


@functools.cache
def _settings(recomputed: bool) -> Path:
    """The settings of the program, which takes seconds to make them: the same for all that a
    process of tests converts.
    """
    own = Path(tempfile.mkdtemp(prefix="yxq-office-")).resolve()
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    if recomputed:
        (own / "user").mkdir()
        (own / "user" / "registrymodifications.xcu").write_text(RECOMPUTED, encoding="utf-8")
    return own


def converted(files: list[Path], kind: str, place: Path, recomputed: bool = False) -> list[Path]:
    """Files opened and saved in another format (xlsx, xls, ods, csv), all in one go; recomputed:
    every formula is worked out anew, where the program else believes the number beside it.
    """
    place.mkdir(parents=True, exist_ok=True)
    settings = f"-env:UserInstallation={_settings(recomputed).as_uri()}"
    command = [program(), settings, "--headless", "--convert-to", kind, "--outdir", str(place)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=300)
    made = [place / f"{file.stem}.{kind.partition(':')[0]}" for file in files]
    assert all(file.exists() for file in made), made
    return made
