"""The panel's Python side, with a page that is played: what it is told, what it asks for, what is done once."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import count
from types import SimpleNamespace

import comm
import pytest

import chatlib
from chatlib import kernel as kernel_module
from chatlib.chaos import Proxy
from chatlib.client import backoff
from chatlib.errors import JoinError
from chatlib.front_end.bundle import HERE, front_end
from chatlib.machine import cells, ports
from chatlib.widgets import live, snapshots
from chatlib.widgets.live import CHUNK
from chatlib.wire import LimitsNotice
from tests.support.waiting import until


class Page:
    """Plays a view in a browser: hears what the widget sends, and keeps to the rules of ``liveSession``."""

    def __init__(self, widget, view="view"):
        self.widget = widget
        self.view = view
        self.have = 0
        self.events = []
        self.heard = []
        self.news = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        send = widget.send
        widget.send = lambda content: (send(content), self.loop.call_soon_threadsafe(self._hear, content))

    def _hear(self, content):
        about = content["about"]
        self.heard.append(content)
        if content["type"] == "events" and about["upto"] > self.have:
            assert about["after"] <= self.have, "a page would have to ask again"
            self.events += [event for event in about["events"] if event["n"] > self.have]
            self.have = about["upto"]
        self.news.set()

    def tell(self, kind, **about):
        content = {"type": kind, "about": {"view": self.view, **about}}
        self.widget.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

    def ready(self):
        self.tell("ready", have=self.have)

    def act(self, number, **action):
        self.tell("act", actions=[[number, action]])

    def kinds(self, kind):
        return [event["data"] for event in self.events if event["kind"] == kind]

    def taken(self):
        return [message["about"] for message in self.heard if message["type"] == "taken"]

    def texts(self):
        return [message["msg"] for message in self.kinds("message") if message["state"] == "delivered"]

    async def until(self, condition):
        async with asyncio.timeout(30):
            while not condition():
                self.news.clear()
                await self.news.wait()


@pytest.fixture
def server():
    with chatlib.serve(port=0, rate=0) as server:
        yield server


@pytest.fixture
def panel(server):
    panel = chatlib.ChatPanel(server.url, name="Ada")
    yield panel
    panel.close()


async def test_a_page_is_told_what_was_and_then_what_happens(panel):
    """The transcript so far comes with the answer to ``ready``, what is new by itself."""
    await panel.client.delivered(panel.client.send("before"))

    page = Page(panel)
    page.ready()
    await page.until(lambda: page.texts() == ["before"])
    panel.client.send("after")
    await page.until(lambda: page.texts() == ["before", "after"])

    assert page.kinds("connection")[-1]["state"] == "OPEN"
    assert page.kinds("people")[-1] == {"names": ("Ada",)}
    assert page.kinds("room")[-1]["name"] == "Ada"
    assert [message["state"] for message in page.kinds("message")[-2:]] == ["sending", "delivered"]


async def test_a_page_that_has_everything_is_told_nothing_again(panel):
    """It asks several times, until it is heard by a subshell: that must not cost a transcript each."""
    await panel.client.delivered(panel.client.send("before"))
    page = Page(panel)
    page.ready()
    await page.until(lambda: page.texts() == ["before"])
    await page.until(lambda: page.heard[-1]["type"] == "hello")

    page.heard.clear()
    page.ready()
    await page.until(lambda: page.heard)

    assert page.heard == [{"type": "hello", "about": {"view": "view", "subshell": False}}]


async def test_a_page_that_comes_later_gets_the_same_in_the_same_order(panel):
    """Each message once, in chunks, and nothing of what was only on the way."""
    async with asyncio.timeout(20):
        other = chatlib.ChatClient(panel.client.url, name="Bo")
        ids = [other.send(f"message {n}") for n in range(60)]
        await other.delivered(ids[-1])
    first = Page(panel)
    first.ready()
    await first.until(lambda: len(first.texts()) == 60)
    for n in range(CHUNK):
        panel.record("message", {"id": str(n), "msg": "more", "state": "delivered"}, key=str(n))

    second = Page(panel, "second view")
    second.ready()
    await second.until(lambda: len(second.texts()) == 60 + CHUNK)

    assert second.texts()[:60] == [f"message {n}" for n in range(60)]
    assert max(len(message["about"]["events"]) for message in second.heard if message["type"] == "events") <= CHUNK
    other.close()


async def test_an_action_that_comes_twice_is_done_once(panel):
    """A page sends again what was not acknowledged; the acknowledgement then says that all is taken."""
    page = Page(panel)
    page.ready()
    for _ in range(3):
        page.act(1, do="say", id="a", msg="once")
    page.act(2, do="say", id="b", msg="twice")
    page.act(3, do="say", id="c", msg="twice")
    await page.until(lambda: page.texts() == ["once", "twice", "twice"] and len(page.taken()) == 5)

    assert [about["upto"] for about in page.taken()] == [1, 1, 1, 2, 3]
    assert [number for about in page.taken() for number, _ in about["results"]] == [1, 2, 3]
    assert [message.id for message in panel.client.messages] == ["a", "b", "c"]


async def test_a_strangers_id_takes_nothing_away_from_a_later_page(panel):
    """Whoever speaks chooses the id, and may choose the word that another event goes by."""
    other = chatlib.ChatClient(panel.client.url, name="Bo")
    for word in ("people", "room", "connection", "dropped", "notice"):
        await other.delivered(other.send(word, id=word))
    page = Page(panel)
    page.ready()
    await page.until(lambda: len(page.texts()) == 5)

    assert page.texts() == ["people", "room", "connection", "dropped", "notice"]
    assert page.kinds("people")[-1] == {"names": ("Ada", "Bo")}
    assert page.kinds("room")[-1]["name"] == "Ada"
    assert page.kinds("connection")[-1]["state"] == "OPEN"
    other.close()


async def test_a_message_without_an_id_is_no_action(panel):
    """The page always makes one: else what it drew already would be another message than what the room places."""
    with pytest.raises(ValueError, match="expected an action of the panel's page"):
        panel.act({"do": "say", "msg": "hi"})
    assert panel.client.messages == []


async def test_the_page_mints_a_messages_id(panel):
    """So what it drew already, and what the kernel tells, is one message: by its id, and not by its text."""
    page = Page(panel)
    page.ready()
    page.act(1, do="say", id="minted", msg="hi")
    page.act(2, do="say", id="another", msg="hi")
    await page.until(lambda: page.texts() == ["hi", "hi"] and len(page.taken()) == 2)

    assert [message["id"] for message in page.kinds("message")[:1]] == ["minted"]
    assert {message["id"] for message in page.kinds("message")} == {"minted", "another"}
    assert [result for about in page.taken() for result in about["results"]] == [(1, "minted"), (2, "another")]


async def test_actions_of_two_views_are_told_apart(panel):
    """Two windows on one panel count on their own."""
    one, other = Page(panel, "one"), Page(panel, "other")
    one.act(1, do="say", id="a", msg="from one")
    other.act(1, do="say", id="b", msg="from the other")
    await panel.client.delivered(panel.client.messages[-1].id)

    assert [message.msg for message in panel.client.messages] == ["from one", "from the other"]


async def test_a_failed_action_is_acknowledged_all_the_same(panel):
    """Else the page would send it again for ever."""
    page = Page(panel)
    page.act(1, do="no such thing")
    taken = {"type": "taken", "about": {"view": "view", "upto": 1, "results": []}}
    await page.until(lambda: taken in page.heard)


async def test_what_the_page_does_reaches_the_room(panel):
    """/nick renames, typing is seen by others, and a failed message shows why."""
    seen = asyncio.Queue()
    other = chatlib.ChatClient(panel.client.url, name="Bo")
    await other.joined()
    other.subscribe(seen.put_nowait)
    await panel.client.joined()
    page = Page(panel)
    page.ready()

    page.act(1, do="rename", name="Grace")
    await page.until(lambda: page.kinds("room") and page.kinds("room")[-1]["name"] == "Grace")
    page.act(2, do="say", id="a", msg=" ")
    await page.until(lambda: page.kinds("message")[-1:] and page.kinds("message")[-1]["state"] == "failed")
    assert page.kinds("message")[-1]["code"] == "empty"
    other.typing()
    await page.until(lambda: page.kinds("typing") == [{"user": "Bo"}])

    assert page.kinds("notice")[-1]["kind"] == "rename"
    other.close()


async def test_a_failed_message_can_be_taken_back_and_its_text_goes_to_the_page(panel):
    """Edit and Discard; whoever loads the page later is not told of it any more."""
    page = Page(panel)
    page.ready()
    for number, id_ in enumerate(("a", "b"), 1):
        page.act(number, do="say", id=id_, msg=" " * number)
    await page.until(lambda: [m["id"] for m in page.kinds("message") if m["state"] == "failed"] == ["a", "b"])
    assert [message["retryable"] for message in page.kinds("message")] == [False] * 4
    page.act(3, do="edit", id="a")
    page.act(4, do="discard", id="b")
    page.act(5, do="edit", id="a")
    await page.until(lambda: page.kinds("discarded") == [{"id": "a"}, {"id": "b"}])

    answers = dict(answer for about in page.taken() for answer in about["results"])
    assert [answers[number] for number in (3, 4, 5)] == [" ", "  ", None]
    assert [event for event in panel.told() if event["kind"] in ("message", "discarded")] == []


async def test_a_page_is_told_when_the_next_attempt_is_made_and_may_ask_for_it_now(server, monkeypatch):
    """One status while away; "reconnect" does not wait for the time that it tells."""
    monkeypatch.setattr(backoff, "random", SimpleNamespace(uniform=lambda low, high: 60))
    with Proxy("127.0.0.1", server.port) as proxy:
        panel = chatlib.ChatPanel(proxy.url, name="Ada")
        page = Page(panel)
        page.ready()
        await page.until(lambda: page.kinds("connection")[-1:] and page.kinds("connection")[-1]["state"] == "OPEN")
        proxy.cut()
        await page.until(lambda: page.kinds("connection")[-1]["state"] == "CLOSED")
        away = page.kinds("connection")[-1]
        page.act(1, do="reconnect")
        await page.until(lambda: page.kinds("connection")[-1]["state"] == "OPEN")
        panel.close()
    assert (away["attempt"], away["retry_in"]) == (1, 60)
    assert away["retry_at"].endswith("Z")


async def test_an_old_page_and_the_memory_hold_no_more_than_the_client(panel):
    """Beyond the limit the oldest go, from the page too, and a new page is not told of them."""
    panel.client._presence.transcript.kept = 3
    page = Page(panel)
    page.ready()
    for text in "abcde":
        await panel.client.delivered(panel.client.send(text))
    await page.until(lambda: page.kinds("dropped") and page.kinds("dropped")[-1]["count"] == 3)

    late = Page(panel, "late")
    late.ready()
    await late.until(lambda: late.kinds("dropped"))

    assert late.texts() == ["c", "d", "e"]
    gone = {key for dropped in page.kinds("dropped") for key in dropped["keys"]}
    assert {f"message {message['id']}" for message in page.kinds("message") if message["msg"] in "ab"} < gone


async def test_the_snapshot_reads_with_every_style_stripped(panel):
    """Semantic HTML: the state beside the room's name, who, what, in order; and what a peer sent is text."""
    await panel.client.delivered(panel.client.send("<script>alert(1)</script>\n& more"))

    html = panel.snapshot()
    reader = _Reader()
    reader.feed(html)

    assert reader.tags == {"p", "strong", "ol", "li", "em", "br", "bdi"}
    assert "Chat room lobby OPEN, with Ada" in reader.text
    assert "Ada: <script>alert(1)</script>& more" in reader.text
    assert snapshots()[panel.model_id]["text/html"].endswith(html)
    data, _ = panel._repr_mimebundle_()
    assert data["text/html"].endswith(html)
    assert data["text/plain"] == "<ChatPanel of Ada in lobby>"


