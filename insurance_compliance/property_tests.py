"""The tests of the four properties of an archive (四性检测), a set of archives at once.

A test is a function of (env, condition) that returns SQL: one row (archive_id) for
each thing that breaks it. ``condition`` takes a column with the archive and says which
ones. Tests that have to look into texts or files are in ``property_content.py``.
"""

from typing import NamedTuple

from odoo.tools import SQL

PROPERTIES = [
    ("authenticity", "Authentic"),
    ("integrity", "Complete"),
    ("usability", "Usable"),
    ("security", "Safe"),
]


class Test(NamedTuple):
    """What a test is about, and how it finds what breaks it."""

    area: str
    find: object


#: {code: Test}; the labels are in ``insurance.property.finding``
TESTS = {}
#: records that carry the client and the company of their archive
LINKED = ("insurance.policy", "insurance.claim", "insurance.document")
#: an ending that runs on a computer, also behind another one
UNSAFE_NAME = (
    r"\.(exe|com|scr|pif|bat|cmd|vbs|vbe|js|jse|wsf|hta|jar|msi|ps1|lnk|html?|svg)$"
    r"|\.(pdf|jpe?g|png|xml|docx?|xlsx?)\.[a-z0-9]{1,5}$"
)


def test(code, area):
    def register(function):
        TESTS[code] = Test(area, function)
        return function

    return register


def archive_models(env):
    """Return the models under an archive that have a table, the archive first."""
    names = sorted(
        name for name in env["insurance.archive.child"]._inherit_children if name in env
    )
    return [
        env["insurance.archive"],
        *(
            env[name]
            for name in _closure(env, names)
            if env[name]._auto
            and not env[name]._abstract
            and env[name]._fields["archive_id"].store
        ),
    ]


def _closure(env, names):
    """Return these models and those that inherit them, each once."""
    known, waiting = [], list(names)
    while waiting:
        name = waiting.pop(0)
        if name in env and name not in known:
            known.append(name)
            waiting += sorted(env[name]._inherit_children)
    return sorted(known)


def way(model):
    """Return the column of a model's table that names the archive."""
    return SQL.identifier(
        "owner", "id" if model._name == "insurance.archive" else "archive_id"
    )


def hanging(env, table, condition, columns):
    """Return SQL over rows of *table* (res_model, res_id) that hang on archives."""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT %(way)s AS archive_id, %(columns)s"
            " FROM %(table)s hanging JOIN %(owner)s owner ON owner.id = hanging.res_id"
            " WHERE hanging.res_model = %(model)s AND %(condition)s",
            way=way(model),
            columns=columns,
            table=SQL.identifier(table),
            owner=SQL.identifier(model._table),
            model=model._name,
            condition=condition(way(model)),
        )
        for model in archive_models(env)
    )


def attachments(env, condition, columns):
    return hanging(env, "ir_attachment", condition, columns)


# --- authentic: it is what it claims to be


@test("number", "authenticity")
def _number(env, condition):
    return SQL(
        """
        SELECT archive.id AS archive_id FROM insurance_archive archive
          LEFT JOIN insurance_number_counter counter
            ON counter.id = archive.number_counter_id
         WHERE archive.state IN ('filed', 'restricted') AND %s
           AND (archive.number IS NULL OR counter.id IS NULL
                OR archive.number_item NOT BETWEEN 1 AND counter.last_item)
        """,
        condition(SQL("archive.id")),
    )


@test("origin", "authenticity")
def _origin(env, condition):
    return SQL(
        "SELECT id AS archive_id FROM insurance_archive archive"
        " WHERE create_uid IS NULL AND %s",
        condition(SQL("archive.id")),
    )


@test("filing", "authenticity")
def _filing(env, condition):
    """Whoever has filed it is known, and there is a record of it."""
    return SQL(
        """
        SELECT archive.id AS archive_id FROM insurance_archive archive
         WHERE archive.state IN ('filed', 'restricted') AND %s
           AND (archive.filed_by IS NULL OR archive.filed_on IS NULL OR NOT EXISTS (
               SELECT FROM insurance_filing filing
                WHERE filing.archive_id = archive.id))
        """,
        condition(SQL("archive.id")),
    )


@test("evidence", "authenticity")
def _evidence(env, condition):
    """A signature has its hash, a signed paper is there."""
    return SQL(
        """
        SELECT archive_id FROM insurance_consent_evidence evidence
         WHERE ((evidence = 'signature' AND signature_hash IS NULL)
                OR (evidence = 'paper' AND document_id IS NULL
                    AND reference IS NULL)) AND %s
        """,
        condition(SQL("evidence.archive_id")),
    )


@test("use_log", "authenticity")
def _use_log(env, condition):
    """No record of its use was found changed when the log was last verified."""
    return SQL(
        """
        SELECT named.archive_id FROM (
            SELECT unnest(log.archive_ids || log.archive_id) AS archive_id
              FROM insurance_use_log log
             WHERE log.id = (
                 SELECT CASE state WHEN 'misfit' THEN log_id END
                   FROM insurance_use_check WHERE state IN ('ok', 'misfit')
                  ORDER BY id DESC LIMIT 1)
        ) named
         WHERE %s GROUP BY named.archive_id
        """,
        condition(SQL("named.archive_id")),
    )


