from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import (
    learned_card,
    learned_encoding,
    learned_linear,
    learned_metrics,
    learned_model,
    learned_training,
    learned_tree,
    score_evaluator,
)
from .insurance_learned_life import LearningProblem

#: amounts of money are taken in steps of this
AMOUNT_STEP = 1000
#: of rarer classes nothing can be learned and measured
FEWEST_OF_CLASS = 5
#: a scorecard with more rules is read by nobody
MOST_RULES = 60
#: months back, and how many months later the outcome is looked at
PERIODS = (12, 9, 6, 3)
LATER = 3


class InsuranceLearnedProposal(models.Model):
    """Learning the classes that people have set, and measuring it honestly.

    The clients are parted: from some it is learned, on the others it is measured, and
    the model that is kept is the one that was measured.
    """

    _inherit = "insurance.learned.proposal"

    def _learn_classes(self):
        labels, left_out = self._frequent(self._labels())
        self._check_enough(labels)
        Feature = self.env["insurance.client.feature"]
        figures = Feature._figures_at({key: day for key, (day, _c) in labels.items()})
        ids = sorted(figures)
        clients = [figures[archive_id] for archive_id in ids]
        classes = [labels[archive_id][1] for archive_id in ids]
        kept, apart = learned_training.split(classes)
        kinds, amounts, options = self._whitelist()
        columns = learned_encoding.build(
            kinds, amounts, options, [clients[n] for n in kept], AMOUNT_STEP
        )
        if not columns:
            raise LearningProblem(self.env._("All these clients look the same."))
        rows = [learned_encoding.encode(columns, client) for client in clients]
        learned = [rows[n] for n in kept], [classes[n] for n in kept]
        model = learned_training.train(self.method, columns, *learned)
        card = self._card_of(model, [clients[n] for n in kept], *learned)
        result = self._measured(
            model,
            card,
            [clients[n] for n in apart],
            [classes[n] for n in apart],
            learned_metrics.commonest(learned[1]),
        )
        result["metrics"] |= {
            "folds": learned_training.cross_validate(self.method, *learned),
            "learned": len(kept),
            "left_out": left_out,
        }
        return result | {
            "client_count": len(ids),
            "parameters": model,
            "card": learned_card.dump(card),
            "back_test": self._tried_on_past(card, {ids[n] for n in kept}),
        }

    def _frequent(self, labels):
        """Return the labels of classes with enough clients, and the other classes."""
        codes = [code for _day, code in labels.values()]
        rare = {code for code in codes if codes.count(code) < FEWEST_OF_CLASS}
        kept = {key: label for key, label in labels.items() if label[1] not in rare}
        return kept, sorted(rare)

    def _check_enough(self, labels):
        fewest = self.env["insurance.parameter"]._get("learning_min_clients")
        if len(labels) < fewest or len({code for _day, code in labels.values()}) < 2:
            raise LearningProblem(
                self.env._(
                    "People have set or confirmed the class of %(number)s clients "
                    "only. %(fewest)s are needed, in two classes at least with "
                    "%(each)s clients each.",
                    number=len(labels),
                    fewest=fewest,
                    each=FEWEST_OF_CLASS,
                )
            )

    def _card_of(self, model, clients, rows, classes):
        """Return what was learned in the language of scorecards."""
        kinds, _amounts, options = self._whitelist()
        if model["method"] == "svm":
            return learned_linear.from_linear(
                model, kinds, options, clients, classes, self._top_class()
            )
        if model["method"] == "forest":
            model = self._distilled(model, rows)
        card = learned_tree.from_tree(model, options, self._always_known(), rows)
        if len(card.rules) > MOST_RULES:
            raise LearningProblem(
                self.env._(
                    "What was learned needs %s rules: too many to be read and "
                    "approved. Choose the linear SVM.",
                    len(card.rules),
                )
            )
        return card

    @api.model
    def _always_known(self):
        """Return the figures that are known of every client."""
        features = self.env["insurance.client.feature"]._feature_fields()
        return {
            name
            for name, field in features.items()
            if getattr(field, "feature_absent", None) is not None
        }

    def _distilled(self, forest, rows):
        """Return one tree that says nearly what the forest says.

        It also learns from clients whose class nobody has set: the forest is asked.
        """
        columns = forest["columns"]
        rows = rows + [
            learned_encoding.encode(columns, client) for client in self._pool_figures()
        ]
        said = [learned_model.predict_row(forest, row) for row in rows]
        return learned_training.train("tree", columns, rows, said)

    def _top_class(self):
        """Return the class that most points lead to, in the version in force."""
        card = self.env["insurance.scorecard"]._active().get(self.dimension)
        return card and card.level_ids.sorted("threshold")[-1:].segment_id.code

    def _measured(self, model, card, clients, classes, usual):
        """Return what is said of clients that it was not learned from."""
        said = [learned_model.predict(model, client) for client in clients]
        by_card = self._card_says(card, clients)
        names = self._in_order({*classes, *said, *by_card})
        metrics = learned_metrics.measure(classes, said, names, usual)
        metrics["card"] = {
            "accuracy": learned_metrics.agreement(classes, by_card),
            "matrix": learned_metrics.confusion(classes, by_card, names),
        }
        return {
            "metrics": metrics,
            "accuracy": 100 * metrics["accuracy"],
            "baseline": 100 * metrics["baseline"],
            "fidelity": 100 * learned_metrics.agreement(said, by_card),
        }

    def _in_order(self, names):
        codes = self.env["insurance.client.segment"]._codes(self.dimension)
        return [code for code in codes if code in names]

    @api.model
    def _card_says(self, card, clients):
        kinds = self._whitelist()[0]
        return [
            score_evaluator.evaluate(card, kinds, client).result for client in clients
        ]

    # --- looking back

    def _tried_on_past(self, card, learned_ids):
        """Return, for past days, how often later history agreed with the scorecard.

        Clients that it was learned from are left out.
        """
        today = fields.Date.context_today(self)
        periods = []
        for months in PERIODS:
            day = today - relativedelta(months=months)
            later = day + relativedelta(months=LATER)
            periods.append(
                {
                    "day": fields.Date.to_string(day),
                    "later": fields.Date.to_string(later),
                    **self._agreement_on(card, learned_ids, day, later),
                }
            )
        return periods

    def _agreement_on(self, card, learned_ids, day, later):
        ids = self._pool(learned_ids)
        before, after = self._classes_on(ids, day), self._classes_on(ids, later)
        by_people = {
            key: code
            for key, (set_on, code) in self._labels().items()
            if set_on > day and key not in learned_ids
        }
        asked = sorted((before.keys() & after.keys()) | by_people.keys())
        figures = self.env["insurance.client.feature"]._figures_of(asked, day)
        known = [key for key in asked if key in figures]
        said = dict(
            zip(
                known,
                self._card_says(card, [figures[key] for key in known]),
                strict=True,
            )
        )
        both = [key for key in known if key in before and key in after]
        people = [key for key in known if key in by_people]
        return {
            "count": len(both),
            "agreed": sum(said[key] == after[key] for key in both),
            "stayed": sum(before[key] == after[key] for key in both),
            "people": len(people),
            "people_agreed": sum(said[key] == by_people[key] for key in people),
            "people_before": sum(before.get(key) == by_people[key] for key in people),
        }

    def _classes_on(self, archive_ids, day):
        """Return {id: class} that history has for the day."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (archive_id) archive_id, new_code
                FROM insurance_client_class_change
                WHERE dimension = %s AND day <= %s AND archive_id = ANY(%s)
                ORDER BY archive_id, day DESC, id DESC
                """,
                self.dimension,
                day,
                list(archive_ids),
            )
        )
        return {archive_id: code for archive_id, code in rows if code}
