"""The variables of chatlib, as people type them: each is read in one place, by whoever asks."""

from __future__ import annotations

import os

import pytest

import chatlib
from chatlib import background
from chatlib.diagnostics.report import Colour
from chatlib.diagnostics.seat import Seat
from chatlib.diagnostics.surroundings import check_class_server, check_origins, check_port
from chatlib.machine import environment, ports


@pytest.mark.parametrize("value", ["", " ", '""', "''", "\ufeff"])
def test_a_class_server_that_is_only_quotes_is_none(monkeypatch, value):
    """`%env CHATLIB_URL=""` was meant to take it away: the panel serves, and the doctor has nothing to say."""
    monkeypatch.setenv("CHATLIB_URL", value)

    assert environment.class_server() == ""
    assert list(check_class_server(Seat.here())) == []


@pytest.mark.parametrize("form", ["{url}", '"{url}"', " {bare} ", "http://{bare}"])
def test_client_panel_and_doctor_read_the_url_alike(monkeypatch, form):
    """With a passcode that has a space and Chinese in it, typed as it is said."""
    with chatlib.serve(port=0, passcode="芝麻 开门") as server:
        bare = f"127.0.0.1:{server.port}/?passcode=芝麻 开门"
        monkeypatch.setenv("CHATLIB_URL", form.format(url=f"ws://{bare}", bare=bare))
        (found,) = check_class_server(Seat.here())
        assert found.colour is Colour.GREEN, found
        panel = chatlib.ChatPanel(name="Ada")
        client = chatlib.ChatClient(os.environ["CHATLIB_URL"], name="Bo")
        try:
            for person in (panel.client, client):
                background.run(person.joined())
                assert person.state == "OPEN"
        finally:
            panel.close()
            client.close()


def test_a_url_that_is_none_is_one_error_for_panel_and_doctor(monkeypatch):
    """It names the variable."""
    monkeypatch.setenv("CHATLIB_URL", "ws://host#/?passcode=sesame")
    (found,) = check_class_server(Seat.here())
    with pytest.raises(ValueError, match=r"^CHATLIB_URL: ") as caught:
        chatlib.ChatPanel()

    assert (found.colour, found.text) == (Colour.RED, str(caught.value))
    assert "sesame" not in found.text


def test_a_port_in_quotes_is_that_port(monkeypatch):
    """For serve() and the doctor alike: both ask in one place."""
    monkeypatch.setenv("CHATLIB_PORT", f'"{os.environ["CHATLIB_PORT"]}" ')
    port = ports.default_port()
    with chatlib.serve() as server:
        (found,) = check_port(Seat.here())

        assert (server.port, found.colour) == (port, Colour.GREEN)


def test_origins_are_looked_at_and_may_be_in_quotes(monkeypatch):
    """One that serve() will refuse is red before it does; none is nothing to speak of."""
    assert list(check_origins(Seat.here())) == []
    monkeypatch.setenv("CHATLIB_ORIGINS", '"https://b.example, http://a.example:8888"')
    (found,) = check_origins(Seat.here())
    assert (found.colour, "http://a.example:8888, https://b.example" in found.text) == (Colour.GREEN, True)
    chatlib.serve().stop()

    monkeypatch.setenv("CHATLIB_ORIGINS", "lab.example:8888")
    (found,) = check_origins(Seat.here())
    assert (found.colour, "lab.example:8888" in found.text) == (Colour.RED, True)
    with pytest.raises(ValueError, match=r"lab\.example"):
        chatlib.serve()
