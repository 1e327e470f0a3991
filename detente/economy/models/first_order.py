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

ROUNDS = 2  # of foreign input-output loops; more spare the solver no step


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
    """A linear map of columns [k,i,r] to [s,n,r]: between economies, then within n by its inputs and by its income,
    where that counts."""

    inputs: np.ndarray  # [n,s,k]
    between: np.ndarray  # [k,n,i]
    final: np.ndarray | None = None  # [s,n] of income
    income: np.ndarray | None = None  # [k,n,i]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        within = (self.inputs @ (self.between @ x).transpose(1, 0, 2)).transpose(1, 0, 2)
        if self.final is None or self.income is None:
            return within
        return within + self.final[..., None] * (self.income @ x).sum(0)

    def back(self, y: np.ndarray) -> np.ndarray:
        """The transposed map, [s,n,r] to [k,i,r]."""
        within = (self.inputs.transpose(0, 2, 1) @ y.transpose(1, 0, 2)).transpose(1, 0, 2)
        found = self.between.transpose(0, 2, 1) @ within
        if self.final is None or self.income is None:
            return found
        return found + self.income.transpose(0, 2, 1) @ (self.final[..., None] * y).sum(0)

    def home(self) -> np.ndarray:
        """inverse(1 - map) [n,s,k] of each economy alone."""
        own = np.arange(len(self.inputs))
        block = self.inputs * self.between[:, own, own].T[:, None, :]
        if self.final is not None and self.income is not None:
            block = block + self.final.T[:, :, None] * self.income[:, own, own].T[:, None, :]
        return np.linalg.inv(np.eye(block.shape[1], dtype=block.dtype) - block)

    def repeated(self, home: np.ndarray, b: np.ndarray, *, back: bool = False) -> np.ndarray:
        """inverse(1 - map) of b, by rounds that close the domestic loops (`home`) exactly; the rest is small."""
        home, step = (home.transpose(0, 2, 1), self.back) if back else (home, self)
        x = np.zeros_like(b)
        for _ in range(ROUNDS):
            x = x + (home @ (b + step(x) - x).transpose(1, 0, 2)).transpose(1, 0, 2)
        return x


def preconditioner(world: World) -> Steer:
    """What steers the solver, from the Jacobian at the baseline."""
    w, n = world, len(world.economies)

    def single(array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array, dtype=np.float32)

    inputs, value_added, net, share, spending, income, transfer = map(
        single, (w.structure.inputs, w.structure.value_added, w.duty_free, w.share, w.spending, w.income, w.transfer)
    )
    spend, own = spending + (spending == 0), np.eye(n, dtype=np.float32)
    theta, final = single(w.structure.elasticity)[:, None, None], single(w.structure.final)
    landed = net.sum(2)  # [k,m] of each unit spent
    sold = single((net * spending[:, :, None]).transpose(0, 2, 1))  # [k,i,m] sales of i to m
    flow = theta * (sold @ share - sold.sum(2)[:, :, None] * own)  # [k,i,i'] sales that a rival's cost brings
    duty_by_cost = theta * spending[:, :, None] * (net - landed[:, :, None] * share)
    duty_by_spending = (spending * (1 - landed))[:, :, None] * own
    due, final = single(inputs / spend.T[:, :, None]), final / spend
    price = Through(single(inputs.transpose(0, 2, 1)), share)
    buying = Through(due, sold, final, duty_by_spending)
    costly = Through(due, flow, final, duty_by_cost)
    growth = income / income.sum()  # [n] of the level
    paid = (value_added / income)[:, :, None]  # [s,i,1]
    paid_by_cost = (paid * flow).transpose(0, 2, 1)  # [k,i',i] a column each wage paid
    paid_by_spending = (paid * sold).transpose(0, 2, 1)
    costs, spendings = price.home(), buying.home()
    follow_cost = price.repeated(costs, value_added[:, :, None] * own - growth)
    by_wage = final[:, :, None] * (income * own + transfer[:, None] * growth) - growth
    follow_spending = buying.repeated(spendings, by_wage + costly(follow_cost))
    by_spending = buying.repeated(spendings, paid_by_spending, back=True)
    by_cost = price.repeated(costs, paid_by_cost + costly.back(by_spending), back=True)
    follow = np.concatenate([follow_cost.reshape(-1, n), follow_spending.reshape(-1, n)])
    paid_by = np.concatenate([paid_by_cost.reshape(-1, n), paid_by_spending.reshape(-1, n)])
    schur = paid_by.T @ follow - own - growth
    wage = np.concatenate([by_cost.reshape(-1, n), by_spending.reshape(-1, n), own])
    return Steer(-wage @ np.linalg.inv(schur).T, single(follow.T), costs, spendings)
