//! Renewal: from thirty days before the end on, over the terminal's own connection, with a new key (W-1).

use http::StatusCode;
use kiban_card::wire::{RenewRequest, RenewRole};

use super::{Identity, Keeper, KeeperError};
use crate::agent::{CallFailure, Calls};
use crate::door::{DoorError, Failure};

/// From so many days before the end on, a running program renews.
pub const RENEW_DAYS: i64 = 30;

/// What was done about an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It lasts, and nothing was changed.
    Lasts,
    /// A new one is in use.
    Renewed,
    /// A new one was received and waits for its first use: the server did not answer.
    Waiting,
}

/// Why nothing was renewed; the identity in use stays.
#[derive(Debug, thiserror::Error)]
pub enum RenewFailure {
    /// The terminal has not been enrolled.
    #[error("this terminal is not enrolled")]
    NotEnrolled,
    /// The folder.
    #[error("folder")]
    Keeper(#[from] KeeperError),
    /// The identity cannot be used for a connection.
    #[error("identity")]
    Door(#[from] DoorError),
    /// The server gave no certificate.
    #[error("the server gave no certificate")]
    Call(#[from] CallFailure),
}

impl Keeper {
    /// Sees to one identity: puts a received one to its first use, then renews when it is time, or when `now` asks for it.
    /// Killed anywhere, the next call goes on where this one stopped.
    ///
    /// # Errors
    ///
    /// See [`RenewFailure`].
    pub async fn keep(&self, role: RenewRole, now: bool) -> Result<Kept, RenewFailure> {
        let _locked = self.lock()?;
        if self.next(role)?.is_some() {
            let kept = self.use_next(role).await?;
            if kept != Kept::Lasts {
                return Ok(kept);
            }
        }
        let current = self.current(role)?;
        if !now && current.as_ref().is_some_and(|it| !self.is_due(it)) {
            return Ok(Kept::Lasts);
        }
        // Both roles are renewed over the reader's connection: it is the one for programs.
        let reader = self.current(RenewRole::Reader)?;
        let reader = reader.ok_or(RenewFailure::NotEnrolled)?;
        let key = self.waiting_key(role)?;
        let replaces = match (role, &current) {
            (RenewRole::Browser, Some(it)) => it.own().ok().map(|own| own.serial),
            _ => None,
        };
        let mut asked = RenewRequest {
            csr: Self::request(&key)?,
            role,
            replaces,
        };
        let calls = Calls::new(&reader.settings(self.clock()))?;
        let mut renewed = calls.renew(&asked).await;
        if renewed == Err(CallFailure::Status(StatusCode::CONFLICT)) && asked.replaces.is_some() {
            // The bridge's certificate has ended while the program stood still; the reader's has not, or nobody would have answered.
            asked.replaces = None;
            renewed = calls.renew(&asked).await;
        }
        let renewed = renewed?;
        let first = current.is_none();
        let identity = Identity {
            certificate: renewed.certificate,
            key,
            ..current.unwrap_or(reader)
        };
        self.receive(role, &identity)?;
        if first {
            return Ok(Kept::Renewed);
        }
        self.use_next(role).await
    }

    /// Whether it is time to renew. One that cannot be read is not asked to last.
    pub fn is_due(&self, identity: &Identity) -> bool {
        let now = self.clock.now();
        identity
            .own()
            .map_or(true, |own| own.days_left(now) < RENEW_DAYS)
    }

    /// Connects with the next identity once. Only then the one in use goes: the server ends it at this use.
    async fn use_next(&self, role: RenewRole) -> Result<Kept, RenewFailure> {
        let Some(next) = self.next(role)? else {
            return Ok(Kept::Lasts);
        };
        let calls = Calls::new(&next.settings(self.clock()))?;
        match self.let_in(role, &calls).await {
            Ok(true) => {
                self.promote(role)?;
                Ok(Kept::Renewed)
            }
            Ok(false) => {
                tracing::warn!("the received certificate is refused; the one in use stays");
                self.discard_next(role)?;
                Ok(Kept::Lasts)
            }
            Err(failure) => {
                tracing::warn!(%failure, "the received certificate could not be tried");
                Ok(Kept::Waiting)
            }
        }
    }

    /// Whether the next identity is let in. A connection that is cut says nothing by itself; when the one in use gets through at
    /// the same time, the next one is refused.
    async fn let_in(&self, role: RenewRole, next: &Calls) -> Result<bool, RenewFailure> {
        match next.is_let_in().await {
            Err(CallFailure::Way(Failure::Cut)) => {
                let current = self.current(role)?.ok_or(RenewFailure::NotEnrolled)?;
                let calls = Calls::new(&current.settings(self.clock()))?;
                match calls.is_let_in().await {
                    Ok(true) => Ok(false),
                    _ => Err(CallFailure::Way(Failure::Cut).into()),
                }
            }
            other => Ok(other?),
        }
    }
}
