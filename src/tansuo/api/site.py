"""The address people know the platform by: it decides on cookies, on TLS and on whose forms are taken."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from tansuo.quantity.finding import Finding, FindingError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """A public address as browsers write it in Origin: scheme, host, and the port where it is not the usual one."""

    scheme: str
    origin: str

    @classmethod
    def of(cls, url: str) -> Site:
        """The site at `url`. FindingError ``api.public_url`` unless it is http(s)://host[:port] and no more."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in _PORTS or "@" in parts.netloc or parts.path not in ("", "/"):
            raise FindingError(Finding("api.public_url", params={"url": url}))
        if parts.query or parts.fragment or not host.isascii():
            raise FindingError(Finding("api.public_url", params={"url": url}))
        name = f"[{host}]" if ":" in host else host
        usual = port is None or port == _PORTS[parts.scheme]
        return cls(parts.scheme, f"{parts.scheme}://{name}" + ("" if usual else f":{port}"))


def site_of(request: Request) -> Site | None:
    """The public address the application was told; None where it was told none."""
    site: Site | None = request.app.state.site
    return site


def over_tls(request: Request) -> bool:
    """Whether the reader's browser speaks TLS: a proxy before us hides that, so the public address says it."""
    site = site_of(request)
    return (request.url.scheme if site is None else site.scheme) == "https"


def foreign_origin(request: Request) -> str | None:
    """The other site's name when an unsafe request does not come from a page of ours.

    With a public address the request must carry exactly its Origin. Without one, the browser's own word
    (Sec-Fetch-Site) counts, then an Origin that names the host asked; programs that send neither are taken.
    """
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    site = site_of(request)
    if site is not None:
        ours = origin == site.origin and fetch_site in (None, "same-origin", "none")
        return None if ours else origin or "—"
    if fetch_site is not None:
        return None if fetch_site in ("same-origin", "none") else origin or fetch_site
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        return origin
    return None
