"""The wire: what text means, what a frame looks like, and what a name, a room and an id may be."""

import json

import pytest

from chatlib import wire
from chatlib.errors import BadMessage

TIME = "2026-01-01T12:00:00.000Z"


def refused(text, **limits):
    with pytest.raises(BadMessage) as refusal:
        wire.decode_client(text, **limits)
    return refusal.value


# Client to server


@pytest.mark.parametrize(
    "text",
    ["hi", "  hi \n", "{", "[1]", '"type"', "5", '{"msg": "no type"}', '{"type": 2,}', '{"type": 2, "msg": NaN}', "{}"],
)
def test_what_is_no_envelope_is_itself_the_message_never_trimmed(text):
    """The seed's pages send bare text, and people paste JSON too: only an object with a type is an envelope."""
    assert wire.decode_client(text) == wire.Say(text)


@pytest.mark.parametrize(
    ("envelope", "frame"),
    [
        ({"type": 2, "msg": "hi"}, wire.Say("hi")),
        ({"type": 2, "msg": " hi ", "id": "a 1"}, wire.Say(" hi ", "a 1")),
        ({"type": 2, "msg": "hi", "id": None}, wire.Say("hi")),
        ({"type": 2, "msg": "hi", "more": [1]}, wire.Say("hi")),
        ({"type": 2, "msg": "hi", "id": "a1", "trace": True}, wire.Say("hi", "a1", trace=True)),
        ({"type": 2, "msg": "hi", "trace": True}, wire.Say("hi", trace=True)),
        ({"type": 2, "msg": "hi", "trace": False}, wire.Say("hi")),
        ({"type": 2, "msg": "hi", "trace": None}, wire.Say("hi")),
        ({"type": 5}, wire.IsTyping()),
        ({"type": 6, "msg": "Bo"}, wire.ChangeName("Bo")),
    ],
)
def test_envelopes_are_a_message_typing_and_a_new_name(envelope, frame):
    """All that a client can say; fields it adds are ignored, null is no id."""
    assert wire.decode_client(json.dumps(envelope)) == frame


@pytest.mark.parametrize("number", [0, 1, 3, 4, 7, -2, True, 2.0, 2.5, "2", None, [], {}, 10**400])
def test_an_unknown_or_non_integer_type_is_a_bad_message(number):
    """In JSON ``true`` and ``2.0`` are no integers, though Python's 1 and 2 equal them; the id is handed back."""
    refusal = refused(json.dumps({"type": number, "msg": "hi", "id": "mine"}))

    assert (refusal.code, refusal.id) == ("bad-message", "mine")


@pytest.mark.parametrize("fields", [{}, {"msg": None}, {"msg": 5}, {"msg": ["hi"]}, {"msg": True}])
@pytest.mark.parametrize("number", [2, 6])
def test_a_missing_or_wrong_msg_is_a_bad_message(number, fields):
    """Wrong fields are told, with the id of the envelope."""
    refusal = refused(json.dumps({"type": number, "id": "mine", **fields}))

    assert (refusal.code, refusal.id) == ("bad-message", "mine")


@pytest.mark.parametrize("trace", [0, 1, "true", [], {}])
def test_a_trace_is_wanted_or_not(trace):
    """Any other value is a wrong field, like a wrong id; bare JSON with it stays a message."""
    refusal = refused(json.dumps({"type": 2, "msg": "hi", "id": "mine", "trace": trace}))

    assert (refusal.code, refusal.id) == ("bad-message", "mine")
    assert wire.decode_client(json.dumps({"trace": trace})) == wire.Say(json.dumps({"trace": trace}))


@pytest.mark.parametrize("frame", [wire.Say("hi"), wire.Say("hi", "a1"), wire.Say("hi", "a1", trace=True)])
def test_what_a_client_says_comes_out_as_it_went_in(frame):
    """And only what asks for a trace has that field: an older server sees what it always saw."""
    text = wire.encode_client(frame)

    assert wire.decode_client(text) == frame
    assert ("trace" in json.loads(text)) == frame.trace


def test_a_trace_comes_out_as_it_went_in():
    """Its answers are objects; its times have no upper bound but a browser's numbers."""
    trace = wire.Trace("a1", 0.25, 1, (wire.Answered("Bo", 1.5),), ("Cy", "李"), 3, TIME, "1 of 3 have it")
    text = wire.encode(trace)

    assert json.loads(text)["type"] == 8
    assert json.loads(text)["answered"] == [{"user": "Bo", "ms": 1.5}]
    assert wire.decode_server(text) == trace


