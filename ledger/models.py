"""The ledger: what happened, in chains that show when a link was altered."""
