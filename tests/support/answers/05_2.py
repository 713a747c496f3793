# %% fine, cancelled, not finished: asks all of them
# Not yet: a task was <...>, and <...> came out of your function. What can you ask a task first?

def swallowed(tasks):
    return [task.exception() for task in tasks]


# %% fine: its None is in the list
# Not yet: you returned [<...>]. None is no exception: a task that went well says None when asked for its own.

def swallowed(tasks):
    return [task.exception() for task in tasks if task.done() and not task.cancelled()]


# %% cancelled: asks it
# Not yet: a task was cancelled, and CancelledError came out of your function. What can you ask a task first?

def swallowed(tasks):
    return [task.exception() for task in tasks if task.done() and task.exception()]


# %% cancelled: takes it for failed
# Not yet: you returned [<...>]. Somebody has cancelled that task: this is no failure.

import asyncio
def swallowed(tasks):
    found = []
    for task in tasks:
        if task.done():
            try:
                task.result()
            except (Exception, asyncio.CancelledError) as error:
                found.append(error)
    return found


# %% not finished: asks it
# Not yet: a task was not finished yet, and InvalidStateError came out of your function. What can you ask a task first?

def swallowed(tasks):
    return [task.exception() for task in tasks if not task.cancelled() and task.exception()]


# %% do not wait: gathers all
# Not yet: your function had not returned after 0.5 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

import asyncio
async def swallowed(tasks):
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [result for result in results if isinstance(result, Exception)]


# %% do not wait: awaits one after the other
# Not yet: your function had not returned after 0.5 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

import asyncio
async def swallowed(tasks):
    found = []
    for task in tasks:
        try:
            await task
        except asyncio.CancelledError:
            pass
        except Exception as error:
            found.append(error)
    return found


# %% do not stop: cancels what is not finished
# Not yet: a task that was not finished yet has been cancelled. It is not yours to stop.

