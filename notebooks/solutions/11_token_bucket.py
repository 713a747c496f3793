import time

from websockets.asyncio.server import broadcast
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


guests = set()


async def handler(connection):
    guests.add(connection)
    bucket = Bucket(20, 40, time.monotonic())
    try:
        async for message in connection:
            if not bucket.take(time.monotonic()):
                await connection.close(1008, "more than 20 messages a second")
                break
            broadcast(guests, message)
    except ConnectionClosed:
        pass  # no goodbye, or an unusual one
    finally:
        guests.remove(connection)
