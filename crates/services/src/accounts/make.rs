//! Making an account: what is typed, then the second factor, then it counts.

use super::{CODE_LENGTH, hash};
use crate::{
    CallContext, Platform,
    code::{grouped, new_code, typed_code},
    passkeys::{self, Ceremony, Holder, Kind, PasskeyError, Place, RelyingParty},
    rate::{self, Exhausted, Limit, Reserved},
    sign_in::matching_step_of,
    staff::{StaffRole, hash_password},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{MailAddress, OfficeNumber, normalize};
use kiban_store::{
    Work,
    repo::{
        accounts::{self, DraftRow, InvitationRow},
        passkeys::{self as rows, PasskeyRow},
        staff::{self, Contract, StaffRow},
        terminals,
    },
};
use uuid::Uuid;

/// For how long a draft waits for its second factor.
const DRAFT_MINUTES: i64 = 30;
/// Name of the passkey with which an account is made; its holder may change it.
const FIRST_PASSKEY: &str = "最初のパスキー";
/// Recovery codes of an account.
pub(crate) const RECOVERY_CODES: usize = 8;
/// Wrong codes of invitations or second factors from one terminal.
const PER_TERMINAL: Limit = Limit {
    attempts: 20,
    seconds: 900,
};

/// What allows an account to be made.
#[derive(Debug, Clone)]
pub enum Ground {
    /// The office has no administrator, and this terminal came in with the operator's first code.
    First {
        /// The terminal.
        terminal_id: String,
    },
    /// An invitation's code as typed.
    Invitation(String),
}

/// What is typed.
#[derive(Clone)]
pub struct AccountForm {
    /// ユーザID.
    pub login: String,
    /// Name on the screens; an invitation has it.
    pub name: String,
    /// Where letters go; an invitation has it.
    pub mail: String,
    /// The password.
    pub password: String,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// The login is not 3 to 40 of letters, digits, dot, hyphen, underscore.
    Login,
    /// The login is taken in this office.
    LoginTaken,
    /// No name, or more than 40 characters.
    Name,
    /// No address.
    Mail,
    /// The password has fewer than 12 or more than 256 characters.
    PasswordLength,
    /// The password holds the login, or hardly differs from character to character.
    PasswordEasy,
}

/// Why no account may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// There is no such invitation in this office.
    Unknown,
    /// It was used.
    Used,
    /// It was taken back, or sent again with another code.
    Cancelled,
    /// It has ended.
    Ended,
    /// The office has an administrator.
    HasAdministrator,
    /// The terminal did not come in with the operator's first code.
    OtherTerminal,
}

/// Why no draft was made.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// What was typed; at least one.
    #[error("what was typed")]
    Mistakes(Vec<Mistake>),
    /// Nothing allows it.
    #[error("nothing allows it")]
    Closed(Closed),
    /// Too many wrong codes.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// Hashing failed.
    #[error("hashing")]
    Hashing,
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// A draft.
#[derive(Clone)]
pub struct Draft {
    /// Finishes it; for the page's form.
    pub token: String,
    /// What will be typed to sign in.
    pub login: String,
    /// Secret of the second factor, base 32, for the authenticator.
    pub secret: String,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(…)")
    }
}

/// An open invitation.
#[derive(Clone)]
pub struct Invitation {
    /// Its row.
    pub row: InvitationRow,
    /// The login of the account it renews.
    pub login: Option<String>,
}

/// The open invitation of a code in this office.
///
/// # Errors
///
/// [`BeginError::Closed`], [`BeginError::TooMany`] or the database.
pub async fn find_invitation(
    platform: &Platform,
    office_no: &OfficeNumber,
    serial: &str,
    code: &str,
) -> Result<Invitation, BeginError> {
    let bucket = (format!("invitation:{serial}"), PER_TERMINAL);
    let reserved = match rate::reserve(platform, vec![bucket]).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(BeginError::TooMany(exhausted)),
    };
    let closed = |closed| Err(BeginError::Closed(closed));
    let Some(code) = typed_code(code, CODE_LENGTH) else {
        return closed(Closed::Unknown);
    };
    let mut work = platform.store.read().await?;
    let row = accounts::find_invitation(&mut work, &hash(&code)).await?;
    let Some(row) = row.filter(|row| row.office_no == *office_no) else {
        return closed(Closed::Unknown);
    };
    let login = match row.staff_id {
        Some(staff_id) => staff::find(&mut work, staff_id).await?.map(|row| row.login),
        None => None,
    };
    drop(work);
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { reserved.give_back(work).await })
        })
        .await?;
    if row.used_at.is_some() {
        return closed(Closed::Used);
    }
    if row.cancelled_at.is_some() {
        return closed(Closed::Cancelled);
    }
    if row.expires_at <= platform.now() {
        return closed(Closed::Ended);
    }
    Ok(Invitation { row, login })
}

