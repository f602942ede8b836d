"""A time-stamp authority of our own, by OpenSSL, behind HTTP."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tansuo.evidence.timestamp import Authority, authorities_of

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(
    OPENSSL is None, reason="openssl is not installed; it is the authority here"
)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    """An authority of our own, by OpenSSL, behind HTTP."""
    assert OPENSSL
    home = tmp_path / "tsa"
    home.mkdir()

    def openssl(*words: str, data: bytes | None = None) -> None:
        subprocess.run([str(OPENSSL), *words], cwd=home, check=True, capture_output=True, input=data)

    (home / "ca.cnf").write_text(
        "[tsa]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "[req]\ndistinguished_name=dn\n[dn]\n"
        "[ts]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
        "default_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\nsigner_digest=sha256\n"
        "[oids]\n",
        encoding="utf-8",
    )
    (home / "serial").write_text("01\n", encoding="utf-8")
    key = ("-newkey", "rsa:2048", "-nodes", "-config", "ca.cnf")
    openssl("req", "-x509", *key, "-subj", "/CN=root", "-keyout", "ca.key", "-out", "ca.pem", "-days", "9")
    openssl("req", *key, "-subj", "/CN=tsa", "-keyout", "tsa.key", "-out", "tsa.csr")
    openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "9",
        "-extfile", "ca.cnf", "-extensions", "tsa", "-out", "tsa.pem",
    )  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (home / "q").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl("ts", "-reply", "-config", "ca.cnf", "-section", "one", "-queryfile", "q", "-out", "r")
            body = (home / "r").read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    (home / "timestamps.toml").write_text(
        f'[tsa]\naddress = "{address}"\nroots = "ca.pem"\n', encoding="utf-8"
    )
    [one] = authorities_of(home)
    yield one
    server.shutdown()
    server.server_close()
