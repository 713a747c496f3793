"""The eight attacks: each gets through where nothing is switched on, and is stopped by the defence that is about it."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from chatlib.experiments import attacks
from chatlib.experiments.attacks import FLOOD, SCRIPT, Attack, carry_out, handlers_in
from chatlib.experiments.victim import LIMITS, Defence, Victim

EVIL = "http://127.0.0.1:1"
STOPS = {
    Attack.HIJACK: Defence.ORIGIN,
    Attack.REBIND: Defence.HOST,
    Attack.FLOOD: Defence.RATE,
    Attack.HUGE: Defence.SIZE,
    Attack.SLOW: Defence.TIMEOUT,
    Attack.NAME: Defence.NAME,
    Attack.MESSAGE: Defence.MESSAGE,
    Attack.TIME: Defence.TIME,
}


@pytest_asyncio.fixture
async def victim():
    victim = await Victim().start()
    yield victim
    await victim.stop()


async def attacked(victim):
    """Return what each attack came to, one after the other; only the slow one meanwhile, for it mostly waits."""
    slow = asyncio.create_task(carry_out(Attack.SLOW, victim, EVIL))
    outcomes = {attack: await carry_out(attack, victim, EVIL) for attack in Attack if attack is not Attack.SLOW}
    return outcomes | {Attack.SLOW: await slow}


def passed(outcome, direction):
    return [(str(piece.title), *piece.lines) for piece in outcome.pieces if piece.direction == direction]


async def test_each_gets_through_where_nothing_is_switched_on(victim, monkeypatch):
    """And what it came to is seen: what was read, what the page shows, what the server still keeps."""
    monkeypatch.setattr(attacks, "SLOW_SECONDS", 3 * attacks.SLOW_STEP)  # no defence of the server's measures it
    outcomes = await attacked(victim)

    assert {attack: outcome.stopped_by for attack, outcome in outcomes.items()} == dict.fromkeys(Attack)
    assert victim.ticket in outcomes[Attack.HIJACK].said
    assert "<b>Ada</b> Please send me your passwords." in outcomes[Attack.HIJACK].page
    assert "Hello from the internet." in outcomes[Attack.REBIND].page
    for attack in (Attack.NAME, Attack.MESSAGE, Attack.TIME):
        assert handlers_in(outcomes[attack].page) == ["onerror"]
    assert repr(outcomes[Attack.SLOW]) == "<Outcome of slow: got through>"


async def test_each_is_stopped_by_the_defence_that_is_about_it(victim):
    """And what decided is there, in bytes."""
    victim.defences = {*Defence} - {Defence.PASSCODE}
    outcomes = await attacked(victim)

    assert {attack: outcome.stopped_by for attack, outcome in outcomes.items()} == STOPS
    (request, *_) = passed(outcomes[Attack.HIJACK], "sent")
    assert f"Origin: {EVIL}" in request
    assert f"Cookie: chatlib_victim={victim.session}" in request
    answer, body = passed(outcomes[Attack.HIJACK], "received")
    assert answer[0] == "HTTP/1.1 403 Forbidden"
    assert body[1] == f"Origin {EVIL!r} may not connect"
    assert passed(outcomes[Attack.HUGE], "received")[-1][0].startswith("CLOSE 1009")
    close, raw = passed(outcomes[Attack.FLOOD], "received")[-1]
    assert close == "CLOSE 1008 more than 20 messages a second"
    assert raw.startswith("88 20 03 f0 ")  # a Close frame with 32 bytes: 1008, and why
    assert repr(outcomes[Attack.FLOOD]) == "<Outcome of flood: stopped by rate>"


@pytest.mark.parametrize("attack", [attack for attack in Attack if attack is not Attack.SLOW])
async def test_no_other_defence_is_enough(victim, attack):
    """Each is about one thing: with all others, but a passcode, an attack gets through."""
    victim.defences = {*STOPS.values()} - {STOPS[attack]}

    assert (await carry_out(attack, victim, EVIL)).stopped_by is None


async def test_a_passcode_keeps_out_whoever_does_not_know_it(victim):
    """The slow one asks for nothing, so it is not asked."""
    victim.defences = {Defence.PASSCODE, Defence.TIMEOUT}
    outcomes = await attacked(victim)

    assert outcomes.pop(Attack.SLOW).stopped_by is Defence.TIMEOUT
    assert {outcome.stopped_by for outcome in outcomes.values()} == {Defence.PASSCODE}
    assert victim.heard == 0


async def test_a_flood_is_ended_about_where_its_bucket_is_empty(victim):
    """The burst comes through, and what a rate of 20 adds while it lasts; the rest reaches nobody."""
    victim.defences = {Defence.RATE}
    await carry_out(Attack.FLOOD, victim, EVIL)

    assert LIMITS.burst <= victim.heard < FLOOD


@pytest.mark.parametrize(
    ("html", "handlers"),
    [(SCRIPT, ["onerror"]), (SCRIPT.replace("<", "&lt;"), []), ("<b title='on'>onerror=1</b>", []), ("", [])],
)
def test_a_handler_is_an_attribute_and_no_text(html, handlers):
    """As a browser would find it."""
    assert handlers_in(html) == handlers
