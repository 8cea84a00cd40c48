from odoo import fields, models
from odoo.tools import SQL


class InsuranceProductFinding(models.Model):
    """What is wrong with product data today: duplicates, gaps, what has grown old."""

    _name = "insurance.product.finding"
    _description = "Product data to check"
    _auto = False
    _order = "kind, product_id"
    _rec_name = "product_id"
    # what must be written before the query looks
    _depends = {
        "product.template": [
            "active",
            "company_id",
            "insurance_filing_number",
            "insurance_max_age",
            "insurance_min_age",
            "insurance_on_sale_to",
            "insurance_payment_years",
            "insurance_review_due",
            "insurance_state",
            "insurance_term_years",
            "is_insurance",
            "name",
        ],
        "insurance.diligence": ["archive_id", "date", "kind", "void_reason"],
        "insurance.product.fact": ["collected_on", "product_id"],
        "insurance.product.premium": [
            "age_from",
            "age_to",
            "payment_years",
            "product_id",
            "term_years",
            "valid_from",
        ],
    }

    product_id = fields.Many2one("product.template", readonly=True)
    other_id = fields.Many2one(
        "product.template",
        string="Double of",
        readonly=True,
        help="The product that it may be a double of.",
    )
    kind = fields.Selection(
        [
            ("same_name", "Same name"),
            ("same_filing", "Same filing number"),
            ("overdue", "Review overdue"),
            ("ended", "Sale has ended"),
            ("old_source", "Sources are old"),
            ("no_source", "No source"),
            ("no_rates", "No premium rates"),
            ("rate_gap", "Ages without a rate"),
            ("no_analyses", "Too few analyses"),
        ],
        readonly=True,
    )
    state = fields.Selection(related="product_id.insurance_state")
    date = fields.Date(string="Since", readonly=True)

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]._get
        return SQL(
            """
            WITH product AS (
                SELECT *, upper(regexp_replace(name->>'en_US', '[^[:alnum:]]', '', 'g'))
                       AS plain
                  FROM product_template
                 WHERE is_insurance AND active
                   AND insurance_state NOT IN ('stopped', 'withdrawn')
            ), finding AS (%(double)s UNION ALL %(old)s UNION ALL %(gap)s)
            SELECT row_number() OVER (ORDER BY kind, product_id, other_id) AS id,
                   product_id, other_id, kind, date
              FROM finding
            """,
            double=self._doubles(),
            old=self._outdated(parameter("product_source_months")),
            gap=self._gaps(
                parameter("analyses_information"),
                parameter("analyses_product"),
                parameter("diligence_valid_months"),
            ),
        )

    def _doubles(self):
        return SQL(
            """
            SELECT p.id AS product_id, o.id AS other_id, 'same_name' AS kind,
                   NULL::date AS date
              FROM product p
              JOIN product o ON o.plain = p.plain AND o.id != p.id
               AND p.company_id IS NOT DISTINCT FROM o.company_id
            UNION ALL
            SELECT p.id, o.id, 'same_filing', NULL
              FROM product p
              JOIN product o ON o.insurance_filing_number = p.insurance_filing_number
               AND o.id != p.id
            """
        )

    def _outdated(self, source_months):
        return SQL(
            """
            SELECT p.id, NULL::integer, 'overdue', p.insurance_review_due
              FROM product p
             WHERE p.insurance_state = 'approved'
               AND p.insurance_review_due < CURRENT_DATE
            UNION ALL
            SELECT p.id, NULL, 'ended', p.insurance_on_sale_to
              FROM product p
             WHERE p.insurance_state = 'approved'
               AND p.insurance_on_sale_to < CURRENT_DATE
            UNION ALL
            SELECT p.id, NULL, 'old_source', source.latest
              FROM product p
              JOIN (SELECT product_id, max(collected_on) AS latest
                      FROM insurance_product_fact GROUP BY product_id) source
                ON source.product_id = p.id
             WHERE source.latest < CURRENT_DATE - make_interval(months => %s)
            """,
            source_months,
        )

    def _gaps(self, information, analyses, months):
        return SQL(
            """
            SELECT p.id, NULL::integer, 'no_source', NULL::date
              FROM product p
             WHERE NOT EXISTS (SELECT FROM insurance_product_fact f
                                WHERE f.product_id = p.id)
            UNION ALL
            SELECT p.id, NULL, 'no_rates', NULL
              FROM product p
             WHERE NOT EXISTS (SELECT FROM insurance_product_premium r
                                WHERE r.product_id = p.id)
            UNION ALL
            SELECT p.id, NULL, 'rate_gap', NULL
              FROM product p
             WHERE EXISTS (SELECT FROM insurance_product_premium r
                            WHERE r.product_id = p.id)
               AND EXISTS (
                    SELECT FROM generate_series(
                               p.insurance_min_age, p.insurance_max_age) age
                     WHERE NOT EXISTS (
                            SELECT FROM insurance_product_premium r
                             WHERE r.product_id = p.id
                               AND r.term_years = p.insurance_term_years
                               AND r.payment_years = p.insurance_payment_years
                               AND r.valid_from <= CURRENT_DATE
                               AND age BETWEEN r.age_from AND r.age_to))
            UNION ALL
            SELECT p.id, NULL, 'no_analyses', NULL
              FROM product p
              LEFT JOIN (SELECT product_id,
                                count(*) FILTER (WHERE kind = 'information') AS read,
                                count(*) FILTER (WHERE kind = 'product') AS judged
                           FROM insurance_diligence
                          WHERE void_reason IS NULL AND archive_id IS NULL
                            AND date >= CURRENT_DATE - make_interval(months => %s)
                          GROUP BY product_id) d ON d.product_id = p.id
             WHERE p.insurance_state = 'approved'
               AND (coalesce(d.read, 0) < %s OR coalesce(d.judged, 0) < %s)
            """,
            months,
            information,
            analyses,
        )
