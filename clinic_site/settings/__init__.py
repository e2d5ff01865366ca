"""Settings: `base` for every place, then `dev` (trial), `test` and `production`."""
