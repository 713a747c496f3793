"""The scenarios: bad days that end well."""

from __future__ import annotations

import pytest

from chatlib.experiments.scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_takes_a_few_seconds_says_something_and_leaves_a_network_that_is_good(name):
    """What was made bad is healed, and what is said fits on a line."""
    steps = SCENARIOS[name]
    did = [step.do for step in steps]
    spoiled = [n for n, do in enumerate(did) if do in ("delay", "jitter", "throttle", "freeze", "refuse")]

    assert 1 < sum(step.after for step in steps) < 8
    assert "heal" in did[max(spoiled) :]
    assert {"page says", "bo says"} & set(did)
    assert all(len(step.value) < 60 for step in steps if isinstance(step.value, str))
