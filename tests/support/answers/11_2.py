# %% full at first: empty
# Not yet: Bucket(<...>, <...>, <...>) was asked <...> times at once, and gave 0. A new bucket is full.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = 0, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% at most burst: one too few
# Not yet: Bucket(<...>, <...>, <...>) was asked <...> times at once, and gave <...>. A new bucket is full.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens -= 1
        return self.tokens > 0


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% at most burst: one too many
# Not yet: Bucket(<...>, <...>, <...>) was asked <...> times at once, and gave <...>. It holds no more than its burst.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens -= 1
        return self.tokens >= -1


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% at most burst: it saves tokens for ever
# Not yet: Bucket(<...>, <...>, <...>) was empty. 1000 s later, by `now`, it was asked <...> times, and gave <...>. It
# is full again then, and not more.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens += (now - self.at) * self.rate
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% new ones come: none
# Not yet: Bucket(<...>, <...>, <...>) was asked <...> times at once, and gave <...>. A new bucket is full.

class Bucket:
    def __init__(self, rate, burst, now):
        self.tokens = burst

    def take(self, now):
        self.tokens -= self.tokens > 0
        return self.tokens > 0


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% new ones come: never
# Not yet: Bucket(<...>, <...>, <...>) was empty. 1000 s later, by `now`, it was asked <...> times, and gave 0. It is
# full again then, and not more.

class Bucket:
    def __init__(self, rate, burst, now):
        self.left = burst

    def take(self, now):
        if self.left == 0:
            return False
        self.left -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% by any clock: it looks at its own
# Not yet: Bucket(<...>, <...>, <...>) was empty. 1000 s later, by `now`, it was asked <...> times, and gave <...>. It
# is full again then, and not more.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, time.monotonic()

    def take(self, now):
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a token each 1/rate: a fixed window of a second
# Not yet: Bucket(<...>, <...>, <...>) was empty, and asked 50 times in vain. 1/<...> s later it was asked twice, and
# gave 0, not 1. Tokens come one by one, and a refusal costs nothing.

class Bucket:
    def __init__(self, rate, burst, now):
        self.burst = burst
        self.count, self.window = 0, now

    def take(self, now):
        if now - self.window >= 1:
            self.count, self.window = 0, now
        self.count += 1
        return self.count <= self.burst


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a refusal costs nothing: into debt
# Not yet: Bucket(<...>, <...>, <...>) was empty, and asked 50 times in vain. 1/<...> s later it was asked twice, and
# gave 0, not 1. Tokens come one by one, and a refusal costs nothing.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        self.tokens -= 1
        return self.tokens >= 0


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a token each 1/rate: full again at once
# Not yet: Bucket(<...>, <...>, <...>) was empty, and asked 50 times in vain. 1/<...> s later it was asked twice, and
# gave 2, not 1. Tokens come one by one, and a refusal costs nothing.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        if now > self.at:
            self.tokens, self.at = self.burst, now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% in parts: only whole tokens, and the time goes on
# Not yet: Bucket(<...>, <...>, <...>) was empty, and asked four times in each 1/<...> s, for 11 of them. It gave 1,
# and not 11. What becomes of a part of a token?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + int((now - self.at) * self.rate))
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% its own tokens: they are everybody's
# Not yet: there were two new buckets. The first was asked until it was empty, and then the second gave nothing. What
# do they share?

shared = {}


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        shared.update(tokens=burst, at=now)

    def take(self, now):
        shared["tokens"] = min(self.burst, shared["tokens"] + (now - shared["at"]) * self.rate)
        shared["at"] = now
        if shared["tokens"] < 1:
            return False
        shared["tokens"] -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% return False: nothing is returned
# Not yet: take returned None. It tells whether there was a token: True or False.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% return False: how many there are
# Not yet: take returned <...>. It tells whether there was a token: True or False.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        self.tokens -= self.tokens >= 1
        return self.tokens


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: only dropped
# Not yet: somebody sent <...> messages within <...> s, and 3 s later the connection is still open. What becomes of
# one who has no token left?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                continue
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: told in a message, and not closed
# Not yet: somebody sent <...> messages within <...> s, and 3 s later the connection is still open. What becomes of
# one who has no token left?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.send("not so fast")
                continue
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: the handler returns
# Not yet: the flood was closed with 1000. The code for a broken rule is 1008.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: try again later
# Not yet: the flood was closed with 1013. The code for a broken rule is 1008.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1013, "too many messages")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: cut off
# Not yet: the flood's connection ended with no Close frame, so nobody was told why. Close it with 1008.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                connection.transport.abort()
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: raises
# Not yet: the handler raised PermissionError in line <...> of handler: too many messages.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                raise PermissionError("too many messages")
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a reason: none
# Not yet: the flood was closed with 1008, and no reason: nobody was told why. A Close frame has room for one.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008)
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: everybody waits with the flooder
# Not yet: during the flood somebody else waited <...> ms to be heard, and one time in twenty longer. Does your handler stop the whole
# loop?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                time.sleep(3)  # a punishment
                await connection.close(1008, "too many messages")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% closed with 1008: a new bucket for each message
