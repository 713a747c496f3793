"""``python -m chatlib``: what it understands, and what it says to what it does not."""

from __future__ import annotations

import re
import signal

import pytest

from chatlib.__main__ import main


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (["--rate", "-1"], 1),
        (["--rate", "nan"], 1),
        (["--max-clients", "-1"], 1),
        (["--origin", "example.org"], 1),
        (["--port", "65536"], 1),
        (["--host", "203.0.113.1", "--port", "0"], 1),
    ],
)
def test_a_flag_that_cannot_be_is_status_1_and_one_line_of_reason(flags, status, capsys):
    """And nothing on stdout."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert main(["serve", *flags]) == status
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    output, errors = capsys.readouterr()

    assert output == ""
    assert re.fullmatch(r"chatlib serve: .+\n", errors)


@pytest.mark.parametrize("arguments", [[], ["fly"], ["serve", "--rate", "fast"], ["serve", "--port", "http"]])
def test_a_command_line_that_makes_no_sense_is_explained(arguments, capsys):
    """Status 2 and the usage, as everywhere."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage: python -m chatlib" in capsys.readouterr().err


def test_help_names_every_flag_and_what_0_means(capsys):
    """The flags that are promised, and no others."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])
    text = capsys.readouterr().out

    assert ended.value.code == 0
    flags = "host port passcode origin rate max-clients max-kept max-message max-unsent ping"
    for flag in flags.split():
        assert f"--{flag}" in text
    assert "0 means none" in text
