"""The ports that the tests and tools give away."""

from __future__ import annotations

from tools import ports


def test_a_kernels_ports_are_its_own_and_no_connections():
    """Five, all of the range that no system hands out by itself; and jupyter_client keeps none for another kernel."""
    first, second = ports.kernel_ports(), ports.kernel_ports()
    given = [number for each in (first, second) for name, number in each.items() if name.endswith("_port")]

    assert len(set(given)) == 10
    assert all(ports.FIRST <= number < ports.FIRST + 10 * ports.EACH for number in given)
    assert first["cache_ports"] is second["cache_ports"] is False
