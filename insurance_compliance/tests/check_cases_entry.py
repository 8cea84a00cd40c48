"""Cases of notice, consent, entering and filing."""

from odoo import fields

from .check_cases import READY, case
from .check_records import day, moment

ID_NUMBER = "11010519491231002X"


@case("archive_agent_left")
def agent_left(t):
    t.put("insurance.archive", t.archive.id, agent_id=None)
    yield t.archive.id
    t.put("insurance.archive", t.archive.id, agent_id=t.agent.id)


@case("notice_missing")
def notice_missing(t):
    t.entered()
    yield t.archive.id
    t._give("service")


@case("consent_missing")
def consent_missing(t):
    t._purpose("profiling").at_entry = True
    yield READY
    t.entered()
    yield t.archive.id
    t._give("profiling")


@case("guardian_missing")
def guardian_missing(t):
    t.entered(birth_date=day(-365 * 10))
    yield t.archive.id
    guardian = t.env["insurance.related.person"].create(
        {"archive_id": t.archive.id, "name": "李秀英", "relation": "guardian"}
    )
    t._give(
        "minors",
        given_by="guardian",
        giver_name="李秀英",
        related_person_id=guardian.id,
    )


@case("sensitive_without_consent")
def sensitive(t):
    health = t._give("health", "bank")[0]
    yield READY
    t.put("insurance.consent", health.id, state="withdrawn")
    yield t.archive.id
    t.put("insurance.consent", health.id, state="given")


@case("profiled_without_right")
def profiled(t):
    row = t.row("insurance.client.class", client_type="ordinary")
    yield row
    t._give("profiling")


@case("consent_run_out")
def run_out(t):
    consent = t._give("service")
    t.put("insurance.consent", consent.id, renew_by=day(-1))
    yield consent.id
    t._give("service")


@case("consent_unproved")
def unproved(t):
    consent = t._give("service")
    proof = consent.evidence_id.id
    t.put("insurance.consent.evidence", proof, reference=None)
    yield consent.id
    t.put("insurance.consent.evidence", proof, reference="R-2")


@case("consent_on_draft_notice")
def on_draft(t):
    consent = t._give("service")
    yield READY
    t.put("insurance.notice", t.notice.id, approved_by_id=None)
    found = t.env["insurance.consent"].search([("notice_id", "=", t.notice.id)])
    yield set(found.ids)
    assert consent in found
    t.put("insurance.notice", t.notice.id, approved_by_id=t.compliance.id)


@case("purpose_not_told")
def not_told(t):
    row = t.row(
        "insurance.processing",
        code="test_untold",
        basis="consent",
        kind="general",
        active=True,
    )
    yield row
    t.put("insurance.processing", row, active=False)


@case("client_request_late")
def request_late(t):
    row = t.row("insurance.client.request", state="new", deadline=day(-1))
    yield row
    t.put("insurance.client.request", row, state="answered")


@case("client_request_unproved")
def request_unproved(t):
    row = t.row("insurance.client.request", state="answered")
    yield row
    t.put("insurance.client.request", row, identity_checked_on=moment())


@case("archive_incomplete")
def incomplete(t):
    t.entered(state="filed", completeness=99)
    yield t.archive.id
    t.entered(state="filed", completeness=100)


@case("review_overdue")
def review_overdue(t):
    t.entered(next_review_date=day(-100))
    yield t.archive.id
    t.entered(next_review_date=day(1))


@case("archive_impossible")
def impossible(t):
    t.entered(birth_date=day(30))
    yield t.archive.id
    t.entered(birth_date="1980-02-29")


@case("policy_over")
def policy_over(t):
    policy = t._policy().id
    t.put(
        "insurance.policy",
        policy,
        state="active",
        start_date=day(-400),
        end_date=day(-5),
    )
    yield policy
    t.put("insurance.policy", policy, state="expired")


@case("paper_expired")
def paper_expired(t):
    row = t.row("insurance.document", valid_until=day(-1))
    yield row
    kind = t.env["insurance.document"].browse(row).type_id
    t.row("insurance.document", type_id=kind.id, valid_until=day(100))


@case("client_twice")
def client_twice(t):
    other = t._archive(name="王芳")
    found = t.env["insurance.vault.index"].search(
        [
            ("archive_id", "=", t.archive.id),
            ("field", "=", "insurance.archive.id_number"),
        ]
    )
    t.env.cr.execute(
        "INSERT INTO insurance_vault_index (archive_id, res_id, field, digest, version)"
        " SELECT %s, %s, field, digest, version FROM insurance_vault_index"
        " WHERE id = %s RETURNING id",
        [other.id, other.id, found.id],
    )
    row = t.env.cr.fetchone()[0]
    yield {t.archive.id, other.id}
    t.drop("insurance.vault.index", row)


