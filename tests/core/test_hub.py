"""The hub, stepped with no socket: who is in a room, in which order things happen there, and who sees what."""

import json
from collections import defaultdict

import pytest

from chatlib.hub import Admit, Broadcast, Close, Follow, Hub, Publish, Send, name_on
from chatlib.limits import Limits
from chatlib.records import Ended

TIME = "2026-01-01T12:00:00.000Z"
ENTER, LEAVE, MSG, WELCOME, ERROR, TYPING, RENAME = range(7)
ADA, BO = "a secret of Ada's own", "a secret of Bo's own"


class Stage:
    """A hub, a clock that a test sets, and one screen for each connection, on which its frames appear."""

    def __init__(self, **limits):
        self.hub = Hub(Limits(**limits))
        self.now = 0.0
        self.ids = 0
        self.screens = defaultdict(list)
        self.inside = {}
        self.closed = {}

    def join(self, connection, room="room", **query):
        """Join and return the WELCOME."""
        before = len(self.screens[connection])
        self.perform(self.joining(connection, room, **query))
        return self.screens[connection][before]

    def joining(self, connection, room="room", **query):
        return self.hub.join(connection, room, new_id=self.new_id(), now=self.now, time=TIME, **query)

    def send(self, connection, what):
        """Send text, or an envelope, and return what the connection then saw."""
        before = len(self.screens[connection])
        self.perform(self.sending(connection, what))
        return self.screens[connection][before:]

    def sending(self, connection, what):
        text = what if isinstance(what, str) else json.dumps(what)
        return self.hub.receive(connection, text, new_id=self.new_id(), now=self.now, time=TIME)

    def leave(self, connection, *, closed=True, reason=""):
        self.perform(self.leaving(connection, closed=closed, reason=reason))

    def leaving(self, connection, *, closed=True, reason=""):
        self.inside.pop(connection, None)
        return self.hub.leave(connection, closed=closed, reason=reason, now=self.now, time=TIME)

    def tick(self, *, at):
        self.now = at
        self.perform(self.hub.tick(now=at, time=TIME))

    def perform(self, effects):
        """Do what the server would do, with a backplane that delivers at once."""
        for effect in effects:
            match effect:
                case Publish(record):
                    self.perform(self.hub.deliver(record))
                case Send(connection, text):
                    self.screens[connection] += map(json.loads, text if isinstance(text, tuple) else (text,))
                case Admit(connection, room):
                    self.inside[connection] = room
                case Broadcast(room, text):
                    for connection in [c for c, r in self.inside.items() if r == room]:
                        self.screens[connection].append(json.loads(text))
                case Close(connection, code, reason):
                    self.closed[connection] = (code, reason)

    def new_id(self):
        self.ids += 1
        return f"id{self.ids}"

    def kinds(self, connection):
        return [frame["type"] for frame in self.screens[connection]]

    def said(self, connection):
        return [frame["msg"] for frame in self.screens[connection] if frame["type"] == MSG]

    def names(self):
        return [member.name for member in self.hub.rooms["room"].members.values()]


# Joining


def test_a_newcomer_gets_welcome_and_then_its_own_enter():
    """WELCOME alone means joined; everybody sees the same ENTER, the newcomer too."""
    stage = Stage()
    stage.join("a", name="Ada")
    welcome = stage.join("b", name="Bo")

    assert (welcome["user"], welcome["users"], welcome["online"]) == ("Bo", ["Ada", "Bo"], 2)
    assert stage.kinds("b") == [WELCOME, ENTER]
    assert stage.screens["a"][-1] == stage.screens["b"][-1]
    assert (stage.screens["b"][-1]["user"], stage.screens["b"][-1]["online"]) == ("Bo", 2)


def test_welcome_names_the_room_and_its_limits():
    """What a client needs to keep to is told once, at the start; 0 is for none."""
    assert Stage().join("a")["limits"] == {"rate": 20, "burst": 40, "message_bytes": 8192}
    assert Stage(rate=0, message_bytes=0).join("a")["limits"] == {"rate": 0, "burst": 0, "message_bytes": 0}
    assert Stage().join("a", "tea")["room"] == "tea"


def test_who_comes_without_since_gets_the_last_messages_as_history():
    """Messages only, oldest first, each as it was placed; nothing counts as missed."""
    stage = Stage()
    stage.join("a", name="Ada")
    placed = [*stage.send("a", "one"), *stage.send("a", {"type": 2, "msg": "two", "id": "mine"})]
    welcome = stage.join("b")

    assert welcome["history"] == placed
    assert welcome["missed"] == 0
    assert stage.kinds("b") == [WELCOME, ENTER]


