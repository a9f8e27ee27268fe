"""Triggers that refuse to change what is written once. Hygiene against mistakes, not evidence: a database administrator
can drop them, and verification finds what was changed all the same."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(refuse, migrations.RunPython.noop, elidable=False),)
