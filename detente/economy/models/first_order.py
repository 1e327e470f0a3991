"""The multi-sector economy to first order at its baseline: what steers the solver. Single precision: it never decides.

Axes: k or s sector, i or n economy, r right-hand side. In ln of costs, spending and wages
    cost = price + wage        spending = inputs of what is made + income        wages = value added paid
so that eliminating cost and spending leaves one unknown an economy. Input-output loops are closed exactly within each
economy and in a few rounds between them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.economy.arrays import namespace
from detente.economy.world import World

ROUNDS = 8  # of foreign input-output loops


def mix(blocks: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Each economy's block [n,a,b] applied to its column of x [...,b,n]: [...,a,n]."""
    if x.ndim == 2:
        return (blocks @ x.T[..., None])[..., 0].T
    columns = x.transpose(2, 0, 1)
    if isinstance(columns, np.ndarray):
        columns = np.ascontiguousarray(columns)
    return (columns @ blocks.transpose(0, 2, 1)).transpose(1, 2, 0)


class Steer(NamedTuple):
    """The baseline's Newton step: exact for wages and what they move, else economy by economy. Single precision."""

    wage: np.ndarray  # [u,n] miss -> wage
    follow: np.ndarray  # [n,2*s*n] wage -> cost and spending
    cost: np.ndarray  # [n,s,s] domestic input-output loops
    spending: np.ndarray

    def __call__(self, miss: np.ndarray) -> np.ndarray:
        rows, (n, s, _), xp = len(miss), self.cost.shape, namespace(miss)
        miss = miss.astype(np.float32)
        wage = miss @ self.wage
        cost, spending = (miss[:, at : at + s * n].reshape(rows, s, n) for at in (0, s * n))
        loops = [mix(self.cost, cost).reshape(rows, -1), mix(self.spending, spending).reshape(rows, -1)]
        return xp.concatenate([xp.concatenate(loops, axis=1) + wage @ self.follow, wage], axis=1)

    def back(self, bar: np.ndarray) -> np.ndarray:
        """The transposed map of rows [k,u]: what steers an adjoint."""
        rows, (n, s, _) = len(bar), self.cost.shape
        bar = bar.astype(np.float32)
        blocks, wage = bar[:, :-n], bar[:, -n:] + bar[:, :-n] @ self.follow.T
        own = [
            mix(loop.transpose(0, 2, 1), blocks[:, at : at + s * n].reshape(rows, s, n)).reshape(rows, -1)
            for loop, at in ((self.cost, 0), (self.spending, s * n))
        ]
        return np.concatenate([*own, np.zeros((rows, n), np.float32)], axis=1) + wage @ self.wage.T


class Through(NamedTuple):
    """A linear map of columns [k,i,r] to [s,n,r]: between economies, then within n by its inputs and by its income."""

    inputs: np.ndarray  # [n,s,k]
    between: np.ndarray  # [k,n,i]
    final: np.ndarray  # [s,n] of income
    income: np.ndarray  # [k,n,i]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        within = self.inputs @ (self.between @ x).transpose(1, 0, 2)
        return within.transpose(1, 0, 2) + self.final[..., None] * (self.income @ x).sum(0)

    def back(self, y: np.ndarray) -> np.ndarray:
        """The transposed map, [s,n,r] to [k,i,r]."""
        within = (self.inputs.transpose(0, 2, 1) @ y.transpose(1, 0, 2)).transpose(1, 0, 2)
        income = (self.final[..., None] * y).sum(0)
        return self.between.transpose(0, 2, 1) @ within + self.income.transpose(0, 2, 1) @ income

    def home(self) -> np.ndarray:
        """inverse(1 - map) [n,s,k] of each economy alone."""
        own = np.arange(len(self.inputs))
        block = self.inputs * self.between[:, own, own].T[:, None, :]
        block = block + self.final.T[:, :, None] * self.income[:, own, own].T[:, None, :]
        return np.linalg.inv(np.eye(block.shape[1], dtype=block.dtype) - block)

    def repeated(self, b: np.ndarray, *, back: bool = False) -> np.ndarray:
        """inverse(1 - map) of b, by rounds that close the domestic loops exactly; the rest is small."""
        home, step = (self.home().transpose(0, 2, 1), self.back) if back else (self.home(), self)
        x = np.zeros_like(b)
        for _ in range(ROUNDS):
            x = x + (home @ (b + step(x) - x).transpose(1, 0, 2)).transpose(1, 0, 2)
        return x


def steer(world: World) -> Steer:
    """What steers the solver, from the Jacobian at the baseline."""
    w, s = world, world.structure
    n = len(w.economies)
    theta, spend, own = s.elasticity[:, None, None], w.spending + (w.spending == 0), np.eye(n)
    net = w.duty_free
    landed = net.sum(2)  # [k,m] of each unit spent
    sold = (net * w.spending[:, :, None]).transpose(0, 2, 1)  # [k,i,m] sales of i to m
    flow = theta * (sold @ w.share - sold.sum(2)[:, :, None] * own)  # [k,i,i'] sales that a rival's cost brings
    duty_by_cost = theta * w.spending[:, :, None] * (net - landed[:, :, None] * w.share)
    duty_by_spending = (w.spending * (1 - landed))[:, :, None] * own
    due, final = s.inputs / spend.T[:, :, None], s.final / spend

    def single(*arrays):
        return (np.ascontiguousarray(array, dtype=np.float32) for array in arrays)

    price = Through(*single(s.inputs.transpose(0, 2, 1), w.share, 0 * final, 0 * w.share))
    buying = Through(*single(due, sold, final, duty_by_spending))
    costly = Through(*single(due, flow, final, duty_by_cost))
    growth = w.income / w.income.sum()  # [n] of the level
    paid = (s.value_added / w.income)[:, :, None]  # [s,i,1]
    cost_by_wage, spending_by_wage, paid_by_cost, paid_by_spending = single(
        s.value_added[:, :, None] * own - growth,
        final[:, :, None] * (w.income * own + w.transfer[:, None] * growth) - growth,
        (paid * flow).transpose(0, 2, 1),  # [k,i',i] a column each wage paid
        (paid * sold).transpose(0, 2, 1),
    )
    follow_cost = price.repeated(cost_by_wage)
    follow_spending = buying.repeated(spending_by_wage + costly(follow_cost))
    schur = np.einsum("kxi,kxw->iw", paid_by_cost, follow_cost) - own - growth
    schur += np.einsum("kxi,kxw->iw", paid_by_spending, follow_spending)
    by_spending = buying.repeated(paid_by_spending, back=True)
    by_cost = price.repeated(paid_by_cost + costly.back(by_spending), back=True)
    wage = np.concatenate([by_cost.reshape(-1, n), by_spending.reshape(-1, n), own])
    follow = np.concatenate([follow_cost.reshape(-1, n), follow_spending.reshape(-1, n)])
    return Steer(*single(-wage @ np.linalg.inv(schur).T, follow.T, price.home(), buying.home()))
