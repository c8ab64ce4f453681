//! What is handed in is on the paper, in full, as text.

mod reading;

use kiban_print::{
    Fact, ManualBlock, ManualSheet, Part, PartState, PersonSheet, Piece, PrintError, Sheet, Table,
    TerminalSheet, TicketSheet,
};
use reading::{PRINTER, imprint, plain, read, text};
use std::fmt::Write as _;

fn facts(all: &[(&str, &str)]) -> Vec<Fact> {
    all.iter().map(|it| Fact::new(it.0, it.1)).collect()
}

fn person(parts: Vec<Part>) -> PersonSheet {
    PersonSheet {
        person: facts(&[
            ("基準日", "令和8年6月24日（2026年6月24日）"),
            ("氏名", "架空 太郎"),
        ]),
        parts,
        imprint: imprint(),
    }
}

fn part(title: &str, state: PartState) -> Part {
    Part {
        title: title.into(),
        state,
    }
}

fn history(rows: usize) -> Part {
    let columns = [("種類", 3), ("内容", 3), ("適用期間", 5)];
    let row = |at: usize| {
        let year = 1 + at % 8;
        let period = format!(
            "令和{year}年4月1日（{}年4月1日）から\n令和{year}年9月30日まで",
            2018 + year
        );
        vec![format!("要介護認定 第{at}回"), "要介護2".to_owned(), period]
    };
    let table = Table {
        columns: columns.map(|it| (it.0.to_owned(), it.1)).into(),
        rows: (1..=rows).map(row).collect(),
    };
    part(
        "要介護認定の履歴",
        PartState::Shown(vec![Piece::Table(table)]),
    )
}

fn full() -> PersonSheet {
    person(vec![
        part(
            "介護保険被保険者証",
            PartState::Shown(vec![
                Piece::Facts(facts(&[
                    ("被保険者番号", "0000012345"),
                    ("住所", "東京都架空区見本町1丁目2番3号"),
                    (
                        "認定の有効期間",
                        "令和8年4月1日（2026年4月1日）から\n令和10年3月31日（2028年3月31日）まで",
                    ),
                ])),
                Piece::Text("認定審査会の意見の文。".into()),
            ]),
        ),
        part(
            "給付制限",
            PartState::Absent("給付制限の記録はありません。".into()),
        ),
        part(
            "主治医意見書",
            PartState::Withheld("ご本人の同意がないため表示していません。".into()),
        ),
    ])
}

#[test]
fn w5_everything_on_a_persons_sheet_can_be_read_back() {
    let sheet = full();
    let pdf = PRINTER.print(&Sheet::Person(sheet.clone())).unwrap();
    let pages = read(&pdf.bytes);
    assert_eq!((pdf.pages, pages.len()), (1, 1));
    let page = &pages[0];
    for item in sheet
        .person
        .iter()
        .chain(sheet.parts.iter().flat_map(|part| match &part.state {
            PartState::Shown(pieces) => match &pieces[0] {
                Piece::Facts(facts) => facts.as_slice(),
                _ => &[],
            },
            PartState::Absent(_) | PartState::Withheld(_) => &[],
        }))
    {
        let both = format!("{}{}", item.term, item.value);
        assert!(page.has(&both), "{both} {}", page.text);
    }
    let imprint = imprint();
    for words in [
        "利用者の資格・認定情報",
        "この印刷物は証ではありません",
        "給付制限の記録はありません。",
        "表示していません：ご本人の同意がないため表示していません。",
        "認定審査会の意見の文。",
        &imprint.office,
        &imprint.printed_by,
        &imprint.printed_at,
        &imprint.document_no,
        "1／1ページ",
    ] {
        assert!(page.has(words), "{words} {}", page.text);
    }
    assert_eq!((page.unreadable, page.outside), (0, 0));
}

