//! An answer that was lost on its way: the same code with the same key gives the same certificate again.

use super::enrol::{Certificate, EnrolError, Enrolled};
use crate::{CallContext, Platform, certificates::Authorities, rate::Reserved};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_pki::AuthorityKind;
use kiban_store::repo::{
    certificate_answers, certificates,
    terminals::{self, TicketRow},
};

/// Under what an enrolment's answer is kept.
pub(super) fn asked_with(ticket: &TicketRow) -> String {
    format!("ticket:{}", ticket.ticket_id.as_simple())
}

/// Somebody who may have missed the answer.
pub(super) struct Lost<'a> {
    pub(super) authorities: &'a Authorities,
    pub(super) office_no: OfficeNumber,
    /// Of the key in the request; `None` when the key was to be made here, and then nothing is given twice.
    pub(super) key_digest: Option<Vec<u8>>,
    pub(super) reserved: Reserved,
}

impl Lost<'_> {
    /// The certificate that this key got with this ticket, while the ticket's time runs and the certificate is not stopped.
    ///
    /// # Errors
    ///
    /// [`EnrolError::Used`] when there is none: the ticket was another's. [`EnrolError::Storage`].
    pub(super) async fn fetch_again(
        self,
        platform: &Platform,
        context: &CallContext,
        ticket: TicketRow,
    ) -> Result<Enrolled, EnrolError> {
        let Some(key_digest) = self.key_digest else {
            return Err(EnrolError::Used);
        };
        let now = platform.now();
        let mut work = platform.store.point().await?;
        let answer =
            certificate_answers::find(&mut work, &asked_with(&ticket), &key_digest, now).await?;
        let Some(answer) = answer else {
            return Err(EnrolError::Used);
        };
        let held = certificates::list_held(&mut work, self.office_no.as_str()).await?;
        let held = held
            .into_iter()
            .find(|held| held.certificate.serial == answer.serial)
            .filter(|held| held.certificate.revoked_at.is_none());
        let Some(held) = held else {
            return Err(EnrolError::Used);
        };
        let holder = &held.certificate.holder;
        let terminal = terminals::find(&mut work, &self.office_no, holder).await?;
        drop(work);
        let terminal = terminal.ok_or(EnrolError::Used)?;
        let entry = context
            .event(platform, NO_INSURER, Action::CertificateIssued)
            .ground(format!("certificate-again:{}", answer.serial))
            .to_entry();
        let reserved = self.reserved;
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move {
                    reserved.give_back(work).await?;
                    work.record(&entry).await
                })
            })
            .await?;
        let authority = self.authorities.of(AuthorityKind::Terminals);
        Ok(Enrolled {
            terminal,
            certificate: Certificate {
                certificate_pem: answer.certificate_pem,
                authority_pem: authority.certificate_pem().to_owned(),
                serial: answer.serial,
                not_after: held.certificate.not_after,
            },
            file: None,
            renewed: held.replaces.is_some(),
        })
    }
}
