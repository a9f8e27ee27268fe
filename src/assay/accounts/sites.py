"""The site that a request reached, for passkeys."""

from django.http import HttpRequest

from assay.accounts.passkeys import Site, site_of


def site_of_request(request: HttpRequest) -> Site:
    """The site under the name by which the browser reached it; the name is one of ASSAY_ALLOWED_HOSTS."""
    return site_of(scheme=request.scheme or "http", host=request.get_host())
