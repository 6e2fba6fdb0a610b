"""Addresses of what leads back: deciding again, appeals; and the history of a portfolio."""

from django.urls import path

from assessments.views import appeals, history, supersede

urlpatterns = [
    path("portfolios/<uuid:uid>/history/", history.history, name="history"),
    path("portfolios/<uuid:uid>/appeals/", appeals.appeals, name="appeals"),
    path("appeals/<uuid:uid>/", appeals.appeal, name="appeal"),
    path("appeals/<uuid:uid>/end/", appeals.appeal_end, name="appeal_end"),
    path("reviews/<uuid:uid>/appeal/", appeals.appeal_review, name="appeal_review"),
    path("reviews/<uuid:uid>/supersede/", supersede.review_supersede, name="review_supersede"),
    path("enrolled-standards/<uuid:uid>/appeal/", appeals.appeal_standard, name="appeal_standard"),
]
