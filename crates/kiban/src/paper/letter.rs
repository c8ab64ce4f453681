//! The papers of a subsidy, as the typesetter wants them.

use kiban_domain::{Wareki, tokyo_date};
use kiban_print::{Fact, Imprint, LetterPart, LetterSheet, Letterhead, Piece, Table};
use kiban_services::Outlet;
use kiban_services::subsidies::{PaperHead, PaperPart, PaperPiece, SubsidyPaper};

pub(super) fn sheet(paper: &SubsidyPaper) -> LetterSheet {
    let sum = paper.sum.as_ref();
    LetterSheet {
        title: paper.title.to_owned(),
        mark: paper.mark.map(str::to_owned),
        letterhead: paper.head.as_ref().map(head),
        opening: paper.opening.clone(),
        sum: sum.map(|(term, amount)| Fact::new(*term, amount)),
        parts: paper.parts.iter().map(part).collect(),
        imprint: imprint(&paper.outlet, &paper.document_no),
    }
}

fn head(head: &PaperHead) -> Letterhead {
    Letterhead {
        number: head.number.clone(),
        addressee: head.addressee.clone(),
        sender: head.sender.clone(),
    }
}

fn part(part: &PaperPart) -> LetterPart {
    LetterPart {
        title: part.title.to_owned(),
        pieces: part.pieces.iter().map(piece).collect(),
        on_new_page: part.on_new_page,
    }
}

fn piece(piece: &PaperPiece) -> Piece {
    match piece {
        PaperPiece::Facts(facts) => {
            let facts = facts.iter().map(|(term, value)| Fact::new(term, value));
            Piece::Facts(facts.collect())
        }
        PaperPiece::Table { columns, rows } => Piece::Table(Table {
            columns: columns.iter().map(|it| (it.0.to_owned(), it.1)).collect(),
            rows: rows.clone(),
        }),
        PaperPiece::Text(text) => Piece::Text(text.clone()),
        PaperPiece::Framed(text) => Piece::Framed(text.clone()),
        PaperPiece::Numbered(items) => Piece::Numbered(items.clone()),
    }
}

pub(super) fn imprint(outlet: &Outlet, document_no: &str) -> Imprint {
    let day = tokyo_date(outlet.at);
    let wareki = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    let local = outlet
        .at
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    Imprint {
        at: outlet.at,
        printed_at: format!("{wareki} {}:{:02}", local.hour(), local.minute()),
        office: outlet.office.clone(),
        printed_by: outlet.printed_by.clone(),
        document_no: document_no.to_owned(),
    }
}

#[cfg(test)]
#[path = "../../../print/tests/reading/mod.rs"]
mod reading;

#[cfg(test)]
mod tests {
    use super::{reading, sheet};
    use kiban_print::Sheet;
    use kiban_services::Outlet;
    use kiban_services::subsidies::{PaperHead, PaperPart, PaperPiece, SubsidyPaper};

    #[test]
    fn g4_all_that_stands_on_a_paper_is_set_as_text() {
        let part = |pieces, on_new_page| PaperPart {
            title: "交付の条件",
            pieces,
            on_new_page,
        };
        let paper = SubsidyPaper {
            title: "助成金交付決定通知書",
            mark: Some("見本"),
            head: Some(PaperHead {
                number: vec!["交付決定 第7号".into()],
                addressee: vec!["架空センター 御中".into()],
                sender: vec!["介護情報基盤 運営".into()],
            }),
            opening: "交付することを決定しました。".into(),
            sum: Some(("交付決定額", "49,000円".into())),
            parts: vec![
                part(
                    vec![
                        PaperPiece::Facts(vec![("支店".into(), "本店（001）".into())]),
                        PaperPiece::Text("文章。".into()),
                        PaperPiece::Framed("枠の中。".into()),
                        PaperPiece::Numbered(vec!["保管してください。".into()]),
                    ],
                    false,
                ),
                part(
                    vec![PaperPiece::Table {
                        columns: vec![("経費", 1), ("認めた額", 3)],
                        rows: vec![vec!["1".into(), "33,000円".into()]],
                    }],
                    true,
                ),
            ],
            document_no: "交付決定 第7号".into(),
            file_name: "通知書.pdf".into(),
            outlet: Outlet {
                portal: "https://portal.example".into(),
                sandbox: true,
                office: "架空センター".into(),
                printed_by: "見本 花子".into(),
                at: "2025-12-03T01:05:00Z".parse().unwrap(),
            },
        };
        let pdf = reading::PRINTER.print(&Sheet::Letter(sheet(&paper)));
        let pdf = pdf.unwrap();
        assert!(pdf.bytes.starts_with(b"%PDF"));
        let pages = reading::read(&pdf.bytes);
        assert_eq!(pages.len(), 2);
        for it in [
            "見本",
            "交付決定第7号",
            "架空センター御中",
            "介護情報基盤運営",
            "助成金交付決定通知書",
            "交付することを決定しました。",
            "交付決定額49,000円",
            "支店本店（001）",
            "文章。",
            "枠の中。",
            "1.保管してください。",
            "出力者架空センター見本花子",
            "令和7年12月3日10:05",
        ] {
            assert!(pages[0].has(it), "{it}: {}", pages[0].text);
        }
        assert!(pages[1].has("経費認めた額133,000円"), "{}", pages[1].text);
    }
}
