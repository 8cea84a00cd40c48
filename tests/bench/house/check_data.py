"""What the automatic checks look at, for archives of ``access_data``, by SQL alone.

For each archive a policy, a paper, a talk, a consent with its evidence, a key with two
sealed values, a retention date, a class and a record in the use log. One in a thousand
breaks this or that demand.
"""

from segment_data import vacuum

#: archives that have none of it yet
BARE = (
    "archive.number LIKE 'B%%' AND archive.id > %(after)s AND archive.id <= %(until)s"
)
FILL = (
    f"""
    INSERT INTO insurance_policy (archive_id, partner_id, company_id, product_id,
                                  payment_mode, state, number, start_date, end_date,
                                  premium, sum_insured)
    SELECT id, partner_id, company_id, %(product)s, 'yearly',
           CASE WHEN id %% 3 = 0 THEN 'expired' ELSE 'active' END, 'C' || id,
           current_date - (id %% 3000)::integer - 400,
           CASE WHEN id %% 1000 = 3 OR id %% 3 = 0 THEN current_date - 30
                ELSE current_date + 900 END, 100, 10000
      FROM insurance_archive archive WHERE {BARE}
    """,
    f"""
    INSERT INTO insurance_document (archive_id, partner_id, company_id, type_id, form,
                                    received_on, valid_until)
    SELECT id, partner_id, company_id, %(paper)s, 'copy', current_date - 100,
           current_date + CASE WHEN id %% 1000 = 5 THEN -3 ELSE 500 END
      FROM insurance_archive archive WHERE {BARE}
    """,
    f"""
    INSERT INTO insurance_interaction (archive_id, partner_id, company_id, user_id,
                                       name, channel, direction, purpose, outcome,
                                       date, client_words, our_words)
    SELECT id, partner_id, company_id, agent_id, 'Talk ' || id, 'phone', 'out', 'care',
           'reached', now() - interval '1 day' * (id %% 900),
           'The client has asked about the premium of policy C' || id,
           'We have explained when the next premium is due, and what happens then.'
      FROM insurance_archive archive WHERE {BARE}
    """,
    f"""
    WITH proof AS (
        INSERT INTO insurance_consent_evidence (archive_id, partner_id, company_id,
                                                evidence, reference, given_by, text_id,
                                                uuid, user_id, taken_on)
        SELECT id, partner_id, company_id, 'recording', 'R-' || id, 'client', %(text)s,
               gen_random_uuid()::text, 1, now()
          FROM insurance_archive archive
         WHERE {BARE} AND state <> 'collecting' AND id %% 1000 <> 7
        RETURNING id, archive_id, partner_id, company_id
    )
    INSERT INTO insurance_consent (archive_id, partner_id, company_id, processing_id,
                                   basis, kind, evidence_id, notice_id, state,
                                   decided_on, given_on, evidence_hash)
    SELECT archive_id, partner_id, company_id, purpose.id, purpose.basis, purpose.kind,
           proof.id, %(notice)s, 'given', now(), now(), md5(proof.id::text)
      FROM proof, insurance_processing purpose
     WHERE purpose.code IN ('service', 'profiling')
    """,
    f"""
    INSERT INTO insurance_vault_key (archive_id, generation, kek_version, wrapped,
                                     state)
    SELECT id, 1, %(version)s, decode(repeat(md5(id::text), 4), 'hex'), 'live'
      FROM insurance_archive archive WHERE {BARE}
    """,
    f"""
    INSERT INTO insurance_vault_value (archive_id, slot, generation, sealed)
    SELECT id, slot, CASE WHEN id %% 1000 = 9 THEN 2 ELSE 1 END,
           decode(repeat(md5(id::text), 4), 'hex')
      FROM insurance_archive archive, unnest(ARRAY['id_number', 'annual_income']) slot
     WHERE {BARE}
    """,
    f"""
    INSERT INTO insurance_vault_index (archive_id, res_id, field, digest, version)
    SELECT id, id, 'insurance.archive.id_number', decode(md5(id::text), 'hex'), 1
      FROM insurance_archive archive WHERE {BARE}
    """,
    f"""
    INSERT INTO insurance_retention (archive_id, status, until, held)
    SELECT id, 'dated', current_date
               + CASE WHEN id %% 1000 = 11 THEN -900 ELSE 900 END, false
      FROM insurance_archive archive WHERE {BARE}
        ON CONFLICT (archive_id) DO NOTHING
    """,
    f"""
    INSERT INTO insurance_client_class (archive_id, partner_id, company_id, client_type)
    SELECT id, partner_id, company_id, 'ordinary'
      FROM insurance_archive archive WHERE {BARE} AND state <> 'collecting'
    """,
    f"""
    INSERT INTO insurance_use_log (writer, n, date, user_id, company_id, tier, channel,
                                   action, result, archive_id, purpose, grant_id, mac)
    SELECT 7, id, now() AT TIME ZONE 'UTC' - interval '1 second' * (id %% 80000),
           agent_id, company_id, 'agent', 'web',
           CASE WHEN id %% 10 = 0 THEN 'reveal' ELSE 'view' END, 'done', id,
           CASE WHEN id %% 1000 = 0 THEN NULL ELSE 'claim' END, 0, '\\x00'
      FROM insurance_archive archive WHERE {BARE}
    """,
)
TABLES = (
    "insurance_policy",
    "insurance_document",
    "insurance_interaction",
    "insurance_consent_evidence",
    "insurance_consent",
    "insurance_vault_key",
    "insurance_vault_value",
    "insurance_vault_index",
    "insurance_retention",
    "insurance_client_class",
    "insurance_use_log",
)


def fill(env):
    """Fill what an earlier run has not filled yet."""
    cr = env.cr
    notice = env.ref("insurance_compliance.notice_clients_1")
    text = notice._text("en_US")
    product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
    if not product:
        category = env.ref("insurance_client_archive.product_category_term_life")
        product = product.create(
            {
                "name": "Bench",
                "is_insurance": True,
                "insurance_category_id": category.id,
            }
        )
    env.flush_all()
    cr.execute(
        "SELECT coalesce(max(archive.id), 0) FROM insurance_archive archive"
        " JOIN insurance_vault_key kept ON kept.archive_id = archive.id"
        " WHERE archive.number LIKE 'B%'"
    )
    after = cr.fetchone()[0]
    cr.execute("SELECT max(id) FROM insurance_archive")
    values = {
        "after": after,
        "until": cr.fetchone()[0],
        "product": product.id,
        "paper": env["insurance.document.type"].search([], limit=1).id,
        "text": text.id,
        "notice": notice.id,
        "version": 1,
    }
    if values["until"] <= after:
        return
    for query in FILL:
        cr.execute(query, values)
        cr.commit()
    vacuum(env, TABLES)
