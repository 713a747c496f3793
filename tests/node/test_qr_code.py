"""The QR codes that the page makes, against another maker's module by module, and before a reader's eyes."""

from __future__ import annotations

import json
import random
import string
import subprocess
from collections.abc import Callable

import pytest
import segno
import zxingcpp

from tests.support.picture import QUIET, scaled
from tests.support.places import ROOT

Code = list[list[bool]]
MAKE = """
const { qrCode } = await import(process.argv[2]);
let input = "";
for await (const chunk of process.stdin) input += chunk;
console.log(JSON.stringify(JSON.parse(input).map(([text, mask]) => qrCode(text, mask ?? undefined))));
"""
HOLDS = [  # bytes at level M, in versions 1 to 40 (ISO/IEC 18004, table 7)
    *(14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666),
    *(711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099),
    *(2213, 2331),
]  # fmt: skip


@pytest.fixture
def make(node_path, tmp_path) -> Callable[[list[tuple[str, int | None]]], list[Code]]:
    """Return how to have the page's module make codes, all in one run of Node."""
    script = tmp_path / "make.mjs"
    script.write_text(MAKE)
    module = (ROOT / "chatlib" / "front_end" / "qr_code.js").as_uri()

    def make(wanted: list[tuple[str, int | None]]) -> list[Code]:
        command = [node_path, script, module]
        done = subprocess.run(command, input=json.dumps(wanted), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return make


def address(length: int, chance: random.Random) -> str:
    """An address of this length."""
    letters = string.ascii_letters + string.digits + "-._~%/?&=+"
    return ("https://" + "".join(chance.choices(letters, k=length)))[:length]


def test_every_version_is_what_another_maker_makes(make):
    """Filled to the last byte, in each of the 40 versions, with each of the 8 masks in turn.

    (Where there is room left, segno pads it in another way than the standard has it: a reader does not mind.)
    """
    chance = random.Random(18004)
    wanted = [(address(size, chance), version % 8) for version, size in enumerate(HOLDS)]

    for (text, mask), made in zip(wanted, make(wanted), strict=True):
        other = segno.make(text, mode="byte", error="m", boost_error=False, micro=False, mask=mask)
        assert made == [[bool(dark) for dark in row] for row in other.matrix], len(text)


def test_a_reader_reads_what_was_written(make):
    """Any address, of any length, with the mask that was found best; in Chinese too."""
    chance = random.Random(2331)
    wanted: list[tuple[str, int | None]] = [(address(chance.randrange(9, 500), chance), None) for _ in range(60)]
    wanted.append(("https://example.org/?room=你好", None))

    for (text, _), made in zip(wanted, make(wanted), strict=True):
        (found,) = zxingcpp.read_barcodes(scaled(made, quiet=QUIET))
        assert found.text == text


def test_a_hand_in_front_of_it_does_not_matter(make):
    """At level M, 15 % may be hidden; here it is a corner in which no large pattern stands."""
    (made,) = make([("https://chat.example.org/?room=lobby&passcode=secret", None)])
    for row in made[-9:-3]:
        row[-9:-3] = [True] * 6
    (found,) = zxingcpp.read_barcodes(scaled(made, quiet=QUIET))

    assert found.text == "https://chat.example.org/?room=lobby&passcode=secret"