#[test]
fn w2_a_terminals_sheet_and_a_codes_sheet_say_all_that_is_needed() {
    let terminal = Sheet::Terminal(TerminalSheet {
        office_no: "1379900015".into(),
        terminal: "受付のパソコン".into(),
        until: "令和10年6月23日（2028年6月23日）".into(),
        administrators: vec!["見本 管理子（管理者）".into(), "見本 次郎（管理者）".into()],
        rules: vec!["離れるときは、ログアウトしてください。".into()],
        imprint: imprint(),
    });
    let ticket = |renewed| {
        Sheet::Ticket(TicketSheet {
            renewed,
            address: "https://portal.example/start".into(),
            office_no: "1379900015".into(),
            code: "7K3F9-QW1A0".into(),
            until: "10時35分まで".into(),
            imprint: imprint(),
        })
    };
    let cases = [
        (
            terminal,
            vec![
                "受付のパソコン",
                "1379900015",
                "見本次郎（管理者）",
                "令和10年6月23日",
                "離れるときは",
            ],
        ),
        (
            ticket(None),
            vec![
                "端末を追加するためのコード",
                "7K3F9-QW1A0",
                "https://portal.example/start",
                "10時35分まで",
            ],
        ),
        (
            ticket(Some("窓口のタブレット".into())),
            vec!["更新するためのコード", "「窓口のタブレット」"],
        ),
    ];
    for (sheet, wanted) in cases {
        let pdf = PRINTER.print(&sheet).unwrap();
        let pages = read(&pdf.bytes);
        assert_eq!(pages.len(), 1);
        for words in wanted {
            assert!(pages[0].has(words), "{words} {}", pages[0].text);
        }
        assert_eq!((pages[0].unreadable, pages[0].outside), (0, 0));
    }
}

#[test]
fn w5_a_long_history_breaks_over_pages_under_a_repeated_head() {
    let pdf = PRINTER
        .print(&Sheet::Person(person(vec![history(60)])))
        .unwrap();
    let pages = read(&pdf.bytes);
    assert!(pages.len() > 2, "{}", pages.len());
    let all: String = pages.iter().map(|page| page.text.as_str()).collect();
    for at in 1..=60 {
        assert!(all.contains(&format!("第{at}回")), "{at}");
    }
    for (at, page) in pages.iter().enumerate() {
        assert!(page.has("種類内容適用期間"), "{}", page.text);
        assert!(page.has(&format!("{}／{}ページ", at + 1, pages.len())));
        assert!(page.has("この印刷物は証ではありません"));
        assert_eq!((page.unreadable, page.outside), (0, 0));
    }
}

#[test]
fn long_names_and_words_without_a_place_to_break_are_not_cut() {
    let longest = [
        "架".repeat(100),
        "ー".repeat(100),
        "ッ".repeat(100),
        "W".repeat(100),
        "1234567890".repeat(10),
        "」".repeat(100),
        "々".repeat(100),
        "あ、".repeat(50),
    ];
    for name in &longest {
        let table = Table {
            columns: vec![("い".into(), 1), ("ろ".into(), 1), ("は".into(), 3)],
            rows: vec![vec![name.clone(), "x".into(), name.clone()]],
        };
        let mut sheet = person(vec![part(
            name,
            PartState::Shown(vec![Piece::Table(table)]),
        )]);
        sheet.person.push(Fact::new(name, name));
        sheet.imprint.office.clone_from(name);
        sheet.imprint.printed_by.clone_from(name);
        let pdf = PRINTER.print(&Sheet::Person(sheet)).unwrap();
        let pages = read(&pdf.bytes);
        let all: String = pages.iter().map(|page| page.text.as_str()).collect();
        assert!(all.matches(name.as_str()).count() >= 6, "{name} {all}");
        for page in pages {
            assert_eq!((page.unreadable, page.outside), (0, 0), "{name}");
        }
    }
}

#[test]
fn empty_everything_is_still_a_sheet() {
    let mut imprint = imprint();
    imprint.printed_at.clear();
    imprint.office.clear();
    imprint.printed_by.clear();
    imprint.document_no.clear();
    let columns = vec![(String::new(), 0)];
    let none = Table {
        columns: Vec::new(),
        rows: vec![vec!["left out".into()]],
    };
    let uneven = Table {
        columns,
        rows: vec![Vec::new(), vec![String::new(), "left out".into()]],
    };
    let sheet = PersonSheet {
        person: Vec::new(),
        parts: vec![
            part("", PartState::Shown(Vec::new())),
            part(
                "",
                PartState::Shown(vec![
                    Piece::Table(none),
                    Piece::Table(uneven),
                    Piece::Facts(Vec::new()),
                ]),
            ),
            part("", PartState::Absent(String::new())),
        ],
        imprint,
    };
    let pdf = PRINTER.print(&Sheet::Person(sheet)).unwrap();
    let text = text(&pdf.bytes);
    assert!(text.contains("利用者の資格・認定情報"), "{text}");
    assert!(!text.contains("left"), "{text}");
}

