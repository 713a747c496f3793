"""The hub that is not alone: several step the same records, and what only one can know becomes a record first."""

import json
from collections import defaultdict

import pytest

from chatlib.hub import GIVEN_UP, Admit, Broadcast, Close, Hub, Publish, Send
from chatlib.limits import Limits
from chatlib.records import Entered, Forgot, Left

TIME = "2026-01-01T12:00:00.000Z"
ENTER, LEAVE, MSG, ERROR = 0, 1, 2, 4
ADA, BO = "a secret of Ada's own", "a secret of Bo's own"
FIRST, SECOND = "1" * 8, "2" * 8


class World:
    """Two hubs; what either publishes waits in one order until :meth:`deliver`, which both hear.

    A connection is a string, and on the hub that its first letter names.
    """

    def __init__(self, **limits):
        self.hubs = {id_: Hub(Limits(rate=0, **limits), is_alone=False) for id_ in (FIRST, SECOND)}
        self.order = []
        self.screens = defaultdict(list)
        self.inside = {}
        self.closed = {}
        self.ids = 0

    def on(self, connection):
        id_ = connection[0] * 8
        self.ids += 1
        return self.hubs[id_], f"{id_}{self.ids:08x}"

    def join(self, connection, room="room", **query):
        hub, new_id = self.on(connection)
        self.perform(hub, hub.join(connection, room, new_id=new_id, now=0, time=TIME, **query))

    def say(self, connection, text):
        hub, new_id = self.on(connection)
        self.perform(hub, hub.receive(connection, text, new_id=new_id, now=0, time=TIME))

    def leave(self, connection, *, closed=False):
        hub, _ = self.on(connection)
        self.perform(hub, hub.leave(connection, closed=closed, now=0, time=TIME))

    def tick(self, *, at):
        for hub in self.hubs.values():
            self.perform(hub, hub.tick(now=at, time=TIME))

    def adopt(self, id_, *hubs, now=0):
        self.perform(self.hubs[id_], self.hubs[id_].adopt(hubs, now=now, time=TIME))

    def let_go(self, id_, room="room"):
        self.perform(self.hubs[id_], self.hubs[id_].let_go(room, time=TIME))

    def deliver(self):
        """Have both hubs place what was published, until nothing is left."""
        while self.order:
            record = self.order.pop(0)
            for hub in self.hubs.values():
                self.perform(hub, hub.deliver(record))

    def perform(self, hub, effects):
        for effect in effects:
            match effect:
                case Publish(record):
                    self.order.append(record)
                case Send(connection, text):
                    self.screens[connection] += map(json.loads, text if isinstance(text, tuple) else (text,))
                case Admit(connection, room):
                    self.inside[connection] = room
                case Broadcast(room, text):
                    for connection in [c for c, r in self.inside.items() if r == room and c in hub.peers]:
                        self.screens[connection].append(json.loads(text))
                case Close(connection, code, reason):
                    self.closed[connection] = (code, reason)
                    self.inside.pop(connection, None)

    def members(self, id_, room="room"):
        return {member.name: member for member in self.hubs[id_].rooms[room].members.values()}

    def kinds(self, connection):
        return [frame["type"] for frame in self.screens[connection]]

    def is_one(self, room="room"):
        """Tell whether both hold the room alike."""
        first, second = (hub.snapshot(room) for hub in self.hubs.values())
        return first == second is not None


@pytest.fixture
def world():
    """Ada, who has a secret, on the first hub; Bo, who has none, on the second."""
    world = World(seat_held=10)
    world.join("1 ada", name="Ada", client=ADA)
    world.join("2 bo", name="Bo")
    world.deliver()
    return world


def test_what_depends_on_order_is_decided_alike(world):
    """A name, and an id that two use: by where the records stand, not by whose connection it is."""
    world.join("2 ada", name="Ada")
    world.deliver()
    for connection in ("1 ada", "2 ada"):
        world.say(connection, json.dumps({"type": MSG, "msg": connection, "id": "the same"}))
    world.deliver()

    assert world.is_one()
    assert list(world.members(FIRST)) == ["Ada", "Bo", "Ada (2)"]
    assert [frame["msg"] for frame in world.screens["2 bo"] if frame["type"] == MSG] == ["1 ada"]
    assert world.screens["2 ada"][-1]["code"] == "id-taken"


