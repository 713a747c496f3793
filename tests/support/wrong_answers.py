"""Plausible wrong answers to the exercises of notebooks 00 to 03 and 05, each with what its hint has to say.

By notebook and number: what the learner's cell might read, and words of the hint.
"""

WRONG = {
    ("00", 1): [
        ("import chatlib\nbroken = mended = chatlib.doctor()", "nothing was red in the first card"),
        (
            "import chatlib\nimport os\n"
            'os.environ["CHATLIB_PORT"] = "window"\nbroken = chatlib.doctor()\nmended = chatlib.doctor()',
            "Port: still red",
        ),
        ('broken = "Port: red"\nmended = None', "not yet what the doctor said"),
    ],
    ("00", 2): [
        (
            'shown = {"A B B C": 2, "A B A C": 1, "A B restart C": "NameError"}',
            "A B B C: we ran it, and it shows another",
        ),
        (
            'shown = {"A B B C": 3, "A B A C": 1, "A B restart C": 2}',
            "A B restart C: we ran it, and it raises an error",
        ),
    ],
    ("00", 3): [
        ("name = 42", "quotation marks"),
        ('name = "  "', "still empty"),
    ],
    ("01", 1): [
        (
            'most_requests = {1: "long polling", 10: "long polling", 50: "long polling"}',
            "at 1 lines a second long polling",
        ),
        ('most_requests = {1: "polling", 10: "polling", 50: "polling"}', "at 10 lines a second polling"),
        ('most_requests = {1: "SSE", 10: "SSE", 50: "SSE"}', "'SSE' was not in the race"),
    ],
    ("01", 2): [
        ('choices = dict.fromkeys(choices, "WebSocket")', "the opening hours of a library: is WebSocket the simplest"),
        ('choices = dict.fromkeys(choices, "HTTP")', "a chat room: is HTTP the simplest"),
        ('choices = dict.fromkeys(choices, "websocket")', 'Choose "HTTP"'),
    ],
    ("01", 3): [
        (
            "async def first_words(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            '    await ws.once("open")\n'
            '    ws.send("hello?")\n'
            '    event = await ws.once("message")\n'
            "    ws.close()\n"
            "    return event.data",
            "It would have spoken without that",
        ),
        (
            "async def first_words(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            '    event = await ws.once("message")\n'
            "    ws.close()\n"
            "    return event",
            "in which field",
        ),
        (
            'async def first_words(url):\n    ws = chatlib.WebSocket(url)\n    return (await ws.once("message")).data',
            "still on the line",
        ),
    ],
    ("02", 1): [
        (
            'async def echo_three(url):\n    ws = chatlib.WebSocket(url)\n    ws.send("one")',
            "it raised DOMException in line 3 of echo_three: InvalidStateError",
        ),
        (
            "async def echo_three(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            '    await ws.once("open")\n'
            '    for text in ["one", "two", "three"]:\n'
            "        ws.send(text)\n"
            '        await ws.once("message")\n'
            '    return ["one", "two", "three"], 1000',
            "still waiting for a goodbye",
        ),
        ('async def echo_three(url):\n    return ["one", "two", "three"], 1000', "nobody came to the server"),
        (
            "async def echo_three(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            '    await ws.once("open")\n'
            '    for text in ["one", "two", "three"]:\n'
            "        ws.send(text)\n"
            '        await ws.once("message")\n'
            "    ws.close()",
            "the server read the close code 1005",
        ),
    ],
    ("02", 2): [
        (
            "import asyncio\n"
            "async def listen_for(ws, seconds):\n"
            '    return (await asyncio.wait_for(ws.once("message"), seconds)).data',
            "Catch it there",
        ),
        (
            "import asyncio\n"
            "async def listen_for(ws, seconds):\n"
            "    try:\n"
            '        return await asyncio.wait_for(ws.once("message"), seconds)\n'
            "    except TimeoutError:\n"
            "        return None",
            "Which part of the event",
        ),
        (
            "import asyncio\nasync def listen_for(ws, seconds):\n    await asyncio.sleep(seconds)\n    ws.close()",
            "Who closed it?",
        ),
    ],
    ("02", 3): [
        ('guesses = ["str"] * 4', "we sent b'5', a bytes"),
        ('guesses = ["str", "bytes", "bytearray", "str"]', "a bytearray, and no 'bytearray' came back"),
    ],
    ("03", 1): [
        (
            "async def four_states(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            "    states = [ws.readyState, ws.readyState]\n"
            '    await ws.once("open")\n'
            "    ws.close()\n"
            "    states.append(ws.readyState)\n"
            '    await ws.once("close")\n'
            "    return [*states, ws.readyState]",
            "look 2 came at the wrong moment",
        ),
        (
            "async def four_states(url):\n"
            "    ws = chatlib.WebSocket(url)\n"
            "    born = ws.readyState\n"
            '    await ws.once("open")\n'
            "    return [born, ws.readyState]",
            "still has you on the line",
        ),
        ("async def four_states(url):\n    return [0, 1, 2, 3]", "no connection was opened"),
    ],
    ("03", 2): [
        ("codes = dict.fromkeys(codes, 1006)", "when the server's handler returns, the code is not 1006"),
        (
            "codes = dict(zip(codes, [1000, 1011, 1001, 1006, 1006, 1009, 4001, 1000], strict=True))",
            "when you call ws.close(), the code is not 1000",
        ),
    ],
    ("03", 3): [
        ('reason = "再见" * 30', "60 characters were too much"),
        ('reason = "再见"', "There is room for more"),
        ('reason = "x" * 123', "is no Chinese character"),
    ],
    ("05", 1): [
        (
            "import asyncio\n"
            "async def handler(connection):\n"
            "    async for question in connection:\n"
            "        await asyncio.sleep(0)\n"
            "        await connection.send(slow_answer(question))",
            "the loop stood still",
        ),
        (
            "import asyncio\n"
            "async def handler(connection):\n"
            "    async for question in connection:\n"
            "        await connection.send(await asyncio.to_thread(slow_answer(question)))",
            "the handler raised TypeError",
        ),
        (
            "import asyncio\n"
            "async def handler(connection):\n"
            "    question = await connection.recv()\n"
            "    asyncio.create_task(asyncio.to_thread(slow_answer, question))",
            "the answers were [None, None, None]",
        ),
    ],
    ("05", 2): [
        ("def swallowed(tasks):\n    return [task.exception() for task in tasks]", "What can you ask first?"),
        (
            "def swallowed(tasks):\n"
            "    return [task.exception() for task in tasks if task.done() and not task.cancelled()]",
            "its None is none",
        ),
        ("def swallowed(tasks):\n    return []", "two of the tasks had failed"),
    ],
    ("05", 3): [
        (
            "import asyncio\n"
            "async def listen_then_stop(connection, show, seconds):\n"
            "    await asyncio.sleep(seconds)\n"
            '    await connection.send("stop")\n'
            "    async for message in connection:\n"
            "        show(message)",
            'nothing was shown before you had said "stop"',
        ),
        (
            "import asyncio\n"
            "async def listen_then_stop(connection, show, seconds):\n"
            "    show(await connection.recv())\n"
            "    await asyncio.sleep(seconds)\n"
            '    await connection.send("stop")',
            "Listen to the end",
        ),
    ],
}
