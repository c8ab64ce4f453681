//! One terminal's life against the server as it ships: a code from the operator, enrolled, renewed, pages through the bridge (W-1, T-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]
