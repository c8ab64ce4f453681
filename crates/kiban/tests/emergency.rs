//! `kiban emergency` as an operator types it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    path::Path,
    process::{Command, Output},
};

fn kiban(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiban"));
    command.arg("--data").arg(data).args(arguments);
    command.output().unwrap()
}

fn done(data: &Path, arguments: &[&str]) -> String {
    let output = kiban(data, arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{text}{error}");
    text
}

/// What was said instead, with the exit code.
fn refused(data: &Path, arguments: &[&str]) -> (i32, String) {
    let output = kiban(data, arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), error)
}

/// The arguments that open a window.
fn on<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["emergency", "on"], more].concat()
}

/// An instant so many hours from now.
fn hours(hours: i64) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the program under test goes by the machine's clock"
    )]
    let now = jiff::Timestamp::now();
    (now + jiff::SignedDuration::from_hours(hours)).to_string()
}

#[test]
fn x4_an_operator_opens_lists_closes_and_reviews() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let until = hours(24);
    let ordinary = ["--insurer", "131128", "--until", &until, "--reason", "地震"];
    let (code, said) = refused(data, &on(&ordinary));
    assert_eq!(code, 1);
    assert!(said.contains("kiban insurer add"), "{said}");

    done(data, &["insurer", "add", "131128", "見本区"]);
    let opened = done(data, &on(&ordinary));
    assert!(opened.starts_with("開きました: "), "{opened}");
    let (begin, long, past) = (hours(1), hours(24 * 14 + 2), hours(-1));
    for (wrong, words) in [
        (["--from", &begin, "--until", &long], "14日まで"),
        (["--from", &past, "--until", &until], "開始は今より後"),
        (["--from", &until, "--until", &begin], "開始は今より後"),
    ] {
        let more = [&["--prefecture", "13", "--reason", "地震"], &wrong[..]].concat();
        let (code, said) = refused(data, &on(&more));
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(words), "{said}");
    }
    for usage in [
        &["--until", until.as_str(), "--reason", "地震"][..],
        &["--prefecture", "48", "--until", &until, "--reason", "地震"],
        &[
            "--prefecture",
            "13",
            "--insurer",
            "131128",
            "--until",
            &until,
            "--reason",
            "地震",
        ],
        &["--insurer", "131128", "--reason", "地震"],
    ] {
        assert_eq!(refused(data, &on(usage)).0, 2, "{usage:?}");
    }

    let listed = done(data, &["emergency", "list", "--json"]);
    let row: serde_json::Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!(
        (&row["state"], &row["area"]),
        (&"open".into(), &"131128".into())
    );
    let id = row["id"].as_str().unwrap();
    assert!(done(data, &["emergency", "list"]).contains("開いている"));
    done(data, &["emergency", "off", id]);
    let (code, said) = refused(data, &["emergency", "off", id]);
    assert!(code == 1 && said.contains("すでに終わっています"), "{said}");
    assert!(done(data, &["emergency", "list"]).contains("終了"));

    assert_eq!(done(data, &["emergency", "review"]), "確認を待つ閲覧 0件\n");
    let look = "131128.0193b3f0000070008000000000000000";
    let review = [
        "emergency",
        "review",
        "--look",
        look,
        "--finding",
        "ok",
        "--by",
        "運営 太郎",
    ];
    let (code, said) = refused(data, &review);
    assert!(code == 1 && said.contains("見つかりません"), "{said}");
    assert_eq!(
        refused(data, &review[..6]).0,
        2,
        "a review names who reviewed"
    );
    let verified = done(data, &["audit", "verify"]);
    assert!(
        verified.contains("改ざんは見つかりませんでした"),
        "{verified}"
    );
}
