"""The rules of the house, read from the sources: who imports whom, and how long a thing may be."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

import chatlib
from tests.support.course import read
from tests.support.places import ROOT
from tests.support.sources import MOST, facts, module_name, too_long
from tools import notebooks

PACKAGE = ROOT / "chatlib"
SOURCES = sorted(PACKAGE.rglob("*.py"))
FOREIGN = ("websockets", "ipykernel")

# Pure: they can be stepped in a test or in a cell with no socket, no clock and no chance.
CORE = [
    "errors",
    "words",
    "arguments",
    "server_url",
    "spelling",
    "frame_fields",
    "wire",
    "records",
    "limits",
    "room",
    "rooms",
    "hub",
    "json_text",
    "outbox",
    "transcript",
    "trace",
]
PURE = [
    *CORE,
    "client.webidl",
    "client.domain",
    "server.handshake",
    "server.origins",
    "server.journal_format",
    "server.redis_url",
    "server.stream_format",
    "experiments.dissection",
    "experiments.close_codes",
    "experiments.ladder",
    "experiments.scenarios",
    "widgets.story",
]
# Pure as well, and allowed: what experiments.dissection parses frames with; and where a name may be cut, or what a
# host's name is, which takes tables that change with Unicode every year (the Lab brings both packages along).
SANS_IO = {"websockets.frames", "websockets.exceptions", "wcwidth", "idna"}
PURE_LIBRARY = {  # of the standard library; ``urllib.parse`` is pure, the rest of urllib is not
    *("__future__", "collections", "contextlib", "dataclasses", "decimal", "enum", "hashlib", "heapq", "hmac"),
    *("ipaddress", "itertools", "json", "math", "re", "string", "typing", "unicodedata", "urllib.parse"),
}

# Whom the modules of a folder never import: folders and modules of chatlib.
NEVER = {
    "browser": {"client", "machine", "diagnostics", "experiments", "exercises", "widgets"},
    "server": {"client", "diagnostics", "experiments", "exercises", "widgets"},
    "client": {"server", "diagnostics", "experiments", "exercises", "widgets"},
    "machine": {"server", "client", "diagnostics", "experiments", "exercises", "widgets"},
    "diagnostics": {"client", "experiments", "exercises", "widgets"},
    "experiments": {"diagnostics", "exercises", "widgets"},
    "front_end": {"server", "client", "machine", "diagnostics", "experiments", "exercises", "widgets"},
    "exercises": {"widgets"},
    "exercises/quizzes": {"server", "client", "machine", "diagnostics", "experiments", "exercises", "widgets"},
    "widgets": {"exercises", "diagnostics"},
}


def imported(path: Path) -> set[str]:
    """Return what a module imports of chatlib: dotted names below ``chatlib``."""
    return {full.removeprefix("chatlib.") for full in facts(path).imports if full.startswith("chatlib.")}


def offenders(paths: Iterable[Path], offence: Callable[[Path], Iterable[str]]) -> dict[str, list[str]]:
    """Return what each of these files does that it should not: one test reads them all, and names whoever does."""
    return {path.relative_to(ROOT).as_posix(): sorted(found) for path in paths if (found := offence(path))}


def prefixes(dotted: str) -> set[str]:
    """Return a dotted name and the names of all that it lies in."""
    parts = dotted.split(".")
    return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}


def private(dotted: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in dotted.split("."))


def test_pure_modules_import_the_standard_library_and_each_other_only():
    """The whole chat can be stepped in a test or in a cell with no socket, no clock and no chance."""
    paths = [PACKAGE.joinpath(*name.split(".")).with_suffix(".py") for name in PURE]
    allowed = {*PURE_LIBRARY, *SANS_IO}
    pure = {*PURE, "experiments"}

    def impure(path):
        foreign = {full for full in facts(path).imports if not full.startswith("chatlib")}
        ours = {full for full in imported(path) if not {full, full.rpartition(".")[0]} & pure}
        return ours | {full for full in foreign if not prefixes(full) & allowed}

    assert offenders(paths, impure) == {}


def test_nothing_in_the_house_goes_by_its_face():
    """``from chatlib import ChatClient`` is for learners: inside, it would hide who imports whom."""
    inside = [path for path in SOURCES if path.parent != PACKAGE]

    assert offenders(inside, lambda path: imported(path) & set(chatlib.__all__)) == {}


def test_folders_know_only_what_is_below_them():
    """The server knows no client and the client no server: they meet on the wire only; a page comes last."""

    def above(path):
        never = NEVER[path.parent.relative_to(PACKAGE).as_posix()]
        return {full for full in imported(path) if full.split(".")[0] in never}

    assert offenders([path for path in SOURCES if path.parent != PACKAGE], above) == {}


def test_every_folder_has_its_rule():
    """A new wing of the house says whom it knows, before anything is built in it."""
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in SOURCES if path.parent != PACKAGE}

    assert folders == set(NEVER)


def test_the_top_of_the_house_imports_nothing_below():
    """The core stands on itself; only the faces (``__init__``, ``__main__``) hand out the rest, when asked."""

    def below(path):
        said = facts(path)
        names = said.imports_first if path.stem in ("__init__", "__main__") else said.imports
        return {full for full in names if full.startswith("chatlib.") and full.split(".")[1] in NEVER}

    assert offenders([path for path in SOURCES if path.parent == PACKAGE], below) == {}


def test_a_home_in_a_browser_is_known_to_the_face_alone():
    """Elsewhere there are seams, which it uses; and an ordinary Python loads none of it."""
    for path in [path for path in SOURCES if path.parent.name != "browser"]:
        said = facts(path, module_name(path))
        assert not any(full.startswith("chatlib.browser") for full in said.imports), path
    script = "import sys, chatlib.server.ownership; print([name for name in sys.modules if 'chatlib.browser' in name])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == "[]\n"


def test_one_file_speaks_to_redis():
    """Whoever has not installed it runs all the rest; and what is said to it can be read in one place."""
    speaking = [module_name(path) for path in SOURCES if any(it.split(".")[0] == "redis" for it in facts(path).imports)]

    assert speaking == ["chatlib.server.redis_backplane"]
    users = [path for path in SOURCES if "server.redis_backplane" in imported(path)]
    assert [facts(path).imports_first & {"chatlib.server.redis_backplane"} for path in users] == [set()]


def test_the_words_of_a_quiz_are_plain_data():
    """They can be read, translated and checked with nothing else loaded."""
    for path in sorted((PACKAGE / "exercises" / "quizzes").glob("*.py")):
        names = facts(path).imports
        assert names <= {"__future__", "__future__.annotations", "typing", "typing.Final"}, path.name


def test_only_public_names_of_other_modules_are_used():
    """A release of websockets or ipykernel must not break a classroom, and no module of ours another's insides."""

    def insides(path):
        said = facts(path)
        used = {name for name in said.imports | said.attributes if name.split(".")[0] in FOREIGN}
        ours = {name for name in said.imports if name.split(".")[0] == "chatlib"}
        return {name for name in used | ours if private(name)}

    assert offenders(SOURCES, insides) == {}


