"""A signal that comes while the main thread waits must not stop it for ever."""

import os
import signal
import subprocess
import sys

STORY = """
import os, signal, sys, threading, time
from tansuo.entry.stopping import SignalFlag
flag = SignalFlag()
signal.signal(signal.SIGTERM, lambda *_: flag.set())
def storm():
    while True:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.0005)
seen = 0
for _ in range(400):
    flag.clear()
    if not threading.active_count() > 1:
        threading.Thread(target=storm, daemon=True).start()
    while not flag.wait(0.001):
        pass
    seen += 1
print(seen)
"""


def test_signals_in_the_middle_of_a_wait_are_all_seen() -> None:
    told = subprocess.run(
        [sys.executable, "-c", STORY],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert told.stdout.strip() == "400", told.stderr
    assert told.returncode == 0, signal.Signals(-told.returncode) if told.returncode < 0 else told.stderr
