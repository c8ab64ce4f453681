use super::{Edition, ItemId, Opinion};

/// An item of a form, in words. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenItem {
    /// The item.
    pub id: ItemId,
    /// How it is called.
    pub name: String,
    /// What was written, as [`Edition::show`] has it.
    pub text: String,
}

/// A section of the form with what is filled in. No `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenSection {
    /// Its title on paper.
    pub title: String,
    /// Its items in the order of the paper.
    pub items: Vec<WrittenItem>,
}

impl ItemId {
    /// Whether the first judgement counts with it. Source: attending-physician-opinion, section 7.
    pub fn is_of_first_judgement(self) -> bool {
        matches!(
            self,
            Self::AdlDementia
                | Self::ShortTermMemory
                | Self::DecisionAbility
                | Self::Communication
                | Self::Meal
        )
    }
}

impl Edition {
    /// What an opinion says, to be read on a screen: the printed sections in their order, with what is filled in. The items of the first judgement stand there even
    /// when they are empty, because a reader looks for them.
    pub fn written(&self, opinion: &Opinion) -> Vec<WrittenSection> {
        // The first section is not printed.
        let sections = self.sections().iter().enumerate().skip(1);
        let of_section = |(at, section): (usize, &super::Section)| {
            let items = self.items().iter().filter(|it| it.section == at);
            let items = items.filter_map(|item| {
                let text = match opinion.get(item.id) {
                    Some(value) => self.show(item.id, &value),
                    None if item.id.is_of_first_judgement() => "記載はありません".to_owned(),
                    None => return None,
                };
                Some(WrittenItem {
                    id: item.id,
                    name: item.name().to_owned(),
                    text,
                })
            });
            WrittenSection {
                title: section.title.clone(),
                items: items.collect(),
            }
        };
        sections.map(of_section).collect()
    }
}
