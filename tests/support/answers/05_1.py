# %% at once: a turn for the others first, and then it blocks
# Not yet: the loop stood still while it answered. Which call blocks, and who could wait for it instead?

import asyncio
async def handler(connection):
    async for question in connection:
        await asyncio.sleep(0)
        await connection.send(slow_answer(question))


# %% at once: a coroutine around the call that blocks
# Not yet: the loop stood still while it answered. Which call blocks, and who could wait for it instead?

import asyncio
async def ask(question):
    return slow_answer(question)
async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.create_task(ask(question)))


# %% at once: waits for the thread without an await
# Not yet: the loop stood still while it answered. Which call blocks, and who could wait for it instead?

from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(3)
async def handler(connection):
    async for question in connection:
        await connection.send(pool.submit(slow_answer, question).result())


# %% at once: one worker for all
# Not yet: the loop went on. But of 3 people who asked at once, 1 could be answered at a time: the others waited.

import asyncio
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        await connection.send(await loop.run_in_executor(pool, slow_answer, question))


# %% at once: a lock around the thread
# Not yet: the loop went on. But of 3 people who asked at once, 1 could be answered at a time: the others waited.

import asyncio
lock = asyncio.Lock()
async def handler(connection):
    async for question in connection:
        async with lock:
            await connection.send(await asyncio.to_thread(slow_answer, question))


# %% at once: two at a time
# Not yet: the loop went on. But of 3 people who asked at once, 2 could be answered at a time: the others waited.

import asyncio
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        await connection.send(await loop.run_in_executor(pool, slow_answer, question))


# %% at once: calls it, and hands the answer to the thread
# Not yet: the handler raised TypeError in line 4 of handler: 'str' object is not callable. The loop had stood still
# before: who calls slow_answer, the handler or a thread?

import asyncio
async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer(question)))


# %% at once: forgets the await
# Not yet: the handler raised TypeError in line 4 of handler: data must be str, bytes, iterable, or async iterable (is
# it awaited?).

import asyncio
async def handler(connection):
    async for question in connection:
        await connection.send(asyncio.to_thread(slow_answer, question))


# %% each question: the handler answers one, and returns
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were [' <...>: FIRST ', None, None, None] (None where none came). Send what slow_answer says to each.

import asyncio
async def handler(connection):
    question = await connection.recv()
    await connection.send(await asyncio.to_thread(slow_answer, question))


# %% each question: nobody sends the answer
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were [None, None, None, None] (None where none came). Send what slow_answer says to each.

import asyncio
async def handler(connection):
    question = await connection.recv()
    asyncio.create_task(asyncio.to_thread(slow_answer, question))


# %% each question: sends the question back
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] (None where none came). Send what slow_answer says to each.

import asyncio
async def handler(connection):
    async for question in connection:
        await asyncio.to_thread(slow_answer, question)
        await connection.send(question)


# %% one after the other: a task for each question
# Not yet: somebody's second question was begun before the first was answered. Answer one person's questions one after the other.

import asyncio
async def reply(connection, question):
    await connection.send(await asyncio.to_thread(slow_answer, question))
tasks = set()
async def handler(connection):
    async for question in connection:
        tasks.add(asyncio.create_task(reply(connection, question)))


# %% slow_answer as it is: makes a coroutine of it
# Not yet: slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; it is a library's.

import asyncio
async def slow_answer(question):
    await asyncio.sleep(0.5)
    return question.upper()
async def handler(connection):
    async for question in connection:
        await connection.send(await slow_answer(question))


# %% slow_answer as it is: takes the sleep out
# Not yet: slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; it is a library's.

def slow_answer(question):
    return question.upper()
async def handler(connection):
    async for question in connection:
        await connection.send(slow_answer(question))


# %% slow_answer as it is: does without it
# Not yet: people asked, and your handler did not call slow_answer.

import asyncio
async def handler(connection):
    async for question in connection:
        await asyncio.sleep(0.5)
        await connection.send(question.upper())


# %% right: with the loop's own executor, and recv
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

import asyncio
from websockets.exceptions import ConnectionClosed
async def handler(connection):
    loop = asyncio.get_running_loop()
    try:
        while True:
            question = await connection.recv()
            await connection.send(await loop.run_in_executor(None, slow_answer, question))
    except ConnectionClosed:
        pass


# %% right: with a pool that is large enough
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

import asyncio
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(10)
async def ask(question):
    return await asyncio.wrap_future(pool.submit(slow_answer, question))
