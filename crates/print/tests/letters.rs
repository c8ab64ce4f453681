//! Letters that no face has are said, and whatever is handed in stays text (M-8, S-1).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use kiban_print::{Fact, PersonSheet, Sheet};
use proptest::prelude::*;
use reading::{PRINTER, imprint, plain, text};

/// The sheet of somebody with this name, read back.
fn named(name: &str) -> String {
    let sheet = PersonSheet {
        person: vec![Fact::new("氏名", name), Fact::new("終わり", "")],
        parts: Vec::new(),
        imprint: imprint(),
    };
    text(&PRINTER.print(&Sheet::Person(sheet)).unwrap().bytes)
}

/// What stands in the name's place.
fn value(page: &str) -> &str {
    let (_, after) = page.split_once("氏名").unwrap();
    after.rsplit_once("終わり").unwrap().0
}

#[test]
fn m8_a_letter_without_a_picture_becomes_a_geta_and_is_listed() {
    // The last letter of a plane of rare ones, a letter of another script, a private letter.
    let page = named("架\u{323AF}空 \u{10A60}\u{E000}郎");
    assert_eq!(value(&page), "架〓空〓〓郎", "{page}");
    assert!(
        page.contains("「〓」は、この帳票の書体にない文字です"),
        "{page}"
    );
    for code in ["U+323AF", "U+10A60", "U+E000"] {
        assert!(page.contains(&format!("・{code}")), "{code} {page}");
    }
}

#[test]
fn m8_without_rare_letters_there_is_no_note() {
    let page = named("髙﨑 𠮷野 葛󠄀城 〓");
    assert!(!page.contains("書体にない"), "{page}");
    let value = value(&page).replace('\u{E0100}', "");
    assert_eq!(value, "髙﨑𠮷野葛城〓", "{page}");
}

#[test]
fn m8_a_variant_that_no_face_has_is_not_shown_as_its_base_letter() {
    // 葛 with a selector that no collection registers, and with two of which one is registered.
    let page = named("葛\u{E01EF}城");
    assert_eq!(value(&page), "〓城", "{page}");
    assert!(page.contains("U+845BU+E01EF（「葛」の異体字）"), "{page}");
    // A selector after nothing it could select.
    let page = named("\u{E0100}城");
    assert_eq!(value(&page), "〓城", "{page}");
    assert!(page.contains("・U+E0100"), "{page}");
}

#[test]
fn s1_letters_that_turn_or_hide_others_are_shown() {
    for (letter, code) in [
        ('\u{202E}', "U+202E"),
        ('\u{200B}', "U+200B"),
        ('\0', "U+0000"),
        ('\u{FEFF}', "U+FEFF"),
    ] {
        let page = named(&format!("架{letter}空"));
        assert_eq!(value(&page), "架〓空", "{page}");
        assert!(page.contains(code), "{page}");
    }
}

#[test]
fn line_breaks_stay_and_other_white_space_parts_words() {
    let page = named("一\r\n二\r三\n四\t五　六");
    assert_eq!(value(&page), "一二三四五六");
    assert!(!page.contains('〓'));
}

#[test]
fn a_text_full_of_foreign_letters_lists_some_and_counts_the_rest() {
    let name: String = ('\u{10A60}'..)
        .take(29)
        .chain(('\u{1F600}'..).take(60))
        .collect();
    let page = named(&name);
    assert!(page.contains("ほかに29種類の文字"), "{page}");
}

#[test]
fn s1_markup_stays_text() {
    for name in [
        "#import \"@preview/x:1.0.0\": *",
        "#read(\"/etc/passwd\")",
        "#json(\"/data.json\")",
        "$x^2$ *bold* _it_ `raw` ```rust fn```",
        "@label <label> = heading - item + item / term: x",
        "\\u{41} \\ // comment /* comment */ ~ -- --- ... \"quoted\" 'quoted'",
        "https://example.jp/#x ]] } ) #show: it => [gone] #set page(width: 1pt)",
        "<script>alert(1)</script>' OR 1=1;--",
    ] {
        let page = named(name);
        assert_eq!(value(&page), plain(name));
    }
}

fn markup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "#",
        "$",
        "\\",
        "*",
        "_",
        "`",
        "@",
        "<a>",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "//",
        "/*",
        "*/",
        "=",
        "-",
        "+",
        "~",
        "\"",
        "'",
        "#import",
        "#let x",
        "#eval",
        "...",
        "--",
        "\n",
        " ",
        "架空",
        "あいう",
        "カナ",
        "abc",
        "42",
        "、",
        "。",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn s1_whatever_looks_like_markup_is_read_back_as_it_was(name in markup()) {
        let page = named(&name);
        prop_assert_eq!(value(&page), plain(&name));
    }

    #[test]
    fn s1_any_text_at_all_is_printed_and_every_letter_is_shown_or_listed(letters in prop::collection::vec(any::<char>(), 0..40)) {
        let name: String = letters.iter().collect();
        let page = named(&name);
        let missing = letters.iter().filter(|it| page.contains(&format!("U+{:04X}", u32::from(**it)))).count();
        let shown = letters.iter().filter(|it| it.is_whitespace() || page.contains(**it)).count();
        prop_assert!(missing + shown >= letters.len(), "{:?} {}", name, page);
    }
}
