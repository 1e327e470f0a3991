"""The multi-sector economy to first order at its baseline: the solver's preconditioner.

It is in single precision, since it decides how fast the solver arrives and never where.

Axes: k or s sector, i or n economy, r right-hand side, u unknown. In ln of costs, expenditure and wages

    cost = price + wage        expenditure = inputs used in output + income        wages = value added paid

so that eliminating cost and expenditure leaves one unknown per economy. Input-output loops are closed exactly within
each economy and in a few rounds between them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from detente.economy.arrays import namespace
from detente.economy.world import World

ROUNDS = 2  # of foreign input-output loops; more of them save the solver no step


def apply_blocks(blocks: Any, x: Any) -> Any:
    """Each economy's block [n,a,b] applied to its column of x [...,b,n]: [...,a,n]."""
    if x.ndim == 2:
        return (blocks @ x.T[..., None])[..., 0].T
    columns = x.transpose(2, 0, 1)
    if isinstance(columns, np.ndarray):
        columns = np.ascontiguousarray(columns)
    return (columns @ blocks.transpose(0, 2, 1)).transpose(1, 2, 0)


class BlockPreconditioner(NamedTuple):
    """The Newton step at the baseline: exact for wages and what depends on them, else economy by economy."""

    wage: np.ndarray  # [u,n] residual -> wage
    follow: np.ndarray  # [n,2*s*n] wage -> cost and expenditure
    cost: np.ndarray  # [n,s,s] domestic input-output loops
    expenditure: np.ndarray  # [n,s,s]

    def __call__(self, residual: Any) -> Any:
        """The correction [k,u] of rows of residuals [k,u]."""
        rows, (n, s, _), xp = len(residual), self.cost.shape, namespace(residual)
        residual = residual.astype(np.float32)
        wage = residual @ self.wage
        cost, expenditure = (residual[:, first : first + s * n].reshape(rows, s, n) for first in (0, s * n))
        loops = [
            apply_blocks(self.cost, cost).reshape(rows, -1),
            apply_blocks(self.expenditure, expenditure).reshape(rows, -1),
        ]
        return xp.concatenate([xp.concatenate(loops, axis=1) + wage @ self.follow, wage], axis=1)

    def transposed(self, cotangent: Any) -> Any:
        """The transposed map of rows [k,u]: the preconditioner of an adjoint."""
        rows, (n, s, _) = len(cotangent), self.cost.shape
        cotangent = cotangent.astype(np.float32)
        blocks, wage = cotangent[:, :-n], cotangent[:, -n:] + cotangent[:, :-n] @ self.follow.T
        loops = [
            apply_blocks(loop.transpose(0, 2, 1), blocks[:, first : first + s * n].reshape(rows, s, n)).reshape(
                rows, -1
            )
            for loop, first in ((self.cost, 0), (self.expenditure, s * n))
        ]
        return np.concatenate([*loops, np.zeros((rows, n), np.float32)], axis=1) + wage @ self.wage.T


