"""The quiz of notebook 11, Keep intruders out."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "A page of evil.example opens a WebSocket to your chat. Who can refuse it?",
        {
            "The browser: the same-origin policy forbids it": (False, "That policy does not cover WebSockets."),
            "Your server, which reads Origin": (True, "The browser says who asks, and the server decides."),
            "The cookie, if it is SameSite=Strict": (
                False,
                "The cookie is not sent then, and the connection opens all the same. "
                "From another port of the host it is sent.",
            ),
        },
    ),
    (
        "Host and Origin of a request are both evil.example:3000. What is that?",
        {
            "A page of our own: they are equal": (False, "They are equal, and neither is a name of ours."),
            "DNS rebinding": (True, "The name leads to this machine now. Host still says which name it was."),
            "A mistake of the browser": (False, "It writes the name that is in the address."),
        },
    ),
    (
        "Your page shows names and messages with `textContent`, and the time with `innerHTML`. Is it safe?",
        {
            "Yes: the server makes the time": (False, "Only if it never passes on a time that a client sent."),
            "No": (True, "One place that takes HTML is enough. People have been caught by just that."),
        },
    ),
    (
        "Somebody sends 500 messages a second. What should the server do?",
        {
            "Send them on: a server has to be fast": (False, "Then everybody pays for one."),
            "Drop what is too much, and say nothing": (
                False,
                "An honest program does not know what is wrong, and sends it again.",
            ),
            "Close with 1008, and say why": (True, "Whoever wrote that client can read it, and fix the bug."),
        },
    ),
    (
        "What does `wss` protect?",
        {
            "The bytes on their way": (True, "Nobody in between can read or change them."),
            "The server, from bad messages": (False, "They come encrypted, and are as bad."),
            "The chat, from pages of other origins": (False, "Their connections are encrypted, too."),
        },
    ),
)
