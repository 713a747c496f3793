"""The load generator: a swarm of clients in one room, on raw sockets, that checks every byte and is hard to outrun.

All clients of a room are owed the same bytes, so nothing is parsed per client: whoever is ahead extends the common
stream, and everybody else's bytes are compared with it (one ``memcmp`` a read). Only the common stream is read frame by
frame, and at the end of a run its messages are compared with those that were sent.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Self

CHUNK: Final = 64 * 1024
AT_ONCE: Final = 100  # connections that are opened together: what a small listen backlog still takes
SILENCE: Final = 15.0  # seconds; less than a server's pings are apart
MASK: Final = b"\x00\x00\x00\x00"  # legal, and saves the masking here; the server unmasks as ever
TEXT: Final = 0x81
PING: Final = 0x89
PONG: Final = b"\x8a\x80" + MASK
MESSAGE: Final = b'{"type":2,'


class LoadError(Exception):
    """A client got something other than it was owed."""


class Member:
    """One client: its socket, how far it is in the common stream, and what it has yet to send."""

    __slots__ = ("before", "outgoing", "position", "recv", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.recv = sock.recv
        self.position = -1  # not in the common stream yet
        self.before = b""  # the end of what came before it
        self.outgoing = b""


class Swarm:
    """``count`` clients in one room.

    ``settle()`` first: it says one message and waits until everybody has it; the common stream starts behind it. A
    context manager: it closes its sockets.
    """

    def __init__(self, port: int, count: int, *, path: str = "/chat/bench") -> None:
        self.members: list[Member] = []
        self.messages: list[bytes] = []  # the texts of the common stream's frames: what was said,
        self.notices: list[bytes] = []  # and who came and went
        self._stream = bytearray()
        self._parsed = 0  # how much of the stream was read frame by frame
        self._in_marker = False
        self._received = 0  # bytes of the common stream, by all clients together
        self._selector = selectors.DefaultSelector()
        for start in range(0, count, AT_ONCE):
            for sock, early in connect(port, min(AT_ONCE, count - start), path=path):
                member = Member(sock)
                member.before = early
                sock.setblocking(False)
                self._selector.register(sock, selectors.EVENT_READ, member)
                self.members.append(member)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all sockets at once, with no Close frame."""
        self._selector.close()
        for member in self.members:
            member.sock.close()

    # What can be measured

    def settle(self) -> None:
        """Wait until every client is in the room and has read all that came before."""
        marker = os.urandom(16).hex().encode()
        self._in_marker = True
        self._say(self.members[0], [marker.decode()])
        waiting = len(self.members)
        while waiting or self._in_marker or not self._is_level():
            for member in self._readable():
                data = member.recv(CHUNK)
                if member.position < 0:
                    data = member.before + data
                    found = data.find(marker)
                    if found < 0:
                        member.before = data[1 - len(marker) :]
                        continue
                    member.position = 0
                    waiting -= 1
                    data = data[found + len(marker) :]
                self._follow(member, data)
        self._start_anew()
        for member in self.members:  # for the pings that nobody looked at until now
            member.sock.send(PONG)

    def pipeline(self, messages: int, *, senders: int = 1, size: int = 64) -> float:
        """Have the senders say ``messages`` together without waiting; return the seconds until all have all."""
        said = [_texts(sender, messages // senders, size) for sender in range(senders)]
        begin = time.perf_counter()
        for member, texts in zip(self.members, said, strict=False):
            self._say(member, texts)
        self._receive(sum(map(len, said)))
        seconds = time.perf_counter() - begin
        self._check(said)
        return seconds

    def one_at_a_time(self, messages: int, *, pause: float = 0, size: int = 64) -> list[float]:
        """Say each message ``pause`` seconds after all have the one before; return how long each took to the last."""
        texts = _texts(0, messages, size)
        seconds = []
        for number, text in enumerate(texts, 1):
            time.sleep(pause)
            begin = time.perf_counter()
            self._say(self.members[0], [text])
            self._receive(number)
            seconds.append(time.perf_counter() - begin)
        self._check([texts])
        return seconds

    # The way in and out

    def _say(self, member: Member, texts: Sequence[str]) -> None:
        member.outgoing += b"".join(text_frame(text) for text in texts)
        self._selector.modify(member.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, member)
        self._write(member)

    def _write(self, member: Member) -> None:
        try:
            sent = member.sock.send(member.outgoing)
        except BlockingIOError:
            return
        member.outgoing = member.outgoing[sent:]
        if not member.outgoing:
            self._selector.modify(member.sock, selectors.EVENT_READ, member)

    def _receive(self, count: int) -> None:
        while len(self.messages) < count or not self._is_level():
            for member in self._readable():
                self._follow(member, member.recv(CHUNK))

    def _readable(self) -> Iterator[Member]:
        ready = self._selector.select(SILENCE)
        if not ready:
            raise LoadError(f"silence, and only {len(self.messages)} messages came, or not to all")
        for key, events in ready:
            if events & selectors.EVENT_WRITE:
                self._write(key.data)
            if events & selectors.EVENT_READ:
                yield key.data

    def _follow(self, member: Member, data: bytes) -> None:
        start = member.position
        ahead = start + len(data) - len(self._stream)
        known = data if ahead <= 0 else data[:-ahead]
        if not data or not self._stream.startswith(known, start):
            raise LoadError(f"client {self.members.index(member)} got other bytes than the rest: {data[:200]!r}")
        member.position = start + len(data)
        self._received += len(data)
        if ahead > 0:
            self._stream += data[-ahead:]
            self._parse()

    def _is_level(self) -> bool:
        # Nobody is further than the stream, so this sum is reached only when everybody has all of it.
        return self._received == len(self._stream) * len(self.members) and self._parsed == len(self._stream)

    def _parse(self) -> None:
        stream, at = self._stream, self._parsed
        if self._in_marker:
            at = stream.find(b"}") + 1
            if not at:
                return
            self._in_marker = False
        while at + 2 <= len(stream):
            start, length = at + 2, stream[at + 1]
            if length >= 126:
                start += 2 if length == 126 else 8
                length = int.from_bytes(stream[at + 2 : start], "big")
            if start + length > len(stream):
                break
            if stream[at] == TEXT:
                frames = self.messages if stream.startswith(MESSAGE, start) else self.notices
                frames.append(bytes(stream[start : start + length]))
            elif stream[at] == PING:
                for member in self.members:
                    member.sock.send(PONG)
            else:
                raise LoadError(f"a frame that nobody asked for: {bytes(stream[at : start + length])!r}")
            at = start + length
        self._parsed = at

    def _check(self, said: Sequence[Sequence[str]]) -> None:
        """Compare what came with what was said: all of it, once, and in each sender's own order."""
        came: list[list[str]] = [[] for _ in said]
        for frame in self.messages:
            msg = json.loads(frame)["msg"]
            came[int(msg.partition(":")[0])].append(msg)
        if came != list(map(list, said)):
            raise LoadError("what came is not what was said")
        self._start_anew()

    def _start_anew(self) -> None:
        self._stream.clear()
        self._parsed = self._received = 0
        self.messages.clear()
        for member in self.members:
            member.position = 0


def connect(
    port: int, count: int, *, path: str, receive_buffer: int | None = None
) -> list[tuple[socket.socket, bytes]]:
    """Open WebSockets all at once; return each socket with what came behind the server's handshake."""
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    sockets = [socket.socket() for _ in range(count)]
    for sock in sockets:
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(SILENCE)
        sock.connect(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(request.encode())
    return [(sock, _read_handshake(sock)) for sock in sockets]


def _read_handshake(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(CHUNK)
        if not more:
            raise LoadError(f"the server ended the handshake: {data!r}")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101 "):
        raise LoadError(f"the server refused: {data!r}")
    return rest


def text_frame(text: str) -> bytes:
    """Return a client's text frame."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        head = bytes([TEXT, 0x80 | length])
    elif length < 65_536:
        head = bytes([TEXT, 0x80 | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([TEXT, 0x80 | 127]) + length.to_bytes(8, "big")
    return head + MASK + payload


def _texts(sender: int, count: int, size: int) -> list[str]:
    return [f"{sender}:{number}:".ljust(size, "x") for number in range(count)]
