"""A ledger with findings in every state: overdue, repeated, come back, verified."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .consents import ARCHIVE
from .requests import acting

#: key: (severity, title, regulation, archives, responsible, steps, found before days,
#: deadline before days, what was found, cause, measure, evidence)
FINDINGS = {
    "new": (
        "high",
        "三名离职人员账号未停用",
        "pipl_51",
        0,
        None,
        (),
        1,
        None,
        "检查在岗名册与账号清单，三个账号在离职后仍可登录。",
    ),
    "assigned": (
        "medium",
        "客户告知书版本陈旧",
        "pipl_17",
        12,
        "manager",
        (),
        3,
        None,
        "十二份告知书仍为旧版，未列明保存期限。",
    ),
    "overdue": (
        "critical",
        "健康告知扫描件存放于共享盘",
        "pipl_28",
        9,
        "agent",
        ("begin",),
        20,
        12,
        "分公司共享盘发现九份扫描件，未加密，多人可见。",
        "为图方便，先存共享盘再补录。",
        "共享盘清空并停用；资料补录至系统后删除原件。",
        "",
    ),
    "progress": (
        "medium",
        "共享协议缺少保密附件",
        "pipl_21",
        4,
        "head",
        ("begin",),
        8,
        None,
        "两家机构的协议没有附件三。",
        "续签时遗漏。",
        "补签附件，未补签前暂停共享。",
        "",
    ),
    "done": (
        "high",
        "夜间批量导出未说明用途",
        "pipl_51",
        37,
        "agent2",
        ("begin", "done"),
        6,
        None,
        "一次导出三十七份，用途只写“工作”。",
        "不了解用途须写明具体事项。",
        "重新培训；导出用途改为从清单选择。",
        "培训签到表 PX-2026-031",
    ),
    "verified": (
        "medium",
        "档案库房温湿度记录中断两周",
        "alr_24",
        0,
        "archivist",
        ("begin", "done", "verify"),
        30,
        None,
        "记录簿六月上旬空白。",
        "记录仪断电无人发现。",
        "更换记录仪，增加断电告警，每日双人签字。",
        "记录簿 WS-06，设备验收单 SB-118",
    ),
    "closed": (
        "low",
        "利用登记缺少归还日期",
        "arl_12",
        6,
        "archivist",
        ("begin", "done", "verify", "close"),
        90,
        None,
        "六份纸质案卷借阅登记没有归还日期。",
        "登记表无必填提示。",
        "改用系统登记，归还日期必填。",
        "系统登记截图编号 LY-77",
    ),
    "reopened": (
        "high",
        "长期未用授权未收回",
        "pipl_51",
        15,
        "supervisor",
        ("begin", "done", "verify", "close", "again"),
        70,
        None,
        "九十天未用的授权仍有十五项。",
        "岗位调整没有通知授权管理员。",
        "逐项收回，岗位调整单抄送合规部。",
        "收回清单 SQ-09",
    ),
    "repeated": (
        "medium",
        "客户信息超期未核对",
        "pipl_51",
        58,
        "manager",
        ("begin", "again", "again"),
        15,
        4,
        "五十八份档案超过十二个月未核对。",
        "客户多，没有排期。",
        "按月分批核对，主管周会通报进度。",
        "",
    ),
    "dropped": (
        "low",
        "测试档案无同意书",
        "pipl_13",
        1,
        None,
        ("drop",),
        25,
        None,
        "一份档案没有任何同意。",
    ),
}
AGENT_STEPS = {"begin": "action_begin", "done": "action_done"}


def load_rectifications(env):
    ledger = env["insurance.rectification"]
    source = env["insurance.check"].search([], limit=1)
    if ledger.search_count([("key", "=like", "demo:%")], limit=1):
        return
    for key, finding in FINDINGS.items():
        _load(env, source, f"demo:{key}", *finding)
    env.flush_all()
    ledger._cron_remind()


def _load(
    env,
    source,
    key,
    severity,
    title,
    regulation,
    archives,
    login,
    steps,
    days,
    overdue,
    description,
    cause="",
    measure="",
    proof="",
):
    ledger = env["insurance.rectification"]

    def find():
        return ledger._find(
            source,
            title,
            severity,
            key,
            archives=archives,
            description=description,
            regulations=env.ref(f"{ARCHIVE}.regulation_{regulation}"),
            company=env.company,
        )

    row = find()
    _date_back(env, row, days)
    if login:
        with acting(env, "compliance") as own:
            responsible = env.ref(f"{ARCHIVE}.demo_user_{login}")
            row.with_env(own).responsible_id = responsible
    for step in steps:
        if step == "again":
            find()
        else:
            _step(env, row, step, login, cause, measure, proof)
    if overdue:
        row.deadline = fields.Date.today() - timedelta(days=overdue)


def _step(env, row, step, login, cause, measure, proof):
    second = "head" if login == "compliance" else "compliance"
    with acting(env, login if step in AGENT_STEPS else second) as own:
        mine = row.with_env(own)
        if step == "begin":
            mine.action_begin()
            mine.write({"cause": cause, "measure": measure})
        elif step == "done":
            mine.evidence_ids = [(0, 0, {"name": measure, "reference": proof})]
            mine.action_done()
        elif step == "verify":
            mine.verify_note = "现场查看，随机抽查三处，均已落实。"
            mine.action_verify()
        elif step == "close":
            mine.action_effective()
        elif step == "drop":
            mine.write({"state": "dropped", "state_reason": "系统测试数据，不是客户。"})


def _date_back(env, row, days):
    """Put the finding where it belongs: what is found is always found now."""
    then = fields.Datetime.now() - timedelta(days=days)
    row.write({"first_found_on": then, "last_found_on": then})
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE insurance_rectification_step SET date = %s"
            " WHERE rectification_id = %s",
            then,
            row.id,
        )
    )
    env.invalidate_all()
