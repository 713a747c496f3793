"""Those who are told what happens to a chat client."""

from __future__ import annotations

import contextvars
from collections.abc import Iterable
from dataclasses import dataclass

from chatlib import background
from chatlib.arguments import check_callable
from chatlib.transcript import Subscriber, Update


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """One subscriber's place; the same subscriber may have several."""

    subscriber: Subscriber

    def __post_init__(self) -> None:
        check_callable("a subscriber", self.subscriber)


class Audience:
    """The subscribers of a client, each of whom may fail without harm to the others; on the background loop."""

    def __init__(self) -> None:
        self.exceptions = 0
        """How often a subscriber raised something."""
        self._context = contextvars.copy_context()  # of the cell that made this: what they raise shows there
        self._subscriptions: list[Subscription] = []

    def add(self, subscription: Subscription) -> None:
        """Tell this one too, from now on."""
        self._subscriptions.append(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Tell it nothing more; idempotent."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def tell(self, updates: Iterable[Update]) -> None:
        """Tell everybody."""
        for update in updates:
            for subscription in list(self._subscriptions):
                self.tell_one(subscription, update)

    def tell_one(self, subscription: Subscription, update: Update) -> None:
        """Tell one of them; what it raises is shown, and counted."""
        try:
            subscription.subscriber(update)
        except Exception as error:  # a subscriber's trouble is not the connection's
            self.exceptions += 1
            self._context.copy().run(background.report, error)
