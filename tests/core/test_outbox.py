"""What waits for the room's answer: what is due, what is on its way, and when a wish for a name is answered."""

from __future__ import annotations

import pytest

from chatlib import wire
from chatlib.outbox import Outbox
from chatlib.transcript import Message
from tests.support.chat_fakes import TIME


def own(id_: str, text: str = "hi") -> Message:
    return Message(id_, "Ada", text, TIME, state="sending", own=True)


def taken(outbox: Outbox) -> list[wire.ClientFrame]:
    return list(iter(outbox.take, None))


@pytest.fixture
def outbox() -> Outbox:
    """With three messages, of which two are due."""
    outbox = Outbox()
    for id_ in ("a1", "a2", "a3"):
        outbox.add(own(id_, id_ * 3))
    for message in outbox.messages[:2]:
        outbox.line_up(message)
    return outbox


def test_only_what_is_lined_up_goes_in_its_order_and_once(outbox: Outbox) -> None:
    """It stays until it is settled."""
    assert taken(outbox) == [wire.Say("a1a1a1", "a1"), wire.Say("a2a2a2", "a2")]
    assert outbox.is_empty
    assert [message.id for message in outbox.messages] == ["a1", "a2", "a3"]
    assert outbox.settle("a1") == own("a1", "a1a1a1")
    assert outbox.get("a1") is None
    assert outbox.settle("a1") is None


def test_what_is_settled_before_its_turn_does_not_go(outbox: Outbox) -> None:
    """The room has it, or nobody wants it to go any more."""
    outbox.settle("a1")
    assert taken(outbox) == [wire.Say("a2a2a2", "a2")]


def test_the_largest_on_its_way_is_that_of_the_longest_frame(outbox: Outbox) -> None:
    """Not the longest text; and what is not on its way does not count."""
    assert outbox.largest_on_its_way() is None
    outbox.add(own("a4", '"""""'))  # ten bytes in a frame
    outbox.line_up(own("a4", '"""""'))
    outbox.add(own("a5", "x" * 50))
    taken(outbox)
    assert outbox.largest_on_its_way() == own("a4", '"""""')
    outbox.rest()
    assert outbox.largest_on_its_way() is None


def test_a_wish_goes_first_and_stays_until_it_is_answered(outbox: Outbox) -> None:
    """The room gives it, or one like it, or refuses."""
    for answer in ("Grace", "Grace (2)", None):
        outbox.wish_for("Grace")
        assert outbox.take() == wire.ChangeName("Grace")
        outbox.rest()
        outbox.line_up_wish()
        assert (outbox.wish, outbox.take()) == ("Grace", wire.ChangeName("Grace"))
        outbox.answer_wish(answer)
        outbox.line_up_wish()
        assert (outbox.wish, outbox.take()) == (None, None)


def test_nothing_is_due_between_connections() -> None:
    """Neither a message nor a wish, until the next one has them carried; and no wish is never due."""
    outbox = Outbox()
    outbox.line_up_wish()
    assert outbox.is_empty
    outbox.wish_for("Cy")
    outbox.rest()
    assert (outbox.is_empty, outbox.take()) == (True, None)
    outbox.line_up_wish()
    assert (outbox.is_empty, outbox.take()) == (False, wire.ChangeName("Cy"))


def test_the_answer_to_an_earlier_wish_is_none_to_a_later_one() -> None:
    """Two were asked for, and one was answered."""
    outbox = Outbox()
    outbox.wish_for("Cy")
    outbox.take()
    outbox.wish_for("Dee")
    outbox.answer_wish("Cy")
    assert outbox.take() == wire.ChangeName("Dee")
    outbox.answer_wish("Dee (2)")
    assert outbox.wish is None


def test_what_nobody_asked_for_answers_no_wish() -> None:
    """An error without an id may be about anything, as long as no name is on its way."""
    outbox = Outbox()
    outbox.wish_for("Cy")
    outbox.answer_wish()
    assert outbox.wish == "Cy"
