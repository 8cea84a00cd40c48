"""Clients of long ago: some are destroyed, some wait for approval, one is held."""

from datetime import date

from odoo import fields
from odoo.tools import SQL

from .consents import ARCHIVE
from .requests import acting

#: name, phone, year in which the last contract ended, paper file
CLIENTS = (
    ("何志远", "13600010001", 2009, "electronic"),
    ("罗桂英", "13600010002", 2010, "both"),
    ("梁国栋", "13600010003", 2010, "electronic"),
    ("宋玉兰", "13600010004", 2011, "electronic"),
    ("郑文博", "13600010005", 2012, "paper"),
    ("谢春梅", "13600010006", 2012, "electronic"),
    ("唐建业", "13600010007", 2013, "electronic"),
)
#: how many of them are on the first list
FIRST = 3
#: who is held, by the place in the list
HELD = 6
#: who is kept longer, by the place in the second list
KEPT = 5


def load_destructions(env):
    if env["insurance.destruction"].search_count([], limit=1):
        return
    env["insurance.retention"]._solve_archives(env["insurance.archive"].search([]).ids)
    archives = [_client(env, number, *client) for number, client in enumerate(CLIENTS)]
    ids = [archive.id for archive in archives]
    env["insurance.retention"]._solve_archives(ids)
    _hold(env, archives[HELD])
    first = _list(env, archives[:FIRST])
    _carry_out(env, first)
    second = _list(env, archives[FIRST:])
    line = second.line_ids.filtered(lambda one: one.archive_id == archives[KEPT])
    line.write(
        {
            "decision": "keep",
            "keep_reason": "分公司首位客户，具有长期保存价值",
            "kept_until": fields.Date.add(fields.Date.today(), years=10),
        }
    )
    with acting(env, "archivist") as own:
        second.with_env(own).action_submit()


def _client(env, number, name, phone, year, medium):
    """Return a client who has been silent since the contract ended."""
    archive = env["insurance.archive"].create(
        {
            "name": name,
            "phone": phone,
            "country_id": env.ref("base.cn").id,
            "agent_id": env.ref(f"{ARCHIVE}.demo_user_agent").id,
        }
    )
    product = env["product.template"].search([("is_insurance", "=", True)], limit=1)
    env["insurance.policy"].create(
        {
            "archive_id": archive.id,
            "product_id": product.id,
            "number": f"OLD{year}{number:04}",
            "state": "expired",
            "start_date": date(year - 10, 5, 1),
            "end_date": date(year, 4, 30),
            "term_years": 10,
            "payment_years": 10,
            "premium": 2000,
            "sum_insured": 100_000,
        }
    )
    env.flush_all()
    # what lies so far back can't be entered step by step
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_archive
               SET state = 'filed', number = %s, filing_rate = 100,
                   storage_medium = %s, filed_on = %s, create_date = %s,
                   last_contact_date = %s
             WHERE id = %s
            """,
            f"Z001-01-{year}-D10-{number + 1:04}",
            medium,
            date(year, 6, 1),
            date(year, 6, 1),
            date(year, 6, 1),
            archive.id,
        )
    )
    env.invalidate_all()
    return archive


def _hold(env, archive):
    with acting(env, "compliance") as own:
        hold = own["insurance.legal.hold"].create(
            {
                "name": "（2026）沪0115民初4711号",
                "kind": "lawsuit",
                "reason": "亲属对赔款有争议，法院要求提供全部资料。",
                "scope": "clients",
                "partner_ids": archive.partner_id.ids,
            }
        )
        hold.action_place()


def _list(env, archives):
    """Return a list with these archives alone."""
    with acting(env, "archivist") as own:
        run = own["insurance.destruction"].create(
            {
                "note": "所有合同终止均已超过十年，没有未决的理赔、投诉和客户请求。"
                "纸质案卷存放在7号柜。"
            }
        )
        run.action_list()
    run = run.with_env(env)
    run.line_ids.filtered(lambda line: line.archive_id not in archives).unlink()
    return run


def _carry_out(env, run):
    """Let four persons take the steps, and the server destroy at once."""
    with acting(env, "archivist") as own:
        run.with_env(own).action_submit()
    with acting(env, "compliance") as own:
        run.with_env(own).action_approve()
    with acting(env, "head") as own:
        run.with_env(own).action_supervise()
    with acting(env, "archivist") as own:
        mine = run.with_env(own)
        mine.write(
            {
                "paper_method": "shred",
                "paper_place": "Shanghai, archive, ground floor",
                "paper_date": fields.Date.today(),
                "paper_witnesses": "吴静，蒋雯",
            }
        )
        mine.action_execute()
    sweep = run.sweep_id.with_env(env)
    # as the scheduled action does, but in the transaction of the installation
    while sweep.state == "running" and sweep._step():
        pass
