"""What becomes of a notebook on the reading site, of its terms, and of its links; nothing is built for it."""

from __future__ import annotations

import copy
import json
import pkgutil
import re
import socket

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import chatlib
from chatlib import errors, widgets
from chatlib.widgets.story import RECORDING
from tests.support.course import read
from tests.support.places import ROOT
from tools import badge, notebooks, pages, python_page, site

SITE = pages.Site("ada/course")


@pytest.fixture
def page_of(tmp_path):
    """Return how to make a page of these cells, each as it would be after a run, behind a first one with a title."""

    def page_of(*cells, number="03"):
        path = tmp_path / f"{number}_try.ipynb"
        notebook = new_notebook(cells=[new_markdown_cell("# Try\n\nNo kernel at hand? On\nGitHub, look."), *cells])
        nbformat.write(notebook, path)
        known = copy.copy(SITE)
        known.pages = SITE.pages | {f"notebooks/{path.name}": f"notebooks/{path.name}"}
        return pages.page(path, known).cells

    return page_of


def code(source, shown=None, *, count=1):
    data = shown if isinstance(shown, dict) else {"text/plain": shown}
    outputs = [] if shown is None else [new_output("execute_result", data, execution_count=count)]
    return new_code_cell(source, execution_count=count, outputs=outputs)


def test_a_page_begins_with_its_number_and_the_ways_to_run_it(page_of):
    """What is only true on a code host is not there."""
    first = page_of()[0].source

    assert first.startswith("# 03 Try\n")
    assert "GitHub, look" not in first
    assert f"]({badge.on_binder('ada/course', 'lab/tree/03_try.ipynb')})" in first
    assert f"<../{pages.DOWNLOADS}/03_try.ipynb>" in first


def test_what_is_asked_is_not_shown_before_it_is_answered(page_of):
    """The outputs between a question and its answer are folded; the question itself and all others are not."""
    cells = page_of(
        code("before", "1"),
        new_markdown_cell("Look. *Predict:* what is it?"),
        code("Prediction('?')", "2"),
        code("hidden", "3"),
        new_markdown_cell("Run this, too:"),
        code("hidden", "4"),
        new_markdown_cell("<!-- answer -->\nFour.<!-- /answer --> And *Predict:* what now?"),
        code("hidden", "5"),
        new_markdown_cell("<!-- answer -->\nFive.\n<!-- /answer -->"),
        code("after", "6"),
    )

    folded = [cell.source for cell in cells if "hide-output" in cell.metadata.get("tags", [])]
    assert folded == ["hidden"] * 3
    answer = next(cell.source for cell in cells if "Four." in cell.source)
    assert re.fullmatch(r"<details class='answer'>.*\n\nFour\.\n\n</details>\n\nAnd .*", answer, re.DOTALL)


def test_a_solution_is_folded_below_its_exercise(page_of):
    """With its code, and no link that leads nowhere; each exercise of the course has one."""
    text = page_of(new_markdown_cell("Do it.\nSolution:\n[`90_ask.py`](solutions/90_ask.py)."))[1].source

    assert text.startswith("Do it.\n\n<details class='solution'>")
    assert (ROOT / "notebooks" / "solutions" / "90_ask.py").read_text(encoding="utf-8").strip() in text
    for path in notebooks.find():
        shown = "".join(cell.source for cell in pages.page(path, SITE).cells if cell.cell_type == "markdown")
        assert shown.count("class='solution'") == path.read_text(encoding="utf-8").count("](solutions/")


def test_a_recording_is_within_its_picture_and_ends_no_script(page_of):
    """Whatever somebody said in it."""
    recording = {"version": 1, "widget": "chat_panel", "events": [{"data": "</script><!--"}], "dropped": {}}
    (output,) = page_of(code("panel", {"text/html": "<p>Ada</p>", RECORDING: recording}))[1].outputs

    found = re.fullmatch(
        r'<div class="recorded"><p>Ada</p><script type="application/json">(.*)</script></div>', output.data["text/html"]
    )
    assert "<" not in found[1]
    assert json.loads(found[1]) == recording
    assert RECORDING not in output.data


def test_a_cell_that_was_not_run_is_named(page_of):
    """A reader would see nothing below it."""
    with pytest.raises(notebooks.NotebookError, match=r"03_try\.ipynb, cell 3 \([\w-]+\): was not run"):
        page_of(code("x = 1"), code("x", count=None))


@pytest.mark.parametrize("text", ["", '{"cells": [', "<<<<<<< HEAD\n{}", "{}", "[]", '{"cells": [], "nbformat": 4}'])
def test_what_is_no_notebook_is_named(tmp_path, text):
    """Cut off, with the marks of a merge, something else, or empty."""
    path = tmp_path / "03_try.ipynb"
    path.write_text(text)
    with pytest.raises(notebooks.NotebookError, match=r"^03_try\.ipynb[:,]? (is no notebook|has no cell)"):
        notebooks.read(path)


