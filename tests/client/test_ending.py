"""Why a client's connection ended, and whether it tries again: in words, and against servers that refuse."""

from __future__ import annotations

import asyncio

import pytest

import chatlib
from chatlib import ChatClient
from chatlib.errors import JoinError
from tests.support.chat_fakes import Guest, Join, Watch, stage
from tests.support.lab import free_port


async def test_no_server_says_what_to_do_and_not_the_passcode(join: Join) -> None:
    """The attempts go on: once a server is there, the client is in."""
    port = free_port()
    url = f"ws://127.0.0.1:{port}/?passcode=sesame&x="
    client = join(url)
    watch = Watch(client)
    shut = await watch.state("CLOSED")
    with pytest.raises(JoinError) as caught:
        await client.joined(timeout=0.05)
    for text in (str(caught.value), shut.text, repr(client), client.shown_url):
        assert "sesame" not in text
        assert f"127.0.0.1:{port}" in text
    assert "What to do" in str(caught.value)
    assert shut.retry_in is not None
    with chatlib.serve(port=port, passcode="sesame", rate=0) as late:
        await client.joined()
        assert late.owner


async def test_a_wrong_passcode_ends_it_and_says_so(join: Join) -> None:
    """A second attempt could not go better; the right one comes in."""
    with chatlib.serve(port=0, passcode="sesame") as locked:
        client = join(locked.url + "/?passcode=secret")
        with pytest.raises(JoinError, match="wants its passcode") as caught:
            await client.joined()
        assert "secret" not in str(caught.value)
        assert client.state == "CLOSED"
        await join(locked.chat_url).joined()


@pytest.mark.parametrize(("status", "is_final"), [(401, True), (403, True), (404, True), (429, False), (503, False)])
async def test_a_refusal_is_shown_and_final_unless_it_may_pass(join: Join, status: int, is_final: bool) -> None:
    """The server's own words are in the text, even where it echoes the URL, but no secret of it is."""
    async with stage(refusal=(status, "because /?passcode=sesame")) as fake:
        client = join(fake.url + "/?passcode=sesame")
        watch = Watch(client)
        shut = await watch.state("CLOSED")
        assert (shut.retry_in is None) is is_final
        assert "sesame" not in shut.text
        assert "passcode" in shut.text if status == 401 else f"HTTP {status}: because" in shut.text


async def drop_before_welcome(guest: Guest) -> None:
    await guest.drop()


@pytest.mark.parametrize(
    ("health", "said", "is_final"),
    [
        ((200, '{"service": "chatlib", "version": "0.1.0", "protocol": 1}'), "wants its passcode", True),
        ((403, "Host 'x' is not this machine"), "not this machine", True),
        ((200, "<html>Grafana</html>"), "no chat server", True),
        ((502, "nothing listens on that port"), "nothing listens", False),
        ((200, '{"service": "chatlib", "version": "0.1.0", "protocol": 1, "rooms": 1}'), "before its welcome", False),
    ],
)
async def test_a_proxy_that_opens_and_then_drops_does_not_hide_why(
    health: tuple[int, str], said: str, is_final: bool
) -> None:
    """Proxies swallow the refusal behind them; ``/healthz`` goes through."""
    async with stage(drop_before_welcome, health=health) as fake:
        client = ChatClient(fake.url)
        shut = await Watch(client).state("CLOSED")
        assert said in shut.text
        assert (shut.retry_in is None) is is_final
        client.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"service": "chat',
    ],
)
async def test_an_answer_that_was_cut_off_is_no_verdict(join: Join, answer: bytes) -> None:
    """What cuts the connection may cut the look-up too: half an answer of ``/healthz`` must not end the client."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer if b"/healthz" in request else b"")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as fake:
        client = join(f"ws://127.0.0.1:{fake.sockets[0].getsockname()[1]}")
        shut = await Watch(client).state("CLOSED")
        assert shut.retry_in is not None
