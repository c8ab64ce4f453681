//! The machine door: wire shapes, routes and their description
