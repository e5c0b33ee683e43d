"""Run the notebooks over the demo and keep what they show, so that they can be read where no kernel
is: no path, no time, pictures small.

    python tools/notebook_outputs.py [NAME ...]
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import papermill
from PIL import Image
from project import DEMO, ROOT

from yxq.plan_folders.load import load
from yxq.returns import ingest

NOTEBOOKS = ROOT / "notebooks"
COLOURS = 32


def run(name: str, project: Path) -> Any:
    """A notebook run in a folder that has the demo's tables; nothing in it tells of the run."""
    source, made = NOTEBOOKS / f"{name}.ipynb", project / f"{name}.ipynb"
    papermill.execute_notebook(
        str(source), str(made), cwd=str(project), progress_bar=False, engine_name="yxq"
    )
    return nbformat.read(made, as_version=4)


def kept(notebook: Any, ran: Any) -> Any:
    """The notebook as it is committed, with what its cells have shown in that run."""
    shown = {cell.id: cell for cell in ran.cells}
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code, start=1):  # nbval takes one without for one never run
        cell.execution_count, cell.outputs = number, []
        for output in shown[cell.id].outputs:
            if "execution_count" in output:
                output.execution_count = number
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = small(data["image/png"])
            output.get("metadata", {}).pop("image/png", None)
            cell.outputs.append(output)
    return notebook


def small(png: str) -> str:
    """A picture at half its size and in few colours, as text."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        half = picture.convert("RGB").resize((picture.width // 2, picture.height // 2))
        half.quantize(COLOURS).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def main() -> None:
    names = sys.argv[1:] or sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as place:
        project = Path(place)
        ingest.ingest(DEMO, load("yixing"), project / "data" / "processed")
        for name in names:
            path = NOTEBOOKS / f"{name}.ipynb"
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(kept(notebook, run(name, project)), path)
            print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
