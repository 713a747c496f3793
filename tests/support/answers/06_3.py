# %% keep the order: a task for each question, and a name for it
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and was answered [<...>]. Who can wait for one answer before the next?

tasks = set()
async def answering(connection):
    async for question in connection:
        task = asyncio.create_task(answer(connection, question))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


# %% keep the order: gathers what came
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and 2 s later nothing had been sent to her with send(). When is the
# first question answered?

async def answering(connection):
    questions = [question async for question in connection]
    await asyncio.gather(*(answer(connection, question) for question in questions))


# %% each question: waits for the end of all questions
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and 2 s later nothing had been sent to her with send(). When is the
# first question answered?

async def answering(connection):
    questions = [question async for question in connection]
    for question in questions:
        await answer(connection, question)


# %% each question: answers one, and returns
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler busy?

async def answering(connection):
    await answer(connection, await connection.recv())


# %% no client may wait: a lock for all
# Not yet: Ada's order is right. But while her network was slow, Bo asked something short, and 2 s later he had heard
# nothing. What did his answer wait for?

lock = asyncio.Lock()
async def answering(connection):
    async for question in connection:
        async with lock:
            await answer(connection, question)


# %% no client may wait: one queue for all
# Not yet: Ada's order is right. But while her network was slow, Bo asked something short, and 2 s later he had heard
# nothing. What did his answer wait for?

queue = asyncio.Queue()
workers = []
async def work():
    while True:
        await answer(*await queue.get())
async def answering(connection):
    if not workers:
        workers.append(asyncio.create_task(work()))
    async for question in connection:
        await queue.put((connection, question))


# %% answer as it is: takes the sleep out
# Not yet: answer is not what it was: the shorter the question, the longer it sleeps. Leave it as it is, and change
# answering.

async def answer(connection, question):
    await connection.send(question.upper())
async def answering(connection):
    async for question in connection:
        asyncio.create_task(answer(connection, question))


# %% mend answering: forgets the await
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and 2 s later nothing had been sent to her with send(). When is the
# first question answered? Nobody awaited what was called in line 3 of answering.

async def answering(connection):
    async for question in connection:
        answer(connection, question)


# %% in order: sleeps between the questions, and hopes
# Not yet: Ada's order was right this time. But while her network held one answer back, the next was sent: they can
# change places. Who can wait for one answer before the next?

import asyncio
async def answering(connection):
    async for question in connection:
        asyncio.create_task(answer(connection, question))
        await asyncio.sleep(0.4)


# %% right: a task for each question, and a lock for each connection
# Solved: each was answered in order, and nobody waited for the other.

import asyncio
async def answering(connection):
    lock = asyncio.Lock()

    async def take_turns(question):
        async with lock:
            await answer(connection, question)

    tasks = []
    async for question in connection:
        tasks.append(asyncio.create_task(take_turns(question)))


# %% right: a queue and a worker for each connection
# Solved: each was answered in order, and nobody waited for the other.

async def answering(connection):
    queue = asyncio.Queue()
    async def work():
        while True:
            await answer(connection, await queue.get())
    working = asyncio.create_task(work())
    try:
        async for question in connection:
            queue.put_nowait(question)
    finally:
        working.cancel()


# %% right: a lock for each connection
# Solved: each was answered in order, and nobody waited for the other.

locks = {}
tasks = set()
async def answer_in_turn(connection, question):
    async with locks[connection]:
        await answer(connection, question)
async def answering(connection):
    locks[connection] = asyncio.Lock()
    async for question in connection:
        tasks.add(asyncio.create_task(answer_in_turn(connection, question)))


# %% runs: the handler of an old tutorial, with a path
# Not yet: the handler raised TypeError: answering() missing 1 required positional argument: 'path'.

async def answering(connection, path):
    async for question in connection:
        await answer(connection, question)


# %% keep the order: a group of tasks
# Not yet: Ada asked [<...>], and was answered [<...>]. Who can wait for one answer before the next?

async def answering(connection):
    async with asyncio.TaskGroup() as group:
        async for question in connection:
            group.create_task(answer(connection, question))


# %% right: each task waits for the one before
# Solved: each was answered in order, and nobody waited for the other.

async def answering(connection):
    async def after(before, question):
        if before:
            await before
        await answer(connection, question)

    last = None
    async for question in connection:
        last = asyncio.create_task(after(last, question))


