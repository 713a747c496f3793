# %% create: does not
# Not yet: no connection to the server has opened. Step 1 creates a WebSocket, with the url; step 2 waits until it is open.

async def echo_three(url):
    return ["one", "two", "three"], 1000


# %% create: one for each word
# Not yet: the server had 3 visitors. Send all three words on one connection.

async def echo_three(url):
    answers = []
    for text in ["one", "two", "three"]:
        ws = chatlib.WebSocket(url)
        await ws.once("open")
        ws.send(text)
        answers.append((await ws.once("message")).data)
        ws.close(1000)
        closed = await ws.once("close")
    return answers, closed.code


# %% wait until it is open: sends at once
# Not yet: it raised DOMException in line 3 of echo_three: InvalidStateError: still CONNECTING: wait for the event first, await ws.once("open").

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    ws.send("one")


# %% wait until it is open: in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line 3 of echo_three. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    while ws.readyState == 0: pass
    ws.send("one")


# %% send three: sends none
# Not yet: somebody came, and said nothing. Send "one", "two" and "three" once the connection is open.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.close(1000)
    closed = await ws.once("close")
    return ["one", "two", "three"], closed.code


# %% send three: one only
# Not yet: the server was sent ['one']. Send these three texts: ['one', 'two', 'three'].

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send("one")
    answer = (await ws.once("message")).data
    ws.close(1000)
    closed = await ws.once("close")
    return [answer], closed.code


# %% send three: all in one message
# Not yet: the server was sent ['one,two,three']. Send these three texts: ['one', 'two', 'three'].

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    ws.send(["one", "two", "three"])
    answer = (await ws.once("message")).data
    ws.close(1000)
    closed = await ws.once("close")
    return answer, closed.code


# %% send three: in another order
# Not yet: the server was sent ['three', 'two', 'one']. The order is one, two, three.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["three", "two", "one"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% send three: bytes
# Not yet: the server was sent [b'one', 'two', 'three']. Those with a b are bytes; send texts.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in [b"one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% collect the answers: returns what was sent
# Not yet: you returned the words that you sent. An answer has a number behind its word: return what comes back.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
        await ws.once("message")
    ws.close(1000)
    closed = await ws.once("close")
    return ["one", "two", "three"], closed.code


# %% collect the answers: the events
# Not yet: there is an event in your list. In which of its fields is the answer?

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append(await ws.once("message"))
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% collect the answers: closes before they have come
# Not yet: the server had three answers for you, and your list has 0 of them. Wait for each, keep each, and close after the third.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.addEventListener("message", lambda event: answers.append(event.data))
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% collect the answers: stops after the first
# Not yet: the server had three answers for you, and your list has 1 of them. Wait for each, keep each, and close after the third.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
    answers = [(await ws.once("message")).data]
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% collect the answers: in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line 8 of echo_three. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.addEventListener("message", lambda event: answers.append(event.data))
    await ws.once("open")
    for text in ["one", "two", "three"]:
        ws.send(text)
    while len(answers) < 3: pass
    ws.close(1000)
    return answers, 1000


# %% close: does not
# Not yet: the server got all three words, but no goodbye. The last step is close().

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    return answers, 1000


# %% with code 1000: with none
# Not yet: the server got all three words, and then a goodbye with no close code. Which one should it be?

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close()
    closed = await ws.once("close")
    return answers, closed.code


# %% with code 1000: with another one
# Not yet: the server got all three words, and then a goodbye with the close code 3000. Which one should it be?

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(3000)
    closed = await ws.once("close")
    return answers, closed.code


# %% return: forgets to
# Not yet: you returned None. Return two things: first the list of answers, and then the close code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    await ws.once("close")


# %% return both: the answers only
# Not yet: you returned ['one <...>', 'two <...>', 'three <...>'], a list. Return two things: first the list of answers, and then the close code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    await ws.once("close")
    return answers


# %% the code of the close event: the event
# Not yet: you returned the close event. Which of its fields is the code?

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, await ws.once("close")


# %% the code of the close event: readyState
# Not yet: the list is right, and the second thing that you returned is 3, an int. Return the code of the close event.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    await ws.once("close")
    return answers, ws.readyState


# %% the code of the close event: typed in, with no event waited for
# Not yet: you returned before the server had read your goodbye. Wait for the close event: it has the code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, 1000


# %% right: all three sent before the first answer, and a tuple of answers
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in "one two three".split():
        ws.send(text)
    answers = tuple([(await ws.once("message")).data for _ in range(3)])
    ws.close(1000, "done")
    return answers, (await ws.once("close")).code


# %% right: with listeners
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

