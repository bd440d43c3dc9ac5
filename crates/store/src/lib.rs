//! Durable storage: re-runnable units in group commit, migrations, claims, outbox.
