"""What the chat panel's X-ray draws of a message: its way as the kernel's client saw it, and its frames taken apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chatlib import wire
from chatlib.client.journeys import Journey
from chatlib.client.wire_log import Sighting
from chatlib.experiments.dissection import dissect


def journey_object(journey: Journey) -> dict[str, Any]:
    """Return a journey as the front end draws it: ``text`` is a frame's whole payload, for people."""
    return {
        "id": journey.id,
        "before": journey.before,
        "round_trip": journey.round_trip,
        "traced": journey.is_traced,
        "trace": journey.trace and trace_object(journey.trace),
        "frames": [_frame_object(sighting) for sighting in journey.sightings],
    }


def trace_object(trace: wire.Trace) -> dict[str, Any]:
    """Return what a server told of a message, without its words."""
    told = asdict(trace)
    del told["time"], told["msg"]
    return told


def _frame_object(sighting: Sighting) -> dict[str, Any]:
    frame = dissect(sighting.raw)
    return {
        "direction": sighting.direction,
        "frame": frame.as_object(),
        "text": frame.payload.decode(errors="replace"),
    }
