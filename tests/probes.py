"""What the role matrix asks each operation of the API, and what it answers about a thing of others or of nobody."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo_city import OWN, DemoCity
from demo_things import NOBODY, Things
from finding_things import finding, hold
from personal_things import PROBED, kept_of

METHOD = "general_combustion_and_power"

Case = Callable[[DemoCity, Things], dict[str, object]]


@dataclass(frozen=True)
class Probe:
    """One operation about a thing: what fills its path, what it is asked, and what it answers.

    `hidden` and `absent` are the answers about a thing of others and about nothing; None where the operation
    names no thing of anybody's and always succeeds.
    """

    success: int = 200
    hidden: int | None = None
    absent: int | None = None
    query: Case = lambda city, thing: {}
    body: Case | None = None


def _figure(city: DemoCity, thing: Things) -> dict[str, object]:
    return {"subject": thing.firm, "quantity": "E_fuel", "period": "2026-04", "method": METHOD}


_FIRST_HOUR = datetime.fromisoformat("2026-04-01T00:00:00+08:00")
_HOURS = itertools.count()


def correction(city: DemoCity, thing: Things) -> dict[str, object]:
    """A request for an hour of which none waits yet."""
    return {
        "series": thing.series,
        "start": (_FIRST_HOUR + timedelta(hours=next(_HOURS))).isoformat(),
        "value": "1.25",
        "reason": "misread at the scale",
    }


def _publication(city: DemoCity, thing: Things) -> dict[str, object]:
    # Whoever publishes sees the whole city; the subject asked for is a firm, or one that is not there.
    return {
        "subjects": [thing.firm], "quantities": ["E_fuel"], "period": "2026-04", "audience": "city",
        "title_zh": "审定一家", "title_en": "One firm approved", "stage": "approved",
    }  # fmt: skip


def _results(city: DemoCity, thing: Things) -> dict[str, object]:
    source = thing.series.partition("/")[2].partition("/")[0]
    days = {
        f"{name}_{end}": day
        for name in ("taken", "represents")
        for end, day in (("from", "2026-04-01"), ("to", "2026-04-30"))
    }
    return {
        "source": f"{thing.firm}.{source}", "sample": "S1", "laboratory": "demo.laboratory", "report": "R1",
        "tested": "2026-05-04", "marks": ["CMA"], **days,
        "results": [{"parameter": "moisture", "basis": "ar", "value": "9.8", "unit": "%"}],
    }  # fmt: skip


def _delivery(city: DemoCity, thing: Things) -> dict[str, object]:
    return {"indicator": "gdp", "period": "2025", "value": "1", "citation": "a report"}


def _amount(city: DemoCity, thing: Things) -> dict[str, object]:
    return {
        "source": thing.firm, "indicator": "steam_purchased", "month": "2026-04", "value": "12.5", "unit": "t",
        "citation": "the bill of April",
    }  # fmt: skip


def _override(city: DemoCity, thing: Things) -> dict[str, object]:
    return {
        "subject": thing.firm, "column": "of", "period": "2020", "value": "1", "unit": "1",
        "reason": "tried out", "citation": "a letter",
    }  # fmt: skip


def _basis(city: DemoCity, thing: Things) -> dict[str, object]:
    return {
        "basis": "project",
        "method": METHOD,
        "valid_from": "2019-01-01",
        "valid_to": "2019-02-01",
        "reason": "tried",
    }


def _factor(city: DemoCity, thing: Things) -> dict[str, object]:
    year = "1795" if thing.firm == NOBODY else "1995"
    return {"row": f"gwp_ar2/C2F6/gwp@{year}-01-01", "pack": "factors_gwp"}


def _link(city: DemoCity, thing: Things) -> dict[str, object]:
    return {"role": "verifier", "subject": "zj.city" if thing.firm != NOBODY else NOBODY, "label": "test.new"}


def _explored(city: DemoCity, thing: Things) -> dict[str, object]:
    return {"subject": thing.firm, "indicator": f"{METHOD}.E_fuel", "period": "2026-04", "grain": "month"}


def _erasure(city: DemoCity, thing: Things) -> dict[str, object]:
    person = "nobody.at-all" if thing.firm == NOBODY else kept_of(city, PROBED)
    return {"basis": "pipl-47-1", "reason": "has left", "person": person}


ONE_OF_SOMEBODY = Probe(hidden=404, absent=404)
IMPORT_OF_SOMEBODY = Probe(hidden=404, absent=404)
PLAN = {
    "time": {"column": "time", "formats": []},
    "targets": [{"columns": ["coal"], "series": f"{OWN}/coal/hour", "unit": "t"}],
}
IMPORTS = {
    "list_imports": Probe(),
    "begin_import": Probe(201, body=lambda city, thing: {"name": "a.csv", "size": 4, "sha256": "0" * 64}),
    "get_import": IMPORT_OF_SOMEBODY,
    "put_import_part": Probe(hidden=404, absent=404),
    "complete_import": IMPORT_OF_SOMEBODY,
    "discard_import": Probe(204, hidden=404, absent=404),
    "check_import": Probe(202, hidden=404, absent=404),
    "commit_import": Probe(202, hidden=404, absent=404, body=lambda city, thing: {"reason": None}),
    "keep_import": IMPORT_OF_SOMEBODY,
    "get_import_moves": IMPORT_OF_SOMEBODY,
    "get_import_targets": Probe(hidden=404, absent=404, query=lambda city, thing: {"enterprise": thing.firm}),
    "get_import_sample": Probe(hidden=404, absent=404, query=lambda city, thing: {"enterprise": thing.firm}),
    "inspect_import": IMPORT_OF_SOMEBODY,
    "preview_import": Probe(hidden=404, absent=404, body=lambda city, thing: {"plan": PLAN}),
    "map_import": Probe(hidden=404, absent=404, body=lambda city, thing: {"plan": PLAN}),
    "get_import_map": IMPORT_OF_SOMEBODY,
    "list_import_findings": IMPORT_OF_SOMEBODY,
    "list_import_mends": IMPORT_OF_SOMEBODY,
    "get_corrected_import": IMPORT_OF_SOMEBODY,
}
"""Operations on imports: of a staged one only who belongs to its organisation knows."""
PROBES = {
    **IMPORTS,
    "home": Probe(307),
    "language_home": Probe(307),
    "overview_page": Probe(),
    "enterprise_page": ONE_OF_SOMEBODY,
    "receipt_page": ONE_OF_SOMEBODY,
    "figure_page": Probe(hidden=404, absent=404, query=_figure),
    "series_day_page": ONE_OF_SOMEBODY,
    "frame_page": ONE_OF_SOMEBODY,
    "method_list_page": Probe(),
    "method_page": Probe(absent=404),
    "ledger_page": Probe(),
    "entry_page": Probe(absent=404),
    "session_page": Probe(),
    "sign_in_page": Probe(absent=410),
    "sign_in": Probe(303, absent=410),
    "sign_out": Probe(303),
    "workspace_home": Probe(307),
    "workspace_page": Probe(),
    "workspace_asset": Probe(404),
    "get_session": Probe(),
    "get_loading": Probe(),
    "get_overview": Probe(query=lambda city, thing: {"period": "2026-04"}),
    "get_live_now": Probe(),
    "list_notices": Probe(),
    "get_map": Probe(),
    "get_cockpit": Probe(query=lambda city, thing: {"period": "2026-04"}),
    "list_subjects": Probe(),
    "get_subject": ONE_OF_SOMEBODY,
    "list_enterprises": Probe(),
    "export_enterprises": Probe(),
    "get_enterprise": ONE_OF_SOMEBODY,
    "get_enterprise_months": ONE_OF_SOMEBODY,
    "get_enterprise_completeness": ONE_OF_SOMEBODY,
    "get_enterprise_series": ONE_OF_SOMEBODY,
    "get_enterprise_bases": ONE_OF_SOMEBODY,
    "choose_enterprise_basis": Probe(201, hidden=404, absent=404, body=_basis),
    "submit_laboratory_results": Probe(201, hidden=404, absent=404, body=_results),
    # Who is signed in here stands over the city; the indicator is a department's own.
    "deliver_statement": Probe(404, body=_delivery),
    "declare_amount": Probe(201, hidden=404, absent=404, body=_amount),
    "override_default": Probe(201, hidden=404, absent=404, body=_override),
    "list_enterprise_documents": ONE_OF_SOMEBODY,
    "get_enterprise_document": ONE_OF_SOMEBODY,
    "download_enterprise_document": ONE_OF_SOMEBODY,
    "list_enterprise_figures": ONE_OF_SOMEBODY,
    "get_enterprise_history": ONE_OF_SOMEBODY,
    "list_waiting_corrections": ONE_OF_SOMEBODY,
    "list_series": Probe(),
    "get_day_readings": ONE_OF_SOMEBODY,
    "get_raw_record": ONE_OF_SOMEBODY,
    "get_figure": Probe(hidden=404, absent=404, query=_figure),
    "get_drawer": Probe(hidden=404, absent=404, query=lambda city, thing: {"figure": thing.receipt}),
    "list_receipts": Probe(),
    "get_receipt": ONE_OF_SOMEBODY,
    "get_bundle": ONE_OF_SOMEBODY,
    "get_receipt_sheet": ONE_OF_SOMEBODY,
    "verify_page": Probe(),
    "replay_receipt": ONE_OF_SOMEBODY,
    "publish_figures": Probe(201, hidden=404, absent=404, body=_publication),
    "ask_correction": Probe(201, hidden=404, absent=404, body=correction),
    "confirm_correction": Probe(201, hidden=404, absent=404),
    "decline_correction": Probe(201, hidden=404, absent=404, body=lambda city, thing: {"reason": "as read"}),
    "list_corrections": Probe(),
    "get_publication_desk": Probe(query=lambda city, thing: {"period": "2026-04"}),
    "draw_sample": Probe(201, body=lambda city, thing: {"period": "2026-04", "count": 3}),
    "list_samples": Probe(),
    "get_home": Probe(),
    "list_methods": Probe(),
    "get_method": Probe(absent=404),
    "get_method_sheet": Probe(absent=404),
    "compare_methods": Probe(absent=404),
    "list_method_users": Probe(),
    "list_packs": Probe(),
    "get_pack_sheet": Probe(absent=404),
    "publish_pack": Probe(201, absent=404, body=lambda city, thing: {"reason": "as shipped"}),
    "list_factors": Probe(),
    "get_factor": Probe(absent=404, query=_factor),
    "export_factors": Probe(),
    "pack_page": Probe(absent=404),
    "factor_list_page": Probe(),
    "get_ledger": Probe(),
    "list_entries": Probe(),
    "list_entry_types": Probe(),
    "list_checkpoints": Probe(),
    "search": Probe(query=lambda city, thing: {"q": thing.firm}),
    "get_entry": Probe(absent=404),
    "get_inclusion_proof": Probe(absent=404),
    "get_entry_proof": ONE_OF_SOMEBODY,
    "get_frame_proof": ONE_OF_SOMEBODY,
    "get_consistency_proof": Probe(query=lambda city, thing: {"old": "3", "new": "9"}),
    "live": Probe(query=lambda city, thing: {"events": "1"}),
    "health": Probe(),
    "get_system_health": Probe(),
    "put_boundaries": Probe(422, body=lambda city, thing: {}),
    "withdraw_boundaries": Probe(query=lambda city, thing: {"reason": "withdrawn by the probe"}),
    "list_people": Probe(),
    "get_directory": Probe(),
    "make_link": Probe(201, absent=422, body=_link),
    "withdraw_link": Probe(204, absent=404),
    "end_sessions": Probe(absent=404),
    "list_actions": Probe(),
    "list_access_events": Probe(),
    "list_findings": Probe(),
    "get_under_receipt": ONE_OF_SOMEBODY,
    "attach_finding": Probe(201, hidden=404, absent=404, body=lambda city, thing: finding()),
    "answer_finding": Probe(201, hidden=404, absent=404, body=lambda city, thing: {"text": "as metered"}),
    "close_finding": Probe(201, hidden=404, absent=404, body=lambda city, thing: {"text": "settled"}),
    "reopen_finding": Probe(201, hidden=404, absent=404, body=lambda city, thing: {"text": "not settled"}),
    "list_holds": Probe(),
    "place_hold": Probe(201, absent=404, body=hold),
    "ask_hold_release": Probe(201, absent=404, body=lambda city, thing: {"reason": "case 7 is over"}),
    "confirm_hold_release": Probe(201, absent=404),
    "get_own_data": Probe(),
    "download_own_data": Probe(),
    "put_own_data": Probe(body=lambda city, thing: {"phone": "13900000001"}),
    "ask_own_erasure": Probe(201, body=lambda city, thing: {"basis": "pipl-47-3", "reason": "withdrawn"}),
    "list_personal_data": Probe(),
    "get_personal_data": Probe(absent=404),
    "put_personal_data": Probe(absent=404, body=lambda city, thing: {"name": "示例人员乙"}),
    "ask_erasure": Probe(201, absent=422, body=_erasure),
    "list_erasures": Probe(),
    "confirm_erasure": Probe(201, absent=404),
    "decline_erasure": Probe(201, absent=404, body=lambda city, thing: {"reason": "kept by law"}),
    "receipt_form": Probe(403),
    "get_explore_catalogue": Probe(),
    "explore": Probe(hidden=404, absent=404, query=_explored),
    "export_explore": Probe(hidden=404, absent=404, query=_explored),
}
