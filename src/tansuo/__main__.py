"""``python -m tansuo``: the command line."""

import sys

from tansuo.entry.cli import main

if __name__ == "__main__":
    sys.exit(main())
