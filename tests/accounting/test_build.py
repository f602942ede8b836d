"""The build hash: the sources of every stage a figure passes through, and nothing that a run leaves behind."""

from hashlib import sha256
from importlib import resources
from pathlib import Path

from tansuo.accounting.build import STAGES, build_hash


def test_the_hash_is_that_of_the_named_files() -> None:
    root = Path(str(resources.files("tansuo")))
    whole = sha256()
    files = [
        path
        for stage in STAGES
        for path in (root / stage).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]
    for path in sorted(files, key=lambda one: one.relative_to(root).as_posix()):
        digest = sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(root).as_posix()}\0{digest}\n".encode())
    build_hash.cache_clear()
    assert build_hash() == whole.hexdigest()
    assert {"methods/evaluate.py", "quantity/units.toml", "accounting/build.py"} <= {
        path.relative_to(root).as_posix() for path in files
    }
