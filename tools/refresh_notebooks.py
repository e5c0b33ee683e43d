"""Run the notebooks on the demo returns and keep only the outputs that nbval compares; `make
notebooks`.
"""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from project import DEMO, ROOT, ingested

from yxq.plan_folders import load


def main() -> None:
    """Rewrite notebooks/*.ipynb."""
    with tempfile.TemporaryDirectory() as home:
        ingested(DEMO, load.load("yixing"), Path(home) / "data" / "processed")
        os.chdir(home)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            NotebookClient(notebook, resources={"metadata": {"path": home}}).execute()
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
                if cell.cell_type == "code" and "NBVAL_CHECK_OUTPUT" not in cell.source:
                    cell.execution_count, cell.outputs = None, []
            notebook.metadata.pop("language_info", None)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