def test_history_is_at_most_200_messages():
    """The last 200 of 250."""
    stage = Stage(rate=0)
    stage.join("a")
    for number in range(250):
        stage.send("a", str(number))

    assert [frame["msg"] for frame in stage.join("b")["history"]] == [str(number) for number in range(50, 250)]


def test_a_newcomer_is_told_how_many_messages_the_history_leaves_out():
    """Kept or not, and messages only; who knows a place has no history, and where all is told the field is left out."""
    stage = Stage(rate=0, kept_messages=220)
    stage.join("a")
    for number in range(250):
        stage.join(f"guest {number}")
        stage.send("a", str(number))
    newcomer, stranger = stage.join("b"), stage.join("c", since="another-1")
    back = stage.join("d", since=stage.screens["b"][-1]["seq"])

    for welcome in (newcomer, stranger):
        assert welcome["earlier"] == 250 - len(welcome["history"])
        assert 0 < len(welcome["history"]) < 200
    assert "earlier" not in back
    assert "earlier" not in Stage().join("a")


def test_history_is_at_most_256_kib():
    """Forty messages of 8,000 bytes are too many: the last ones that fit are there, and no gap between."""
    stage = Stage(rate=0)
    stage.join("a")
    for number in range(40):
        stage.send("a", f"{number:02}" + "x" * 7998)
    history = stage.join("b")["history"]

    assert [frame["msg"][:2] for frame in history] == [f"{number:02}" for number in range(40 - len(history), 40)]
    assert 256 * 1024 - 8300 < sum(len(json.dumps(frame)) for frame in history) <= 256 * 1024 + 40 * 40


def test_a_known_since_brings_what_was_missed_as_ordinary_frames():
    """WELCOME, then types 0, 1, 2 and 6 after that place, then one's own ENTER, then what is new; no history."""
    stage = Stage()
    stage.join("a", name="Ada")
    since = stage.send("a", "before")[0]["seq"]
    stage.join("b", name="Bo")
    stage.send("a", "missed")
    stage.send("b", {"type": 6, "msg": "Bob"})
    stage.leave("b")
    welcome = stage.join("c", name="Cy", since=since)
    stage.send("a", "new")

    assert (welcome["history"], welcome["missed"]) == ([], 0)
    assert stage.kinds("c") == [WELCOME, ENTER, MSG, RENAME, LEAVE, ENTER, MSG]
    assert stage.screens["c"][1:] == stage.screens["a"][-6:]


def test_every_frame_with_a_place_has_the_next_number_of_the_rooms_epoch():
    """``<epoch>-<n>``, without gap, whatever the type."""
    stage = Stage()
    stage.join("a", name="Ada")
    stage.send("a", "hi")
    stage.send("a", {"type": 6, "msg": "Bo"})
    epochs, numbers = zip(*(frame["seq"].rsplit("-", 1) for frame in stage.screens["a"][1:]), strict=True)

    assert len(set(epochs)) == 1
    assert numbers == ("1", "2", "3")


SINCES = ["other-1", "", "-", "1", "{epoch}-", "{epoch}-9", "{epoch}--1", "{epoch}-１", "{epoch}-" + "9" * 5000]


@pytest.mark.parametrize("since", SINCES)
def test_a_since_of_an_unknown_epoch_gets_the_history_and_missed_is_null(since):
    """So does a place that the room never gave: nobody can say what was missed."""
    stage = Stage()
    stage.join("a")
    epoch = stage.send("a", "hi")[0]["seq"].rpartition("-")[0]
    welcome = stage.join("b", since=since.replace("{epoch}", epoch))

    assert (welcome["missed"], [frame["msg"] for frame in welcome["history"]]) == (None, ["hi"])


def test_missed_counts_what_is_no_longer_kept():
    """Of five frames after since, two are kept: three are missed, and the two come."""
    stage = Stage(kept_messages=2)
    stage.join("a")
    since = stage.send("a", "0")[0]["seq"]
    for number in range(1, 6):
        stage.send("a", str(number))
    welcome = stage.join("b", since=since)

    assert welcome["missed"] == 3
    assert stage.said("b") == ["4", "5"]


def test_a_room_keeps_10000_messages():
    """And no more; the default, placed one by one."""
    stage = Stage(rate=0)
    stage.join("a")
    stage.leave("a")
    stage.join("a")
    stage.inside.clear()
    for number in range(10_050):
        stage.send("a", str(number))

    assert len(stage.hub.rooms["room"].kept) == 10_000


