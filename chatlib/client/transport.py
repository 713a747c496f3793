"""One client connection on the background loop: TCP, TLS, opening handshake, frames, closing handshake.

``WebSocket`` and ``ChatClient`` stand on it. What the bytes mean is known to the sans-I/O protocol of ``websockets``;
this module carries them to and from the socket, in one place each, so that a tap can watch all of them. It keeps the
habits of browsers, not those of the library: no limit on a message's size, no redirects, no proxy, no pings unless
asked for, and TCP is dropped at once when the peer breaks the protocol.

Everything here is called on the background loop, and calls its receiver there.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
import ssl
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from websockets.client import ClientProtocol
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI

from chatlib import background
from chatlib.client.wire_log import HEAD_END, Cutter, Tap
from chatlib.server_url import LOCALHOST, LOCALHOST_6

logger = logging.getLogger(__name__)

# How patient browsers are, in seconds (measured with Chromium).
CLOSE_SECONDS: Final = 10.0  # until the peer answers our Close frame
TCP_SECONDS: Final = 2.0  # until the peer, after both Close frames, ends TCP; then we do
BODY_SECONDS: Final = 1.0  # until the body of a refusal is whole; its status is known by then

NEVER_SENT: Final = frozenset({1005, 1006, 1015})  # close codes that no frame may carry (RFC 6455, 7.4.1)


@dataclass(frozen=True, slots=True)
class End:
    """How a connection ended.

    ``code`` and ``reason`` are those of the peer's Close frame; 1005 when it had none, 1006 when no such frame came.
    ``failed`` tells that this side had to give it up, for which the WHATWG standard has the error event.
    ``error`` says why it did not end cleanly; ``status`` and ``body`` are the HTTP answer that refused the handshake.
    """

    code: int = CloseCode.ABNORMAL_CLOSURE.value
    reason: str = ""
    was_clean: bool = False
    failed: bool = False
    error: str = ""
    status: int | None = None
    body: bytes = b""


class Receiver(Protocol):
    """Whoever a connection is for; ``closed`` comes exactly once, and last."""

    def opened(self) -> None:
        """The opening handshake succeeded: ``subprotocol`` and ``extensions`` are known."""

    def received(self, data: str | bytes) -> None:
        """A whole message came."""

    def closing(self) -> None:
        """The peer's Close frame came; no message will follow."""

    def closed(self, end: End) -> None:
        """TCP ended, or never began."""


@dataclass(frozen=True, slots=True)
class Keepalive:
    """Ping after ``interval`` seconds, and give the peer up when nothing at all came within ``timeout`` seconds."""

    interval: float = 20.0
    timeout: float = 20.0


