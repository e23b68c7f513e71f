"""The GraphiQL page and its files, as `npm run build` leaves them in `graphiql/dist`.

Where they were not built, the page says so and how to build them; the API works without it.
"""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

DIRECTORY = Path(__file__).parent / "graphiql"
BUILT = DIRECTORY / "dist"
FALLBACK = DIRECTORY / "fallback.html"
ASSETS = "/graphql/assets"
HTML = "text/html; charset=utf-8"

# Styles: Monaco, the editor within GraphiQL, writes its theme and its measured sizes into <style> elements and knows
# no nonce, so that inline styles must be allowed. Scripts and everything else come from this server only.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An ASGI application that answers with the page; the fallback where `directory` holds none."""

    directory: Path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Vary": "Accept"}
        file = self.directory / "index.html"
        response = FileResponse(file if file.is_file() else FALLBACK, headers=headers, media_type=HTML)
        await response(scope, receive, send)


class Assets(StaticFiles):
    """The page's scripts, styles and fonts. Their names carry a hash of their content: they never change."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for a year; workers obey the page's policy too."""
        response = await super().get_response(path, scope)
        if response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers["Content-Security-Policy"] = POLICY
        return response
