"""What a brief works out in another process comes back: what cannot be sent would be worked out twice."""

import pickle

from detente.ask.questions import brief


def test_what_another_process_works_out_for_a_brief_can_be_sent_back(monkeypatch):
    sent = []

    def in_turn(work, count):
        results = [work(k) for k in range(count)]
        sent.extend(map(pickle.dumps, results[1:]))
        return results

    monkeypatch.setattr(brief, "parallel_map", in_turn)
    brief.brief(as_of="2025-10-26", screen_only=True)
    brief.brief(as_of="2025-10-26")
    assert len(sent) == 4
