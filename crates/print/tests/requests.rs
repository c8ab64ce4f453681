//! Requests on paper and the fees of a month: all of it is on paper, however much it is (M-3, D-6).

mod reading;

use kiban_domain::Yen;
use kiban_domain::opinion_case::CaseReference;
use kiban_print::{Fact, FeeLine, FeeSheet, RequestSheet, Sheet};
use reading::{PRINTER, imprint, read};

fn request() -> RequestSheet {
    RequestSheet {
        addressee: vec!["見本クリニック".into(), "見本 太郎 先生".into()],
        sender: vec!["架空市 介護保険課".into()],
        request_no: "R-0001".into(),
        requested_on: "令和8年2月5日".into(),
        due: "令和8年2月19日（2026年2月19日）".into(),
        person: vec![
            Fact::new("氏名", "見本 花子"),
            Fact::new("被保険者番号", "0000012345"),
        ],
        reference: CaseReference::of(0x0123_4567_89AB_CDEF),
        send_back: vec!["主治医意見書（2枚）".into(), "請求書".into()],
        contact: vec![Fact::new("電話", "000-0000-0000")],
        imprint: imprint(),
    }
}

#[test]
fn m3_a_request_says_whom_what_until_when_and_how_to_answer() {
    let sheet = request();
    let reference = sheet.reference.to_string();
    let pdf = PRINTER.print(&Sheet::Request(sheet.clone())).unwrap();
    assert_eq!(pdf, PRINTER.print(&Sheet::Request(sheet)).unwrap());
    let pages = read(&pdf.bytes);
    assert_eq!(pages.len(), 1);
    let mut rest = &*pages[0].text;
    for words in [
        "依頼番号R-0001",
        "令和8年2月5日",
        "見本クリニック",
        "見本太郎先生",
        "架空市介護保険課",
        "主治医意見書作成依頼書",
        "氏名見本花子",
        "被保険者番号0000012345",
        "提出期限令和8年2月19日（2026年2月19日）",
        "1.主治医意見書（2枚）2.請求書",
        "照会コード",
        &reference,
        "電話000-0000-0000",
        "1／1ページ",
    ] {
        let (_, after) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words}: {rest}"));
        rest = after;
    }
    assert_eq!((pages[0].unreadable, pages[0].outside), (0, 0));
}

/// The QR code on the page is drawn from the reference and from nothing else.
#[test]
fn m3_the_code_of_a_request_holds_the_reference_alone() {
    let strokes = |sheet: RequestSheet| {
        let pdf = PRINTER.print(&Sheet::Request(sheet)).unwrap();
        read(&pdf.bytes)[0].figures.clone()
    };
    let mut other = request();
    other.person = vec![
        Fact::new("氏名", "架空 次郎"),
        Fact::new("被保険者番号", "0000099999"),
    ];
    assert_eq!(strokes(request()), strokes(other.clone()));
    other.reference = CaseReference::of(1);
    assert_ne!(strokes(request()), strokes(other));
}

fn fees(lines: usize) -> FeeSheet {
    let line = |at: usize| {
        let (kind, amount) = match at % 3 {
            0 => ("在宅・新規", 5_000),
            1 => ("在宅・継続", 4_000),
            _ => ("施設・継続", 3_000),
        };
        FeeLine {
            received_on: format!("令和8年6月{}日", 1 + at % 30),
            insurer: "架空市（131128）".into(),
            insured_no: format!("{at:010}"),
            kind: kind.into(),
            amount: Some(Yen::new(amount)),
        }
    };
    FeeSheet {
        institution: "見本クリニック".into(),
        institution_no: "1319900013".into(),
        month: "令和8年6月分".into(),
        lines: (0..lines).map(line).collect(),
        imprint: imprint(),
    }
}

#[test]
fn d6_the_fees_of_a_month_add_up_by_kind() {
    let pages = read(&PRINTER.print(&Sheet::Fees(fees(7))).unwrap().bytes);
    assert_eq!(pages.len(), 1);
    for words in [
        "作成料の合計（税抜）29,000円",
        "在宅・新規3件15,000円在宅・継続2件8,000円施設・継続2件6,000円",
        "令和8年6月7日架空市（131128）0000000006在宅・新規5,000円",
        "件数7件",
    ] {
        assert!(pages[0].has(words), "{words}: {}", pages[0].text);
    }
}

#[test]
fn d6_a_fee_that_is_not_known_is_said_so_and_not_added() {
    let mut sheet = fees(2);
    sheet.lines[1].amount = None;
    let pages = read(&PRINTER.print(&Sheet::Fees(sheet)).unwrap().bytes);
    for words in [
        "作成料の合計（税抜）5,000円",
        "件数2件（うち金額の決まらないもの1件。合計に入りません）",
        "0000000001在宅・継続未定",
    ] {
        assert!(pages[0].has(words), "{words}: {}", pages[0].text);
    }
}

#[test]
fn d6_many_fees_go_on_under_the_same_head() {
    let pages = read(&PRINTER.print(&Sheet::Fees(fees(200))).unwrap().bytes);
    assert!(pages.len() > 3, "{}", pages.len());
    let all: String = pages.iter().map(|it| it.text.as_str()).collect();
    for at in 0..200 {
        assert_eq!(all.matches(&format!("{at:010}")).count(), 1, "{at}");
    }
    let running = "主治医意見書作成料の月次明細　令和8年6月分　見本クリニック（1319900013）";
    for (at, page) in pages.iter().enumerate() {
        assert_eq!(page.has(running), at > 0, "{}", page.text);
        assert!(page.has("受領日保険者被保険者番号種類金額（税抜）"));
        assert!(page.has(&format!("{}／{}ページ", at + 1, pages.len())));
        assert_eq!((page.unreadable, page.outside), (0, 0), "{}", page.text);
    }
}

#[test]
fn d6_a_month_without_fees_is_still_a_sheet() {
    let pages = read(&PRINTER.print(&Sheet::Fees(fees(0))).unwrap().bytes);
    assert!(pages[0].has("作成料の合計（税抜）0円"), "{}", pages[0].text);
    let shown = [Sheet::Fees(fees(1)), Sheet::Request(request())];
    let shown = shown.map(|it| format!("{it:?}"));
    assert_eq!(shown, ["Sheet::Fees(…)", "Sheet::Request(…)"]);
}
