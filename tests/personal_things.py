"""People with personal data, and requests to erase them, as tests make them."""

from demo_city import DemoCity

PROBED = "test.probed"
FIELDS = {"name": "示例人员甲", "position": "统计员", "phone": "13900000000", "certificate": "JY-0001"}


def kept_of(city: DemoCity, label: str, role: str = "enterprise_clerk", subject: str | None = None) -> str:
    """Somebody who has signed in and given the particulars; the label."""
    made = city.signed_in(role, subject, label).put("/api/personal/own", json=FIELDS)
    assert made.status_code == 200, made.text
    return label


def asked_to_erase(city: DemoCity, label: str = PROBED) -> str:
    """A request of a person that their data be erased."""
    kept_of(city, label)
    asked = city.signed_in("enterprise_clerk", label=label).post(
        "/api/personal/own/erasure", json={"basis": "pipl-47-3", "reason": "consent withdrawn"}
    )
    assert asked.status_code == 201, asked.text
    return str(asked.json()["id"])
