//! Checks signed receipts without the platform (D-1). Source: RFC 7515, section 5.2; RFC 8037, section 3.1.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kiban_connect_api::wire::SigningKeys;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What the head of a receipt says that it is.
const TYPE: &str = "kiban-opinion-receipt";
/// The longest text that can be a receipt, in bytes.
const LONGEST: usize = 16_384;

/// What a signed receipt states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptClaims {
    /// 受付番号.
    pub receipt_no: String,
    /// When it was taken.
    pub submitted_at: String,
    /// SHA-256 of the canonical JSON, hexadecimal.
    pub sha256: String,
    /// SHA-256 of the PDF beside it, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf_sha256: Option<String>,
    /// 保険者番号.
    pub insurer_no: String,
    /// 医療機関コード.
    pub institution_code: String,
    /// The request it answers.
    pub request_id: String,
    /// Which opinion of its request, from 1.
    pub number: i64,
    /// Which way it came.
    pub route: String,
}

/// Why a text is no receipt of this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReceipt {
    /// It is no signed receipt.
    #[error("not a signed receipt")]
    Unreadable,
    /// None of the keys is the one that signed.
    #[error("signed with another key")]
    UnknownKey,
    /// It was altered, or signed by somebody else.
    #[error("the signature does not hold")]
    BadSignature,
}

impl InvalidReceipt {
    /// What happened and what to do, Japanese.
    pub fn message(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "署名付き受付票として読めません。受付票のファイルか、signed の値を指定してください。"
            }
            Self::UnknownKey => {
                "この受付票の署名に使われた鍵が、鍵のファイルにありません。「kiban-client opinion keys」で鍵を取り直してください。"
            }
            Self::BadSignature => {
                "署名が合いません。受付票が書き換えられているか、この基盤が発行したものではありません。"
            }
        }
    }
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: String,
    typ: String,
}

/// Checks a receipt against the platform's public keys.
///
/// # Errors
///
/// [`InvalidReceipt`]; nothing of the text is to be believed then.
pub fn verify_receipt(text: &str, keys: &SigningKeys) -> Result<ReceiptClaims, InvalidReceipt> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(InvalidReceipt::Unreadable);
    }
    let mut parts = text.split('.');
    let (Some(head), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(InvalidReceipt::Unreadable);
    };
    let signed = &text[..head.len() + 1 + claims.len()];
    let head: Head = json(head)?;
    if head.alg != "EdDSA" || head.typ != TYPE {
        return Err(InvalidReceipt::Unreadable);
    }
    let signature = bytes(signature)?;
    let key = keys
        .keys
        .iter()
        .find(|it| it.kid == head.kid && it.kty == "OKP" && it.crv == "Ed25519")
        .ok_or(InvalidReceipt::UnknownKey)?;
    let key = bytes(&key.x).map_err(|_| InvalidReceipt::UnknownKey)?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| InvalidReceipt::BadSignature)?;
    json(claims)
}

/// The signed text in what somebody kept: the text itself, a receipt as JSON, or the file that a watched folder got. All that are in it.
///
/// # Errors
///
/// [`InvalidReceipt::Unreadable`] when there is none.
pub fn signed_texts(kept: &str) -> Result<Vec<String>, InvalidReceipt> {
    let kept = kept.trim();
    if !kept.starts_with('{') {
        let plain = kept.split('.').count() == 3 && kept.bytes().all(|it| it.is_ascii_graphic());
        return plain
            .then(|| vec![kept.to_owned()])
            .ok_or(InvalidReceipt::Unreadable);
    }
    let value: serde_json::Value =
        serde_json::from_str(kept).map_err(|_| InvalidReceipt::Unreadable)?;
    let one = |of: &serde_json::Value| of["signed"].as_str().map(str::to_owned);
    let mut found: Vec<String> = one(&value)
        .or_else(|| one(&value["receipt"]))
        .into_iter()
        .collect();
    for line in value["lines"].as_array().into_iter().flatten() {
        found.extend(one(&line["receipt"]));
    }
    if found.is_empty() {
        Err(InvalidReceipt::Unreadable)
    } else {
        Ok(found)
    }
}

