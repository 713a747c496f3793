"""What the style guide asks of a notebook and a program can measure: structure for each, medians for the course."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode

from chatlib import widgets
from tests.support.course import read
from tools import course_map, notebooks
from tools.working_copy import ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbconvert import HTMLExporter

COURSE = notebooks.find()
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LONG = 10  # lines of code; a longer cell carries a tag that begins with "long-because-"
PREDICTION = "Prediction(*PREDICTIONS["  # a question to click
CLICK = "run the next cell, and click"  # what the text before it asks for
LESS_USUAL = {  # Python that a first course does not have, and how notebook 00 shows it
    ast.Assert: "`assert ",
    ast.AsyncFor: "`async for ",
    ast.AsyncFunctionDef: "`async def`",
    ast.Await: "`await ",
    ast.ClassDef: "`class ",
    ast.Delete: "`del`",
    ast.GeneratorExp: "also within a call",
    ast.Global: "`global ",
    ast.IfExp: '`"yes" if ',
    ast.keyword: "with names",
    ast.Lambda: "`lambda ",
    ast.Raise: "`raise`",
    ast.Set: "sets",
    ast.SetComp: "sets",
    ast.Slice: "parts of them",
    ast.With: "`with ",
    ast.AsyncWith: "`async with ",
    ast.Starred: "`print(*",
    ast.NamedExpr: "`:=`",
    ast.Match: "`match ",
    ast.Nonlocal: "`nonlocal ",
    ast.YieldFrom: "`yield from ",
    ast.BitAnd: "& 15`",
}
FIRST_USE = {  # what a beginner would stop at, and the words that explain it before its first use or beside it
    r"\(\) =>": "a function with no name",
    r"const \{": "takes three fields out",
    r"\*\*headers\)": "makes one dictionary",
    r":08b\}": "in eight bits",
    r"\\x[0-9a-f]{2}": "is one byte, in hex",
    r"\bCounter\b": "counts how often",
    r"\bceil\b": "rounds up",
    r"\benumerate\b": "`enumerate` counts from 0",
    r"\bzip\(": "in pairs",
    r"__name__": "`__name__` its name",
    r"decompressobj\(-15\)": "have no header",
    r"127\.0\.0\.1": "always this computer itself",
    r"UTF-8": "written in bytes",
    r"\bcookies?\b": "by which the server knows her again",
    r"getsockname\(\)": "is its port",
    r"json\.loads": "reads it",
    r"\bpairwise\b": "with the next one",
    r"proxy=None": "directly",
    r"\bNode\b": "JavaScript without a browser",
    r"\brecv\(\)": "reads from it",
    r"(?<!\.)\bsockets?\b": "a program's ends",
    r"\bsuppress\(": "is short for",
    r"\bthreads?\b": "does one thing at a time",
}
OPTIONAL = "(optional)"
# What a reader with English as a second language read twice: idioms, puns, "who" without a question, "for" where it
# means "because", and what stands where it only is.
PUZZLES = re.compile(
    r"\bwill do\b(?! \w)|stampede|haunts|on the line\b(?! that)|a clock that barks|into the void|stand-in|stand in for"
    r"|never else|\b(?:was|were) to \w+\b|\bcosts? whom\b|\bto have it \w+\b|: whether [^.?]*, you can\b"
    r"|\} (?:kB )?may be\b|go(?:es)? well\?|(?:^|[.:;] )[Ww]ho [a-z]+ [^?.:]*[.:]"
    r"|, for (?:he|it|nobody|she|something|they)\b|\bstands? (?!alone\b|by\b|still\b)",
    re.MULTILINE,
)
JAVASCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
CALL = re.compile(r"\.(\w+)\(")
CLOSING = ["Recap", "Exercises", "In the real world", "Next", "Glossary"]


@pytest.fixture(params=COURSE, ids=lambda path: path.stem)
def notebook(request) -> NotebookNode:
    return read(request.param)


@pytest.fixture(scope="module")
def exporter() -> HTMLExporter:
    """nbconvert, without what costs it most of its time and adds no word: colours, and a sanitizer for their HTML."""
    from nbconvert import HTMLExporter

    plain = {"highlight_code": lambda source, **_: f"<pre>{escape(source)}</pre>", "clean_html": lambda html: html}
    return HTMLExporter(template_name="basic", default_preprocessors=[], filters=plain)


def markdown(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def texts(notebook: NotebookNode) -> str:
    """Return all text cells, without code fences and comments."""
    return re.sub(r"```.*?```|<!--.*?-->", "", markdown(notebook), flags=re.DOTALL)


def prose(notebook: NotebookNode) -> list[str]:
    """Return its words, without those of tables and links' targets, and without the minutes that are stated."""
    text = re.sub(r"\(\d+ (?:minutes?|of them for the exercises)\)", "", texts(notebook))
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    return re.findall(r"[\w'’]+", re.sub(r"\]\([^)]*\)", "]", "\n".join(lines)))


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines_of(source: str) -> int:
    return sum(line.strip() not in ("", "# your code") for line in source.splitlines())


