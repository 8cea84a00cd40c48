"""What supervision asks, as one statement each, written by hand for these very data."""

from odoo.tools import SQL

DIMENSIONS = (
    "client_type",
    "lifecycle_stage",
    "protection_need",
    "behaviour",
    "value_tier",
)
AXES = ("attribute", "behaviour", "risk", "value", "psychology")
_COLUMNS = ", ".join(f"archive.{name}" for name in DIMENSIONS)
_SETS = ", ".join(f"(archive.company_id, archive.{name})" for name in DIMENSIONS)
_DIMENSION = " ".join(
    f"WHEN GROUPING(archive.{name}) = 0 THEN '{name}'" for name in DIMENSIONS
)


def medians(env):
    """Medians by grouping sets; the formulas of the groups are those of the house."""
    axes = env["insurance.portrait.factor"]._known()._axes_sql()
    return SQL(
        f"""
        INSERT INTO insurance_portrait_norm
            (company_id, day, dimension, code, client_count, {", ".join(AXES)})
        SELECT archive.company_id, CURRENT_DATE, CASE {_DIMENSION} ELSE 'all' END,
            COALESCE({_COLUMNS}, 'all'),
            GREATEST({", ".join(f"count(feature.{name})" for name in AXES)}),
            {
            ", ".join(
                f"CASE WHEN count(feature.{name}) >= %s THEN percentile_disc(0.5)"
                f" WITHIN GROUP (ORDER BY feature.{name}) END"
                for name in AXES
            )
        }
        FROM (SELECT archive_id, {
            ", ".join(f"%s AS {name}" for name in AXES)
        } FROM insurance_client_feature AS feature OFFSET 0) AS feature
        JOIN insurance_archive AS archive ON archive.id = feature.archive_id
        GROUP BY GROUPING SETS ((archive.company_id), {_SETS})
        HAVING (CASE WHEN GROUPING({_COLUMNS}) = 31 THEN TRUE
                ELSE COALESCE({_COLUMNS}) IS NOT NULL END)
            AND GREATEST({", ".join(f"count(feature.{name})" for name in AXES)}) >= %s
        """,
        *[_least(env)] * len(AXES),
        *[axes[name] for name in AXES],
        _least(env),
    )


def _least(env):
    return env["insurance.parameter"]._get("portrait_min_clients")


MEDIANS_FOUND = f"""
    SELECT dimension, code, client_count, {", ".join(AXES)}
    FROM insurance_portrait_norm ORDER BY company_id, dimension, code
"""

SIZES = """
    INSERT INTO insurance_client_class_size
        (month, dimension, segment_id, company_id, team_id, agent_id, client_count)
    SELECT %(month)s, g.dimension, g.id, a.company_id, a.team_id, a.agent_id, count(*)
    FROM insurance_archive a
    JOIN insurance_client_segment g
        ON (g.dimension, g.code) IN (
            ('client_type', a.client_type), ('lifecycle_stage', a.lifecycle_stage),
            ('protection_need', a.protection_need), ('behaviour', a.behaviour),
            ('value_tier', a.value_tier))
    WHERE a.state NOT IN ('restricted', 'destroyed')
    GROUP BY 2, 3, 4, 5, 6
"""
SIZES_FOUND = """
    SELECT month, dimension, segment_id, company_id, team_id, agent_id, client_count
    FROM insurance_client_class_size ORDER BY 1, 2, 3, 4, 5, 6
"""

