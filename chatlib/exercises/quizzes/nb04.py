"""The quiz of notebook 04, Read the wire."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "What does `Sec-WebSocket-Accept` prove?",
        {
            "That the server is the right one": (False, "Anybody can compute it. TLS can prove who a server is."),
            "That the server has understood this very request": (True, "It was made of the key in the request."),
            "That nobody listens on the way": (False, "Key and answer pass in the open."),
        },
    ),
    (
        "Why does a client mask what it sends?",
        {
            "So that nobody on the way can read it": (False, "The mask is in the frame itself."),
            "So that no page can choose the bytes that it sends": (True, "They could look like HTTP to an old proxy."),
            "To make it shorter": (False, "It makes every frame four bytes longer."),
        },
    ),
    (
        "You send 100,000 letters with one `send`. How many `message` events does the other side see?",
        {
            "One": (True, "An event is a whole message, whatever frames and packets it came in."),
            "One for each frame": (False, "Frames are put together first."),
            "One for each TCP packet": (False, "TCP does not even know where a frame ends."),
        },
    ),
    (
        "A ping comes between two fragments of a message. What happens?",
        {
            "The connection fails with 1002": (False, "A data frame of another message would do that."),
            "The ping is answered, and the message goes on": (True, "Control frames may pass in between."),
            "The message starts again": (False, "A ping has nothing to do with messages."),
        },
    ),
    (
        "The network goes silent, with no goodbye. Who tells a page in a browser?",
        {
            "The server's ping": (False, "It tells the server, when no pong comes back. No page can see a ping."),
            "A `close` event, at once": (False, "A dead network is like a quiet room. A browser may take minutes."),
            "Its own question, when no answer comes": (True, "A message that the server answers, and a clock."),
        },
    ),
    (
        "You capture a server's frame, and its first byte is `c1`. What is it?",
        {
            "A masked text": (False, "The mask bit is the first of the second byte, and servers do not mask."),
            "A compressed text": (True, "`c1` is `81` with RSV1 set: decompress it before you read it."),
            "A broken frame": (False, "Both sides have agreed on it, in Sec-WebSocket-Extensions."),
        },
    ),
    (
        "A page of `http://evil.example` in a user's browser opens a WebSocket to your server on the internet. May it?",
        {
            "No: the same-origin policy forbids it": (False, "That is for `fetch`. It does not hold a WebSocket back."),
            "Yes, unless the server refuses": (
                True,
                "The browser says in `Origin` where the page is from; the server decides.",
            ),
            "Only with `wss`": (False, "`wss` keeps others from reading along. It does not say who may connect."),
        },
    ),
)
