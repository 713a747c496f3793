"""What all tests of the doctor stand on."""

from tests.support.own_machine import own_machine as own_machine
