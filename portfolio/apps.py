from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portfolio"

    def ready(self) -> None:
        from accounts.services import left
        from portfolio.services.enrolments import end_with_role

        left.connect(end_with_role)
