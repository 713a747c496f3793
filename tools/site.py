"""Build the reading site from what is committed (`make docs`), or show it (`make docs-serve`).

The pages are written into ``build/pages`` (see ``tools.pages``), and Sphinx, as ``docs/conf.py`` has it, makes
``build/site`` of them; a warning is a failure. Nothing is run for it, and nothing of it is asked of any other host.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import nbformat

from chatlib.front_end.bundle import HERE, imported, script, style_sheet, widget_script
from tools import badge, course_map, notebooks, pages, working_copy
from tools.python_page import python_page

ROOT: Final = notebooks.ROOT
DOCS: Final = ROOT / "docs"
BUILD: Final = ROOT / "build"
PLACE: Final = "site"
PORT: Final = 8000
BINDER: Final = re.compile(r"<!-- binder -->.*?<!-- /binder -->", re.DOTALL)  # until there is one to click


class BuildError(Exception):
    """Sphinx was not content: what it said is on stderr."""


def write_pages(folder: Path, *, repository: str | None) -> None:
    """Write everything that Sphinx reads into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("notebooks", pages.DOWNLOADS, "_static"):
        (folder / name).mkdir(parents=True)
    site = pages.Site(repository)
    for source, name in site.pages.items():
        path, target = ROOT / source, folder / name
        if path in site.course:
            nbformat.write(pages.page(path, site), target)
            learners = working_copy.without_answers(json.loads(path.read_text(encoding="utf-8")))
            (folder / pages.DOWNLOADS / path.name).write_text(json.dumps(learners, ensure_ascii=False), "utf-8")
        elif path.suffix == ".md" and source != "README.md":
            text = course_map.fill(path.read_text(encoding="utf-8"), "../notebooks/")
            if repository:
                text = BINDER.sub(f"[On Binder]({badge.on_binder(repository, badge.FIRST)}).", text)
            target.write_text(pages.with_played(site.linked(text, source), source), encoding="utf-8")
        elif path.suffix != ".md":
            shutil.copyfile(path, target)
    (folder / "glossary.md").write_text(site.glossary(), encoding="utf-8")
    (folder / "python.md").write_text(python_page(), encoding="utf-8")
    written = {"reading_site.js": script("reading_site"), "instruments.css": style_sheet("instruments")}
    written |= {f"{name}.js": widget_script(name) for name in widgets() if name not in imported("reading_site")}
    for name, text in written.items():
        (folder / "_static" / name).write_text(text, encoding="utf-8")


def widgets() -> Iterator[str]:
    """Yield the name of each widget's module, which its front end has, too."""
    for path in (ROOT / "chatlib" / "widgets").glob("*.py"):
        if (HERE / f"{path.stem}.js").is_file():
            yield path.stem


def published_from() -> str | None:
    """Return the repository, owner/name, whose workflow runs this; else the one that pyproject.toml names, if any."""
    return os.environ.get("GITHUB_REPOSITORY") or badge.repository(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )


def build(folder: Path = BUILD, *, repository: str | None = None) -> Path:
    """Build the site below a folder; return where it is.

    Raises:
        NotebookError: a notebook is not as it can be read: which one, which cell, and what to do.
        BuildError: Sphinx found something wrong.
    """
    from sphinx.cmd.build import main as sphinx

    source, site = folder / "pages", folder / PLACE
    write_pages(source, repository=repository)
    shutil.rmtree(site, ignore_errors=True)
    options = [] if repository is None else ["-D", f"html_baseurl={badge.site_of(repository)}"]
    options += ["-q", "-W", "--keep-going", "-j", "auto", "-b", "html", "-c", str(DOCS), "-d", str(folder / "doctrees")]
    if sphinx([*options, str(source), str(site)]):
        raise BuildError("the site was not built: see above")
    return site


def serve(site: Path, port: int) -> None:
    """Show the site on this machine's loopback until it is interrupted; exit with 1 if the port is not free."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=site))
    except (OSError, OverflowError) as error:
        sys.exit(f'it cannot be shown on port {port} ({error}); try another: make docs-serve DOCS_ARGS="--port 8001"')
    with server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def main() -> None:
    """Build the site, and show it if that is asked for; exit with 1 if it could not be built."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--serve", action="store_true", help="show what was built, on 127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT, help="where it is shown (%(default)s)")
    options = parser.parse_args()
    try:
        site = build(repository=published_from())
    except (notebooks.NotebookError, BuildError) as error:
        sys.exit(f"{error}")
    print(f"{site.relative_to(ROOT)} is built")
    if options.serve:
        serve(site, options.port)


if __name__ == "__main__":
    main()
