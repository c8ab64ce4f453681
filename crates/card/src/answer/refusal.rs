//! Why an answer is not taken.

use kiban_domain::Timestamp;

use crate::error_code::Mender;

/// Why an answer is not taken, in the order in which it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not exactly one certificate.
    #[error("the certificate cannot be read")]
    Certificate,
    /// No configured root has signed it.
    #[error("the certificate's issuer is not trusted")]
    Issuer,
    /// Its time has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
    /// Its usages, key or extensions are not those of a 利用者証明用 certificate.
    #[error("the certificate is of another kind")]
    Profile,
    /// None of its policies is configured.
    #[error("the certificate's policy is not accepted")]
    Policy,
    /// Revoked.
    #[error("the certificate has been revoked")]
    Revoked {
        /// From when on.
        since: Timestamp,
    },
    /// The responder does not know it.
    #[error("the certificate's state is not known")]
    StatusUnknown,
    /// Nobody could be asked.
    #[error("the certificate's state cannot be asked")]
    StatusUnavailable,
    /// What is known is too old, or from the future.
    #[error("what is known of the certificate's state is not of now")]
    StatusStale,
    /// The signature is not of this certificate's key over this text.
    #[error("the signature does not fit")]
    Signature,
}

impl Refusal {
    /// A word that stays: in answers, in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Issuer => "issuer",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Profile => "profile",
            Self::Policy => "policy",
            Self::Revoked { .. } => "revoked",
            Self::StatusUnknown => "status_unknown",
            Self::StatusUnavailable => "status_unavailable",
            Self::StatusStale => "status_stale",
            Self::Signature => "signature",
        }
    }

    /// What happened and what to do next, for the page.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Certificate | Self::Profile | Self::Policy => {
                "カードの電子証明書を確認できませんでした。カードを使わない方法で確認し、続くときは運営者に連絡してください。"
            }
            Self::Issuer => {
                "このカードの電子証明書は、この基盤では確認できない発行元のものです。カードを使わない方法で確認してください。"
            }
            Self::NotYetValid => {
                "カードの電子証明書の有効期間がまだ始まっていません。カードを使わない方法で確認してください。"
            }
            Self::Expired => {
                "カードの電子証明書の有効期限が切れています。お住まいの市区町村の窓口で更新してください。今日はカードを使わない方法で確認できます。"
            }
            Self::Revoked { .. } => {
                "カードの電子証明書は失効しています。お住まいの市区町村の窓口で手続きしてください。今日はカードを使わない方法で確認できます。"
            }
            Self::StatusUnknown | Self::StatusUnavailable | Self::StatusStale => {
                "カードの電子証明書が有効かどうかを、いま確かめられません。少し待ってからやり直すか、カードを使わない方法で確認してください。"
            }
            Self::Signature => {
                "カードの署名が合いませんでした。もう一度お試しになり、続くときは運営者に連絡してください。"
            }
        }
    }

    /// Who can mend it.
    pub fn mender(self) -> Mender {
        match self {
            Self::Expired | Self::Revoked { .. } => Mender::Municipality,
            Self::NotYetValid => Mender::Person,
            Self::Certificate
            | Self::Issuer
            | Self::Profile
            | Self::Policy
            | Self::StatusUnknown
            | Self::StatusUnavailable
            | Self::StatusStale
            | Self::Signature => Mender::Operator,
        }
    }
}
