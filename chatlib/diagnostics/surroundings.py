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
from chatlib.server import journal_backplane, journal_format, origins
from chatlib.server_url import LOCALHOST, without_secrets

PROXIED: Final = ("http", "https", "all", "socks", "ws", "wss")


def check_proxies(seat: Seat) -> Iterator[Finding]:
    """Tell which proxies are set, and whether they are asked for this machine too."""
    proxies = {name: url for name, url in urllib.request.getproxies().items() if name in PROXIED}
    places = ", ".join(f"{name} through {without_secrets(url)}" for name, url in proxies.items())
    if not proxies:
        yield Finding("Proxies", Colour.GREEN, "none is set")
    elif all(urllib.request.proxy_bypass(host) for host in (LOCALHOST, "localhost")):
        yield Finding("Proxies", Colour.GREEN, f"{places}; not for this machine")
    else:
        text = f"{places}, for this machine too: chatlib passes it by, websockets.connect() and others do not"
        excepted = [*filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY")]), LOCALHOST, "localhost"]
        yield Finding("Proxies", Colour.AMBER, text, seat.setting("no_proxy", ",".join(excepted)))


def check_port(seat: Seat) -> Iterator[Finding]:
    """Tell what chatlib.serve() would find on its port."""
    other = seat.setting("CHATLIB_PORT", str(seat.port + 1))
    usual = seat.setting("CHATLIB_PORT", str(ports.DEFAULT_PORT))
    if seat.port_error:
        yield Finding("Port", Colour.RED, seat.port_error, usual)
        return
    if not seat.port:
        text = "CHATLIB_PORT is 0: every kernel starts a server of its own, and nobody meets anybody"
        yield Finding("Port", Colour.AMBER, text, usual)
        return
    held = processes.listening(seat.port) or ()
    who = _who([each for each in held if ":" not in each.address] or held)
    try:
        is_taken = ports.is_taken(seat.port)
        if is_taken:
            is_taken = ports.is_joinable(f"http://{LOCALHOST}:{seat.port}")
    except OSError as error:
        yield Finding("Port", Colour.RED, f"{seat.port} cannot be had: {error.strerror}", other)
    except PortInUseError as error:
        yield Finding("Port", Colour.RED, f"{seat.port} is held, {who}: {error.found}", f"end that, or {other}")
    except PasscodeError:
        text = f"{seat.port} has a chat server that wants a passcode, {who}"
        yield Finding("Port", Colour.AMBER, text, f"chatlib.serve(passcode=...), or {other}")
    else:
        state = "has a chat server, and chatlib.serve() joins it" if is_taken else "is free for chatlib.serve()"
        if is_taken and (stranger := _stranger_beside_the_server(seat.port)):
            text = f"{seat.port} {state}; but localhost leads to [::1] as well, and who listens there is {stranger}"
            yield Finding("Port", Colour.RED, text, f"end that, or {other}")
        elif processes.is_another_users(seat.port):
            text = f"{seat.port} {state}; but a browser gets no link, since somebody else listens there: {who}"
            yield Finding("Port", Colour.AMBER, text, f"for a server of your own: {other}")
        else:
            yield Finding("Port", Colour.GREEN, f"{seat.port} {state}{f': {who}' if is_taken else ''}")


def check_orphans(seat: Seat) -> Iterator[Finding]:
    """Look for servers that nobody looks after any more."""
    if processes.listening() is None:
        yield Finding("Orphans", Colour.GREEN, "not looked for: this system does not tell who holds a port")
        return
    found = [f"{processes.described(process)}, port {', '.join(map(str, held))}" for process, held in orphans()]
    if found:
        text = f"servers whose terminal or JupyterLab is gone: {'; '.join(found)}"
        yield Finding("Orphans", Colour.AMBER, text, seat.reset())
    else:
        yield Finding("Orphans", Colour.GREEN, "no server is left over")


def check_place(seat: Seat) -> Iterator[Finding]:
    """Tell what kind of place this is, and the URLs that lead to the server here."""
    kernels = f"kernels connect to ws://{LOCALHOST}:{seat.port}"
    page = ports.page_url(LOCALHOST, seat.port)
    path = ports.proxy_path(seat.port)
    if page is None:
        browser = "a browser gets no link: the port is another user's"
    elif page == path:
        browser = f"a browser opens {page}, behind the name of this site"
    elif path is None:
        browser = f"a browser opens {page}"
    else:
        browser = (
            f"a browser on this machine opens {page}, one elsewhere {path} behind the address of its JupyterLab"
            " (which CHATLIB_ORIGINS has to name, unless that is localhost or the server has a passcode)"
        )
    urls = f"{kernels}, {browser}"
    environment = os.environ
    if "COLAB_RELEASE_TAG" in environment or "google.colab" in sys.modules:
        text = f"Colab: {kernels}, but a page has no socket to this kernel: neither chat page nor jupyter-server-proxy"
        yield Finding("Place", Colour.AMBER, text, "use Binder, or JupyterLab on your own machine")
    elif any(name.startswith("BINDER_") for name in environment):
        yield Finding("Place", Colour.GREEN, f"Binder: {urls}; the session ends after some ten idle minutes")
    elif "JUPYTERHUB_USER" in environment or "JUPYTERHUB_SERVICE_PREFIX" in environment:
        yield Finding("Place", Colour.GREEN, f"JupyterHub: {urls}")
    elif "VSCODE_PID" in environment or environment.get("TERM_PROGRAM") == "vscode":
        text = f"VS Code: {urls}; widgets need its setting for widget scripts, and internet"
        yield Finding("Place", Colour.AMBER, text, "the course is made for JupyterLab: there nothing is to be set")
    else:
        yield Finding("Place", Colour.GREEN, f"a machine of one's own: {urls}")


def check_class_server(seat: Seat) -> Iterator[Finding]:
    """Ask the server that $CHATLIB_URL names, if it names one."""
    unset = "ask whoever runs it for the URL; without it: " + seat.setting("CHATLIB_URL", "")
    try:
        url = environment.class_server()
    except ValueError as error:
        yield Finding("Class server", Colour.RED, str(error), unset)
        return
    if not url:
        return
    shown = without_secrets(url)
    answer = background.run(health.ask(url))
    if answer.status is None:
        text = f"CHATLIB_URL is {shown}, and nothing can be had there: {answer.trouble}"
        yield Finding("Class server", Colour.RED, text, unset)
    elif not answer.health:
        yield Finding("Class server", Colour.RED, f"what answers at {shown} (CHATLIB_URL) is no chat server", unset)
    elif answer.health["protocol"] != wire.PROTOCOL:
        text = f"{shown} (CHATLIB_URL) speaks protocol {answer.health['protocol']}, this chatlib {wire.PROTOCOL}"
        yield Finding("Class server", Colour.RED, text, "use one version of the course on all machines")
    elif "rooms" not in answer.health:
        text = f"{shown} (CHATLIB_URL) wants another passcode"
        yield Finding("Class server", Colour.RED, text, seat.setting("CHATLIB_URL", f"{shown}/?passcode=..."))
    else:
        yield Finding("Class server", Colour.GREEN, f"{shown} (CHATLIB_URL) answers: panels go there")


def check_origins(seat: Seat) -> Iterator[Finding]:
    """Tell which web pages $CHATLIB_ORIGINS lets in, if it names any."""
    typed = environment.variable("CHATLIB_ORIGINS")
    try:
        named = origins.parse_origins(typed)
    except ValueError as error:
        mend = seat.setting("CHATLIB_ORIGINS", "https://example.org")
        yield Finding("Origins", Colour.RED, f"{error}", mend)
        return
    if named:
        text = f"pages of {', '.join(sorted(named))} may connect (CHATLIB_ORIGINS)"
        yield Finding("Origins", Colour.GREEN, text)


def check_journal(seat: Seat) -> Iterator[Finding]:
    """Tell whether the room of the next server will outlive it."""
    if not seat.port:
        return  # everything is in memory
    path = journal_backplane.journal_path(seat.port)
    without = "the room ends with its server"
    if not path.exists():
        folder = next(folder for folder in path.parents if folder.exists())
        if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
            yield Finding("Journal", Colour.GREEN, "none yet; the room of the first server will outlive it")
        else:
            text = f"no folder can be made for {path}: {without}"
            yield Finding("Journal", Colour.AMBER, text, seat.setting("JUPYTER_RUNTIME_DIR", "a folder of your own"))
    elif not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        text = f"{path} cannot be read and written: {without}"
        yield Finding("Journal", Colour.AMBER, text, seat.setting("JUPYTER_RUNTIME_DIR", "a folder of your own"))
    elif time.time() - path.stat().st_mtime > journal_backplane.OLD_SECONDS:
        yield Finding("Journal", Colour.GREEN, "an old one: the next server starts the room anew")
    elif _is_readable(path):
        yield Finding("Journal", Colour.GREEN, "a fresh one: if its server is gone, the next goes on with the room")
    else:
        text = f"{path} is damaged, or of another version: {without}"
        yield Finding("Journal", Colour.AMBER, text, seat.reset())


def _stranger_beside_the_server(port: int) -> str:
    """Return who listens on [::1] and is not who has 127.0.0.1, "" for nobody: a browser or a proxy may take either."""
    found = processes.listening(port)
    if found is None:
        answer = background.run(health.ask(f"http://[::1]:{port}"))
        return "somebody" if answer.is_held or (answer.status and not answer.health) else ""
    first = [each for each in found if ":" not in each.address]
    second = [each for each in found if each.address in ("::1", "::")]
    if not first:
        return ""  # one socket has both
    ours = set().union(*map(_owners, first))
    strangers = [each for each in second if ours.isdisjoint(_owners(each))]
    return _who(strangers) if strangers else ""


def _owners(listening: ListeningSocket) -> set[str]:
    """Return what tells whoever holds a socket from others: the processes, or the user where they are not known."""
    held = {f"process {process.pid}" for process in processes.holders(listening)}
    return held or {f"user {listening.uid}"}


def _who(found: Iterable[ListeningSocket]) -> str:
    """Return who holds these sockets, as well as the system tells."""
    told = []
    for listening in found:
        user = "yours" if listening.uid == os.geteuid() else f"user {_user_name(listening.uid)}'s"
        told += [f"{user}, {processes.described(process)}" for process in processes.holders(listening)] or [user]
    return "; ".join(dict.fromkeys(told)) or "somebody"


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
