//! Which My Number cards this installation believes: roots, revocation lists, keys for the proof by sight.
//!
//! `--card-roots DIR` holds `*.der`, the roots of 利用者証明用 as J-LIS publishes them, and perhaps `sight.txt` with the keys
//! that certify 券面入力補助AP: one a line, `key id, modulus, exponent` in hexadecimal. `--card-status DIR` holds the
//! revocation lists (`*.crl`, DER) that the operator fetches.

use crate::commands::say;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use kiban_card::answer::{PRODUCTION_POLICY, PresenceAnchors, Trust};
use kiban_domain::Clock;
use kiban_services::card_check::{CardTrust, RevocationFolder};
use ring::digest::{SHA256, digest};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The policies of test cards. Only a sandbox takes them.
const TEST_POLICY: &str = "1.2.392.200149.8.5.1.0.30";

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CardArgs {
    /// マイナンバーカードの確認に使うルート証明書（*.der）のフォルダ。指定しないときはカードで確認しない
    #[arg(long, value_name = "DIR", requires = "card_status")]
    card_roots: Option<PathBuf>,
    /// カードの電子証明書の失効リスト（*.crl）のフォルダ。運営者が毎日新しくする
    #[arg(long, value_name = "DIR", requires = "card_roots")]
    card_status: Option<PathBuf>,
}

/// Whose cards are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hierarchies {
    /// The real one only.
    Production,
    /// Test and virtual ones too.
    Sandbox,
}

impl CardArgs {
    /// Reads the folders; nothing when no cards are to be read.
    pub(crate) fn open(
        &self,
        hierarchies: Hierarchies,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<CardTrust>> {
        let (Some(roots), Some(status)) = (&self.card_roots, &self.card_status) else {
            return Ok(None);
        };
        let trust = trust(roots, hierarchies)?;
        if !status.is_dir() {
            bail!("失効リストのフォルダがありません: {}", status.display());
        }
        let sight = roots.join("sight.txt");
        Ok(Some(CardTrust {
            sight: sight.is_file().then(|| anchors(&sight)).transpose()?,
            status: Arc::new(RevocationFolder::new(status, trust.clone(), clock)),
            trust,
        }))
    }
}

fn trust(folder: &Path, hierarchies: Hierarchies) -> Result<Trust> {
    let place = || format!("ルート証明書のフォルダを読めません: {}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(place)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "der") {
            files.push(path);
        }
    }
    files.sort();
    let mut roots = Vec::new();
    for path in &files {
        let root = std::fs::read(path).with_context(|| path.display().to_string())?;
        if hierarchies == Hierarchies::Production && !names_production(&root) {
            bail!(
                "{} は検証用の認証局の証明書です。本番では使えません",
                path.display()
            );
        }
        // To be compared with what J-LIS publishes.
        let print = hex::encode_upper(digest(&SHA256, &root));
        say(&format!(
            "カードのルート証明書 {} SHA-256 {print}",
            path.display()
        ));
        roots.push(root);
    }
    let policies: &[&str] = match hierarchies {
        Hierarchies::Production => &[PRODUCTION_POLICY],
        Hierarchies::Sandbox => &[PRODUCTION_POLICY, TEST_POLICY],
    };
    Trust::new(roots.iter().map(Vec::as_slice), policies)
        .with_context(|| format!("{} のルート証明書が使えません", folder.display()))
}

/// Whether the names in a root are those of the real hierarchy: `O=JPKI`. Test cards have `JPKI-TEST`, virtual ones
/// `JPKI-VIRTUAL`. The policy is checked besides, for every card.
fn names_production(root: &[u8]) -> bool {
    // organizationName of four bytes, as UTF8String or PrintableString; once in the issuer, once in the subject.
    const REAL: [&[u8]; 2] = [
        b"\x06\x03\x55\x04\x0a\x0c\x04JPKI",
        b"\x06\x03\x55\x04\x0a\x13\x04JPKI",
    ];
    root.windows(11).filter(|it| REAL.contains(it)).count() >= 2
}

fn anchors(file: &Path) -> Result<PresenceAnchors> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut anchors = PresenceAnchors::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let parts: Result<Vec<_>, _> = line.split(',').map(|it| hex::decode(it.trim())).collect();
        let parts = parts.ok().filter(|parts| parts.len() == 3);
        let id = parts
            .as_ref()
            .and_then(|it| it[0].as_slice().try_into().ok());
        let (Some(parts), Some(id)) = (parts, id) else {
            bail!(
                "{} には、鍵の識別子（16バイト）、法、指数を16進数で、コンマで区切って書いてください",
                file.display()
            );
        };
        anchors = anchors.with(id, &parts[1], &parts[2]);
    }
    Ok(anchors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::SystemClock;
    use kiban_testkit::card::{text_anchor, virtual_roots};

    fn folder() -> (tempfile::TempDir, CardArgs) {
        let folder = tempfile::tempdir().unwrap();
        for (number, root) in virtual_roots().iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.der")), root).unwrap();
        }
        let args = CardArgs {
            card_roots: Some(folder.path().to_owned()),
            card_status: Some(folder.path().to_owned()),
        };
        (folder, args)
    }

    fn opened(args: &CardArgs, hierarchies: Hierarchies) -> Result<Option<CardTrust>> {
        args.open(hierarchies, Arc::new(SystemClock::default()))
    }

    #[test]
    fn production_refuses_a_virtual_hierarchy_and_a_sandbox_takes_it() {
        let (folder, args) = folder();
        let refused = opened(&args, Hierarchies::Production).err().unwrap();
        assert!(refused.to_string().contains("検証用"), "{refused}");
        let taken = opened(&args, Hierarchies::Sandbox).unwrap().unwrap();
        assert!(taken.sight.is_none());
        let (id, modulus, exponent) = text_anchor();
        let line = [id.to_vec(), modulus, exponent].map(hex::encode).join(",");
        std::fs::write(folder.path().join("sight.txt"), format!("{line}\n")).unwrap();
        assert!(
            opened(&args, Hierarchies::Sandbox)
                .unwrap()
                .unwrap()
                .sight
                .is_some()
        );
        std::fs::write(folder.path().join("sight.txt"), "00,11\n").unwrap();
        assert!(opened(&args, Hierarchies::Sandbox).is_err());
    }

    #[test]
    fn the_real_name_is_told_from_those_that_begin_with_it() {
        let name = |name: &str| {
            let length = u8::try_from(name.len()).unwrap();
            let one = [
                b"\x06\x03\x55\x04\x0a\x0c",
                [length].as_slice(),
                name.as_bytes(),
            ]
            .concat();
            [one.clone(), one].concat()
        };
        assert!(names_production(&name("JPKI")));
        assert!(!names_production(&name("JPKI-TEST")) && !names_production(&name("JPKI-VIRTUAL")));
    }

    #[test]
    fn without_folders_no_cards_are_read() {
        assert!(
            opened(&CardArgs::default(), Hierarchies::Production)
                .unwrap()
                .is_none()
        );
        let empty = tempfile::tempdir().unwrap();
        let args = CardArgs {
            card_roots: Some(empty.path().to_owned()),
            card_status: Some(empty.path().to_owned()),
        };
        assert!(
            opened(&args, Hierarchies::Sandbox).is_err(),
            "no root at all"
        );
    }
}
