"""The classification as one would write it by hand: the measure of the compiled one.

Everything is a constant here, for the scorecards that the product brings.
"""

FEATURES = """
INSERT INTO insurance_client_feature (
    archive_id, partner_id, company_id, as_of, client_kind, age, marital_status,
    income_band, asset_band, health_grade, occupation_class, key_client, intent_level,
    headcount, known_months, household_size, household_children, policies_issued,
    policies_in_force, policies_applied, policies_lapsed, policies_ended,
    policies_lost_24m, new_policies_12m, premium_in_force, premium_12m, sum_life,
    sum_health, sum_accident, sum_annuity, sum_property, sum_liability, lines_in_force,
    main_line, tenure_months, last_purchase_days, repurchases, renewals,
    renewal_due_days, claims_36m, claims_paid_36m, claims_refused_36m,
    last_contact_days, contacts_12m, satisfaction, complaints_12m)
SELECT a.id, a.partner_id, a.company_id, %(day)s, a.client_kind,
    CASE WHEN a.birth_date <= %(day)s
        THEN extract(year FROM age(%(day)s, a.birth_date))::int END,
    a.marital_status, a.income_band, a.asset_band, a.health_grade, o.risk_class,
    COALESCE(a.key_client, false), a.intent_level, NULLIF(a.headcount, 0),
    extract(year FROM age(%(day)s, a.create_date::date))::int * 12
        + extract(month FROM age(%(day)s, a.create_date::date))::int,
    CASE WHEN a.client_kind = 'individual' THEN 1 + COALESCE(h.n, 0) END,
    CASE WHEN a.client_kind = 'individual' THEN COALESCE(h.children, 0) END,
    COALESCE(p.issued, 0), COALESCE(p.live, 0), COALESCE(p.applied, 0),
    COALESCE(p.lapsed, 0), COALESCE(p.ended, 0), COALESCE(p.lost, 0),
    COALESCE(p.fresh, 0), COALESCE(p.premium, 0), COALESCE(p.premium_12m, 0),
    COALESCE(p.s1, 0), COALESCE(p.s2, 0), COALESCE(p.s3, 0), COALESCE(p.s4, 0),
    COALESCE(p.s5, 0), COALESCE(p.s6, 0), COALESCE(p.lines, 0), p.main_line,
    extract(year FROM age(%(day)s, p.first))::int * 12
        + extract(month FROM age(%(day)s, p.first))::int,
    %(day)s - p.last, GREATEST(p.bought - 1, 0), COALESCE(p.renewals, 0),
    p.due - %(day)s,
    COALESCE(c.n, 0), COALESCE(c.paid, 0), COALESCE(c.refused, 0),
    %(day)s - t.last::date, COALESCE(t.n, 0), round(v.score)::int, COALESCE(b.n, 0)
FROM insurance_archive a
LEFT JOIN insurance_occupation o ON o.id = a.occupation_id
LEFT JOIN (
    SELECT archive_id, count(*) n, count(*) FILTER (WHERE relation = 'child') children
    FROM insurance_related_person WHERE in_household GROUP BY 1
) h ON h.archive_id = a.id
LEFT JOIN (
    SELECT archive_id, count(*) FILTER (WHERE i) issued, count(*) FILTER (WHERE l) live,
        count(*) FILTER (WHERE state IN ('application', 'underwriting')) applied,
        count(*) FILTER (WHERE state = 'lapsed') lapsed,
        count(*) FILTER (
            WHERE state IN ('expired', 'matured', 'surrendered', 'terminated')) ended,
        count(*) FILTER (WHERE state IN ('lapsed', 'surrendered')
            AND state_date::date > %(m24)s AND state_date::date <= %(day)s) lost,
        count(*) FILTER (WHERE f AND previous_policy_id IS NULL) fresh,
        sum(annual_premium) FILTER (WHERE l AND state = 'active') premium,
        sum(annual_premium) FILTER (WHERE f) premium_12m,
        sum(sum_insured) FILTER (WHERE l AND line = 'life') s1,
        sum(sum_insured) FILTER (WHERE l AND line = 'health') s2,
        sum(sum_insured) FILTER (WHERE l AND line = 'accident') s3,
        sum(sum_insured) FILTER (WHERE l AND line = 'annuity') s4,
        sum(sum_insured) FILTER (WHERE l AND line = 'property') s5,
        sum(sum_insured) FILTER (WHERE l AND line = 'liability') s6,
        count(DISTINCT line) FILTER (WHERE l) lines,
        CASE GREATEST(
            count(*) FILTER (WHERE i AND line = 'life'),
            count(*) FILTER (WHERE i AND line = 'health'),
            count(*) FILTER (WHERE i AND line = 'accident'),
            count(*) FILTER (WHERE i AND line = 'annuity'),
            count(*) FILTER (WHERE i AND line = 'property'),
            count(*) FILTER (WHERE i AND line = 'liability'))
            WHEN 0 THEN NULL
            WHEN count(*) FILTER (WHERE i AND line = 'life') THEN 'life'
            WHEN count(*) FILTER (WHERE i AND line = 'health') THEN 'health'
            WHEN count(*) FILTER (WHERE i AND line = 'accident') THEN 'accident'
            WHEN count(*) FILTER (WHERE i AND line = 'annuity') THEN 'annuity'
            WHEN count(*) FILTER (WHERE i AND line = 'property') THEN 'property'
            ELSE 'liability' END main_line,
        min(start_date) FILTER (WHERE i) AS first,
        max(start_date) FILTER (WHERE i AND previous_policy_id IS NULL) AS last,
        count(*) FILTER (WHERE i AND previous_policy_id IS NULL) bought,
        count(*) FILTER (WHERE i AND previous_policy_id IS NOT NULL) renewals,
        min(renewal_date) FILTER (WHERE renewal_date >= %(day)s) due
    FROM (
        SELECT q.archive_id, q.state, q.state_date, q.annual_premium, q.sum_insured,
            q.start_date, q.renewal_date, q.previous_policy_id, k.line,
            q.state NOT IN ('application', 'underwriting', 'declined', 'withdrawn')
                AND q.start_date <= %(day)s AS i,
            q.state IN ('active', 'paid_up') AND q.start_date <= %(day)s
                AND (q.end_date IS NULL OR q.end_date >= %(day)s) AS l,
            q.state NOT IN ('application', 'underwriting', 'declined', 'withdrawn')
                AND q.start_date <= %(day)s AND q.start_date > %(m12)s AS f
        FROM insurance_policy q
        LEFT JOIN product_template d ON d.id = q.product_id
        LEFT JOIN insurance_product_category k ON k.id = d.insurance_category_id
    ) q GROUP BY 1
) p ON p.archive_id = a.id
LEFT JOIN (
    SELECT archive_id,
        count(*) FILTER (WHERE reported_date > %(m36)s AND state <> 'withdrawn') n,
        sum(paid_amount) FILTER (WHERE paid_on > %(m36)s AND paid_on <= %(day)s) paid,
        count(*) FILTER (WHERE reported_date > %(m36)s AND decision = 'refused') refused
    FROM insurance_claim WHERE reported_date <= %(day)s GROUP BY 1
) c ON c.archive_id = a.id
LEFT JOIN (
    SELECT archive_id, max(date) AS last,
        count(*) FILTER (WHERE date::date > %(m12)s) n
    FROM insurance_interaction
    WHERE outcome <> 'not_reached' AND date < %(day)s + 1 GROUP BY 1
) t ON t.archive_id = a.id
LEFT JOIN (
    SELECT DISTINCT ON (archive_id) archive_id, score FROM insurance_satisfaction
    WHERE state = 'answered' AND answered_on < %(day)s + 1
    ORDER BY archive_id, answered_on DESC, id DESC
) v ON v.archive_id = a.id
LEFT JOIN (
    SELECT archive_id, count(*) n FROM insurance_feedback
    WHERE kind = 'complaint' AND state <> 'withdrawn'
        AND received_on > %(m12)s AND received_on <= %(day)s GROUP BY 1
) b ON b.archive_id = a.id
WHERE a.state NOT IN ('restricted', 'destroyed')
"""

