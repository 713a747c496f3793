"""Rooms in a real Redis: several servers are one, whichever of them, or of their connections, or Redis itself, dies."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import chatlib
from chatlib.chaos import Proxy
from chatlib.errors import ServeError
from chatlib.limits import Limits
from chatlib.server import stream_backplane
from chatlib.server.chat_server import ChatServer
from chatlib.server.patience import Pace
from chatlib.server.redis_backplane import RedisBackplane, RedisStore
from chatlib.server.settings import Settings
from chatlib.server.stream_format import Place
from chatlib.transcript import Notice
from tests.support.backplanes import PROMISES, Make
from tests.support.certificate import Certificate
from tests.support.chat import answer, get, refusal
from tests.support.person import Person
from tests.support.places import ROOT
from tests.support.redis_server import RedisServer
from tests.support.server_that_dies import ServerThatDies
from tests.support.waiting import until
from tools.ports import free_port

QUICK = Pace(
    lease=0.6,
    look=0.15,
    room_look=0.15,
    answer=5,  # TLS takes its time on a busy machine
    patience=0.5,
    retry=0.05,
    block=0.2,
    close=0.5,
    room=600,
    untrimmed=60,
)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis of this test's own."""
    with RedisServer() as server:
        yield server


@asynccontextmanager
async def servers(
    *urls: str, pace: Pace = QUICK, rate: float = 20
) -> AsyncIterator[list[tuple[ChatServer, RedisBackplane]]]:
    """Servers on this loop, each with a Redis of its own URL."""
    async with AsyncExitStack() as stack:
        begun = []
        for url in urls:
            backplane = RedisBackplane(url, pace=pace)
            server = ChatServer(settings=Settings(limits=Limits(rate=rate)), backplane=backplane)
            await server.start()
            stack.push_async_callback(server.stop)
            begun.append((server, backplane))
        yield begun


def person(server: ChatServer, name: str, room: str = "lobby") -> Person:
    return Person(f"ws://127.0.0.1:{server.port}", name, room=room)


async def alike(*people: Person, messages: int) -> None:
    """Wait until all of them have so many messages, and see that each has the same, under the same numbers."""
    for one in people:
        await one.room.until(lambda one=one: len([seq for seq, *_ in one.lines() if seq]) >= messages, timeout=30)
    first, *others = [one.lines() for one in people]
    assert len({text for _, _, text in first}) == len(first) == messages
    for other in others:
        assert other == first


def orders(one: Person) -> dict[str, str]:
    """What stands at each number, whatever it is."""
    placed = {}
    for entry in one.room.transcript:
        if seq := getattr(entry, "seq", None):
            placed[seq] = entry.msg
    return placed


def close(*people: Person) -> None:
    for one in people:
        one.room.close()


# What all backplanes promise


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
async def test_it_keeps_what_every_backplane_promises(promise: Callable[[Make], Any], redis: RedisServer) -> None:
    """tests/server/test_backplane.py has the same for the others."""
    await promise(lambda: RedisBackplane(redis.url))


# Two servers


async def test_two_servers_are_one_room(redis: RedisServer) -> None:
    """One order, one history, one list of people, and every name once."""
    async with servers(redis.url, redis.url) as [(first, _), (second, _)]:
        ada, bo = person(first, "Ada"), person(second, "Ada")
        await ada.room.joined()
        await bo.room.joined()
        assert {ada.room.name, bo.room.name} == {"Ada", "Ada (2)"}
        for one in (ada, bo):
            one.wanted = one.room.name
            one.begin(100, pause=0)
        await asyncio.gather(ada.finish(), bo.finish())
        await alike(ada, bo, messages=200)
        assert ada.room.people == bo.room.people
        late = person(second, "Late")
        await late.room.joined()
        await alike(ada, bo, late, messages=200)
        assert orders(late).items() <= orders(ada).items()
        close(ada, bo, late)