async def handler(connection):
    async for question in connection:
        await connection.send(await ask(question))


# %% runs: the handler of an old tutorial, with a path
# Not yet: the handler raised TypeError: handler() missing 1 required positional argument: 'path'.

async def handler(connection, path):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question))


# %% each question: a task that nobody owns has the loop, and the handler returns
# Not yet: people asked, and your handler did not call slow_answer.

async def handler(connection):
    async def work():
        async for question in connection:
            await connection.send(await asyncio.to_thread(slow_answer, question))

    asyncio.create_task(work())


# %% each question: waits for all of them first
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were [None, None, None, None] (None where none came). Send what slow_answer says to each.

async def handler(connection):
    for question in [question async for question in connection]:
        await connection.send(await asyncio.to_thread(slow_answer, question))


# %% right: an object that can be called
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

class Answering:
    async def __call__(self, connection):
        async for question in connection:
            await connection.send(await asyncio.to_thread(slow_answer, question))

handler = Answering()


# %% right: a partial
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

from functools import partial

async def answer_with(run, connection):
    async for question in connection:
        await connection.send(await run(slow_answer, question))

handler = partial(answer_with, asyncio.to_thread)


# %% right: a thread by hand
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

import threading

async def handler(connection):
    loop = asyncio.get_running_loop()
    while question := await connection.recv():
        answered = loop.create_future()

        def work(question=question, answered=answered):
            loop.call_soon_threadsafe(answered.set_result, slow_answer(question))

        threading.Thread(target=work).start()
        await connection.send(await answered)


# %% right: made of slow_answer before
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

from functools import partial
ask = partial(asyncio.to_thread, slow_answer)
async def handler(connection):
    async for question in connection:
        await connection.send(await ask(question))


# %% right: a default value
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

async def handler(connection, slow=slow_answer):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow, question))


# %% all three at once: in another process
# Not yet: slow_answer was sent to another process, where this check cannot see it. A thread can wait for it, too.

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def handler(connection):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(3) as pool:
        async for question in connection:
            await connection.send(await loop.run_in_executor(pool, slow_answer, question))


# %% leave slow_answer: makes it quicker
# Not yet: slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; it is a library's.

import asyncio


def slow_answer(question):
    time.sleep(0.01)
    return question.upper()


async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question))


# %% leave slow_answer: answers in small letters
# Not yet: slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; it is a library's.

def slow_answer(question):
    time.sleep(0.5)
    return question


async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question))


# %% one after the other: begins them at the same time, and sends the answers in order
# Not yet: somebody's second question was begun before the first was answered. Answer one person's questions one after the other.

async def handler(connection):
    asked = asyncio.Queue()
    async def send():
        while True:
            await connection.send(await (await asked.get()))
    sender = asyncio.create_task(send())
    try:
        async for question in connection:
            asked.put_nowait(asyncio.create_task(asyncio.to_thread(slow_answer, question)))
    finally:
        sender.cancel()


# %% slow_answer as it is: takes the connection, too
# Not yet: slow_answer is not what it was: it blocks for half a second, and answers in capitals. Leave it as it is; it is a library's.

def slow_answer(question, connection):
    time.sleep(0.5)
    return question.upper()

async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question, connection))


# %% each question: asks with the connection instead
# Not yet: the handler raised AttributeError in line 3 of handler: 'ServerConnection' object has no attribute 'upper'.

async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, connection))


# %% runs: yields the answers
# Not yet: there is a yield in your function, so nothing in it runs when it is called. Use return instead.

async def handler(connection):
    async for question in connection:
        yield await asyncio.to_thread(slow_answer, question)


# %% runs: called already
# Not yet: you called your function, and gave the check what came of it. Give it the function: its name alone.

handler = handler(None)


# %% each question: a slip in a group of tasks
# Not yet: the handler raised ExceptionGroup in line 2 of handler: AttributeError in line 4 of handler:
# 'ServerConnection' object has no attribute 'sent'.

async def handler(connection):
    async with asyncio.TaskGroup() as group:
        async for question in connection:
            group.create_task(connection.sent(await asyncio.to_thread(slow_answer, question)))


# %% right: a queue for each person
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

async def handler(connection):
    asked = asyncio.Queue()
    async def work():
        while True:
            await connection.send(await asyncio.to_thread(slow_answer, await asked.get()))
    worker = asyncio.create_task(work())
    try:
        async for question in connection:
            asked.put_nowait(question)
    finally:
        worker.cancel()


