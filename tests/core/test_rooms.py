"""All rooms of a hub, stepped: what they hold together, which forgets, and which ends."""

from random import Random

import pytest

from chatlib import wire
from chatlib.limits import Limits
from chatlib.room import ENTRY_BYTES, Member
from chatlib.rooms import Rooms


def made(**sizes):
    """Rooms that have so many entries of 1,000 bytes each."""
    rooms = Rooms()
    for name, entries in sizes.items():
        room = rooms.open(name, "epoch")
        for _ in range(entries):
            say(rooms, room)
    return rooms


def say(rooms, room, size=1000, limits=Limits()):  # noqa: B008 - frozen
    msg = wire.Msg("Ada", "", f"{room.placed}", room.next_seq(), "")
    text = wire.encode(msg)
    rooms.keep(room, text.replace('"msg":""', f'"msg":"{"x" * (size - len(text))}"').encode(), limits)


def held(rooms):
    return sum(room.kept_bytes + len(room.kept) * ENTRY_BYTES for room in rooms.values())


def test_above_the_limit_the_oldest_of_the_fullest_go():
    """Who is quiet keeps what was said, whoever is loud; what is left is the newest."""
    rooms = made(quiet=3, loud=50, louder=60)
    limits = Limits(total_bytes=80 * (1000 + ENTRY_BYTES))
    for _ in range(40):
        say(rooms, rooms["quiet" if rooms["quiet"].placed < 5 else "loud"], limits=limits)

    assert rooms.held_bytes == held(rooms) <= limits.total_bytes
    assert len(rooms["quiet"].kept) == 5
    assert abs(len(rooms["loud"].kept) - len(rooms["louder"].kept)) <= 5
    for room in rooms.values():
        assert list(room.said.values()) == list(range(room.placed - len(room.kept) + 1, room.placed + 1))


def test_whatever_happens_all_rooms_stay_within_the_limit():
    """Rooms come, grow and end in any order; the count is true at every step."""
    random = Random(14)
    limits = Limits(total_bytes=400_000, kept_messages=90)
    rooms = Rooms()
    for _ in range(6000):
        room = rooms.open(f"room {random.randrange(12)}", "epoch")
        say(rooms, room, random.choice([200, 700, 6000]), limits)
        if random.random() < 0.01:
            rooms.end(random.choice(list(rooms)))
        assert rooms.held_bytes == held(rooms) <= limits.total_bytes
        assert len(rooms._heap) <= 4 * 12 + 65  # or it would grow with every message

    assert len(rooms) == 12


def test_the_fullest_is_found_without_a_look_at_all_rooms():
    """A thousand rooms of one size: each message has one other looked at, and not a thousand."""
    rooms = made(**{f"room{number}": 5 for number in range(1000)})
    limits = Limits(total_bytes=rooms.held_bytes)
    looked_at = []
    find = rooms._fullest
    rooms._fullest = lambda: looked_at.append(1) or find()
    for _ in range(100):
        say(rooms, rooms["room7"], limits=limits)

    assert len(looked_at) == 100
    assert min(len(room.kept) for room in rooms.values()) >= 4


def test_each_room_keeps_its_newest_however_small_the_limit():
    """A room that kept nothing could bring nobody back."""
    rooms = made(a=3, b=3, c=1)
    limits = Limits(total_bytes=1)
    say(rooms, rooms["a"], limits=limits)

    assert [len(room.kept) for room in rooms.values()] == [1, 1, 1]
    say(rooms, rooms["b"], limits=limits)
    assert [len(room.kept) for room in rooms.values()] == [1, 1, 1]


def test_a_limit_of_0_is_none():
    """As everywhere."""
    rooms = made(a=3)
    say(rooms, rooms["a"], limits=Limits(total_bytes=0))

    assert len(rooms["a"].kept) == 4


def test_a_limit_that_was_lowered_is_reached_in_steps():
    """To forget a million entries takes seconds: so many at once, and more with the next message or tick."""
    rooms = made(a=30)
    limits = Limits(total_bytes=3000)
    rooms.forget(limits, 10)
    assert len(rooms["a"].kept) == 20
    rooms.forget(limits)

    assert len(rooms["a"].kept) == 2


# Which room ends


def inhabited(*names):
    """Rooms that somebody is in each."""
    rooms = Rooms()
    for name in names:
        rooms.seat(rooms.open(name, "epoch"), Member("m", "Ada", None))
    return rooms


def leave(rooms, *names):
    for name in names:
        rooms.unseat(rooms[name], rooms[name].members["m"])


def test_the_room_that_has_been_empty_longest_makes_place():
    """In the order in which they fell silent, not in that in which they were made; each of them once."""
    rooms = inhabited("a", "b", "c", "lobby")
    leave(rooms, "lobby", "c", "a")
    limits = Limits(rooms=4)

    assert [room.name for room in rooms.empty()] == ["c", "a"]
    assert [rooms.make_place(name, limits) for name in ("b", "c", "new", "newer", "newest")] == [
        None,
        None,
        "c",
        "a",
        None,
    ]


def test_who_comes_back_in_time_keeps_the_room():
    """It is not empty any more when its end is placed; it waits anew when it is left again."""
    rooms = inhabited("a", "b")
    leave(rooms, "a", "b")
    assert rooms.make_place("new", Limits(rooms=2)) == "a"
    rooms.seat(rooms.open("a", ""), Member("m", "Ada", None))
    rooms.end("a")
    leave(rooms, "a")

    assert [room.name for room in rooms.empty()] == ["b", "a"]


def test_who_comes_into_a_room_that_is_ending_needs_a_place_for_it():
    """Its end comes first in the order: what they enter is a new room."""
    rooms = inhabited("a", "b", "c")
    leave(rooms, "a", "b")
    limits = Limits(rooms=3)
    assert rooms.make_place("new", limits) == "a"
    assert rooms.make_place("a", limits) == "b"
    rooms.end("a")
    rooms.open("new", "")
    rooms.end("b")
    rooms.open("a", "")

    assert list(rooms) == ["c", "new", "a"]
    leave(rooms, "c")
    assert rooms.make_place("another", limits) == "new"  # nobody was seated there: it is empty, and for longer


@pytest.mark.parametrize(
    ("on_their_way", "expected"), [(set(), True), ({"new"}, True), ({"x"}, True), ({"x", "y"}, False), ({"a"}, True)]
)
def test_there_is_place_as_long_as_rooms_are_empty(on_their_way, expected):
    """Those who are on their way need theirs too, and a room that somebody is on the way to does not end."""
    rooms = inhabited("a", "b", "c", "lobby")
    leave(rooms, "a", "b", "lobby")

    assert rooms.has_place("new", Limits(rooms=4), on_their_way) is expected
    assert not rooms.has_place("new", Limits(rooms=4), {"a", "b"})
    assert rooms.has_place("c", Limits(rooms=1), {"x", "y"})
    assert rooms.has_place("new", Limits(rooms=0), {"x", "y"})


def test_the_next_hub_learns_which_room_has_been_empty_longest():
    """From the order in which the rooms are told."""
    rooms = inhabited("a", "b", "c")
    leave(rooms, "c", "a")

    assert rooms.by_silence() == ["c", "a", "b"]
