"""Three people on networks that do everything to them: whatever happens, they end with one and the same room."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from chatlib import ChatClient, background
from chatlib.chaos import Proxy
from chatlib.limits import Limits
from chatlib.server.chat_server import ChatServer
from chatlib.server.settings import Settings
from chatlib.transcript import Entry, Gap, Message, Notice
from tests.support.chat_fakes import Watch

STEPS = 120
SECONDS = 60


def disturb(proxy: Proxy, turns: random.Random) -> None:
    """Do one bad thing to a network, or mend it."""
    match turns.randrange(6):
        case 0:
            proxy.cut()
        case 1:
            proxy.cut(after_bytes=turns.randrange(1, 3000))
        case 2:
            proxy.delay(turns.uniform(0, 0.05), jitter=0.02)
        case 3:
            proxy.throttle(turns.choice([None, 20_000, 100_000]))
        case 4:
            proxy.refuse()
        case 5:
            proxy.heal()


def act(client: ChatClient, turns: random.Random) -> list[str]:
    """Let somebody do something; return the ids of what was said."""
    match turns.randrange(8):
        case 0:
            client.rename(turns.choice("ABCDE"))
        case 1:
            client.send(" ")
        case 2:
            client.typing()
        case _:
            return [client.send(f"{turns.random()}" * turns.choice([1, 1, 50])) for _ in range(turns.randrange(1, 6))]
    return []


def places(client: ChatClient) -> list[str | None]:
    """What was placed, in order, and the gaps."""
    return ["a gap" if isinstance(entry, Gap) else entry.seq for entry in client.transcript if was_placed(entry)]


async def told(clients: list[ChatClient], condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds; it is asked after every event of each: who hears last is not known."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()
    with ExitStack() as stack:
        for client in clients:
            stack.callback(client.subscribe(lambda _: loop.call_soon_threadsafe(news.set)))
        async with asyncio.timeout(SECONDS):
            while not condition():
                news.clear()
                await news.wait()


def was_placed(entry: Entry) -> bool:
    return not isinstance(entry, Message) or entry.state == "delivered"


@pytest.mark.parametrize("rate", [0, 100])
@pytest.mark.parametrize("seat_held", [10, 0.02])
@pytest.mark.parametrize("seed", range(5))
async def test_everyone_ends_with_the_same_room(seed: int, seat_held: float, rate: float) -> None:
    """One transcript, one list of people, everyone's own messages in their order; the events tell it as it is."""
    turns = random.Random(seed)
    server = ChatServer(settings=Settings(limits=Limits(seat_held=seat_held, rate=rate)))
    background.run(server.start())
    proxies = [Proxy("127.0.0.1", server.port, rng=random.Random(seed)) for _ in range(3)]
    witness = ChatClient(f"ws://127.0.0.1:{server.port}", name="Witness")
    await witness.joined()
    clients = [ChatClient(proxy.url, name=name) for proxy, name in zip(proxies, "ABC", strict=True)]
    said: dict[ChatClient, list[str]] = {}
    for client in clients:
        await client.joined()
        said[client] = []
    watches = {client: Watch(client) for client in clients}
    try:
        for _ in range(STEPS):
            client = turns.choice(clients)
            said[client] += act(client, turns)
            if turns.random() < 0.4:
                disturb(turns.choice(proxies), turns)
            await asyncio.sleep(turns.uniform(0, 0.03))  # the storm's own pace, not a wait for anything
        for proxy in proxies:
            proxy.heal()
        async with asyncio.timeout(SECONDS):
            for client, ids in said.items():
                for id_ in ids:
                    await client.delivered(id_)
        everybody = [witness, *clients]
        await told(everybody, lambda: {client.name for client in everybody} == set(witness.people))
        end = (await witness.delivered(witness.send("the end"))).id
        for client, watch in watches.items():
            await watch.until(lambda client=client: any(m.id == end for m in client.messages))  # type: ignore[misc]
            first = next(entry.seq for entry in client.transcript if isinstance(entry, Notice))
            assert places(client) == places(witness)[places(witness).index(first) :]
            assert [m.id for m in client.messages if m.own and was_placed(m)] == said[client]
            assert set(client.people) == set(witness.people)
            await watch.until(lambda client=client, watch=watch: watch.transcript() == client.transcript)  # type: ignore[misc]
    finally:
        for closing in (witness, *clients):
            closing.close()
        for proxy in proxies:
            proxy.stop()
        await asyncio.to_thread(background.run, server.stop())
