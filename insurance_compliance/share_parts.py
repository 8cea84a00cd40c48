"""What a packet may be made of: named parts, each of one content slice."""

from typing import NamedTuple


class Part(NamedTuple):
    """Fields of the archive, or of the records of a model under it."""

    slice: str
    fields: tuple = ()
    #: opened by the packet alone, at the moment of a download
    sealed: tuple = ()
    model: str = ""


PARTS = {
    "identity": Part(
        "basic", ("name", "client_kind", "gender", "birth_date", "nationality_id")
    ),
    "id_number": Part("basic", ("id_type",), sealed=("id_number",)),
    "work": Part("basic", ("marital_status", "occupation_id", "employer")),
    "organisation": Part(
        "basic", ("credit_code", "industry_id", "established_on", "headcount")
    ),
    "persons": Part(
        "basic",
        ("name", "relation", "gender", "birth_date"),
        model="insurance.related.person",
    ),
    "policies": Part(
        "basic",
        ("number", "product_id", "state", "start_date", "end_date", "sum_insured"),
        model="insurance.policy",
    ),
    "insured": Part(
        "basic",
        ("policy_id.number", "name", "relation", "birth_date"),
        model="insurance.policy.insured",
    ),
    "beneficiaries": Part(
        "basic",
        ("policy_id.number", "name", "relation", "rank", "share"),
        model="insurance.policy.beneficiary",
    ),
    "phone": Part("contact", ("phone",)),
    "email": Part("contact", ("email",)),
    "address": Part(
        "contact", ("country_id", "state_id", "city", "street", "street2", "zip")
    ),
    "premiums": Part(
        "financial",
        ("number", "payment_mode", "premium", "annual_premium"),
        model="insurance.policy",
    ),
    "bands": Part("financial", ("income_band", "asset_band")),
    "income": Part("financial", sealed=("annual_income",)),
    "assets": Part("financial", sealed=("total_assets",)),
    "bank_account": Part("financial", sealed=("bank_account",)),
    "health_grade": Part("health", ("health_grade",)),
    "health_notice": Part("health", sealed=("health_notice",)),
    "claims": Part(
        "claims",
        (
            "number",
            "policy_id.number",
            "kind",
            "event_date",
            "state",
            "claimed_amount",
            "paid_amount",
        ),
        model="insurance.claim",
    ),
    "documents": Part(
        "documents",
        ("type_id", "document_date", "valid_until", "form", "pages", "reference"),
        model="insurance.document",
    ),
}
