"""One GET of /healthz: whatever answers, and whatever does not, is told in an Answer, and in time."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket

import pytest

from chatlib.machine import health
from chatlib.machine.health import Answer
from tests.support import peers

HEALTH = {"service": "chatlib", "version": "1.0", "protocol": 1, "rooms": 2, "clients": 3}


def whole(body: bytes, *, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


def answering(*pieces: bytes, stays: bool = False, tls: bool = False, path: str = "/healthz"):
    """Serve these pieces as the answer, and then hang up, or stay."""

    async def answer(wire: peers.Wire) -> None:
        for piece in pieces:
            wire.write(piece)
            await wire.writer.drain()
            await asyncio.sleep(0)
        if stays:
            await asyncio.Event().wait()

    return peers.peer(scripts={path: answer}, context=peers.tls_context() if tls else None)


async def ask(peer: peers.Peer) -> Answer:
    return await health.ask(peer.url)


async def test_a_whole_answer_is_taken_though_the_connection_stays_open():
    """The length says that nothing more comes: nobody waits for an end."""
    async with answering(whole(json.dumps(HEALTH).encode()), stays=True) as peer:
        answer = await ask(peer)

    assert (answer.status, answer.trouble, answer.health) == (200, "", HEALTH)


async def test_an_answer_may_come_in_pieces_and_end_with_its_connection():
    """Header names in any case; without a length, the end is the end."""
    body = json.dumps(HEALTH).encode()
    for head in (b"HTTP/1.1 200 OK\r\ncontent-LENGTH:%d\r\n\r\n" % len(body), b"HTTP/1.0 200 OK\r\n\r\n"):
        pieces = [head[:5], head[5:20], head[20:], body[:7], body[7:]]
        async with answering(*pieces) as peer:
            assert (await ask(peer)).health == HEALTH


async def test_the_question_is_the_path_s_health_with_the_query():
    """A server behind a proxy has a path, one with a passcode a query; who asks is nobody's business."""
    async with answering(whole(b"{}"), path="/base/healthz") as peer:
        await health.ask(f"ws://ada:secret@127.0.0.1:{peer.port}/base/?passcode=a%20b")

        assert peer.requests == [
            "GET /base/healthz?passcode=a%20b HTTP/1.0\r\n"
            f"Host: 127.0.0.1:{peer.port}\r\nAccept: application/json\r\n\r\n"
        ]


@pytest.mark.parametrize("sent", [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nX: y\r\n"])
async def test_an_answer_that_is_cut_off_is_none(sent):
    """In its body, or in its head: half of a JSON is no news."""
    async with answering(sent) as peer:
        assert await ask(peer) == Answer(trouble="the answer was cut off", is_held=True)


@pytest.mark.parametrize("sent", [b"220 mail.example ready\r\n", b"SSH-2.0-x\r\n", b"HTTP/2 200\r\n\r\n", b""])
async def test_what_is_no_http_is_told_so(sent):
    """A mail server, a database; and who hangs up at once."""
    async with answering(sent) as peer:
        assert await ask(peer) == Answer(trouble="what came is no HTTP", is_held=True)


async def is_given_up(peer: peers.Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask with little patience; with more where a busy machine took all of it to connect."""
    for patience in (0.1, 1, 10):
        monkeypatch.setattr(health, "PATIENCE_SECONDS", patience)
        async with asyncio.timeout(2 * patience + 10):
            answer = await ask(peer)
        assert answer.trouble == f"no answer for {patience} s"
        if answer.is_held:
            return
    raise AssertionError(f"no connection came about: {answer!r}")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
async def test_a_peer_that_hangs_is_given_up(monkeypatch, sent):
    """Before its answer or within; after two seconds, here sooner. Somebody holds the port all the same."""
    assert health.PATIENCE_SECONDS == 2
    async with answering(sent, stays=True) as peer:
        await is_given_up(peer, monkeypatch)


async def test_one_deadline_is_for_all_of_it(monkeypatch):
    """A peer that sends a byte now and then is not waited for any longer."""

    async def drip(wire: peers.Wire) -> None:
        while True:
            wire.write(b"H")
            await wire.writer.drain()
            await asyncio.sleep(0.02)

    async with peers.peer(scripts={"/healthz": drip}) as peer:
        await is_given_up(peer, monkeypatch)


async def test_where_nobody_listens_nothing_is_held():
    """Refused: the port is free to be had."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        answer = await health.ask(f"http://127.0.0.1:{bound.getsockname()[1]}")

    assert answer == Answer(trouble=os.strerror(errno.ECONNREFUSED), is_held=False)


async def test_a_host_that_nobody_knows_is_told_so(monkeypatch):
    """The resolver has numbers of its own for what went wrong."""

    async def resolve_in_vain(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio, "open_connection", resolve_in_vain)

    assert await health.ask("http://nobody.invalid:3000") == Answer(trouble="Name or service not known")


async def test_a_peer_that_resets_is_trouble_and_holds_the_port():
    """The network never raises here."""

    async def reset(wire: peers.Wire) -> None:
        wire.reset()

    async with peers.peer(scripts={"/healthz": reset}) as peer:
        assert await ask(peer) == Answer(trouble=os.strerror(errno.ECONNRESET), is_held=True)


async def test_a_peer_that_knows_no_tls_and_hangs_up_is_trouble_in_words():
    """asyncio raises an error without a word then."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        answer = await health.ask(f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}")

    assert answer == Answer(trouble="the connection was cut")


async def test_over_tls_the_certificate_counts(monkeypatch, tmp_path):
    """One that this machine trusts is asked like any other; one that nobody vouches for is named as the trouble."""
    async with answering(whole(json.dumps(HEALTH).encode()), tls=True) as peer:
        untrusted = await ask(peer)
        (tmp_path / "trusted.pem").write_text(peers.CERTIFICATE)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        trusted = await ask(peer)

    assert untrusted.status is None
    assert "certificate verify failed" in untrusted.trouble
    assert trusted.health == HEALTH


async def test_an_answer_without_a_body_is_its_status():
    """A program that has no such page."""
    async with answering(b"HTTP/1.1 404 Not Found\r\n\r\n") as peer:
        assert await ask(peer) == Answer(404)
    async with answering(whole(b"", status="503 Service Unavailable"), stays=True) as peer:
        assert await ask(peer) == Answer(503)


async def test_no_more_is_read_than_an_answer_can_have():
    """A stream without an end, and a length that is a lie."""
    endless = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 4096] * 40]
    boast = [b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n", *[b"x" * 4096] * 40]
    for pieces in (endless, boast):
        async with answering(*pieces, stays=True) as peer:
            answer = await ask(peer)

        assert answer.status == 200
        assert len(answer.body) <= 2 * health.ANSWER_BYTES
        assert answer.health == {}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"service": "another", "version": "1", "protocol": 1}'),
        (200, b'{"service": "chatlib", "version": "1"}'),
        (200, b"[1, 2]"),
        (200, b'"chatlib"'),
        (200, b"null"),
        (200, b"<html>"),
        (200, b"\xff"),
        (200, b"[" * 60_000),
        (200, b""),
        (500, json.dumps(HEALTH).encode()),
        (None, json.dumps(HEALTH).encode()),
    ],
)
def test_the_json_of_another_program_is_no_health(status, body):
    """Whatever it is, and however much it looks like one."""
    assert Answer(status, body).health == {}


def test_a_chatlib_server_that_does_not_let_us_in_has_a_health_too():
    """It says which it is, and not who is there."""
    about = {"service": "chatlib", "version": "9", "protocol": 9}

    assert Answer(200, json.dumps(about).encode()).health == about
