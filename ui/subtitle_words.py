"""The sentences of the subtitles in Chinese and in English, under the same keys; `ui.words` takes them in."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "sub.heard.hint": "机器听写，简体字；引擎不懂的话会写成普通话",
    "sub.words": "这句话里的词",
    "sub.word_by_word": "换成普通话（逐词替换，不是翻译）",
    "sub.machine.mandarin": "机器翻译：普通话",
    "sub.machine.english": "机器翻译：英语",
    "sub.machine.by": "引擎 {engine} 译的，可能有错，以原话为准",
    "sub.machine.working": "还在翻译",
    "sub.machine.failed": "机器翻译没有成功，请看原话和词表",
    "sub.guess": "讲什么话还不能确定，这些词是按猜的方言找的",
    "sub.source": "出处：{names}，没有母语者看过",
    "sub.source.beida": "北大《汉语方言词汇》",
    "sub.source.liu": "刘俐李等词表",
    "sub.source.ours": "本项目",
    "sub.source.secondary": "网上保险英汉词表",
    "glossary.insurance": "说到病、事故、家人和钱时的词",
    "glossary.insurance.lent": "没有这种话的词表，下面是相近的{of}",
    "glossary.english": "来电人可能用的英语保险词",
    "glossary.english.source": "出处：网上公开的保险英汉词表，没有专业人员看过",
}

EN: Mapping[str, str] = {
    "sub.heard.hint": "by machine, in simplified characters; Mandarin where the engine does not know the dialect",
    "sub.words": "Words in it",
    "sub.word_by_word": "In standard Chinese (word by word, no translation)",
    "sub.machine.mandarin": "By machine, in Chinese",
    "sub.machine.english": "By machine, in English",
    "sub.machine.by": "translated by {engine}, may be wrong: the original counts",
    "sub.machine.working": "being translated",
    "sub.machine.failed": "The machine translation failed: see the original and the words",
    "sub.guess": "the dialect is a guess, and so are these words",
    "sub.source": "from {names}, not checked by a native speaker",
    "sub.source.beida": "Peking University's survey",
    "sub.source.liu": "Liu's survey",
    "sub.source.ours": "this project",
    "sub.source.secondary": "word lists on the web",
    "glossary.insurance": "Words for illness, accidents, family and money",
    "glossary.insurance.lent": "no word list of its own; these are of its relative {of}",
    "glossary.english": "English insurance words the caller may use",
    "glossary.english.source": "Source: insurance word lists on the web, not checked by a professional",
}