# --- complete: nothing was added, changed or lost


@test("complete", "integrity")
def _complete(env, condition):
    """All that filing demands is there, as counted by the rules of today."""
    return SQL(
        "SELECT id AS archive_id FROM insurance_archive archive"
        " WHERE completeness < 100 AND completeness_rules = %s"
        " AND state <> 'collecting' AND %s",
        env["insurance.requirement"]._fingerprint(),
        condition(SQL("archive.id")),
    )


@test("paper_place", "integrity")
def _paper_place(env, condition):
    """Each paper that is not electronic has its place, or the archive has one."""
    return SQL(
        """
        SELECT paper.archive_id FROM insurance_document paper
          JOIN insurance_archive archive ON archive.id = paper.archive_id
         WHERE paper.form = 'original' AND archive.state <> 'entered'
           AND coalesce(paper.storage_place, '') = ''
           AND coalesce(archive.storage_place, '') = '' AND %s
        """,
        condition(SQL("paper.archive_id")),
    )


@test("linked", "integrity")
def _linked(env, condition):
    """What hangs under the archive names its client and its company."""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT child.archive_id FROM %s child"
            " JOIN insurance_archive archive ON archive.id = child.archive_id"
            " WHERE (child.partner_id, child.company_id)"
            " IS DISTINCT FROM (archive.partner_id, archive.company_id) AND %s",
            SQL.identifier(env[name]._table),
            condition(SQL("child.archive_id")),
        )
        for name in LINKED
    )


@test("file_there", "integrity")
def _file_there(env, condition):
    return SQL(
        "SELECT archive_id FROM (%s) file"
        " WHERE type = 'binary' AND store_fname IS NULL AND db_datas IS NULL",
        attachments(
            env,
            condition,
            SQL("hanging.type, hanging.store_fname, hanging.db_datas"),
        ),
    )


# --- usable: it can be found, opened and understood


@test("named", "usability")
def _named(env, condition):
    return SQL(
        """
        SELECT archive.id AS archive_id FROM insurance_archive archive
          JOIN res_partner partner ON partner.id = archive.partner_id
         WHERE (coalesce(trim(partner.name), '') = '' OR NOT partner.active) AND %s
        """,
        condition(SQL("archive.id")),
    )


@test("place", "usability")
def _place(env, condition):
    """Where a paper file lies is known, so that it can be found."""
    return SQL(
        "SELECT id AS archive_id FROM insurance_archive archive"
        " WHERE storage_medium IN ('paper', 'both') AND state <> 'entered'"
        " AND coalesce(storage_place, '') = '' AND %s",
        condition(SQL("archive.id")),
    )


@test("format", "usability")
def _format(env, condition):
    """Files are of the formats that last; which ones is a parameter."""
    formats = env["insurance.parameter"]._get("archive_file_formats")
    allowed = [name.strip() for name in formats.split(",") if name.strip()]
    return SQL(
        "SELECT archive_id FROM (%s) file"
        " WHERE res_field IS NULL AND type = 'binary' AND mimetype <> ALL(%s)",
        attachments(
            env,
            condition,
            SQL("hanging.res_field, hanging.type, hanging.mimetype"),
        ),
        allowed,
    )


# --- safe: nobody unauthorised has had access


@test("key", "security")
def _key(env, condition):
    """Each sealed value has the key that opens it."""
    return SQL(
        """
        SELECT sealed.archive_id FROM insurance_vault_value sealed
          LEFT JOIN insurance_vault_key vault ON vault.archive_id = sealed.archive_id
               AND vault.generation = sealed.generation
               AND vault.state IN ('live', 'retiring')
         WHERE vault.id IS NULL AND %s
        """,
        condition(SQL("sealed.archive_id")),
    )


@test("file_name", "security")
def _file_name(env, condition):
    """No file hides a program behind the ending of a document."""
    return SQL(
        "SELECT archive_id FROM (%s) file WHERE name ~* %s",
        attachments(env, condition, SQL("hanging.name")),
        UNSAFE_NAME,
    )


@test("public", "security")
def _public(env, condition):
    """No file can be opened by a link."""
    return SQL(
        "SELECT archive_id FROM (%s) file WHERE public OR access_token IS NOT NULL",
        attachments(env, condition, SQL("hanging.public, hanging.access_token")),
    )


@test("follower", "security")
def _follower(env, condition):
    """Nobody follows it: followers outlive the right to open."""
    return SQL(
        "SELECT archive_id FROM (%s) follower",
        hanging(env, "mail_followers", condition, SQL("hanging.partner_id")),
    )


@test("access", "security")
def _access(env, condition):
    """Nobody who has left may still open it."""
    return SQL(
        """
        SELECT named.archive_id FROM insurance_access_grant_archive named
          JOIN insurance_access_grant permit ON permit.id = named.grant_id
          JOIN res_users ON res_users.id = permit.user_id
         WHERE permit.state = 'active' AND named.ended_on IS NULL
           AND permit.date_to > now() AT TIME ZONE 'UTC'
           AND NOT res_users.active AND %s
        """,
        condition(SQL("named.archive_id")),
    )
