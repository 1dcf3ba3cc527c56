"""The recognizer process: one HTTP door on the loopback address in front of the pool.

It stays up whatever happens to the model: `/health` tells, `/recognize` answers 503 with a code, and the line works on.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, Protocol

import numpy as np
import uvicorn
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dialects.recognizers.port import Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition import wire
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.pool import PoolHealth, RecognizerPool
from elder_channel.recognition.ray_pool import RayPool, connect_ray
from elder_channel.recognition.specialists import SpecialistPool


class Recognizers(Protocol):
    """What stands behind the door: the pool of this machine, or the replicas of a Ray cluster."""

    def start(self) -> None: ...
    def submit(self, samples: NDArray[np.float32]) -> Future[Recognition]: ...
    def health(self) -> PoolHealth: ...
    def close(self) -> None: ...


def create_app(
    pool: Recognizers,
    *,
    token: str,
    timeout_seconds: float,
    specialists: SpecialistPool | None = None,
    specialist_seconds: float = 8.0,
) -> Starlette:
    """The ASGI application; starts and closes the pools with its own life.

    `POST /recognize`: raw samples as the body, `X-Sample-Rate`, `X-Sample-Format` (int16 or float32, little endian) and
    `X-Recognizer-Token` as headers; the answer is a `Recognition` as JSON, or `{"code", "text", "retryable"}`. With
    `X-Dialect` those hear it who know this dialect better than Whisper; `X-Better-For` in an answer names such.
    `GET /health`: the pools' health; needs no token and tells nothing of any caller.
    """

    async def recognize(request: Request) -> Response:
        given = request.headers.get(wire.TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), token.encode()):
            return _problem(403, "forbidden", f"{wire.TOKEN_HEADER} is missing or wrong.")
        try:
            body = await _read_body(request)
            samples = wire.read_samples(
                body,
                rate=request.headers.get(wire.RATE_HEADER, ""),
                sample_format=request.headers.get(wire.FORMAT_HEADER, ""),
            )
        except ValueError as error:
            return _problem(400, "refused", str(error))
        try:
            # On a timeout the future is cancelled, so that no worker spends time on what nobody waits for.
            waiting, seconds = submit(samples, request.headers.get(wire.DIALECT_HEADER, ""))
            answer = await _while_wanted(waiting, request, seconds)
        except RecognitionUnavailableError as error:
            return _problem(503, error.code, str(error), retryable=error.retryable)
        except TimeoutError:
            return _problem(503, "timeout", "The recognizer did not answer in time.", retryable=True)
        headers = {wire.BETTER_HEADER: ",".join(sorted(specialists.better_for))} if specialists else {}
        return Response(wire.recognitions.dump_json(answer), media_type="application/json", headers=headers)

    def submit(samples: NDArray[np.float32], dialect: str) -> tuple[Future[Recognition], float]:
        if not dialect:
            return pool.submit(samples), timeout_seconds
        if specialists is None:
            raise RecognitionUnavailableError("no_specialist", "There are no added models.", retryable=False)
        return specialists.submit(samples, dialect), specialist_seconds

    async def health(_: Request) -> Response:
        added = [asdict(each) for each in specialists.health()] if specialists else []
        return JSONResponse(asdict(pool.health()) | {"specialists": added})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pools: list[Recognizers | SpecialistPool] = [pool, specialists] if specialists else [pool]
        for each in pools:
            each.start()
        try:
            yield
        finally:
            await asyncio.gather(*(asyncio.to_thread(each.close) for each in pools))

    routes = [Route("/recognize", recognize, methods=["POST"]), Route("/health", health, methods=["GET"])]
    return Starlette(routes=routes, lifespan=lifespan)


def serve(*, port: int, token: str, settings: RecognitionSettings, redeploy: bool = False) -> None:
    """Run the recognizer on 127.0.0.1 until it is told to stop; `token` is the secret shared with the line.

    With `redeploy` the replicas of a shared Ray cluster are replaced by ones with these settings.
    """
    app = create_app(
        _recognizers(settings, redeploy),
        token=token,
        timeout_seconds=settings.timeout_seconds,
        specialists=SpecialistPool(settings),
        specialist_seconds=settings.specialist_seconds,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _recognizers(settings: RecognitionSettings, redeploy: bool) -> Recognizers:
    if settings.engine == "ray":
        return RayPool(settings, connect=partial(connect_ray, redeploy=redeploy))
    return RecognizerPool(settings)


async def _while_wanted(future: Future[Recognition], request: Request, timeout_seconds: float) -> Recognition:
    """The answer; on a timeout, or when who asked has left, it is cancelled: no worker spends time on it.

    Raises TimeoutError in both cases, and what the future raises.
    """
    answer = asyncio.wrap_future(future)
    gone = asyncio.ensure_future(request.receive())  # the body was read: what still comes is the end of the connection
    either: set[asyncio.Future[Any]] = {answer, gone}
    try:
        await asyncio.wait(either, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise TimeoutError
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()


async def _read_body(request: Request) -> bytes:
    """The body, never more of it than an utterance can have."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > wire.MAX_BODY_BYTES:
                raise ValueError("the body is longer than any utterance")
    except ClientDisconnect as error:
        raise ValueError("the body ended early") from error
    return bytes(body)


def _problem(status: int, code: str, text: str, *, retryable: bool = False) -> Response:
    return JSONResponse({"code": code, "text": text, "retryable": retryable}, status_code=status)
