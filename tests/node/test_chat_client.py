"""The chat page's client in Node, over real sockets: what is too long for a server, and what becomes of the rest."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest

import chatlib
from chatlib import wire
from tests.support.chat_fakes import Guest, msg, stage
from tests.support.places import ROOT

# Says each text, and when none is sending any more, writes what became of them, and how often the connection was lost.
SAY = """
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const { page, client, url, texts } = JSON.parse(readFileSync(0, "utf8"));
await import(page);
globalThis.WebSocket = createRequire(page)("../node/node_modules/ws").WebSocket;
globalThis.crypto ??= (await import("node:crypto")).webcrypto;
globalThis.addEventListener = () => {};
const { ChatClient } = await import(client);
const fates = new Map();
let lost = 0;
const chat = new ChatClient(new URL(url), { room: "lobby", name: "Ada", passcode: "" });
chat.on(({ kind, data }) => {
  if (kind === "connection" && data.attempt === 1) lost += 1;
  if (kind === "message") fates.set(data.id, data.code ?? data.state);
  if (fates.size < texts.length || [...fates.values()].includes("sending")) return;
  console.log(JSON.stringify({ fates: texts.map((_, number) => fates.get(`a${number}`)), lost }));
  process.exit();
});
texts.forEach((msg, number) => chat.send({ do: "say", id: `a${number}`, msg }));
"""

LONG = {"letters": "x" * 65_000, "chinese": "聊" * 21_800, "huge": "x" * 300_000}


@pytest.fixture
def say(node_path: str, tmp_path: Any) -> Callable[[str, list[str]], Any]:
    """Return how to have a page say texts: what became of each, and how often its connection was lost."""
    script = tmp_path / "say.mjs"
    script.write_text(SAY)

    def say(url: str, texts: list[str]) -> Any:
        what = {
            "page": (ROOT / "tests" / "support" / "page.mjs").as_uri(),
            "client": (ROOT / "chatlib" / "front_end" / "chat_client.js").as_uri(),
            "url": url.replace("ws:", "http:"),
            "texts": texts,
        }
        command = [node_path, script]
        done = subprocess.run(command, input=json.dumps(what), cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return say


def test_what_is_over_the_limit_fails_before_it_goes(say: Callable[[str, list[str]], Any]) -> None:
    """The connection stays, and what is said after it is delivered."""
    with chatlib.serve(port=0, rate=0) as server:
        said = say(server.url, ["before", *LONG.values(), "after"])
    assert said == {"fates": ["delivered", "too-long", "too-long", "too-long", "delivered"], "lost": 0}


def test_without_limits_everything_arrives(say: Callable[[str, list[str]], Any]) -> None:
    """Where WELCOME tells no limit, none is made up."""
    with chatlib.serve(port=0, rate=0, max_message=0) as server:
        said = say(server.url, list(LONG.values()))
    assert said == {"fates": ["delivered"] * 3, "lost": 0}


@pytest.fixture
async def strict() -> AsyncIterator[str]:
    """A server that tells no limit, and closes with 1009 after a frame of more than 32 KiB."""

    async def script(guest: Guest) -> None:
        await guest.welcome(limits=wire.LimitsNotice(0, 0, 0))
        for number in count(guest.earlier * 100):
            said = await guest.said()
            await guest.send(msg(number, said.msg, user="Ada", id=said.id))

    async with stage(script, frame_bytes=2**15) as fake:
        yield fake.url


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_after_close_1009_that_message_has_failed_and_the_others_go_on(
    say: Callable[[str, list[str]], Any], strict: str, text: str
) -> None:
    """One connection ends, and not one after the other."""
    said = await asyncio.to_thread(say, strict, ["before", text, "after"])
    assert said == {"fates": ["delivered", "too-long", "delivered"], "lost": 1}
