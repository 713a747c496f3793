"""The quiz of notebook 02, Talk to an echo server."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "You have just written `ws = new WebSocket(url)`. May you send?",
        {
            "Yes, at once": (False, "`readyState` is 0, and `send` raises an InvalidStateError."),
            "Once `open` has fired": (True, "Then the handshake is over, and `readyState` is 1."),
            "Once a message has come": (False, "An echo server never speaks first: you would wait forever."),
        },
    ),
    (
        "`ws.send(text)` has returned. What do you know?",
        {
            "The server has the message": (False, "It may still be in your machine, or lost on the way."),
            "It was handed over, no more": (True, "Only an answer proves that it arrived."),
            "Nobody has closed the connection": (False, "`send` on a closed connection does not complain."),
        },
    ),
    (
        "You send a text of 100,000 letters. How many `message` events does the other side get?",
        {
            "One": (True, "A message event is a whole message, however many packets it took."),
            "One for each TCP packet": (False, "The pieces are put together before anything fires."),
            "Nobody can know": (False, "One `send` is one message, and one message is one event."),
        },
    ),
    (
        "An `error` event has fired. What does it say about the cause?",
        {
            "A close code": (False, "The `close` event has that, and it follows."),
            "Nothing": (True, "Only that the connection failed. A browser keeps the reason from the page."),
            "An exception with a traceback": (False, "Trouble on the network is told as events."),
        },
    ),
)