NEED = """(
    CASE WHEN client_kind <> 'individual' THEN 0 WHEN age < 18 THEN 10
        WHEN age < 30 THEN 15 WHEN age < 45 THEN 25 WHEN age < 60 THEN 20 ELSE 10 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN income_band = '2' THEN 10
        WHEN income_band IN ('3', '4') THEN 15 WHEN income_band = '5' THEN 10
        ELSE 5 END
    + CASE WHEN client_kind <> 'individual' THEN 0
        WHEN asset_band IN ('1', '2') THEN 15 WHEN asset_band = '3' THEN 10
        WHEN asset_band = '4' OR asset_band IS NULL THEN 5 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN health_grade = 'b' THEN 5
        WHEN health_grade = 'c' THEN 15 WHEN health_grade = 'd' THEN 20
        WHEN health_grade IS NULL THEN 5 ELSE 0 END
    + CASE WHEN claims_36m >= 3 THEN 15 WHEN claims_36m >= 1 THEN 10 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN household_children >= 2 THEN 15
        WHEN household_children >= 1 THEN 10 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0
        WHEN occupation_class IN ('3', '4') THEN 5
        WHEN occupation_class IN ('5', '6') THEN 10 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN sum_life < 1 THEN 15
        WHEN sum_life < 500000 THEN 10 WHEN sum_life < 2000000 THEN 5 ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN headcount >= 500 THEN 30
        WHEN headcount >= 100 THEN 25 WHEN headcount >= 10 THEN 20 ELSE 10 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN premium_in_force < 1 THEN 15
        WHEN premium_in_force < 50000 THEN 10 WHEN premium_in_force < 200000 THEN 5
        ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN sum_property < 1 THEN 15
        WHEN sum_property < 5000000 THEN 10 WHEN sum_property < 20000000 THEN 5
        ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN sum_liability < 1 THEN 15
        WHEN sum_liability < 2000000 THEN 10 WHEN sum_liability < 10000000 THEN 5
        ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN sum_accident < 1 THEN 10
        WHEN sum_accident < 5000000 THEN 5 ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN known_months < 12 THEN 5
        ELSE 0 END)"""
