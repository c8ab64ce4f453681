//! From sheets to what the template lays out: blocks of text one below the other.

use serde::Serialize;

use crate::{
    fees::FeeSheet,
    request::RequestSheet,
    sheet::{
        Fact, Imprint, LetterSheet, ManualBlock, ManualSheet, PartState, PersonSheet, Piece, Table,
        TerminalSheet, TicketSheet,
    },
};

/// What the template reads; the names are those of `templates/sheet.typ`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Paper<'a> {
    title: String,
    author: String,
    mark: Option<String>,
    letterhead: Option<Head>,
    /// Stands at the head of every page but the first.
    running: String,
    blocks: Vec<Block>,
    foot: Vec<String>,
    pub(crate) missing_lead: &'static str,
    pub(crate) missing: Vec<String>,
    pub(crate) fonts: Vec<&'a str>,
}

/// The head of a letter.
#[derive(Serialize)]
struct Head {
    number: Vec<String>,
    addressee: Vec<String>,
    sender: Vec<String>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Block {
    Heading {
        text: String,
    },
    Subheading {
        text: String,
    },
    Picture {
        path: String,
        words: String,
    },
    Text {
        text: String,
    },
    Framed {
        text: String,
    },
    Facts {
        rows: Vec<[String; 2]>,
    },
    Table {
        head: Vec<String>,
        widths: Vec<u8>,
        rows: Vec<Vec<String>>,
    },
    List {
        numbered: bool,
        items: Vec<String>,
    },
    Big {
        label: String,
        text: String,
    },
    Sum {
        label: String,
        text: String,
    },
    Code {
        path: String,
        words: String,
        label: String,
        text: String,
    },
    Page,
}

const NO_CERTIFICATE: &str = "この印刷物は証ではありません";
pub(crate) const MISSING: &str = "「〓」は、この帳票の書体にない文字です。ほかの字に置き換えていません。現れる順に、次の文字です。";

impl Paper<'_> {
    fn new(title: &str, mark: Option<&str>, imprint: &Imprint) -> Self {
        let mut foot = vec![
            format!("出力者 {} {}", imprint.office, imprint.printed_by),
            format!(
                "出力日時 {}　文書番号 {}",
                imprint.printed_at, imprint.document_no
            ),
        ];
        foot.extend(mark.map(str::to_owned));
        Self {
            title: title.to_owned(),
            author: imprint.office.clone(),
            mark: mark.map(str::to_owned),
            letterhead: None,
            running: String::new(),
            blocks: Vec::new(),
            foot,
            missing_lead: MISSING,
            missing: Vec::new(),
            fonts: Vec::new(),
        }
    }

    /// Every text that came from outside, in the order of the paper, to be replaced by what `change` makes of it.
    pub(crate) fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        self.mark.iter_mut().for_each(&mut change);
        if let Some(head) = &mut self.letterhead {
            let lines = [&mut head.number, &mut head.addressee, &mut head.sender];
            lines.into_iter().flatten().for_each(&mut change);
        }
        for block in &mut self.blocks {
            match block {
                Block::Heading { text }
                | Block::Subheading { text }
                | Block::Picture { words: text, .. }
                | Block::Text { text }
                | Block::Framed { text } => {
                    change(text);
                }
                Block::Facts { rows } => rows.iter_mut().flatten().for_each(&mut change),
                Block::Table { head, rows, .. } => {
                    head.iter_mut().for_each(&mut change);
                    rows.iter_mut().flatten().for_each(&mut change);
                }
                Block::List { items, .. } => items.iter_mut().for_each(&mut change),
                Block::Big { label, text } | Block::Sum { label, text } => {
                    change(label);
                    change(text);
                }
                Block::Code {
                    words, label, text, ..
                } => [words, label, text].into_iter().for_each(&mut change),
                Block::Page => {}
            }
        }
        change(&mut self.running);
        self.foot.iter_mut().for_each(&mut change);
        change(&mut self.author);
        change(&mut self.title);
    }

    /// A heading without words is none: readers that go from heading to heading would stop at nothing (PDF/UA-1, 7.4).
    fn heading(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let text = text.to_owned();
        self.blocks.push(Block::Heading { text });
    }

    fn text(&mut self, text: &str) {
        let text = text.to_owned();
        self.blocks.push(Block::Text { text });
    }

    fn framed(&mut self, text: String) {
        self.blocks.push(Block::Framed { text });
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Facts(facts) => self.facts(facts),
            Piece::Table(table) => self.table(table),
            Piece::Text(text) => self.text(text),
            Piece::Framed(text) => self.framed(text.clone()),
            Piece::Numbered(items) => self.blocks.push(Block::List {
                numbered: true,
                items: items.clone(),
            }),
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        if facts.is_empty() {
            return;
        }
        let rows = facts.iter();
        let rows = rows.map(|it| [it.term.clone(), it.value.clone()]).collect();
        self.blocks.push(Block::Facts { rows });
    }

    fn table(&mut self, table: &Table) {
        let columns = table.columns.len();
        if columns == 0 {
            return;
        }
        let rows = table.rows.iter().map(|row| {
            let mut row = row.clone();
            row.resize(columns, String::new());
            row
        });
        self.blocks.push(Block::Table {
            head: table.columns.iter().map(|it| it.0.clone()).collect(),
            widths: table.columns.iter().map(|it| it.1.max(1)).collect(),
            rows: rows.collect(),
        });
    }
}

