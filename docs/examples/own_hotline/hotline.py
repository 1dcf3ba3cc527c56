"""A small hotline, to show how one's own is tried: opening hours by a key, a queue, and the night desk in the end."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

LONGEST_WAIT_SECONDS = 120


def twiml(verbs: str) -> Response:
    """An answer the carrier follows."""
    return Response(f"<Response>{verbs}</Response>", media_type="text/xml")


async def voice(request: Request) -> Response:
    """A call comes in."""
    return twiml(
        f'<Start><Stream url="wss://{request.url.netloc}/sound"/></Start>'
        '<Gather numDigits="1" timeout="2" action="/menu"><Say>您好，马上为您接人。要听营业时间请按一。</Say></Gather>'
        '<Enqueue action="/left" waitUrl="/wait">people</Enqueue>'
    )


async def menu(request: Request) -> Response:
    """A key was pressed."""
    pressed = (await request.form())["Digits"]
    return twiml("<Say>我们九点到五点在。</Say>" if pressed == "1" else "<Redirect>/voice</Redirect>")


async def wait(request: Request) -> Response:
    """What is heard in the queue; after two minutes the caller is taken out of it."""
    waited_seconds = int(str((await request.form())["QueueTime"]))
    if waited_seconds >= LONGEST_WAIT_SECONDS:
        return twiml("<Leave/>")
    return twiml('<Say>还在为您找人，请不要挂断。</Say><Pause length="15"/>')


async def left(request: Request) -> Response:
    """The call is out of the queue."""
    result = (await request.form())["QueueResult"]
    return twiml("<Dial><Client>night-desk</Client></Dial>" if result == "leave" else "")


async def sound(websocket: WebSocket) -> None:
    """The caller's voice, which a real hotline would listen to."""
    await websocket.accept()
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return


app = Starlette(
    routes=[
        *(Route(f"/{each.__name__}", each, methods=["POST"]) for each in (voice, menu, wait, left)),
        WebSocketRoute("/sound", sound),
    ]
)
