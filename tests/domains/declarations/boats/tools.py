"""The boat house's tools, as τ²-bench's domains write them."""

from typing import Any, Literal

from data_model import Boat, BoatDB, Guest, Rental
from tau2.environment.toolkit import ToolKitBase, ToolType, is_tool


class BoatTools(ToolKitBase):
    """All tools of the boat house."""

    db: BoatDB

    def __init__(self, db: BoatDB) -> None:
        super().__init__(db)
        self.calls = 0

    def _one(self, table: str, key: str) -> Any:
        found = getattr(self.db, table)
        if key not in found:
            raise ValueError(f"nothing has the number {key}")
        return found[key]

    @is_tool(ToolType.READ)
    def find_guest(self, email: str) -> str:
        """Find a guest's id by the e-mail address.

        Args:
            email: Such as 'ama.holm0@example.org'.
        """
        for key, guest in self.db.guests.items():
            if guest.email == email:
                return key
        raise ValueError("no guest has that address")

    @is_tool(ToolType.READ)
    def get_guest(self, guest_id: str) -> Guest:
        """Show a guest, with the ids of their rentals.

        Args:
            guest_id: Such as 'G401'.
        """
        return self._one("guests", guest_id)

    @is_tool(ToolType.READ)
    def get_rental(self, rental_id: str) -> Rental:
        """Show a rental.

        Args:
            rental_id: Such as 'R3317'.
        """
        return self._one("rentals", rental_id)

    @is_tool(ToolType.READ)
    def get_boat(self, boat_id: str) -> Boat:
        """Show a boat.

        Args:
            boat_id: Such as 'B31'.
        """
        for boat in self.db.boats:
            if boat.boat_id == boat_id:
                return boat
        raise ValueError(f"nothing has the number {boat_id}")

    @is_tool(ToolType.WRITE)
    def cancel_rental(self, rental_id: str) -> Rental:
        """Cancel a rental.

        Args:
            rental_id: Such as 'R3317'.
        """
        rental = self._one("rentals", rental_id)
        if rental.status != "booked":
            raise ValueError("it is not booked")
        rental.status = "cancelled"
        return rental

    @is_tool(ToolType.WRITE)
    def move_pickup(self, rental_id: str, pickup: Literal["north pier", "south pier", "boat house"]) -> Rental:
        """Change where the boat of a rental is picked up.

        Args:
            rental_id: Such as 'R3317'.
            pickup: The place.
        """
        rental = self._one("rentals", rental_id)
        rental.pickup = pickup
        return rental

    @is_tool(ToolType.READ)
    def greet_guest(self, guest_id: str) -> str:
        """Note that a guest called; it says that it reads, and counts.

        Args:
            guest_id: Such as 'G401'.
        """
        self.calls += 1
        self._one("guests", guest_id).greeted += 1
        return f"greeted {self.calls} in all"

    @is_tool(ToolType.GENERIC)
    def transfer_to_warden(self, summary: str) -> str:
        """Hand the guest over to the warden.

        Args:
            summary: What the guest wants.
        """
        return "Transfer successful"