async def test_a_seat_is_taken_back_on_another_server(redis: RedisServer) -> None:
    """The address leads to another server: same name, nobody left, nothing is missed."""
    async with servers(redis.url, redis.url) as [(first, _), (second, _)]:
        with Proxy("127.0.0.1", first.port) as proxy:
            bo, ada = person(second, "Bo"), Person(proxy.url, "Ada")
            await bo.room.joined()
            await ada.room.joined()
            proxy.target = ("127.0.0.1", second.port)
            proxy.cut()
            ada.begin(3, pause=0)
            await ada.finish()
            await alike(ada, bo, messages=3)
            assert ada.room.name == "Ada"
            assert bo.surprises() == ada.surprises() == []
            close(ada, bo)


async def test_a_namespace_is_a_world_of_its_own(redis: RedisServer) -> None:
    """Others' rooms of the same names are not seen."""
    async with servers(redis.url) as [(first, _)]:
        other = ChatServer(backplane=RedisBackplane(redis.url, "other"))
        await other.start()
        ada, bo = person(first, "Ada"), person(other, "Ada")
        await ada.room.joined()
        await bo.room.joined()
        assert (ada.room.people, bo.room.people) == (("Ada",), ("Ada",))
        close(ada, bo)
        await other.stop()


# Servers that die


@asynccontextmanager
async def three_talk(redis: RedisServer) -> AsyncIterator[tuple[list[ServerThatDies], list[Person]]]:
    """Three servers, each a process with somebody who talks; in the end all have all, and noticed nothing else."""
    async with AsyncExitStack() as stack:
        dying = [ServerThatDies() for _ in range(3)]
        people = []
        for number, server in enumerate(dying):
            stack.push_async_callback(server.kill)
            await server.start("--redis", redis.url)
            people.append(Person(server.url, f"P{number}"))
            await people[-1].room.joined()
        for one in people:
            one.begin(150, pause=0.01)
        yield dying, people
        await asyncio.gather(*(one.finish() for one in people))
        await alike(*people, messages=450)
        assert [one.surprises() for one in people] == [[], [], []]
        close(*people)


async def test_one_of_three_servers_is_killed_and_everybody_has_the_same(redis: RedisServer) -> None:
    """kill -9: its people come back when it does, all that anybody said is there once; nobody left."""
    async with three_talk(redis) as (dying, people):
        for count in (100, 250):
            await people[0].room.until(lambda count=count: len(people[0].room.messages) >= count)
            await dying[1].kill()
            await dying[1].start("--redis", redis.url)


async def test_all_servers_are_restarted_one_after_the_other(redis: RedisServer) -> None:
    """A rolling restart with SIGTERM, in the middle of a talk."""
    async with three_talk(redis) as (dying, _):
        for server in dying:
            server.signal(signal.SIGTERM)
            await server.ended()
            await server.start("--redis", redis.url)


async def test_who_was_on_a_dead_server_and_never_returns_has_left_once(redis: RedisServer) -> None:
    """Its lease ends, its seats are held, then whoever comes first says so, and the others do not again."""
    pace = replace(QUICK, lease=0.3)
    async with AsyncExitStack() as stack:
        dying = ServerThatDies()
        stack.push_async_callback(dying.kill)
        await dying.start("--redis", redis.url)
        [(first, _), (second, _)] = await stack.enter_async_context(servers(redis.url, redis.url, pace=pace))
        for server in (first, second):
            server.hub.limits = replace(server.hub.limits, seat_held=0.3)
        gone, ada, bo = Person(dying.url, "Gone"), person(first, "Ada"), person(second, "Bo")
        for one in (gone, ada, bo):
            await one.room.joined()
        await ada.room.until(lambda: len(ada.room.people) == 3)
        await dying.kill()
        for one in (ada, bo):
            await one.room.until(lambda one=one: len(one.room.people) == 2, timeout=60)
        ada.begin(1, pause=0)
        await ada.finish()
        await alike(ada, bo, messages=1)
        for one in (ada, bo):
            left = [it.user for it in one.room.transcript if isinstance(it, Notice) and it.kind == "leave"]
            assert left == ["Gone"]
        close(gone, ada, bo)


