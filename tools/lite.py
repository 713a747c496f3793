"""Build the course that runs in a browser tab, JupyterLite with Pyodide (`make lite`), or show it (`make lite-serve`).

``build/lite`` is a static site: it needs no server but one for files, and asks nobody else for anything. What it is
made of is pinned and fetched by ``tools.lite_parts``; ``lite/`` has its settings and its first screen; the notebooks
are a learner's copy of the course.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tools import lite_cells, site, working_copy
from tools.lite_parts import PLACE, ROOT, digest, metadata, named, needs, pip, python

SETTINGS: Final = ROOT / "lite"
BUILD: Final = site.BUILD / "lite"
PORT: Final = 8002
FIRST_SCREEN: Final = ("index.html", "first_screen.css", "first_screen.js")
CORE: Final = "static/pyodide"
NO_KERNEL: Final = {"jupyterlab-widgets"}  # there for the sake of its extension only
EXTENSIONS: Final = {"anywidget", "jupyterlab-widgets"}  # whose wheels have one of JupyterLab's within


class LiteError(Exception):
    """It was not built: what the builder said."""


def build(target: Path = BUILD, *, parts: Path = PLACE, work: Path = site.BUILD / "lite-work") -> Path:
    """Build the site of the parts that were fetched, by way of a folder that is made anew; return where it is.

    Raises:
        LiteError: a tool was not content.
    """
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(SETTINGS, work)
    shutil.copy(ROOT / "binder" / "overrides.json", work)  # of JupyterLab's own settings, as everywhere
    wheels = [*sorted((parts / "wheels").glob("*.whl")), _own_wheel(parts, work / "own")]
    write_core(work / CORE, parts=parts, wheels=[*wheels, *_wheels_of_the_kernel(parts)])
    shutil.rmtree(target, ignore_errors=True)
    extensions = [f"--LiteBuildConfig.federated_extensions={path}" for path in wheels if named(path) in EXTENSIONS]
    command = [
        *(str(python(parts / "tools")), "-m", "jupyterlite_core", "build", "--apps", "lab", "--no-sourcemaps"),
        *("--lite-dir", str(work), "--output-dir", str(target), "--no-unused-shared-packages"),
        *(f"--LiteBuildConfig.cache_dir={work / 'cache'}", *extensions),
    ]
    _run(command, work)
    for name in FIRST_SCREEN:
        shutil.copy(SETTINGS / name, target)
    shutil.copy(site.DOCS / "static" / "favicon.svg", target)
    write_files(target)
    return target


def write_files(target: Path) -> None:
    """Write the course, as a learner gets it, and the listing of each folder, with which JupyterLite finds it."""
    root = target / "files"
    working_copy.WorkingCopy(folder=root).update()
    (root / working_copy.LEDGER).unlink()
    for path in root.glob("*.ipynb"):
        notebook = lite_cells.in_a_tab(json.loads(path.read_text(encoding="utf-8")), path.name)
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")
    for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
        listing = target / "api" / "contents" / folder.relative_to(root) / "all.json"
        listing.parent.mkdir(parents=True, exist_ok=True)
        within = [_listed(path, root) for path in sorted(folder.iterdir())]
        listing.write_text(json.dumps(_listed(folder, root) | {"content": within, "format": "json"}), encoding="utf-8")


def _listed(path: Path, root: Path) -> dict[str, Any]:
    """Return what Jupyter's contents API says of a file or a folder."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
    is_folder = path.is_dir()
    return {
        "name": "" if path == root else path.name,
        "path": "" if path == root else path.relative_to(root).as_posix(),
        "type": "directory" if is_folder else "notebook" if path.suffix == ".ipynb" else "file",
        "created": changed,
        "last_modified": changed,
        "size": None if is_folder else path.stat().st_size,
        "mimetype": None,
        "format": None,
        "content": None,
        "writable": True,
    }


def write_core(folder: Path, *, parts: Path, wheels: list[Path]) -> None:
    """Write what a kernel loads: Pyodide's core, the wheels, and a lock file that names these and no other."""
    lock = json.loads((parts / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    version = lock["info"]["python"].rpartition(".")[0]
    there = {named(path): path for path in wheels if named(path) not in NO_KERNEL}
    lock["packages"] = {name: _entry(path, version, there.keys()) for name, path in sorted(there.items())}
    shutil.copytree(parts / "pyodide", folder)
    for path in there.values():
        shutil.copy(path, folder)
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def _entry(wheel: Path, version: str, there: Any) -> dict[str, Any]:
    """Return what Pyodide's lock file says of a wheel."""
    with zipfile.ZipFile(wheel) as file:
        tops = {name.partition("/")[0] for name in file.namelist() if name.endswith(".py")}
    return {
        "name": named(wheel),
        "version": str(metadata(wheel)["Version"]),
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": sorted(top.removesuffix(".py") for top in tops if not re.search(r"\.(?:data|dist-info)$", top)),
        "depends": sorted(name for name in needs(wheel, version) if name in there),
        "unvendored_tests": False,
    }


def _wheels_of_the_kernel(parts: Path) -> list[Path]:
    """Return the wheels that the kernel's extension brings: the kernel, and stand-ins for what it has not."""
    found = sorted(parts.glob("tools/share/jupyter/labextensions/@jupyterlite/*/static/pypi/*.whl"))
    return [path for path in found if not path.name.startswith("widgetsnbextension-")]


def _own_wheel(parts: Path, folder: Path) -> Path:
    """Return chatlib's wheel, of what is in this folder now."""
    _run([*pip(parts / "tools"), "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)], ROOT)
    return next(folder.glob("chatlib-*.whl"))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise LiteError(f"this failed: {' '.join(command)}\n{done.stdout}")


def main() -> None:
    """Build the site, and show it if that is asked for; exit with 1 if it could not be built."""
    parser = argparse.ArgumentParser(prog="python -m tools.lite", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help="show what was built, on 127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT, help="where it is shown (%(default)s)")
    options = parser.parse_args()
    try:
        target = build()
    except LiteError as error:
        sys.exit(f"{error}")
    print(f"{target.relative_to(ROOT)} is built")
    if options.serve:
        site.serve(target, options.port)


if __name__ == "__main__":
    main()
