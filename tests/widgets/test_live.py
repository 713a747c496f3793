"""What every widget stands on, with a comm and a kernel that are played: no browser, no server."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
from types import SimpleNamespace
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from chatlib import background, languages
from chatlib import kernel as kernel_module
from chatlib.machine import cells
from chatlib.widgets import live, snapshots
from chatlib.widgets.live import CHUNK, LiveWidget
from chatlib.widgets.quiz import Question, Quiz
from chatlib.words import Text

WHERE: contextvars.ContextVar[str] = contextvars.ContextVar("WHERE", default="elsewhere")


class FakeComm(BaseComm):
    """A comm whose page is a list: what it was sent, and in which context that was done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.sent_from: list[str] = []
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        if msg_type == "comm_msg" and data["method"] == "custom":
            self.sent.append(data["content"])
            self.sent_from.append(WHERE.get())


class Lamp(LiveWidget):
    """A widget that remembers what pages did, and whom it came after."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []
        self.came_after: LiveWidget | None = None
        self.sightings: asyncio.Queue[str] = asyncio.Queue()
        super().__init__()

    def unseen(self):
        self.sightings.put_nowait("unseen")

    def seen(self):
        self.sightings.put_nowait("seen")

    def inherit(self, old):
        assert old.comm is not None, "it is still there, and closed right after"
        self.came_after = old

    def act(self, action):
        self.done.append(action)
        if action.get("do") == "fail":
            raise ValueError("on purpose")
        return action.get("answer")

    def snapshot(self):
        return "<p>A lamp</p>"


class Page:
    """A view in a browser: what it says to the widget, and what it has heard."""

    def __init__(self, widget: LiveWidget, view: str = "view") -> None:
        self._comm = widget.comm
        self._view = view

    def says(self, kind: str, **about: Any) -> list[dict[str, Any]]:
        """Say something; return what it is told, all pushes that are under way included."""
        self.tells(kind, **about)
        return self.hears()

    def tells(self, kind: str, **about: Any) -> None:
        """Say something, and do not listen."""
        content = {"type": kind, "about": {"view": self._view, **about}}
        self._comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

    def hears(self) -> list[dict[str, Any]]:
        """Return what was sent since it was last asked."""
        background.run(asyncio.sleep(0))  # pushes are a turn of the background loop away
        sent, self._comm.sent = self._comm.sent, []
        return sent


@pytest.fixture(autouse=True)
def fake_comms(monkeypatch):
    """Comms that are played, and pushes that wait for nothing but the loop's turn."""
    monkeypatch.setattr(comm, "create_comm", FakeComm)
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0)


@pytest.fixture
def lamp():
    lamp = Lamp()
    yield lamp
    lamp.close()


def events(message):
    """The events of a message: which number, of what kind."""
    assert message["type"] == "events"
    return [(event["n"], event["kind"]) for event in message["about"]["events"]]


# What a page is told ------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_a_page_is_there(lamp):
    """It may never come: nobody is told, and nothing is lost."""
    lamp.record("on", {})
    page = Page(lamp)

    assert page.hears() == []
    told, hello = page.says("ready", have=0)
    assert events(told) == [(1, "on")]
    assert hello == {"type": "hello", "about": {"view": "view", "subshell": False}}


def test_events_are_numbered_and_each_push_says_what_it_follows(lamp):
    """So that a page that has missed something knows it, and asks."""
    page = Page(lamp)
    page.says("ready", have=0)
    pushes = []
    for kind in ("on", "off"):
        lamp.record(kind, {"colour": kind})
        pushes += page.hears()

    assert [events(push) for push in pushes] == [[(1, "on")], [(2, "off")]]
    assert [(push["about"]["after"], push["about"]["upto"]) for push in pushes] == [(0, 1), (1, 2)]
    assert pushes[1]["about"]["events"][0]["data"] == {"colour": "off"}


def test_what_is_said_to_people_goes_out_in_both_languages(lamp):
    """So that each page picks its own, also where it is played without a kernel."""
    said = {"meaning": {"en": "text in UTF-8", "zh": "UTF-8 文本"}}
    lamp.record("on", {"meaning": Text("text in UTF-8")})
    told = Page(lamp).says("ready", have=0)[0]

    assert told["about"]["events"][0]["data"] == said
    assert lamp.told()[0]["data"] == said
    assert lamp.recording()["events"][0]["data"] == said


def test_the_language_of_the_last_page_is_that_of_outputs(lamp, monkeypatch):
    """Until another page says another one."""
    monkeypatch.setattr(languages, "_of_the_last_page", None)
    Page(lamp).says("ready", have=0, lang="zh-CN")
    assert languages.of_outputs() == "zh"

    Page(lamp, "another").says("ready", have=0, lang="en")
    assert languages.of_outputs() == "en"