# %% answer as it is: does without it
# Not yet: something was sent to Bo, but not by `answer`. Leave it as it is, and change who calls it, and when.

async def answering(connection):
    async for question in connection:
        await connection.send(question.upper())


# %% once: answers each question twice
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and was sent ['<...>', '<...>', '<...>']. Bo asked ' quick question ',
# and was sent ' QUICK QUESTION ' (None: nothing). To each question there is one answer, the one that `answer` sends.

async def answering(connection):
    async for question in connection:
        await answer(connection, question)
        await answer(connection, question)


# %% each question: a task for the first, and returns
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?<...>

async def answering(connection):
    question = await connection.recv()
    asyncio.create_task(answer(connection, question))


# %% each question: a task reads, and nobody waits for it
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

async def answering(connection):
    async def work():
        async for question in connection:
            await answer(connection, question)
    asyncio.create_task(work())


# %% each question: says hello, and returns
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

async def answering(connection):
    await connection.send("hello")


# %% runs: a task with a bug
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and 2 s later nothing had been sent to her with send(). When is the
# first question answered? A task of yours raised NameError in line <...> of work: name 'conection' is not defined.

async def answering(connection):
    queue = asyncio.Queue()
    async def work():
        while True:
            await answer(conection, await queue.get())
    task = asyncio.create_task(work())
    async for question in connection:
        queue.put_nowait(question)


# %% one answer: says hello first
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and was sent ['hello', '<...>', '<...>']. Bo asked ' quick question ',
# and was sent 'hello' (None: nothing). To each question there is one answer, the one that `answer` sends.

async def answering(connection):
    await connection.send("hello")
    async for question in connection:
        await answer(connection, question)


# %% no client may wait: one queue, and each worker answers its own guest
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and was sent [<...>]. Bo asked ' quick question ', and was sent
# '<...>' (None: nothing). To each question there is one answer, the one that `answer` sends.

queue = asyncio.Queue()
async def answering(connection):
    async def work():
        while True:
            question = await queue.get()
            await answer(connection, question)
    task = asyncio.create_task(work())
    async for question in connection:
        queue.put_nowait(question)


# %% answer as it is: sleeps as long for each question
# Not yet: answer is not what it was: the shorter the question, the longer it sleeps. Leave it as it is, and change
# answering.

async def answer(connection, question):
    await asyncio.sleep(0.1)
    await connection.send(question.upper())


# %% each question: gives up some answers
# Not yet: Ada asked ['<...>', '<...>', '<...>'], and was sent [<...>]. Bo asked ' quick question ', and was sent <...>
# (None: nothing). To each question there is one answer, the one that `answer` sends.

async def answering(connection):
    async for question in connection:
        try:
            await asyncio.wait_for(answer(connection, question), 0.1)
        except TimeoutError:
            pass


# %% once: answers again in a task
# Not yet: Ada asked [<...>], and was sent [<...>]. Bo asked ' quick question ', and was sent ' QUICK QUESTION ' (None: nothing). To each
# question there is one answer, the one that `answer` sends.<...>

import asyncio
async def answering(connection):
    async for question in connection:
        await answer(connection, question)
        asyncio.create_task(answer(connection, question))


# %% no client may wait: two at a time, whoever they are
# Not yet: Ada's order is right, and Bo did not wait for her. Then 12 others asked something, and while the network of each was slow,
# answers went to 2 of them. What did the rest wait for?

import asyncio
two = asyncio.Semaphore(2)
async def answering(connection):
    async for question in connection:
        async with two:
            await answer(connection, question)


# %% right: all are computed at the same time, and sent in order
# Solved: each was answered in order, and nobody waited for the other.

import asyncio
class StandIn:
    def __init__(self):
        self.answer = asyncio.get_running_loop().create_future()
    async def send(self, text):
        self.answer.set_result(text)
async def answering(connection):
    standing_in = asyncio.Queue()
    async def write():
        while True:
            first = await standing_in.get()
            await connection.send(await first.answer)
    writer = asyncio.create_task(write())
    tasks = []
    try:
        async for question in connection:
            standing_in.put_nowait(last := StandIn())
            tasks.append(asyncio.create_task(answer(last, question)))
    finally:
        writer.cancel()


