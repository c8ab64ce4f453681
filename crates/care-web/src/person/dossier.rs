//! One reading of a person, ready for a page.

use axum::{extract::FromRequestParts, response::Response};
use http::request::Parts;
use kiban_access::{Part, PersonKey, Refusal, Withheld as Reason};
use kiban_domain::{Date, FiscalYear, Sex};
use kiban_exchange::municipal::record::Record;
use kiban_services::persons::{self, Changes, PersonView, Question, ReadError, Since};
use kiban_store::repo::facts::FactRow;
use kiban_ui::{
    Chip, ChipColor, DateText, MessageKind, PersonHead, Section, Withheld, WithheldReason,
};
use serde::de::DeserializeOwned;

use super::members::Members;
use crate::{CareState, answer::Message, persons::listed, visit::SignedIn, words};

/// A request about one person, by somebody who is signed in.
pub(crate) struct About {
    pub(crate) signed_in: SignedIn,
    pub(super) key: PersonKey,
}

impl About {
    /// The person whom a path names; `None` for numbers that are none.
    pub(super) fn of(signed_in: &SignedIn, path: &(String, String)) -> Option<Self> {
        Some(Self {
            signed_in: signed_in.clone(),
            key: PersonKey {
                insurer_no: path.0.parse().ok()?,
                insured_no: path.1.parse().ok()?,
            },
        })
    }
}

impl FromRequestParts<CareState> for About {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &CareState) -> Result<Self, Response> {
        let signed_in =
            <SignedIn as FromRequestParts<CareState>>::from_request_parts(parts, state).await?;
        let path = axum::extract::Path::<(String, String)>::from_request_parts(parts, state).await;
        path.ok()
            .and_then(|path| Self::of(&signed_in, &path.0))
            .ok_or_else(|| signed_in.refused(kiban_access::Refusal::NotFound))
    }
}

/// What one reading showed.
pub(super) struct Dossier {
    pub(super) key: PersonKey,
    pub(super) view: PersonView,
    pub(super) members: Members,
    pub(super) insurer_name: String,
    /// The day on which it is true.
    pub(super) on: Date,
    pub(super) today: Date,
}

impl About {
    /// Reads the person; the look is recorded with `purpose`, be it shown or refused.
    pub(super) async fn read(
        &self,
        on: Option<Date>,
        purpose: &'static str,
    ) -> Result<Dossier, Response> {
        let signed_in = &self.signed_in;
        let platform = signed_in.platform();
        let question = Question {
            on,
            purpose: Some(purpose.into()),
            ..Question::default()
        };
        let view = persons::read(platform, &signed_in.context, &self.key, &question)
            .await
            .map_err(|error| self.refused(error))?;
        self.dossier(view).await
    }

    /// Reads the person with all standing versions of the records that may be shown, as one look.
    pub(super) async fn read_with_versions(
        &self,
        on: Option<Date>,
        purpose: &'static str,
    ) -> Result<(Dossier, Vec<FactRow>), Response> {
        let signed_in = &self.signed_in;
        let question = Question {
            on,
            purpose: Some(purpose.into()),
            ..Question::default()
        };
        let (platform, context) = (signed_in.platform(), &signed_in.context);
        let history = persons::read_with_versions(platform, context, &self.key, &question)
            .await
            .map_err(|error| self.refused(error))?;
        Ok((self.dossier(history.view).await?, history.versions))
    }

    /// Reads the person with what changed, as one look.
    pub(super) async fn read_with_changes(
        &self,
        since: Since,
        purpose: &'static str,
    ) -> Result<(Dossier, Option<Changes>), Response> {
        let signed_in = &self.signed_in;
        let question = Question {
            purpose: Some(purpose.into()),
            ..Question::default()
        };
        let (platform, context) = (signed_in.platform(), &signed_in.context);
        let read = persons::read_with_changes(platform, context, &self.key, &question, since)
            .await
            .map_err(|error| self.refused(error))?;
        Ok((self.dossier(read.view).await?, read.changes))
    }

    /// Who it is about, for the top of a page that may be used while the insurer does not share.
    pub(super) async fn head(&self, purpose: &'static str) -> Result<PersonHead, Response> {
        let signed_in = &self.signed_in;
        let question = Question {
            purpose: Some(purpose.into()),
            ..Question::default()
        };
        let view = persons::read(
            signed_in.platform(),
            &signed_in.context,
            &self.key,
            &question,
        )
        .await;
        match view {
            Ok(view) => Ok(self.dossier(view).await?.head()),
            Err(ReadError::Refused(Refusal::InsurerNotSharing)) => self.nameless().await,
            Err(error) => Err(self.refused(error)),
        }
    }

    /// The number alone.
    pub(super) async fn nameless(&self) -> Result<PersonHead, Response> {
        let insurer_name = words::insurer_name(self.signed_in.platform(), &self.key.insurer_no)
            .await
            .map_err(|error| self.signed_in.storage(&error))?;
        let hidden = || DateText::new("", "表示できません", "");
        Ok(PersonHead {
            insurer_no: self.key.insurer_no.as_str().to_owned(),
            insured_no: self.key.insured_no.as_str().to_owned(),
            masked_no: words::masked(self.key.insured_no.as_str()),
            name: "氏名は表示できません".to_owned(),
            kana: String::new(),
            birth: hidden(),
            age: String::new(),
            sex: "表示できません".to_owned(),
            insurer_name,
            care_level: Chip::new("表示できません", ChipColor::Gray),
        })
    }

