//! What an emergency view shows, item by item.
//!
//! The parts of the read model hold more than an emergency needs: the card carries the review board's remarks, the basic
//! data an address. What has no field here cannot be shown, whatever a part will hold one day.

use kiban_access::PartSet;
use kiban_store::{Error, repo::eligibility::Parts};
use serde::Deserialize;

/// Everything that an emergency view shows. Days are ISO 8601 texts, codes those of the municipal files.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ShownParts {
    /// Who the person is.
    pub insured: Option<ShownInsured>,
    /// 被保険者証.
    pub insured_card: Option<ShownInsuredCard>,
    /// 要介護認定.
    pub certification: Option<ShownCertification>,
    /// Whom to call.
    pub care_manager_notice: Option<ShownCareManager>,
    /// 負担割合証.
    pub cost_share: Option<ShownCostShare>,
    /// 負担限度額認定証.
    pub burden_limit: Option<ShownBurdenLimit>,
}

/// Who the person is.
#[derive(Clone, Deserialize)]
pub struct ShownInsured {
    /// Name.
    pub name: String,
    /// Kana name.
    pub name_kana: String,
    /// Birth date.
    pub birth_date: String,
    /// Code of the sex.
    pub sex: String,
}

/// The card without address, the review board's remarks and stays in facilities.
#[derive(Clone, Deserialize)]
pub struct ShownInsuredCard {
    /// Code of the care level.
    pub care_level: Option<String>,
    /// First day of the certification.
    pub valid_from: Option<String>,
    /// Its last day.
    pub valid_to: Option<String>,
    /// Units a month.
    pub benefit_limit_units: Option<u64>,
}

/// Level and days of the certification, without how it was judged.
#[derive(Clone, Deserialize)]
pub struct ShownCertification {
    /// Code of the care level.
    pub care_level: String,
    /// When it was decided.
    pub certified_on: String,
    /// First day.
    pub valid_from: Option<String>,
    /// Last day.
    pub valid_to: Option<String>,
}

/// The office that manages the person's care.
#[derive(Clone, Deserialize)]
pub struct ShownCareManager {
    /// Its number.
    pub office_no: Option<String>,
    /// Its name.
    pub office_name: Option<String>,
    /// Whether the person makes the plan.
    pub self_made: Option<bool>,
}

/// The share that the person pays.
#[derive(Clone, Deserialize)]
pub struct ShownCostShare {
    /// One row a period.
    #[serde(default)]
    pub ratios: Vec<ShownRatio>,
}

/// The share of one period.
#[derive(Clone, Deserialize)]
pub struct ShownRatio {
    /// Code of the share.
    pub ratio: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: Option<String>,
}

/// The limits of what the person pays for meals and room, yen a day.
#[derive(Clone, Deserialize)]
pub struct ShownBurdenLimit {
    /// Code of the stage.
    pub burden_stage: String,
    /// First day.
    pub applies_from: String,
    /// Last day.
    pub expires_on: String,
    /// Meals in a facility.
    pub meal_facility_yen: Option<u64>,
    /// Meals during a short stay.
    pub meal_short_stay_yen: Option<u64>,
    /// Rooms by type.
    #[serde(default)]
    pub rooms: Vec<ShownRoom>,
}

/// The limit for one type of room.
#[derive(Clone, Deserialize)]
pub struct ShownRoom {
    /// Code of the type.
    pub room: String,
    /// Yen a day.
    pub yen: u64,
}

/// Says nothing: it is about a person.
impl std::fmt::Debug for ShownParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownParts(…)")
    }
}

impl ShownParts {
    /// Takes what may be shown out of `parts`, and the codes of the parts that were there.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when a record has another shape; the place is named, never a value.
    pub(super) fn of(parts: &Parts, shown: PartSet) -> Result<(Self, Vec<&'static str>), Error> {
        let mut json = String::from("{");
        let mut codes = Vec::new();
        for (part, member) in parts.iter()? {
            if !shown.contains(part) {
                continue;
            }
            if !codes.is_empty() {
                json.push(',');
            }
            json.push_str(member);
            codes.push(part.as_str());
        }
        json.push('}');
        let read = serde_json::from_str(&json).map_err(|error| Error::Corrupt {
            place: "eligibility_current.parts".to_owned(),
            reason: format!("column {}", error.column()),
        })?;
        Ok((read, codes))
    }
}
