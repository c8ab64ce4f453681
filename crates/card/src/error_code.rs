//! What went wrong at the reader, as a code that travels, with the sentence for the page and who can mend it.

use crate::error::{CardError, OtherCard};
use crate::link::LinkError;

/// What went wrong at the reader. Source: terminals and mTLS, section 6, rule 8; `not_our_text`, `reader_busy` and
/// `by_sight_refused` were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// No card reader, or its service does not run.
    NoReader,
    /// Another program holds the card.
    ReaderBusy,
    /// No card was put on in time.
    NoCard,
    /// A bank card, an old 住基カード, a telephone.
    NotMyNumberCard,
    /// No 利用者証明用 certificate on it.
    NoCertificate,
    /// The PIN was wrong.
    WrongPin {
        /// Tries left, 1 or 2.
        left: u8,
    },
    /// One try is left, and the person did not want to spend it.
    LastTry,
    /// The PIN is blocked.
    Blocked,
    /// What was typed from the card's face does not fit the card.
    BySightRefused {
        /// Tries left, up to 9.
        left: u8,
    },
    /// The person or the staff stopped.
    Cancelled,
    /// The card was taken away too early.
    CardRemoved,
    /// The text to sign was not this terminal's; the card was not touched.
    NotOurText,
    /// Anything else; the terminal's log says what.
    Internal,
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mender {
    /// The person with the card.
    Person,
    /// Staff at the terminal, or the office's administrator.
    Office,
    /// The municipal office that issued the card.
    Municipality,
    /// The operator of the platform.
    Operator,
}

impl Mender {
    /// Who, in Japanese.
    pub fn label(self) -> &'static str {
        match self {
            Self::Person => "カードをお持ちの方",
            Self::Office => "事業所の職員",
            Self::Municipality => "お住まいの市区町村の窓口",
            Self::Operator => "介護情報基盤の運営者",
        }
    }

    /// One word for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Office => "office",
            Self::Municipality => "municipality",
            Self::Operator => "operator",
        }
    }
}

impl ErrorCode {
    /// Every code, once, with an example where it carries a number.
    pub const ALL: [Self; 13] = [
        Self::NoReader,
        Self::ReaderBusy,
        Self::NoCard,
        Self::NotMyNumberCard,
        Self::NoCertificate,
        Self::WrongPin { left: 2 },
        Self::LastTry,
        Self::Blocked,
        Self::BySightRefused { left: 9 },
        Self::Cancelled,
        Self::CardRemoved,
        Self::NotOurText,
        Self::Internal,
    ];

