# %% every page: publish reaches nobody
# Not yet: 50 pages are there, one state was published, and 50 of them did not get it.

latest = None
async def serve_page(connection):
    await connection.wait_closed()
def publish(state):
    global latest
    latest = state


# %% every page: only the first
# Not yet: 50 pages are there, one state was published, and 49 of them did not get it.

import asyncio
queue = asyncio.Queue(maxsize=1)
async def serve_page(connection):
    while True:
        await connection.send(await queue.get())
def publish(state):
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(state)


# %% stays: the handler returns after one state
# Not yet: serve_page returned while its page was there, so the server said goodbye. What can it wait for?

import asyncio
queues = {}
async def serve_page(connection):
    queues[connection] = asyncio.Queue(maxsize=1)
    await connection.send(await queues[connection].get())
def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% stays: the handler returns at once
# Not yet: serve_page returned while its page was there, so the server said goodbye. What can it wait for?

queues = {}
def serve_page(connection):
    queues[connection] = []
def publish(state):
    for queue in queues.values():
        queue.append(state)


# %% returns at once: sends to one page after the other
# Not yet: publish had not returned when everybody else had long had their turn. What does it wait for? Let it only
# put the state where the page's own task finds it.

pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
async def publish(state):
    for page in list(pages):
        await page.send(state)


# %% returns at once: sends to all at the same time, and waits for all
# Not yet: publish had not returned when everybody else had long had their turn. What does it wait for? Let it only
# put the state where the page's own task finds it.

import asyncio
pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
async def publish(state):
    await asyncio.gather(*(page.send(state) for page in pages), return_exceptions=True)


# %% returns at once: waits a little for each page
# Not yet: publish had not returned when everybody else had long had their turn. What does it wait for? Let it only
# put the state where the page's own task finds it.

import asyncio
pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
async def publish(state):
    for page in list(pages):
        try:
            await asyncio.wait_for(page.send(state), 0.5)
        except TimeoutError:
            pass


# %% returns at once: waits until there is room in the queue
# Not yet: publish had not returned when everybody else had long had their turn. What does it wait for? Let it only
# put the state where the page's own task finds it.

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=10)
    try:
        while True:
            await connection.send(await queue.get())
    finally:
        del queues[connection]
async def publish(state):
    for queue in list(queues.values()):
        await queue.put(state)


# %% nobody waits for another: one task sends for all
# Not yet: while one page was frozen, the others were <...> states behind (10 at most: 100 ms at a hundred a second). Who waits for whom?

import asyncio
pages = set()
latest = asyncio.Queue(maxsize=1)
sender = None
async def send_all():
    while True:
        state = await latest.get()
        for page in list(pages):
            try:
                await page.send(state)
            except Exception:
                pass
async def serve_page(connection):
    global sender
    sender = sender or asyncio.create_task(send_all())
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
def publish(state):
    if latest.full():
        latest.get_nowait()
    latest.put_nowait(state)


# %% in time: each page's task looks twice a second
# Not yet: while one page was frozen, the others were <...> states behind (10 at most: 100 ms at a hundred a second). Who waits for whom?

import asyncio
newest = None
async def serve_page(connection):
    sent = None
    while True:
        if newest != sent:
            sent = newest
            await connection.send(sent)
        await asyncio.sleep(0.5)
def publish(state):
    global newest
    newest = state


# %% in memory: broadcast
# Not yet: one page was frozen, <...> states were published, and the server's memory holds <...> kB of them; at most 2000 kB are allowed. What is thrown away, and when?

from websockets.asyncio.server import broadcast
pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
def publish(state):
    broadcast(pages, state)


# %% in memory: a queue without a limit
# Not yet: one page was frozen, <...> states were published, and the server's memory holds <...> kB of them; at most 2000 kB are allowed. What is thrown away, and when?

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue()
    try:
        while True:
            await connection.send(await queue.get())
    finally:
        del queues[connection]
def publish(state):
    for queue in queues.values():
        queue.put_nowait(state)


# %% in memory: a task for each state
# Not yet: one page was frozen, <...> states were published, and the server's memory holds <...> kB of them; at most 2000 kB are allowed. What is thrown away, and when?

import asyncio
pages, tasks = set(), set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
def publish(state):
    for page in pages:
        task = asyncio.create_task(page.send(state))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