class Transport(asyncio.Protocol):
    """One connection to ``uri``, begun by :meth:`connect`, whose life is told to ``receiver``.

    ``open_timeout`` (seconds; None for ever) spans TCP, TLS and the opening handshake. ``ssl_context`` is for wss and
    defaults to the system's trust. It may be made on any thread.
    """

    def __init__(
        self,
        uri: WebSocketURI,
        receiver: Receiver,
        *,
        subprotocols: Sequence[str] = (),
        keepalive: Keepalive | None = None,
        open_timeout: float | None = None,
        ssl_context: ssl.SSLContext | None = None,
        tap: Tap | None = None,
    ) -> None:
        self._uri = uri
        self._receiver = receiver
        self._open_timeout = open_timeout
        self._ssl_context = ssl_context
        self._taps = None if tap is None else {"sent": Cutter("sent", tap), "received": Cutter("received", tap)}
        self._outbox = _Outbox(self._taps["sent"] if self._taps else None)
        names = [Subprotocol(name) for name in subprotocols]
        self._protocol = _BrowserProtocol(uri, subprotocols=names or None, max_size=None)

        self._loop = background.loop()
        self._connecting: asyncio.Task[None] | None = None
        self._socket: asyncio.Transport | None = None
        self._deadline = _Timer()
        self._heartbeat = _Heartbeat(keepalive, self) if keepalive else None
        self._forget_at_exit: Callable[[], None] | None = None

        self._response_head = bytearray()
        self._message: _Message | None = None
        self._was_opened = False
        self._response: Response | None = None
        self._failed = False
        self._error = ""  # set as soon as the connection is dropped

    @property
    def subprotocol(self) -> str:
        """The subprotocol that the peer chose, or an empty string."""
        return self._protocol.subprotocol or ""

    @property
    def extensions(self) -> str:
        """The extensions in use: none is ever offered, so that the frames on the wire stay readable."""
        return ", ".join(extension.name for extension in self._protocol.extensions)

    @property
    def handed_over(self) -> int:
        """How many bytes of payload the network has taken so far; may be read on any thread."""
        return self._outbox.handed_over

    # -- what the owner asks for ---------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Begin; what comes of it is told to the receiver."""
        dialling = _dial(self, self._uri, self._ssl_context)
        self._connecting = self._loop.create_task(dialling, name=f"connect to {self._uri.host}")
        self._connecting.add_done_callback(self._connect_done)
        if self._open_timeout is not None:
            text = f"the opening handshake was not finished in {self._open_timeout:g} s"
            self._deadline.start(self._open_timeout, self._fail, text)

    def send_text(self, data: bytes) -> None:
        """Send a text message, given as UTF-8; nothing happens unless the connection is open."""
        if self._is_open():
            self._protocol.send_text(data)
            self._flush(len(data))

    def send_binary(self, data: bytes) -> None:
        """Send a binary message; nothing happens unless the connection is open."""
        if self._is_open():
            self._protocol.send_binary(data)
            self._flush(len(data))

    def ping(self) -> bool:
        """Send a ping, and return True; nothing happens unless the connection is open."""
        if not self._is_open():
            return False
        self._protocol.send_ping(b"")
        self._flush()
        return True

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Start the closing handshake, behind what was sent so far; while connecting, give up instead."""
        if not self._was_opened:
            self._fail("closed before the connection was established")
        elif self._is_open():
            self._protocol.send_close(code, reason)
            self._flush()
            self._await_answer()

    def leave(self) -> None:
        """Say that this side goes away (1001) and drop TCP at once: nobody is left to wait for an answer."""
        if self._is_open():
            self._protocol.send_close(CloseCode.GOING_AWAY)
            self._flush()
        self._drop("left")

    def abort(self, why: str = "aborted") -> None:
        """Drop TCP at once, without a Close frame."""
        self._fail(why)

    def pause_reading(self) -> None:
        """Take nothing more from TCP, until :meth:`resume_reading`: the receiver is behind."""
        if self._socket is not None and not self._error:
            self._socket.pause_reading()

    def resume_reading(self) -> None:
        """Take what comes again."""
        if self._socket is not None and not self._error:
            self._socket.resume_reading()

    def _is_open(self) -> bool:
        return self._protocol.state is State.OPEN and not self._error

    # -- TCP and TLS ---------------------------------------------------------------------------------------------------

    def _connect_done(self, task: asyncio.Task[None]) -> None:
        if self._socket is not None:
            return  # from here on, connection_lost() tells the end
        if not task.cancelled() and (error := task.exception()) is not None:
            self._error = self._error or _text(error)
        self._finish()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening request (asyncio calls this)."""
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport
        if self._error:  # dropped in the very turn in which TCP was there
            transport.abort()
            return
        # With these limits, pause_writing() is called whenever TCP did not take all of it: what is under way is known.
        transport.set_write_buffer_limits(high=1, low=0)
        self._forget_at_exit = background.at_exit(self._leave_at_exit)
        _connected.add(self)
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    async def _leave_at_exit(self) -> None:
        self.leave()

    def detach(self) -> None:
        """In a forked child: let go of TCP, which is the parent's."""
        if self._socket is not None:
            background.detach([self._socket.get_extra_info("socket")])

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the end (asyncio calls this)."""
        if exc is not None:
            self._error = self._error or _text(exc)
        self._finish()

    # -- bytes in ------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take what TCP brought (asyncio calls this)."""
        if self._taps is not None:
            self._taps["received"].feed(data)
        if self._heartbeat is not None:
            self._heartbeat.saw_life()
        if not self._was_opened:
            self._watch_for_body(data)
        self._protocol.receive_data(data)
        self._step()

    def eof_received(self) -> None:
        """End our half of TCP as well (asyncio calls this)."""
        self._protocol.receive_eof()
        self._step()
        self._drop("TCP ended")

    def _watch_for_body(self, data: bytes) -> None:
        """Wait for a refusal's body for a moment only: it may have no length, and TCP may stay open behind it."""
        if HEAD_END not in self._response_head:
            self._response_head += data
            if HEAD_END in self._response_head:
                self._deadline.start(BODY_SECONDS, self.eof_received)

    def _step(self) -> None:
        """Act on what the protocol made of the bytes."""
        self._flush()  # first, since an owner who is told of a message may send
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._answered(event)
            elif isinstance(event, Frame):
                self._frame_received(event)
            if self._error:
                return
        trouble = self._protocol.handshake_exc or self._protocol.parser_exc
        if trouble is not None and not isinstance(trouble, EOFError):
            self._fail(_text(trouble))

    def _answered(self, response: Response) -> None:
        self._response = response
        if self._protocol.handshake_exc is not None:
            self._fail(_text(self._protocol.handshake_exc))
        elif self._protocol.available_subprotocols and not self.subprotocol:
            self._fail("the server chose none of the subprotocols that it was offered")
        else:
            self._was_opened = True
            self._deadline.stop()
            if self._heartbeat is not None:
                self._heartbeat.begin()
            self._receiver.opened()

    def _frame_received(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            message = self._message or _Message(is_text=frame.opcode is Opcode.TEXT)
            try:
                message.add(bytes(frame.data), last=frame.fin)
            except UnicodeDecodeError as error:
                self._protocol.fail(CloseCode.INVALID_DATA, error.reason)
                self._flush()
                self._fail(f"a text message was not UTF-8: {error}")
                return
            self._message = None if frame.fin else message
            if frame.fin:
                self._receiver.received(message.whole())
        elif frame.opcode is Opcode.CLOSE:
            self._deadline.start(TCP_SECONDS, self._drop, "TCP stayed open behind the Close frames")
            self._receiver.closing()

    # -- bytes out -----------------------------------------------------------------------------------------------------

    def _flush(self, payload: int = 0) -> None:
        """Queue what the protocol has to say, of which ``payload`` bytes are a message's."""
        for raw in self._protocol.data_to_send():
            if raw:  # an empty one asks for an end of TCP, which has its own places here
                self._outbox.put(raw, payload)
        self._write()

    def _write(self) -> None:
        assert self._socket is not None
        if not self._error and not self._socket.is_closing():
            self._outbox.write(self._socket)

    def pause_writing(self) -> None:
        """Hold back: TCP is full (asyncio calls this)."""
        self._outbox.is_writable = False

    def resume_writing(self) -> None:
        """Go on: TCP has taken what it was given (asyncio calls this)."""
        self._outbox.was_taken()
        self._write()

    # -- the end -------------------------------------------------------------------------------------------------------

    def _await_answer(self, unsent_before: int | None = None) -> None:
        """Give the peer some time to answer our Close frame, and again while it still takes what goes before that."""
        assert self._socket is not None
        unsent = self._socket.get_write_buffer_size() + self._outbox.size
        if unsent == unsent_before:
            self._drop("the peer did not answer the Close frame")
        else:
            self._deadline.start(CLOSE_SECONDS, self._await_answer, unsent)

    def _fail(self, error: str) -> None:
        """Fail the connection (RFC 6455, 7.1.7)."""
        self._failed = self._failed or not self._error
        self._drop(error)

    def _drop(self, error: str) -> None:
        self._error = self._error or error
        if self._socket is not None:
            self._socket.abort()
        elif self._connecting is not None:
            self._connecting.cancel()

    def _finish(self) -> None:
        """Let go of everything, and tell the receiver."""
        self._deadline.stop()
        if self._heartbeat is not None:
            self._heartbeat.stop()
        if self._forget_at_exit is not None:
            self._forget_at_exit()
        self._outbox.clear()
        _connected.discard(self)
        end = self._end()
        logger.debug("%s: %s", self._uri.host, end)
        self._receiver.closed(end)

    def _end(self) -> End:
        if not self._was_opened:
            response = self._response
            return End(
                failed=True,
                error=self._error,
                status=response.status_code if response else None,
                body=bytes(response.body) if response else b"",
            )
        close = self._protocol.close_rcvd
        if close is None:
            return End(failed=self._failed, error=self._error)
        return End(code=int(close.code), reason=close.reason, was_clean=True)


async def _dial(transport: Transport, uri: WebSocketURI, ssl_context: ssl.SSLContext | None) -> None:
    """Connect TCP, and TLS where the URI asks for it, to a transport."""
    context = (ssl_context or ssl.create_default_context()) if uri.secure else None
    # this machine's own name needs no resolver, and no thread for one
    is_local = uri.host == "localhost" or uri.host.endswith(".localhost")
    errors = []
    for address in (LOCALHOST, LOCALHOST_6) if is_local else (uri.host,):
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: transport, address, uri.port, ssl=context, server_hostname=uri.host if context else None
            )
        except OSError as error:
            errors.append(error)
        else:
            return
    raise errors[0]


