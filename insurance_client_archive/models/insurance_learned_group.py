import random

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import (
    learned_card,
    learned_encoding,
    learned_metrics,
    learned_model,
    learned_training,
    learned_tree,
)
from .insurance_learned_data import SEED
from .insurance_learned_life import LearningProblem
from .insurance_learned_study import AMOUNT_STEP

#: how many figures are named that set a group apart
TELLING = 4
HELD_OUT_EACH = 3


class InsuranceLearnedGroup(models.Model):
    """A group of clients that are alike, and the class that a person puts it into."""

    _name = "insurance.learned.group"
    _description = "Group of clients that are alike"
    _order = "proposal_id, code"
    _rec_name = "code"

    proposal_id = fields.Many2one(
        "insurance.learned.proposal", required=True, index=True, ondelete="cascade"
    )
    dimension = fields.Selection(related="proposal_id.dimension")
    code = fields.Char(string="Group", required=True, readonly=True)
    share = fields.Float(
        string="Share of clients (%)", readonly=True, digits=(5, 1), aggregator=None
    )
    telling = fields.Json(readonly=True)
    description = fields.Char(
        string="What sets it apart", compute="_compute_description"
    )
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Becomes class",
        domain="[('dimension', '=', dimension)]",
        ondelete="restrict",
    )

    @api.depends("telling")
    @api.depends_context("lang")
    def _compute_description(self):
        features = self.env["insurance.score.feature"]._all()
        by_code = {feature.code: feature for feature in features}
        for group in self:
            group.description = " · ".join(
                group._in_words(by_code[part["feature"]], part)
                for part in group.telling or []
                if part["feature"] in by_code
            )

    def _in_words(self, feature, part):
        """Return a figure of the group beside that of all clients."""
        size = part["step"]
        if part["kind"] == "number":
            own, all_clients = (f"{part[name] * size:,.0f}" for name in ("own", "all"))
            text = self.env._("%(own)s (all: %(all)s)", own=own, all=all_clients)
            return f"{feature.name} {text}"
        label = self.env._("unknown")
        if part["kind"] == "value":
            option = feature.option_ids.filtered(lambda one: one.code == part["value"])
            label = option.display_name
        own, all_clients = (f"{100 * part[name]:.0f} %" for name in ("own", "all"))
        text = self.env._("%(own)s (all: %(all)s)", own=own, all=all_clients)
        return f"{feature.name} {label} {text}"

    def write(self, vals):
        if not self.env.su and set(vals) != {"segment_id"}:
            raise UserError(self.env._("What was learned is not entered by hand."))
        if any(group.proposal_id.state != "proposed" for group in self):
            raise UserError(
                self.env._("What was learned is kept. Make a new proposal instead.")
            )
        return super().write(vals)

    @api.constrains("segment_id")
    def _check_segment(self):
        for group in self.filtered("segment_id"):
            if group.segment_id.dimension != group.dimension:
                raise UserError(self.env._("Choose classes of this dimension only."))


class InsuranceLearnedProposal(models.Model):
    """New groups: what clients have in common, before anybody has named it."""

    _inherit = "insurance.learned.proposal"

    group_ids = fields.One2many(
        "insurance.learned.group", "proposal_id", string="Groups", copy=False
    )

    def _learn_kmeans(self):
        clients = self._pool_figures()
        fewest = self.env["insurance.parameter"]._get("learning_min_clients")
        if len(clients) < fewest:
            raise LearningProblem(
                self.env._(
                    "There are %(number)s clients. %(fewest)s are needed.",
                    number=len(clients),
                    fewest=fewest,
                )
            )
        apart = clients[:: HELD_OUT_EACH + 1]
        kept = [client for n, client in enumerate(clients) if n % (HELD_OUT_EACH + 1)]
        kinds, amounts, options = self._whitelist()
        columns = learned_encoding.build(kinds, amounts, options, kept, AMOUNT_STEP)
        rows = [learned_encoding.encode(columns, client) for client in kept]
        model = learned_training.group(columns, rows)
        groups = [learned_model.predict_row(model, row) for row in rows]
        tree = learned_training.train("tree", columns, rows, groups)
        card = learned_tree.from_tree(tree, options, self._always_known(), rows)
        self.group_ids.unlink()
        return {
            **self._measured_groups(model, card, columns, apart),
            "client_count": len(clients),
            "parameters": model,
            "card": learned_card.dump(card),
            "back_test": False,
            "group_ids": [
                fields.Command.create(values)
                for values in self._groups(columns, rows, groups)
            ],
        }

    def _measured_groups(self, model, card, columns, clients):
        """Return how well the groups part clients that they were not made from."""
        rows = [learned_encoding.encode(columns, client) for client in clients]
        groups = [learned_model.predict_row(model, row) for row in rows]
        by_chance = groups[:]
        random.Random(SEED).shuffle(by_chance)
        # made anew, from the other clients: do the same groups come out?
        other = learned_training.group(columns, rows)
        again = [learned_model.predict_row(other, row) for row in rows]
        return {
            "accuracy": 0,
            "baseline": 0,
            "fidelity": 100
            * learned_metrics.agreement(groups, self._card_says(card, clients)),
            "metrics": {
                "count": len(clients),
                "parted": learned_training.group_quality(model, rows, groups),
                "parted_by_chance": learned_training.group_quality(
                    model, rows, by_chance
                ),
                "again": learned_training.agreement_of_groups(groups, again),
            },
        }

    @api.model
    def _groups(self, columns, rows, groups):
        """Return the values of the groups: how big they are, and what is special."""
        everybody = _means(rows)
        spread = [
            _spread(values, mean)
            for values, mean in zip(zip(*rows, strict=True), everybody, strict=True)
        ]
        for code in sorted(set(groups)):
            own_rows = [
                r for r, group in zip(rows, groups, strict=True) if group == code
            ]
            own = _means(own_rows)
            places = sorted(
                range(len(columns)),
                key=lambda n, own=own: -abs(own[n] - everybody[n]) / spread[n],
            )
            yield {
                "code": code,
                "share": 100 * len(own_rows) / len(rows),
                "telling": [
                    {
                        "step": 1,
                        **columns[n],
                        "own": own[n],
                        "all": everybody[n],
                    }
                    for n in places[:TELLING]
                ],
            }

    def _check_groups(self):
        if self.method == "kmeans" and not all(
            group.segment_id for group in self.group_ids
        ):
            raise UserError(
                self.env._("Say for each group which class it becomes, then adopt it.")
            )


def _means(rows):
    return [sum(values) / len(rows) for values in zip(*rows, strict=True)]


def _spread(values, mean):
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1
