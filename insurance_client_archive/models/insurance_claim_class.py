from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_claim_life import UNDECIDED
from .insurance_class_notice import WAYS

#: given by the class and by a person's look, entered by nobody
NOTED = frozenset({"handling", "second_look_by_id", "second_look_on"})


class InsuranceClaim(models.Model):
    """What the class of the client means for the handling of a claim.

    The way is given when the claim is reported; deadlines are the same for everybody.
    """

    _name = "insurance.claim"
    _inherit = ["insurance.claim", "insurance.class.notice.mixin"]

    _notice_occasion = "claim"
    _notice_category_path = "product_id.insurance_category_id"

    handling = fields.Selection(
        WAYS,
        string="Way of handling",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By the class of the client when the claim was reported.",
    )
    second_look_by_id = fields.Many2one(
        "res.users", string="Second look by", readonly=True, copy=False
    )
    second_look_on = fields.Date(string="Second look on", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # not left out: a default of the caller would take the place
                vals.update(dict.fromkeys(NOTED, False))
        claims = super().create(vals_list)
        claims._set_handling()
        return claims

    def write(self, vals):
        if not self.env.su and not NOTED.isdisjoint(vals):
            raise UserError(
                self.env._("The way of handling follows from the class of the client.")
            )
        return super().write(vals)

    def action_second_look(self):
        """Note that the user, who does not handle the claim, has looked at it."""
        self.check_access("write")
        for claim in self:
            if claim.state not in UNDECIDED:
                raise UserError(self.env._("The claim is decided already."))
            if self.env.user in (claim.user_id | claim.create_uid):
                raise UserError(
                    self.env._(
                        "You handle this claim yourself. Ask a colleague to look at it."
                    )
                )
        # superuser: who has looked is not entered by hand
        self.sudo().write(
            {
                "second_look_by_id": self.env.uid,
                "second_look_on": fields.Date.context_today(self),
            }
        )

    def _set_handling(self):
        """Give claims that wait for a decision the way that their class asks for."""
        waiting = self.filtered(lambda claim: claim.state in UNDECIDED)
        notices = self.env["insurance.class.notice"]._shown_on("claim")
        notices = notices.filtered("claim_way")
        if not (waiting and notices):
            return
        # superuser: the class decides, whoever enters the claim
        for claim in waiting.sudo():
            ways = notices._concerning(claim.archive_id, claim._notice_category())
            if ways:
                asked = set(ways.mapped("claim_way"))
                claim.handling = next(way for way, _l in reversed(WAYS) if way in asked)

    def _check_decided(self):
        result = super()._check_decided()
        if self.handling == "second_look" and not self.second_look_by_id:
            raise UserError(
                self.env._(
                    "Claims of this class of clients are looked at by a second person "
                    "before the decision. Ask a colleague to use “Second look”."
                )
            )
        return result

    def _on_state(self, before):
        result = super()._on_state(before)
        again = self.filtered(
            lambda claim: (
                claim.state == "assessing"
                and before[claim.id] not in UNDECIDED
                and claim.second_look_by_id
            )
        )
        # superuser: what is decided anew is looked at anew
        again.sudo().write({"second_look_by_id": False, "second_look_on": False})
        return result
