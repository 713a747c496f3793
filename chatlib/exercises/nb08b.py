"""The exercises of notebook 08b, Chat between notebooks: be Bo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from chatlib.client.chat_client import ChatClient
from chatlib.exercises.company import SECONDS, people
from chatlib.exercises.quizzes.nb08b import QUIZ as QUIZ
from chatlib.exercises.verdict import NotYet, exercise, result_of


@exercise
async def ex1(watch_typing: Callable[..., Any]) -> str:
    """Tell who is writing: Bo and Cleo write, Bo says something, and somebody comes."""
    names: list[str] = []
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def tell(name: str) -> None:
        names.append(name)
        loop.call_soon_threadsafe(news.set)

    async with people("Ada", "Bo", "Cleo") as (ada, bo, cleo):
        await result_of(watch_typing, ada, tell)
        for writer in (bo, cleo):
            news.clear()
            writer.typing()
            try:
                await asyncio.wait_for(news.wait(), 2)
            except TimeoutError:
                raise NotYet(f"{writer.name} was writing, and you were not told. To whom can you subscribe?") from None
            if names[-1] != writer.name:
                raise NotYet(f"{writer.name} was writing, and you told {names[-1]!r}. An event has fields.")
        await bo.delivered(bo.send("I have written it."))
        await ada.until(lambda: ada.messages, timeout=SECONDS)
        cleo.close()
        await ada.until(lambda: len(ada.people) == 2, timeout=SECONDS)
    if names != ["Bo", "Cleo"]:
        raise NotYet(f"Bo wrote, then Cleo, and you told {names}. There are other events, too.")
    return "you were told of everybody who was writing, and of nothing else."


@exercise
async def ex2(bytes_of: Callable[[ChatClient, str], Any]) -> str:
    """Find the bytes of one's own message, among others'."""
    async with people("Ada", "Bo") as (ada, bo):
        for text in ("the first", "你好", "the last"):
            sent = ada.send(text)
            await ada.delivered(sent)
            await bo.delivered(bo.send(text))
            out, back = (sighting.raw for sighting in ada.sightings(sent))
            found = await result_of(bytes_of, ada, sent)
            if found is None:
                raise NotYet("you returned None. Which method of the client finds frames by a message's id?")
            if not isinstance(found, bytes):
                raise NotYet(f"you returned {type(found).__name__}, and not the bytes.")
            if found == back:
                raise NotYet("this frame came back from the server: it is not masked. Look for the other one.")
            if text.encode() in found:
                raise NotYet("these bytes can be read as they are. What does a client do to each frame that it sends?")
            if found != out:
                raise NotYet(f"{len(found)} bytes, and the frame had {len(out)}. Which message were they?")
    return "these are the bytes that went over the wire, mask and all."
