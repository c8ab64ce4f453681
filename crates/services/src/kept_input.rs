//! What was being sent when a session ended comes back after the same person has signed in again (W-10).
//!
//! Fields and address are encrypted with a key that only a cookie of the sender's browser holds, so that the database
//! alone tells nothing. Passwords, codes and tokens are never kept. Nothing is ever sent by itself: the form comes back
//! filled, and its sender looks at it.

use crate::{Platform, sign_in::token_hash};
use kiban_domain::OfficeNumber;
use kiban_store::{
    Error,
    repo::{
        kept_inputs::{self, KeptRow},
        sessions, staff,
    },
};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hmac,
};
use uuid::Uuid;

/// For so long what was being sent is kept, in minutes. As long as a session may be idle.
pub const KEPT_MINUTES: i64 = 30;
/// Of one account at one terminal so many forms are kept: as many as a person has open beside each other.
const MOST: i64 = 4;
/// Longer inputs are not kept, in bytes.
const LONGEST_BYTES: usize = 65_536;
/// Words that mark a field as secret, whatever its form: such fields are never kept.
const SECRET: [&str; 9] = [
    "csrf",
    "password",
    "again",
    "code",
    "pin",
    "token",
    "answer",
    "challenge",
    "secret",
];

/// A form as it was being sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Identifier, for [`take`].
    pub kept_id: Uuid,
    /// Address to which it was being sent.
    pub path: String,
    /// Names and values, in their order.
    pub fields: Vec<(String, String)>,
}

/// Shows nothing: fields hold people's data.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(…)")
    }
}

/// Where a browser is, and the secret of its cookie.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Serial number of the terminal's certificate.
    pub serial: &'a str,
    /// The terminal.
    pub terminal_id: &'a str,
    /// The secret of the browser's cookie for kept inputs.
    pub secret: &'a [u8; 32],
}

impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("terminal_id", &self.terminal_id)
            .finish_non_exhaustive()
    }
}

impl Place<'_> {
    fn holder(&self) -> Vec<u8> {
        digest(&SHA256, self.secret).as_ref().to_vec()
    }

    fn key(&self) -> Option<LessSafeKey> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, self.secret);
        let derived = hmac::sign(&master, b"kiban-kept-input/1");
        let key = UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok()?;
        Some(LessSafeKey::new(key))
    }

    /// What the encryption is bound to beside the key.
    fn bound(&self, staff_id: Uuid, office_no: &OfficeNumber) -> Vec<u8> {
        let office_no = office_no.as_str().as_bytes();
        [staff_id.as_bytes(), office_no, self.terminal_id.as_bytes()].concat()
    }
}

/// Whether a field may be kept.
fn may_be_kept(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !name
        .split(['_', '-', '.'])
        .any(|word| SECRET.contains(&word))
}

/// Keeps what was being sent with the token of a session that has ended by itself; whether something is kept.
///
/// Nothing is kept for a token that is nobody's or began at another terminal, for an account that was stopped, for a
/// half sign-in, and for forms in which nothing was typed or chosen.
///
/// # Errors
///
/// The database only.
pub async fn keep(
    platform: &Platform,
    place: Place<'_>,
    token: &str,
    path: &str,
    fields: &[(String, String)],
) -> Result<bool, Error> {
    let fields: Vec<_> = fields
        .iter()
        .filter(|(name, value)| may_be_kept(name) && name != "go" && !value.is_empty())
        .collect();
    if fields.is_empty() {
        return Ok(false);
    }
    let mut work = platform.store.read().await?;
    let session = sessions::find(&mut work, &token_hash(token)).await?;
    let Some(session) =
        session.filter(|row| row.complete && row.certificate_serial == place.serial)
    else {
        return Ok(false);
    };
    let staff = staff::find(&mut work, session.staff_id).await?;
    drop(work);
    if staff.is_none_or(|staff| staff.state != 1) {
        return Ok(false);
    }
    let Ok(text) = serde_json::to_vec(&(path, fields)) else {
        return Ok(false);
    };
    let nonce = platform.random::<NONCE_LEN>();
    let who = (session.staff_id, &session.office_no);
    let Some(sealed) = seal(&place, who, nonce, text) else {
        return Ok(false);
    };
    let row = KeptRow {
        kept_id: platform.id(),
        holder: place.holder(),
        staff_id: session.staff_id,
        terminal_id: place.terminal_id.to_owned(),
        sealed,
        expires_at: platform.now() + jiff::SignedDuration::from_mins(KEPT_MINUTES),
    };
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { kept_inputs::add(work, &row, MOST).await })
        })
        .await?;
    Ok(true)
}