# %% it stays: the slow page is disconnected
# Not yet: the frozen page was disconnected. That is a way, too; here it stays, and is sent the newest later.

from websockets.asyncio.server import broadcast
pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
def publish(state):
    broadcast(pages, state)
    for page in pages:
        if page.transport.get_write_buffer_size() > 1_000_000:
            page.transport.abort()


# %% the newest: what does not fit is thrown away
# Not yet: the frozen page reads again, and the last that it got is state <...>; the newest is <...>. Which do you
# throw away, and who tells the page's task of the newest?

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=10)
    try:
        while True:
            await connection.send(await queue.get())
    finally:
        del queues[connection]
def publish(state):
    for queue in queues.values():
        if not queue.full():
            queue.put_nowait(state)


# %% the newest: a page that is behind is left out
# Not yet: the frozen page reads again, and the last that it got is state <...>; the newest is <...>. Which do you
# throw away, and who tells the page's task of the newest?

from websockets.asyncio.server import broadcast
pages = set()
async def serve_page(connection):
    pages.add(connection)
    try:
        await connection.wait_closed()
    finally:
        pages.discard(connection)
def publish(state):
    broadcast([page for page in pages if not page.transport.get_write_buffer_size()], state)


# %% in order: the newest first, and then the older ones
# Not yet: a page was sent state <...> after state <...>. Each state is sent once at most, and none after a newer one.

import asyncio
from collections import deque
stacks, news = {}, {}
async def serve_page(connection):
    stacks[connection], news[connection] = deque(maxlen=10), asyncio.Event()
    try:
        while True:
            await news[connection].wait()
            while stacks[connection]:
                await connection.send(stacks[connection].pop())
            if not stacks[connection]:
                news[connection].clear()
            await connection.send(latest)
    finally:
        del stacks[connection], news[connection]
def publish(state):
    global latest
    latest = state
    for page in stacks:
        stacks[page].append(state)
        news[page].set()


# %% somebody leaves: publish meets a page that has gone
# Not yet: it raised <...> in line <...> of publish<...>

queues = {}
import asyncio
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    while True:
        await connection.send(await queue.get())
def publish(state):
    for page, queue in queues.items():
        if page.state.name != "OPEN":
            raise RuntimeError("a ghost")
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% somebody leaves: and nobody hears any more
# Not yet: a page left, and 49 of those who stayed did not get the next state.

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    while True:
        await connection.send(await queue.get())
def publish(state):
    if any(page.state.name != "OPEN" for page in queues):
        return
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% all have gone: the senders go on
# Not yet: all pages have gone. Tasks of yours that go on: <...>. What ends a task?

import asyncio
queues, senders = {}, set()
async def send_newest(connection, queue):
    while True:
        state = await queue.get()
        try:
            await connection.send(state)
        except Exception:
            pass
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    senders.add(asyncio.create_task(send_newest(connection, queue)))
    await connection.wait_closed()
    del queues[connection]
def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% all have gone: serve_page goes on
# Not yet: all pages have gone, and for 50 of them serve_page goes on. What ends it?

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    while True:
        try:
            await connection.send(await queue.get())
        except Exception:
            pass
def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% right: a task for each page, and an event
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio
pages, newest = {}, None
async def serve_page(connection):
    news = pages[connection] = asyncio.Event()
    sender = asyncio.create_task(send_newest(connection, news))
    try:
        await connection.wait_closed()
    finally:
        sender.cancel()
        del pages[connection]
async def send_newest(connection, news):
    while True:
        await news.wait()
        news.clear()
        await connection.send(newest)
def publish(state):
    global newest
    newest = state
    for news in pages.values():
        news.set()


# %% right: a deque of five, and publish is a coroutine that gives others a turn
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio
from collections import deque
from websockets.exceptions import ConnectionClosed
pages = {}
async def serve_page(connection):
    queue, news = pages[connection] = deque(maxlen=5), asyncio.Event()
    try:
        while connection.state.name == "OPEN":
            await news.wait()
            news.clear()
            while queue:
                await connection.send(queue.popleft())
    except ConnectionClosed:
        pass
    finally:
        del pages[connection]
async def publish(state):
    for queue, news in pages.values():
        queue.append(state)
        news.set()
    await asyncio.sleep(0)


# %% right: one condition for all
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio
number, newest, changed = 0, None, asyncio.Event()
async def serve_page(connection):
    seen = number
    while True:
        while seen == number:
            await changed.wait()
        seen = number
        await connection.send(newest)
