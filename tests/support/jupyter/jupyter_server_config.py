"""What the tests' JupyterLab is told: to fork its kernels."""

from __future__ import annotations

from jupyter_client.provisioning import local_provisioner

from tests.support.warm_kernels import launch_kernel

local_provisioner.launch_kernel = launch_kernel
