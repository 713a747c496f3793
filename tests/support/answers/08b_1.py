# %% the name: the whole event
# Not yet: <...> was writing, and you told a TypingSeen. Tell the user of a TypingSeen, once.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    client.subscribe(lambda event: isinstance(event, TypingSeen) and tell(event))


# %% the name: of a field that there is not
# Not yet: your listener was called with an event of type TypingSeen, and raised AttributeError in line 6 of listen:
# 'TypingSeen' object has no attribute 'name'.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.name)
    client.subscribe(listen)


# %% whoever writes: only the first
# Not yet: <...> was writing, and you were not told: you had called what subscribe() returned, which ends it.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
            forget()
    forget = client.subscribe(listen)


# %% is writing: all news
# Not yet: <...> was writing, and you told a <...>. Tell the user of a TypingSeen, once.

def watch_typing(client, tell):
    client.subscribe(tell, replay=True)


# %% somebody is writing: tells of other events, too
# Not yet: <...> wrote, <...> wrote, <...> said something, <...> left, came back, and wrote again, and you told <...>.

def watch_typing(client, tell):
    def listen(event):
        user = getattr(event, 'user', None) or getattr(getattr(event, 'entry', None), 'user', None)
        if user:
            tell(user)
    client.subscribe(listen)


# %% called: is nowhere
# Not yet: <...> was writing, and you were not told: nothing was subscribed to the client then.

def watch_typing(client, tell):
    def listen(event):
        tell(event.user)


# %% called: unsubscribes at once
# Not yet: <...> was writing, and you were not told: you had called what subscribe() returned, which ends it.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    client.subscribe(lambda event: isinstance(event, TypingSeen) and tell(event.user))()


# %% called: compares, and does nothing
# Not yet: <...> was writing, and your listener was called, but did not call tell.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    client.subscribe(lambda event: event == TypingSeen and tell(event.user))


# %% called: async def
# Not yet: it raised TypeError in line 7 of watch_typing: a subscriber is a plain function, not async def:
# it is called, and nobody would await it.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    async def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
    client.subscribe(listen)


# %% tell: hands over what it returned
# Not yet: it raised TypeError in line 2 of watch_typing: a subscriber is a function, not None.

def watch_typing(client, tell):
    client.subscribe(tell(client.name))


# %% never else: takes every event for one
# Not yet: your listener was called with an event of type Added, and raised AttributeError in line 2 of <lambda>:
# 'Added' object has no attribute 'user'.

def watch_typing(client, tell):
    client.subscribe(lambda event: tell(event.user))


# %% once: subscribes for each person
# Not yet: <...> was writing, and you told '<...>' and '<...>' and '<...>'. Tell the user of a TypingSeen, once.

def watch_typing(client, tell):
    for _ in client.people:
        client.subscribe(lambda event: isinstance(event, TypingSeen) and tell(event.user))


# %% right: match
# Solved: you were told of everybody who was writing, and of nothing else.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    def listen(event):
        match event:
            case TypingSeen(user):
                tell(user)
    return client.subscribe(listen)


# %% right: one line
# Solved: you were told of everybody who was writing, and of nothing else.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    client.subscribe(lambda event: tell(event.user) if isinstance(event, TypingSeen) else None)


# %% called once: while instead of if
# Not yet: your code has not given the loop a turn for 5 s: line <...> of listen. While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await.

def watch_typing(client, tell):
    def listen(event):
        while isinstance(event, TypingSeen):
            event.user.upper()
    client.subscribe(listen)


# %% called: a lambda that calls an async def
# Not yet: <...> was writing, and your listener was called, but did not call tell. Nobody awaited what was called in
# line 6 of <lambda>.

def watch_typing(client, tell):
    async def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)

    client.subscribe(lambda event: listen(event))


# %% right: an object that can be called
# Solved: you were told of everybody who was writing, and of nothing else.

class Listener:
    def __init__(self, tell):
        self.tell = tell

    def __call__(self, event):
        if isinstance(event, TypingSeen):
            self.tell(event.user)

def watch_typing(client, tell):
    client.subscribe(Listener(tell))


# %% right: hands it to the loop
# Solved: you were told of everybody who was writing, and of nothing else.

import asyncio

def watch_typing(client, tell):
    loop = asyncio.get_running_loop()
    client.subscribe(lambda event: isinstance(event, TypingSeen) and loop.call_soon_threadsafe(tell, event.user))


# %% whenever: once for each name
# Not yet: <...> wrote, <...> wrote, <...> said something, <...> left, came back, and wrote again, and you told
# ['<...>', '<...>'].

def watch_typing(client, tell):
    told = set()
    def listen(event):
        if isinstance(event, TypingSeen) and event.user not in told:
            told.add(event.user)
            tell(event.user)
    client.subscribe(listen)


