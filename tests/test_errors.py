"""The errors a user can meet, and the one place that turns any other into one of them."""

import asyncio

import pytest

from writ_dspy import errors
from writ_dspy.errors import ConfigError, DomainError, LMError, RoleError, StoreError, WritError, boundary


def test_there_are_five_kinds() -> None:
    """A caller that handles the five has handled every error that writ raises on purpose."""
    kinds = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)}

    assert kinds == {WritError, ConfigError, DomainError, RoleError, LMError, StoreError}
    assert {each.__base__ for each in kinds - {WritError}} == {WritError}


def test_a_boundary_turns_a_stranger_into_its_kind() -> None:
    """What escapes has the kind of the layer, the place, the value that was seen, and its cause."""
    with pytest.raises(RoleError) as caught, boundary(RoleError, "speaking as the user of task t1"):
        int("seven")

    assert str(caught.value).startswith("speaking as the user of task t1: ValueError: invalid literal")
    assert "'seven'. " in str(caught.value)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_boundary_names_an_error_that_says_nothing() -> None:
    """An error without a message still says what it is."""
    with pytest.raises(DomainError, match=r"^loading x: KeyError\. "), boundary(DomainError, "loading x"):
        raise KeyError


@pytest.mark.parametrize("passing", [LMError("no server"), KeyboardInterrupt(), asyncio.CancelledError()])
def test_a_boundary_lets_through_what_is_not_its_business(passing: BaseException) -> None:
    """An error of writ already says more, and interrupts and cancellations are not failures."""
    with pytest.raises(type(passing)) as caught, boundary(StoreError, "anywhere"):
        raise passing

    assert caught.value is passing
