"""Medical examinations beside answers, and clients who may buy again."""

from odoo import fields

from odoo.addons.insurance_client_archive.client_scope import Scope

CLINICS = ("区体检中心", "市第一医院体检部", "仁和体检中心")
#: of the chances that were found: what became of them
DROPPED, OFFERED = 2, 4


def load_examinations(env):
    if env["insurance.medical.check"].search_count([], limit=1):
        return
    kind = env.ref("insurance_client_archive.document_type_medical_report")
    assessments = env["insurance.assessment"].search(
        [("kind", "=", "health"), ("state", "=", "done")], order="id", limit=6
    )
    for place, assessment in enumerate(assessments):
        archive = assessment.archive_id
        report = env["insurance.document"].create(
            {
                "archive_id": archive.id,
                "type_id": kind.id,
                "received_on": assessment.done_on,
            }
        )
        answered = assessment.health_ids[:1].health_grade
        env["insurance.medical.check"].with_user(archive.agent_id).sudo().create(
            {
                "archive_id": archive.id,
                "assessment_id": assessment.id,
                "done_on": assessment.done_on,
                "place": CLINICS[place % len(CLINICS)],
                "health_grade": "b" if place == 2 else answered,
                "document_id": report.id,
                "user_id": archive.agent_id.id,
            }
        )


def load_repurchases(env):
    Chance = env["insurance.repurchase"]
    if Chance.search_count([], limit=1):
        return
    archives = env["insurance.archive"].search([])
    env["insurance.client.class"]._refresh(archives.ids)
    Chance._find(Scope(archive_ids=tuple(archives.ids)))
    chances = Chance.search([], order="id")
    for chance in chances[:DROPPED]:
        chance.write(
            {"state": "dropped", "state_reason": "今年已有其他支出，明年再谈。"}
        )
    chances[DROPPED : DROPPED + OFFERED].action_offer()
    # taken up a while ago
    chances.sudo().found_on = fields.Date.subtract(fields.Date.today(), days=40)
