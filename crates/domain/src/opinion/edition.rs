use super::{ItemId, Kind, Level, Opinion, TEXT_MOST, Tenths, Value};
use crate::Date;
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Names an edition of the form: the four digits of the year in which it began.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditionCode(u16);

impl EditionCode {
    /// A code where no edition matters.
    pub(super) const ANY: Self = Self(0);
}

impl FromStr for EditionCode {
    type Err = InvalidEditionCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 4 && text.bytes().all(|it| it.is_ascii_digit());
        let code = text.parse().ok().filter(|_| digits);
        code.map(Self).ok_or(InvalidEditionCode)
    }
}

impl fmt::Display for EditionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl fmt::Debug for EditionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EditionCode({self})")
    }
}

/// The text is not four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an edition is named by four digits")]
pub struct InvalidEditionCode;

/// How sure a statement of a form's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Its source says so.
    Verified,
    /// Nothing says otherwise.
    Inferred,
}

impl Evidence {
    /// The word in the forms' files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Inferred => "inferred",
        }
    }
}

impl FromStr for Evidence {
    type Err = crate::UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "verified" => Ok(Self::Verified),
            "inferred" => Ok(Self::Inferred),
            _ => Err(crate::UnknownCode),
        }
    }
}

/// The days of entry on which a new opinion is written on an edition, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForNew {
    /// The first of them.
    pub first: Date,
    /// The last of them; nothing while no end is known.
    pub last: Option<Date>,
    /// How sure they are.
    pub evidence: Evidence,
}

/// A part of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name in addresses, ASCII.
    pub code: String,
    /// Its title on paper.
    pub title: String,
}

/// A choice as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its code, the same in every edition.
    pub code: u8,
    /// Its words on paper.
    pub label: String,
}

/// An item that counts only with something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependence {
    /// What it depends on: a list or a box.
    pub item: ItemId,
    /// The choices with one of which it counts; none for a box.
    pub choices: Vec<u8>,
    /// What it is when it counts and is unset; nothing: it may be unset.
    pub empty: Option<Level>,
}

/// An item as it stands on the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormItem {
    /// Its name.
    pub id: ItemId,
    /// The section in which it stands, by its place in the edition's list.
    pub section: usize,
    /// The heading on paper above it, if one begins here.
    pub heading: Option<String>,
    /// The words on paper.
    pub label: String,
    /// How messages call it where the words on paper are not clear alone.
    pub name: Option<String>,
    /// The kind of value.
    pub kind: Kind,
    /// The choices in printed order.
    pub choices: Vec<Offered>,
    /// How many characters its box holds, full width counted as one. No legal limit: what is longer goes on elsewhere.
    pub length: Option<usize>,
    /// How many lines its box holds.
    pub lines: Option<usize>,
    /// Whether an opinion without it cannot be sent.
    pub required: bool,
    /// What it depends on.
    pub with: Option<Dependence>,
    /// The choice that excludes all others.
    pub exclusive: Option<u8>,
    /// The items that this box excludes.
    pub excludes: Vec<ItemId>,
    /// Numbers outside are cautioned about.
    pub range: Option<(Tenths, Tenths)>,
    /// Its column in the 医見書 CSV, from 4 to 121.
    pub column: Option<u16>,
}

impl FormItem {
    /// How messages call it.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.label)
    }

    /// The words of a choice; nothing when this edition does not offer it.
    pub fn choice(&self, code: u8) -> Option<&str> {
        let found = self.choices.iter().find(|it| it.code == code);
        found.map(|it| &*it.label)
    }
}

/// Everything that an edition is made of.
#[derive(Clone, Debug)]
pub struct EditionParts {
    /// Its name.
    pub code: EditionCode,
    /// Its title.
    pub title: String,
    /// Where its items come from.
    pub source: String,
    /// How sure its items are.
    pub evidence: Evidence,
    /// When new opinions are written on it.
    pub for_new: ForNew,
    /// Its sections, as on paper; the first is for what is not printed.
    pub sections: Vec<Section>,
    /// Its items, as on paper.
    pub items: Vec<FormItem>,
}

/// What is wrong with the file of an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditionFault {
    /// Where, such as `items.sex.choices`, or a line.
    pub place: String,
    /// What, in Japanese, without a full stop.
    pub wrong: &'static str,
}

/// An edition of the form.
#[derive(Clone, Debug)]
pub struct Edition {
    parts: EditionParts,
    /// Where each item stands in the list, by its place in [`ItemId::ALL`].
    places: Vec<Option<usize>>,
}

impl Edition {
    /// Makes an edition.
    ///
    /// # Errors
    ///
    /// Everything that contradicts itself or the types of the document, with its place.
    pub fn new(parts: EditionParts) -> Result<Self, Vec<EditionFault>> {
        let mut places = vec![None; ItemId::ALL.len()];
        let mut faults = Vec::new();
        for (at, item) in parts.items.iter().enumerate() {
            if places[item.id as usize].replace(at).is_some() {
                faults.push(fault(item.id, "", "同じ項目が二つあります"));
            }
        }
        let edition = Self { parts, places };
        edition.check(&mut faults);
        if faults.is_empty() {
            Ok(edition)
        } else {
            Err(faults)
        }
    }

