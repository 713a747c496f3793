"""The quiz of notebook 05, Run asyncio in a notebook."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "Two tasks run on one loop. When can one of them interrupt the other?",
        {
            "At any time": (False, "That is what threads do. A loop gives turns."),
            "Where the other awaits something": (True, "A task gives its turn away only there."),
            "At every line": (False, "Between two `await`s no other task runs."),
        },
    ),
    (
        "`time.sleep(5)` is in an `async def` function. Who waits?",
        {
            "Only this task": (False, "That would be `await asyncio.sleep(5)`."),
            "Everything on this loop": (True, "The loop's one thread sleeps, and gives no turns."),
            "Everything in this kernel": (False, "Other threads go on, and with them the servers of `chatlib`."),
        },
    ),
    (
        "A task has failed, and nothing is red. Why?",
        {
            "asyncio ignores exceptions": (False, "It keeps them, until somebody asks."),
            "Nobody has awaited the task yet": (True, "The exception is kept in the task. `await` brings it out."),
            "The task is still running": (False, "An exception ends a task."),
        },
    ),
    (
        "A cell says `This event loop is already running`. What is the simplest fix for your own code?",
        {
            "`await` the coroutine": (True, "The loop that runs is the one that you may use."),
            "`nest_asyncio.apply()`": (False, "A patch, after which other tasks may run between two `await`s."),
            "Restart the kernel": (False, "The new kernel runs on a loop as well."),
        },
    ),
    (
        "`data = await connection.recv()`, and the message is here already. Do other tasks run meanwhile?",
        {
            "Yes, every `await` gives the turn away": (False, "Only one that has to wait does."),
            "No, there is nothing to wait for": (True, "`await` means that others may run, not that they do."),
            "Only if they wait for messages, too": (False, "They run when this task waits, whatever they do."),
        },
    ),
)
