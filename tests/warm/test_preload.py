"""What the server imports beside the libraries is told by the packages that are installed."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint

from project import ROOT

from yxq.report import preload as ours

RUN = """
from yxq.warm import preload
import json, sys
print(json.dumps([getattr(sys, "filled", 0), "yxq.report" in sys.modules]))
"""


def loaded(folder, entries: str) -> str:
    """What the server would hold where a distribution with these entry points is installed, and
    that of yxq has none.
    """
    (folder / "fake.py").write_text("import sys\n\ndef fill():\n    sys.filled = 1\n")
    for name, points in (("fake", f"[yxq.preload]\n{entries}\n"), ("yxq", "")):
        info = folder / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(points)
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{RUN}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_installed_package_fills_its_caches(tmp_path):
    assert loaded(tmp_path, "fake = fake:fill") == "[1, false]"


def test_where_nothing_is_named_only_libraries_are_imported(tmp_path):
    assert loaded(tmp_path, "") == "[0, false]"


def test_what_cannot_be_loaded_does_not_stop_the_server(tmp_path):
    assert loaded(tmp_path, "gone = gone:fill\nbad = fake:no\nfake = fake:fill") == "[1, false]"


def test_the_project_names_its_own():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = project["entry-points"]["yxq.preload"]
    functions = [EntryPoint(name, value, "yxq.preload").load() for name, value in named.items()]
    assert functions == [ours.fill]
    ours.fill()
