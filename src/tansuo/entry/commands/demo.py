"""`tansuo demo`: the living demo city, from nothing to a page that answers, and scenes to show in it."""

import argparse

NAME = "demo"
SUMMARY = "load and run the demo city (演示数据), print sign-in links, play scenes"
SCENES = ("list", "trip", "late", "first-published", "receipt")
DAY_MINUTES = 24 * 60


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to listen; what to do with an existing demo; which scene to play."""
    parser.add_argument("action", nargs="?", choices=("run", "load", "reset", "scene"), default="run",
                        help="run: load if needed and serve; load: load only; reset: begin anew and load;"
                             " scene: show something in the running demo")  # fmt: skip
    parser.add_argument("scene", nargs="?", choices=SCENES, default="list", help="which scene")
    parser.add_argument("receipt", nargs="?", help="of the scene receipt: which one")
    parser.add_argument("--firm", help="of the scene trip: whose device stops (demo.power-l)")
    parser.add_argument("--minutes", type=_minutes, default=10, help="of the scene trip: for how long (10)")
    parser.add_argument("--restate", action="store_true",
                        help="of the scene first-published: publish the corrected figure again")  # fmt: skip
    parser.add_argument("--host", default="127.0.0.1", help="address of the web pages")
    parser.add_argument("--port", type=int, default=8000, help="port of the web pages; 0: any free one")
    parser.add_argument("--gateway-port", type=int, default=9212, help="port for devices; 0: any free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(arguments: argparse.Namespace) -> int:
    """Load and serve until told to stop, or play a scene."""
    from tansuo.entry.demo import command

    return command.run(arguments)


def _minutes(text: str) -> int:
    """Minutes from now; a trip of none, or one that ends before it begins, would show nothing."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= DAY_MINUTES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of minutes from 1 to {DAY_MINUTES}")
    return int(text)
