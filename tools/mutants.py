"""Small wrong changes to the code, and whether the tests notice: `python tools/mutants.py
attainment --made 20 --seed 1`.

A mutant is one change in one place: a comparison turned, a constant off by one, a term or filter
dropped, a neighbour's column taken, a sum that is a difference. Each is written into a copy of the
project, the room's tests run until one fails, and the mutant is dead; one that lives is printed
with file, line and change, to be judged by a person. The tests run in a process that is forked from
one which has imported the libraries, so that a mutant costs what its tests cost.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORE = ("words", "stats", "plan", "attainment")
# whose tests must notice: a room's own first, then those of the pages that show its numbers
TESTS = {
    "words": ["tests/words", "tests/report"],
    "stats": ["tests/stats", "tests/attainment"],
    "plan": ["tests/plan", "tests/attainment", "tests/report/test_display.py"],
    "plan_folders": ["tests/plan_folders", "tests/plan"],
    "documents": ["tests/documents", "tests/report/test_review.py"],
    "tables": ["tests/tables", "tests/returns"],
    "attainment": ["tests/attainment", "tests/plan", "tests/report"],
    "returns": ["tests/returns"],
    "report": ["tests/report", "tests/tables"],
    "papers": ["tests/papers"],
    "publish": ["tests/publish"],
    "warm": ["tests/warm"],
    "api.py": ["tests/test_api.py"],
    "cli.py": ["tests/system/test_cli.py"],
}
EVERYWHERE = ["tests/system/test_project.py"]  # laws over all the code, which every room keeps
LIBRARIES = [
    "bs4",
    "brotli",
    "click",
    "fontTools.subset",
    "html5lib",
    "hypothesis.extra.pandas",
    "IPython",
    "matplotlib.pyplot",
    "nbclient",
    "nbformat",
    "openpyxl",
    "pandas",
    "pandera.pandas",
    "papermill",
    "psutil",
    "pyarrow.parquet",
    "pydantic",
    "pytest",
    "python_calamine",
    "scipy.special",
    "scipy.stats",
    "statsmodels.api",
    "tqdm",
    "xlsxwriter",
    "yaml",
]
SECONDS = 900  # a mutant that runs longer, and thrice as long as no mutant, hangs, and is noticed
UNCHANGED_SECONDS = 3600  # that the tests may take without any change
OWN_SECONDS = 180  # the same in the tests that are named after its file
TURNED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
SWAPPED: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
NEIGHBOURS = {
    "min": "max",
    "max": "min",
    "first": "last",
    "last": "first",
    "any": "all",
    "all": "any",
    "head": "tail",
}
STYLE = (
    "figures",
    "workbook",
    "colours",
)  # whose plain numbers are widths and sizes, which no test should pin


@dataclass(frozen=True)
class Mutant:
    """One change: the characters from `start` to `end` of a file become `text`."""

    file: str
    line: int
    kind: str
    start: int
    end: int
    before: str
    text: str

    def __str__(self) -> str:
        """Where it is and what it does, on one line."""
        before, after = (" ".join(said.split())[:70] for said in (self.before, self.text))
        return f"{self.file}:{self.line}  {self.kind}: {before}  ->  {after}"


class _Finder(ast.NodeVisitor):
    """Every change that can be made to one file."""

    def __init__(self, file: str, source: str) -> None:
        self.file, self.source, self.found = file, source, list[Mutant]()
        self.lines = [0]
        for line in source.encode().splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.bytes = source.encode()
        tree = ast.parse(source)
        places = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
        named = [each.value for each in places if isinstance(each, ast.Constant)]
        self.columns = sorted({name for name in named if isinstance(name, str)})
        self.visit(tree)

    def _at(self, node: ast.AST) -> tuple[int, int]:
        start = self.lines[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self.lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _text(self, node: ast.AST) -> str:
        return self.bytes[slice(*self._at(node))].decode()

    def add(self, node: ast.AST, kind: str, text: str) -> None:
        start, end = self._at(node)
        self.found.append(
            Mutant(self.file, node.lineno, kind, start, end, self._text(node), text)  # type: ignore[attr-defined]
        )

    def _between(
        self, left: ast.AST, right: ast.AST, node: ast.AST, kind: str, operator: str
    ) -> None:
        """Another operator between two parts, whatever parentheses stand around them."""
        start, end = self._at(left)[1], self._at(right)[0]
        said = self.bytes[start:end].decode()
        core = said.strip(" ()\n")
        if core and said.count(core) == 1:
            at = start + said.encode().index(core.encode())
            kind = f"{kind} in {self._text(node)[:60]!r}"
            line = node.lineno  # type: ignore[attr-defined]
            self.found.append(
                Mutant(self.file, line, kind, at, at + len(core.encode()), core, operator)
            )

    def visit_Compare(self, node: ast.Compare) -> None:
        parts = [node.left, *node.comparators]
        for left, operator, right in zip(parts, node.ops, parts[1:], strict=False):
            self._between(left, right, node, "comparison", TURNED[type(operator)])
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in SWAPPED and not self._is_text(node):
            self._between(node.left, node.right, node, "operator", SWAPPED[type(node.op)])
        if isinstance(node.op, ast.BitAnd | ast.BitOr) and not self._is_text(node):
            self.add(node, "term dropped", self._text(node.left))
            self.add(node, "term dropped", self._text(node.right))
        self.generic_visit(node)

    def _is_text(self, node: ast.BinOp) -> bool:
        """Whether it puts texts or lists together, or is a type: `str | None`."""
        parts = [*ast.walk(node)]
        literal = (ast.JoinedStr, ast.List, ast.Tuple, ast.Dict)
        if any(isinstance(part, literal) for part in parts):
            return True
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        typed = bool(names & {"str", "bytes", "int", "float", "dict", "list", "tuple"})
        typed |= None in values
        return any(isinstance(value, str | bytes) for value in values) or typed

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for one in node.values:
            self.add(
                node,
                "term dropped",
                self._text(node).replace(self._text(one), str(isinstance(node.op, ast.And)), 1),
            )
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.Invert):
            self.add(node, "negation dropped", f"({self._text(node.operand)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        style = any(name in self.file for name in STYLE)
        if isinstance(node.value, bool):
            self.add(node, "constant", str(not node.value))
        elif isinstance(node.value, int) and not style:
            self.add(node, "constant", str(node.value + 1))
        elif isinstance(node.value, float) and not style:
            self.add(node, "constant", str(node.value * 1.1 if node.value else 0.1))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        place = node.slice
        if (
            isinstance(place, ast.Constant)
            and isinstance(place.value, str)
            and len(self.columns) > 1
        ):
            at = self.columns.index(place.value)
            self.add(place, "neighbour's column", repr(self.columns[(at + 1) % len(self.columns)]))
        elif isinstance(place, ast.Compare) and isinstance(node.ctx, ast.Load):
            self.add(node, "filter dropped", self._text(node.value))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in NEIGHBOURS:
            end = self._at(node.func)[1]
            said = node.func.attr
            at = end - len(said)
            self.found.append(
                Mutant(self.file, node.lineno, "method", at, end, said, NEIGHBOURS[said])
            )
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name not in ("__repr__", "_render_traceback_"):
            for part in (
                *node.args.defaults,
                *filter(None, node.args.kw_defaults),
                *node.body[ast.get_docstring(node) is not None :],
            ):
                self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if self._text(node.test) not in (
            "TYPE_CHECKING",
            "__name__ == '__main__'",
            '__name__ == "__main__"',
        ):
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What an error says is not what a number is."""


