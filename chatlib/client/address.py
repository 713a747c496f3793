"""A chat server's URL, taken apart: where to connect, what to show, and what never to show."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from chatlib import server_url


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URL; a passcode travels in its query."""

    scheme: str
    netloc: str
    path: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str) -> Address:
        """Take a URL apart, as people type it.

        Raises:
            ValueError: it is none that a chat server can have.
        """
        parts = urlsplit(server_url.read(url))
        return cls(parts.scheme, parts.netloc, parts.path, tuple(parse_qsl(parts.query, keep_blank_values=True)))

    @property
    def url(self) -> str:
        """The server's URL, with its secrets."""
        return urlunsplit((self.scheme, self.netloc, self.path, urlencode(self.query), ""))

    @property
    def shown(self) -> str:
        """The URL for people: without its secrets."""
        return server_url.without_secrets(self.url)

    def chat_url(self, room: str, *, name: str, client: str, since: str | None = None) -> str:
        """Return where one enters a room: ``client`` is the seat's secret, ``since`` the last place seen there."""
        query = [*self.query, ("name", name), ("client", client)] + ([("since", since)] if since else [])
        return urlunsplit((self.scheme, self.netloc, f"{self.path}/chat/{quote(room, safe='')}", urlencode(query), ""))

    def hide_secrets(self, text: str) -> str:
        """Return the text without the passcode, where another program repeats it."""
        for passcode in (value for key, value in self.query if key == "passcode" and value):
            text = text.replace(passcode, "…").replace(quote(passcode, safe=""), "…")
        return text