    pub(super) fn refused(&self, error: ReadError) -> Response {
        match error {
            ReadError::Refused(refusal @ Refusal::InsurerNotSharing) => {
                let consents = format!("{}/consents", listed::path(&self.key));
                let message = Message::new(MessageKind::Forbidden, refusal.message());
                self.signed_in
                    .say(message.next(&consents, "同意の撤回を登録する"))
            }
            ReadError::Refused(refusal) => self.signed_in.refused(refusal),
            ReadError::Storage(error) => self.signed_in.storage(&error),
        }
    }

    pub(super) async fn dossier(&self, view: PersonView) -> Result<Dossier, Response> {
        let signed_in = &self.signed_in;
        let platform = signed_in.platform();
        let members = Members::of(&view.members.to_json()).map_err(|error| {
            // The message of the parser can quote a value; its place is enough to find the record.
            let request_id = signed_in.visit.request_id.as_str();
            tracing::error!(
                line = error.line(),
                column = error.column(),
                request_id,
                "a person's record has another shape"
            );
            signed_in.say(Message::new(MessageKind::Failure, ""))
        })?;
        let insurer_name = words::insurer_name(platform, &self.key.insurer_no)
            .await
            .map_err(|error| signed_in.storage(&error))?;
        Ok(Dossier {
            key: self.key.clone(),
            on: view.on,
            today: platform.today(),
            view,
            members,
            insurer_name,
        })
    }
}

/// The versions of one set, with the rows they came in; what does not parse is left out, as in the reading itself.
pub(super) fn of_set<T: Record + DeserializeOwned>(
    rows: &[FactRow],
) -> impl Iterator<Item = (&FactRow, T)> {
    rows.iter()
        .filter(|row| row.dataset == T::SET.number())
        .filter_map(|row| Some((row, serde_json::from_str(&row.body).ok()?)))
}

impl Dossier {
    /// Who it is about, for the top of the page.
    pub(super) fn head(&self) -> PersonHead {
        let insured = self.members.insured.as_ref().map(|it| &it.record);
        let birth = insured.and_then(|it| it.birth_date.parse::<Date>().ok());
        let unknown = || DateText::new("", "表示できません", "");
        PersonHead {
            insurer_no: self.key.insurer_no.as_str().to_owned(),
            insured_no: self.key.insured_no.as_str().to_owned(),
            masked_no: words::masked(self.key.insured_no.as_str()),
            name: insured.map_or_else(|| "氏名は表示できません".to_owned(), |it| it.name.clone()),
            kana: insured.map_or_else(String::new, |it| it.name_kana.clone()),
            birth: birth.map_or_else(unknown, words::date),
            age: birth.map_or_else(String::new, |birth| words::age(birth, self.on)),
            sex: insured.map_or_else(String::new, |it| sex(&it.sex)),
            insurer_name: self.insurer_name.clone(),
            care_level: self.care_level(),
        }
    }

    /// The care level of the day, by the card and else by the certification.
    fn care_level(&self) -> Chip {
        let card = self.members.insured_card.as_ref().map(|it| &it.record);
        let certification = self.members.certification.as_ref().map(|it| &it.record);
        let (level, until) = match (card, certification) {
            (Some(card), _) if card.care_level.is_some() => {
                (card.care_level.as_deref(), card.valid_to.as_ref())
            }
            (_, Some(it)) => (Some(it.care_level.as_str()), it.valid_to.as_ref()),
            (Some(_), None) => (None, None),
            (None, None) => return Chip::new("情報なし", ChipColor::Gray),
        };
        let until = until.and_then(|text| text.parse::<Date>().ok());
        let mut chip = words::care_level_chip(level.unwrap_or_default());
        if until.is_some_and(|until| until < self.on) {
            chip.label.push_str("（期限切れ）");
            chip.color = ChipColor::Gray;
        }
        chip
    }

    /// A part of the page: what the reading holds, that it is absent, or why it is kept back.
    pub(super) fn section<T>(&self, part: Part, value: Option<T>, absent: &str) -> Section<T> {
        let withheld = self
            .view
            .permit
            .withheld()
            .iter()
            .find(|it| it.part == part);
        match (value, withheld) {
            (_, Some(it)) => Section::Withheld(self.withheld(it.reason)),
            (Some(value), None) => Section::Shown(value),
            (None, None) => Section::Absent(absent.to_owned()),
        }
    }

    /// Why a part is kept back, with the way to the ledger where a consent would open it.
    fn withheld(&self, why: Reason) -> Withheld {
        let mut withheld = Withheld::new(reason(why));
        if why == Reason::ConsentMissing {
            let href = format!("{}/consents", self.head().path());
            withheld.link = Some(kiban_ui::Link::new(href, "同意の記録を開く"));
        }
        withheld
    }

    /// Whether the caller may see a part.
    pub(super) fn may_see(&self, part: Part) -> bool {
        self.view.permit.shown().contains(part)
    }

    /// The fiscal year of the day.
    pub(super) fn fiscal_year(&self) -> FiscalYear {
        FiscalYear::of(self.on)
    }
}

/// The words of a sex's code.
pub(super) fn sex(code: &str) -> String {
    code.parse::<Sex>()
        .map_or_else(|_| String::new(), |sex| sex.label().to_owned())
}

/// Why something is kept back, as pages say it.
pub(super) fn reason(reason: Reason) -> WithheldReason {
    match reason {
        Reason::ConsentMissing => WithheldReason::NoConsent,
        Reason::PhysicianConsentMissing => WithheldReason::NoPhysicianConsent,
        Reason::NotForThisRole => WithheldReason::NotForThisService,
        Reason::OnlyWriterOrAddressee => WithheldReason::OnlyWriterOrAddressee,
    }
}