def publish(state):
    global number, newest, changed
    number, newest = number + 1, state
    changed.set()
    changed = asyncio.Event()


# %% returns at once: pauses in the end
# Not yet: publish had not returned when everybody else had long had their turn. What does it wait for? Let it only
# put the state where the page's own task finds it.

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(1)
    sender = asyncio.create_task(_send(connection, queue))
    try:
        await connection.wait_closed()
    finally:
        sender.cancel()
        del queues[connection]
async def _send(connection, queue):
    while True:
        await connection.send(await queue.get())
async def publish(state):
    for queue in queues.values():
        if queue.full(): queue.get_nowait()
        queue.put_nowait(state)
    await asyncio.sleep(0.05)


# %% right: a group of tasks, which the end of the page ends
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(1)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_send(connection, queue))
            group.create_task(_end(connection))
    finally:
        del queues[connection]
async def _end(connection):
    await connection.wait_closed()
    raise ConnectionClosed(None, None)
async def _send(connection, queue):
    while True:
        await connection.send(await queue.get())
def publish(state):
    for queue in queues.values():
        if queue.full(): queue.get_nowait()
        queue.put_nowait(state)
from websockets.exceptions import ConnectionClosed


# %% every page: a task with a bug
# Not yet: 50 pages are there, one state was published, and 50 of them did not get it. A task of yours raised
# NameError in line <...> of _send: name 'conection' is not defined.

import asyncio
queues = {}
async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(1)
    sender = asyncio.create_task(_send(connection, queue))
    try:
        await connection.wait_closed()
    finally:
        sender.cancel()
        del queues[connection]
async def _send(connection, queue):
    while True:
        await conection.send(await queue.get())
def publish(state):
    for queue in queues.values():
        if queue.full(): queue.get_nowait()
        queue.put_nowait(state)


# %% returns at once: sleeps a little, to be no faster than a hundred a second
# Not yet: publish was called a hundred times a second, and took <...> ms, more or less. Nothing else runs meanwhile: let it
# return at once.

import asyncio
import time

boxes = {}

async def serve_page(connection):
    news = asyncio.Event()
    box = boxes[connection] = [None, news]

    async def send():
        while True:
            await news.wait()
            news.clear()
            await connection.send(box[0])

    task = asyncio.create_task(send())
    try:
        await connection.wait_closed()
    finally:
        task.cancel()
        del boxes[connection]

def publish(state):
    for box in boxes.values():
        box[0] = state
        box[1].set()
    time.sleep(0.01)


# %% the state: not as it is
# Not yet: a page was sent "' 1 <...>, a str. Send it the state as it is.

import asyncio
boxes = {}

async def serve_page(connection):
    news = asyncio.Event()
    box = boxes[connection] = [None, news]

    async def send():
        while True:
            await news.wait()
            news.clear()
            await connection.send(repr(box[0]))

    task = asyncio.create_task(send())
    try:
        await connection.wait_closed()
    finally:
        task.cancel()
        del boxes[connection]

def publish(state):
    for box in boxes.values():
        box[0] = state
        box[1].set()


# %% all have gone: their queues stay for ever in what publish loops over
# Not yet: all 50 pages have gone, and when another state was published, <...> references to it stayed. What of a page is
# still there when it has gone?

import asyncio

from websockets.exceptions import ConnectionClosed

queues = set()


async def serve_page(connection):
    queue = asyncio.Queue(maxsize=1)
    queues.add(queue)

    async def pump():
        try:
            while True:
                await connection.send(await queue.get())
        except ConnectionClosed:
            pass

    task = asyncio.create_task(pump())
    await connection.wait_closed()
    task.cancel()


def publish(state):
    for queue in queues:
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% right: a page that has gone is taken out when the next state comes
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio

from websockets.protocol import State

queues = {}


async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)

    async def pump():
        while True:
            await connection.send(await queue.get())

    task = asyncio.create_task(pump())
    await connection.wait_closed()
    task.cancel()


def publish(state):
    for connection in [*queues]:
        if connection.state is State.CLOSED:
            del queues[connection]
            continue
        queue = queues[connection]
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% serve_page: stops where no state comes for three seconds
# Not yet: serve_page returned while its page was there, so the server said goodbye. What can it wait for?

import asyncio

from websockets.exceptions import ConnectionClosed

queues = {}


