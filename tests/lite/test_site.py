"""JupyterLite with Pyodide, as `make lite` builds it: a static site in which Python runs, and chatlib is there."""

from __future__ import annotations


async def test_python_runs_and_chatlib_is_installed(tab):
    """With no server but one for files; that nobody else was asked for anything is seen when the browser ends."""
    async with tab.notebook("00_check_your_seat.ipynb") as notebook:
        assert await notebook.value("1 + 1") == 2
        (output,) = await notebook.run("import chatlib, websockets, ipywidgets, nest_asyncio; chatlib")
        assert "site-packages/chatlib" in output["data"]["text/plain"]
