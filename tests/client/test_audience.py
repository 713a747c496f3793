"""Those who are told: each on its own, and each told all of it."""

from __future__ import annotations

import asyncio
import random

import pytest

from chatlib import ChatClient
from chatlib.client.audience import Audience, Subscription
from chatlib.transcript import Added, Message, Pending, People, Reset, Seated, Update
from tests.support.chat_fakes import Join, Watch, texts
from tests.support.waiting import background_busy


async def test_a_listener_that_raises_costs_the_others_nothing(join: Join, capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback is shown, the client counts it, and it is called again."""
    client = join()
    called = []

    def clumsy(event: object) -> None:
        called.append(event)
        raise RuntimeError("clumsy listener")

    client.subscribe(clumsy)
    watch = Watch(client)
    await client.delivered(client.send("hi"))
    await watch.next(Added, lambda event: isinstance(event.entry, Message))
    assert len(called) > 1
    assert "RuntimeError: clumsy listener" in capsys.readouterr().err
    assert "exceptions in listeners" in repr(client)


async def test_whoever_subscribes_misses_nothing_that_comes_after_it(join: Join) -> None:
    """Also where the loop has other work to do first; what was before is in the Reset, and not told once more."""
    client = join()
    await client.joined()
    told: list[Update] = []
    whole: list[Update] = []
    with background_busy():
        before = client.send("before")  # from here on work is due, ahead of any subscription
        client.subscribe(told.append)
        client.subscribe(whole.append, replay=True)
        after = client.send("after")
    for id_ in (before, after):
        await client.delivered(id_)
    assert [_said(update) for update in told] == ["Pending after", "Added before", "Added after"]
    assert [_said(update) for update in whole[1:]] == ["Pending after", "Added before", "Added after"]
    assert isinstance(whole[0], Reset)
    assert [entry.msg for entry in whole[0].transcript if isinstance(entry, Message)] == ["before"]


def _said(update: Update) -> str:
    message = update.entry if isinstance(update, Added) else update.message if isinstance(update, Pending) else None
    assert isinstance(message, Message)
    return f"{type(update).__name__} {message.msg}"


async def test_unsubscribed_is_not_called_again_and_twice_is_once(join: Join) -> None:
    """Ending one subscription leaves the other of the same listener alone."""
    client = join()
    called: list[object] = []
    end_first = client.subscribe(called.append)
    client.subscribe(called.append)
    await client.joined()
    end_first()
    end_first()
    watch = Watch(client)
    await watch.next(Reset)
    called.clear()
    await client.delivered(client.send("hi"))
    await watch.next(Added)
    assert len([e for e in called if isinstance(e, Added)]) == 1


async def test_whoever_subscribes_in_the_middle_has_the_whole_transcript(join: Join) -> None:
    """Replay and events fit together, whenever the listener comes: nothing is missing, nothing is there twice."""
    ada, bo = join(name="Ada"), join(name="Bo")
    await ada.joined()
    await bo.joined()
    watches: list[Watch] = []

    async def talk(client: ChatClient, turns: random.Random) -> None:
        for number in range(150):
            client.send(f"{number}" if turns.random() > 0.1 else " ")
            if turns.random() > 0.9:
                watches.append(Watch(bo))
            await asyncio.sleep(0)

    await asyncio.gather(talk(ada, random.Random(1)), talk(bo, random.Random(2)))
    await ada.delivered(ada.send("end"))
    last = Watch(bo)
    await last.until(lambda: "end" in texts(bo) and all(m.state != "sending" for m in bo.messages))
    await bo.delivered(bo.send("the very end"))
    assert len(watches) > 10
    for watch in watches:
        await watch.until(lambda watch=watch: watch.transcript() == bo.transcript)  # type: ignore[misc]


async def test_people_are_told_once_for_all_that_one_turn_brings(join: Join) -> None:
    """A class that enters at once does not redraw the list thirty times for each of them."""
    client = join(name="Ada")
    await client.joined()
    watch = Watch(client)
    others = [join() for _ in range(30)]
    await asyncio.gather(*(other.joined() for other in others))
    await watch.until(lambda: watch.of(People) and len(watch.of(People)[-1].names) == 31)
    assert len(set(client.people)) == 31


async def test_who_is_here_is_told_once_as_it_is_in_the_end() -> None:
    """Of all that one turn brings only the last list is told, in its place among the rest."""
    told: list[Update] = []
    seat, everybody = Seated("lobby", "Ada", None), People(("Ada", "Bo"))
    Audience().tell([Subscription(told.append), People(("Ada",)), seat, everybody])
    assert told == [seat, everybody]