async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    try:
        while True:
            await connection.send(await asyncio.wait_for(queue.get(), 3))
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        del queues[connection]


def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% right: whoever comes is sent the newest at once
# Solved: the others did not wait, the server's memory stayed small, and the frozen page got the newest.

import asyncio

from websockets.exceptions import ConnectionClosed

newest, version, waiting = None, 0, set()


async def serve_page(connection):
    seen = 0
    changed = asyncio.Event()
    waiting.add(changed)
    closing = asyncio.create_task(connection.wait_closed())
    closing.add_done_callback(lambda _: changed.set())
    try:
        while not closing.done():
            changed.clear()
            if version > seen:
                seen = version
                await connection.send(newest)
            else:
                await changed.wait()
    except ConnectionClosed:
        pass
    finally:
        waiting.discard(changed)


def publish(state):
    global newest, version
    newest, version = state, version + 1
    for changed in waiting:
        changed.set()


# %% in memory: each send has a limit of a second, and the next state is sent all the same
# Not yet: the clock of your code ran 50 times as fast, and by it one page was frozen for a long time. Meanwhile its
# write buffer grew from <...> to <...> kB, and has no limit: what was given to send() stays there, whether anybody
# waits for it or not.

from websockets.exceptions import ConnectionClosed

queues = {}

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    try:
        while True:
            state = await queue.get()
            try:
                await asyncio.wait_for(connection.send(state), 1)
            except TimeoutError:
                pass  # the next one, then
    except ConnectionClosed:
        pass
    finally:
        del queues[connection]

def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% it stays: each send has a limit of five seconds
# Not yet: the clock of your code ran 50 times as fast, and by it one page was frozen for a long time. It was
# disconnected; here it stays, however long it is frozen.

from websockets.exceptions import ConnectionClosed

queues = {}

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    try:
        while True:
            await asyncio.wait_for(connection.send(await queue.get()), 5)
    except ConnectionClosed:
        pass
    finally:
        del queues[connection]

def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% the state: without the blanks at its ends
# Not yet: a page was sent '1 <...>, a str. Send it the state as it is.

from websockets.exceptions import ConnectionClosed

queues = {}

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    try:
        while True:
            state = await queue.get()
            await connection.send(state.strip())
    except ConnectionClosed:
        pass
    finally:
        del queues[connection]

def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% a state twice: says the last one again where none comes for half a second
# Not yet: a page was sent state <...> after state <...>. Each state is sent once at most, and none after a newer one.

from websockets.exceptions import ConnectionClosed

queues = {}

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    state = None
    try:
        while True:
            try:
                state = await asyncio.wait_for(queue.get(), 0.5)
            except TimeoutError:
                if state is None:
                    continue
            await connection.send(state)
    except ConnectionClosed:
        pass
    finally:
        del queues[connection]

def publish(state):
    for queue in queues.values():
        if queue.full():
            queue.get_nowait()
        queue.put_nowait(state)


# %% nobody is disconnected: who took nothing for five seconds, by the clock, is
# Not yet: the frozen page was disconnected. That is a way, too; here it stays, and is sent the newest later.

import asyncio
import time

queues, since, closing = {}, {}, set()

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=1)
    since[connection] = time.monotonic()
    try:
        while True:
            await connection.send(await queue.get())
            since[connection] = time.monotonic()
    finally:
        del queues[connection], since[connection]

def publish(state):
    for connection, queue in queues.items():
        if queue.full():
            queue.get_nowait()
            if time.monotonic() - since[connection] > 5:
                task = asyncio.create_task(connection.close(1008, "too slow"))
                closing.add(task)
                task.add_done_callback(closing.discard)
        else:
            since[connection] = time.monotonic()
        queue.put_nowait(state)


# %% nobody is disconnected: who is ten states behind is told so, and why
# Not yet: the frozen page was disconnected. That is a way, too; here it stays, and is sent the newest later.

import asyncio

queues, closing = {}, set()

async def serve_page(connection):
    queue = queues[connection] = asyncio.Queue(maxsize=10)
    try:
        while True:
            await connection.send(await queue.get())
    finally:
        del queues[connection]

def publish(state):
    for connection, queue in queues.items():
        if queue.full():
            task = asyncio.create_task(connection.close(1008, "too slow"))
            closing.add(task)
            task.add_done_callback(closing.discard)
        else:
            queue.put_nowait(state)