#[test]
fn the_same_sheet_gives_the_same_bytes_and_another_day_other_ones() {
    let bytes = |sheet: &PersonSheet| PRINTER.print(&Sheet::Person(sheet.clone())).unwrap().bytes;
    let sheet = full();
    assert!(bytes(&sheet) == bytes(&sheet));
    let mut later = sheet.clone();
    later.imprint.at = "2026-06-25T01:15:00Z".parse().unwrap();
    assert!(bytes(&sheet) != bytes(&later));
}

#[test]
fn faces_are_embedded_as_subsets_and_the_file_is_tagged_japanese_pdf_a() {
    let pdf = PRINTER.print(&Sheet::Person(full())).unwrap();
    assert!(pdf.bytes.len() < 300_000, "{}", pdf.bytes.len());
    let file = hayro::hayro_syntax::Pdf::new(pdf.bytes.clone()).unwrap();
    let mut objects = String::new();
    for object in file.objects() {
        let _ = writeln!(objects, "{object:?}");
    }
    for word in [
        "FontFile",
        "ToUnicode",
        "StructTreeRoot",
        "MarkInfo",
        "pdfuaid",
        "pdfaid",
        "ja-JP",
    ] {
        let raw = pdf
            .bytes
            .windows(word.len())
            .any(|it| it == word.as_bytes());
        assert!(raw || objects.contains(word), "{word}");
    }
    // A subset is named by six letters and a plus sign.
    let names = objects.split("+NotoSansCJK").count() + objects.split("+BIZUDP").count();
    assert!(names > 2, "no subset");
}

#[test]
fn a_face_that_is_gone_is_named_and_an_impossible_day_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"] {
        std::fs::write(folder.path().join(name), b"no face").unwrap();
    }
    let files = kiban_print::FontFiles::find(Some(folder.path())).unwrap();
    assert_eq!(files.families()[0], "BIZ UDPGothic");
    let error = kiban_print::Printer::new(files)
        .print(&Sheet::Person(full()))
        .unwrap_err();
    assert!(
        matches!(&error, PrintError::Face(path) if path.ends_with("BIZUDPGothic-Regular.ttf")),
        "{error}"
    );

    let mut sheet = full();
    sheet.imprint.at = kiban_domain::Timestamp::MIN;
    let error = PRINTER.print(&Sheet::Person(sheet)).unwrap_err();
    assert!(matches!(error, PrintError::Instant), "{error}");
}

#[test]
fn nothing_of_a_sheet_shows_in_debug() {
    let shown = format!(
        "{:?} {:?}",
        Sheet::Person(full()),
        PRINTER.print(&Sheet::Person(full())).unwrap()
    );
    assert!(!shown.contains("架空") && shown.len() < 200, "{shown}");
    assert_eq!(plain("a b"), "ab");
}

#[test]
fn p1_a_manual_is_set_with_its_headings_lists_and_pictures() {
    let png = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../content/images/ready.png"
    ))
    .unwrap();
    let manual = ManualSheet {
        title: "見本の手引き".into(),
        facts: facts(&[("版", "第1.0版")]),
        blocks: vec![
            ManualBlock::Heading {
                level: 2,
                text: "はじめに".into(),
            },
            ManualBlock::Text("端末を使いはじめる手順です。".into()),
            ManualBlock::Heading {
                level: 3,
                text: "用意するもの".into(),
            },
            ManualBlock::List {
                numbered: true,
                items: vec!["利用開始のコード".into(), "認証アプリ".into()],
            },
            ManualBlock::Picture {
                png: png.into(),
                words: "初期設定の完了の画面".into(),
            },
        ],
        imprint: imprint(),
    };
    let pdf = PRINTER.print(&Sheet::Manual(manual.clone())).unwrap();
    assert_eq!(
        PRINTER.print(&Sheet::Manual(manual)).unwrap().bytes,
        pdf.bytes
    );
    assert!(pdf.bytes.len() > 50_000, "the picture is in it");
    let text = text(&pdf.bytes);
    for words in [
        "見本の手引き",
        "はじめに",
        "端末を使いはじめる手順です。",
        "用意するもの",
        "1.利用開始のコード",
        "2.認証アプリ",
        "初期設定の完了の画面",
    ] {
        assert!(text.contains(&plain(words)), "{words}: {text}");
    }
}
