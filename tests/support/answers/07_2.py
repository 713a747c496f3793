# %% says how they went: below the loop, which some ends skip
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '']. However the loop ends, you say "left" or "was cut off" after it.

async def visit(connection, say):
    say("entered")
    async for text in connection:
        say(text)
    say("left")


# %% was cut off: says left to all
# Not yet: somebody was cut off, and what you said was ['entered', '<...>', ' <...> ', '', 'left']. No Close frame came, and so it is 'was cut off'; the close_code tells.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    finally:
        say("left")


# %% a goodbye: takes the exception for a cut
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off']. A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    how = "left"
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        how = "was cut off"
    finally:
        say(how)


# %% a goodbye: only with code 1000
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered', 'was cut off']. A Close frame came, and so it is 'left'; the close_code tells.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except Exception:
        pass
    say("left" if connection.close_code == 1000 else "was cut off")


# %% a goodbye: takes a Close frame with no code for none
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered', 'was cut off']. A Close frame came, and so it is 'left'; the close_code tells.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except Exception:
        pass
    say("was cut off" if connection.close_code in (1005, 1006) else "left")


# %% they leave once: says both
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off',
# 'left']. They leave once.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        say("was cut off")
    finally:
        say("left")


# %% entered: with each message, and never for one who says nothing
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['left'].
# It begins with "entered", also for those who say nothing.

async def visit(connection, say):
    try:
        async for text in connection:
            say("entered")
            say(text)
    except Exception:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% entered once: again with each message
# Not yet: somebody closed with code <...>,
# and what you said was ['entered', 'entered', '<...>', 'entered', '<...>', 'entered', '', 'left'].
# "entered" is said once, when they come.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say("entered")
            say(text)
    except Exception:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% each text: throws them away
# Not yet: somebody closed with code <...>, and what you said was ['entered', 'left']. They had sent ['<...>', ' <...> ', '']: between "entered" and 'left', say these, each once.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            pass
    except Exception:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% each text: reads one, and goes
# Not yet: somebody came, and what you said was ['entered', '<...>', 'left']. Then it was the server who said goodbye:
# your function returned, or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    say("entered")
    text = await connection.recv()
    say(text)
    say("was cut off" if connection.close_code == 1006 else "left")


# %% runs: a word that Python does not know
# Not yet: it raised NameError in line 6 of visit: name 'ConnectionClosedEror' is not defined.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedEror:
        say("was cut off")
    else:
        say("left")


# %% right: asks the exception whether a Close frame came
# Solved: you noticed how each of them left.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    how = "left"
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError as error:
        if error.rcvd is None:
            how = "was cut off"
    say(how)


# %% right: receives by hand, until it raises
# Solved: you noticed how each of them left.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    while True:
        try:
            text = await connection.recv()
        except ConnectionClosed:
            break
        say(text)
    if connection.close_code == 1006:
        say("was cut off")
    else:
        say("left")


# %% says how they went: looks in a loop that lets nothing else run
# Not yet: your code has not given the loop a turn for 5 s: line <...> of visit. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def visit(connection, say):
    say("entered")
    while connection.close_code is None:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% they leave once: receives on and on from who has gone
# Not yet: your code has not given the loop a turn for 5 s: line <...> of visit. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

async def visit(connection, say):
    say("entered")
    while True:
        try:
            say(await connection.recv())
        except Exception:
            say("left")


# %% when they go: waits for ever
# Not yet: somebody came, said nothing, and closed the connection, and your function has not returned. What is it waiting for?

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except Exception:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")
    await asyncio.Event().wait()


# %% when they go: says it in a task that nobody owns, and too late
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered']. However the loop ends, you say "left" or "was cut off" after it.

async def visit(connection, say):
    async def go():
        await connection.wait_closed()
        await asyncio.sleep(30)
        say("was cut off" if connection.close_code == 1006 else "left")

    say("entered")
    asyncio.create_task(go())
    async for text in connection:
        say(text)


# %% right: a task reads
# Solved: you noticed how each of them left.

async def visit(connection, say):
    async def read():
        async for text in connection:
            say(text)

    say("entered")
    await asyncio.wait([asyncio.create_task(read())])
    say("was cut off" if connection.close_code == 1006 else "left")


# %% was cut off: in other words
# Not yet: somebody was cut off, and what you said was ['entered', '<...>', ' <...> ', '', 'cut off']. Of somebody who goes you say "left" or "was cut off", in just these words.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except Exception:
        pass
    say("cut off" if connection.close_code == 1006 else "left")


# %% left: with a code
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered', 'left with 1005']. Of somebody who goes you say "left" or "was cut off", in just these words.

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except Exception:
        pass
    say(f"left with {connection.close_code}")


# %% say left: only where an exception tells that they went
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered']. However the loop ends, you say "left" or "was cut off" after it.

from websockets.exceptions import ConnectionClosed


async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosed:
        say("was cut off" if connection.close_code == 1006 else "left")