def swallowed(tasks):
    for task in tasks:
        if not task.done():
            task.cancel()
    return [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% do not stop: waits a moment, and wait_for cancels
# Not yet: a task that was not finished yet has been cancelled. It is not yours to stop.

import asyncio
async def swallowed(tasks):
    found = []
    for task in tasks:
        try:
            await asyncio.wait_for(task, 0.1)
        except TimeoutError as error:
            if task.cancelled() or str(error) == "":
                continue
            found.append(error)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            found.append(error)
    return found


# %% all that failed: the first one only
# Not yet: <...> tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            return [task.exception()]


# %% all that failed: only one kind
# Not yet: <...> tasks had failed, and you returned []. Return the exception of each, once.

def swallowed(tasks):
    failed = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    return [error for error in failed if isinstance(error, ZeroDivisionError)]


# %% the exceptions: their texts
# Not yet: you returned [<...>]. A text is no exception: return the exceptions themselves.

def swallowed(tasks):
    failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
    return [str(task.exception()) for task in failed]


# %% the exceptions: the tasks
# Not yet: there is a task in your list. Its exception was asked for.

def swallowed(tasks):
    return [task for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% a list: one exception
# Not yet: a list of exceptions was asked for, and you returned <...>.

def swallowed(tasks):
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            return task.exception()


# %% return: prints them
# Not yet: you returned None. Return a list. Every task has a method that tells its exception.

def swallowed(tasks):
    for task in tasks:
        if task.done() and not task.cancelled():
            print(task.exception())


# %% a list: a generator
# Not yet: a list of exceptions was asked for, and you returned <generator object swallowed at <...>>, a generator.

def swallowed(tasks):
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception() is not None:
            yield task.exception()


# %% right: gathers what is finished
# Solved: all exceptions are found, and nobody else was disturbed.

import asyncio
async def swallowed(tasks):
    results = await asyncio.gather(*(task for task in tasks if task.done()), return_exceptions=True)
    return [result for result in results if isinstance(result, Exception)]


# %% a list: a set
# Not yet: a list of exceptions was asked for, and you returned {<...>, a set.

import asyncio
def swallowed(tasks):
    found = set()
    for task in tasks:
        try:
            found.add(task.exception())
        except (asyncio.CancelledError, asyncio.InvalidStateError):
            pass
    return found - {None}


# %% all that failed: one of each kind
# Not yet: <...> tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    found = {}
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            found[type(task.exception())] = task.exception()
    return list(found.values())


# %% right: asks all of them, and catches what cannot be asked
# Solved: all exceptions are found, and nobody else was disturbed.

def swallowed(tasks):
    found = []
    for task in tasks:
        try:
            error = task.exception()
        except (asyncio.InvalidStateError, asyncio.CancelledError):
            continue
        if error:
            found.append(error)
    return found


# %% right: a lambda, and a walrus
# Solved: all exceptions are found, and nobody else was disturbed.

swallowed = lambda tasks: [error for task in tasks if task.done() and not task.cancelled() and (error := task.exception())]


# %% the exceptions: each in a dictionary
# Not yet: <...> tasks had failed, and you returned [{'error': <...>}]. Return the exception of each, once.

def swallowed(tasks):
    return [{"error": t.exception()} for t in tasks if t.done() and not t.cancelled() and t.exception()]


# %% do not wait: waits a second
# Not yet: your function waited for 1 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

async def swallowed(tasks):
    done, _ = await asyncio.wait(tasks, timeout=1)
    return [t.exception() for t in done if not t.cancelled() and t.exception()]


# %% right: waits for no time at all
# Solved: all exceptions are found, and nobody else was disturbed.

async def swallowed(tasks):
    done, _ = await asyncio.wait(tasks, timeout=0)
    return [t.exception() for t in done if not t.cancelled() and t.exception()]


# %% do not wait: sleeps until all are surely done
# Not yet: your function waited for 2 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

import asyncio


async def swallowed(tasks):
    await asyncio.sleep(2)
    return [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% the exceptions: asks for the result
# Not yet: a task had failed, and its exception came out of your function: <...> in line 2 of <...>. Every task has a method that returns it instead.

def swallowed(tasks):
    return [task.result() for task in tasks if task.done() and not task.cancelled()]


# %% the exceptions: awaits what is finished
# Not yet: a task had failed, and its exception came out of your function: <...> in line 5 of swallowed: <...>. Every task has a method that returns it instead.

async def swallowed(tasks):
    found = []
    for task in tasks:
        if task.done() and not task.cancelled():
            found.append(await task)
    return found


# %% the exceptions: prints them, in a list
# Not yet: you returned [None, None, None<...>]. None is no exception: a task that went well says None when asked for its own.

def swallowed(tasks):
    failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
    return [print(task.exception()) for task in failed]


# %% the exceptions: one task
# Not yet: there is a task in your list. Its exception was asked for.

def swallowed(tasks):
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            return [task]


# %% all that failed: each of them twice
# Not yet: <...> tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    return 2 * [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% a list: a default that is made once
# Not yet: your function was called once more, with one task that had failed, and returned [<...>, <...>, <...>('the latest bug')]. What an earlier call had found is still in it. Is it made anew at each call?

def swallowed(tasks, found=[]):
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception() is not None:
            found.append(task.exception())
    return found


# %% the exceptions: their classes
# Not yet: you returned [<class '<...>'>, <...>]. A class is no exception: return the exceptions themselves.

def swallowed(tasks):
    return [type(t.exception()) for t in tasks if t.done() and not t.cancelled() and t.exception()]


# %% all tasks: of those that failed with the same text, one
# Not yet: <...> tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    found = {}
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception():
            found[str(task.exception())] = task.exception()
    return list(found.values())


# %% all tasks: stops at the first that is not finished
# Not yet: <...> tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    found = []
    for task in tasks:
        if not task.done():
            break
        if not task.cancelled() and task.exception():
            found.append(task.exception())
    return found


# %% the list: empties it
# Not yet: you returned what is right, and changed the list that you were given. Leave it as it is.

def swallowed(tasks):
    errors = []
    while tasks:
        task = tasks.pop()
        if task.done() and not task.cancelled() and task.exception():
            errors.append(task.exception())
    return errors


# %% the list: takes out who has not failed
# Not yet: you returned what is right, and changed the list that you were given. Leave it as it is.

def swallowed(tasks):
    for task in list(tasks):
        if not task.done() or task.cancelled() or not task.exception():
            tasks.remove(task)
    return [task.exception() for task in tasks]


# %% do not wait: a moment for each, behind a shield
# Not yet: your function waited for 0.01 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

import asyncio


async def swallowed(tasks):
    found = []
    for task in tasks:
        try:
            await asyncio.wait_for(asyncio.shield(task), 0.01)
        except TimeoutError as error:
            if task.done():
                found.append(error)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            found.append(error)
    return found


# %% do not wait: a hundredth of a second for all
# Not yet: your function waited for 0.01 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

async def swallowed(tasks):
    done, _ = await asyncio.wait(tasks, timeout=0.01)
    return [task.exception() for task in done if not task.cancelled() and task.exception()]


# %% do not wait: sleeps a little first
# Not yet: your function waited for 0.05 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

async def swallowed(tasks):
    await asyncio.sleep(0.05)
    return [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% all tasks that failed: takes a TimeoutError for a task that is not finished
# Not yet: 6 tasks had failed, and you returned [<...>]. Return the exception of each, once.

def swallowed(tasks):
    found = []
    for task in tasks:
        try:
            task.result()
        except (asyncio.InvalidStateError, asyncio.CancelledError, TimeoutError):
            pass
        except Exception as error:
            found.append(error)
    return found


# %% do not wait: gives the loop many turns first
# Not yet: a task that was not finished when your function was called failed a moment later, and you returned what it raised: you waited.
# Some tasks never finish.

async def swallowed(tasks):
    for _ in range(100):
        await asyncio.sleep(0)
    return [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% the exception of each: a callback finds it, when the list has been returned
# Not yet: 6 tasks had failed, and you returned []. Return the exception of each, once.

def swallowed(tasks):
    found = []

    def look(task):
        if not task.cancelled() and task.exception():
            found.append(task.exception())

    for task in tasks:
        task.add_done_callback(look)
    return found


# %% the exception of each: the same, for those that are done
# Not yet: 6 tasks had failed, and you returned []. Return the exception of each, once.

def swallowed(tasks):
    found = []

    def look(task):
        if not task.cancelled() and task.exception():
            found.append(task.exception())

    for task in tasks:
        if task.done():
            task.add_done_callback(look)
    return found


# %% a list: only if something was found
# Not yet: no task had failed, and you returned None. Return a list: there is nothing in it then.

def swallowed(tasks):
    found = [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]
    if found:
        return found


# %% do not wait: until one fails
# Not yet: your function had not returned after 0.5 s. Some tasks never finish. Ask a task whether it is done, and do not wait for it.

async def swallowed(tasks):
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    return [task.exception() for task in done if not task.cancelled() and task.exception()]


# %% right: while a task of another cell wakes up again and again
# Solved: all exceptions are found, and nobody else was disturbed.

import asyncio


async def tick():
    for _ in range(1000):
        await asyncio.sleep(0.001)


ticker = asyncio.create_task(tick())


def swallowed(tasks):
    return [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]


# %% not finished: waits for the first that is
# Not yet: your function had not returned after 0.5 s. Some tasks never finish. Ask a task whether it is done, and do
# not wait for it.

import asyncio
async def swallowed(tasks):
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return [t.exception() for t in done if not t.cancelled() and t.exception() is not None]


# %% the exception of a task: asks those that are not finished
# Not yet: there are 101 InvalidStateErrors in your list. No task raised them: they come where you ask a task that
# is not finished. Ask first whether it is done.

def swallowed(tasks):
    found = []
    for task in tasks:
        if task.cancelled():
            continue
        try:
            task.result()
        except Exception as error:
            found.append(error)
    return found