def test_a_port_that_is_taken_is_named(tmp_path):
    """With what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"port {port} .*--port"):
            site.serve(tmp_path, port)


def test_a_term_leads_to_the_glossary_once(page_of):
    """Where it stands bold, also in the plural; in the notebook's own glossary always."""
    text = [
        new_markdown_cell("**Frames** and a **frame** and `**frame**`, **not a term**\n```\n**mask**\n```\n"),
        new_markdown_cell("## Glossary\n\n- **frame**: a piece.\n"),
    ]
    first, second = (cell.source for cell in page_of(*text)[1:])

    assert first.startswith("{term}`Frames <frame>` and a **frame**")
    assert "**not a term**\n```\n**mask**\n```" in first
    assert second == "## Glossary\n\n- {term}`frame`: a piece.\n"


def test_the_glossary_has_every_term_of_every_notebook():
    """And where it is met."""
    text = SITE.glossary()
    for meaning in SITE.meanings:
        for term in meaning.terms:
            assert re.search(rf"^{re.escape(SITE.term(term))}$", text, re.MULTILINE), term
    said = sum(
        len(re.findall(r"^- \*\*", cell.source.partition("## Glossary\n")[2], re.MULTILINE))
        for path in notebooks.find()
        for cell in read(path).cells
    )
    assert len(SITE.meanings) == said


def test_links_lead_to_pages_or_to_the_repository():
    """Or to nothing, as long as there is none to lead to; one that is lost is named."""
    text = (
        "[a](../notebooks/90_in_ninety_minutes.ipynb#close) [b](mistakes.md) [c](../chatlib/wire.py) [d](https://x.org)"
    )
    lead = "[a](notebooks/90_in_ninety_minutes.ipynb#close) [b](mistakes.md)"

    assert (
        SITE.linked(text, "docs/teaching.md")
        == f"{lead} [c](https://github.com/ada/course/blob/HEAD/chatlib/wire.py) [d](https://x.org)"
    )
    assert pages.Site(None).linked(text, "docs/teaching.md") == f"{lead} c [d](https://x.org)"
    assert SITE.linked("RFC 6455, section 7.4.1", "docs/teaching.md").endswith("rfc6455#section-7.4.1)")
    with pytest.raises(notebooks.NotebookError, match="no/such"):
        SITE.linked("[e](no/such.md)", "docs/teaching.md")


def test_a_document_shows_what_a_cell_of_a_notebook_made():
    """Alive, and of the notebook as it is committed: nothing is written twice."""
    text = "Before\n\n<!-- played: 90_in_ninety_minutes.ipynb, cell theatre -->\n\nAfter\n"
    found = re.fullmatch(
        r"Before\n\n(`{4,})\{raw\} html\n(.*)\n\1\n\nAfter\n", pages.with_played(text, "x.md"), re.DOTALL
    )

    assert found[2].startswith('<div class="recorded">')
    assert found[1] not in found[2]
    script = re.search(r'<script type="application/json">(.*)</script>', found[2])
    assert json.loads(script[1])["widget"] == "state_theatre"
    for lost in ("no_such.ipynb, cell theatre", "90_in_ninety_minutes.ipynb, cell gone", "../README.md, cell theatre"):
        with pytest.raises(notebooks.NotebookError, match=r"docs/x\.md: no recording in"):
            pages.with_played(f"<!-- played: {lost} -->", "docs/x.md")


def test_what_a_workflow_publishes_is_of_its_own_repository(monkeypatch):
    """A fork's page leads to the fork's Binder; elsewhere pyproject.toml says whose it is, if anybody's."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert site.published_from() == badge.repository((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "bo/course")
    assert site.published_from() == "bo/course"


def test_what_a_docstring_links_by_its_whole_name_is_there():
    """Sphinx looks after the short names; of whole ones it says nothing, for each type in a signature is one."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "chatlib").rglob("*.py")]
    names = {name for text in texts for name in re.findall(r":\w+:`~?([\w.]+\.[\w.]+)`", text)}

    assert names
    for name in names:
        pkgutil.resolve_name(name)


def test_the_python_page_has_every_public_name():
    """Of the package, of its widgets, and every exception."""
    said = {name for names in python_page.PARTS.values() for name in names} | {*vars(errors), *widgets.__all__}

    assert [name for name in chatlib.__all__ if name not in said] == []


def test_every_document_is_a_page_that_the_first_one_leads_to():
    """Nothing in docs/ is written for nobody."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^[\w-]+$", index, re.MULTILINE))

    assert {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"} <= listed
    assert site.BINDER.search(index)