# %% each question: waits on when everybody has left
# Not yet: this was not over after 10 seconds, and line 4 of handler still waited. What does your code wait for?

async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question))
    await asyncio.Event().wait()


# %% at once: sleeps on the loop beside a thread
# Not yet: the loop stood still while it answered. Which call blocks, and who could wait for it instead?

async def handler(connection):
    async for question in connection:
        time.sleep(0.1)
        await connection.send(await asyncio.to_thread(slow_answer, question))


# %% each question: the send is not awaited
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were [None, None, None, None] (None where none came). Send
# what slow_answer says to each. Nobody awaited what was called in line 3 of handler.

async def handler(connection):
    async for question in connection:
        connection.send(await asyncio.to_thread(slow_answer, question))


# %% at once: the thread sends, too, on a loop of its own
# Not yet: something was sent from another thread than the loop's. A connection is not made for that: let the thread
# only answer, and send what it answers in the handler.

async def handler(connection):
    async for question in connection:
        def work():
            asyncio.run(connection.send(slow_answer(question)))
        await asyncio.to_thread(work)


# %% at once: the thread broadcasts
# Not yet: something was sent from another thread than the loop's. A connection is not made for that: let the thread
# only answer, and send what it answers in the handler.

from websockets.asyncio.server import broadcast

async def handler(connection):
    async for question in connection:
        await asyncio.to_thread(lambda: broadcast([connection], slow_answer(question)))


# %% right: the thread has the loop send
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        def work():
            asyncio.run_coroutine_threadsafe(connection.send(slow_answer(question)), loop).result()
        await asyncio.to_thread(work)


# %% the questions: without the spaces at their ends
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were
# ['<...>: FIRST', '<...>: SECOND', '<...>: SECOND', '<...>: LAST'] (None where none came). Send what slow_answer says to
# each.

async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer, question.strip()))


# %% the questions: each only once
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were
# [' <...>: FIRST ', ' <...>: SECOND ', '<...>: LAST'] (None where none came). Send what slow_answer says to each.

async def handler(connection):
    seen = set()
    async for question in connection:
        if question not in seen:
            seen.add(question)
            await connection.send(await asyncio.to_thread(slow_answer, question))


# %% right: remembers what was answered
# Solved: three people asked at once, and slow_answer worked for all three at the same time.

answers = {}


async def handler(connection):
    async for question in connection:
        if question not in answers:
            answers[question] = await asyncio.to_thread(slow_answer, question)
        await connection.send(answers[question])


# %% one person's questions: the answer goes to whoever came last
# Not yet: <...> were asked, and the answers were <...> (None where none came). Among them is one to somebody else's
# question. What do the handlers of two connections share?

import asyncio


async def handler(connection):
    global person
    person = connection
    async for question in connection:
        await person.send(await asyncio.to_thread(slow_answer, question))


# %% slow_answer: has a limit, and then something else is said
# Not yet: ['<...>: first ', '<...>: second ', '<...>: second ', '<...>: last'] were asked, and the answers were ['too
# slow', <...>] (None where none came). The clock of your code ran 50 times as fast. By that clock, slow_answer was
# very slow. Wait for it however long it takes.

async def handler(connection):
    async for question in connection:
        try:
            answer = await asyncio.wait_for(asyncio.to_thread(slow_answer, question), 5)
        except TimeoutError:
            answer = "too slow"
        await connection.send(answer)


# %% slow_answer: has a limit, and the error comes out
# Not yet: the handler raised TimeoutError in line <...> of handler. The clock of your code ran 50 times as fast. By
# that clock, slow_answer was very slow. Wait for it however long it takes.

async def handler(connection):
    async for question in connection:
        async with asyncio.timeout(2):
            answer = await asyncio.to_thread(slow_answer, question)
        await connection.send(answer)


# %% each question: looks whether the thread is done, and sends without the blanks
# Not yet: [<...>] were asked, and the answers were [<...>] (None where none came). Send what slow_answer says to each.

async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        answer = loop.run_in_executor(None, slow_answer, question)
        while not answer.done():
            await asyncio.sleep(0.05)
        await connection.send(answer.result().strip())


# %% each question: answers one, and sleeps a little before it returns
# Not yet: [<...>] were asked, and the answers were [<...>] (None where none came). Send what slow_answer says to each.

async def handler(connection):
    question = await connection.recv()
    await connection.send(await asyncio.to_thread(slow_answer, question))
    await asyncio.sleep(0.1)


