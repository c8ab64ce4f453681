//! Days as Japan writes them: eras, the many forms a date is typed in, fiscal and certificate years.

mod era;
mod parse;
mod partial;
mod wareki;
mod year;

pub use era::Era;
pub use parse::{DateHint, InvalidDate, ReadDate, read_date};
pub use partial::{PartialDate, read_partial_date};
pub use wareki::{BeforeMeiji, Wareki, weekday_label};
pub use year::{CertificateYear, FiscalYear};
