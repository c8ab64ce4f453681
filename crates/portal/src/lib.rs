//! Public pages
