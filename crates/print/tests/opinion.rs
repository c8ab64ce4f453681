//! The form of the 主治医意見書: every item of every edition is on paper, and nothing that was written is lost (D-4, W-7).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use kiban_domain::{
    PartialDate,
    opinion::{Edition, FormItem, ItemId, Kind, Opinion, Tenths, Text, Value},
};
use kiban_exchange::opinion::editions;
use kiban_print::{OpinionSheet, Sheet, WrongEdition};
use reading::{PRINTER, PageText, imprint, plain, read};
use std::sync::LazyLock;

fn print(sheet: OpinionSheet) -> Vec<PageText> {
    let pdf = PRINTER.print(&Sheet::Opinion(Box::new(sheet))).unwrap();
    let pages = read(&pdf.bytes);
    assert_eq!(pdf.pages, pages.len());
    for page in &pages {
        assert_eq!((page.unreadable, page.outside), (0, 0), "{}", page.text);
    }
    pages
}

/// What stands in a box that is ticked and in one that is not: not every face has ☑.
static TICKS: LazyLock<[char; 2]> = LazyLock::new(|| {
    let edition = edition("2021");
    let mut opinion = Opinion::blank(edition.code());
    opinion.put(ItemId::Sex, &Value::One(1)).unwrap();
    let page = &filled(edition, &opinion)[0].text;
    let before = |word: &str| page.split(word).next().and_then(|it| it.chars().last());
    let ticks = [before("男"), before("女")].map(Option::unwrap);
    assert!(
        ticks[0] != ticks[1] && "☑✓■".contains(ticks[0]) && "☐□".contains(ticks[1]),
        "{ticks:?}"
    );
    ticks
});

/// Words of the form with the ticks that these faces have.
fn ticked(words: &str) -> String {
    let [on, off] = *TICKS;
    words
        .replace('☑', &on.to_string())
        .replace('☐', &off.to_string())
}

fn filled(edition: &Edition, opinion: &Opinion) -> Vec<PageText> {
    print(OpinionSheet::filled(edition, opinion, imprint()).unwrap())
}

fn edition(code: &str) -> &'static Edition {
    editions().find(code.parse().unwrap()).unwrap()
}

fn text(words: &str) -> Value {
    Value::Text(Text::new(words).unwrap())
}

/// A value for an item, a different text for each; every other choice of a list, the last of one.
fn value(item: &FormItem, at: usize) -> Value {
    let codes = || item.choices.iter().map(|it| it.code);
    match item.kind {
        Kind::Text | Kind::Lines if item.id == ItemId::InsurerNo => text("131128"),
        Kind::Text | Kind::Lines if item.id == ItemId::InstitutionNo => text("1319900013"),
        Kind::Text | Kind::Lines => text(&format!("文{at:03}")),
        Kind::Date if item.id == ItemId::BirthDate => Value::Date("1940-05-06".parse().unwrap()),
        Kind::Date => Value::Date("2026-02-20".parse().unwrap()),
        Kind::PartialDate => Value::Partial(PartialDate::Day("2008-11-12".parse().unwrap())),
        Kind::Whole => Value::Whole(85),
        Kind::Decimal => Value::Decimal(Tenths::new(1_505).unwrap()),
        Kind::One => Value::One(codes().next_back().unwrap()),
        Kind::Many => Value::Many(codes().step_by(2).collect()),
        Kind::Emphasis => Value::Emphasis(codes().step_by(2).map(|it| (it, it == 1)).collect()),
        Kind::Check => Value::Check,
    }
}

fn full(edition: &Edition) -> Opinion {
    let mut opinion = Opinion::blank(edition.code());
    for (at, item) in edition.items().iter().enumerate() {
        opinion.put(item.id, &value(item, at)).unwrap();
    }
    opinion
}

fn on_paper(edition: &Edition) -> impl Iterator<Item = &FormItem> {
    edition.items().iter().filter(|it| it.section > 0)
}