def test_a_room_keeps_so_many_bytes():
    """The oldest go first, so that one room cannot eat the memory."""
    stage = Stage(rate=0, kept_bytes=10_000)
    stage.join("a")
    for number in range(30):
        stage.send("a", f"{number}" + "x" * 1000)
    room = stage.hub.rooms["room"]

    assert 8_000 < sum(len(frame) for frame in room.kept) <= 10_000
    assert room.kept_bytes == sum(len(frame) for frame in room.kept)
    assert room.kept[-1].count(b"29x") == 1


# Seats


def test_the_same_client_takes_its_seat_back_without_a_word_to_the_others():
    """A connection that was lost: same name, whatever it asks for now, and neither LEAVE nor ENTER."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    seen = len(stage.screens["watcher"])
    stage.leave("a", closed=False)
    stage.now = 9.9
    welcome = stage.join("a2", name="Someone", client=ADA)

    assert (welcome["user"], welcome["online"]) == ("Ada", 2)
    assert stage.kinds("a2") == [WELCOME]
    assert len(stage.screens["watcher"]) == seen
    assert stage.send("a2", "back")[0]["user"] == "Ada"


def test_a_seat_is_held_for_10_seconds_and_then_left():
    """Until then the person counts as here; after that LEAVE is placed, once."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    stage.leave("a", closed=False)
    stage.tick(at=9.9)
    assert "Ada" in stage.names()
    stage.tick(at=10.0)
    stage.tick(at=10.5)

    assert stage.kinds("watcher").count(LEAVE) == 1
    assert stage.screens["watcher"][-1]["online"] == 1
    assert stage.join("a2", name="Bo", client=ADA)["user"] == "Bo"


@pytest.mark.parametrize(("client", "closed"), [(ADA, True), (None, False), (None, True)])
def test_a_close_frame_or_no_client_ends_the_seat_at_once(client, closed):
    """Nobody waits for one who said goodbye, or who could not be told from others."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=client)
    stage.leave("a", closed=closed)

    assert stage.kinds("watcher")[-1] == LEAVE
    assert stage.names() == ["User 1"]


def test_a_newer_connection_of_the_same_client_closes_the_older_one():
    """It is told why before it is closed; the others see nothing, and its end later places no LEAVE."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    seen = len(stage.screens["watcher"])
    stage.join("a2", name="Ada", client=ADA)
    stage.leave("a", closed=False)
    stage.tick(at=60)

    assert stage.screens["a"][-1]["code"] == "seat-taken"
    assert stage.closed["a"] == (1008, "seat-taken")
    assert len(stage.screens["watcher"]) == seen
    assert stage.names() == ["User 1", "Ada"]


def test_a_newcomer_who_asks_for_a_held_name_gets_it():
    """Mostly the same person with a new kernel: LEAVE, then ENTER; the old client comes back as a newcomer."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    stage.leave("a", closed=False)

    assert stage.join("b", name=" ada ", client=BO)["user"] == "ada"
    assert stage.kinds("watcher")[-2:] == [LEAVE, ENTER]
    assert stage.join("a2", name="Ada", client=ADA)["user"] == "Ada (2)"


def test_a_client_that_comes_back_takes_no_other_held_name():
    """Two who asked for Ada lose their connections; the second of them is back first, and the other's seat waits."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    stage.join("b", name="Ada", client=BO)
    seen = len(stage.screens["watcher"])
    stage.leave("a", closed=False)
    stage.leave("b", closed=False)

    assert stage.join("b2", name="Ada", client=BO)["user"] == "Ada (2)"
    assert stage.join("a2", name="Ada", client=ADA)["user"] == "Ada"
    assert len(stage.screens["watcher"]) == seen


def test_seats_of_one_client_in_two_rooms_are_apart():
    """A seat belongs to a room."""
    stage = Stage()
    stage.join("a", "tea", name="Ada", client=ADA)
    stage.join("b", "room", name="Bo", client=ADA)

    assert stage.kinds("a") == [WELCOME, ENTER]
    assert "a" not in stage.closed


def test_leave_says_why_where_there_is_more_to_say():
    """Also when the seat was held first."""
    stage = Stage()
    stage.join("watcher")
    stage.join("a", name="Ada", client=ADA)
    stage.join("b", name="Bo")
    stage.leave("b", closed=False, reason="did not read")
    stage.leave("a", closed=False, reason="was lost")
    stage.tick(at=10)

    reasons = [frame["msg"] for frame in stage.screens["watcher"] if frame["type"] == LEAVE]
    assert reasons == ["Bo left the room: did not read", "Ada left the room: was lost"]


def test_the_secret_of_a_client_is_shown_to_nobody_and_kept_hashed():
    """Not in a frame, and not in a record that a journal could hold."""
    stage = Stage()
    stage.join("watcher")
    published = stage.joining("a", name="Ada", client=ADA)
    stage.perform(published)

    assert ADA not in repr(published) + repr(stage.hub.rooms) + repr(stage.screens)


