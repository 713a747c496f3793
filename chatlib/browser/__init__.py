"""A home for kernels that live in a browser's tab: 127.0.0.1 among all kernels of one origin, and what chatlib needs.

Pyodide has no sockets, no threads and no disk that outlives it. What it has is the browser: :func:`settle` gives the
kernel's loop ``create_server()`` and ``create_connection()`` over the browser's locks and channels, so that websockets,
asyncio's streams and chatlib run on it as they are; and it gives chatlib what it has else of a machine through the
seams that it has for that: ``network``, ``background`` and ``journal_file``.

What this is not:

- TCP to anywhere else. The browser's own WebSocket reaches no kernel, and a kernel no other machine; there is no TLS.
- A socket. ``socket``, ``sock=`` and ``loop.sock_*`` are as they were, and so is whatever blocks on them; Pyodide's
  own ``socket.connect()`` opens a WebSocket to the address.
- A thread. A cell that computes keeps its kernel silent, with the server in it, and all that is connected to it wait.
- A place to block without JSPI, or in a callback of JavaScript's. There ``await`` works, and ``serve()`` and whatever
  else waits says what to do.
- Anything on a page that is not secure: locks and files are for https and localhost only.
- As exact at the end as TCP. What a kernel said in the moment in which its worker is ended may come after its end, and
  what it had not taken yet is lost with no reset.
- A lock to rely on against other programs: all pages of one origin trust each other, as they must anyway.
- Safe from ``json.loads()`` of what is nested some thousand levels deep: in WebAssembly that ends the kernel, not just
  the message. What a peer sends chatlib reads by ``json_text``, which refuses it.
"""

from __future__ import annotations

_is_settled = False


def settle() -> None:
    """Make this kernel at home in its browser, if it is not yet; ``import chatlib`` does so there."""
    global _is_settled
    if _is_settled:
        return
    _is_settled = True
    import asyncio

    from chatlib import background, network
    from chatlib.browser.breath import Breath
    from chatlib.browser.kernel_loop import KernelLoop
    from chatlib.browser.loopback import Loopback
    from chatlib.browser.private_file import PrivateFile
    from chatlib.browser.pyodide_parts import BrowserParts
    from chatlib.server import journal_file

    loop = asyncio.get_running_loop()
    breath = Breath(loop)
    loopback = Loopback(BrowserParts(breath.taken))
    loop.create_server = loopback.create_server  # type: ignore[method-assign,assignment]
    loop.create_connection = loopback.create_connection  # type: ignore[method-assign,assignment]
    background.move(KernelLoop())
    network.move(loopback)
    journal_file.move(PrivateFile)
    loopback.begin()