def test_importing_chatlib_loads_next_to_nothing():
    """It is quick, and works where a package is missing: the doctor has to say so."""
    script = "import sys, chatlib; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    heavy = {"asyncio", "websockets", "ipywidgets", "anywidget", "IPython", "redis"}

    assert heavy & set(done.stdout.split()) == set()


def test_what_is_written_can_be_read_in_one_go():
    """One idea a file; a class that is longer has two lives, a function two tasks. Docstrings count."""
    assert offenders(SOURCES, lambda path: too_long(facts(path).parts)) == {}


def test_the_rule_of_lengths_bites():
    """A class, a function within it, and the module, each counted with its docstring."""
    function = '    async def f(self):\n        """One."""\n' + "        pass\n" * (MOST["function"] - 1)
    source = "class A:\n" + function * 5 + "pass\n" * (MOST["module"] - 305)

    assert too_long(facts(source, "a").parts) == [
        "the module a has 601 lines, 600 at the most",
        "the class A has 306 lines, 300 at the most",
        *["the function f has 61 lines, 60 at the most"] * 5,
    ]


def test_a_module_of_the_front_end_can_be_read_in_one_go():
    """As Python's: no file of JavaScript or CSS is longer."""
    files = sorted((PACKAGE / "front_end").glob("*.[jc]*s"))
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > MOST["module"]} == {}


def test_notebooks_import_public_names_only():
    """What a lesson uses is what a learner may use: names without underscore, that their module really has."""

    def not_for_learners(path):
        names = set()
        for cell in read(path).cells:
            if cell.cell_type == "code":
                said = facts(TransformerManager().transform_cell(cell.source))  # magics become calls
                names |= said.imports | said.attributes
        ours = {name for name in names if name.split(".")[0] in {"chatlib", *FOREIGN}}
        return {name for name in ours if private(name) or (name.startswith("chatlib.") and not exists(name))}

    assert offenders(notebooks.find(), not_for_learners) == {}


def exists(name):
    """Tell whether a dotted name leads to a module, or to what a module has."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
