# %% grow: the same wait for ever
# Not yet: the first waits were <...> s on average, and after 30 failures they were 1.5 s. They should grow with each
# one.

class Backoff:
    def next(self, lasted):
        return 1.5


# %% the first: too late after a short outage
# Not yet: the first wait was up to <...> s. Most outages are short: stay below 2 s.

import random
class Backoff:
    def next(self, lasted):
        return random.uniform(5, 30)


# %% none above 30: no cap
# Not yet: within 30 failures a client once waited <...> hours. Put a cap on it: 30 s.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        self.bound *= 2
        return random.uniform(0, self.bound / 2)


# %% same tenth: no jitter
# Not yet: the server was gone for 20 s. Of 200 clients, 200 came back in the same 100 ms; at most 10 may. What can make them differ?

class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = self.bound
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% same tenth: a little jitter
# Not yet: the server was gone for 20 s. Of 200 clients, <...> came back in the same 100 ms; at most 10 may. What can make them differ?

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = self.bound * random.uniform(0.98, 1)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% same tenth: a cap so low that they crowd
# Not yet: the server was gone for 20 s. Of 200 clients, <...> came back in the same 100 ms; at most 10 may. What can make them differ?

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = self.bound + random.uniform(0, 0.5)
        self.bound = min(4, 2 * self.bound)
        return seconds


# %% success: every open counts as one
# Not yet: after many failures the waits were <...> s on average. Then 30 connections lasted 0.1 s each, and they were <...> s. A server that drops everybody at once would be stormed.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 0:
            self.bound = 1
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% success: never begins anew
# Not yet: a connection lasted 10 minutes, and the wait after it was up to <...> s. That is a new beginning.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% seconds: a text
# Not yet: next() returned '1 s', a str. A number of seconds is asked for.

class Backoff:
    def next(self, lasted):
        return "1 s"


# %% seconds: below nothing
# Not yet: next() returned -1. Nobody can wait for less than nothing.

class Backoff:
    def next(self, lasted):
        return -1


# %% a class: one object for everybody
# Not yet: this check needs a class, and was given <...>.

class Backoff:
    def next(self, lasted):
        return 1
Backoff = Backoff()


# %% a class: next has another name
# Not yet: your class makes <...>, and that has no method next(lasted).

class Backoff:
    def wait(self, lasted):
        return 1


# %% right: half of it is certain, half is chance
# Solved: of 200 clients, only a few come in the same moment.

import random
class Backoff:
    def __init__(self):
        self.failures = 0
    def next(self, lasted):
        if lasted >= 30:
            self.failures = 0
        bound = min(30, 2 ** self.failures)
        self.failures += 1
        return bound / 2 + random.random() * bound / 2


# %% right: decorrelated, from the wait before
# Solved: of 200 clients, only a few come in the same moment.

import random
class Backoff:
    def __init__(self):
        self.last = 0.5
    def next(self, lasted):
        if lasted > 60:
            self.last = 0.5
        self.last = min(30, random.uniform(0.5, 3 * self.last))
        return self.last


# %% grow: chance alone
# Not yet: the first waits were <...> s on average, and after 30 failures they were <...> s. They should grow with
# each one.

import random
class Backoff:
    def next(self, lasted):
        return random.random()


# %% seconds: forgets to return them
# Not yet: next() returned None. A number of seconds is asked for.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        self.bound = min(30, 2 * self.bound)
        seconds = random.uniform(0, self.bound)


# %% seconds: sleeps them itself
# Not yet: next() has waited <...> s itself. Let it return the number, and at once: its caller waits.

import random, time
class Backoff:
    def next(self, lasted):
        seconds = random.uniform(0, 1)
        time.sleep(seconds)
        return seconds


# %% seconds: an async next
# Not yet: next() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done when it
# returns.

import random
class Backoff:
    async def next(self, lasted):
        return random.uniform(0, 1)


