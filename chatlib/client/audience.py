"""Those who are told what happens to a chat client."""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from dataclasses import dataclass

from chatlib import background
from chatlib.client.conditions import check_plain
from chatlib.transcript import People, Reset, Subscriber, Update


@dataclass(slots=True, eq=False)
class Subscription:
    """One subscriber's place; the same subscriber may have several. It begins with ``replay``, if there is one."""

    subscriber: Subscriber
    replay: Reset | None = None

    def __post_init__(self) -> None:
        check_plain("a subscriber", self.subscriber)


News = Update | Subscription


class Audience:
    """The subscribers of a client, each of whom may fail without harm to the others; on the background loop."""

    def __init__(self) -> None:
        self.exceptions = 0
        """How often a subscriber raised something."""
        self._context = contextvars.copy_context()  # of the cell that made this: what they raise shows there
        self._subscriptions: list[Subscription] = []

    @property
    def is_listening(self) -> bool:
        """Tell whether there is anybody."""
        return bool(self._subscriptions)

    def tell(self, news: Sequence[News]) -> None:
        """Tell everybody; a subscription among the news hears what comes after it.

        Who is here is told once, as it is in the end: a class that enters at once is not drawn thirty times.
        """
        last = max((place for place, piece in enumerate(news) if isinstance(piece, People)), default=-1)
        for place, piece in enumerate(news):
            if isinstance(piece, People) and place < last:
                continue
            if isinstance(piece, Subscription):
                self._subscriptions.append(piece)
                if piece.replay is not None:
                    self._tell(piece, piece.replay)
            else:
                for subscription in list(self._subscriptions):
                    self._tell(subscription, piece)

    def remove(self, subscription: Subscription) -> None:
        """Tell it nothing more; idempotent."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def _tell(self, subscription: Subscription, update: Update) -> None:
        try:
            subscription.subscriber(update)
        except Exception as error:  # a subscriber's trouble is not the connection's
            self.exceptions += 1
            self._context.copy().run(background.report, error)