/// First step: login and password. What it makes opens nothing yet.
///
/// # Errors
///
/// See [`BeginError`].
pub async fn begin(
    platform: &Platform,
    office_no: OfficeNumber,
    serial: &str,
    ground: &Ground,
    form: AccountForm,
) -> Result<Draft, BeginError> {
    let invitation = match ground {
        Ground::Invitation(code) => {
            Some(find_invitation(platform, &office_no, serial, code).await?)
        }
        Ground::First { terminal_id } => {
            let mut work = platform.store.read().await?;
            if let Some(closed) = first_closed(&mut work, &office_no, terminal_id).await? {
                return Err(BeginError::Closed(closed));
            }
            None
        }
    };
    let renewed = invitation.as_ref().and_then(|it| it.login.clone());
    let login = renewed
        .clone()
        .unwrap_or_else(|| form.login.trim().to_lowercase());
    let (name, mail, role) = match &invitation {
        Some(it) => (it.row.name.clone(), it.row.mail.clone(), it.row.role),
        None => (
            form.name.trim().to_owned(),
            form.mail.trim().to_owned(),
            StaffRole::Administrator as i16,
        ),
    };
    let mut mistakes = mistakes(&login, &name, &mail, &form.password);
    if renewed.is_none() {
        let mut work = platform.store.point().await?;
        if staff::find_by_login(&mut work, &office_no, &login)
            .await?
            .is_some()
        {
            mistakes.push(Mistake::LoginTaken);
        }
    }
    if !mistakes.is_empty() {
        return Err(BeginError::Mistakes(mistakes));
    }
    let salt = platform.random::<16>();
    let password = form.password;
    let password_hash = tokio::task::spawn_blocking(move || hash_password(&password, salt))
        .await
        .map_err(|_| BeginError::Hashing)?
        .map_err(|_| BeginError::Hashing)?;
    let token = URL_SAFE_NO_PAD.encode(platform.random::<32>());
    let secret = totp_rs::Secret::from(platform.random::<20>()).to_base32();
    let row = DraftRow {
        token_hash: hash(&token),
        office_no,
        certificate_serial: serial.to_owned(),
        invitation_id: invitation.as_ref().map(|it| it.row.invitation_id),
        staff_id: invitation.as_ref().and_then(|it| it.row.staff_id),
        login: login.clone(),
        name,
        mail,
        role,
        password_hash,
        totp_secret: secret.clone(),
        expires_at: platform.now() + SignedDuration::from_mins(DRAFT_MINUTES),
    };
    platform
        .store
        .write::<(), kiban_store::Error, _>(move |work| {
            Box::pin(async move { accounts::add_draft(work, &row).await })
        })
        .await?;
    Ok(Draft {
        token,
        login,
        secret,
    })
}

