//! What can be printed: plain values in the words of the paper.

use std::fmt;

use kiban_domain::Timestamp;

use crate::{fees::FeeSheet, opinion::OpinionSheet, request::RequestSheet};

/// A sheet of paper, or several that belong together.
#[derive(Clone)]
pub enum Sheet {
    /// What an office may see of one person.
    Person(PersonSheet),
    /// That a terminal is ready, to be kept beside it.
    Terminal(TerminalSheet),
    /// A one-time code for a terminal.
    Ticket(TicketSheet),
    /// A manual.
    Manual(ManualSheet),
    /// A letter to an office, or the copy of what an office sent.
    Letter(LetterSheet),
    /// A request for an opinion.
    Request(RequestSheet),
    /// The fees of a month.
    Fees(FeeSheet),
    /// 主治医意見書 on its form.
    Opinion(Box<OpinionSheet>),
}

/// Shows which sheet it is and nothing that is written on it.
impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person(_) => "Sheet::Person(…)",
            Self::Terminal(_) => "Sheet::Terminal(…)",
            Self::Ticket(_) => "Sheet::Ticket(…)",
            Self::Manual(_) => "Sheet::Manual(…)",
            Self::Letter(_) => "Sheet::Letter(…)",
            Self::Request(_) => "Sheet::Request(…)",
            Self::Fees(_) => "Sheet::Fees(…)",
            Self::Opinion(_) => "Sheet::Opinion(…)",
        })
    }
}

impl Sheet {
    /// Who put it out.
    pub fn imprint(&self) -> &Imprint {
        match self {
            Self::Person(it) => &it.imprint,
            Self::Terminal(it) => &it.imprint,
            Self::Ticket(it) => &it.imprint,
            Self::Manual(it) => &it.imprint,
            Self::Letter(it) => &it.imprint,
            Self::Request(it) => &it.imprint,
            Self::Fees(it) => &it.imprint,
            Self::Opinion(it) => it.imprint(),
        }
    }
}

/// Who put a sheet out, and when; at the foot of every page.
#[derive(Clone)]
pub struct Imprint {
    /// The instant, which also goes into the file's own data; whole seconds.
    pub at: Timestamp,
    /// The same in words, in both calendars.
    pub printed_at: String,
    /// Name of the office.
    pub office: String,
    /// Name of the member of staff.
    pub printed_by: String,
    /// Number that leads from the paper to the access log; also tells one file from another.
    pub document_no: String,
}

/// 利用者の資格・認定情報: what the permit of one reading shows, as of one day.
#[derive(Clone)]
pub struct PersonSheet {
    /// Who it is about.
    pub person: Vec<Fact>,
    /// The parts in the order of the paper.
    pub parts: Vec<Part>,
    /// Who put it out.
    pub imprint: Imprint,
}

/// One part of what is known of a person.
#[derive(Clone)]
pub struct Part {
    /// Its heading.
    pub title: String,
    /// What may be said.
    pub state: PartState,
}

/// What may be said of a part.
#[derive(Clone)]
pub enum PartState {
    /// It is shown.
    Shown(Vec<Piece>),
    /// There is nothing, in words.
    Absent(String),
    /// There may be something; why it is kept back, in words.
    Withheld(String),
}

/// A piece of a part.
#[derive(Clone)]
pub enum Piece {
    /// Terms and what they are.
    Facts(Vec<Fact>),
    /// Rows under a head that is repeated on each page.
    Table(Table),
    /// A paragraph.
    Text(String),
    /// A paragraph in a frame.
    Framed(String),
    /// Items one below the other, with numbers.
    Numbered(Vec<String>),
}

/// A term and what it is.
#[derive(Clone)]
pub struct Fact {
    /// The term.
    pub term: String,
    /// What it is; a line break stays one.
    pub value: String,
}

impl Fact {
    /// `term` is `value`.
    pub fn new(term: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            value: value.into(),
        }
    }
}

/// A table; every row has as many cells as the head.
#[derive(Clone)]
pub struct Table {
    /// Words and share of the width of each column; shares are relative and above 0.
    pub columns: Vec<(String, u8)>,
    /// The rows. Missing cells are left empty, further ones left out.
    pub rows: Vec<Vec<String>>,
}

/// 「この端末は使えます」: kept beside a terminal (W-2).
#[derive(Clone)]
pub struct TerminalSheet {
    /// Number of the office.
    pub office_no: String,
    /// Name of the terminal.
    pub terminal: String,
    /// Last day of its certificate, in both calendars.
    pub until: String,
    /// Whom to ask.
    pub administrators: Vec<String>,
    /// What to mind, a sentence each.
    pub rules: Vec<String>,
    /// Who put it out.
    pub imprint: Imprint,
}

/// A one-time code for a terminal (W-1).
#[derive(Clone)]
pub struct TicketSheet {
    /// Name of the terminal that is renewed; `None` for a new one.
    pub renewed: Option<String>,
    /// The page where the code is typed.
    pub address: String,
    /// Number of the office, typed with the code.
    pub office_no: String,
    /// The code.
    pub code: String,
    /// When it ends, in words.
    pub until: String,
    /// Who put it out.
    pub imprint: Imprint,
}

/// A letter to an office, such as 交付決定通知書, or 控え, the copy of what an office sent (G-4).
#[derive(Clone)]
pub struct LetterSheet {
    /// Its title.
    pub title: String,
    /// What tells a sheet that has no effect from a real one, such as 「見本」; at the head and at the foot.
    pub mark: Option<String>,
    /// Who writes to whom; nothing on a copy.
    pub letterhead: Option<Letterhead>,
    /// What it says first.
    pub opening: String,
    /// What it is about in one amount: its name and the amount, in a frame.
    pub sum: Option<Fact>,
    /// The rest, in order; a part without a title follows the one before.
    pub parts: Vec<LetterPart>,
    /// Who put it out.
    pub imprint: Imprint,
}

/// The head of a letter.
#[derive(Clone)]
pub struct Letterhead {
    /// Its number and its day, a line each, at the right.
    pub number: Vec<String>,
    /// To whom, a line each; the first is the name.
    pub addressee: Vec<String>,
    /// From whom, a line each, at the right.
    pub sender: Vec<String>,
}

/// A part of a letter.
#[derive(Clone)]
pub struct LetterPart {
    /// Its heading; empty for none.
    pub title: String,
    /// What it says.
    pub pieces: Vec<Piece>,
    /// Whether it begins on a page of its own: 別紙.
    pub on_new_page: bool,
}

/// A manual or another document of the portal (P-1).
#[derive(Clone)]
pub struct ManualSheet {
    /// Its title.
    pub title: String,
    /// Edition, audience and what else stands below the title.
    pub facts: Vec<Fact>,
    /// What it says.
    pub blocks: Vec<ManualBlock>,
    /// Who put it out; its office is the publisher and nobody needs to be named.
    pub imprint: Imprint,
}

/// A piece of a manual.
#[derive(Clone)]
pub enum ManualBlock {
    /// A heading.
    Heading {
        /// 2 or 3.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Text(String),
    /// A list.
    List {
        /// Whether the items are numbered.
        numbered: bool,
        /// The items.
        items: Vec<String>,
    },
    /// A table.
    Table(Table),
    /// A picture.
    Picture {
        /// The file: PNG.
        png: std::borrow::Cow<'static, [u8]>,
        /// What it shows, in words.
        words: String,
    },
}
