"""What the parts of a laboratory result are called where one is refused: as the form for results names them."""

from __future__ import annotations

import re

_FORM = {
    "taken_from": ("“采样 自”", "“Taken from”"),
    "taken_to": ("“采样 至”", "“Taken to”"),
    "represents_from": ("“代表 自”", "“Represents from”"),
    "represents_to": ("“代表 至”", "“Represents to”"),
    "tested": ("“检测日期”", "“Tested on”"),
    "amount": ("代表的消耗量", "amount burnt"),
    "results": ("各项结果", "results"),
}
_PARAMETERS = {
    "carbon": ("元素碳", "carbon"),
    "hydrogen": ("氢", "hydrogen"),
    "oxygen": ("氧", "oxygen"),
    "sulphur": ("全硫", "total sulphur"),
    "moisture": ("水分", "moisture"),
    "ash": ("灰分", "ash"),
    "volatile": ("挥发分", "volatile matter"),
    "net_calorific_value": ("低位发热量", "net calorific value"),
    "gross_calorific_value": ("高位发热量", "gross calorific value"),
}
_SYMBOLS = {
    "Q_net": "net_calorific_value",
    "Q_gr": "gross_calorific_value",
    "C": "carbon",
    "H": "hydrogen",
    "M": "moisture",
    "A": "ash",
}
_BASES = {
    "ar": ("收到基 ar", "as received, ar"),
    "ad": ("空气干燥基 ad", "air-dried, ad"),
    "daf": ("干燥无灰基 daf", "dry, ash-free, daf"),
    "d": ("干燥基 d", "dry, d"),
}
_ON_BASIS = re.compile(rf"\b({'|'.join([*_SYMBOLS, *_PARAMETERS])})[_,]({'|'.join(_BASES)})\b")
_ALONE = re.compile(rf"\b({'|'.join([*_FORM, *_PARAMETERS])})\b")


def spoken(text: str) -> tuple[str, str]:
    """A text of a refusal in Chinese and English: `carbon_ad = 101 %` is 元素碳(空气干燥基 ad) = 101 %."""
    return _spoken(text, 0), _spoken(text, 1)


def _spoken(text: str, at: int) -> str:
    def on_basis(found: re.Match[str]) -> str:
        name = _PARAMETERS[_SYMBOLS.get(found[1], found[1])][at]
        basis = _BASES[found[2]][at]
        return f"{name}（{basis}）" if at == 0 else f"{name} ({basis})"

    def alone(found: re.Match[str]) -> str:
        return {**_FORM, **_PARAMETERS}[found[1]][at]

    parts: list[str] = []
    end = 0
    for found in _ON_BASIS.finditer(text):
        parts += [_ALONE.sub(alone, text[end : found.start()]), on_basis(found)]
        end = found.end()
    return "".join([*parts, _ALONE.sub(alone, text[end:])])
