//! What was typed into an application, in the words of its form.

use kiban_domain::{AccountKind, CostKind, Cut, Declaration, Programme, ServiceKind, Tax};

/// The fields that belong to no line, in the order of the form.
pub(super) fn plain_fields(programme: Programme) -> Vec<String> {
    let own: &[&str] = match programme {
        Programme::Care => &["kinds"],
        Programme::Opinion => &["institution", "beds", "vendor", "product"],
    };
    let account = [
        "account.bank",
        "account.bank_name",
        "account.branch",
        "account.branch_name",
        "account.kind",
        "account.number",
        "account.holder",
    ];
    let plain = own.iter().chain(&account).map(|it| (*it).to_owned());
    let declared = Declaration::ALL
        .iter()
        .map(|it| format!("declare.{}", it.code()));
    plain.chain(declared).collect()
}

/// The value of a field as people read it. Of an account's number only the last three digits.
pub(super) fn shown(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let plain = || value.to_owned();
    if name.starts_with("declare.") {
        return "確認しました".to_owned();
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    match (name, last) {
        ("kinds", _) => {
            let label = |code: &str| {
                let kind = code.parse::<ServiceKind>();
                kind.map_or_else(
                    |_| code.to_owned(),
                    |it| format!("{}（{code}）", it.label()),
                )
            };
            let kinds: Vec<_> = value.split_whitespace().map(label).collect();
            kinds.join("、")
        }
        ("institution", _) => match value {
            "hospital" => "病院".to_owned(),
            "clinic" => "診療所".to_owned(),
            other => other.to_owned(),
        },
        ("account.kind", _) => value
            .parse::<AccountKind>()
            .map_or_else(|_| plain(), |it| it.label().to_owned()),
        ("account.number", _) => {
            let digits: Vec<char> = value.chars().collect();
            let from = digits.len().saturating_sub(3);
            let end: String = digits[from..].iter().collect();
            format!("＊＊＊＊{end}")
        }
        (_, "kind") => value
            .parse::<CostKind>()
            .map_or_else(|_| plain(), |it| it.label().to_owned()),
        (_, "tax") => value
            .parse::<Tax>()
            .map_or_else(|_| plain(), |it| it.label().to_owned()),
        _ => plain(),
    }
}

/// Why a part of a cost does not count.
pub(super) fn cut(cut: Option<&Cut>) -> String {
    match cut {
        None => String::new(),
        Some(Cut::TooManyReaders { over }) => format!("台数の上限を{over}台超えています"),
        Some(Cut::TooEarly { first }) => {
            format!("{}より前の経費です", crate::words::day(*first))
        }
        Some(Cut::TooLate { last }) => {
            format!("{}より後の経費です", crate::words::day(*last))
        }
        Some(Cut::OtherProgramme) => "この助成の対象ではない経費です".to_owned(),
    }
}
