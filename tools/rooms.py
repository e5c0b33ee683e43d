"""The house in numbers: `python tools/rooms.py [PROJECT]`.

Rooms with their lines, functions over 40 lines, lines over 100 columns and `# fmt: skip`; floors;
arrows between rooms (pairs of which one imports the other), imports behind them, and those that
point up or along a floor, which must be none.
"""

from __future__ import annotations

import ast
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp

FLOORS = {
    "words": 1, "stats": 1, "warm": 1, "plan": 2, "tables": 2, "plan_folders": 3, "attainment": 4,
    "documents": 4, "returns": 5, "report": 5, "papers": 6, "publish": 7, "api": 7,
    "cli": 8, "yxq": 8,
}  # fmt: skip
CORE = ("words", "stats", "plan", "attainment")
LONG, WIDE, SKIP = 40, 100, "# fmt: " + "skip"


def room_of(module: str) -> str:
    """The room of a module: the folder, or the file, under yxq; `yxq` of the package itself."""
    room = module.split(".")[1] if "." in module else module
    return "cli" if room == "shared_options" else room  # the command line in two files


def arrows() -> Counter[tuple[str, str]]:
    """Room and imported room -> how many imports there are between their modules."""
    graph = grimp.build_graph("yxq", cache_dir=None)
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = room_of(module), room_of(imported)
            found[pair] += pair[0] != pair[1]
    return +found


def columns(line: str) -> int:
    """How wide a line is; Chinese characters take two columns."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def long_functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions of more than LONG lines, with how many they have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONG:
                yield node.name, lines


def code_lines(tree: ast.AST, text: str) -> int:
    """Lines that are neither blank, comment nor docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            told |= set(range(first.lineno, (first.end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and n not in told
        for n, line in lines
    )


def main() -> None:
    """Print the table; exit 1 when an arrow points up or along a floor."""
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
    sys.path.insert(0, str(project))
    counts: dict[str, Counter[str]] = {}
    for file in sorted((project / "yxq").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        room = room_of(
            ".".join(file.relative_to(project).with_suffix("").parts).removesuffix(".__init__")
        )
        lines, long = text.splitlines(), [*long_functions(tree)]
        for name, length in long:
            print(f"  {file.relative_to(project)}: {name} has {length} lines")
        counts.setdefault(room, Counter()).update({
            "files": 1, "lines": len(lines), "code": code_lines(tree, text), "long": len(long),
            "wide": sum(columns(line) > WIDE for line in lines), "skip": text.count(SKIP),
        })  # fmt: skip
    names = ("files", "lines", "code", "long", "wide", "skip")
    print(f"{'floor':6}{'room':12}" + "".join(f"{name:>7}" for name in names))
    for room in sorted(counts, key=lambda room: (FLOORS.get(room, 0), room)):
        numbers = "".join(f"{counts[room][name]:7}" for name in names)
        print(f"{FLOORS.get(room, 0):<6}{room:12}{numbers}")
    sums = sum(counts.values(), Counter())
    print(f"{'':6}{'all':12}" + "".join(f"{sums[name]:7}" for name in names))
    core = sum((counts[room] for room in CORE if room in counts), Counter())
    print(f"{'':6}{'core':12}" + "".join(f"{core[name]:7}" for name in names))
    between = arrows()
    wrong = [pair for pair in between if FLOORS.get(pair[0], 0) <= FLOORS.get(pair[1], 0)]
    floors = len(set(FLOORS.values()))
    print(f"{len(counts)} rooms, {floors} floors, {len(between)} arrows between rooms")
    print(f"{sum(between.values())} imports behind them, {len(wrong)} arrows up or along a floor")
    for room, imported in wrong:
        print(f"  {room} -> {imported}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
