"""Write the verifier into a folder, and say how many lines an auditor reads: ``assemble_verify.py DIR``."""

import sys
from pathlib import Path

from tansuo.reporting.verifier import code_lines, verifier_program

if __name__ == "__main__":
    program = verifier_program()
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verify.py").write_bytes(program)
    print(f"verify.py: {code_lines(program)} lines of code, {len(program)} bytes")
