"""A certificate that is made for a test, signed by nobody but itself."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate and of its key; who is to trust it is told to trust ``file``."""

    file: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, host: str) -> Self:
        """Make one for a host, which is ``IP:`` or ``DNS:`` with what it is called."""
        made = cls(folder / "certificate.pem", folder / "key.pem")
        openssl = shutil.which("openssl")
        assert openssl, "No openssl was found, which makes the certificates of these tests. Install it."
        request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=chatlib"]
        files = ["-keyout", str(made.key), "-out", str(made.file)]
        subprocess.run(
            [openssl, *request, "-addext", f"subjectAltName={host}", *files], check=True, capture_output=True
        )
        return made