class LinkedMap(NamedTuple):
    """A linear map of columns [k,i,r] to [s,n,r]: between economies, then within n by its inputs.

    final and income, where given, add what n's income spends: income is linear in the columns, final divides it. more:
    a map that is added.
    """

    inputs: np.ndarray  # [n,s,k]
    between: np.ndarray  # [k,n,i]
    final: np.ndarray | None = None  # [s,n] of income
    income: np.ndarray | None = None  # [k,n,i]
    more: Any = None

    def __call__(self, x: Any) -> Any:
        y = (self.inputs @ (self.between @ x).transpose(1, 0, 2)).transpose(1, 0, 2)
        if self.final is not None and self.income is not None:
            y = y + self.final[..., None] * (self.income @ x).sum(0)
        return y if self.more is None else y + self.more(x)

    def transposed(self, y: Any) -> Any:
        """The transposed map, [s,n,r] to [k,i,r]."""
        within = (self.inputs.transpose(0, 2, 1) @ y.transpose(1, 0, 2)).transpose(1, 0, 2)
        x = self.between.transpose(0, 2, 1) @ within
        if self.final is not None and self.income is not None:
            x = x + self.income.transpose(0, 2, 1) @ (self.final[..., None] * y).sum(0)
        return x if self.more is None else x + self.more.transposed(y)

    def domestic(self) -> Any:
        """The map [n,s,k] of each economy alone."""
        own = np.arange(len(self.inputs))
        block = self.inputs * self.between[:, own, own].T[:, None, :]
        if self.final is not None and self.income is not None:
            block = block + self.final.T[:, :, None] * self.income[:, own, own].T[:, None, :]
        return block if self.more is None else block + self.more.domestic()

    def domestic_inverse(self) -> Any:
        """inverse(1 - map) [n,s,k] of each economy alone."""
        block = self.domestic()
        return np.linalg.inv(np.eye(block.shape[1], dtype=block.dtype) - block)

    def solve(self, domestic_inverse: np.ndarray, b: Any, *, transposed: bool = False) -> Any:
        """inverse(1 - map) of b, by block-Jacobi rounds that close the domestic loops exactly; the rest is small."""
        inverse, step = (
            (domestic_inverse.transpose(0, 2, 1), self.transposed) if transposed else (domestic_inverse, self)
        )
        x = (inverse @ b.transpose(1, 0, 2)).transpose(1, 0, 2)
        for _ in range(ROUNDS - 1):
            x = x + (inverse @ (b + step(x) - x).transpose(1, 0, 2)).transpose(1, 0, 2)
        return x


class Links(NamedTuple):
    """What ties costs, expenditure and wages of a model to each other at its baseline.

    cost_by_wage, paid [s,n]: the wage's part of cost, and what output pays at that wage, wages [n] in all.
    cost_by_price [n,s,k]: each good's part of the cost of s. demand_by_output [n,k,s]: of k for each unit of n's output
    of s. final [s,n]: of the income that is not in demand_by_output; income [n]: that at the wage, before duty and
    deficit. cost_by_output [n,s,k], if given: of the cost of s by the ln of n's output of k, where wages differ between
    sectors.
    """

    cost_by_wage: np.ndarray
    paid: np.ndarray
    cost_by_price: np.ndarray
    demand_by_output: np.ndarray
    final: np.ndarray
    income: np.ndarray
    wages: np.ndarray
    cost_by_output: np.ndarray | None = None


def multi_sector_links(world: World) -> Links:
    """The links of multi_sector, where all value added is wages."""
    s = world.structure
    by_price = s.inputs.transpose(0, 2, 1)
    return Links(s.value_added, s.value_added, by_price, s.inputs, s.final, world.income, world.income)


class Maps(NamedTuple):
    """The Jacobian of a model's goods markets at its baseline, in single precision.

    price: cost to cost. by_expenditure, by_cost: to expenditure. final [s,n]: of income, over spending. paid_by_cost,
    paid_by_expenditure [k,i',i]: one column for each economy's wages paid.
    """

    price: LinkedMap
    by_expenditure: LinkedMap
    by_cost: LinkedMap
    final: np.ndarray
    paid_by_cost: np.ndarray
    paid_by_expenditure: np.ndarray


def maps(world: World, links: Links) -> Maps:
    """The Jacobian of the goods markets that links tie together."""
    w, own = world, np.eye(len(world.economies), dtype=np.float32)
    _, earned, cost_by_price, inputs, final, _, wages = map(_single, links[:7])
    net, share, spending = map(_single, (w.duty_free, w.share, w.spending))
    divisor = spending + (spending == 0)
    theta = _single(w.structure.elasticity)[:, None, None]
    landed = net.sum(2)  # [k,m] of each unit spent
    sales = _single((net * spending[:, :, None]).transpose(0, 2, 1))  # [k,i,m] sales of i to m
    sales_by_cost = theta * (
        sales @ share - sales.sum(2)[:, :, None] * own
    )  # [k,i,i'] sales that a rival's cost brings
    duty_by_cost = theta * spending[:, :, None] * (net - landed[:, :, None] * share)
    duty_by_expenditure = (spending * (1 - landed))[:, :, None] * own
    inputs_by_spending, final = _single(inputs / divisor.T[:, :, None]), final / divisor
    price = LinkedMap(cost_by_price, share)
    if links.cost_by_output is not None:
        output = sales.sum(2)[:, :, None]
        relative = sales_by_cost / (output + (output == 0))
        price = price._replace(more=LinkedMap(_single(links.cost_by_output), relative))
    paid = (earned / wages)[:, :, None]  # [s,i,1]
    return Maps(
        price,
        LinkedMap(inputs_by_spending, sales, final, duty_by_expenditure),
        LinkedMap(inputs_by_spending, sales_by_cost, final, duty_by_cost),
        final,
        (paid * sales_by_cost).transpose(0, 2, 1),
        (paid * sales).transpose(0, 2, 1),
    )


