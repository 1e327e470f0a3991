"""The vertices of a best-response polytope, in whole numbers: z >= 0 with M z <= 1, all entries of M positive.

Axes: r row of M, v variable. Bases are visited from the origin by lexicographic pivots, so that each vertex is reached
whatever ties there are. The tableau stays in whole numbers: each row is divided by the last pivot, without remainder
(Edmonds; von Stengel 2002, "Computing equilibria for two-person games").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

LABELS = 62  # labels of a vertex, one bit each
MOST_WORK = 5_000_000  # cells of tableaux that are computed before giving up, long numbers counting for more


class Vertex(NamedTuple):
    """A vertex: its coordinates times a common factor, and the labels of the inequalities that bind as bits."""

    point: tuple[int, ...]
    labels: int


class _Basis(NamedTuple):
    """rows [r][v + r + 1]: the tableau times its pivot. basic [r]: the column of each row's basic variable."""

    rows: list[list[int]]
    basic: tuple[int, ...]
    pivot: int


def vertices(matrix: np.ndarray, variables: Sequence[int], slacks: Sequence[int]) -> list[Vertex] | None:
    """The vertices of z >= 0 with M z <= 1; None where the work exceeds its bound.

    matrix [r,v]: positive whole numbers. variables [v], slacks [r]: the labels of z = 0 and of rows that bind.

    >>> [v.point for v in vertices(np.array([[2, 1]], dtype=object), (0, 1), (2,))]
    [(0, 0), (0, 1), (1, 0)]
    """
    labels = (*variables, *slacks)
    count = len(variables)
    start = _origin(matrix)
    seen, stack, distinct = {frozenset(start.basic)}, [start], {}
    cells, work = len(start.rows) * len(start.rows[0]), 0
    while stack:
        basis = stack.pop()
        vertex = _vertex(basis, labels, count)
        distinct[vertex.labels] = vertex
        for column in set(range(len(labels))).difference(basis.basic):
            row = _leaving_row(basis, column, count)
            reached = frozenset(basis.basic) - {basis.basic[row]} | {column}
            if reached not in seen:
                work += cells * (1 + basis.pivot.bit_length() // 64)
                if work > MOST_WORK:
                    return None
                seen.add(reached)
                stack.append(_pivoted(basis, row, column))
    return sorted(distinct.values(), key=lambda v: v.point)


def _origin(matrix: np.ndarray) -> _Basis:
    """The basis of slacks, at z = 0."""
    height, width = matrix.shape
    rows = [[*map(int, matrix[r]), *(int(r == k) for k in range(height)), 1] for r in range(height)]
    return _Basis(rows, tuple(range(width, width + height)), 1)


def _leaving_row(basis: _Basis, column: int, count: int) -> int:
    """The row whose variable leaves as a column enters: the lexicographically least ratio; it is never tied."""
    best = -1
    for r, row in enumerate(basis.rows):
        if row[column] > 0 and (best < 0 or _less(row, basis.rows[best], column, count)):
            best = r
    return best


def _less(row: list[int], other: list[int], column: int, count: int) -> bool:
    """Whether a row's right side and slack columns, divided by its entry, come before another's."""
    a, b = row[column], other[column]
    for k in (-1, *range(count, len(row) - 1)):
        difference = row[k] * b - other[k] * a
        if difference:
            return bool(difference < 0)
    return False


def _pivoted(basis: _Basis, place: int, column: int) -> _Basis:
    """The tableau after a pivot."""
    chosen, last = basis.rows[place], basis.pivot
    entry = chosen[column]
    rows = []
    for r, row in enumerate(basis.rows):
        factor = row[column]
        if r == place:
            rows.append(row)
        else:
            rows.append([(x * entry - y * factor) // last for x, y in zip(row, chosen, strict=True)])
    basic = list(basis.basic)
    basic[place] = column
    return _Basis(rows, tuple(basic), entry)


def _vertex(basis: _Basis, labels: Sequence[int], count: int) -> Vertex:
    """The point of a basis and what binds there: all that is not basic, and what is basic at zero."""
    values = dict(zip(basis.basic, (row[-1] for row in basis.rows), strict=True))
    bits = sum(1 << label for k, label in enumerate(labels) if not values.get(k))
    return Vertex(_point(basis, count), bits)


def lemke_howson(first: np.ndarray, second: np.ndarray) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """One completely labelled pair of points other than the origin, by Lemke and Howson (1964); None if it takes long.

    first [r,v], second [v,r]: positive whole numbers; the labels are those of `vertices`, v of the first and r of the
    second. The first label is dropped, and lexicographic pivots end every path.

    >>> lemke_howson(np.array([[2, 1], [1, 2]], dtype=object), np.array([[2, 1], [1, 2]], dtype=object))
    ((1, 0), (1, 0))
    """
    height, width = first.shape
    bases, widths = [_origin(first), _origin(second)], (width, height)
    cells, work, side, label = height * (width + height), 0, 0, 0
    while work <= MOST_WORK:
        column = label if side == 0 else (label - width) % (width + height)
        row = _leaving_row(bases[side], column, widths[side])
        leaving = bases[side].basic[row]
        work += cells * (1 + bases[side].pivot.bit_length() // 64)
        bases[side] = _pivoted(bases[side], row, column)
        label = leaving if side == 0 else (leaving + width) % (width + height)
        if label == 0:
            return _point(bases[0], width), _point(bases[1], height)
        side = 1 - side
    return None


def _point(basis: _Basis, count: int) -> tuple[int, ...]:
    """The coordinates of a basis times a common factor."""
    values = dict(zip(basis.basic, (row[-1] for row in basis.rows), strict=True))
    return tuple(values.get(k, 0) for k in range(count))