def words_per_line(notebook: NotebookNode) -> float:
    """Return how many words of prose there are to a line of code, Python in cells or a browser's in the text."""
    sources = [cell.source for cell in code(notebook)] + re.findall(r"```js\n(.*?)```", markdown(notebook), re.DOTALL)
    return len(prose(notebook)) / sum(map(lines_of, sources))


def test_it_opens_with_what_one_will_do_and_learn_and_need(notebook):
    """The first cell: a title, three promises, and what to do with no kernel."""
    opening = notebook.cells[0].source

    assert re.match(r"# \w+.*\n\n- \*\*You will\*\* ", opening)
    assert re.search(r"^- \*\*You will learn\*\* ", opening, re.MULTILINE)
    assert re.search(r"^- \*\*You need\*\* \d+ minutes", opening, re.MULTILINE)
    assert "No kernel at hand?" in opening


def test_it_closes_with_recap_exercises_the_real_world_what_is_next_and_a_glossary(notebook):
    """The closing sections are there, in this order."""
    headings = [heading.partition(":")[0] for heading in HEADING.findall(texts(notebook))]

    assert [heading for heading in headings if heading in CLOSING] == CLOSING


def test_each_notebook_leads_to_its_neighbours():
    """Whoever reads on or looks back finds a link: 'Next' names the next notebook, and some text the one before."""
    for before, after in pairwise(course_map.in_order()):
        onward = texts(read(before)).partition("## Next")[2]
        assert f"]({after.name})" in onward, f"{before.name} does not lead to {after.name}"
        assert f"]({before.name})" in texts(read(after)), f"{after.name} does not lead back to {before.name}"


def test_words_stand_between_the_code(notebook):
    """Two code cells in a row at the most."""
    runs = [(kind, len(list(cells))) for kind, cells in groupby(notebook.cells, key=lambda cell: cell.cell_type)]

    assert max(length for kind, length in runs if kind == "code") <= 2


def test_code_comes_in_small_bites(notebook):
    """Three lines at the median; a cell of more than ten says in a tag why it is long."""
    assert median(lines_of(cell.source) for cell in code(notebook)) <= 3
    for cell in code(notebook):
        reasons = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("long-because-")]
        assert bool(reasons) == (lines_of(cell.source) > LONG), cell.id


def test_the_reader_is_asked_to_predict(notebook):
    """Two questions at least ask for a guess before the cell that answers it: code follows them."""
    asked = [n for n, cell in enumerate(notebook.cells) if "*Predict" in cell.source]

    assert len(asked) >= 2
    for n in asked:
        by_hand = "by hand" in notebook.cells[n].source
        assert by_hand or notebook.cells[n + 1].cell_type == "code", notebook.cells[n].id


