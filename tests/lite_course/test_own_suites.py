"""The network of kernels in a browser's tab, in a real browser: the project's own suites, and the death of a kernel.

The same tests run on sockets, as every other time. What is left out has its reason in ``own_suites``.
"""

from __future__ import annotations

from tests.support import tab_kernel
from tests.support.own_suites import LEFT_OUT, SUITES
from tests.support.tab_kernel import as_json

OUTCOMES = ("passed", "left out")

RUN = """
import json
from tests.support import in_kernel
in_kernel.run(json.loads({suites}), json.loads({left_out}))
"null"
"""

SERVE = """
import json, chatlib
server = chatlib.serve({port})
room = chatlib.ChatClient(server.url, name={name!r})
await room.joined()
json.dumps([server.owner, server.trouble])
"""

CONNECT = """
import asyncio
reader, writer = await asyncio.open_connection("127.0.0.1", {port})
writer.write(b"GET /echo HTTP/1.1\\r\\n")
await writer.drain()
"null"
"""

POLL = """
import asyncio, json, time, chatlib
server = chatlib.serve(port=0)
ws = chatlib.WebSocket(server.url + "/echo")
await ws.once("open")
heard = []
for seconds in (0, 0.001):
    ws.send("hi")
    waiting = [asyncio.ensure_future(ws.once("message")), asyncio.ensure_future(asyncio.sleep(0.2))]
    turns = 0
    while not all(task.done() for task in waiting) and turns < 1000:
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end:
            pass
        turns += 1
        await asyncio.sleep(seconds)
    heard += [task.done() for task in waiting]
json.dumps(heard)
"""


async def test_the_suites_pass_there_as_they_do_on_sockets(tab):
    """But for what a tab does not have; and each exception is of a test that there is."""
    async with tab_kernel.kernels(tab.context, tab.url) as kernels:
        kernel = await kernels.start()
        await kernel.run(RUN.format(suites=as_json(SUITES), left_out=as_json(list(LEFT_OUT))))
        told = await kernels.told()
    tests = {outcome: [each["test"] for each in told if each["outcome"] == outcome] for outcome in OUTCOMES}

    assert [each for each in told if each["outcome"] not in OUTCOMES] == []
    assert {test.partition("::")[0] for test in tests["passed"]} == set(SUITES)
    out = tests["left out"]
    assert set(LEFT_OUT) - {*out, *(test.partition("[")[0] for test in out)} == set()


async def test_a_kernel_that_is_ended_ends_its_connections_and_gives_back_all_it_had(tab):
    """Its peers read an end of file, its port is free, and the room goes on with who stands by."""
    async with tab_kernel.kernels(tab.context, tab.url) as kernels:
        first, second = await kernels.start(), await kernels.start()
        assert await first.run(SERVE.format(port=3111, name="Ada")) == [True, ""]
        assert await second.run(SERVE.format(port=3111, name="Bo")) == [False, ""]
        await first.run("await room.delivered(room.send('Who takes over?')); 'null'")
        await second.run(CONNECT.format(port=3111))
        await first.end()
        assert await second.run("json.dumps((await reader.read()).decode())") == ""
        assert await second.run("await room.delivered(room.send('I do')); json.dumps(server.owner)") is True
        assert await second.run("json.dumps([it.msg for it in room.messages])") == ["Who takes over?", "I do"]
        assert await second.run("room.close(); server.stop(); json.dumps(server.trouble)") == ""


async def test_a_task_that_polls_starves_nobody(tab):
    """As Pyodide's own loop would have it: neither a timer, nor a connection, however slow each turn is."""
    async with tab_kernel.kernels(tab.context, tab.url) as kernels:
        kernel = await kernels.start()
        assert await kernel.run(POLL) == [True, True, True, True]
