from odoo import fields, models
from odoo.tools import SQL


class InsuranceTrainingDue(models.Model):
    """Which course a person has to take next, and until when."""

    _name = "insurance.training.due"
    _description = "Training due"
    _auto = False
    _order = "due_on, user_id"
    _rec_name = "course_id"

    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    course_id = fields.Many2one("insurance.training.course", readonly=True)
    last_on = fields.Date(string="Passed last on", readonly=True)
    due_on = fields.Date(string="Until", readonly=True)
    state = fields.Selection(
        [("late", "Overdue"), ("due", "Due"), ("done", "Done")], readonly=True
    )

    @property
    def _table_query(self):
        for name in ("insurance.training.course", "insurance.training.participant"):
            self.env[name].flush_model()
        days = self.env["insurance.parameter"]._get("training_lead_days")
        today = fields.Date.today()
        groups = SQL("SELECT group_id FROM insurance_training_course_group_rel")
        return SQL(
            """
            SELECT needed.user_id::bigint * 100000 + needed.course_id AS id,
                   needed.user_id, needed.course_id, needed.last_on, needed.due_on,
                   CASE WHEN needed.due_on IS NULL OR needed.due_on > %(soon)s
                        THEN 'done'
                        WHEN needed.due_on < %(today)s THEN 'late'
                        ELSE 'due' END AS state
              FROM (
                SELECT DISTINCT member.user_id, course.id AS course_id,
                       last.day AS last_on,
                       CASE WHEN last.day IS NULL
                            THEN GREATEST(course.create_date, member_since.day)::date
                                 + %(days)s
                            WHEN course.every_months > 0
                            THEN (last.day
                                  + make_interval(months => course.every_months))::date
                       END AS due_on
                  FROM (%(members)s) AS member
                  JOIN insurance_training_course_group_rel rel
                    ON rel.group_id = member.group_id
                  JOIN insurance_training_course course
                    ON course.id = rel.course_id AND course.active
                  JOIN LATERAL (SELECT create_date AS day FROM res_users
                                 WHERE id = member.user_id) AS member_since ON TRUE
                  LEFT JOIN LATERAL (
                      SELECT max(one.date) AS day
                        FROM insurance_training_participant one
                       WHERE one.user_id = member.user_id
                         AND one.course_id = course.id
                         AND one.result = 'passed') AS last ON TRUE
              ) AS needed
            """,
            soon=fields.Date.add(today, days=days),
            today=today,
            days=days,
            members=self.env["res.users"]._group_members_sql(groups),
        )
