"""What people type about accounts; and how a form survives the language switch."""

from datetime import date
from typing import TypeVar

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, Competence, NoticeKind, Role, User

Form = TypeVar("Form", bound=forms.BaseForm)
PASSWORD_HELP = _("At least 10 characters, and not one that is often used.")


def _capital(choices) -> list:
    return [(value, capfirst(label)) for value, label in choices]


def switching(request: HttpRequest) -> bool:
    """Whether the request only changes the page's language."""
    return request.method == "POST" and "_switch" in request.POST


def must_ask(request: HttpRequest) -> bool:
    """Whether a step has not been confirmed on its page yet; the switch of the language confirms nothing."""
    return switching(request) or "confirmed" not in request.POST


def saves_itself(request: HttpRequest) -> bool:
    """Whether a script sent this form in the background, not a person (static/js/autosave.js)."""
    return "X-Autosave" in request.headers


def typed(form: Form, request: HttpRequest) -> Form:
    """An unsent form that shows what was typed, without errors. Files and passwords cannot be shown again."""
    for name, field in form.fields.items():
        if not isinstance(field.widget, forms.FileInput | forms.PasswordInput):
            key = form.add_prefix(name)
            form.initial[name] = field.widget.value_from_datadict(request.POST, request.FILES, key)
    return form


def bound(form_class: type[Form], request: HttpRequest, **kwargs) -> tuple[Form, bool]:
    """The form of a request, and whether it was submitted (not opened, or shown in another language)."""
    if switching(request):
        return typed(form_class(**kwargs), request), False
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **kwargs), True
    return form_class(**kwargs), False


class DayInput(forms.DateInput):
    """A browser's own picker. Each shows a day in an order of its own: app.js adds it in words, with these months.

    Where it is mostly `today`, app.js adds a button for that.
    """

    def __init__(self, *, today: bool = False) -> None:
        super().__init__({"type": "date"} | ({"data-today": _("Today")} if today else {}), format="%Y-%m-%d")

    def get_context(self, name, value, attrs) -> dict:
        months = ",".join(str(MONTHS[number]) for number in range(1, 13))
        return super().get_context(name, value, {**(attrs or {}), "data-months": months})


class DayField(forms.DateField):
    """A day."""

    widget = DayInput


class PastDayField(DayField):
    """A day on which something has happened: today at the latest. What is to be entered instead, each says itself."""

    default_error_messages = {"to_come": _("This day is still to come. Enter the day on which it happened.")}

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError(self.error_messages["to_come"])


class PeopleFilter(forms.Form):
    """Which of a provider's people to show."""

    named = forms.CharField(label=_("Name or email"), required=False, max_length=200)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("every role")), *_capital(Role.choices)], required=False
    )


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("Email"))
    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *_capital(Role.choices)])
    language = forms.ChoiceField(
        label=_("Language of the letter"),
        choices=[("", _("Not known: write in both languages")), *LANGUAGES],
        required=False,
    )


class AcceptForm(forms.Form):
    """A new account, for an invitation's address."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class CompetenceForm(forms.Form):
    """A qualification or the Welsh of somebody who assesses or assures quality."""

    kind = forms.ChoiceField(label=_("What this person is"), choices=_capital(Competence.KINDS))
    urn = forms.CharField(
        label=_("Standard"),
        required=False,
        max_length=40,
        help_text=_("The number of one standard, such as INSCS016. Leave empty for every standard."),
        validators=[RegexValidator(r"^[A-Za-z0-9&]+$", _("The number has letters and digits only."))],
    )
    since = PastDayField(
        label=_("Since"),
        error_messages={"to_come": _("This day is still to come. Enter the day since when it holds.")},
    )
    qualification = forms.CharField(
        label=_("Qualification"),
        required=False,
        max_length=200,
        help_text=_("As it stands on the certificate."),
    )

    def clean_urn(self) -> str:
        return "" if self.cleaned_data.get("kind") == "welsh" else self.cleaned_data["urn"].upper()


class LettersForm(forms.Form):
    """The kinds of notices that also come by email."""

    letters = forms.MultipleChoiceField(
        label=_("Send me an email when"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, user: User, roles: set[str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user, kinds = user, NoticeKind.reaching(roles)
        self.fields["letters"].choices = [(kind.value, kind.label) for kind in kinds]
        self.initial.setdefault("letters", [kind.value for kind in kinds if kind not in user.muted])

    @property
    def muted(self) -> set[str]:
        """What was not chosen; kinds that were not offered stay as they were."""
        offered = {value for value, _label in self.fields["letters"].choices}
        return set(self.user.muted) - offered | offered - set(self.cleaned_data["letters"])


def _in_our_words(form: forms.BaseForm, **labels) -> None:
    """Our labels instead of allauth's, no placeholders, and one field for a new password instead of two."""
    form.fields.pop("password2", None)
    for name, field in form.fields.items():
        field.label = labels[name]
        field.help_text = PASSWORD_HELP if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, login=_("Email"), password=_("Password"))


class ForgottenPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, email=_("Email"))


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, password1=_("New password"))


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self, oldpassword=_("Current password"), password1=_("New password"))