/// The words in front of an item where its label is not on paper as it stands in the file: what the official form prints there instead.
fn label(item: &FormItem) -> String {
    let id = item.id.code();
    if let Some(caution) = item.label.strip_suffix("の内容") {
        return caution.to_owned();
    }
    match item.id {
        // The eras stand there alone, and 男 and 女.
        ItemId::BirthDate | ItemId::Sex => String::new(),
        ItemId::Age => "生".into(),
        ItemId::OtherDeptText => "その他".into(),
        ItemId::SpecialistDept | ItemId::InfectionName => "有".into(),
        ItemId::Course => "もの）".into(),
        ItemId::Remarks => "記載してください。".into(),
        _ if id.starts_with("medicine") => String::new(),
        _ if item.kind == Kind::Decimal => plain(item.label.split('（').next().unwrap()),
        _ => plain(&item.label),
    }
}

/// What stands for the value; several where other things stand between.
fn shown(item: &FormItem, value: Option<&Value>) -> Vec<String> {
    let mark = |on| if on { '☑' } else { '☐' };
    let eras = match item.id {
        ItemId::BirthDate => "☐明・☐大・☑昭",
        _ if item.kind == Kind::PartialDate => "（☐昭和・☑平成・☐令和",
        _ => "令和",
    };
    match (item.kind, value) {
        (Kind::Text | Kind::Lines, Some(Value::Text(text))) => vec![text.as_str().to_owned()],
        (Kind::Date, Some(Value::Date(day))) => {
            let year = if item.id == ItemId::BirthDate {
                1925
            } else {
                2018
            };
            let (month, number) = (day.month(), day.day());
            vec![format!("{eras}{}年{month}月{number}日", day.year() - year)]
        }
        (Kind::PartialDate, Some(_)) => vec![format!("{eras}20年11月12日頃）")],
        (Kind::Whole, Some(_)) => vec!["（85歳）".into()],
        (Kind::Decimal, Some(_)) => {
            let unit = item.label.trim_end_matches('）').rsplit('（').next();
            vec![format!("＝150.5{}", unit.unwrap())]
        }
        (Kind::Check, value) => vec![format!("{}{}", mark(value.is_some()), plain(&item.label))],
        (Kind::One | Kind::Many | Kind::Emphasis, value) => {
            let codes = value.map(Value::codes).unwrap_or_default();
            let choices = item.choices.iter();
            // A box of one choice carries the words of the item.
            let words = |words: &str| match item.choices.len() {
                1 if item.id.code().starts_with("caution") => plain(&item.label),
                _ => plain(words),
            };
            let choices =
                choices.map(|it| format!("{}{}", mark(codes.contains(&it.code)), words(&it.label)));
            choices.collect()
        }
        _ => Vec::new(),
    }
}

