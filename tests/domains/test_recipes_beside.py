"""What no key of a declaration can say: a recipe in plain Python beside it, as the user of a domain writes one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.domains.library import spec, written
from tests.simulate.playing import play
from writ_dspy.codec import identify
from writ_dspy.domains import Dial, find, load
from writ_dspy.domains.declared import load as declared_load
from writ_dspy.errors import ConfigError
from writ_dspy.propose.accept import settle_draft
from writ_dspy.simulate.behaviour import assign
from writ_dspy.verify import verify

OURS = '''
"""Our own requests."""

from writ_dspy.domains import Draft
from writ_dspy.task import Check, Decision, Every, Fact, Only, Picked, Policy, ReadCall, Request, Said, Slot

PROBLEM = "a hold that is in transit can be neither cancelled nor moved"


class OnlyOne:
    """The only hold that somebody has: no key says that there is no other."""

    name = "cancel my only hold"
    tool = "cancel_hold"

    def draft(self, domain, user_id, dial, rng):
        member = domain.tables["members"][user_id]
        if len(member["holds"]) != 1 or dial.burden != 3 or dial.refuse or dial.fallback:
            return None
        found = Only((ReadCall("find_member", (("card", Said(member["card"])),), "found"),))
        ids = Every((ReadCall("get_member", (("member_id", Picked(found, "member_id")),), "member_holds"),))
        hold = Only((ReadCall("get_hold", (("hold_id", Picked(ids, "hold_id")),), "holds"),))
        waits = Check(Picked(hold, "status"), "is", Policy("waiting", PROBLEM), PROBLEM)
        return Draft(
            user_id,
            self.name,
            (Decision(self.tool, (("hold_id", Picked(hold, "hold_id")),), (waits,)),),
            (Request(0, (), "the hold cancellation", "hold", "I'd like to cancel a hold.", (Slot("hold", "I have only one."),)),),
            (Fact("card", member["card"], f"My card number is {member['card']}."),),
            Slot("identity", f"My card number is {member['card']}.", (member["card"].lower(),)),
            memory="knows none",
            touches=frozenset({f"hold/{member['holds'][0]}"}),
        )


class Nameless:
    tool = "cancel_hold"
'''


def _with(folder: Path, recipe: str) -> Path:
    (folder / "ours.py").write_text(OURS, encoding="utf-8")
    return written(folder, spec() | {"domain": "town:ours", "recipes": [recipe]})


def test_its_requests_are_made_and_judged_as_all_others(tmp_path: Path) -> None:
    """It stands behind those that follow from the declaration; its tasks are certified, played and accepted."""
    domain = find(str(_with(tmp_path, "ours.py:OnlyOne")))
    recipe = domain.pack.recipes[-1]
    assert (recipe.name, recipe.tool) == ("cancel my only hold", "cancel_hold")
    rng = random.Random(2)
    drafts = [recipe.draft(domain, user, Dial(3, "knows none"), rng) for user in domain.pack.users(domain)]
    held = domain.tables["holds"]
    open_ = [draft for draft in drafts if draft and all(held[one[5:]]["status"] == "waiting" for one in draft.touches)]
    tasks = [identify(settle_draft(draft, "normal", domain)) for draft in open_[:3]]
    assert len(tasks) == 3
    for task in assign(tasks, 2):
        assert task.recipe == "cancel my only hold"
        assert not verify(task, play(task).talk, load("town:ours")).findings


def test_what_is_no_recipe_is_refused(tmp_path: Path) -> None:
    """With what it lacks."""
    with pytest.raises(ConfigError, match="Nameless is no recipe: it has no `name`"):
        declared_load(_with(tmp_path, "ours.py:Nameless"))


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the key that names it."""
    with pytest.raises(ConfigError, match=r"recipes.0 = ours.py:OnlyTwo"):
        declared_load(_with(tmp_path, "ours.py:OnlyTwo"))
