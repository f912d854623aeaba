"""What the chain calls log-ons, log-offs, failures and lock-outs. Apart from `accounts`, so that names cost no SQL."""

from __future__ import annotations

LOGGED_ON, LOGGED_OFF = "account.logged_on", "account.logged_off"
LOG_ON_FAILED, LOCKED_OUT = "account.log_on_failed", "account.locked_out"
