//! Subsidies: schemes as dated data, applications, their review, decisions and payments (G-1 to G-5).

mod scheme_file;

pub use scheme_file::{SCHEME_FILE_BYTES, read_scheme};