fn bytes(part: &str) -> Result<Vec<u8>, InvalidReceipt> {
    let read = URL_SAFE_NO_PAD.decode(part);
    read.map_err(|_| InvalidReceipt::Unreadable)
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, InvalidReceipt> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| InvalidReceipt::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_connect_api::wire::SigningKeyItem;
    use ring::{
        rand::SystemRandom,
        signature::{Ed25519KeyPair, KeyPair as _},
    };

    struct Platform(Ed25519KeyPair);

    impl Platform {
        fn new() -> Self {
            let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
            Self(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
        }

        fn keys(&self, kid: &str) -> SigningKeys {
            let key = SigningKeyItem {
                kty: "OKP".into(),
                crv: "Ed25519".into(),
                kid: kid.into(),
                alg: "EdDSA".into(),
                usage: "sig".into(),
                x: URL_SAFE_NO_PAD.encode(self.0.public_key()),
            };
            SigningKeys { keys: vec![key] }
        }

        fn sign(&self, head: &str, claims: &str) -> String {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let text = format!("{}.{}", part(head), part(claims));
            let signature = self.0.sign(text.as_bytes());
            format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    const HEAD: &str = r#"{"alg":"EdDSA","kid":"k","typ":"kiban-opinion-receipt"}"#;
    const CLAIMS: &str = r#"{"receipt_no":"131128-00000001","submitted_at":"2026-11-01T01:00:00Z","sha256":"ab","insurer_no":"131128","institution_code":"1319900013","request_id":"r","number":1,"route":"api"}"#;

    #[test]
    fn d1_a_receipt_is_checked_without_the_platform() {
        let platform = Platform::new();
        let text = platform.sign(HEAD, CLAIMS);
        let claims = verify_receipt(&format!(" {text}\n"), &platform.keys("k")).unwrap();
        assert_eq!(claims.receipt_no, "131128-00000001");
        let stranger = Platform::new();
        assert_eq!(
            verify_receipt(&text, &stranger.keys("k")),
            Err(InvalidReceipt::BadSignature)
        );
        assert_eq!(
            verify_receipt(&text, &platform.keys("other")),
            Err(InvalidReceipt::UnknownKey)
        );
        // Every single letter counts.
        for place in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(
                verify_receipt(&altered, &platform.keys("k")).is_err(),
                "{place}"
            );
        }
        let none = HEAD.replace("EdDSA", "none");
        let other = HEAD.replace("kiban-opinion-receipt", "JWT");
        for head in [none.as_str(), other.as_str(), "{}", "x"] {
            let text = platform.sign(head, CLAIMS);
            let refused = verify_receipt(&text, &platform.keys("k"));
            assert_eq!(refused, Err(InvalidReceipt::Unreadable), "{head}");
        }
        for text in ["", "a", "a.b", "a.b.c.d", "..", "あ.い.う"] {
            let refused = verify_receipt(text, &platform.keys("k"));
            assert_eq!(refused, Err(InvalidReceipt::Unreadable), "{text}");
        }
    }

    #[test]
    fn d1_a_receipt_is_found_in_what_was_kept() {
        let one = Ok(vec!["a.b.c".to_owned()]);
        for kept in [
            "a.b.c\n",
            r#"{"signed":"a.b.c"}"#,
            r#"{"receipt":{"signed":"a.b.c"},"cautions":[]}"#,
            r#"{"lines":[{"line":1,"receipt":{"signed":"a.b.c"}},{"line":2}]}"#,
        ] {
            assert_eq!(signed_texts(kept), one, "{kept}");
        }
        for kept in ["", "{", "{}", "a.b", r#"{"signed":1}"#] {
            assert_eq!(signed_texts(kept), Err(InvalidReceipt::Unreadable));
        }
    }
}