def test_what_is_told_in_one_turn_of_the_loop_is_one_message(lamp):
    """A hundred events at once cost the comm one message."""
    page = Page(lamp)
    page.says("ready", have=0)

    async def tell() -> None:
        for n in range(100):
            lamp.record("flash", {"n": n})

    background.run(tell())
    (push,) = page.hears()

    assert [number for number, _ in events(push)] == list(range(1, 101))


def test_what_follows_a_push_closely_shares_the_next_one(lamp, monkeypatch):
    """A push wakes the kernel's threads: the first goes at once, a hundred right behind it are one more."""
    page = Page(lamp)
    page.says("ready", have=0)
    monkeypatch.setattr(live, "PAUSE_SECONDS", 60)
    loop, later = background.loop(), []
    call_later = loop.call_later
    monkeypatch.setattr(
        loop,
        "call_later",
        lambda wait, then, *rest: later.append((wait, then)) if then == lamp._flush else call_later(wait, then, *rest),
    )
    pushes = []
    for n in range(101):
        lamp.record("flash", {"n": n})
        pushes += page.hears()
    assert [events(push) for push in pushes] == [[(1, "flash")]]

    ((wait, flush),) = later
    assert 0 < wait <= 60
    background.call(flush)
    (push,) = page.hears()
    assert [number for number, _ in events(push)] == list(range(2, 102))


def test_a_page_is_told_only_what_it_does_not_have(lamp):
    """One that has everything is only greeted: it asks several times."""
    for kind in ("a", "b", "c"):
        lamp.record(kind, {})
    page = Page(lamp)
    page.hears()

    told, _ = page.says("ready", have=2)
    assert (events(told), told["about"]["after"]) == ([(3, "c")], 2)
    assert [message["type"] for message in page.says("ready", have=3)] == ["hello"]


def test_gaps_are_passed_over_and_not_asked_for_again(lamp):
    """What was replaced, forgotten or not kept has a number, and no page waits for it."""
    lamp.record("brightness", {"percent": 1}, key="brightness")
    lamp.record("brightness", {"percent": 2}, key="brightness")
    lamp.record("gone", {}, key="gone")
    lamp.record("flash", {}, keep=False)
    lamp.forget("gone", "gone")
    page = Page(lamp)
    page.hears()

    first, rest, _ = page.says("ready", have=0)

    assert (events(first), first["about"]["upto"]) == ([(2, "brightness")], 2)
    assert rest == {"type": "events", "about": {"after": 2, "upto": 4, "events": []}}


def test_what_is_not_kept_reaches_those_that_are_there(lamp):
    """A page that loads later does not do it again."""
    page = Page(lamp)
    page.says("ready", have=0)
    lamp.record("flash", {}, keep=False)

    assert [events(push) for push in page.hears()] == [[(1, "flash")]]
    assert lamp.told() == []


def test_many_events_come_in_chunks_that_follow_each_other(lamp):
    """No message grows with the story."""
    for n in range(CHUNK + 3):
        lamp.record("flash", {"n": n})
    page = Page(lamp)
    page.hears()

    *chunks, _ = page.says("ready", have=0)

    assert [(chunk["about"]["after"], chunk["about"]["upto"]) for chunk in chunks] == [(0, CHUNK), (CHUNK, CHUNK + 3)]
    assert [n for chunk in chunks for n, _ in events(chunk)] == list(range(1, CHUNK + 4))


def test_an_event_takes_the_place_of_the_one_with_its_key(lamp):
    """It is the last that a page is told; what was forgotten, or not kept, is not told."""
    lamp.record("brightness", {"percent": 1}, key="brightness")
    lamp.record("on", {})
    lamp.record("brightness", {"percent": 2}, key="brightness")
    lamp.record("off", {}, key="off")
    lamp.forget("off", "off")
    lamp.forget("never there")

    told = lamp.told()

    assert [(event["kind"], event["data"]) for event in told] == [("on", {}), ("brightness", {"percent": 2})]
    assert 0 <= told[0]["t"] <= told[1]["t"] < 60_000, "milliseconds since the widget was made"


def test_a_recording_names_its_front_end_and_holds_what_was_replaced(lamp):
    """So that it can be wound back; a subclass of somebody's own has the front end that it inherits."""

    class Mine(Quiz):
        """A learner's own."""

    lamp.record("brightness", {"percent": 1}, key="brightness")
    lamp.record("brightness", {"percent": 2}, key="brightness")
    quiz = Mine([Question("?", {"a": (True, "1"), "b": (False, "2")})])

    recording = lamp.recording()
    assert (recording["version"], recording["dropped"]) == (1, {})
    assert [event["data"]["percent"] for event in recording["events"]] == [1, 2]
    assert quiz.recording()["widget"] == "quiz"
    quiz.close()