# Not yet: somebody sent <...> messages within <...> s, and 3 s later the connection is still open. What becomes of
# one who has no token left?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            if not Bucket(20, 40, time.monotonic()).take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% one for each connection: one for all
# Not yet: two guests said 35 things each, at once, and of these 70, somebody who is here heard <...>. An honest burst
# passes, each connection has a bucket of its own, and what passes goes to all.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


bucket = Bucket(20, 40, time.monotonic())


async def handler(connection):
    guests.add(connection)
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a burst of 40: rate and burst are exchanged
# Not yet: two guests said 35 things each, at once, and of these 70, somebody who is here heard <...>. An honest burst
# passes, each connection has a bucket of its own, and what passes goes to all.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(40, 20, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% what passes goes to all: not to the one who said it
# Not yet: two guests said 35 things each, at once, and of these 70, somebody who is here heard <...>. An honest burst
# passes, each connection has a bucket of its own, and what passes goes to all.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests - {connection}, message)
    finally:
        guests.discard(connection)


# %% 20 a second: ten times as many
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave <...>
# tokens, and half a second after that <...> more. With 20 a second and a burst of 40 these are 40 and 10.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 200, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% all guests: somebody else's set
# Not yet: 3 connections are open, and guests has 0 of them. A connection is in it from its beginning to its end.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


clients = set()


async def handler(connection):
    clients.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(clients, message)
    finally:
        clients.discard(connection)


# %% right: a time from which on there is a token
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

class Bucket:
    def __init__(self, rate, burst, now):
        self.every, self.most = 1 / rate, burst / rate
        self.full_at = now

    def take(self, now):
        """It would be full again at this time; a token makes that later."""
        full_at = max(self.full_at, now) + self.every
        if full_at - now > self.most + 1e-9:
            return False
        self.full_at = full_at
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: a dataclass, and a handler that breaks
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

from dataclasses import dataclass, field


@dataclass
class Bucket:
    rate: float
    burst: float
    now: float
    tokens: float = field(init=False)

    def __post_init__(self):
        self.tokens = self.burst

    def take(self, now):
        self.tokens += (now - self.now) * self.rate
        self.now = now
        if self.tokens > self.burst:
            self.tokens = self.burst
        is_there = self.tokens >= 1
        if is_there:
            self.tokens -= 1
        return is_there


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(code=1008, reason="Bitte langsamer: 20 Nachrichten pro Sekunde.")
                break
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: it waits a little, alone, and then closes
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

import asyncio


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await asyncio.sleep(0.3)
                await connection.close(1008, "too many messages")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% what passes goes to all: and something is put before it
# Not yet: somebody said b'0 <...>' and more, and "somebody: b'0 <...>'" was heard. What passes is sent on as it came.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, f"somebody: {message}")
    finally:
        guests.discard(connection)


# %% nobody else may suffer: whoever has the same address is closed, too
# Not yet: during the flood somebody else said 20 things, slowly, and <...> did not come through. Whom does a flood
# end for?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


banned = set()


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    address = connection.remote_address[0]
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                banned.add(address)
            if address in banned:
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% its own tokens: one time for all
# Not yet: there were two new buckets. The first was asked until it was empty, and then the second gave nothing. What
# do they share?

class Bucket:
    at = 0
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens = burst
        Bucket.at = max(Bucket.at, now)
    def take(self, now):
        if now < Bucket.at: return False
        self.tokens = min(self.burst, self.tokens + (now - Bucket.at) * self.rate)
        Bucket.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


