"""The doctor: each thing it looks at is broken, and it has to say so, with the line that mends it."""

from __future__ import annotations

import asyncio
import http.server
import importlib.metadata
import os
import pwd
import secrets
import socket
import subprocess
import sys
import textwrap
import threading
import time
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser

import psutil
import pytest
from jupyter_client.manager import KernelManager

import chatlib
from chatlib.__main__ import main
from chatlib.diagnostics import orphans
from chatlib.diagnostics.checkup import OLDEST_PYTHON, Colour, Finding, Report
from chatlib.machine import processes
from chatlib.server import journal_backplane
from tests.support.lab import ROOT, free_port
from tests.support.server_process import ServerProcess

GREEN, AMBER, RED = Colour
SECONDS = 20


@pytest.fixture(autouse=True)
def own_machine(monkeypatch) -> None:
    """A plain laptop, whatever runs the tests, on which nothing runs but this test: what it resets is its own."""
    mark = secrets.token_hex()
    monkeypatch.setenv("CHATLIB_TEST", mark)
    all_processes = processes.processes

    def own_processes() -> Iterator[processes.Process]:
        for process in all_processes():
            if process.pid == os.getpid() or processes.environment_of(process).get("CHATLIB_TEST") == mark:
                yield process

    monkeypatch.setattr(processes, "processes", own_processes)
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("JUPYTERHUB_", "BINDER_", "COLAB_", "VSCODE_")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("TERM_PROGRAM", raising=False)


def findings(topic: str) -> list[Finding]:
    return [finding for finding in chatlib.doctor().findings if finding.topic == topic]


def finding(topic: str) -> Finding:
    (found,) = findings(topic)
    return found


def port() -> int:
    return int(os.environ["CHATLIB_PORT"])


class Words(HTMLParser):
    """The tags and the texts of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


# The report ---------------------------------------------------------------------------------------------------------


def test_where_all_is_well_everything_is_green_and_quickly_said():
    """This environment is the course's own. A finding that is green has nothing to mend."""
    began = time.monotonic()
    report = chatlib.doctor()

    assert time.monotonic() - began < 3
    assert [found for found in report.findings if found.colour is not GREEN or found.mend] == []
    assert report.colour is GREEN
    topics = "Python, Packages, Kernel, Loop, Proxies, Port, Orphans, Place, Front end, Journal"
    assert ", ".join(found.topic for found in report.findings) == topics


def test_a_report_is_as_bad_as_its_worst_finding():
    """One word for it all, for a program that asks; and the count of each."""
    report = Report(
        (Finding("a", GREEN, "well"), Finding("b", RED, "ill", "a line"), Finding("c", AMBER, "so so", "x"))
    )

    assert report.colour is RED
    assert repr(report) == "<Report 1 green, 1 amber, 1 red>"
    assert str(report).splitlines()[1].split() == ["red", "b", "ill"]
    assert str(report).splitlines()[2].strip() == "to mend it: a line"


def test_a_notebook_shows_a_table_that_reads_without_its_styles():
    """A row per finding; colours are words too; what a foreign program calls itself is text."""

    parser = Words()
    parser.feed(Report((Finding("Port", RED, "held by <img src=x onerror=alert(1)>", "end <it>"),))._repr_html_())

    assert "img" not in parser.tags
    assert {"table", "caption", "tr", "th", "strong", "code"} <= set(parser.tags)
    assert parser.words[1:] == ["Port", "red", "held by <img src=x onerror=alert(1)>", "To mend it: ", "end <it>"]


