"""The notebook runs from its first cell to its last, whose assertions hold."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_notebook_runs_and_the_file_translates(tmp_path, monkeypatch):
    """In a kernel of its own. What it shows is what readers see before they run it, but for sizes and rounding."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore:IProgress not found")  # tqdm would like ipywidgets
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
    notebook = nbformat.read(ROOT / "docs" / "tutorial.ipynb", as_version=4)
    stored = [cell.copy() for cell in notebook.cells]
    folder = {"metadata": {"path": str(ROOT)}}
    NotebookClient(notebook, timeout=300, startup_timeout=300, resources=folder).execute()
    code = [(old, new) for old, new in zip(stored, notebook.cells) if new.cell_type == "code"]
    assert all(len(old.outputs) == len(new.outputs) for old, new in code), "execute the notebook and save it again"
    assert not [output for _, new in code for output in new.outputs if output.get("name") == "stderr"]
    last = code[-1][1].outputs[0].text
    assert last.startswith("I would like a table -> ") and last == code[-1][0].outputs[0].text
    assert list(tmp_path.rglob("phrases.ltpk"))
