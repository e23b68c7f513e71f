"""Which pages may send requests: CSRF by Sec-Fetch-Site and Origin.

Credentials travel in headers of their own, so another site can never send somebody else's; this stops it from sending
anything at all, before a body is read. Programs that are no browsers send neither header and are not concerned.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from gql_api.web import refusals
from gql_api.web.codes import Code


def check(headers: Headers, allowed: tuple[str, ...]) -> None:
    """Refuse (403) what a page of another origin sends, unless `allowed` (CORS_ORIGINS) names that origin or is `*`."""
    if headers.get("sec-fetch-site") in ("same-origin", "none") or "*" in allowed:
        return
    origin = headers.get("origin")
    if origin is None:
        is_foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    else:
        is_foreign = origin not in allowed and urlsplit(origin).netloc != headers.get("host")
    if is_foreign:
        raise refusals.Refusal(
            HTTPStatus.FORBIDDEN,
            Code.CROSS_SITE_REQUEST,
            "A page of another site sent this request; its origin is not among those that the server allows.",
        )
