//! The account from which subsidies are paid, from its file.

use anyhow::{Context as _, Result, bail};
use kiban_console::PayFrom;
use kiban_domain::AccountKind;
use kiban_exchange::bank::{LineEnd, Payer};
use serde::Deserialize;
use std::{path::Path, sync::Arc};

/// As the file holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayerFile {
    code: String,
    name: String,
    bank: String,
    branch: String,
    kind: String,
    number: String,
    line_end: String,
}

/// The invented one of a sandbox.
pub(crate) fn sample() -> Result<Arc<PayFrom>> {
    read(include_str!("../../../data/payer-sample.toml"))
}

/// That of a file.
pub(crate) fn open(file: &Path) -> Result<Arc<PayFrom>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("ファイルを読めません: {}", file.display()))?;
    read(&text).with_context(|| format!("振込依頼人のファイルに誤りがあります: {}", file.display()))
}

fn read(text: &str) -> Result<Arc<PayFrom>> {
    let file: PayerFile = toml::from_str(text)?;
    if file.code.len() != 10 || !file.code.bytes().all(|it| it.is_ascii_digit()) {
        bail!("code は10桁の数字にしてください");
    }
    let kind = AccountKind::ALL.iter().find(|it| it.label() == file.kind);
    let line_end = match &*file.line_end {
        "crlf" => LineEnd::CrLf,
        "none" => LineEnd::None,
        _ => bail!("line_end は crlf か none にしてください"),
    };
    let payer = Payer {
        code: file.code,
        name: file
            .name
            .parse()
            .context("name は振込のデータで使えるカナにしてください")?,
        bank: file
            .bank
            .parse()
            .context("bank は4桁の数字にしてください")?,
        branch: file
            .branch
            .parse()
            .context("branch は3桁の数字にしてください")?,
        kind: *kind.context("kind は 普通、当座、貯蓄 のどれかにしてください")?,
        number: file
            .number
            .parse()
            .context("number は7桁以内の数字にしてください")?,
    };
    Ok(Arc::new(PayFrom { payer, line_end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_a_payer_is_read_and_each_mistake_is_named() {
        let text = include_str!("../../../data/payer-sample.toml");
        assert_eq!(read(text).unwrap().payer.name.as_str(), "ﾐﾎﾝｳﾝｴｲ");
        for (from, to, word) in [
            ("\"0000000000\"", "\"12\"", "code"),
            ("ミホンウンエイ", "見本運営", "name"),
            ("\"9999\"", "\"99\"", "bank"),
            ("\"999\"", "\"9\"", "branch"),
            ("普通", "普", "kind"),
            ("\"0000000\"", "\"\"", "number"),
            ("crlf", "lf", "line_end"),
        ] {
            let wrong = read(
                &text
                    .replace(&format!("= {from}"), &format!("= {to}"))
                    .replace(&format!("= \"{from}\""), &format!("= \"{to}\"")),
            );
            assert!(wrong.unwrap_err().to_string().contains(word), "{word}");
        }
    }
}
