"""Who may do what, written down a second time by hand: the policy table may not change unnoticed."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import tansuo.api.policy as policy_module
from tansuo.api.app import create_app, operations
from tansuo.api.policy import Policy, policy
from tansuo.database.connect import Database

CITY = {"city_manager", "city_approver"}
BUSINESS = CITY | {"department", "county_manager", "enterprise_clerk", "enterprise_reviewer", "verifier"}
HOLDERS = CITY | {"audit_admin"}
ROLES = {
    "city_manager": "city",
    "city_approver": "city",
    "department": "city",
    "county_manager": "unit",
    "enterprise_clerk": "enterprise",
    "enterprise_reviewer": "enterprise",
    "laboratory": "none",
    "verifier": "city",
    "investor": "none",
    "public": "none",
    "system_admin": "none",
    "security_admin": "none",
    "audit_admin": "none",
}
EVERYBODY = {
    "home", "language_home", "overview_page", "receipt_page", "method_list_page", "method_page", "ledger_page",
    "entry_page", "session_page", "sign_in_page", "sign_in", "sign_out", "get_session", "get_loading", "list_receipts",
    "get_receipt", "list_methods", "get_method", "get_ledger", "get_entry", "get_inclusion_proof",
    "get_consistency_proof", "get_bundle", "get_receipt_sheet", "verify_page", "health",
    "get_home", "workspace_home", "workspace_page",
    "workspace_asset",
    "get_explore_catalogue", "explore", "export_explore",
    "get_drawer", "get_method_sheet", "compare_methods", "list_entries", "list_method_users", "list_packs",
    "get_pack_sheet", "list_factors", "get_factor", "export_factors", "pack_page", "factor_list_page",
    "list_entry_types", "list_checkpoints", "search", "get_entry_proof",
    "get_cockpit", "get_map", "get_under_receipt",
}  # fmt: skip
THE_BUSINESS = {
    "get_live_now", "list_notices",
    "enterprise_page", "figure_page", "series_day_page", "frame_page", "get_overview", "list_subjects",
    "get_subject", "list_series", "get_day_readings", "get_raw_record", "get_figure", "live",
    "list_enterprises", "export_enterprises", "get_enterprise", "get_enterprise_months",
    "get_enterprise_completeness", "get_enterprise_series", "list_enterprise_documents",
    "get_enterprise_document", "download_enterprise_document", "list_enterprise_figures",
    "get_enterprise_history", "list_waiting_corrections", "get_enterprise_bases",
    "get_frame_proof", "list_findings",
}  # fmt: skip
IMPORTERS = {"city_manager", "department", "enterprise_clerk", "enterprise_reviewer"}
IMPORTING = {
    "list_imports", "begin_import", "get_import", "put_import_part", "complete_import", "discard_import",
    "check_import", "commit_import", "keep_import", "get_import_moves", "get_import_targets",
    "get_import_sample", "inspect_import", "preview_import", "map_import", "get_import_map",
    "list_import_findings", "list_import_mends", "get_corrected_import",
}  # fmt: skip
FEW = {
    **dict.fromkeys(IMPORTING, IMPORTERS),
    "replay_receipt": CITY | {"verifier"},
    "publish_figures": {"city_approver"},
    "publish_pack": {"city_approver"},
    "ask_correction": {"enterprise_clerk", "enterprise_reviewer", "city_manager"},
    "confirm_correction": {"enterprise_reviewer", "city_approver"},
    "decline_correction": {"enterprise_reviewer", "city_approver"},
    "list_corrections": {"enterprise_clerk", "enterprise_reviewer", "county_manager"} | CITY,
    "choose_enterprise_basis": {"city_manager"},
    "override_default": CITY,
    "declare_amount": {"enterprise_clerk", "enterprise_reviewer"},
    "deliver_statement": {"department"},
    "submit_laboratory_results": {"laboratory", "enterprise_clerk", "enterprise_reviewer"},
    "get_publication_desk": CITY | {"verifier"},
    "draw_sample": {"verifier"},
    "attach_finding": {"verifier"},
    "answer_finding": {"enterprise_clerk", "enterprise_reviewer", "city_manager"},
    "close_finding": {"verifier"},
    "reopen_finding": {"verifier"},
    "list_holds": BUSINESS | {"audit_admin"},
    "place_hold": HOLDERS,
    "ask_hold_release": HOLDERS,
    "confirm_hold_release": HOLDERS,
    "receipt_form": BUSINESS,
    "list_samples": CITY | {"verifier"},
}
ADMINISTRATION = {
    "get_system_health": "system_admin",
    "put_boundaries": "system_admin",
    "withdraw_boundaries": "system_admin",
    "list_people": "security_admin",
    "get_directory": "security_admin",
    "make_link": "security_admin",
    "withdraw_link": "security_admin",
    "end_sessions": "security_admin",
    "list_actions": "audit_admin",
    "list_access_events": "audit_admin",
}
OWN_DATA = {"get_own_data", "download_own_data", "put_own_data", "ask_own_erasure"}
NAMES_OF_PEOPLE = {"list_personal_data", "get_personal_data", "put_personal_data", "ask_erasure"}
ERASURES = {"list_erasures", "confirm_erasure", "decline_erasure"}
PERSONAL: dict[str, set[str]] = {
    **{name: ROLES.keys() - {"public"} for name in OWN_DATA},
    **{name: {"security_admin"} for name in NAMES_OF_PEOPLE},
    **{name: {"security_admin", "audit_admin"} for name in ERASURES},
}
FEW |= {name: {role} for name, role in ADMINISTRATION.items()} | PERSONAL
FEATURES = {
    "overview": ROLES.keys(),
    "screen": ROLES.keys(),
    "live": BUSINESS,
    "notices": BUSINESS,
    "enterprises": BUSINESS,
    "explore": ROLES.keys(),
    "methods": ROLES.keys(),
    "ledger": ROLES.keys(),
    "publish": {"city_approver"},
    "publish_methods": {"city_approver"},
    "corrections": {
        "enterprise_clerk",
        "enterprise_reviewer",
        "county_manager",
        "city_manager",
        "city_approver",
    },
    "settle_corrections": {"enterprise_reviewer", "city_approver"},
    "imports": IMPORTERS,
    "samples": {"verifier"},
    "system": {"system_admin"},
    "security": {"security_admin"},
    "audit": {"audit_admin"},
    "personal": ROLES.keys() - {"public"},
}
OF_ONE_SUBJECT = (THE_BUSINESS | FEW.keys() | {"get_home", "get_drawer"}) - {
    "get_publication_desk",
    "draw_sample",
    "list_samples",
    "get_overview",
    "replay_receipt",
    "publish_pack",
    "place_hold",
    "ask_hold_release",
    "confirm_hold_release",
    "receipt_form",
    *ADMINISTRATION,
    *PERSONAL,
}
FRESH = {
    "publish_figures", "publish_pack", "confirm_correction", "choose_enterprise_basis", "override_default",
    "place_hold", "confirm_hold_release", "confirm_erasure",
}  # fmt: skip
OVER_THE_CITY = {
    "overview_page", "get_overview", "get_cockpit", "get_publication_desk", "draw_sample", "list_samples",
}  # fmt: skip


def complaints(table: Policy) -> list[str]:
    """Where a policy table says something else than this file does."""
    found: list[str] = []
    if {role.id: role.scope for role in table.roles.values()} != ROLES:
        found.append("roles")
    for name, rule in table.rules.items():
        allowed = (
            None if name in EVERYBODY else frozenset(BUSINESS) if name in THE_BUSINESS else FEW.get(name, ())
        )
        scope = "subject" if name in OF_ONE_SUBJECT else "all" if name in OVER_THE_CITY else "public"
        if (rule.roles, rule.scope, rule.fresh) != (allowed, scope, name in FRESH):
            found.append(name)
    return found + sorted((EVERYBODY | THE_BUSINESS | FEW.keys()) - table.rules.keys())


def changed(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    """Let the policy be read from `text`."""
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(policy_module, "files", lambda _: folder)
    policy.cache_clear()


def instead(source: str, name: str, text: str = "") -> str:
    """The table with another row, or none, in the place of the row `name`."""
    lines = [text if line.startswith(f"{name} = ") else line for line in source.splitlines()]
    return "\n".join(lines) + "\n"


def written(roles: str | list[str]) -> str:
    """Roles as a row writes them."""
    return f'"{roles}"' if isinstance(roles, str) else str(roles).replace("'", '"')


@pytest.fixture
def source() -> str:
    return files("tansuo.api").joinpath("policy.toml").read_text("utf-8")


@pytest.fixture(autouse=True)
def _the_real_table_afterwards(monkeypatch: pytest.MonkeyPatch) -> object:
    yield
    monkeypatch.undo()
    policy.cache_clear()


def test_the_table_says_what_was_agreed() -> None:
    assert complaints(policy()) == []


def test_administrators_stand_in_no_row_of_the_business() -> None:
    admins = {"system_admin", "security_admin", "audit_admin"}
    theirs = {name: rule.roles for name, rule in policy().rules.items() if rule.roles and rule.roles & admins}
    holds = {"list_holds", "place_hold", "ask_hold_release", "confirm_hold_release"}
    assert all(theirs.pop(name) & admins == {"audit_admin"} for name in holds)
    assert {name: theirs.pop(name) for name in PERSONAL} == PERSONAL
    assert theirs == {name: frozenset({role}) for name, role in ADMINISTRATION.items()}


def test_a_role_may_open_what_it_may_call_all_of() -> None:
    opened = {role: set(policy().features_of(role)) for role in ROLES}
    for feature, roles in FEATURES.items():
        assert {role for role in ROLES if feature in opened[role]} == set(roles), feature
    assert policy().features.keys() == FEATURES.keys()


def test_a_feature_of_an_operation_that_is_none_is_refused(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, tmp_path, instead(source, "screen", 'screen = ["fly"]'))
    with pytest.raises(ValueError, match="feature screen: no operation fly"):
        create_app(Database("", ""))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    described = {
        operation["operationId"]: path
        for path, methods in create_app(Database("", "")).openapi()["paths"].items()
        for operation in methods.values()
    }
    assert operations().keys() == policy().rules.keys()
    assert len(described) == len(operations())
    assert sorted(described.values()) == sorted(path.replace(":path", "") for path in operations().values())


NAMES = sorted(EVERYBODY | THE_BUSINESS | FEW.keys())


@pytest.mark.parametrize("name", NAMES)
def test_without_any_one_row_nothing_starts(
    name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, tmp_path, instead(source, name))
    with pytest.raises(ValueError, match=f"no row for: {name}"):
        create_app(Database("", ""))


@pytest.mark.parametrize("name", NAMES)
def test_a_change_of_any_one_row_is_noticed(
    name: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = tomllib.loads(source)["operations"][name]
    wider = '"*"' if row["roles"] != "*" else '"@business"'
    other = "public" if row["scope"] != "public" else "subject"
    stranger = "audit_admin" if row["roles"] == ["system_admin"] else "system_admin"
    fresh, stale = (str(one).lower() for one in (name in FRESH, name not in FRESH))
    for text in (
        f'{name} = {{ roles = {wider}, scope = "{row["scope"]}", fresh = {fresh} }}',
        f'{name} = {{ roles = ["{stranger}"], scope = "{row["scope"]}", fresh = {fresh} }}',
        f'{name} = {{ roles = {written(row["roles"])}, scope = "{other}", fresh = {fresh} }}',
        f'{name} = {{ roles = {written(row["roles"])}, scope = "{row["scope"]}", fresh = {stale} }}',
    ):
        changed(monkeypatch, tmp_path, instead(source, name, text))
        assert complaints(policy()) == [name], text
        policy.cache_clear()


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_wider_reach_of_any_role_is_noticed(
    role: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach = "city" if ROLES[role] != "city" else "none"
    text = f'{role} = {{ zh = "某", en = "Somebody", scope = "{reach}" }}'
    changed(monkeypatch, tmp_path, instead(source, role, text))
    assert complaints(policy()) == ["roles"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('flight = { roles = "*", scope = "public" }', "rows without a route: flight"),
        ('home = { roles = ["mayor"], scope = "public" }', "operation home: unknown role"),
        ('home = { roles = "*", scope = "public", fresh = "no" }', "operation home: fresh is true or false"),
        ('home = { roles = "*", scope = "everything" }', "operation home: unknown scope"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(
    row: str, problem: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = row.partition(" ")[0]
    changed(monkeypatch, tmp_path, instead(source, name) + row)
    with pytest.raises(ValueError, match=problem):
        create_app(Database("", ""))
