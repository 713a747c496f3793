"""The exceptions: each is in the tree that the module draws, holds its data, and says what to do."""

import inspect
import re

import pytest

from chatlib import errors
from chatlib.errors import (
    BadMessage,
    ChatlibError,
    DOMException,
    JoinError,
    NotDelivered,
    PasscodeError,
    PortInUseError,
    Refused,
    ServeError,
)


def test_the_tree_in_the_docstring_is_the_tree():
    """Every class stands in it, below its base, and no other."""
    drawn, above = {}, []
    for indent, name in re.findall(r"^    ([ │├└─]*)([A-Z]\w+)", errors.__doc__, re.MULTILINE):
        depth = len(indent) // 4
        del above[depth:]
        drawn[name] = above[-1] if above else "Exception"
        above.append(name)
    classes = inspect.getmembers(errors, inspect.isclass)

    assert drawn == {name: each.__base__.__name__ for name, each in classes if issubclass(each, Exception)}


@pytest.mark.parametrize(
    ("error", "text", "data"),
    [
        (BadMessage("empty", "say something", id="mine"), "empty: say something", {"code": "empty", "id": "mine"}),
        (BadMessage("empty", "say something"), "empty: say something", {"text": "say something", "id": None}),
        (Refused(403, "not from there"), "HTTP 403: not from there", {"status": 403, "text": "not from there"}),
        (JoinError("ws://here/chat", "nobody answers"), "cannot join ws://here/chat: nobody answers", {}),
        (NotDelivered("mine", "too-long"), "message mine was not delivered: too-long", {"id": "mine"}),
        (DOMException("no such URL", "SyntaxError"), "SyntaxError: no such URL", {"name": "SyntaxError"}),
    ],
)
def test_the_text_is_derived_from_the_data(error, text, data):
    """For people the text, for programs the fields."""
    assert str(error) == text
    assert {name: getattr(error, name) for name in data} == data
    assert isinstance(error, ChatlibError)


def test_a_port_in_use_says_which_what_answered_and_what_to_do():
    """The advice is that of whoever knows better, else the usual one."""
    usual = PortInUseError(3000, "a web server answered there")
    better = PortInUseError(3000, "an older chatlib", "restart that kernel")

    assert str(usual).startswith("port 3000 is taken: a web server answered there. What to do: stop that program")
    assert "CHATLIB_PORT" in str(usual)
    assert str(better) == "port 3000 is taken: an older chatlib. What to do: restart that kernel."
    assert (better.port, better.found, better.advice) == (3000, "an older chatlib", "restart that kernel")


@pytest.mark.parametrize(("given", "words"), [(True, "another passcode was given"), (False, "no passcode was given")])
def test_a_passcode_error_says_what_came(given, words):
    """And never the passcode: it does not even hold it."""
    error = PasscodeError(3000, given=given)

    assert words in str(error)
    assert (error.port, error.given) == (3000, given)
    assert isinstance(error, ServeError)


@pytest.mark.parametrize("error", [Refused(404, "nothing here"), JoinError("ws://x", "y"), PortInUseError(1, "z")])
def test_the_repr_shows_the_data(error):
    """In a notebook it is the interface."""
    assert all(repr(value) in repr(error) for value in error.args)
