//! The ladder from this computer to a working card: its rungs, and everything that can be wrong on them with who mends it.
//!
//! The terminal's program climbs it (`kiban-terminal doctor`), and the server words what a terminal reports from it. Nothing
//! of a person is on it: not even the end of the card's certificate, which is the holder's birthday.
//! Source: the My Number card, section 10.

use crate::Mender::{self, Municipality, Office, Operator, Person};

/// One thing that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The rung at which it shows.
    pub step: &'static str,
    /// A word that stays.
    pub code: &'static str,
    /// Who mends it.
    pub mender: Mender,
    /// What it is, Japanese.
    pub meaning: &'static str,
    /// What to do, Japanese.
    pub advice: &'static str,
}

/// The rungs below the card, each a word that stays and its name on screens.
pub const REACH: &[(&str, &str)] = &[
    ("service", "スマートカードのサービス"),
    ("reader", "カードリーダー"),
    ("driver", "カードリーダーのドライバー"),
    ("card", "カード"),
    ("card_free", "カードの占有"),
];

/// The rungs on a card that is held.
pub const HELD: &[(&str, &str)] = &[
    ("right_card", "カードの種類"),
    ("certificate", "利用者証明用電子証明書"),
    ("tries", "暗証番号の残り回数"),
    ("validity", "電子証明書の有効期間"),
];

macro_rules! causes {
    ($($name:ident = $step:literal, $code:literal, $mender:ident, $meaning:literal, $advice:literal;)*) => {
        $(#[doc = $meaning] pub const $name: Cause = Cause {
            step: $step, code: $code, mender: $mender, meaning: $meaning, advice: $advice,
        };)*
        /// Every cause, in the order of the ladder.
        pub const CAUSES: [Cause; [$($code),*].len()] = [$($name),*];
    };
}

causes! {
    NO_SERVICE = "service", "service_stopped", Office, "スマートカードのサービスが動いていない",
        "Windows では「Smart Card」サービスを、Linux では pcscd を開始してください。";
    NO_READER = "reader", "no_reader", Office, "カードリーダーがつながっていない",
        "カードリーダーを接続してください。";
    NO_DRIVER = "driver", "no_driver", Office, "カードリーダーはつながっているが、ドライバーがない",
        "カードリーダーの製造元のドライバー（Linux では libccid）を入れてください。";
    READER_FAILED = "reader", "reader_failed", Office, "カードリーダーが失敗を返した",
        "カードリーダーを接続し直してください。続くときは製造元に連絡してください。";
    NO_CARD = "card", "no_card", Person, "カードが置かれていない",
        "カードをケースから出して、カードリーダーに置いてください。";
    CARD_MUTE = "card", "card_mute", Person, "カードが応答しない",
        "カードの表裏と向きを変えて置き直してください。ほかのカードでも同じなら、リーダーの製造元に連絡してください。";
    CARD_BUSY = "card_free", "card_busy", Office, "ほかのプログラムがカードを使っている",
        "カードを使っているほかのプログラムを終わらせてください。";
    CARD_REMOVED = "right_card", "card_removed", Person, "途中でカードが離れた",
        "カードを置いたまま、もう一度点検してください。";
    OTHER_CARD = "right_card", "other_card", Person, "マイナンバーカードではない",
        "マイナンバーカードを置いてください（住基カード、スマートフォンは使えません）。";
    CARD_UNEXPECTED = "right_card", "card_unexpected", Person, "カードが思わぬ応答をした",
        "カードを置き直してください。続くときは、お住まいの市区町村の窓口に相談してください。";
    NO_CERTIFICATE = "certificate", "no_certificate", Municipality, "利用者証明用電子証明書がない",
        "お住まいの市区町村の窓口で発行を受けてください。今日はカードを使わない方法で確認できます。";
    CARD_UNREADABLE = "certificate", "card_unreadable", Operator, "カードから読んだものを解釈できない",
        "端末プログラムを新しくし、続くときは運営者に連絡してください。";
    TRIES_LAST = "tries", "tries_last", Person, "暗証番号を入力できるのはあと1回",
        "番号に自信がないときは入力せず、お住まいの市区町村の窓口で再設定してください。";
    TRIES_BLOCKED = "tries", "tries_blocked", Municipality, "暗証番号がロックされている",
        "お住まいの市区町村の窓口で再設定してください。今日はカードを使わない方法で確認できます。";
    CARD_NOT_YET_VALID = "validity", "card_not_yet_valid", Office, "電子証明書の有効期間が始まっていない",
        "この端末の日付と時刻を確かめてください。";
    CARD_EXPIRED = "validity", "card_expired", Municipality, "電子証明書の有効期間が終わっている",
        "お住まいの市区町村の窓口で電子証明書を更新してください。";
}

/// The cause that a code names, if this program knows it.
pub fn cause(code: &str) -> Option<&'static Cause> {
    const ALL: &[Cause] = &CAUSES;
    ALL.iter().find(|cause| cause.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_every_cause_stands_on_a_rung_and_has_a_code_of_its_own() {
        let steps: Vec<_> = REACH.iter().chain(HELD).map(|(step, _)| *step).collect();
        for it in CAUSES {
            assert!(steps.contains(&it.step), "{}", it.code);
            assert_eq!(cause(it.code), Some(&it));
            assert!(it.advice.ends_with('。') && !it.meaning.is_empty());
        }
        assert_eq!(cause("nothing"), None);
    }
}
