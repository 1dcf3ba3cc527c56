"""Tables of the calls, in calls.db."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy_utc import UtcDateTime

metadata = sa.MetaData()

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("sid", sa.String(64), primary_key=True),
    sa.Column("caller_number", sa.String(128), nullable=False),
    sa.Column("called_number", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("language_chosen", sa.Boolean, nullable=False),
    sa.Column("elder", sa.Boolean, nullable=False),
    sa.Column("hearing", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("relative", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("customer_id", sa.Integer),
    sa.Column("entry", sa.String(32)),
    sa.Column("outcome", sa.String(16)),
    sa.Column("stream_sid", sa.String(64)),
    sa.Column("stream_lost", sa.String(64)),
    sa.Column("streams_renewed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("entered_at", UtcDateTime),
    sa.Column("queued_at", UtcDateTime),
    sa.Column("dialed_at", UtcDateTime),
    sa.Column("identified_at", UtcDateTime),
    sa.Column("assigned_at", UtcDateTime),
    sa.Column("offered_until", UtcDateTime),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("agent_id", sa.String(32)),
    sa.Column("matched", sa.String(8)),
    sa.Column("agents_tried", sa.JSON, nullable=False),
    sa.Column("posterior", sa.JSON(none_as_null=True)),
    sa.Column("abstained", sa.Boolean),
    sa.Column("evidence", sa.JSON(none_as_null=True)),
    sa.Column("identified_finally", sa.Boolean, nullable=False),
    sa.Column("transcript", sa.Text),
    sa.Column("stretches", sa.JSON(none_as_null=True)),
    sa.Column("recognizer", sa.String(64)),
    sa.Column("recognition", sa.String(16), nullable=False),
    sa.Column("need", sa.String(32)),
    sa.Column("sounds_like", sa.String(8)),
    sa.Column("is_test", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("by_fallback", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("marked", sa.String(16)),
    sa.Column("notice_heard_at", UtcDateTime),
    sa.Column("company", sa.String(32)),
    sa.Column("routing", sa.JSON(none_as_null=True)),
    sa.Column("passed_on", sa.JSON(none_as_null=True)),
    sa.Column("callback_wanted_at", UtcDateTime),
    # The two questions asked all the time: who is waiting, and what is open or ended lately.
    sa.Index("calls_by_state", "state", "entered_at"),
    sa.Index("calls_by_end", "ended_at"),
    sa.Index("calls_by_number", "caller_number", "ended_at"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_sid", sa.String(64), sa.ForeignKey("calls.sid", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),  # names the event, so that a repeated webhook adds no second turn
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text),
    sa.UniqueConstraint("call_sid", "key"),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("call_sid", sa.String(64), sa.ForeignKey("calls.sid", ondelete="CASCADE"), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("need", sa.String(32)),
    sa.Column("dialect_text", sa.Text, nullable=False),
    sa.Column("tried", sa.Text, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

readings = sa.Table(
    "readings",
    metadata,
    # Who has read what a caller said, once a day and reader (law 7).
    sa.Column("call_sid", sa.String(64), primary_key=True),
    sa.Column("reader", sa.String(64), primary_key=True),
    sa.Column("read_on", sa.Date, primary_key=True),
    sa.Column("read_at", UtcDateTime, nullable=False),
)

pick_ups = sa.Table(
    "pick_ups",
    metadata,
    # What was known of the caller when somebody picked up: kept once, whatever is learned afterwards.
    sa.Column("call_sid", sa.String(64), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("agent_id", sa.String(32), nullable=False),
    sa.Column("heard", sa.Boolean, nullable=False),
    sa.Column("need", sa.String(32)),
    sa.Column("dialect", sa.String(32)),
    sa.Column("probability", sa.Float),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("matched", sa.String(8)),
)

desk_acts = sa.Table(
    "desk_acts",
    metadata,
    # What agents did on their desks; only ever added to. `note` holds words and is erased with the call's.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call_sid", sa.String(64), nullable=False),
    sa.Column("token", sa.String(64), nullable=False),  # names the form or button, so that sent twice it is one act
    sa.Column("act", sa.String(24), nullable=False),
    sa.Column("agent_id", sa.String(32), nullable=False),
    sa.Column("done_by", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("result", sa.String(24)),
    sa.Column("note", sa.Text),
    sa.UniqueConstraint("call_sid", "token"),
)
