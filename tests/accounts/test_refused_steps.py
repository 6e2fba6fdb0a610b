"""What somebody sees who opens the address of a step, or whose step was refused."""

import pytest
from django.urls import reverse

from accounts.models import Membership


def test_the_address_of_a_step_says_where_to_go(cast, sign_in, language):
    response = sign_in(cast.manager).get(reverse("allocate", args=[cast.enrolment.uid]))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "<h1>" in response.text


@pytest.mark.parametrize(("here", "there"), [("cy", "en"), ("en", "cy")])
def test_the_switch_of_a_refusal_leads_to_the_page_where_it_was_tried(cast, sign_in, here, there):
    """The last manager cannot leave; the same form on the same page works for somebody else."""
    client = sign_in(cast.manager)
    own = Membership.objects.get(user=cast.manager)
    page = f"/{here}/people/{own.uid}/"
    response = client.post(f"{page}end/", headers={"referer": f"http://testserver{page}?a=b"})
    assert response.status_code == 422
    assert f'<a class="button primary" href="http://testserver{page}?a=b">' in response.text
    assert f'href="/{there}/people/{own.uid}/?a=b"' in response.text
    other = Membership.objects.get(user=cast.eqa)
    assert client.post(f"/{here}/people/{other.uid}/end/", {"confirmed": "on"}).status_code == 302