pub(crate) fn person<'a>(it: &PersonSheet) -> Paper<'a> {
    let title = "利用者の資格・認定情報";
    let mut paper = Paper::new(title, Some(NO_CERTIFICATE), &it.imprint);
    paper.facts(&it.person);
    for part in &it.parts {
        paper.heading(&part.title);
        match &part.state {
            PartState::Shown(pieces) => pieces.iter().for_each(|piece| paper.piece(piece)),
            PartState::Absent(words) => paper.text(words),
            PartState::Withheld(why) => paper.framed(format!("表示していません：{why}")),
        }
    }
    paper
}

pub(crate) fn terminal<'a>(it: &TerminalSheet) -> Paper<'a> {
    let mut paper = Paper::new("この端末は使えます", None, &it.imprint);
    paper.text("介護情報基盤を使うための初期設定が終わった端末です。端末のそばに置いてください。");
    paper.facts(&[
        Fact::new("事業所", &it.imprint.office),
        Fact::new("事業所番号", &it.office_no),
        Fact::new("端末", &it.terminal),
        Fact::new("電子証明書の有効期限", &it.until),
        Fact::new("困ったときの連絡先", it.administrators.join("\n")),
        Fact::new("この紙を印刷した日時", &it.imprint.printed_at),
    ]);
    paper.heading("この端末を使うとき");
    let items = it.rules.clone();
    paper.blocks.push(Block::List {
        numbered: false,
        items,
    });
    paper
}

pub(crate) fn ticket<'a>(it: &TicketSheet) -> Paper<'a> {
    let (title, lead) = match &it.renewed {
        Some(name) => (
            "電子証明書を更新するためのコード",
            format!("端末「{name}」で次のページを開き、事業所番号とコードを入力してください。"),
        ),
        None => (
            "端末を追加するためのコード",
            "追加するパソコンまたはタブレットで次のページを開き、事業所番号とコードを入力してください。"
                .to_owned(),
        ),
    };
    let mut paper = Paper::new(title, None, &it.imprint);
    paper.text(&lead);
    paper.blocks.push(Block::Big {
        label: "コード（1回だけ使えます）".to_owned(),
        text: it.code.clone(),
    });
    paper.facts(&[
        Fact::new("開くページ", &it.address),
        Fact::new("事業所", &it.imprint.office),
        Fact::new("事業所番号", &it.office_no),
        Fact::new("有効期限", &it.until),
    ]);
    paper.heading("お願い");
    let items = [
        "5回間違えると使えなくなります。そのときは、もう一度コードを発行してください。",
        "使い終わったら、この紙を細かく裁断して捨ててください。",
        "事業所の外の人に渡さないでください。",
    ];
    let items = items.map(str::to_owned).into();
    paper.blocks.push(Block::List {
        numbered: false,
        items,
    });
    paper
}

/// Under which path the template finds a picture of the sheet.
pub(crate) fn picture_path(at: usize) -> String {
    format!("/picture-{at}.png")
}

pub(crate) fn manual<'a>(it: &ManualSheet) -> Paper<'a> {
    let mut paper = Paper::new(&it.title, None, &it.imprint);
    paper.foot = vec![format!("{}　{}", it.title, it.imprint.document_no)];
    paper.facts(&it.facts);
    let mut pictures = 0;
    for block in &it.blocks {
        match block {
            ManualBlock::Heading { level: 2, text } => paper.heading(text),
            ManualBlock::Heading { text, .. } => {
                let text = text.clone();
                paper.blocks.push(Block::Subheading { text });
            }
            ManualBlock::Text(text) => paper.text(text),
            ManualBlock::List { numbered, items } => paper.blocks.push(Block::List {
                numbered: *numbered,
                items: items.clone(),
            }),
            ManualBlock::Table(table) => paper.table(table),
            ManualBlock::Picture { words, .. } => {
                paper.blocks.push(Block::Picture {
                    path: picture_path(pictures),
                    words: words.clone(),
                });
                pictures += 1;
            }
        }
    }
    paper
}