# %% success: only beyond ten minutes
# Not yet: a connection lasted 10 minutes, and the wait after it was up to <...> s. That is a new beginning.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 600:
            self.bound = 1
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% the first: one count for all clients
# Not yet: where others had failed, the first wait of a new client was up to <...> s; where another had been connected for ten
# minutes, up to <...> s. What do your clients share?

import random
class Backoff:
    bound = 1
    def next(self, lasted):
        if lasted > 60:
            Backoff.bound = 1
        seconds = random.uniform(0, Backoff.bound)
        Backoff.bound = min(30, 2 * Backoff.bound)
        return seconds


# %% none above 30: the cap comes before the chance
# Not yet: within 30 failures a client once waited <...> s. Put a cap on it: 30 s.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = self.bound * random.uniform(0.5, 1.5)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% right: grows step by step
# Solved: of 200 clients, only a few come in the same moment.

import random
class Backoff:
    def __init__(self):
        self.failures = 0
    def next(self, lasted):
        self.failures = 1 if lasted > 10 else self.failures + 1
        return random.uniform(0, min(30, self.failures))


# %% right: a low cap, with which just so many come in the same moment as may
# Solved: of 200 clients, only a few come in the same moment.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = random.uniform(0, self.bound)
        self.bound = min(4, 2 * self.bound)
        return seconds


# %% success: a short connection is a third of one
# Not yet: after many failures the waits were <...> s on average. Then 30 connections lasted 0.1 s each, and they were <...> s. A server that drops everybody at once would be stormed.

import random
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        elif lasted:
            self.bound = max(1, self.bound / 3)
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, 2 * self.bound)
        return seconds


# %% seconds: a sleep for as long
# Not yet: next() returned a coroutine, as an async def does, and nobody awaits it. Make it a def that is done when it
# returns.

import asyncio, random
class Backoff:
    def next(self, lasted):
        return asyncio.sleep(random.random())


# %% right: another kind of number
# Solved: of 200 clients, only a few come in the same moment.

import random
from fractions import Fraction
class Backoff:
    def __init__(self):
        self.bound = 1
    def next(self, lasted):
        if lasted > 60:
            self.bound = 1
        seconds = Fraction(random.uniform(0, self.bound))
        self.bound = min(30, self.bound * 2)
        return seconds


# %% none above 30: begins anew after ten failures
# Not yet: within 30 failures a client once waited <...> s. Put a cap on it: 30 s.

import random
class Backoff:
    n = 0
    def next(self, lasted):
        self.n = (self.n + 1) % 10
        return random.uniform(0, 2 ** self.n / 2)


# %% the first: a little above 2 s
# Not yet: the first wait was up to 2.0<...> s. Most outages are short: stay below 2 s.

import random
class Backoff:
    bound = 1
    def next(self, lasted):
        self.bound = min(29, self.bound * 2) if lasted < 60 else 1
        return random.uniform(0.995, 1.005) * self.bound


# %% grow: they become shorter
# Not yet: the first waits were <...> s on average, and after 30 failures they were 0.0 s. They should grow with each
# one.

import random
class Backoff:
    bound = 2
    def next(self, lasted):
        self.bound /= 1.2
        return random.uniform(0, self.bound)


# %% none above 30: the cap comes after a number that is too large
# Not yet: a server was gone all night and next() was called 1024 times, and your function raised OverflowError in line 11 of
# next: int too large to convert to float.

import random

class Backoff:
    def __init__(self):
        self.failures = 0

    def next(self, lasted):
        if lasted > 60:
            self.failures = 0
        self.failures += 1
        return min(30, random.random() * 2 ** self.failures)


# %% success: ten minutes to the second
# Not yet: a connection lasted 12 minutes, and the wait after it was up to <...> s. That is a new beginning.

import random

class Backoff:
    def __init__(self):
        self.bound = 1

    def next(self, lasted):
        if lasted == 600:
            self.bound = 1
        self.bound = min(30, 2 * self.bound)
        return random.uniform(0, self.bound)