# %% what passes goes to all: and so does the one that is refused
# Not yet: of the flood <...> messages came through, and its bucket had given <...> tokens. What becomes of the message
# for which there is none?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.at = rate, burst, burst, now
    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "too many messages")
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% 20 a second: half as many
# Not yet: somebody said 38 things at once, and then 10 more, one each 0.05 s. Of these <...> did not come through. How
# many tokens come each second, in your handler?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(10, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% 20 a second: five times as many
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave <...>
# tokens, and half a second after that <...> more. With 20 a second and a burst of 40 these are 40 and 10.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(100, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% in parts: what is over beside whole tokens is lost
# Not yet: Bucket(<...>, <...>, <...>) was empty, and asked three times after each 1.5/<...> s, for 20 of them. It gave <...>,
# and not 30. What becomes of a part of a token?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.last = rate, burst, burst, now

    def take(self, now):
        new = int((now - self.last) * self.rate)
        if new:
            self.tokens = min(self.burst, self.tokens + new)
            self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "20 messages a second, please")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% its own rate and burst: those of the last that was made
# Not yet: Bucket(<...>, <...>, <...>) was empty when Bucket(<...>, <...>, <...>) was made. 1000 s later, by `now`, it was
# asked <...> times, and gave <...>, not <...>. What do they share?

class Bucket:
    def __init__(self, rate, burst, now):
        Bucket.rate, Bucket.burst = rate, burst
        self.tokens, self.last = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "20 messages a second, please")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% 20 a second: twice as many
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave 40
# tokens, and half a second after that 20 more. With 20 a second and a burst of 40 these are 40 and 10.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.last = rate, burst, burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(40, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "20 messages a second, please")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% what passes goes to all: without the blanks at its ends
# Not yet: somebody said b'0 <...> ' and more, and b'0 <...>' was heard. What passes is sent on as it came.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.last = rate, burst, burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
        self.last = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "20 messages a second, please")
                return
            broadcast(guests, message.strip())
    finally:
        guests.discard(connection)


# %% what passes goes to all: as a text, whatever it was
# Not yet: somebody said b'0 <...> ' and more, and "b'0 <...> '" was heard. What passes is sent on as it came.

import time

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.at = rate, burst, burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

guests = set()

async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                break
            broadcast(guests, f"{message}")
    except ConnectionClosed:
        pass
    finally:
        guests.discard(connection)


# %% closed with 1008: only at the third message for which there is none
# Not yet: somebody sent <...> messages within <...> s, and 3 s later the connection is still open. What becomes of one
# who has no token left?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    refused = 0
    try:
        async for message in connection:
            if bucket.take(time.monotonic()):
                broadcast(guests, message)
                continue
            refused += 1
            if refused == 3:
                await connection.close(1008, "too many messages")
    finally:
        guests.discard(connection)


# %% what passes goes to all: but nothing empty
# Not yet: a guest said an empty text, and somebody who is here did not hear it. What passes goes to all.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not message:
                continue
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "too many messages")
                break
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: who says nothing for two seconds is sent away
# Not yet: the handler returned while its guest was still there, so the server said goodbye. What keeps a handler
# busy?

import asyncio
import time

from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed

guests = set()


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        while True:
            message = await asyncio.wait_for(connection.recv(), 2)
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                break
            broadcast(guests, message)
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        guests.remove(connection)


# %% in the handler: who is cut off stays among the guests
# Not yet: <...> connections have ended, and guests still has 1 of them. A connection is in it from its beginning to its
# end.

import time

from websockets.asyncio.server import broadcast

guests = set()


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    async for message in connection:
        if not bucket.take(time.monotonic()):
            await connection.close(1008, "more than 20 messages a second")
            break
        broadcast(guests, message)
    guests.discard(connection)



# %% in the handler: who is cut off, or closed, stays among the guests
# Not yet: <...> connections have ended, and guests still has <...> of them. A connection is in it from its beginning to
# its end.

import time

from websockets.asyncio.server import broadcast

guests = set()


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    async for message in connection:
        if not bucket.take(time.monotonic()):
            await connection.close(1008, "more than 20 messages a second")
            return
        broadcast(guests, message)
    guests.discard(connection)


# %% at most burst: what came while it was full is kept as credit
# Not yet: a new Bucket(<...>, <...>, <...>) was asked 0 times. 1000 s later, by `now`, it was asked <...> times, and gave
# <...>, not <...>. It is full then, and not more.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        if self.tokens < 1:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% at most burst: what came while it was half empty is kept as credit
# Not yet: a new Bucket(<...>, <...>, <...>) was asked <...> times. 1000 s later, by `now`, it was asked <...> times, and gave
# <...>, not <...>. It is full then, and not more.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        if self.tokens == self.burst:
            self.at = now
        if self.tokens < 1:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: who has taken the last token is closed at once
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
            if bucket.tokens < 1:
                await connection.close(1008, "no token left")
                break
    finally:
        guests.discard(connection)


