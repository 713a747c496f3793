"""Where the bytes wait that a server has for a client, and that the client has not read.

::

    server's program    server's kernel         wire            client's kernel        client's program
    [ write buffer ] ─▶ [ send buffer ] ─▶ ··· sent ··· ─▶ [ receive buffer ] ─▶ reads

Both ends are on this machine, so both kernels' buffers are this one kernel's, and it can be asked. Only Linux is asked
here; of another system the three figures in the middle are None: not known, and not guessed.
"""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass
from typing import Any, Final

if sys.platform == "linux":
    import fcntl
    from termios import FIONREAD, TIOCOUTQ

    SIOCOUTQNSD: Final = 0x894B  # of linux/sockios.h; no module of Python has it

KERNEL_TELLS: Final = sys.platform == "linux"
NUMBER_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How many bytes wait where, headers of frames included; None where this system does not tell.

    ``wire`` are those that were sent and not acknowledged: on one machine there is hardly ever one.
    """

    heap: int
    our_kernel: int | None = None
    wire: int | None = None
    their_kernel: int | None = None

    @property
    def total(self) -> int:
        """All that is known."""
        return self.heap + (self.our_kernel or 0) + (self.wire or 0) + (self.their_kernel or 0)


def look(heap: int, ours: Any, theirs: Any) -> Whereabouts:
    """Ask the kernel about the two sockets of a connection, the server's and the client's.

    ``heap`` is what the server's own program holds back. Either may be a transport's stand-in for a socket, or closed:
    then nothing is known of it.
    """
    unacknowledged, unsent, unread = (_asked(*each) for each in _questions(ours, theirs))
    if unacknowledged is None or unsent is None:
        return Whereabouts(heap, their_kernel=unread)
    unsent = min(unsent, unacknowledged)  # between the two questions some may have been sent
    return Whereabouts(heap, unsent, unacknowledged - unsent, unread)


def kernel_buffers(ours: Any, theirs: Any) -> tuple[int, int]:
    """Return the sizes that the kernel gave the two sockets' buffers: the server's to send, the client's to receive."""
    return (
        ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF),
        theirs.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
    )


def _questions(ours: Any, theirs: Any) -> tuple[tuple[Any, int], ...]:
    if sys.platform == "linux":
        return (ours, TIOCOUTQ), (ours, SIOCOUTQNSD), (theirs, FIONREAD)
    return (ours, 0), (ours, 0), (theirs, 0)


def _asked(of: Any, question: int) -> int | None:
    """Return the kernel's answer; None if it has none."""
    if sys.platform == "linux":
        try:
            answer = fcntl.ioctl(of.fileno(), question, bytes(NUMBER_BYTES))
        except (OSError, ValueError):  # closed, or no kernel that knows this question
            return None
        return int.from_bytes(answer, sys.byteorder, signed=True)
    return None
