//! A code becomes a certificate.

use super::{
    CODE_LENGTH, EnrolmentSettings, PER_ADDRESS, PER_OFFICE, TRIES,
    again::{Lost, asked_with},
    ticket::{TicketError, hash_code},
};
use crate::{
    CallContext, Platform,
    certificates::{Authorities, key_digest, row_of},
    code::{grouped, new_code, typed_code},
    mail::{self, Letter},
    rate::{self, Exhausted, Reserved},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{Clock, OfficeNumber};
use kiban_pki::{
    AuthorityKind, IssueError, Issued, Order, Pkcs12Format, Profile, TerminalRole, pkcs12,
};
use kiban_store::repo::{
    certificate_answers::{self, CertificateAnswerRow},
    certificates, offices,
    terminals::{self, TerminalRow, TicketRow},
};
use ring::digest::{SHA256, digest};

/// For how long a file waits for its download.
const FILE_MINUTES: i64 = 30;

/// What somebody at a terminal asks for.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The office.
    pub office_no: OfficeNumber,
    /// The code as typed.
    pub code: String,
    /// Where the request comes from, for counting.
    pub address: String,
    /// What the terminal is to be called and is; a renewal keeps what it has.
    pub wish: Wish,
    /// Where the key is made.
    pub means: Means,
}

/// What a new terminal is.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What the office calls it; not empty.
    pub name: String,
    /// Whether it is a tablet.
    pub tablet: bool,
}

/// Where the key is made.
#[derive(Debug, Clone)]
pub enum Means {
    /// Here; it leaves in a PKCS#12 file for a browser's store.
    File,
    /// At the terminal: a request (PKCS#10, PEM) of which only the public key is used.
    Request(String),
}

/// A certificate was issued.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The terminal.
    pub terminal: TerminalRow,
    /// The certificate.
    pub certificate: Certificate,
    /// The file, when the key was made here.
    pub file: Option<KeyFile>,
    /// Whether the terminal had a certificate that this one replaces.
    pub renewed: bool,
}

/// A certificate as its holder needs it.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// PEM.
    pub certificate_pem: String,
    /// PEM of the authority that issued it.
    pub authority_pem: String,
    /// Serial number.
    pub serial: String,
    /// When it ends.
    pub not_after: kiban_domain::Timestamp,
}

