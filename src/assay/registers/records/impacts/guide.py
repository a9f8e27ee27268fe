"""The steps of a guided impact assessment; few for systems of low tier, because effort follows what is at stake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One page of questions: `fields` of the register, `system` ones (title, owner, deputy, review_on), and what it is for."""

    name: str
    title: str
    about: str
    fields: tuple[str, ...]
    system: tuple[str, ...] = ()


_INDIVIDUALS = ("individuals", "severity", "scale", "likelihood", "reversibility")
_SOCIETIES = ("societies", "society_severity", "society_scale", "society_likelihood", "society_reversibility")
_EFFECTS = ("groups", *_INDIVIDUALS, *_SOCIETIES, "benefits")
_ANSWER = ("measures", "controls", "remaining", "consulted", "summary", "remedies", "public")
_WATCH = ("triggers", "reopen_on", "approver")
_PEOPLE = ("owner", "deputy", "review_on")

FULL = (
    Step("system", "The system and its setting", "What is assessed, where it works, and how it could be misused.", ("systems", "context", "misuse"), ("title",)),
    Step("groups", "Who is affected", "One group a line. Harm often sits where several traits meet: name these groups too.", ("groups",)),
    Step("individuals", "Effects on individuals", "Think of one person, on their worst day with this system.", _INDIVIDUALS),
    Step("societies", "Effects on societies", "What it means if everybody did as you do: work, trust, public debate, the environment.", _SOCIETIES),
    Step("benefits", "Benefits", "What good it does, and for whom. A benefit for one group does not make up for harm to another.", ("benefits",)),
    Step("measures", "What is done about it", "Measures and controls, what remains, and whether your own criteria accept that.", ("measures", "controls", "remaining")),
    Step("voices", "Those affected", "Whom you asked, and what you tell them in plain words.", ("consulted", "summary", "remedies", "public")),
    Step("watch", "What reopens it, and who approves", "An assessment ages. Say what makes you look again, and who signs.", _WATCH, _PEOPLE),
)  # fmt: skip
SHORT = (
    FULL[0],
    Step("effects", "Who is affected, and how", "Low tier: a few sentences each are enough, but individuals and societies are two answers.", _EFFECTS),
    Step("measures", "What is done about it", "Measures, what remains, and what you tell those affected.", _ANSWER),
    Step("watch", "What reopens it, and who approves", "Say what makes you look again, and who signs.", _WATCH, _PEOPLE),
)  # fmt: skip


def steps_for(tiers: Iterable[str]) -> tuple[Step, ...]:
    """The steps for systems of these tiers: the short way only if all are known to be low."""
    known = set(tiers)
    return SHORT if known == {"low"} else FULL
