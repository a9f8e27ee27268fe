"""Policies of C2SP tlog-policy: which logs and witnesses somebody trusts, and how many must have seen a checkpoint.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <number|any|all> <member> …
    quorum <name|none>

Lines that begin with # and empty lines say nothing. A group may hold witnesses and groups named before it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from assay.core.errors import AssayError, InvalidInput
from assay.core.note import VerifierKey

MOST_LINES = 10_000
HINT = "The form is that of C2SP tlog-policy: log, witness, group and quorum lines."


@dataclass(frozen=True)
class Group:
    """`needed` of `members`, which are names of witnesses or groups."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What was trusted. `witnesses` maps the names of a policy to keys; `quorum` is one of its names, or none."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = "none"

    def met(self, seen: Collection[str]) -> bool:
        """Whether witnesses with these key names are enough."""
        return self.quorum == "none" or self._met(self.quorum, seen)

    def _met(self, name: str, seen: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return self.witnesses[name].name in seen
        return sum(self._met(member, seen) for member in group.members) >= group.needed

    @property
    def words(self) -> str:
        """The quorum in words."""
        if self.quorum == "none":
            return "no witness is needed"
        group = self.groups.get(self.quorum)
        if group is None:
            return f"{self.quorum} must have seen it"
        return f"{group.needed} of {len(group.members)} must have seen it: {', '.join(group.members)}"


def policy_read(text: str) -> Policy:
    """Read a policy. Raises InvalidInput with the line that is wrong."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, VerifierKey] = {}
    groups: dict[str, Group] = {}
    quorum = ""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise InvalidInput(f"A policy of {len(lines)} lines is too long.", hint=HINT)
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            match words:
                case ["log", key] | ["log", key, _]:
                    logs.append(VerifierKey.parse(key))
                case ["witness", name, key] | ["witness", name, key, _] if _is_new(name, witnesses, groups):
                    witnesses[name] = VerifierKey.parse(key)
                case ["group", name, needed, *members] if _is_new(name, witnesses, groups):
                    groups[name] = _group(needed, members, {*witnesses, *groups})
                case ["quorum", name] if not quorum and (name == "none" or name in witnesses or name in groups):
                    quorum = name
                case _:
                    raise InvalidInput("it is none of the four, or names something that is not there or there twice")
        except AssayError as error:
            raise InvalidInput(f"Line {number} of the policy cannot be read: {error}", hint=HINT) from error
    if not quorum:
        raise InvalidInput("The policy has no quorum line.", hint=HINT)
    return Policy(tuple(logs), witnesses, groups, quorum)


def _is_new(name: str, witnesses: Collection[str], groups: Collection[str]) -> bool:
    return name != "none" and name not in witnesses and name not in groups


def _group(needed: str, members: list[str], known: Collection[str]) -> Group:
    if not members or len(set(members)) != len(members) or not set(members) <= set(known):
        raise InvalidInput("a group has members, each named before it, and once")
    number = {"any": 1, "all": len(members)}.get(needed) or (int(needed) if needed.isdecimal() else 0)
    if not 1 <= number <= len(members):
        raise InvalidInput(f"{needed} of {len(members)} members is no number that can be met")
    return Group(number, tuple(members))
