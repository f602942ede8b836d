"""The way from a laboratory's results to a value, as lines of a page: worked lines, samples, reports."""

from __future__ import annotations

from collections.abc import Mapping

from tansuo.accounting.fuel_tests import Analysis
from tansuo.accounting.tested import Tested
from tansuo.quantity.decimals import plain
from tansuo.reporting.html import Language, words

SAMPLES_SHOWN = 4


def sample_lines(tested: Tested, language: Language, gone: Mapping[str, int]) -> list[str]:
    """Worked lines first, then the samples with their days and reports; many samples are counted. ``gone``: of
    reports that were erased, by document, the entry that says so."""
    lines = list(tested.worked)
    for one in tested.analyses[:SAMPLES_SHOWN]:
        lines += about(one, language, gone.get(one.test.document))
    more = len(tested.analyses) - SAMPLES_SHOWN
    return [*lines, f"… +{more}"] if more > 0 else lines


def about(one: Analysis, language: Language, gone: int | None = None) -> list[str]:
    """A sample and its report in two lines; ``gone``: the entry that erased the report."""
    t, sample, test = words(language), one.sample, one.test
    amount = "" if sample.amount is None else t("test.amount", amount=plain(sample.amount))
    return [
        t(
            "test.sample",
            sample=sample.id,
            composite=t("test.composite" if sample.composite else "test.single"),
            taken=f"{sample.taken_from} – {sample.taken_to}",
            represents=f"{sample.represents_from} – {sample.represents_to}",
            amount=amount,
        ),
        t(
            "test.report",
            laboratory=test.laboratory,
            report=test.report,
            marks=" ".join(test.marks) or t("test.no_mark"),
            tested=str(test.tested),
        )
        + ("" if gone is None else f" · {t('redacted_at', entry=gone)}"),
    ]
