//! Writes sample sheets as PDF and as pictures into a folder, to be looked at: `cargo run -p kiban-print --example samples -- DIR`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for whoever changes the template"
)]

use hayro::{
    RenderCache, RenderSettings, hayro_interpret::InterpreterSettings, hayro_syntax, render,
    vello_cpu::color::palette::css::WHITE,
};
use kiban_print::{
    Fact, FontFiles, Imprint, Part, PartState, PersonSheet, Piece, Printer, Sheet, Table,
    TerminalSheet, TicketSheet,
};
use std::{fs, path::PathBuf, time::Instant};

fn main() {
    let folder: PathBuf = std::env::args().nth(1).expect("a folder").into();
    fs::create_dir_all(&folder).unwrap();
    let printer = Printer::new(FontFiles::find(None).expect("faces"));
    for (name, sheet) in [
        ("person", person(8)),
        ("person-60", person(60)),
        ("terminal", terminal()),
        ("ticket", ticket()),
    ] {
        let begun = Instant::now();
        let pdf = printer.print(&sheet).unwrap();
        let took = begun.elapsed();
        println!(
            "{name}: {} pages, {} bytes, {took:?}",
            pdf.pages,
            pdf.bytes.len()
        );
        fs::write(folder.join(format!("{name}.pdf")), &pdf.bytes).unwrap();
        let file = hayro_syntax::Pdf::new(pdf.bytes).unwrap();
        let cache = RenderCache::new();
        let settings = RenderSettings {
            x_scale: 1.5,
            y_scale: 1.5,
            bg_color: WHITE,
            ..RenderSettings::default()
        };
        for (at, page) in file.pages().iter().enumerate() {
            let picture = render(page, &cache, &InterpreterSettings::default(), &settings);
            let path = folder.join(format!("{name}-{}.png", at + 1));
            fs::write(path, picture.into_png().unwrap()).unwrap();
        }
    }
}

fn imprint() -> Imprint {
    Imprint {
        at: "2026-06-24T01:15:00Z".parse().unwrap(),
        printed_at: "令和8年6月24日（2026年6月24日） 10:15".into(),
        office: "ケアステーション架空".into(),
        printed_by: "見本 花子".into(),
        document_no: "0197a3c2-5b1e-7c40-9d55-0f6b1c2d3e4f".into(),
    }
}

fn facts(all: &[(&str, &str)]) -> Piece {
    Piece::Facts(all.iter().map(|it| Fact::new(it.0, it.1)).collect())
}

fn table(columns: &[(&str, u8)], rows: Vec<Vec<String>>) -> Piece {
    let columns = columns.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    Piece::Table(Table { columns, rows })
}

fn shown(title: &str, pieces: Vec<Piece>) -> Part {
    Part {
        title: title.into(),
        state: PartState::Shown(pieces),
    }
}

fn person(history: usize) -> Sheet {
    let rows = (0..history).map(|at| {
        let from = 8 - at.min(7);
        vec![
            "要介護認定\n期限切れ".to_owned(),
            "要介護2".to_owned(),
            format!(
                "令和{from}年4月1日（{}年4月1日）から\n令和{from}年9月30日（{}年9月30日）まで",
                2018 + from,
                2018 + from
            ),
            format!("令和{from}年3月20日（{}年3月20日）", 2018 + from),
        ]
    });
    let columns = [
        ("種類・状態", 3),
        ("内容", 3),
        ("適用期間", 9),
        ("交付・認定", 8),
    ];
    let limits = [("食費（施設）", "650円"), ("ユニット型個室", "1,370円")];
    let limits = limits
        .map(|it| vec![it.0.to_owned(), it.1.to_owned()])
        .into();
    Sheet::Person(PersonSheet {
        person: vec![
            Fact::new("基準日（この日の情報です）", "令和8年6月24日（2026年6月24日）"),
            Fact::new("フリガナ", "カクウ タロウ"),
            Fact::new("氏名", "架空 葛\u{E01EF}郎 𠮷野 \u{323AF}"),
            Fact::new("生年月日・年齢", "昭和15年5月3日（1940年5月3日） 86歳"),
            Fact::new("性別", "男"),
            Fact::new("被保険者番号", "0000012345"),
            Fact::new("保険者", "見本区（保険者番号 131128）"),
        ],
        parts: vec![
            shown("介護保険被保険者証", vec![facts(&[
                ("状態", "有効"),
                ("住所", "東京都見本区架空町一丁目2番3号 架空マンション405号室"),
                ("要介護状態区分等", "要介護2"),
                ("認定の有効期間", "令和8年4月1日（2026年4月1日）から\n令和10年3月31日（2028年3月31日）まで"),
                ("区分支給限度基準額", "1月当たり 19,705単位"),
                ("認定審査会の意見及びサービスの種類の指定", "福祉用具の利用について、専門職の助言を受けることが望ましい。"),
            ])]),
            shown("負担限度額認定証", vec![
                facts(&[("状態", "有効"), ("利用者負担段階", "第3段階①")]),
                table(&[("区分", 3), ("1日当たりの負担限度額", 2)], limits),
            ]),
            Part { title: "給付制限".into(), state: PartState::Absent("給付制限の記録はありません。".into()) },
            Part { title: "二次判定（介護認定審査会）".into(), state: PartState::Withheld("ご本人の同意がないため表示していません。ご本人に説明して同意を得たときは、「同意の記録」に登録してください。".into()) },
            shown("要介護認定の履歴", vec![table(&columns, rows.collect())]),
        ],
        imprint: imprint(),
    })
}

fn terminal() -> Sheet {
    Sheet::Terminal(TerminalSheet {
        office_no: "1379900015".into(),
        terminal: "受付のパソコン".into(),
        until: "令和10年6月23日（2028年6月23日）".into(),
        administrators: vec!["見本 管理子（管理者）".into(), "見本 次郎（管理者）".into()],
        rules: vec![
            "離れるときは、ログアウトするか画面をロックしてください。".into(),
            "端末をなくしたときは、すぐに管理者に連絡してください。".into(),
        ],
        imprint: imprint(),
    })
}

fn ticket() -> Sheet {
    Sheet::Ticket(TicketSheet {
        renewed: None,
        address: "https://portal.example/start".into(),
        office_no: "1379900015".into(),
        code: "7K3F9-QW1A0".into(),
        until: "10時45分まで（発行から30分）".into(),
        imprint: imprint(),
    })
}
