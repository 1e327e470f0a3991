"""How sure a proposal is, learned from annotated documents: which proposals are facts, and which are merely possible.

A linear model over words, mentions, predicates and the rule that made a draft. numpy alone; the weights were trained by
tools/train_reader.py, and docs/models/reader.md says on what and how well they do.
"""

from detente.record.propose.learned.judging import Judgement, confidence, judge

__all__ = ["Judgement", "confidence", "judge"]
