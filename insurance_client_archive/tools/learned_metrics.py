"""How good a model is, told by clients that it has not learned from."""

from collections import Counter


def measure(truth, said, classes, usual):
    """Return the metrics of what a model has said.

    :param usual: the commonest class among the clients learned from: who always says
        that has learned nothing
    """
    matrix = confusion(truth, said, classes)
    total = len(truth)
    right = sum(map(eq, truth, said))
    recalls = [row[number] / sum(row) for number, row in enumerate(matrix) if sum(row)]
    return {
        "count": total,
        "accuracy": share(right, total),
        "range": interval(right, total),
        "balanced": sum(recalls) / len(recalls) if recalls else 0,
        "baseline": share(truth.count(usual), total),
        "usual": usual,
        "classes": list(classes),
        "matrix": matrix,
    }


def confusion(truth, said, classes):
    """Return how many clients of each class (rows) were put into which (columns)."""
    pairs = Counter(zip(truth, said, strict=True))
    return [[pairs[real, given] for given in classes] for real in classes]


def agreement(first, second):
    """Return in how many cases two say the same."""
    return share(sum(map(eq, first, second)), len(first))


def interval(right, total):
    """Return between what the share lies in 19 of 20 cases (Wilson's interval)."""
    if not total:
        return [0, 1]
    found, z = right / total, 1.96
    middle = (found + z * z / (2 * total)) / (1 + z * z / total)
    spread = (found * (1 - found) / total + z * z / (4 * total * total)) ** 0.5
    reach = z * spread / (1 + z * z / total)
    return [middle - reach, middle + reach]


def commonest(labels):
    """Return the commonest class; of equals the first in the alphabet."""
    counts = Counter(labels)
    return min(counts, key=lambda name: (-counts[name], name))


def eq(first, second):
    return first == second


def share(part, whole):
    return part / whole if whole else 0
