"""Many archives, people and grants, by SQL alone; and one person of each role.

Each agent looks after 333 clients, each account manager after 3,300, each team of 30
agents has 10,000 when there are a million.
"""

from typing import NamedTuple

from segment_data import vacuum

PARTNERS = """
    INSERT INTO res_partner (name, complete_name, active, type, is_company, lang,
                             phone, company_id, create_date, write_date)
    SELECT 'Client ' || n, 'Client ' || n, true, 'contact', false, 'en_US',
           '+86 138 ' || n, %(company)s, now(), now()
    FROM generate_series(1, %(archives)s) AS n
"""
PEOPLE = """
    WITH person AS (
        INSERT INTO res_partner (name, complete_name, active, type, is_company,
                                 lang, create_date, write_date)
        SELECT 'Agent ' || n, 'Agent ' || n, true, 'contact', false, 'en_US',
               now(), now()
        FROM generate_series(1, %(agents)s) AS n
        RETURNING id
    )
    INSERT INTO res_users (login, partner_id, company_id, active, share,
                           notification_type, create_date, write_date)
    SELECT 'bench agent ' || id, id, %(company)s, true, false, 'email', now(), now()
    FROM person
    RETURNING id
"""
ARCHIVES = """
    INSERT INTO insurance_archive (
        partner_id, company_id, agent_id, manager_id, team_id, client_kind, state,
        number, gender, birth_date, income_band, health_grade, key_client,
        lifecycle_stage, value_tier, create_date, write_date)
    SELECT partner.id, %(company)s,
           (%(agent_ids)s)[1 + n %% %(agents)s],
           (%(manager_ids)s)[1 + n %% %(managers)s],
           (%(team_ids)s)[1 + n %% %(teams)s],
           'individual',
           (ARRAY['collecting', 'entered', 'filed', 'filed'])[1 + (n * 7) %% 4],
           'B' || n, CASE WHEN n %% 2 = 0 THEN 'male' ELSE 'female' END,
           DATE '1950-01-01' + ((n * 7919) %% 20000)::integer,
           (1 + (n * 31) %% 6)::text,
           (ARRAY['a', 'b', 'c', 'd', NULL])[1 + (n * 13) %% 5],
           n %% 50 = 0,
           (ARRAY['new', 'growth', 'mature', 'decline'])[1 + (n * 3) %% 4],
           (ARRAY['high', 'medium', 'low'])[1 + (n * 5) %% 3],
           now(), now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner
          WHERE id > %(after)s ORDER BY id LIMIT %(archives)s) AS partner
"""
GRANTS = """
    INSERT INTO insurance_access_grant (
        user_id, level, scope, purpose_id, state, standing, uses_max, uses_done,
        date_from, date_to, slice_basic, slice_contact, slice_financial, slice_health,
        slice_claims, slice_documents, create_date, write_date)
    SELECT (%(agent_ids)s)[1 + n %% %(agents)s], 'agent',
           CASE WHEN n <= %(agents)s THEN 'portfolio' ELSE 'archives' END,
           %(purpose)s, 'active', n <= %(agents)s, 0, 0,
           now() - interval '10 days',
           -- one in three has expired
           now() + interval '1 day' * CASE WHEN n %% 3 = 0 THEN -1 ELSE 20 END,
           true, true, n %% 2 = 0, n %% 3 = 0, n %% 5 = 0, n %% 7 = 0, now(), now()
    FROM generate_series(1, %(grants)s) AS n
"""
LINES = """
    INSERT INTO insurance_access_grant_archive (grant_id, archive_id)
    SELECT access.id, %(first)s + ((access.id * 7919 + n * 104729) %% %(archives)s)::int
    FROM insurance_access_grant AS access, generate_series(1, 5) AS n
    WHERE access.scope = 'archives' AND access.id > %(after_grant)s
    ON CONFLICT DO NOTHING
"""
TABLES = (
    "insurance_archive",
    "insurance_access_grant",
    "insurance_access_grant_archive",
    "res_partner",
    "res_users",
    "crm_team",
)


ROLES = ("agent", "manager", "supervisor", "department")


class Scene(NamedTuple):
    people: dict
    #: {role: domain by which a superuser finds just the same archives}
    same: dict


def find(env):
    """Return what an earlier run has invented in this database, if anything."""
    users = {role: env["res.users"].search(_login(role), limit=1) for role in ROLES}
    return _scene(env, users) if all(users.values()) else None