/// A file that waits for its one download.
#[derive(Clone)]
pub struct KeyFile {
    /// Opens the download once.
    pub token: String,
    /// Opens the file; shown once and not kept.
    pub password: String,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile(…)")
    }
}

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Number and code do not fit together, or the code has ended: nothing tells which.
    #[error("number and code do not fit")]
    Wrong,
    /// This code was used before. Only who knows the code learns that.
    #[error("the code was used")]
    Used,
    /// Too many wrong tries for the office or from the address.
    #[error("too many attempts")]
    TooMany(Exhausted),
    /// The request cannot be used; the code still counts.
    #[error("request")]
    Request(#[source] IssueError),
    /// Signing, packing or hashing failed.
    #[error("making the certificate: {0}")]
    Making(&'static str),
    /// The database.
    #[error("storage")]
    Storage(#[from] kiban_store::Error),
}

/// Issues a certificate for a code. `clock` is the machine's: certificates live by it whatever day a sandbox plays.
///
/// # Errors
///
/// See [`EnrolError`]. A wrong try is counted before the code is compared, and against every open code of the office.
pub async fn enrol(
    platform: &Platform,
    context: &CallContext,
    authorities: &Authorities,
    clock: &dyn Clock,
    settings: EnrolmentSettings,
    asked: Enrolment,
) -> Result<Enrolled, EnrolError> {
    let office_no = asked.office_no;
    let buckets = vec![
        (format!("enrol:{}", office_no.as_str()), PER_OFFICE),
        (format!("enrol-address:{}", asked.address), PER_ADDRESS),
    ];
    let reserved = match rate::reserve(platform, buckets).await? {
        Ok(reserved) => reserved,
        Err(exhausted) => return Err(EnrolError::TooMany(exhausted)),
    };
    let Some(code) = typed_code(&asked.code, CODE_LENGTH) else {
        refuse(platform, context, office_no).await?;
        return Err(EnrolError::Wrong);
    };
    let code_hash = hash_code(&office_no, code)
        .await
        .map_err(|error| match error {
            TicketError::Storage(error) => EnrolError::Storage(error),
            _ => EnrolError::Making("hash"),
        })?;
    let now = platform.now();
    let mut work = platform.store.point().await?;
    let ticket = terminals::find_ticket(&mut work, &office_no, &code_hash, TRIES, now).await?;
    let office = offices::find(&mut work, &office_no).await?;
    let used = match &ticket {
        Some(_) => None,
        None => terminals::find_used_ticket(&mut work, &office_no, &code_hash).await?,
    };
    let known = match &ticket {
        Some(TicketRow {
            terminal_id: Some(terminal_id),
            ..
        }) => terminals::find(&mut work, &office_no, terminal_id).await?,
        _ => None,
    };
    let held = certificates::list_held(&mut work, office_no.as_str()).await?;
    drop(work);
    let key_digest = match &asked.means {
        Means::File => None,
        Means::Request(request_pem) => Some(key_digest(request_pem).map_err(EnrolError::Request)?),
    };
    let lost = Lost {
        authorities,
        office_no,
        key_digest: key_digest.clone(),
        reserved: reserved.clone(),
    };
    if let Some(used) = used {
        return lost.fetch_again(platform, context, used).await;
    }
    let (Some(ticket), Some(_)) = (ticket, office) else {
        refuse(platform, context, office_no).await?;
        return Err(EnrolError::Wrong);
    };
    let role = match asked.means {
        Means::File => TerminalRole::Browser,
        Means::Request(_) => TerminalRole::Reader,
    };
    let terminal = match (known, &ticket.terminal_id) {
        (Some(terminal), _) => terminal,
        (None, id) => TerminalRow {
            terminal_id: id
                .clone()
                .unwrap_or_else(|| format!("T-{}", new_code(platform, 12))),
            office_no,
            name: asked.wish.name.clone(),
            kind: if asked.wish.tablet { 2 } else { 1 },
            may_set_up: ticket.first,
            created_at: now,
        },
    };
    let replaces = held
        .into_iter()
        .map(|held| held.certificate)
        .filter(|row| row.holder == terminal.terminal_id && row.role == role.as_str())
        .rfind(|row| row.revoked_at.is_none() && row.not_after > now)
        .map(|row| row.serial);
    let order = Order::new(Profile::Terminal {
        office_no: office_no.as_str().to_owned(),
        terminal_id: terminal.terminal_id.clone(),
        role,
    });
    let made = make(
        platform,
        authorities,
        clock,
        settings,
        &order,
        &terminal,
        asked.means,
    )
    .await?;
    let enrolled = Enrolled {
        certificate: Certificate {
            certificate_pem: made.issued.certificate_pem.clone(),
            authority_pem: authorities
                .of(AuthorityKind::Terminals)
                .certificate_pem()
                .to_owned(),
            serial: made.issued.serial.clone(),
            not_after: made.issued.not_after,
        },
        file: made.file.clone(),
        renewed: replaces.is_some(),
        terminal: terminal.clone(),
    };
    let answer = key_digest.map(|key_digest| CertificateAnswerRow {
        asked_with: asked_with(&ticket),
        key_digest,
        serial: made.issued.serial.clone(),
        certificate_pem: made.issued.certificate_pem.clone(),
        expires_at: ticket.expires_at,
    });
    let kept = Kept {
        code_hash,
        answer,
        terminal,
        replaces,
        profile: order.profile,
        made,
        reserved,
    };
    if keep(platform, context, kept).await? {
        Ok(enrolled)
    } else {
        // Somebody was faster with the same code: this terminal itself, when it asked twice, or another. The certificate made
        // here was not put into the table and opens nothing.
        lost.fetch_again(platform, context, ticket).await
    }
}

struct Made {
    issued: Issued,
    file: Option<KeyFile>,
    content: Vec<u8>,
}

async fn make(
    platform: &Platform,
    authorities: &Authorities,
    clock: &dyn Clock,
    settings: EnrolmentSettings,
    order: &Order,
    terminal: &TerminalRow,
    means: Means,
) -> Result<Made, EnrolError> {
    let authority = authorities.of(AuthorityKind::Terminals);
    let request_pem = match means {
        Means::Request(request_pem) => request_pem,
        Means::File => {
            let issued = authority
                .issue_with_new_key(order, clock, &*platform.entropy)
                .map_err(|_| EnrolError::Making("certificate"))?;
            let password = grouped(&new_code(platform, 16), 4);
            let token = URL_SAFE_NO_PAD.encode(platform.random::<32>());
            let file = KeyFile {
                token,
                password: password.clone(),
            };
            let authority_pem = authority.certificate_pem().to_owned();
            let format = Pkcs12Format::Modern {
                rounds: settings.pkcs12_rounds,
            };
            let alias = format!("kiban {}", terminal.terminal_id);
            let certificate = issued.issued;
            let (certificate_pem, key_pem) = (certificate.certificate_pem.clone(), issued.key_pem);
            // About a second of hashing.
            let packed = tokio::task::spawn_blocking(move || {
                pkcs12(
                    &alias,
                    &certificate_pem,
                    &key_pem,
                    &authority_pem,
                    &password,
                    format,
                )
            })
            .await;
            let content = packed
                .map_err(|_| EnrolError::Making("file"))?
                .map_err(|_| EnrolError::Making("file"))?;
            return Ok(Made {
                issued: certificate,
                file: Some(file),
                content,
            });
        }
    };
    let issued = authority
        .issue_from_request(&request_pem, order, clock, &*platform.entropy)
        .map_err(EnrolError::Request)?;
    Ok(Made {
        issued,
        file: None,
        content: Vec::new(),
    })
}

struct Kept {
    code_hash: String,
    answer: Option<CertificateAnswerRow>,
    terminal: TerminalRow,
    replaces: Option<String>,
    profile: Profile,
    made: Made,
    reserved: Reserved,
}

/// Everything in one transaction; false when the code no longer counted.
async fn keep(
    platform: &Platform,
    context: &CallContext,
    kept: Kept,
) -> Result<bool, kiban_store::Error> {
    let now = platform.now();
    let entry = context
        .event(platform, NO_INSURER, Action::CertificateIssued)
        .ground(format!("certificate:{}", kept.made.issued.serial))
        .to_entry();
    // How many letters there will be is known inside only; chance is drawn before.
    let mail_ids: Vec<_> = (0..20).map(|_| platform.id()).collect();
    let inside = platform.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let office_no = kept.terminal.office_no;
                // Whoever stops this terminal now sees its new certificate, or has ended the code.
                offices::take_turn(work, &office_no).await?;
                let used =
                    terminals::use_ticket(work, &office_no, &kept.code_hash, TRIES, now).await?;
                let Some(row) = row_of(&kept.profile, &kept.made.issued) else {
                    return Ok(false);
                };
                if used.is_none() {
                    return Ok(false);
                }
                if terminals::find(work, &office_no, &kept.terminal.terminal_id)
                    .await?
                    .is_none()
                {
                    terminals::add(work, &kept.terminal).await?;
                }
                certificates::add(work, &row).await?;
                if let Some(answer) = &kept.answer {
                    certificate_answers::add(work, answer, now).await?;
                }
                if let Some(old) = &kept.replaces {
                    certificates::set_replaces(work, &row.serial, old).await?;
                }
                if let Some(file) = &kept.made.file {
                    let until = now + SignedDuration::from_mins(FILE_MINUTES);
                    let token_hash = hash_token(&file.token);
                    terminals::add_file(work, &token_hash, &row.serial, &kept.made.content, until)
                        .await?;
                }
                let mails = offices::list_mails(work, &office_no).await?;
                for (to, mail_id) in mails.into_iter().zip(mail_ids) {
                    if let Ok(to) = to.parse() {
                        let letter = letter(to, &kept.terminal, kept.replaces.is_some());
                        mail::queue(work, mail_id, &inside, &letter).await?;
                    }
                }
                kept.reserved.give_back(work).await?;
                work.record(&entry).await?;
                Ok(true)
            })
        })
        .await
}