async fn first_closed(
    work: &mut Work,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Option<Closed>, kiban_store::Error> {
    if staff::count_administrators(work, office_no).await? > 0 {
        return Ok(Some(Closed::HasAdministrator));
    }
    let terminal = terminals::find(work, office_no, terminal_id).await?;
    let may = terminal.is_some_and(|terminal| terminal.may_set_up);
    Ok((!may).then_some(Closed::OtherTerminal))
}

fn mistakes(login: &str, name: &str, mail: &str, password: &str) -> Vec<Mistake> {
    let mut found = Vec::new();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !(3..=40).contains(&login.len()) || !login.bytes().all(plain) {
        found.push(Mistake::Login);
    }
    if name.is_empty() || name.chars().count() > 40 || name.contains(char::is_control) {
        found.push(Mistake::Name);
    }
    if mail.parse::<MailAddress>().is_err() {
        found.push(Mistake::Mail);
    }
    found.extend(password_mistake(login, password));
    found
}

/// What is wrong with a password for the account that is called `login`.
pub(crate) fn password_mistake(login: &str, password: &str) -> Option<Mistake> {
    let mut kinds: Vec<char> = password.chars().collect();
    if !(12..=256).contains(&kinds.len()) {
        return Some(Mistake::PasswordLength);
    }
    kinds.sort_unstable();
    kinds.dedup();
    let holds_login = login.len() >= 3 && normalize(password).contains(&*normalize(login));
    (kinds.len() < 5 || holds_login || is_common(password)).then_some(Mistake::PasswordEasy)
}

/// What the most used passwords are made of. Source: the lists that guessers try first all begin with these.
const COMMON: [&str; 14] = [
    "password", "passw0rd", "pasuwado", "qwerty", "asdfgh", "zxcvbn", "abcdef", "123456", "098765",
    "654321", "admin", "welcome", "iloveyou", "kaigo",
];

/// Whether little is left of a password when common pieces, digits and marks are taken out.
fn is_common(password: &str) -> bool {
    let mut rest = password.to_lowercase();
    let mut common = false;
    for piece in COMMON {
        common |= rest.contains(piece);
        rest = rest.replace(piece, "");
    }
    common && rest.chars().filter(|it| it.is_alphabetic()).count() < 4
}

/// The draft of a token, to show its second factor again.
///
/// # Errors
///
/// The database only.
pub async fn find_draft(
    platform: &Platform,
    serial: &str,
    token: &str,
) -> Result<Option<Draft>, kiban_store::Error> {
    let mut work = platform.store.point().await?;
    let row = accounts::find_draft(&mut work, &hash(token), serial, platform.now()).await?;
    Ok(row.map(|row| Draft {
        token: token.to_owned(),
        login: row.login,
        secret: row.totp_secret,
    }))
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// The draft has ended or belongs to another terminal: begin again.
    #[error("no draft")]
    NoDraft,
    /// The code does not fit.
    #[error("the code does not fit")]
    WrongCode,
    /// Too many wrong codes.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// What allowed it has ended meanwhile.
    #[error("nothing allows it")]
    Closed(Closed),
    /// The login was taken meanwhile.
    #[error("the login is taken")]
    Taken,
    /// The passkey was not taken.
    #[error("passkey")]
    Passkey(#[from] PasskeyError),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Second step: the authenticator's code. The account counts from now; gives its recovery codes, shown once.
///
/// # Errors
///
/// See [`FinishError`].
pub async fn finish(
    platform: &Platform,
    context: &CallContext,
    serial: &str,
    terminal_id: &str,
    token: &str,
    code: &str,
) -> Result<Vec<String>, FinishError> {
    let reserved = reserve(platform, serial).await?;
    let draft = load_draft(platform, serial, token).await?;
    let step = matching_step_of(&draft.totp_secret, code, platform.now());
    let factor = Factor::Application {
        step: step.ok_or(FinishError::WrongCode)?,
    };
    let staff_id = draft.staff_id.unwrap_or_else(|| platform.id());
    let finished = Finished {
        draft,
        staff_id,
        terminal_id,
        factor,
        reserved,
    };
    finished.store(platform, context).await
}

/// Second step by passkey: asks the browser for one.
///
/// # Errors
///
/// [`FinishError::NoDraft`], [`FinishError::Passkey`] or the database.
pub async fn ask_passkey(
    platform: &Platform,
    serial: &str,
    party: &RelyingParty,
    token: &str,
) -> Result<Ceremony, FinishError> {
    let draft = load_draft(platform, serial, token).await?;
    // The passkey names its account, so a new account's identifier is chosen now and kept with the challenge.
    let holder = Holder {
        id: draft.staff_id.unwrap_or_else(|| platform.id()),
        login: &draft.login,
        name: &draft.name,
    };
    let place = Place {
        party,
        serial,
        secret: token,
    };
    let question = passkeys::holder_question(party, &holder, &[])?;
    Ok(passkeys::ask(platform, place, Kind::Account, Some(holder.id), question).await?)
}

/// Second step by passkey: the browser's answer to [`ask_passkey`]. The account has no authenticator application then; gives
/// its recovery codes, shown once.
///
/// # Errors
///
/// See [`FinishError`].
#[expect(
    clippy::too_many_arguments,
    reason = "who, where and what was answered"
)]
pub async fn finish_by_passkey(
    platform: &Platform,
    context: &CallContext,
    serial: &str,
    terminal_id: &str,
    party: &RelyingParty,
    token: &str,
    challenge: &str,
    answer: &str,
) -> Result<Vec<String>, FinishError> {
    let reserved = reserve(platform, serial).await?;
    let draft = load_draft(platform, serial, token).await?;
    let place = Place {
        party,
        serial,
        secret: token,
    };
    let asked = passkeys::answered(platform, place, Kind::Account, challenge).await?;
    let staff_id = asked.staff_id.ok_or(FinishError::NoDraft)?;
    let name = FIRST_PASSKEY;
    let made = passkeys::check_new(platform, party, staff_id, &asked.state, answer, name)?;
    let finished = Finished {
        draft,
        staff_id,
        terminal_id,
        factor: Factor::Passkey(Box::new(made)),
        reserved,
    };
    finished.store(platform, context).await
}

async fn reserve(platform: &Platform, serial: &str) -> Result<Reserved, FinishError> {
    let bucket = (format!("draft:{serial}"), PER_TERMINAL);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    reserved.map_err(FinishError::TooMany)
}

async fn load_draft(
    platform: &Platform,
    serial: &str,
    token: &str,
) -> Result<DraftRow, FinishError> {
    let mut work = platform.store.point().await?;
    let draft = accounts::find_draft(&mut work, &hash(token), serial, platform.now()).await?;
    draft.ok_or(FinishError::NoDraft)
}

/// The second factor that was shown to work.
enum Factor {
    Application { step: i64 },
    Passkey(Box<PasskeyRow>),
}

struct Finished<'a> {
    draft: DraftRow,
    staff_id: Uuid,
    terminal_id: &'a str,
    factor: Factor,
    reserved: Reserved,
}

