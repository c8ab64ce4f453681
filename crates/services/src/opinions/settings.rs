//! What an institution keeps for writing opinions (D10): doctors, departments (標榜科) and phrases (定型文). All of its members use them; administrators and
//! clerks change them.

use crate::{CallContext, Platform, staff::StaffRole};
use kiban_access::{Refusal, asked_institution};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    OfficeNumber,
    opinion::{ItemId, Kind, TEXT_MOST, Text},
};
use kiban_exchange::opinion::editions;
use kiban_store::{
    Error,
    repo::opinion_settings::{self as rows, Changed},
};
use uuid::Uuid;

pub use kiban_store::repo::opinion_settings::{DepartmentRow, DoctorRow, PhraseRow, SettingKind};

/// The longest name and title, in characters.
pub const NAME_MOST: usize = 40;
/// The most of each kind that an institution keeps.
pub const COUNT_MOST: usize = 200;

/// Everything an institution keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// By name.
    pub doctors: Vec<DoctorRow>,
    /// By name.
    pub departments: Vec<DepartmentRow>,
    /// In the order of the form, then by title.
    pub phrases: Vec<PhraseRow>,
}

impl Settings {
    /// The phrases for an item, by title.
    pub fn phrases_for(&self, item: ItemId) -> impl Iterator<Item = &PhraseRow> {
        self.phrases.iter().filter(move |it| it.item == item)
    }
}

/// One thing to be kept; under an identifier that is known it takes the place of what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewSetting {
    /// A doctor; an empty printed name is the name.
    Doctor(DoctorRow),
    /// A department.
    Department(DepartmentRow),
    /// A phrase.
    Phrase(PhraseRow),
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingFault {
    /// Nothing is typed.
    Missing,
    /// More characters than so many.
    TooLong(usize),
    /// Characters that no item holds.
    Characters,
    /// More than one line, where the item has one.
    Lines,
    /// The item is none that phrases are for.
    Item,
    /// Another one has the name or the title.
    Taken,
}

/// The fields that can be wrong, by the names that pages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingField {
    /// Name, or title.
    Name,
    /// Printed name.
    PrintedName,
    /// 医師番号.
    DoctorNo,
    /// Item.
    Item,
    /// Text.
    Body,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// Not allowed to this caller or role.
    #[error("refused")]
    Refused(#[source] Refusal),
    /// What is wrong, field by field.
    #[error("{} fields", .0.len())]
    Fields(Vec<(SettingField, SettingFault)>),
    /// There are [`COUNT_MOST`] of the kind.
    #[error("too many")]
    TooMany,
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// The items that phrases are for, as the newest form has them: its texts on paper that are no names, numbers or addresses.
pub fn phrase_items() -> Vec<(ItemId, &'static str, Option<usize>)> {
    let Some(edition) = editions().all().last() else {
        return Vec::new();
    };
    let wanted = edition.items().iter().filter(|it| is_for_phrases(it.id));
    wanted.map(|it| (it.id, it.name(), it.length)).collect()
}

/// What a physician writes in words: sections 1 and 3 to 5 without names of diseases and medicines.
fn is_for_phrases(item: ItemId) -> bool {
    matches!(
        item,
        ItemId::InstabilityDetail
            | ItemId::Course
            | ItemId::PsychName
            | ItemId::NutritionNote
            | ItemId::RiskPlan
            | ItemId::CautionBloodPressureText
            | ItemId::CautionEatingText
            | ItemId::CautionSwallowingText
            | ItemId::CautionMovingText
            | ItemId::CautionExerciseText
            | ItemId::CautionOtherText
            | ItemId::InfectionName
            | ItemId::Remarks
    )
}

/// Whether a member of this role changes settings.
pub fn may_change(role: StaffRole) -> bool {
    match role {
        StaffRole::Administrator | StaffRole::Clerk => true,
        StaffRole::CareManager | StaffRole::Staff | StaffRole::Contractor => false,
    }
}

/// What the calling institution keeps.
///
/// # Errors
///
/// [`SettingError::Refused`] for callers that are no medical institution; storage.
pub async fn settings(
    platform: &Platform,
    context: &CallContext,
) -> Result<Settings, SettingError> {
    let permit = asked_institution(&context.caller).map_err(SettingError::Refused)?;
    let mut work = platform.store.point().await?;
    let of = permit.institution();
    let mut settings = Settings {
        doctors: rows::list_doctors(&mut work, of).await?,
        departments: rows::list_departments(&mut work, of).await?,
        phrases: rows::list_phrases(&mut work, of).await?,
    };
    settings.phrases.sort_by_key(|it| it.item);
    Ok(settings)
}

/// Keeps one thing. The change and its record are one unit of work; the same again changes nothing else.
///
/// # Errors
///
/// See [`SettingError`]; nothing has been changed.
pub async fn save_setting(
    platform: &Platform,
    context: &CallContext,
    role: StaffRole,
    new: NewSetting,
) -> Result<(), SettingError> {
    let of = changer(context, role)?;
    let new = cleaned(new).map_err(SettingError::Fields)?;
    let (now, by, context) = (platform.now(), context.name(), context.clone());
    let inside = platform.clone();
    let saved = platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let changed = Changed { at: now, by: &by };
                let (id, count, kind) = match &new {
                    NewSetting::Doctor(row) => {
                        let all = rows::list_doctors(work, &of).await?;
                        let others = all.iter().filter(|it| it.id != row.id).count();
                        (row.id, others, SettingKind::Doctor)
                    }
                    NewSetting::Department(row) => {
                        let all = rows::list_departments(work, &of).await?;
                        let others = all.iter().filter(|it| it.id != row.id).count();
                        (row.id, others, SettingKind::Department)
                    }
                    NewSetting::Phrase(row) => {
                        let all = rows::list_phrases(work, &of).await?;
                        let others = all.iter().filter(|it| it.id != row.id).count();
                        (row.id, others, SettingKind::Phrase)
                    }
                };
                if count >= COUNT_MOST {
                    return Err(SettingError::TooMany);
                }
                match &new {
                    NewSetting::Doctor(row) => rows::save_doctor(work, &of, row, changed).await?,
                    NewSetting::Department(row) => {
                        rows::save_department(work, &of, row, changed).await?;
                    }
                    NewSetting::Phrase(row) => rows::save_phrase(work, &of, row, changed).await?,
                }
                let event = entry(&inside, &context, kind, id, "saved");
                work.record(&event.to_entry()).await?;
                Ok(())
            })
        })
        .await;
    match saved {
        Err(SettingError::Storage(error)) if error.is_duplicate() => {
            let taken = (SettingField::Name, SettingFault::Taken);
            Err(SettingError::Fields(vec![taken]))
        }
        saved => saved,
    }
}

