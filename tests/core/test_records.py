"""Records: what a backplane carries is plain data, whole and never changed."""

import dataclasses
import inspect
import typing

import pytest

from chatlib import records
from chatlib.records import Record

CLASSES = [each for _, each in inspect.getmembers(records, dataclasses.is_dataclass)]


def test_the_union_names_every_record():
    """Whoever takes a Record apart meets all of them, or the type checker says so."""
    assert set(typing.get_args(Record)) == set(CLASSES)


@pytest.mark.parametrize("record", CLASSES)
def test_a_record_names_its_room_first(record):
    """It is what tells two orders apart."""
    assert dataclasses.fields(record)[0].name == "room"


@pytest.mark.parametrize("record", CLASSES)
def test_a_record_is_a_value(record):
    """Equal where its fields are, frozen, and without a dict that costs memory."""
    names = [field.name for field in dataclasses.fields(record)]
    one, other = record(*names), record(*names)

    assert one == other
    assert hash(one) == hash(other)
    assert not hasattr(one, "__dict__")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.room = "another"