def test_it_needs_none_of_the_packages_that_may_be_missing():
    """The doctor that a missing package kills is no doctor."""
    script = """
        import sys
        for name in ("websockets", "ipywidgets", "anywidget", "IPython", "ipykernel", "nest_asyncio", "jupyter_core"):
            sys.modules[name] = None
        from chatlib.__main__ import main
        sys.exit(main(["doctor"]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "could not be looked at" in done.stdout, "the journal's place is jupyter_core's to know"


def test_a_terminal_prints_it_and_ends_with_1_if_something_is_red(monkeypatch, capsys):
    """So that a script that prepares a room full of laptops can stop there."""
    assert main(["doctor"]) == 0
    assert "green  Python" in capsys.readouterr().out

    monkeypatch.setenv("CHATLIB_PORT", "three thousand")
    assert main(["doctor"]) == 1
    assert "red    Port" in capsys.readouterr().out


@pytest.mark.process
def test_it_runs_in_a_kernel_and_says_what_to_type_there(tmp_path, monkeypatch):
    """A cell has a running loop, and needs %pip and %env."""
    monkeypatch.setenv("CHATLIB_PORT", "x")
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=tmp_path)
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=SECONDS)
        said: list[str] = []
        code = "import chatlib; [f for f in chatlib.doctor().findings if f.topic in ('Loop', 'Port')]"
        client.execute_interactive(
            code,
            timeout=SECONDS,
            output_hook=lambda message: said.append(message["content"].get("data", {}).get("text/plain", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    assert "UnixSelectorEventLoop" in "".join(said)
    assert "%env CHATLIB_PORT=3000" in "".join(said)


# Python, packages, kernel, loop -------------------------------------------------------------------------------------


def test_an_old_python_is_red(monkeypatch):
    """The oldest that will do is that of the package's own metadata."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, OLDEST_PYTHON))}"

    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    assert finding("Python").colour is RED


@pytest.fixture
def versions(monkeypatch) -> dict[str, str | None]:
    """What importlib.metadata shall say instead of the truth; None for a package that is not there."""
    told: dict[str, str | None] = {}
    version = importlib.metadata.version

    def tell(package: str) -> str:
        found = told.get(package, version(package))
        if found is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return found

    monkeypatch.setattr(importlib.metadata, "version", tell)
    return told


def test_a_missing_and_an_old_package_are_red_with_the_line_that_installs_them(versions):
    """Each by its own name; those that are well are named too."""
    versions |= {"anywidget": None, "websockets": "15.0.1"}

    missing, old, rest = findings("Packages")

    assert (missing.colour, old.colour, rest.colour) == (RED, RED, GREEN)
    assert missing.mend.endswith("-m pip install --upgrade anywidget")
    assert "websockets 15.0.1 is too old" in old.text
    assert '"websockets>=' in old.mend
    assert "ipywidgets" in rest.text


def test_every_package_that_the_metadata_names_is_looked_at():
    """The line in pyproject.toml is the only place where a package and its oldest version are named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = finding("Packages").text

    assert [line for line in project["dependencies"] if line.partition(">=")[0] not in text] == []


def test_a_file_that_hides_a_package_is_red(tmp_path, monkeypatch):
    """The learner's own websockets.py, beside the notebook."""
    (tmp_path / "websockets.py").touch()
    monkeypatch.chdir(tmp_path)

    hidden, rest = findings("Packages")

    assert (hidden.colour, rest.colour) == (RED, GREEN)
    assert "another name" in hidden.mend


def test_a_course_that_was_never_installed_is_amber(versions, monkeypatch):
    """It can be imported from its folder, and nobody knows whether the packages are those it needs."""
    versions |= {"chatlib": None}
    monkeypatch.setattr(importlib.metadata, "requires", lambda package: importlib.metadata.version(package))

    assert finding("Packages").colour is AMBER


@pytest.mark.parametrize(
    ("version", "colour", "way"),
    [
        ("6.31.0", AMBER, "waits"),
        ("7.3.1", AMBER, "a thread of its own"),
        ("7.4.0", GREEN, "its own thread or the cell's"),
    ],
)
def test_ipykernel_has_its_way_with_callbacks(versions, version, colour, way):
    """Whether a panel hears its page while a cell runs depends on it."""
    versions |= {"ipykernel": version}
    found = finding("Kernel")

    assert found.colour is colour
    assert version in found.text
    assert way in found.text
    assert bool(found.mend) == (colour is AMBER)


