"""A sentence in other words: every reversal of what it says is refused, no way to say the same is; and the script's own ways pass."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.propose.proposed import firsts, wider
from writ_dspy.domains import NAMES, load
from writ_dspy.programs.voice import known_of
from writ_dspy.programs.wording import given
from writ_dspy.propose import rephrase
from writ_dspy.verify.degrees import degrees
from writ_dspy.verify.kept import lost
from writ_dspy.verify.turned import turned

FOLDER = Path(__file__).parent / "rewordings"


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """(sentence, in other words), one a line."""
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((given, new) for given, new in (line.split("\t") for line in lines))


@pytest.mark.parametrize("name", ["reversals", "fresh_reversals"])
def test_what_is_turned_around_is_refused(name: str) -> None:
    """Limits, ends, ways, denials and parts: none gets through."""
    assert [new for given, new in pairs(name) if not lost(given, new, given)] == []


@pytest.mark.parametrize("name", ["rewordings", "fresh_rewordings"])
def test_what_means_the_same_is_accepted(name: str) -> None:
    """Whatever words it takes, in whatever manner."""
    assert [(new, faults) for given, new in pairs(name) if (faults := lost(given, new, given))] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_other_words_of_the_recipes_are_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What recipes say for the same detail of the same goal turns nothing around."""
    monkeypatch.setattr(rephrase, "DRAFTS", 40)
    domain, seen = load(name), 0
    for task in (*firsts(name)[::3], *wider(name, "normal", 3)[:6]):
        others, known = rephrase.rephrasings(task, domain, 3), known_of(task, domain)
        for one in given(task):
            for new in others.get(one.key, ()):
                seen += 1
                assert lost(one.text, new, f"{known.text} {new}", known.spellings) == [], (one.text, new)
    assert seen > 10


@pytest.mark.parametrize(
    ("given", "new", "fault"),
    [
        ("My order is #W1234567.", "It's my order.", "#W1234567 is missing"),
        ("I need two bags.", "I need bags.", "two is missing"),
        ("I need two bags.", "I need 2 bags.", None),
        ("It has to be on May 20.", "It has to be Monday, the 20th.", None),
        ("It has to be on May 20.", "It has to be Tuesday, the 20th.", "the name Tuesday was said nowhere"),
        ("It has to be on May 20.", "It has to be the 21st.", "May 20 is missing"),
        ("It's lonely at home.", "It's lonely here in this April weather.", None),
        ("It's lonely at home.", "It's lonely here until April.", "the name April was said nowhere"),
        ("I need bags.", "I need 3 bags.", "3 was said nowhere"),
        ("At 6:00 PM, please.", "6pm would do.", None),
        ("From Denver to Chicago.", "to Chicago out of Denver", None),
        ("From Denver to Chicago.", "from DEN to Chicago", None),
        ("From Denver to Chicago.", "From here to Chicago.", "Denver is missing"),
        ("The traveler is Leila Delgado.", "Leila Delgado's the one traveling.", None),
        ("I mean the lamp.", "Agent: I mean the lamp.", "a role label"),
    ],
)
def test_values_and_names_stay(given: str, new: str, fault: str | None) -> None:
    """As values, in whatever spelling; what is missing or new is named."""
    found = lost(given, new, given, {"denver": "den", "den": "denver"})

    assert not found if fault is None else any(fault in one for one in found)


def test_a_sentence_is_no_reversal_of_itself() -> None:
    """However it is spelled."""
    for name in ("reversals", "rewordings"):
        for given_one, _ in pairs(name):
            assert turned(given_one, given_one.upper().lower()) == []
            assert lost(given_one, given_one, given_one) == []


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("fast", ("faster", "fastest")), ("large", ("larger", "largest")), ("big", ("bigger", "biggest")),
        ("heavy", ("heavier", "heaviest")), ("slow", ("slower", "slowest")), ("near", ("nearer", "nearest")),
        ("thin", ("thinner", "thinnest")), ("good", ("better", "best")), ("new", ("newer", "newest")),
    ],
)  # fmt: skip
def test_adjectives_have_their_degrees(word: str, forms: tuple[str, ...]) -> None:
    """By rule, but for the few that have none."""
    assert degrees(word) == forms


def test_a_quality_of_any_name_is_turned_around_by_more_and_less() -> None:
    """Nobody lists them all."""
    assert turned("Give me the most crinkle-free one.", "Give me the least crinkle-free one.")
    assert not turned("Give me the most crinkle-free one.", "Whichever is most crinkle-free, please.")