class _Outbox:
    """Frames on their way to TCP: one at a time, so that what TCP has not taken stays countable."""

    def __init__(self, cutter: Cutter | None) -> None:
        self.handed_over = 0
        self.is_writable = True
        self._cutter = cutter
        self._frames: deque[tuple[bytes, int]] = deque()  # and how much of each is payload
        self._under_way = 0  # the payload of the frame that TCP is taking

    @property
    def size(self) -> int:
        return sum(len(raw) for raw, _ in self._frames)

    def put(self, raw: bytes, payload: int) -> None:
        self._frames.append((raw, payload))

    def write(self, socket: asyncio.Transport) -> None:
        while self._frames and self.is_writable:
            raw, self._under_way = self._frames.popleft()
            if self._cutter is not None:
                self._cutter.feed(raw)
            socket.write(raw)  # calls pause_writing() if something is left
            if self.is_writable:
                self.handed_over += self._under_way

    def was_taken(self) -> None:
        self.is_writable = True
        self.handed_over += self._under_way

    def clear(self) -> None:
        self._frames.clear()


class _Timer:
    """Calls what was asked for last, on the running loop."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float, action: Callable[..., None], *args: object) -> None:
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(seconds, action, *args)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class _Heartbeat:
    """Pings the peer of an open connection, and gives it up when nothing at all came for too long."""

    def __init__(self, keepalive: Keepalive, transport: Transport) -> None:
        self._keepalive = keepalive
        self._transport = transport
        self._timer = _Timer()
        self._awaits_pong = False

    def begin(self) -> None:
        self._awaits_pong = False
        self._timer.start(self._keepalive.interval, self._ping)

    def saw_life(self) -> None:
        if self._awaits_pong:
            self.begin()

    def stop(self) -> None:
        self._timer.stop()

    def _ping(self) -> None:
        if self._transport.ping():
            self._awaits_pong = True
            seconds = self._keepalive.timeout
            self._timer.start(seconds, self._transport.abort, f"no answer to a ping in {seconds:g} s")


class _BrowserProtocol(ClientProtocol):
    """The library's protocol, but it takes a Close frame as browsers do: with any code, and even within a message."""

    def recv_frame(self, frame: Frame) -> None:
        code = int.from_bytes(frame.data[:2], "big")
        if frame.opcode is not Opcode.CLOSE or len(frame.data) == 1 or code in NEVER_SENT:
            super().recv_frame(frame)
            return
        self.close_rcvd = Close(code, str(frame.data[2:], "utf-8")) if frame.data else Close.parse(b"")
        if self.state is State.OPEN:
            self.send_frame(Frame(Opcode.CLOSE, frame.data))
            self.close_sent = self.close_rcvd
            self.state = State.CLOSING
        self.events.append(frame)
        self.parser = self.discard()
        next(self.parser)


class _Message:
    """The fragments of one message so far; text is decoded as it comes, so that bad UTF-8 shows at once."""

    def __init__(self, *, is_text: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")() if is_text else None
        self._text: list[str] = []
        self._binary: list[bytes] = []

    def add(self, data: bytes, *, last: bool) -> None:
        if self._decoder is None:
            self._binary.append(data)
        else:
            self._text.append(self._decoder.decode(data, last))

    def whole(self) -> str | bytes:
        return b"".join(self._binary) if self._decoder is None else "".join(self._text)


def _text(error: BaseException) -> str:
    """Return what an exception says, and what its cause says."""
    text = str(error) or type(error).__name__
    return f"{text}: {error.__cause__}" if error.__cause__ else text


_connected: weakref.WeakSet[Transport] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for transport in _connected:
        transport.detach()


background.after_fork(_after_fork_in_child)
