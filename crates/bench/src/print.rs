//! A sheet as PDF: the first one of a process, and warm ones of different persons; an opinion on its form.

use crate::say;
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use kiban_domain::{
    Date, PartialDate,
    opinion::{ItemId, Kind, Opinion, Text, Value},
};
use kiban_exchange::opinion::editions;
use kiban_print::{
    Fact, FontFiles, Imprint, OpinionSheet, Part, PartState, PersonSheet, Piece, Printer, Sheet,
    Table,
};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// Wanted of a warm sheet of one page, and of an opinion. Source: design, section 9.
const WARM_MS: f64 = 30.0;

/// Makes the sheet of a number.
type Make = fn(usize) -> Result<Sheet>;

#[derive(Debug, Args)]
pub(crate) struct PrintArgs {
    /// Folder of the faces; the system's if left out.
    #[arg(long)]
    font_dir: Option<PathBuf>,
    /// Warm sheets.
    #[arg(long, default_value_t = 50)]
    sheets: usize,
}

pub(crate) fn run(args: &PrintArgs) -> Result<()> {
    ensure!(args.sheets > 0, "at least one sheet");
    let files = FontFiles::find(args.font_dir.as_deref()).context("no faces for Japanese here")?;
    say(&format!("print: faces {}", files.families().join(", ")));
    let printer = Printer::new(files);
    let (cold, _) = timed(&printer, &sheet(0, 8))?;
    say(&format!(
        "print: first sheet of the process {:.0} ms, no limit",
        ms(cold)
    ));
    let figures: [(&str, Make, Option<f64>); 4] = [
        ("one page", |at| Ok(sheet(at, 8)), Some(WARM_MS)),
        ("60 certifications", |at| Ok(sheet(at, 60)), None),
        ("an opinion", |at| opinion(at, 250), Some(WARM_MS)),
        ("an opinion with an annex", |at| opinion(at, 3_000), None),
    ];
    for (name, make, limit) in figures {
        let mut times = Vec::new();
        let mut pages = 0;
        for at in 1..=args.sheets {
            let (time, made) = timed(&printer, &make(at)?)?;
            times.push(time);
            pages = made;
        }
        times.sort();
        let (middle, worst) = (times[times.len() / 2], times[times.len() - 1]);
        let beside = limit.map_or_else(String::new, |limit| {
            format!(
                ", wanted at most {limit:.0} ms: ratio {:.2}",
                ms(middle) / limit
            )
        });
        say(&format!(
            "print: {name}, {pages} page(s), warm, another person each: median {:.1} ms, slowest {:.1} ms{beside}",
            ms(middle),
            ms(worst)
        ));
    }
    Ok(())
}

fn timed(printer: &Printer, sheet: &Sheet) -> Result<(Duration, usize)> {
    let begun = Instant::now();
    let pdf = printer.print(sheet)?;
    Ok((begun.elapsed(), pdf.pages))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// An invented opinion with everything ticked and a course of so many characters.
fn opinion(at: usize, course: usize) -> Result<Sheet> {
    let edition = editions().all().last().context("no edition")?;
    let mut opinion = Opinion::blank(edition.code());
    for item in edition.items() {
        let codes = || item.choices.iter().map(|it| it.code);
        let words = match item.id {
            ItemId::InsurerNo => "131128".to_owned(),
            ItemId::InstitutionNo => "1319900013".to_owned(),
            ItemId::Course => format!("{at}回目。{}", "見本の経過".repeat(course / 5)),
            ItemId::Remarks => format!("{at}回目。{}", "見本の特記".repeat(50)),
            _ => format!("見本の文{at}"),
        };
        let value = match item.kind {
            Kind::Text | Kind::Lines => Value::Text(Text::new(&words)?),
            Kind::Date => Value::Date(DAY),
            Kind::PartialDate => Value::Partial(PartialDate::Day(DAY)),
            Kind::Whole => Value::Whole(85),
            Kind::Decimal => Value::Decimal("150.5".parse()?),
            Kind::One => Value::One(codes().next().context("no choice")?),
            Kind::Many => Value::Many(codes().collect()),
            Kind::Emphasis => Value::Emphasis(codes().map(|it| (it, it == 1)).collect()),
            Kind::Check => Value::Check,
        };
        opinion.put(item.id, &value)?;
    }
    let sheet = OpinionSheet::filled(edition, &opinion, imprint(at))?;
    Ok(Sheet::Opinion(Box::new(sheet)))
}

const DAY: Date = jiff::civil::date(2026, 4, 20);

fn imprint(at: usize) -> Imprint {
    Imprint {
        at: jiff::Timestamp::UNIX_EPOCH,
        printed_at: "令和8年6月24日（2026年6月24日） 10:15".to_owned(),
        office: "ケアステーション架空".to_owned(),
        printed_by: "見本 花子".to_owned(),
        document_no: format!("bench-{at}"),
    }
}

/// An invented person with so many certifications.
fn sheet(at: usize, history: usize) -> Sheet {
    let card = [
        ("状態", "有効"),
        ("住所", "東京都見本区架空町一丁目2番3号"),
        ("要介護状態区分等", "要介護2"),
        (
            "認定の有効期間",
            "令和8年4月1日（2026年4月1日）から\n令和10年3月31日（2028年3月31日）まで",
        ),
        ("区分支給限度基準額", "1月当たり 19,705単位"),
        (
            "認定審査会の意見及びサービスの種類の指定",
            "記載はありません",
        ),
    ];
    let row = |row: usize| {
        let year = 8 - row % 8;
        let period = format!("令和{year}年4月1日から\n令和{year}年9月30日まで");
        vec![
            "要介護認定".to_owned(),
            format!("要介護{}", 1 + (at + row) % 5),
            period,
        ]
    };
    let columns = [("種類", 3), ("内容", 3), ("適用期間", 5)];
    let table = Table {
        columns: columns.map(|it| (it.0.to_owned(), it.1)).into(),
        rows: (0..history).map(row).collect(),
    };
    let part = |title: &str, piece| Part {
        title: title.to_owned(),
        state: PartState::Shown(vec![piece]),
    };
    Sheet::Person(PersonSheet {
        person: vec![
            Fact::new("基準日", "令和8年6月24日（2026年6月24日）"),
            Fact::new("氏名", format!("架空 {at}郎")),
            Fact::new("被保険者番号", format!("{at:010}")),
        ],
        parts: vec![
            part(
                "介護保険被保険者証",
                Piece::Facts(card.map(|it| Fact::new(it.0, it.1)).into()),
            ),
            part("要介護認定の履歴", Piece::Table(table)),
        ],
        imprint: imprint(at),
    })
}