def test_a_seat_is_taken_back_on_the_other_hub(world):
    """The older connection is told and closed by its own hub; nobody else hears of it."""
    world.join("2 ada again", name="x", client=ADA)
    world.deliver()

    assert world.screens["2 ada again"][0]["user"] == "Ada"
    assert world.screens["1 ada"][-1]["code"] == "seat-taken"
    assert world.closed == {"1 ada": (1008, "seat-taken")}
    assert world.kinds("2 bo")[-1] == ENTER
    assert world.is_one()
    world.leave("1 ada")
    world.deliver()
    assert list(world.members(FIRST)) == list(world.members(SECOND)) == ["Bo", "Ada"]


def test_who_is_let_go_with_a_room_comes_again_and_has_not_left(world):
    """A word, Close 1012, and nothing is published; those in other rooms, and on the other hub, hear nothing."""
    world.join("1 cy", "another", name="Cy")
    world.deliver()
    world.let_go(FIRST)

    assert "room" not in world.hubs[FIRST].rooms
    assert world.screens["1 ada"][-1]["code"] == "connect-again"
    assert world.closed == {"1 ada": (1012, "connect again")}
    world.leave("1 ada")
    world.leave("1 ada", closed=True)
    assert world.order == []
    assert world.hubs[FIRST].homes() == {"another"}
    assert set(world.members(SECOND)) == {"Ada", "Bo"}
    assert ERROR not in world.kinds("1 cy") + world.kinds("2 bo")


def test_a_room_that_is_not_there_is_let_go_without_a_word(world):
    """Nobody is in it; but whoever is on the way into it is sent away, for it is not going to be placed here."""
    world.let_go(FIRST, "nowhere")
    assert world.closed == {}
    world.join("1 cy", "new", name="Cy")
    world.let_go(FIRST, "new")
    assert world.closed == {"1 cy": (1012, "connect again")}


def test_those_who_were_let_go_are_held_when_their_hub_has_the_room_again(world):
    """With a secret for as long as any seat; without one they have left, once, for nobody could come back to it."""
    world.join("1 cy", name="Cy")
    world.deliver()
    world.let_go(FIRST)
    world.hubs[FIRST].deliver(world.hubs[SECOND].snapshot("room"))
    world.adopt(FIRST, FIRST, now=100)
    assert [type(record) for record in world.order] == [Left]
    world.deliver()

    assert world.is_one()
    assert set(world.members(FIRST)) == {"Ada", "Bo"}
    assert world.members(FIRST)["Ada"].held_until == 110
    world.join("1 ada again", name="x", client=ADA)
    world.deliver()
    assert world.screens["1 ada again"][0]["user"] == "Ada"
    assert world.kinds("2 bo").count(LEAVE) == 1


def test_who_is_lost_before_being_placed_is_held_once_placed():
    """A hub that is alone would publish a leave at once; among others nobody hears of it, and the seat is there."""
    world = World(seat_held=10)
    world.join("1 ada", name="Ada", client=ADA)
    world.leave("1 ada")
    assert [type(record) for record in world.order] == [Entered]
    world.deliver()
    assert world.members(FIRST)["Ada"].held_until is None
    world.adopt(FIRST, FIRST)

    assert world.members(FIRST)["Ada"].held_until == 10
    assert world.members(SECOND)["Ada"].held_until is None


@pytest.mark.parametrize(("client", "closed"), [(None, False), (ADA, True)])
def test_who_gives_up_a_seat_before_being_placed_has_left(client, closed):
    """A Close frame says so; without a secret there is nothing to come back to."""
    world = World()
    world.join("1 ada", name="Ada", client=client)
    world.leave("1 ada", closed=closed)
    world.deliver()

    assert world.members(FIRST) == world.members(SECOND) == {}


def test_a_hub_that_others_took_for_gone_has_its_people_come_again(world):
    """Their leave is placed, and counts also where they are still connected."""
    world.adopt(SECOND, FIRST, now=0)
    world.tick(at=11)
    world.deliver()

    assert set(world.members(FIRST)) == {"Bo"}
    assert world.screens["1 ada"][-1]["code"] == "connect-again"
    assert world.closed == {"1 ada": (1012, "connect again")}
    assert world.kinds("2 bo")[-1] == LEAVE
    assert world.is_one()


