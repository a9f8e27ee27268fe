"""The tables of the ledger. Rows of entry, tile and checkpoint are never changed; the database refuses it as well.

`log` comes first in every key, so that one organization's log is one contiguous range. Composite keys carry no foreign
key: the integrator writes all of them in one transaction, and verification checks that they agree.
"""

from django.db import models
from django.db.models import Q


class Head(models.Model):
    """One row per log: its size and root. Its row lock is the right to sequence.

    `epoch` counts the transactions that held the lock; `origin` is the first line of every checkpoint.
    """

    log = models.CharField(primary_key=True, max_length=100)
    origin = models.CharField(max_length=255, unique=True)
    size = models.PositiveBigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    epoch = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(size__gte=0), name="ledger_head_size"),
            models.CheckConstraint(condition=~Q(origin=""), name="ledger_head_origin"),
        )

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"


class LogKey(models.Model):
    """A key that signs the checkpoints of a log from `from_size` on, as a C2SP verifier key (vkey)."""

    log = models.CharField(max_length=100)
    vkey = models.CharField(max_length=400)
    from_size = models.PositiveBigIntegerField()
    retired_size = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "vkey"], name="ledger_logkey_once"),)

    def __str__(self) -> str:
        return self.vkey


class Outbox(models.Model):
    """An accepted entry that has no index yet. Written in the transaction of the change, deleted when sequenced."""

    id = models.BigAutoField(primary_key=True)
    log = models.CharField(max_length=100)
    event = models.CharField(max_length=36)
    leaf = models.BinaryField()

    class Meta:
        # One index only: each more is one more page in every business transaction, and the table is short.
        indexes = (models.Index(fields=["log", "id"], name="ledger_outbox_order"),)

    def __str__(self) -> str:
        return self.event


class Entry(models.Model):
    """A sequenced leaf. `leaf` is the evidence; the columns beside it repeat parts of it so that pages can filter."""

    pk = models.CompositePrimaryKey("log", "idx")
    log = models.CharField(max_length=100)
    idx = models.PositiveBigIntegerField()
    event = models.CharField(max_length=36, unique=True)
    kind = models.CharField(max_length=64)
    actor = models.CharField(max_length=128)
    subject = models.CharField(max_length=255)
    at = models.DateTimeField()
    leaf = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=["log", "kind", "idx"], name="ledger_entry_kind"),
            models.Index(fields=["log", "actor", "idx"], name="ledger_entry_actor"),
            models.Index(fields=["log", "subject", "idx"], name="ledger_entry_subject"),
        )

    def __str__(self) -> str:
        return f"{self.log}/{self.idx}"


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles). A partial tile only grows; a full one is frozen."""

    pk = models.CompositePrimaryKey("log", "level", "n")
    log = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField()
    n = models.PositiveBigIntegerField()
    data = models.BinaryField(max_length=8192)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(level__lte=7), name="ledger_tile_level"),)

    def __str__(self) -> str:
        return f"{self.log}/{self.level}/{self.n}"


class Checkpoint(models.Model):
    """A signed checkpoint (C2SP signed note), made in the transaction that sequenced its entries."""

    pk = models.CompositePrimaryKey("log", "size")
    log = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    note = models.TextField()

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"


class Cosignature(models.Model):
    """A witness's signature line over a checkpoint (C2SP tlog-cosignature)."""

    log = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["log", "size", "name"], name="ledger_cosignature_once"),
            models.CheckConstraint(condition=~Q(line=""), name="ledger_cosignature_line"),
        )

    def __str__(self) -> str:
        return f"{self.name} on {self.log} at {self.size}"


class TimeStamp(models.Model):
    """The answer of a time authority (RFC 3161, DER) over the signed checkpoint of one size.

    `moment` and `serial` repeat what it says. `checked` says whether its signature was verified when it came in.
    """

    log = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    token = models.BinaryField()
    moment = models.DateTimeField()
    serial = models.CharField(max_length=80)
    authority = models.CharField(max_length=300)
    checked = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_timestamp"
        constraints = (models.UniqueConstraint(fields=["log", "size", "serial"], name="ledger_timestamp_once"),)

    def __str__(self) -> str:
        return f"{self.log} at {self.size}: {self.moment:%Y-%m-%d %H:%M}"


class PayloadKey(models.Model):
    """A key under which what entries of a log say about one subject is encrypted.

    Destroying the rows of a subject erases all of it, in copies too that were made without this table. Two transactions
    that are the first to write about a subject make a key each: with one key only, each would wait until the other has
    ended, and two of them could wait for each other for ever. Later ones use the oldest.
    """

    log = models.CharField(max_length=100)
    subject = models.CharField(max_length=255)
    key = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["log", "subject"], name="ledger_payloadkey_subject"),)

    def __str__(self) -> str:
        return f"{self.log} {self.subject}"


class Payload(models.Model):
    """What an entry is about, apart from the log: the only part that may be erased.

    The leaf holds a commitment to salt and payload; without both it can be neither opened nor guessed. `data` is the
    sealed form of `client.sealed` under the key `key_id`, and `salt` empty; in rows from before sealing `key_id` is
    None, and both stand plainly.
    """

    event = models.CharField(primary_key=True, max_length=36)
    log = models.CharField(max_length=100)
    salt = models.BinaryField(max_length=32)
    data = models.BinaryField()
    key_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.event


class Retention(models.Model):
    """How long the content of entries of one kind is kept; afterwards it is erased, the entry and its proof stay."""

    log = models.CharField(max_length=100)
    kind = models.CharField(max_length=64)
    days = models.PositiveIntegerField()
    basis = models.CharField(max_length=300)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "kind"], name="ledger_retention_once"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.days} days"


class Follower(models.Model):
    """How far a reaction has read a log: everything below `position` has had its effect."""

    name = models.CharField(max_length=100)
    log = models.CharField(max_length=100)
    position = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "log"], name="ledger_follower_once"),)

    def __str__(self) -> str:
        return f"{self.name} on {self.log} at {self.position}"