# %% say each text: and something where there is none
# Not yet: somebody came, said nothing, and closed the connection, and what you said was ['entered', '', 'left']. They had sent nothing: between "entered" and 'left' say nothing.

from websockets.exceptions import ConnectionClosed


async def visit(connection, say):
    say("entered")
    said_nothing = True
    try:
        async for text in connection:
            said_nothing = False
            say(text)
    except ConnectionClosed:
        pass
    if said_nothing:
        say("")
    say("was cut off" if connection.close_code == 1006 else "left")


# %% each text: the first, and then it goes
# Not yet: somebody came, and what you said was ['entered', '<...>', 'left']. Then it was the server who said goodbye:
# your function returned, or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
            break
    finally:
        say("left" if connection.close_code != 1006 else "was cut off")


# %% when they go: closes the connection itself
# Not yet: somebody came, and what you said was ['entered', '<...>', 'left']. Then it was the server who said goodbye:
# your function returned, or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    say("entered")
    async for text in connection:
        say(text)
        if text: await connection.close()
    say("left" if connection.close_code != 1006 else "was cut off")


# %% right: reads in a group of tasks
# Solved: you noticed how each of them left.

import asyncio
async def visit(connection, say):
    say("entered")
    try:
        async with asyncio.TaskGroup() as group:
            async def read():
                async for text in connection:
                    say(text)
            group.create_task(read())
    finally:
        await connection.wait_closed()
        say("left" if connection.close_code != 1006 else "was cut off")


# %% say each text: without its blanks, and all of it small
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', '<...>', '', 'left']. They had
# sent ['<...>', ' <...> ', '']: between "entered" and 'left', say these, each once.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text.strip().lower())
    except ConnectionClosed:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% say each text: but not an empty one
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', 'left']. They had sent
# ['<...>', ' <...> ', '']: between "entered" and 'left', say these, each once.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            if text:
                say(text)
    except ConnectionClosed:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% a goodbye: with the code of the lesson alone
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off'].
# A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        say("left" if connection.close_code == 4001 else "was cut off")
    else:
        say("left")


# %% a goodbye: with codes of programs alone
# Not yet: somebody closed with code 1011, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off'].
# A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        say("left" if connection.close_code >= 3000 else "was cut off")
    else:
        say("left")


# %% a goodbye: none with 1001
# Not yet: somebody closed with code 1001, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off'].
# A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosed:
        pass
    say("was cut off" if connection.close_code in (1001, 1006) else "left")


# %% then each text: all at the end
# Not yet: somebody came, and sent ['<...>', ' <...> ', '']. While they were still there, you had said ['entered'].
# Say each text when it comes: they may stay for hours.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    texts = []
    try:
        async for text in connection:
            texts.append(text)
    except ConnectionClosed:
        pass
    for text in texts:
        say(text)
    say("was cut off" if connection.close_code == 1006 else "left")


# %% entered when they come: everything at the end
# Not yet: somebody came. While they were still there, you had said [].
# Say "entered" when they come: they may stay for hours.

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    told = ["entered"]
    try:
        async for text in connection:
            told.append(text)
    except ConnectionClosed:
        pass
    told.append("was cut off" if connection.close_code == 1006 else "left")
    for text in told:
        say(text)


# %% a goodbye: only where a reason is given
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off'].
# A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        say("left" if connection.close_reason else "was cut off")
    else:
        say("left")


# %% then each text: not what is equal to the one before
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'left']. They had
# sent ['<...>', '<...>', ' <...> ', '']: between "entered" and 'left', say these, each once.

from websockets.exceptions import ConnectionClosedError

async def visit(connection, say):
    say("entered")
    last = None
    try:
        async for text in connection:
            if text != last:
                say(text)
            last = text
    except ConnectionClosedError:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% a goodbye: after somebody was cut off, nobody leaves any more
# Not yet: somebody closed with code <...>, and what you said was ['entered', '<...>', ' <...> ', '', 'was cut off'].
# A Close frame came, and so it is 'left'; the close_code tells.

from websockets.exceptions import ConnectionClosedError

codes = []

async def visit(connection, say):
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosedError:
        codes.append(connection.close_code)
    say("was cut off" if 1006 in codes else "left")


# %% for each person: the say of whoever came last
# Not yet: two were there at once, and sent 'this' and 'that'. The one was cut off, and then the other closed the connection.
# What you said of the one was ['entered'], and of the other ['entered', 'this', 'that', 'was cut off', 'left']. What do the
# two visits share?

from websockets.exceptions import ConnectionClosed
async def visit(connection, say):
    global speak
    speak = say
    speak("entered")
    try:
        async for text in connection:
            speak(text)
    except ConnectionClosed: pass
    speak("was cut off" if connection.close_code == 1006 else "left")