_CLIENT_CHECKS = r"""
    ('missing', 'no_contact', 'phone', COALESCE(phone, '') = ''
        AND COALESCE(email, '') = '', NULL, NULL),
    ('missing', 'no_birth_date', 'birth_date', client_kind = 'individual'
        AND state <> 'collecting' AND birth_date IS NULL, NULL, NULL),
    ('missing', 'no_occupation', 'occupation_id', client_kind = 'individual'
        AND state <> 'collecting' AND occupation_id IS NULL, NULL, NULL),
    ('impossible', 'born_in_future', 'birth_date', birth_date > CURRENT_DATE,
        birth_date::text, NULL),
    ('impossible', 'too_old', 'birth_date',
        birth_date < CURRENT_DATE - interval '{oldest} years',
        birth_date::text, NULL),
    ('impossible', 'founded_in_future', 'established_on',
        established_on > CURRENT_DATE, established_on::text, NULL),
    ('unit', 'budget_in_wan', 'intent_budget', intent_budget > 0
        AND intent_budget < {budget}, intent_budget::text,
        (intent_budget * 10000)::text),
    ('unit', 'income_in_wan', 'annual_income', income_band = '{lowest}'
        AND premium_in_force >= {second}, NULL, NULL),
    ('unit', 'headcount_is_year', 'headcount', headcount BETWEEN 1900
        AND extract(year FROM CURRENT_DATE)
        AND headcount = extract(year FROM established_on), headcount::text, NULL),
    ('format', 'name_spaces', 'name', name IS DISTINCT FROM
        btrim(regexp_replace(name, '[\s\u3000]+', ' ', 'g'), ' '), name,
        btrim(regexp_replace(name, '[\s\u3000]+', ' ', 'g'), ' ')),
    ('format', 'mail_format', 'email', email <> ''
        AND email !~ '^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+$', email,
        lower(regexp_replace(email, '[\s\u3000]', '', 'g'))),
    ('format', 'phone_format', 'phone', phone <> '' AND phone_sanitized IS NULL,
        phone, NULL),
    ('format', 'zip_format', 'zip', zip <> '' AND country_id = {china}
        AND zip !~ '^[0-9]{{6}}$', zip, NULL)
"""
_POLICY_CHECKS = """
    ('impossible', 'policy_before_birth', 'start_date',
        c.client_kind = 'individual' AND q.start_date < c.birth_date,
        q.start_date::text, NULL),
    ('impossible', 'policy_dates', 'end_date', q.end_date < q.start_date,
        q.end_date::text, NULL),
    ('impossible', 'negative_premium', 'premium', q.premium < 0, q.premium::text, NULL),
    ('unit', 'sum_in_wan', 'sum_insured', q.sum_insured > 0
        AND q.sum_insured < {smallest}, q.sum_insured::text,
        (q.sum_insured * 10000)::text)
"""
_PAIRS = " UNION ALL ".join(
    f"""
    SELECT x.id, 'duplicate', '{kind}', 'insurance.archive', x.id, '{field}',
        NULL, NULL, min(y.id)
    FROM c x JOIN c y ON {same} AND y.company_id = x.company_id AND y.id <> x.id
    GROUP BY x.id
    """
    for kind, field, same in (
        ("same_name_birth", "name", "y.name = x.name AND y.birth_date = x.birth_date"),
        ("same_phone", "phone", "y.phone_sanitized = x.phone_sanitized"),
        ("same_mail", "email", "y.email_normalized = x.email_normalized"),
        (
            "same_credit_code",
            "credit_code",
            "x.credit_code <> '' AND y.credit_code = x.credit_code",
        ),
    )
)