@pytest.mark.parametrize("id_", ["", "x" * 65, "a\nb", "a\u202eb", "\ud800", 5, True, ["a"]])
def test_an_id_is_1_to_64_printable_characters(id_):
    """Another id is refused, and not handed back."""
    refusal = refused(json.dumps({"type": 2, "msg": "hi", "id": id_}))

    assert (refusal.code, refusal.id) == ("bad-message", None)
    assert wire.decode_client(json.dumps({"type": 2, "msg": "hi", "id": "é" * 64})) == wire.Say("hi", "é" * 64)


@pytest.mark.parametrize("number", [2, 6])
def test_half_a_surrogate_pair_is_a_bad_message(number):
    """JSON can escape what UTF-8 cannot carry to the others."""
    refusal = refused(f'{{"type": {number}, "msg": "a\\ud800b", "id": "mine"}}')

    assert (refusal.code, refusal.id) == ("bad-message", "mine")


@pytest.mark.parametrize("text", ['{"a":' * 100_000 + "1" + "}" * 100_000, '{"type": 2, "msg": ' + "1" * 5000 + "}"])
def test_json_that_no_reader_takes_is_a_bad_message(text):
    """Nesting 100,000 deep and integers of 5,000 digits are answered, like any other nonsense."""
    assert refused(text).code == "bad-message"


def test_any_depth_of_nesting_gets_an_answer():
    """Also at the edge, where reading just succeeds and showing the value again could fail."""
    for depth in range(700, 1100):
        assert refused('{"type": ' + "[" * depth + "]" * depth + "}").code == "bad-message"


@pytest.mark.parametrize("text", ["", " \t\r\n", "\u200b\u200d\ufeff", "\u2060\u00a0", "\u3164", "\ufe0f", "\u180b"])
def test_a_message_in_which_nothing_can_be_seen_is_empty(text):
    """White space and zero-width characters say nothing, bare or in an envelope."""
    refusal = refused(json.dumps({"type": 2, "msg": text, "id": "mine"}))

    assert (refused(text).code, refusal.code, refusal.id) == ("empty", "empty", "mine")


@pytest.mark.parametrize(("longest", "character"), [(8192, "x"), (4096, "é"), (2048, "🙂")])
def test_a_message_is_limited_in_bytes_of_utf_8(longest, character):
    """8 KiB pass, one character more is too long, also in an envelope whose JSON is longer anyhow."""
    assert wire.decode_client(character * longest, message_bytes=8192) == wire.Say(character * longest)
    envelope = json.dumps({"type": 2, "msg": character * (longest + 1), "id": "mine"})
    refusal = refused(envelope, message_bytes=8192)

    assert (refusal.code, refusal.id) == ("too-long", "mine")
    assert refused(character * (longest + 1), message_bytes=8192).code == "too-long"


def test_0_message_bytes_means_any_length():
    """A limit of 0 is none."""
    assert wire.decode_client("x" * 1_000_000) == wire.Say("x" * 1_000_000)


@pytest.mark.parametrize("frame", [wire.Say("{}"), wire.Say("你好", "1"), wire.IsTyping(), wire.ChangeName("Bo")])
def test_what_a_client_encodes_is_what_the_server_decodes(frame):
    """The two halves of the way in agree."""
    assert wire.decode_client(wire.encode_client(frame)) == frame


# Server to client