impl Finished<'_> {
    async fn store(
        self,
        platform: &Platform,
        context: &CallContext,
    ) -> Result<Vec<String>, FinishError> {
        let now = platform.now();
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| new_code(platform, CODE_LENGTH))
            .collect();
        let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(code)).collect();
        let Self {
            draft,
            staff_id,
            factor,
            reserved,
            ..
        } = self;
        let mut context = context.clone();
        context.actor = context.actor.staff(&draft.login);
        let made = context
            .event(platform, NO_INSURER, Action::AccountChanged)
            .ground(format!("account-made:{staff_id}"))
            .to_entry();
        let added = match &factor {
            Factor::Application { .. } => None,
            Factor::Passkey(row) => Some(
                context
                    .event(platform, NO_INSURER, Action::AccountChanged)
                    .ground(format!("passkey-added:{}", row.passkey_id))
                    .to_entry(),
            ),
        };
        let terminal_id = self.terminal_id.to_owned();
        platform
            .store
            .write(move |work| {
                Box::pin(async move {
                    if !accounts::end_draft(work, &draft.token_hash).await? {
                        return Err(FinishError::NoDraft);
                    }
                    let invited = match draft.invitation_id {
                        Some(id) => accounts::load_invitation(work, &draft.office_no, id).await?,
                        None => None,
                    };
                    let contract = invited.and_then(|it| it.contract);
                    match draft.invitation_id {
                        Some(id) if !accounts::use_invitation(work, id, now).await? => {
                            return Err(FinishError::Closed(Closed::Used));
                        }
                        Some(_) => {}
                        None => {
                            let closed = first_closed(work, &draft.office_no, &terminal_id).await?;
                            if let Some(closed) = closed {
                                return Err(FinishError::Closed(closed));
                            }
                        }
                    }
                    store(work, &draft, contract, staff_id, &factor, now).await?;
                    accounts::set_recovery_codes(work, staff_id, &hashes).await?;
                    reserved.give_back(work).await?;
                    work.record(&made).await?;
                    if let Some(added) = &added {
                        work.record(added).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(codes.iter().map(|code| grouped(code, 4)).collect())
    }
}

async fn store(
    work: &mut Work,
    draft: &DraftRow,
    contract: Option<Contract>,
    staff_id: Uuid,
    factor: &Factor,
    now: kiban_domain::Timestamp,
) -> Result<(), FinishError> {
    let totp_secret = match factor {
        Factor::Application { .. } => Some(draft.totp_secret.as_str()),
        Factor::Passkey(_) => None,
    };
    if draft.staff_id.is_some() {
        staff::set_secrets(work, staff_id, &draft.password_hash, totp_secret).await?;
        rows::remove_all(work, staff_id).await?;
    } else {
        let row = StaffRow {
            staff_id,
            office_no: draft.office_no,
            login: draft.login.clone(),
            name: draft.name.clone(),
            role: draft.role,
            contract,
            password_hash: draft.password_hash.clone(),
            totp_secret: totp_secret.map(str::to_owned),
            totp_last_step: 0,
            state: 1,
            created_at: now,
        };
        match staff::add(work, &row).await {
            Err(error) if error.is_duplicate() => return Err(FinishError::Taken),
            other => other?,
        }
        staff::set_mail(work, staff_id, &draft.mail).await?;
    }
    match factor {
        Factor::Application { step } => {
            staff::use_totp_step(work, staff_id, *step).await?;
        }
        Factor::Passkey(row) => match rows::add(work, row).await {
            Err(error) if error.is_duplicate() => return Err(PasskeyError::Taken.into()),
            other => other?,
        },
    }
    Ok(())
}