def mutants(project: Path, files: list[Path], made: int, seed: int) -> list[Mutant]:
    """A seeded choice of so many changes to some files, no kind of change more often than its share
    of a third.
    """
    rng = random.Random(seed)
    found = [
        one
        for file in files
        for one in _Finder(file.relative_to(project).as_posix(), file.read_text("utf-8")).found
    ]
    rng.shuffle(found)
    chosen: list[Mutant] = []
    count: dict[str, int] = {}
    for one in found:
        kind = one.kind.partition(" in ")[0]
        if len(chosen) == made:
            break
        if count.get(kind, 0) < max(2, made // 3) and _is_python(project, one):
            chosen.append(one)
            count[kind] = count.get(kind, 0) + 1
    return chosen


def changed(source: bytes, mutant: Mutant) -> bytes:
    """A file's bytes with the change in them."""
    return source[: mutant.start] + mutant.text.encode() + source[mutant.end :]


def _is_python(project: Path, mutant: Mutant) -> bool:
    try:
        compile(changed((project / mutant.file).read_bytes(), mutant), mutant.file, "exec")
    except SyntaxError:
        return False
    return True


@contextlib.contextmanager
def applied(copy: Path, mutant: Mutant) -> Iterator[None]:
    """The copy with the change in it, for as long as the block lasts."""
    file = copy / mutant.file
    before = file.read_bytes()
    file.write_bytes(changed(before, mutant))
    try:
        yield
    finally:
        file.write_bytes(before)


def _pytest(copy: Path, tests: list[str], tables: Path | None) -> int:
    """The exit code of the tests, in the process of a mutant; what they print goes to a file beside
    the copy.
    """
    os.setsid()
    os.chdir(copy)
    log = os.open(copy.parent / "tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(PYTHONPATH=str(copy), PYTHONDONTWRITEBYTECODE="1")
    if tables:
        os.environ["YXQ_TEST_TABLES"] = str(tables)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(copy))
    # papermill asks for its engines when it is imported, and so has brought yxq itself from
    # elsewhere.
    for name in [name for name in sys.modules if name.partition(".")[0] == "yxq"]:
        del sys.modules[name]
    import pytest

    # Libraries that were imported before have no assertions to rewrite.
    quiet = ["-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main(["-x", "-q", *quiet, *tests]))


def tested(copy: Path, tests: list[str], tables: Path | None, seconds: int = SECONDS) -> str:
    """Run the tests in a forked process until one fails: `dead`, `alive`, or `hangs`."""
    child = os.fork()
    if child == 0:
        code = 99
        try:  # whatever happens, nothing of the parent's may go on in the child
            code = _pytest(copy, tests, tables)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "alive" if os.waitstatus_to_exitcode(status) == 0 else "dead"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "hangs"


def fate_of(
    copy: Path, mutant: Mutant, tests: list[str], tables: Path | None, seconds: int = SECONDS
) -> str:
    """First by the tests that are named after its file, which are likeliest to notice and soonest
    done; what they leave alive, by all of them.
    """
    stem = Path(mutant.file).stem
    paths = (path for test in tests for path in (copy / test).rglob(f"test_{stem}*.py"))
    own = sorted(str(path.relative_to(copy)) for path in paths)
    with applied(copy, mutant):
        if own and (fate := tested(copy, own, tables, OWN_SECONDS)) != "alive":
            return fate
        return tested(copy, tests, tables, seconds)


def unchanged(copy: Path, tests: list[str], tables: Path | None) -> int:
    """Run the tests on the copy as it is, where they must pass; how long a mutant may take then."""
    began = time.monotonic()
    fate = tested(copy, tests, tables, UNCHANGED_SECONDS)
    if fate != "alive":
        told = {"dead": "fail", "hangs": f"take longer than {UNCHANGED_SECONDS} s"}[fate]
        log = (copy.parent / "tests.log").read_text("utf-8")
        sys.exit(f"the tests {told} without any change:\n{log[-3000:]}")
    return max(SECONDS, 3 * int(time.monotonic() - began))


def main() -> None:
    """Make, run and report; exit 1 when more live than `--alive` allows."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "room", help=f"a room of yxq ({', '.join(TESTS)}), or any name with --files and --tests"
    )
    options.add_argument("--made", type=int, default=20)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--files", nargs="*", help="files to change, else those of the room")
    options.add_argument("--tests", nargs="*", help="tests to run, else those of the room")
    options.add_argument(
        "--tables",
        type=Path,
        help="tables of the demo, where what is changed has no part in making them",
    )
    options.add_argument("--project", type=Path, default=ROOT)
    options.add_argument(
        "--list", action="store_true", help="say which changes would be made, and make none"
    )
    given = options.parse_args()
    place = given.project / "yxq" / given.room
    files = (
        [given.project / name for name in given.files]
        if given.files
        else sorted(place.rglob("*.py")) or [place]
    )
    chosen = mutants(given.project, files, given.made, given.seed)
    if given.list:
        print(*chosen, sep="\n")
        return
    of_room = [*TESTS.get(given.room, ()), *EVERYWHERE]
    tests = given.tests or [test for test in of_room if (given.project / test).exists()]
    for name in LIBRARIES:
        importlib.import_module(name)
    counts = {"dead": 0, "alive": 0, "hangs": 0}
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "project"
        shutil.copytree(
            given.project,
            copy,
            ignore=shutil.ignore_patterns(
                ".git", ".venv", "reports", "runs", "*_cache", "__pycache__"
            ),
        )
        if (
            given.project.parent / "shared"
        ).exists():  # facts and real data that tests compare with
            (Path(home) / "shared").symlink_to(given.project.parent / "shared")
        seconds = unchanged(copy, tests, given.tables)
        broken = Mutant("yxq/__init__.py", 1, "everything broken", 0, 0, "", "raise RuntimeError\n")
        with applied(copy, broken):
            assert tested(copy, tests, given.tables) == "dead", "the tests do not run on the copy"
        for mutant in chosen:
            began = time.monotonic()
            fate = fate_of(copy, mutant, tests, given.tables, seconds)
            counts[fate] += 1
            print(f"{fate:5} {time.monotonic() - began:5.0f} s  {mutant}", flush=True)
    made = sum(counts.values())
    print(
        f"{given.room}: {made} made, {made - counts['alive']} dead, {counts['alive']} alive"
        f" (seed {given.seed})"
    )


if __name__ == "__main__":
    main()
