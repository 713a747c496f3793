"""The victim: what each of its defences refuses, and that it takes everybody where none is switched on."""

from __future__ import annotations

import asyncio
import http.client
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chatlib import background
from chatlib.experiments.victim import COOKIE, Defence, Victim
from tests.support.waiting import SECONDS, no_task_left_behind

OWN = "the victim's own origin"


async def connects(victim: Victim, *, path: str = "/chat", host: str = "", origin: str | None = None) -> int:
    """Return the status with which a request is answered."""
    headers = {"Host": host} if host else {}
    try:
        async with connect(
            f"ws://127.0.0.1:{victim.port}{path}", origin=origin, additional_headers=headers, proxy=None
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.parametrize(
    ("defence", "origin", "status"),
    [
        (Defence.ORIGIN, None, 101),  # a program is no page
        (Defence.ORIGIN, OWN, 101),
        (Defence.ORIGIN, "http://127.0.0.1:1", 403),
        (Defence.ORIGIN, "null", 403),
        (Defence.ORIGIN, "http://evil.example", 403),
        (Defence.HOST, "http://evil.example", 101),  # it looks at something else
        (Defence.PASSCODE, None, 401),
    ],
)
async def test_a_defence_refuses_before_there_is_a_socket(defence, origin, status):
    """And lets through whom it is not about; with none, all come in."""
    victim = await Victim().start()
    origin = victim.origin if origin == OWN else origin

    assert await connects(victim, origin=origin) == 101
    victim.defences = {defence}
    assert await connects(victim, origin=origin) == status
    assert await connects(victim, path=f"/chat?passcode={victim.passcode}") == 101
    await victim.stop()


async def test_what_nobody_can_read_is_a_message_as_it_stands():
    """JSON that is nested too deep ends nobody's connection."""
    nested = "[" * 20_000
    victim = await Victim().start()
    async with connect(f"ws://127.0.0.1:{victim.port}/chat", proxy=None) as page, asyncio.timeout(SECONDS):
        await page.send(nested)
        said = [json.loads(await page.recv())["msg"] for _ in range(2)]  # the welcome, and that
    assert said[1] == nested
    await victim.stop()


async def test_its_cookie_is_as_strict_as_a_cookie_can_be():
    """And whoever sends it is Ada, and reads what is for her alone."""
    victim = await Victim().start()

    def log_in() -> str:
        connection = http.client.HTTPConnection("127.0.0.1", victim.port)
        connection.request("GET", "/")
        with connection.getresponse() as response:
            return response.getheader("Set-Cookie") or ""

    cookie = await asyncio.to_thread(log_in)
    assert cookie == f"{COOKIE}={victim.session}; Path=/; HttpOnly; SameSite=Strict"
    for sent, user in ((cookie.partition(";")[0], "Ada"), (f"{COOKIE}=other", "Guest"), ("half a=cookie", "Guest")):
        url = f"ws://127.0.0.1:{victim.port}/chat"
        async with connect(url, additional_headers={"Cookie": sent}, proxy=None) as ws:
            welcome = json.loads(await ws.recv())
        assert welcome["user"] == user
        assert (welcome["msg"] == victim.ticket) == (user == "Ada")
    await victim.stop()


async def test_it_leaves_nothing_behind():
    """Started and stopped, on the background loop; stopping twice is stopping once."""
    with no_task_left_behind():
        victim = Victim()
        background.run(victim.start())
        background.run(victim.stop())
        background.run(victim.stop())
