"""Each hint of a check is met by an answer, with its whole verdict: a hint that nobody got may be true of nobody."""

from __future__ import annotations

import ast
import re
from functools import cache
from string import Formatter

import pytest

from tests.support import answers, said
from tests.support.places import ROOT

CHECKS = sorted((ROOT / "chatlib" / "exercises").glob("nb*.py"))
SHARED = [
    ROOT / "chatlib" / "exercises" / name
    for name in (
        "flood_trial.py",
        "hall.py",
        "in_browser.py",
        "learners_page.py",
        "outbox_trial.py",
        "own_chat_page.py",
        "token_bucket.py",
    )
]
NEED_ANOTHER_PLACE = [  # an old kernel, no browser or one that dies, a busy machine, a hub: no answer brings it about
    "this check has to hear from your page",
    "all went well at the server. ipykernel 6 hears your page only now",
    "no browser has opened your page.",
    "all three words came, and the connection ended with no goodbye.",
    "your page asked neither for its open event nor for its readyState.",  # tests/lab/test_under_prefix does
    "this cannot be judged: the loop of your notebook came round",
    "the network is good again, and",  # it would take 40 s
]


def praises(tree):
    """Return what the checks of a module return: it is said of solutions."""
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef) and any(
            "exercise" in ast.unparse(each) for each in function.decorator_list
        ):
            for statement in function.body:
                if isinstance(statement, ast.Return):
                    yield from (text.template for text in said.said_in(statement))


def hints(source):
    """Return the other texts of a module: hints, and what stands in them."""
    tree = ast.parse(source)
    praise = set(praises(tree))
    return [text for text in said.said_in(tree) if text.template and text.template not in praise]


def pattern(text):
    """Return what a verdict with this text in it looks like."""
    if not text.values:
        return re.escape(text.template)
    return ".*".join(re.escape(literal) for literal, *_ in Formatter().parse(text.template))


@cache
def verdicts():
    """Return the verdicts on all answers, in Python and in JavaScript."""
    pages = [page for path in sorted((answers.FOLDER / "in_browser").glob("*.py")) for page in answers.read(path)]
    return "\n".join(each.verdict for each in [*answers.everything(), *pages])


@pytest.mark.parametrize("path", [*CHECKS, *SHARED], ids=lambda path: path.stem)
def test_every_hint_is_met_by_an_answer(path):
    """Whoever writes one shows to whom it is said."""
    told = verdicts()
    unmet = [
        f"line {text.line}: {text.template}"
        for text in hints(path.read_text(encoding="utf-8"))
        if not text.template.startswith(tuple(NEED_ANOTHER_PLACE)) and not re.search(pattern(text), told)
    ]

    assert unmet == [], "put an answer that gets it into tests/support/answers"


def test_a_hint_is_found_in_a_verdict_whatever_stands_in_it():
    """Praise is none."""
    source = '@exercise\nasync def ex1(x):\n    if not x:\n        raise NotYet("you returned {x!r}.", x=x)\n'
    source += '    return Text("yes.")'
    (hint,) = hints(source)

    assert re.search(pattern(hint), "Not yet: you returned None.")
    assert not re.search(pattern(hint), "Not yet: you said None.")