async def test_the_snapshot_says_how_much_it_leaves_out(panel):
    """What was said before we came, what was dropped, and what is too much: a newcomer has 201 entries of 220."""
    for number in range(220):
        last = panel.client.send(str(number))
    await panel.client.delivered(last)
    newcomer = chatlib.ChatPanel(panel.client.url, name="Bo")
    await newcomer.client.joined()
    await newcomer.client.until(lambda: len(newcomer.client.transcript) == 201, timeout=30)

    assert "<p><em>121 earlier</em></p>" in newcomer.snapshot()
    assert [event["data"] for event in newcomer.told() if event["kind"] == "earlier"] == [{"count": 20}]
    page = Page(newcomer)
    page.ready()
    await page.until(lambda: page.kinds("earlier") == [{"count": 20}])
    newcomer.close()


async def test_whom_no_page_shows_any_more_leaves_and_comes_back_when_shown_again(panel, monkeypatch):
    """By the name that one had, and what was said meanwhile is there."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0.05)
    watcher = chatlib.ChatClient(panel.client.url, name="Bo")
    await panel.client.joined()
    panel.client.rename("Grace")
    page = Page(panel)
    page.ready()
    await watcher.until(lambda: set(watcher.people) == {"Grace", "Bo"}, timeout=30)
    page.tell("gone")
    await watcher.until(lambda: watcher.people == ("Bo",), timeout=30)
    await watcher.delivered(watcher.send("where are you?"))

    page.ready()
    await watcher.until(lambda: set(watcher.people) == {"Grace", "Bo"}, timeout=30)
    await page.until(lambda: page.texts()[-1:] == ["where are you?"])
    watcher.close()


async def test_a_closed_panel_leaves_the_room(server):
    """And is no longer among what the notebook shows."""
    panel = chatlib.ChatPanel(server.url, name="Ada")
    watcher = chatlib.ChatClient(server.url, name="Bo")
    await panel.client.joined()
    await watcher.joined()
    await watcher.until(lambda: len(watcher.people) == 2, timeout=30)
    model_id = panel.model_id

    panel.close()
    panel.close()

    await watcher.until(lambda: watcher.people == ("Bo",), timeout=30)
    assert model_id not in snapshots()
    watcher.close()


def test_a_closed_panel_leaves_no_comm_behind(server):
    """Not even that of its layout: a cell may be run many times."""
    before = set(comm.get_comm_manager().comms)
    panel = chatlib.ChatPanel(server.url)
    assert set(comm.get_comm_manager().comms) > before
    panel.close()
    assert set(comm.get_comm_manager().comms) == before


def test_the_url_comes_from_the_environment_else_from_serve(monkeypatch):
    """In this order: ``url``, $CHATLIB_URL, serve()."""
    own = chatlib.ChatPanel(name="Ada")
    assert own.server is not None
    assert own.client.url == own.server.chat_url
    monkeypatch.setenv("CHATLIB_URL", "ws://127.0.0.1:1/?passcode=secret")
    named = chatlib.ChatPanel()
    assert named.server is None
    assert "secret" not in named.client.shown_url
    for panel in (own, named):
        panel.close()
    own.server.stop()


@pytest.mark.parametrize(
    ("given", "set_outside", "name"),
    [
        ("Ada", {"CHATLIB_NAME": "Bo", "JUPYTERHUB_USER": "cleo"}, "Ada"),
        ("", {"CHATLIB_NAME": "'Bo'", "JUPYTERHUB_USER": "cleo"}, "Bo"),
        ("", {"JUPYTERHUB_USER": "cleo"}, "cleo"),
        ("", {"JUPYTERHUB_USER": "owner-repository-5x8rjz0q", "BINDER_REPO_URL": "https://example.org"}, "User 1"),
        ("", {}, "User 1"),
    ],
)
async def test_the_name_comes_from_the_environment_else_is_asked_for(monkeypatch, server, given, set_outside, name):
    """In this order: ``name``, $CHATLIB_NAME, the hub's user; a page is told to ask only where there is none.

    On Binder nobody logs in: the user there is the session, under a name that nobody would give themselves.
    """
    for variable, value in set_outside.items():
        monkeypatch.setenv(variable, value)
    panel = chatlib.ChatPanel(server.url, name=given)
    await panel.client.joined()

    assert panel.client.name == name
    assert ("nameless" in [event["kind"] for event in panel.told()]) == (name == "User 1")
    panel.act({"do": "rename", "name": "Dan"})
    assert "nameless" not in [event["kind"] for event in panel.told()]
    panel.close()


async def test_a_panel_uses_the_server_that_is_there(monkeypatch):
    """Its door stays as it was set up, passcode and limits; on whatever host, the panel gets in."""
    for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0"):
        with chatlib.serve(host=host, passcode="sesame", rate=3, max_message=500) as server:
            panel = chatlib.ChatPanel(name="Teacher")
            await panel.client.joined()
            assert panel.server is server
            assert panel.client.limits == LimitsNotice(3, 40, 500)
            with pytest.raises(JoinError, match="passcode"):
                await chatlib.ChatClient(server.url).joined()
            panel.close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": None}, "name is a string, not None"),
        ({"name": 7}, "name is a string"),
        ({"room": None}, "a room's name is a string"),
        ({"url": 3000}, "url is a string, such as server.chat_url"),
        ({"url": b"ws://x"}, "url is a string"),
    ],
)
def test_what_is_no_string_is_refused_in_words_each_time(same_cell, wrong, words):
    """The cell run again says the same; no server was started for it, no panel is left."""
    before = set(snapshots())
    for _ in range(2):
        with pytest.raises(TypeError, match=words):
            chatlib.ChatPanel(**wrong)

    assert set(snapshots()) == before
    assert not ports.is_taken(ports.default_port())


@pytest.fixture
def same_cell(monkeypatch):
    """Every panel is made by the next run of one cell."""
    runs = count()

    def get_parent():
        header = {"msg_type": "execute_request", "msg_id": f"run {next(runs)}"}
        return {"header": header, "metadata": {"cellId": "the cell"}, "content": {"code": ""}}

    kernel = SimpleNamespace(get_parent=get_parent, set_parent=None)
    monkeypatch.setattr(kernel_module, "shell", lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setattr(cells, "_cells", {})


def test_a_server_is_no_url(server):
    """And the error says what is."""
    with pytest.raises(TypeError, match=r"server\.chat_url, not of type Server"):
        chatlib.ChatPanel(server)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
async def test_a_half_made_panel_leaves_nothing_behind(same_cell, server, error, monkeypatch):
    """Whatever went wrong, and where: the person is gone from the room, and the cell can be run again."""
    before, made = set(snapshots()), []

    def fails(client, *_, **__):
        made.append(client)
        raise error

    for name in ("subscribe", "__init__"):
        with monkeypatch.context() as patch:
            patch.setattr(chatlib.ChatClient, name, fails)
            with pytest.raises(error):
                chatlib.ChatPanel(server.url, name="Ada")
    assert set(snapshots()) == before
    await until(lambda: made[0].state == "CLOSED")
    panel = chatlib.ChatPanel(server.url, name="Ada")
    assert panel.client is not made[0]


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("ws://127.0.0.1:1", "http://127.0.0.1:1/?room=tea+room"),
        ("ws://[::1]:1/?passcode=a%26b", "http://[::1]:1/?passcode=a%26b&room=tea+room"),
        (
            "ws://school.example:3000/?passcode=%E7%A7%98",
            "http://school.example:3000/?passcode=%E7%A7%98&room=tea+room",
        ),
        ("wss://hub.example/user/ada/proxy/3000/", "https://hub.example/user/ada/proxy/3000/?room=tea+room"),
        ("http://localhost:1/deep", "http://localhost:1/deep/?room=tea+room"),
        ("wss://localhost", "https://localhost/?room=tea+room"),
    ],
)
def test_the_page_of_the_panels_own_room(monkeypatch, url, page):
    """From $CHATLIB_URL, wherever that leads: its path and its passcode stay, and the room is in the query."""
    monkeypatch.setenv("CHATLIB_URL", url)
    panel = chatlib.ChatPanel(room="tea room")
    assert panel.page_url == page
    panel.close()


def test_the_page_of_a_server_of_this_machine_is_behind_the_proxy_of_a_hub(monkeypatch):
    """A browser elsewhere has no other way to it; nor has it any to another user's port."""
    panel = chatlib.ChatPanel("ws://127.0.0.1:1/?passcode=x")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    assert panel.page_url == "/user/ada/proxy/1/?passcode=x&room=lobby"
    monkeypatch.setattr(ports, "is_another_users", lambda port: True)
    assert panel.page_url is None
    panel.close()


def test_a_malformed_url_raises_and_leaves_nothing_behind(monkeypatch):
    """The cell says what a URL looks like."""
    monkeypatch.setenv("CHATLIB_URL", "ftp://localhost")
    before = set(snapshots())
    with pytest.raises(ValueError, match="looks like ws://"):
        chatlib.ChatPanel()
    assert set(snapshots()) == before


def test_a_front_end_is_one_module_with_the_shared_parts_once():
    """No import is left, which a Blob URL could not resolve; one default export is what anywidget looks for."""
    names = [path.stem for path in HERE.glob("*.js") if "export default" in path.read_text(encoding="utf-8")]
    assert "chat_panel" in names
    for name in names:
        text = front_end(name)
        assert not re.search(r"^import\b|\bimport\(", text, re.MULTILINE)
        assert text.count("class LiveSession") == 1
        assert text.count("export default") == 1


def test_importing_chatlib_loads_no_widget():
    """``import chatlib`` stays quick: ipywidgets comes with the first widget."""
    code = "import sys, chatlib, chatlib.widgets; sys.exit('ipywidgets' in sys.modules or 'anywidget' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=30, check=False).returncode == 0


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        assert not attrs
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data
