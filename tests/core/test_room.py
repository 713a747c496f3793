"""One room, stepped: names, seats, what it keeps, and what it forgets."""

import tracemalloc

import pytest

from chatlib import wire
from chatlib.limits import Limits
from chatlib.room import ENTRY_BYTES, Member, Room


def made(*names):
    """A room with these people."""
    room = Room("room", "epoch")
    for name in names:
        room.seat(Member(f"id of {name}", name, f"seat of {name}"))
    return room


def say(room, text, limits=Limits()):  # noqa: B008 - frozen
    """Keep a message, as the hub does."""
    msg = wire.Msg("Ada", text, f"id of {text}", room.next_seq(), "2026-01-01T00:00:00.000Z")
    room.keep(wire.encode(msg).encode(), limits)
    return msg


def said(frames):
    return [wire.decode_server(frame.decode()).msg for frame in frames]


def test_a_free_name_is_the_one_asked_for_else_numbered_else_a_guests():
    """Whatever the case, and cleaned first."""
    room = made("Ada", "Ada (2)")

    assert [room.free_name(wanted) for wanted in ("Bo", " aDA ", "", "User 7")] == ["Bo", "aDA (3)", "User 1", "User 2"]


def test_a_member_is_found_by_name_and_by_seat():
    """In whatever spelling; who is gone is not."""
    room = made("Ada")
    (ada,) = room.members.values()
    assert room.named(" a\u200bDA ") is room.seated("seat of Ada") is ada
    room.unseat(ada)

    assert room.named("Ada") is room.seated("seat of Ada") is None
    assert room.names == {}


@pytest.mark.parametrize(
    ("present", "wanted"),
    [("علی\u200cرضا", "علیرضا"), ("❤\ufe0f", "❤"), ("fin", "ﬁn"), ("Ada", "Ａｄａ"),
     ("ශ්\u200dරී", "ශ්රී"), ("Áda", "A\u0301da")],
)  # fmt: skip
def test_nobody_is_called_what_looks_like_somebody_present(present, wanted):
    """Joiners, width, ligatures: they are a second one of that name."""
    room = made(present)

    assert room.free_name(wanted) == f"{wire.clean_name(wanted)} (2)"
    assert room.named(wanted) is room.seated(f"seat of {present}")


def test_ones_own_name_is_free_and_the_old_one_is_given_up():
    """ada may become Ada; whoever comes next may be called what she was called."""
    room = made("ada", "Bo")
    ada = room.named("ada")
    room.rename(ada, "Ada")
    assert ada.name == "Ada"
    room.rename(ada, "Bo")

    assert ada.name == "Bo (2)"
    assert sorted(room.names) == ["bo", "bo (2)"]


def test_it_counts_on_while_it_forgets():
    """The oldest go beyond the limit, with their ids; the numbers are of all there ever were."""
    room = made()
    for text in "abc":
        say(room, text, Limits(kept_messages=2))

    assert room.said == {"id of b": 2, "id of c": 3}
    assert [room.message(f"id of {text}") for text in "abc"] == [None, *room.kept]
    assert room.kept_bytes == sum(len(frame) for frame in room.kept)
    assert room.held_bytes == room.kept_bytes + 2 * ENTRY_BYTES
    assert room.next_seq() == "epoch-4"


def test_the_newest_is_kept_however_long():
    """A room that kept nothing could bring nobody back."""
    room = made()
    for text in "ab":
        say(room, text, Limits(kept_bytes=1))

    assert said(room.kept) == ["b"]


@pytest.mark.parametrize(
    ("since", "number"),
    [("epoch-2", 2), ("epoch-0", 0), ("epoch-3", None), ("other-1", None), ("epoch-x", None), ("epoch-²", None)],
)
def test_a_place_is_known_if_the_room_gave_it(since, number):
    """Of its epoch, and no later than the last."""
    room = made()
    for text in "ab":
        say(room, text)

    assert room.number_of(since) == number


@pytest.mark.parametrize(("limit", "expected"), [(0, ["a", "b", "c"]), (1, ["c"]), (2, ["b", "c"])])
def test_history_is_the_last_messages_oldest_first(limit, expected):
    """Messages only; a limit of 0 is none."""
    room, limits = made(), Limits(history_messages=limit)
    for text in "abc":
        say(room, text)
        room.keep(b"somebody entered", limits)

    assert said(room.history(limits)) == expected


def test_what_is_kept_costs_as_much_memory_as_is_counted():
    """Whatever the script: text is held in UTF-8, once, and each entry has its overhead; no less, and not much more."""
    limits = Limits()
    for text in ("x", "x" * 1500, "漢" * 500, "🙂" * 300):
        tracemalloc.start()
        room = Room("room", "epoch")
        for number in range(2000):
            msg = wire.Msg("Ada", text, f"{number:032}", room.next_seq(), "2026-01-01T12:00:00.000Z")
            room.keep(wire.encode(msg).encode(), limits)
        del msg
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()

        assert 0.7 * room.held_bytes < used <= 1.02 * room.held_bytes


def test_what_was_placed_after_a_number_comes_oldest_first():
    """As far as it is kept."""
    room = made()
    for text in "abc":
        say(room, text, Limits(kept_messages=2))

    assert [said(room.since(number)) for number in (0, 1, 2, 3)] == [["b", "c"], ["b", "c"], ["c"], []]