import asyncio


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers, codes = [], []

    def heard(event):
        answers.append(event.data)
        if len(answers) == 3:
            ws.close(1000)

    ws.onopen = lambda event: [ws.send(text) for text in ("one", "two", "three")]
    ws.onmessage = heard
    ws.onclose = lambda event: codes.append(event.code)
    while not codes:
        await asyncio.sleep(0.01)
    return answers, codes[0]


# %% return both: in the other order
# Not yet: you returned (1000, ['one <...>', 'two <...>', 'three <...>']), a tuple. Return two things: first the list of answers, and then the close code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return (await ws.once("close")).code, answers


# %% right: a deque of answers, as is_list() allows it elsewhere
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

from collections import deque

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = deque()
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% right: with the client of websockets
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

from websockets.asyncio.client import connect

async def echo_three(url):
    answers = []
    async with connect(url, proxy=None) as connection:
        for word in ("one", "two", "three"):
            await connection.send(word)
            answers.append(await connection.recv())
    return answers, connection.close_code


# %% send three: as bytes, by encode()
# Not yet: the server was sent [b'one', b'two', b'three']. Those with a b are bytes; send texts.

import chatlib


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word.encode())
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% send three: and one more
# Not yet: the server was sent ['one', 'two', 'three', 'four']. Send these three texts: ['one', 'two', 'three'].

import chatlib


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three", "four"]:
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% close: leaves without a goodbye
# Not yet: the server got all three words, and then the connection ended with no goodbye. Use close().

from websockets.asyncio.client import connect


async def echo_three(url):
    connection = await connect(url)
    answers = []
    for word in ["one", "two", "three"]:
        await connection.send(word)
        answers.append(await connection.recv())
    connection.transport.abort()
    await connection.wait_closed()
    return answers, connection.close_code


# %% collect the answers: keeps the first only, and has waited for all
# Not yet: the server had three answers for you, and your list has 1 of them. Wait for each, keep each, and close after the third.

import chatlib


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        event = await ws.once("message")
        if not answers:
            answers.append(event.data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% return both: an empty place, and the answers
# Not yet: you returned (None, ['one <...>', 'two <...>', 'three <...>']), a tuple. Return two things: first the list of answers, and then the close code.

import chatlib


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        answers.append((await ws.once("message")).data)
    closed = ws.close(1000)
    await ws.once("close")
    return closed, answers


# %% collect the answers: changes them
# Not yet: the answers to your words are ['one <...>', 'two <...>', 'three <...>'], and your list is ['ONE <...>', 'TWO <...>', 'THREE <...>'].

import chatlib


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        answers.append((await ws.once("message")).data.upper())
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% return both: nothing, and it closed before the server could answer
# Not yet: you returned None. Return two things: first the list of answers, and then the close code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for word in ["one", "two", "three"]:
        ws.send(word)
    ws.close(1000)
    await ws.once("close")


# %% collect the answers: types them in, and closes before the server could answer
# Not yet: you returned the words that you sent. An answer has a number behind its word: return what comes back.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for word in ["one", "two", "three"]:
        ws.send(word)
    ws.close(1000)
    closed = await ws.once("close")
    return ["one", "two", "three"], closed.code


# %% return both: another number first
# Not yet: you returned (3, ['one <...>', 'two <...>', 'three <...>']), a tuple. Return two things: first the list of answers, and then the close code.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    await ws.once("close")
    return ws.readyState, answers


# %% collect the answers: one of them is an event
# Not yet: there is an event in your list. In which of its fields is the answer?

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ["one", "two"]:
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.send("three")
    answers.append(await ws.once("message"))
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% close: does not, and is so slow that the check has to wait longer than for others
# Not yet: the server got all three words, but no goodbye. The last step is close().

import asyncio

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await asyncio.sleep(2)
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        await asyncio.sleep(2)
        answers.append(word)
    return answers, 1000


# %% the three answers: the list is made once, outside
# Not yet: your function was called once more, and the list of answers was ['one <...>', 'two <...>', 'three <...>', 'one <...>', 'two <...>', 'three <...>']. What an earlier call had found is still in it. Is it made anew at each call?

answers = []
async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    for text in ("one", "two", "three"):
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% the code of the close event: typed in, though the event was waited for
# Not yet: your function was called once more. This server's goodbye had the code <...>, and you returned 1000, an int.
# Return the code of the close event.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    await ws.once("close")
    return answers, 1000


# %% collect the answers: without the space at their ends
# Not yet: the answers to your words are ['one <...> ', 'two <...> ', 'three <...> '], and your list is ['one <...>',
# 'two <...>', 'three <...>'].

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data.strip())
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% right: makes sure of the code
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    assert closed.code == 1000
    return answers, closed.code