def test_events_of_two_kinds_never_take_each_others_place(lamp):
    """A key may come from strangers: it is compared with those of its kind only."""
    lamp.record("people", {}, key="")
    lamp.record("said", {}, key="people")
    lamp.record("said", {}, key="")
    lamp.forget("said", "people")

    assert [event["kind"] for event in lamp.told()] == ["people", "said"]


def test_a_push_is_sent_in_the_context_of_the_page_s_last_message(lamp):
    """ipykernel sends a page's next message to the thread that the last send belonged to: a cell's would wait."""
    page = Page(lamp)
    context = contextvars.copy_context()
    context.run(WHERE.set, "subshell")
    context.run(page.says, "ready", have=0)
    lamp.comm.sent_from.clear()

    lamp.record("on", {})

    assert [event for push in page.hears() for event in events(push)] == [(1, "on")]
    assert lamp.comm.sent_from == ["subshell"]


@pytest.mark.parametrize(("header", "has_subshell"), [({}, False), ({"subshell_id": "x"}, True)])
def test_the_greeting_says_whether_the_page_was_heard_by_a_subshell(lamp, monkeypatch, header, has_subshell):
    """If it was not, it asks again: a new connection has one a little later."""
    kernel = SimpleNamespace(get_parent=lambda: {"header": header}, set_parent=None)
    monkeypatch.setattr(kernel_module, "shell", lambda: SimpleNamespace(kernel=kernel))

    assert Page(lamp).says("ready", have=0)[-1]["about"]["subshell"] is has_subshell


# What a page does ---------------------------------------------------------------------------------------------------


def test_an_action_that_comes_twice_is_done_once(lamp):
    """It is sent again until it is acknowledged; the answer goes back with the acknowledgement."""
    page = Page(lamp)
    actions = [[1, {"answer": "A"}], [2, {"answer": ["B"]}]]

    assert page.says("act", actions=actions) == [
        {"type": "taken", "about": {"view": "view", "upto": 2, "results": [(1, "A"), (2, ["B"])]}}
    ]
    (again,) = page.says("act", actions=[*actions, [3, {}]])
    assert again["about"] == {"view": "view", "upto": 3, "results": [(3, None)]}
    assert lamp.done == [{"answer": "A"}, {"answer": ["B"]}, {}]


def test_actions_of_two_views_are_told_apart(lamp):
    """Each counts its own."""
    for view in ("one", "two"):
        (taken,) = Page(lamp, view).says("act", actions=[[1, {"from": view}]])
        assert (taken["about"]["view"], taken["about"]["upto"]) == (view, 1)

    assert lamp.done == [{"from": "one"}, {"from": "two"}]


def test_an_action_that_fails_is_acknowledged_and_those_behind_it_come_again(lamp, caplog):
    """It would fail again. What was not tried is not acknowledged, so the page sends it once more."""
    page = Page(lamp)
    with caplog.at_level(logging.WARNING):
        (taken,) = page.says("act", actions=[[1, {}], [2, {"do": "fail"}], [3, {}]])

    assert (taken["about"]["upto"], taken["about"]["results"]) == (2, [(1, None)])
    assert "on purpose" in caplog.text
    (taken,) = page.says("act", actions=[[3, {}]])
    assert taken["about"]["upto"] == 3
    assert lamp.done == [{}, {"do": "fail"}, {}]


# Who shows it -------------------------------------------------------------------------------------------------------


async def next_sighting(lamp):
    """What the lamp learns next, which is put there on the background loop."""
    return await asyncio.wait_for(asyncio.wrap_future(background.submit(lamp.sightings.get())), 10)


async def test_it_learns_that_nobody_sees_it_and_that_somebody_does_again(lamp, monkeypatch):
    """A view that is gone says so; those that are there are asked, and none answers until one comes back."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0.05)
    page = Page(lamp)
    page.says("ready", have=0)
    asked = page.says("gone")
    assert [message["type"] for message in asked] == ["who"]
    assert await next_sighting(lamp) == "unseen"

    for _ in range(2):
        Page(lamp, "another").says("ready", have=0)
    assert (await next_sighting(lamp), lamp.sightings.empty()) == ("seen", True)


async def test_it_is_seen_as_long_as_another_view_answers(lamp, monkeypatch):
    """Or the same one, when its cell was only moved."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0.05)
    page = Page(lamp)
    page.says("ready", have=0)
    page.says("gone")
    Page(lamp, "another").says("ready", have=0)
    page.says("gone")
    assert await next_sighting(lamp) == "unseen"

    assert lamp.sightings.empty(), "the first absence was none"