# Names


def test_a_taken_name_gets_a_number_whatever_its_case():
    """``Ada (2)``, then ``ada (3)``."""
    stage = Stage()

    assert [stage.join(c, name=n)["user"] for c, n in [("a", "Ada"), ("b", "Ada"), ("c", "ADA")]] == [
        "Ada",
        "Ada (2)",
        "ADA (3)",
    ]


def test_a_name_nobody_asked_for_is_never_given_twice():
    """User 2 is not given again after it left; asking for it is asking for none."""
    stage = Stage()
    names = [stage.join(c)["user"] for c in "ab"]
    stage.leave("b")
    names += [stage.join("c")["user"], stage.join("d", name="User 2")["user"], stage.join("e", name="uSER  9")["user"]]

    assert names == ["User 1", "User 2", "User 3", "User 4", "User 5"]


def test_a_long_taken_name_keeps_its_number_within_32_characters():
    """Two people with the same 40 letters are still two."""
    stage = Stage()

    assert [stage.join(c, name="x" * 40)["user"] for c in "ab"] == ["x" * 32, "x" * 28 + " (2)"]


def test_rename_tells_everybody_the_new_name_and_the_old():
    """The old name is free again, the new one is what is said under."""
    stage = Stage()
    stage.join("a", name="Ada")
    stage.join("b", name="Bo")
    (frame,) = stage.send("a", {"type": 6, "msg": "Cy"})

    assert (frame["type"], frame["user"], frame["old"]) == (RENAME, "Cy", "Ada")
    assert stage.screens["b"][-1] == frame
    assert stage.send("a", "hi")[0]["user"] == "Cy"
    assert stage.join("c", name="Ada")["user"] == "Ada"


def test_rename_cleans_and_numbers_like_joining():
    """The same rules: taken, blank, the room's own; one's own name in another case is free."""
    stage = Stage()
    stage.join("a", name="Ada")
    stage.join("b", name="Bo")

    assert stage.send("b", {"type": 6, "msg": " a\u200bda "})[0]["user"] == "ada (2)"
    assert stage.send("a", {"type": 6, "msg": "ADA"})[0]["user"] == "ADA"
    assert stage.send("a", {"type": 6, "msg": "\u200b"})[0]["user"] == "User 1"


@pytest.mark.parametrize("wanted", ["Ada", "Ada (2)", " Ada\u200b "])
def test_a_rename_that_changes_nothing_is_told_to_nobody(wanted):
    """The second Ada asks for Ada, which is taken: she stays ``Ada (2)``, and nobody reads that she became it."""
    stage = Stage()
    stage.join("a", name="Ada")
    stage.join("b", name="Ada")

    assert stage.send("b", {"type": 6, "msg": wanted}) == []
    assert stage.names() == ["Ada", "Ada (2)"]


# Messages


def test_a_message_reaches_everybody_in_the_room_and_nobody_else():
    """The sender too; its id is the sender's own, else one that the server made."""
    stage = Stage()
    for connection, room in [("a", "room"), ("b", "room"), ("c", "tea")]:
        stage.join(connection, room)
    (frame,) = stage.send("a", {"type": 2, "msg": "hi", "id": "mine"})
    stage.send("a", "bare")

    assert (frame["msg"], frame["id"], frame["user"]) == ("hi", "mine", "User 1")
    assert stage.said("b") == ["hi", "bare"]
    assert stage.screens["b"][-1]["id"]
    assert stage.said("c") == []


def test_the_same_message_again_is_answered_to_its_sender_alone():
    """As it was placed: so an acknowledgement that was lost is had again, and nobody sees the message twice."""
    stage = Stage()
    stage.join("a", name="Ada", client=ADA)
    stage.join("b")
    placed = stage.send("a", {"type": 2, "msg": "hi", "id": "mine"})
    stage.leave("a", closed=False)
    stage.join("a2", name="Ada", client=ADA)

    assert stage.send("a2", {"type": 2, "msg": "hi", "id": "mine"}) == placed
    assert stage.said("b") == ["hi"]


def test_the_same_id_with_another_message_is_id_taken():
    """Whoever sends it; the room sees nothing of it."""
    stage = Stage()
    stage.join("a")
    stage.join("b")
    stage.send("a", {"type": 2, "msg": "hi", "id": "mine"})
    (error,) = stage.send("b", {"type": 2, "msg": "ho", "id": "mine"})

    assert (error["type"], error["code"], error["id"]) == (ERROR, "id-taken", "mine")
    assert stage.said("a") == ["hi"]


