//! Typed client and command line for municipalities and vendors
