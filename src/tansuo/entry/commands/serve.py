"""``tansuo serve``: the whole platform, or one of its services alone."""

import argparse
import os

NAME = "serve"
SUMMARY = "run the platform: api, gateway, worker and signer, or one of them"


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and which service."""
    from tansuo.entry.services import NAMES, Options

    usual = Options()
    parser.add_argument("--only", choices=sorted(NAMES), help="run this service alone, in this process")
    parser.add_argument("--host", default=usual.host, help="address of the web pages and the API")
    parser.add_argument("--port", type=int, default=usual.port, help="their port; 0: any free one")
    parser.add_argument("--gateway-host", default=usual.gateway_host, help="address where devices connect")
    parser.add_argument(
        "--gateway-port", type=int, default=usual.gateway_port, help="their port; 0: any free one"
    )
    parser.add_argument(
        "--public-url",
        default=os.environ.get("TANSUO_PUBLIC_URL", ""),
        help="the address readers use behind a TLS proxy, https://…; else TANSUO_PUBLIC_URL",
    )
    parser.add_argument("--city", help="open the ledger of this city first (GB/T 2260 code); only ever once")
    parser.add_argument(
        "--suite",
        choices=("intl", "both"),
        default="intl",
        help="of a new ledger, for life: intl (SHA-256, Ed25519), or both (SM3, SM2 besides): choose it for production",
    )
    parser.add_argument("--zone", default="Asia/Shanghai", help="civil time zone of that city's days")


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop."""
    from tansuo.api.site import Site
    from tansuo.entry import serve, services

    if arguments.public_url:
        Site.of(arguments.public_url)
    options = services.Options(
        arguments.host, arguments.port, arguments.gateway_host, arguments.gateway_port, arguments.public_url
    )
    if arguments.city:
        services.open_city(arguments.city, arguments.zone, arguments.suite)
    return services.run(arguments.only, options) if arguments.only else serve.run(options)
