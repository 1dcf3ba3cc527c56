"""The page with one button: who asks for it changes nothing; only its button has somebody called."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bilingual.language import LanguageEvidence, choose_language
from elder_channel.bootstrap import Line
from elder_channel.going_on import GoingOn
from elder_channel.one_tap.model import PageState
from elder_channel.services.one_tap import PATH, OneTapService, Page
from elder_channel.web.one_tap_page import FOLDER, content_policy, render
from elder_channel.web.threads import page_threads

log = structlog.get_logger()

FILES = "/tap-files"
ICONS = {192: "icon-192.png", 512: "icon-512.png"}
MAX_FORM_BYTES = 1024
SEE_OTHER = 303
_STATUS = {
    PageState.USED: 410,
    PageState.EXPIRED: 410,
    PageState.WRONG_LINK: 404,
    PageState.TOO_MANY: 429,
    PageState.CLOSED: 503,
}
_A_DAY = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}


def one_tap_routes(line: Line, service: OneTapService, somebody_to_call: Callable[[], None]) -> list[Route]:
    """The public page, the personal ones, and the files of their home-screen icon."""
    pages = _Pages(line, service, somebody_to_call)
    return [
        Route(PATH, pages.public, methods=["GET"]),
        Route(f"{PATH}/{{token}}", pages.personal, methods=["GET"]),
        Route(f"{PATH}/{{token}}", pages.pressed, methods=["POST"]),
        Route(f"{FILES}/manifest.webmanifest", pages.manifest, methods=["GET"]),
        *(Route(f"{FILES}/{name}", _icon(name), methods=["GET"]) for name in ICONS.values()),
    ]


class _Pages:
    def __init__(self, line: Line, service: OneTapService, somebody_to_call: Callable[[], None]) -> None:
        self._line = line
        self._service = service
        self._somebody_to_call = somebody_to_call

    async def public(self, request: Request) -> Response:
        """The page without a personal link: the button dials."""
        return self._page(request, Page(PageState.DIAL))

    async def personal(self, request: Request) -> Response:
        """A personal link was opened, by a person or by a program that shows previews: nobody is called."""
        return self._page(request, await self._look(request.path_params["token"]))

    async def pressed(self, request: Request) -> Response:
        """The button. What has been done is shown by the page itself, so that loading it again sends nothing again."""
        token = request.path_params["token"]
        form_token = await _form_token(request)
        if not self._service.form_is_ours(token, form_token):
            log.warning("one_tap.form_refused")
            return self._page(request, await self._look(token), status=403)
        page = Page(PageState.CLOSED)  # whatever goes wrong, the number to dial is there (law 1)
        with GoingOn("one_tap.press_failed"):
            page = await to_thread.run_sync(self._service.press, token, form_token, limiter=page_threads())
        if page.state in (PageState.CALLING, PageState.USED):
            self._somebody_to_call()
            return RedirectResponse(request.url.path, status_code=SEE_OTHER, headers=_headers())
        return self._page(request, page)

    async def manifest(self, _request: Request) -> Response:
        """What a telephone needs to put the page on its home screen; it opens the public page, never a used link."""
        settings = self._line.settings.one_tap
        icons = [
            {"src": f"{FILES}/{name}", "sizes": f"{size}x{size}", "type": "image/png"} for size, name in ICONS.items()
        ]
        manifest = {
            "name": settings.line_name_zh,
            "short_name": settings.line_name_zh,
            "lang": "zh-Hans",
            "start_url": PATH,
            "scope": PATH,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0a5c2b",
            "icons": icons,
        }
        text = json.dumps(manifest, ensure_ascii=False)
        return Response(text, media_type="application/manifest+json", headers=_A_DAY)

    async def _look(self, token: str) -> Page:
        if not self._service.names_a_link(token):
            return Page(PageState.WRONG_LINK)
        with GoingOn("one_tap.page_failed"):
            return await to_thread.run_sync(self._service.page, token, limiter=page_threads())
        return Page(PageState.CLOSED)  # as above

    def _page(self, request: Request, page: Page, *, status: int | None = None) -> Response:
        """The page, first in the language of the books where they say one, else in the browser's."""
        settings = self._line.settings
        asked = LanguageEvidence(customer_language=page.language, web_locale=request.headers.get("accept-language"))
        language = choose_language(asked).language
        text = render(page, hotline=settings.line.hotline_number, settings=settings.one_tap, language=language)
        status = status or _STATUS.get(page.state, 200)
        return Response(text, status_code=status, media_type="text/html", headers=_headers())


def _headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": content_policy(),
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Referrer-Policy": "same-origin",  # the address is the key; nobody else is told it
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


async def _form_token(request: Request) -> str:
    """The token in the form; empty where there is none, or where the browser says that another site sent it."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return ""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            return ""
    fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=8) if body.count(b"&") < 8 else {}
    return fields.get("form", [""])[0]


def _icon(name: str) -> Callable[[Request], Response]:
    content = (FOLDER / name).read_bytes()

    def icon(_request: Request) -> Response:
        return Response(content, media_type="image/png", headers=_A_DAY)

    return icon