async def test_the_running_loop_is_named():
    """asyncio's own is well."""
    assert type(asyncio.get_running_loop()).__name__.lstrip("_") in finding("Loop").text


def test_a_patched_asyncio_is_amber_and_red_where_it_breaks():
    """nest_asyncio.apply() cannot be taken back; on Python 3.14 it breaks current_task()."""
    script = """
        import sys, nest_asyncio, asyncio
        asyncio.set_event_loop(asyncio.new_event_loop())
        nest_asyncio.apply()
        import chatlib
        def colour():
            (found,) = [found for found in chatlib.doctor().findings if found.topic == "Loop"]
            return found.colour
        print(colour())
        sys.version_info = (3, 14, 0, "final", 0)
        print(colour())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60)

    assert done.stdout.split() == ["amber", "red"], done.stderr


def test_uvloop_is_amber():
    """It runs the course, but for the notebook that applies nest_asyncio."""

    class Loop(asyncio.SelectorEventLoop):
        pass

    Loop.__module__ = "uvloop"

    async def ask() -> Finding:
        return finding("Loop")

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(ask()).colour is AMBER


# Proxies ------------------------------------------------------------------------------------------------------------


def test_a_proxy_for_this_machine_is_amber_and_its_password_is_not_shown(monkeypatch):
    """The line that mends it keeps what is excepted already."""
    monkeypatch.setenv("http_proxy", "http://ada:secret@proxy.example:3128/")
    monkeypatch.setenv("no_proxy", "intranet.example")
    found = finding("Proxies")

    assert found.colour is AMBER
    assert "proxy.example:3128" in found.text
    assert "secret" not in str(found)
    assert found.mend == "export no_proxy=intranet.example,127.0.0.1,localhost"


def test_a_proxy_that_leaves_this_machine_alone_is_green(monkeypatch):
    """The line of the test above, obeyed."""
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")

    assert finding("Proxies").colour is GREEN


# The port -----------------------------------------------------------------------------------------------------------


def test_a_port_that_is_none_is_red(monkeypatch):
    """The other checks still have something to say."""
    monkeypatch.setenv("CHATLIB_PORT", "three thousand")
    found = finding("Port")

    assert (found.colour, found.mend) == (RED, "export CHATLIB_PORT=3000")
    assert "could not be looked at" not in str(chatlib.doctor())


def test_port_0_is_amber(monkeypatch):
    """Every kernel would chat with itself."""
    monkeypatch.setenv("CHATLIB_PORT", "0")
    found = finding("Port")

    assert (found.colour, found.mend) == (AMBER, "export CHATLIB_PORT=3000")


def test_a_chat_server_of_ones_own_is_green():
    """In this kernel, and in another process, which is named."""
    with chatlib.serve():
        found = finding("Port")
        assert (found.colour, "this kernel" in found.text) == (GREEN, True)
    with ServerProcess():
        found = finding("Port")
        assert (found.colour, "-m chatlib serve" in found.text) == (GREEN, True)


def test_a_chat_server_with_a_passcode_is_amber():
    """It can be joined by those who know it."""
    with chatlib.serve(passcode="open sesame"):
        found = finding("Port")

    assert found.colour is AMBER
    assert "passcode=" in found.mend
    assert "sesame" not in str(found)


class Web(http.server.BaseHTTPRequestHandler):
    answer = b"hello"

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *args):
        pass


class OtherProtocol(Web):
    answer = b'{"service": "chatlib", "version": "9.0", "protocol": 9, "rooms": 1, "clients": 0}'


@pytest.mark.parametrize(
    ("handler", "words"), [(Web, "another program's web server"), (OtherProtocol, "speaks protocol 9")]
)
def test_a_foreign_web_server_and_another_protocol_are_red(handler, words):
    """What serve() would say, who it is, and how to go elsewhere."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", port()), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        found = finding("Port")
        web.shutdown()

    assert found.colour is RED
    assert words in found.text
    assert "this kernel" in found.text, "it is this process that listens"
    assert f"export CHATLIB_PORT={port() + 1}" in found.mend


