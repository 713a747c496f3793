"""Waiting for a message to be placed, and for being in the room."""

from __future__ import annotations

import asyncio

import pytest

from chatlib import background
from chatlib.errors import JoinError, NotDelivered
from chatlib.transcript import Message
from tests.support.chat_fakes import Join, Watch, within


async def test_joined_and_delivered_can_be_awaited_on_any_loop(join: Join) -> None:
    """Two loops, neither the background one."""
    client = join()

    async def elsewhere() -> Message:
        await client.joined()
        return await client.delivered(client.send("from another loop"))

    message = await asyncio.to_thread(asyncio.run, elsewhere())
    assert message.msg == "from another loop"
    assert await client.delivered(message.id) == message
    assert await asyncio.wrap_future(background.submit(client.delivered(message.id))) == message


async def test_delivered_of_an_id_that_was_never_sent_is_a_key_error(join: Join) -> None:
    """Waiting for it would be waiting for ever."""
    with pytest.raises(KeyError, match="nobody"):
        await join().delivered("nobody's")


async def test_after_close_everything_answers_at_once(join: Join) -> None:
    """What was delivered stays so; what is sent now fails; joined() says why there is no joining, timeout or not."""
    client = join()
    early = client.send("early")
    await client.delivered(early)
    watch = Watch(client)
    client.close()
    await watch.closed()
    late = client.send("late")
    with pytest.raises(NotDelivered, match="closed"):
        await within(client.delivered(late))
    with pytest.raises(JoinError, match="closed"):
        await within(client.joined(timeout=60))
    assert (await within(client.delivered(early))) is not None
    assert [(m.msg, m.state) for m in client.messages] == [("early", "delivered"), ("late", "failed")]


async def test_a_cancelled_wait_disturbs_nobody(join: Join) -> None:
    """Another waits for the same message, and gets it."""
    client = join()
    id_ = client.send("hi")
    impatient = asyncio.ensure_future(client.delivered(id_))
    patient = asyncio.ensure_future(client.delivered(id_))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await within(patient)) is not None
