"""The reading site as it was built for this run of the tests, and what a page of it consists of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urldefrag

import pytest

from tools import site

REPOSITORY = "ada/course"  # as it is published: with a way to Binder, and to what is no page


def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once for all processes of this run, warnings as errors; return where it is."""
    import fcntl  # here, for on Windows there is none, and no browser tests

    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    with (folder / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "reading_site" / "done"
        if not done.exists():
            site.build(folder / "reading_site", repository=REPOSITORY)
            done.touch()
    return folder / "reading_site" / site.PLACE


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of a request."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class Parsed:
    """What a page links to, what it loads, which of that keeps its text back, and what can be linked to in it."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    blocking: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Parsed()
        self._has_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if name := about.get("id") or (tag == "a" and about.get("name")):
            self.page.anchors.add(str(name))
        if tag == "a" and (link := about.get("href")):
            self.page.links.append(link)
        stylesheet = tag == "link" and about.get("rel") in ("stylesheet", "icon")
        if load := about.get("href") if stylesheet else tag in ("script", "img") and about.get("src"):
            self.page.loads.append(load)
            if tag == "script" and not self._has_text and not about.keys() & {"async", "defer"}:
                self.page.blocking.append(load)

    def handle_endtag(self, tag: str) -> None:
        self._has_text |= tag == "article"


def parsed(path: Path) -> Parsed:
    """Read a page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def target(path: Path, link: str) -> tuple[Path, str]:
    """Return the file that a page's link leads to, and the anchor there."""
    file, anchor = urldefrag(re.sub(r"\?[^#]*", "", link))
    return (path.parent / unquote(file)).resolve() if file else path, unquote(anchor)
