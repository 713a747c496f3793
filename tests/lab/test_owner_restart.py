"""The kernel that runs the server is restarted in JupyterLab, and the room goes on."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from playwright.async_api import expect

from tests.support.lab import Lab
from tests.support.seat import Seat
from tools.ports import free_port

TAKEOVER_MS = 10_000

# Writes down, in the page, how the connection's status changes: what a person there could see.
WATCH_STATUS = """element => {
    window.seen = [];
    const look = () => {
        const state = element.textContent.match(/CONNECTING|OPEN|CLOSING|CLOSED/)?.[0];
        if (state !== window.seen.at(-1)) window.seen.push(state);
    };
    look();
    new MutationObserver(look).observe(element, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture
def write(lab: Lab):
    """Return how to put a notebook for somebody into the Lab: all of them on one port of this test's own."""
    port, room = free_port(), secrets.token_hex(4)

    def write(name: str) -> str:
        serve = f"import chatlib\n\nserver = chatlib.serve(port={port})"
        return lab.write(
            serve, f"panel = chatlib.ChatPanel(server.url, name={name!r}, room={room!r})\npanel", name=name
        )

    return write


async def test_the_owners_kernel_is_restarted_and_the_room_goes_on(lab, browser, write):
    """The two others chat on in the same room; who was restarted runs the cells again, and has missed nothing."""
    async with (
        lab.notebook(browser, write("Ada")) as first,
        lab.notebook(browser, write("Bo")) as second,
        lab.notebook(browser, write("Cleo")) as third,
    ):
        ada, bo, cleo = Seat(first), Seat(second), Seat(third)
        for seat in (ada, bo, cleo):
            await seat.sit_down()
        assert [await seat.is_owner() for seat in (ada, bo, cleo)] == [True, False, False]
        await ada.say("before the restart")
        for seat in (bo, cleo):
            await expect(seat.texts).to_have_text(["before the restart"])
        await bo.status.evaluate(WATCH_STATUS)

        restarting = asyncio.create_task(first.restart_kernel())
        await bo.notebook.page.wait_for_function("() => window.seen.includes('CLOSED')")
        await bo.say("Where is everybody?")
        for seat in (bo, cleo):
            await expect(seat.texts.last).to_have_text("Where is everybody?", timeout=TAKEOVER_MS)
            await expect(seat.status).to_have_text("OPEN")
        await cleo.say("Ada is away")
        await restarting
        assert sorted([await seat.is_owner() for seat in (bo, cleo)]) == [False, True]
        await ada.sit_down()
        await ada.say("back again")

        said = ["before the restart", "Where is everybody?", "Ada is away", "back again"]
        for seat in (ada, bo, cleo):
            await expect(seat.texts).to_have_text(said)
            await expect(seat.panel.locator("[data-state=delivered]")).to_have_count(len(said))
            await expect(seat.people).to_have_count(3)
        assert not await ada.is_owner()
