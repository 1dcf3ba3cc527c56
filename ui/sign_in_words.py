"""Sentences about signing in by the company's accounts, and about sign-ins that are over."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "login.by_provider": "用公司账号登录",
    "login.over.signed_out": "您在另一个页面退出了。请重新登录。",
    "login.over.idle": "您太久没有操作，已自动退出。请重新登录。",
    "login.over.too_long": "登录已到规定的时间，请重新登录。",
    "login.over.renewed": "您的账号或密码有变动，请重新登录。",
    "login.over.gone": "您的账号现在不能使用。请重新登录；还是不行，请联系管理员。",
    "login.over.unknown": "登录已失效，请重新登录。",
    "refused.no_role": "您的公司账号没有使用控制台的权限，请联系管理员。",
    "refused.account_closed": "您的账号已被停用，请联系管理员。",
    "refused.provider_claims": "公司账号系统给的信息不完整，无法登录。请联系管理员。",
    "refused.agent_taken": "这个话务员编号已经属于另一个账号。请联系管理员。",
    "refused.local_accounts_off": "这里不能用密码登录，请用公司账号登录。",
}

EN: Mapping[str, str] = {
    "login.by_provider": "Sign in with your company account",
    "login.over.signed_out": "You signed out on another page. Please sign in again.",
    "login.over.idle": "You were signed out because nothing was done for a long time. Please sign in again.",
    "login.over.too_long": "Your sign-in has reached its end. Please sign in again.",
    "login.over.renewed": "Your account or password has changed. Please sign in again.",
    "login.over.gone": "Your account cannot be used now. Please sign in again; if that fails, ask the administrator.",
    "login.over.unknown": "Your sign-in is no longer valid. Please sign in again.",
    "refused.no_role": "Your company account may not use the console. Please ask the administrator.",
    "refused.account_closed": "Your account has been closed. Please ask the administrator.",
    "refused.provider_claims": "The company's sign-in did not tell enough to let you in. Please ask the administrator.",
    "refused.agent_taken": "This agent already belongs to another account. Please ask the administrator.",
    "refused.local_accounts_off": "There is no sign-in by password here. Please use your company account.",
}
