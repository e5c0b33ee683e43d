"""The wheel is all that is needed: installed where nobody may write, an ordinary user makes of it,
in an empty folder of whatever name, what a checkout makes.
"""

import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from project import ROOT, absent, fewer

pytestmark = [pytest.mark.slow]
if sys.platform != "linux":
    pytest.skip("rights and rooms as Linux has them", allow_module_level=True)

KEPT_OUT = {".git", ".venv", "reports", "runs", "build", "node_modules"}
TEST_ENVIRONMENT = sysconfig.get_path("purelib")


def ordinary() -> dict[str, Any]:
    """Who the commands are run as: nobody where we are root, else we ourselves."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def interpreter() -> str:
    """A Python of this version that an ordinary user may run."""
    own = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (own, Path("/usr/bin") / own.name, Path("/usr/local/bin") / own.name):
        asked = [candidate, "-c", f"import os, venv; os.listdir({TEST_ENVIRONMENT!r})"]
        try:
            if subprocess.run(asked, capture_output=True, **ordinary()).returncode == 0:
                return str(candidate)
        except OSError:
            continue
    absent("no Python of this version that an ordinary user may run with these packages")
    raise AssertionError


def done(command: list[object], **options: Any) -> subprocess.CompletedProcess[str]:
    """A command that must go well."""
    asked = [str(word) for word in command]
    ran = subprocess.run(asked, capture_output=True, text=True, timeout=200, **options)
    assert ran.returncode == 0, (asked, ran.stdout, ran.stderr)
    return ran


@dataclass(frozen=True)
class Built:
    """What was built, and where it is installed: the wheel of the checkout, that of its sdist."""

    wheel: Path
    of_sdist: Path
    bin: Path
    home: Path


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    """Both wheels, and one installed in an environment of its own over the packages of this one."""
    home = Path(tempfile.mkdtemp(prefix="yxq-wheel-"))
    home.chmod(0o755)
    try:
        tree = home / "tree"
        shutil.copytree(ROOT, tree, ignore=lambda _, names: KEPT_OUT & {*names}, symlinks=True)
        code = "from setuptools.build_meta import build_sdist; print(build_sdist('..'))"
        name = done([sys.executable, "-c", code], cwd=tree).stdout.split()[-1]
        shutil.unpack_archive(home / name, home / "sdist")
        for source, out in ((tree, "dist"), (next((home / "sdist").iterdir()), "again")):
            offline = ["--no-build-isolation", "--no-deps", "--no-index", "-q"]
            done(
                [sys.executable, "-m", "pip", "wheel", *offline, ".", "-w", home / out], cwd=source
            )
        wheel, of_sdist = next((home / "dist").iterdir()), next((home / "again").iterdir())
        yield Built(wheel, of_sdist, _installed(home, wheel), home)
    finally:
        subprocess.run(["chmod", "-R", "u+w", home])
        shutil.rmtree(home)


def _installed(home: Path, wheel: Path) -> Path:
    """The programs of an environment that has yxq from the wheel, and else what this one has."""
    done([interpreter(), "-m", "venv", "--without-pip", home / "venv"])
    python = home / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    done([*pip, "install", "-q", "--no-deps", "--no-index", wheel])
    site = next((home / "venv" / "lib").glob("python*/site-packages"))
    (site / "packages.pth").write_text(f"{TEST_ENVIRONMENT}\n", encoding="utf-8")
    subprocess.run(["chmod", "-R", "a-w", home / "venv"], check=True)
    return python.parent


@dataclass(frozen=True)
class User:
    """An ordinary user in an empty folder; `home` may be one where nobody can write."""

    built: Built
    folder: Path
    home: Path

    def options(self) -> dict[str, Any]:
        """As whom, where and in which surroundings a command runs."""
        kept = {"PATH": f"{self.built.bin}:{os.environ['PATH']}", "HOME": str(self.home)}
        share = Path(sys.prefix) / "share" / "jupyter" / "lab"
        kept |= {"LC_ALL": "C.UTF-8", "JUPYTERLAB_DIR": str(share)}
        return {"cwd": self.folder, "env": kept} | ordinary()

    def yxq(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """A command of the installed program."""
        return done([self.built.bin / "yxq", *arguments], **self.options())


@pytest.fixture(scope="module")
def user(built) -> User:
    made = User(built, built.home / "质量 办" / "2013 年", built.home / "user")
    for folder in (made.folder, made.home):
        folder.mkdir(parents=True)
        if not os.geteuid():
            os.chown(folder, ordinary()["user"], ordinary()["group"])
    return made


@pytest.fixture(scope="module")
def packs(user, tmp_path_factory) -> tuple[Path, Path]:
    """The pack of the wheel and that of the checkout, made side by side, of a city of two units."""
    checkout = tmp_path_factory.mktemp("checkout")
    plan = fewer(ROOT / "tests" / "plans" / "chicago", user.built.home, "Ward 1,", "Ward 2,")
    for folder in (user.folder, checkout):
        shutil.copytree(plan / "sample", folder / "returns")
    ours = "import sys; sys.argv[0] = 'yxq'; from yxq.cli import main; main()"
    asked = ["pack", "--plan", str(plan), "--raw", "returns", "--processed", "work/表 1"]
    with ThreadPoolExecutor(1) as beside:
        there = beside.submit(done, [sys.executable, "-c", ours, *asked], cwd=checkout)
        user.yxq(*asked)
        there.result()
    return user.folder / "reports" / "2013", checkout / "reports" / "2013"


@pytest.fixture(scope="module")
def demo(user) -> Path:
    """The demo's returns, read."""
    assert "returns written" in user.yxq("demo").stderr
    assert "rows read" in user.yxq("ingest").stderr
    return user.folder


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}


