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
    "below": {
        "zh": "合计本身没有读数；更正见各下级数字自己的证据包",
        "en": "a sum has no readings of its own: corrections are in the bundles of the figures below",
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
    "redacted": {
        "zh": "文件载有个人信息，已按所列条目删除；原条目只留下承诺值，证明不受影响",
        "en": "bore personal data and was redacted at the entry named; the commitment stays in its own, proofs hold",
    },
    "calibration": {
        "zh": "账本内没有此表当时有效的检定或校准信息",
        "en": "no entry states a calibration of this meter that was valid then",
    },
    "no_stamp": {
        "zh": "抽到的帧没有发送方自己的时间，无法说明时钟偏差",
        "en": "the drawn frames state no time of their sender: nothing is said of its clock",
    },
    "no_frame": {
        "zh": "这一行来自文件或更正，或原始帧不对下载者开放",
        "en": "this row came from a file or a correction, or its frame is not open to the reader",
    },
}


KINDS_OF_FILES: Mapping[str, tuple[str, str]] = {
    "figure.html": ("收据页面", "the receipt as a page"),
    "figure.pdf": ("收据（供打印归档）", "the receipt as a sheet to print and file"),
    "checkpoint": ("已签名的检查点", "the signed head"),
    "entries/": ("账本条目原文", "an entry of the log"),
    "proofs.json": ("包含与一致性证明", "proofs of inclusion and consistency"),
    "method.json": ("核算方法", "the method"),
    "inputs.json": ("计算输入及来源", "inputs and where they come from"),
    "segments/": ("封存的读数", "sealed readings"),
    "frames/": ("抽取的原始帧", "drawn raw frames"),
    "docs/": ("文件", "a document"),
    "tokens/": ("第三方时间戳", "time stamps of third parties"),
    "under.json": ("不符合项、证据保全与更正", "findings, holds and corrections"),
    "meters.json": ("仪表情况", "about the meters"),
    "absent.json": ("未放入的内容及原因", "what is not in the bundle, and why"),
    "verify.py": ("核验程序（Python）", "verifier in Python"),
    "verify.html": ("核验程序（网页）", "verifier as a page"),
    "如何核验.txt": ("手工核验步骤", "steps by hand"),
}


def manual(origin: str, receipt: str, figure: int) -> str:
    """The steps by hand, with ``sha256sum`` and ``openssl``, for this bundle."""
    text = resources.files("tansuo").joinpath("verify", "manual.txt").read_text(encoding="utf-8")
    return text.replace("{origin}", origin).replace("{receipt}", receipt).replace("{figure}", str(figure))
