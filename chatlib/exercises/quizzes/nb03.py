"""The quiz of notebook 03, Watch a connection live and die."""

from __future__ import annotations

from typing import Final

QUIZ: Final = (
    (
        "`readyState` is 1. What do you know?",
        {
            "The other side is alive": (
                False,
                "It was. Since then the network may have fallen silent, and nobody told you.",
            ),
            "The handshake has succeeded, and no end has been noticed": (True, "OPEN is what your own end believes."),
            "All that was sent has arrived": (False, "Sending changes no state, and neither does losing a message."),
        },
    ),
    (
        "You call `ws.close(1000)`. When is the connection closed?",
        {
            "When `close()` returns": (False, "Then `readyState` is 2: the conversation about the end has begun."),
            "When the `close` event fires": (True, "Then the other side has answered, or could not be waited for."),
            "When the server has sent 1006": (False, "Nobody can send 1006."),
        },
    ),
    (
        "Your log says 1006. Who sent it?",
        {
            "The server, which has crashed": (False, "A crashed server may be the cause, but it sent nothing."),
            "Nobody": (True, "Your own end writes it down when the connection ended without a Close frame."),
            "A proxy on the way": (
                False,
                "A proxy may have cut the connection. But no Close frame may hold this number.",
            ),
        },
    ),
    (
        "The `close` event has `wasClean` true, and code 1011. What happened?",
        {
            "Nothing bad": (False, "Clean says only that both sides said goodbye."),
            "One side could not go on, and said so": (
                True,
                "Its code has a bug, or its ping was not answered. Its reason or its log says which.",
            ),
            "The cable was cut": (False, "Then there is no Close frame, and nothing clean."),
        },
    ),
    (
        "Your server's log is full of closes with 1001. What is wrong?",
        {
            "A bug: connections are lost": (False, "1001 is a goodbye: they go away. A lost connection is 1006."),
            "Nothing: people close their tabs": (True, "A browser says 1001 when a tab goes. It is no error."),
            "The server is overloaded": (False, "It would say so with 1013, or not answer at all."),
        },
    ),
)
