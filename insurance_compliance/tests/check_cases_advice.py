"""Cases of products and advice: models of another addon, by their names alone."""

from .check_cases import case
from .check_records import day, moment


def applicable(t):
    return "insurance.recommendation" in t.env


def advice(t, **values):
    return t.row("insurance.recommendation", agent_id=t.agent.id, **values)


def product(t, **values):
    found = t._product().id
    t.put(
        "product.template",
        found,
        **{
            "insurance_state": "approved",
            "insurance_review_due": day(100),
            "insurance_submitted_by_id": t.agent.id,
            **values,
        },
    )
    return found


@case("product_not_approved")
def not_approved(t):
    if not applicable(t):
        return
    sold = product(t, insurance_state="stopped")
    row = t.row(
        "insurance.recommendation.line",
        recommendation_id=advice(t, state="talk"),
        product_id=sold,
    )
    yield row
    t.put("product.template", sold, insurance_state="approved")


@case("product_review_late")
def review_late(t):
    if not applicable(t):
        return
    row = product(t, insurance_review_due=day(-1))
    yield row
    t.put("product.template", row, insurance_review_due=day(1))


@case("product_by_one")
def by_one(t):
    if not applicable(t):
        return
    row = product(t)
    review = t.row(
        "insurance.product.review",
        product_id=row,
        verdict="fit",
        reviewer_id=t.agent.id,
    )
    yield row
    t.put("insurance.product.review", review, reviewer_id=t.agent2.id)


@case("advice_without_assessment")
def without_assessment(t):
    if not applicable(t):
        return
    row = advice(t, state="talk", issued_on=moment(), personalised=True)
    yield row
    t.row(
        "insurance.assessment",
        kind="need",
        state="done",
        done_on=day(-1),
        valid_until=day(300),
    )


@case("advice_unlicensed")
def unlicensed(t):
    if not applicable(t):
        return
    row = advice(t, state="talk", issued_on=moment())
    yield row
    profile(t, licence_number="L-1", licence_until=day(10))


def profile(t, **values):
    return t.row("insurance.agent.profile", user_id=t.agent.id, active=True, **values)


@case("licence_expired")
def licence_expired(t):
    if not applicable(t):
        return
    row = profile(t, licence_until=day(-1))
    yield row
    t.put("insurance.agent.profile", row, licence_until=day(1))


@case("sale_unsigned")
def unsigned(t):
    if not applicable(t):
        return
    row = advice(t, state="confirmed")
    yield row
    t.row(
        "insurance.recommendation.evidence", recommendation_id=row, kind="confirmation"
    )


@case("sale_against_advice")
def against_advice(t):
    if not applicable(t):
        return
    sold = advice(t, state="sold")
    row = t.row(
        "insurance.recommendation.line",
        recommendation_id=sold,
        product_id=product(t),
        chosen=True,
        severity="stop",
    )
    yield row
    t.put("insurance.recommendation.line", row, insists=True)
    t.row(
        "insurance.recommendation.evidence", recommendation_id=sold, kind="insistence"
    )


def recording(t, **values):
    return t.row(
        "insurance.recording", recommendation_id=advice(t, state="sold"), **values
    )


@case("recording_missing")
def recording_missing(t):
    if not applicable(t):
        return
    row = recording(t, state="due")
    yield row
    t.put("insurance.recording", row, state="kept")


@case("recording_unrepaired")
def recording_unrepaired(t):
    if not applicable(t):
        return
    row = recording(t, state="faulty", fix_due=day(-1))
    yield row
    t.put("insurance.recording", row, state="passed")
