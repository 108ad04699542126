"""How the things of a shop are called: products, their traits, ways to pay, amounts."""

from __future__ import annotations

from collections.abc import Mapping

from writ_dspy import patterns as re
from writ_dspy.domains.spinning import spin
from writ_dspy.domains.tau2.retail.lenses import options
from writ_dspy.task import Json, Op

__all__ = ["article", "dollars", "limited", "listing", "noun", "source", "spin", "trait", "traits"]
_PROPER = {
    "T-Shirt": "T-shirt",
    "E-Reader": "e-reader",
    "LED Light Bulb": "LED light bulb",
    "Bluetooth Speaker": "Bluetooth speaker",
}
_TRAITS = {
    "color": "in {}",
    "frame color": "with {} frames",
    "lens color": "with {} lenses",
    "lens type": "with {} lenses",
    "size": "in size {}",
    "frame size": "in frame size {}",
    "material": "in {}",
    "frame material": "with {} frames",
    "band material": "with a {} band",
    "strap material": "with a {} strap",
    "deck material": "with a {} deck",
    "dial color": "with a {} dial",
    "cover type": "in {}",
    "type": "of the {} type",
    "filter type": "with the {} filter type",
    "features": "with the {} feature",
    "gender": "for {}",
    "brand": "from {}",
    "piece count": "as a {} set",
    "pieces": "with {} pieces",
    "bagged/bagless": "of the {} kind",
    "kit size": "in the {} kit size",
    "skin tone": "for a {} skin tone",
    "room size": "for a {} room",
    "theme": "with the {} theme",
    "design": "with the {} design",
    "set type": "of the {} type",
    "connectivity": "with {} connectivity",
    "length": "{} long",
    "height": "{} tall",
    "pressure": "with {} pressure",
    "processor": "with an {} processor",
    "display": "with an {} display",
    "battery life": "with {} of battery life",
    "battery type": "with {} batteries",
    "compatibility": "that works with {}",
    "stovetop compatibility": "for {} stovetops",
    "power source": "powered by {}",
    "tilt mechanism": "with {}",
    "switch type": "with {} switches",
    "sensor type": "with {} sensor",
    "sole": "with {} soles",
    "backrest height": "with a {} backrest",
    "armrest": "with {} armrests",
    "difficulty level": "at {} level",
    "scent family": "from the {} scent family",
    "screen size": "with {} screen",
    "compartment": "with a {} compartment",
    "field of view": "with a field of view of {}",
    "weight range": "in the {} range",
    "thickness": "{} thick",
    "diameter": "with a diameter of {}",
    "zipper": "with a {} zipper",
}
_SPECIAL = {
    ("battery type", "AA batteries"): "with AA batteries",
    ("battery type", "rechargeable"): "in the rechargeable kind",
}
_SOURCES = {"paypal": "PayPal account", "gift_card": "gift card", "credit_card": "credit card"}


def noun(product_name: str) -> str:
    """A product as one says it: "desk lamp", "T-shirt"."""
    return _PROPER.get(product_name, product_name.lower())


def article(words: str) -> str:
    """The article before a noun: "an", "a"; none before a plural."""
    if words.endswith("s") and not words.endswith("ss"):
        return ""
    return "an" if words[0].lower() in "aeiou" or words[:3] in ("LED", "MP3") else "a"


def trait(option: str, value: str) -> str:
    """One product option as one says it: "in blue", "with a leather strap", "with high brightness"."""
    return _SPECIAL.get((option, value)) or _TRAITS.get(option, f"with {{}} {option}").format(value)


def limited(attribute: str, op: Op, value: Json) -> str:
    """How versions or orders are told that keep to a limit: "in blue", "in stock"."""
    if attribute == "available":
        return "in stock"
    if attribute == "item_id" and op == "is not":
        return "other than yours"
    if attribute in ("status", "order_status") and op == "is":
        return f"that are {value}" if attribute == "status" else f"in {value} orders"
    if op != "is" or not isinstance(value, str) or attribute.endswith(("_id", "name")):
        return ""
    return trait(attribute, value).replace("that works", "that work")


_BRIEF = {
    "screen size": "{} screen", "ram": "{} RAM", "RAM": "{} RAM", "sole": "{} sole", "compartment": "{} compartment", "frame color": "{} frames", "lens color": "{} lenses",
    "dial color": "{} dial", "strap material": "{} strap", "speed settings": "{} speed", "zipper": "{} zipper", "ventilation": "{} ventilation", "armrest": "{} armrests",
    "backrest height": "{} backrest", "band material": "{} band", "room size": "{} room", "filter type": "{} filter", "skin tone": "{} skin tone", "kit size": "{} kit",
    "difficulty level": "{} level", "deck material": "{} deck", "battery life": "{} of battery life", "frame size": "{} frame", "stovetop compatibility": "for {} stovetops", "compatibility": "for {}",
    "backlight": "{} backlight", "zoom": "{} zoom", "gender": "for {}", "pieces": "{} pieces", "water resistance": "{} water resistance",
}  # fmt: skip
"""Options of which the value says little by itself, with what stands beside it in brackets."""
_SIZE = re.compile(r"X*[SML]|\d+|A\d")
"""Sizes that need the word."""


def traits(row: Mapping[str, Json]) -> list[str]:
    """The options of a version as they stand in brackets: "black", "size M", "5x zoom", "no water resistance"."""
    told = {name: str(value) for name, value in options(row).items()}
    return [_brief(name, value) for name, value in told.items()]


_ANSWERS: dict[tuple[str, str], str] = {
    ("gender", "unisex"): "unisex", ("waterproof", "yes"): "waterproof", ("waterproof", "no"): "not waterproof", ("water resistance", "yes"): "water-resistant",
    ("water resistance", "no"): "not water-resistant", ("water resistance", "not resistant"): "not water-resistant", ("features", "none"): "no extra features",
    ("backrest height", "high-back"): "high-back", **{("brightness", degree): f"{degree} brightness" for degree in ("low", "medium", "high")},
}  # fmt: skip
"""Options and values that are said in a way of their own."""


def _brief(name: str, value: str) -> str:
    lower = value.lower()
    own = _ANSWERS.get((name, lower)) or {"yes": f"with {name}", "no": f"no {name}", "none": f"no {name}"}.get(lower)
    if own is not None:
        return own
    if name == "size" and _SIZE.fullmatch(value):
        return f"size {value}"
    if name == "storage" and lower.endswith("gb"):
        return f"{value} storage"
    return value if lower.endswith(name.lower()) else _BRIEF.get(name, "{}").format(value)


def source(kind: str) -> str:
    """A kind of payment method as one says it."""
    return _SOURCES[kind]


def dollars(amount: float) -> str:
    """An amount of money: "$1,234.50"."""
    return f"${amount:,.2f}"


def listing(parts: list[str], last: str = "and") -> str:
    """The parts as "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