def test_an_id_is_remembered_as_long_as_its_message_is_kept():
    """After that the id is new again."""
    stage = Stage(kept_messages=2)
    stage.join("a")
    for id_ in ("1", "2", "3", "1"):
        stage.send("a", {"type": 2, "msg": "hi", "id": id_})

    assert stage.said("a") == ["hi"] * 4
    assert len(stage.hub.rooms["room"].said) == 2


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"type": 99, "id": "mine"}, "bad-message"),
        ({"type": 2, "id": "mine"}, "bad-message"),
        ({"type": 2, "msg": "\u200b", "id": "mine"}, "empty"),
        ({"type": 2, "msg": "x" * 8193, "id": "mine"}, "too-long"),
    ],
)
def test_a_bad_message_is_answered_to_its_sender_alone(sent, code):
    """With a code for programs, words for people, and the id; the connection stays."""
    stage = Stage()
    stage.join("a")
    stage.join("b")
    seen = len(stage.screens["b"])
    (error,) = stage.send("a", sent)

    assert (error["type"], error["code"], error["id"]) == (ERROR, code, "mine")
    assert error["msg"]
    assert len(stage.screens["b"]) == seen
    assert stage.closed == {}


def test_a_binary_message_is_text_only():
    """A room takes text."""
    stage = Stage()
    stage.join("a")
    stage.perform(stage.hub.receive_binary("a", now=0, time=TIME))

    assert stage.screens["a"][-1]["code"] == "text-only"


def test_typing_is_seen_only_by_others_that_gave_a_client():
    """The seed's page would show it as a message; and it has no place in the order."""
    stage = Stage()
    stage.join("a", name="Ada", client=ADA)
    stage.join("b", client=BO)
    stage.join("seed")
    stage.send("a", {"type": 5})

    assert stage.screens["b"][-1] | {"msg": ""} == {"type": TYPING, "user": "Ada", "time": TIME, "msg": ""}
    assert TYPING not in stage.kinds("a") + stage.kinds("seed")
    assert stage.join("c", since=stage.screens["b"][1]["seq"])["missed"] == 0
    assert TYPING not in stage.kinds("c")


def test_typing_in_the_turn_in_which_another_leaves_harms_nobody():
    """What is on its way when a connection ends is still delivered to the others."""
    stage = Stage()
    for connection, client in [("a", ADA), ("b", BO), ("c", "a secret of Cy's own")]:
        stage.join(connection, client=client)
    typing, left = stage.sending("b", {"type": 5}), stage.leaving("a")
    stage.perform(typing + left)

    assert stage.kinds("c")[-2:] == [TYPING, LEAVE]


def test_what_was_sent_before_the_end_is_placed_before_the_leave():
    """Last words count, also of one that leaves in the same turn."""
    stage = Stage()
    stage.join("b")
    joining = stage.joining("a", name="Ada")
    stage.perform(joining + stage.sending("a", "hi and bye") + stage.leaving("a"))

    assert stage.kinds("b")[-3:] == [ENTER, MSG, LEAVE]
    assert stage.said("b") == ["hi and bye"]


# Too fast


def burst(stage, connection, count):
    return [frame.get("code", "placed") for _ in range(count) for frame in stage.send(connection, "hi")]


def test_forty_at_once_pass_and_the_next_is_refused():
    """A bucket of 40; the refusal says for how long, and hands the id back."""
    stage = Stage()
    stage.join("a")
    assert burst(stage, "a", 40) == ["placed"] * 40
    (error,) = stage.send("a", {"type": 2, "msg": "hi", "id": "mine"})

    assert (error["code"], error["id"], error["retry_after"]) == ("rate-limited", "mine", 2)


def test_twenty_a_second_pass_for_as_long_as_you_like():
    """The rate is sustained."""
    stage = Stage()
    stage.join("a")
    for number in range(1, 401):
        stage.now = number / 20
        assert burst(stage, "a", 1) == ["placed"]


def test_once_empty_everything_is_refused_until_retry_after_has_passed():
    """So that order holds: no later message slips in before an earlier one that was refused."""
    stage = Stage()
    stage.join("a")
    burst(stage, "a", 40)
    (first,) = stage.send("a", "first")
    stage.now = 1.5
    (second,) = stage.send("a", "second")
    stage.now = first["retry_after"]

    assert (second["code"], second["retry_after"]) == ("rate-limited", 0.5)
    assert [frame["msg"] for frame in stage.send("a", "first") + stage.send("a", "second")] == ["first", "second"]


