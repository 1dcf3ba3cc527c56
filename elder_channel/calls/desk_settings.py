"""Settings of the agent desk: how long a call is offered, what is asked before anything is revealed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_QUESTIONS: dict[str, tuple[str, ...]] = {
    "default": ("请问您贵姓?叫什么名字?", "请问您的出生年月日?"),
    "policy_query": ("请问您贵姓?叫什么名字?", "请问您的出生年月日?", "请问您的身份证号码最后四位?"),
    "surrender": (
        "请问您贵姓?叫什么名字?",
        "请问您的出生年月日?",
        "请问您的身份证号码最后四位?",
        "请问保单是哪一年买的?",
    ),
    "loan": ("请问您贵姓?叫什么名字?", "请问您的出生年月日?", "请问您的身份证号码最后四位?", "请问保单是哪一年买的?"),
    "change_address": ("请问您贵姓?叫什么名字?", "请问您的出生年月日?", "请问原来登记的地址在哪里?"),
}
_ASK_FIRST: dict[str, tuple[str, ...]] = {
    "report_claim": ("请问出事的是哪一位?", "请问是什么时候、在哪里出的事?"),
    "injured": ("人现在在哪里?叫救护车了没有?",),
    "help": ("您现在在哪里?安全吗?",),
}


class DeskSettings(BaseModel):
    """The agent desk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accept_seconds: int = Field(
        15, ge=5, le=60, description="How long a call is offered to an agent who answers on the desk."
    )
    wrap_up_shown_minutes: int = Field(
        30, ge=1, le=480, description="How long after its end a call may still be wrapped up on the desk."
    )
    translator: str = Field(
        "",
        pattern=r"^$|^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
        description="A machine translator for the agent's subtitles, `package.module:factory`; empty: none. It is "
        "given what callers say.",
    )
    earlier_calls: int = Field(3, ge=0, le=10, description="How many earlier calls of the caller the note tells of.")
    questions: dict[str, tuple[str, ...]] = Field(
        _QUESTIONS,
        description="What to ask before anything of the customer is revealed, by need; `default` for any other.",
    )

    ask_first: dict[str, tuple[str, ...]] = Field(
        _ASK_FIRST, description="What the need itself asks for before anything else, by need; proves nothing."
    )

    def questions_for(self, need: str | None) -> tuple[str, ...]:
        """The questions for a need; those of `default` for one that is not named, and while none is known."""
        return self.questions.get(need or "default", self.questions.get("default", ()))
