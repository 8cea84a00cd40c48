from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.insurance_client_archive.tests import common

MODULE = "insurance_product_match"
CHECKED = {
    "covers_checked": True,
    "premiums_checked": True,
    "conditions_checked": True,
    "exclusions_checked": True,
    "grade_checked": True,
    "wording_checked": True,
}


class MatchCase(common.ArchiveCase):
    """An editor who enters products and a specialist who approves them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._product_user("editor")
        cls.specialist = cls._product_user("specialist")
        cls.category = cls.env.ref(
            "insurance_client_archive.product_category_critical_illness"
        )
        cls.kind = cls.env.ref(f"{MODULE}.cover_kind_critical_illness")

    @classmethod
    def _product_user(cls, role):
        return new_test_user(
            cls.env, f"test product {role}", f"{MODULE}.group_product_{role}"
        )

    @classmethod
    def _product(cls, **values):
        """Return a draft with all that a specialist asks for."""
        return (
            cls.env["product.template"]
            .with_user(cls.editor)
            .create(
                {
                    "name": f"Test product {next(cls.numbers)}",
                    "type": "service",
                    "is_insurance": True,
                    "insurance_category_id": cls.category.id,
                    "insurance_grade": "p2",
                    "insurance_grade_scheme_id": cls.env.ref(
                        f"{MODULE}.grade_scheme_life"
                    ).id,
                    "insurance_filing_number": f"F-{next(cls.numbers)}",
                    "insurance_on_sale_from": fields.Date.subtract(
                        fields.Date.today(), years=1
                    ),
                    "insurance_min_age": 18,
                    "insurance_max_age": 60,
                    "insurance_sum_min": 100_000,
                    "insurance_sum_max": 1_000_000,
                    "insurance_sum_step": 50_000,
                    "insurance_term_years": 20,
                    "insurance_payment_years": 20,
                    "insurance_cooling_off_days": 20,
                    "insurance_suitable_persons": "Earners",
                    "insurance_exclusions": "War",
                    "insurance_claim_flow": "Call us",
                    "insurance_cautions": "Read the terms",
                    "insurance_surrender_text": "Early surrender loses most of it",
                    "insurance_mode_ids": [
                        Command.create({"mode": mode, "factor": factor})
                        for mode, factor in (("yearly", 1), ("monthly", 0.09))
                    ],
                    "insurance_cover_ids": [
                        Command.create({"cover_kind_id": cls.kind.id})
                    ],
                    "insurance_premium_ids": cls._rates((18, 60, 10.0)),
                    "insurance_fact_ids": [
                        Command.create(
                            {"topic": topic, "text": "As filed", "reference": "Page 1"}
                        )
                        for topic in ("cover", "premium", "exclusions")
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _rates(cls, *rows, **values):
        """Return commands for rows of (age from, age to, rate[, gender])."""
        return [
            Command.create(
                {
                    "age_from": age_from,
                    "age_to": age_to,
                    "rate": rate,
                    "gender": gender[0] if gender else "any",
                    "term_years": 20,
                    "payment_years": 20,
                    "valid_from": "2020-01-01",
                    **values,
                }
            )
            for age_from, age_to, rate, *gender in rows
        ]

    @classmethod
    def _review(cls, product, verdict="fit", **values):
        return (
            cls.env["insurance.product.review"]
            .with_user(cls.specialist)
            .create(
                {
                    "product_id": product.id,
                    "verdict": verdict,
                    **(CHECKED if verdict == "fit" else {"findings": "Not right"}),
                    **values,
                }
            )
        )

    @classmethod
    def _approve(cls, products):
        products.with_user(cls.editor).action_insurance_submit()
        for product in products:
            cls._review(product)
        return products

    @classmethod
    def _sellable_product(cls, **values):
        return cls._approve(cls._product(**values))