# %% slow_answer: is waited for by the clock
# Not yet: the handler raised IndexError in line 9 of handler: list index out of range. The clock of your code ran 50
# times as fast. By that clock, slow_answer was very slow. Wait for it however long it takes.

import threading


async def handler(connection):
    async for question in connection:
        answers = []
        threading.Thread(target=lambda: answers.append(slow_answer(question))).start()
        await asyncio.sleep(0.6)
        await connection.send(answers[0])


# %% each question: the thread sets an event of the loop
# Not yet: line 7 of work ran in another thread, and touched what belongs to the loop. The loop may not notice until
# something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    async for question in connection:
        done = asyncio.Event(); result = []
        def work(question=question):
            result.append(slow_answer(question))
            done.set()
        threading.Thread(target=work, daemon=True).start()
        await done.wait()
        await connection.send(result[0])


# %% each question: the thread sets a future of the loop
# Not yet: line 6 of <lambda> ran in another thread, and touched what belongs to the loop. The loop may not notice
# until something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        future = loop.create_future()
        threading.Thread(target=lambda: future.set_result(slow_answer(question))).start()
        await connection.send(await future)


# %% each question: the thread fills a queue of the loop
# Not yet: line 5 of <lambda> ran in another thread, and touched what belongs to the loop. The loop may not notice
# until something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    answers = asyncio.Queue()
    async for question in connection:
        threading.Thread(target=lambda: answers.put_nowait(slow_answer(question))).start()
        await connection.send(await answers.get())


# %% each question: the thread makes a task
# Not yet: line 6 of work ran in another thread, and touched what belongs to the loop. The loop may not notice until
# something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        def work():
            return loop.create_task(connection.send(slow_answer(question)))
        await asyncio.to_thread(work)


# %% each question: the thread calls call_soon()
# Not yet: line 7 of work ran in another thread, and touched what belongs to the loop. The loop may not notice until
# something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        future = loop.create_future()
        def work():
            loop.call_soon(future.set_result, slow_answer(question))
        threading.Thread(target=work).start()
        await connection.send(await future)


# %% each question: the pool sets an event when it is done
# Not yet: line 7 of <lambda> ran in another thread, and touched what belongs to the loop. The loop may not notice
# until something else wakes it. Which method of the loop may another thread call?

from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
async def handler(connection):
    async for question in connection:
        ready = asyncio.Event()
        f = pool.submit(slow_answer, question)
        f.add_done_callback(lambda f: ready.set())
        await ready.wait()
        await connection.send(f.result())


# %% each question: a timer of another thread sets an event
# Not yet: something of yours ran in another thread, and touched what belongs to the loop. The loop may not notice
# until something else wakes it. Which method of the loop may another thread call?

import threading
async def handler(connection):
    async for question in connection:
        done = asyncio.Event()
        threading.Timer(0.6, done.set).start()
        answer = await asyncio.to_thread(slow_answer, question)
        await done.wait()
        await connection.send(answer)


# %% slow_answer: has a limit, and then the next question
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were
# [<...>] (None where none came). The clock of your code ran 50 times as fast. By that clock, slow_answer was very
# slow. Wait for it however long it takes.

async def handler(connection):
    async for question in connection:
        try:
            await connection.send(await asyncio.wait_for(asyncio.to_thread(slow_answer, question), 2))
        except TimeoutError:
            continue


# %% slow_answer: has a limit, and then it leaves
# Not yet: [' <...>: first ', ' <...>: second ', ' <...>: second ', '<...>: last'] were asked, and the answers were
# [None, None, None, None] (None where none came). The clock of your code ran 50 times as fast. By that clock,
# slow_answer was very slow. Wait for it however long it takes.

async def handler(connection):
    async for question in connection:
        try:
            await connection.send(await asyncio.wait_for(asyncio.to_thread(slow_answer, question), 2))
        except TimeoutError:
            return


# %% slow_answer: the executor's arguments the wrong way
# Not yet: the handler raised AttributeError in line 4 of handler: 'function' object has no attribute 'submit'.

async def handler(connection):
    loop = asyncio.get_running_loop()
    async for question in connection:
        await connection.send(await loop.run_in_executor(slow_answer, question))


# %% slow_answer: without the question
# Not yet: the handler raised TypeError in line 3 of handler: slow_answer() missing 1 required positional argument:
# 'question'.

async def handler(connection):
    async for question in connection:
        await connection.send(await asyncio.to_thread(slow_answer))
