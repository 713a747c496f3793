"""What the checks of notebook 04 play."""

from __future__ import annotations

from websockets.utils import accept_key

from chatlib.exercises.nb04 import _masked, _payload, _random_key


def test_no_mask_makes_a_mistake_look_like_another():
    """With a 0, or the same byte twice, a mask that was mixed in wrongly can give what somebody forgot to unmask."""
    for _ in range(1000):
        raw = _masked(b"payload")
        assert len({0, *raw[2:6]}) == 5
        assert bytes(byte ^ raw[2 + n % 4] for n, byte in enumerate(raw[6:])) == b"payload"


def test_no_payload_ends_by_chance_with_what_looks_like_space():
    """Else whoever strips it would be told of another frame, now and then."""
    for _ in range(1000):
        payload = _payload(11)
        assert payload.strip(b" \0") == payload
        assert len(payload) == 11

    assert {_payload(125).strip(b" ")[-1:], _payload(300)[:1]} == {b"\0"}
    assert _payload(0) == b""


def test_each_accept_key_has_a_plus():
    """Else whoever takes it for a pattern, in which that is a sign, would be solved now and then."""
    assert all("+" in accept_key(_random_key()) for _ in range(20))
