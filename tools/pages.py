"""The pages of the reading site, each made from a file of the repository: no page is written twice.

A notebook becomes a page for somebody without a kernel. Its answers and solutions are folded, and so is what a cell
showed that a reader should predict first. Where a widget stands its recorded session is within its picture, for
``reading_site.js`` to play. Terms lead to the one glossary, and links to where the site has what they name.
"""

from __future__ import annotations

import copy
import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from chatlib.widgets.story import RECORDING
from tools import badge, course_map, notebooks
from tools.working_copy import ANSWER

ROOT: Final = notebooks.ROOT
SOLUTIONS: Final = ROOT / "notebooks" / "solutions"
DOWNLOADS: Final = "downloads"
TAB: Final = "lite"

_FENCED: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\[([^]\n]*(?:\n[^]\n]+)?)\]\(([^)#\s]+)((?:#[^)\s]*)?)\)")
_SECTION_OF_RFC: Final = re.compile(r"\bRFC (\d+), (?:section )?(\d+(?:\.\d+)+)")
_SOLUTION: Final = re.compile(r"\s*Solution:\s+\[`(\w+\.py)`\]\(solutions/\1\)\.?")
_NO_KERNEL: Final = re.compile(r"\n\nNo kernel at hand\?[^\n]*(?:\n[^\n]+)*")
_PREDICT: Final = re.compile(r"^\*Predict|\*Predict:\*", re.MULTILINE)
_ASKS: Final = re.compile(r"^Prediction\(", re.MULTILINE)
_GLOSSARY: Final = re.compile(r"^## Glossary\n", re.MULTILINE)
_TERMS: Final = r"\*\*[^*\n]+\*\*"
_ENTRY: Final = re.compile(rf"^- ({_TERMS}(?:, {_TERMS})*)(?: \(([^)]+)\))?: (.+(?:\n  .+)*)$", re.MULTILINE)
_TERM: Final = re.compile(r"\*\*([^*\n]+)\*\*")
_PLAYED: Final = re.compile(r"^<!-- played: (\S+), cell (\S+) -->$", re.MULTILINE)

_ANSWER: Final = "<details class='answer'>\n<summary>The answer</summary>\n\n{}\n\n</details>\n\n"
_RAW: Final = "`" * 9  # longer than any in a recording
_FOLDED_SOLUTION: Final = (
    "\n\n<details class='solution'>\n<summary>A solution: {name}</summary>\n\n```python\n{code}\n```\n\n</details>\n"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a notebook's glossary says of some terms, and what they are called for short."""

    terms: tuple[str, ...]
    short: str | None
    text: str
    notebook: Path


class Site:
    """Where everything is on the site: its pages, and the terms of its glossary."""

    def __init__(self, repository: str | None, *, has_tab: bool = False) -> None:
        self.repository = repository
        self.has_tab = has_tab  # whether the course in a browser tab is beside it
        self.course = notebooks.find()
        self.pages = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
        for path in sorted((ROOT / "docs").glob("*.*")):
            if path.suffix != ".py":
                self.pages[f"docs/{path.name}"] = path.name
        self.pages |= {f"notebooks/{path.name}": f"notebooks/{path.name}" for path in self.course}
        self.meanings = [each for path in self.course for each in meanings(path)]
        self._terms = {term.casefold(): term for each in self.meanings for term in each.terms}

    def __repr__(self) -> str:
        return f"<Site of {len(self.pages)} pages, {len(self._terms)} terms>"

    def term(self, words: str) -> str | None:
        """Return the glossary's term for these words, which may be more than one of it; None if it has none."""
        folded = words.casefold()
        return self._terms.get(folded) or self._terms.get(folded.removesuffix("s"))

    def linked(self, text: str, source: str) -> str:
        """Return Markdown of the file ``source`` whose links lead to pages, or to the repository, or are none."""
        here = posixpath.dirname(self.pages[source])

        def lead(found: re.Match[str]) -> str:
            words, link, anchor = found.groups()
            if re.match(r"[a-z]+:", link):
                return found[0]
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
            if page := self.pages.get(path):
                return f"[{words}]({posixpath.relpath(page, here or '.')}{anchor})"
            if not (ROOT / path).exists():
                raise notebooks.NotebookError(source, f"its link to {link} leads nowhere")
            return f"[{words}](https://github.com/{self.repository}/blob/HEAD/{path})" if self.repository else words

        return _outside_code(text, lambda part: _SECTION_OF_RFC.sub(_rfc, _LINK.sub(lead, part)))

    def glossary(self) -> str:
        """Return the page with the terms of all notebooks, each with what they say of it, and where."""
        said: dict[tuple[str, ...], dict[str, list[Path]]] = {}
        for each in self.meanings:
            terms = tuple(term for known in each.terms if (term := self.term(known)))
            terms += (each.short,) if each.short else ()
            said.setdefault(terms, {}).setdefault(each.text, []).append(each.notebook)
        parts = ["# Glossary\n", "Every term of the course, and the notebooks in which it is met.\n", "```{glossary}"]
        for terms, texts in sorted(said.items(), key=lambda each: each[0][0].casefold()):
            parts += terms
            for text, paths in texts.items():
                places = ", ".join(f"[{course_map.number(path)}](notebooks/{path.name})" for path in paths)
                parts.append(f"  {_sentence(text)} *({places})*\n")
        return "\n".join([*parts, "```", ""])


def meanings(path: Path) -> Iterator[Meaning]:
    """Yield what a notebook's glossary says."""
    for cell in notebooks.read(path).cells:
        if cell.cell_type == "markdown" and (start := _GLOSSARY.search(cell.source)):
            for names, short, text in _ENTRY.findall(cell.source[start.end() :]):
                yield Meaning(tuple(_TERM.findall(names)), short or None, " ".join(text.split()), path)


def page(path: Path, site: Site) -> NotebookNode:
    """Return a notebook of the course as a page of the site.

    Raises:
        NotebookError: a cell has not been run: a reader would see nothing below it.
    """
    notebook = copy.deepcopy(notebooks.read(path))
    is_predicted = False
    untold = {term for each in site.meanings for term in each.terms}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            is_predicted = _goes_on(cell.source, is_predicted)
            cell.source = _text(cell.source, path, site, untold)
        elif cell.cell_type == "code" and cell.source.strip():
            if cell.execution_count is None:
                raise notebooks.NotebookError(notebooks.where(path.name, index, cell), "was not run: `make notebooks`")
            if is_predicted and cell.outputs and not _ASKS.search(cell.source):
                cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-output"]
            cell.outputs = [_alive(output) for output in cell.outputs]
    _open(notebook.cells[0], path, site)
    return notebook


def _goes_on(text: str, is_predicted: bool) -> bool:
    """Tell whether what follows a text is to be predicted: it asked, and nobody has answered yet."""
    asked = max((found.start() for found in _PREDICT.finditer(text)), default=-1)
    answered = max((found.start() for found in ANSWER.finditer(text)), default=-1)
    return is_predicted if asked == answered else asked > answered


def _text(text: str, path: Path, site: Site, untold: set[str]) -> str:
    """Return a text cell: answers and solutions folded, terms and links leading to their pages."""
    text = ANSWER.sub(lambda answer: _ANSWER.format(answer[1].strip()), text)
    text = site.linked(_with_solutions(text), f"notebooks/{path.name}")
    before, heading, glossary = _parted(text)
    before = _outside_code(before, lambda part: _TERM.sub(_first(site, untold), part))
    return before + heading + _TERM.sub(lambda found: _role(found[1], site.term(found[1])) or found[0], glossary)


def _parted(text: str) -> tuple[str, str, str]:
    start = _GLOSSARY.search(text)
    return (text[: start.start()], start[0], text[start.end() :]) if start else (text, "", "")


def _first(site: Site, untold: set[str]) -> Callable[[re.Match[str]], str]:
    """Have each term of a notebook lead to the glossary where it is met first, which is where it stands bold."""

    def lead(found: re.Match[str]) -> str:
        term = site.term(found[1])
        if term not in untold:
            return found[0]
        untold.remove(term)
        return _role(found[1], term) or found[0]

    return lead


def _role(words: str, term: str | None) -> str | None:
    return term and (f"{{term}}`{words}`" if words == term else f"{{term}}`{words} <{term}>`")


def _with_solutions(text: str) -> str:
    """Return a text with each solution that it names folded below it."""
    names = [found[1] for found in _SOLUTION.finditer(text)]
    code = {name: (SOLUTIONS / name).read_text(encoding="utf-8").strip() for name in names}
    folded = [_FOLDED_SOLUTION.format(name=name, code=code[name]) for name in names]
    return _SOLUTION.sub("", text) + "".join(folded)


def _alive(output: NotebookNode) -> NotebookNode:
    """Return an output whose picture has its recorded session within it."""
    recording = output.get("data", {}).pop(RECORDING, None)
    if recording is not None:
        told = json.dumps(recording, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        script = f'<script type="application/json">{told}</script>'
        output.data["text/html"] = f'<div class="recorded">{output.data["text/html"]}{script}</div>'
    return output


def with_played(text: str, source: str) -> str:
    """Return the Markdown of a document with what cells of notebooks showed, alive, where it names them.

    Raises:
        NotebookError: there is no such cell, or it has no recording.
    """

    def show(found: re.Match[str]) -> str:
        name, wanted = found.groups()
        path = ROOT / "notebooks" / name
        cells = notebooks.read(path).cells if path in notebooks.find() else []
        outputs = [output for cell in cells if cell.id == wanted for output in cell.get("outputs", [])]
        recorded = [_alive(output).data["text/html"] for output in outputs if RECORDING in output.get("data", {})]
        if not recorded:
            raise notebooks.NotebookError(source, f"no recording in {name}, cell {wanted}, which it wants to show")
        return f"{_RAW}{{raw}} html\n{recorded[0]}\n{_RAW}"

    return _PLAYED.sub(show, text)


def _open(cell: NotebookNode, path: Path, site: Site) -> None:
    """Have a page begin with its number, and say where else it can be read, or run."""
    ways = [f"{{download}}`Download it <../{DOWNLOADS}/{path.name}>`"]
    if site.repository:
        ways.insert(0, f"[Run it on Binder]({badge.on_binder(site.repository, f'lab/tree/{path.name}')})")
    if site.has_tab:
        ways.insert(0, f'<a href="../{TAB}/index.html?path={path.name}">Try it in this tab</a>')
    text = _NO_KERNEL.sub("", cell.source).replace("# ", f"# {course_map.number(path)} ", 1)
    cell.source = f"{text}\n\n:::{{container}} ways\n{' '.join(ways)}\n:::"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _rfc(found: re.Match[str]) -> str:
    return f"[{found[0]}](https://www.rfc-editor.org/rfc/rfc{found[1]}#section-{found[2]})"


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change what of a Markdown text is no block of code."""
    parts = _FENCED.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))
