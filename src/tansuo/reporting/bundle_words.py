"""What a bundle says in words: why something is not in it, and how it is checked by hand."""

from collections.abc import Mapping
from importlib import resources

ABSENT: Mapping[str, Mapping[str, str]] = {
    "hidden": {
        "zh": "下载者无权查看，或平台没有",
        "en": "not open to the reader who made the bundle, or not there",
    },
    "moved": {
        "zh": "现有程序算出的输入与公布时不同，不放入",
        "en": "the present program arrives at other inputs than were published: left out",
    },
    "unsigned": {"zh": "尚未被已签名的检查点覆盖", "en": "no signed head covers it yet"},
    "no_tokens": {"zh": "检查点没有第三方时间戳", "en": "the head has no time-stamp of a third party"},
    "not_published": {
        "zh": "没有与之一致的公布条目",
        "en": "no entry published just this value of just these inputs",
    },
    "no_seal": {
        "zh": "读数尚未封存，或封存的文本已不能重现",
        "en": "not sealed yet, or the sealed text cannot be made again",
    },
    "other_seal": {
        "zh": "封存的读数不能单独得出这个数（有缺口、换表，或封存后有更正）",
        "en": "the sealed readings alone do not give this amount (a hole, a change of meter, a later correction)",
    },
    "missing": {"zh": "这个数本来就缺", "en": "this amount is itself missing"},
    "attribute": {"zh": "属性没有单独的条目", "en": "no entry of its own states this attribute"},
    "document": {
        "zh": "文件可能载有姓名与签字，不随包给出；其 SHA-256 在条目内，可另行调取",
        "en": "documents may bear names and signatures: not handed out with bundles; the entry holds its SHA-256",
    },
    "no_frame": {
        "zh": "这一行来自文件或更正，或原始帧不对下载者开放",
        "en": "this row came from a file or a correction, or its frame is not open to the reader",
    },
}


def manual(origin: str, receipt: str, figure: int) -> str:
    """The steps by hand, with ``sha256sum`` and ``openssl``, for this bundle."""
    text = resources.files("tansuo").joinpath("verify", "manual.txt").read_text(encoding="utf-8")
    return text.replace("{origin}", origin).replace("{receipt}", receipt).replace("{figure}", str(figure))