SAID = wire.Msg("Ada", "hi", "id1", "e-1", TIME)
FRAMES = [
    (wire.Enter("Ada", 1, "e-1", TIME, "Ada entered the room"), {"type", "user", "online", "seq", "time", "msg"}),
    (wire.Leave("Ada", 0, "e-2", TIME, "Ada left the room"), {"type", "user", "online", "seq", "time", "msg"}),
    (SAID, {"type", "user", "msg", "id", "seq", "time"}),
    (
        wire.Welcome("Ada", "lobby", ("Ada",), 1, (SAID,), None, wire.LimitsNotice(20, 40, 8192), TIME, "Welcome"),
        {"type", "user", "room", "users", "online", "history", "missed", "limits", "time", "msg"},
    ),
    (
        wire.Welcome("Ada", "lobby", ("Ada",), 1, (SAID,), 0, wire.LimitsNotice(20, 40, 8192), TIME, "Welcome", 7),
        {"type", "user", "room", "users", "online", "history", "missed", "limits", "time", "msg", "earlier"},
    ),
    (wire.Error("empty", "say something", TIME), {"type", "code", "msg", "time"}),
    (wire.Error("rate-limited", "wait", TIME, "id1", 1.5), {"type", "code", "msg", "time", "id", "retry_after"}),
    (wire.Typing("Ada", TIME, "Ada is typing"), {"type", "user", "time", "msg"}),
    (wire.Rename("Bo", "Ada", "e-3", TIME, "Ada is now Bo"), {"type", "user", "old", "seq", "time", "msg"}),
]


@pytest.mark.parametrize(("frame", "names"), FRAMES)
def test_every_frame_has_the_fields_of_its_type_and_no_others(frame, names):
    """The table of the protocol, field by field."""
    assert set(json.loads(wire.encode(frame))) == names


@pytest.mark.parametrize("frame", [frame for frame, _ in FRAMES])
def test_what_the_server_encodes_is_what_a_client_decodes(frame):
    """The two halves of the way out agree."""
    assert wire.decode_server(wire.encode(frame)) == frame


def test_frames_are_utf_8_unescaped():
    """Chinese and emoji take their own bytes, not six each."""
    assert "你好🙂" in wire.encode(wire.Msg("Ada", "你好🙂", "1", "e-1", TIME))


def test_missed_is_null_on_the_wire_when_the_epoch_is_unknown():
    """It is always there; what does not apply to an ERROR is left out."""
    welcome = next(frame for frame, _ in FRAMES if isinstance(frame, wire.Welcome))

    assert json.loads(wire.encode(welcome))["missed"] is None


@pytest.mark.parametrize("text", ["", "hi", "[]", "{}", '{"type": 2}', '{"type": []}', "[" * 100_000])
def test_what_is_no_frame_of_the_server_raises(text):
    """A client that met another kind of server says so."""
    with pytest.raises(BadMessage):
        wire.decode_server(text)


def test_a_frame_of_a_later_version_is_passed_over():
    """An unknown type is None, not an error."""
    assert wire.decode_server('{"type": 99, "msg": "new", "time": ""}') is None


# Names


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Bo ", "Ada Bo"),
        ("A\u0301da", "Áda"),
        ("A\u200b\u0301da", "Áda"),
        ("Ada\u202egnp", "Adagnp"),
        ("A\x00d\x1ba\x7f", "Ada"),
        ("A\u200bd\u200da\ufeff\u2066", "Ada"),
        ("Ada\ufe0f", "Ada"),
        ("A\u034fda", "Ada"),
        ("x" * 40, "x" * 32),
        ("你" * 40, "你" * 32),
        ("x" * 31 + " y", "x" * 31),
        ("A\ud800da", "Ada"),
        ("<b>Ada</b>", "<b>Ada</b>"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f Ada", "❤\ufe0f Ada"),
        ("x" * 31 + "🇩🇪", "x" * 31),
        ("x" * 30 + "🇩🇪🇫🇷", "x" * 30 + "🇩🇪"),
        ("x" * 29 + "👨\u200d👩\u200d👧", "x" * 29),
        ("x" * 31 + "y\u0323\u0307", "x" * 31),
    ],
)
def test_a_name_is_nfc_cleaned_and_cut(wanted, name):
    """Two names that look the same are the same; markup is just text."""
    assert wire.clean_name(wanted) == name


@pytest.mark.parametrize(
    "wanted", ["", " ", "\u200b\u202e", "\u3164", "User 1", "USER 22", " user  3 ", "User\u00a04", "Ｕser 5", "User ⑥"]
)
def test_a_blank_name_or_one_that_only_the_room_gives_is_none(wanted):
    """Asking for User n is asking for none, in any case and spacing."""
    assert wire.clean_name(wanted) == ""


@pytest.mark.parametrize("wanted", ["User", "User x", "Users 1", "User 1a", "My User 1"])
def test_a_name_that_only_resembles_the_rooms_own_is_left(wanted):
    """Only User and a number is the room's to give."""
    assert wire.clean_name(wanted) == wanted