/// Takes one thing out.
///
/// # Errors
///
/// See [`SettingError`]; [`SettingError::NotFound`] also for another institution's.
pub async fn remove_setting(
    platform: &Platform,
    context: &CallContext,
    role: StaffRole,
    kind: SettingKind,
    id: Uuid,
) -> Result<(), SettingError> {
    let of = changer(context, role)?;
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                if !rows::remove(work, &of, kind, id).await? {
                    return Err(SettingError::NotFound);
                }
                let event = entry(&inside, &context, kind, id, "removed");
                work.record(&event.to_entry()).await?;
                Ok(())
            })
        })
        .await
}

fn changer(context: &CallContext, role: StaffRole) -> Result<OfficeNumber, SettingError> {
    let permit = asked_institution(&context.caller).map_err(SettingError::Refused)?;
    if may_change(role) {
        Ok(*permit.institution())
    } else {
        Err(SettingError::Refused(Refusal::RoleNotEntitled))
    }
}

fn entry(
    platform: &Platform,
    context: &CallContext,
    kind: SettingKind,
    id: Uuid,
    done: &str,
) -> kiban_audit::Event {
    let kind = match kind {
        SettingKind::Doctor => "opinion_doctor",
        SettingKind::Department => "opinion_department",
        SettingKind::Phrase => "opinion_phrase",
    };
    context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .purpose(format!("{kind}_{done}"))
        .ground(format!("{kind}:{id}"))
}

type Faults = Vec<(SettingField, SettingFault)>;

fn cleaned(new: NewSetting) -> Result<NewSetting, Faults> {
    let mut faults = Faults::new();
    let new = match new {
        NewSetting::Doctor(mut row) => {
            row.name = line(&row.name, SettingField::Name, true, &mut faults);
            let printed = line(
                &row.printed_name,
                SettingField::PrintedName,
                false,
                &mut faults,
            );
            row.printed_name = if printed.is_empty() {
                row.name.clone()
            } else {
                printed
            };
            row.doctor_no = line(&row.doctor_no, SettingField::DoctorNo, false, &mut faults);
            NewSetting::Doctor(row)
        }
        NewSetting::Department(mut row) => {
            row.name = line(&row.name, SettingField::Name, true, &mut faults);
            NewSetting::Department(row)
        }
        NewSetting::Phrase(mut row) => {
            row.title = line(&row.title, SettingField::Name, true, &mut faults);
            body(&mut row, &mut faults);
            NewSetting::Phrase(row)
        }
    };
    if faults.is_empty() {
        Ok(new)
    } else {
        Err(faults)
    }
}

fn line(typed: &str, field: SettingField, required: bool, faults: &mut Faults) -> String {
    let typed = typed.trim();
    let fault = if typed.is_empty() {
        required.then_some(SettingFault::Missing)
    } else if typed.chars().any(char::is_control) {
        Some(SettingFault::Characters)
    } else if typed.chars().count() > NAME_MOST {
        Some(SettingFault::TooLong(NAME_MOST))
    } else {
        None
    };
    faults.extend(fault.map(|it| (field, it)));
    typed.to_owned()
}

/// A phrase fits into the box of its item; what has no box is limited as every text is.
fn body(row: &mut PhraseRow, faults: &mut Faults) {
    let edition = editions().all().last();
    let item = edition.and_then(|it| it.item(row.item));
    let Some(item) = item.filter(|it| is_for_phrases(it.id)) else {
        faults.push((SettingField::Item, SettingFault::Item));
        return;
    };
    let Ok(text) = Text::new(row.body.trim()) else {
        faults.push((SettingField::Body, SettingFault::Characters));
        return;
    };
    let most = item.length.unwrap_or(TEXT_MOST);
    let fault = if text.is_blank() {
        Some(SettingFault::Missing)
    } else if text.as_str().chars().count() > most {
        Some(SettingFault::TooLong(most))
    } else if item.kind != Kind::Lines && text.as_str().contains('\n') {
        Some(SettingFault::Lines)
    } else {
        None
    };
    faults.extend(fault.map(|it| (SettingField::Body, it)));
    text.as_str().clone_into(&mut row.body);
}
