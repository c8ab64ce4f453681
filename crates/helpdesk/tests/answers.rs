//! What is answered, and what is not.

mod published;

use jiff::civil::date;
use kiban_helpdesk::{
    Answer, Audience, Index, Passage, PassageKind, Question, ask, html, is_safe_link,
};
use proptest::prelude::*;
use published::{DAY, ids, index, passages, places, question, shown};
use std::sync::LazyLock;

static INDEX: LazyLock<Index> = LazyLock::new(index);

#[test]
fn p6_every_entry_is_found_by_its_own_question() {
    for passage in INDEX.passages() {
        let on = passage
            .valid_from
            .unwrap_or(DAY)
            .max(DAY.min(passage.valid_to.unwrap_or(DAY)));
        let answer = ask(
            &INDEX,
            Question {
                on,
                ..question(&passage.title)
            },
        );
        assert_eq!(ids(&answer).first(), Some(&passage.id), "{}", passage.title);
    }
}

#[test]
fn p6_what_was_masked_takes_no_part_in_the_search() {
    for label in [
        "〈電話番号〉",
        "〈被保険者番号〉",
        "〈事業所番号〉〈メールアドレス〉",
    ] {
        assert_eq!(shown(&INDEX, label), Vec::<String>::new(), "{label}");
        for text in ["端末をなくしました", "紙の被保険者証は使えますか"] {
            let masked = format!("{label}{text}{label}");
            assert_eq!(
                ids(&ask(&INDEX, question(&masked))),
                ids(&ask(&INDEX, question(text)))
            );
        }
    }
}