BEHAVIOUR = """(
    CASE WHEN new_policies_12m >= 2 THEN 25 WHEN new_policies_12m >= 1 THEN 15
        ELSE 0 END
    + CASE WHEN repurchases >= 3 THEN 20 WHEN repurchases >= 2 THEN 15
        WHEN repurchases >= 1 THEN 10 ELSE 0 END
    + CASE WHEN lines_in_force >= 3 THEN 15 WHEN lines_in_force >= 2 THEN 10
        WHEN lines_in_force >= 1 THEN 5 ELSE 0 END
    + CASE WHEN contacts_12m >= 8 THEN 15 WHEN contacts_12m >= 4 THEN 10
        WHEN contacts_12m >= 1 THEN 5 ELSE 0 END
    + CASE WHEN renewals >= 1 THEN 10 ELSE 0 END
    + CASE WHEN last_purchase_days < 365 THEN 15 WHEN last_purchase_days < 1095 THEN 8
        ELSE 0 END)"""
VALUE = """(
    CASE WHEN client_kind <> 'individual' OR premium_in_force < 1 THEN 0
        WHEN premium_in_force < 5000 THEN 10 WHEN premium_in_force < 20000 THEN 20
        WHEN premium_in_force < 100000 THEN 30 ELSE 40 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN premium_12m >= 50000 THEN 10
        WHEN premium_12m >= 1 THEN 5 ELSE 0 END
    + CASE WHEN tenure_months >= 60 THEN 15 WHEN tenure_months >= 36 THEN 10
        WHEN tenure_months >= 12 THEN 5 ELSE 0 END
    + CASE WHEN repurchases >= 2 THEN 10 WHEN repurchases >= 1 THEN 5 ELSE 0 END
    + CASE WHEN renewals >= 1 THEN 5 ELSE 0 END
    + CASE WHEN policies_lost_24m >= 1 THEN -10 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN income_band = '4' THEN 5
        WHEN income_band = '5' THEN 8 WHEN income_band = '6' THEN 10 ELSE 0 END
    + CASE WHEN client_kind <> 'individual' THEN 0 WHEN asset_band = '4' THEN 5
        WHEN asset_band = '5' THEN 8 WHEN asset_band = '6' THEN 10 ELSE 0 END
    + CASE intent_level WHEN 'medium' THEN 3 WHEN 'high' THEN 5 ELSE 0 END
    + CASE WHEN client_kind = 'individual' OR premium_in_force < 1 THEN 0
        WHEN premium_in_force < 20000 THEN 10 WHEN premium_in_force < 100000 THEN 20
        WHEN premium_in_force < 500000 THEN 30 ELSE 40 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN premium_12m >= 200000 THEN 10
        WHEN premium_12m >= 1 THEN 5 ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN headcount >= 300 THEN 15
        WHEN headcount >= 50 THEN 8 WHEN headcount >= 10 THEN 4 ELSE 0 END
    + CASE WHEN client_kind = 'individual' THEN 0 WHEN known_months >= 36 THEN 5
        ELSE 0 END)"""