@case("number_series")
def number_series(t):
    row = t.row("insurance.number.counter", last_item=1)
    yield row
    t.put("insurance.archive", t.archive.id, number_counter_id=row, number_item=1)


@case("filed_without_number")
def without_number(t):
    t.entered(state="filed")
    yield t.archive.id
    t.entered(
        state="filed",
        number="T-1",
        filed_on=day(0),
        filed_by=t.archivist.id,
        retention_mark="D30",
    )


@case("filing_overdue")
def filing_overdue(t):
    t.entered(filing_due_date=day(-1))
    yield t.archive.id
    t.entered(state="filed")


@case("inspection_overdue")
def inspection_overdue(t):
    t.entered(state="filed", next_inspection_date=day(-1))
    yield t.archive.id
    t.entered(state="filed", next_inspection_date=day(300))


@case("inspection_unresolved")
def inspection_unresolved(t):
    row = t.row("insurance.inspection", result="failed", due_date=day(-1))
    yield row
    t.put("insurance.inspection", row, resolved=True)


@case("finding_stale")
def finding_stale(t):
    row = t.row("insurance.data.finding", state="open", found_on=day(-100))
    yield row
    t.put("insurance.data.finding", row, state="fixed")


@case("second_check_stale")
def second_check_stale(t):
    row = t.row("insurance.second.check", state="open", entered_on=moment(days=-100))
    yield row
    t.put("insurance.second.check", row, state="right")


@case("id_number_in_clear")
def in_clear(t):
    t.put("res.partner", t.partner.id, comment=f"<p>No. {ID_NUMBER}</p>")
    yield t.archive.id
    t.put("res.partner", t.partner.id, comment="<p>No. 110105194912310021234</p>")


@case("id_number_in_notes")
def in_notes(t):
    row = t.row("insurance.interaction", client_words=f"my number is {ID_NUMBER}")
    yield row
    t.put("insurance.interaction", row, client_words="my number is known")


@case("retention_missing")
def retention_missing(t):
    t.entered()
    t.env.cr.execute(
        "DELETE FROM insurance_retention WHERE archive_id = %s", [t.archive.id]
    )
    yield t.archive.id
    t.env["insurance.retention"]._solve_archives(t.archive.ids)


def retention(t, **values):
    t.env.cr.execute(
        "DELETE FROM insurance_retention WHERE archive_id = %s", [t.archive.id]
    )
    return t.row("insurance.retention", status="dated", held=False, **values)


@case("kept_too_long")
def kept_too_long(t):
    row = retention(t, until=fields.Date.subtract(day(0), years=3))
    yield row
    t.put("insurance.retention", row, kept_until=day(100))


def destruction(t, **values):
    return t.row(
        "insurance.destruction",
        **{
            "name": f"T{next(t.numbers)}",
            "applicant_id": t.archivist.id,
            "approver_id": t.compliance.id,
            "supervisor_id": t.department_head.id,
            "executor_id": t.archivist.id,
            **values,
        },
    )


@case("destroyed_too_early")
def too_early(t):
    row = t.row(
        "insurance.destruction.line",
        destruction_id=destruction(t),
        decision="destroy",
        state="done",
        until=day(100),
        done_on=moment(),
    )
    yield row
    t.put("insurance.destruction.line", row, until=day(-2))


@case("destroyed_without_run")
def without_run(t):
    archive = t.ended()
    yield archive
    t.row(
        "insurance.destruction.line",
        destruction_id=destruction(t),
        archive_id=archive,
        decision="destroy",
        state="done",
    )


@case("destroyed_still_readable")
def still_readable(t):
    archive = t.ended()
    row = t.row("insurance.vault.value", archive_id=archive, slot="id_number")
    yield archive
    t.drop("insurance.vault.value", row)


@case("destruction_unsigned")
def unsigned(t):
    row = destruction(t, state="done", done_on=moment(), list_hash="ab")
    yield row
    t.put("insurance.destruction", row, signature="cd")


@case("destruction_half_done")
def half_done(t):
    row = destruction(t, state="running", executed_on=moment(days=-5))
    yield row
    t.put("insurance.destruction", row, state="done")


@case("destruction_waiting")
def destruction_waiting(t):
    row = destruction(t, state="submitted", submitted_on=moment(days=-100))
    yield row
    t.put("insurance.destruction", row, state="cancelled")


@case("hold_overdue")
def hold_overdue(t):
    row = t.row("insurance.legal.hold", state="active", review_date=day(-1))
    yield row
    t.put("insurance.legal.hold", row, review_date=day(1))


@case("hold_broken")
def hold_broken(t):
    row = t.row("insurance.legal.hold", state="active", review_date=day(9))
    t.row("insurance.legal.hold.archive", hold_id=row, archive_id=t.ended())
    yield row
    t.put("insurance.legal.hold", row, state="released")
