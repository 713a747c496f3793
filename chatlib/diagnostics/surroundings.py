"""The doctor looks around: proxies, the port and who holds it, servers left over, the place, the class, the journal."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from chatlib import background, wire
from chatlib.diagnostics.orphans import orphans
from chatlib.diagnostics.report import Colour, Finding
from chatlib.diagnostics.seat import Seat
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import environment, health, ports, processes
from chatlib.machine.processes import ListeningSocket
from chatlib.server import journal_backplane, journal_file, journal_format, origins
from chatlib.server_url import LOCALHOST, without_secrets
from chatlib.words import Text, joined

SOMEBODY: Final = Text("somebody")
NOBODY: Final = Text("")
COMMA: Final = Text(", ")
PROXIED: Final = ("http", "https", "all", "socks", "ws", "wss")


def check_proxies(seat: Seat) -> Iterator[Finding]:
    """Tell which proxies are set, and whether they are asked for this machine too."""
    proxies = {name: url for name, url in urllib.request.getproxies().items() if name in PROXIED}
    ways = [Text("{name} through {url}", name=name, url=without_secrets(url)) for name, url in proxies.items()]
    places = joined(ways, COMMA)
    if not proxies:
        yield Finding("Proxies", Colour.GREEN, Text("none is set"))
    elif all(urllib.request.proxy_bypass(host) for host in (LOCALHOST, "localhost")):
        yield Finding("Proxies", Colour.GREEN, Text("{places}; not for this machine", places=places))
    else:
        text = Text(
            "{places}, for this machine too: chatlib passes it by, websockets.connect() and others do not",
            places=places,
        )
        excepted = [*filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY")]), LOCALHOST, "localhost"]
        yield Finding("Proxies", Colour.AMBER, text, seat.setting("no_proxy", ",".join(excepted)))


def check_port(seat: Seat) -> Iterator[Finding]:
    """Tell what chatlib.serve() would find on its port."""
    other = seat.setting("CHATLIB_PORT", str(seat.port + 1))
    usual = seat.setting("CHATLIB_PORT", str(ports.DEFAULT_PORT))
    if seat.port_error:
        yield Finding("Port", Colour.RED, Text.of_data(seat.port_error), usual)
        return
    if not seat.port:
        text = Text("CHATLIB_PORT is 0: every kernel starts a server of its own, and nobody meets anybody")
        yield Finding("Port", Colour.AMBER, text, usual)
        return
    held = processes.listening(seat.port) or ()
    who = _who([each for each in held if ":" not in each.address] or held)
    end_it = Text("end that, or {other}", other=other)
    try:
        is_taken = ports.is_taken(seat.port)
        if is_taken:
            is_taken = ports.is_joinable(f"http://{LOCALHOST}:{seat.port}")
    except OSError as error:
        yield Finding(
            "Port", Colour.RED, Text("{port} cannot be had: {why}", port=seat.port, why=error.strerror), other
        )
    except PortInUseError as error:
        text = Text("{port} is held, {who}: {found}", port=seat.port, who=who, found=Text.of_data(error.found))
        yield Finding("Port", Colour.RED, text, end_it)
    except PasscodeError:
        text = Text("{port} has a chat server that wants a passcode, {who}", port=seat.port, who=who)
        yield Finding("Port", Colour.AMBER, text, Text("chatlib.serve(passcode=...), or {other}", other=other))
    else:
        yield _port_that_can_be_had(seat.port, who, is_taken=is_taken, other=other, end_it=end_it)


def _port_that_can_be_had(port: int, who: Text, *, is_taken: bool, other: Text, end_it: Text) -> Finding:
    taken = Text("{port} has a chat server, and chatlib.serve() joins it", port=port)
    state = taken if is_taken else Text("{port} is free for chatlib.serve()", port=port)
    if is_taken and (stranger := _stranger_beside_the_server(port)):
        text = Text(
            "{state}; but localhost leads to [::1] as well, and who listens there is {stranger}",
            state=state,
            stranger=stranger,
        )
        return Finding("Port", Colour.RED, text, end_it)
    if processes.is_another_users(port):
        text = Text(
            "{state}; but a browser gets no link, since somebody else listens there: {who}", state=state, who=who
        )
        return Finding("Port", Colour.AMBER, text, Text("for a server of your own: {other}", other=other))
    return Finding("Port", Colour.GREEN, Text("{state}: {who}", state=state, who=who) if is_taken else state)


def check_orphans(seat: Seat) -> Iterator[Finding]:
    """Look for servers that nobody looks after any more."""
    if processes.listening() is None:
        yield Finding("Orphans", Colour.GREEN, Text("not looked for: this system does not tell who holds a port"))
        return
    found = [
        Text("{process}, port {ports}", process=processes.described(process), ports=joined(map(str, held), COMMA))
        for process, held in orphans()
    ]
    if found:
        text = Text("servers whose terminal or JupyterLab is gone: {found}", found=joined(found, Text("; ")))
        yield Finding("Orphans", Colour.AMBER, text, seat.reset())
    else:
        yield Finding("Orphans", Colour.GREEN, Text("no server is left over"))


def check_place(seat: Seat) -> Iterator[Finding]:
    """Tell what kind of place this is, and the URLs that lead to the server here."""
    url = f"ws://{LOCALHOST}:{seat.port}"
    kernels = Text("kernels connect to {url}", url=url)
    urls = Text("{kernels}, {browser}", kernels=kernels, browser=_browser(seat.port))
    if "COLAB_RELEASE_TAG" in os.environ or "google.colab" in sys.modules:
        text = Text(
            "Colab: {kernels}, but a page has no socket to this kernel: neither chat page nor jupyter-server-proxy",
            kernels=kernels,
        )
        yield Finding("Place", Colour.AMBER, text, Text("use Binder, or JupyterLab on your own machine"))
    elif environment.is_binder():
        text = Text("Binder: {urls}; the session ends after some ten idle minutes", urls=urls)
        yield Finding("Place", Colour.GREEN, text)
    elif "JUPYTERHUB_USER" in os.environ or "JUPYTERHUB_SERVICE_PREFIX" in os.environ:
        yield Finding("Place", Colour.GREEN, Text("JupyterHub: {urls}", urls=urls))
    elif "VSCODE_PID" in os.environ or os.environ.get("TERM_PROGRAM") == "vscode":
        text = Text("VS Code: {urls}; widgets need its setting for widget scripts, and internet", urls=urls)
        mend = Text("the course is made for JupyterLab: there nothing is to be set")
        yield Finding("Place", Colour.AMBER, text, mend)
    else:
        yield Finding("Place", Colour.GREEN, Text("a machine of one's own: {urls}", urls=urls))


def _browser(port: int) -> Text:
    """Say where a browser finds the server."""
    page = ports.page_url(LOCALHOST, port)
    path = ports.proxy_path(port)
    if page is None:
        return Text("a browser gets no link: the port is another user's")
    if page == path:
        return Text("a browser opens {page}, behind the name of this site", page=page)
    if path is None:
        return Text("a browser opens {page}", page=page)
    return Text(
        "a browser on this machine opens {page}, one elsewhere {path} behind the address of its JupyterLab"
        " (which CHATLIB_ORIGINS has to name, unless that is localhost or the server has a passcode)",
        page=page,
        path=path,
    )


def check_class_server(seat: Seat) -> Iterator[Finding]:
    """Ask the server that $CHATLIB_URL names, if it names one."""
    unset = Text("ask whoever runs it for the URL; without it: {line}", line=seat.setting("CHATLIB_URL", ""))
    try:
        url = environment.class_server()
    except ValueError as error:
        yield Finding("Class server", Colour.RED, Text.of_data(str(error)), unset)
        return
    if not url:
        return
    shown = without_secrets(url)
    answer = background.run(health.ask(url))
    if answer.status is None:
        text = Text("CHATLIB_URL is {url}, and nothing can be had there: {trouble}", url=shown, trouble=answer.trouble)
        yield Finding("Class server", Colour.RED, text, unset)
    elif not answer.health:
        text = Text("what answers at {url} (CHATLIB_URL) is no chat server", url=shown)
        yield Finding("Class server", Colour.RED, text, unset)
    elif answer.health["protocol"] != wire.PROTOCOL:
        text = Text(
            "{url} (CHATLIB_URL) speaks protocol {theirs}, this chatlib {ours}",
            url=shown,
            theirs=answer.health["protocol"],
            ours=wire.PROTOCOL,
        )
        yield Finding("Class server", Colour.RED, text, Text("use one version of the course on all machines"))
    elif "rooms" not in answer.health:
        text = Text("{url} (CHATLIB_URL) wants another passcode", url=shown)
        yield Finding("Class server", Colour.RED, text, seat.setting("CHATLIB_URL", f"{shown}/?passcode=..."))
    else:
        yield Finding("Class server", Colour.GREEN, Text("{url} (CHATLIB_URL) answers: panels go there", url=shown))


def check_origins(seat: Seat) -> Iterator[Finding]:
    """Tell which web pages $CHATLIB_ORIGINS lets in, if it names any."""
    typed = environment.variable("CHATLIB_ORIGINS")
    try:
        named = origins.parse_origins(typed)
    except ValueError as error:
        mend = seat.setting("CHATLIB_ORIGINS", "https://example.org")
        yield Finding("Origins", Colour.RED, Text.of_data(str(error)), mend)
        return
    if named:
        text = Text("pages of {origins} may connect (CHATLIB_ORIGINS)", origins=joined(sorted(named), COMMA))
        yield Finding("Origins", Colour.GREEN, text)


def check_journal(seat: Seat) -> Iterator[Finding]:
    """Tell whether the room of the next server will outlive it."""
    if not seat.port:
        return  # everything is in memory
    path = journal_file.journal_path(seat.port)
    another = seat.setting("JUPYTER_RUNTIME_DIR", Text("a folder of your own"))
    if not path.exists():
        folder = next(folder for folder in path.parents if folder.exists())
        if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
            yield Finding("Journal", Colour.GREEN, Text("none yet; the room of the first server will outlive it"))
        else:
            text = Text("no folder can be made for {path}: the room ends with its server", path=path)
            yield Finding("Journal", Colour.AMBER, text, another)
    elif not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        text = Text("{path} cannot be read and written: the room ends with its server", path=path)
        yield Finding("Journal", Colour.AMBER, text, another)
    elif time.time() - path.stat().st_mtime > journal_backplane.OLD_SECONDS:
        yield Finding("Journal", Colour.GREEN, Text("an old one: the next server starts the room anew"))
    elif _is_readable(path):
        text = Text("a fresh one: if its server is gone, the next goes on with the room")
        yield Finding("Journal", Colour.GREEN, text)
    else:
        text = Text("{path} is damaged, or of another version: the room ends with its server", path=path)
        yield Finding("Journal", Colour.AMBER, text, seat.reset())


def _stranger_beside_the_server(port: int) -> Text:
    """Return who listens on [::1] and is not who has 127.0.0.1, "" for nobody: a browser or a proxy may take either."""
    found = processes.listening(port)
    if found is None:
        answer = background.run(health.ask(f"http://[::1]:{port}"))
        return SOMEBODY if answer.is_held or (answer.status and not answer.health) else NOBODY
    first = [each for each in found if ":" not in each.address]
    second = [each for each in found if each.address in ("::1", "::")]
    if not first:
        return NOBODY  # one socket has both
    ours = set().union(*map(_owners, first))
    strangers = [each for each in second if ours.isdisjoint(_owners(each))]
    return _who(strangers) if strangers else NOBODY


def _owners(listening: ListeningSocket) -> set[str]:
    """Return what tells whoever holds a socket from others: the processes, or the user where they are not known."""
    held = {f"process {process.pid}" for process in processes.holders(listening)}
    return held or {f"user {listening.uid}"}


def _who(found: Iterable[ListeningSocket]) -> Text:
    """Return who holds these sockets, as well as the system tells."""
    told = []
    for listening in found:
        user = Text("yours")
        if listening.uid != os.geteuid():
            user = Text("user {name}'s", name=_user_name(listening.uid))
        told += [
            Text("{user}, {process}", user=user, process=processes.described(process))
            for process in processes.holders(listening)
        ] or [user]
    return joined(dict.fromkeys(told), Text("; ")) or SOMEBODY


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _is_readable(journal: Path) -> bool:
    """Tell whether a journal begins as this version's do."""
    with journal.open("rb") as file:
        first = file.readline()
    try:
        return not first or bool(json.loads(first)["chatlib journal"] == journal_format.VERSION)
    except (ValueError, TypeError, KeyError):
        return False
