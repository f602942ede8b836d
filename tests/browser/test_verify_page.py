"""验真: a bundle is taken from a receipt and checked in the page, served and opened from a disk."""

import zipfile
from pathlib import Path

import pytest

from browsing import LANGUAGES, Visit, in_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bundle_from_the_drawer_holds_in_the_page(language: str, visit: Visit, tmp_path: Path) -> None:
    say = in_words(language)
    verifier = visit("verifier", language)
    listed = verifier.context.request.get(f"{verifier.site.base}/api/receipts").json()
    receipt = listed[-1]["receipt"]
    page = verifier.open(f"/{language}/receipts/{receipt}")
    with page.expect_download() as coming:
        page.get_by_role("link", name=say("下载证据包", "Take the evidence bundle")).click()
    bundle = tmp_path / coming.value.suggested_filename
    coming.value.save_as(bundle)
    assert bundle.name == f"{receipt}.zip"

    served, opened = page, verifier.context.new_page()
    for place, address in ((served, f"{verifier.site.base}/verify.html"), (opened, unpacked(bundle))):
        place.goto(f"{address}?language={language}")
        place.set_input_files("#bundle", str(bundle))
        place.locator(".banner").wait_for()
        assert say("验真通过", "Verified") in place.locator(".banner").inner_text()
        assert receipt in place.locator("dl").inner_text()
        assert place.locator("li.failed").count() == 0 and place.locator("li.passed").count() >= 6
        assert place.evaluate("document.documentElement.scrollWidth <= innerWidth")

    torn = tmp_path / "torn.zip"
    torn.write_bytes(bundle.read_bytes()[:-40])
    served.set_input_files("#bundle", str(torn))
    served.get_by_text(say("验真未通过", "Refused")).first.wait_for()


def unpacked(bundle: Path) -> str:
    """The page as it lies in the bundle, on a disk."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extract("verify.html", bundle.parent)
    return (bundle.parent / "verify.html").as_uri()