@pytest.mark.parametrize("sent", ["\u200b", {"type": 5}, {"type": 99}, {"type": 6, "msg": "Ada"}, b"binary"])
def test_every_frame_counts_refused_ones_too(sent):
    """Blank, malformed, binary, typing, renaming: forty of them empty the bucket like forty messages."""
    stage = Stage()
    stage.join("a")
    for _ in range(40):
        if isinstance(sent, bytes):
            stage.perform(stage.hub.receive_binary("a", now=0, time=TIME))
        else:
            stage.send("a", sent)

    assert burst(stage, "a", 1) == ["rate-limited"]
    assert stage.send("a", {"type": 99, "id": "mine"})[0]["code"] == "rate-limited"


def test_a_hundred_refusals_within_10_seconds_close_with_1008():
    """The 99th is only told; and a refusal of more than 10 s ago no longer counts."""
    stage = Stage()
    stage.join("a")
    stage.join("b")
    burst(stage, "a", 40 + 99)
    assert stage.closed == {}
    burst(stage, "a", 1)
    burst(stage, "b", 40 + 99)
    stage.now = 10.1
    burst(stage, "b", 40 + 99)

    assert stage.closed == {"a": (1008, "rate-limited")}


def test_the_limits_of_one_connection_are_not_anothers():
    """Each has its own bucket."""
    stage = Stage()
    stage.join("a")
    stage.join("b")
    burst(stage, "a", 50)

    assert burst(stage, "b", 1) == ["placed"]


def test_a_rate_of_0_is_none():
    """Nobody counts."""
    stage = Stage(rate=0)
    stage.join("a")

    assert burst(stage, "a", 500) == ["placed"] * 500


def test_a_window_of_0_counts_refusals_for_ever():
    """A limit of 0 is none."""
    stage = Stage(refusal_window=0, burst=1, refusals=3)
    stage.join("a")
    for _ in range(3):
        stage.now += 100
        assert burst(stage, "a", 2) == ["placed", "rate-limited"]

    assert stage.closed == {"a": (1008, "rate-limited")}


# Rooms


def test_a_room_ends_after_it_was_empty_for_10_minutes():
    """Then its order, names and messages are gone, and whoever comes finds a new one."""
    stage = Stage()
    stage.join("a")
    epoch = stage.send("a", "hi")[0]["seq"].rpartition("-")[0]
    stage.leave("a")
    stage.tick(at=1)
    stage.tick(at=600.9)
    assert "room" in stage.hub.rooms
    stage.tick(at=601)
    assert "room" not in stage.hub.rooms
    welcome = stage.join("a", since=f"{epoch}-1")

    assert (welcome["user"], welcome["history"], welcome["missed"]) == ("User 1", [], None)


def test_an_empty_room_that_somebody_enters_starts_waiting_anew():
    """Ten minutes without anybody, in one piece; a room with people never ends."""
    stage = Stage()
    stage.join("a")
    stage.leave("a")
    stage.tick(at=0)
    stage.join("a")
    stage.tick(at=700)
    stage.leave("a")
    stage.tick(at=700)
    stage.tick(at=1200)

    assert "room" in stage.hub.rooms


def test_the_lobby_never_ends():
    """It is where everybody meets."""
    stage = Stage()
    stage.join("a", "lobby")
    stage.leave("a")
    stage.tick(at=0)
    stage.tick(at=100_000)

    assert "lobby" in stage.hub.rooms


def test_room_idle_0_keeps_rooms():
    """A limit of 0 is none."""
    stage = Stage(room_idle=0)
    stage.join("a")
    stage.leave("a")
    stage.tick(at=0)
    stage.tick(at=100_000)

    assert "room" in stage.hub.rooms


def test_somebody_who_enters_while_the_room_is_ending_is_in_a_room():
    """The end is placed in the order too: after an ENTER it is void."""
    stage = Stage()
    stage.join("a")
    stage.leave("a")
    stage.tick(at=0)
    ending = stage.hub.tick(now=600, time=TIME)
    assert ending == [Publish(Ended("room"))]
    stage.join("b")
    stage.perform(ending)

    assert stage.send("b", "hi")[0]["msg"] == "hi"


def test_at_the_limit_of_rooms_the_one_that_has_been_empty_longest_ends():
    """Never the lobby, and no room with somebody in it; the end is a record, so that every hub sees the same."""
    stage = Stage(rooms=4)
    for connection, room in zip("abcd", ("lobby", "tea", "room", "coffee"), strict=True):
        stage.join(connection, room)
    for connection in "acb":
        stage.leave(connection)
    joining = stage.joining("e", "new")
    assert [effect.record for effect in joining][:1] == [Ended("room")]
    stage.perform(joining)
    assert list(stage.hub.rooms) == ["lobby", "tea", "coffee", "new"]
    stage.join("f", "newer")

    assert list(stage.hub.rooms) == ["lobby", "coffee", "new", "newer"]


