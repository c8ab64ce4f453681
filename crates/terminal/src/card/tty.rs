//! Asks on the terminal line, for those without a browser. The PIN is not echoed.

use std::io::Write as _;

use jiff::civil::Date;
use kiban_card::text_ap::CodeB;
use kiban_card::{ErrorCode, Pin, TriesLeft};
use zeroize::Zeroizing;

use super::prompt::{Asked, Prompt};

/// How often something that cannot be is asked for again.
const ENTRIES: usize = 3;

/// Asks on the terminal line.
#[derive(Debug, Default)]
pub struct TtyPrompt;

impl Prompt for TtyPrompt {
    fn put_card_on(&mut self, asked: &Asked) {
        say(&format!(
            "\n【{}】{}（画面の番号 {}）\nマイナンバーカードをカードリーダーに置いてください。",
            asked.office,
            asked.purpose.label(),
            asked.code
        ));
    }

    fn pin(&mut self, asked: &Asked, left: TriesLeft) -> Option<Pin> {
        say(&format!(
            "画面に {} と出ていることを確かめてください。暗証番号（利用者証明用、数字4桁）はあと{}回まで入力できます。",
            asked.code, left.0
        ));
        for _ in 0..ENTRIES {
            let typed =
                rpassword::prompt_password("暗証番号（空のまま Enter で取りやめ）: ").ok()?;
            let typed = Zeroizing::new(typed);
            if typed.is_empty() {
                return None;
            }
            match Pin::parse(&typed) {
                Ok(pin) => return Some(pin),
                Err(_) => say("数字4桁で入力してください。カードの回数は減っていません。"),
            }
        }
        None
    }

    fn spend_last_try(&mut self) -> bool {
        say(
            "入力できるのはあと1回です。まちがえると、お住まいの市区町村の窓口で再設定するまで使えません。",
        );
        ask("続けるときは「はい」と入力: ").is_some_and(|typed| typed == "はい")
    }

    fn printed_values(&mut self, asked: &Asked, left: TriesLeft) -> Option<CodeB> {
        say(&format!(
            "【{}】カードの写真とご本人の顔を見比べてから、券面の三つの値を入力してください（あと{}回）。",
            asked.purpose.label(),
            left.0
        ));
        for _ in 0..ENTRIES {
            let birth = ask("生年月日（西暦 YYYY-MM-DD、空のまま Enter で取りやめ）: ")?;
            let year = ask("カードの有効期限の年（西暦4桁）: ")?;
            let security = Zeroizing::new(ask("セキュリティコード（4桁）: ")?);
            let code = match (birth.parse::<Date>(), year.parse()) {
                (Ok(birth), Ok(year)) => CodeB::new(birth, year, &security).ok(),
                _ => None,
            };
            match code {
                Some(code) => return Some(code),
                None => say("値の形が正しくありません。カードの回数は減っていません。"),
            }
        }
        None
    }

    fn notice(&mut self, sentence: &str) {
        say(sentence);
    }

    fn ended(&mut self, outcome: Option<ErrorCode>) {
        match outcome {
            None => say("確認できました。カードをお取りください。"),
            Some(code) => say(&code.sentence()),
        }
    }
}

fn say(text: &str) {
    // Nobody is there to be told when the line is gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A line; nothing when it is empty or cannot be read.
fn ask(question: &str) -> Option<String> {
    let _ = write!(std::io::stderr(), "{question}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
