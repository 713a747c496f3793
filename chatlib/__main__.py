"""The command line: ``python -m chatlib serve`` and ``python -m chatlib doctor``.

Each command imports what it needs itself: the doctor has to run where a package is missing, and where a file of the
learner's lies in the current folder and hides a module.
"""

from __future__ import annotations

import sys

from chatlib import shadows

with shadows.SetAside():
    import argparse
    import gc
    import io
    import logging
    import secrets
    import signal
    import threading
    from collections.abc import Sequence
    from types import FrameType
    from typing import Final


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # else a console of cp1252 or ASCII raises at the first "…"
            stream.reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog="python -m chatlib", description="The server of the WebSocket course.")
    parser.add_argument("command", choices=COMMANDS, help="--help after it tells more")
    parser.add_argument("flags", nargs=argparse.REMAINDER, help="the command's own")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    return COMMANDS[options.command](options.flags)


def serve(flags: Sequence[str]) -> int:
    """Run the echo and chat server until SIGTERM or SIGINT; print one line with its URL once it can be connected to."""
    import chatlib
    from chatlib.errors import PortInUseError, ServeError
    from chatlib.server.origins import is_loopback

    options = _serve_parser().parse_args(flags)
    passcode = options.passcode or ("" if is_loopback(options.host) else secrets.token_urlsafe(9))
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        server = chatlib.serve(
            options.port,
            host=options.host,
            passcode=passcode,
            origins=options.origin,
            rate=options.rate,
            max_message=options.max_message,
            max_clients=options.max_clients,
            max_unsent=options.max_unsent,
            max_kept=options.max_kept,
            ping=options.ping,
            redis=options.redis,
            namespace=options.namespace,
        )
        if not server.owner:
            raise PortInUseError(server.port, "another chatlib server answers there", "connect to it, or choose --port")
    except (ServeError, ValueError) as error:
        sys.stderr.write(f"chatlib serve: {error}\n")
        return 1
    with server:
        gc.collect()
        gc.freeze()  # what was imported stays: the collector need not look at it again for each crowd of messages
        sys.stdout.write(f"{server.chat_url}\n")
        sys.stdout.flush()
        while not ended.wait(1):  # Windows runs a signal's handler between two waits only
            pass
    return 0


def doctor(flags: Sequence[str]) -> int:
    """Say what is wrong with this environment and how to fix it; the exit status is 1 if something is red."""
    from chatlib import doctor as examine
    from chatlib import languages
    from chatlib.diagnostics import orphans

    parser = argparse.ArgumentParser(prog="python -m chatlib doctor", description=doctor.__doc__)
    language = languages.of_terminal()
    parser.add_argument(
        "--reset", action="store_true", help="first end your servers that were left over, and remove the journals"
    )
    if parser.parse_args(flags).reset:
        for done in orphans.reset():
            sys.stdout.write(f"{languages.said(done, language)}\n")
    report = examine()
    sys.stdout.write(f"{report.lines(language)}\n")
    return int(report.colour == report.colour.RED)


def _serve_parser() -> argparse.ArgumentParser:
    from chatlib.machine import environment
    from chatlib.machine.ports import DEFAULT_PORT
    from chatlib.server.settings import Settings
    from chatlib.server_url import LOCALHOST

    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m chatlib serve", description=serve.__doc__)
    parser.add_argument("--host", default=LOCALHOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, help=f"0 for a free one (default: $CHATLIB_PORT, else {DEFAULT_PORT})")
    parser.add_argument(
        "--passcode", default="", help="what clients must know; made and printed if the host is not loopback"
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="origin of a web page that may connect, e.g. https://example.org; may be repeated (also $CHATLIB_ORIGINS)",
    )
    parser.add_argument(
        "--rate", type=float, default=defaults.limits.rate, help="messages a second from one client (%(default)s)"
    )
    parser.add_argument(
        "--max-message", type=int, default=defaults.limits.message_bytes, help="bytes in one message (%(default)s)"
    )
    parser.add_argument("--max-clients", type=int, default=defaults.max_clients, help="connections (%(default)s)")
    parser.add_argument(
        "--max-unsent", type=int, default=defaults.max_unsent, help="bytes a client may leave unread (%(default)s)"
    )
    parser.add_argument(
        "--max-kept", type=int, default=defaults.limits.total_bytes, help="bytes that all rooms keep (%(default)s)"
    )
    parser.add_argument("--ping", type=float, default=defaults.ping, help="seconds between pings (%(default)s)")
    parser.add_argument(
        "--redis",
        default=environment.variable("CHATLIB_REDIS"),
        metavar="URL",
        help="Redis that keeps the rooms: servers that share it are one (default: $CHATLIB_REDIS, which, other than a"
        " command line, nobody else on this machine sees)",
    )
    parser.add_argument(
        "--namespace", default=defaults.namespace, help="what the servers that share it have in common (%(default)s)"
    )
    parser.epilog = "A limit of 0 means none."
    return parser


COMMANDS: Final = {"serve": serve, "doctor": doctor}


if __name__ == "__main__":
    with shadows.SetAside():
        sys.exit(main())