def test_a_thousand_rooms_that_somebody_entered_and_left_refuse_nobody():
    """Whoever comes has a room at once, and there are never more than the limit."""
    stage = Stage()
    for number in range(1100):
        stage.join("a", f"room {number}")
        stage.leave("a")

    assert list(stage.hub.rooms) == [f"room {number}" for number in range(100, 1100)]


def test_rooms_that_were_left_together_end_a_few_at_a_time():
    """To let go of all that a thousand rooms keep takes long: nobody waits for it."""
    stage = Stage()
    for number in range(20):
        stage.join(number, f"room {number}")
        stage.leave(number)
    left = []
    for at in (0, 600, 600.5, 601):
        stage.tick(at=at)
        left.append(len(stage.hub.rooms))

    assert left == [20, 12, 4, 0]


def test_missed_counts_what_the_limit_of_all_rooms_took():
    """Thirty rooms filled: each has what the limit leaves it, and whoever comes back is told how many are gone."""
    stage = Stage(rate=0, total_bytes=300_000)
    sinces = {}
    for number in range(30):
        stage.join(number, f"room {number}")
        sinces[number] = stage.send(number, "first")[0]["seq"]
    for text in range(40):
        for number in range(30):
            stage.send(number, f"{text:1000}")
    assert stage.hub.rooms.held_bytes <= 300_000
    kept = {number: len(stage.hub.rooms[f"room {number}"].kept) for number in range(30)}
    assert max(kept.values()) - min(kept.values()) <= 4
    for number, since in sinces.items():
        welcome = stage.join(f"back {number}", f"room {number}", since=since)
        assert 25 < welcome["missed"] == 40 - kept[number]


def test_a_limit_that_was_lowered_is_reached_though_nobody_says_anything():
    """With the next tick."""
    stage = Stage(rate=0)
    stage.join("a")
    for text in range(30):
        stage.send("a", f"{text:1000}")
    stage.hub.limits = Limits(total_bytes=5000)
    stage.tick(at=1)

    assert stage.hub.rooms.held_bytes <= 5000


def test_two_hubs_that_read_the_same_records_agree():
    """Order, names and duplicates are decided on the deliver side alone."""
    first, second = Stage(), Stage()
    records = []
    for effects in (
        lambda: first.joining("a", name="Ada", client=ADA),
        lambda: first.joining("b", name="Ada"),
        lambda: first.sending("a", {"type": 2, "msg": "hi", "id": "1"}),
        lambda: first.sending("b", {"type": 2, "msg": "hi", "id": "1"}),
        lambda: first.sending("b", {"type": 6, "msg": "Bo"}),
        lambda: first.leaving("a"),
    ):
        made = effects()
        records += [effect.record for effect in made]
        first.perform(made)
    for record in records:
        second.hub.deliver(record)

    assert second.hub.rooms["room"].kept == first.hub.rooms["room"].kept
    assert second.names() == first.names() == ["Bo"]


# Taking over from a hub that is gone


def held(stage):
    return [stage.hub.snapshot(name) for name in stage.hub.sizes()]


def heir(stage):
    """A stage whose hub took over what the other's holds, now, as from a journal."""
    second = Stage()
    second.now, second.ids = stage.now, 1_000
    for record in held(stage):
        assert second.hub.deliver(record) == []
    assert held(second) == held(stage)
    second.perform(second.hub.adopt(now=second.now, time=TIME))
    return second


def orphaned(**limits):
    """Ada, who gave a client, and User 1, who did not, in a room with two messages; their hub is gone."""
    stage = Stage(**limits)
    stage.now = 100.0
    stage.join("a", name="Ada", client=ADA)
    stage.join("g")
    stage.send("a", {"type": 2, "msg": "one", "id": "1"})
    stage.send("g", {"type": 2, "msg": "two", "id": "2"})
    return stage


def test_seats_are_held_as_if_their_people_had_just_been_cut_off():
    """Who comes back within 10 s has the seat, whatever name it asks for, and nobody hears of it."""
    second = heir(orphaned())
    second.join("watcher")
    seen = len(second.screens["watcher"])
    second.tick(at=109.9)
    assert second.join("a2", name="x", client=ADA)["user"] == "Ada"

    assert second.kinds("a2") == [WELCOME]
    assert len(second.screens["watcher"]) == seen


def test_who_does_not_come_back_has_left_after_10_seconds():
    """Counted from the take-over; LEAVE is placed, once."""
    second = heir(orphaned())
    second.join("watcher", name="Watcher")
    second.tick(at=109.9)
    assert second.names() == ["Ada", "Watcher"]
    second.tick(at=110)
    second.tick(at=111)

    assert [f["user"] for f in second.screens["watcher"] if f["type"] == LEAVE] == ["Ada"]
    assert second.names() == ["Watcher"]