def test_what_is_predicted_is_asked_once(notebook):
    """With a click or in words, and never in both: the text before a question to click only sends the reader there."""
    for before, cell in pairwise(notebook.cells):
        if before.cell_type == "markdown":
            asked = re.findall(r"\*Predict:?\*:? ?(.*)", before.source.replace("\n", " "))
            assert (PREDICTION in cell.source) == any(CLICK in words for words in asked), before.id


def test_the_answer_to_each_prediction_is_marked(notebook):
    """Before the next question, so that the working copy can fold it: nobody reads it before the cell has run."""
    waits = None
    for n, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            continue
        assert cell.source.count("<!-- answer -->") == len(ANSWER.findall(cell.source)), cell.id
        if ANSWER.search(cell.source):
            waits = None
        if "*Predict" in ANSWER.sub("", cell.source):
            assert waits is None, f"nothing answers what {waits} asks"
            leads_to_code = notebook.cells[n + 1].cell_type == "code"
            waits = cell.id if leads_to_code else None
    assert waits is None, f"nothing answers what {waits} asks"


def test_an_answer_in_the_cell_of_its_question_is_folded_everywhere(notebook):
    """Markdown can do that where no output tells the answer: on GitHub nobody reads it right below the question."""
    for cell in notebook.cells:
        for answer in ANSWER.finditer(cell.source):
            before = ANSWER.sub("", cell.source[: answer.start()])
            assert "*Predict" not in before or answer[0].startswith("<!-- answer -->\n<details><summary>"), cell.id


def less_usual(node: ast.AST) -> str | None:
    """Return how a piece of Python is shown that a first course does not have, None if it has."""
    match node:
        case ast.Constant(value=bytes()):
            return '`b"'
        case ast.FunctionDef(name="__init__"):
            return "`def __init__(self"
        case ast.Name(id="isinstance"):
            return "`isinstance("
    return LESS_USUAL.get(type(node))


def solutions(notebook: NotebookNode) -> dict[str, str]:
    """Return the solutions that it links to, by their names."""
    links = re.findall(r"\]\(solutions/([^)]+)\)", markdown(notebook))
    return {name: (notebooks.ROOT / "notebooks" / "solutions" / name).read_text(encoding="utf-8") for name in links}


def test_the_python_of_the_course_is_explained_in_its_first_notebook(notebook):
    """What a cell or a solution uses beyond a first course is in 00, or in that notebook; magics are no Python."""
    told = markdown(read(COURSE[0])) + markdown(notebook)
    cells = {cell.id: cell.source for cell in code(notebook) if not cell.source.startswith("%%")}
    for name, source in (cells | solutions(notebook)).items():
        plain = "\n".join(line for line in source.splitlines() if not line.startswith("%"))
        for node in ast.walk(compile(plain, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)):
            if shown := less_usual(node):
                assert shown in told, f"{name}: {type(node).__name__}"


def test_what_a_solution_takes_from_a_module_is_shown_before_it(notebook):
    """In its notebook or in one of those before; what a comment stands beside is explained there."""
    before = COURSE[: [read(path) for path in COURSE].index(notebook) + 1]
    shown = "\n".join(cell.source for path in before for cell in read(path).cells)
    for name, source in solutions(notebook).items():
        modules = "|".join(re.findall(r"^import (\w+)$", source, re.MULTILINE))
        used = re.findall(rf"\b(?:{modules})\.\w+", source) if modules else []
        told = shown + "\n".join(re.findall(r".*  # .*", source))
        assert [each for each in used if each not in told] == [], name


def test_what_a_solution_takes_from_a_client_is_shown_before_it(notebook):
    """As `client.people`, or of a variable that holds a client, in its notebook or in one of those before."""
    before = COURSE[: [read(path) for path in COURSE].index(notebook) + 1]
    shown = "\n".join(cell.source for path in before for cell in read(path).cells)
    clients = "|".join(["client", *re.findall(r"(\w+) = chatlib\.ChatClient\(", shown)])
    for name, source in solutions(notebook).items():
        used = re.findall(r"\bclient\.(\w+)", source)
        assert [each for each in used if not re.search(rf"\b(?:{clients})\.{each}\b", shown)] == [], name


