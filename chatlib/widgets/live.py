"""What every widget of chatlib stands on: events to the page, actions from the page, and a readable snapshot.

A page may load late, reload, or open a second view; the kernel may be busy for a minute. Therefore:

- The widget keeps its events, numbered, and a page asks for those it has not seen. Nothing is a growing synced value,
  so one more event costs the same at 10 and at 10,000.
- An action of a page carries its view's name and a number, and is sent again until it is acknowledged; one that comes
  twice is done once.
- ipykernel hands a page's message to the thread that the kernel's last send on this comm belonged to: a send made in a
  cell's context would make the next Enter wait for the cell's end. So every push runs in the context of the page's last
  message, which is a subshell's as soon as JupyterLab has one; the answer to ``ready`` says whether it has.

Page to kernel: ``ready {view, have, lang}``, ``act {view, actions: [[number, data], ...]}``, and ``gone {view}`` when a
view is taken out of a notebook that stays open. Kernel to page: ``events {after, upto, events}``, ``hello {view,
subshell}``, ``taken {view, upto, results}``, and ``who {}``, to which every view that is there says ``ready``. Their
fields lie under ``about``, since ipykernel 7.4 keeps a top-level ``id`` of a comm message for good. What is said to
people goes out in both languages: a page picks its own (see ``languages``).
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import threading
import time
import weakref
from contextlib import ExitStack
from typing import Any, Self

import anywidget

from chatlib import background, kernel, languages
from chatlib.machine import cells
from chatlib.widgets import markup
from chatlib.widgets.story import RECORDING, Story, Told

CHUNK = 500
# An output is shown where no script runs, which could ask for the page's language: so both are there.
PICTURE = "<p><em>A picture: run the cell to play.</em> <span lang='zh'>这是一张图片：运行单元格即可操作。</span></p>"
UNSEEN_SECONDS = 10.0  # in which a view may come back: a cell that is moved, an undo
BUSY_SECONDS = 1.0
PAUSE_SECONDS = 0.008  # between two pushes: waking the kernel's threads for one costs more than all that is in it

_open: weakref.WeakValueDictionary[str, LiveWidget] = weakref.WeakValueDictionary()


def snapshots() -> dict[str, dict[str, Any]]:
    """Return what an output keeps of every widget that is not closed, as a MIME bundle, by model id."""
    return {
        model_id: {"text/html": widget.picture(), RECORDING: widget.recording()}
        for model_id, widget in list(_open.items())
    }


class WholeOrClosed(type(anywidget.AnyWidget)):  # type: ignore[misc]  # traitlets' own, which has no public name
    """Makes widgets that are whole: one whose constructor raises, or is interrupted, is closed."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make one."""
        widget: LiveWidget = cls.__new__(cls, *args, **kwargs)
        try:
            widget.__init__(*args, **kwargs)  # type: ignore[misc]  # as type itself does
        except BaseException:  # half made, it would stay in its cell's place, and go on with what it began
            widget.close()
            raise
        return widget

    @property
    def __signature__(cls) -> inspect.Signature:
        """What a notebook's help shows: the constructor's."""
        own = inspect.signature(cls.__init__)  # type: ignore[misc]  # a class of ours
        return own.replace(parameters=[*own.parameters.values()][1:])


