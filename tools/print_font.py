"""The Chinese typeface of printed sheets, built from Noto Sans SC (OFL 1.1) as the npm package
`@fontsource-variable/noto-sans-sc` carries it in slices:

    ./run web npm pack @fontsource-variable/noto-sans-sc@5.3.1
    python tools/print_font.py web/fontsource-variable-noto-sans-sc-5.3.1.tgz

Needs fonttools and brotli, which neither the product nor its tests need: the built file is kept in the tree, because
whoever prints has no network and no npm. The same package gives the same bytes. As the licence asks of a changed
version, the family has a name of its own.
"""

import io
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).resolve().parents[1] / "src/tansuo/reporting/fonts"
FAMILY, STYLE, WEIGHT = "Tansuo Sans SC", "Regular", 400
NOT_NEEDED = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG", "avar")
"""Vertical setting and optical refinements; their tables cannot be merged from slices."""
NAMES = {
    1: FAMILY,
    2: STYLE,
    3: f"{FAMILY} {STYLE} from Noto Sans SC 2.004",
    4: f"{FAMILY} {STYLE}",
    6: "TansuoSansSC-Regular",
}


def main(package: str) -> None:
    """Cut the slices to one weight, join them, name the family, keep the licence beside it."""
    with tarfile.open(package) as archive, tempfile.TemporaryDirectory() as place:
        slices: list[str] = []
        for member in sorted(archive.getnames()):
            if not member.endswith(".woff2"):
                continue
            found = archive.extractfile(member)
            assert found is not None
            font = TTFont(io.BytesIO(found.read()))
            drawn = font["head"].modified
            font = instantiateVariableFont(font, {"wght": WEIGHT})
            font.flavor = None
            for tag in NOT_NEEDED:
                if tag in font:
                    del font[tag]
            slices.append(str(Path(place) / f"{len(slices)}.ttf"))
            font.save(slices[-1])
        whole = Merger().merge(slices)
        licence = archive.extractfile("package/LICENSE")
        assert licence is not None
        (TARGET / "OFL.txt").write_bytes(licence.read())
    whole.recalcTimestamp = False
    whole["head"].created = whole["head"].modified = drawn
    names = whole["name"]
    names.names = [one for one in names.names if one.nameID in (0, 5, 13, 14)]
    for number, text in NAMES.items():
        names.setName(text, number, 3, 1, 0x409)
    whole["OS/2"].usWeightClass = WEIGHT
    whole.save(TARGET / "TansuoSansSC-Regular.ttf")


if __name__ == "__main__":
    main(sys.argv[1])
