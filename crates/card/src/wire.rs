//! Shapes of the calls between page, terminal application and server. JSON, bodies up to 64 KiB, times in UTC.
//!
//! | call | by | answer |
//! | --- | --- | --- |
//! | `POST /api/challenge` [`ChallengeRequest`] | page, staff signed in | `201` [`ChallengeResponse`] |
//! | `GET /api/challenge/{id}` | the same page | `200` [`ChallengeStateResponse`] |
//! | `GET /agent/poll` | terminal application | held up to 25 s: `204`, or `200` [`PollResponse`] |
//! | `GET /agent/poll?reader_test=1` | a program that knows the question | the same, or `200` [`ReaderTestAsked`] |
//! | `POST /agent/reader-test/{id}` [`ReaderTestRequest`] | terminal application | `204`; `404` not this terminal's; `409` not open; `410` too late |
//! | `POST /agent/answer/{id}` [`AnswerRequest`] | terminal application | `204`; `404` not this terminal's; `409` not open; `410` too late; `422` [`RefusedResponse`] |
//! | `GET /agent/hello` with [`HelloRequest`] as query | terminal application | `200` [`HelloResponse`] |
//! | `POST /agent/renew` [`RenewRequest`] | terminal application | `201` [`RenewResponse`] |
//!
//! Source: terminals and mTLS, section 6.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::challenge::{ChallengeId, Purpose};
use crate::error_code::ErrorCode;

/// The longest body either side takes, in bytes.
pub const LONGEST_BODY_BYTES: usize = 65_536;

/// How long the server holds an idle poll, in seconds.
pub const POLL_HELD_SECONDS: u64 = 25;

/// How long a challenge may be answered, in seconds.
pub const CHALLENGE_SECONDS: i64 = 90;

/// The page asks for a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// What the person shall confirm.
    #[serde(with = "purpose")]
    pub purpose: Purpose,
    /// What it is for: the server's identifier of the case on the page, up to 64 characters.
    pub case: String,
    /// By PIN, or by sight.
    #[serde(default)]
    pub method: Method,
}

/// The page's handle on a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeResponse {
    /// Names the challenge.
    #[serde(with = "text")]
    pub id: ChallengeId,
    /// Four digits that the page and the terminal's window both show. Not a secret.
    pub code: PairingCode,
}

/// How the person shows that the card is theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The person types the PIN; the 利用者証明用 key signs.
    #[default]
    Pin,
    /// Staff compare face and photograph and type what is printed on the card; 券面入力補助AP signs. Weaker.
    Sight,
}

/// Where a challenge stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ChallengeStateResponse {
    /// The terminal application has not seen it.
    Pending,
    /// It is in front of the person.
    Taken,
    /// Answered and verified.
    Done {
        /// The server's own identifier of the link between card and person; nothing when the card is not linked yet.
        link: Option<String>,
    },
    /// It ended without an answer.
    Failed {
        /// Why, when the terminal said so.
        #[serde(flatten)]
        error: TerminalError,
        /// The sentence for the page.
        message: String,
    },
    /// Nobody answered in time.
    Expired,
    /// A newer challenge or the staff ended it.
    Withdrawn,
}

/// A challenge for this terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollResponse {
    /// Names the challenge; the same as in the text.
    #[serde(with = "text")]
    pub id: ChallengeId,
    /// The text to sign, see [`crate::ChallengeText`].
    pub message: String,
    /// What is confirmed; the same as in the text.
    #[serde(with = "purpose")]
    pub purpose: Purpose,
    /// Name of the office, shown to the person.
    pub office: String,
    /// Four digits that the page shows too.
    pub code: PairingCode,
    /// By PIN, or by sight.
    #[serde(default)]
    pub method: Method,
}

/// What a poll brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PollAnswer {
    /// A challenge.
    Challenge(PollResponse),
    /// The question how reader and card are. It has no text, and nothing is signed for it.
    ReaderTest(ReaderTestAsked),
}

/// The staff ask how reader and card of this terminal are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderTestAsked {
    /// Names the question: 32 hexadecimal digits.
    pub reader_test: String,
    /// How long to wait for a card, in seconds.
    pub wait_seconds: u64,
}

/// The rungs of [`crate::ladder`] as a terminal found them, in their order. Words and one number: nothing of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderTestRequest {
    /// The rungs, 32 at the most.
    pub rungs: Vec<RungResult>,
}

/// One rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RungResult {
    /// Its word.
    pub step: String,
    /// How it went.
    pub outcome: RungOutcome,
    /// What is wrong, one of [`crate::ladder::CAUSES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Tries left, on the rung that counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u8>,
}

/// How a rung went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungOutcome {
    /// It holds.
    Good,
    /// It holds, but somebody should do something soon.
    Caution,
    /// It does not.
    Failed,
    /// Not tried, because one before it failed.
    NotTried,
}