class LiveWidget(anywidget.AnyWidget, metaclass=WholeOrClosed):
    """Base of the widgets: a subclass sets ``_esm``, calls :meth:`record`, overrides :meth:`act` and :meth:`snapshot`.

    What it begins, it ends with ``at_close``, an ExitStack: also where its constructor raises behind that.

    A cell that is run again closes the widgets that its last run made, each when the one in its place is made, which
    may :meth:`inherit` something from it (see ``cells``).
    """

    at_close: ExitStack
    _lock: threading.RLock

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make one of which nothing is begun."""
        widget: Self = super().__new__(cls, *args, **kwargs)
        widget.at_close = ExitStack()
        widget._lock = threading.RLock()
        return widget

    def __init__(self) -> None:
        kernel.keep_requests_apart()
        super().__init__()
        self._began = time.monotonic()
        self._story = Story()
        self._count = 0
        self._unsent: list[Told] = []
        self._sent = 0
        self._pushed = 0.0
        self._taken: dict[str, int] = {}
        self._page: contextvars.Context | None = None
        self._absence: object = None  # since a view is gone, as long as no other is heard
        self._is_unseen = False
        self._home = _running_loop()
        self._outputs: list[cells.Run | None] = []  # the runs of cells whose outputs show it; None is a callback's
        _open[self.model_id] = self
        self.on_msg(self._heard)
        if old := cells.enter(self, "widget"):
            with old._lock:
                self.inherit(old)
                old._take_off()
            old.close()  # outside of the lock: what it ends on the background loop may wait for the lock there

    def inherit(self, old: LiveWidget) -> None:
        """Take from ``old``, which an earlier run of this cell made, what should live on; it is closed right after."""

    def unseen(self) -> None:
        """Do nothing; a subclass learns here that no page shows it any more.

        On the background loop, and under the lock, as :meth:`seen` is: what comes last is told last. Neither may wait.
        """

    def seen(self) -> None:
        """Do nothing; a subclass learns here that a page shows it again. On an unpredictable thread."""

    def snapshot(self) -> str:
        """Return what it shows now as semantic HTML, readable with every style stripped."""
        raise NotImplementedError

    def picture(self) -> str:
        """Return its snapshot as an output keeps it: it says first that it is one, for it looks alive and is not."""
        return PICTURE + markup.left(self.snapshot())

    def act(self, action: dict[str, Any]) -> Any:
        """Do what the page asks; the result, made of JSON values, goes back to it. On an unpredictable thread."""
        raise NotImplementedError

    def record(self, kind: str, data: dict[str, Any], *, key: str | None = None, keep: bool = True) -> None:
        """Tell every page something, now or when it loads; safe from any thread. What is said to people is a ``Text``.

        A new event takes the place of an older one of its kind with the same ``key``, which strangers may choose. One
        that is not kept reaches only the pages that are there.
        """
        data = languages.for_pages(data)
        with self._lock:
            self._count += 1
            event = Told(self._count, round((time.monotonic() - self._began) * 1000), kind, data)
            if keep:
                self._story.keep(event, key)
            if not self._unsent:
                background.call_next(self._flush_soon)  # first: an interrupt between the two must not leave it undone
            self._unsent.append(event)

    def forget(self, kind: str, key: str = "") -> None:
        """Keep the event of this kind with this key no longer for pages to come."""
        with self._lock:
            self._story.forget(kind, key)

    def retire(self, kind: str, key: str = "") -> None:
        """Tell pages to come no more of this kind with this key, but keep it for the recording."""
        with self._lock:
            self._story.retire(kind, key)

    def told(self) -> list[dict[str, Any]]:
        """Return the events that a page that loads now is told."""
        with self._lock:
            return [event.as_recorded() for event in self._story]

    def recording(self) -> dict[str, Any]:
        """Return what it told as a recorded session, at most 64 KiB as JSON: see ``story``, and ``player.js``."""
        ours = (each.__module__ for each in type(self).__mro__ if each.__module__.startswith(f"{__package__}."))
        with self._lock:
            return self._story.recording(next(ours).rpartition(".")[2])

    def close(self) -> None:
        """Take it off every page, and end what it began; idempotent."""
        self._take_off()
        self.at_close.close()

    def is_seen(self) -> bool | None:
        """Tell whether an output that stands shows it by itself; None if none ever did."""
        return any(map(cells.still_stands, self._outputs)) if self._outputs else None

    def handle(self) -> LiveWidget:
        """Return itself: that is what a variable holds of it."""
        return self

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            self._outputs.append(cells.current_run())
            bundle[0]["text/html"] = self.picture()
        return bundle

    def _take_off(self) -> None:
        if self.comm is not None:
            with self._lock:
                _open.pop(self.model_id, None)
                self._page = None
                self.layout.close()  # a widget of its own, which ipywidgets would keep
                super().close()

    def _flush_soon(self) -> None:
        """Push what was recorded: at once, unless something was pushed just now. On the background loop."""
        wait = self._pushed + PAUSE_SECONDS - time.monotonic()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._flush)
        else:
            self._flush()

    def _flush(self) -> None:
        """Push what was recorded since the last push: one message for all of it."""
        with self._lock:
            events, self._unsent = self._unsent, []
            if events:
                self._pushed = time.monotonic()
                self._push_events(events, self._sent)
                self._sent = events[-1].n

    def _push_events(self, events: list[Told], after: int, upto: int | None = None) -> None:
        upto = events[-1].n if upto is None else upto
        self._push("events", after=after, upto=upto, events=[event.as_object() for event in events])

    def _push(self, kind: str, **about: Any) -> None:
        with self._lock:
            if self._page is not None:
                self._page.copy().run(self.send, {"type": kind, "about": about})

    def _heard(self, _widget: LiveWidget, content: dict[str, Any], _buffers: list[memoryview]) -> None:
        about = content["about"]
        with self._lock:
            self._page = contextvars.copy_context()
        if content["type"] == "gone":
            self._miss()
            return
        self._notice()
        if content["type"] == "ready":
            self._greet(**about)
        elif content["type"] == "act":
            background.enter(functools.partial(self._take, **about))

    def _notice(self) -> None:
        """Take note that a view is there."""
        with self._lock:
            self._absence = None
            if self._is_unseen and self.comm is not None:
                self._is_unseen = False
                self.seen()

    def _miss(self) -> None:
        """Take note that a view is gone, and ask whether another is there."""
        with self._lock:
            self._absence = absence = object()
        background.on_failure(background.submit(self._wait_for_views(absence)), background.report)

    async def _wait_for_views(self, absence: object) -> None:
        is_busy = True
        while is_busy:
            self._push("who")
            await asyncio.sleep(UNSEEN_SECONDS)
            is_busy = await self._is_busy()  # then a page may have said that it is there, and not been heard yet
            with self._lock:
                if self._absence is not absence or self.comm is None:
                    return
                if not is_busy and not self._is_unseen:
                    self._is_unseen = True
                    self.unseen()

    async def _is_busy(self) -> bool:
        """Tell whether the loop on which pages may be heard did not come round at once."""
        began = time.monotonic()
        if self._home is not None and self._home.is_running():
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._home))
        return time.monotonic() - began > BUSY_SECONDS

    def _greet(self, view: str, have: int, lang: str = "") -> None:
        """Answer a page's ``ready`` in its own context: that is what makes its next messages come to a subshell."""
        if lang:
            languages.page_speaks(lang)
        with self._lock:
            self._flush()
            missing = [event for event in self._story if event.n > have]
            for start in range(0, len(missing), CHUNK):
                chunk = missing[start : start + CHUNK]
                self._push_events(chunk, have)
                have = chunk[-1].n
            if have < self._count:
                self._push_events([], have, self._count)
            self._push("hello", view=view, subshell=bool(kernel.request().get("header", {}).get("subshell_id")))

    def _take(self, view: str, actions: list[tuple[int, dict[str, Any]]]) -> None:
        results: list[tuple[int, Any]] = []
        try:
            for number, action in actions:
                with self._lock:
                    if number <= self._taken.get(view, 0):
                        continue
                    self._taken[view] = number
                results.append((number, languages.for_pages(self.act(action))))
        finally:
            with self._lock:
                self._push("taken", view=view, upto=self._taken[view], results=results)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
