//! What a medical institution keeps of its opinions: those it sent (D06), files of other software (D07), fees (D09) and settings (D10).

pub(crate) mod claims;
pub(crate) mod import;
pub(crate) mod opinion;
pub(crate) mod opinions;
pub(crate) mod settings;

use axum::response::Response;
use kiban_access::asked_institution;
use kiban_services::opinions::CaseError;
use kiban_ui::MessageKind;

use crate::{answer::Message, visit::SignedIn};

impl SignedIn {
    /// Makes sure that a medical institution asks.
    #[expect(
        clippy::result_large_err,
        reason = "the answer itself, as in the handlers"
    )]
    fn writes_opinions(&self) -> Result<(), Response> {
        match asked_institution(&self.context.caller) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(self.refused(refusal)),
        }
    }

    /// What to say instead of something of the institution's opinions.
    fn no_case(&self, error: &CaseError) -> Response {
        let kind = match error {
            CaseError::Storage(error) => return self.storage(error),
            CaseError::NotFound => MessageKind::NotFound,
            CaseError::Refused(_) => MessageKind::Forbidden,
            CaseError::NotNow(_) | CaseError::Note => MessageKind::Unprocessable,
        };
        let detail = error.message();
        self.say(Message::new(kind, &detail))
    }
}
