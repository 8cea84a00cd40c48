from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools import wording

CATEGORIES = [
    ("return", "Promised return"),
    ("risk", "Risk denied"),
    ("superlative", "Superlative"),
    ("pressure", "Pressure to buy"),
    ("identity", "Not called insurance"),
    ("authority", "State or authority as guarantor"),
    ("claim", "Promised payment of claims"),
    ("disclosure", "Advice to conceal"),
    ("benefit", "Benefit outside the contract"),
    ("comparison", "Other insurers run down"),
]


class InsuranceWording(models.Model):
    """Words that mislead a client, why, and what to say instead."""

    _name = "insurance.wording"
    _description = "Words not to be used"
    _order = "sequence, id"
    _rec_names_search = ["name", "variants"]

    name = fields.Char(string="Words", required=True)
    sequence = fields.Integer(default=100)
    category = fields.Selection(CATEGORIES, required=True, index=True)
    severity = fields.Selection(
        [("forbidden", "Banned"), ("attention", "Take care")],
        required=True,
        default="forbidden",
        help="Banned: a text for clients is refused, and a talk in which it was "
        "said goes to the supervisor. Take care: a warning while one writes.",
    )
    variants = fields.Text(help="Words with the same meaning, one a line.")
    allowed = fields.Text(
        string="Not meant in",
        help="Words that hold the phrase and mean something else, one a line: "
        "“不保本” denies what “保本” promises.",
    )
    reason = fields.Text(string="Why not", required=True, translate=True)
    advice = fields.Text(string="Say instead", translate=True)
    regulation_id = fields.Many2one(
        "insurance.regulation", index="btree_not_null", ondelete="restrict"
    )
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "These words are on the list already.")

    @api.constrains("name", "variants")
    def _check_length(self):
        for words in self:
            if any(len(one) < 2 for one in words._phrase().words):
                raise ValidationError(
                    self.env._("Give at least two signs: one sign is in every text.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        words = super().create(vals_list)
        self.env.registry.clear_cache()
        return words

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _found_in(self, text):
        """Return [(the entry of the list, the words found)] in a text."""
        if not text:
            return []
        # superuser: everybody is checked by the whole list
        return [
            (self.sudo().browse(key), words)
            for key, words in wording.find(text, self._phrases())
        ]

    def _explain(self, words):
        """Return, in the user's language, why the words are not to be used."""
        self.ensure_one()
        law = self.regulation_id
        if law:
            why = self.env._(
                "“%(words)s”: %(reason)s (%(law)s, art. %(article)s)",
                words=words,
                reason=self.reason,
                law=law.name,
                article=law.article,
            )
        else:
            why = self.env._("“%(words)s”: %(reason)s", words=words, reason=self.reason)
        if not self.advice:
            return why
        return f"{why} {self.env._('Say instead: %s', self.advice)}"

    @api.model
    @ormcache()
    def _phrases(self):
        # superuser: everybody is checked by the whole list
        return tuple(words._phrase() for words in self.sudo().search([]))

    def _phrase(self):
        return wording.Phrase(
            self.id,
            tuple(_lines(f"{self.name}\n{self.variants or ''}")),
            tuple(_lines(self.allowed)),
        )


def _lines(text):
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
