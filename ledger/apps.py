"""The ledger app: installs its guards after every migration and checks that they stand."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger import guards

        post_migrate.connect(guards.after_migrate, dispatch_uid="ledger.guards")
        register(Tags.database)(guards.check_guards)
