"""What a check says: praise, a hint, or where the learner's own code raised."""

from __future__ import annotations

import asyncio
import functools
import gc
import sys
import warnings
from typing import Any

import pytest

from chatlib import languages
from chatlib.exercises import verdict
from chatlib.exercises.verdict import (
    NotYet,
    Verdict,
    differs_at,
    during,
    exercise,
    names_around,
    result_of,
    shown,
)
from chatlib.words import Text


def learner(source: str) -> dict[str, Any]:
    """Run a cell as the notebook's own module; return what it defines."""
    memory: dict[str, Any] = {"__name__": "__main__"}
    exec(source, memory)
    return memory


def test_a_verdict_reads_as_a_sentence_and_is_true_for_programs():
    """A notebook shows its repr."""
    assert repr(Verdict(True, "well done.")) == "Solved: well done."
    assert repr(Verdict(False, "not so.")) == "Not yet: not so."


async def test_praise_solves_and_a_hint_does_not():
    """A check is a coroutine function; it keeps its name and its docstring."""

    @exercise
    async def ex1(answer: int) -> str:
        """Check exercise 1."""
        if answer != 42:
            raise NotYet(f"it is not {answer}.")
        return "it is."

    assert await ex1(42) == Verdict(True, "it is.")
    assert await ex1(7) == Verdict(False, "it is not 7.")
    assert (ex1.__name__, ex1.__doc__) == ("ex1", "Check exercise 1.")


async def test_a_check_runs_on_a_loop_that_makes_no_task_with_a_factory(monkeypatch):
    """As Pyodide's on Python 3.14: else no check runs in a browser's tab."""

    @exercise
    async def ex1() -> str:
        await asyncio.create_task(asyncio.sleep(0))
        return "it runs."

    def fails(*_: object, **__: object) -> None:
        raise AttributeError("module 'asyncio.tasks' has no attribute '_set_task_name'")

    monkeypatch.setattr(verdict.tab, "is_here", lambda: True)
    monkeypatch.setattr(
        asyncio.get_running_loop(), "set_task_factory", lambda factory: fails() if factory is not None else None
    )

    assert await ex1() == Verdict(True, "it runs.")


@pytest.mark.parametrize(
    ("line", "said"),
    [("1 / 0", "ZeroDivisionError in line 3 of inner: division by zero."), ("raise KeyError", "KeyError in line 3 of")],
)
async def test_what_the_learners_code_raises_is_a_hint_with_its_line(line, said):
    """The innermost line of the notebook's own code, not one of ours."""
    answer = learner(f"async def answer():\n  def inner():\n    {line}\n  inner()")["answer"]

    @exercise
    async def ex1() -> str:
        await result_of(answer)
        return "it returned."

    verdict = await ex1()
    assert not verdict.solved
    assert verdict.text.startswith(f"it raised {said}")


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ('"I heard " + hear()', True),
        ("json.dumps({'msg': hear()})", True),
        ('"".join([hear()])', True),
        ("hear() < 3", True),
        ("Frame(Opcode.TEXT, hear()).serialize(mask=True)", True),
        ("asyncio.create_task(3)", False),
        ("heard = hear(); 'I heard ' + 3", False),
    ],
)
async def test_of_a_coroutine_in_the_place_of_a_value_is_asked_whether_it_is_awaited(line, asks):
    """Python's words for it differ from place to place, and some do not name it."""
    source = f"async def answer():\n  async def hear(): pass\n  {line}"
    answer = learner(f"import asyncio, json\nfrom websockets.frames import Frame, Opcode\n{source}")["answer"]

    @exercise
    async def ex1() -> str:
        await result_of(answer)
        return "it returned."

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert (await ex1()).text.endswith("(is it awaited?).") == asks


async def test_a_task_that_was_cancelled_inside_is_a_hint():
    """The learner's code cancelled something; nobody cancelled the check."""

    @exercise
    async def ex1() -> str:
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task
        return "it returned."

    assert (await ex1()).text.startswith("it raised CancelledError")


async def test_a_function_may_be_async_or_not():
    """Both are called with what the check gives them."""

    async def waits(value: int) -> int:
        return value + 1

    assert [await result_of(waits, 1), await result_of(abs, -3)] == [2, 3]