# %% 20 a second: five times as many, and who has taken the last token is closed at once
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave 40
# tokens, and half a second after that 40 more. With 20 a second and a burst of 40 these are 40 and 10.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(100, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
            if bucket.tokens < 1:
                await connection.close(1008, "no token left")
                break
    finally:
        guests.discard(connection)


# %% new ones come: it looks whether there are tokens before these have come
# Not yet: somebody said <...> things, until no whole token was left, and 0.5 s later one more, which did not come
# through. How many tokens are there by then?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if bucket.tokens < 1:
                await connection.close(1008, "no token left")
                break
            bucket.take(time.monotonic())
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: one after the other is sent it
# Not yet: somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else said 20 things,
# slowly, and <...> had not come through 3 s later. Who waits for whom?

from contextlib import suppress

from websockets.exceptions import ConnectionClosed

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in list(guests):
                with suppress(ConnectionClosed):
                    await guest.send(message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: all are sent it at once, and waited for
# Not yet: somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else said 20 things,
# slowly, and <...> had not come through 3 s later. Who waits for whom?

import asyncio

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            await asyncio.gather(*(guest.send(message) for guest in guests), return_exceptions=True)
    finally:
        guests.discard(connection)


# %% right: a guest is none any more as soon as it is closed
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

from contextlib import suppress

from websockets.exceptions import ConnectionClosed

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                guests.discard(connection)
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in list(guests):
                with suppress(ConnectionClosed):
                    await guest.send(message)
    finally:
        guests.discard(connection)


# %% goes to all, once: to all of them for each of them
# Not yet: somebody said <...> once, and somebody heard it 3 times. What passes goes to all, once.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in list(guests):
                broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% goes to all, once: and once more to the one who said it
# Not yet: somebody said <...> once, and somebody heard it 2 times. What passes goes to all, once.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
            await connection.send(message)
    finally:
        guests.discard(connection)


# %% what passes goes to all: not the message for the last token
# Not yet: of the flood <...> messages came through, and its bucket had given <...> tokens. What becomes of a
# message for which there was one?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()) or bucket.tokens < 1:
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a guest with no token left: one with one left is closed, too
# Not yet: the flood was closed after <...> messages, when there were 1.<...> tokens in its bucket. Whom does your handler
# close?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            bucket.take(time.monotonic())
            broadcast(guests, message)
            if bucket.tokens < 2:
                await connection.close(1008, "more than 20 messages a second")
                return
    finally:
        guests.discard(connection)


# %% a burst of 40: 38, of a bucket that is no class
# Not yet: somebody who had said nothing before said 40 things at once, and <...> of them did not come through. How many
# tokens are there at first?

from types import SimpleNamespace


def Bucket(rate, burst, now):
    tokens, at = float(burst), now

    def take(now):
        nonlocal tokens, at
        tokens, at = min(burst, tokens + (now - at) * rate), now
        if tokens < 1:
            return False
        tokens -= 1
        return True

    return SimpleNamespace(take=take)


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 38, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a message costs one: it rounds
# Not yet: a new Bucket(<...>, <...>, <...>) was asked <...> times at once. Then it was empty, and asked 0.6/<...>
# s, 0.9/<...> s and 1.1/<...> s later: it gave [1, 0, 0] tokens, and not [0, 0, 1]. A message costs a whole one.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if round(self.tokens) < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% a message costs one: half of one is enough
# Not yet: a new Bucket(<...>, <...>, <...>) was asked <...> times at once. Then it was empty, and asked 0.6/<...>
# s, 0.9/<...> s and 1.1/<...> s later: it gave [1, 0, 0] tokens, and not [0, 0, 1]. A message costs a whole one.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 0.5:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: each is waited for, for half a second at most
# Not yet: somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else said 20 things,
# slowly, and <...> had not come through 3 s later. Who waits for whom?

import asyncio
from contextlib import suppress

from websockets.exceptions import ConnectionClosed


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in list(guests):
                with suppress(TimeoutError, ConnectionClosed):
                    await asyncio.wait_for(guest.send(message), 0.5)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: all are waited for at once, for half a second at most
# Not yet: somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else said 20 things,
# slowly, and <...> had not come through 3 s later. Who waits for whom?

import asyncio


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            sending = (asyncio.wait_for(guest.send(message), 0.5) for guest in guests)
            await asyncio.gather(*sending, return_exceptions=True)
    finally:
        guests.discard(connection)


# %% nobody else may suffer: each is waited for, for a tenth of a second at most
# Not yet: somebody flooded, was closed, and does not answer the Close frame. Meanwhile somebody else waited <...> ms to be
# heard, and one time in twenty longer. Who waits for whom?

import asyncio
from contextlib import suppress

from websockets.exceptions import ConnectionClosed


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in list(guests):
                with suppress(TimeoutError, ConnectionClosed):
                    await asyncio.wait_for(guest.send(message), 0.1)
    finally:
        guests.discard(connection)


# %% what passes goes to all: and so does the one that is refused, where take is looked up once
# Not yet: of the flood <...> messages came through, and its bucket had given <...> tokens. What becomes of the
# message for which there is none?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    take = Bucket(20, 40, time.monotonic()).take
    try:
        async for message in connection:
            has_token = take(time.monotonic())
            broadcast(guests, message)
            if not has_token:
                await connection.close(1008, "more than 20 messages a second")
                return
    finally:
        guests.discard(connection)


# %% what passes goes to all: and so does the one that is refused, by an inherited take
# Not yet: of the flood <...> messages came through, and its bucket had given <...> tokens. What becomes of the
# message for which there is none?

class Limit:
    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Bucket(Limit):
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            has_token = bucket.take(time.monotonic())
            broadcast(guests, message)
            if not has_token:
                await connection.close(1008, "more than 20 messages a second")
                return
    finally:
        guests.discard(connection)


# %% what passes goes to all: and so does the one that is refused, by an async take
# Not yet: of the flood <...> messages came through, and its bucket had given <...> tokens. What becomes of the
# message for which there is none?

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    async def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            has_token = await bucket.take(time.monotonic())
            broadcast(guests, message)
            if not has_token:
                await connection.close(1008, "more than 20 messages a second")
                return
    finally:
        guests.discard(connection)


# %% 20 a second: five times as many, where take is looked up once
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave 40
# tokens, and half a second after that <...> more. With 20 a second and a burst of 40 these are 40 and 10.

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def handler(connection):
    guests.add(connection)
    take = Bucket(100, 40, time.monotonic()).take
    try:
        async for message in connection:
            if not take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% 20 a second: five times as many, by an inherited take
# Not yet: the bucket that your handler had made for the flood was asked once more, 1000 s later, by `now`: it gave 40
# tokens, and half a second after that <...> more. With 20 a second and a burst of 40 these are 40 and 10.

class Limit:
    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Bucket(Limit):
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(100, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: an inherited take, looked up once
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

class Limit:
    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Bucket(Limit):
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now


async def handler(connection):
    guests.add(connection)
    take = Bucket(20, 40, time.monotonic()).take
    try:
        async for message in connection:
            if not take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: an async take, in a bucket that knows a time instead of tokens
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

class Bucket:
    def __init__(self, rate, burst, now):
        self.each, self.most = 1 / rate, burst / rate
        self.paid_until = now - self.most

    async def take(self, now):
        paid_until = max(self.paid_until, now - self.most) + self.each
        if paid_until > now + 1e-9:
            return False
        self.paid_until = paid_until
        return True


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not await bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            broadcast(guests, message)
    finally:
        guests.discard(connection)


# %% right: each send is a task, and nobody waits for it
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

import asyncio
from contextlib import suppress

from websockets.exceptions import ConnectionClosed

sending = set()


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def send(guest, message):
    with suppress(ConnectionClosed):
        await guest.send(message)


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in guests:
                task = asyncio.create_task(send(guest, message))
                sending.add(task)
                task.add_done_callback(sending.discard)
    finally:
        guests.discard(connection)


# %% right: each guest has a queue and a writer, which is cancelled with what it has left
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

import asyncio

from websockets.exceptions import ConnectionClosed

queues = {}


class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def take(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


async def write(connection):
    try:
        while True:
            await connection.send(await queues[connection].get())
    except ConnectionClosed:
        pass


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    queues[connection] = asyncio.Queue()
    writer = asyncio.create_task(write(connection))
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                return
            for guest in guests:
                queues[guest].put_nowait(message)
    finally:
        guests.discard(connection)
        del queues[connection]
        writer.cancel()


# %% right: a bucket that fills itself first, and then asks itself again
# Solved: bursts pass, a flood ends with 1008 and a reason, and nobody else waited.

import time

from websockets.asyncio.server import broadcast

guests = set()

class Bucket:
    def __init__(self, rate, burst, now):
        self.rate, self.burst, self.tokens, self.last = rate, burst, burst, now

    def take(self, now):
        if now > self.last:
            self.tokens = min(self.burst, self.tokens + (now - self.last) * self.rate)
            self.last = now
            return self.take(now)
        if self.tokens >= 1:
            self.tokens -= 1
            return True
        return False

async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "too many messages")
                break
            broadcast(guests, message)
    finally:
        guests.discard(connection)
