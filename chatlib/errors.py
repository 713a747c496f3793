"""Every exception of chatlib.

::

    ChatlibError
    ├── BadMessage          what a client sent cannot be taken (becomes an ERROR frame; the connection stays)
    ├── Refused             a handshake that the server will not complete (becomes an HTTP status)
    ├── ServeError
    │   ├── PortInUseError  serve() found something on the port that it cannot join
    │   └── PasscodeError   serve() found a chatlib server that wants another passcode
    ├── JoinError           a ChatClient's room cannot be joined: no server, a refusal, a wrong passcode
    ├── NotDelivered        a message of a ChatClient failed
    └── DOMException        the WHATWG standard's errors of chatlib.WebSocket, told apart by .name

Pure: standard library only. Each exception holds its data and derives its text: what came, what was
expected, what to do now.
"""

from __future__ import annotations

from typing import Literal

DOMExceptionName = Literal["SyntaxError", "InvalidAccessError", "InvalidStateError"]


class ChatlibError(Exception):
    """Base of everything that chatlib raises on purpose."""


class BadMessage(ChatlibError):
    """A message from a client cannot be taken.

    ``code`` is for programs (``bad-message``, ``empty``, ``too-long``, ``text-only``, ``id-taken``, ``rate-limited``),
    ``text`` for people, ``id`` the message's own id if it had a good one.
    """

    def __init__(self, code: str, text: str, *, id: str | None = None) -> None:  # noqa: A002 - the field's name
        super().__init__(code, text, id)
        self.code = code
        self.text = text
        self.id = id

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class Refused(ChatlibError):
    """A handshake that the server answers with an HTTP error: ``status`` and a body that says what to do."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text

    def __str__(self) -> str:
        return f"HTTP {self.status}: {self.text}"


class ServeError(ChatlibError):
    """serve() could neither start a server nor join one."""


class PortInUseError(ServeError):
    """The port is held by something that cannot be joined.

    ``port`` is the port, ``found`` what answered there, ``advice`` what to do now.
    """

    def __init__(self, port: int, found: str, advice: str | None = None) -> None:
        super().__init__(port, found, advice)
        self.port = port
        self.found = found
        self.advice = (
            advice or "stop that program, or choose another port: chatlib.serve(port=3001), or set CHATLIB_PORT"
        )

    def __str__(self) -> str:
        return f"port {self.port} is taken: {self.found}. What to do: {self.advice}."


class PasscodeError(ServeError):
    """The chatlib server on this port wants another passcode."""

    def __init__(self, port: int, *, given: bool) -> None:
        super().__init__(port, given)
        self.port = port
        self.given = given

    def __str__(self) -> str:
        came = "another passcode was given" if self.given else "no passcode was given"
        return (
            f"the chat server on port {self.port} wants its passcode, and {came}. "
            "What to do: ask whoever runs it, then chatlib.serve(passcode=...)."
        )


class JoinError(ChatlibError):
    """A chat room cannot be joined; ``url`` (without its passcode) and ``reason`` say which and why."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot join {self.url}: {self.reason}"


class NotDelivered(ChatlibError):
    """A message was not taken; ``id`` is its own, ``code`` the server's, or ``closed`` when the client was closed."""

    def __init__(self, id: str, code: str) -> None:  # noqa: A002 - the field's name
        super().__init__(id, code)
        self.id = id
        self.code = code

    def __str__(self) -> str:
        return f"message {self.id} was not delivered: {self.code}"


class DOMException(ChatlibError):
    """An error of the WHATWG standard; ``name`` tells which: SyntaxError, InvalidAccessError, InvalidStateError."""

    def __init__(self, message: str, name: DOMExceptionName) -> None:
        super().__init__(message, name)
        self.message = message
        self.name = name

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"
