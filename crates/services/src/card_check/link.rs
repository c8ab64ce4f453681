//! A card is linked to the person whose five items have just agreed.

use super::{SignIn, result::usable};
use crate::{CallContext, Platform, card_check::ConfirmError, identity::AgreedCheck};
use kiban_access::PersonKey;
use kiban_audit::Action;
use kiban_card::ChallengeId;
use kiban_store::{
    Error, Work,
    repo::{
        card_challenges,
        card_links::{self, CardLinkRow},
        identity::{self, RegisteredPerson},
    },
};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// The card stands for the person from now on.
    Now,
    /// It did so already.
    Already,
    /// It stood for the same person in another municipality; that link has ended.
    Moved,
}

/// Why the card was not linked. The check of the five items stands all the same.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no result to use, or the card was not proved by its PIN.
    #[error("no card to link")]
    NoCard,
    /// The card stands for somebody else. An operator has to look.
    #[error("the card stands for somebody else")]
    StandsForAnother,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Links the card of a done challenge to the person of a check that agreed, and uses the challenge's result.
///
/// The case and the sign-in must be the challenge's. Only a card that was shown with its PIN is linked: by sight the
/// certificate is read, not proved.
///
/// # Errors
///
/// See [`LinkError`].
pub async fn link(
    platform: &Platform,
    context: &CallContext,
    sign_in: &SignIn,
    id: ChallengeId,
    case: &str,
    agreed: &AgreedCheck,
) -> Result<Linked, LinkError> {
    let job = Job {
        platform: platform.clone(),
        context: context.clone(),
        sign_in: sign_in.clone(),
        id,
        case: case.to_owned(),
        person: agreed.person.clone(),
        check: agreed.id.id,
    };
    let outcome = platform
        .store
        .write(move |work| Box::pin(async move { job.run(work).await }))
        .await;
    if let Err(LinkError::StandsForAnother) = &outcome {
        let person = &agreed.person;
        let entry = context
            .event(platform, person.insurer_no.as_str(), Action::CardLinked)
            .about(person.insured_no.as_str())
            .ground(format!("card_challenge:{id}"))
            .refused("stands_for_another");
        platform.audit.append(entry.to_entry()).await?;
        tracing::warn!(challenge = %id, "a card stands for another person already; an operator should look");
    }
    outcome
}

struct Job {
    platform: Platform,
    context: CallContext,
    sign_in: SignIn,
    id: ChallengeId,
    case: String,
    person: PersonKey,
    check: uuid::Uuid,
}

impl Job {
    async fn run(&self, work: &mut Work) -> Result<Linked, LinkError> {
        let row = usable(work, &self.platform, &self.sign_in, self.id, &self.case).await;
        let row = row.map_err(|error| match error {
            ConfirmError::Storage(error) => LinkError::Storage(error),
            ConfirmError::NotFound
            | ConfirmError::NoResult
            | ConfirmError::Spent
            | ConfirmError::PersonGone
            | ConfirmError::Refused(_) => LinkError::NoCard,
        })?;
        let card = row.card.filter(|_| row.method == 1);
        let card = card.ok_or(LinkError::NoCard)?;
        let links = card_links::list_of_card(work, &card).await?;
        let living: Vec<_> = links.iter().filter(|it| it.ended_at.is_none()).collect();
        let now = self.platform.now();
        card_challenges::use_result(work, row.challenge_id, now).await?;
        let outcome = match living.as_slice() {
            [] => Linked::Now,
            [link] if link.person == self.person => return Ok(Linked::Already),
            [link] if self.has_moved(work, link).await? => {
                card_links::end(work, &link.person, link.link_id, now, "moved").await?;
                self.record(work, Action::CardUnlinked, link).await?;
                Linked::Moved
            }
            _ => return Err(LinkError::StandsForAnother),
        };
        let staff = self.context.actor.staff.clone();
        let link = CardLinkRow {
            link_id: self.platform.id(),
            person: self.person.clone(),
            how: "five_items".to_owned(),
            linked_at: now,
            linked_by: staff.unwrap_or_else(|| "system".to_owned()),
            ended_at: None,
            ended_why: None,
        };
        card_links::add(work, &link, &card).await?;
        self.record(work, Action::CardLinked, &link).await?;
        Ok(outcome)
    }

    /// Whether the link is of the same person with another insurer: kana name, birth date and sex are the same.
    async fn has_moved(&self, work: &mut Work, link: &CardLinkRow) -> Result<bool, Error> {
        if link.person.insurer_no == self.person.insurer_no {
            return Ok(false);
        }
        let before = registered(work, &link.person).await?;
        let now = registered(work, &self.person).await?;
        Ok(match (before, now) {
            (Some(before), Some(now)) => {
                (before.name_kana, before.birth_date, before.sex)
                    == (now.name_kana, now.birth_date, now.sex)
            }
            _ => false,
        })
    }

    async fn record(
        &self,
        work: &mut Work,
        action: Action,
        link: &CardLinkRow,
    ) -> Result<(), Error> {
        let person = &link.person;
        let entry = self
            .context
            .event(&self.platform, person.insurer_no.as_str(), action)
            .about(person.insured_no.as_str())
            .purpose(link.link_id.as_simple().to_string())
            .ground(format!("identity_check:{}", self.check));
        work.record(&entry.to_entry()).await
    }
}

async fn registered(
    work: &mut Work,
    person: &PersonKey,
) -> Result<Option<RegisteredPerson>, Error> {
    let found = identity::find_registered(work, person).await?;
    Ok(found.and_then(|row| row.person))
}
