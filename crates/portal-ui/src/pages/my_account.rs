//! 振込先の訂正, after a payment came back (M09).

use super::{
    sample_frame, sample_member,
    subsidy::MadeError,
    subsidy_form::{Ask, Asked, AskedTogether},
};
use crate::{Choice, ChoiceField, Link, PortalFrame, TextField};
use askama::Template;

/// Asks for another account; posts to its own address.
#[derive(Debug, Clone, Template)]
#[template(path = "my_account.html")]
pub struct MyAccountPage {
    /// What surrounds the page.
    pub frame: PortalFrame,
    /// Which payment came back and why: term and text.
    pub facts: Vec<(String, String)>,
    /// Its own address.
    pub action: String,
    /// The version that was seen.
    pub seen: String,
    /// What is asked.
    pub account: AskedTogether,
    /// The application.
    pub back: Link,
}

impl MyAccountPage {
    /// What is wrong, in the order of the page.
    pub fn errors(&self) -> Vec<MadeError> {
        self.account.errors().collect()
    }

    /// Every state of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let field = |id: &str, label: &str, ask| Asked {
            id: id.into(),
            label: label.into(),
            help: "4桁の数字です。".into(),
            when: "",
            ask,
        };
        let kinds = ChoiceField::of(vec![Choice::new("1", "普通", "").chosen()]);
        let page = Self {
            frame: sample_frame()
                .with_member(sample_member())
                .at("/mypage/applications"),
            facts: vec![
                ("申請番号".into(), "K7QM-3XPA".into()),
                (
                    "振り込めなかった理由（金融機関の連絡）".into(),
                    "口座なし".into(),
                ),
            ],
            action: "/mypage/applications/K7QM3XPA/account".into(),
            seen: "6".into(),
            account: AskedTogether {
                title: "振込先の口座".into(),
                fields: vec![
                    field(
                        "account.bank",
                        "金融機関コード",
                        Ask::Text(TextField::of("9999"), true),
                    ),
                    field("account.kind", "預金種目", Ask::Radio(kinds)),
                ],
                ..AskedTogether::default()
            },
            back: Link::new("/mypage/applications/K7QM3XPA", "申請の画面へ戻る"),
        };
        let mut wrong = page.clone();
        let typed = TextField::of("99").with_error("金融機関コードは、4桁の数字で入力してください");
        wrong.account.fields[0].ask = Ask::Text(typed, true);
        vec![("asked", page), ("wrong", wrong)]
    }
}
