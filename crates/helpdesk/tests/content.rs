//! P-6: a mistake in an entry names its file and line, and nothing is published that has one.

use kiban_helpdesk::{ContentError, Passage, PassageKind, Problem, SourceFile, load};

const GOOD: &str = r#"+++
id = "a-1"
audience = ["care", "medical"]
category = "card"
question = "どのリーダーですか"
aliases = ["機種は", "型番", "おすすめ", "対応品"]
readings = ["きしゅ"]
sources = [{ title = "手引き", where = "/docs" }]
related = []
reviewed = "2026-11-23"
+++

**一つ**目です。

- [手引き](/docs)
"#;

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        name: format!("content/faq/{name}.md"),
        text: text.to_owned(),
    }
}

fn one(text: &str) -> Result<Vec<Passage>, Vec<ContentError>> {
    load(&[file("a-1", text)])
}

/// The good entry with one thing replaced is refused on `line` with `code`, and with nothing else.
fn check(from: &str, to: &str, line: usize, code: &str) {
    assert!(GOOD.contains(from), "{from}");
    let errors = one(&GOOD.replace(from, to)).expect_err(to);
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.line, error.problem.code()))
        .collect();
    assert_eq!(found, [(line, code)], "{to}: {errors:?}");
    let shown = errors[0].to_string();
    assert!(
        shown.starts_with(&format!("content/faq/a-1.md:{line}: ")),
        "{shown}"
    );
}

#[test]
fn p6_a_good_entry_is_read_whole() {
    let passages = one(GOOD).unwrap();
    let passage = &passages[0];
    assert_eq!(passage.kind, PassageKind::Faq);
    assert_eq!(passage.link, "/faq/a-1");
    assert_eq!(passage.aliases.len(), 4);
    assert_eq!(passage.sources[0].place, "/docs");
    assert!(passage.text.starts_with("**一つ**"));
    assert_eq!(
        one(&GOOD.replace('\n', "\r\n")).unwrap()[0].title,
        passage.title
    );
    assert_eq!(
        one(&format!("\u{feff}{GOOD}")).unwrap()[0].title,
        passage.title
    );
}

#[test]
fn p6_every_mistake_is_named_with_its_line() {
    check("id = ", "name = ", 2, "front_matter");
    check("readings = [\"きしゅ\"]\n", "", 2, "front_matter");
    check("reviewed", "colour = 1\nreviewed", 10, "front_matter");
    check("[\"きしゅ\"]", "\"きしゅ\"", 7, "front_matter");
    check("category = \"card\"", "category = card", 4, "front_matter");
    check("\"a-1\"", "\"A 1\"", 2, "id");
    check("\"a-1\"", "\"a-2\"", 2, "id_is_not_the_name");
    check("id =", "kind = \"news\"\nid =", 2, "kind");
    check("\"medical\"", "\"doctor\"", 3, "audience");
    check("[\"care\", \"medical\"]", "[]", 3, "empty");
    check("\"card\"", "\"cards\"", 4, "category");
    check("どのリーダーですか", " ", 5, "empty");
    check(", \"対応品\"", "", 6, "few_aliases");
    check("\"対応品\"", "\"型番。\"", 6, "few_aliases");
    check("\"対応品\"", "\"どのリーダーですか？\"", 6, "few_aliases");
    check("きしゅ", "機種", 7, "reading");
    check("[\"きしゅ\"]", "[]", 7, "empty");
    check(
        "[{ title = \"手引き\", where = \"/docs\" }]",
        "[]",
        8,
        "empty",
    );
    check("\"/docs\"", "\"\"", 8, "empty");
    check("[]", "[\"a-9\"]", 9, "no_such_entry");
    check("[]", "[\"a-1\"]", 9, "no_such_entry");
    check("2026-11-23", "2026-02-30", 10, "day");
    check("2026-11-23", "20261123", 10, "day");
    check(
        "reviewed",
        "valid_from = \"2026-03-14\"\nvalid_to = \"2026-03-13\"\nreviewed",
        11,
        "ends_before_it_begins",
    );
    check("**一つ**", "# 一つ", 13, "mark");
    check("**一つ**", "<b>一つ</b>", 13, "mark");
    check("(/docs)\n", "(javascript:x)\n", 15, "link");
    check("(/docs)\n", "(//evil.example)\n", 15, "link");
}

#[test]
fn p6_an_entry_without_front_matter_or_answer_is_refused() {
    let code = |text: &str| one(text).unwrap_err()[0].problem.code();
    assert_eq!(code(""), "no_front_matter");
    assert_eq!(code("id = 1"), "no_front_matter");
    assert_eq!(
        code(&GOOD.replacen("+++\n\n", "\n\n", 1)),
        "no_front_matter"
    );
    let end = GOOD.find("+++\n\n").unwrap() + 4;
    assert_eq!(code(&GOOD[..end]), "empty");
}

#[test]
fn p6_two_files_with_one_id_and_all_mistakes_at_once() {
    let twice = load(&[
        file("a-1", GOOD),
        SourceFile {
            name: "other/a-1.md".to_owned(),
            text: GOOD.to_owned(),
        },
    ])
    .unwrap_err();
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].file, "other/a-1.md");
    assert_eq!(
        twice[0].problem,
        Problem::SameId("content/faq/a-1.md".to_owned())
    );

    let bad = GOOD.replace("\"card\"", "\"x\"").replace("きしゅ", "機種");
    let errors = load(&[file("b", &bad), file("a-1", GOOD)]).unwrap_err();
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.line, error.problem.code()))
        .collect();
    assert_eq!(
        found,
        [(2, "id_is_not_the_name"), (4, "category"), (7, "reading")]
    );
}

proptest::proptest! {
    #[test]
    fn whatever_a_file_holds_it_is_read_or_refused(text in "(?s).{0,300}") {
        let _ = one(&text);
        let _ = one(&format!("+++\n{text}\n+++\nx"));
    }
}
