//! The attending physician's opinion (主治医意見書): the form as dated data, the one document, and the one validator (D-4).
//!
//! An [`Edition`] says what stands on the paper: items in order, their words, choices, lengths and conditions. An [`Opinion`] holds what a physician
//! wrote, typed, whichever edition it is on. [`for_draft`] and [`for_sending`] check one against the other. Both know an item by its [`ItemId`], which
//! is also its name in JSON, in forms and in findings. Files are read and written in `kiban-exchange`. Source: attending-physician-opinion.

mod check;
mod choices;
mod clear;
mod differences;
mod document;
mod edition;
mod editions;
mod field;
mod finding;
mod form;
mod item;
mod show;
mod take_over;
mod text;
mod value;
mod written;

pub use check::{CaseDates, Facts, KEY_ITEMS, for_draft, for_pdf_only, for_sending};
pub use choices::*;
pub use clear::{Cleared, carried_to, clear_dependents};
pub use differences::{Change, differences};
pub use document::{
    Administrative, Ataxia, Caution, Cautions, Condition, Diagnosis, Header, Illness, Limb, Living,
    Medicine, Opinion, Paralysis, SiteAndDegree, SpecialCare,
};
pub use edition::{
    Dependence, Edition, EditionCode, EditionFault, EditionParts, Evidence, ForNew, FormItem,
    InvalidEditionCode, Offered, Section,
};
pub use editions::{Editions, InvalidEditions};
pub use finding::{Finding, Level, Rule};
pub use form::{FormFault, FormReading, InvalidFormField, OpinionForm};
pub use item::{ItemId, UnknownItem};
pub use take_over::may_be_taken_over;
pub use text::{InvalidText, TEXT_MOST, Text};
pub use value::{InvalidNumber, Kind, Tenths, Value, WrongValue};
pub use written::{WrittenItem, WrittenSection};

use field::Field;
use value::plain;
