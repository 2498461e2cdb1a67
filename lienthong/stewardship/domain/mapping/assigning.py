"""The best one-to-one assignment of columns to fields (Hungarian method, Jonker and Volgenant's form)."""

from __future__ import annotations

from collections.abc import Sequence


def assign(scores: Sequence[Sequence[float]]) -> dict[int, int]:
    """Return row → column so that the sum of the chosen scores is the greatest; a score of 0 is never chosen."""
    rows = [i for i, each in enumerate(scores) if any(each)]
    columns = sorted({j for each in scores for j, score in enumerate(each) if score})
    size = max(len(rows), len(columns))
    cost = [[0.0] * size for _ in range(size)]
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            cost[i][j] = -scores[row][column]
    u, v = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of = [0] * (size + 1)
    for i in range(1, size + 1):
        _augment(i, cost, u, v, row_of)
    found = {row_of[j] - 1: j - 1 for j in range(1, size + 1)}
    return {rows[i]: columns[j] for i, j in found.items() if cost[i][j] < 0}


def _augment(i: int, cost: Sequence[Sequence[float]], u: list[float], v: list[float], row_of: list[int]) -> None:
    """Give row ``i`` a column along the cheapest path of exchanges; u and v are the prices of rows and columns."""
    size = len(cost)
    row_of[0] = i
    least, before, used = [float("inf")] * (size + 1), [0] * (size + 1), [False] * (size + 1)
    j = 0
    while row_of[j]:
        used[j] = True
        row, step, following = row_of[j], float("inf"), 0
        for k in range(1, size + 1):
            if used[k]:
                continue
            price = cost[row - 1][k - 1] - u[row] - v[k]
            if price < least[k]:
                least[k], before[k] = price, j
            if least[k] < step:
                step, following = least[k], k
        for k in range(size + 1):
            if used[k]:
                u[row_of[k]] += step
                v[k] -= step
            else:
                least[k] -= step
        j = following
    while j:
        row_of[j] = row_of[before[j]]
        j = before[j]
