"""What can be made to go wrong on a call, between carrier and service. The service itself is never touched."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class _Fault(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MediaFault(StrEnum):
    """What is wrong with the media frames of a call."""

    MALFORMED = "malformed"  # every tenth frame is followed by one that cannot be read
    REPEATED = "repeated"  # every frame comes twice
    OUT_OF_ORDER = "out_of_order"  # neighbours change places


class StreamFaultKind(StrEnum):
    """What happens to a media websocket."""

    NEVER_STARTS = "never_starts"  # the carrier cannot reach it
    FRAMES_STOP = "frames_stop"  # it stays open, and nothing comes any more
    STALLS = "stalls"  # nothing for `seconds`, then all of it at once
    FLOODS = "floods"  # `seconds` of silence more than there is time for, as fast as the line takes them
    DROPS = "drops"  # cut, without a last message
    RECONNECTS = "reconnects"  # cut, and opened again after `seconds`


class StreamFault(_Fault):
    """A fault of the media websocket."""

    kind: StreamFaultKind
    at_seconds: float = Field(1.0, ge=0, description="How long after the stream began it happens.")
    seconds: float = Field(2.0, ge=0, le=60, description="How long a stall or a gap lasts, how much a flood brings.")
    times: int = Field(1000, ge=1, le=1000, description="How many of the call's streams, from the first on.")


class WebhookFaultKind(StrEnum):
    """What happens to a request to the service."""

    REFUSED = "refused"  # no connection
    TIMES_OUT = "times_out"  # never answered; the service does not see it
    ANSWER_LOST = "answer_lost"  # the service sees it, and its answer never arrives
    BAD_GATEWAY = "bad_gateway"  # a proxy answers 502 in the service's stead
    NOT_XML = "not_xml"  # an answer that cannot be read
    SLOW = "slow"  # it arrives, `seconds` late


class WebhookFault(_Fault):
    """A fault of the requests to one address."""

    kind: WebhookFaultKind
    path: str = Field("", description="Requests whose path ends so; empty: all.")
    times: int = Field(1, ge=1, le=1000, description="How many requests; a repetition after a failure counts too.")
    skip: int = Field(0, ge=0, description="So many requests pass first.")
    seconds: float = Field(2.0, ge=0, le=60, description="How late a slow one is.")


class CallbackFault(StrEnum):
    """What happens to the callbacks about the status of calls."""

    LATE = "late"  # each two seconds late
    LOST = "lost"
    REVERSED = "reversed"  # word of the answer comes after word of the end


class RestFaultKind(StrEnum):
    """How the carrier's REST API fails."""

    NOT_FOUND = "not_found"  # 404, 20404
    NOT_IN_PROGRESS = "not_in_progress"  # 400, 21220: the caller has ended the call
    TOO_MANY_REQUESTS = "too_many_requests"  # 429, 20429
    SERVER_ERROR = "server_error"  # 500
    UNAVAILABLE = "unavailable"  # 503
    HANGS = "hangs"  # nothing is done and nothing answered for `seconds`
    ANSWER_LOST = "answer_lost"  # done, but not answered for `seconds`


class RestOperation(StrEnum):
    """What the service asks the REST API to do with a call."""

    MOVE = "move"  # POST Calls/{sid}
    PLACE = "place"  # POST Calls, to a number whose call is planned
    FETCH = "fetch"  # GET Calls/{sid}
    LEGS = "legs"  # GET Calls?ParentCallSid={sid}
    STREAM = "stream"  # POST Calls/{sid}/Streams/{sid}


class RestFault(_Fault):
    """A fault of the REST API for requests about this call."""

    operation: RestOperation
    kind: RestFaultKind
    times: int = Field(1, ge=1, le=1000, description="How many requests.")
    seconds: float = Field(6.0, ge=0, le=60, description="How long it hangs.")


class QueueFault(StrEnum):
    """What a queue says instead of taking the call."""

    FULL = "queue-full"
    ERROR = "system-error"


class TaskRouterFault(StrEnum):
    """How TaskRouter fails a call."""

    REFUSES = "refuses"  # the `<Enqueue>` into its workflow fails
    SILENT = "silent"  # the task is made and never given to anybody, and no event tells of it


class CallFaults(_Fault):
    """Faults put into one call, to see that the service bears them."""

    duplicate_webhooks: bool = Field(False, description="Every webhook is sent twice, at the same time.")
    media: MediaFault | None = Field(None, description="What is wrong with the media frames.")
    bad_signature: bool = Field(False, description="Every signature is wrong.")
    bad_stream_token: bool = Field(
        False, description="The last part of the stream's path and its parameters are changed."
    )
    stream: StreamFault | None = Field(None, description="What happens to the media websocket.")
    webhooks: tuple[WebhookFault, ...] = Field((), description="What happens to requests to the service.")
    callbacks: CallbackFault | None = Field(None, description="What happens to status callbacks.")
    queue: QueueFault | None = Field(None, description="The first queue does not take the call, and says this.")
    taskrouter: TaskRouterFault | None = Field(None, description="How TaskRouter fails the call.")
    rest: tuple[RestFault, ...] = Field((), description="How the REST API answers about this call.")
