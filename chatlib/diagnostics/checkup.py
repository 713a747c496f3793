"""What is wrong with this notebook's environment, and how to mend it.

``chatlib.doctor()`` in a notebook, ``python -m chatlib doctor`` in a terminal. Each check looks at one topic and says
what it found: green is well, amber works with a "but", red does not work; amber and red bring the line that mends it.
Looking changes nothing. A package that is missing is a finding, not the end: so this module imports none of them.
"""

from __future__ import annotations

import asyncio
import enum
import importlib.metadata
import json
import logging
import os
import platform
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from chatlib import background, wire
from chatlib.diagnostics import orphans
from chatlib.errors import PasscodeError, PortInUseError
from chatlib.machine import health, ports, processes
from chatlib.server import journal_backplane

logger = logging.getLogger(__name__)

LOCALHOST: Final = "127.0.0.1"
OLDEST_PYTHON: Final = (3, 11)
LAB_EXTENSIONS: Final = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}
PROXIED: Final = ("http", "https", "all", "socks", "ws", "wss")


class Colour(enum.IntEnum):
    """How bad a finding is."""

    GREEN = 0
    AMBER = 1
    RED = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found about its topic; ``mend`` is the line to type or the thing to do, "" if there is nothing."""

    topic: str
    colour: Colour
    text: str
    mend: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What the doctor found: a table in a notebook, lines in a terminal."""

    findings: tuple[Finding, ...]

    @property
    def colour(self) -> Colour:
        """The worst of the findings' colours."""
        return max(finding.colour for finding in self.findings)

    def __repr__(self) -> str:
        colours = [finding.colour for finding in self.findings]
        return f"<Report {', '.join(f'{colours.count(colour)} {colour}' for colour in Colour)}>"

    def __str__(self) -> str:
        lines = []
        for finding in self.findings:
            lines.append(f"{finding.colour!s:5}  {finding.topic:12}  {finding.text}")
            if finding.mend:
                lines.append(f"{'':5}  {'':12}  to mend it: {finding.mend}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<table><caption>{VERDICTS[self.colour]}</caption>{''.join(map(_row, self.findings))}</table>"


VERDICTS: Final = {
    Colour.GREEN: "Everything is well.",
    Colour.AMBER: "It works; read what is amber.",
    Colour.RED: "Something does not work; mend what is red.",
}
_STYLES: Final = {
    Colour.GREEN: "color: var(--jp-success-color1, #1a7f37)",
    Colour.AMBER: "color: var(--jp-warn-color1, #9a6700)",
    Colour.RED: "color: var(--jp-error-color1, #cf222e)",
}


def _row(finding: Finding) -> str:
    mend = f"<br>To mend it: <code>{escape(finding.mend)}</code>" if finding.mend else ""
    return (
        f'<tr><th scope="row" style="text-align: left">{escape(finding.topic)}</th>'
        f'<td style="text-align: left"><strong style="{_STYLES[finding.colour]}">{finding.colour}</strong></td>'
        f'<td style="text-align: left">{escape(finding.text)}{mend}</td></tr>'
    )


def doctor() -> Report:
    """Look at everything that the course needs, and report; takes a second, three where something hangs."""
    seat = _Seat.here()
    with ThreadPoolExecutor(len(_CHECKS)) as pool:  # some of them wait for answers
        found = pool.map(lambda check: _look(check, seat), _CHECKS)
    return Report(tuple(finding for findings in found for finding in findings))


# Where the doctor is asked -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seat:
    """What the checks have to know of who asks; ``loop`` names the class of the running loop, "" for none."""

    in_kernel: bool
    loop: str
    port: int
    port_error: str

    @classmethod
    def here(cls) -> _Seat:
        shell = sys.modules["IPython"].get_ipython() if sys.modules.get("IPython") else None
        try:
            running = type(asyncio.get_running_loop())
            loop = f"{running.__module__}.{running.__qualname__}"
        except RuntimeError:
            loop = ""
        try:
            port, port_error = ports.default_port(), ""
        except ValueError as error:
            port, port_error = ports.DEFAULT_PORT, str(error)
        return cls(getattr(shell, "kernel", None) is not None, loop, port, port_error)

    def pip(self, *packages: str) -> str:
        """Return the line that installs packages here."""
        quoted = " ".join(f'"{package}"' if ">" in package else package for package in packages)
        if self.in_kernel:
            return f"%pip install --upgrade {quoted}, then restart the kernel"
        return f"{Path(sys.executable).name} -m pip install --upgrade {quoted}"

    def setting(self, name: str, value: str) -> str:
        """Return the line that sets an environment variable here."""
        if self.in_kernel:
            return f"%env {name}={value}"
        return f"set {name}={value}" if os.name == "nt" else f"export {name}={value}"

    def reset(self) -> str:
        """Return the line that calls :func:`reset` here."""
        return "%run -m chatlib doctor --reset" if self.in_kernel else "python -m chatlib doctor --reset"


# The checks --------------------------------------------------------------------------------------------------------

_Check = Callable[[_Seat], Iterable[Finding]]


def _look(check: _Check, seat: _Seat) -> list[Finding]:
    """Carry out a check; one that fails is a finding too."""
    topic = check.__name__.strip("_").replace("_", " ").capitalize()
    try:
        return list(check(seat))
    except Exception as error:
        logger.debug("the check of %s failed", topic, exc_info=True)
        return [Finding(topic, Colour.AMBER, f"could not be looked at: {error!r}")]


def _python(seat: _Seat) -> Iterator[Finding]:
    version = platform.python_version()
    if sys.version_info[:2] >= OLDEST_PYTHON:
        yield Finding("Python", Colour.GREEN, version)
    else:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        mend = (
            f"install Python {oldest} or later, and with it what requirements.txt names, in an environment of its own"
        )
        yield Finding("Python", Colour.RED, f"{version} is too old, {oldest} will do", mend)


def _packages(seat: _Seat) -> Iterator[Finding]:
    good = []
    for package, oldest in _needs().items():
        module = package.replace("-", "_")
        version = _version(package)
        if version is None:
            yield Finding("Packages", Colour.RED, f"{package} is missing", seat.pip(package))
        elif _release(version) < _release(oldest):
            text = f"{package} {version} is too old, {oldest} will do"
            yield Finding("Packages", Colour.RED, text, seat.pip(f"{package}>={oldest}"))
        elif Path(f"{module}.py").exists():
            text = f"the file {module}.py in this folder hides the package {package}"
            yield Finding("Packages", Colour.RED, text, f"give {module}.py another name, then restart the kernel")
        else:
            good.append(f"{package} {version}")
    if own := _version("chatlib"):
        yield Finding("Packages", Colour.GREEN, ", ".join([f"chatlib {own}", *good]))
    else:
        text = "chatlib is not installed, it only lies in this folder: its packages may be missing or too old"
        yield Finding("Packages", Colour.AMBER, text, "in the folder of the course: pip install -r requirements.txt")


def _kernel(seat: _Seat) -> Iterator[Finding]:
    version = _version("ipykernel")
    if version is None:
        return  # the packages' affair
    named = f"{'ipykernel' if seat.in_kernel else 'a kernel of this Python would be ipykernel'} {version}"
    heard = f"{named}: what you type into a widget is heard while a cell runs"
    if _release(version) < (7,):
        text = f"{named}: what you type into a widget waits until the running cell has ended"
        yield Finding("Kernel", Colour.AMBER, text, seat.pip("ipykernel>=7.4"))
    elif _release(version) < (7, 4):
        text = f"{heard}, on a thread of its own; but now and then a cell stays [*] for good, until the kernel restarts"
        yield Finding("Kernel", Colour.AMBER, text, seat.pip("ipykernel>=7.4"))
    else:
        yield Finding("Kernel", Colour.GREEN, f"{heard}, on its own thread or the cell's")


def _loop(seat: _Seat) -> Iterator[Finding]:
    restart = "restart the kernel: a top-level await needs no nest_asyncio"
    if hasattr(asyncio, "_nest_patched"):  # the only trace that nest_asyncio.apply() leaves
        if sys.version_info >= (3, 14):
            text = "nest_asyncio was applied: on this Python it breaks asyncio.current_task(), and so all timeouts"
            yield Finding("Loop", Colour.RED, text, restart)
        else:
            text = "nest_asyncio was applied: loops run inside each other now, in an order that surprises"
            yield Finding("Loop", Colour.AMBER, text, restart)
    elif seat.loop.startswith("uvloop"):
        mend = "nothing to do for chatlib; for notebook 05, a kernel with asyncio's own loop"
        yield Finding("Loop", Colour.AMBER, "uvloop: nest_asyncio cannot be applied to it", mend)
    else:
        running = seat.loop.rpartition(".")[2].lstrip("_") or "none runs here"
        yield Finding("Loop", Colour.GREEN, f"{running}; chatlib's sockets live on a loop of their own")


def _proxies(seat: _Seat) -> Iterator[Finding]:
    proxies = {name: url for name, url in urllib.request.getproxies().items() if name in PROXIED}
    places = ", ".join(f"{name} through {_without_secrets(url)}" for name, url in proxies.items())
    if not proxies:
        yield Finding("Proxies", Colour.GREEN, "none is set")
    elif all(urllib.request.proxy_bypass(host) for host in (LOCALHOST, "localhost")):
        yield Finding("Proxies", Colour.GREEN, f"{places}; not for this machine")
    else:
        text = f"{places}, for this machine too: chatlib passes it by, websockets.connect() and others do not"
        excepted = [*filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY")]), LOCALHOST, "localhost"]
        yield Finding("Proxies", Colour.AMBER, text, seat.setting("no_proxy", ",".join(excepted)))


def _port(seat: _Seat) -> Iterator[Finding]:
    other = seat.setting("CHATLIB_PORT", str(seat.port + 1))
    usual = seat.setting("CHATLIB_PORT", str(ports.DEFAULT_PORT))
    if seat.port_error:
        yield Finding("Port", Colour.RED, seat.port_error, usual)
        return
    if not seat.port:
        text = "CHATLIB_PORT is 0: every kernel starts a server of its own, and nobody meets anybody"
        yield Finding("Port", Colour.AMBER, text, usual)
        return
    who = _who(seat.port)
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
        if processes.is_another_users(seat.port):
            text = f"{seat.port} {state}; but a browser gets no link, since somebody else listens there: {who}"
            yield Finding("Port", Colour.AMBER, text, f"for a server of your own: {other}")
        else:
            yield Finding("Port", Colour.GREEN, f"{seat.port} {state}{f': {who}' if is_taken else ''}")


def _orphans(seat: _Seat) -> Iterator[Finding]:
    if processes.listening() is None:
        yield Finding("Orphans", Colour.GREEN, "not looked for: this system does not tell who holds a port")
        return
    found = [f"{processes.described(process)}, port {', '.join(map(str, held))}" for process, held in orphans.orphans()]
    if found:
        text = f"servers whose terminal or JupyterLab is gone: {'; '.join(found)}"
        yield Finding("Orphans", Colour.AMBER, text, seat.reset())
    else:
        yield Finding("Orphans", Colour.GREEN, "no server is left over")


def _place(seat: _Seat) -> Iterator[Finding]:
    kernels = f"kernels connect to ws://{LOCALHOST}:{seat.port}"
    page = ports.page_url(LOCALHOST, seat.port)
    browser = f"a browser opens {page}" if page else "a browser gets no link: the port is another user's"
    behind = ", behind the name of this site" if page and page.startswith("/") else ""
    urls = f"{kernels}, {browser}{behind}"
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


def _class_server(seat: _Seat) -> Iterator[Finding]:
    url = os.environ.get("CHATLIB_URL", "")
    if not url:
        return
    shown = _without_secrets(url)
    unset = "ask whoever runs it for the URL; without it: " + seat.setting("CHATLIB_URL", "")
    try:
        answer = background.run(health.ask(url))
    except ValueError as error:
        answer = health.Answer(trouble=str(error))
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


def _front_end(seat: _Seat) -> Iterator[Finding]:
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [
        package
        for extension, package in LAB_EXTENSIONS.items()
        if not any((folder / extension).is_dir() for folder in folders)
    ]
    if missing:
        text = f"JupyterLab's part of {' and '.join(missing)} is missing in this environment: no widget is drawn"
        yield Finding("Front end", Colour.RED, text, f"{seat.pip(*missing)}, and reload the page")
    elif not _proxy_is_enabled():
        text = "widgets are drawn; jupyter-server-proxy is not enabled, so that a hub's browser cannot reach the server"
        yield Finding("Front end", Colour.AMBER, text, f"{seat.pip('jupyter-server-proxy')}, and JupyterLab")
    else:
        yield Finding("Front end", Colour.GREEN, "widgets and jupyter-server-proxy are there")


def _journal(seat: _Seat) -> Iterator[Finding]:
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


_CHECKS: Final[tuple[_Check, ...]] = (
    _python,
    _packages,
    _kernel,
    _loop,
    _proxies,
    _port,
    _orphans,
    _place,
    _class_server,
    _front_end,
    _journal,
)


# Small parts --------------------------------------------------------------------------------------------------------


def _needs() -> dict[str, str]:
    """Return the oldest version of every package that chatlib's own metadata asks for."""
    try:
        lines = importlib.metadata.requires("chatlib") or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    return {match[1]: match[2] for line in lines if (match := re.fullmatch(r"([\w.-]+)>=([\d.]+)", line))}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package) or None  # empty for what a broken uninstall leaves behind
    except importlib.metadata.PackageNotFoundError:
        return None


def _release(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()


def _without_secrets(url: str) -> str:
    """Return a URL without its user, its password and its query."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def _who(port: int) -> str:
    """Return who listens on a port, as well as the system tells."""
    found = processes.listening(port)
    if not found:
        return "somebody"
    told = []
    for listener in found:
        user = "yours" if listener.uid == os.geteuid() else f"user {_user_name(listener.uid)}'s"
        told += [f"{user}, {processes.described(process)}" for process in processes.holders(listener)] or [user]
    return "; ".join(dict.fromkeys(told))


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _proxy_is_enabled() -> bool:
    """Tell whether the configuration of this environment's Jupyter server enables jupyter-server-proxy."""
    from jupyter_core.paths import jupyter_config_path

    enabled = False
    for folder in map(Path, reversed(jupyter_config_path())):
        for path in (*sorted(folder.glob("jupyter_server_config.d/*.json")), folder / "jupyter_server_config.json"):
            with suppress(OSError, ValueError, AttributeError):
                extensions = json.loads(path.read_text(encoding="utf-8")).get("ServerApp", {})
                enabled = extensions.get("jpserver_extensions", {}).get("jupyter_server_proxy", enabled)
    return enabled


def _is_readable(journal: Path) -> bool:
    """Tell whether a journal begins as this version's do."""
    with journal.open("rb") as file:
        first = file.readline()
    try:
        return not first or bool(json.loads(first)["chatlib journal"] == journal_backplane.VERSION)
    except (ValueError, TypeError, KeyError):
        return False