def findings(env):
    """All findings by three passes: over clients, over policies, and pairs."""
    from odoo.addons.insurance_client_archive.models.insurance_archive_entry import (
        OLDEST_AGE,
    )

    get = env["insurance.parameter"]._get
    edges = env["insurance.band"]._edges("income")
    known = {
        "oldest": OLDEST_AGE + 1,
        "budget": get("cleaning_smallest_budget"),
        "smallest": get("cleaning_smallest_sum"),
        "lowest": edges[0][1],
        "second": edges[1][0],
        "china": env.ref("base.cn").id,
    }
    return f"""
    WITH c AS MATERIALIZED (
        SELECT a.id, a.partner_id, a.company_id, a.client_kind, a.state, a.birth_date,
            a.occupation_id, a.established_on, a.intent_budget, a.income_band,
            a.headcount, a.credit_code, f.premium_in_force, p.name, p.phone, p.email,
            p.phone_sanitized, p.email_normalized, p.zip, p.country_id
        FROM insurance_archive a JOIN res_partner p ON p.id = a.partner_id
        LEFT JOIN insurance_client_feature f ON f.archive_id = a.id
        WHERE a.state NOT IN ('restricted', 'destroyed')
    ),
    found AS (
        SELECT c.id, k.problem, k.kind, 'insurance.archive' AS model, c.id AS res_id,
            k.field, k.current, k.proposed, NULL::integer AS twin
        FROM c CROSS JOIN LATERAL (VALUES {_CLIENT_CHECKS.format(**known)})
            AS k (problem, kind, field, wrong, current, proposed)
        WHERE k.wrong
        UNION ALL
        SELECT c.id, k.problem, k.kind, 'insurance.policy', q.id, k.field, k.current,
            k.proposed, NULL
        FROM c JOIN insurance_policy q ON q.archive_id = c.id
        CROSS JOIN LATERAL (VALUES {_POLICY_CHECKS.format(**known)})
            AS k (problem, kind, field, wrong, current, proposed)
        WHERE k.wrong
        UNION ALL {_PAIRS}
        UNION ALL
        SELECT x.id, 'duplicate', 'same_id_number', 'insurance.archive', x.id,
            'id_number', NULL, NULL, min(other.archive_id)
        FROM c x
        JOIN insurance_vault_index own
            ON own.field = 'insurance.archive.id_number' AND own.res_id = x.id
        JOIN insurance_vault_index other ON other.field = own.field
            AND other.digest = own.digest AND other.res_id <> own.res_id
        GROUP BY x.id
        UNION ALL
        SELECT c.id, 'impossible', 'contact_in_future', 'insurance.interaction', t.id,
            'date', t.date::text, NULL, NULL
        FROM c JOIN insurance_interaction t ON t.archive_id = c.id
        WHERE t.date > now() AT TIME ZONE 'UTC' + interval '1 day'
    )
    INSERT INTO insurance_data_finding (
        archive_id, partner_id, company_id, problem, kind, res_model, res_id,
        field_name, current, proposed, twin_res_id, state, found_on, state_date)
    SELECT found.id, c.partner_id, c.company_id, problem, kind, model, res_id, field,
        current, proposed, twin, 'open', CURRENT_DATE, now()
    FROM found JOIN c ON c.id = found.id
    """


FINDINGS_FOUND = """
    SELECT kind, count(*), sum(archive_id), sum(res_id), sum(twin_res_id)
    FROM insurance_data_finding WHERE state = 'open' GROUP BY kind ORDER BY kind
"""

_STATUS = """
    SELECT a.id, a.team_id, a.next_review_date,
        (COALESCE(f.as_of, a.create_date::date) + make_interval(months =>
            CASE WHEN a.key_client OR a.value_tier = 'high' THEN %(key)s
            ELSE %(ordinary)s END))::date AS due
    FROM insurance_archive a
    LEFT JOIN insurance_client_feature f ON f.archive_id = a.id
    WHERE a.state NOT IN ('restricted', 'destroyed')
"""
SUPERVISION = f"""
    SELECT team_id, avg(CASE WHEN due >= %(day)s THEN 100.0 ELSE 0.0 END),
        avg(CASE WHEN next_review_date < %(day)s THEN 0.0 ELSE 100.0 END),
        avg(GREATEST(0, %(day)s - due, %(day)s - next_review_date)), count(*)
    FROM ({_STATUS}) s LEFT JOIN crm_team t ON t.id = s.team_id
    GROUP BY team_id, t.sequence, t.create_date, t.id
    ORDER BY t.sequence, t.create_date DESC, t.id DESC
"""
SUPERVISION_PAGE = f"""
    WITH page AS (
        SELECT id, due, GREATEST(0, %(day)s - due, %(day)s - next_review_date) AS late
        FROM ({_STATUS}) s ORDER BY late DESC, id LIMIT 80
    )
    SELECT id, due, late, (
        SELECT count(*) FROM insurance_data_finding
        WHERE archive_id = page.id AND state = 'open')
    FROM page ORDER BY late DESC, id
"""
