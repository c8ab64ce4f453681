use super::{Edition, ItemId, Opinion};

/// An item that is filled in, in words.
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
    /// What an opinion says, to be read on a screen: the sections in the order of the paper without those in which nothing is written.
    pub fn written(&self, opinion: &Opinion) -> Vec<WrittenSection> {
        let of_section = |(at, section): (usize, &super::Section)| {
            let items = self.items().iter().filter(|it| it.section == at);
            let items = items.filter_map(|item| {
                Some(WrittenItem {
                    id: item.id,
                    name: item.name().to_owned(),
                    text: self.show(item.id, &opinion.get(item.id)?),
                })
            });
            WrittenSection {
                title: section.title.clone(),
                items: items.collect(),
            }
        };
        let sections = self.sections().iter().enumerate().map(of_section);
        sections.filter(|it| !it.items.is_empty()).collect()
    }
}
