//! The window for people: a page of this computer that shows the terminal's state and asks for PIN or printed values.
//!
//! It is served by the bridge's own loopback listener under [`PREFIX`] and a token that only who started the program knows. What is
//! typed there goes to the card part of the same process and nowhere else: no other address of the server knows a PIN.

#[cfg_attr(
    not(feature = "reader"),
    expect(dead_code, reason = "without a reader there is no window to show it")
)]
mod board;
#[cfg(feature = "reader")]
mod html;
#[cfg(feature = "reader")]
mod pages;
mod prompt;
#[cfg(feature = "reader")]
mod serve;

pub use board::{Board, Step};
pub use prompt::WindowPrompt;
#[cfg(feature = "reader")]
pub use serve::{Checks, Window};

/// The path under which the window is served; nothing under it is ever sent on to the care door.
pub const PREFIX: &str = "/__terminal/";
