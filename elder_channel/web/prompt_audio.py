"""The line's sounds, for the carrier to fetch: nothing private is in them, and a name never means another sound."""

from __future__ import annotations

import re

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual.prompt_audio.sounds import PromptSounds
from elder_channel.going_on import GoingOn
from elder_channel.telephony.speech import PATH
from elder_channel.web.threads import page_threads

log = structlog.get_logger()

_NAME = re.compile(r"[0-9a-z-]{32,90}")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def prompt_audio_route(sounds: PromptSounds) -> Route:
    """GET and HEAD of one sound by its name, mu-law at 8 kHz in a WAVE file; 404 for any other."""

    async def sound(request: Request) -> Response:
        name = request.path_params["name"]
        etag = f'"{name}"'
        content = await _content(sounds, name)
        if content is None:
            log.warning("prompt_audio.unknown", name=name[:90])
            return Response(status_code=404)
        headers = {**_FOR_EVER, "ETag": etag}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="audio/x-wav", headers=headers)

    return Route(f"{PATH}/{{name}}.wav", sound, methods=["GET"])


async def _content(sounds: PromptSounds, name: str) -> bytes | None:
    if not _NAME.fullmatch(name):
        return None
    with GoingOn("prompt_audio.not_served", name=name):  # the carrier passes it over and goes on (law 1)
        return await to_thread.run_sync(sounds.wave, name, limiter=page_threads())
    return None
