"""Makes the tables of a room in one step of a migration."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel, SeparateDatabaseAndState
from django.db.migrations.state import ProjectState


class CreateTables(SeparateDatabaseAndState):
    """What the same `CreateModel` operations do one after another, with the models rendered once for all of them.

    Django renders each model again, and whatever is related to it, after each operation of a migration: with fifty
    tables that is most of the time of a first start. The constraints and indexes of a table stand in its options.
    """

    serialization_expand_args = ["tables"]  # noqa: RUF012 — as Django declares it

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = tables
        super().__init__(state_operations=tables)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [], {"tables": self.tables}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)  # what was rendered of the models before; made again when next asked for
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in self.tables:
            model = to_state.apps.get_model(app_label, table.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in reversed(self.tables):
            model = from_state.apps.get_model(app_label, table.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create the tables of {len(self.tables)} models"
