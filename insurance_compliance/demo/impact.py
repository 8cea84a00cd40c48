"""Impact assessments: what the demo house has thought of before it began."""

from odoo import fields
from odoo.fields import Command

from .requests import acting

JUDGED = dict.fromkeys(
    (
        *("is_lawful", "is_legitimate", "is_necessary"),
        *("measures_lawful", "measures_effective", "measures_fit"),
    ),
    True,
)
TEXTS = {
    "description": "将理赔查核所需的客户信息提供给合作方，按案件提供，案件结束后删除。",
    "purpose_text": "依据合作协议和法定义务，仅用于理赔查核与保单服务；"
    "不提供与案件无关的内容，无更小范围的替代办法。",
    "rights_text": "合作方人员可能超范围使用或泄露；客户难以察觉，可能遭受骚扰或歧视。",
    "measures_text": "仅提供所需部分并加水印，限次下载，签署保密承诺，"
    "每半年检查合作方。",
    "likelihood": "3",
    "severity": "4",
    "residual_likelihood": "2",
    "residual_severity": "3",
    "conclusion": "go",
}


def assess(env, use, name, **values):
    """Return an assessment of the use, written by one and approved by another."""
    with acting(env, "insadmin") as own:
        assessment = own["insurance.impact.assessment"].create(
            {
                "name": name,
                "kind": use.kind,
                "subject": use.subject,
                "parts": sorted(use.parts),
                "review_date": fields.Date.add(fields.Date.today(), months=12),
                **JUDGED,
                **TEXTS,
                **values,
            }
        )
        assessment.write({"state": "submitted"})
    with acting(env, "compliance") as own:
        assessment.with_env(own).write({"state": "approved"})
    return assessment.with_env(env)


def assess_agreement(env, agreement):
    [use] = agreement._uses_when_live()
    if agreement._not_assessed(use) is not None:
        assess(env, use, f"向{agreement.partner_id.name}提供客户信息")


def load_impact(env):
    """Add what waits: one to decide, one draft, one that was refused."""
    Assessment = env["insurance.impact.assessment"]
    if Assessment.search_count([("shipped", "=", False), ("state", "=", "submitted")]):
        return
    with acting(env, "editor") as own:
        plan = {**JUDGED, **TEXTS}
        waiting = own["insurance.impact.assessment"].create(
            {
                **plan,
                "name": "客户价值评分卡使用健康等级",
                "kind": "automated",
                "subject": "scorecard:value_tier",
                "parts": ["health_grade"],
                "description": "拟在客户价值评分卡中加入健康等级。",
                "purpose_text": "用于判断续保可能性；已尝试不使用，区分度略低。",
                "rights_text": "健康欠佳的客户可能得到较少关注，存在歧视风险。",
                "measures_text": "仅用于服务频次，不用于价格；"
                "每季度检查各等级的服务结果。",
                "conclusion": "measures",
                "review_date": fields.Date.add(fields.Date.today(), months=6),
                "measure_ids": [
                    Command.create(
                        {
                            "name": "上线前完成分组公平性测试",
                            "user_id": own.uid,
                            "due_on": fields.Date.add(fields.Date.today(), days=14),
                        }
                    )
                ],
            }
        )
        waiting.write({"state": "submitted"})
        refused = own["insurance.impact.assessment"].create(
            {
                **plan,
                "name": "向境外再保险人传输健康告知",
                "kind": "abroad",
                "subject": "recipient:0",
                "parts": ["health"],
                "review_date": fields.Date.add(fields.Date.today(), months=12),
            }
        )
        refused.write({"state": "submitted"})
        own["insurance.impact.assessment"].create(
            {
                "name": "理赔照片自动识别",
                "kind": "automated",
                "subject": "claim_pictures",
                "description": "由程序识别理赔资料照片中的单据类型。",
            }
        )
    with acting(env, "compliance") as own:
        refused.with_env(own).write(
            {
                "state": "refused",
                "state_reason": "未满足出境条件，且可用等级代替。",
            }
        )
