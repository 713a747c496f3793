"""What one has asked of a room and it has not answered yet: messages, and a name. A transcript's way out.

Pure, like ``transcript``, which stands on it. What is handed over has not arrived: it stays here until the room
answers, and goes again with the next connection. What must not be here: what was answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatlib import wire

if TYPE_CHECKING:
    from chatlib.transcript import Message


class Outbox:
    """Own messages in the order in which they were said, and the name that is wanted.

    What is due is for the connection that is there now to carry; what it has carried is on its way.
    """

    def __init__(self) -> None:
        self.wish: str | None = None
        """The name that was asked for, until the room gives one or refuses."""
        self._is_wish_due = False
        self._asked = 0  # how often this connection carried a wish that was not answered
        self._messages: dict[str, Message] = {}
        self._due: dict[str, Message] = {}
        self._on_their_way: dict[str, Message] = {}

    @property
    def messages(self) -> list[Message]:
        """All messages without an answer."""
        return list(self._messages.values())

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is due."""
        return not self._due and not self._is_wish_due

    def get(self, id_: str) -> Message | None:
        """Return the message with this id, if it is here."""
        return self._messages.get(id_)

    def add(self, message: Message) -> None:
        """Keep a message, behind all others, until it is settled."""
        self._messages[message.id] = message

    def line_up(self, message: Message) -> None:
        """Have a message that is here carried by this connection."""
        self._due[message.id] = message

    def settle(self, id_: str) -> Message | None:
        """Let go of a message that was answered, or given up, and return it."""
        self._due.pop(id_, None)
        self._on_their_way.pop(id_, None)
        return self._messages.pop(id_, None)

    def wish_for(self, name: str) -> None:
        """Keep the wish for a name until it is answered; it takes the place of an earlier one."""
        self.wish, self._is_wish_due = name, True

    def line_up_wish(self) -> None:
        """Have the wish carried by this connection."""
        self._is_wish_due = self.wish is not None

    def answer_wish(self, name: str | None = None) -> None:
        """Take the answer to a wish: the name that the room gave, or None if it refused."""
        was_asked = self._asked > 0
        self._asked = max(0, self._asked - 1)
        if (name is not None and name == self.wish) or (was_asked and not self._asked and not self._is_wish_due):
            self.wish, self._is_wish_due = None, False

    def take(self) -> wire.ClientFrame | None:
        """Take what is due next, the wish for a name first."""
        if self._is_wish_due and self.wish is not None:
            self._is_wish_due = False
            self._asked += 1
            return wire.ChangeName(self.wish)
        if not self._due:
            return None
        message = self._due.pop(next(iter(self._due)))
        self._on_their_way[message.id] = message
        return wire.Say(message.msg, message.id)

    def rest(self) -> None:
        """Have nothing carried: what was on its way is not any more."""
        self._is_wish_due = False
        self._asked = 0
        self._due.clear()
        self._on_their_way.clear()

    def largest_on_its_way(self) -> Message | None:
        """Return the message that made the longest frame of those on their way, the first of several."""
        return max(self._on_their_way.values(), key=_frame_bytes, default=None)


def _frame_bytes(message: Message) -> int:
    return len(wire.encode_client(wire.Say(message.msg, message.id)).encode())
