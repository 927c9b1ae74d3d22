"""Run the notebooks from the first cell to the last and save their outputs: `python notebooks/execute.py`.

They run on the sandbox with invented residents, in a folder of their own that is thrown away.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))


def execute(path: Path, folder: Path) -> Any:
    """Run one notebook in `folder`, where the samples are put beside it, and give it with its outputs."""
    shutil.copytree(HERE.parent / "samples", folder / "samples", dirs_exist_ok=True)
    (folder / "notebooks").mkdir(exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder / "notebooks")}}
    NotebookClient(notebook, timeout=120, resources=resources).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def main() -> int:
    """Run them all, in Spanish, and save them."""
    os.environ["COMPROPAGO_LANG"] = "es"
    for path in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            notebook = execute(path, Path(folder))
        text = nbformat.writes(notebook).replace(folder, "…")
        path.write_text(text.rstrip() + "\n", encoding="utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