@pytest.mark.parametrize(("term", "explained"), FIRST_USE.items(), ids=FIRST_USE.values())
def test_what_a_beginner_does_not_know_is_explained_where_it_first_comes(term, explained):
    """In the order of the course, without what is optional if it comes elsewhere: in that cell, or in one before it."""
    course = [read(path) for path in COURSE]
    needed = [cell for each in course if OPTIONAL not in each.cells[0].source for cell in each.cells[1:]]
    comes = any(re.search(term, cell.source) for cell in needed)
    cells = needed if comes else [cell for each in course for cell in each.cells[1:]]
    first = next(index for index, cell in enumerate(cells) if re.search(term, cell.source))

    assert any(explained in " ".join(cell.source.split()) for cell in cells[: first + 1]), cells[first].id


def test_whoever_begins_with_a_notebook_is_told_there_what_a_proxy_is(notebook):
    """In it or in one that it needs: 90 needs none, and 02 can be the first after 00."""
    name = next(path.name for path in COURSE if read(path) == notebook)
    told = " ".join(" ".join(needed(name)).split())
    uses = re.search(r"\bprox(?:y|ies)\b", texts(notebook))

    assert not uses or re.search(r"proxy\W+an? (?:bad network|program (?:in between|on the way)) that", told)


def test_it_reads_without_a_puzzle(notebook):
    """No idiom, no pun, and no inversion that cost a reader of English as a second language a second reading."""
    assert [found.group().strip() for found in PUZZLES.finditer(texts(notebook))] == []


def test_hints_and_quizzes_read_without_a_puzzle():
    """All that Python says to a learner has its English in the table of the Chinese."""
    assert [text for text in all_said() if PUZZLES.search(text)] == []


@cache
def all_said() -> list[str]:
    """Return the English templates of all that Python says to people."""
    return list(json.loads((notebooks.ROOT / "chatlib" / "words.zh.json").read_text(encoding="utf-8")))


@cache
def hints() -> list[re.Pattern[str]]:
    """Return them as patterns, without those that are hardly more than what is put in."""
    parts = [re.split(r"\{[^{}]*\}", template) for template in all_said()]
    return [
        re.compile(".*".join(map(re.escape, each)), re.DOTALL)
        for each in parts
        if len(re.findall(r"[a-z]", "".join(each))) >= len("returned")
    ]


def test_a_hint_in_an_output_is_one_that_is_still_said(notebook):
    """A volatile output is kept as long as its code is the same; what a check says may have become another text."""
    shown = [
        "".join(output.get("data", {}).get("text/plain", "")) for cell in code(notebook) for output in cell.outputs
    ]
    found = [text.removeprefix("Not yet: ") for text in shown if text.startswith("Not yet: ")]

    assert [text for text in found if not any(hint.fullmatch(text) for hint in hints())] == []


def needed(name: str) -> Iterator[str]:
    """Yield the notebook of this name and those that it needs, as its first cell links to them."""
    notebook = read(notebooks.ROOT / "notebooks" / name)
    yield texts(notebook) + "\n".join(cell.source for cell in code(notebook))
    before, _, need = notebook.cells[0].source.partition("**You need**")
    if links := re.findall(r"\]\((\d\w+\.ipynb)\)", need + before):
        yield from needed(links[0])


def test_the_javascript_of_an_exercise_is_shown_before_it(notebook):
    """What a solution calls is in its notebook, or in one that this needs: the course asks for no JavaScript."""
    own = notebooks.ROOT / "notebooks"
    for link in re.findall(r"\]\((solutions/[^)]+)\)", markdown(notebook)):
        scripts = JAVASCRIPT.findall((own / link).read_text(encoding="utf-8"))
        if scripts:
            name = next(path.name for path in COURSE if read(path) == notebook)
            shown = "\n".join(needed(name))
            assert [call for call in CALL.findall("\n".join(scripts)) if call not in shown] == []


