"""The parking office of a town: residents, their permits, and the zones that these are for."""

from datetime import date, timedelta
from typing import Literal

TODAY = date(2026, 9, 14)


class Office:
    """The counter; everything that a clerk can do."""

    def __init__(self, books: dict) -> None:
        self._books = books

    def who_calls(self, phone: str) -> dict:
        """Tell who has a telephone number."""
        for number, person in self._books["residents"].items():
            if person["phone"] == phone:
                return {"resident_no": number, "name": person["name"]}
        raise LookupError("nobody has that telephone number")

    def resident(self, resident_no: str) -> dict:
        """A resident with the numbers of all their permits.

        Args:
            resident_no: As on the town's letters.
        """
        return self._one("residents", resident_no)

    def permit(self, permit: str) -> dict:
        """A permit with the street of its zone."""
        found = self._one("permits", permit)
        return {**found, "around": self._books["zones"][found["zone"]]["around"]}

    def zone(self, code: str) -> dict:
        """A zone: where it lies, what a permit costs there, and how many can still be had."""
        return self._one("zones", code)

    def extend(self, permit: str, months: Literal[3, 6, 12]) -> dict:
        """Extend a permit by some months."""
        found = self._one("permits", permit)
        if found["status"] != "in force":
            raise ValueError("This permit is not in force.")
        if self._books["residents"][found["holder"]]["fines"] > 0:
            raise ValueError("There are fines to be paid first.")
        until = date.fromisoformat(found["valid_until"]) + timedelta(days=30 * months)
        found["valid_until"] = until.isoformat()
        return found

    def move(self, permit: str, code: str) -> dict:
        """Move a permit to another zone."""
        found, zone = self._one("permits", permit), self._one("zones", code)
        if found["zone"] == code:
            raise ValueError("It is for that zone already!")
        if zone["left"] < 1:
            raise ValueError(f"No permit is left in zone {code}.")
        zone["left"] -= 1
        self._books["zones"][found["zone"]]["left"] += 1
        found["zone"] = code
        return found

    def hand_back(self, permit: str) -> str:
        """Hand a permit back."""
        found = self._one("permits", permit)
        if found["status"] == "handed back":
            raise ValueError("It was handed back before.")
        found["status"] = "handed back"
        return "Handed back."

    def note(self, resident_no: str, text: str) -> str:
        """Put a note into the file of a resident."""
        self._one("residents", resident_no).setdefault("notes", []).append(text)
        return "Noted."

    def ask_supervisor(self, matter: str) -> str:
        """Pass a matter on."""
        return f"Passed on: {matter}"

    def _one(self, book: str, key: str) -> dict:
        if key not in self._books[book]:
            raise KeyError(f"not in {book}")
        return self._books[book][key]