async def test_a_list_is_looked_at_as_it_was_returned():
    """Whoever returns it too early, and fills it later, has returned an empty one."""
    found: list[int] = []

    assert await result_of(lambda: (found, 1000)) == ([], 1000)
    early = await result_of(lambda: found)
    found.append(1)
    assert early == []


async def test_a_check_that_waits_for_a_browser_has_more_time(monkeypatch):
    """Each of its waits has a limit of its own, whose hint says more."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)

    @verdict.long_exercise
    async def check() -> str:
        await asyncio.sleep(0.2)
        raise NotYet("your page made no connection.")

    assert await check() == Verdict(False, "your page made no connection.")


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

    assert "was not over after 0.15 seconds" in (await swallow()).text


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


async def test_who_catches_even_the_cancellation_is_left_behind(monkeypatch):
    """The check ends all the same, and so does the cell; what was left behind ends when it can."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)
    monkeypatch.setattr(verdict, "CANCEL_SECONDS", 0.05)
    caught, go_on = asyncio.Event(), asyncio.Event()

    @exercise
    async def swallow() -> str:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except BaseException:
                caught.set()
        return ""

    said = (await swallow()).text
    assert (
        said == "this was not over after 0.15 seconds. 0.05 seconds after it was cancelled it had not ended "
        f"either, and may go on until you restart the kernel. {verdict.HOLDS_ON}"
    )
    assert caught.is_set()
    (left,) = verdict._left_behind
    go_on.set()
    await asyncio.wait([left])
    assert not verdict._left_behind


@pytest.mark.parametrize("end", [SystemExit, KeyboardInterrupt])
async def test_what_would_end_the_loop_does_not(end):
    """``exit()`` is a hint like every other exception; an interrupt is the cell's."""

    @exercise
    async def ex1() -> str:
        raise end(1)

    if end is SystemExit:
        assert (await ex1()).text == "it raised SystemExit: 1."
    else:
        with pytest.raises(KeyboardInterrupt):
            await ex1()


async def test_what_is_no_function_is_told_so():
    """Its result, a coroutine of it, and one that a yield has made into something else."""

    async def answer() -> None: ...

    async def yields():
        yield 1

    @exercise
    async def ex1(function) -> str:
        await result_of(function)
        return "it returned."

    assert (await ex1(answer)).solved
    assert (await ex1(answer())).text.startswith("you called your function, and gave the check what came of it.")
    assert (await ex1(b"Hi")).text == "this check needs a function, and was given b'Hi', a bytes."
    assert (await ex1(yields)).text.startswith("there is a yield in your function")


def test_a_value_is_shown_short_and_with_its_type():
    """A hint is a sentence: no page of text, no "a int"."""
    assert [shown(None), shown(7), shown("3")] == ["None", "7, an int", "'3', a str"]
    assert len(shown("x" * 1000)) < 100


async def test_a_verdict_is_printed_in_the_language_of_outputs(monkeypatch):
    """``text`` stays English, for who compares it; a hint within a hint is said in Chinese too."""

    @exercise
    async def ex1(answer: int) -> Text:
        if answer != 42:
            raise NotYet("this check needs a function, and was given {value}.", value=shown(answer))
        return Text("your guesses came true in all three races.")

    wrong, right = await ex1(7), await ex1(42)
    assert repr(wrong) == "Not yet: this check needs a function, and was given 7, an int."
    monkeypatch.setattr(languages, "of_outputs", lambda: "zh")

    assert repr(wrong) == "还没解决：这项检查需要一个函数，而得到的是 7（int）。"
    assert repr(right) == "已解决：三场比赛你都猜对了。"
    assert wrong.text == "this check needs a function, and was given 7, an int."


def test_the_notebook_is_found_behind_whatever_can_be_called():
    """A function, a method, a partial of one, an object with ``__call__``, and what a decorator has wrapped."""
    memory = learner(
        "class Answer:\n    def __call__(self): ...\n    def method(self): ...\ndef function(): ...\nanswer = Answer()"
    )
    callables = [memory["function"], memory["answer"], memory["answer"].method]
    wrapped = [functools.partial(functools.partial(each)) for each in callables]
    cached = functools.lru_cache(memory["function"])

    assert all(names_around(each) is memory for each in [*callables, *wrapped, cached])