# %% how each of them left: the close_code of whoever came last
# Not yet: two were there at once, and sent 'this' and 'that'. The one was cut off, and then the other closed the connection.
# What you said of the one was ['entered', 'this', 'left'], and of the other ['entered', 'that', 'left']. What do the two
# visits share?

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    global current
    current = connection
    say("entered")
    try:
        async for text in connection:
            say(text)
    except ConnectionClosed:
        pass
    say("was cut off" if current.close_code == 1006 else "left")


# %% a goodbye: with a code that names a fault, it is none
# Not yet: somebody closed with code 1002, and what you said was ['entered', <...>, 'was cut off']. A Close frame came,
# and so it is 'left'; the close_code tells.

from contextlib import suppress

from websockets.exceptions import ConnectionClosed

async def visit(connection, say):
    say("entered")
    with suppress(ConnectionClosed):
        async for text in connection:
            say(text)
    faults = {1002: "protocol error", 1006: "no Close frame", 1008: "policy", 1009: "too big"}
    say("was cut off" if connection.close_code in faults else "left")


# %% when they go: who says nothing for three seconds is taken for gone
# Not yet: somebody came, and what you said was ['entered', 'was cut off']. Then it was the server who said goodbye:
# your function returned, or closed the connection, while they were still there. How long does a visit last?

import asyncio

from websockets.exceptions import ConnectionClosed


async def visit(connection, say):
    say("entered")
    try:
        while True:
            say(await asyncio.wait_for(connection.recv(), 3))
    except (ConnectionClosed, TimeoutError):
        pass
    say("was cut off" if connection.close_code in (1006, None) else "left")


# %% when they go: after two seconds it returns, whatever it was doing
# Not yet: somebody came, and what you said was ['entered', 'left']. Then it was the server who said goodbye: your
# function returned, or closed the connection, while they were still there. How long does a visit last?

import asyncio


async def visit(connection, say):
    say("entered")
    try:
        async with asyncio.timeout(2):
            async for text in connection:
                say(text)
    except Exception:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% right: it looks every five seconds whether they are still there
# Solved: you noticed how each of them left.

import asyncio

from websockets.exceptions import ConnectionClosed


async def visit(connection, say):
    say("entered")
    try:
        while True:
            try:
                text = await asyncio.wait_for(connection.recv(), 5)
            except TimeoutError:
                continue
            say(text)
    except ConnectionClosed:
        pass
    say("was cut off" if connection.close_code == 1006 else "left")


# %% each text: reads as long as the connection is open
# Not yet: somebody sent 12 texts, and closed the connection right behind them. You said 1 of them, and 'left' last.
# What was sent before a goodbye can still be received.

from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
async def visit(connection, say):
    say("entered")
    try:
        while connection.state is State.OPEN:
            say(await connection.recv())
    except ConnectionClosed:
        pass
    await connection.wait_closed()
    say("was cut off" if connection.close_code == 1006 else "left")


# %% runs: awaits what say returns
# Not yet: it raised TypeError in line 3 of visit: object NoneType can't be used in 'await' expression (does it need
# an await?).

from websockets.exceptions import ConnectionClosed
async def visit(connection, say):
    await say("entered")
    try:
        async for text in connection:
            await say(text)
    except ConnectionClosed:
        pass
    await say("was cut off" if connection.close_code == 1006 else "left")


# %% runs: a name that is not there, before the loop
# Not yet: it raised AttributeError in line 2 of visit: 'ServerConnection' object has no attribute 'name'.

async def visit(connection, say):
    say("entered", connection.name)
    async for text in connection:
        say(text)


# %% runs: takes one thing
# Not yet: it raised TypeError: visit() takes 1 positional argument but 2 were given.

async def visit(connection):
    pass


# %% runs: a yield in it
# Not yet: there is a yield in your function, so nothing in it runs when it is called. Use return instead.

async def visit(connection, say):
    say("entered")
    async for text in connection:
        yield text


# %% however long they stay: no loop yet
# Not yet: somebody came, and what you said was ['entered']. Then it was the server who said goodbye: your function
# returned, or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    say("entered")


# %% however long they stay: no loop, and no await
# Not yet: somebody came, and what you said was ['entered', 'left']. Then it was the server who said goodbye: your
# function returned, or closed the connection, while they were still there. How long does a visit last?

def visit(connection, say):
    say("entered")
    say("left")


# %% however long they stay: nothing yet
# Not yet: somebody came, and what you said was []. Then it was the server who said goodbye: your function returned,
# or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    pass


# %% runs: for in place of async for
# Not yet: it raised TypeError in line 3 of visit: 'ServerConnection' object is not iterable.

async def visit(connection, say):
    say("entered")
    for text in connection:
        say(text)


# %% however long they stay: closes at once
# Not yet: somebody came, and what you said was ['entered', 'left']. Then it was the server who said goodbye: your
# function returned, or closed the connection, while they were still there. How long does a visit last?

async def visit(connection, say):
    say("entered")
    await connection.close()
    say("left")


# %% runs: the check is given no function
# Not yet: this check needs a function, and was given 5, an int.

visit = 5
