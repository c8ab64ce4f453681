//! Nothing personal that has a shape stays in what is kept.

use kiban_helpdesk::{PersonalKind, log_form, mask};
use proptest::prelude::*;

#[test]
fn p6_personal_numbers_and_addresses_are_taken_out() {
    let check = |text: &str, masked: &str| assert_eq!(mask(text).text, masked, "{text}");
    check("123456789012", "〈個人番号〉");
    check("番号1234 5678 9012です", "番号〈個人番号〉です");
    check("1234－5678－9012", "〈個人番号〉");
    check("１２３４５６７８９０１２", "〈個人番号〉");
    check(
        "被保険者番号0012345678の人",
        "被保険者番号〈被保険者番号〉の人",
    );
    check("H123456789", "〈被保険者番号〉");
    check("1379900010の端末", "〈事業所番号〉の端末");
    check(
        "事業所番号は1234567890です",
        "事業所番号は〈事業所番号〉です",
    );
    check(
        "被保険者番号1379900010、事業所番号1379900010",
        "被保険者番号〈被保険者番号〉、事業所番号〈事業所番号〉",
    );
    check("1379900011", "〈被保険者番号〉");
    check("03-1234-5678", "〈電話番号〉");
    check("０３（１２３４）５６７８", "〈電話番号〉");
    check("09012345678に電話", "〈電話番号〉に電話");
    check("285-5511", "〈電話番号〉");
    check("口座1234567", "口座〈番号〉");
    check("taro.kaigo@mail.example です", "〈メールアドレス〉 です");
    check("ｔａｒｏ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "〈メールアドレス〉");
    check("12\u{200b}34\u{200b}5678\u{200b}9012", "〈個人番号〉");
    check("000００ 0０a@0", "〈電話番号〉〈メールアドレス〉");
    check("1940-05-03生まれ", "〈電話番号〉生まれ");
    let found = mask("03-1234-5678 と a@b.example").found;
    assert_eq!(found, [PersonalKind::Telephone, PersonalKind::Mail]);
}

#[test]
fn p6_amounts_days_and_short_numbers_stay() {
    for text in [
        "64,000円と550,000円",
        "令和8年3月13日まで",
        "2026-03-13",
        "200床以上の病院",
        "3台まで",
        "第6表",
        "Vol.1405",
        "@",
        "h",
        "",
    ] {
        let masked = mask(text);
        assert_eq!((masked.text.as_str(), masked.found.len()), (text, 0));
    }
}

#[test]
fn p6_what_is_kept_is_one_short_masked_line() {
    assert_eq!(
        log_form("  電話は\n０３-１２３４-５６７８\t です。ＷＥＢ "),
        "電話は 〈電話番号〉 です。web"
    );
    assert_eq!(log_form(&"あ".repeat(500)).chars().count(), 200);
}

/// Digits of any width with anything that people put between them.
fn written_number(digits: usize) -> impl Strategy<Value = String> {
    let one = ("[0-9０-９]", "|-|－| |　|‐|−|\u{200b}");
    proptest::collection::vec(one, digits).prop_map(|parts| {
        let last = parts.len() - 1;
        parts
            .into_iter()
            .enumerate()
            .map(|(at, (digit, between))| if at == last { digit } else { digit + &between })
            .collect()
    })
}

fn longest_run_of_digits(text: &str) -> usize {
    text.split(|letter: char| !letter.is_numeric())
        .map(|run| run.chars().count())
        .max()
        .unwrap_or(0)
}

proptest! {
    #[test]
    fn a_my_number_never_stays(before in "[ぁ-ん一-龥]{0,5}", number in written_number(12), after in "[ぁ-ん一-龥]{0,5}") {
        let masked = mask(&format!("{before}{number}{after}"));
        prop_assert_eq!(masked.text, format!("{before}〈個人番号〉{after}"));
    }

    #[test]
    fn an_insured_number_never_stays(number in written_number(10)) {
        let masked = mask(&number);
        prop_assert!(!masked.text.chars().any(|letter| letter.is_ascii_digit()), "{}", masked.text);
    }

    #[test]
    fn no_long_number_stays_and_masking_again_changes_nothing(text in "(?s)[0-9０-９\\- ()a-zA-Z@.ぁ-ん]{0,60}") {
        let once = mask(&text).text;
        prop_assert!(longest_run_of_digits(&once) < 7, "{}", once);
        prop_assert_eq!(&mask(&once).text, &once);
    }

    #[test]
    fn nothing_stops_it(text in "(?s).{0,200}") {
        let kept = log_form(&text);
        prop_assert!(kept.chars().count() <= 200 && !kept.contains('\n'));
        prop_assert_eq!(log_form(&kept), kept);
    }
}
