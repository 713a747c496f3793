"""Kernels that are forked, for the tests that are not about a kernel's own start."""

from __future__ import annotations

import pytest


@pytest.fixture
def forked_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have jupyter_client fork its kernels, as the tests' JupyterLab does."""
    from jupyter_client.provisioning import local_provisioner

    from tests.support.warm_kernels import launch_kernel

    monkeypatch.setattr(local_provisioner, "launch_kernel", launch_kernel)
