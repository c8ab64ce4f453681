//! Names, their readings and amounts.

mod amounts;
mod count;
mod kana;
mod name;
mod private;

pub use amounts::{Units, Yen};
pub use count::read_count;
pub use kana::{InvalidKana, Kana};
pub use name::{InvalidPersonName, PersonName};
pub use private::PrivateText;

/// The longest name or reading, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 200;