def _single(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)


def preconditioner(world: World, links: Links | None = None) -> BlockPreconditioner:
    """The solver's preconditioner, from the Jacobian at the baseline; links: multi_sector's unless given."""
    n, links = len(world.economies), links or multi_sector_links(world)
    price, by_expenditure, by_cost, final, paid_by_cost, paid_by_expenditure = maps(world, links)
    own, transfer = np.eye(n, dtype=np.float32), _single(world.transfer)
    value_added, income = _single(links.cost_by_wage), _single(links.income)
    growth = income / income.sum()  # [n] of the level
    cost_inverse, expenditure_inverse = price.domestic_inverse(), by_expenditure.domestic_inverse()
    cost_by_wage = price.solve(cost_inverse, value_added[:, :, None] * own - growth)
    direct = final[:, :, None] * (income * own + transfer[:, None] * growth) - growth
    expenditure_by_wage = by_expenditure.solve(expenditure_inverse, direct + by_cost(cost_by_wage))
    wage_by_expenditure = by_expenditure.solve(expenditure_inverse, paid_by_expenditure, transposed=True)
    wage_by_cost = price.solve(cost_inverse, paid_by_cost + by_cost.transposed(wage_by_expenditure), transposed=True)
    follow = np.concatenate([cost_by_wage.reshape(-1, n), expenditure_by_wage.reshape(-1, n)])
    paid_by = np.concatenate([paid_by_cost.reshape(-1, n), paid_by_expenditure.reshape(-1, n)])
    schur = paid_by.T @ follow - own - growth
    wage = np.concatenate([wage_by_cost.reshape(-1, n), wage_by_expenditure.reshape(-1, n), own])
    return BlockPreconditioner(-wage @ np.linalg.inv(schur).T, _single(follow.T), cost_inverse, expenditure_inverse)


def held_wages_preconditioner(world: World, links: Links | None = None) -> BlockPreconditioner:
    """The same where wages are held and final spending is the third unknown: it moves until output pays those wages."""
    n, links = len(world.economies), links or multi_sector_links(world)
    price, with_income, by_cost, final, paid_by_cost, paid_by_expenditure = maps(world, links)
    own, income = np.eye(n, dtype=np.float32), _single(final_spending(world))
    by_expenditure, by_cost = (m._replace(final=None, income=None) for m in (with_income, by_cost))
    cost_inverse, expenditure_inverse = price.domestic_inverse(), by_expenditure.domestic_inverse()
    follow = by_expenditure.solve(expenditure_inverse, final[:, :, None] * (income * own)).reshape(-1, n)
    by_exp = by_expenditure.solve(expenditure_inverse, paid_by_expenditure, transposed=True)
    by_costs = price.solve(cost_inverse, paid_by_cost + by_cost.transposed(by_exp), transposed=True)
    schur = paid_by_expenditure.reshape(-1, n).T @ follow
    spending = np.concatenate([-by_costs.reshape(-1, n), -by_exp.reshape(-1, n), own]) @ np.linalg.inv(schur).T
    follow = np.concatenate([np.zeros_like(follow), follow])
    return BlockPreconditioner(spending, _single(follow.T), cost_inverse, expenditure_inverse)


def final_spending(world: World) -> np.ndarray:
    """What each economy spends on final goods at the baseline [n]: wages, duty and deficit."""
    duty = (world.spending * (1 - world.duty_free.sum(2))).sum(0)
    return np.asarray(world.income + duty + world.transfer)
