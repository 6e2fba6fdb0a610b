from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from assessments.reports import checks  # noqa: F401
        from assessments.services.appeals import tell_allocated
        from portfolio.services.enrolments import made

        made.connect(tell_allocated)
