"""The hash tree of RFC 6962: one short root for many entries, and proofs for it.

Leaves and inner nodes are hashed with different prefixes, so that no inner node can be
passed off as an entry.
"""

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class TreeHasher:
    """Compute the root while the leaves pass by, keeping log2(n) hashes."""

    def __init__(self):
        self.size = 0
        #: roots of complete subtrees, the largest first
        self._peaks = []

    def add(self, leaf):
        """Add the hash of the next leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self._peaks:
            return EMPTY_ROOT
        *peaks, root = self._peaks
        for peak in reversed(peaks):
            root = node_hash(peak, root)
        return root


def root(leaves):
    """Return the root over a sequence of leaf hashes."""
    hasher = TreeHasher()
    for leaf in leaves:
        hasher.add(leaf)
    return hasher.root()


def inclusion_proof(leaves, position):
    """Return the hashes that lead from the leaf at *position* to the root."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if position < split:
        return [*inclusion_proof(leaves[:split], position), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], position - split), root(leaves[:split])]


def verify_inclusion(leaf, position, size, proof, expected_root):
    """Tell whether *leaf* stands at *position* in the tree of *size* leaves."""
    if not 0 <= position < size:
        return False
    last = size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            leaf = node_hash(sibling, leaf)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            leaf = node_hash(leaf, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and leaf == expected_root


def consistency_proof(leaves, old_size):
    """Return the hashes which show that the tree grew out of its first leaves."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(old_size)
    return _subproof(leaves, old_size, whole=True)


def verify_consistency(old_size, new_size, proof, old_root, new_root):
    """Tell whether the tree with *new_root* begins with that of *old_root*."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    proof = list(proof)
    if not old_size & (old_size - 1):
        proof.insert(0, old_root)
    if not proof:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first >>= 1
        last >>= 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        first >>= 1
        last >>= 1
    return last == 0 and old == old_root and new == new_root


def _subproof(leaves, old_size, whole):
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        proof = _subproof(leaves[:split], old_size, whole)
        return [*proof, root(leaves[split:])]
    proof = _subproof(leaves[split:], old_size - split, whole=False)
    return [*proof, root(leaves[:split])]


def _split(size):
    """Return the largest power of two below *size*."""
    return 1 << (size - 1).bit_length() - 1
