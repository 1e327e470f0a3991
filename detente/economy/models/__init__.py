"""One module a model: `start`, `step` and `report` over a World whose `structure` the module defines."""
