//! Whole-platform tests in a real browser live in `tests/`.