def test_what_python_itself_defines_is_in_the_notebook_that_runs():
    """A learner may hand over ``print``."""
    assert names_around(print)["__name__"] == "__main__"


async def test_where_it_still_waited_is_said(monkeypatch):
    """The innermost line of the notebook's own code; the check's own waiting is none."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)
    answer = learner(
        "import asyncio\nasync def inner():\n  await asyncio.Event().wait()\nasync def answer():\n  await inner()"
    )["answer"]

    @exercise
    async def ex1() -> str:
        await result_of(answer)
        return "it returned."

    assert (
        (await ex1()).text
        == "it did not come back within 0.05 seconds, and line 3 of inner still waited. What does your code wait for?"
    )


async def test_who_came_back_is_not_told_otherwise(monkeypatch):
    """The check itself may still look at what the learner's code has left behind."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)

    @exercise
    async def ex1() -> str:
        await result_of(lambda: None)
        await asyncio.Event().wait()
        return "it returned."

    assert (await ex1()).text == (
        "this was not over after 0.15 seconds, and no line of yours was waiting. What should have happened by then?"
    )


async def test_a_check_has_longer_where_nothing_of_the_learners_waits(monkeypatch):
    """Then it is the machine that is slow, and not what was written."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)
    limit_is_over = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, limit_is_over.set)

    @exercise
    async def ex1() -> str:
        await result_of(lambda: None)
        await limit_is_over.wait()
        return "it was right."

    assert (await ex1()).solved


async def test_where_a_task_of_the_check_still_waited_is_said_too(monkeypatch):
    """A handler is run by the server of the check, in a task of its own."""
    monkeypatch.setattr(verdict, "SECONDS", 0.05)
    memory = learner(
        "import asyncio\nasync def handler():\n  await asyncio.Event().wait()\n"
        "async def other():\n  await asyncio.sleep(9)"
    )

    async def serve(name: str) -> None:
        await memory[name]()

    @exercise
    async def ex1() -> str:
        serving = [asyncio.create_task(serve(name)) for name in ("other", "handler", "other")]
        try:
            await asyncio.Event().wait()
        finally:
            for each in serving:
                each.cancel()
        return "it returned."

    assert (await ex1()).text == (
        "this was not over after 0.05 seconds, and line 3 of handler and line 5 of other still waited. "
        "What does your code wait for?"
    )


async def test_of_a_group_of_exceptions_the_first_is_told_too():
    """Itself it says only how many there are."""
    answer = learner("async def answer():\n  raise ExceptionGroup('a group', [ExceptionGroup('', [KeyError('x')])])")

    @exercise
    async def ex1() -> str:
        await result_of(answer["answer"])
        return "it returned."

    assert (await ex1()).text == "it raised ExceptionGroup in line 2 of answer: ExceptionGroup: KeyError: 'x'."


async def test_a_coroutine_that_nobody_awaited_is_called_so():
    """It is what comes of a forgotten await; one that has begun is another thing."""

    async def answer() -> None: ...

    forgotten = answer()
    assert verdict.shown(forgotten).endswith(", a coroutine that nobody has awaited")
    await forgotten
    assert verdict.shown(forgotten).endswith(", a coroutine")


async def test_what_was_going_on_is_said_of_what_was_raised():
    """Which of several inputs it was; a hint is none of the learner's exceptions."""
    answer = learner("def answer(text):\n  return 1 / len(text)")["answer"]

    @exercise
    async def ex1(text: str) -> str:
        with during(Text("the text was {text!r}", text=text)):
            if await result_of(answer, text) == 1:
                raise NotYet("it is 1.")
        return "it returned."

    said = "the text was '', and your function raised ZeroDivisionError in line 2 of answer: division by zero."
    assert (await ex1("")).text == said
    assert (await ex1("x")).text == "it is 1."


async def test_what_was_going_on_is_said_of_a_limit_that_cancels():
    """As with ``loop.call_later(5, task.cancel)``; the check ends as any other does, and can clean up."""
    names = learner(
        "import asyncio\nasync def answer():\n    asyncio.current_task().cancel()\n    await asyncio.sleep(60)"
    )
    cleaned = []

    @exercise
    async def ex1() -> str:
        try:
            with during(Text("the server was slow")):
                await result_of(names["answer"])
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)
        return "it returned."

    said = "the server was slow, and your function raised CancelledError in line 4 of answer."
    assert (await ex1()).text == said
    assert cleaned == [True]


