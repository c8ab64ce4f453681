//! Going on as another office of the company.

use crate::{
    CallContext, Platform,
    sign_in::{self, Session, Token, over, token_hash},
};
use kiban_audit::{Action, Actor, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::repo::{
    memberships::{self, MemberOfficeRow},
    sessions::{self, SessionRow},
    staff,
};
use uuid::Uuid;

/// Why the session goes on as it was.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The account may not act as this office, or no longer.
    #[error("no member of this office")]
    NotMember,
    /// The session has ended; another switch may have been first.
    #[error("no session")]
    NoSession,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// The offices as which an account may act today, its own first.
///
/// # Errors
///
/// The database only.
pub async fn offices(
    platform: &Platform,
    staff_id: Uuid,
) -> Result<Vec<MemberOfficeRow>, kiban_store::Error> {
    let mut offices =
        memberships::list_offices(&mut platform.store.point().await?, staff_id).await?;
    let today = platform.today();
    offices.retain(|office| over(office.standing, today).is_none());
    Ok(offices)
}

/// Goes on as another office: the old token opens nothing any more, a new one takes its place, and the session's latest end stays.
/// Whether the membership stands is looked up anew, and again at every request.
///
/// # Errors
///
/// See [`SwitchError`].
pub async fn switch(
    platform: &Platform,
    context: &CallContext,
    session: &Session,
    token: &str,
    office_no: OfficeNumber,
) -> Result<Token, SwitchError> {
    let known = offices(platform, session.staff_id).await?;
    if !known.iter().any(|known| known.office_no == office_no) {
        let entry = context
            .event(platform, NO_INSURER, Action::SignIn)
            .purpose("switch_office")
            .ground(format!("office:{office_no}"))
            .refused("not_a_member")
            .to_entry();
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { work.record(&entry).await })
            })
            .await?;
        return Err(SwitchError::NotMember);
    }
    let fresh = sign_in::new_token(platform);
    let (old, now, staff_id) = (token_hash(token), platform.now(), session.staff_id);
    let new = SessionRow {
        token_hash: token_hash(&fresh.0),
        staff_id,
        office_no,
        certificate_serial: context.actor.certificate.clone().unwrap_or_default(),
        terminal_office_no: session.terminal_office_no,
        complete: true,
        created_at: now,
        last_seen_at: now,
        expires_at: session.expires_at,
    };
    let (inside, context, from) = (platform.clone(), context.clone(), session.office_no);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let account = staff::hold(work, staff_id).await?;
                let account = account.filter(|row| row.state == 1);
                let account = account.ok_or(SwitchError::NoSession)?;
                let standing = sign_in::standing_in(work, &account, &office_no).await?;
                if standing.is_none_or(|it| over(it, inside.today()).is_some()) {
                    return Err(SwitchError::NotMember);
                }
                // Of two switches at once the first one ends the session, and the other finds none.
                if !sessions::end(work, &old).await? {
                    return Err(SwitchError::NoSession);
                }
                sessions::add(work, &new).await?;
                let login = staff::login_in(&office_no, &account.office_no, &account.login);
                let actor = Actor {
                    organisation: office_no.to_string(),
                    ..context.actor.clone()
                };
                let context = CallContext {
                    actor: actor
                        .staff(&login)
                        .at_terminal_of(new.terminal_office_no.as_str()),
                    ..context
                };
                let entry = context
                    .event(&inside, NO_INSURER, Action::SignIn)
                    .purpose("switch_office")
                    .ground(format!("from:{from}"))
                    .to_entry();
                Ok(work.record(&entry).await?)
            })
        })
        .await?;
    Ok(fresh)
}
