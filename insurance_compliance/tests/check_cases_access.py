"""Cases of uses, grants, handovers and shares."""

from .check_cases import READY, case
from .check_records import day, moment


def later(t):
    """Look from now on: what a run has found once is not found again."""
    t.since = moment(minutes=1)


def grant(t, **values):
    return t.row(
        "insurance.access.grant",
        **{
            "user_id": t.agent.id,
            "level": "agent",
            "state": "active",
            "slice_basic": True,
            "date_from": moment(days=-2),
            "date_to": moment(days=2),
            "uses_max": 0,
            "uses_done": 0,
            **values,
        },
    )


@case("use_outside_grant")
def outside_grant(t):
    row = grant(t, date_to=moment(hours=-1))
    found = t.use(grant_id=row)
    yield found
    t.put("insurance.access.grant", row, date_to=moment(hours=1))


@case("use_without_right")
def without_right(t):
    found = t.use(user_id=t.accountant.id, grant_id=0)
    yield found
    t.put("insurance.archive", t.archive.id, manager_id=t.accountant.id)


@case("use_without_purpose")
def without_purpose(t):
    yield t.use(action="export", purpose=None)
    later(t)


@case("use_in_other_name")
def other_name(t):
    yield t.use(caller_id=t.insurance_admin.id)
    later(t)


@case("use_after_end")
def after_end(t):
    t.entered(state="restricted", state_date=moment(hours=-1))
    yield t.use()
    later(t)


@case("reveals_unusual")
def reveals(t):
    for user in (t.manager, t.supervisor, t.agent2):
        t.use(user_id=user.id)
    for _turn in range(30):
        t.use()
    yield t.agent.id
    later(t)


@case("searches_unusual")
def searches(t):
    for _turn in range(31):
        t.use(action="search_miss", archive_id=None)
    yield t.agent.id
    later(t)


@case("denied_often")
def denied(t):
    for _turn in range(11):
        t.use(result="denied")
    yield t.agent.id
    later(t)


@case("decoy_opened")
def decoy(t):
    yield t.row("insurance.decoy", archive_id=t._archive().id, last_alarm=moment())
    later(t)


@case("grant_unused")
def unused(t):
    row = grant(t, user_id=t.manager.id, date_from=moment(days=-200))
    yield row
    t.use(user_id=t.manager.id, grant_id=row, action="view")


@case("grant_person_gone")
def person_gone(t):
    row = grant(t)
    t.put("res.users", t.agent.id, active=False)
    yield row
    t.put("insurance.access.grant", row, state="revoked")


@case("grant_without_application")
def without_application(t):
    row = grant(t)
    yield row
    approved = request(t, state="approved")
    t.put("insurance.access.grant", row, request_id=approved)


@case("grant_too_long")
def too_long(t):
    row = grant(t, date_to=moment(days=2000))
    yield row
    t.put("insurance.access.grant", row, date_to=moment(days=1))


def request(t, **values):
    return t.row(
        "insurance.access.request",
        **{
            "user_id": t.agent.id,
            "approver_id": t.supervisor.id,
            "grant_id": grant(t, date_to=moment(days=-1)),
            **values,
        },
    )


def step(t, application, user, **values):
    return t.row(
        "insurance.access.step",
        request_id=application,
        kind="approved",
        revision=1,
        user_id=user.id,
        applicant_id=t.agent.id,
        **values,
    )


@case("request_overdue")
def request_overdue(t):
    row = request(t, state="submitted", submitted_on=moment(days=-30))
    yield row
    t.put("insurance.access.request", row, state="refused")


@case("use_unconfirmed")
def unconfirmed(t):
    row = request(t, state="approved", date_to=moment(days=-30))
    yield row
    t.put("insurance.access.request", row, state="closed")


@case("approval_by_nobody")
def by_nobody(t):
    row = request(t, state="approved")
    yield row
    step(t, row, t.supervisor)


