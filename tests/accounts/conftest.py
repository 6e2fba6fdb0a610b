"""A training provider, its manager, and somebody from elsewhere."""

import pytest
from django.core.cache import cache

from accounts.models import Membership, Provider, User


@pytest.fixture(autouse=True)
def _nobody_is_locked_out():
    cache.clear()


@pytest.fixture
def person(db):
    """`person("nia", language="cy")` is an account with the password "sesiwn-y-bore"."""

    def make(name: str, **fields) -> User:
        return User.objects.create_user(f"{name}@dysgu.example", "sesiwn-y-bore", name=name.title(), **fields)

    return make


@pytest.fixture
def provider(db) -> Provider:
    return Provider.objects.create(name_cy="Dysgu'r Dyffryn", name_en="Valley Learning")


@pytest.fixture
def joined(provider, person):
    """`joined("nia", "assessor")` is a membership at the provider."""

    def make(name: str, role: str, at: Provider = provider) -> Membership:
        return Membership.objects.create(provider=at, user=person(name), role=role)

    return make


@pytest.fixture
def manager(joined) -> User:
    return joined("mair", "manager").user
