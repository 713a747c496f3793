"""The transcript, stepped by hand, and by the scripts that the chat page's JavaScript client follows too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatlib import wire
from chatlib.transcript import KEPT_ENTRIES, Added, Failed, Message, Pending, People, Seated, Transcript
from tests.support.chat_fakes import NO_LIMITS, TIME, msg
from tests.support.performance import Performance

SCRIPTS = sorted(Path(__file__).with_name("transcripts").glob("*.json"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_it_follows_the_script(path: Path) -> None:
    """Frames in, events out: each file says in a sentence what it is about."""
    script = json.loads(path.read_text(encoding="utf-8"))
    performance = Performance(script.get("kept", KEPT_ENTRIES))
    for number, step in enumerate(script["steps"]):
        try:
            performance.step(step)
        except AssertionError as error:
            raise AssertionError(f"{script['about']} At step {number}, {step}: {error}") from error


def welcome(*, history: tuple[wire.Msg, ...] = (), missed: int | None = 0) -> wire.Welcome:
    return wire.Welcome("Ada", "lobby", ("Ada",), 1, history, missed, NO_LIMITS, TIME, "Welcome")


def test_it_can_be_stepped_in_a_cell() -> None:
    """What the module's first lines promise."""
    transcript = Transcript("lobby")
    pending = Message("a1", "", "hi", TIME, state="sending", own=True)
    placed = Message("a1", "Ada", "hi", TIME, "e-1", own=True)

    assert transcript.say("a1", "hi", TIME) == [Pending(pending)]
    assert transcript.take() is None
    assert transcript.receive(welcome()) == [People(("Ada",)), Seated("lobby", "Ada", NO_LIMITS)]
    assert transcript.take() == wire.Say("hi", "a1")
    assert transcript.receive(msg(1, "hi", user="Ada", id="a1")) == [Added(placed)]
    transcript.lost()

    assert (transcript.since, transcript.entries, transcript.take()) == ("e-1", [placed], None)
    assert repr(transcript) == "<Transcript of Ada in lobby, 1 entries>"


def test_a_new_name_goes_out_before_what_is_said_and_counts_at_the_next_connection() -> None:
    """A wish made offline is in the address, and asked for again, since a seat that is taken back keeps its name."""
    transcript = Transcript(name="Ada")
    transcript.receive(welcome())
    transcript.lost()
    transcript.say("a1", "hi", TIME)
    assert transcript.rename("Grace") == []
    assert (transcript.name, transcript.wanted, transcript.take()) == ("Ada", "Grace", None)
    transcript.receive(welcome())
    assert [transcript.take(), transcript.take(), transcript.take()] == [
        wire.ChangeName("Grace"),
        wire.Say("hi", "a1"),
        None,
    ]


def test_what_is_given_up_does_not_go_out() -> None:
    """It stands where it stood, and says why; what is not pending cannot be given up."""
    transcript = Transcript(name="Ada")
    transcript.receive(welcome())
    transcript.say("a1", "hi", TIME)
    failed = Message("a1", "Ada", "hi", TIME, state="failed", code="closed", own=True)
    assert transcript.fail("a1", "closed") == [Failed(failed)]
    assert transcript.fail("nobody's", "closed") == []
    assert (transcript.take(), transcript.sending, transcript.entries) == (None, [], [failed])


def test_a_message_is_found_by_its_id_for_as_long_as_it_is_kept() -> None:
    """Pending, placed, and then dropped."""
    transcript = Transcript(kept=1)
    transcript.receive(welcome())
    transcript.say("a1", "hi", TIME)
    assert transcript.find("a1") == transcript.entries[0]
    transcript.receive(msg(1, "hi", user="Ada", id="a1"))
    assert transcript.find("a1") == transcript.entries[0]
    transcript.receive(msg(2, "next"))
    assert (transcript.find("a1"), transcript.dropped) == (None, 1)
