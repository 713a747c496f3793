"""The cable: each piece that went from one end to the other, when it left and when it was there."""

from __future__ import annotations

import asyncio

import pytest

from chatlib.experiments.cable import Cable
from chatlib.experiments.dissection import dissect
from chatlib.experiments.play import Stage
from tests.support.waiting import until


@pytest.fixture
def stage():
    stage = Stage()
    yield stage
    stage.close()


def titles(pieces):
    """What left, in this order: which way it went, and what it was."""
    first_line = {
        piece.n: piece.raw.split(b"\r\n")[0].decode("latin-1") for piece in pieces if piece.kind == "handshake"
    }
    return [
        (piece.direction, first_line.get(piece.n) or dissect(piece.raw).summary)
        for piece in pieces
        if piece.arrived is None
    ]


async def test_every_piece_is_seen_at_both_ends_on_one_clock(stage):
    """It leaves before it arrives, and nothing overtakes what left before it."""
    pieces = []
    async with asyncio.timeout(20):
        play = stage.begin(wire=pieces.append)
        await play.until_open()
        echo = play.client.once("message")
        play.client_sends("hi")
        await echo
        play.server_closes(4001, "enough")
        await play.until_over()

    assert titles(pieces) == [
        ("sent", "GET / HTTP/1.1"),
        ("received", "HTTP/1.1 101 Switching Protocols"),
        ("sent", "TEXT hi"),
        ("received", "TEXT hi"),
        ("received", "CLOSE 4001 enough"),
        ("sent", "CLOSE 4001 enough"),
    ]
    arrived = [piece for piece in pieces if piece.arrived is not None]
    assert [piece.n for piece in arrived] == [1, 2, 3, 4, 5, 6]
    assert all(0 <= piece.left <= piece.arrived for piece in arrived)


async def test_a_cut_sends_nothing(stage):
    """Nobody sends a Close frame, so none is seen."""
    pieces = []
    async with asyncio.timeout(20):
        play = stage.begin(wire=pieces.append)
        await play.until_open()
        play.cut()
        await play.until_over()

    assert [title for _, title in titles(pieces)] == ["GET / HTTP/1.1", "HTTP/1.1 101 Switching Protocols"]


async def test_a_refusal_is_an_answer_and_no_frame(stage):
    """The body behind its head is no piece of its own."""
    pieces = []
    async with asyncio.timeout(20):
        play = stage.begin(refused=True, wire=pieces.append)
        await play.until_over()

    assert [title for _, title in titles(pieces)] == ["GET / HTTP/1.1", "HTTP/1.1 403 Forbidden"]


async def test_who_watches_no_more_is_told_no_more(stage):
    """Another play has begun."""
    first, second = [], []
    async with asyncio.timeout(20):
        play = stage.begin(wire=first.append)
        await play.until_open()
        seen = len(first)
        another = stage.begin(wire=second.append)
        await another.until_open()
        play.client_sends("late")
        another.client_closes()
        await another.until_over()
        await until(lambda: len(second) == 8)

    assert len(first) == seen


def test_what_is_lost_on_the_way_has_not_arrived():
    """The wire was cut while it was under way."""
    pieces = []
    cable = Cable(lambda: 1.0, pieces.append)
    cable.server_writes(b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"\x81\x02hi")

    assert [(piece.n, piece.kind, piece.left, piece.arrived) for piece in pieces] == [
        (1, "handshake", 1.0, None),
        (2, "frame", 1.0, None),
    ]
