"""What stands in the books: the same every time."""

import random
from datetime import timedelta

from office import TODAY

STREETS = (
    "Canal Walk",
    "Upper Mill Lane",
    "Tanner's Row",
    "the old depot",
    "Saint Olaf's",
    "Weaver Square",
    "the north pier",
)
CODES = ("NW", "NE", "C", "SE", "SW", "HB", "PK")


def books() -> dict:
    draw = random.Random(31)
    zones = {
        code: {
            "code": code,
            "around": street,
            "yearly_fee": draw.choice((60.0, 90.0, 135.5)),
            "left": draw.choice((0, 2, 9)),
        }
        for code, street in zip(CODES, STREETS, strict=True)
    }
    residents, permits = {}, {}
    for number in range(150):
        key = f"{draw.randint(10, 99)}/{1000 + number}"
        mine = []
        for _ in range(draw.choice((0, 1, 1, 2, 2, 3, 4))):
            plate = f"{draw.choice('ABDKW')}{draw.choice('XYZ')} {draw.randint(100, 999)}"
            permit = f"PK{20000 + len(permits) * 7}"
            permits[permit] = {
                "permit": permit,
                "holder": key,
                "plate": plate,
                "zone": draw.choice(CODES),
                "valid_until": (TODAY + timedelta(days=draw.randint(-40, 300))).isoformat(),
                "status": draw.choice(("in force", "in force", "in force", "suspended", "handed back")),
            }
            mine.append(permit)
        residents[key] = {
            "resident_no": key,
            "name": {
                "first": draw.choice(("Ada", "Bo", "Cleo", "Dag", "Eli")),
                "last": draw.choice(("Moe", "Nash", "Orr", "Pike")),
            },
            "phone": f"0{draw.randint(200, 899)} {100000 + number * 37}",
            "fines": draw.choice((0, 0, 0, 0, 25, 70)),
            "permits": mine,
        }
    return {"residents": residents, "permits": permits, "zones": zones, "opened": TODAY.isoformat()}