    /// The word that travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoReader => "no_reader",
            Self::ReaderBusy => "reader_busy",
            Self::NoCard => "no_card",
            Self::NotMyNumberCard => "not_my_number_card",
            Self::NoCertificate => "no_certificate",
            Self::WrongPin { .. } => "wrong_pin",
            Self::LastTry => "last_try",
            Self::Blocked => "blocked",
            Self::BySightRefused { .. } => "by_sight_refused",
            Self::Cancelled => "cancelled",
            Self::CardRemoved => "card_removed",
            Self::NotOurText => "not_our_text",
            Self::Internal => "internal",
        }
    }

    /// The number that travels beside the word.
    pub fn left(self) -> Option<u8> {
        match self {
            Self::WrongPin { left } | Self::BySightRefused { left } => Some(left),
            _ => None,
        }
    }

    /// The code for a card error while 照合番号B was presented: a refusal then means the three printed values.
    pub fn by_sight(error: CardError) -> Self {
        match error {
            CardError::WrongPin { left } => Self::BySightRefused { left },
            other => other.into(),
        }
    }

    /// Puts word and number together again.
    ///
    /// # Errors
    ///
    /// [`UnknownErrorCode`] for a word that is not in the list, or a number that is missing, too many or too large.
    pub fn from_parts(word: &str, left: Option<u8>) -> Result<Self, UnknownErrorCode> {
        let known = Self::ALL.into_iter().find(|code| code.as_str() == word);
        match (known.ok_or(UnknownErrorCode)?, left) {
            (Self::WrongPin { .. }, Some(left @ 1..=15)) => Ok(Self::WrongPin { left }),
            (Self::BySightRefused { .. }, Some(left @ 1..=15)) => Ok(Self::BySightRefused { left }),
            (Self::WrongPin { .. } | Self::BySightRefused { .. }, _) | (_, Some(_)) => {
                Err(UnknownErrorCode)
            }
            (code, None) => Ok(code),
        }
    }

    /// What happened and what to do next, for the page and the terminal's window.
    pub fn sentence(self) -> String {
        let fixed = match self {
            Self::WrongPin { left } => {
                return format!(
                    "暗証番号が違います。あと{left}回まちがえると使えなくなります。番号を確かめて、もう一度入力してください。"
                );
            }
            Self::BySightRefused { left } => {
                return format!(
                    "入力した生年月日・有効期限・セキュリティコードがカードと合いません（あと{left}回）。券面を見て、もう一度入力してください。"
                );
            }
            Self::NoReader => {
                "カードリーダーが見つかりません。接続と、この端末の「スマートカード」サービスを確かめてください。"
            }
            Self::ReaderBusy => {
                "ほかのプログラムがカードを使っています。そのプログラムを終わらせて、もう一度お試しください。"
            }
            Self::NoCard => {
                "カードが読み取れません。ケースから出して、カードリーダーに置き直してください。"
            }
            Self::NotMyNumberCard => {
                "マイナンバーカードではありません。マイナンバーカードを置いてください（住基カード、スマートフォンは使えません）。"
            }
            Self::NoCertificate => {
                "このカードには利用者証明用電子証明書がありません。お住まいの市区町村の窓口で発行を受けてください。今日はカードを使わない方法で確認できます。"
            }
            Self::LastTry => {
                "暗証番号を入力できるのはあと1回です。まちがえると市区町村の窓口での再設定が必要になるため、中止しました。"
            }
            Self::Blocked => {
                "暗証番号が使えなくなっています。お住まいの市区町村の窓口で再設定してください。今日はカードを使わない方法で確認できます。"
            }
            Self::Cancelled => "取りやめました。続けるときは、もう一度はじめから操作してください。",
            Self::CardRemoved => {
                "読み取りの途中でカードが離れました。カードを置いたまま、もう一度お試しください。"
            }
            Self::NotOurText => {
                "この端末あてではない要求が届いたため、カードを使わずに止めました。画面を開き直し、続くときは運営者に連絡してください。"
            }
            Self::Internal => {
                "カードの処理を続けられませんでした。もう一度お試しになり、続くときは事業所の管理者に連絡してください。"
            }
        };
        fixed.to_owned()
    }

    /// Who can mend it.
    pub fn mender(self) -> Mender {
        match self {
            Self::NoReader
            | Self::ReaderBusy
            | Self::BySightRefused { .. }
            | Self::Cancelled
            | Self::Internal => Mender::Office,
            Self::NoCard
            | Self::NotMyNumberCard
            | Self::WrongPin { .. }
            | Self::LastTry
            | Self::CardRemoved => Mender::Person,
            Self::NoCertificate | Self::Blocked => Mender::Municipality,
            Self::NotOurText => Mender::Operator,
        }
    }
}

impl From<CardError> for ErrorCode {
    fn from(error: CardError) -> Self {
        match error {
            CardError::Link(LinkError::Removed) => Self::CardRemoved,
            CardError::Link(LinkError::Silent) => Self::NoCard,
            CardError::Link(LinkError::Reader) => Self::NoReader,
            CardError::OtherCard(
                OtherCard::Unknown | OtherCard::ResidentRegister | OtherCard::Telephone,
            ) => Self::NotMyNumberCard,
            CardError::NoCertificate => Self::NoCertificate,
            CardError::WrongPin { left } => Self::WrongPin { left },
            CardError::LastTry => Self::LastTry,
            CardError::Blocked => Self::Blocked,
            CardError::SelfCheck | CardError::Unexpected { .. } | CardError::Malformed(_) => {
                Self::Internal
            }
        }
    }
}

/// Not a code of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an error code of the terminal")]
pub struct UnknownErrorCode;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_comes_back_and_says_what_to_do() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_parts(code.as_str(), code.left()), Ok(code));
            assert!(code.sentence().ends_with('。'), "{code:?}");
            assert!(!code.mender().label().is_empty());
        }
        let words: std::collections::BTreeSet<_> =
            ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn a_number_belongs_to_codes_that_have_one() {
        for (word, left) in [
            ("wrong_pin", None),
            ("wrong_pin", Some(0)),
            ("wrong_pin", Some(16)),
            ("blocked", Some(1)),
            ("nonsense", None),
        ] {
            assert_eq!(
                ErrorCode::from_parts(word, left),
                Err(UnknownErrorCode),
                "{word}"
            );
        }
    }
}
