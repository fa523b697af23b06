"""Tables brought up to date by Django's migrations, without what Django would do again and again for each of them.

After every operation Django renders all models anew that are related to the changed one. Here nearly all are, by way
of people and regions: two thirds of a first start went into models that nobody asked for. A new table, an index and a
constraint change no other model, so in a migration that does nothing but add, only the new model is rendered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps

# In a migration with anything else every model must be rendered as it stands: altering a column asks for the
# constraints of its table.
_ADDING = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.AddConstraint,
    migrations.AddField,
    migrations.RunSQL,
)


def migrated(connection: BaseDatabaseWrapper) -> bool:
    """Whether every migration of the program is applied: what `migrate` asks, without its other ceremonies.

    Raises:
        django.db.migrations.exceptions.InconsistentMigrationHistory: one was applied before one that it needs.
    """
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate(connection: BaseDatabaseWrapper, *targets: tuple[str, str]) -> None:
    """Apply the migrations that lead to `targets`, each a room and a migration of it; without any, all."""
    executor = _Executor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


class _State(ProjectState):
    """What the models are after some migrations. `adding`: what is added now leaves other models as rendered."""

    adding = False

    def clone(self) -> _State:
        copied = super().clone()
        copied.__class__ = _State  # Django names its own class there
        return copied  # type: ignore[return-value]

    def add_model(self, model_state: ModelState) -> None:
        with self._as_rendered() as apps:
            super().add_model(model_state)
        if apps is not None:
            apps.render_multiple([model_state])

    def _append_option(self, *option: Any) -> None:  # an index or a constraint
        with self._as_rendered():
            super()._append_option(*option)  # type: ignore[misc]

    @contextmanager
    def _as_rendered(self) -> Iterator[StateApps | None]:
        """Within, Django finds no rendered models that it would render anew; gives them where that is so."""
        apps = self.__dict__.pop("apps", None) if self.adding else None
        yield apps
        if apps is not None:
            self.__dict__["apps"] = apps


class _Executor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        state = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        state.__class__ = _State
        return state  # type: ignore[no-any-return]

    def apply_migration(
        self, state: ProjectState, migration: migrations.Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        assert isinstance(state, _State)
        state.adding = all(isinstance(operation, _ADDING) for operation in migration.operations)
        if not state.adding:
            state.__dict__.pop("apps", None)
            _ = state.apps  # all as they stand, once
        return super().apply_migration(state, migration, fake, fake_initial)
