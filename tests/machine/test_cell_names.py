"""Which variables a cell's code goes on with: whoever is in them is added to, and not replaced."""

from __future__ import annotations

import pytest

from chatlib.machine.cell_names import names_gone_on_with

MADE_ANEW = [
    "people = [Client()]",
    "people = [Client()]\nawait people[0].joined()",
    "people = []\npeople.append(Client())",
    "people = {}\npeople['Ada'] = Client()",
    "people['Ada'] = Client()",
    "people[0] = people_to_be = Client()",
    "box.people.first = Client()",
    "people: list = [Client()]",
    "people, others = [Client()], []",
    "(people := [Client()])[0].send('hi')",
    "for people in [[Client()]]: pass",
    "with closing(Client()) as people: pass",
    "people = [Client() for person in 'ab']",
    "%%time\npeople = [Client()]",
    "%matplotlib inline\n!ls\npeople = [Client()]",
    "def show():\n    print(people)\nshow = lambda: people\npeople = [Client()]",
    "if True:\n    people = [Client()]",
    "del people\npeople = [Client()]",
    "def people(): return Client()",
    "this is no Python: people",
    "people\0",
    "",
]
GONE_ON_WITH = [
    "people.append(Client())",
    "people += [Client()]",
    "people = people + [Client()]",
    "people = [*people, Client()]",
    "people[len(people)] = Client()",
    "people['Ada'].append(Client())",
    "old = people\npeople = [Client()]",
    "add(people, Client())",
    "[people.append(Client()) for name in names]",
    "await people[0].joined()\npeople = [Client()]",
    "%%time\npeople.append(Client())",
]


@pytest.mark.parametrize("code", MADE_ANEW)
def test_what_is_given_a_new_value_is_not_gone_on_with(code: str) -> None:
    """Nor a name whose part gets one, or that is used only later, or in a function."""
    assert not {"people", "box"} & names_gone_on_with(code)


@pytest.mark.parametrize("code", GONE_ON_WITH)
def test_what_is_used_first_is_gone_on_with(code: str) -> None:
    """Also where it has a new value in the end."""
    assert "people" in names_gone_on_with(code)
