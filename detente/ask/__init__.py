"""ask: one module a question; facts become policy, policy becomes payoffs, both go into one Answer."""
