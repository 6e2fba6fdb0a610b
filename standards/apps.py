"""The standards app: keeps the index of the search after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StandardsConfig(AppConfig):
    name = "standards"

    def ready(self) -> None:
        from standards import search

        post_migrate.connect(search.after_migrate, sender=self, dispatch_uid="standards.search")
