"""The project's own tests, run by a kernel in a browser's tab: this file is what that kernel executes.

There pytest is as ever, but no plugin for asyncio would find a loop to start: the kernel's runs already, and each test
is a task of it. What has no place there, has a reason; see ``own_suites``.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import itertools
import os
import sys
import types
from typing import Any

SECONDS = 120  # for one test: more than any needs on a busy machine


def run(paths: list[str], left_out: list[str]) -> None:
    """Run the tests in these files but those left out, and tell the page what came of each."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none of those that are installed here has a place
    sys.modules["pytest_asyncio"] = stand_in = types.ModuleType("pytest_asyncio")
    stand_in.fixture = lambda **options: lambda function: function  # type: ignore[attr-defined]  # none is used here
    import pytest
    from js import Object, postMessage
    from pyodide.ffi import run_sync, to_js

    from chatlib.browser.pyodide_parts import BrowserParts
    from tests.support import origin
    from tools import ports

    numbers = itertools.count(20_000)
    ports.free_port = lambda: next(numbers)  # it asks the system for one, with a socket
    origin.parts_of_two_kernels = lambda: (BrowserParts(lambda: None), BrowserParts(lambda: None))

    class InKernel:
        """Carries out tests that are coroutines, and tells what came of each."""

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
            if not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
            raised = run_sync(_raised(pyfuncitem.obj(**arguments)))
            if raised is not None:
                raise raised
            return True

        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            for item in list(items):
                if {item.nodeid, item.nodeid.partition("[")[0]} & set(left_out):
                    items.remove(item)
                    tell(item.nodeid, "left out")

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed or report.when == "call":
                tell(report.nodeid, report.outcome, report.longreprtext[-3000:])

    def tell(test: str, outcome: str, text: str = "") -> None:
        result = {"test": test, "outcome": outcome, "text": text}
        postMessage(to_js({"told": result}, dict_converter=Object.fromEntries))

    said = io.StringIO()
    options = ["--config-file=/dev/null", "--rootdir=.", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-q"]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*options, "--import-mode=importlib", "--tb=short", *paths], plugins=[InKernel()])
    assert code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), said.getvalue()


async def _raised(coroutine: Any) -> BaseException | None:
    """Return what a test raises: run_sync() would have asyncio log it as never retrieved."""
    task = asyncio.ensure_future(coroutine)
    done, _ = await asyncio.wait([task], timeout=SECONDS)
    if not done:
        where = task.get_stack()[-1]
        task.cancel()
        return TimeoutError(f"not over within {SECONDS} s, in {where.f_code.co_qualname}, line {where.f_lineno}")
    return asyncio.CancelledError() if task.cancelled() else task.exception()
