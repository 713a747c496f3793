"""The attacker console: what it tells its page and its cell, and that it ends what it began."""

from __future__ import annotations

import asyncio
import http.client
from urllib.parse import urlsplit

import pytest

from chatlib.experiments.attacks import Attack
from chatlib.experiments.victim import COOKIE, Defence
from chatlib.machine import tab
from chatlib.widgets.attacker_console import ATTACKS, AttackerConsole
from tests.support.waiting import no_task_left_behind, until


@pytest.fixture
def console():
    console = AttackerConsole()
    yield console
    console.close()


def told(widget, kind):
    return [event["data"] for event in widget.told() if event["kind"] == kind]


def test_no_link_leads_to_the_readers_own_ports(monkeypatch):
    """In a browser's tab the two pages are in no browser's reach: what listens at their ports is somebody else's."""
    monkeypatch.setattr(tab, "is_here", lambda: True)
    console = AttackerConsole()
    (siege,) = told(console, "siege")
    console.close()

    assert "no socket to a kernel" in str(siege["nowhere"])


async def test_a_cell_attacks_and_switches_defences(console):
    """By their names; the outcomes stay."""
    assert set(console.defences.values()) == {False}
    assert list(console.defences) == [*Defence]

    assert (await console.attack("hijack")).stopped_by is None
    console.switch_on("origin", "host")
    assert (await console.attack("hijack")).stopped_by == "origin"
    console.switch_off("origin")
    assert (await console.attack("hijack")).stopped_by is None
    assert [outcome.stopped_by for outcome in console.outcomes] == [None, "origin", None]
    assert repr(console) == "<AttackerConsole, switched on: host>"


async def test_a_page_attacks_and_switches(console):
    """As somebody clicks it; what decided is told in bytes."""
    console.act({"do": "switch", "defence": "size", "on": True})
    console.act({"do": "attack", "attack": "huge"})
    await until(lambda: told(console, "over"))

    assert told(console, "defences") == [{"on": ["size"]}]
    (outcome,) = told(console, "outcome")
    assert (outcome["attack"], outcome["stopped_by"]) == ("huge", "size")
    assert "1009" in outcome["said"]["en"]
    assert "1009" in outcome["said"]["zh"]
    assert outcome["pieces"][-1]["title"].startswith("CLOSE 1009")
    console.act({"do": "switch", "defence": "size", "on": False})
    assert told(console, "defences") == [{"on": []}]


async def test_one_attack_at_a_time(console):
    """A second call says so; a second click does nothing."""
    running = asyncio.create_task(console.attack("flood"))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="under way"):
        await console.attack("hijack")
    console.act({"do": "attack", "attack": "hijack"})

    assert (await running).attack is Attack.FLOOD
    assert len(console.outcomes) == 1


async def test_what_is_not_there_is_refused(console):
    """With the names of what there is."""
    with pytest.raises(ValueError, match="no attack 'kick': choose one of hijack, rebind"):
        await console.attack("kick")
    with pytest.raises(ValueError, match="no defence 'wall': choose one of host, origin"):
        console.switch_on("wall")
    with pytest.raises(TypeError, match="a defence is a string"):
        console.switch_off(1)
    with pytest.raises(ValueError, match="action"):
        console.act({"do": "kick"})


async def test_a_real_browser_s_visit_is_told_without_the_cookies_of_others(console):
    """Those of a Jupyter server on the same host come along, and are nobody's business."""

    def ask(path, **headers):
        connection = http.client.HTTPConnection(urlsplit(console.victim_url).netloc)
        connection.request("GET", path, headers={"User-Agent": "Mozilla", **headers})
        connection.getresponse().read()
        connection.close()

    console.switch_on("origin")
    for cookie in (f"_xsrf=secret; {COOKIE}=mine; other=secret", "_xsrf=secret"):
        await asyncio.to_thread(ask, "/chat", Origin="http://evil.example", Cookie=cookie)
    await asyncio.to_thread(ask, "/")
    host = urlsplit(console.victim_url).netloc

    first, second = told(console, "visit")
    assert first == {
        "lines": ["GET /chat HTTP/1.1", f"Host: {host}", "Origin: http://evil.example", f"Cookie: {COOKIE}=mine"],
        "answer": "403 Forbidden",
    }
    assert second["lines"][-1] == "Cookie: …"


async def test_stopped_it_says_so_and_begins_anew(console):
    """With the same switches; what was seen before goes only then."""
    console.switch_on("host")
    await console.attack("rebind")
    console.stop()
    console.stop()
    assert repr(console) == "<AttackerConsole, stopped>"
    with pytest.raises(RuntimeError, match="stopped"):
        await console.attack("rebind")
    console.act({"do": "attack", "attack": "rebind"})
    assert told(console, "stopped") == [{}]
    assert "stopped" not in console.snapshot().partition("<table>")[0]
    assert len(console.outcomes) == 1

    console.act({"do": "start"})
    console.act({"do": "start"})
    await until(lambda: not told(console, "stopped"))
    console.start()
    assert console.outcomes == []
    assert told(console, "siege") == [{"victim": console.victim_url, "evil": console.evil_url}]
    assert (await console.attack("rebind")).stopped_by == "host"


async def test_the_snapshot_is_a_table_of_what_each_attack_came_to(console):
    """The last one of each, what is switched on, and the bytes of the last of all; scripts are text."""
    assert "no attack yet" in console.snapshot()
    await console.attack("name")
    console.switch_on("origin")
    await console.attack("hijack")

    snapshot = console.snapshot()
    assert "<li>origin: <strong>on</strong></li>" in snapshot
    assert "<th scope='row'>hijack with the cookie</th><td><strong>origin</strong></td>" in snapshot
    assert "<th scope='row'>script in a name</th><td>nothing: it got through</td>" in snapshot
    assert "HTTP/1.1 403 Forbidden" in snapshot
    assert "<img" not in snapshot
    assert set(ATTACKS) == set(Attack)


async def test_closed_while_it_begins_anew_it_leaves_nothing_behind():
    """A page asked for it, and its cell was run again."""
    with no_task_left_behind():
        console = AttackerConsole()
        console.stop()
        console.act({"do": "start"})
        console.close()


async def test_it_ends_what_it_began():
    """Also an attack that is under way."""
    with no_task_left_behind():
        console = AttackerConsole()
        attacking = asyncio.create_task(console.attack("slow"))
        await asyncio.sleep(0.1)
        console.close()
        console.close()
        with pytest.raises(asyncio.CancelledError):
            await attacking
