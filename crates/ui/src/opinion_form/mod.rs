//! The form of the 主治医意見書 on a screen (D03): one section of an edition with what was typed, in the order and the words of the paper (W-7).
//!
//! The form is data, so its page is made from the edition; nothing here knows an item by heart but those that stand in rows on paper.

mod day;
mod field;

pub use day::OpinionDay;
pub use field::{OpinionControl, OpinionField, OpinionOption};

use kiban_domain::opinion::{Edition, FormItem, ItemId, OpinionForm};

/// How grave a note beside a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteLevel {
    /// 誤り: nothing is sent with it.
    Error,
    /// 注意: to be looked at.
    Caution,
    /// Not filled in yet.
    Missing,
}

impl NoteLevel {
    /// The value of `data-level` that style sheet and script know.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Caution => "caution",
            Self::Missing => "missing",
        }
    }

    /// The word in front of the note.
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "誤り",
            Self::Caution => "注意",
            Self::Missing => "未記入",
        }
    }
}

/// What is to be told about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionNote {
    /// The item.
    pub item: ItemId,
    /// How grave it is.
    pub level: NoteLevel,
    /// What to do, without a full stop.
    pub text: String,
}

/// Fields that stand together on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionBlock {
    /// The words of the group; empty: its one field has its own.
    pub legend: String,
    /// `row` for fields beside each other, `tree` for a field with what depends on it, nothing otherwise.
    pub kind: &'static str,
    /// The fields.
    pub fields: Vec<OpinionField>,
}

/// What stands under one heading of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionGroup {
    /// The heading; empty at the beginning of a section that has none.
    pub heading: String,
    /// Its blocks, in the order of paper.
    pub blocks: Vec<OpinionBlock>,
}

/// The items that the page of a section holds. The kind of the opinion (種別), which stands in no section on paper but decides the fee, is asked with the first.
pub fn items_of_section(edition: &Edition, section: usize) -> Vec<ItemId> {
    let items = edition.items().iter().filter(|it| it.section == section);
    let mut items: Vec<ItemId> = items.map(|it| it.id).collect();
    if section == 1 && edition.item(ItemId::Setting).is_some() {
        items.push(ItemId::Setting);
    }
    items
}

/// The page's section of an item; what is on no page belongs to the first.
pub fn section_of_item(edition: &Edition, item: ItemId) -> usize {
    edition.item(item).map_or(1, |it| it.section.max(1))
}

/// A section's groups with what was typed and what is to be told about it.
pub fn opinion_groups(
    edition: &Edition,
    section: usize,
    form: &OpinionForm,
    notes: &[OpinionNote],
) -> Vec<OpinionGroup> {
    let mut groups: Vec<OpinionGroup> = Vec::new();
    let items = items_of_section(edition, section);
    let items = items.into_iter().filter_map(|it| edition.item(it));
    let mut key = String::new();
    for item in items {
        let heading = match item.id {
            ItemId::Setting => Some("作成料の区分（様式にない項目）".to_owned()),
            _ => item.heading.clone(),
        };
        if heading.is_some() || groups.is_empty() {
            groups.push(OpinionGroup {
                heading: heading.unwrap_or_default(),
                blocks: Vec::new(),
            });
            key.clear();
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        let place = Place::of(edition, item);
        let field = OpinionField::of(item, &group.heading, place.depth, form, notes);
        match group.blocks.last_mut() {
            Some(block) if place.key == key => block.fields.push(field),
            _ => group.blocks.push(OpinionBlock {
                legend: place.legend,
                kind: place.kind,
                fields: vec![field],
            }),
        }
        key = place.key;
    }
    for block in groups.iter_mut().flat_map(|it| &mut it.blocks) {
        if block.kind == "tree" && block.fields.len() == 1 {
            block.kind = "";
        }
    }
    groups
}

/// Where a field stands.
struct Place {
    /// What fields of one block share.
    key: String,
    kind: &'static str,
    legend: String,
    depth: u8,
}

impl Place {
    fn of(edition: &Edition, item: &FormItem) -> Self {
        let code = item.id.code();
        // `diagnosis[1].name`, `medicine[3].dose`: rows of the paper.
        if let Some((row, _)) = code.split_once("].") {
            let (kind, number) = row.split_once('[').unwrap_or((row, ""));
            let legend = match kind {
                "medicine" => format!("薬剤{number}"),
                _ => format!("診断名{number}"),
            };
            return Self {
                key: row.to_owned(),
                kind: "row",
                legend,
                depth: 0,
            };
        }
        let (mut root, mut depth) = (item, 0);
        while let Some(above) = root.with.as_ref().and_then(|it| edition.item(it.item)) {
            root = above;
            depth += 1;
        }
        Self {
            key: root.id.code().to_owned(),
            kind: "tree",
            legend: String::new(),
            depth,
        }
    }
}
