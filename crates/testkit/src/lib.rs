//! Database clusters and invented people for tests
