"""What the notebooks ask before a cell shows it, as plain data.

PREDICTIONS maps a notebook's number and the id of the cell that shows the answer to a question and its choices, each
with whether it is right, and why. The prediction is the code cell before that one.
"""

from __future__ import annotations

from typing import Final

Prediction = tuple[str, dict[str, tuple[bool, str]]]

PREDICTIONS: Final[dict[str, Prediction]] = {
    "00 talk-to-a-server-cell": (
        "We say something to an echo server. What does it answer?",
        {
            "Nothing: it only listens": (False, "Then it would be no echo."),
            "The same words": (True, "An echo server sends back what it gets, as it came."),
            "A greeting": (False, "It has no words of its own."),
        },
    ),
    "01 talk-and-listen": (
        "Must a client wait for the first answer before it sends again?",
        {
            "Yes: receiving blocks sending": (False, "That is half duplex, or HTTP. Here each direction is free."),
            "No": (True, "The connection is full duplex: what goes out does not wait for what comes in."),
        },
    ),
    "01 three-idle-ways": (
        "We connect to the chat, and say nothing. Will anything come?",
        {
            "No: a server only answers": (False, "That is HTTP. On a WebSocket either side may begin."),
            "Yes": (True, "The server says welcome, and nobody asked it to."),
        },
    ),
    "02 meet-an-error": (
        "Nobody listens at the address. How does your program learn why?",
        {
            "An exception is raised": (False, "Trouble on the network is told as events."),
            "The `error` event says why": (False, "It says nothing, on purpose. `close` follows, with 1006."),
            "It does not": (True, "`error`, then `close` with 1006: the connection failed, and that is all."),
        },
    ),
    "02 right-after-send": (
        "How many answers are there right after `send`, and after we waited for one?",
        {
            "1 and 1: `send` waits until it has arrived": (False, "`send` only hands over, and returns at once."),
            "0 and 1": (True, "`send` does not wait. The answer comes a moment later."),
            "0 and 0": (False, "The echo does answer, a moment later."),
        },
    ),
    "03 right-after-close": (
        "What is `readyState` right after `close()`?",
        {
            "3: it is closed now": (False, "First the other side has to answer with its own Close frame."),
            "2": (True, "CLOSING: `close()` begins a conversation, and the `close` event ends it."),
            "1": (False, "`close()` changes the state before it returns."),
        },
    ),
    "03 cut-the-cable": (
        "The cable is cut, and both ends notice. Which code does the client see, and who sent it?",
        {
            "1006, from the server": (False, "The server could send nothing, and no Close frame may hold 1006."),
            "1006, from nobody": (True, "The client's own end writes it down: no Close frame came."),
            "1000, from the client": (False, "1000 is a goodbye, and nobody said one."),
        },
    ),
    "03 send-into-the-frost": (
        "The network is frozen, and we send. What happens?",
        {
            "`send` raises an exception": (False, "It cannot know."),
            "`readyState` is no longer OPEN": (False, "OPEN is what your own end believes, and nobody told it."),
            "Nothing that we can see": (True, "OPEN does not mean that the other side is alive."),
        },
    ),
    "04 two-hellos": (
        "We send `Hello` twice. Are the two frames equal?",
        {
            "Yes: the same text, the same bytes": (False, "Each frame has a new mask, which is mixed into the text."),
            "No": (True, "Four new random bytes for each frame. Mixed out again, the text is the same."),
        },
    ),
    "04 one-byte-at-a-time": (
        "These frames reach the server in pieces of one byte. How many frames does it find?",
        {
            "One for each piece": (False, "How bytes fall into packets says nothing about frames."),
            "As many as were sent": (True, "A frame says how long it is, so the reader waits for the rest."),
            "One": (False, "Each frame has a head of its own."),
        },
    ),
    "04 server-gives-up": (
        "The network is silent, and the server's pings get no pong. What does the page learn?",
        {
            "Pings tell it: `close` fires": (False, "A browser answers a ping by itself, and shows the page none."),
            "Nothing": (True, "The server closes, but the page has to ask for itself, with messages and a clock."),
        },
    ),
    "05 block-the-loop": (
        "A task counts a hundred times a second. How far does it come during `time.sleep(1)`?",
        {
            "About 100: only this cell sleeps": (False, "The whole thread sleeps, and the loop with it."),
            "0": (True, "Nothing on this loop gets a turn. `await asyncio.sleep(1)` would let it count."),
        },
    ),
    "05 run-the-greedy": (
        "Each of the two writes three lines, with an `await nothing()` after each. In which order?",
        {
            "In turns, as every `await` gives the turn away": (
                False,
                "There was nothing to wait for, so it kept its turn.",
            ),
            "First `a`, then `b`": (True, "An `await` that need not wait goes on at once."),
        },
    ),
    "05 two-receivers": (
        "Two tasks call `recv()` on one connection. What happens?",
        {
            "Each gets every second message": (False, "Nobody could say who gets which, so it is refused."),
            "Both get every message": (False, "A message is received once."),
            "An error": (True, "One task receives, and gives the others what they need."),
        },
    ),
    "06 count-handlers": (
        "A client sends three messages. How often does the handler start?",
        {
            "Three times, once for each message": (False, "That is how often the loop in it goes round."),
            "Once": (True, "Once for each connection."),
        },
    ),
    "06 a-and-the-ghost": (
        "A speaks, with a ghost in the registry. What happens to A?",
        {
            "Nothing: the ghost is left out": (False, "The loop sends to everybody in the registry."),
            "A is closed": (True, "`send` to the ghost raises in A's handler, so A's handler ends."),
            "The ghost is taken out": (False, "Nobody catches the exception, so nobody does that."),
        },
    ),
    "06 broadcast-to-d": (
        "One page does not read, and `broadcast` does not wait. Where are the 20,000 messages?",
        {
            "Gone: a slow page harms nobody": (
                False,
                "They take 20 MB of the server's memory, for one page.",
            ),
            "In the network": (False, "The buffers on the way are full after the first few thousand."),
            "In the server's memory": (True, "So a server needs a limit, and must drop a page that falls behind."),
        },
    ),
    "07 cut-cleo": (
        "Cleo's cable is cut, and Ada says goodbye with 4001. What does Bo hear of the two?",
        {
            "That both have left": (False, "The line below the loop was reached for neither."),
            "That Ada has left": (
                False,
                "After 4001 `async for` raises; only 1000, 1001 and 1005 end quietly.",
            ),
            "Nothing": (True, "What must be done in any case belongs in `finally`."),
        },
    ),
    "08a say-hello": (
        "When is a message `delivered`?",
        {
            "When `send` has returned": (False, "Then it is `sending`: nobody knows how far it came."),
            "When the sender's own id comes back": (True, "That is the acknowledgement."),
            "When everybody has read it": (False, "No program can know that."),
        },
    ),
    "08a send-markup": (
        "Somebody writes `<b>Is this bold?</b>`. What does the room see?",
        {
            "Bold words": (False, "Then an image that cannot be loaded could run a script, in your page."),
            "Exactly what was written": (True, "What people write is text, and stays text."),
        },
    ),
    "08b come-late": (
        "Bo said hello a moment ago. Does somebody who comes in only now know about it?",
        {
            "No: a message goes to those who are here": (False, "The server keeps the last messages of a room."),
            "Yes": (True, "The welcome brings the history along."),
        },
    ),
    "08b come-back-heal": (
        "Cleo's connection was cut. She connects again, with a new WebSocket. Who is that, to the server?",
        {
            "Cleo: reconnecting restores the old connection": (
                False,
                "A new connection knows nothing of the old one: not what she missed, nor what she has already.",
            ),
            "By itself, a newcomer": (True, "Her client has to say who she was, and which message it heard last."),
        },
    ),
    "08b come-back-meanwhile": (
        "A server with 500 clients restarts. When should a client try again?",
        {
            "At once, in a loop, until it works": (False, "500 in a loop bring the server down again."),
            "After exactly one second": (False, "Then all 500 come in the same moment, one second later."),
            "After a random time, up to a limit that grows": (True, "So they do not come all at once."),
        },
    ),
    "09a who-notices": (
        "The cable is frozen, and the server pings. What do the two ends know after some seconds?",
        {
            "Both know that the other is gone": (False, "The server asked and got no answer. Who told the page?"),
            "The server gives up, and the page believes that all is well": (
                True,
                "Whoever asks, and looks at a clock, notices. The page does neither.",
            ),
            "Neither knows anything": (False, "The server's ping was not answered, and it has a limit for that."),
        },
    ),
    "09a close-into-the-frost": (
        "The page's watchdog calls `close()` on the frozen connection. When does the `close` event fire?",
        {
            "At once: the page wanted it so": (False, "`close()` begins a conversation with the other side."),
            "Not now: nobody answers": (True, "The state is CLOSING. In a browser that may take a minute."),
            "Never, and `close()` raises an exception": (False, "Trouble on the network never raises."),
        },
    ),
    "09b one-cut": (
        "`send()` and hope, over a network that is cut twice. How many of five messages are never seen?",
        {
            "None: TCP repeats what is lost": (
                False,
                "Within one connection. What was on its way when that ended is gone.",
            ),
            "One: the one that was cut in the middle": (False, "And what is said while there is no connection?"),
            "Three": (True, "One was on its way, one was said too late, and one came while Ada was away."),
        },
    ),
    "09b lost-acknowledgement": (
        "The cable is cut right after the server has placed the message. How often is it placed in the end?",
        {
            "Once: the server has it already": (False, "The sender does not know that, and sends it again."),
            "Twice": (True, "Only the acknowledgement was lost. The sender cannot tell, and sends again."),
            "Never: the cable was cut": (False, "It was cut after the message had come."),
        },
    ),
    "09b four-times": (
        "Three reconnects, then the server says one word. How often is it shown?",
        {
            "Once: the old connections are closed": (False, "The listeners are not theirs: they are the socket's."),
            "Three times": (False, "There were three reconnects, and the first connection before them."),
            "Four times": (True, "`open` fired four times, and each time a listener was added."),
        },
    ),
    "10 fill-memory": (
        "26,000 messages of 1 kB go to one page that reads nothing. What does the server have then?",
        {
            "A connection that is CLOSED": (False, "Nobody has said so, and no limit was set."),
            "An OPEN one, and hardly any memory used": (False, "What nobody reads must be somewhere."),
            "An OPEN one, and more than 20 MB in memory": (
                True,
                "`broadcast` keeps all that the system does not take.",
            ),
        },
    ),
    "10 where-is-the-rest": (
        "26 MB were sent, and some 22 MB are in the server's memory. Where is the rest?",
        {
            "Lost": (False, "TCP loses nothing as long as the connection lives."),
            "On the wire": (False, "A wire carries, and does not keep."),
            "In the buffers of the operating system": (True, "At both ends of the connection; each has a limit."),
        },
    ),
    "10 naive": (
        "Bo reads nothing. How many of 1,000 messages do Ada and Cleo hear?",
        {
            "All: a slow client is harmless": (False, "The loop waits in its `send()` to Bo, and they come after him."),
            "None": (False, "Some find room on the way to Bo, and as long as they do, nobody waits."),
            "A few hundred": (True, "As long as there is room on the way to Bo. Then all wait for him."),
        },
    ),
    "10 broadcast": (
        "Now with `broadcast()`: Bo is frozen again. Who pays for 2,000 messages of 1 kB?",
        {
            "Ada and Cleo: they wait": (False, "`broadcast()` has no `await`, so nobody waits."),
            "Bo: he will miss some": (False, "He misses none; all of it is kept for him."),
            "The server: with its memory": (True, "It keeps what the kernels do not take, without a limit."),
        },
    ),
    "90 right-after-send": (
        "How many answers are there right after `send`, and after we waited for one?",
        {
            "1 and 1: `send` waits until it has arrived": (False, "`send` only hands over, and returns at once."),
            "0 and 1": (True, "`send` does not wait. The answer comes a moment later."),
            "0 and 0": (False, "The echo does answer, a moment later."),
        },
    ),
    "90 cut-the-cable": (
        "The cable is cut, and both ends notice. Which code does the client see, and who sent it?",
        {
            "1006, from the server": (False, "The server could send nothing, and no Close frame may hold 1006."),
            "1006, from nobody": (True, "The client's own end writes it down: no Close frame came."),
            "1000, from the client": (False, "1000 is a goodbye, and nobody said one."),
        },
    ),
    "90 count-handlers": (
        "One client sends three messages. What is in the diary?",
        {
            "Three times handler and message": (False, "The handler does not start anew: the loop in it goes on."),
            "Handler once, message three times": (True, "Once for each connection; the loop, once for each message."),
        },
    ),
    "90 frames": (
        "The text `Hi` has two bytes. How many has its frame on the way there, and on the way back?",
        {
            "2 and 2": (False, "A frame says what it is, and how long."),
            "4 and 4": (False, "That is right for the way back. A client's frame has a mask."),
            "8 and 4": (True, "Two bytes of head; and from a client four bytes of mask."),
        },
    ),
    "11 hijack": (
        "Ada is logged in. The evil page, on another port of the same host, opens a WebSocket to the victim. "
        "What does it get?",
        {
            "Nothing: the same-origin policy forbids it": (False, "That policy does not cover WebSockets."),
            "A connection, as a stranger": (False, "The browser adds Ada's cookie by itself."),
            "A connection, as Ada": (True, "The browser connects, and adds her cookie."),
        },
    ),
    "11 rebind": (
        "A page of `http://evil.example:3000` asks a server that compares Origin with Host. Does that stop it?",
        {
            "Yes: the page came from the internet": (False, "The server sees two headers, and both say evil.example."),
            "No": (True, "Both headers say evil.example, so they are equal."),
        },
    ),
    "11 script-in-time": (
        "Names and messages are text now. Is the page safe?",
        {
            "Yes: people write nothing else": (
                False,
                "A program writes whatever it likes, where a time should be, too.",
            ),
            "No: the time comes from a client, too": (True, "And the page takes it for HTML."),
        },
    ),
    "11 flood": (
        "The bucket holds 40 tokens, and 20 come each second. 300 messages come within a second. What happens?",
        {
            "20 pass, and the others wait": (False, "Nobody keeps them: a flood would fill the memory."),
            "About 40 pass, and then the connection is closed": (True, "The bucket was full, and then it is empty."),
            "All pass, a little later": (False, "Then there would be no limit."),
        },
    ),
}
