"""What people send to the pages of the room, checked."""

from collections.abc import Sequence

from django import forms
from django.contrib.auth.password_validation import validate_password

from assay.accounts.models import Person, Role, Scope
from assay.accounts.services import TOKEN_LIFETIMES


def _password(label: str, purpose: str) -> forms.CharField:
    """A field for a password; `purpose` tells a browser's or person's password store which one (HTML, `autocomplete`)."""
    widget = forms.PasswordInput(attrs={"autocomplete": purpose})
    return forms.CharField(max_length=500, strip=False, label=label, widget=widget)


class SignInForm(forms.Form):
    """Address and password. Which of the two is wrong is never said."""

    email = forms.EmailField(
        max_length=254, label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = _password("Password", "current-password")


class PersonForm(forms.Form):
    """Somebody to add."""

    name = forms.CharField(max_length=200, label="Name")
    email = forms.EmailField(max_length=254, label="Email address")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER, label="Role")


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices, label="Role")


class TokenForm(forms.Form):
    """A token to make. An empty lifetime never expires."""

    name = forms.CharField(max_length=100, label="What will use it")
    scope = forms.ChoiceField(choices=Scope.choices, initial=Scope.READ, label="It may")
    days = forms.TypedChoiceField(
        choices=[*((days, f"{days} days") for days in TOKEN_LIFETIMES), ("", "never")],
        coerce=int,
        empty_value=None,
        required=False,
        initial=90,
        label="Expires after",
    )

    def __init__(self, *args: object, scopes: Sequence[str] = tuple(Scope.values), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for choice in Scope.choices if choice[0] in scopes]


class ProfileForm(forms.Form):
    """The name others see."""

    name = forms.CharField(max_length=200, label="Name")


class PasswordForm(forms.Form):
    """A new password, typed twice, at least twelve characters and none of the common ones."""

    password = _password("New password", "new-password")
    again = _password("The same again", "new-password")

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("password") and self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", "The two do not agree.")