def test_a_listener_that_hangs_is_red_and_waited_for_no_longer_than_3_seconds():
    """A kernel that was stopped, say."""
    with socket.create_server(("127.0.0.1", port())):
        began = time.monotonic()
        found = finding("Port")

    assert time.monotonic() - began < 3
    assert found.colour is RED
    assert "no answer" in found.text


def test_a_listener_without_http_is_red():
    """A database, a mail server: it answers, and not in HTTP."""
    with socket.create_server(("127.0.0.1", port())) as server:

        def answer() -> None:
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(b"220 mail.example ready\r\n")
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        found = finding("Port")

    assert found.colour is RED
    assert "no HTTP" in found.text


def test_a_port_that_the_system_keeps_is_not_called_free(monkeypatch):
    """Windows keeps whole ranges for itself, and Linux what is below 1024."""

    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    found = finding("Port")

    assert found.colour is RED
    assert "Permission denied" in found.text


STRANGER = next(user for user in pwd.getpwall() if user.pw_uid != os.geteuid())


@pytest.mark.parametrize(("uid", "name"), [(STRANGER.pw_uid, STRANGER.pw_name), (4_000_000, "4000000")])
def test_a_server_of_another_user_is_amber_and_has_no_link(tmp_path, monkeypatch, uid, name):
    """Kernels may join; a browser would hand them the Jupyter cookie."""
    with chatlib.serve() as server:
        table = (processes.PROC / "net" / "tcp").read_text()
        (tmp_path / "net").mkdir()
        fields = [line.split() for line in table.splitlines()]
        for row in fields[1:]:
            row[7] = str(uid)
        (tmp_path / "net" / "tcp").write_text("\n".join(map(" ".join, fields)))
        monkeypatch.setattr(processes, "PROC", tmp_path)
        found, place = finding("Port"), finding("Place")

    assert found.colour is AMBER
    assert f"user {name}'s" in found.text
    assert f"http://127.0.0.1:{server.port}" not in str(place)


# Where it runs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "colour", "words"),
    [
        ({}, GREEN, "http://127.0.0.1:3000/"),
        ({"JUPYTERHUB_USER": "demo", "JUPYTERHUB_SERVICE_PREFIX": "/user/demo/"}, GREEN, "/user/demo/proxy/3000/"),
        ({"BINDER_LAUNCH_HOST": "https://mybinder.org/", "JUPYTERHUB_SERVICE_PREFIX": "/user/x/"}, GREEN, "Binder"),
        ({"COLAB_RELEASE_TAG": "release"}, AMBER, "no socket"),
        ({"VSCODE_PID": "77"}, AMBER, "VS Code"),
    ],
    ids=["laptop", "hub", "Binder", "Colab", "VS Code"],
)
def test_it_knows_where_it_runs_and_the_urls_there(monkeypatch, environment, colour, words):
    """Kernels connect to this machine everywhere; what a browser opens depends."""
    for name, value in (environment | {"CHATLIB_PORT": "3000"}).items():
        monkeypatch.setenv(name, value)
    found = finding("Place")

    assert found.colour is colour
    assert words in found.text
    assert "ws://127.0.0.1:3000" in found.text
    assert bool(found.mend) == (colour is AMBER)


def test_the_classs_server_is_asked(monkeypatch):
    """Well, with the wrong passcode, not chatlib, not there; the passcode is shown in none of them."""
    with chatlib.serve(port=0, passcode="sesame") as server:
        monkeypatch.setenv("CHATLIB_URL", server.chat_url)
        assert finding("Class server").colour is GREEN
        monkeypatch.setenv("CHATLIB_URL", server.chat_url.replace("sesame", "sesam"))
        assert "another passcode" in finding("Class server").text
        assert "sesam" not in str(finding("Class server"))
    assert "Connection refused" in finding("Class server").text
    monkeypatch.setenv("CHATLIB_URL", "not a URL")
    found = finding("Class server")
    assert (found.colour, bool(found.mend)) == (RED, True)


