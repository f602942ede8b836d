"""The program an auditor runs: what it prints, in which language, and with which exit code."""

import json
import locale
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bundled_town import Files
from forging import ORIGIN, POLICY, SEAL, VECTORS, Forged, forged, made, said_of, unsigned
from tansuo.evidence.policy import read_policy
from tansuo.verify.main import main, verify

RECEIPTS = Path(__file__).resolve().parents[1] / "vectors/receipt_v1"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with an honest bundle, a forged one, and the policy."""

    def lie(book: Forged) -> None:
        book.inputs["values"]["FC"]["a.coal/2026-01"] = "3103.874"

    (tmp_path / "honest.zip").write_bytes(made("honest", forged))
    (tmp_path / "forged.zip").write_bytes(made("a lie", lambda: forged(lie)))
    (tmp_path / "policy.txt").write_text(POLICY, encoding="utf-8")
    (tmp_path / "wrong.txt").write_text("logg x\n", encoding="utf-8")
    (tmp_path / "odd.txt").write_bytes(b"\xff")
    return tmp_path


def run(files: Path, *words: str) -> int:
    return main([str(files / one) if (files / one).exists() else one for one in words])


def test_it_says_that_a_bundle_is_verified(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "honest.zip", "--policy", "policy.txt", "--language", "en") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "✓ manifest and files: 19 files are what the manifest says"
    assert out[12:15] == ["Not checked:", "  · no quorum of witnesses was asked for",
                          "  · there is no time-stamp of a third party"]  # fmt: skip
    assert out[-3].endswith(
        "· general_combustion_and_power / 2026-01 / E_fuel / a · calculated · 7001.46 t CO2"
    )
    assert out[-3].startswith("R153-")
    assert out[-2:] == ["SYNTHETIC: nobody measured this", "VERIFIED"]


def test_it_says_so_in_chinese(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "honest.zip", "--policy", "policy.txt", "--language", "zh") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "✓ 清单与文件：19 个文件与清单相符"
    assert out[12:14] == ["未核验：", "  · 没有要求见证方达到法定数"]
    assert out[-2:] == ["演示数据：无人实测", "验真通过"]


def test_it_says_that_a_bundle_is_refused(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "forged.zip", "--policy", "policy.txt", "--language", "en") == 1
    out = capsys.readouterr().out.splitlines()
    assert out[7].startswith(
        "✗ readings and activity data: FC a.coal/2026-01: the readings add up to 3103.875"
    )
    assert out[-1] == "REFUSED" and out[-2].startswith("  · ")
    assert run(files, "forged.zip", "--language", "zh") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "验真未通过"


def test_it_says_it_to_programs(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(files, "honest.zip", "--policy", "policy.txt", "--json") == 0
    text = capsys.readouterr().out
    said = json.loads(text)
    assert "清单与文件" not in text and "个文件与清单相符" in text
    assert list(said) == ["form", "verdict", "statement", "steps", "notes", "not_checked"]
    assert (said["form"], said["verdict"]) == ("tansuo.verdict/1", "verified")
    assert said["steps"][0] == {
        "step": "manifest", "ok": True, "zh": "19 个文件与清单相符", "en": "19 files are what the manifest says",
    }  # fmt: skip
    assert said["not_checked"][0] == {
        "zh": "没有要求见证方达到法定数", "en": "no quorum of witnesses was asked for",
    }  # fmt: skip
    one = said["statement"]
    assert one.pop("receipt").startswith("R153-")
    cell = {"method": "general_combustion_and_power", "period": "2026-01", "quantity": "E_fuel", "relation": "",
            "subject": "a"}  # fmt: skip
    assert one == {"origin": ORIGIN, "cell": cell, "value": "7001.46", "unit": "t CO2", "stage": "calculated",
                   "size": 152, "synthetic": True}  # fmt: skip
    assert run(files, "forged.zip", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["verdict"], said["statement"]) == ("refused", None)


@pytest.mark.parametrize(
    ("spoken", "last"),
    [
        ("zh_CN", "验真通过"),
        ("Chinese (Simplified)_China", "验真通过"),
        ("en_GB", "VERIFIED"),
        (None, "VERIFIED"),
    ],
)
def test_it_speaks_the_language_of_the_place(
    files: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: str | None,
    last: str,
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda: (spoken, "UTF-8"))
    assert run(files, "honest.zip") == 0
    assert capsys.readouterr().out.splitlines()[-1] == last


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.zip"], "none.zip"),
        (["honest.zip", "--policy", "none.txt"], "none.txt"),
        (["honest.zip", "--of", "none.bin"], "none.bin"),
        (["honest.zip", "--policy", "wrong.txt"], "line 1"),
        (["honest.zip", "--policy", "odd.txt"], "can't decode"),
    ],
)
def test_what_cannot_be_read_is_said(
    files: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(files, *words) == 2
    caught = capsys.readouterr()
    assert caught.out == "" and caught.err.startswith("tansuo-verify: ") and said in caught.err


def test_its_help_names_what_it_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for words, code in ((["--help"], 0), ([], 2), (["x.zip", "--language", "fr"], 2)):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == code
    caught = " ".join(capsys.readouterr().out.split())
    for text in (
        "usage: tansuo-verify [-h] [--policy POLICY] [--of FILE] [--json] [--language {zh,en}] FILE",
        " 核验证据包或回执 · check an evidence bundle or a receipt offline ",
        " FILE BUNDLE.zip or RECEIPT.tlog-proof ",
        " --policy POLICY keys and quorum you trust, from print or the witnesses themselves ",
        " --of FILE the file or frame a receipt is about ",
        " --json print the verdict as JSON ",
    ):
        assert text in caught


@pytest.mark.parametrize("name", ["document", "frame", "plain"])
def test_it_takes_a_receipt_and_what_it_is_about(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        str(RECEIPTS / f"{name}.tlog-proof"),
        "--policy",
        str(RECEIPTS / "policy.txt"),
        "--language",
        "en",
    ]
    assert main([*words, "--of", str(RECEIPTS / f"{name}.txt")]) == 0
    out = capsys.readouterr().out.splitlines()
    kind = "arrival arrival/hj212" if name == "frame" else "document document/6455bc29"
    assert f" · {kind}" in out[-3] and out[-3].endswith("· 2026-03-01T00:00:00+00:00")
    assert out[-2:] == ["SYNTHETIC: nobody measured this", "VERIFIED"]
    assert main([*words, "--of", str(RECEIPTS / "policy.txt")]) == 1


def test_it_runs_as_a_module(files: Path) -> None:
    words = [sys.executable, "-m", "tansuo.verify.main", str(files / "forged.zip")]
    done = subprocess.run(words, capture_output=True, check=False, text=True)
    assert done.returncode == 1 and done.stdout.endswith("REFUSED\n")


def test_it_runs_as_a_program(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tansuo-verify", str(files / "honest.zip")])
    with pytest.raises(SystemExit) as left, pytest.warns(RuntimeWarning, match="found in sys.modules"):
        runpy.run_module("tansuo.verify.main", run_name="__main__")
    assert left.value.code == 0


def test_whatever_is_given_the_answer_is_a_verdict() -> None:
    deep: Any = {"x": 1}
    for _ in range(70):
        deep = {"x": deep}

    def nested(book: Forged) -> None:
        book.files["docs/deep"] = b"[" * 100_000
        book.entries[SEAL]["body"] = {"blob": "deep"}

    for data in (b"", b"c2sp.org/tlog-proof@v1", bytes(500), forged(nested)):
        report = verify(data, read_policy(POLICY))
        assert not report.verified and not report.steps[-1][1]


def without_inputs(files: Files, proofs: Any) -> None:
    del files["inputs.json"]


@pytest.mark.parametrize(("what", "make"), [
    ("as it is", forged), ("a sum", lambda: forged(name="roll_up")), ("no inputs", lambda: unsigned(without_inputs)),
])  # fmt: skip
def test_what_was_looked_at_by_name(what: str, make: Callable[[], bytes]) -> None:
    said_of(what, verify(made(what, make), read_policy(POLICY)))


def test_a_log_of_both_suites_is_asked_for_its_second_tree() -> None:
    report = verify(forged(lambda book: book.entries[0]["body"].update(suite="both")), read_policy(POLICY))
    assert report.verified
    assert "the SM3 tree: not in the bundle, not checked" in [en for _, en in report.not_checked]


def test_what_lies_under_a_figure_of_either_kind_is_looked_at_last() -> None:
    nothing = {"form": "tansuo.under/1", "cases": {}, "corrections": []}
    sum_ = forged(lambda book: book.json.update({"under.json": nothing}), "roll_up")
    for data, policy in ((sum_, POLICY), ((VECTORS / "under.zip").read_bytes(), "quorum none\n")):
        report = verify(data, read_policy(policy))
        assert report.verified and report.steps[-1][:2] == ("under", True)
