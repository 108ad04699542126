"""The errors a user can meet, and the one place that turns any other into one of them."""

import asyncio

import pytest

from writ_dspy import errors
from writ_dspy.errors import ConfigError, DomainError, LMError, RoleError, StoreError, WritError, boundary, brief, whole


def test_there_are_five_kinds() -> None:
    """A caller that handles the five has handled every error that writ raises on purpose."""
    kinds = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)}
    five = {ConfigError, DomainError, RoleError, LMError, StoreError}

    assert set(WritError.__subclasses__()) & kinds == five
    assert all(issubclass(each, tuple(five)) for each in kinds - {WritError})


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


def test_a_value_is_shown_briefly() -> None:
    """Whatever its size, a value is shown in sixty characters on one line, without being written out."""
    nested: object = "x"
    for _ in range(60):
        nested = [nested] * 60  # sixty to the sixtieth
    values = (
        nested,
        {"a": nested},
        (nested,),
        {1: {2: {3: 4}}},
        "x" * 10**6,
        10**5000,
        b"x" * 10**6,
        "a\nb\x1b[31m",
        None,
        1.5,
        object,
    )

    assert all(len(brief(value)) <= 60 for value in values)
    assert all(brief(value).isprintable() for value in values)
    assert brief("x" * 58) == repr("x" * 58)
    assert brief("x" * 59).endswith("…'")
    assert brief([1, 2]) == "[1, 2]"


@pytest.mark.parametrize("value", [0, 11, 2.0, "3", True, None, 10**30])
def test_a_number_out_of_range(value: object) -> None:
    """It is named, with the range; a bool and a text are no numbers."""
    with pytest.raises(ConfigError, match=r"tries = .*: ask for a whole number from 1 to 10\.$"):
        whole("tries", value, 1, 10)
    whole("tries", 10, 1, 10)
    whole("seed", -(10**30))
