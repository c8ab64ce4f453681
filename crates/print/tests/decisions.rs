//! Letters of decisions and copies of applications: all of it is on the paper, however much it is (G-4).

mod reading;

use kiban_print::{Fact, LetterPart, LetterSheet, Letterhead, Piece, Sheet, Table};
use reading::{PRINTER, imprint, read};

fn part(title: &str, pieces: Vec<Piece>) -> LetterPart {
    LetterPart {
        title: title.into(),
        pieces,
        on_new_page: false,
    }
}

fn lines(count: usize) -> Piece {
    let columns = [("経費", 2), ("内容", 7), ("認めた金額（税込）", 4)];
    let row = |at: usize| {
        vec![
            at.to_string(),
            format!("カードリーダー購入経費\n見本電器 MR-{at}"),
            format!("{},000円", 10 + at),
        ]
    };
    Piece::Table(Table {
        columns: columns.map(|it| (it.0.to_owned(), it.1)).into(),
        rows: (1..=count).map(row).collect(),
    })
}

fn letter(office: &str, pieces: Vec<Piece>) -> LetterSheet {
    LetterSheet {
        title: "助成金交付決定通知書".into(),
        mark: Some("試し刷り".into()),
        letterhead: Some(Letterhead {
            number: vec!["交付決定 第12号".into(), "令和7年12月3日".into()],
            addressee: vec![format!("{office} 御中"), "（番号 1379900015）".into()],
            sender: vec!["介護情報基盤 運営".into()],
        }),
        opening: "次のとおり交付することを決定しましたので、お知らせします。".into(),
        sum: Some(Fact::new("交付決定額", "49,000円")),
        parts: vec![part("交付決定額の計算", pieces)],
        imprint: imprint(),
    }
}

#[test]
fn g4_a_letter_says_who_writes_to_whom_and_how_much_in_this_order() {
    let mut sheet = letter("見本ケアプランセンター", vec![lines(2)]);
    sheet.parts.push(part(
        "交付の条件",
        vec![
            Piece::Numbered(vec![
                "書類を保管してください。".into(),
                "連絡してください。".into(),
            ]),
            Piece::Framed("枠の中の文。".into()),
        ],
    ));
    let pdf = PRINTER.print(&Sheet::Letter(sheet.clone())).unwrap();
    let again = PRINTER.print(&Sheet::Letter(sheet)).unwrap();
    assert_eq!(pdf, again, "the same letter gives the same file");
    let pages = read(&pdf.bytes);
    assert_eq!(pages.len(), 1);
    let mut rest = &*pages[0].text;
    for words in [
        "試し刷り",
        "交付決定第12号",
        "令和7年12月3日",
        "見本ケアプランセンター御中",
        "（番号1379900015）",
        "介護情報基盤運営",
        "助成金交付決定通知書",
        "次のとおり交付する",
        "交付決定額49,000円",
        "交付決定額の計算",
        "11,000円",
        "12,000円",
        "1.書類を保管してください。2.連絡してください。",
        "枠の中の文。",
    ] {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words}: {rest}"));
        rest = after;
    }
    assert!(
        rest.contains("試し刷り") && rest.contains("1／1ページ"),
        "the foot: {rest}"
    );
    assert_eq!((pages[0].unreadable, pages[0].outside), (0, 0));
}

#[test]
fn g4_thirty_costs_go_on_over_pages_under_a_repeated_head() {
    let pdf = PRINTER
        .print(&Sheet::Letter(letter("見本", vec![lines(30)])))
        .unwrap();
    let pages = read(&pdf.bytes);
    assert!(pages.len() >= 2, "{}", pages.len());
    let all: String = pages.iter().map(|it| it.text.as_str()).collect();
    for at in 1..=30 {
        assert!(
            all.contains(&format!("見本電器MR-{at}{},000円", 10 + at)),
            "{at}: {all}"
        );
    }
    for page in &pages {
        assert!(page.has("経費内容認めた金額（税込）"), "{}", page.text);
        assert!(page.has("試し刷り"));
        assert_eq!((page.unreadable, page.outside), (0, 0));
    }
}

#[test]
fn g4_a_copy_has_no_letterhead_and_names_of_any_length_are_not_cut() {
    for name in ["架".repeat(200), "W".repeat(200), "ッ".repeat(120)] {
        let facts = vec![Fact::new("事業所", &name), Fact::new(&name, "x")];
        let mut sheet = letter(&name, vec![Piece::Facts(facts), Piece::Text(name.clone())]);
        let all = |sheet: &LetterSheet| {
            let pages = read(&PRINTER.print(&Sheet::Letter(sheet.clone())).unwrap().bytes);
            for page in &pages {
                assert_eq!((page.unreadable, page.outside), (0, 0), "{name}");
            }
            pages.iter().map(|it| it.text.as_str()).collect::<String>()
        };
        assert_eq!(all(&sheet).matches(&name).count(), 4, "{name}");
        sheet.letterhead = None;
        sheet.mark = None;
        sheet.sum = None;
        let copy = all(&sheet);
        assert_eq!(copy.matches(&name).count(), 3, "{name}");
        assert!(
            !copy.contains("御中") && !copy.contains("試し刷り"),
            "{copy}"
        );
    }
}

#[test]
fn g4_an_empty_letter_is_still_a_sheet_and_debug_shows_nothing() {
    let mut sheet = letter("", Vec::new());
    sheet.letterhead = Some(Letterhead {
        number: Vec::new(),
        addressee: Vec::new(),
        sender: Vec::new(),
    });
    sheet.opening.clear();
    sheet.parts = vec![part("", Vec::new())];
    let sheet = Sheet::Letter(sheet);
    assert_eq!(PRINTER.print(&sheet).unwrap().pages, 1);
    assert_eq!(format!("{sheet:?}"), "Sheet::Letter(…)");
}

#[test]
fn g4_an_annex_begins_on_a_page_of_its_own() {
    let mut sheet = letter("見本", vec![lines(2)]);
    let mut annex = part("別紙", vec![lines(1)]);
    annex.on_new_page = true;
    sheet.parts.push(annex);
    let pages = read(&PRINTER.print(&Sheet::Letter(sheet)).unwrap().bytes);
    assert_eq!(pages.len(), 2);
    assert!(
        pages[1].text.starts_with("別紙経費内容"),
        "{}",
        pages[1].text
    );
    assert!(!pages[0].has("別紙"));
}
