//! The telephone: calls that came, and calls that are wanted (O08).

use super::{
    FormKey, InquiryError, NewInquiry, add_message, checked,
    desk::{handled, known, name},
    message, new_row, received_letter,
};
use crate::{CallContext, Platform, mail};
use kiban_domain::{CallState, InquiryChannel, InquiryNoteKind, InquiryState};
use kiban_store::repo::inquiries::{self, InquiryRow, NoteRow};

/// A call as the help desk writes it down.
pub struct NewCall {
    /// Who called and what about; a letter with the number goes out when there is an address.
    pub asked: NewInquiry,
    /// What was answered at once; empty when it stays open.
    pub answer: String,
}

/// Makes an inquiry of a call; gives back its number. What was answered at once is its answer.
///
/// # Errors
///
/// [`InquiryError::Body`], [`InquiryError::Storage`].
pub async fn record_call(
    platform: &Platform,
    context: &CallContext,
    form: &FormKey,
    call: NewCall,
) -> Result<String, InquiryError> {
    let asked = checked(&call.asked.body)?;
    let answer = call.answer.trim();
    let answer = if answer.is_empty() {
        None
    } else {
        Some(checked(answer)?)
    };
    let by = name(context);
    let row = InquiryRow {
        channel: InquiryChannel::Telephone,
        state: InquiryState::Working,
        assigned_to: Some(by.clone()),
        ..new_row(platform, form, &call.asked)
    };
    let first = message(platform, &row.ticket, row.name.clone(), asked);
    let answer = answer.map(|body| {
        let mut answer = message(platform, &row.ticket, by.clone(), body);
        answer.by_operator = true;
        answer
    });
    let letter = call.asked.mail.map(|to| received_letter(&row, to));
    let entry = handled(platform, context, &row.ticket, "telephone");
    let (mail_id, inside, form) = (platform.id(), platform.clone(), form.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if let Some(known) = inquiries::add(work, &row).await? {
                    return Ok(known);
                }
                add_message(work, &first, &form).await?;
                if let Some(answer) = &answer {
                    let (state, at) = (InquiryState::Answered, answer.written_at);
                    inquiries::move_on(work, &row.ticket, state, Some(&by), at).await?;
                    inquiries::add_message(work, answer, None).await?;
                }
                if let Some(letter) = &letter {
                    mail::queue(work, mail_id, &inside, letter).await?;
                }
                work.record(&entry).await?;
                Ok(row.ticket)
            })
        })
        .await
}

/// Notes that the sender was called: reached or not, with what was said.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Closed`], [`InquiryError::Body`] for a note that is too long, [`InquiryError::Storage`].
pub async fn set_called(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
    reached: bool,
    note: &str,
) -> Result<(), InquiryError> {
    let row = known(platform, ticket).await?.row;
    let note = note.trim();
    let (state, kind) = if reached {
        (CallState::Reached, InquiryNoteKind::CallReached)
    } else {
        (CallState::Missed, InquiryNoteKind::CallMissed)
    };
    let note = NoteRow {
        ticket: row.ticket,
        kind,
        author: name(context),
        to_whom: String::new(),
        body: if note.is_empty() {
            String::new()
        } else {
            checked(note)?
        },
        written_at: platform.now(),
    };
    let entry = handled(platform, context, &note.ticket, kind.code());
    platform
        .store
        .write::<(), InquiryError, _>(move |work| {
            Box::pin(async move {
                let at = note.written_at;
                if !inquiries::set_call(work, &note.ticket, state, at).await? {
                    return Err(InquiryError::Closed);
                }
                inquiries::add_note(work, &note).await?;
                Ok(work.record(&entry).await?)
            })
        })
        .await
}
