"""Forms of pages without script, as tests fill them in."""

import re


def form_token(page: str) -> dict[str, str]:
    """The field that every form of a signed-in page carries."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return {"form_token": found[1]}