@pytest.mark.parametrize(("handler", "words"), [(Web, "is no chat server"), (OtherProtocol, "speaks protocol 9")])
def test_a_class_server_that_is_none_is_red(monkeypatch, handler, words):
    """Whatever else answers there, or another version of the course."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        monkeypatch.setenv("CHATLIB_URL", f"ws://127.0.0.1:{web.server_port}")
        found = finding("Class server")
        web.shutdown()

    assert found.colour is RED
    assert words in found.text


# The front end ------------------------------------------------------------------------------------------------------


def test_a_missing_front_end_is_red(tmp_path, monkeypatch):
    """The package is there and its half in JupyterLab is not: widgets would show as text."""
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *subdirs: [str(tmp_path)])
    (tmp_path / "@jupyter-widgets/jupyterlab-manager").mkdir(parents=True)
    found = finding("Front end")

    assert found.colour is RED
    assert "install --upgrade anywidget" in found.mend


def test_a_proxy_that_is_not_enabled_is_amber(tmp_path, monkeypatch):
    """The panels work; a browser on another machine does not reach the server. The last word is the user's."""
    enabled = '{"ServerApp": {"jpserver_extensions": {"jupyter_server_proxy": %s}}}'
    ours, system = tmp_path / "ours", tmp_path / "system"
    (system / "jupyter_server_config.d").mkdir(parents=True)
    ours.mkdir()
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(ours), str(system)])
    assert finding("Front end").colour is AMBER
    (system / "jupyter_server_config.d" / "jupyter-server-proxy.json").write_text(enabled % "true")
    assert finding("Front end").colour is GREEN
    (ours / "jupyter_server_config.json").write_text(enabled % "false")
    found = finding("Front end")

    assert found.colour is AMBER
    assert "jupyter-server-proxy" in found.mend


# The journal --------------------------------------------------------------------------------------------------------


