"""The page about several servers shows what its figures give today."""

from __future__ import annotations

from tests.support.places import ROOT
from tools.growth import Growth, table


def test_the_page_has_the_table_as_it_is_computed():
    """`python -m tools.growth` prints it anew."""
    assert "\n".join(table()) in (ROOT / "docs" / "past-one-machine.md").read_text(encoding="utf-8")


def test_more_people_in_one_room_cost_more_than_the_same_in_many():
    """The square of it: everybody's message goes to everybody."""
    many, one = Growth(3_000, 30), Growth(3_000, 3_000)

    assert one.messages == many.messages
    assert one.bytes == 100 * many.bytes
    assert one.servers() > many.servers()
    assert Growth(100_000, 100_000).ends().startswith("the people")