async def test_a_busy_kernel_does_not_take_a_page_for_gone(monkeypatch):
    """Its answer waits for the cell's end: so the question is asked again."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0.05)
    monkeypatch.setattr(live, "BUSY_SECONDS", 0.2)
    lamp = Lamp()
    page = Page(lamp)
    page.says("gone")
    time.sleep(0.5)  # noqa: ASYNC251 - a cell that blocks
    page.says("ready", have=0)
    page.says("gone")
    assert await next_sighting(lamp) == "unseen"

    assert lamp.sightings.empty()
    lamp.close()


class WatchedLock:
    """A lock that tells when somebody has to wait for it."""

    def __init__(self, came: threading.Event) -> None:
        self._lock = threading.RLock()
        self._came = came

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._came.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class SlowLamp(Lamp):
    """One that begins to be seen, or unseen, and is not through before another thread has come and wants the other."""

    def __init__(self, slow: str) -> None:
        super().__init__()
        self.slow = slow
        self.told: list[str] = []
        self.began = threading.Event()
        self.came = threading.Event()
        self._lock = WatchedLock(self.came)

    def unseen(self):
        self._tell("unseen")

    def seen(self):
        self._tell("seen")

    def _tell(self, what):
        self.told.append(what)
        if what == self.slow:
            self.began.set()
            assert self.came.wait(10)
            self.told.append(f"{what} is over")
        elif self.began.is_set():
            self.came.set()
        self.sightings.put_nowait(what)


async def test_who_is_shown_while_it_leaves_is_told_so_when_it_has_left(monkeypatch):
    """Else the panel that was just shown again would be the one that is closed."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0)
    lamp = SlowLamp("unseen")
    page = Page(lamp)
    page.tells("gone")
    assert await asyncio.to_thread(lamp.began.wait, 10)
    await asyncio.to_thread(page.tells, "ready", have=0)

    assert [await next_sighting(lamp) for _ in range(2)] == ["unseen", "seen"]
    assert lamp.told == ["unseen", "unseen is over", "seen"]
    lamp.close()


async def test_who_is_gone_while_it_comes_back_is_told_so_when_it_is_back(monkeypatch):
    """Else the one that comes back would stay, and nobody sees it."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0)
    lamp = SlowLamp("seen")
    page = Page(lamp)
    page.tells("gone")
    assert await next_sighting(lamp) == "unseen"
    coming = asyncio.create_task(asyncio.to_thread(page.tells, "ready", have=0))
    assert await asyncio.to_thread(lamp.began.wait, 10)
    await asyncio.to_thread(page.tells, "gone")
    await coming

    assert [await next_sighting(lamp) for _ in range(2)] == ["seen", "unseen"]
    assert lamp.told == ["unseen", "seen", "seen is over", "unseen"]
    lamp.close()


async def test_who_was_closed_does_not_come_back(lamp, monkeypatch):
    """A page's last word may come late."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0)
    page = Page(lamp)
    page.tells("gone")
    assert await next_sighting(lamp) == "unseen"
    lamp.close()
    page.tells("ready", have=0)

    assert lamp.sightings.empty()


async def test_it_is_told_once_that_nobody_sees_it(lamp, monkeypatch):
    """Of two views, each says that it is gone."""
    monkeypatch.setattr(live, "UNSEEN_SECONDS", 0)
    Page(lamp).tells("gone")
    assert await next_sighting(lamp) == "unseen"
    Page(lamp, "another").tells("gone")
    Page(lamp).tells("ready", have=0)

    assert await next_sighting(lamp) == "seen"


def test_a_push_from_another_thread_waits_for_who_closes_it():
    """Between the look whether a page is there and the sending, there must still be one."""
    lamp = SlowLamp("")
    page = Page(lamp)
    page.says("ready", have=0)
    with lamp._lock:
        pushing = background.submit(push_who(lamp))
        assert lamp.came.wait(10)
        lamp.close()
    pushing.result(10)

    assert page.hears() == []


async def push_who(lamp):
    lamp._push("who")


# Its life -----------------------------------------------------------------------------------------------------------


