//! One module a page, or a few that belong together.

mod access_log;
mod certification;
mod consents;
mod entrance;
mod handovers;
mod home;
mod identity;
mod message;
mod person;
mod persons;
mod print;
mod progress;
mod register;
mod registrations;
mod sandbox;

pub use access_log::*;
pub use certification::*;
pub use consents::*;
pub use entrance::*;
pub use handovers::*;
pub use home::*;
pub use identity::*;
pub use message::*;
pub use person::*;
pub use persons::*;
pub use print::*;
pub use progress::*;
pub use register::*;
pub use registrations::*;
pub use sandbox::*;
