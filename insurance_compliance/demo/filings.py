"""A year of filing: in time and late, additions that wait, samples, paper, defects."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .consents import ARCHIVE
from .requests import acting

#: how many filed archives have got something since, and how many days ago
CAME = ((6, 200), (8, 150), (14, 40))
#: how many entered archives wait, and since when
WAITING = ((7, 210), (10, 170), (12, 60))
LENT = (("agent", "客户要求核对投保单原件", 9), ("manager", "理赔复核", 30))


def load_filings(env):
    if env["insurance.inspection.plan"].search_count([], limit=1):
        return
    _past_filings(env)
    _waiting(env)
    _follower(env)
    _test(env)
    _exception(env)
    _paper(env)
    _plans(env)
    env["insurance.archive"]._refresh_filing(lambda _column: SQL("true"))


def _filed(env):
    return env["insurance.archive"].search(
        [("state", "=", "filed"), ("number_counter_id", "!=", False)], order="id"
    )


def _past_filings(env):
    """Let the filings of the demo archives lie in the past year, some of them late."""
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_filing filing
               SET filed_at = now() AT TIME ZONE 'UTC'
                       - make_interval(days => archive.id %% 330 + 1),
                   due_on = (now() - make_interval(days => archive.id %% 330 + 1)
                             + make_interval(days => CASE WHEN archive.id %% 5 = 0
                                                     THEN -12 ELSE 70 END))::date,
                   late = archive.id %% 5 = 0
              FROM insurance_archive archive
             WHERE archive.id = filing.archive_id
            """
        )
    )
    env.cr.execute(
        SQL(
            "UPDATE insurance_archive archive"
            " SET filed_through = now() AT TIME ZONE 'UTC'"
            " FROM insurance_filing filing WHERE filing.archive_id = archive.id"
        )
    )
    env.invalidate_all()


def _waiting(env):
    """What came some time ago and is not filed yet; what lies back can't be made."""
    archives = list(_filed(env))[20:]
    for number, days in CAME:
        mine, archives = archives[:number], archives[number:]
        moment = fields.Datetime.now() - timedelta(days=days)
        ids = [archive.id for archive in mine]
        env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET filed_through = %s WHERE id = ANY(%s)",
                moment - timedelta(days=1),
                ids,
            )
        )
        # all that the demo has made has come on one day: leave a part of it open
        env.cr.execute(
            SQL(
                """
                UPDATE insurance_interaction talk SET create_date = %s
                 WHERE archive_id = ANY(%s)
                """,
                moment,
                ids,
            )
        )
    entered = list(env["insurance.archive"].search([("state", "=", "entered")]))
    for number, days in WAITING:
        mine, entered = entered[:number], entered[number:]
        env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET state_date = %s WHERE id = ANY(%s)",
                fields.Datetime.now() - timedelta(days=days),
                [archive.id for archive in mine],
            )
        )
    env.invalidate_all()


def _follower(env):
    """Somebody follows an archive, and another has no place: two tests find it."""
    first, second = _filed(env)[:2]
    env["mail.followers"].create(
        {
            "res_model": "insurance.archive",
            "res_id": first.id,
            "partner_id": env.ref(f"{ARCHIVE}.demo_user_agent2").partner_id.id,
        }
    )
    env.cr.execute(
        SQL(
            "UPDATE insurance_archive SET storage_place = NULL WHERE id = %s",
            second.id,
        )
    )
    env.invalidate_all()


def _test(env):
    env["insurance.property.test"]._run(
        lambda column: SQL(
            "%s IN (SELECT id FROM insurance_archive"
            " WHERE state IN ('filed', 'restricted'))",
            column,
        ),
        "yearly",
    )
    with acting(env, "archivist") as own:
        failed = own["insurance.property.test"].search(
            [("security", "=", "failed")], limit=1
        )
        failed.action_inspect()


def _exception(env):
    test = env["insurance.property.test"].search(
        [("result", "=", "failed"), ("usability", "=", "failed")], limit=1
    )
    if test:
        with acting(env, "compliance") as own:
            own["insurance.property.exception"].create(
                {
                    "test_id": test.id,
                    "reason": "纸质案卷正在搬迁，库位一周内补登。",
                }
            )


def _paper(env):
    with acting(env, "archivist") as own:
        papers = own["insurance.archive"].search(
            [("storage_medium", "in", ("paper", "both")), ("state", "=", "filed")],
            order="number",
            limit=24,
        )
        files = own["insurance.paper.file"].create(
            [
                {
                    "archive_id": archive.id,
                    "volume": 1,
                    "pages": 12 + archive.id % 60,
                    "room": "档案室一",
                    "cabinet": f"{place // 8 + 1}",
                    "box": f"A-{place // 6 + 1:03}",
                }
                for place, archive in enumerate(papers)
            ]
        )
        for (login, purpose, days), file in zip(LENT, files[3:], strict=False):
            own["insurance.paper.loan"].create(
                {
                    "file_id": file.id,
                    "borrower_id": env.ref(f"{ARCHIVE}.demo_user_{login}").id,
                    "purpose": purpose,
                }
            )
            _back_in_time(env, file, days)
        files[-1].action_missing()


def _back_in_time(env, file, days):
    """Let a volume have been lent some days ago."""
    env.flush_all()
    lent = fields.Datetime.now() - timedelta(days=days)
    back = fields.Date.add(lent.date(), days=14)
    env.cr.execute(
        SQL(
            "UPDATE insurance_paper_loan SET lent_at = %s, back_by = %s"
            " WHERE file_id = %s",
            lent,
            back,
            file.id,
        )
    )
    env.cr.execute(
        SQL("UPDATE insurance_paper_file SET back_by = %s WHERE id = %s", back, file.id)
    )
    env.invalidate_all()


def _plans(env):
    """A plan under way with a defect, and one that is only planned."""
    today = fields.Date.today()
    with acting(env, "archivist") as own:
        plan = own["insurance.inspection.plan"].create(
            {
                "name": "第四季度档案抽查",
                "rhythm": "quarter",
                "date_from": today - timedelta(days=40),
                "sample_pct": 8,
            }
        )
        plan.action_draw()
        own["insurance.inspection.plan"].create(
            {
                "name": "年度档案检查",
                "rhythm": "year",
                "date_from": today + timedelta(days=40),
                "sample_pct": 10,
            }
        )
        for number, line in enumerate(plan.line_ids[:5]):
            values = {
                "archive_id": line.archive_id.id,
                "plan_line_id": line.id,
                "authenticity": "passed",
                "integrity": "passed",
                "usability": "passed",
                "security": "passed",
            }
            if number == 2:
                values |= {
                    "integrity": "failed",
                    "findings": "缺少授权委托书原件，请向客户补收。",
                }
            own["insurance.inspection"].create(values)