# %% two pages: the socket is a global one
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import chatlib
async def echo_three(url):
    global ws
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% waits: sleeps for a second, and hopes
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function raised DOMException in line 7 of echo_three: InvalidStateError: still CONNECTING: wait
# for the event first, await ws.once("open").

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.onmessage = lambda event: answers.append(event.data)
    await asyncio.sleep(1)
    for word in ("one", "two", "three"):
        ws.send(word)
    await asyncio.sleep(1)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% waits: sleeps after it has sent
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and you returned ([], <...>), a tuple. Wait for each event.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.onmessage = lambda event: answers.append(event.data)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
    await asyncio.sleep(0.8)
    ws.onmessage = None
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% waits: sleeps after it has closed
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function raised IndexError in line 12 of echo_three: list index out of range.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers, codes = [], []
    ws.onmessage = lambda event: answers.append(event.data)
    ws.onclose = lambda event: codes.append(event.code)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
        await ws.once("message")
    ws.close(1000)
    await asyncio.sleep(1)
    return answers, codes[0]


# %% right: looks every now and then
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.onmessage = lambda event: answers.append(event.data)
    while ws.readyState == 0:
        await asyncio.sleep(0.2)
    for word in ("one", "two", "three"):
        ws.send(word)
    while len(answers) < 3:
        await asyncio.sleep(0.2)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% wait: for each event, one second at most
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function raised TimeoutError in line 6 of echo_three.

import asyncio


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await asyncio.wait_for(ws.once("open"), 1)
    answers = []
    for word in ("one","two","three"):
        ws.send(word)
        answers.append((await asyncio.wait_for(ws.once("message"), 1)).data)
    ws.close(1000)
    event = await asyncio.wait_for(ws.once("close"), 1)
    return answers, event.code


# %% create: at the address of the notebook's echo
# Not yet: url was 'ws://127.0.0.1:<...>/echo', and your WebSocket connected to 'ws://127.0.0.1:<...>/echo/echo'. The url is
# whole as it is.

async def echo_three(url):
    ws = chatlib.WebSocket(url + "/echo")
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% create: with a slash behind the url
# Not yet: url was 'ws://127.0.0.1:<...>/echo', and your WebSocket connected to 'ws://127.0.0.1:<...>/echo/'. The url is whole as
# it is.

async def echo_three(url):
    ws = chatlib.WebSocket(url + "/")
    await ws.once("open")
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% right: has a limit of half a minute for everything
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

import asyncio


async def echo_three(url):
    async with asyncio.timeout(30):
        ws = chatlib.WebSocket(url)
        await ws.once("open")
        answers = []
        for text in ["one", "two", "three"]:
            ws.send(text)
            answers.append((await ws.once("message")).data)
        ws.close(1000)
        return answers, (await ws.once("close")).code


# %% waits for the answers: has a limit of eight seconds for each event
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function raised TimeoutError in line 5 of echo_three.

import asyncio

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await asyncio.wait_for(ws.once("open"), 8)
    answers = []
    for text in ["one", "two", "three"]:
        ws.send(text)
        answers.append((await asyncio.wait_for(ws.once("message"), 8)).data)
    ws.close(1000)
    event = await asyncio.wait_for(ws.once("close"), 8)
    return answers, event.code


# %% two pages: the answers are the last three of a list outside
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

heard = []


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
        await ws.once("message")
    answers = heard[-3:]
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% two pages: all three are sent at once, and a list outside has the last three that came
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

heard = []


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    ws.onmessage = lambda event: heard.append(event.data)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
    for _ in range(3):
        await ws.once("message")
    answers = heard[-3:]
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% two pages: where it connects to is a global
# Not yet: your function was called twice at once. One call returned ([<...>], <...>), a tuple, and nothing of its own has come to the server, and the other <...>. What do they share?

import asyncio


async def echo_three(url):
    global address
    address = url
    await asyncio.sleep(0)
    ws = chatlib.WebSocket(address)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    return answers, (await ws.once("close")).code


# %% the close code: the last of a list outside
# Not yet: your function was called once more. This server's goodbye had the code <...>, and you returned 100<...>. Return the code of the close event.

import asyncio

codes = []


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    ws.onclose = lambda event: codes.append(event.code)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    while not codes:
        await asyncio.sleep(0.1)
    return answers, codes[-1]


# %% the close code: 1000 or none
# Not yet: your function was called once more. This server's goodbye had the code <...>, and you returned False, a bool. Return the code of the close event.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code == 1000 and 1000


# %% the close code: 1000, if it does not come within a second
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and you returned ([<...>], 1000), a tuple. Wait for each event.

import asyncio


async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    try:
        code = (await asyncio.wait_for(ws.once("close"), 1)).code
    except TimeoutError:
        code = 1000
    return answers, code


