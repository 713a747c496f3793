"""The one background loop: one thread, handed over to safely from any other."""

import asyncio
import concurrent.futures
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from chatlib import background
from tests.support.places import ROOT
from tests.support.waiting import until

SECONDS = 30.0


async def loop_and_thread():
    return asyncio.get_running_loop(), threading.current_thread()


def test_everything_runs_on_one_loop_of_one_daemon_thread():
    """From whichever thread it is asked for, and however many ask at once."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(background.run(loop_and_thread()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)

    assert set(found) == {(background.loop(), found[0][1])}
    assert found[0][1].daemon
    assert [thread.name for thread in threading.enumerate()].count(background.THREAD_NAME) == 1


def test_run_returns_the_result_or_raises_the_error():
    """Like a call."""

    async def fail():
        raise KeyError("lost")

    assert background.run(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(KeyError, match="lost"):
        background.run(fail())


def test_run_gives_up_in_time_and_cancels_what_it_waited_for():
    """Nothing is left running that nobody owns."""
    cancelled = threading.Event()

    async def forever():
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        background.run(forever(), timeout=0.05)

    assert cancelled.wait(SECONDS)


def test_run_on_the_background_loop_itself_raises_at_once():
    """It would wait for itself for ever."""

    async def ask():
        return background.run(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="await instead"):
        background.run(ask(), timeout=SECONDS)


def test_is_current_only_on_the_background_loop():
    """Neither in a plain thread nor on another loop."""

    async def ask():
        return background.is_current()

    assert background.run(ask()) is True
    assert asyncio.run(ask()) is False
    assert background.is_current() is False


class Here:
    """A home without a thread: the running loop, for which nobody can wait."""

    def start(self):
        return asyncio.get_running_loop()

    def hindrance(self):
        return "nobody waits here"

    def wait(self, work, timeout):
        raise AssertionError


async def test_the_loop_may_live_elsewhere(monkeypatch):
    """On the kernel's own loop, say; then what cannot wait says why, and what ends something is begun all the same."""
    monkeypatch.setattr(background, "_loop", None)
    monkeypatch.setattr(background, "_home", background.OwnThread())
    background.move(Here())
    assert background.loop() is asyncio.get_running_loop()
    assert await asyncio.wrap_future(background.submit(asyncio.sleep(0, "done"))) == "done"
    with pytest.raises(RuntimeError, match="cannot wait here: nobody waits here"):
        background.run(asyncio.sleep(0))
    reported, error = asyncio.get_running_loop().create_future(), KeyError("lost")
    background.finish(fail(error), reported.set_result)

    assert await asyncio.wait_for(reported, SECONDS) is error


def test_a_loop_that_runs_stays_where_it_is():
    """What was begun there would be out of reach."""
    background.loop()
    with pytest.raises(RuntimeError, match="before its first use"):
        background.move(Here())


async def test_what_a_page_asks_for_is_done_where_it_may_wait(monkeypatch):
    """Here, at once; else on the loop, one after the other: a callback of JavaScript's cannot wait."""
    told = []
    background.enter(lambda: told.append("at once"))
    assert told == ["at once"]
    monkeypatch.setattr(background, "_loop", None)
    monkeypatch.setattr(background, "_home", Here())
    handled = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: handled.append(str(context["exception"])))

    def first():
        background.enter(lambda: told.append("third"))
        told.append("first")
        raise KeyError("lost")

    background.enter(first)
    background.enter(lambda: told.append("second"))
    assert told == ["at once"]
    await until(lambda: told[-1] == "third")

    assert (told, handled) == (["at once", "first", "second", "third"], ["'lost'"])


async def test_a_home_may_let_its_own_loop_wait(monkeypatch):
    """What it waited for is the result, also where that can be awaited itself; and it is told when to give up."""
    inner = asyncio.get_running_loop().create_future()
    waits = []

    class Waits(Here):
        def hindrance(self):
            return ""

        def wait(self, work, timeout):
            waits.append(timeout)
            if timeout is None:
                work.set_result(inner)
            else:
                raise TimeoutError

    monkeypatch.setattr(background, "_loop", None)
    monkeypatch.setattr(background, "_home", Waits())
    monkeypatch.setattr(background, "submit", lambda coroutine: (coroutine.close(), concurrent.futures.Future())[1])

    assert background.run(asyncio.sleep(0)) is inner
    with pytest.raises(TimeoutError):
        background.run(asyncio.sleep(0), timeout=3)
    assert waits == [None, 3]


def test_call_runs_a_plain_function_there():
    """For widgets' callbacks, which arrive on any thread."""
    called = threading.Event()
    background.call(called.set)

    assert called.wait(SECONDS)