def test_a_hub_that_lives_after_all_is_given_its_seats_back(world):
    """Before they ended: nobody left, and those of no other hub are touched."""
    world.join("2 cy", name="Cy", client=BO)
    world.deliver()
    world.leave("2 cy")
    world.adopt(SECOND, FIRST)
    assert world.members(SECOND)["Ada"].held_until == 10
    assert world.hubs[SECOND].elsewhere() == set()
    world.hubs[SECOND].give_back([FIRST])
    assert world.members(SECOND)["Ada"].held_until is None
    assert world.members(SECOND)["Cy"].held_until == 10
    assert world.hubs[SECOND].elsewhere() == {world.members(SECOND)["Ada"].id}


def test_a_leave_that_several_hubs_place_is_told_once(world):
    """Each holds the seats of the one that is gone, and whoever comes first is heard."""
    world.adopt(SECOND, FIRST)
    world.adopt(FIRST, FIRST)
    world.members(FIRST)["Ada"].connection = None
    world.adopt(FIRST, FIRST)
    world.tick(at=11)
    world.tick(at=12)
    assert [type(record) for record in world.order] == [Left, Left]
    world.deliver()

    assert world.kinds("2 bo").count(LEAVE) == 1
    assert world.is_one()


def test_a_seat_that_is_given_up_is_not_held_on(world):
    """Only those that can still be taken back wait for as long as nobody can come."""
    world.leave("1 ada")
    world.hubs[FIRST].hold_on(now=5)
    assert world.members(FIRST)["Ada"].held_until == 15
    world.tick(at=15)
    world.hubs[FIRST].hold_on(now=16)
    assert world.members(FIRST)["Ada"].held_until == GIVEN_UP


def test_the_rooms_a_hub_has_to_follow_are_those_of_its_people(world):
    """Also of those whose seat it holds, and of those who are on the way."""
    assert world.hubs[SECOND].homes() == {"room"}
    world.leave("2 bo", closed=True)
    world.deliver()
    assert world.hubs[SECOND].homes() == set()
    world.leave("1 ada")
    assert world.hubs[FIRST].homes() == {"room"}
    world.join("2 cy", "another", name="Cy")
    assert world.hubs[SECOND].homes() == {"another"}


def test_above_the_limit_of_all_rooms_nothing_is_forgotten_before_all_hubs_are_told():
    """The fullest loses its older half, up to the same number on every hub, whatever a hub's own limit."""
    world = World(total_bytes=50_000)
    world.hubs[SECOND].limits = Limits(rate=0, total_bytes=0)
    for connection, room in (("1 ada", "full"), ("2 bo", "small")):
        world.join(connection, room)
    for _ in range(60):
        world.say("1 ada", "x" * 1000)
    world.say("2 bo", "hi")
    world.deliver()
    assert len(world.hubs[FIRST].rooms["full"].kept) == 61
    world.tick(at=0)
    assert world.order == [Forgot("full", 30)]
    while world.order:
        world.deliver()
        world.tick(at=0)

    for hub in world.hubs.values():
        assert hub.rooms.held_bytes < 50_000
        assert hub.rooms["full"].placed == 61
        assert hub.rooms["full"].kept[-1].endswith(b"}")
        assert len(hub.rooms["small"].kept) == 2
    assert world.is_one("full")
    assert world.is_one("small")


def test_what_is_forgotten_twice_or_of_no_room_changes_nothing(world):
    """Several hubs may say so, and of a room that this one does not hold; the newest is always kept."""
    world.say("1 ada", "hi")
    world.order += [Forgot("room", 2), Forgot("room", 1), Forgot("room", 2), Forgot("nowhere", 5)]
    world.deliver()
    assert [len(hub.rooms["room"].kept) for hub in world.hubs.values()] == [1, 1]
    world.order.append(Forgot("room", 2**53 - 1))
    world.deliver()
    assert [len(hub.rooms["room"].kept) for hub in world.hubs.values()] == [1, 1]
    assert world.is_one()
