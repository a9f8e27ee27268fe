"""Every kind of entry, with one sentence that says what it records. An entry of another kind is refused."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from assay.core.errors import InvalidInput

FORM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)

KINDS: Mapping[str, str] = MappingProxyType(
    {
        # the log itself
        "log.opened": "A log was opened under its origin.",
        "key.created": "A key that signs checkpoints was put into use.",
        "key.retired": "A key that signed checkpoints was taken out of use.",
        "key.compromised": "A signing key was reported as compromised.",
        "tracking.declared": "The columns of live tables that entries attest were declared.",
        "payload.erased": "The payload of an entry was erased, by whom and on which legal basis.",
        "subject.erased": "Everything that entries hold about a subject was erased, and its key destroyed.",
        "payloads.expired": "The payloads of a kind were erased because their time of retention was over.",
        "retention.set": "It was set how long the content of a kind of entry is kept.",
        "witness.added": "A witness was named whose cosignatures are asked for.",
        "checkpoint.stamped": "A time authority stamped a signed checkpoint.",
        "pack.exported": "A pack of evidence was exported.",
        "ledger.verified": "The ledger was verified, with the number of differences.",
        # organizations and people
        "organization.created": "An organization was created.",
        "organization.changed": "The particulars of an organization were changed.",
        "person.added": "A person was added.",
        "person.changed": "The particulars of a person were changed.",
        "person.removed": "A person was removed.",
        "membership.added": "A person was given a role in the organization.",
        "membership.changed": "The role of a person was changed.",
        "membership.removed": "A person's role in the organization was ended.",
        "session.opened": "A person signed in.",
        "session.closed": "A person signed out.",
        "session.refused": "A sign-in was refused.",
        "sign-in-link.created": "A one-time sign-in link was made.",
        "sign-in-link.used": "A one-time sign-in link was used.",
        "sign-in-link.withdrawn": "A one-time sign-in link was withdrawn before its time.",
        "passkey.registered": "A person registered a passkey; the entry holds its public key.",
        "passkey.removed": "A passkey was taken out of use.",
        "token.created": "An API token was created.",
        "token.revoked": "An API token was revoked.",
        # programmes and artefacts
        "programme.created": "A programme was created.",
        "programme.changed": "The particulars of a programme were changed.",
        "programme.imported": "A folder or bundle was imported into a programme.",
        "programme.removed": "A programme was removed.",
        "artefact.imported": "Artefacts were imported.",
        "artefact.accepted": "A stamped artefact was accepted.",
        "artefact.changed": "An artefact was changed.",
        "artefact.removed": "An artefact was removed.",
        "programme.published": "A version of a programme was published.",
        "artefact.audience-set": "It was said whether learners see an artefact.",
        "artefact.remediated": "An artefact was written again to fix a finding.",
        "remediation.started": "Fixes of all findings that a sweep report shows were started.",
        "remediation.refused": "A fix was not used, because what was written had a defect itself.",
        "items.measured": "What learners answered was read, and the figures of the questions were kept.",
        "badge.issued": "A learner who passed was given a badge; the entry holds its digest and nothing of the learner.",
        "badge.revoked": "A badge was taken back, for a reason that verifiers are told.",
        "signer-key.created": "A person was given a key to sign with.",
        "sign-off.requested": "A signature was asked for under exactly one version of each artefact named.",
        "sign-off.changes-requested": "A reviewer asked for changes instead of signing.",
        "sign-off.signed": "A person signed exactly these versions of artefacts.",
        "review.commented": "Somebody commented on a version of an artefact.",
        "enforcement.switched": "The governance blocker of publishing was switched off or on, by whom, why, until when.",
        # assurance
        "surface.defined": "A surface was defined or its definition changed.",
        "cells.replaced": "The population of a surface was replaced.",
        "measurement.recorded": "A partition of measurements was recorded.",
        "finding.recorded": "Findings were recorded.",
        "finding.disposed": "A person decided about a finding.",
        "finding.advised": "A model voted on a passage that waits for a person; the vote decides nothing.",
        "finding.confirmed": "A person found a passage that was held for reading to be a defect.",
        "canary.recorded": "Results of canaries were recorded.",
        "words.recorded": "The words by which detectors of these versions know the families were kept.",
        "canary.retired": "A canary was retired.",
        "verdict.recorded": "A verdict was recorded.",
        "gate.decided": "A gate was decided on a verdict.",
        "sweep.started": "A sweep over a surface or portfolio was started.",
        "sweep.finished": "A sweep over a surface or portfolio was finished.",
        "sweep.reported": "The signed report of a sweep over the portfolio was kept.",
        "sweep.scheduled": "Sweeps over the portfolio were scheduled, or their schedule was stopped.",
        # registers
        "record.created": "A record of a register was created.",
        "record.changed": "The content of a record was changed.",
        "record.moved": "A record was moved to another state.",
        "record.approved": "A person signed exactly one version of a record.",
        "record.retired": "A record was retired.",
        "record.restored": "A retired record was restored.",
        "record.commented": "Somebody contributed to the discussion of a record.",
        "records.bulk-changed": "Several records were changed at once.",
        "records.imported": "Records were imported from a file.",
        "import.read": "A file was read for an import; nothing was written to the register.",
        "import.undone": "An import was taken back.",
        "evidence.added": "Evidence was added.",
        "evidence.retired": "Evidence was withdrawn.",
        "filter.saved": "A list was saved under a name.",
        "document.acknowledged": "A person said that they have read exactly one approved content of a document.",
        "record.published": "The public fields of an approved record were published, with their digest.",
        "record.unpublished": "The public version of a record was withdrawn.",
        "review.filled": "The inputs of a management review were read from live records, with their digest.",
        "system.started": "A tailored draft of the management system was made from twelve answers.",
        # background work
        "job.enqueued": "A piece of background work was enqueued.",
        "job.finished": "A piece of background work was finished.",
        "job.failed": "A piece of background work failed.",
        "job.changed": "The state of a piece of background work was changed.",
        # sensitive reads
        "evidence.opened": "Evidence was opened by a person.",
        "personal-data.shown": "Personal data was shown to a person.",
        "override-console.opened": "A person opened the switch of the governance blocker.",
        "report.exported": "A report, list or package was taken out as a file; the entry holds its digest.",
        # catalog
        "catalog.loaded": "The standards as data were loaded in a version.",
    }
)

# Kinds about people's acts, whose content may have to be shown in part: each field is committed to on its own.
BY_FIELD: frozenset[str] = frozenset(
    {
        "person.added", "person.changed", "person.removed",
        "membership.added", "membership.changed", "membership.removed",
        "finding.disposed", "finding.confirmed", "gate.decided", "programme.published",
        "record.created", "record.changed", "record.moved", "record.approved", "record.retired", "record.restored",
        "record.commented", "evidence.added", "evidence.retired",
        "sign-off.requested", "sign-off.changes-requested", "sign-off.signed", "review.commented",
        "artefact.remediated", "remediation.refused", "badge.issued", "badge.revoked",
        "personal-data.shown", "report.exported",
    }
)  # fmt: skip


def check_kind(kind: str) -> None:
    """Raises InvalidInput for a kind that is not listed."""
    if kind not in KINDS:
        raise InvalidInput(
            f"No kind of entry is called {kind!r}.", hint="Add it to ledger/kinds.py with one sentence.", kind=kind
        )