def test_what_the_loop_calls_next_itself_keeps_its_place_and_wakes_nobody(monkeypatch):
    """From elsewhere it is a call as any other."""
    called = []
    woken = []

    async def ask():
        wake = background.loop().call_soon_threadsafe
        monkeypatch.setattr(background.loop(), "call_soon_threadsafe", lambda *call: (woken.append(call), wake(*call)))
        background.call(called.append, 1)
        background.call_next(called.append, 2)
        background.call(called.append, 3)
        monkeypatch.undo()

    background.run(ask())
    done = threading.Event()
    background.call_next(done.set)
    assert done.wait(SECONDS)
    assert called == [1, 2, 3]
    assert len(woken) == 2


def test_a_blocked_caller_does_not_stop_the_loop():
    """A cell that sleeps neither stalls the server nor costs anyone a keepalive."""

    async def turns():
        count = 0
        async with asyncio.timeout(SECONDS):
            while not enough.is_set():
                await asyncio.sleep(0)
                count += 1
                if count > 100:
                    enough.set()

    enough = threading.Event()
    background.submit(turns())

    assert enough.wait(SECONDS)


async def fail(error):
    raise error


def test_what_a_future_raises_is_reported():
    """Neither a result nor a cancelled one is: somebody wanted that."""
    reported = []
    told = threading.Event()
    background.on_failure(background.submit(asyncio.sleep(0, "fine")), reported.append)
    waiting = background.submit(asyncio.sleep(60))
    background.on_failure(waiting, reported.append)
    waiting.cancel()
    error = KeyError("lost")
    background.on_failure(background.submit(fail(error)), lambda raised: (reported.append(raised), told.set()))

    assert told.wait(SECONDS)
    assert reported == [error]


async def test_an_owner_s_tasks_report_what_they_raise():
    """Each by itself, and the others go on; one that nobody holds is kept until it has ended."""
    reported, done = [], asyncio.Event()
    tasks = background.Tasks(reported.append)

    async def wait_and_tell():
        await asyncio.sleep(0)
        done.set()

    failing = tasks.start(fail(KeyError("lost")))
    tasks.start(wait_and_tell())
    await asyncio.wait([failing])
    gc.collect()
    await asyncio.wait_for(done.wait(), SECONDS)

    assert [type(error) for error in reported] == [KeyError]


async def test_an_owner_can_cancel_its_tasks_and_wait_until_they_are_over():
    """None of them is half way through its clearing up; that is no failure, and twice is no harm."""
    reported, cleared = [], []
    tasks = background.Tasks(reported.append)

    async def hold(name):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleared.append(name)

    started = [tasks.start(hold(name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    await tasks.cancel()
    await tasks.cancel()

    assert (sorted(cleared), reported) == (["a", "b"], [])
    assert all(task.cancelled() for task in started)


def test_an_error_is_shown_where_a_learner_looks(monkeypatch):
    """Below the cell; in a plain Python, or in a notebook's library without its shell, on stderr."""
    shown, hooked = [], []
    monkeypatch.setattr(sys, "excepthook", lambda *details: hooked.append(details))
    error = KeyError("lost")
    for ipython in (None, SimpleNamespace(get_ipython=lambda: None)):
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        background.report(error)
    assert hooked == [(KeyError, error, None)] * 2

    shell = SimpleNamespace(showtraceback=shown.append)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    background.report(error)
    assert (shown, len(hooked)) == ([(KeyError, error, None)], 2)


def python(script):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, cwd=ROOT, check=False
    )


def test_closers_are_awaited_when_the_process_ends():
    """So that clients are told; one that hangs or fails keeps the process for 3 seconds at most."""
    script = """
import asyncio, time
from chatlib import background
background.SHUTDOWN_SECONDS = 0.2
async def closer():
    print("closed", flush=True)
async def broken():
    raise ValueError
async def forgotten():
    print("never")
async def hanging():
    await asyncio.sleep(60)
for each in (broken, closer, hanging):
    background.at_exit(each)
background.at_exit(forgotten)()
background.loop()
"""
    began = time.monotonic()
    done = python(script)

    assert (done.returncode, done.stdout) == (0, "closed\n")
    assert time.monotonic() - began < 20


def test_a_forked_child_has_a_loop_of_its_own():
    """And the parent's goes on."""
    assert background.run(asyncio.sleep(0, "parent")) == "parent"
    child = os.fork()
    if child == 0:
        signal.alarm(int(SECONDS))
        os._exit(7 if background.run(asyncio.sleep(0, "child"), timeout=SECONDS) == "child" else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert background.run(asyncio.sleep(0, "parent")) == "parent"