# %% right: asserts that the code is 1000
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    await ws.once("open")
    answers = []
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    assert closed.code == 1000
    return answers, closed.code


# %% right: looks every half second
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers, codes = [], []
    ws.onmessage = lambda e: answers.append(e.data)
    ws.onclose = lambda e: codes.append(e.code)
    while ws.readyState == 0: await asyncio.sleep(0.5)
    for w in ("one", "two", "three"): ws.send(w)
    while len(answers) < 3: await asyncio.sleep(0.5)
    ws.close(1000)
    while not codes: await asyncio.sleep(0.5)
    return answers, codes[0]


# %% waits: two seconds at most, by the clock
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function raised DOMException in line 10 of echo_three: InvalidStateError: still CONNECTING: wait
# for the event first, await ws.once("open").

import time
async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers = []
    ws.onmessage = lambda e: answers.append(e.data)
    start = time.time()
    while ws.readyState == 0 and time.time() - start < 2:
        await asyncio.sleep(0.05)
    for w in ("one", "two", "three"):
        ws.send(w)
    start = time.time()
    while len(answers) < 3 and time.time() - start < 2:
        await asyncio.sleep(0.05)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code


# %% two pages: the code is a global
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

import chatlib
code = None
async def echo_three(url):
    global code
    code = None
    ws = chatlib.WebSocket(url)
    answers = []
    ws.onmessage = lambda e: answers.append(e.data)
    def closed(e):
        global code
        code = e.code
    ws.onclose = closed
    await ws.once("open")
    for w in ("one", "two", "three"):
        ws.send(w)
    while len(answers) < 3:
        await asyncio.sleep(0.01)
    ws.close(1000)
    while code is None:
        await asyncio.sleep(0.01)
    return answers, code


# %% two pages: the codes are in a list outside
# Not yet: your function was called twice at once. One call <...>, and the other <...>. What do they share?

codes = []
async def echo_three(url):
    before = len(codes)
    ws = chatlib.WebSocket(url)
    ws.onclose = lambda e: codes.append(e.code)
    await ws.once("open")
    answers = []
    for w in ("one","two","three"):
        ws.send(w); answers.append((await ws.once("message")).data)
    ws.close(1000)
    while len(codes) == before: await asyncio.sleep(0.01)
    return answers, codes[before]


# %% waits: for the answers for five seconds at most, by the clock
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and you returned ([], <...>), a tuple. Wait for each event.

import time
async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers, codes = [], []
    ws.onmessage = lambda event: answers.append(event.data)
    ws.onclose = lambda event: codes.append(event.code)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
    end = time.monotonic() + 5
    while len(answers) < 3 and time.monotonic() < end:
        await asyncio.sleep(0.05)
    ws.close(1000)
    while not codes:
        await asyncio.sleep(0.05)
    return answers, codes[0]


# %% right: waits for the answers for ten seconds at most, by the clock
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

import time
async def echo_three(url):
    ws = chatlib.WebSocket(url)
    answers, codes = [], []
    ws.onmessage = lambda event: answers.append(event.data)
    ws.onclose = lambda event: codes.append(event.code)
    await ws.once("open")
    for word in ("one", "two", "three"):
        ws.send(word)
    end = time.monotonic() + 10
    while len(answers) < 3 and time.monotonic() < end:
        await asyncio.sleep(0.05)
    ws.close(1000)
    while not codes:
        await asyncio.sleep(0.05)
    return answers, codes[0]


# %% right: each wait has what is left of ten seconds
# Solved: the server was sent three words and a clean goodbye, and you returned what it answered.

import time
async def echo_three(url):
    end = time.monotonic() + 10
    ws = chatlib.WebSocket(url)
    answers = []
    queue = asyncio.Queue()
    ws.onmessage = lambda event: queue.put_nowait(event.data)
    await asyncio.wait_for(ws.once("open"), end - time.monotonic())
    for word in ("one", "two", "three"):
        ws.send(word)
        answers.append(await asyncio.wait_for(queue.get(), end - time.monotonic()))
    ws.close(1000)
    event = await asyncio.wait_for(ws.once("close"), end - time.monotonic())
    return answers, event.code


# %% one connection: another one after a second
# Not yet: your function was called once more, and its clock ran 50 times as fast. By that clock, each answer was slow
# to come, and your function opened 7 connections. One is enough: wait for it.

import asyncio
async def echo_three(url):
    while True:
        ws = chatlib.WebSocket(url)
        try:
            await asyncio.wait_for(ws.once("open"), 1)
            break
        except TimeoutError:
            ws.close()
    answers = []
    for word in ["one", "two", "three"]:
        ws.send(word)
        answers.append((await ws.once("message")).data)
    ws.close(1000)
    closed = await ws.once("close")
    return answers, closed.code