@case("second_approval_missing")
def second_missing(t):
    row = request(t, state="approved", second_needed=True, revision=1)
    step(t, row, t.supervisor, slot="first")
    yield row
    step(t, row, t.compliance, slot="second")


@case("access_review_overdue")
def review_overdue(t):
    row = t.row(
        "insurance.access.campaign", state="running", date=day(-9), deadline=day(-1)
    )
    yield row
    t.put("insurance.access.campaign", row, state="closed")


@case("handover_letter_late")
def letter_late(t):
    row = t.row(
        "insurance.handover.line",
        handover_id=t.row("insurance.handover", state="done", agent_id=t.agent2.id),
        handover_state="done",
        state="to_send",
        due_date=day(-1),
    )
    yield row
    t.put("insurance.handover.line", row, state="sent")


@case("handover_waiting")
def handover_waiting(t):
    row = t.row(
        "insurance.handover", state="draft", date=day(-60), agent_id=t.agent2.id
    )
    yield row
    t.put("insurance.handover", row, state="cancelled")


@case("team_without_leader")
def without_leader(t):
    t._archive(agent_id=t.agent2.id, team_id=t.team_b.id)
    yield t.team_b.id
    t.team_b.user_id = t.supervisor


def share(t, **values):
    return t.row(
        "insurance.share",
        **{
            "kind": "client_authorised",
            "basis": "consent",
            "state": "delivered",
            "requester_id": t.agent.id,
            "approver_id": t.supervisor.id,
            "delivered_on": moment(hours=-1),
            "date_to": moment(days=2),
            "download_limit": 3,
            "download_count": 0,
            **values,
        },
    )


@case("share_without_consent")
def share_without_consent(t):
    row = share(t)
    yield row
    recipient = t.env["res.partner"].create({"name": "Recipient"})
    consent = t._give("sharing", recipient=recipient)
    t.env.cr.execute(
        "INSERT INTO insurance_share_consent_rel (share_id, consent_id)"
        " VALUES (%s, %s)",
        [row, consent.id],
    )


@case("share_without_agreement")
def share_without_agreement(t):
    row = share(t, kind="cooperation")
    yield row
    known = agreement(t, date_to=day(30))
    t.put("insurance.share", row, agreement_id=known)


@case("share_not_ended")
def not_ended(t):
    row = share(t, date_to=moment(days=-3))
    yield row
    t.put("insurance.share", row, state="ended")


@case("share_over_limit")
def over_limit(t):
    row = share(t, download_limit=1)
    for _turn in range(2):
        t.row("insurance.share.event", share_id=row, event="download")
    yield row
    t.put("insurance.share", row, download_limit=2)


@case("share_not_receipted")
def not_receipted(t):
    row = share(t, download_count=1, delivered_on=moment(days=-60))
    yield row
    t.put("insurance.share", row, receipt_on=moment())


@case("share_by_one")
def by_one(t):
    row = share(t, approver_id=None)
    yield row
    t.put("insurance.share", row, approver_id=t.supervisor.id)


def agreement(t, **values):
    return t.row(
        "insurance.share.agreement",
        **{"state": "approved", "date_from": day(-30), "date_to": day(30), **values},
    )


@case("agreement_over")
def agreement_over(t):
    row = agreement(t, date_to=day(-1))
    yield row
    t.put("insurance.share.agreement", row, end_confirmed_on=day(0))


@case("agreement_unchecked")
def agreement_unchecked(t):
    row = agreement(t, date_from=day(-2000))
    yield row
    t.put("insurance.share.agreement", row, checked_on=day(-1))


@case("file_open_to_all")
def file_open(t):
    row = t.row("ir.attachment", name="x", res_model="insurance.archive", public=True)
    yield row
    t.put("ir.attachment", row, public=False)


@case("mail_unencrypted")
def mail_unencrypted(t):
    yield READY
    row = t.row("ir.mail_server", name="x", smtp_encryption="none", active=True)
    yield row
    t.put("ir.mail_server", row, smtp_encryption="ssl")