impl ReaderTestRequest {
    /// Whether it is what a terminal may say: words of letters and digits, and no more rungs than there can be.
    pub fn is_plain(&self) -> bool {
        let word = |it: &str| {
            (1..=32).contains(&it.len())
                && it
                    .bytes()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        };
        (1..=32).contains(&self.rungs.len())
            && self
                .rungs
                .iter()
                .all(|rung| word(&rung.step) && rung.code.as_deref().is_none_or(word))
    }
}

/// What the terminal application answers. The signed text is not in it: the server has kept its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnswerRequest {
    /// Signed after the PIN.
    Signed(SignedAnswer),
    /// Read by sight.
    BySight(BySightAnswer),
    /// It did not come to an answer.
    Failed(TerminalError),
}

/// Certificate and signature of the 利用者証明用 key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAnswer {
    /// The certificate, DER, base64.
    pub certificate: Base64,
    /// RSASSA-PKCS1-v1_5 with SHA-256 over the text, 256 bytes, base64.
    pub signature: Base64,
}

/// What can be read without the PIN, and the proof that the card was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySightAnswer {
    /// The 利用者証明用 certificate, DER, base64: read, not proved.
    pub certificate: Base64,
    /// 券面入力補助AP EF 0002 as it is on the card, base64. The server compares and drops it.
    pub attributes: Base64,
    /// EF 0003: digests with the issuer's signature, base64; absent when the card did not give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Base64>,
    /// EF 0004: card-verifiable certificate of the issuer's key, base64.
    pub issuer_certificate: Base64,
    /// EF 0007: the application's key with the issuer's signature, base64.
    pub application_key: Base64,
    /// That key's signature over the text, base64.
    pub signature: Base64,
}

/// An error of the terminal: `{"error": "wrong_pin", "left": 2}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalError(pub ErrorCode);

#[derive(Serialize, Deserialize)]
struct ErrorParts {
    error: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left: Option<u8>,
}

impl Serialize for TerminalError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = ErrorParts {
            error: self.0.as_str().to_owned(),
            left: self.0.left(),
        };
        parts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TerminalError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = ErrorParts::deserialize(deserializer)?;
        let code = ErrorCode::from_parts(&parts.error, parts.left);
        code.map(Self).map_err(serde::de::Error::custom)
    }
}

/// Why an answer was not taken (`422`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedResponse {
    /// [`crate::answer::Refusal::as_str`].
    pub reason: String,
    /// The sentence for the window.
    pub message: String,
}

/// The application says that it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloRequest {
    /// Version of the program.
    pub version: String,
    /// Whether a reader is connected.
    pub reader: bool,
    /// The word of the first rung of the doctor's ladder that fails; `ok`, or `unknown` when nobody has looked.
    pub doctor: String,
}

/// What the server tells a terminal application (`200`). A program older than [`Self::oldest_version`] gets the same members in a
/// refusal (`426`, code `program_too_old`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloResponse {
    /// The origin that this terminal's texts must carry.
    pub origin: String,
    /// The terminal's identifier, as in its certificate.
    pub terminal: String,
    /// Last day of its certificate, RFC 3339.
    pub certificate_ends: String,
    /// Whole days from today to that day, in Japan.
    pub days_left: i64,
    /// The server's time, RFC 3339.
    pub now: String,
    /// The oldest program that this server serves, `major.minor.patch`.
    pub oldest_version: String,
    /// The newest program that the server knows, `major.minor.patch`.
    pub newest_version: String,
    /// Where people get the newest program.
    pub download: String,
}

/// Which of a terminal's two certificates a program asks for. The program at the card reader holds both: with one it reads cards,
/// with the other its bridge shows pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenewRole {
    /// For `/agent/…`.
    #[default]
    Reader,
    /// For pages.
    Browser,
}

/// A new key for the same terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// PKCS#10, PEM.
    pub csr: String,
    /// Which certificate.
    #[serde(default)]
    pub role: RenewRole,
    /// Serial of the browser certificate whose place it takes, if the program has one; a reader certificate always takes the place
    /// of the one that the call was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// The new certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewResponse {
    /// PEM.
    pub certificate: String,
    /// The authority's certificate, PEM.
    pub authority: String,
    /// Last day of the certificate, RFC 3339.
    pub certificate_ends: String,
}

/// Four digits that page and window both show, so that at a counter with two windows the person signs for the right page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairingCode(u16);

impl PairingCode {
    /// Draws one.
    pub fn draw(entropy: &dyn kiban_domain::Entropy) -> Self {
        let mut bytes = [0; 4];
        entropy.fill(&mut bytes);
        let number = u32::from_le_bytes(bytes) % 10_000;
        Self(u16::try_from(number).unwrap_or_default())
    }
}

impl std::fmt::Display for PairingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl std::str::FromStr for PairingCode {
    type Err = NotAPairingCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number.map(Self).ok_or(NotAPairingCode)
    }
}

