"""What was learned, as plain JSON, and how it decides: no library, no pickle.

``{"method", "classes", "columns", …}``; the columns are a spec of
``learned_encoding``. A tree is a list of nodes: ``[column, threshold, left, right]``,
or ``[shares of the classes]`` for a leaf.
"""

from .learned_encoding import encode


def predict(model, client):
    """Return the class that the model gives a client, {feature: value or None}."""
    return predict_row(model, encode(model["columns"], client))


def predict_row(model, row):
    """Return the class of a row that is encoded already."""
    scores = _SCORES[model["method"]](model, row)
    # the first of the best, as everywhere
    return model["classes"][scores.index(max(scores))]


def leaf(tree, row):
    """Return the shares of the classes in the leaf that a row comes to."""
    node = tree[0]
    while len(node) == 4:
        column, threshold, left, right = node
        node = tree[left if row[column] <= threshold else right]
    return node[0]


def _tree_scores(model, row):
    return leaf(model["tree"], row)


def _forest_scores(model, row):
    scores = [0.0] * len(model["classes"])
    for tree in model["trees"]:
        for number, share in enumerate(leaf(tree, row)):
            scores[number] += share
    return [score / len(model["trees"]) for score in scores]


def _linear_scores(model, row):
    scores = [
        start + sum(weight * value for weight, value in zip(weights, row, strict=True))
        for start, weights in zip(model["starts"], model["weights"], strict=True)
    ]
    # of two classes one line tells them apart; on the line it is the first
    return [-scores[0], scores[0]] if len(model["classes"]) == 2 else scores


def _nearest_scores(model, row):
    scaled = [
        (value - mean) / scale
        for value, mean, scale in zip(row, model["means"], model["scales"], strict=True)
    ]
    return [
        -sum((value - place) ** 2 for value, place in zip(scaled, centre, strict=True))
        for centre in model["centres"]
    ]


_SCORES = {
    "tree": _tree_scores,
    "forest": _forest_scores,
    "svm": _linear_scores,
    "kmeans": _nearest_scores,
}
