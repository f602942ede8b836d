"""`tansuo demo`: the living demo city, from nothing to a page that answers."""

import argparse

NAME = "demo"
SUMMARY = "load and run the demo city (演示数据), print sign-in links"


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to listen; what to do with an existing demo."""
    parser.add_argument("action", nargs="?", choices=("run", "load", "reset"), default="run",
                        help="run: load if needed and serve; load: load only; reset: begin anew")  # fmt: skip
    parser.add_argument("--host", default="127.0.0.1", help="address of the web pages")
    parser.add_argument("--port", type=int, default=8000, help="port of the web pages; 0: any free one")
    parser.add_argument("--gateway-port", type=int, default=9212, help="port for devices; 0: any free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(arguments: argparse.Namespace) -> int:
    """Load and serve until told to stop."""
    from tansuo.entry.demo import command

    return command.run(arguments)