/// Not four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pairing code has four digits")]
pub struct NotAPairingCode;

impl Serialize for PairingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PairingCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer)
    }
}

/// Bytes as standard base64 with padding. They are a person's, so `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl std::fmt::Debug for Base64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        // The decoder's own message would repeat a piece of the text.
        let bytes = STANDARD.decode(text.as_bytes());
        bytes
            .map(Self)
            .map_err(|_| serde::de::Error::custom("not base64"))
    }
}

mod text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::{borrow::Cow, fmt::Display, str::FromStr};

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

mod purpose {
    use super::{Purpose, text};
    use serde::{Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(
        value: &Purpose,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Purpose, D::Error> {
        text::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn the_three_answers_are_told_apart() {
        let signed = json!({"certificate": "AQI=", "signature": "Aw=="});
        let read: AnswerRequest = from_value(signed.clone()).unwrap();
        let expected = SignedAnswer {
            certificate: Base64(vec![1, 2]),
            signature: Base64(vec![3]),
        };
        assert_eq!(read, AnswerRequest::Signed(expected));
        assert_eq!(to_value(&read).unwrap(), signed);
        let failed = json!({"error": "wrong_pin", "left": 2});
        let read: AnswerRequest = from_value(failed.clone()).unwrap();
        assert_eq!(
            read,
            AnswerRequest::Failed(TerminalError(ErrorCode::WrongPin { left: 2 }))
        );
        assert_eq!(to_value(&read).unwrap(), failed);
        for bad in [
            json!({"certificate": "AQI="}),
            json!({"certificate": "AQI=", "signature": "Aw==", "text": "x"}),
            json!({"certificate": "!", "signature": "Aw=="}),
            json!({"error": "wrong_pin"}),
            json!({"error": "something"}),
        ] {
            assert!(from_value::<AnswerRequest>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn t2_a_poll_is_a_challenge_or_a_reader_test() {
        let test = json!({"reader_test": "00", "wait_seconds": 10});
        let read: PollAnswer = from_value(test).unwrap();
        assert!(matches!(read, PollAnswer::ReaderTest(_)));
        let challenge = json!({
            "id": "000102030405060708090a0b0c0d0e0f", "message": "m", "purpose": "link the card",
            "office": "見本事業所", "code": "0042",
        });
        let read: PollAnswer = from_value(challenge).unwrap();
        assert!(matches!(read, PollAnswer::Challenge(_)));
    }

    #[test]
    fn t2_a_reader_test_carries_words_only() {
        let rungs =
            |rung: serde_json::Value| from_value::<ReaderTestRequest>(json!({"rungs": [rung]}));
        let good = rungs(json!({"step": "tries", "outcome": "good", "left": 3})).unwrap();
        assert!(good.is_plain());
        assert!(rungs(json!({"step": "tries", "outcome": "good", "seen": "架空"})).is_err());
        assert!(rungs(json!({"step": "tries", "outcome": "so so"})).is_err());
        let named = rungs(json!({"step": "架空", "outcome": "good"})).unwrap();
        assert!(!named.is_plain());
        let long =
            rungs(json!({"step": "x", "outcome": "failed", "code": "a".repeat(33)})).unwrap();
        assert!(!long.is_plain());
        assert!(!ReaderTestRequest { rungs: vec![] }.is_plain());
    }

    #[test]
    fn debug_shows_nobodys_bytes() {
        let answer = SignedAnswer {
            certificate: Base64(vec![1, 2]),
            signature: Base64(vec![3]),
        };
        assert_eq!(
            format!("{answer:?}"),
            "SignedAnswer { certificate: Base64(2 bytes), signature: Base64(1 bytes) }"
        );
    }

    #[test]
    fn a_poll_keeps_its_zeros() {
        let text = json!({
            "id": "000102030405060708090a0b0c0d0e0f", "message": "m", "purpose": "link the card",
            "office": "見本事業所", "code": "0042",
        });
        let read: PollResponse = from_value(text).unwrap();
        assert_eq!(
            (read.code.to_string().as_str(), read.method),
            ("0042", Method::Pin)
        );
        assert_eq!(to_value(&read).unwrap()["code"], "0042");
    }

    #[test]
    fn a_state_says_its_name() {
        let failed = ChallengeStateResponse::Failed {
            error: TerminalError(ErrorCode::Blocked),
            message: "m".into(),
        };
        let written = to_value(&failed).unwrap();
        assert_eq!(
            written,
            json!({"state": "failed", "error": "blocked", "message": "m"})
        );
        assert_eq!(
            from_value::<ChallengeStateResponse>(written).unwrap(),
            failed
        );
        assert_eq!(
            to_value(ChallengeStateResponse::Pending).unwrap(),
            json!({"state": "pending"})
        );
    }
}