# %% grow with each failure: after eight of them it begins anew
# Not yet: the waits were up to <...> s on average, and then, after 9 failures and no success, <...> s. They should grow with
# each one.

import random

class Backoff:
    def __init__(self):
        self.failures = 0

    def next(self, lasted):
        if lasted > 60 or self.failures > 8:
            self.failures = 0
        self.failures += 1
        return random.uniform(0, min(30, 2**self.failures))


# %% grow with each failure: after a success it begins with 0, and twice that is 0
# Not yet: after 30 failures the waits were 1<...> s on average. Then a connection lasted for minutes, and after 30 failures
# more they were 0.0 s. They should grow with each one, as before.

import random

class Backoff:
    def __init__(self):
        self.bound = 1

    def next(self, lasted):
        if lasted > 60:
            self.bound = 0
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, self.bound * 2)
        return seconds


# %% grow with each failure: once there was a success, no more
# Not yet: after 30 failures the waits were 1<...> s on average. Then a connection lasted for minutes, and after 30 failures
# more they were 0.<...> s. They should grow with each one, as before.

import random

class Backoff:
    def __init__(self):
        self.bound = 1
        self.has_been_open = False

    def next(self, lasted):
        if lasted > 60:
            self.has_been_open = True
        if self.has_been_open:
            self.bound = 1
        seconds = random.uniform(0, self.bound)
        self.bound = min(30, self.bound * 2)
        return seconds


# %% same tenth: chance at the first outage only
# Not yet: all had come back, and were connected for minutes. Then the server was gone for 20 s. Of 200 clients, 200
# came back in the same 100 ms; at most 10 may. What can make them differ?

import random


class Backoff:
    def __init__(self):
        self.wait = random.random()

    def next(self, lasted):
        if lasted >= 60:
            self.wait = 1
        wait = self.wait
        self.wait = min(30, 2 * self.wait)
        return wait


# %% grow: at once, in a loop
# Not yet: the first waits were 0.0 s on average, and after 30 failures they were 0.0 s. They should grow with each
# one.

class Backoff:
    def next(self, lasted):
        return 0


# %% they grow: only where none had opened
# Not yet: <...> connections, the first of all, lasted 0.1 s each, and then the waits were <...> s on average; where none had opened they were <...> s. A server that drops everybody at once would be stormed.

import random


class Backoff:
    def __init__(self):
        self.failures = 0

    def next(self, lasted):
        wait = random.uniform(0, min(30, 2 ** min(self.failures, 10)))
        if lasted == 0:
            self.failures += 1
        elif lasted >= 60:
            self.failures = 0
        return wait


# %% a success: forgotten at once, as self is
# Not yet: a connection lasted for minutes, and the second wait after it was <...> s on average; the first time
# it was <...> s. After a success all begins anew, and not one wait alone.

import random
class Backoff:
    def __init__(self): self.failures = 0
    def next(self, lasted):
        if lasted > 60:
            return random.uniform(0, 1)
        bound = min(30, 2 ** min(self.failures, 5))
        self.failures += 1
        return random.uniform(0, bound)


# %% a success: forgotten at once
# Not yet: a connection lasted for minutes, and the second wait after it was <...> s on average; the first time
# it was <...> s. After a success all begins anew, and not one wait alone.

import random
class Backoff:
    def __init__(self): self.failures = 0
    def next(self, lasted):
        if lasted > 60:
            bound = 1
        else:
            self.failures += 1
            bound = min(30, 2 ** self.failures) if self.failures < 6 else 30
        return random.uniform(0, bound) if self.failures != 1 else random.uniform(0, 1)


# %% a success: forgotten at once, and failures go on
# Not yet: a connection lasted for minutes, and the second wait after it was <...> s on average; the first time
# it was <...> s. After a success all begins anew, and not one wait alone.

import random
class Backoff:
    def __init__(self): self.bound = 1
    def next(self, lasted):
        bound = self.bound
        if lasted >= 60: bound = 1
        self.bound = min(30, self.bound * 2)
        return random.uniform(0, bound)
