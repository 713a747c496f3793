"""The course in a browser tab: built once for a run, visited by each file of tests with a profile of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support import lite


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[lite.Tab]:
    """A browser in which the site was never opened before; at its end, nobody else was asked for anything."""
    log = tmp_path_factory.mktemp("lite") / "network.json"
    async with lite.visited(lite.built(tmp_path_factory), chromium_path, log) as tab:
        yield tab