@pytest.mark.parametrize(
    ("given", "new", "kept"),
    [
        ("No stopovers.", "I want it with no stopovers.", True),
        ("A direct flight, please.", "Something with no layovers.", True),
        ("I'd like a flight with one stop.", "It has to be with no stopovers.", False),
        ("Nonstop flights only.", "With one little stopover.", False),
        ("No travel insurance.", "Travel insurance I skip.", True),
        ("I don't want travel insurance.", "Travel insurance I'd rather pass on.", True),
        ("Please leave out the travel insurance.", "The travel insurance I'll gladly do without.", True),
        ("No travel insurance.", "Travel insurance I won't skip.", False),
        ("No travel insurance.", "Travel insurance I'll take.", False),
        ("I'd like travel insurance.", "Travel insurance I skip.", False),
        ("I just don't want the laptop anymore.", "The laptop, that's the only thing I don't want anymore.", True),
        ("I just don't want the laptop anymore.", "The laptop, taht's the one thing I no longer need.", True),
        ("It's only the laptop that I don't want.", "The laptop, that's the only thing I don't want.", True),
        ("I just don't want the laptop anymore.", "The laptop, that's the only thing I do want.", False),
        ("Yara isn't coming, and nobody else will come along.", "Yara can't come, and nobody else will be along.", True),
        ("Yara isn't coming.", "Yara can come.", False),
        ("It's for me, for Chen, who is saved, and for Bo Vargas.", "It's for three – me, Chen, who is saved, and Bo Vargas.", True),
        ("It's for me, for Chen, who is saved, and for Bo Vargas.", "It's for four – me, Chen, who is saved, and Bo Vargas.", False),
        ("The ticket is for me and Chen.", "It's for two people: me and Chen.", True),
        ("The second cheapest one, and leave mine out of the count.", "The second cheapest, and mine doesn't count.", True),
        ("The second cheapest one, not counting mine.", "The second cheapest, and leave mine out of the count.", True),
        ("The second cheapest one, and leave mine out of the count.", "The second cheapest, and mine counts, too.", False),
        ("The second cheapest one, not counting mine.", "The second cheapest one, counting mine.", False),
        ("I'll skip the travel insurance.", "I don't see the point of travel insurance, so leave it off.", True),
        ("No travel insurance.", "Travel insurance: leave it off, please.", True),
        ("Without insurance, please.", "Leave the insurance off, please.", True),
        ("I don't want any travel insurance.", "Travel insurance: none for me.", True),
        ("I don't want any travel insurance.", "As for travel insurance, none needed.", True),
        ("I don't want any travel insurance.", "Travel insurance? None for me.", True),
        ("I'd like travel insurance.", "Travel insurance: none for me.", False),
        ("I'd like travel insurance.", "I don't see the point of travel insurance, so leave it off.", False),
        ("I'd like insurance.", "Leave the insurance off, please.", False),
        ("No travel insurance.", "Travel insurance: yes, for me.", False),
        ("No travel insurance.", "Travel insurance can stay off.", True),
        ("No travel insurance.", "Keep the travel insurance off it.", True),
        ("No travel insurance.", "Leave travel insurance off the booking, please.", True),
        ("No travel insurance.", "Leave the travel insurance on the booking.", False),
        ("No travel insurance.", "Travel insurance can stay on.", False),
        ("No checked bags.", "Bags? None at all.", True),
        ("Starting from Seattle (SEA) or Boston, either.", "I don't care if it's from Seattle (SEA) or Boston.", True),
        ("Starting from Seattle (SEA) or Boston, either.", "It doesn't matter whether it's Seattle (SEA) or Boston.", True),
        ("Starting from Seattle (SEA) or Boston, either.", "From Boston, but not from Seattle (SEA).", False),
        ("It's only the laptop that I don't want any longer.", "Only the laptop should go.", True),
        ("It's only the laptop that I don't want any longer.", "I just don't want the laptop anymore.", True),
        ("It's only the laptop that I don't want any longer.", "The thing I don't want is the laptop.", True),
        ("It's only the boots that I don't want, keep the others.", "The boots, I don't want those; the others stay.", True),
        ("It's only the laptop that I don't want any longer.", "Only the laptop should stay.", False),
        ("It's only the laptop that I don't want any longer.", "It's only the laptop that I want.", False),
        ("The thing I don't want is the laptop.", "The thing I want is the laptop.", False),
        ("I'd no longer need that order in that case.", "In that case I'd just no longer need that order.", True),
        ("Yara can't come, and nobody else will be along.", "Yara can not come, nobody else comes along.", True),
        ("I can't receive things at the address on an order.", "The address on an order is somewhere I can't receive anything.", True),
        ("The address is somewhere I can't receive a thing.", "It has an address where I can not receive things.", True),
        ("The address is somewhere I can't receive a thing.", "It has an address where I can receive things.", False),
        ("Let's use the certificate. For the rest: the card that ends in 7741.", "Use the certificate, and for what's left, the card ending in 7741.", True),
        ("Let's use the certificate. For the rest: the card that ends in 7741.", "Use the card ending in 7741, and for what's left, the certificate.", False),
        ("My plans changed, so it's not needed any longer.", "It's because I no longer need that order.", True),
        ("My plans changed, so it's not needed any longer.", "It's just because I don't need that order any longer.", True),
        ("My plans changed, so it's not needed any longer.", "It's simply because I don't need it any longer.", True),
        ("My plans changed, so it's not needed any longer.", "It's just because I do need it longer.", False),
        ("My plans changed, so it's not needed any longer.", "It's because I need that order.", False),
        ("My plans changed, so it's not needed any longer.", "My plans changed, so it's needed after all.", False),
        ("What's in it is no longer needed.", "What's in it is no longer needed, sad as a rainy Sunday.", True),
        ("What's in it is no longer needed.", "What's in it is no longer needed on a Sunday.", False),
        ("The ticket is for me and Chen.", "It's for two tickets, me and Chen, and for 3.", False),
    ],
)  # fmt: skip
def test_what_stands_in_front_or_is_counted_is_read_as_it_is_meant(given: str, new: str, kept: bool) -> None:
    """A thing that is named first and denied behind, a no inside a phrase, another form of a verb, and how many a list names."""
    assert (lost(given, new, given) == []) is kept, lost(given, new, given)
