//! 主治医意見書 as paper (D-4, W-7): the two pages of the form, blank or filled, and the annex behind them.

mod day;
mod form;

use std::fmt;

use kiban_domain::opinion::{Edition, EditionCode, ItemId, Opinion};

use crate::sheet::Imprint;

pub(crate) use form::FormPaper;

/// The form of an edition with what a physician wrote on it, or without anything.
///
/// A text that does not fit into its box even in small letters is replaced by 「別紙のとおり」 and stands whole on a page behind the form, and so does what
/// the form has no place for. Nothing is cut.
#[derive(Clone)]
pub struct OpinionSheet {
    pub(crate) edition: Edition,
    pub(crate) opinion: Opinion,
    pub(crate) version: Option<u32>,
    imprint: Imprint,
}

/// An opinion is printed on the edition on which it was written and on no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the opinion was written on the edition {written}, not on {given}")]
pub struct WrongEdition {
    /// The edition that the opinion names.
    pub written: EditionCode,
    /// The edition on which it was to be printed.
    pub given: EditionCode,
}

impl OpinionSheet {
    /// The empty form. What is empty in the imprint is left out at the foot.
    pub fn blank(edition: &Edition, imprint: Imprint) -> Self {
        Self {
            opinion: Opinion::blank(edition.code()),
            edition: edition.clone(),
            version: None,
            imprint,
        }
    }

    /// An opinion on its form; a draft is one too.
    ///
    /// # Errors
    ///
    /// [`WrongEdition`] when it was written on another edition.
    pub fn filled(
        edition: &Edition,
        opinion: &Opinion,
        imprint: Imprint,
    ) -> Result<Self, WrongEdition> {
        let (written, given) = (opinion.edition, edition.code());
        if written != given {
            return Err(WrongEdition { written, given });
        }
        Ok(Self {
            opinion: opinion.clone(),
            ..Self::blank(edition, imprint)
        })
    }

    /// Says at the foot which version it is, from 1: each sending has the next one.
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.version = Some(version);
        self
    }

    /// Leaves room for the physician's signature instead of printing the name.
    #[must_use]
    pub fn to_be_signed(mut self) -> Self {
        self.opinion.clear(ItemId::DoctorName);
        self
    }

    /// Who put it out.
    pub fn imprint(&self) -> &Imprint {
        &self.imprint
    }
}

/// Shows the edition and nothing that is written on it.
impl fmt::Debug for OpinionSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpinionSheet")
            .field("edition", &self.edition.code())
            .finish_non_exhaustive()
    }
}