# %% each question: without the spaces at its ends
# Not yet: Ada asked ['<...>', '<...>', '<...>', '<...>'], and was sent ['<...>', '<...>', '<...>', '<...>']. Bo asked
# ' quick question ', and was sent 'QUICK QUESTION' (None: nothing). To each question there is one answer, the one that
# `answer` sends.

async def answering(connection):
    async for question in connection:
        await answer(connection, question.strip())


# %% each question: only once
# Not yet: Ada asked ['<...>', '<...>', '<...>', '<...>', '<...>'], and was sent ['<...>', '<...>', '<...>', None, None].
# Bo asked ' quick question ', and was sent ' QUICK QUESTION ' (None: nothing). To each question there is one answer, the
# one that `answer` sends.

async def answering(connection):
    seen = set()
    async for question in connection:
        if question not in seen:
            seen.add(question)
            await answer(connection, question)


# %% each: who asks nothing for two seconds is sent away
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

import asyncio

from websockets.exceptions import ConnectionClosed


async def answering(connection):
    try:
        while True:
            await answer(connection, await asyncio.wait_for(connection.recv(), 2))
    except (ConnectionClosed, TimeoutError):
        pass


# %% each question: two seconds for its answer
# Not yet: the clock of your code ran 50 times as fast. By that clock, the network of 12 people was slow, and 12 of
# them never heard the answer to their question. Slow is not gone.

async def answering(connection):
    async for question in connection:
        try:
            await asyncio.wait_for(answer(connection, question), 2)
        except TimeoutError:
            pass


# %% each question: five seconds for its answer, and the error comes out
# Not yet: the handler raised TimeoutError in line <...> of answering.

async def answering(connection):
    async for question in connection:
        async with asyncio.timeout(5):
            await answer(connection, question)


# %% each question: what is too much for the queue is dropped
# Not yet: while the network of one was slow, 12 more questions came from there, and <...> of them were answered. What
# becomes of a question that has to wait?

import asyncio


async def answering(connection):
    async def work():
        while True:
            await answer(connection, await waiting.get())

    waiting = asyncio.Queue(maxsize=10)
    worker = asyncio.create_task(work())
    try:
        async for question in connection:
            if not waiting.full():
                waiting.put_nowait(question)
    finally:
        worker.cancel()


# %% each question: the shortest of those that wait first
# Not yet: while the network of one was slow, 12 more questions came from there, and they were answered in another
# order. Who can wait for one answer before the next?

import asyncio


async def answering(connection):
    async def work():
        while True:
            _, question = await waiting.get()
            await answer(connection, question)

    waiting = asyncio.PriorityQueue()
    worker = asyncio.create_task(work())
    try:
        async for question in connection:
            waiting.put_nowait((len(question), question))
    finally:
        worker.cancel()


# %% right: a queue of ten, and the handler waits where it is full
# Solved: each was answered in order, and nobody waited for the other.

import asyncio


async def answering(connection):
    async def work():
        while True:
            await answer(connection, await waiting.get())

    waiting = asyncio.Queue(maxsize=10)
    worker = asyncio.create_task(work())
    try:
        async for question in connection:
            await waiting.put(question)
    finally:
        worker.cancel()


# %% to each question: not to one that is equal to the one before
# Not yet: Ada asked ['<...>', '<...>', '<...>', '<...>', '<...>'], and was sent ['<...>', '<...>', '<...>', '<...>',
# None]. Bo asked ' quick question ', and was sent ' QUICK QUESTION ' (None: nothing). To each question there is one
# answer, the one that `answer` sends.

async def answering(connection):
    last = None
    async for question in connection:
        if question != last:
            await answer(connection, question)
        last = question


# %% has to wait: a backlog of ten, and the oldest goes
# Not yet: while the network of one was slow, 12 more questions came from there, and 10 of them were answered. What
# becomes of a question that has to wait?

import asyncio, collections
async def answering(connection):
    waiting = collections.deque(maxlen=10)
    news = asyncio.Event()
    async def work():
        while True:
            await news.wait()
            news.clear()
            while waiting:
                await answer(connection, waiting.popleft())
    worker = asyncio.create_task(work())
    try:
        async for question in connection:
            waiting.append(question)
            news.set()
    finally:
        worker.cancel()