def test_a_journal_that_cannot_be_written_is_amber(tmp_path, monkeypatch):
    """The runtime directory lies below a file; and then a folder lies where the journal should."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    found = finding("Journal")
    assert (found.colour, str(tmp_path / "file") in found.text) == (AMBER, True)
    assert "JUPYTER_RUNTIME_DIR" in found.mend

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    journal_backplane.journal_path(port()).mkdir(parents=True)
    assert finding("Journal").colour is AMBER


def test_a_fresh_an_old_and_a_damaged_journal_are_told_apart():
    """The next server goes on with the room, or starts it anew, or has none."""
    path = journal_backplane.journal_path(port())
    assert "none yet" in finding("Journal").text
    chatlib.serve().stop()
    assert "fresh" in finding("Journal").text

    path.write_text("not a journal\n")
    found = finding("Journal")
    assert (found.colour, "--reset" in found.mend) == (AMBER, True)

    os.utime(path, (time.time() - 3600,) * 2)
    found = finding("Journal")
    assert (found.colour, "old" in found.text) == (GREEN, True)


# What is left over, and the reset -----------------------------------------------------------------------------------


@pytest.fixture
def leave_over() -> Iterator:
    """Start a Python whose starter then ends; return its process and the port that it printed."""
    started: list[psutil.Process] = []

    def start(*arguments: str, environment: dict[str, str] | None = None, alone: bool = False) -> tuple[int, int]:
        script = f'{"setsid " if alone else ""}"$@" & echo $!'
        starter = subprocess.Popen(
            ["sh", "-c", script, "sh", sys.executable, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
            start_new_session=True,
        )
        pid = int(starter.stdout.readline())
        started.append(psutil.Process(pid))
        url = starter.stdout.readline().strip()
        assert starter.wait(SECONDS) == 0
        return pid, int(url.rpartition(":")[2])

    yield start
    for process in started:
        if process.is_running():
            process.kill()


SERVE = ("-m", "chatlib", "serve", "--port", "0")
KERNEL = "import sys, threading, chatlib; print(chatlib.serve(port=0).url, flush=True); threading.Event().wait()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + KERNEL


def a_dead_pid() -> str:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait(SECONDS)
    return str(child.pid)


def test_a_server_whose_terminal_is_gone_is_found_and_ended(leave_over, capsys):
    """Amber, with its process and its port; the reset asks it to stop, and says so."""
    pid, own = leave_over(*SERVE)
    found = finding("Orphans")

    assert found.colour is AMBER
    assert f"process {pid}" in found.text
    assert f"port {own}" in found.text
    assert found.mend == "python -m chatlib doctor --reset"
    assert main(["doctor", "--reset"]) == 0
    assert f"process {pid}" in capsys.readouterr().out.splitlines()[0]
    assert processes.process_of(pid) is None
    assert finding("Orphans").colour is GREEN


def test_a_kernel_whose_jupyter_server_is_gone_is_ended_even_if_it_does_not_listen(leave_over, monkeypatch):
    """It is asked first, and after a while not asked any more."""
    monkeypatch.setattr(orphans, "TERM_SECONDS", 0.5)
    pid, own = leave_over("-c", DEAF, environment={"JPY_PARENT_PID": a_dead_pid()})

    assert [(process.pid, ports) for process, ports in orphans.orphans()] == [(pid, [own])]
    (told,) = orphans.reset()
    assert told.endswith(f"on port {own} was ended")
    assert processes.process_of(pid) is None


def test_what_is_looked_after_and_what_is_not_ours_is_left_alone(leave_over):
    """A server with its terminal, one that was started to stand alone, a kernel with its Jupyter, a foreign program."""
    foreign = "import http.server as h; s = h.HTTPServer(('127.0.0.1', 0), h.BaseHTTPRequestHandler); "
    foreign += "print(f':{s.server_port}', flush=True); s.serve_forever()"
    with ServerProcess("--port", "0") as looked_after:
        alone, _ = leave_over(*SERVE, alone=True)
        kernel, _ = leave_over("-c", KERNEL, environment={"JPY_PARENT_PID": str(os.getpid())})
        other, _ = leave_over("-c", foreign, environment={"JPY_PARENT_PID": a_dead_pid()})

        assert list(orphans.reset()) == []
        assert looked_after.alive
        assert None not in [processes.process_of(pid) for pid in (alone, kernel, other)]


def test_a_pid_that_was_given_away_is_not_ended(leave_over, monkeypatch):
    """Between finding and ending, a process may end and another get its number."""
    pid, _ = leave_over(*SERVE)
    found = orphans.orphans()
    earlier = [(processes.Process(p.pid, p.uid, p.parent, p.session, p.started - 1, p.command), o) for p, o in found]
    monkeypatch.setattr(orphans, "orphans", lambda: earlier)
    list(orphans.reset())

    assert processes.process_of(pid) is not None


def test_a_system_that_does_not_tell_is_not_called_clean(tmp_path, monkeypatch):
    """macOS and Windows: nothing is found, and the doctor does not pretend to have looked."""
    monkeypatch.setattr(processes, "PROC", tmp_path)

    assert "not looked for" in finding("Orphans").text
    assert list(orphans.reset()) == []


def test_the_reset_removes_this_hosts_journals_but_none_that_a_server_writes():
    """Another host may share the folder, and another program the ending."""
    with chatlib.serve() as server:
        mine = journal_backplane.journal_path(server.port)
        (left := journal_backplane.journal_path(free_port())).write_text("{}\n")
        (elsewhere := mine.with_name(f"chatlib-elsewhere-{server.port}.journal")).touch()
        (other := mine.with_name("notes.journal")).touch()

        assert len(list(orphans.reset())) == 2
        assert [path.exists() for path in (mine, left, elsewhere, other)] == [True, False, True, True]
    list(orphans.reset())
    assert not mine.exists()


def test_control_characters_of_a_foreign_command_do_not_reach_the_terminal():
    """A program may call itself anything."""
    process = processes.Process(1, 0, 0, 0, 0, ("/usr/bin/evil\x1b]0;owned\x07", "\x1b[2J"))

    assert orphans.described(process) == "process 1 (evil]0;owned [2J)"
