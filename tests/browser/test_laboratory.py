"""A laboratory reports a sample: the conversion is shown before anything is stated, and then it is in the ledger."""

import pytest

from browsing import LANGUAGES, NARROW, WIDE, Visit, drawn, in_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_results_are_looked_at_and_then_stated(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("laboratory", language, WIDE if language == "zh" else NARROW, subject="demo.laboratory")
    page = visitor.open(f"/{language}/app/")
    drawn(page)
    form = page.locator("form.lab-form")
    form.get_by_label(say("样品编号", "Sample"), exact=True).fill(f"S-{language}")
    form.get_by_label(say("报告编号", "Report number")).fill(f"R-{language}")
    form.get_by_label(say("检测日期", "Tested on")).fill("2026-05-06")
    values = form.get_by_label(say("数值", "Value"))
    for at, value in enumerate(("58.20", "9.80", "2.10")):
        values.nth(at).fill(value)
    state = form.get_by_role("button", name=say("报送", "State"))
    assert state.is_disabled()
    form.get_by_role("button", name=say("核对", "Look")).click()
    form.get_by_text("C_ar = 58.20 × (100 − 9.80) / (100 − 2.10) = 53.622472…").wait_for()
    state.click()
    form.get_by_text(say("已记入账本", "In the ledger")).wait_for()
    assert state.is_disabled()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_says_why_and_states_nothing(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("laboratory", language, subject="demo.laboratory")
    visitor.expected.append("422")
    page = visitor.open(f"/{language}/app/")
    drawn(page)
    form = page.locator("form.lab-form")
    form.get_by_label(say("样品编号", "Sample"), exact=True).fill("S-9")
    form.get_by_label(say("报告编号", "Report number")).fill("R-9")
    form.get_by_label(say("检测日期", "Tested on")).fill("2026-04-02")
    form.get_by_label(say("数值", "Value")).nth(1).fill("9.80")
    form.get_by_role("button", name=say("核对", "Look")).click()
    form.locator(".note-bad").wait_for()
    heading = say("这份结果不能报送", "These results cannot be stated")
    form.get_by_role("heading", name=heading).wait_for()
    form.get_by_label(say("检测日期", "Tested on")).fill("2030-01-01")
    form.get_by_role("button", name=say("核对", "Look")).click()
    form.locator(".note-bad", has_text=say("“检测日期” 2030-01-01", "“Tested on” 2030-01-01")).wait_for()
    assert form.get_by_role("button", name=say("报送", "State")).is_disabled()