def test_its_output_carries_its_snapshot(lamp):
    """Where there is no kernel, the HTML is what shows; it says first that it is a picture, in both languages."""
    data, _ = lamp._repr_mimebundle_()

    says, picture = data["text/html"].split("</p>", 1)
    assert says.startswith("<p><em>A picture: run the cell to play.</em> <span lang='zh'>这是一张图片")
    assert picture == lamp.snapshot() == "<p>A lamp</p>"
    assert snapshots()[lamp.model_id]["text/html"] == data["text/html"]


def test_the_tables_of_its_snapshot_are_read_from_the_left(lamp, monkeypatch):
    """In its output, and in what is written into a notebook."""
    monkeypatch.setattr(Lamp, "snapshot", lambda lamp: "<table><tr><td>on</td></tr></table>")
    data, _ = lamp._repr_mimebundle_()

    assert data["text/html"].endswith('<table><tr><td style="text-align: left">on</td></tr></table>')
    assert snapshots()[lamp.model_id]["text/html"] == data["text/html"]


def test_a_closed_widget_tells_nobody_anything(lamp):
    """Twice is no harm; nothing is pushed, and there is no snapshot of it."""
    page = Page(lamp)
    page.says("ready", have=0)
    model, layout = lamp.model_id, lamp.layout
    lamp.close()
    lamp.close()
    lamp.record("on", {})

    assert page.hears() == []
    assert model not in snapshots()
    assert layout.comm is None, "a widget of its own, which ipywidgets would keep"


class Kernel:
    """A kernel that runs cells: whoever asks what it works on is told the cell's request."""

    def __init__(self) -> None:
        self.request: dict[str, Any] = {}
        self._runs = 0

    def get_parent(self) -> dict[str, Any]:
        return self.request

    def set_parent(self, ident: Any, parent: dict[str, Any], channel: str = "shell") -> None:
        self.request = parent

    def run(self, count: int = 1, *, cell: str | None = None, code: str = "", kind: str = "execute_request"):
        """Run a cell that makes so many lamps; return them."""
        self._runs += 1
        metadata = {} if cell is None else {"cellId": cell}
        header = {"msg_type": kind, "msg_id": f"run {self._runs}"}
        self.request = {"header": header, "metadata": metadata, "content": {"code": code}}
        return [Lamp() for _ in range(count)]


@pytest.fixture
def kernel(monkeypatch):
    kernel = Kernel()
    monkeypatch.setattr(kernel_module, "shell", lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setattr(cells, "_cells", {})
    yield kernel
    for cell in cells._cells.values():
        for widget in cell.residents["widget"]:
            widget.close()


def are_open(lamps):
    return [lamp.comm is not None for lamp in lamps]


def test_a_cell_that_is_run_again_closes_what_its_last_run_made(kernel):
    """Each when the one in its place is made, which may take something over; both of one run stay."""
    first = kernel.run(2, cell="a")
    assert are_open(first) == [True, True]
    second = kernel.run(2, cell="a")

    assert (are_open(first), are_open(second)) == ([False, False], [True, True])
    assert [lamp.came_after for lamp in second] == first


def test_what_the_last_run_made_can_end_on_the_background_loop(kernel):
    """A push that is on its way there waits for no lock that the closing holds: neither would ever go on."""
    (first,) = kernel.run(1, cell="a")

    def end():
        first.record("left", {})
        background.submit(asyncio.sleep(0)).result(timeout=5)

    first.at_close.callback(end)
    kernel.run(1, cell="a")

    assert are_open([first]) == [False]


def test_a_widget_that_was_not_made_again_stays(kernel):
    """Its cell may have been left early by an error; what comes in its place closes it."""
    first = kernel.run(2, cell="a")
    kernel.run(1, cell="a")
    assert are_open(first) == [False, True]

    (_, third) = kernel.run(2, cell="a")
    assert are_open(first) == [False, False]
    assert third.came_after is first[1]


def test_another_cell_leaves_it_alone(kernel):
    """The same code in two cells makes two widgets, where cells have names."""
    lamps = [*kernel.run(cell="a", code="Lamp()"), *kernel.run(cell="b", code="Lamp()")]

    assert are_open(lamps) == [True, True]


def test_where_cells_have_no_names_they_are_known_by_their_code(kernel):
    """Not every front end names them."""
    (first,) = kernel.run(code="Lamp()")
    (other,) = kernel.run(code="Lamp()  # another")
    (second,) = kernel.run(code="Lamp()")

    assert are_open([first, other, second]) == [False, True, True]


def test_what_no_cell_made_belongs_to_none(kernel):
    """A callback's widget, say: nothing will be made in its place."""
    lamps = [*kernel.run(cell="a", kind="comm_msg"), *kernel.run(cell="a", kind="comm_msg")]

    assert are_open(lamps) == [True, True]
    for lamp in lamps:
        lamp.close()
