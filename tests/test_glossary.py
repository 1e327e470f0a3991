"""Standard names: no variable, function, class or field has a name that the glossary of the project replaced."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import detente

PACKAGE = Path(detente.__file__).parent
LOCAL = {"told", "found", "one", "at", "said", "held"}  # no name for a variable: say what it is
REPLACED = {  # what functions, classes and constants were called, and what they are called now
    "Bars": "Cotangents", "Ground": "PayoffSolver", "Left": "SetAside", "Overlay": "BatchedSparseAccess",
    "Past": "AndersonHistory", "Patched": "SparseAccess", "READ": "COARSE", "Reach": "Prepared", "Scene": "PricedDay",
    "Setting": "PricingContext", "Shown": "ViewModel", "Asked": "ViewQuery", "ahead": "lazy_preconditioner",
    "as_press_has_it": "press_scenario", "bargained": "bargaining_sections", "based": "baseline_results",
    "before": "base_tariff", "beside": "with_document", "built": "split_and_limit", "capped": "with_capped_rivals",
    "carried": "relative_to", "carved": "split_sector", "chances": "add_probabilities", "counted": "check_draws",
    "described": "metadata", "earned": "value_added_shares", "eased": "scaled", "heard": "assertion_time",
    "held_up": "equilibrium_payoff_set", "kinds_apart": "no_threat_overlaps", "later": "long_run",
    "leaps": "random_restarts", "listen": "attribute_speech", "lure": "deviation_gain", "mapped": "parallel_map",
    "mover": "residual", "movers": "most_affected", "near": "warm_start", "nearer": "at_horizon",
    "on_a_line": "spatial_win_set", "on_a_list": "alternating_offers_discrete", "opened": "open_dossier",
    "openings": "initial_points", "patience": "critical_discount_factor", "proven": "verify", "pull": "vjp",
    "sound": "validate", "standing": "rebase_to_policy", "steering": "preconditioner", "stranger":
    "unsupported_model", "to_bargain": "has_talks", "walked": "continuation", "who_blinks":
    "reputational_war_of_attrition", "_apart": "drop_overlaps", "_tried": "_with_best_response",
    "_westernish": "resembles_western_surname", "meant": "_cell_cache",
}  # fmt: skip
WHOLE_MODULES = {"carving": "splitting", "cores": "parallel", "nodes": "products", "one_step": "nash_closed_form"}


def bound(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(name, line) of everything a file binds: variables, parameters, functions, classes, attributes, imports."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno


def defined(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(name, line) of every function, method and class, and of what a module assigns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from bound(statement)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_name_is_one_that_the_glossary_replaced(path):
    tree = ast.parse(path.read_text("utf-8"))
    odd = [f"line {line}: {name}" for name, line in bound(tree) if name in LOCAL]
    odd += [
        f"line {line}: {name} (the glossary has {REPLACED[name]})" for name, line in defined(tree) if name in REPLACED
    ]
    assert path.stem not in WHOLE_MODULES
    assert not odd, f"{path.relative_to(PACKAGE)}: {'; '.join(odd[:10])}"
