from odoo import api, fields, models


class InsuranceInteraction(models.Model):
    """What may be said on this occasion, and what should not have been."""

    _name = "insurance.interaction"
    _inherit = ["insurance.interaction", "insurance.wording.mixin"]

    _wording_told = ("our_words",)

    script_id = fields.Many2one(
        "insurance.script",
        string="Script followed",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('purpose', '=', purpose), ('state', '=', 'approved'), "
        "'|', ('valid_until', '=', False), ('valid_until', '>=', 'today')]",
        help="The approved text by which the talk was held.",
    )
    script_body = fields.Text(related="script_id.body", string="What to say")
    wording_hit_ids = fields.One2many(
        "insurance.wording.hit", "interaction_id", string="Words to be reviewed"
    )

    @api.onchange("purpose")
    def _onchange_purpose_script(self):
        if self.script_id.purpose != self.purpose:
            self.script_id = False

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered("our_words")._note_wording()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if "our_words" in vals:
            self._note_wording()
        return result

    def _note_wording(self):
        """Put the talks with forbidden words on the supervisor's list."""
        found = {
            talk: {
                entry: words
                for entry, words in talk._wording_found(self._wording_told)
                if entry.severity == "forbidden"
            }
            for talk in self
        }
        # superuser: the list is kept by the server, whoever enters the talk
        Hit = self.env["insurance.wording.hit"].sudo()
        known = {}
        for hit in Hit.search([("interaction_id", "in", self.ids)]):
            known[hit.interaction_id.id, hit.wording_id.id] = hit
        for (talk_id, entry_id), hit in known.items():
            entries = found[self.browse(talk_id)]
            gone = entry_id not in {entry.id for entry in entries}
            if hit.rewritten != gone:
                hit.rewritten = gone
        Hit.create(
            [
                {
                    "archive_id": talk.archive_id.id,
                    "interaction_id": talk.id,
                    "wording_id": entry.id,
                    "words": words,
                    "user_id": talk.user_id.id,
                    "date": talk.date,
                }
                for talk, entries in found.items()
                for entry, words in entries.items()
                if (talk.id, entry.id) not in known
            ]
        )
