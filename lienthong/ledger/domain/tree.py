"""The Merkle tree of RFC 6962: hashing, proofs and what an outsider needs to check them. Pure functions, no storage.

A tree of ``size`` leaves is known by its complete subtrees: ``(level, index)`` covers leaves ``index·2^level`` up to
``(index+1)·2^level``. Any range the RFC asks for is a row of complete subtrees, folded from the right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
Place = tuple[int, int]
"""Level and index of a complete subtree; level 0 is a leaf."""
Nodes = Mapping[Place, bytes]


def leaf_hash(digest: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + digest).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the complete subtrees it consists of, largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def copy(self) -> Frontier:
        """Return an independent copy."""
        return Frontier(self.size, self._peaks)

    def add(self, digest: bytes) -> list[tuple[Place, bytes]]:
        """Append a leaf; answer the inner nodes that it completes."""
        index, level, current = self.size, 0, leaf_hash(digest)
        completed: list[tuple[Place, bytes]] = []
        while index & 1:
            current = node_hash(self._peaks.pop(), current)
            index, level = index >> 1, level + 1
            completed.append(((level, index), current))
        self._peaks.append(current)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the Merkle tree hash of all leaves so far."""
        return fold(self._peaks)


def fold(parts: Sequence[bytes]) -> bytes:
    """Return the hash of a range from the hashes of its complete subtrees, left to right; of nothing: EMPTY_ROOT."""
    if not parts:
        return EMPTY_ROOT
    whole = parts[-1]
    for left in reversed(parts[:-1]):
        whole = node_hash(left, whole)
    return whole


def parts(start: int, end: int) -> list[Place]:
    """Return the complete subtrees that the leaves from ``start`` up to ``end`` consist of, largest first."""
    found: list[Place] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the leaf ranges whose hashes prove leaf ``index`` in a tree of ``size``, innermost first (2.1.1)."""
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Return the leaf ranges whose hashes prove that the tree of ``new`` leaves continues that of ``old`` (2.1.2)."""
    if old in {0, new}:
        return []
    ranges: list[tuple[int, int]] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    return [*([] if whole else [(start, end)]), *ranges[::-1]]


def hashes(ranges: Sequence[tuple[int, int]], nodes: Nodes) -> tuple[bytes, ...]:
    """Return the hash of each range, from the hashes of its complete subtrees."""
    return tuple(fold([nodes[place] for place in parts(start, end)]) for start, end in ranges)


def root_from_inclusion(index: int, size: int, digest: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion path leads to (RFC 9162, 2.1.3.2); None when the path cannot fit."""
    if not 0 <= index < size:
        return None
    fn, sn, root = index, size - 1, leaf_hash(digest)
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, sibling)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the path proves that the new tree continues the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not path and (old_root == new_root if old else old_root == EMPTY_ROOT)
    hashes_left = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes_left:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = hashes_left[0]
    for each in hashes_left[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(each, first), node_hash(each, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, each)
        fn, sn = fn >> 1, sn >> 1
    return first == old_root and second == new_root and sn == 0


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1
