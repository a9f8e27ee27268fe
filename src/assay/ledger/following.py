"""Reactions to the log: read forward from a stored position, each entry once in effect, in order.

The position moves in the transaction of the effect. A follower that was killed goes on with the first entry whose effect
was not committed; two processes that follow at once wait for each other.
"""

from collections.abc import Callable, Collection

from django.db import transaction

from assay.ledger import queries
from assay.ledger.models import Follower
from assay.ledger.queries import EntryView

BATCH = 500

Reaction = Callable[[EntryView], None]


def follow(*, name: str, log: str, react: Reaction, kinds: Collection[str] = (), limit: int = BATCH) -> int:
    """Give published entries of `log` to `react`, from where `name` stopped; return how many were read.

    Stops at the end, or once at least `limit` were read.

    Only entries of `kinds` are given (all, if empty); the others are passed over. Each effect is a transaction of its
    own with the new position: what `react` raises leaves the position before that entry and is raised on.
    """
    Follower.objects.get_or_create(name=name, log=log)
    read = 0
    while read < limit:
        with transaction.atomic():
            follower = Follower.objects.select_for_update().get(name=name, log=log)
            # The size first: what is published after this look is left for the next.
            size = queries.position(log)
            entry = queries.entry_next(log=log, position=follower.position, end=size, kinds=kinds)
            passed = (size if entry is None or entry.index is None else entry.index + 1) - follower.position
            if not passed:
                return read
            if entry is not None:
                react(entry)
            follower.position += passed
            follower.save(update_fields=["position"])
            read += passed
    return read


def follower_lag(*, name: str, log: str) -> int:
    """How many published entries of `log` a follower has not read yet."""
    follower = Follower.objects.filter(name=name, log=log).first()
    return queries.position(log) - (0 if follower is None else follower.position)


def follower_position(*, name: str, log: str) -> int:
    """The index of the first entry that a follower has not read."""
    return queries.position(log) - follower_lag(name=name, log=log)
