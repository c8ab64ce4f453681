//! A one-time code becomes this terminal's certificate (W-1). The key is made here and stays here.

mod portal;

use kiban_card::wire::RenewRole;
use serde::Serialize;

use crate::agent::{CallFailure, Calls};
use crate::door::{DoorError, Failure};
use crate::keeper::{Identity, Keeper, KeeperError, RenewFailure};

pub use portal::{Portal, PortalError};

/// What an office's administrator tells the program.
#[derive(Clone)]
pub struct Wanted {
    /// 事業所番号, as typed.
    pub office_no: String,
    /// The one-time code, as typed.
    pub code: String,
    /// What the office calls the terminal.
    pub name: String,
    /// Whether it is a tablet.
    pub tablet: bool,
    /// Whether a terminal that has a certificate that counts is to be enrolled anew.
    pub replace: bool,
}

/// Shows no code.
impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted")
            .field("office_no", &self.office_no)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The terminal is enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// What it is from now on.
    pub identity: Identity,
    /// Whether the care door took it; the certificate is kept either way.
    pub tried: Result<bool, CallFailure>,
    /// Whether the bridge has its certificate too; a running program asks for it again.
    pub has_browser: bool,
}

/// Why the terminal is not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolFailure {
    /// It is already, and its certificate counts.
    #[error("already enrolled")]
    AlreadyEnrolled,
    /// The portal gave no certificate.
    #[error("portal")]
    Portal(#[from] PortalError),
    /// The folder.
    #[error("folder")]
    Keeper(#[from] KeeperError),
    /// What the portal gave cannot be used.
    #[error("the certificate cannot be used")]
    Unusable(#[from] DoorError),
}

/// What the portal wants.
#[derive(Serialize)]
struct EnrolRequest<'a> {
    office_no: &'a str,
    code: &'a str,
    csr: String,
    name: &'a str,
    tablet: bool,
}

/// Enrols. Killed anywhere, the same call with the same code goes on where it stopped: the key is on the disk before the portal
/// hears of it, and the portal gives the same certificate to the same key again.
///
/// # Errors
///
/// See [`EnrolFailure`].
pub async fn enrol(
    keeper: &Keeper,
    portal: &Portal,
    wanted: &Wanted,
) -> Result<Enrolled, EnrolFailure> {
    let role = RenewRole::Reader;
    let locked = keeper.lock()?;
    let now = keeper.clock().now();
    let counts = |it: &Identity| it.own().is_ok_and(|own| now <= own.not_after);
    if !wanted.replace && keeper.current(role)?.is_some_and(|it| counts(&it)) {
        return Err(EnrolFailure::AlreadyEnrolled);
    }
    let key = keeper.waiting_key(role)?;
    let request = EnrolRequest {
        office_no: &wanted.office_no,
        code: &wanted.code,
        csr: Keeper::request(&key)?,
        name: &wanted.name,
        tablet: wanted.tablet,
    };
    let given = portal.enrol(&request).await?;
    let identity = Identity {
        care_url: given.care_url,
        server_authority: given.server_authority,
        certificate: given.certificate,
        key,
        portal: portal.url().to_owned(),
        name: given.name,
    };
    // Looked at before it is kept: what cannot be used is not to stand in the way of another try.
    let calls = Calls::new(&identity.settings(keeper.clock()))?;
    keeper.receive(role, &identity)?;
    let tried = calls.is_let_in().await;
    if keeper.next(role)?.is_some() && tried == Ok(true) {
        keeper.promote(role)?;
    }
    drop(locked);
    let has_browser = tried == Ok(true) && fetch_browser(keeper, wanted.replace).await;
    Ok(Enrolled {
        identity,
        tried,
        has_browser,
    })
}

async fn fetch_browser(keeper: &Keeper, anew: bool) -> bool {
    if anew {
        // It may be another terminal's: the new one cannot renew it.
        let _ = keeper.forget(RenewRole::Browser);
    }
    match keeper.keep(RenewRole::Browser, false).await {
        Ok(_) => true,
        Err(failure) => {
            tracing::warn!(%failure, "the bridge has no certificate yet");
            false
        }
    }
}

impl EnrolFailure {
    /// A word that stays, for scripts.
    pub fn code(&self) -> &str {
        match self {
            Self::AlreadyEnrolled => "already_enrolled",
            Self::Portal(error) => error.code(),
            Self::Keeper(error) => error.code(),
            Self::Unusable(_) => "certificate_unusable",
        }
    }

    /// What happened and what to do, Japanese.
    pub fn message(&self) -> String {
        match self {
            Self::AlreadyEnrolled => {
                "この端末はすでに登録されています。状態は kiban-terminal status で、更新は kiban-terminal renew で行えます。\
                 新しいコードで登録し直すときは --replace を付けてください。コードは使っていません。"
                    .to_owned()
            }
            Self::Portal(error) => error.message(),
            Self::Keeper(error) => error.message(),
            Self::Unusable(_) => {
                "受け取った証明書を使えません。運営者に連絡してください。".to_owned()
            }
        }
    }
}

impl KeeperError {
    /// A word that stays, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "folder_not_usable",
            Self::Unreadable(_) => "folder_not_readable",
            Self::Busy => "folder_busy",
            Self::Key(_) => "no_key",
        }
    }

    /// What happened and what to do, Japanese.
    pub fn message(&self) -> String {
        match self {
            Self::File { path, source } => format!(
                "{} を読み書きできません（{}）。場所と権限を確かめてください。",
                path.display(),
                source.kind()
            ),
            Self::Unreadable(path) => format!(
                "{} を読み取れません。ほかのプログラムで変えていなければ、そのファイルを別の場所に移し、新しいコードで登録し直してください。",
                path.display()
            ),
            Self::Busy => {
                "ほかの kiban-terminal が証明書を更新しています。少し待って、もう一度実行してください。".to_owned()
            }
            Self::Key(_) => "鍵を作れません。運営者に連絡してください。".to_owned(),
        }
    }
}