#[test]
fn p6_every_alias_finds_its_entry_among_three() {
    let mut lost = Vec::new();
    for passage in INDEX.passages() {
        for alias in &passage.aliases {
            if !shown(&INDEX, alias).contains(&passage.id) {
                lost.push(format!("{}: {alias}", passage.id));
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn p6_an_entry_is_not_found_after_its_last_day_nor_before_its_first() {
    let mut passages = passages();
    let entry = passages
        .iter_mut()
        .find(|one| one.id == "subsidy-period")
        .unwrap();
    entry.valid_from = Some(date(2025, 10, 17));
    entry.valid_to = Some(date(2026, 3, 13));
    let title = entry.title.clone();
    let index = Index::build(passages, Vec::new());
    let found_on = |on| {
        ids(&ask(
            &index,
            Question {
                on,
                ..question(&title)
            },
        ))
        .contains(&"subsidy-period".to_owned())
    };
    assert!(!found_on(date(2025, 10, 16)));
    assert!(found_on(date(2025, 10, 17)));
    assert!(found_on(date(2026, 3, 13)));
    assert!(!found_on(date(2026, 3, 14)));
}

#[test]
fn p6_an_expired_entry_does_not_stand_beside_another() {
    let mut passages = passages();
    for passage in &mut passages {
        if passage.id != "subsidy-tax" {
            passage.valid_to = Some(date(2026, 1, 1));
        }
    }
    let index = Index::build(passages, Vec::new());
    assert_eq!(shown(&index, "消費税は助成の対象ですか"), ["subsidy-tax"]);
}

#[test]
fn p6_what_nobody_wrote_about_is_not_answered() {
    for text in ["", "　", "！？", "zzz", "🦀🦀🦀", "ΩΨ", "\u{0}"] {
        assert_eq!(ask(&INDEX, question(text)), Answer::NotFound, "{text:?}");
    }
    for text in ["今日の天気は", "カレーの作り方を教えて", "プロ野球の結果"]
    {
        assert!(
            !matches!(ask(&INDEX, question(text)), Answer::Found { .. }),
            "{text}"
        );
    }
}

#[test]
fn p6_width_case_kana_and_spaces_make_no_difference() {
    let wanted = shown(&INDEX, "ログインのパスワードを忘れました");
    assert_eq!(wanted.first().map(String::as_str), Some("password-lost"));
    for text in [
        "ログイン の パスワード を 忘れました",
        "ﾛｸﾞｲﾝのﾊﾟｽﾜｰﾄﾞを忘れました",
        "ログインのパスワードを忘れました？！",
    ] {
        assert_eq!(shown(&INDEX, text), wanted, "{text}");
    }
    assert_eq!(
        shown(&INDEX, "windowsで動く？"),
        shown(&INDEX, "ＷＩＮＤＯＷＳで動く？")
    );
    assert_eq!(
        shown(&INDEX, "ぱすわーどをわすれました")[0],
        "password-lost"
    );
}

#[test]
fn p6_who_asks_is_a_mild_preference_only() {
    let as_citizen = |text| {
        ids(&ask(
            &INDEX,
            Question {
                audience: Audience::Citizen,
                ..question(text)
            },
        ))
    };
    // An answer for offices is still found by somebody who says to be something else.
    assert_eq!(
        as_citizen("カードリーダーは何台まで助成されますか")[0],
        "subsidy-reader-count"
    );
}

#[test]
fn p6_a_town_in_the_question_makes_the_answer_its_state() {
    let check = |text: &str, codes: &[&str]| {
        let answer = ask(&INDEX, question(text));
        assert!(
            matches!(answer, Answer::Place { .. }),
            "{text}: {:?}",
            ids(&answer)
        );
        assert_eq!(ids(&answer), codes, "{text}");
    };
    check("新潟市はもう対応してる？", &["151009"]);
    check("新潟市", &["151009"]);
    check("新潟は対応していますか", &["151009"]);
    check("大津市はもう対応していますか", &["252018"]);
    check("津市はもう対応していますか", &["242012"]);
    check("府中市はもう対応していますか", &["132063", "342084"]);
    check("広島県府中市はもう対応していますか", &["342084"]);
    check("東京の府中市はもう対応していますか", &["132063"]);
    check("伊達市の対応状況", &["012335", "072133"]);
    check("にいがたしはもうたいおうしていますか", &["151009"]);
}

#[test]
fn p6_a_town_does_not_hide_another_question() {
    for (text, id) in [
        (
            "新潟市に事業所があります。パスワードを忘れました",
            "password-lost",
        ),
        ("横浜市で要介護認定を申請したい", "guide-certification"),
    ] {
        assert_eq!(shown(&INDEX, text)[0], id, "{text}");
    }
}

#[test]
fn p6_guides_send_to_a_window_and_answer_nothing() {
    let guides: Vec<&Passage> = INDEX
        .passages()
        .iter()
        .filter(|one| one.kind == PassageKind::Guide)
        .collect();
    assert!(guides.len() >= 10);
    for guide in guides {
        let sends = [
            "お尋ねください",
            "ご相談ください",
            "ご利用ください",
            "お願いします",
            "受け付けています",
        ];
        assert!(
            sends.iter().any(|word| guide.text.contains(word)),
            "{}: names no window",
            guide.id
        );
        assert!(
            guide.text.contains("この"),
            "{}: does not say what is not done here",
            guide.id
        );
    }
}

#[test]
fn p5_answers_keep_the_house_style_and_link_to_known_pages() {
    const PAGES: [&str; 30] = [
        "/about",
        "/for/care",
        "/for/medical",
        "/for/municipality",
        "/for/citizen",
        "/first",
        "/start",
        "/news",
        "/subsidy",
        "/subsidy/estimate",
        "/apply",
        "/readiness",
        "/faq",
        "/docs",
        "/contact",
        "/contact/chat",
        "/contact/form",
        "/contact/tel",
        "/contact/track",
        "/signup",
        "/login",
        "/password",
        "/account",
        "/privacy",
        "/accessibility",
        "/environment",
        "/developers",
        "/mypage",
        "/terms",
        "/sitemap",
    ];
    for passage in INDEX.passages() {
        let text = format!("{}\n{}", passage.title, passage.text);
        for word in ["！", "こちら", "ユーザー", "サーバー", "補助金"] {
            let named = passage.id == "guide-other-subsidy" && word == "補助金";
            assert!(named || !text.contains(word), "{}: {word}", passage.id);
        }
        for href in html(&passage.text)
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            let known = PAGES.contains(&href) || href.starts_with("/mypage/");
            assert!(known && is_safe_link(href), "{}: {href}", passage.id);
        }
    }
    assert!(INDEX.passages().len() >= 90);
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let (mut reversed, mut places) = (passages(), places());
    reversed.reverse();
    places.reverse();
    let other = Index::build(reversed, places);
    for item in published::items("dev.tsv", false) {
        assert_eq!(
            ask(&INDEX, question(&item.question)),
            ask(&other, question(&item.question)),
            "{}",
            item.question
        );
    }
}

#[test]
fn an_empty_index_answers_nothing() {
    assert_eq!(
        ask(&Index::build(Vec::new(), Vec::new()), question("いつから")),
        Answer::NotFound
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_that_is_typed_stops_it(text in "(?s).{0,200}", previous in "[a-z-]{0,20}|subsidy-what") {
        let answer = ask(&INDEX, Question { previous: Some(&previous), ..question(&text) });
        prop_assert!(ids(&answer).len() <= 30);
        if let Answer::Candidates(passages) = answer {
            prop_assert!((1..=3).contains(&passages.len()));
        }
    }

    #[test]
    fn japanese_in_any_order_does_not_stop_it(text in "[あ-んア-ヶ一-龥市区町村0-9０-９ー、。？ ]{0,60}") {
        let _ = ask(&INDEX, question(&text));
    }
}
