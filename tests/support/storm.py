"""A seeded storm of malicious and broken clients, and two well-behaved ones who talk through it.

``python -m tests.support.storm PORT SEED`` plays one storm against a server; :func:`cases` is the same for the
same seed.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from websockets.asyncio.client import ClientConnection, connect

ROOM = "storm"
AT_ONCE = 20
ANSWER_SECONDS = 15.0
PACE = 1 / 15  # seconds between two messages of one talker: they keep to the rate limit
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Ending(Enum):
    """How a case ends: half-closed and then read to the end, with a RST, or left open and unread until all are done."""

    FINISH = auto()
    RESET = auto()
    LINGER = auto()


@dataclass(frozen=True, slots=True)
class Case:
    """One client: what it sends, in which pieces, and how it ends; ``upgraded`` if a good handshake comes first."""

    kind: str
    upgraded: bool
    pieces: tuple[bytes, ...]
    ending: Ending


# What they send -----------------------------------------------------------------------------------------------------


def request(
    path: str = f"/chat/{ROOM}",
    *,
    method: str = "GET",
    host: str = "127.0.0.1",
    key: str = "c29tZSBzaXh0ZWVuIGJ5dA==",
    version: str = "13",
    more: str = "",
) -> bytes:
    """Return an opening request; the defaults make a good one."""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: {version}\r\n{more}\r\n"
    ).encode()


def frame(
    payload: bytes | str = b"",
    *,
    opcode: int = TEXT,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    declared: int | None = None,
    wide: int = 0,
) -> bytes:
    """Return a frame, good unless told otherwise.

    Args:
        declared: the length that it says it has.
        wide: 126 or 127 for a length in more bytes than it needs.
    """
    payload = payload.encode() if isinstance(payload, str) else payload
    length = len(payload) if declared is None else declared
    form = wide or (length if length < 126 else 126 if length < 65_536 else 127)
    extended = {126: length.to_bytes(2, "big") if length < 65_536 else b"", 127: length.to_bytes(8, "big")}
    head = bytes([fin << 7 | reserved << 4 | opcode, masked << 7 | form]) + extended.get(form, b"")
    return head + (b"\x00\x00\x00\x00" if masked else b"") + payload


def say(msg: object, **more: object) -> bytes:
    """Return a frame with an envelope."""
    return frame(json.dumps({"type": 2, "msg": msg, **more}))


def mutated(random: Random, data: bytes) -> bytes:
    """Return the bytes with some of them changed, doubled or gone."""
    changed = bytearray(data)
    for _ in range(random.randrange(1, 8)):
        at = random.randrange(len(changed))
        match random.randrange(3):
            case 0:
                changed[at] = random.randrange(256)
            case 1:
                changed[at:at] = changed[at : at + random.randrange(1, 64)]
            case _:
                del changed[at : at + random.randrange(1, 16)]
                changed = changed or bytearray(b"?")
    return bytes(changed)


def some(random: Random, *choices: bytes) -> bytes:
    """Return one of the choices."""
    return random.choice(choices)


Maker = Callable[[Random], bytes]

HANDSHAKES: dict[str, Maker] = {
    "random bytes": lambda random: random.randbytes(random.randrange(1, 3_000)),
    "header of 10 KB": lambda random: request(more=f"X-Long: {'a' * 10_240}\r\n"),
    "300 headers": lambda random: request(more="X-More: 1\r\n" * 300),
    "endless request line": lambda random: b"GET /" + b"a" * random.randrange(8_000, 200_000),
    "cut handshake": lambda random: request()[: random.randrange(1, len(request()))],
    "mutated handshake": lambda random: mutated(random, request()),
    "bad version": lambda random: request(version=random.choice(("", "8", "13, 8", "x" * 500))),
    "bad key": lambda random: request(key=random.choice(("", "AAAA", "!" * 24, "é"))),
    "other method": lambda random: request(method=random.choice(("POST", "get", "CONNECT", "PRI", "X" * 9_000))),
    "other host": lambda random: request(host=random.choice(("evil.example", "", "[::1", "a" * 3_000, "127.0.0.1:x"))),
    "other origin": lambda random: request(
        more=f"Origin: {random.choice(('null', 'http://evil.example', '[', '://'))}\r\n"
    ),
    "two hosts": lambda random: request(more="Host: localhost\r\n"),
    "odd path": lambda random: request(
        random.choice(("/chat/%ff%fe", "/chat/%00", "/chat/a%2Fb", "/chat/é", "*", "//", "/chat/" + "x" * 65, "/?#"))
    ),
    "odd query": lambda random: request(
        f"/chat/{ROOM}?"
        + random.choice(
            ("name=%ff", "name=%e2%80%ae%00", "since=x-y", "since=-1", "client=%ff", "client=short", "&&=%")
        )
    ),
    "bare line feeds": lambda random: request().replace(b"\r\n", b"\n"),
    "folded header": lambda random: request(more="X-Old:\r\n folded\r\n"),
    "null bytes": lambda random: b"\x00" * random.randrange(1, 9_000),
    "body behind a GET": lambda random: (
        request("/healthz", more="Content-Length: 5\r\n") + b"hello" + random.randbytes(99)
    ),
    "plain GET": lambda random: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * random.randrange(1, 4),
    "frames behind a handshake": lambda random: request() + say("early") + frame(opcode=CLOSE) + say("too late"),
}

FRAMES: dict[str, Maker] = {
    "random bytes in frames": lambda random: random.randbytes(random.randrange(1, 3_000)),
    "mutated frames": lambda random: mutated(random, say("a", id="x") + frame("b") + frame(opcode=PING)),
    "bad opcode": lambda random: frame("x", opcode=random.choice((3, 4, 5, 6, 7, 11, 12, 13, 14, 15))),
    "reserved bits": lambda random: frame("x", reserved=random.randrange(1, 8)),
    "unmasked": lambda random: frame("x", masked=False),
    "continuation of nothing": lambda random: frame("x", opcode=0),
    "text within fragments": lambda random: frame("x", fin=False) + frame("y"),
    "unfinished fragments": lambda random: frame("x", fin=False) + frame("y", opcode=0, fin=False),
    "empty fragments": lambda random: frame(fin=False) + frame(opcode=0, fin=False) * 3_000 + frame("all", opcode=0),
    "ping within fragments": lambda random: frame("one ", fin=False) + frame(opcode=PING) + frame("message", opcode=0),
    "fragments beyond the limit": lambda random: frame(fin=False) + frame("x" * 9_000, opcode=0, fin=False) * 10,
    "oversized ping": lambda random: frame(
        "x" * random.choice((126, 70_000)), opcode=random.choice((PING, PONG, CLOSE))
    ),
    "fragmented ping": lambda random: frame("x", opcode=PING, fin=False),
    "pings": lambda random: frame("x", opcode=PING) * 500,
    "pongs that nobody asked for": lambda random: frame("x", opcode=PONG) * 500,
    "close of one byte": lambda random: frame(b"\x03", opcode=CLOSE),
    "close with a bad code": lambda random: frame(
        random.choice((0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535)).to_bytes(2, "big"), opcode=CLOSE
    ),
    "close with a bad reason": lambda random: frame(b"\x03\xe8\xff\xfe", opcode=CLOSE),
    "frames behind a close": lambda random: frame(b"\x03\xe8", opcode=CLOSE) + say("x") * 50 + frame(opcode=CLOSE),
    "half a header": lambda random: frame("x" * 200)[: random.randrange(1, 8)],
    "half a payload": lambda random: frame("x" * 200)[: random.randrange(8, 200)],
    "giant length": lambda random: frame("x", declared=random.choice((2**17, 2**32, 2**63 - 1, 2**63, 2**64 - 1))),
    "length in too many bytes": lambda random: frame("short", wide=random.choice((126, 127))),
    "invalid UTF-8": lambda random: frame(
        some(random, b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80")
    ),
    "character cut by a fragment": lambda random: frame(b"\xe4\xbd", fin=False) + frame(b"\xa0", opcode=0),
    "frame over the limit": lambda random: frame("x" * random.choice((65_537, 200_000))),
    "message over the limit": lambda random: frame("é" * 5_000) + say("x" * 60_000),
    "binary": lambda random: frame(random.randbytes(100), opcode=BINARY),
    "nested 100,000 deep": lambda random: frame(some(random, b"[" * 100_000, b'{"type":' + b"[" * 100_000)),
    "nested as deep as a frame": lambda random: frame(
        some(
            random, b'{"type":' + b"[" * 65_000, b'{"type":' * 8_000, b'{"type":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
        )
    ),
    "huge integer": lambda random: frame(f'{{"type": {"9" * random.choice((400, 4_299, 4_301, 60_000))}}}'),
    "huge float": lambda random: frame(some(random, b'{"type": 1e999}', b'{"type": NaN}', b'{"type": -Infinity}')),
    "lone surrogate": lambda random: frame(
        some(
            random, b'{"type":2,"msg":"\\ud800"}', b'{"type":6,"msg":"\\udfff"}', b'{"type":2,"msg":"a","id":"\\udc00"}'
        )
    ),
    "odd envelope": lambda random: frame(
        json.dumps(
            {
                "type": random.choice((None, True, 2.0, "2", [], {}, -1, 7, 2, 5, 6)),
                "msg": random.choice((None, 0, [], {}, "", " ", "\u200b", "\x00", "fine", "\u202egnp")),
                "id": random.choice((None, 0, "", "x" * 65, "a\nb", [], "fine")),
            }
        )
    ),
    "not quite JSON": lambda random: frame(mutated(random, b'{"type":2,"msg":"hi","id":"x"}').decode(errors="replace")),
    "flood": lambda random: say("x") * random.randrange(50, 300),
    "flood of nonsense": lambda random: frame('{"type":9}') * random.randrange(50, 300),
    "renames": lambda random: frame('{"type":6,"msg":"Ada"}') * 30,
    "typing": lambda random: frame('{"type":5}') * 30,
}

KINDS = tuple(HANDSHAKES) + tuple(FRAMES)


def cases(seed: int, rounds: int) -> Iterator[Case]:
    """Yield clients, each kind ``rounds`` times, in an order and in pieces that follow from the seed."""
    random = Random(seed)
    for _ in range(rounds):
        for kind in random.sample(KINDS, len(KINDS)):
            data = (HANDSHAKES | FRAMES)[kind](random)
            yield Case(kind, kind in FRAMES, tuple(_pieces(random, data)), random.choice(list(Ending)))


def _pieces(random: Random, data: bytes) -> Iterator[bytes]:
    if random.random() < 0.6 or len(data) < 2:
        yield data
        return
    cuts = sorted({random.randrange(1, len(data)) for _ in range(random.randrange(1, 40))})
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        yield data[start:end]


# How they are played ------------------------------------------------------------------------------------------------


async def play_storm(port: int, *, seed: int, rounds: int) -> int:
    """Play all cases, :data:`AT_ONCE` at a time; return how many there were.

    Raises:
        TimeoutError: the server did not end a connection that its peer had ended.
    """
    lingering: list[asyncio.StreamWriter] = []
    waiting = cases(seed, rounds)
    played = 0

    async def play_some() -> None:
        nonlocal played
        for case in waiting:
            try:
                await _play(case, port, lingering)
            except TimeoutError as error:
                raise TimeoutError(f"seed {seed}: the server does not end the connection of {case!r}"[:500]) from error
            except OSError:
                pass  # to hang up on such a client is the server's right
            played += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(play_some())
    for writer in lingering:
        writer.transport.abort()
    return played


async def _play(case: Case, port: int, lingering: list[asyncio.StreamWriter]) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            if case.upgraded:
                writer.write(request())
                await reader.readuntil(b"\r\n\r\n")
            for piece in case.pieces:
                if writer.is_closing():
                    break
                writer.write(piece)
                await asyncio.sleep(0)
            if case.ending is Ending.FINISH:
                writer.write_eof()
                while await reader.read(65_536):
                    pass
        except asyncio.IncompleteReadError:
            pass
        finally:
            if case.ending is Ending.LINGER:
                lingering.append(writer)
            else:
                _end(writer, reset=case.ending is Ending.RESET)


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset and not writer.is_closing():
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# The two who talk ---------------------------------------------------------------------------------------------------


class Talker:
    """A well-behaved client, that checks that it sees the room's order without a gap and nothing twice."""

    def __init__(self, connection: ClientConnection, name: str) -> None:
        self._connection = connection
        self.name = name
        self.seqs: list[int] = []
        self._own = os.urandom(8).hex()  # a message of an earlier talk would be a duplicate

    def id_of(self, msg: str) -> str:
        """Return the id of a message that this talker says."""
        return f"{self._own} {msg}"

    async def say(self, msg: str) -> None:
        """Say something."""
        await self._connection.send(json.dumps({"type": 2, "msg": msg, "id": self.id_of(msg)}))

    async def sees(self, id_: str) -> None:
        """Read until the message with this id comes."""
        while True:
            received = json.loads(await self._connection.recv())
            if "seq" in received:
                self.seqs.append(int(received["seq"].rpartition("-")[2]))
                assert self.seqs[-1] == self.seqs[0] + len(self.seqs) - 1, (
                    f"{self.name} lost or doubled one: {received}"
                )
            assert received["type"] != 4, f"{self.name} was refused: {received}"
            if received["type"] == 2 and received["id"] == id_:
                return