# %% right: a queue, and a task that reads it
# Solved: you were told of everybody who was writing, and of nothing else.

import asyncio

def watch_typing(client, tell):
    news = asyncio.Queue()
    async def read():
        while True:
            event = await news.get()
            await asyncio.sleep(0.05)
            if isinstance(event, TypingSeen):
                tell(event.user)
    loop = asyncio.get_running_loop()
    client.subscribe(lambda event: loop.call_soon_threadsafe(news.put_nowait, event))
    client.reading = asyncio.create_task(read())


# %% once: tells twice
# Not yet: <...> was writing, and you told '<...>' and '<...>'. Tell the user of a TypingSeen, once.

from chatlib.transcript import TypingSeen


def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
            tell(event.user)

    client.subscribe(listen)


# %% the name: and a word about it
# Not yet: <...> was writing, and you told '<...>' and 'is writing'. Tell the user of a TypingSeen, once.

from chatlib.transcript import TypingSeen


def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
            tell("is writing")

    client.subscribe(listen)


# %% tell: given to the loop as an argument
# Not yet: <...> was writing, and your listener was called, but did not call tell.

import asyncio

from chatlib.transcript import TypingSeen


def watch_typing(client, tell):
    loop = asyncio.get_running_loop()

    def listen(event):
        if isinstance(event, TypingSeen):
            loop.call_later(60, tell, event.user)

    client.subscribe(listen)


# %% never else: who says something, too
# Not yet: <...> wrote, <...> wrote, <...> said something, <...> left, came back, and wrote again, and you told
# ['<...>', '<...>', '<...>', '<...>', '<...>'].

from chatlib.transcript import Added, TypingSeen


def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
        elif isinstance(event, Added):
            tell(event.entry.user)

    client.subscribe(listen)


# %% never else: what was before, too
# Not yet: your listener was called with an event of type Reset, and raised AttributeError in line <...> of <lambda>:
# 'Reset' object has no attribute 'user'.

def watch_typing(client, tell):
    client.subscribe(lambda event: tell(event.user), replay=True)


# %% called: subscribes later
# Not yet: <...> was writing, and you were not told: nothing was subscribed to the client then.

import asyncio
def watch_typing(client, tell):
    async def later():
        await asyncio.sleep(1)
        client.subscribe(lambda event: tell(event.user) if isinstance(event, TypingSeen) else None)
    global task
    task = asyncio.create_task(later())


# %% once: subscribes again whenever somebody comes or goes
# Not yet: <...> wrote, <...> wrote, <...> said something, <...> left, came back, and wrote again, and you told
# [<...>].

def watch_typing(client, tell):
    def listen(event):
        if isinstance(event, TypingSeen):
            tell(event.user)
        elif type(event).__name__ == "People":
            client.subscribe(listen)
    client.subscribe(listen)


# %% called: two of them, one ended twice, and the other silent
# Not yet: <...> was writing, and your listener was called, but did not call tell.

def watch_typing(client, tell):
    end = client.subscribe(print)
    client.subscribe(lambda event: None)
    end(); end()


# %% called: a task with a bug
# Not yet: <...> was writing, and your listener was called, but did not call tell. A task of yours raised
# AttributeError in line <...> of work: 'TypingSeen' object has no attribute 'name'.

import asyncio
def watch_typing(client, tell):
    queue = asyncio.Queue()
    loop = asyncio.get_running_loop()
    async def work():
        while True:
            event = await queue.get()
            if isinstance(event, TypingSeen):
                tell(event.name)
    global task
    task = asyncio.create_task(work())
    client.subscribe(lambda event: loop.call_soon_threadsafe(queue.put_nowait, event))


# %% two clients: the tell is a global one
# Not yet: your function was called for two clients, with a tell of each. Then <...> wrote, the first tell was told
# nothing, and the second '<...>' and '<...>'. What do they share?

def listen(event):
    if isinstance(event, TypingSeen):
        teller(event.user)


def watch_typing(client, tell):
    global teller
    teller = tell
    client.subscribe(listen)


# %% two clients: subscribes for the first one only
# Not yet: your function was called for a second client, with a tell of its own. Then <...> wrote, and the second tell was
# told nothing.

from chatlib.transcript import TypingSeen


listens = False


def watch_typing(client, tell):
    global listens
    if not listens:
        client.subscribe(lambda event: isinstance(event, TypingSeen) and tell(event.user))
    listens = True


# %% the name: its first word
# Not yet: <...> was writing, and you told '<...>'. Tell the user of a TypingSeen, once.

from chatlib.transcript import TypingSeen

def watch_typing(client, tell):
    client.subscribe(lambda event: isinstance(event, TypingSeen) and tell(event.user.split()[0]))