def _login(role):
    return [("login", "=", f"bench {role}")]


def _scene(env, people):
    return Scene(people, {role: _same(env, role, people[role]) for role in people})


def _same(env, role, user):
    """Return the filter that somebody would set to see what the role opens."""
    from odoo.fields import Domain

    own = {
        "agent": Domain("agent_id", "=", user.id),
        "manager": Domain("manager_id", "=", user.id),
        "department": Domain.FALSE,
    }
    if role == "supervisor":
        team = env["crm.team"].search([("user_id", "=", user.id)])
        own[role] = Domain("team_id", "in", team.ids)
    grants = [
        ("user_id", "=", user.id),
        ("scope", "=", "archives"),
        ("state", "=", "active"),
        ("date_from", "<=", "now"),
        ("date_to", ">", "now"),
    ]
    lines = env["insurance.access.grant.archive"]
    lent = [("ended_on", "=", False), ("grant_id", "any", grants)]
    if not lines.search_count(lent, limit=1):
        return own[role]
    # a sub-select: neither a list of ids, which was found out before, nor a join more
    return own[role] | Domain("id", "in", lines._search(lent).subselect("archive_id"))


def invent(env, archives, agents, grants):
    """Fill the database; return a person of each role and what each may open."""
    values = {
        "archives": archives,
        "agents": agents,
        "grants": grants,
        "teams": max(1, agents // 30),
        "managers": max(1, agents // 10),
        "company": env.company.id,
        "purpose": env.ref("insurance_client_archive.purpose_claim").id,
        "after": _last(env, "res_partner"),
        "after_grant": _last(env, "insurance_access_grant"),
    }
    env.cr.execute(PARTNERS, values)
    env.cr.execute(PEOPLE, values)
    values["agent_ids"] = [row[0] for row in env.cr.fetchall()]
    teams = [{"name": f"Bench {number}"} for number in range(values["teams"])]
    values["team_ids"] = env["crm.team"].create(teams).ids
    people = {role: _person(env, role) for role in ROLES}
    values["agent_ids"][0] = people["agent"].id
    values["manager_ids"] = values["agent_ids"][-values["managers"] :]
    values["manager_ids"][0] = people["manager"].id
    team = env["crm.team"].browse(values["team_ids"][0])
    team.user_id = people["supervisor"]
    env.flush_all()
    for query in (ARCHIVES, GRANTS):
        env.cr.execute(query, values)
    env.cr.execute("SELECT min(id) FROM insurance_archive WHERE number LIKE 'B%'")
    values["first"] = env.cr.fetchone()[0]
    env.cr.execute(LINES, values)
    env.cr.commit()
    _grant_department(env, people["department"], values)
    _grant_standing(env, people)
    env.cr.commit()
    vacuum(env, TABLES)
    env.invalidate_all()
    return _scene(env, people)


def _last(env, table):
    env.cr.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")
    return env.cr.fetchone()[0]


def _person(env, role):
    groups = f"insurance_client_archive.group_{role}"
    return env["res.users"].create(
        {
            "name": f"Bench {role}",
            "login": f"bench {role}",
            "group_ids": [(6, 0, [env.ref("base.group_user").id, env.ref(groups).id])],
        }
    )


def _grant_department(env, user, values):
    """Give a department 20 grants of 50 archives each."""
    from odoo import fields

    now = fields.Datetime.now()
    archives = env["insurance.archive"]
    for number in range(20):
        first = values["first"] + number * max(1, values["archives"] // 20)
        some = archives.browse(range(first, first + 50)).exists()
        env["insurance.access.grant"]._issue(
            user,
            ["claims"],
            env["insurance.purpose"].browse(values["purpose"]),
            fields.Datetime.subtract(now, days=1),
            fields.Datetime.add(now, days=5),
            archives=some,
        )


def _grant_standing(env, people):
    """Give the others what their daily work needs."""
    from odoo import fields

    now = fields.Datetime.now()
    for role in ("agent", "manager", "supervisor"):
        env["insurance.access.grant"]._issue(
            people[role],
            ["contact", "financial", "health", "claims", "documents"],
            env.ref("insurance_client_archive.purpose_claim"),
            fields.Datetime.subtract(now, days=1),
            fields.Datetime.add(now, days=5),
            portfolio=True,
            standing=True,
        )
