"""Who may come in and where to, decided from a request with no socket."""

import pytest

from chatlib.errors import Refused
from chatlib.server.handshake import Chat, Door, Echo, Health, Page
from chatlib.server.origins import normalised_origins, parse_origins

OPEN = Door()
NAMED = Door(origins=normalised_origins(["https://chat.example.org"]))
GUARDED = Door(passcode="open sesame")
HUB = Door(behind_hub=True)
SECRET = "0123456789abcdef"


def ask(door, target="/chat/room", *, method="GET", host="127.0.0.1:3000", origin=None, upgrade=True):
    """Where the request leads, or the status of its refusal."""
    headers = {"host": host, "origin": origin, "upgrade": "WebSocket" if upgrade else None}
    try:
        return door.admit(method, target, {name: value for name, value in headers.items() if value is not None})
    except Refused as refusal:
        return refusal.status


# Paths


@pytest.mark.parametrize(
    ("target", "upgrade", "answer"),
    [
        ("/", False, Page()),
        ("/?room=x", False, Page()),
        ("/healthz", False, Health(trusted=True)),
        ("/healthz", True, Health(trusted=True)),
        ("/echo", True, Echo()),
        ("/echo?x=1", True, Echo()),
        ("/", True, Chat("lobby", "", None, None)),
        ("/chat", True, Chat("lobby", "", None, None)),
        ("/chat/tea%20room", True, Chat("tea room", "", None, None)),
        (f"/chat/tea?name=A%26b+c&since=e-1&client={SECRET}", True, Chat("tea", "A&b c", "e-1", SECRET)),
        ("/echo", False, 426),
        ("/chat", False, 426),
        ("/chat/tea", False, 426),
        ("/favicon.ico", False, 404),
        ("/favicon.ico", True, 404),
        ("/echo/", True, 404),
        ("/healthz/", False, 404),
        ("//chat/tea", True, 404),
        ("/chat/a%2Fb", True, 404),
        ("/chat/" + "x" * 65, False, 404),
        ("/chat/a%3Fb", True, 404),
        ("/chat/..", True, 404),
        ("/chat/%EF%BC%A1%E2%80%8B%20", True, Chat("Ａ", "", None, None)),
        ("/?room=a%3Fb", False, 404),
        ("/?room=..", False, 404),
        ("/?room=x&room=a%23b", False, 404),
        ("/?room=", False, Page()),
        ("/?room=caf%C3%A9", False, Page()),
    ],
)
def test_where_a_target_leads(target, upgrade, answer):
    """A page and JSON for a plain GET, 426 for a WebSocket path without an upgrade, 404 for anything else."""
    assert ask(OPEN, target, upgrade=upgrade) == answer


def test_404_names_the_paths_there_are():
    """Whoever mistyped reads what would be right."""
    with pytest.raises(Refused, match="/chat/<room>, /echo, /healthz") as refusal:
        OPEN.admit("GET", "/chatt/x", {"host": "localhost"})

    assert refusal.value.status == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "get", "M-SEARCH"])
def test_get_only(method):
    """Any other method is 405."""
    assert ask(OPEN, method=method, upgrade=False) == 405


@pytest.mark.parametrize(("client", "status"), [("x" * 15, 400), ("x" * 65, 400), ("", 400), ("x" * 16, None)])
def test_a_client_secret_has_16_to_64_characters(client, status):
    """A shorter one could be guessed, and somebody's seat be taken."""
    answer = ask(OPEN, f"/chat?client={client}")

    assert answer == (status or Chat("lobby", "", None, client))


# Host


@pytest.mark.parametrize("host", ["localhost", "localhost:3000", "LOCALHOST", "127.0.0.1:80", "[::1]", "[::1]:3000"])
def test_loopback_hosts_are_let_in(host):
    """This machine, by any of its names and at any port."""
    assert ask(OPEN, host=host) == Chat("room", "", None, None)


