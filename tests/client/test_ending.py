"""Why a client's connection ended, and whether it tries again: in words, and against servers that refuse."""

from __future__ import annotations

import asyncio

import pytest

import chatlib
from chatlib import ChatClient, languages, wire
from chatlib.client.address import Address
from chatlib.client.ending import Loss, explain
from chatlib.client.transport import End
from chatlib.errors import JoinError
from chatlib.hub import LOST_SIGHT, SEAT_TAKEN, TAKEN_FOR_GONE, Send, send_away
from chatlib.machine import health
from chatlib.machine.health import Answer
from chatlib.server.chat_server import SHUTDOWN
from tests.support.chat_fakes import TIME, Guest, Join, Watch, stage
from tools.ports import free_port


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


ADDRESS = Address.of("ws://host:3000/?passcode=sesame")
CHATLIB = b'{"service": "chatlib", "version": "1", "protocol": 1'


@pytest.mark.parametrize(
    ("loss", "said", "is_final"),
    [
        (Loss(End(), farewell=wire.Error("seat-taken", "taken by a newer one", TIME)), "taken by a newer one", True),
        (Loss(End(), farewell=wire.Error("shutdown", "shutting down", TIME)), "shutting down", False),
        (Loss(End(), was_welcome=True, slept=True), "this machine was asleep", False),
        (Loss(End(error="reset by peer"), was_welcome=True), "ws://host:3000 was lost: reset by peer", False),
        (Loss(End(1001, was_clean=True), was_welcome=True), "was lost: close code 1001", False),
        (Loss(End(status=503, body=b" full \nand more")), "refused with HTTP 503: full", False),
        (Loss(End(status=404)), "refused with HTTP 404: no reason", True),
    ],
)
async def test_what_the_loss_itself_tells_needs_no_look_up(loss: Loss, said: str, is_final: bool) -> None:
    """The server's last words first, then what this side noticed."""
    ending = await explain(loss, ADDRESS, known=False, secret="secret")
    assert ending.text.endswith(said)
    assert ending.is_final is is_final


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("you left more than 1048576 bytes unread: connect again", "你有超过 1048576 字节没有读取：请重新连接"),
        ("you read nothing for 20 s: connect again", "你 20 秒内什么也没有读取：请重新连接"),
        ("no answer to a ping for 0.5 s", "0.5 秒内没有应答 ping"),
        (SEAT_TAKEN, "你的一个更新的连接占用了这个座位"),
        (SHUTDOWN, "服务器正在关闭"),
        ("what another server says", "what another server says"),
    ],
)
async def test_what_a_server_says_last_can_be_said_in_chinese(said: str, chinese: str) -> None:
    """It comes in English, with numbers of its own; what nobody knows stays as it came."""
    ending = await explain(Loss(End(), farewell=wire.Error("x", said, TIME)), ADDRESS, known=True, secret="secret")
    assert (str(ending.text), languages.said(ending.text, "zh")) == (said, chinese)


@pytest.mark.parametrize("why", [LOST_SIGHT, TAKEN_FOR_GONE])
async def test_who_is_sent_away_is_told_why_in_chinese_too(why: str) -> None:
    """With the reason within it."""
    last_words, _ = send_away(1, why, TIME)
    assert isinstance(last_words, Send)
    farewell = wire.decode_server(str(last_words.text))
    assert isinstance(farewell, wire.Error)
    ending = await explain(Loss(End(), farewell=farewell), ADDRESS, known=True, secret="secret")
    assert languages.said(ending.text, "zh") == f"{languages.chinese()[why]}：请重新连接，不会丢失任何内容"


@pytest.mark.parametrize(
    ("answer", "said", "is_final"),
    [
        (Answer(trouble="Connection refused"), "no server answers at ws://host:3000: Connection refused.", False),
        (Answer(trouble="no answer for 2 s", is_held=True), "something holds ws://host:3000, but no answer", False),
        (Answer(403, b"Host 'x' is not this machine"), "HTTP 403: Host 'x' is not this machine", True),
        (Answer(200, b"<html>"), "is no chat server", True),
        (Answer(200, CHATLIB + b"}"), "wants its passcode", True),
        (Answer(200, CHATLIB + b', "rooms": 1}'), "before its welcome (aborted)", False),
        (Answer(200, CHATLIB + b', "rooms": 1, "engine_answers": true}'), "before its welcome (aborted)", False),
        (Answer(200, CHATLIB + b', "rooms": 1, "engine_answers": false}'), "waits for its Redis: what you said", False),
    ],
)
async def test_what_answers_there_explains_a_connection_without_a_welcome(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str, is_final: bool
) -> None:
    """A proxy in between swallows the refusal; ``/healthz`` goes through, with the passcode."""
    asked = []

    async def ask(url: str) -> Answer:
        asked.append(url)
        return answer

    monkeypatch.setattr(health, "ask", ask)
    ending = await explain(Loss(End(error="aborted")), ADDRESS, known=False, secret="secret")
    assert said in ending.text
    assert ending.is_final is is_final
    assert asked == ["ws://host:3000?passcode=sesame"]


@pytest.mark.parametrize(("status", "is_final"), [(401, True), (403, True), (404, False), (426, False), (503, False)])
async def test_where_somebody_was_let_in_once_most_refusals_pass(status: int, is_final: bool) -> None:
    """A proxy answers for the server while that restarts; only a wrong passcode or origin stays wrong."""
    ending = await explain(Loss(End(status=status)), ADDRESS, known=True, secret="secret")
    assert ending.is_final is is_final


async def test_no_secret_is_repeated_not_even_where_the_text_is_cut() -> None:
    """Another program's error page may show the whole URL."""
    body = b"x" * 290 + b" client=secret passcode=sesame"
    ending = await explain(Loss(End(status=502, body=body)), ADDRESS, known=True, secret="secret")
    assert "secr" not in ending.text
    assert "sesa" not in ending.text
