"""A check ends code that keeps the loop to itself, names its line, and leaves the learner's own interrupt alone."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
import types

import pytest
from jupyter_client.manager import start_new_async_kernel

from chatlib.exercises import verdict, watchdog
from chatlib.exercises.verdict import NotYet, exercise, result_of

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
    monkeypatch.setattr(watchdog, "SECONDS", 0.2)
    monkeypatch.setattr(watchdog, "PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("def answer():\n    while True: pass", "line 2 of answer"),
        ("async def answer():\n    while True: pass", "line 2 of answer"),
        ("import time\nasync def answer():\n    time.sleep(60)", "line 3 of answer"),
        ("def answer():\n    try:\n        while True: pass\n    except Exception: return 1", "line 3 of answer"),
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
    """In the check's own task, in another one, in a callback; also one that sleeps, or catches every Exception."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)  # the callback's

    said = await asyncio.wait_for(check(learners(source)), SECONDS)

    assert not said.solved
    assert said.text == f"your code has not given the loop a turn for 0.2 s: {place}. {verdict.NO_TURN}"


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


async def test_a_swallowed_timeout_is_still_one(monkeypatch):
    """What the check runs catches everything, and so the cancellation with which the timeout comes."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)

    @exercise
    async def swallow() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise NotYet("a task was cancelled") from None
        return ""

    assert "did not come back within 0.05 seconds" in (await swallow()).text


async def test_a_swallowed_interrupt_is_still_one():
    """Kernel → Interrupt cancels the cell, and no verdict stands below it."""

    @exercise
    async def swallow() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise NotYet("a task was cancelled") from None
        return ""

    checking = asyncio.create_task(swallow())
    await asyncio.sleep(0)
    checking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await checking


async def test_a_kernel_goes_on_after_a_busy_loop():
    """In a real kernel, where ipykernel handles interrupts in its own way."""
    manager, kernel = await start_new_async_kernel()
    cells = (
        "import chatlib\nfrom chatlib.exercises import nb02 as check, watchdog\nwatchdog.SECONDS = 0.5",
        "async def echo_three(url):\n    ws = chatlib.WebSocket(url)\n    while ws.readyState == 0:\n        pass",
        "await check.ex1(echo_three)",
        "await check.ex1(echo_three)",
    )
    shown = []
    try:
        async with asyncio.timeout(SECONDS):
            for cell in cells:
                asked = kernel.execute(cell)
                while (reply := await kernel.get_shell_msg())["parent_header"]["msg_id"] != asked:
                    pass
                assert reply["content"]["status"] == "ok"
            while len(shown) < 2:
                message = await kernel.get_iopub_msg()
                if message["msg_type"] == "execute_result":
                    shown.append(message["content"]["data"]["text/plain"])
    finally:
        kernel.stop_channels()
        await manager.shutdown_kernel(now=True)
    told = "your code has not given the loop a turn for 0.5 s: line "
    assert [text.startswith(f"Not yet: {told}") for text in shown] == [True, True]
    assert all(" of echo_three. " in text for text in shown)
