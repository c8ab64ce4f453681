//! `kiban subsidy` as an operator types it (G-1, O11).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{path::Path, process::Command};

const SHIPPED: &str = include_str!("../../../data/subsidies/2025.toml");

/// What was said on both ways, with the exit code.
fn kiban(data: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiban"));
    let output = command.arg("--data").arg(data).args(arguments).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

/// A file with this text, as an argument.
fn file(folder: &Path, name: &str, text: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn g1_a_scheme_file_is_checked_without_changing_anything() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let whole = file(folder.path(), "2025.toml", SHIPPED.as_bytes());
    let (code, said) = kiban(&data, &["subsidy", "check", &whole]);
    assert_eq!(code, 0, "{said}");
    for it in [
        "令和7年度",
        "2025-10-17から2026-03-13まで（予定）",
        "訪問・通所・短期滞在系  3台  64,000円",
        "200床以上の病院  2分の1  550,000円",
        "誤りはありません",
    ] {
        assert!(said.contains(it), "{it}: {said}");
    }
    let wrong = SHIPPED
        .replace("rate = \"3/4\"", "rate = \"0.75\"")
        .replace("Asia/Tokyo\"", "UTC\"");
    let wrong = file(folder.path(), "wrong.toml", wrong.as_bytes());
    let (code, said) = kiban(&data, &["subsidy", "check", &wrong]);
    assert_eq!(code, 1, "{said}");
    for it in [
        "[scheme_fault] time_zone：",
        "[scheme_fault] opinion.class[2].rate：",
        "2件の誤り",
    ] {
        assert!(said.contains(it), "{it}: {said}");
    }
    let bytes = file(folder.path(), "bytes.toml", b"code = \"\xff\"");
    let (code, said) = kiban(&data, &["subsidy", "check", &bytes]);
    assert!(code == 1 && said.contains("UTF-8"), "{said}");
    let long = file(folder.path(), "long.toml", &b"#".repeat(262_145));
    let (code, said) = kiban(&data, &["subsidy", "check", &long]);
    assert!(code == 1 && said.contains("256KB"), "{said}");
    let (code, said) = kiban(&data, &["subsidy", "check", "nowhere.toml"]);
    assert!(code == 1 && said.contains("読めません"), "{said}");
    assert!(!data.exists(), "a check opens no data");
}

#[test]
fn g1_a_scheme_is_proposed_by_somebody_who_works_on_subsidies() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let next = SHIPPED.replace("code = \"2025\"", "code = \"2026\"");
    let file = file(folder.path(), "2026.toml", next.as_bytes());
    let by = |mail: &str, reason: &str| {
        let arguments = ["subsidy", "scheme", &file, "--by", mail, "--reason", reason];
        kiban(&data, &arguments)
    };
    for (name, mail, role) in [
        ("見本 助成子", "josei@kiban.example", "subsidy"),
        ("見本 記事子", "kiji@kiban.example", "editor"),
    ] {
        let issued = ["operator", "issue", name, mail, "--role", role];
        assert_eq!(kiban(&data, &issued).0, 0);
    }
    for mail in ["kiji@kiban.example", "dare@kiban.example"] {
        let (code, said) = by(mail, "次の年度");
        assert!(code == 1 && said.contains("助成金の役割"), "{said}");
    }
    let mail = "josei@kiban.example";
    let (code, said) = by(mail, " ");
    assert!(code == 1 && said.contains("[scheme_reason]"), "{said}");
    let (code, said) = kiban(&data, &["subsidy", "schemes"]);
    assert_eq!((code, said.contains("2026")), (0, false), "{said}");

    let (code, said) = by(mail, "次の年度");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("制度 2026 の第1版"), "{said}");
    let (code, said) = by(mail, "次の年度");
    assert!(code == 1 && said.contains("[scheme_waiting]"), "{said}");
    let (_, said) = kiban(&data, &["subsidy", "schemes"]);
    assert!(
        said.contains("2026  第1版  承認待ち") && said.contains("見本 助成子（次の年度）"),
        "{said}"
    );
    assert_eq!(kiban(&data, &["subsidy", "scheme", &file]).0, 2);
}
