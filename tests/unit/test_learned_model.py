"""What is kept as JSON says the same as the library that it was learned with."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_client_archive.tools import (
    learned_card,
    learned_encoding,
    learned_linear,
    learned_metrics,
    learned_model,
    learned_training,
    learned_tree,
    score_evaluator,
    score_types,
)

KINDS = {
    "age": score_types.NUMBER,
    "premium": score_types.NUMBER,
    "policies": score_types.NUMBER,
    "band": score_types.CHOICE,
    "key": score_types.FLAG,
}
OPTIONS = {"band": ["1", "2", "3", "4"], "key": ["yes", "no"]}
STEP = 1000
KNOWN = {"premium", "policies"}
METHODS = ("tree", "forest", "svm")

CLIENTS = st.fixed_dictionaries(
    {
        "age": st.none() | st.integers(0, 110),
        "premium": st.integers(0, 10_000_000).map(lambda cents: cents / 100),
        "policies": st.integers(0, 9),
        "band": st.none() | st.sampled_from(OPTIONS["band"]),
        "key": st.none() | st.booleans(),
    }
)


def invent(seed, number=240):
    chance = random.Random(seed)
    clients = [
        {
            "age": chance.choice([None, *range(18, 80)]),
            "premium": chance.choice([0, chance.randint(0, 9_000_000) / 100]),
            "policies": chance.randint(0, 6),
            "band": chance.choice([None, *OPTIONS["band"]]),
            "key": chance.choice([True, False, None]),
        }
        for _client in range(number)
    ]
    return clients, [judge(client, chance) for client in clients]


def judge(client, chance):
    worth = (client["age"] or 30) / 20 + client["premium"] / 20000
    worth += client["policies"] + 2 * (client["band"] in ("3", "4"))
    worth += 2 * chance.random()
    return "high" if worth > 8 else "medium" if worth > 5 else "low"


class Learned:
    """A model of each method, and the library's own model beside it."""

    def __init__(self, seed):
        self.clients, self.labels = invent(seed)
        self.columns = learned_encoding.build(
            KINDS, {"premium"}, OPTIONS, self.clients, STEP
        )
        self.rows = [
            learned_encoding.encode(self.columns, client) for client in self.clients
        ]
        self.models, self.library = {}, {}
        for method in METHODS:
            model = learned_training.train(method, self.columns, self.rows, self.labels)
            # as it comes back from the database
            self.models[method] = json.loads(json.dumps(model))
            estimator = learned_training._estimator(method, len(self.rows))
            self.library[method] = estimator.fit(self.rows, self.labels)


@pytest.fixture(scope="module", params=range(4))
def learned(request):
    return Learned(request.param)


@pytest.mark.parametrize("method", METHODS)
@given(clients=st.lists(CLIENTS, min_size=1, max_size=30))
def test_the_json_decides_as_the_library_does(learned, method, clients):
    rows = [learned_encoding.encode(learned.columns, client) for client in clients]
    said = [learned_model.predict(learned.models[method], one) for one in clients]
    assert said == list(learned.library[method].predict(rows))


@given(client=CLIENTS)
def test_the_rules_of_a_tree_say_what_the_tree_says(learned, client):
    model = learned.models["tree"]
    card = learned_tree.from_tree(model, OPTIONS, KNOWN, learned.rows)
    verdict = score_evaluator.evaluate(card, KINDS, client)
    assert verdict.result == learned_model.predict(model, client)


def test_a_tree_and_its_rules_are_fit_for_a_scorecard(learned):
    card = learned_tree.from_tree(learned.models["tree"], OPTIONS, KNOWN, learned.rows)
    score_types.check(card, KINDS, {"low", "medium", "high"})


def test_the_points_of_a_linear_model_are_fit_for_a_scorecard(learned):
    card = learned_linear.from_linear(
        learned.models["svm"], KINDS, OPTIONS, learned.clients, learned.labels, "high"
    )
    score_types.check(card, KINDS, {"low", "medium", "high"})
    assert card.levels[-1].result == "high"


def test_the_points_say_nearly_what_the_linear_model_says(learned):
    model = learned.models["svm"]
    card = learned_linear.from_linear(
        model, KINDS, OPTIONS, learned.clients, learned.labels, "high"
    )
    by_card = [
        score_evaluator.evaluate(card, KINDS, client).result
        for client in learned.clients
    ]
    by_model = [learned_model.predict(model, client) for client in learned.clients]
    assert learned_metrics.agreement(by_card, by_model) > 0.75


def test_a_card_comes_back_from_the_database_as_it_went(learned):
    for card in (
        learned_tree.from_tree(learned.models["tree"], OPTIONS, KNOWN, learned.rows),
        learned_linear.from_linear(
            learned.models["svm"], KINDS, OPTIONS, learned.clients, learned.labels
        ),
    ):
        stored = json.loads(json.dumps(learned_card.dump(card)))
        assert learned_card.load(stored) == card


def test_two_classes_are_told_apart_by_one_line():
    clients, labels = invent(9)
    labels = ["a" if label == "low" else "b" for label in labels]
    columns = learned_encoding.build(KINDS, {"premium"}, OPTIONS, clients, STEP)
    rows = [learned_encoding.encode(columns, client) for client in clients]
    model = learned_training.train("svm", columns, rows, labels)
    estimator = learned_training._estimator("svm", len(rows)).fit(rows, labels)
    said = [learned_model.predict_row(model, row) for row in rows]
    assert said == list(estimator.predict(rows))


def test_groups_are_those_of_the_library(learned):
    model = learned_training.group(learned.columns, learned.rows)
    groups = [learned_model.predict_row(model, row) for row in learned.rows]
    assert set(groups) == set(model["classes"])
    assert learned_training.group_quality(model, learned.rows, groups) > 0


def test_every_class_is_on_both_sides_of_the_split():
    labels = ["a"] * 20 + ["b"] * 10
    kept, apart = learned_training.split(labels)
    assert not set(kept) & set(apart)
    assert {labels[n] for n in kept} == {labels[n] for n in apart} == {"a", "b"}


def test_what_tells_nobody_apart_is_no_column():
    clients = [{**invent(1, 1)[0][0], "policies": 3} for _client in range(5)]
    assert not learned_encoding.build(KINDS, set(), OPTIONS, clients, STEP)


def test_confusion_counts_each_client_once():
    truth, said = ["a", "a", "b", "c"], ["a", "b", "b", "b"]
    metrics = learned_metrics.measure(truth, said, ["a", "b", "c"], "a")
    assert metrics["matrix"] == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert metrics["accuracy"] == 0.5
    assert metrics["balanced"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert metrics["baseline"] == 0.5


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (0, 0, 0, 1),
        (5, 10, 0.237, 0.763),
        (10, 10, 0.722, 1),
        (500, 1000, 0.469, 0.531),
    ],
)
def test_few_clients_leave_a_wide_range(right, total, low, high):
    found = learned_metrics.interval(right, total)
    assert found == pytest.approx([low, high], abs=0.001)
