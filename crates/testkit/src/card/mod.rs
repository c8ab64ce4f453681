//! A virtual My Number card: a pure function from command to answer, with an invented JPKI hierarchy behind it.
//!
//! [`VirtualCard::transmit`] has no reader and no clock. Most tests put it into a [`Slot`], which is a
//! [`kiban_card::CardLink`]; one suite plugs it into a real pcscd with [`plug_in`]. Its state lasts like a real card's in the
//! worst case that was seen: a PIN once presented stays presented until the power goes off.
//!
//! Source: the My Number card, sections 3, 4 and 9.

mod applet;
mod attributes;
mod hierarchy;
mod order;
mod pcscd;
mod rsa;
mod slot;
mod status;
mod text_files;
mod vpcd;

pub use applet::{Logged, VirtualCard};
pub use hierarchy::{VIRTUAL_POLICY, text_anchor, virtual_revocation_list, virtual_roots};
pub use order::{CardOrder, Person, Persona};
pub use pcscd::{Reader, with_pcscd, with_pcscd_without_reader};
pub use slot::{Slot, SlotState};
pub use status::FakeStatus;
pub use vpcd::{Inserted, plug_in};
