from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.insurance_client_archive import use_log_reads

from ..tools import distinct

KINDS = [
    ("information", "Product information collected"),
    ("product", "Product analysed"),
    ("matching", "Match with the client analysed"),
    ("recommendation", "Round of recommendation"),
]
#: about one client, not about the product alone
OF_CLIENT = ("matching", "recommendation")
#: so many of the latest texts are compared
COMPARED = 300


class InsuranceDiligence(models.Model):
    """Evidence that somebody has looked into a product: with content, not by a click.

    Each says something of its own; what repeats another one is refused. Nothing is
    changed afterwards: a specialist can say that one does not count.
    """

    _name = "insurance.diligence"
    _description = "Analysis of a product"
    _order = "date desc, id desc"
    _rec_name = "product_id"

    #: no child of the archive, as most are about no client: what those of a client hold
    _access_slices = ("basic",)

    kind = fields.Selection(KINDS, required=True, default="information", index=True)
    product_id = fields.Many2one(
        "product.template",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_insurance", "=", True)],
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        index="btree_not_null",
        ondelete="restrict",
        context={"show_client_name": True},
        help="The client whose case was analysed.",
    )
    company_id = fields.Many2one(related="product_id.company_id")
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    text = fields.Text(
        string="What was found",
        required=True,
        help="What you read or compared, and what it means for clients.",
    )
    advantages = fields.Text()
    drawbacks = fields.Text()
    fact_ids = fields.Many2many(
        "insurance.product.fact",
        "insurance_diligence_fact_rel",
        "diligence_id",
        "fact_id",
        string="Sources used",
        domain="[('product_id', '=', product_id)]",
    )
    void_reason = fields.Text(
        string="Does not count because",
        readonly=True,
        copy=False,
        help="A specialist takes an analysis out of the count that has no substance.",
    )
    voided_by_id = fields.Many2one(
        "res.users", string="Taken out by", readonly=True, copy=False
    )

    @api.depends("kind", "product_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for evidence in self:
            evidence.display_name = (
                f"{evidence.product_id.display_name}: {kinds.get(evidence.kind, '')}"
            )

    @api.constrains("kind", "archive_id")
    def _check_archive(self):
        # constraints run as superuser: ask again as the user who links
        if self.archive_id:
            self.archive_id.sudo(False).check_access("write")
        for evidence in self:
            if (evidence.kind in OF_CLIENT) != bool(evidence.archive_id):
                raise ValidationError(
                    self.env._(
                        "Name the client for a match or a round of recommendation, "
                        "and no client for what concerns the product alone."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # who and when is never taken from the caller
            kept = {"author_id": self.env.uid, "date": fields.Date.context_today(self)}
            vals_list = [{**vals, **kept} for vals in vals_list]
        for vals in vals_list:
            vals.pop("void_reason", None)
            vals.pop("voided_by_id", None)
        # one after the other: texts of one batch are compared as well
        created = self.browse()
        for vals in vals_list:
            evidence = super().create([vals])
            evidence._check_substance()
            created += evidence
        return created

    def write(self, vals):
        if self and set(vals) != {"void_reason"}:
            raise UserError(
                self.env._("An analysis can't be changed. Write another one.")
            )
        if self and not (vals.get("void_reason") or "").strip():
            raise UserError(self.env._("Say why the analysis does not count."))
        return super().write({**vals, "voided_by_id": self.env.uid} if self else vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(self.env._("Analyses are kept. Write another one."))

    def _read_format(self, fnames, load="_classic_read"):
        # what concerns a client is a use of the archive, like all that hangs under it
        self.fetch(["archive_id"])
        of_clients = self.filtered("archive_id")
        use_log_reads.log_read(of_clients, fnames, "archive_id")
        return super()._read_format(fnames, load)

    def _substance(self):
        """Return all that is compared."""
        return "\n".join(
            part for part in (self.text, self.advantages, self.drawbacks) if part
        )

    def _check_substance(self):
        """Refuse what says too little, or what another analysis says already."""
        self.ensure_one()
        parameter = self.env["insurance.parameter"]._get
        substance = self._substance()
        wanted = parameter("diligence_min_signs")
        if (found := len(distinct.pieces(substance))) < wanted:
            raise UserError(
                self.env._(
                    "That is too little to count as an analysis: %(found)s signs that "
                    "do not repeat, at least %(wanted)s are needed. Write what you "
                    "compared and what it means for clients.",
                    found=found,
                    wanted=wanted,
                )
            )
        # as superuser: a copy stays a copy where its original is out of sight; the
        # message names nothing of a client
        others = self.sudo().search(self._compared_with(), limit=COMPARED)
        alike, position = distinct.nearest(
            substance, [other._substance() for other in others]
        )
        if position is not None and alike * 100 >= parameter(
            "diligence_similarity_pct"
        ):
            raise UserError(
                self.env._(
                    "%(percent)s %% of this stands in the analysis that %(author)s "
                    "wrote on %(date)s. Write what you have found yourself.",
                    percent=round(alike * 100),
                    author=others[position].author_id.name,
                    date=others[position].date,
                )
            )

    def _compared_with(self):
        """Return the domain of the analyses that must not say the same."""
        return [
            ("product_id", "=", self.product_id.id),
            ("archive_id", "in", [self.archive_id.id, False]),
            ("id", "!=", self.id),
        ]

    @api.model
    def _counting_domain(self):
        """Return the domain of what counts today: not voided, not outdated."""
        months = self.env["insurance.parameter"]._get("diligence_valid_months")
        since = fields.Date.context_today(self) - relativedelta(months=months)
        return [("void_reason", "=", False), ("date", ">=", since)]