TYPE = """CASE WHEN client_kind = 'enterprise' THEN 'enterprise'
    WHEN client_kind = 'group' THEN 'group' WHEN policies_issued < 1 THEN 'potential'
    WHEN asset_band IN ('5', '6') OR income_band = '6' OR premium_in_force >= 200000
        THEN 'high_net_worth'
    WHEN tenure_months >= 60 AND policies_in_force >= 1 THEN 'long_term'
    ELSE 'ordinary' END"""
STAGE = """CASE WHEN policies_issued < 1 THEN 'prospect'
    WHEN policies_in_force < 1 OR policies_lost_24m >= 2
        OR (policies_lapsed >= 1 AND new_policies_12m < 1) THEN 'declining'
    WHEN tenure_months < 12 THEN 'new' WHEN new_policies_12m >= 1 THEN 'growing'
    ELSE 'mature' END"""
MOOD = """CASE WHEN complaints_12m >= 1 OR satisfaction < 60 THEN 'dissatisfied'
    WHEN (policies_lost_24m >= 1 AND new_policies_12m >= 1)
        OR (intent_level = 'high' AND policies_applied >= 1) THEN 'changing' END"""
SCORED = f"""
    SELECT *, CASE WHEN need >= 75 THEN 'high' WHEN need >= 55 THEN 'medium'
            ELSE 'low' END AS need_class,
        CASE WHEN mood IS NOT NULL THEN mood WHEN habit >= 68 THEN 'frequent'
            WHEN habit >= 38 THEN 'steady' WHEN habit >= 13 THEN 'occasional'
            ELSE 'dormant' END AS habit_class,
        CASE WHEN worth >= 60 THEN 'high' WHEN worth >= 30 THEN 'medium'
            ELSE 'low' END AS worth_class,
        LEAST(CASE WHEN need < 55 THEN 55 - need ELSE need - 54 END,
              CASE WHEN need < 75 THEN 75 - need ELSE need - 74 END) AS need_gap,
        CASE WHEN mood IS NULL THEN
            LEAST(CASE WHEN habit < 13 THEN 13 - habit ELSE habit - 12 END,
                  CASE WHEN habit < 38 THEN 38 - habit ELSE habit - 37 END,
                  CASE WHEN habit < 68 THEN 68 - habit ELSE habit - 67 END)
            END AS habit_gap,
        LEAST(CASE WHEN worth < 30 THEN 30 - worth ELSE worth - 29 END,
              CASE WHEN worth < 60 THEN 60 - worth ELSE worth - 59 END) AS worth_gap
    FROM (
        SELECT feature.*, {TYPE} AS type_class, {STAGE} AS stage_class,
            {NEED} AS need, {BEHAVIOUR} AS habit, {MOOD} AS mood, {VALUE} AS worth
        FROM insurance_client_feature AS feature OFFSET 0
    ) AS scored
"""
CLASSES = f"""
WITH s AS MATERIALIZED ({SCORED}),
kept AS (
    INSERT INTO insurance_client_class (
        archive_id, partner_id, company_id, changed_on, client_type,
        client_type_points, client_type_card_id, lifecycle_stage,
        lifecycle_stage_points, lifecycle_stage_card_id, protection_need,
        protection_need_points, protection_need_gap, protection_need_card_id,
        behaviour, behaviour_points, behaviour_gap, behaviour_card_id, value_tier,
        value_tier_points, value_tier_gap, value_tier_card_id, closest_gap)
    SELECT archive_id, partner_id, company_id, %(day)s, type_class, 0, %(client_type)s,
        stage_class, 0, %(lifecycle_stage)s, need_class, need, need_gap,
        %(protection_need)s, habit_class, habit, habit_gap, %(behaviour)s, worth_class,
        worth, worth_gap, %(value_tier)s, LEAST(need_gap, habit_gap, worth_gap)
    FROM s
),
written AS (
    UPDATE insurance_archive AS a
    SET client_type = type_class, lifecycle_stage = stage_class,
        protection_need = need_class, behaviour = habit_class, value_tier = worth_class
    FROM s WHERE a.id = s.archive_id
)
INSERT INTO insurance_client_class_change (
    archive_id, partner_id, company_id, day, dimension, new_code, new_segment_id,
    points, scorecard_id, factors, reason)
SELECT s.archive_id, s.partner_id, s.company_id, %(day)s, 'client_type', type_class,
    g.id, 0, %(client_type)s, '{{}}'::jsonb, 'score'
FROM s LEFT JOIN insurance_client_segment g
    ON g.dimension = 'client_type' AND g.code = type_class
UNION ALL
SELECT s.archive_id, s.partner_id, s.company_id, %(day)s, 'lifecycle_stage',
    stage_class, g.id, 0, %(lifecycle_stage)s, '{{}}', 'score'
FROM s LEFT JOIN insurance_client_segment g
    ON g.dimension = 'lifecycle_stage' AND g.code = stage_class
UNION ALL
SELECT s.archive_id, s.partner_id, s.company_id, %(day)s, 'protection_need', need_class,
    g.id, need, %(protection_need)s, NEED_FACTORS, 'score'
FROM s LEFT JOIN insurance_client_segment g
    ON g.dimension = 'protection_need' AND g.code = need_class
UNION ALL
SELECT s.archive_id, s.partner_id, s.company_id, %(day)s, 'behaviour', habit_class,
    g.id, habit, %(behaviour)s, HABIT_FACTORS, 'score'
FROM s LEFT JOIN insurance_client_segment g
    ON g.dimension = 'behaviour' AND g.code = habit_class
UNION ALL
SELECT s.archive_id, s.partner_id, s.company_id, %(day)s, 'value_tier', worth_class,
    g.id, worth, %(value_tier)s, WORTH_FACTORS, 'score'
FROM s LEFT JOIN insurance_client_segment g
    ON g.dimension = 'value_tier' AND g.code = worth_class
"""
PREVIEW = f"""
SELECT a.value_tier, COALESCE(f.code, s.worth_class), count(*)
FROM insurance_archive a
LEFT JOIN (
    SELECT o.archive_id, g.code FROM insurance_client_class_override o
    JOIN insurance_client_segment g ON g.id = o.segment_id
    WHERE o.state = 'active' AND o.dimension = 'value_tier'
) f ON f.archive_id = a.id
JOIN (
    SELECT archive_id, CASE WHEN worth >= 60 THEN 'high' WHEN worth >= 30 THEN 'medium'
        ELSE 'low' END AS worth_class
    FROM (SELECT archive_id, {VALUE} AS worth FROM insurance_client_feature OFFSET 0) s
) s ON s.archive_id = a.id
WHERE a.state NOT IN ('restricted', 'destroyed') AND a.company_id = ANY(%(companies)s)
GROUP BY 1, 2
"""


def _factors(points):
    """Return the sum as a JSON object: a key and a CASE for each of its terms."""
    terms = points.strip()[1:-1].split("\n    + ")
    pairs = ", ".join(f"'{key}', {term}" for key, term in enumerate(terms, start=100))
    return f"jsonb_build_object({pairs})"


def classes():
    query = CLASSES
    for name, points in (("NEED", NEED), ("HABIT", BEHAVIOUR), ("WORTH", VALUE)):
        query = query.replace(f"{name}_FACTORS", _factors(points))
    return query
