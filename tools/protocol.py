"""Write into docs/protocol.md what the code knows of the protocol (`make notebooks`).

Frames, fields and their order are those of ``chatlib.wire``, the limits those of ``chatlib.limits`` and of the server's
settings, and the examples are what a hub says: the page cannot say anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from chatlib import errors, wire
from chatlib.experiments.close_codes import MEANINGS
from chatlib.hub import Broadcast, Effect, Hub, Publish, Send
from chatlib.limits import Limits
from chatlib.server.reception import ECHO_FRAME_BYTES
from chatlib.server.settings import Settings
from chatlib.trace import Trace
from tools.notebooks import ROOT

PAGE: Final = ROOT / "docs" / "protocol.md"
_ROLE: Final = re.compile(r":\w+:`~?([\w.]+)`")

_JSON: Final[dict[Any, str]] = {str: "string", int: "integer", float: "number", bool: "true or false", NoneType: "null"}
_BYTES: Final = ("bytes", "unsent")
TIME: Final = "2026-11-27T09:30:00.000Z"
_CLIENT: Final[dict[type[wire.ClientFrame], wire.ClientFrame]] = {
    wire.Say: wire.Say("Hello!", "a1b2c3", trace=True),
    wire.IsTyping: wire.IsTyping(),
    wire.ChangeName: wire.ChangeName("Ada"),
}


def filled(text: str) -> str:
    """Return a text in which each place has what the code knows."""
    parts = {
        "server frames": "\n\n".join(map(_server_frame, get_args(wire.ServerFrame))),
        "client frames": "\n\n".join(map(_client_frame, get_args(wire.ClientFrame))),
        "limits": "\n".join(_limits()),
        "close codes": _table(("code", "meaning"), [(f"{code}", said) for code, said in MEANINGS.items()]),
        "exceptions": f"```text\n{_tree()}\n```",
    }
    for name, part in parts.items():
        place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
        text = place.sub(f"{part}\n".replace("\\", r"\\"), text)
    return text


def _server_frame(frame: type[Any]) -> str:
    """Return what the page says of a frame of the server: its number, its fields in their order, and an example."""
    kind = wire.MessageType[frame.__name__.upper()]
    hints = get_type_hints(frame)
    rows = [
        (f"`{each.name}`", _type(hints[each.name]) + ("" if each.default is MISSING else "; may be left out"))
        for each in fields(frame)
    ]
    table = _table(("field", "JSON"), rows)
    return f"### {int(kind)} {kind.name}\n\n{_words(frame)}\n\n{table}\n\n```json\n{_examples()[frame]}\n```"


@cache
def _examples() -> dict[type, str]:
    """Return a frame of each kind, as a server says it: somebody comes to Bo, becomes Ada, talks, and goes."""
    hub, said = Hub(), {}

    def step(effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Publish(record):
                    step(hub.deliver(record))
                case Send(_, str(text)) | Broadcast(_, text):
                    said[type(wire.decode_server(text))] = text

    def hear(frame: wire.ClientFrame) -> None:
        step(hub.receive("Ada", wire.encode_client(frame), new_id="", now=0, time=TIME))

    step(hub.join("Bo", "lobby", name="Bo", client="a secret of Bo's own", new_id="5f3a", now=0, time=TIME))
    step(hub.join("Ada", "lobby", new_id="5f3b", now=0, time=TIME))
    hear(wire.ChangeName("Ada"))
    hear(wire.IsTyping())
    hear(_CLIENT[wire.Say])
    hear(wire.Say("!" * 9000, "d4e5f6"))
    step(hub.leave("Ada", closed=True, now=0, time=TIME))
    trace = Trace("a1b2c3", taken=0)
    trace.place(now=0.0004)
    trace.write({"Bo": "Bo"}, now=0.0006)
    trace.hear("Bo", now=0.0019)
    return said | {wire.Trace: wire.encode(trace.frame(TIME))}


def _client_frame(frame: type[wire.ClientFrame]) -> str:
    return f"{_words(frame)}\n\n```json\n{wire.encode_client(_CLIENT[frame])}\n```"


def _limits() -> Iterator[str]:
    """Yield what a server takes and keeps: each limit with its default."""
    yield f"{_words(Limits)}\n"
    yield f"{_table(('limit', 'default'), _defaults(Limits))}\n"
    yield f"{_words(Settings).splitlines()[-1].partition(' `redis`')[0]}\n"
    yield f"{_table(('setting', 'default'), _defaults(Settings))}\n"
    least, most = wire.CLIENT_CHARACTERS[0], wire.CLIENT_CHARACTERS[-1]
    yield (
        f"A name has at most {wire.NAME_CHARACTERS} characters, a room's name {wire.ROOM_CHARACTERS}, an `id` "
        f"{wire.ID_CHARACTERS}, a `client` {least} to {most}. A frame may have "
        f"{_amount('bytes', wire.FRAME_BYTES)}, or as many bytes as the longest message needs if these are more, "
        f"and on `/echo` {_amount('bytes', ECHO_FRAME_BYTES)}; a longer one closes with 1009."
    )


def _defaults(settings: type[Any]) -> list[tuple[str, str]]:
    defaults = [(each.name, each.default) for each in fields(settings)]
    return [(f"`{name}`", _amount(name, default)) for name, default in defaults if isinstance(default, int | float)]


def _amount(name: str, number: float) -> str:
    if not name.endswith(_BYTES):
        return f"{number:,}"
    return f"{number // 2**20} MiB" if number >= 2**20 else f"{number // 2**10} KiB"


def _type(hint: Any) -> str:
    """Return what a field of this type is in JSON."""
    if get_origin(hint) is UnionType:
        return " or ".join(map(_type, get_args(hint)))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return "array of MSG frames" if item is wire.Msg else "array of " + re.sub(r"^\w+", r"\g<0>s", _type(item))
    if hint in _JSON:
        return _JSON[hint]
    return f"object with {', '.join(f'`{each.name}`' for each in fields(hint))}"


def _words(documented: type) -> str:
    """Return a docstring's text as Markdown, a line for a paragraph; in JSON, None is null."""
    paragraphs = re.sub(r"\bNone\b", "null", documented.__doc__ or "").replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(_ROLE.sub(r"`\1`", each).split()) for each in paragraphs)


def _tree() -> str:
    """Return the exceptions as the docstring of ``errors`` draws them."""
    drawn = (errors.__doc__ or "").partition("::\n\n")[2].partition("\n\n")[0]
    return "\n".join(line.removeprefix("    ") for line in drawn.splitlines())


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