/// Looks for an item: its label and behind it, in order, what stands for its value.
fn find(pages: &[PageText], item: &FormItem, value: Option<&Value>) {
    let form: String = pages[..2].iter().map(|it| it.text.as_str()).collect();
    let label = label(item);
    let shown: Vec<String> = shown(item, value).iter().map(|it| ticked(it)).collect();
    let own_box = item.kind == Kind::Check
        || item.id.code().starts_with("caution.") && item.choices.len() == 1;
    if matches!(item.kind, Kind::Text | Kind::Lines) {
        let Some(words) = shown.first() else {
            assert!(form.contains(&label), "{}: {label}: {form}", item.id);
            return;
        };
        // On the form of 2018, 特になし and 有 stand between.
        let caution = ticked("☐特になし☑有（");
        let joints = ["", "（", "：", "→", "）", &caution];
        let joints = joints.map(|it| format!("{label}{it}{words}"));
        assert!(
            joints.iter().any(|it| form.contains(it)),
            "{}: {joints:?}: {form}",
            item.id
        );
        return;
    }
    let found = form
        .match_indices(&*if own_box { shown[0].clone() } else { label })
        .any(|(at, _)| {
            let mut rest = &form[at..];
            shown.iter().all(|it| match rest.split_once(&**it) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        });
    assert!(found, "{}: {shown:?}: {form}", item.id);
}

#[test]
fn d4_every_item_of_every_edition_is_printed_with_its_value() {
    assert!(editions().all().len() >= 3);
    for edition in editions().all() {
        let opinion = full(edition);
        let pages = filled(edition, &opinion);
        assert_eq!(pages.len(), 2, "{edition:?}");
        for item in on_paper(edition) {
            find(&pages, item, opinion.get(item.id).as_ref());
        }
        for section in &edition.sections()[1..] {
            let title = plain(&section.title);
            assert_eq!(
                pages.iter().filter(|it| it.has(&title)).count(),
                usize::from(section.code != "header"),
                "{title}"
            );
        }
        for heading in on_paper(edition).filter_map(|it| it.heading.as_deref()) {
            assert!(pages.iter().any(|it| it.has(heading)), "{heading}");
        }
    }
}

#[test]
fn d4_a_blank_form_has_every_label_and_nothing_ticked() {
    for edition in editions().all() {
        let mut nobody = imprint();
        nobody.office.clear();
        nobody.printed_by.clear();
        nobody.printed_at.clear();
        let pages = print(OpinionSheet::blank(edition, nobody));
        assert_eq!(pages.len(), 2);
        for item in on_paper(edition).filter(|it| {
            !matches!(
                it.kind,
                Kind::Date | Kind::PartialDate | Kind::Whole | Kind::Decimal
            )
        }) {
            find(&pages, item, None);
        }
        for words in [
            "☐明・☐大・☐昭年月日生（歳）",
            "身長＝cm体重＝kg",
            "発症年月日（☐昭和・☐平成・☐令和年月日頃）",
            "記入日令和年月日",
        ] {
            assert!(pages.iter().any(|it| it.has(&ticked(words))), "{words}");
        }
        for (at, page) in pages.iter().enumerate() {
            assert!(
                !page.text.contains(TICKS[0]) && !page.has("出力者"),
                "{}",
                page.text
            );
            assert!(page.has(&format!("{}／2", at + 1)));
        }
    }
}

#[test]
fn d4_page_one_ends_and_page_two_begins_as_on_the_official_form() {
    let pages = filled(edition("2021"), &full(edition("2021")));
    assert!(
        pages[0].text.starts_with("主治医意見書記入日"),
        "{}",
        pages[0].text
    );
    assert!(
        pages[1].text.starts_with("(5)身体の状態利き腕"),
        "{}",
        pages[1].text
    );
    assert!(!pages[0].has("(5) 身体の状態") && pages[0].has("(4) その他の精神・神経症状"));
}

#[test]
fn d4_the_foot_says_whose_opinion_it_is_of_which_day_and_which_version() {
    let edition = edition("2021");
    let sheet = OpinionSheet::filled(edition, &full(edition), imprint()).unwrap();
    let number = sheet_number(edition);
    for (at, page) in print(sheet.with_version(2)).iter().enumerate() {
        let foot = format!(
            "被保険者番号{number}記入日令和8年2月20日第2版主治医意見書（2021年版）文書番号r-0123456789"
        );
        assert!(page.has(&foot), "{}", page.text);
        assert!(page.has("出力者 ケアステーション架空 担当 見本 花子 出力日時"));
        assert!(page.has(&format!("{}／2", at + 1)));
    }
}

fn sheet_number(edition: &Edition) -> String {
    match full(edition).get(ItemId::InsuredNo) {
        Some(Value::Text(text)) => text.as_str().to_owned(),
        _ => String::new(),
    }
}

#[test]
fn d4_whatever_fits_the_boxes_of_the_form_needs_no_annex() {
    for edition in editions().all() {
        let mut opinion = full(edition);
        for item in edition
            .items()
            .iter()
            .filter(|it| it.length.is_some() && it.section > 0)
        {
            let most = item.length.unwrap();
            if item.id.code().starts_with("medicine") {
                opinion.clear(item.id);
                continue;
            }
            let mut words = "架".repeat(most);
            if let Some(lines) = item.lines {
                // As many short lines as the box has.
                opinion
                    .put(item.id, &text(&vec!["行"; lines].join("\n")))
                    .unwrap();
                assert_eq!(filled(edition, &opinion).len(), 2, "{}", item.id);
                words = "架".repeat(most);
            }
            opinion.put(item.id, &text(&words)).unwrap();
        }
        let pages = filled(edition, &opinion);
        let form: String = pages.iter().map(|it| it.text.as_str()).collect();
        assert!(!form.contains("別紙のとおり"), "{form}");
        assert_eq!(pages.len(), 2);
        // Rows that are full from edge to edge stay on one line each.
        for (page, first, last) in [(0, "〔", "〕"), (0, "記", "日"), (1, "利", "少")] {
            let letters = &pages[page].letters;
            let at = letters.iter().position(|it| it.0 == first).unwrap();
            let end = letters[at..].iter().find(|it| it.0 == last).unwrap();
            assert!((letters[at].1 - end.1).abs() < 0.1, "{first} {last}");
        }
    }
}

#[test]
fn d4_what_does_not_fit_stands_whole_on_the_annex_and_the_form_keeps_two_pages() {
    for edition in editions().all() {
        let mut opinion = full(edition);
        let mut long = Vec::new();
        for (at, item) in edition.items().iter().enumerate() {
            let medicine = item.id.code().starts_with("medicine");
            let typed = [ItemId::InsurerNo, ItemId::InstitutionNo].contains(&item.id);
            if !matches!(item.kind, Kind::Text | Kind::Lines) || medicine || typed {
                continue;
            }
            // Words, numbers without a place to break, and lines.
            let times = if item.kind == Kind::Lines { 12 } else { 1 };
            let words = match at % 3 {
                0 => format!("始{at:03}{}", "長い文".repeat(100 * times)),
                1 => format!("始{at:03}{}", "W".repeat(300 * times)),
                _ => format!("始{at:03}\n{}", "行\n".repeat(50)),
            };
            opinion.put(item.id, &text(&words)).unwrap();
            if item.section > 0 || item.id == ItemId::InsuredNo {
                long.push((item, plain(&words)));
            }
        }
        let pages = filled(edition, &opinion);
        assert!(pages.len() > 3, "{}", pages.len());
        let form: String = pages[..2].iter().map(|it| it.text.as_str()).collect();
        let annex: String = pages[2..]
            .iter()
            .map(|page| {
                // Without the foot, a text that goes on over pages is whole again.
                page.text.split("被保険者番号別紙のとおり").next().unwrap()
            })
            .collect();
        assert!(pages[1].text.starts_with("(5)身体の状態"));
        let moved = long.len() + 1;
        for (item, words) in long {
            assert!(!form.contains(&words), "{}: {form}", item.id);
            assert!(annex.contains(&words), "{}: {annex}", item.id);
            assert!(annex.contains(&plain(item.name())), "{}", item.id);
        }
        assert_eq!(
            form.matches("別紙のとおり").count(),
            moved,
            "the number stands at two feet"
        );
    }
}

#[test]
fn d4_what_the_form_has_no_place_for_is_on_the_annex() {
    // A box that the form of 2018 has not, and a service that only that form has.
    let old = edition("2018");
    let mut opinion = Opinion::blank(old.code());
    opinion.put(ItemId::CautionNothing, &Value::Check).unwrap();
    let pages = filled(old, &opinion);
    assert!(pages[2].has("caution.nothing 該当"), "{}", pages[2].text);
    let new = edition("2021");
    let mut opinion = Opinion::blank(new.code());
    opinion
        .put(
            ItemId::MedMgmt,
            &Value::Emphasis([(1, false), (11, true)].into()),
        )
        .unwrap();
    let pages = filled(new, &opinion);
    assert!(pages[1].has(&ticked("☑訪問診療")));
    assert!(
        pages[2].has("医学的管理の必要性（様式にない選択肢の番号）11"),
        "{}",
        pages[2].text
    );
}

#[test]
fn d4_underlined_services_are_underlined() {
    let edition = edition("2021");
    let pages = |marks: &[(u8, bool)]| {
        let mut opinion = Opinion::blank(edition.code());
        opinion
            .put(
                ItemId::MedMgmt,
                &Value::Emphasis(marks.iter().copied().collect()),
            )
            .unwrap();
        filled(edition, &opinion)
    };
    let (plain, strong) = (
        pages(&[(1, false), (2, false), (5, false)]),
        pages(&[(1, true), (2, false), (5, true)]),
    );
    assert_eq!(plain[1].text, strong[1].text);
    assert_eq!(strong[1].figures.len(), plain[1].figures.len() + 2);
}

#[test]
fn d4_line_breaks_are_kept_and_days_known_in_part_are_shown_so() {
    let edition = edition("2021");
    let mut opinion = Opinion::blank(edition.code());
    opinion
        .put(ItemId::Remarks, &text("壱\n弐\n\n参肆"))
        .unwrap();
    let onsets = [
        (ItemId::Diagnosis1Onset, PartialDate::Unknown),
        (ItemId::Diagnosis2Onset, PartialDate::Year(1920)),
        (ItemId::Diagnosis3Onset, PartialDate::Month(2019, 5)),
    ];
    for (item, day) in onsets {
        opinion.put(item, &Value::Partial(day)).unwrap();
    }
    opinion
        .put(
            ItemId::BirthDate,
            &Value::Date("1989-01-08".parse().unwrap()),
        )
        .unwrap();
    opinion
        .put(
            ItemId::EntryDate,
            &Value::Date("2019-04-30".parse().unwrap()),
        )
        .unwrap();
    let pages = filled(edition, &opinion);
    let height = |letter: &str| {
        let found = pages[1].letters.iter().find(|it| it.0 == letter);
        found.map(|it| it.1).unwrap()
    };
    let step = height("弐") - height("壱");
    assert!(step > 5.0);
    assert!(
        (height("参") - height("弐") - 2.0 * step).abs() < 0.1,
        "an empty line stays"
    );
    assert!((height("肆") - height("参")).abs() < 0.1);
    for words in [
        "発症年月日（不詳）",
        "発症年月日（☑大正・☐昭和・☐平成・☐令和9年月日頃）",
        "発症年月日（☐昭和・☐平成・☑令和元年5月日頃）",
        "☐明・☐大・☐昭・☑平元年1月8日生",
        "記入日平成31年4月30日",
    ] {
        assert!(pages[0].has(&ticked(words)), "{words}: {}", pages[0].text);
    }
}

#[test]
fn m8_letters_without_a_picture_are_listed_on_the_annex() {
    let edition = edition("2021");
    let mut opinion = Opinion::blank(edition.code());
    opinion
        .put(ItemId::ApplicantName, &text("髙﨑 𠮷野 \u{10A60}"))
        .unwrap();
    let pages = filled(edition, &opinion);
    assert!(pages[0].has("氏名 髙﨑 𠮷野 〓"), "{}", pages[0].text);
    assert!(pages[2].has("・U+10A60"), "{}", pages[2].text);
    opinion
        .put(ItemId::ApplicantName, &text("髙﨑 𠮷野"))
        .unwrap();
    assert_eq!(filled(edition, &opinion).len(), 2);
}

#[test]
fn s1_what_is_written_is_never_read_as_markup() {
    let edition = edition("2021");
    let words = r#"#pagebreak() = *x* _y_ $z$ #json("/data.json") \u{41} <a> @b // c"#;
    let mut opinion = Opinion::blank(edition.code());
    for item in [ItemId::Remarks, ItemId::Course, ItemId::Address] {
        opinion.put(item, &text(words)).unwrap();
    }
    let pages = filled(edition, &opinion);
    assert_eq!(pages.len(), 2);
    assert!(
        pages[0].has(&format!("住所{words}")) && pages[1].has(words),
        "{}",
        pages[0].text
    );
}

#[test]
fn d4_an_opinion_is_printed_on_its_own_edition_only_and_the_same_gives_the_same_file() {
    let (old, new) = (edition("2018"), edition("2021"));
    let refused = OpinionSheet::filled(new, &full(old), imprint()).unwrap_err();
    let (written, given) = (old.code(), new.code());
    assert_eq!(refused, WrongEdition { written, given });
    let sheet = OpinionSheet::filled(new, &full(new), imprint()).unwrap();
    let name = match full(new).get(ItemId::DoctorName) {
        Some(Value::Text(text)) => text.as_str().to_owned(),
        _ => String::new(),
    };
    let signed = print(sheet.clone().to_be_signed());
    assert!(print(sheet.clone())[0].has(&name) && !signed[0].has(&name));
    let sheet = Sheet::Opinion(Box::new(sheet));
    assert_eq!(format!("{sheet:?}"), "Sheet::Opinion(…)");
    assert_eq!(
        PRINTER.print(&sheet).unwrap(),
        PRINTER.print(&sheet).unwrap()
    );
}
