import numpy as np

from odoo import api, models

from ..tools import affinity


class InsuranceMatchEngine(models.AbstractModel):
    """What clients like this one buy next."""

    _inherit = "insurance.match.engine"

    @api.model
    def _learned_items(self):
        learned = self.env["insurance.affinity.run"]._learned()
        return learned[0] if learned else ()

    @api.model
    def _liked(self, facts, library, weight):
        """Return clients × products: how likely each is next, the likeliest 1.

        Whoever has bought nothing yet is offered what is popular in the own stage of
        life. Nothing is learned, or it has no weight: 0 for all.
        """
        liked = np.zeros((len(facts.rows), len(library.ids)))
        learned = self.env["insurance.affinity.run"]._learned()
        if not weight or not learned or not len(facts.rows):
            return liked
        items, model, popular = learned
        shares = np.array(
            [popular.get(stage, model.share) for stage in facts.column("segment")]
        )
        scores = model.scores(facts.baskets, shares)
        owned = affinity.owns(facts.baskets, len(items))
        left = np.where(owned, -np.inf, scores)
        top = left.max(axis=1, keepdims=True)
        # what is owned is not likelier than what is most likely next
        chances = np.minimum(np.exp(scores - np.where(np.isfinite(top), top, 0.0)), 1.0)
        place = {product: number for number, product in enumerate(library.ids.tolist())}
        pairs = [
            (place[product], number)
            for number, product in enumerate(items)
            if product in place
        ]
        if pairs:
            here, there = map(list, zip(*pairs, strict=True))
            liked[:, here] = chances[:, there]
        return liked
