"""The command line: ``python -m chatlib serve``."""

from __future__ import annotations

import argparse
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import chatlib
from chatlib.errors import PortInUseError, ServeError
from chatlib.handshake import LOOPBACK
from chatlib.server import DEFAULT_PORT, LOCALHOST, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    return serve(options)


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; print one line with the URL on stdout once it can be connected to."""
    passcode = options.passcode or ("" if options.host in LOOPBACK else secrets.token_urlsafe(9))
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
            ping=options.ping,
        )
        if not server.owner:
            raise PortInUseError(server.port, "another chatlib server answers there", "connect to it, or choose --port")
    except (ServeError, ValueError) as error:
        sys.stderr.write(f"chatlib serve: {error}\n")
        return 1
    with server:
        sys.stdout.write(f"{server.chat_url}\n")
        sys.stdout.flush()
        while not ended.wait(1):  # Windows runs a signal's handler between two waits only
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m chatlib", description="The chat server of the WebSocket course.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("serve", help="run the echo and chat server", description=serve.__doc__)
    command.add_argument("--host", default=LOCALHOST, help="address to listen on (default: %(default)s)")
    command.add_argument("--port", type=int, help=f"0 for a free one (default: $CHATLIB_PORT, else {DEFAULT_PORT})")
    command.add_argument(
        "--passcode", default="", help="what clients must know; made and printed if the host is not loopback"
    )
    command.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="origin of a web page that may connect, e.g. https://example.org; may be repeated (also $CHATLIB_ORIGINS)",
    )
    command.add_argument(
        "--rate", type=float, default=defaults.limits.rate, help="messages a second from one client (%(default)s)"
    )
    command.add_argument(
        "--max-message", type=int, default=defaults.limits.message_bytes, help="bytes in one message (%(default)s)"
    )
    command.add_argument("--max-clients", type=int, default=defaults.max_clients, help="connections (%(default)s)")
    command.add_argument(
        "--max-unsent", type=int, default=defaults.max_unsent, help="bytes a client may leave unread (%(default)s)"
    )
    command.add_argument("--ping", type=float, default=defaults.ping, help="seconds between pings (%(default)s)")
    command.epilog = "A limit of 0 means none."
    return parser


if __name__ == "__main__":
    sys.exit(main())
