"""``tansuo witness`` from the first key to a cosigned head, by files, as an office without a network does it."""

import base64
from pathlib import Path

import pytest

from tansuo.entry.cli import main
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import open_note, sign, verifier_key, with_lines
from tansuo.evidence.tree import leaf_hash
from tansuo.evidence.witness import Witness, request_text

LOG = FileSigner("tansuo/321100/x", b"\3" * 32)


def note() -> str:
    return sign(f"{LOG.name}\n1\n{base64.b64encode(leaf_hash(b'genesis')).decode()}\n", LOG)


def test_from_the_first_key_to_a_cosigned_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, asked, answer = tmp_path / "w", tmp_path / "asked", tmp_path / "answer"
    asked.write_text(request_text(0, [], note()), encoding="utf-8")
    assert main(["witness", "init", str(folder), "court.example"]) == 0
    assert "court.example+" in capsys.readouterr().out
    assert main(["witness", "cosign", str(folder), str(asked)]) == 1  # it does not look after this log yet
    assert "404" in capsys.readouterr().err
    assert main(["witness", "trust", str(folder), str(verifier_key(LOG))]) == 0
    assert main(["witness", "show", str(folder)]) == 0
    assert main(["witness", "cosign", str(folder), str(asked), "-o", str(answer)]) == 0
    cosigned = with_lines(note(), answer.read_text(encoding="utf-8").splitlines())
    assert Witness(folder).key in open_note(cosigned, [Witness(folder).key]).signed_by
    capsys.readouterr()
    assert main(["witness", "show", str(folder), "--json"]) == 0
    assert '"size": 1' in capsys.readouterr().out


def test_what_is_no_witness_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["witness", "show", str(tmp_path)]) == 2
    assert "tansuo witness init" in capsys.readouterr().err
    assert main(["witness", "init", str(tmp_path / "w"), "two words"]) == 2
    assert main(["witness", "init", str(tmp_path / "w"), "court"]) == 0
    assert main(["witness", "init", str(tmp_path / "w"), "court"]) == 2
    assert main(["witness", "trust", str(tmp_path / "w"), "nonsense"]) == 2