fn seal(
    place: &Place<'_>,
    (staff_id, office_no): (Uuid, &OfficeNumber),
    nonce: [u8; NONCE_LEN],
    mut text: Vec<u8>,
) -> Option<Vec<u8>> {
    if text.len() > LONGEST_BYTES {
        return None;
    }
    let bound = Aad::from(place.bound(staff_id, office_no));
    let key = place.key()?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text)
        .ok()?;
    Some([nonce.as_slice(), &text].concat())
}

fn unseal(place: &Place<'_>, office_no: &OfficeNumber, row: &KeptRow) -> Option<Kept> {
    let (nonce, sealed) = row.sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let bound = Aad::from(place.bound(row.staff_id, office_no));
    let mut sealed = sealed.to_vec();
    let text = place.key()?.open_in_place(nonce, bound, &mut sealed).ok()?;
    let (path, fields) = serde_json::from_slice(text).ok()?;
    Some(Kept {
        kept_id: row.kept_id,
        path,
        fields,
    })
}

/// What is kept for this browser and this account acting as this office, the newest first; what the account was sending as
/// another office stays sealed. When another account has signed in, everything is forgotten at once.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    place: Place<'_>,
    staff_id: Uuid,
    office_no: &OfficeNumber,
) -> Result<Vec<Kept>, Error> {
    let holder = place.holder();
    let mut work = platform.store.read().await?;
    let rows = kept_inputs::list(&mut work, &holder, platform.now()).await?;
    drop(work);
    let own = |row: &KeptRow| row.staff_id == staff_id && row.terminal_id == place.terminal_id;
    if rows.iter().all(own) {
        let open = rows.iter().filter_map(|row| unseal(&place, office_no, row));
        return Ok(open.collect());
    }
    forget(platform, place).await?;
    Ok(Vec::new())
}

/// Takes one away because it is shown now; false when it was taken before.
///
/// # Errors
///
/// The database only.
pub async fn take(platform: &Platform, kept_id: Uuid) -> Result<bool, Error> {
    platform
        .store
        .write(move |work| Box::pin(async move { kept_inputs::take(work, kept_id).await }))
        .await
}

/// Forgets everything that is kept for this browser; how many.
///
/// # Errors
///
/// The database only.
pub async fn forget(platform: &Platform, place: Place<'_>) -> Result<u64, Error> {
    let holder = place.holder();
    platform
        .store
        .write(move |work| Box::pin(async move { kept_inputs::forget(work, &holder).await }))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_kept() {
        for name in [
            "csrf",
            "password",
            "new_password",
            "pin",
            "code",
            "Token",
            "totp-code",
        ] {
            assert!(!may_be_kept(name), "{name}");
        }
        for name in [
            "kana",
            "birth_year",
            "insured_no",
            "statement",
            "spine",
            "decoder",
        ] {
            assert!(may_be_kept(name), "{name}");
        }
    }

    #[test]
    fn only_the_same_cookie_account_office_and_terminal_open_what_was_sealed() {
        let place = |terminal_id, secret| Place {
            serial: "0a",
            terminal_id,
            secret,
        };
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let [office, branch] =
            ["1379900015", "1379900023"].map(|number| number.parse::<OfficeNumber>().unwrap());
        let text = serde_json::to_vec(&("/care/x", [("kana", "カクウ")])).unwrap();
        let sealed = seal(
            &place("T-1", &[7; 32]),
            (own, &office),
            [3; NONCE_LEN],
            text,
        )
        .unwrap();
        let row = |staff_id| KeptRow {
            kept_id: own,
            holder: vec![],
            staff_id,
            terminal_id: "T-1".into(),
            sealed: sealed.clone(),
            expires_at: "2026-11-01T01:00:00Z".parse().unwrap(),
        };
        let found = unseal(&place("T-1", &[7; 32]), &office, &row(own)).unwrap();
        assert_eq!(found.path, "/care/x");
        assert_eq!(found.fields, [("kana".to_owned(), "カクウ".to_owned())]);
        assert!(
            unseal(&place("T-1", &[8; 32]), &office, &row(own)).is_none(),
            "another cookie"
        );
        assert!(
            unseal(&place("T-2", &[7; 32]), &office, &row(own)).is_none(),
            "another terminal"
        );
        assert!(
            unseal(&place("T-1", &[7; 32]), &office, &row(other)).is_none(),
            "another account"
        );
        assert!(
            unseal(&place("T-1", &[7; 32]), &branch, &row(own)).is_none(),
            "another office"
        );
        let text = String::from_utf8_lossy(&sealed).into_owned();
        assert!(!text.contains("カクウ") && !text.contains("/care"));
        assert!(
            seal(
                &place("T-1", &[7; 32]),
                (own, &office),
                [3; NONCE_LEN],
                vec![b'a'; LONGEST_BYTES + 1]
            )
            .is_none()
        );
    }
}