def test_the_wheel_of_the_sdist_is_the_same_and_has_all_that_is_needed(built):
    of_tree = contents(built.wheel)
    assert contents(built.of_sdist) == of_tree
    for place, files in (
        ("yxq/notebooks", ROOT / "notebooks"),
        ("yxq/plan/shipped/yixing", ROOT / "yxq" / "plan" / "shipped" / "yixing"),
        ("yxq/papers/templates/zh", ROOT / "yxq" / "papers" / "templates" / "zh"),
        ("yxq/report/templates", ROOT / "yxq" / "report" / "templates"),
    ):
        wanted = {file.name: file.read_bytes() for file in files.iterdir() if file.is_file()}
        assert len(wanted) > 3
        assert {name: of_tree[f"{place}/{name}"] for name in wanted} == wanted
    code = {file.relative_to(ROOT).as_posix() for file in (ROOT / "yxq").rglob("*.py")}
    assert code == {name for name in of_tree if name.endswith(".py")}


def test_nothing_but_the_wheel_is_asked_for_yxq(user):
    code = "import yxq.publish.notebooks as n; print(n.__file__, n.shipped(), sep='\\n')"
    module, notebooks = done(
        [user.built.bin / "python", "-c", code], **user.options()
    ).stdout.split()
    assert Path(module).is_relative_to(user.built.home / "venv")
    assert notebooks == str(Path(module).parents[1] / "notebooks")


def test_the_pack_is_that_of_a_checkout(packs):
    made, wanted = [
        {file.relative_to(pack).as_posix(): file for file in pack.rglob("*") if file.is_file()}
        for pack in packs
    ]
    assert made.keys() == wanted.keys() and len(made) > 15
    pages = [name for name in made if name.endswith(".html")]
    assert len(pages) >= 5
    for name in pages:
        assert made[name].read_bytes() == wanted[name].read_bytes(), name


def test_nothing_was_written_beside_the_program(packs, built):
    newest = max(file.lstat().st_ctime for file in (built.home / "venv").rglob("*"))
    assert newest < min(file.stat().st_mtime for file in packs[0].iterdir())


def test_without_a_home_it_is_the_same_and_nothing_is_said_of_it(packs, user):
    """And with a notebook of ours of which the user has no copy."""
    homeless = User(user.built, user.folder, user.built.home / "nowhere")
    asked = ["--plan", user.built.home / "chicago", "--processed", "work/表 1", "--units", "Ward 1"]
    begun, counts = homeless.yxq("run", "notebooks/town.ipynb", *asked).stderr.splitlines()
    assert "town-01-ward" in begun and counts == "1 done, 0 unchanged, 0 failed"
    assert [*(user.folder / "runs" / "2013").glob("town-01-*.ipynb")]


def test_the_lab_is_over_this_folder_and_its_kernel_is_this_python(demo, user):
    """With a home and without; what somebody has changed stays as it is."""
    names = {file.name for file in (ROOT / "notebooks").glob("*.ipynb")}
    edited = user.folder / "notebooks" / "town.ipynb"
    for home in ("user", "nowhere"):
        one = User(user.built, user.folder, user.built.home / home)
        with lab(one, user.built.home / f"{home}.log") as asked:
            specs = asked("kernelspecs")
            kernel = specs["kernelspecs"]["python3"]["spec"]["argv"]
            there = asked("contents/notebooks")["content"]
        assert kernel[0] == str(user.built.bin / "python") and specs["default"] == "python3"
        assert {entry["name"] for entry in there} == names
        if home == "user":
            assert edited.read_bytes() == (ROOT / "notebooks" / "town.ipynb").read_bytes()
            edited.write_text("mine", encoding="utf-8")
    assert edited.read_text(encoding="utf-8") == "mine"


@contextlib.contextmanager
def lab(one: User, log: Path) -> Iterator[Callable[[str], Any]]:
    """`yxq lab` at work: what asks its server; ended by SIGTERM, as a session's end does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = ["lab", "--no-browser", "--port", port, "--IdentityProvider.token=t"]
    command = [str(word) for word in (one.built.bin / "yxq", *asked)]
    with log.open("w") as said:
        served = subprocess.Popen(command, stdout=said, stderr=said, **one.options())
    try:
        yield lambda what: answer(port, what, served, log)
    finally:
        served.terminate()
        assert served.wait(30) == 130
    assert "Traceback" not in log.read_text(encoding="utf-8")


def answer(port: int, what: str, served: Any, log: Path) -> Any:
    until = time.monotonic() + 60
    while True:
        try:
            address = f"http://127.0.0.1:{port}/api/{what}?token=t"
            with urllib.request.urlopen(address, timeout=10) as found:
                return json.load(found)
        except OSError:
            text = log.read_text(encoding="utf-8")
            assert served.poll() is None and time.monotonic() < until, text
            time.sleep(0.2)
