from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments.reports import checks  # noqa: F401
        from assessments.services.appeals import tell_allocated
        from assessments.services.reports import destroy_packs
        from assessments.services.standings import after_mapping
        from portfolio.services.enrolments import made
        from portfolio.services.evidence import remapped
        from portfolio.services.privacy import destroyed

        made.connect(tell_allocated)
        remapped.connect(after_mapping)
        destroyed.connect(destroy_packs)