fn letter(to: kiban_domain::MailAddress, terminal: &TerminalRow, renewed: bool) -> Letter {
    let (subject, what) = if renewed {
        (
            "端末の電子証明書が更新されました",
            "次の端末の新しい電子証明書を発行しました。",
        )
    } else {
        (
            "新しい端末が登録されました",
            "次の端末を登録し、電子証明書を発行しました。",
        )
    };
    Letter {
        to,
        subject: subject.to_owned(),
        body: format!(
            "{what}\n\n事業所番号　{}\n端末　　　　{}（{}）\n\n\
             心当たりがないときは、WEBサービスの「職員・端末」でこの端末をすぐに停止し、運営の窓口に連絡してください。\n",
            terminal.office_no.as_str(),
            terminal.name,
            terminal.terminal_id,
        ),
    }
}

async fn refuse(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
) -> Result<(), kiban_store::Error> {
    let entry = context
        .event(platform, NO_INSURER, Action::CertificateIssued)
        .refused("wrong_code")
        .to_entry();
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                terminals::count_wrong(work, &office_no, now).await?;
                work.record(&entry).await
            })
        })
        .await
}

fn hash_token(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

/// Takes the file of a token out: the first who asks has it, nobody after that.
///
/// # Errors
///
/// The database only.
pub async fn take_file(
    platform: &Platform,
    context: &CallContext,
    token: &str,
) -> Result<Option<Vec<u8>>, kiban_store::Error> {
    let token_hash = hash_token(token);
    let now = platform.now();
    let event = context.event(platform, NO_INSURER, Action::Export);
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let Some((serial, content)) = terminals::take_file(work, &token_hash, now).await?
                else {
                    return Ok(None);
                };
                let event = event.ground(format!("certificate-file:{serial}"));
                work.record(&event.to_entry()).await?;
                Ok(Some(content))
            })
        })
        .await
}
