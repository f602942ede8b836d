"""What accounting refuses, by name."""

from collections.abc import Mapping

from tansuo.quantity.finding import Finding, FindingError


def refuse(code: str, where: Mapping[str, str | int] | None = None, **params: str | int) -> FindingError:
    """The error ``accounting.<code>`` with its place and parameters."""
    return FindingError(Finding(f"accounting.{code}", where or {}, params))
