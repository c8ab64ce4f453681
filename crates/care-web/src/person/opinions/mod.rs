//! 主治医意見書 (W-8): the past opinions about a person, for the care manager with both consents and for an institution that is asked for one.
//!
//! Who may see what is decided in the use case, opinion by opinion; each list and each opinion that is opened is recorded there.

pub(crate) mod list;
pub(crate) mod one;

use axum::response::Response;
use kiban_access::{Caller, OpinionRefusal, Refusal};
use kiban_domain::opinion::Opinion;
use kiban_services::{opinions::PastError, persons::ReadError};
use kiban_ui::PersonHead;

use super::dossier::About;
use crate::words;

/// What the record of the person's name on these pages says.
const PURPOSE: &str = "view_opinions";

impl About {
    /// Who it is about, and whether the other pages of the person can be opened. An institution that is only asked for an opinion is not registered with the
    /// person: it is told the name that stands in an opinion it may read.
    async fn head_of_opinions(
        &self,
        known: Option<&Opinion>,
    ) -> Result<(PersonHead, bool), Response> {
        if !matches!(self.signed_in.context.caller, Caller::Medical { .. }) {
            return Ok((self.read(None, PURPOSE).await?.head(), true));
        }
        let mut head = self.nameless().await?;
        if let Some(opinion) = known {
            let header = &opinion.header;
            header.applicant_name.as_str().clone_into(&mut head.name);
            header.applicant_kana.as_str().clone_into(&mut head.kana);
            if let Some(day) = header.birth_date {
                head.birth = words::date(day);
            }
        }
        Ok((head, false))
    }

    /// What to say when nothing may be shown for a reason that is not the person's consent.
    fn no_opinions(&self, error: PastError) -> Response {
        match error {
            PastError::Refused(OpinionRefusal::Refused(refusal)) => {
                self.refused(ReadError::Refused(refusal))
            }
            PastError::Refused(OpinionRefusal::Withheld(_)) => {
                self.refused(ReadError::Refused(Refusal::RoleNotEntitled))
            }
            PastError::Storage(error) => self.signed_in.storage(&error),
        }
    }
}
