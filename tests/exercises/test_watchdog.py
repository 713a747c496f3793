"""A check ends code that keeps the loop to itself, names its line, and leaves the learner's own interrupt alone."""

from __future__ import annotations

import asyncio
import contextlib
import re
import selectors
import signal
import sys
import threading
import time
import types

import pytest

from chatlib.exercises import verdict, watchdog
from chatlib.exercises.verdict import exercise, result_of
from chatlib.exercises.watchdog import Watchdog

SECONDS = 60


def learners(source):
    """Return the function ``answer`` of a learner's cell."""
    module = types.ModuleType("__main__")
    exec(compile(source, "a cell", "exec"), vars(module))
    return module.answer


@exercise
async def check(answer):
    """A check that awaits what the learner wrote."""
    return f"you returned {await result_of(answer)!r}."


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", 0.1)
    monkeypatch.setattr(watchdog, "PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("def answer():\n    while True: pass", "line 2 of answer"),
        ("async def answer():\n    while True: pass", "line 2 of answer"),
        ("import time\nasync def answer():\n    time.sleep(60)", "line 3 of answer"),
        ("def answer():\n    try:\n        while True: pass\n    except Exception: return 1", "line 3 of answer"),
        ("def answer():\n    try:\n        while True: pass\n    except: return 1", "line 3 of answer"),
        (
            "def answer():\n    while 1 < 2:\n        try:\n            pass\n        except: pass",
            "line [2345] of answer",
        ),
        (
            "import time\ndef answer():\n    while True:\n        try:\n            int()\n"
            "            time.sleep(120)\n            int()\n        except BaseException:\n            int()",
            r"line \d+ of answer",
        ),
        (
            "def answer():\n    while 1 < 2:\n        try:\n            try:\n                pass\n"
            "            except: pass\n        except: pass",
            r"line \d of answer",
        ),
        (
            "import asyncio\nasync def spin():\n    while True: pass\n"
            "async def answer():\n    await asyncio.gather(spin())",
            "line 3 of spin",
        ),
        (
            "import asyncio\nasync def spin():\n    while True: pass\nasync def answer():\n"
            "    asyncio.get_running_loop().call_soon(lambda: sum(iter(lambda: 0, 1)))\n    await asyncio.sleep(0.01)",
            "line 5 of <lambda>",
        ),
    ],
)
async def test_a_busy_loop_is_ended_and_its_line_named(source, place):
    """In the check's own task, in another one, in a callback; also one that sleeps, or catches everything."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)  # the callback's

    trace_before = sys.gettrace()

    said = await asyncio.wait_for(check(learners(source)), SECONDS)

    assert not said.solved
    text = rf"your code has not given the loop a turn for 0\.1 s: {place}\. {re.escape(verdict.NO_TURN)}"
    assert re.fullmatch(text, said.text)
    assert sys.gettrace() is trace_before


async def test_another_task_of_the_learners_is_not_ended():
    """It gets its turns again, and has nothing to do with what was stuck: somebody's clock in another cell."""
    stuck = learners(
        "import time\ndef answer():\n    try:\n        time.sleep(60)\n    except: pass\n"
        "    try:\n        try:\n            time.sleep(60)\n        except: pass\n    except: pass\n"
        "    time.sleep(60)"
    )
    clock = learners(
        "import asyncio\nasync def answer():\n    while True:\n        await asyncio.sleep(0)\n"
        "        int()\n        int()"
    )
    ticking = asyncio.create_task(clock())

    said = await asyncio.wait_for(check(stuck), SECONDS)
    await asyncio.sleep(0.01)

    assert said.text.startswith("your code has not given the loop a turn")
    assert not ticking.done()
    ticking.cancel()


async def test_one_signal_at_a_time_is_on_its_way(monkeypatch):
    """Of two, the second could come when the first has been dealt with, and pass for somebody's own interrupt."""
    sent: list[str] = []
    monkeypatch.setattr(watchdog, "_interrupt_main_thread", lambda: sent.append("a signal"))

    with Watchdog(__name__):
        while not sent:
            time.sleep(0.01)  # noqa: ASYNC251 - the loop shall have no turn
        time.sleep(10 * watchdog.PAUSE_SECONDS)  # noqa: ASYNC251

    assert sent == ["a signal"]


async def test_code_that_yields_is_left_alone():
    """However long it takes, the loop has its turns."""
    patient = learners(
        "import asyncio\nasync def answer():\n    for _ in range(60):\n        await asyncio.sleep(0.01)"
    )

    assert repr(await check(patient)) == "Solved: you returned None."


async def test_what_is_not_the_learners_is_not_ended():
    """The library's own slowness is no fault of theirs."""

    @exercise
    async def slow_check() -> str:
        time.sleep(0.6)  # noqa: ASYNC251 - the loop shall have no turn
        return "done."

    assert repr(await slow_check()) == "Solved: done."


def test_the_loop_is_not_ended_whoever_started_it():
    """A busy machine may be late with the loop's turn. A kernel is started by a module ``__main__``, too."""
    watchdogs = []

    class Busy(selectors.DefaultSelector):
        def select(self, timeout=None):
            for each in watchdogs:
                each._turn.clear()
                each._bark()
            return super().select(timeout)

    async def check_for_a_while() -> str:
        with Watchdog(verdict.__name__) as watchdog:
            watchdogs.append(watchdog)
            await asyncio.sleep(0.01)
            watchdogs.clear()
        return watchdog.found

    started_by_main = learners("def answer(run, coroutine): return run(coroutine)")
    with contextlib.closing(asyncio.SelectorEventLoop(Busy())) as loop:
        assert started_by_main(loop.run_until_complete, check_for_a_while()) == ""


async def test_the_handler_of_interrupts_is_the_one_from_before():
    """During a check it is the watchdog's, which passes on what others sent."""
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        interrupting = learners("import signal\ndef answer():\n    signal.raise_signal(signal.SIGINT)")
        assert (await check(interrupting)).solved
        assert heard == [signal.SIGINT]
        signal.raise_signal(signal.SIGINT)
        assert heard == [signal.SIGINT] * 2
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_check_runs_on_another_thread_too():
    """There nobody may handle signals; it does without."""
    said = []
    thread = threading.Thread(target=lambda: said.append(asyncio.run(check(lambda: 1))))
    thread.start()
    thread.join(SECONDS)

    assert [repr(each) for each in said] == ["Solved: you returned 1."]


async def test_where_no_thread_can_start_the_check_goes_on_unwatched(monkeypatch):
    """In a browser's tab; and the learner's interrupt is theirs."""

    def none(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    before = signal.getsignal(signal.SIGINT)
    with Watchdog("__main__"):
        assert signal.getsignal(signal.SIGINT) is before

    assert repr(await check(learners("def answer(): return 1"))) == "Solved: you returned 1."


async def test_a_check_is_over_when_the_watchdog_has_ended_a_callback():
    """Whatever it waits for would not come any more: nobody has to wait for the end of its time."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    answer = learners("def answer():\n    while True: pass")

    @exercise
    async def waits_for_a_callback() -> str:
        called = asyncio.Event()
        asyncio.get_running_loop().call_soon(lambda: (answer(), called.set()))
        await called.wait()
        return "it was called."

    began = time.monotonic()
    said = await waits_for_a_callback()

    assert said.text.startswith("your code has not given the loop a turn for 0.1 s: line 2 of answer")
    assert time.monotonic() - began < verdict.SECONDS / 2