def test_who_gave_no_client_has_left_at_the_take_over():
    """Nobody could tell that it is back; its LEAVE has its place in the order."""
    stage = orphaned()
    second = heir(stage)

    assert second.names() == ["Ada"]
    (placed,) = [json.loads(frame) for frame in list(second.hub.rooms["room"].kept)[len(stage.screens["a"]) - 1 :]]
    assert (placed["type"], placed["user"], placed["online"]) == (LEAVE, "User 1", 1)


def test_the_order_goes_on_and_nothing_is_missed():
    """The same epoch, the next number; whoever knows a place gets all that came after it."""
    stage = orphaned()
    last = stage.screens["a"][-1]["seq"]
    second = heir(stage)
    welcome = second.join("a2", client=ADA, since=last)
    (said,) = second.send("a2", "three")
    epoch, _, number = last.rpartition("-")

    assert welcome["missed"] == 0
    assert second.kinds("a2") == [WELCOME, LEAVE, MSG]
    assert [f["seq"] for f in second.screens["a2"][1:]] == [f"{epoch}-{int(number) + n}" for n in (1, 2)]
    assert said["seq"] == f"{epoch}-{int(number) + 2}"


def test_earlier_messages_are_counted_on():
    """Also those that the hub which is gone did not keep any more."""
    stage = orphaned(kept_messages=2, rate=0)
    for number in range(5):
        stage.send("a", str(number))
    before = stage.join("b")
    second = heir(stage)
    after = second.join("c")

    assert len(after["history"]) < 2 < before["earlier"]
    assert after["earlier"] + len(after["history"]) == before["earlier"] + len(before["history"])


def test_history_and_ids_are_remembered():
    """A message sent again because its acknowledgement was lost is answered as it was placed; its id is taken."""
    stage = orphaned()
    placed = next(frame for frame in stage.screens["a"] if frame.get("id") == "1")
    second = heir(stage)
    welcome = second.join("a2", client=ADA)

    assert [frame["msg"] for frame in welcome["history"]] == ["one", "two"]
    assert second.send("a2", {"type": 2, "msg": "one", "id": "1"}) == [placed]
    assert second.send("a2", {"type": 2, "msg": "other", "id": "1"})[0]["code"] == "id-taken"
    assert second.said("a2") == ["one"]


def test_a_guests_number_is_never_given_twice_though_its_hub_is_gone():
    """Not while the room lives: User 1 has left, and the next is User 2."""
    second = heir(heir(orphaned()))

    assert [second.join("b")["user"], second.join("c")["user"]] == ["User 2", "User 3"]


def test_a_name_whose_seat_is_only_held_goes_to_who_asks_for_it():
    """Mostly the same person with a new kernel, also behind a take-over."""
    second = heir(orphaned())

    assert second.join("b", name="Ada", client=BO)["user"] == "Ada"
    assert second.names() == ["Ada"]


def test_a_room_that_nobody_comes_back_to_ends_like_any_other():
    """Ten minutes after it was found empty."""
    second = heir(orphaned())
    for at in (110, 111, 710.9):
        second.tick(at=at)
    assert "room" in second.hub.rooms
    second.tick(at=711)

    assert second.hub.rooms == {}


# Traces


def test_a_message_that_asks_is_followed_from_before_it_is_published():
    """The record is the very one that comes back from the backplane, so that its delivery can be told."""
    stage = Stage()
    stage.join("a")
    follow, publish = stage.sending("a", {"type": MSG, "msg": "hi", "id": "mine", "trace": True})

    assert follow == Follow("a", publish.record)
    assert [type(effect) for effect in stage.sending("a", {"type": MSG, "msg": "hi", "id": "other"})] == [Publish]


def test_what_is_refused_is_not_followed():
    """Neither a blank message, nor one that came too fast."""
    stage = Stage(rate=1, burst=1)
    stage.join("a")
    for msg in (" ", "too fast"):
        (effect,) = stage.sending("a", {"type": MSG, "msg": msg, "trace": True})
        assert isinstance(effect, Send)


def test_a_connection_has_a_name_as_long_as_somebody_is_on_it():
    """Also after another name; none before it is in, none behind its end."""
    stage = Stage()
    assert name_on(stage.hub, "a") is None
    entering = stage.joining("a", name="Ada")
    assert name_on(stage.hub, "a") is None
    stage.perform(entering)
    stage.send("a", {"type": RENAME, "msg": "Grace"})
    assert name_on(stage.hub, "a") == "Grace"
    stage.leave("a")
    assert name_on(stage.hub, "a") is None
