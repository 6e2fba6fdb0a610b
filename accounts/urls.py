"""Addresses of accounts: the way in (with allauth's own names), and a manager's pages about people."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import views
from accounts.views import in_house_style

urlpatterns = [
    path("sign-in/", in_house_style(allauth.login), name="account_login"),
    path("sign-out/", in_house_style(allauth.logout), name="account_logout"),
    path("account/inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/", in_house_style(allauth.password_change), name="account_change_password"),
    path("password/forgotten/", in_house_style(allauth.password_reset), name="account_reset_password"),
    path("password/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/changed/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        in_house_style(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("invitations/<token>/", views.invitation, name="invitation"),
    path("providers/", views.providers, {"to": "people"}, name="providers"),
    path("providers/<uuid:uid>/people/", views.people, name="people"),
    path("providers/<uuid:uid>/people/invite/", views.invite, name="invite"),
    path("people/<uuid:uid>/", views.membership, name="membership"),
    path("people/<uuid:uid>/end/", views.membership_end, name="membership_end"),
    path("invitations/<uuid:uid>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:uid>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("people/<uuid:uid>/competences/<uuid:competence>/end/", views.competence_end, name="competence_end"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("notices/settings/", views.notice_settings, name="notice_settings"),
    path("notices/<uuid:uid>/", views.notice, name="notice"),
]