def test_bold_words_stand_in_the_glossary(notebook):
    """A new term is bold where it is met, and explained again at the end."""
    text, _, glossary = texts(notebook).partition("## Glossary")
    explained = re.findall(r"\*\*([^*]+)\*\*", glossary)
    met = re.findall(r"\*\*([^*]+)\*\*", text)

    assert explained
    assert [term for term in explained if not any(bold.lower().startswith(term.lower()) for bold in met)] == []


def test_no_address_contradicts_an_output(notebook):
    """The servers of the lessons take any free port: an address that a text names is one that an output shows."""
    named = re.findall(r"ws://127\.0\.0\.1:\d+", markdown(notebook))
    outputs = " ".join(str(output) for cell in code(notebook) for output in cell.outputs)

    assert [address for address in named if address not in outputs] == []


def test_red_text_is_announced(notebook):
    """An error on purpose: the text before it says so; between them there may be a prediction."""
    cells = [cell for cell in notebook.cells if PREDICTION not in cell.source]
    for before, cell in pairwise(cells):
        if notebooks.has_tag(cell, "raises-exception"):
            assert cell.outputs, cell.id
            assert before.cell_type == "markdown", cell.id


def test_no_notebook_is_a_book(notebook):
    """1,800 words to read at the most; what an exercise asks for is counted with the time that it takes."""
    read_through = NotebookNode(cells=[cell for cell in notebook.cells if not cell.id.startswith("exercise")])

    assert len(prose(read_through)) <= 1800


def test_the_course_has_the_style_guides_measure():
    """At the median 1,200 to 1,800 words a notebook, and 12 to 20 words to a line of code."""
    course = [read(path) for path in COURSE]

    assert 1200 <= median(len(prose(notebook)) for notebook in course) <= 1800
    assert 12 <= median(map(words_per_line, course)) <= 20


def test_the_map_of_the_course_is_the_one_of_its_notebooks(monkeypatch):
    """README.md and notebook 00 show every notebook, with what one does there and its minutes."""
    monkeypatch.setattr(notebooks, "read", read)
    first = markdown(read(COURSE[0]))
    readme = course_map.README.read_text(encoding="utf-8")

    assert course_map.course_map("") in first
    assert course_map.course_map("notebooks/") in readme


# A page with nothing but text ----------------------------------------------------------------------------------------


class Stripped(HTMLParser):
    """The text of a page as it reads with every style, class, svg and script gone."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in ("style", "script", "svg", "title")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "script", "svg", "title")

    def handle_data(self, data):
        if not self._hidden:
            self.words += data.replace("¶", " ").split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def test_a_plain_page_tells_the_whole_lesson(notebook, exporter):
    """Exported as HTML and stripped: every heading, line of code, value, error and widget is still there, as text."""
    page = Stripped(exporter.from_notebook_node(notebook)[0]).text

    for heading in HEADING.findall(texts(notebook)):
        assert " ".join(re.sub(r"[`*]", "", heading).split()) in page
    squeezed = re.sub(r"\s", "", page)
    for cell in code(notebook):
        assert re.sub(r"\s", "", cell.source) in squeezed, cell.id
        for output in cell.outputs:
            assert re.sub(r"\s", "", shown(output)) in squeezed, cell.id


def test_widgets_read_as_text(notebook):
    """A chatlib widget is committed as HTML that says something with no style, class, svg or script."""
    for cell in code(notebook):
        for output in cell.outputs:
            plain = output.get("data", {}).get("text/plain", "")
            if re.match(rf"<({'|'.join(widgets.__all__)})\b", plain):
                assert len(Stripped(output.data["text/html"]).words) > 5, cell.id


def shown(output: NotebookNode) -> str:
    """Return what a reader sees of an output, as text."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join(output.traceback)
    html = output.data.get("text/html")
    return Stripped(html).text if html else output.data.get("text/plain", "")