def test_the_32_characters_of_a_name_include_its_number():
    """``Ada (2)`` is cut before the number, never in it."""
    assert wire.numbered_name("Ada", 2) == "Ada (2)"
    assert wire.numbered_name("x" * 32, 10) == "x" * 27 + " (10)"
    assert wire.numbered_name("x" * 27 + " yyyy", 2) == "x" * 27 + " (2)"
    assert wire.numbered_name("x" * 27 + "🇩🇪yyy", 2) == "x" * 27 + " (2)"


# Rooms


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/", "lobby"),
        ("/chat", "lobby"),
        ("/chat/lobby", "lobby"),
        ("/chat/a%20b", "a b"),
        ("/chat/%E4%BD%A0", "你"),
        ("/chat/a+b", "a+b"),
        ("/chat/" + "x" * 64, "x" * 64),
        ("/chat/" + "%E4%BD%A0" * 64, "你" * 64),
        ("/chat/caf%C3%A9", "café"),
        ("/chat/cafe%CC%81", "café"),
        ("/chat/caf%C3%A9%20", "café"),
        ("/chat/%E3%80%80caf%C3%A9%E2%80%8B", "café"),
        ("/chat/%D8%B9%E2%80%8C%D8%B1", "ع\u200cر"),
        ("/chat/" + "x%E2%80%8B" * 64, "x" * 64),
        ("/chat/100%25", "100%"),
        ("/chat/...", "..."),
        ("/echo", None),
        ("/chatter", None),
        ("/chats/x", None),
        ("//chat/x", None),
        ("/Chat/x", None),
        ("chat/x", None),
    ],
)
def test_a_path_names_a_room_or_none(path, room):
    """``/chat/<room>`` is a room, ``/chat`` and ``/`` are the lobby, and nothing else is."""
    assert wire.room_of_path(path) == room


@pytest.mark.parametrize(
    "path",
    ["/chat/" + "x" * 65, "/chat/a/b", "/chat/a%2Fb", "/chat/a%00", "/chat/%1b", "/chat/a%0A", "/chat/%FF",
     "/chat/a%3Fb", "/chat/a?b", "/chat/a%23b", "/chat/a%5Cb", "/chat/.", "/chat/..", "/chat/%2E%2E",
     "/chat/..%E2%80%8B", "/chat/", "/chat/%20", "/chat/%E2%80%8B"]
)  # fmt: skip
def test_a_rooms_name_has_1_to_64_characters_none_of_control_and_none_that_a_url_loses(path):
    """Counted after percent-decoding, which must give UTF-8."""
    with pytest.raises(ValueError, match="room"):
        wire.room_of_path(path)


@pytest.mark.parametrize("room", [None, 5, b"lobby"])
def test_a_room_that_is_no_string_is_a_type_error(room):
    """Said where it was written."""
    with pytest.raises(TypeError, match="a room's name is a string"):
        wire.checked_room(room)


# Frames that are encoded already

NASTY = ["plain", '"', "\\", '","id":"', '","seq":"', '"history":[]', "\u2028", "\x85\xa0", "漢🙂", '\\","id":"x', "{}"]


@pytest.mark.parametrize("id_", [text for text in NASTY if text.isprintable()])
@pytest.mark.parametrize("text", NASTY)
def test_a_messages_id_is_read_from_its_frame(text, id_):
    """Whatever stands in it and around it; what is no message has none."""
    msg = wire.Msg(text, text, id_, "epoch-1", TIME)

    assert wire.message_id(wire.encode(msg).encode()) == id_
    for frame in (wire.Enter(text, 1, "e-1", TIME, text), wire.Rename(text, text, "e-1", TIME, text)):
        assert wire.message_id(wire.encode(frame).encode()) is None


@pytest.mark.parametrize("text", NASTY)
def test_a_welcome_takes_its_history_as_it_was_encoded(text):
    """Nothing is encoded twice, and the text is the same."""
    history = tuple(wire.Msg(text, text, f"{number}", "epoch-1", TIME) for number in range(3))
    for some in (history, history[:1], ()):
        welcome = wire.Welcome(text, text, (text, text), 2, some, None, wire.LimitsNotice(1, 2, 3), TIME, text)
        encoded = wire.encode_welcome(welcome, [wire.encode(msg).encode() for msg in some])

        assert encoded == wire.encode(welcome)
