"""The policy of this installation: `policy.txt` in the data folder (C2SP tlog-policy), else only the keys of the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.client.policy import Policy, policy_read
from assay.core.errors import AssayError, InvalidInput
from assay.core.note import verify_cosignatures
from assay.ledger import folder, queries
from assay.ledger.queries import CheckpointView

POLICY_NAME = "policy.txt"


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a checkpoint is trusted: `seen` are the witnesses of the policy whose cosignatures verify."""

    checkpoint: CheckpointView
    seen: tuple[str, ...]
    met: bool

    @property
    def state(self) -> str:
        """witnessed, or pending while the quorum is not met or none is asked for and nobody has seen it."""
        return "witnessed" if self.met and self.seen else "pending"


def policy_text(log: str, vkeys: Sequence[str] | None = None) -> str:
    """The policy as a file, ready to be handed out: that of the data folder, or one made from the keys of the log (`vkeys`
    where they were read already)."""
    path = folder.data_folder() / POLICY_NAME
    if path.is_file():
        return path.read_text(encoding="utf-8")
    keys = "".join(f"log {key}\n" for key in (queries.vkeys(log) if vkeys is None else vkeys))
    return f"# The keys of the log; a reader brings a policy of his own.\n{keys}quorum none\n"


def policy_of(log: str, vkeys: Sequence[str] | None = None) -> Policy:
    """The policy, read. Raises InvalidInput with the line that is wrong."""
    try:
        return policy_read(policy_text(log, vkeys))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{POLICY_NAME} is not text.", hint="Write it in UTF-8.") from error


def trust_of(policy: Policy, checkpoint: CheckpointView) -> Trust:
    """How far a checkpoint is trusted under a policy. A cosignature of a known witness that is wrong counts for nothing."""
    seen = []
    for name, key in policy.witnesses.items():
        try:
            found = verify_cosignatures(checkpoint.note, [key])
        except AssayError:
            continue
        if found:
            seen.append(name)
    unnamed = () if policy.witnesses else checkpoint.witnesses
    met = policy.met({policy.witnesses[name].name for name in seen})
    return Trust(checkpoint, tuple(seen) or unnamed, met)


def checkpoints_shown(
    *, log: str, limit: int = 6, policy: Policy | None = None, witnessed: int | None = None
) -> list[Trust]:
    """The newest checkpoints and, if it is older, the newest that somebody has cosigned; newest first. `policy`, and the size
    that is `witnessed`, are read where they are not given."""
    policy = policy_of(log) if policy is None else policy
    views = queries.checkpoint_list(log=log, limit=limit)
    newest = queries.witnessed_size(log) if witnessed is None else witnessed
    if newest and newest not in {view.size for view in views}:
        views.append(queries.checkpoint_get(log, newest))
    return [trust_of(policy, view) for view in views]
