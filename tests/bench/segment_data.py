"""Invent clients with policies, claims and interactions, by SQL alone.

For each client two policies, half a claim and three interactions: a million clients
make 2 M policies, 0.5 M claims and 3 M interactions.
"""

PARTNERS = """
    INSERT INTO res_partner (name, complete_name, active, type, is_company, lang,
                             company_id, create_date, write_date)
    SELECT 'Client ' || n, 'Client ' || n, true, 'contact', n %% 10 = 0, 'en_US',
           %(company)s, now(), now()
    FROM generate_series(1, %(clients)s) AS n
    RETURNING id
"""
ARCHIVES = """
    INSERT INTO insurance_archive (
        partner_id, company_id, agent_id, client_kind, state, gender, birth_date,
        occupation_id, income_band, asset_band, health_grade, intent_level, key_client,
        headcount, create_date, write_date)
    SELECT partner.id, %(company)s, %(agent)s,
           CASE WHEN n %% 10 > 0 THEN 'individual'
                WHEN n %% 20 = 0 THEN 'group' ELSE 'enterprise' END,
           'entered', CASE WHEN n %% 2 = 0 THEN 'male' ELSE 'female' END,
           CASE WHEN n %% 10 > 0 THEN
               %(day)s - ((n * 7919) %% 26000)::integer - 3000 END,
           occupation.ids[1 + n %% array_length(occupation.ids, 1)],
           CASE WHEN n %% 5 > 0 THEN (1 + (n * 31) %% 6)::text END,
           CASE WHEN n %% 7 > 0 THEN (1 + (n * 17) %% 6)::text END,
           (ARRAY['a', 'b', 'c', 'd', NULL])[1 + (n * 13) %% 5],
           (ARRAY['none', 'low', 'medium', 'high', NULL])[1 + (n * 11) %% 5],
           n %% 50 = 0, CASE WHEN n %% 10 = 0 THEN (n %% 900)::integer END,
           %(day)s - ((n * 3) %% 3000)::integer, now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner
          WHERE id > %(after)s) AS partner,
         (SELECT array_agg(id) AS ids FROM insurance_occupation) AS occupation
"""
POLICIES = """
    INSERT INTO insurance_policy (
        archive_id, partner_id, company_id, number, product_id, agent_id, state,
        state_date, start_date, end_date, term_years, payment_years, payment_mode,
        premium, annual_premium, total_premium, sum_insured, renewable, renewal_date,
        create_date, write_date)
    SELECT archive.id, archive.partner_id, archive.company_id,
           'B' || %(after)s || '-' || n,
           product.ids[1 + (n * 7) %% array_length(product.ids, 1)], %(agent)s,
           invented.state, now() - interval '1 day' * (n %% 1500), start,
           start + 3650, 10, 10, 'yearly', premium, premium, premium * 10,
           premium * 100, n %% 4 = 0,
           CASE WHEN n %% 4 = 0 AND invented.state IN ('active', 'paid_up')
               THEN start + 3651 END,
           now(), now()
    FROM (
        SELECT n,
               first_id + ((n * 48271) %% %(clients)s)::integer AS archive_id,
               %(day)s - ((n * 104729) %% 4000)::integer AS start,
               ((n * 7907) %% 60000)::numeric AS premium,
               (ARRAY['active', 'active', 'active', 'active', 'active', 'paid_up',
                      'lapsed', 'surrendered', 'expired', 'application'])
                   [1 + (n * 37) %% 10] AS state
        FROM generate_series(1::bigint, %(clients)s * 2) AS n,
             (SELECT min(id) AS first_id FROM insurance_archive
              WHERE partner_id > %(after)s) AS range
    ) AS invented
    JOIN insurance_archive AS archive ON archive.id = invented.archive_id
    CROSS JOIN (SELECT array_agg(id) AS ids FROM product_template WHERE is_insurance)
        AS product
"""
CLAIMS = """
    INSERT INTO insurance_claim (
        archive_id, partner_id, company_id, policy_id, product_id, kind, state,
        event_date, reported_date, claimed_amount, approved_amount, paid_amount,
        paid_on, decision, decision_date, create_date, write_date)
    SELECT archive_id, partner_id, company_id, id, product_id, 'medical',
           CASE WHEN id %% 5 = 0 THEN 'refused' ELSE 'paid' END, event, event,
           5000, 4000,
           CASE WHEN id %% 5 = 0 THEN 0 ELSE 4000 END,
           CASE WHEN id %% 5 > 0 THEN event + 20 END,
           CASE WHEN id %% 5 = 0 THEN 'refused' ELSE 'accepted' END,
           event + 20, now(), now()
    FROM (SELECT policy.*, %(day)s - (id %% 1800)::integer - 30 AS event
          FROM insurance_policy AS policy
          WHERE partner_id > %(after)s AND state <> 'application') AS policy
    ORDER BY id %% 97, id LIMIT %(clients)s / 2
"""
INTERACTIONS = """
    INSERT INTO insurance_interaction (
        archive_id, partner_id, company_id, user_id, name, date, channel, direction,
        purpose, outcome, create_date, write_date)
    SELECT archive.id, archive.partner_id, archive.company_id, %(agent)s, 'Care',
           %(day)s::timestamp - interval '1 hour' * ((n * 7919) %% 20000), 'phone',
           'out', 'care',
           CASE WHEN n %% 6 = 0 THEN 'not_reached' ELSE 'reached' END, now(), now()
    FROM (
        SELECT n, first_id + ((n * 69621) %% %(clients)s)::integer AS archive_id
        FROM generate_series(1::bigint, %(clients)s * 3) AS n,
             (SELECT min(id) AS first_id FROM insurance_archive
              WHERE partner_id > %(after)s) AS range
    ) AS invented
    JOIN insurance_archive AS archive ON archive.id = invented.archive_id
"""
TABLES = (
    "insurance_archive",
    "insurance_policy",
    "insurance_claim",
    "insurance_interaction",
    "res_partner",
)


def invent(env, clients, day, talks=True):
    """Add so many clients; return the range of their archives' ids.

    :param talks: False: none, where nothing is measured that looks at them
    """
    env.cr.execute("SELECT max(id) FROM res_partner")
    values = {
        "clients": clients,
        "day": day,
        "after": env.cr.fetchone()[0],
        "company": env.company.id,
        "agent": env.ref("insurance_client_archive.group_agent").all_user_ids[:1].id,
    }
    # a crash costs nothing but the benchmark
    env.cr.execute("SET synchronous_commit = off")
    for query in (PARTNERS, ARCHIVES, POLICIES, CLAIMS, *[INTERACTIONS] * talks):
        env.cr.execute(query, values)
    env.cr.commit()
    vacuum(env, TABLES)
    env.cr.execute(
        "SELECT min(id), max(id) FROM insurance_archive WHERE partner_id > %(after)s",
        values,
    )
    return env.cr.fetchone()


def vacuum(env, tables):
    """Do what the server does sooner or later, so that nobody meets it in between."""
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in tables:
        env.cr.execute(f"VACUUM ANALYZE {table}")
    env.cr._cnx.autocommit = False
