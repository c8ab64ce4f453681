//! The My Number card at a terminal (W-3a): what the page and the program at the card reader call. They never talk to each
//! other. Source: terminals and mTLS, section 6.

pub(crate) mod agent;
pub(crate) mod api;
mod hello;
mod renew;