impl RenewFailure {
    /// A word that stays, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEnrolled => "not_enrolled",
            Self::Keeper(error) => error.code(),
            Self::Door(_) => "certificate_unusable",
            Self::Call(CallFailure::Status(http::StatusCode::CONFLICT)) => "nothing_to_renew",
            Self::Call(CallFailure::Status(http::StatusCode::TOO_MANY_REQUESTS)) => {
                "too_many_attempts"
            }
            Self::Call(
                CallFailure::Status(http::StatusCode::FORBIDDEN)
                | CallFailure::Way(Failure::Refused),
            ) => "certificate_refused",
            Self::Call(_) => "not_reached",
        }
    }

    /// What happened and what to do, Japanese.
    pub fn message(&self) -> String {
        let again = "事業所の管理者に新しいコードを依頼し、kiban-terminal enrol --replace で登録し直してください。";
        match self {
            Self::NotEnrolled => {
                "この端末はまだ登録されていません。kiban-terminal enrol で登録してください。".to_owned()
            }
            Self::Keeper(error) => error.message(),
            Self::Door(_) => format!("保存されている証明書を使えません。{again}"),
            Self::Call(
                CallFailure::Status(http::StatusCode::CONFLICT | http::StatusCode::FORBIDDEN)
                | CallFailure::Way(Failure::Refused),
            ) => format!("今の証明書では更新できません。{again}"),
            Self::Call(CallFailure::Status(http::StatusCode::TOO_MANY_REQUESTS)) => {
                "更新の回数が多すぎます。明日もう一度お試しください。今の証明書はそのまま使えます。".to_owned()
            }
            Self::Call(_) => {
                "サーバーから新しい証明書を受け取れませんでした。今の証明書はそのままです。kiban-terminal doctor で原因を確かめられます。"
                    .to_owned()
            }
        }
    }
}
