"""Which slice each field and each record under an archive belongs to.

The one table that enforcement reads. A test holds it against the registry: each model
under an archive and each field of the archive must be mapped. What is not mapped
belongs to all sensitive slices at once, so that nothing but the widest grant opens it.

Premiums, sums insured and the client's budget are basic: without them no policy can be
served. *Finances* are what the client has told about the own means.
"""

from .access_slice import (
    BASIC,
    CLAIMS,
    CONTACT,
    DOCUMENTS,
    FINANCIAL,
    HEALTH,
    SENSITIVE,
    SLICES,
)

ARCHIVE = "insurance.archive"
#: what scorecards look at: an explanation says it all at once
SCORED = frozenset({FINANCIAL, HEALTH, CLAIMS})

#: {slice: models whose records are seen with that slice}
MODELS = {
    BASIC: {
        ARCHIVE,
        "insurance.archive.block",
        "insurance.change",  # and that of the field, see insurance_sliced_row.py
        "insurance.churn.alert",
        "insurance.churn.effect",
        "insurance.churn.reason",
        "insurance.client.class",
        "insurance.client.class.change",
        "insurance.client.class.override",
        "insurance.client.feature",
        "insurance.client.request",
        "insurance.consent",
        "insurance.consent.evidence",
        "insurance.data.finding",  # and that of the field, as in the history
        "insurance.feedback",
        "insurance.feedback.measure",
        "insurance.incentive",
        "insurance.inspection",
        "insurance.interaction",
        "insurance.policy",
        "insurance.policy.beneficiary",
        "insurance.policy.insured",
        "insurance.refresh.status",
        "insurance.related.person",
        "insurance.satisfaction",
        "insurance.second.check",  # and that of the field, as in the history
        "insurance.service.effect",
        "insurance.service.item",
        "insurance.share",
        "insurance.wording.hit",
    },
    CLAIMS: {"insurance.claim", "insurance.claim.paper"},
    DOCUMENTS: {"insurance.document"},
}
#: {model: {field: slices that one needs beside that of the record}}
FIELDS = {
    ARCHIVE: {
        **dict.fromkeys(
            (
                "phone",
                "email",
                "street",
                "street2",
                "zip",
                "city",
                "state_id",
                "country_id",
            ),
            {CONTACT},
        ),
        **dict.fromkeys(
            (
                "income_band",
                "asset_band",
                "annual_income",
                "total_assets",
                "bank_account",
            ),
            {FINANCIAL},
        ),
        "health_grade": {HEALTH},
        "health_notice": {HEALTH},
        "class_explanation": SCORED,
    },
    "insurance.client.class.change": {"factors": SCORED, "factor_text": SCORED},
    "insurance.client.feature": {
        "income_band": {FINANCIAL},
        "asset_band": {FINANCIAL},
        "health_grade": {HEALTH},
        "claims_36m": {CLAIMS},
        "claims_paid_36m": {CLAIMS},
        "claims_refused_36m": {CLAIMS},
    },
    "insurance.consent.evidence": {"signature": {DOCUMENTS}},
    "insurance.interaction": {"phone": {CONTACT}},
    "insurance.related.person": {"phone": {CONTACT}},
}
#: sealed fields that are no more than the record itself; all others must be in FIELDS
SEALED = {ARCHIVE: {"id_number"}}
#: fields of the archive that show records of a model with a slice of its own: its
#: rules close them
BY_RECORD = frozenset({"claim_ids", "claim_count", "claim_open_count", "document_ids"})
#: fields that say what is open, or nothing of the client
NO_CONTENT = frozenset(
    {
        "accessible",
        "editable",
        "uuid",
        "id",
        "display_name",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
        *(f"{name}_open" for name in SLICES),
    }
)
#: what the history keeps of the contact
CONTACT_HISTORY = {"res.partner": FIELDS[ARCHIVE]}
_BY_MODEL = {model: name for name, models in MODELS.items() for model in models}


def slices_of_model(model_name):
    """Return the slices that one needs to see the records of a model."""
    name = _BY_MODEL.get(model_name)
    return frozenset({BASIC, name} if name else {BASIC, *SENSITIVE})


def slices_of_field(model_name, field_name, sealed=False):
    """Return the slices that one needs to read a field of records one may see."""
    mapped = FIELDS.get(model_name, {}).get(field_name)
    if mapped is not None:
        return frozenset(mapped)
    if sealed and field_name not in SEALED.get(model_name, ()):
        return frozenset(SENSITIVE)
    return slices_of_model(model_name)