async def test_a_server_that_stood_still_gets_its_people_back(redis: RedisServer) -> None:
    """Others took it for dead: it lives after all, and nobody has left."""
    async with AsyncExitStack() as stack:
        frozen = ServerThatDies()
        stack.push_async_callback(frozen.kill)
        await frozen.start("--redis", redis.url)
        [(first, _)] = await stack.enter_async_context(servers(redis.url))
        ada, bo = person(first, "Ada"), Person(frozen.url, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        await ada.room.until(lambda: len(ada.room.people) == 2)
        frozen.signal(signal.SIGSTOP)
        await until(lambda: any(it.held_until for _, it in first.hub.rooms.members()), "its seats are held", seconds=60)
        frozen.signal(signal.SIGCONT)
        await until(lambda: not any(it.held_until for _, it in first.hub.rooms.members()), "given back", seconds=60)
        bo.begin(1, pause=0)
        await bo.finish()
        await alike(ada, bo, messages=1)
        assert ada.surprises() == bo.surprises() == []
        close(ada, bo)


# Redis that dies


async def restarted(redis: RedisServer, *urls: str) -> None:
    """Kill a Redis in the middle of a talk over two servers, and start it again."""
    async with servers(*urls, rate=0) as [(first, _), (second, _)]:
        ada, bo = person(first, "Ada"), person(second, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        for one in (ada, bo):
            one.begin(150, pause=0.005)
        await ada.room.until(lambda: len(ada.room.messages) >= 60)
        redis.kill()
        await ada.room.until(lambda: ada.room.state != "OPEN")
        redis.start()
        await asyncio.gather(ada.finish(), bo.finish())
        await alike(ada, bo, messages=300)
        assert ada.surprises() == bo.surprises() == []
        close(ada, bo)


async def test_redis_is_restarted_with_its_append_only_file(redis: RedisServer) -> None:
    """Killed in the middle of a talk: what was acknowledged is there, what was not comes, once."""
    await restarted(redis, redis.url, redis.url)


async def test_redis_is_gone_for_good(redis: RedisServer) -> None:
    """Within patience people are told and let go; who comes is told why not; nothing is acknowledged."""
    async with servers(redis.url) as [(server, _)]:
        ada = person(server, "Ada")
        await ada.room.joined()
        redis.kill()
        unplaced = ada.room.send("into the void")
        await until(lambda: server.trouble, "it says what it waits for", seconds=60)
        assert "waits for its Redis" in server.trouble
        await ada.room.until(lambda: ada.room.state != "OPEN")
        status, text = await refusal(server, "/chat/room")
        assert (status, "waits for its Redis" in text) == (503, True)
        about = json.loads((await answer(server, get("/healthz")))[2])
        assert (about["engine"], about["engine_answers"]) == ("redis", False)
        assert [it.state for it in ada.room.messages if it.id == unplaced] != ["delivered"]
        close(ada)


async def test_redis_that_hangs_is_noticed_too(redis: RedisServer) -> None:
    """SIGSTOP: every connection stays open, and no answer comes."""
    async with servers(redis.url, redis.url) as [(first, _), (second, _)]:
        ada, bo = person(first, "Ada"), person(second, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        redis.signal(signal.SIGSTOP)
        ada.begin(3, pause=0)
        await ada.room.until(lambda: ada.room.state != "OPEN")
        redis.signal(signal.SIGCONT)
        await ada.finish()
        await alike(ada, bo, messages=3)
        assert ada.surprises() == bo.surprises() == []
        close(ada, bo)


async def test_a_redis_that_forgot_everything_is_filled_again(redis: RedisServer) -> None:
    """FLUSHALL: the rooms begin anew, on every server alike; everybody comes again."""
    async with servers(redis.url, redis.url) as [(first, _), (second, _)]:
        ada, bo = person(first, "Ada"), person(second, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        ada.begin(1, pause=0)
        await ada.finish()
        assert redis.ask("FLUSHALL") == b"+OK\r\n"
        ada.wanted = "Anew"
        ada.begin(3, pause=0)
        await ada.finish()
        await bo.sees("Anew 2")
        assert (
            [it[2] for it in ada.lines()][-3:] == [it[2] for it in bo.lines()][-3:] == [f"Anew {n}" for n in range(3)]
        )
        assert orders(ada).keys() & orders(bo).keys()
        assert {seq for seq, _, text in ada.lines() if "Anew" in text} == {
            seq for seq, _, text in bo.lines() if "Anew" in text
        }
        close(ada, bo)


# The network between a server and Redis


async def test_a_server_is_cut_off_from_redis_for_a_while(redis: RedisServer) -> None:
    """Its people see "sending" and a word; then all arrives once, in one order; the others never noticed."""
    with Proxy("127.0.0.1", redis.port) as proxy:
        async with servers(redis.url, f"redis://127.0.0.1:{proxy.port}", rate=0) as [(first, _), (second, backplane)]:
            ada, bo = person(first, "Ada"), person(second, "Bo")
            await ada.room.joined()
            await bo.room.joined()
            ada.begin(200, pause=0.01)
            bo.begin(200, pause=0.01)
            await bo.room.until(lambda: len(bo.room.messages) >= 50)
            proxy.freeze()
            await until(lambda: backplane.waiting, "it says that it waits", seconds=60)
            await bo.room.until(lambda: "waits for its Redis" in bo.room.connection.text)
            await ada.finish()
            assert (bo.room.state, bo.room.messages[-1].state) == ("CLOSED", "sending")
            proxy.cut()
            proxy.heal()
            await bo.finish()
            await alike(ada, bo, messages=400)
            close(ada, bo)


async def test_twenty_cuts_between_a_server_and_redis_double_nothing(redis: RedisServer) -> None:
    """Wherever the bytes run out: in a command, in an answer that says that it was carried out."""
    turns = random.Random(5)
    patient = replace(QUICK, lease=10, patience=10)  # nobody is taken for gone, nor sent away, on a busy machine either
    with Proxy("127.0.0.1", redis.port) as proxy:
        async with servers(redis.url, f"redis://127.0.0.1:{proxy.port}", pace=patient, rate=0) as [
            (first, _),
            (second, _),
        ]:
            ada = person(first, "Ada")
            await ada.room.joined()
            bo = person(second, "Bo")  # who comes first has seen the other come
            await bo.room.joined()
            ada.begin(200, pause=0.015)
            bo.begin(200, pause=0.015)
            for number in range(1, 21):
                proxy.cut(after_bytes=turns.randrange(1, 4000))
                await until(lambda number=number: proxy.cuts >= number, "the cut", seconds=60)
            await asyncio.gather(ada.finish(), bo.finish())
            await alike(ada, bo, messages=400)
            assert orders(ada).items() >= orders(bo).items()
            close(ada, bo)


# Kept, trimmed, late


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms are kept after a few messages."""
    monkeypatch.setattr(stream_backplane, "SMALL_BYTES", 2000)


@pytest.mark.usefixtures("small")
async def test_a_late_hub_begins_with_the_room_as_it_was_kept(redis: RedisServer) -> None:
    """And has what the others have; so does one that comes when the stream was trimmed."""
    pace = replace(QUICK, untrimmed=0, look=0.05)
    async with servers(redis.url, redis.url, pace=pace, rate=0) as [(first, _), (second, _)]:
        ada = person(first, "Ada")
        await ada.room.joined()
        for _ in range(10):
            ada.wanted = f"{ada.wanted[:3]} {len(ada.room.messages)}"
            ada.begin(30, pause=0.002)
            await ada.finish()
        await until(lambda: b"place" in redis.ask("HKEYS", "chatlib:{lobby}:kept"), "the room is kept")
        late = person(second, "Late")
        await late.room.joined()
        state = [hub.hub.snapshot("lobby") for hub in (first, second)]
        await until(lambda: first.hub.snapshot("lobby") == second.hub.snapshot("lobby"), f"{state}")
        assert first.hub.rooms["lobby"].placed == 302
        close(ada, late)


@pytest.mark.usefixtures("small")
async def test_what_was_trimmed_while_a_server_was_cut_off_is_had_from_what_was_kept(redis: RedisServer) -> None:
    """It cannot read what it missed: it lets the room go and begins with what another kept; its people come again."""
    pace = replace(QUICK, untrimmed=0, look=0.05)
    with Proxy("127.0.0.1", redis.port) as proxy:
        async with AsyncExitStack() as stack:
            [(first, _)] = await stack.enter_async_context(servers(redis.url, pace=pace, rate=0))
            cut_off = await stack.enter_async_context(servers(f"redis://127.0.0.1:{proxy.port}", pace=pace, rate=0))
            [(second, backplane)] = cut_off
            ada, bo = person(first, "Ada"), person(second, "Bo")
            await ada.room.joined()
            await bo.room.joined()
            proxy.refuse()
            proxy.cut()
            await until(lambda: backplane.waiting, "it says that it waits", seconds=60)
            bo.begin(5, pause=0)
            for _ in range(8):
                ada.wanted = f"{ada.wanted[:3]} {len(ada.room.messages)}"
                ada.begin(40, pause=0.002)
                await ada.finish()
            proxy.heal()
            await bo.finish()
            await alike(ada, bo, messages=325)
            await until(lambda: first.hub.snapshot("lobby") == second.hub.snapshot("lobby"), "the same", seconds=60)
            close(ada, bo)


async def test_a_place_is_lost_where_neither_the_stream_nor_what_is_kept_has_it(redis: RedisServer) -> None:
    """Then something behind it may be trimmed, or lost: whatever time stands in the places."""
    store = RedisStore(redis.url, "chatlib", "0123abcd", QUICK)
    rooms = ("there", "kept", "trimmed", "ahead", "began", "new", "string")
    here, ahead = "5-1", "9999999999999-0"
    for room in ("there", "kept", "trimmed", "ahead"):
        for place in (here, ahead):
            redis.ask("XADD", f"chatlib:{{{room}}}:log", place, "x", "y")
    for room in ("kept", "trimmed"):
        redis.ask("XTRIM", f"chatlib:{{{room}}}:log", "MINID", ahead)
    for room, place in {"kept": here, "trimmed": ahead, "ahead": ahead, "began": here}.items():
        redis.ask("HSET", f"chatlib:{{{room}}}:kept", "place", place)
    redis.ask("SET", "chatlib:{string}:log", "x")

    lost = await store.lost({room: Place() if room in ("began", "new") else Place(5, 1) for room in rooms})

    assert {room: error is None for room, error in lost.items()} == {"trimmed": True, "began": True, "string": False}
    await store.disconnect()


async def test_rooms_end_with_their_keys_and_the_lobby_stays(redis: RedisServer) -> None:
    """Nobody has to be there to end them."""
    pace = replace(QUICK, room=1.0, room_look=0.1)
    async with servers(redis.url, pace=pace) as [(server, _)]:
        ada = person(server, "Ada", "short")
        bo = person(server, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        ada.begin(1, pause=0)
        await ada.finish()
        bo.begin(1, pause=0)
        await bo.finish()
        assert redis.ask("EXISTS", "chatlib:{short}:log") == b":1\r\n"
        close(ada, bo)
        await until(lambda: redis.ask("EXISTS", "chatlib:{short}:log") == b":0\r\n", "the room's end", seconds=60)
        assert redis.ask("EXISTS", "chatlib:{lobby}:log") == b":1\r\n"
        back = person(server, "Cy")
        await back.room.joined()
        assert [text for _, _, text in back.lines()] == ["Bo 0"]
        close(back)


# What others write there


async def test_what_no_hub_wrote_is_skipped_and_stops_nobody(redis: RedisServer, caplog: Any) -> None:
    """Rubbish in the stream, between what people say: counted, logged once, and the same on every server."""
    turns = random.Random(7)
    async with servers(redis.url, redis.url) as [(first, one), (second, two)]:
        ada, bo = person(first, "Ada"), person(second, "Bo")
        await ada.room.joined()
        await bo.room.joined()
        key, hub = "chatlib:{lobby}:log", one.hub
        for number in range(60):
            rubbish = [
                ("x", "y"),
                ("hub", "zz", "n", "1", "records", "[]\n"),
                ("hub", hub, "n", "-1", "records", "[]\n"),
                ("hub", "0" * 8, "n", str(number + 1), "records", '["Said","lobby"]\n'),
                ("hub", "0" * 8, "n", str(number + 1), "records", '["Ended","elsewhere"]\n' + "[" * 3000 + "\n"),
                ("hub", "0" * 8, "n", "9" * 5000, "records", ""),
            ][turns.randrange(6)]
            assert redis.ask("XADD", key, "*", *rubbish).startswith(b"$")
        ada.begin(5, pause=0.01)
        bo.begin(5, pause=0.01)
        await asyncio.gather(ada.finish(), bo.finish())
        await alike(ada, bo, messages=10)
        assert one.skipped == two.skipped > 0
        assert len([it for it in caplog.records if "none of ours" in it.getMessage()]) == 2
        close(ada, bo)


@pytest.mark.parametrize("name", ["log", "kept"])
async def test_a_key_of_another_type_stops_one_room_for_a_moment(redis: RedisServer, name: str) -> None:
    """It is taken away; the room begins anew, and all others never noticed."""
    async with servers(redis.url, redis.url) as [(first, _), (second, _)]:
        ada, bo = person(first, "Ada"), person(second, "Bo", "other")
        await ada.room.joined()
        await bo.room.joined()
        key = f"chatlib:{{lobby}}:{name}"
        assert redis.ask("SET", key, "rubbish") == b"+OK\r\n"
        bo.begin(3, pause=0)
        await until(lambda: redis.ask("TYPE", key) != b"+string\r\n", "it is taken away", seconds=60)
        ada.begin(3, pause=0)
        await asyncio.gather(ada.finish(), bo.finish())
        late = person(second, "Late")
        await late.room.joined()
        await late.sees("Ada 2")
        close(ada, bo, late)


# Its connections


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """What a Redis shows that is reached at 127.0.0.1, signed by nobody else."""
    return Certificate.make(tmp_path_factory.mktemp("certificate"), "IP:127.0.0.1")


@contextmanager
def redis_with_tls(certificate: Certificate, *flags: str) -> Iterator[tuple[RedisServer, str]]:
    """A Redis, and where it speaks TLS: behind ``rediss://``."""
    port = free_port()
    files = ("--tls-cert-file", str(certificate.file), "--tls-key-file", str(certificate.key))
    with RedisServer("--tls-port", str(port), *files, "--tls-auth-clients", "no", *flags) as redis:
        yield redis, f"127.0.0.1:{port}"


async def test_it_speaks_tls(certificate: Certificate) -> None:
    """With a password, and after a restart; what another server says without TLS comes as well."""
    with redis_with_tls(certificate, "--requirepass", "p/w") as (redis, where):
        urls = (
            f"rediss://:p%2Fw@{where}?ssl_ca_certs={quote(str(certificate.file))}",
            redis.url.replace("//", "//:p%2Fw@"),
        )
        await restarted(redis, *urls)


async def start(url: str) -> str:
    """Have a server begin with a Redis that cannot be used; return what it says."""
    server = ChatServer(backplane=RedisBackplane(url, pace=QUICK))
    with pytest.raises(ServeError) as refused:
        await server.start()
    return str(refused.value).removeprefix("the rooms are to be in Redis, and ")


async def test_a_certificate_is_looked_at(certificate: Certificate, tmp_path: Path) -> None:
    """Signed by nobody known, or of another host; and whatever else is wrong with TLS, in words that help."""
    with redis_with_tls(certificate) as (redis, where):
        trusted = f"?ssl_ca_certs={quote(str(certificate.file))}"
        elsewhere = where.replace("127.0.0.1", "localhost")
        plain = f"127.0.0.1:{redis.port}"
        said = await start(f"rediss://:secret@{where}")
        assert said.startswith(f"rediss://{where} shows a certificate that is not trusted (self")
        said = await start(f"rediss://:secret@{elsewhere}{trusted}")
        assert said.startswith(f"rediss://{elsewhere} shows a certificate that is not trusted (Hostname mismatch")
        missing = await start(f"rediss://:secret@{where}?ssl_ca_certs={quote(str(tmp_path / 'secret'))}")
        assert missing == f"rediss://{where} needs a file that cannot be opened (No such file or directory)"
        rubbish = tmp_path / "rubbish"
        rubbish.write_text("secret")
        said = await start(f"rediss://:secret@{where}?ssl_ca_certs={quote(str(rubbish))}")
        assert said.startswith(f"rediss://{where} cannot be spoken to with TLS (")
        assert await start(f"rediss://:secret@{plain}{trusted}") == f"rediss://{plain} does not answer"
        assert (await start(f"redis://:secret@{where}")).startswith(f"redis://{where} does not answer")


def connected_to(port: int) -> list[int]:
    """Return the numbers of this process' sockets that are connected to a port."""
    found = []
    for number in range(3, 1024):
        with suppress(OSError):  # none, or not connected
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as sock:
                    if sock.family == socket.AF_INET and sock.getpeername()[1] == port:
                        found.append(number)
    return found


async def test_a_forked_child_has_no_connection_to_redis(redis: RedisServer) -> None:
    """Those are its parent's, which goes on."""
    async with servers(redis.url) as [(server, _)]:
        ada = person(server, "Ada")
        await ada.room.joined()
        assert connected_to(redis.port)
        child = os.fork()
        if child == 0:
            os._exit(7 if not connected_to(redis.port) else 1)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        assert os.waitstatus_to_exitcode(status) == 7
        ada.begin(3, pause=0)
        await ada.finish()
        close(ada)


# At the start


async def serve(*flags: str, **environment: str) -> tuple[int, str]:
    """Run ``python -m chatlib serve`` that fails; return its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chatlib", "serve", "--port", "0", *flags),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env=os.environ | environment,
    )
    async with asyncio.timeout(30):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_redis_that_cannot_be_used_is_one_line_and_status_1(redis: RedisServer) -> None:
    """Nothing there; a namespace of another protocol."""
    nobody = f"redis://:secret@127.0.0.1:{free_port()}"
    status, said = await serve("--redis", nobody)
    assert (status, said.count("\n")) == (1, 1)
    assert said.endswith("does not answer\n")
    assert "secret" not in said
    redis.ask("SET", "old:protocol", "0")
    status, said = await serve("--redis", redis.url, "--namespace", "old")
    assert (status, said.count("\n")) == (1, 1)
    assert "are of protocol '0'" in said


async def test_a_password_is_shown_nowhere(caplog: Any) -> None:
    """Whatever is in it: not where it is wrong, not where it is right, not in a log, not in /healthz."""
    secret = "p@ss/w:rd#é%?&"
    with RedisServer("--requirepass", secret) as redis:
        url = f"redis://:{quote(secret, safe='')}@127.0.0.1:{redis.port}"
        for said in (
            await serve(CHATLIB_REDIS=url.replace("p%40ss", "wrong")),
            await serve("--redis", url.replace(quote(secret, safe=""), secret)),
        ):
            assert (said[0], said[1].count("\n")) == (1, 1)
            assert not any(part in said[1] for part in ("w:rd", "w%3Ard", "p@ss", "wrong"))
        caplog.set_level("DEBUG")  # also what others log: asyncio, the redis package
        async with servers(url) as [(server, backplane)]:
            ada = person(server, "Ada")
            await ada.room.joined()
            redis.kill()
            await until(lambda: backplane.waiting, "it waits", seconds=60)
            told = [repr(server), repr(backplane), repr(server.settings), repr(backplane._store), caplog.text]
            told += [server.trouble, (await answer(server, get("/healthz")))[2]]
            close(ada)
        told.append(repr(Settings(redis=url)))
        assert not any(part in text for text in told for part in ("w:rd", "w%3Ard", secret, quote(secret)))


async def test_serve_keeps_its_redis_until_it_is_stopped(redis: RedisServer) -> None:
    """What is not given stays; another one is refused in words; the kernel that joined has its owner's."""
    port = free_port()
    with chatlib.serve(port, redis=redis.url) as server:
        assert chatlib.serve(port, rate=5) is server
        assert chatlib.serve(port, redis=redis.url) is server
        for other in ({"redis": ""}, {"namespace": "other"}, {"redis": redis.url + "/1"}):
            with pytest.raises(ValueError, match="stop\\(\\) it before you change redis or namespace"):
                chatlib.serve(port, **other)
        assert server.settings.redis == redis.url
        ada = Person(server.url, "Ada")
        await ada.room.joined()
        assert redis.ask("EXISTS", "chatlib:{lobby}:log") == b":1\r\n"
        close(ada)
