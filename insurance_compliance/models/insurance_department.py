from odoo import api, fields, models
from odoo.exceptions import ValidationError

HEAD = "insurance_client_archive.group_department_head"


class InsuranceDepartment(models.Model):
    """An internal department: its heads decide on what its members apply for."""

    _name = "insurance.department"
    _description = "Department"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    head_ids = fields.Many2many(
        "res.users",
        "insurance_department_head_rel",
        "department_id",
        "user_id",
        string="Heads",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(HEAD).ids)],
        help="They decide on the applications of the members, never on their own.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "insurance_department_member_rel",
        "department_id",
        "user_id",
        string="Members",
        domain=[("share", "=", False)],
    )
    member_count = fields.Integer(
        string="Number of members", compute="_compute_member_count"
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name)", "There is a department of this name already."
    )

    @api.depends("member_ids")
    def _compute_member_count(self):
        for department in self:
            department.member_count = len(department.member_ids)

    @api.constrains("head_ids")
    def _check_heads(self):
        for head in self.head_ids:
            if not head.has_group(HEAD):
                raise ValidationError(
                    self.env._(
                        "%s has not the role of a department head. Give the role "
                        "first.",
                        head.name,
                    )
                )

    @api.constrains("member_ids", "company_id", "active")
    def _check_one_department(self):
        """Who belongs to two departments could choose who decides."""
        for department in self.filtered("active"):
            others = self.search(
                [
                    ("id", "!=", department.id),
                    ("company_id", "=", department.company_id.id),
                    ("member_ids", "in", department.member_ids.ids),
                ],
                limit=1,
            )
            if others:
                twice = (others.member_ids & department.member_ids)[0]
                raise ValidationError(
                    self.env._(
                        "%(person)s belongs to “%(department)s”. Take the person out "
                        "there first.",
                        person=twice.name,
                        department=others.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        departments._route_waiting()
        return departments

    def write(self, vals):
        result = super().write(vals)
        self._route_waiting()
        return result

    def _route_waiting(self):
        """Let what waits find its way to those who decide from now on."""
        # superuser: applications of everybody, of which nothing is shown
        requests = self.env["insurance.access.request"].sudo()
        waiting = [("state", "=", "submitted"), ("level", "=", "department")]
        requests.search(waiting)._route_anew()

    @api.model
    def _of(self, user, company):
        """Return the department of a user in a company, as superuser."""
        # superuser: where a colleague works decides who is asked
        return self.sudo().search(
            [("member_ids", "in", user.ids), ("company_id", "=", company.id)], limit=1
        )

    def _able_heads(self):
        """Return the heads who can decide today."""
        return self.head_ids.filtered(lambda user: user.active and user.has_group(HEAD))
