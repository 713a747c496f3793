"""Tests mirror modules: who looks for a module's tests finds one file of its name, in the folder of its wing."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.places import ROOT

PACKAGE = ROOT / "chatlib"
TESTS = ROOT / "tests"
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js")]
    if path.name != "__init__.py"
)
WINGS = {Path(module).parent.as_posix() for module in MODULES}

PANEL = "what the panel is made of: tests/browser/test_chat_panel.py"

# Wings whose tests are in a folder of another name: tests/browser is for pages, in a Chromium.
FOLDER = {".": "core", "browser": "tab"}

# Modules without a file of tests of their own: a pattern of their names, and why, or where they are tested.
WITHOUT = {
    r"version\.py": "one constant",
    r"__main__\.py": "tests/project/test_command_line.py, and in processes of its own",
    r"browser/startup\.py": "one line, which every kernel of tests/lite has run",
    r"exercises/nb\w+\.py": "tests/process/test_exercises.py carries out each check in its notebook's own cells",
    r"exercises/own_chat_page\.py": "tests/browser/test_browser_page.py, with answers in a real page",
    r"exercises/quizzes/nb\w+\.py": "words; tests/process/test_exercises.py finds each well formed",
    r"exercises/predictions\.py": "words; tests/course/test_mistakes.py compares them with the notebooks",
    r"front_end/question\.js": "drawn within two others: tests/lab/test_quiz.py, tests/lab/test_prediction.py",
    r"front_end/chat_words\.js": "words; tests/browser/test_chat_panel.py reads them in the panel",
    r"front_end/(composer|command_menu|connection_line|drawer|empty_room|message|message_tools|notes)\.js": PANEL,
    r"front_end/(payload_view|people|reading|tab_mark|transcript|typists|dom)\.js": PANEL,
    r"front_end/frame\.js": "drawn within others: tests/lab/test_wire_view.py, tests/browser/test_chat_panel.py",
    r"front_end/(folded|json_tree)\.js": "drawn within the wire view: tests/browser/test_wire_view.py",
    r"front_end/addresses\.js": "tests/lab/test_in_browser.py, in a real Lab",
    r"front_end/theatre_stage\.js": "tests/lab/test_state_theatre.py, tests/browser/test_recorded_widgets.py",
    r"front_end/chaos_(axis|ladder|stage)\.js": "what the chaos board is made of: tests/lab/test_chaos_board.py",
    r"front_end/race_lanes\.js": "within the race: tests/lab/test_transport_race.py, tests/browser/test_player.py",
    r"front_end/name_prompt\.js": "tests/lab/test_chat_panel.py: who is asked for a name",
    r"browser/(kernel_loop|private_file|pyodide_parts)\.py": "lite_course/test_own_suites.py, in Chromium",
}

# Files in a wing's folder that are named for no module: what they are about goes through several.
BESIDE = {
    "core/test_hub_among_others.py": "hub, among others that read the same records",
    "core/test_fork.py": "the server, the clients and the background loop, after a fork",
    "client/test_websocket_close.py": "websocket, the half that is about its end",
    "widgets/test_closing.py": "every widget, closed by a garbage collector",
    "widgets/test_refusals.py": "what every widget is made of",
    "front_end/test_sources.py": "all scripts and style sheets",
    "exercises/test_answers.py": "tests/support/answers.py",
    "exercises/test_hints.py": "all checks, and the answers to them",
}


def expected(module: str) -> list[str]:
    """Return where the tests of a module may be; a script that draws is tested in a real page."""
    wing, name = Path(module).parent.as_posix(), Path(module).stem
    if module.endswith(".js"):
        return [f"front_end/{name}.test.js", f"browser/test_{name}.py", f"lab/test_{name}.py"]
    return [f"{FOLDER.get(wing, wing)}/test_{name}.py"]


def test_a_module_has_a_file_of_tests():
    """Of its name, in the folder that mirrors its own; or it says why not."""
    without = [module for module in MODULES if not any((TESTS / name).is_file() for name in expected(module))]

    assert [module for module in without if not any(re.fullmatch(pattern, module) for pattern in WITHOUT)] == []


def test_a_file_of_tests_is_named_for_a_module():
    """So no module has two of them, and none is left behind by a module that has gone."""
    folders = {FOLDER.get(wing, wing) for wing in WINGS}
    files = {
        path.relative_to(TESTS).as_posix()
        for folder in folders
        for path in [*(TESTS / folder).glob("test_*.py"), *(TESTS / folder).glob("*.test.js")]
    }

    assert files - {name for module in MODULES for name in expected(module)} == set(BESIDE)


def test_no_exception_is_left_behind():
    """Each is for a module that is there."""
    assert [pattern for pattern in WITHOUT if not any(re.fullmatch(pattern, module) for module in MODULES)] == []
