"""The tables of the ledger, all made in one step, and triggers that refuse to change what is written once.

The triggers are hygiene against mistakes, not evidence: a database administrator can drop them, and verification finds
what was changed all the same."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assay.ledger.schema import CreateTables

TABLES = [
    migrations.CreateModel(
        name="Checkpoint",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "log", "size", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("log", models.CharField(max_length=100)),
            ("size", models.PositiveBigIntegerField()),
            ("note", models.TextField()),
        ],
    ),
    migrations.CreateModel(
        name="Cosignature",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("log", models.CharField(max_length=100)),
            ("size", models.PositiveBigIntegerField()),
            ("name", models.CharField(max_length=255)),
            ("line", models.TextField()),
            ("at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("log", "size", "name"), name="ledger_cosignature_once"),
                models.CheckConstraint(condition=models.Q(("line", ""), _negated=True), name="ledger_cosignature_line"),
            ]
        },
    ),
    migrations.CreateModel(
        name="Entry",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey("log", "idx", blank=True, editable=False, primary_key=True, serialize=False),
            ),
            ("log", models.CharField(max_length=100)),
            ("idx", models.PositiveBigIntegerField()),
            ("event", models.CharField(max_length=36, unique=True)),
            ("kind", models.CharField(max_length=64)),
            ("actor", models.CharField(max_length=128)),
            ("subject", models.CharField(max_length=255)),
            ("at", models.DateTimeField()),
            ("leaf", models.BinaryField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["log", "kind", "idx"], name="ledger_entry_kind"),
                models.Index(fields=["log", "actor", "idx"], name="ledger_entry_actor"),
                models.Index(fields=["log", "subject", "idx"], name="ledger_entry_subject"),
            ]
        },
    ),
    migrations.CreateModel(
        name="Head",
        fields=[
            ("log", models.CharField(max_length=100, primary_key=True, serialize=False)),
            ("origin", models.CharField(max_length=255, unique=True)),
            ("size", models.PositiveBigIntegerField(default=0)),
            ("root", models.BinaryField(max_length=32)),
            ("epoch", models.PositiveBigIntegerField(default=0)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="ledger_head_size"),
                models.CheckConstraint(condition=models.Q(("origin", ""), _negated=True), name="ledger_head_origin"),
            ]
        },
    ),
    migrations.CreateModel(
        name="LogKey",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("log", models.CharField(max_length=100)),
            ("vkey", models.CharField(max_length=400)),
            ("from_size", models.PositiveBigIntegerField()),
            ("retired_size", models.PositiveBigIntegerField(null=True)),
        ],
        options={"constraints": [models.UniqueConstraint(fields=("log", "vkey"), name="ledger_logkey_once")]},
    ),
    migrations.CreateModel(
        name="Outbox",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("log", models.CharField(max_length=100)),
            ("event", models.CharField(max_length=36)),
            ("leaf", models.BinaryField()),
        ],
        options={"indexes": [models.Index(fields=["log", "id"], name="ledger_outbox_order")]},
    ),
    migrations.CreateModel(
        name="Payload",
        fields=[
            ("event", models.CharField(max_length=36, primary_key=True, serialize=False)),
            ("log", models.CharField(max_length=100)),
            ("salt", models.BinaryField(max_length=32)),
            ("data", models.BinaryField()),
            ("key_id", models.BigIntegerField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Tile",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "log", "level", "n", blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("log", models.CharField(max_length=100)),
            ("level", models.PositiveSmallIntegerField()),
            ("n", models.PositiveBigIntegerField()),
            ("data", models.BinaryField(max_length=8192)),
        ],
        options={
            "constraints": [models.CheckConstraint(condition=models.Q(("level__lte", 7)), name="ledger_tile_level")]
        },
    ),
    migrations.CreateModel(
        name="Follower",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=100)),
            ("log", models.CharField(max_length=100)),
            ("position", models.PositiveBigIntegerField(default=0)),
        ],
        options={"constraints": [models.UniqueConstraint(fields=("name", "log"), name="ledger_follower_once")]},
    ),
    migrations.CreateModel(
        name="PayloadKey",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("log", models.CharField(max_length=100)),
            ("subject", models.CharField(max_length=255)),
            ("key", models.BinaryField(max_length=32)),
        ],
        options={"constraints": [models.UniqueConstraint(fields=("log", "subject"), name="ledger_payloadkey_once")]},
    ),
    migrations.CreateModel(
        name="Retention",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("log", models.CharField(max_length=100)),
            ("kind", models.CharField(max_length=64)),
            ("days", models.PositiveIntegerField()),
            ("basis", models.CharField(max_length=300)),
        ],
        options={"constraints": [models.UniqueConstraint(fields=("log", "kind"), name="ledger_retention_once")]},
    ),
    migrations.CreateModel(
        name="TimeStamp",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("log", models.CharField(max_length=100)),
            ("size", models.PositiveBigIntegerField()),
            ("token", models.BinaryField()),
            ("moment", models.DateTimeField()),
            ("serial", models.CharField(max_length=80)),
            ("authority", models.CharField(max_length=300)),
            ("checked", models.BooleanField()),
            ("at", models.DateTimeField()),
        ],
        options={
            "db_table": "ledger_timestamp",
            "constraints": [models.UniqueConstraint(fields=("log", "size", "serial"), name="ledger_timestamp_once")],
        },
    ),
]


ONCE = ("ledger_entry", "ledger_checkpoint")
KEPT = ("ledger_entry", "ledger_checkpoint", "ledger_tile", "ledger_head")

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN"
        f" SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        for table in ONCE
    ),
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN"
        f" SELECT RAISE(ABORT, 'rows of {table} are never deleted'); END"
        for table in KEPT
    ),
    "CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE ON ledger_tile"
    " WHEN OLD.log <> NEW.log OR OLD.level <> NEW.level OR OLD.n <> NEW.n"
    " OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data OR length(NEW.data) > 8192"
    " BEGIN SELECT RAISE(ABORT, 'a tile of ledger_tile only grows'); END",
    "CREATE TRIGGER ledger_head_only_grows BEFORE UPDATE ON ledger_head"
    " WHEN NEW.size < OLD.size OR NEW.log <> OLD.log OR NEW.origin <> OLD.origin OR NEW.epoch < OLD.epoch"
    " BEGIN SELECT RAISE(ABORT, 'a log of ledger_head only grows'); END",
    "CREATE TRIGGER ledger_payload_no_update BEFORE UPDATE ON ledger_payload"
    " BEGIN SELECT RAISE(ABORT, 'rows of ledger_payload are erased, never changed'); END",
    "CREATE TRIGGER ledger_outbox_no_update BEFORE UPDATE ON ledger_outbox"
    " BEGIN SELECT RAISE(ABORT, 'rows of ledger_outbox are never changed'); END",
]

REFUSE = (
    "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'ledger: % refuses %', TG_TABLE_NAME, TG_OP; END $$"
)
POSTGRESQL = [
    REFUSE,
    *(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        for table in (*ONCE, "ledger_payload", "ledger_outbox")
    ),
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        for table in KEPT
    ),
    "CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE ON ledger_tile FOR EACH ROW"
    " WHEN (OLD.log <> NEW.log OR OLD.level <> NEW.level OR OLD.n <> NEW.n"
    " OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data OR length(NEW.data) > 8192)"
    " EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER ledger_head_only_grows BEFORE UPDATE ON ledger_head FOR EACH ROW"
    " WHEN (NEW.size < OLD.size OR NEW.log <> OLD.log OR NEW.origin <> OLD.origin OR NEW.epoch < OLD.epoch)"
    " EXECUTE FUNCTION ledger_refuse()",
]


def refuse(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_refuse_changes"),
        ("ledger", "0003_follower"),
        ("ledger", "0004_sealed_payloads"),
        ("ledger", "0005_timestamp"),
    ]

    initial = True

    dependencies = []

    operations = [CreateTables(TABLES), migrations.RunPython(refuse, migrations.RunPython.noop, elidable=False)]
