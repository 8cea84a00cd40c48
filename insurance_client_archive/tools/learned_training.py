"""Learning with scikit-learn, an optional extra; the results are plain JSON.

What is stored is the model that was measured: it has learned from one part of the
clients and was tried on the other.
"""

import importlib.util

SEED = 19
#: share of the clients that is kept apart to measure on
HELD_OUT = 0.3
FOLDS = 5
TREE_DEPTH = 4
TREES = 60
#: a rule that fewer clients stand for is chance
FEWEST = 5
GROUPS = range(3, 7)
#: how many rows the quality of groups is worked out on
SILHOUETTE_ROWS = 2000


def available():
    """Tell whether the library is there; nothing is loaded."""
    return importlib.util.find_spec("sklearn") is not None


def split(labels):
    """Return (numbers to learn from, numbers to measure on), each class in both."""
    from sklearn.model_selection import train_test_split

    return train_test_split(
        range(len(labels)), test_size=HELD_OUT, stratify=labels, random_state=SEED
    )


def train(method, columns, rows, labels):
    """Return the model as JSON, learned from rows and their classes."""
    estimator = _estimator(method, len(rows)).fit(rows, labels)
    return {
        "method": method,
        "columns": columns,
        "classes": [str(name) for name in estimator.classes_],
        **_PARAMETERS[method](estimator),
    }


def cross_validate(method, rows, labels):
    """Return the accuracy in each fold, of models that did not see the fold."""
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    smallest = min(labels.count(name) for name in set(labels))
    folds = StratifiedKFold(
        max(2, min(FOLDS, smallest)), shuffle=True, random_state=SEED
    )
    scores = cross_val_score(_estimator(method, len(rows)), rows, labels, cv=folds)
    return [float(score) for score in scores]


def group(columns, rows):
    """Return groups as a model; so many of them as keep apart best."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    scaled = scaler.transform(rows)
    found = {}
    for number in GROUPS:
        if number >= len(rows):
            break
        fitted = KMeans(number, n_init=5, random_state=SEED).fit(scaled)
        if len(set(fitted.labels_)) < 2:
            continue
        quality = silhouette_score(
            scaled,
            fitted.labels_,
            sample_size=min(SILHOUETTE_ROWS, len(rows)),
            random_state=SEED,
        )
        found[number] = (float(quality), fitted)
    best = max(found, key=lambda number: found[number][0])
    fitted = found[best][1]
    return {
        "method": "kmeans",
        "columns": columns,
        "classes": [str(number + 1) for number in range(best)],
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
        "centres": fitted.cluster_centers_.tolist(),
    }


def group_quality(model, rows, groups):
    """Return how well groups part clients that they were not made from."""
    from sklearn.metrics import silhouette_score

    if not 1 < len(set(groups)) < len(rows):
        return 0.0
    scaled = [
        [
            (value - mean) / scale
            for value, mean, scale in zip(
                row, model["means"], model["scales"], strict=True
            )
        ]
        for row in rows
    ]
    return float(
        silhouette_score(
            scaled,
            groups,
            sample_size=min(SILHOUETTE_ROWS, len(rows)),
            random_state=SEED,
        )
    )


def agreement_of_groups(first, second):
    """Return how much two groupings of the same clients agree; by chance it is 0."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(first, second))


def _estimator(method, number):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC
    from sklearn.tree import DecisionTreeClassifier

    if method == "tree":
        return DecisionTreeClassifier(
            max_depth=TREE_DEPTH,
            min_samples_leaf=max(FEWEST, number // 40),
            random_state=SEED,
        )
    if method == "forest":
        return RandomForestClassifier(
            n_estimators=TREES, max_depth=8, min_samples_leaf=2, random_state=SEED
        )
    return make_pipeline(StandardScaler(), LinearSVC(C=0.5, random_state=SEED))


def _nodes(fitted):
    tree = fitted.tree_
    nodes = []
    for number in range(tree.node_count):
        left, right = int(tree.children_left[number]), int(tree.children_right[number])
        if left < 0:
            shares = tree.value[number][0]
            nodes.append([[float(share) for share in shares / shares.sum()]])
        else:
            threshold = float(tree.threshold[number])
            nodes.append([int(tree.feature[number]), threshold, left, right])
    return nodes


def _linear(pipeline):
    """Return weights on the columns as they are, the scaling worked in."""
    scaler, line = pipeline[0], pipeline[-1]
    weights = line.coef_ / scaler.scale_
    starts = line.intercept_ - weights @ scaler.mean_
    return {"weights": weights.tolist(), "starts": starts.tolist()}


_PARAMETERS = {
    "tree": lambda fitted: {"tree": _nodes(fitted)},
    "forest": lambda fitted: {"trees": [_nodes(tree) for tree in fitted.estimators_]},
    "svm": _linear,
}