    fn check(&self, faults: &mut Vec<EditionFault>) {
        let mut columns = BTreeSet::new();
        if let Some(last) = self.parts.for_new.last
            && last < self.parts.for_new.first
        {
            faults.push(EditionFault {
                place: "new.last".into(),
                wrong: "最初の日より前の日付です",
            });
        }
        for item in self.items() {
            let mut wrong = |part: &str, wrong| faults.push(fault(item.id, part, wrong));
            if item.label.trim().is_empty() {
                wrong("label", "文言がありません");
            }
            if item.section >= self.parts.sections.len() {
                wrong("section", "ない区分です");
            }
            let own = match item.kind {
                Kind::Lines => Kind::Text,
                other => other,
            };
            if own != item.id.kind() {
                wrong("kind", "この項目の型ではありません");
            }
            let mut codes = BTreeSet::new();
            let known = item.choices.iter().all(|it| item.id.has_choice(it.code));
            if !known || !item.choices.iter().all(|it| codes.insert(it.code)) {
                wrong("choices", "知られていないか、重複した番号があります");
            }
            if item.kind.has_choices() == item.choices.is_empty() {
                wrong("choices", "選択肢の有無が型と合いません");
            }
            let is_text = matches!(item.kind, Kind::Text | Kind::Lines);
            let sized = item.length.is_some() || item.lines.is_some();
            if sized && !is_text || item.length.is_some_and(|it| it == 0 || it > TEXT_MOST) {
                wrong("length", "文字の項目にだけ、1から4000までで書けます");
            }
            let exclusive = item.exclusive.is_none_or(|it| codes.contains(&it));
            if !exclusive
                || item.exclusive.is_some() && !matches!(item.kind, Kind::Many | Kind::Emphasis)
            {
                wrong(
                    "exclusive",
                    "複数選択の項目の、その選択肢だけを指定できます",
                );
            }
            let boxed = item.excludes.is_empty() || item.kind == Kind::Check;
            if !boxed || item.excludes.iter().any(|it| self.item(*it).is_none()) {
                wrong(
                    "excludes",
                    "チェックの項目に、この様式の項目だけを指定できます",
                );
            }
            if item
                .range
                .is_some_and(|it| it.0 > it.1 || item.kind != Kind::Decimal)
            {
                wrong("range", "数値の項目に、小さい順で書いてください");
            }
            if item
                .column
                .is_some_and(|it| !(4..=121).contains(&it) || !columns.insert(it))
            {
                wrong("column", "4から121までの、重複しない列にしてください");
            }
            if let Some(with) = &item.with
                && !self.can_depend(item, with)
            {
                wrong("with", "前にある項目と、その選択肢を指定してください");
            }
        }
    }

    fn can_depend(&self, item: &FormItem, with: &Dependence) -> bool {
        let place = |id: ItemId| self.places[id as usize];
        let Some(on) = self.item(with.item) else {
            return false;
        };
        let before = place(on.id) < place(item.id);
        let choices = with.choices.iter().all(|it| on.choice(*it).is_some());
        let shaped = if on.kind == Kind::Check {
            with.choices.is_empty()
        } else {
            on.kind.has_choices() && !with.choices.is_empty()
        };
        before && choices && shaped
    }

    /// Its name.
    pub fn code(&self) -> EditionCode {
        self.parts.code
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.parts.title
    }

    /// Where its items come from.
    pub fn source(&self) -> &str {
        &self.parts.source
    }

    /// How sure its items are.
    pub fn evidence(&self) -> Evidence {
        self.parts.evidence
    }

    /// When new opinions are written on it.
    pub fn for_new(&self) -> ForNew {
        self.parts.for_new
    }

    /// Whether an opinion entered on this day is written on it.
    pub fn is_for_new(&self, day: Date) -> bool {
        let days = self.for_new();
        days.first <= day && days.last.is_none_or(|last| day <= last)
    }

    /// Its sections, as on paper.
    pub fn sections(&self) -> &[Section] {
        &self.parts.sections
    }

    /// Its items, as on paper.
    pub fn items(&self) -> &[FormItem] {
        &self.parts.items
    }

    /// An item; nothing when the form has it not.
    pub fn item(&self, id: ItemId) -> Option<&FormItem> {
        self.places[id as usize].map(|at| &self.parts.items[at])
    }

    /// Where an item stands on paper; what the form has not stands last.
    pub fn place(&self, id: ItemId) -> usize {
        self.places[id as usize].unwrap_or(usize::MAX)
    }

    /// How messages call an item; its bare name when the form has it not.
    pub fn name(&self, id: ItemId) -> &str {
        self.item(id).map_or(id.code(), FormItem::name)
    }

    /// Whether what an item depends on is given, so that it counts.
    pub fn counts(&self, item: &FormItem, opinion: &Opinion) -> bool {
        let Some(with) = &item.with else { return true };
        match opinion.get(with.item) {
            None => false,
            Some(Value::Check) => true,
            Some(value) => value.codes().iter().any(|it| with.choices.contains(it)),
        }
    }

    /// What the edition is made of, for one that has the same items.
    pub fn parts(&self) -> &EditionParts {
        &self.parts
    }
}

fn fault(id: ItemId, part: &str, wrong: &'static str) -> EditionFault {
    let dot = if part.is_empty() { "" } else { "." };
    EditionFault {
        place: format!("items.{id}{dot}{part}"),
        wrong,
    }
}
