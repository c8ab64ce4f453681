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
use kiban_domain::{
    Yen,
    opinion::{ItemId, Text, Value},
    opinion_case::CaseReference,
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_print::{
    Fact, FeeLine, FeeSheet, FontFiles, Imprint, LetterPart, LetterSheet, Letterhead, OpinionSheet,
    Part, PartState, PersonSheet, Piece, Printer, RequestSheet, Sheet, Table, TerminalSheet,
    TicketSheet,
};
use std::{fs, path::PathBuf, time::Instant};

/// Invented opinions with everything in them.
const OPINION_2018: &[u8] = include_bytes!("../../exchange/tests/opinion/full-2018.json");
const OPINION_2021: &[u8] = include_bytes!("../../exchange/tests/opinion/full-2021.json");

fn main() {
    let folder: PathBuf = std::env::args().nth(1).expect("a folder").into();
    fs::create_dir_all(&folder).unwrap();
    let printer = Printer::new(FontFiles::find(None).expect("faces"));
    for (name, sheet) in [
        ("person", person(8)),
        ("person-60", person(60)),
        ("terminal", terminal()),
        ("ticket", ticket()),
        ("granted", granted(3, "見本ケアプランセンター", None)),
        (
            "granted-30",
            granted(30, &"架空の長い名前の事業所".repeat(8), Some("見本")),
        ),
        ("refused", refused()),
        ("copy", copy(2)),
        ("copy-30", copy(30)),
        ("opinion-2018", opinion(OPINION_2018, 1)),
        ("opinion-2021", opinion(OPINION_2021, 1)),
        ("opinion-2021-long", opinion(OPINION_2021, 5)),
        ("opinion-2021-annex", opinion(OPINION_2021, 40)),
        ("opinion-2018-boxes", boxes(OPINION_2018)),
        ("opinion-2021-boxes", boxes(OPINION_2021)),
        ("opinion-2018-blank", blank("2018")),
        ("opinion-2026-blank", blank("2026")),
        ("request", request()),
        ("fees", fees(60)),
    ] {
        let begun = Instant::now();
        let pdf = printer
            .print(&sheet)
            .unwrap_or_else(|it| panic!("{name}: {it}"));
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

fn part(title: &str, pieces: Vec<Piece>) -> LetterPart {
    LetterPart {
        title: title.into(),
        pieces,
        on_new_page: title.starts_with("別紙"),
    }
}

fn numbered(items: &[&str]) -> Piece {
    Piece::Numbered(items.iter().map(|it| (*it).to_owned()).collect())
}

fn letter(office: &str, number: &str, title: &str, opening: &str) -> LetterSheet {
    LetterSheet {
        title: title.into(),
        mark: None,
        letterhead: Some(Letterhead {
            number: vec![number.into(), "令和7年12月3日".into()],
            addressee: vec![
                format!("{office} 御中"),
                "（事業所・医療機関の番号 1379900015）".into(),
            ],
            sender: vec!["介護情報基盤 運営".into()],
        }),
        opening: format!(
            "令和7年12月1日に提出のあった「令和7年度 介護情報基盤の活用に向けた助成金」の介護事業所等への助成の申請（申請番号 K7QM-3XPA）について、{opening}"
        ),
        sum: None,
        parts: Vec::new(),
        imprint: Imprint {
            document_no: format!("{number}　申請番号 K7QM-3XPA"),
            ..imprint()
        },
    }
}

fn account() -> Piece {
    facts(&[
        ("金融機関", "見本銀行（9999）"),
        ("支店", "本店（001）"),
        ("預金種目・口座番号", "普通 ＊＊＊＊567"),
        ("口座名義（カナ）", "ｶ)ﾐﾎﾝｹｱ"),
    ])
}

fn contact() -> LetterPart {
    let how = facts(&[
        (
            "お問い合わせの方法",
            "介護情報基盤ポータルの「お問い合わせ」",
        ),
        ("アドレス", "https://portal.example/contact"),
        ("お伝えいただくこと", "申請番号 K7QM-3XPA"),
    ]);
    part("お問い合わせ先", vec![how])
}

fn granted(lines: usize, office: &str, mark: Option<&str>) -> Sheet {
    let row = |at: usize| {
        let (what, claimed, counted, why) = match at % 3 {
            1 => (
                "カードリーダー購入経費\n見本電器 MR-1\n2台のうち2台",
                "16,000円",
                "16,000円",
                "",
            ),
            2 => (
                "接続サポート等経費\n見本サポート 端末の設定",
                "44,000円",
                "33,000円",
                "端末の代金は、助成の対象ではありません。",
            ),
            _ => (
                "カードリーダー購入経費\n見本電器 MR-2\n4台のうち0台",
                "32,000円",
                "0円",
                "台数の上限を4台超えています",
            ),
        };
        [&*at.to_string(), what, claimed, counted, why]
            .map(str::to_owned)
            .into()
    };
    let columns = [
        ("経費", 2),
        ("内容", 7),
        ("申請額（税込）", 4),
        ("認めた額（税込）", 4),
        ("少なくなった理由", 6),
    ];
    let opening = "次のとおり交付することを決定しましたので、お知らせします。計算の内訳は、別紙のとおりです。";
    let after = "振込が終わったときは、メールとマイページでお知らせします。振り込むことができなかったときは、振込先の訂正をお願いします。";
    Sheet::Letter(LetterSheet {
        mark: mark.map(str::to_owned),
        sum: Some(Fact::new("交付決定額", "49,000円")),
        parts: vec![
            part("振込先", vec![account(), Piece::Text(after.into())]),
            part("交付の条件", vec![numbered(&[
                "領収書などの書類は、この決定の年度の翌年度から5年間保管してください。運営から求めがあったときは、提出してください。",
                "同じ経費について、ほかの助成や補助を受けることはできません。",
                "申請の内容が事実と異なるとき、またはこの条件が守られないときは、決定の全部または一部を取り消し、助成金の返還を求めることがあります。",
                "購入したものを返品したときや、支払った金額が変わったときは、お問い合わせ先へ連絡してください。",
            ])]),
            part("この決定について確かめたいことがあるとき", vec![Piece::Text(
                "金額や理由について確かめたいことがあるときや、決定の内容に納得できないときは、お問い合わせ先へ連絡してください。内容を確認して、お答えします。".into(),
            )]),
            contact(),
            part("別紙　交付決定額の計算", vec![
                table(&columns, (1..=lines).map(row).collect()),
                facts(&[
                    ("申請した額", "92,000円"),
                    ("数えたカードリーダー", "2台（上限4台）"),
                    ("対象となる経費の合計", "49,000円（税込）"),
                    ("限度額", "106,000円（訪問・通所・短期滞在系 64,000円、その他 42,000円）"),
                    ("限度額を超える分", "ありません"),
                    ("交付決定額", "49,000円"),
                ]),
            ]),
        ],
        ..letter(office, "交付決定 第1号", "助成金交付決定通知書", opening)
    })
}

fn refused() -> Sheet {
    let opening = "審査の結果、交付しないことを決定しましたので、お知らせします。";
    let reason = "申請された経費は、助成の対象ではありません。\n端末のみの申請です。";
    Sheet::Letter(LetterSheet {
        parts: vec![
            part("交付しない理由", vec![Piece::Framed(reason.into())]),
            part(
                "申請の内容",
                vec![facts(&[
                    ("制度", "令和7年度 介護情報基盤の活用に向けた助成金"),
                    ("助成の種類", "介護事業所等への助成"),
                    ("申請した額", "60,000円"),
                    ("申請した人", "見本 担当"),
                ])],
            ),
            part(
                "このあとにできること",
                vec![numbered(&[
                    "理由になったところを直して、もう一度申請することができます。受付は、令和8年3月13日まで（予定）です。",
                    "理由について確かめたいことがあるときや、決定の内容に納得できないときは、お問い合わせ先へ連絡してください。内容を確認して、お答えします。",
                    "申請のときに添付した書類は、マイページの申請の画面で確かめられます。",
                ])],
            ),
            contact(),
        ],
        ..letter(
            "見本医院",
            "不交付決定 第2号",
            "助成金不交付決定通知書",
            opening,
        )
    })
}

fn copy(lines: usize) -> Sheet {
    let columns = [
        ("経費", 4),
        ("内容", 17),
        ("購入日・実施日", 12),
        ("台数", 5),
        ("請求書・領収書の番号", 10),
        ("金額", 8),
        ("消費税", 6),
    ];
    let row = |at: usize| {
        [
            &*at.to_string(),
            "カードリーダー購入経費\n見本電器株式会社　MR-1\n製造番号：A001、A002",
            "令和7年11月4日",
            "2台",
            "INV-2025-0001",
            "16,000円",
            "税込",
        ]
        .map(str::to_owned)
        .into()
    };
    let file = |at: usize| {
        [
            &*at.to_string(),
            "領収書.pdf",
            "PDF・1.2MB",
            "9f86d081884c7d65",
        ]
        .map(str::to_owned)
        .into()
    };
    let files = [
        ("経費", 2),
        ("ファイルの名前", 10),
        ("種類・大きさ", 5),
        ("SHA-256の先頭16桁", 7),
    ];
    Sheet::Letter(LetterSheet {
        title: "助成金交付申請書の控え".into(),
        letterhead: None,
        opening:
            "次の内容の申請を受け付けました。この控えは、交付の決定を知らせるものではありません。"
                .into(),
        sum: Some(Fact::new("申請額", "64,000円")),
        parts: vec![
            part(
                "申請",
                vec![facts(&[
                    ("申請番号", "K7QM-3XPA"),
                    ("受け付けた日時", "令和7年12月1日 10時05分"),
                    ("制度", "令和7年度 介護情報基盤の活用に向けた助成金"),
                    ("助成の種類", "介護事業所等への助成"),
                    (
                        "事業所・医療機関",
                        "見本ケアプランセンター\n（番号 1379900015）",
                    ),
                    ("申請した人", "見本 担当"),
                ])],
            ),
            part(
                "区分",
                vec![facts(&[("サービスの種類", "訪問介護、居宅介護支援")])],
            ),
            part(
                "経費",
                vec![table(&columns, (1..=lines).map(row).collect())],
            ),
            part(
                "申請額の計算",
                vec![facts(&[
                    ("数えたカードリーダー", "4台（上限4台）"),
                    ("対象となる経費の合計", "64,000円（税込）"),
                    (
                        "限度額",
                        "106,000円（訪問・通所・短期滞在系 64,000円、その他 42,000円）",
                    ),
                    ("限度額を超える分", "ありません"),
                    ("申請額", "64,000円"),
                ])],
            ),
            part(
                "添付した書類",
                vec![table(&files, (1..=lines).map(file).collect())],
            ),
            part("振込先の口座", vec![account()]),
            part(
                "申請にあたって確認したこと",
                vec![numbered(&[
                    "申請の内容は事実と相違ありません",
                    "同じ経費について、ほかの助成や補助を受けていません",
                    "領収書などの書類を、交付決定の年度の翌年度から5年間保管します",
                    "申請の内容が事実と異なるときは、助成金の返還に応じます",
                ])],
            ),
        ],
        imprint: Imprint {
            document_no: "申請番号 K7QM-3XPA（提出1回目）".into(),
            ..imprint()
        },
        ..letter("", "", "", "")
    })
}

/// An opinion whose course and remarks are said so many times.
fn opinion(json: &[u8], times: usize) -> Sheet {
    let mut opinion = read_json(json, editions()).unwrap();
    for (item, words) in [
        (
            ItemId::Course,
            "平成20年5月に脳梗塞を発症し、左片麻痺が残った。令和7年10月より歩行時のふらつきが強くなり、屋内でも見守りが必要となった。\n内服治療を続けている。",
        ),
        (
            ItemId::Remarks,
            "独居であり、服薬の管理と転倒の予防のため、訪問看護による支援が必要です。",
        ),
    ] {
        let words = vec![words; times].join("\n");
        let value = Value::Text(Text::new(&words).unwrap());
        opinion.put(item, &value).unwrap();
    }
    let edition = editions().find(opinion.edition).unwrap();
    let sheet = OpinionSheet::filled(edition, &opinion, imprint()).unwrap();
    Sheet::Opinion(Box::new(sheet.with_version(1)))
}

/// An opinion in which every box is as full as its form has it.
fn boxes(json: &[u8]) -> Sheet {
    let mut opinion = read_json(json, editions()).unwrap();
    let edition = editions().find(opinion.edition).unwrap();
    for item in edition.items() {
        let words = "一二三四五六七八九十";
        let Some(length) = item
            .length
            .filter(|it| !item.label.starts_with("薬") && *it > 4)
        else {
            continue;
        };
        let words: String = words.chars().cycle().take(length).collect();
        let value = Value::Text(Text::new(&words).unwrap());
        opinion.put(item.id, &value).unwrap();
    }
    let sheet = OpinionSheet::filled(edition, &opinion, imprint()).unwrap();
    Sheet::Opinion(Box::new(sheet))
}

fn blank(edition: &str) -> Sheet {
    let edition = editions().find(edition.parse().unwrap()).unwrap();
    Sheet::Opinion(Box::new(OpinionSheet::blank(edition, imprint())))
}

fn request() -> Sheet {
    let facts = |facts: &[(&str, &str)]| facts.iter().map(|it| Fact::new(it.0, it.1)).collect();
    Sheet::Request(RequestSheet {
        addressee: vec!["見本クリニック".into(), "見本 太郎 先生".into()],
        sender: vec![
            "架空市 福祉部 介護保険課".into(),
            "（保険者番号 131128）".into(),
        ],
        request_no: "R-0001".into(),
        requested_on: "令和8年2月5日".into(),
        due: "令和8年2月19日（2026年2月19日）".into(),
        person: facts(&[
            ("氏名", "見本 花子（みほん はなこ）"),
            ("生年月日", "昭和15年5月6日（1940年5月6日）"),
            ("住所", "見本県架空市見本町1-2-3"),
            ("被保険者番号", "0000012345"),
            ("申請の種類", "更新"),
            ("種別", "在宅・継続"),
        ]),
        reference: CaseReference::of(0x0123_4567_89AB_CDEF),
        send_back: vec![
            "主治医意見書（2枚。別紙があるときは別紙も）".into(),
            "主治医意見書作成料の請求書".into(),
            "この依頼書の写し".into(),
        ],
        contact: facts(&[
            ("担当", "架空市 介護保険課 認定係"),
            ("電話", "000-0000-0000"),
            ("送付先", "〒999-9999 見本県架空市役所通1-1"),
        ]),
        imprint: imprint(),
    })
}

fn fees(lines: usize) -> Sheet {
    let line = |at: usize| {
        let (kind, amount) = [
            ("在宅・新規", 5_000),
            ("在宅・継続", 4_000),
            ("施設・継続", 3_000),
        ][at % 3];
        FeeLine {
            received_on: format!("令和8年6月{}日", 1 + at / 3),
            insurer: "架空市（131128）".into(),
            insured_no: format!("{:010}", 12_345 + at),
            kind: kind.into(),
            amount: Some(Yen::new(amount)),
        }
    };
    Sheet::Fees(FeeSheet {
        institution: "見本クリニック".into(),
        institution_no: "1319900013".into(),
        month: "令和8年6月分".into(),
        lines: (0..lines).map(line).collect(),
        imprint: imprint(),
    })
}