pub(crate) fn letter<'a>(it: &LetterSheet) -> Paper<'a> {
    let mut paper = Paper::new(&it.title, it.mark.as_deref(), &it.imprint);
    paper.letterhead = it.letterhead.as_ref().map(|head| Head {
        number: head.number.clone(),
        addressee: head.addressee.clone(),
        sender: head.sender.clone(),
    });
    if !it.opening.is_empty() {
        paper.text(&it.opening);
    }
    if let Some(sum) = &it.sum {
        paper.blocks.push(Block::Sum {
            label: sum.term.clone(),
            text: sum.value.clone(),
        });
    }
    for part in &it.parts {
        if part.on_new_page {
            paper.blocks.push(Block::Page);
        }
        paper.heading(&part.title);
        part.pieces.iter().for_each(|piece| paper.piece(piece));
    }
    paper
}

/// Under which path the template finds the QR code of the sheet.
pub(crate) const QR_PATH: &str = "/code.svg";

pub(crate) fn request<'a>(it: &RequestSheet) -> Paper<'a> {
    let mut paper = Paper::new("主治医意見書作成依頼書", None, &it.imprint);
    paper.letterhead = Some(Head {
        number: vec![
            format!("依頼番号 {}", it.request_no),
            it.requested_on.clone(),
        ],
        addressee: it.addressee.clone(),
        sender: it.sender.clone(),
    });
    paper
        .text("介護保険の要介護認定の申請がありました。次の方の主治医意見書の作成をお願いします。");
    let mut facts = it.person.clone();
    facts.push(Fact::new("提出期限", &it.due));
    paper.facts(&facts);
    paper.heading("お送りいただくもの");
    paper.blocks.push(Block::List {
        numbered: true,
        items: it.send_back.clone(),
    });
    paper.heading("照会コード");
    paper.text("意見書と一緒に、この紙の写しをお送りください。コードは依頼を見分けるためのもので、個人の情報は入っていません。");
    paper.blocks.push(Block::Code {
        path: QR_PATH.to_owned(),
        words: format!("照会コード {} のQRコード", it.reference),
        label: "照会コード".to_owned(),
        text: it.reference.to_string(),
    });
    paper.heading("お問い合わせ先");
    paper.facts(&it.contact);
    paper
}

pub(crate) fn fees<'a>(it: &FeeSheet) -> Paper<'a> {
    let title = "主治医意見書作成料の月次明細";
    let mut paper = Paper::new(title, None, &it.imprint);
    paper.running = format!(
        "{title}　{}　{}（{}）",
        it.month, it.institution, it.institution_no
    );
    let count = match it.unknown() {
        0 => format!("{}件", it.lines.len()),
        unknown => format!(
            "{}件（うち金額の決まらないもの{unknown}件。合計に入りません）",
            it.lines.len()
        ),
    };
    paper.facts(&[
        Fact::new(
            "医療機関",
            format!("{}\n（番号 {}）", it.institution, it.institution_no),
        ),
        Fact::new("月", &it.month),
        Fact::new("件数", count),
    ]);
    paper.blocks.push(Block::Sum {
        label: "作成料の合計（税抜）".to_owned(),
        text: it.sum().to_string(),
    });
    paper.heading("種類ごとの合計");
    let columns = |columns: &[(&str, u8)]| {
        let columns = columns.iter();
        columns.map(|it| (it.0.to_owned(), it.1)).collect()
    };
    let totals = it.totals().into_iter().map(|total| {
        vec![
            total.kind.to_owned(),
            format!("{}件", total.count),
            total.sum.to_string(),
        ]
    });
    paper.table(&Table {
        columns: columns(&[("種類", 6), ("件数", 2), ("金額（税抜）", 4)]),
        rows: totals.collect(),
    });
    paper.heading("明細");
    let lines = it.lines.iter().map(|line| {
        vec![
            line.received_on.clone(),
            line.insurer.clone(),
            line.insured_no.clone(),
            line.kind.clone(),
            line.amount
                .map_or_else(|| "未定".to_owned(), |it| it.to_string()),
        ]
    });
    paper.table(&Table {
        columns: columns(&[
            ("受領日", 4),
            ("保険者", 5),
            ("被保険者番号", 4),
            ("種類", 4),
            ("金額（税抜）", 3),
        ]),
        rows: lines.collect(),
    });
    paper
}
