//! A role with what a contractor needs, as three forms ask for it.

use kiban_services::{
    Platform,
    members::{ContractError, contract_of},
    staff::StaffRole,
};
use kiban_store::repo::memberships::Standing;
use kiban_ui::{ChoiceField, DateField, InvitePage, RolePage};

use crate::{dates, form::Fields, words};

/// What was typed, with what is wrong.
pub(super) struct Typed {
    pub(super) role: ChoiceField,
    pub(super) ends: DateField,
    pub(super) codes: ChoiceField,
    /// What it means, when nothing is wrong.
    pub(super) standing: Option<Standing>,
}

/// Reads `role`, `ends` and `codes`; the last two count for a contractor only.
pub(super) fn read(platform: &Platform, form: &Fields) -> Typed {
    let chosen = form.get("role");
    let may_issue_codes = form.get("codes") == "yes";
    let mut typed = Typed {
        role: InvitePage::roles(chosen),
        ends: DateField::default(),
        codes: RolePage::codes(may_issue_codes),
        standing: None,
    };
    let number = chosen.parse::<i16>().ok();
    let Some(number) = number.filter(|number| (1..=5).contains(number)) else {
        typed.role = typed.role.with_error("役割を選択してください");
        typed.ends = dates::read(form, "ends", "利用期限").0;
        typed.ends.error = None;
        return typed;
    };
    let role = StaffRole::from_number(number);
    let mut day = None;
    if role == StaffRole::Contractor {
        (typed.ends, day) = dates::read(form, "ends", "利用期限");
        if typed.ends.error.is_some() {
            return typed;
        }
    }
    match contract_of(platform, role, day, may_issue_codes) {
        Ok(standing) => typed.standing = Some(standing),
        Err(error) => {
            let words = match error {
                ContractError::Missing => "利用期限を入力してください".to_owned(),
                ContractError::Past => {
                    "利用期限は、今日か、今日より後の日を入力してください".to_owned()
                }
                ContractError::TooFar(last) => {
                    format!(
                        "利用期限は、{}までの日を入力してください",
                        words::date(last).wareki
                    )
                }
            };
            typed.ends = typed.ends.with_error(words);
        }
    }
    typed
}

/// The form for what stands now.
pub(super) fn of(standing: Standing) -> Typed {
    Typed {
        role: InvitePage::roles(&standing.role.to_string()),
        ends: standing
            .contract
            .map_or_else(DateField::default, |it| dates::field(it.ends_on)),
        codes: RolePage::codes(standing.contract.is_some_and(|it| it.may_issue_codes)),
        standing: None,
    }
}

/// A role in words, a contractor's with its last day.
pub(super) fn label(role: i16, contract: Option<kiban_store::repo::staff::Contract>) -> String {
    let label = StaffRole::from_number(role).label();
    match contract {
        Some(contract) => format!("{label}（{}まで）", words::date(contract.ends_on).wareki),
        None => label.to_owned(),
    }
}
