"""Signs of leaving in one statement, as a person would write it for these very signs.

All constants, the shipped signs and thresholds, no ranges: warnings and reasons of
everybody. It knows the stored figures, as ours does, and reads each table once.
"""

SIGNS = """
    SELECT client.id AS archive_id, client.partner_id, client.company_id,
           client.agent_id, sign.code, sign.value::numeric AS value, sign.points
    FROM insurance_archive client
    LEFT JOIN insurance_client_feature f ON f.archive_id = client.id
    LEFT JOIN (
        SELECT archive_id, count(*) n FROM insurance_feedback
        WHERE kind = 'complaint' AND state <> 'withdrawn'
            AND received_on > CURRENT_DATE - 365 GROUP BY 1
    ) c ON c.archive_id = client.id
    LEFT JOIN (
        SELECT archive_id,
            count(*) FILTER (WHERE state IN ('lapsed', 'surrendered', 'terminated')
                AND state_date > CURRENT_DATE - 365) lost,
            count(*) FILTER (WHERE renewal_date
                BETWEEN CURRENT_DATE AND CURRENT_DATE + 30) due
        FROM insurance_policy
        WHERE state IN ('lapsed', 'surrendered', 'terminated')
            OR renewal_date BETWEEN CURRENT_DATE AND CURRENT_DATE + 30
        GROUP BY 1
    ) p ON p.archive_id = client.id
    LEFT JOIN (
        SELECT archive_id, count(*) n FROM insurance_claim
        WHERE decision = 'refused' AND decision_date > CURRENT_DATE - 365 GROUP BY 1
    ) r ON r.archive_id = client.id
    LEFT JOIN (
        SELECT archive_id, count(*) n FROM insurance_service_item
        WHERE state = 'planned' AND due_date < CURRENT_DATE GROUP BY 1
    ) s ON s.archive_id = client.id
    CROSS JOIN LATERAL (VALUES
        ('low_satisfaction', CASE WHEN client.satisfaction_date IS NOT NULL
            THEN client.satisfaction_score END, 30),
        ('complaints', c.n, 25),
        ('silent_days', CURRENT_DATE
            - COALESCE(client.last_contact_date, client.create_date)::date, 20),
        ('lost_policies', p.lost, 35),
        ('renewal_open', p.due, 15),
        ('no_purchase_months', CASE WHEN f.policies_in_force > 0 THEN
            12 * extract(year FROM age(f.as_of - f.last_purchase_days))
            + extract(month FROM age(f.as_of - f.last_purchase_days)) END, 10),
        ('refused_claims', r.n, 20),
        ('late_services', s.n, 15)
    ) AS sign (code, value, points)
    WHERE client.state IN ('entered', 'filed') AND CASE sign.code
        WHEN 'low_satisfaction' THEN value <= 60
        WHEN 'silent_days' THEN value >= 180
        WHEN 'no_purchase_months' THEN value >= 36
        WHEN 'late_services' THEN value >= 2 ELSE value >= 1 END
"""
WARNINGS = f"""
WITH found AS MATERIALIZED ({SIGNS}),
raised AS (
    INSERT INTO insurance_churn_alert (
        archive_id, partner_id, company_id, user_id, date, score, state, state_date,
        create_date, write_date)
    SELECT archive_id, partner_id, company_id, agent_id, CURRENT_DATE, sum(points),
        'new', now(), now(), now()
    FROM found GROUP BY 1, 2, 3, 4 HAVING sum(points) >= 50
    RETURNING id, archive_id, partner_id, company_id
)
INSERT INTO insurance_churn_reason (
    alert_id, archive_id, partner_id, company_id, indicator_id, value, points,
    create_date, write_date)
SELECT raised.id, raised.archive_id, raised.partner_id, raised.company_id, i.id,
    found.value, found.points, now(), now()
FROM raised JOIN found ON found.archive_id = raised.archive_id
JOIN insurance_churn_indicator i ON i.measure = found.code AND i.active
"""
