"""Which pages may send requests: CSRF by Sec-Fetch-Site and Origin.

Credentials travel in headers of their own, so another site can never send somebody else's; this stops it from sending
anything at all, before a body is read. Programs that are no browsers send neither header and are not concerned.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from gql_api.web import refusals
from gql_api.web.codes import Code
from gql_api.web.heads import Head, text


def check(head: Head, allowed: tuple[str, ...]) -> None:
    """Refuse (403) what a page of another origin sends, unless `allowed` (CORS_ORIGINS) names that origin or is `*`."""
    site = head.get(b"sec-fetch-site")
    if site in (b"same-origin", b"none") or "*" in allowed:
        return
    if b"origin" not in head:
        is_foreign = site in (b"cross-site", b"same-site")
    else:
        origin = text(head, b"origin")
        is_foreign = origin not in allowed and urlsplit(origin).netloc != text(head, b"host")
    if is_foreign:
        raise refusals.Refusal(
            HTTPStatus.FORBIDDEN,
            Code.CROSS_SITE_REQUEST,
            "A page of another site sent this request; its origin is not among those that the server allows.",
        )