def test_two_sequences_differ_at_the_first_place_that_is_not_equal():
    """Where one of them has ended, too."""
    assert [differs_at("abc", found) for found in ("abx", "ab", "abcd", "")] == [2, 2, 3, 0]


async def test_what_a_task_of_the_learners_raised_is_in_the_hint():
    """Nobody else sees it for as long as a variable holds the task; what was expected to be raised is in no praise."""
    memory = learner(
        "import asyncio\n\nasync def work():\n    print(wrod)\n\ndef start():\n"
        "    global task\n    task = asyncio.create_task(work())\n"
    )

    @exercise
    async def ex1(is_right: bool) -> str:
        memory["start"]()
        await asyncio.wait([memory["task"]])
        if not is_right:
            raise NotYet("nothing was heard.")
        return "all was heard."

    assert (await ex1(True)).text == "all was heard."
    said = "nothing was heard. A task of yours raised NameError in line 4 of work: name 'wrod' is not defined."
    assert (await ex1(False)).text == said
    assert asyncio.get_running_loop().get_task_factory() is None


async def test_that_a_check_said_goodbye_is_in_no_hint():
    """A task of the learner's that was about to send then raises; on a busy machine that is before the verdict."""
    memory = learner(
        "import asyncio\nfrom websockets.exceptions import ConnectionClosedOK\n\nasync def work():\n"
        "    raise ConnectionClosedOK(None, None)\n\ndef start():\n"
        "    global task\n    task = asyncio.create_task(work())\n"
    )

    @exercise
    async def ex1() -> str:
        memory["start"]()
        await asyncio.wait([memory["task"]])
        raise NotYet("nothing was heard.")

    assert (await ex1()).text == "nothing was heard."


async def test_what_the_hint_names_already_is_not_said_twice():
    """A check that awaits a task says itself what that raised."""
    memory = learner("import asyncio\n\nasync def work():\n    print(wrod)\n")

    @exercise
    async def ex1() -> str:
        await asyncio.create_task(memory["work"]())
        return ""

    assert (await ex1()).text == "it raised NameError in line 4 of work: name 'wrod' is not defined."


async def test_where_nobody_awaited_what_was_called_is_in_the_hint():
    """A coroutine that nobody awaits does nothing; Python warns of it all the same, and with no line of the check's."""
    memory = learner("async def work(): ...\n\ndef start():\n    work()\n    work()\n")

    @exercise
    async def ex1(is_right: bool) -> str:
        memory["start"]()
        if not is_right:
            raise NotYet("nothing was done.")
        return "all was done."

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert (await ex1(True)).text == "all was done."
        assert (await ex1(False)).text == "nothing was done. Nobody awaited what was called in line 4 of start."
        assert (await ex1(False)).text == "nothing was done. Nobody awaited what was called in line 4 of start."

    assert {str(each.message) for each in warned} == {"coroutine 'work' was never awaited"}
    assert sys.get_coroutine_origin_tracking_depth() == 0


async def test_what_the_check_itself_did_not_await_is_no_mistake_of_the_learner():
    """Only a line of the notebook is theirs."""

    async def work() -> None: ...

    @exercise
    async def ex1() -> str:
        work()
        raise NotYet("nothing was done.")

    with pytest.warns(RuntimeWarning, match="never awaited"):
        assert (await ex1()).text == "nothing was done."


async def test_what_an_earlier_answer_did_not_await_is_not_laid_to_this_one():
    """It may be held by a cycle, as by the trace of what that raised, and go at any later time."""
    memory = learner("async def work(): ...\n\ndef start():\n    held = [work()]\n    held.append(held)\n")

    @exercise
    async def ex1(is_right: bool) -> str:
        if is_right:
            memory["start"]()
            return "all was done."
        gc.collect()
        raise NotYet("nothing was done.")

    gc.disable()
    try:
        assert (await ex1(True)).solved
        assert (await ex1(False)).text == "nothing was done."
    finally:
        gc.enable()

    with pytest.warns(RuntimeWarning, match="never awaited"):
        gc.collect()
