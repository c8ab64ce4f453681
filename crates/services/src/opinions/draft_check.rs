//! What a draft says, and everything to tell about it (W-7).

use super::{DraftContent, Mismatch, documents::complete};
use kiban_domain::{
    Date,
    opinion::{Edition, Facts, Finding, FormFault, ItemId, Opinion, for_draft, for_sending},
};
use kiban_exchange::opinion::editions;
use kiban_store::{Error, repo::opinions::CaseRow};

/// A draft as it was read for its request. `Debug` shows no content.
#[derive(Debug)]
pub struct DraftCheck {
    /// The edition of its form.
    pub edition: &'static Edition,
    /// What could be read, completed from the request.
    pub opinion: Opinion,
    /// The fields that could not, in the order of paper.
    pub faults: Vec<FormFault>,
    /// What belongs to another request.
    pub mismatches: Vec<Mismatch>,
    facts: Facts,
}

impl DraftCheck {
    pub(super) fn of(
        content: &DraftContent,
        row: &CaseRow,
        today: Date,
        earlier: u32,
    ) -> Result<Self, Error> {
        let edition = editions().find(content.edition);
        let edition = edition.ok_or_else(|| Error::Corrupt {
            place: "opinion_draft.content".into(),
            reason: "edition".into(),
        })?;
        let reading = content.form.read(edition);
        let mut opinion = reading.opinion;
        let mismatches = complete(&mut opinion, row);
        Ok(Self {
            edition,
            opinion,
            faults: reading.faults,
            mismatches,
            facts: super::documents::facts(row, today, earlier),
        })
    }

    /// What is to be told while it is written: what is missing is a caution.
    pub fn while_writing(&self) -> Vec<Finding> {
        self.legible(for_draft(&self.opinion, self.edition, &self.facts))
    }

    /// What is to be told before it is sent.
    pub fn before_sending(&self) -> Vec<Finding> {
        self.legible(for_sending(&self.opinion, self.edition, &self.facts))
    }

    /// Whether nothing keeps it from being sent.
    pub fn may_be_sent(&self) -> bool {
        let findings = self.before_sending();
        self.faults.is_empty()
            && self.mismatches.is_empty()
            && !super::documents::has_error(&findings)
    }

    /// Leaves out what is missing only because it could not be read: that is told already.
    fn legible(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let unread = |item: ItemId| self.faults.iter().any(|it| it.item == item);
        findings.retain(|it| !(it.rule.code() == "missing" && unread(it.item)));
        findings
    }
}