@pytest.mark.parametrize(
    "host",
    ["", None, "evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.5",
     "0.0.0.0", "[::1", "localhost:80@evil.example", "localhost:3000.evil.example", "[::1].evil.example", "localhost:",
     "evil.example\\@localhost", "127.1", "localhost, evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("target", ["/", "/healthz", "/chat/room", "/nowhere"])
def test_other_hosts_are_refused_on_every_path(host, target):
    """DNS rebinding: a page of evil.example whose name now resolves to 127.0.0.1 still says so in Host."""
    assert ask(OPEN, target, host=host, upgrade=False) == 403


def test_the_host_of_a_named_origin_is_let_in():
    """Whoever names an origin means to serve it; others stay out."""
    assert ask(NAMED, host="chat.example.org:8443") == Chat("room", "", None, None)
    assert ask(NAMED, host="example.org") == 403


@pytest.mark.parametrize("door", [OPEN, NAMED, HUB, GUARDED])
@pytest.mark.parametrize("host", ["", "hub.example\\@x", "hub.example:80.evil.example", "[::1].evil.example", "a b"])
def test_what_is_no_host_is_refused_at_every_door(door, host):
    """Nor is a page let in because its Origin has the same fault as Host."""
    assert ask(door, "/healthz", host=host) == 403
    assert ask(door, "/healthz", host=host, origin=f"http://{host}") == 403


@pytest.mark.parametrize("door", [HUB, GUARDED])
def test_under_a_hub_or_behind_a_passcode_any_host_is_let_in(door):
    """There something else asks who comes."""
    assert isinstance(ask(door, "/healthz", host="hub.example"), Health)


# Origin


@pytest.mark.parametrize(
    "origin",
    [None, "http://localhost:8888", "http://localhost", "https://127.0.0.1:1", "http://[::1]:8888", "HTTP://LOCALHOST"],
)
def test_no_origin_and_loopback_origins_are_let_in(origin):
    """Kernels and tools send none; a page of this machine's Lab sends loopback, at any port."""
    assert ask(OPEN, origin=origin) == Chat("room", "", None, None)


@pytest.mark.parametrize(
    "origin",
    ["null", "", "https://evil.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
     "http://192.168.1.5", "https://localhost@evil.example", "file://", "http://[::1", "http://localhost:3000.evil.example",
     "http://[::1].evil.example", "//localhost", "http://evil.example\\@localhost", "http://localhost/x", "ftp://localhost",
     "http://localhost http://evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("target", ["/", "/healthz", "/chat/room"])
def test_other_origins_are_refused(origin, target):
    """Cross-site hijacking: a page from elsewhere, from disk or in a sandboxed frame."""
    assert ask(OPEN, target, origin=origin, upgrade=False) == 403


def test_the_refusal_names_the_origin_and_the_setting():
    """Whoever is refused reads what to do."""
    with pytest.raises(Refused) as refusal:
        OPEN.admit("GET", "/", {"host": "localhost", "origin": "https://lab.example"})

    for words in ("https://lab.example", "origins=", "--origin", "CHATLIB_ORIGINS"):
        assert words in refusal.value.text


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("https://chat.example.org", True),
        ("HTTPS://Chat.Example.org", True),
        ("http://chat.example.org", False),
        ("https://chat.example.org:8443", False),
        ("https://example.org", False),
    ],
)
def test_a_named_origin_is_let_in_as_named(origin, admitted):
    """Scheme, host and port: all of it, whatever Host says."""
    for host in ("localhost", "chat.example.org"):
        assert (ask(NAMED, host=host, origin=origin) != 403) is admitted


@pytest.mark.parametrize(("door", "admitted"), [(HUB, True), (GUARDED, True), (OPEN, False), (NAMED, False)])
def test_an_origin_equal_to_host_is_let_in_under_a_hub_or_behind_a_passcode(door, admitted):
    """Through jupyter-server-proxy the page's origin is the Host; without a guard that could be rebinding."""
    answer = ask(door, "/healthz", host="hub.example:443", origin="https://hub.example")

    assert (answer != 403) is admitted
    assert ask(door, "/healthz", host="hub.example", origin="https://evil.example") == 403
    assert ask(door, "/healthz", host="", origin="null") == 403


@pytest.mark.parametrize(
    ("named", "sent"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTPS://Example.org/", "https://example.org"),
        (" http://example.org:8888 ", "http://example.org:8888"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://[::2]:8888", "http://[::2]:8888"),
    ],
)
def test_an_origin_is_kept_as_a_browser_sends_it(named, sent):
    """In lower case, with a port only where it is not the scheme's own."""
    assert normalised_origins([named]) == {sent}


@pytest.mark.parametrize(
    "named",
    ["example.org", "ftp://example.org", "https://", "https://example.org/path", "https://example.org?x", "null", "*",
     "https://example.org#x", "https://a:b@example.org", "https://example.org:x"],
)  # fmt: skip
def test_what_is_no_origin_raises_at_once(named):
    """A setting that would never match is an error where it is made, and says what an origin looks like."""
    with pytest.raises(ValueError, match="an origin looks like"):
        normalised_origins([named])


def test_origins_in_the_environment_are_separated_by_commas_or_spaces():
    """``$CHATLIB_ORIGINS``; nothing in it is no origin."""
    assert parse_origins("https://a.example, http://b.example:1  https://c.example") == {
        "https://a.example",
        "http://b.example:1",
        "https://c.example",
    }
    assert parse_origins(" ") == frozenset()


# Passcode


@pytest.mark.parametrize("query", ["", "?passcode=", "?passcode=x", "?passcode=open+sesam", "?Passcode=open+sesame"])
@pytest.mark.parametrize("target", ["/", "/echo", "/chat/room", "/nowhere", "/chat/a%2Fb"])
def test_a_wrong_or_missing_passcode_is_401(target, query):
    """Before any path is looked at: a stranger learns nothing."""
    assert ask(GUARDED, target + query, upgrade=False) == 401


def test_the_passcode_lets_in():
    """In the query, decoded."""
    assert ask(GUARDED, "/chat/room?passcode=open%20sesame&name=Ada") == Chat("room", "Ada", None, None)
    assert ask(GUARDED, "/?passcode=open+sesame", upgrade=False) == Page()
    assert ask(Door(passcode="密码"), "/?passcode=%E5%AF%86%E7%A0%81", upgrade=False) == Page()
    assert ask(Door(passcode="密码"), "/?passcode=%ED%A0%80%FF", upgrade=False) == 401


def test_healthz_without_the_passcode_is_answered_as_to_a_stranger():
    """It says what is here, and no more."""
    assert ask(GUARDED, "/healthz") == Health(trusted=False)
    assert ask(GUARDED, "/healthz?passcode=open+sesame") == Health(trusted=True)


def test_without_a_passcode_any_is_as_good():
    """A client that brings one that nobody wants is not sent away."""
    assert ask(OPEN, "/?passcode=x", upgrade=False) == Page()


# Order


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"host": "evil.example", "origin": "https://evil.example", "target": "/nowhere"}, "Host"),
        ({"origin": "https://evil.example", "target": "/nowhere"}, "Origin"),
    ],
)
def test_host_is_checked_before_origin_and_origin_before_the_path(request_, status):
    """What comes first is what is told."""
    headers = {"host": request_.get("host", "localhost"), "origin": request_["origin"]}
    with pytest.raises(Refused) as refusal:
        OPEN.admit("GET", request_["target"], headers)

    assert refusal.value.text.startswith(status)


def test_origin_is_checked_before_the_passcode():
    """A foreign page cannot even try passcodes."""
    assert ask(GUARDED, "/chat/room?passcode=wrong", origin="https://evil.example") == 403
