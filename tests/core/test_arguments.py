"""What is refused at the call: the type, the value, and the words."""

from dataclasses import dataclass, field

import pytest

from chatlib import arguments, frame_fields


@dataclass(frozen=True)
class Amounts:
    many: int = 1
    much: float = 1.5
    name: str = "x"
    derived: float = field(init=False, default=-1)


@pytest.mark.parametrize("value", ["20", None, True, [1], b"1", 1j])
@pytest.mark.parametrize("name", ["many", "much"])
def test_what_is_no_number_is_a_type_error(name, value):
    """True is none, though Python counts with it; the name, and what came, are said."""
    with pytest.raises(TypeError, match=rf"{name} is a .*number, not .*(None|{type(value).__name__})"):
        arguments.check_amounts(Amounts(**{name: value}))


@pytest.mark.parametrize("value", [-1, -0.5, float("nan"), float("inf")])
def test_a_number_that_means_nothing_is_a_value_error(value):
    """And the value is shown."""
    with pytest.raises(ValueError, match=rf"much must be 0 \(no limit\) or more, got {value!r}"):
        arguments.check_amounts(Amounts(much=value))


@pytest.mark.parametrize("value", [2**53, 10**400, 1e17])
@pytest.mark.parametrize("name", ["many", "much"])
def test_a_number_that_no_client_can_read_is_a_value_error(name, value):
    """A server says its limits to each client: one that a browser cannot count to would keep everybody out."""
    with pytest.raises(ValueError, match=rf"{name} must be at most 9007199254740991 \(0 is no limit\), got "):
        arguments.check_amounts(Amounts(**{name: int(value) if name == "many" else value}))


@pytest.mark.parametrize("value", [2**53, 10**400, 1e17])
def test_seconds_that_no_clock_has_are_a_value_error(value):
    """No timer can be set to them."""
    with pytest.raises(ValueError, match="ping is a number of seconds, at most 9007199254740991, not "):
        arguments.check_seconds("ping", value)


def test_what_a_server_may_take_its_clients_can_read():
    """The largest limit there is."""
    assert frame_fields.amount(arguments.LARGEST) == arguments.LARGEST


def test_half_a_thing_is_no_whole_number():
    """A count of connections, of bytes; what is no setting, and no number, is not looked at."""
    with pytest.raises(TypeError, match="many is a whole number, not of type float"):
        arguments.check_amounts(Amounts(many=1.5))
    arguments.check_amounts(Amounts(many=0, much=3))


def test_a_secret_is_never_shown():
    """Only its type is."""
    with pytest.raises(TypeError) as refused:
        arguments.check_text("passcode", 12345678)
    assert "12345678" not in str(refused.value)
    with pytest.raises(ValueError, match="surrogate") as refused:
        arguments.check_text("passcode", "sesame\ud800")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("value", ["https://a.example", b"https://a.example", 5, None, ["https://a.example", 5]])
def test_one_string_is_no_list_of_strings(value):
    """It would be read letter by letter."""
    with pytest.raises(TypeError, match="origins is a"):
        arguments.check_texts("origins", value, "https://example.org")


def test_any_row_of_strings_will_do():
    """Also one that can be read only once."""
    assert arguments.check_texts("origins", (text for text in "ab"), "x") == ("a", "b")