async def talk(port: int, until: asyncio.Event) -> list[float]:
    """Have Ada and Bo talk, taking turns, until the event is set; return the seconds of each round trip.

    Raises:
        AssertionError: one of them lost a frame of the room, or saw one twice, or was refused.
        TimeoutError: an answer took longer than :data:`ANSWER_SECONDS`.
    """
    url = f"ws://127.0.0.1:{port}/chat/{ROOM}"
    seconds: list[float] = []
    async with (
        connect(f"{url}?name=Ada", proxy=None, max_queue=None) as to_ada,
        connect(f"{url}?name=Bo", proxy=None, max_queue=None) as to_bo,
    ):
        ada, bo = Talker(to_ada, "Ada"), Talker(to_bo, "Bo")
        while not until.is_set():
            number = str(len(seconds))
            begin = time.perf_counter()
            async with asyncio.timeout(ANSWER_SECONDS):
                await ada.say(number)
                await bo.sees(ada.id_of(number))
                await bo.say(number)
                await ada.sees(bo.id_of(number))
            seconds.append(time.perf_counter() - begin)
            await asyncio.sleep(PACE)
    return seconds


async def weather(port: int, *, seed: int, rounds: int) -> list[float]:
    """Play a storm while Ada and Bo talk; return the seconds of their round trips."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        talking = group.create_task(talk(port, over))
        try:
            assert await play_storm(port, seed=seed, rounds=rounds) == rounds * len(KINDS)
        finally:
            over.set()
    return talking.result()


if __name__ == "__main__":
    asyncio.run(play_storm(int(sys.argv[1]), seed=int(sys.argv[2]), rounds=int(sys.argv[3])))
