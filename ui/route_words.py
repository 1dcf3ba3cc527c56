"""What the page of sites says of a call to come, in Chinese and in English; `ui.words` takes it in."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "route.title": "某省某时来电，会派到哪里",
    "route.province": "来电的省份",
    "route.time": "什么时候",
    "route.head": "{province}，{time} 来电：{way}",
    "route.site": "{turn}先问：{name}，按班次有 {people} 人（{standing}）",
    "route.site.last": "别处都没人时才问：{name}，按班次有 {people} 人（{standing}）",
    "route.standing.open": "开放",
    "route.standing.draining": "维护清空中",
    "route.standing.holiday": "假日休息",
    "route.standing.outside_hours": "不在工作时间",
    "route.dialect": "会讲{dialect}的：{names}",
    "route.dialect.none": "没有人会讲{dialect}：先问相近的话，再问任何人",
    "route.nobody": "那时没有人当班：运营商直接响应急话机（{names}）",
    "route.rule": "会讲来电人的话的先问，不分职场；同样合适的，按上面的先后。按没有人正忙来算；现在打开着的开关算在内。"
    "规则在 sites.yaml 和 agents.yaml 里，改好保存就生效；写错了会说明，旧的继续有效。",
}

EN: Mapping[str, str] = {
    "route.title": "Whom a call would reach",
    "route.province": "Where the caller is from",
    "route.time": "When",
    "route.head": "{province}, {time}: {way}",
    "route.site": "asked {turn}: {name}, {people} people by their shifts ({standing})",
    "route.site.last": "asked when nobody else is there: {name}, {people} people by their shifts ({standing})",
    "route.standing.open": "open",
    "route.standing.draining": "being emptied",
    "route.standing.holiday": "holiday",
    "route.standing.outside_hours": "outside its hours",
    "route.dialect": "speak {dialect}: {names}",
    "route.dialect.none": "nobody speaks {dialect}: its relatives are asked, then anybody",
    "route.nobody": "nobody is on shift then: the carrier rings the hunt group ({names})",
    "route.rule": "Who speaks the caller's dialect is asked first, at whatever site; among equals the order above "
    "decides. Worked out as if nobody were busy, with the switches that are on now. The rules stand in sites.yaml and "
    "agents.yaml: saved, they hold; what is wrong there is told, and the last good ones stay.",
}
