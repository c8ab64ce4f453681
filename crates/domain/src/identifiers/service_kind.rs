use std::str::FromStr;

use super::{Ascii, normalize, public_code};

/// Names a kind of service (サービス種類コード): two characters, digits or capital letters.
///
/// Codes outside [`SERVICE_KINDS`] are kept, because insurers use kinds the national table does not have.
/// Source: service-kinds, sections 1 and 3.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceKind(Ascii<2>);

public_code!(ServiceKind);

impl ServiceKind {
    /// What the table knows about the kind, or nothing when the code is another.
    pub fn known(&self) -> Option<&'static KnownServiceKind> {
        SERVICE_KINDS
            .binary_search_by(|it| it.code.cmp(self.as_str()))
            .ok()
            .map(|at| &SERVICE_KINDS[at])
    }

    /// The Japanese name, or 「その他のサービス」 when the code is not in the table.
    pub fn label(&self) -> &'static str {
        self.known().map_or("その他のサービス", |it| it.label)
    }
}

impl FromStr for ServiceKind {
    type Err = InvalidServiceKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ascii::new(&normalize(text), |_, byte| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase()
        })
        .map(Self)
        .ok_or(InvalidServiceKind)
    }
}

/// The text is not two digits or letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a service kind has two characters, digits or letters")]
pub struct InvalidServiceKind;

/// Which benefit a kind of service belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Benefit {
    /// 介護給付.
    Care,
    /// 予防給付.
    Prevention,
    /// 介護予防・日常生活支援総合事業.
    Project,
}

/// One line of the table of service kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownServiceKind {
    /// The two characters.
    pub code: &'static str,
    /// The Japanese name.
    pub label: &'static str,
    /// The English identifier.
    pub identifier: &'static str,
    /// The benefit it belongs to.
    pub benefit: Benefit,
}

const fn known(
    code: &'static str,
    label: &'static str,
    identifier: &'static str,
    benefit: Benefit,
) -> KnownServiceKind {
    KnownServiceKind {
        code,
        label,
        identifier,
        benefit,
    }
}

/// The kinds of fiscal 2025 with ended ones kept for history, ordered by code. Source: service-kinds, section 3.
pub static SERVICE_KINDS: &[KnownServiceKind] = &[
    known("11", "訪問介護", "home_visit_care", Benefit::Care),
    known("12", "訪問入浴介護", "home_visit_bathing", Benefit::Care),
    known("13", "訪問看護", "home_visit_nursing", Benefit::Care),
    known(
        "14",
        "訪問リハビリテーション",
        "home_visit_rehabilitation",
        Benefit::Care,
    ),
    known("15", "通所介護", "day_care", Benefit::Care),
    known(
        "16",
        "通所リハビリテーション",
        "day_rehabilitation",
        Benefit::Care,
    ),
    known(
        "17",
        "福祉用具貸与",
        "assistive_device_rental",
        Benefit::Care,
    ),
    known(
        "21",
        "短期入所生活介護",
        "short_stay_daily_life",
        Benefit::Care,
    ),
    known(
        "22",
        "短期入所療養介護(介護老人保健施設)",
        "short_stay_medical_health_facility",
        Benefit::Care,
    ),
    known(
        "23",
        "短期入所療養介護(病院等)",
        "short_stay_medical_hospital",
        Benefit::Care,
    ),
    known(
        "24",
        "介護予防短期入所生活介護",
        "prev_short_stay_daily_life",
        Benefit::Prevention,
    ),
    known(
        "25",
        "介護予防短期入所療養介護(介護老人保健施設)",
        "prev_short_stay_medical_health_facility",
        Benefit::Prevention,
    ),
    known(
        "26",
        "介護予防短期入所療養介護(病院等)",
        "prev_short_stay_medical_hospital",
        Benefit::Prevention,
    ),
    known(
        "27",
        "特定施設入居者生活介護(短期利用型)",
        "specified_facility_short_use",
        Benefit::Care,
    ),
    known(
        "28",
        "地域密着型特定施設入居者生活介護(短期利用型)",
        "community_specified_facility_short_use",
        Benefit::Care,
    ),
    known(
        "2A",
        "短期入所療養介護(介護医療院)",
        "short_stay_medical_integrated_facility",
        Benefit::Care,
    ),
    known(
        "2B",
        "介護予防短期入所療養介護(介護医療院)",
        "prev_short_stay_medical_integrated_facility",
        Benefit::Prevention,
    ),
    known(
        "31",
        "居宅療養管理指導",
        "home_medical_management_guidance",
        Benefit::Care,
    ),
    known(
        "32",
        "認知症対応型共同生活介護",
        "dementia_group_home",
        Benefit::Care,
    ),
    known(
        "33",
        "特定施設入居者生活介護",
        "specified_facility",
        Benefit::Care,
    ),
    known(
        "34",
        "介護予防居宅療養管理指導",
        "prev_home_medical_management_guidance",
        Benefit::Prevention,
    ),
    known(
        "35",
        "介護予防特定施設入居者生活介護",
        "prev_specified_facility",
        Benefit::Prevention,
    ),
    known(
        "36",
        "地域密着型特定施設入居者生活介護",
        "community_specified_facility",
        Benefit::Care,
    ),
    known(
        "37",
        "介護予防認知症対応型共同生活介護",
        "prev_dementia_group_home",
        Benefit::Prevention,
    ),
    known(
        "38",
        "認知症対応型共同生活介護(短期利用型)",
        "dementia_group_home_short_use",
        Benefit::Care,
    ),
    known(
        "39",
        "介護予防認知症対応型共同生活介護(短期利用型)",
        "prev_dementia_group_home_short_use",
        Benefit::Prevention,
    ),
    known(
        "41",
        "特定福祉用具販売",
        "assistive_device_sale",
        Benefit::Care,
    ),
    known("42", "住宅改修", "home_modification", Benefit::Care),
    known("43", "居宅介護支援", "care_management", Benefit::Care),
    known(
        "44",
        "特定介護予防福祉用具販売",
        "prev_assistive_device_sale",
        Benefit::Prevention,
    ),
    known(
        "45",
        "介護予防住宅改修",
        "prev_home_modification",
        Benefit::Prevention,
    ),
    known(
        "46",
        "介護予防支援",
        "prev_care_management",
        Benefit::Prevention,
    ),
    known(
        "51",
        "介護福祉施設サービス(介護老人福祉施設)",
        "welfare_facility",
        Benefit::Care,
    ),
    known(
        "52",
        "介護保健施設サービス(介護老人保健施設)",
        "health_facility",
        Benefit::Care,
    ),
    known(
        "53",
        "介護療養施設サービス",
        "sanatorium_facility",
        Benefit::Care,
    ),
    known(
        "54",
        "地域密着型介護老人福祉施設入所者生活介護",
        "community_welfare_facility",
        Benefit::Care,
    ),
    known(
        "55",
        "介護医療院サービス",
        "integrated_medical_facility",
        Benefit::Care,
    ),
    known(
        "59",
        "特定入所者介護サービス等 (食費・居住費)",
        "supplementary_benefit",
        Benefit::Care,
    ),
    known(
        "61",
        "介護予防訪問介護",
        "prev_home_visit_care",
        Benefit::Prevention,
    ),
    known(
        "62",
        "介護予防訪問入浴介護",
        "prev_home_visit_bathing",
        Benefit::Prevention,
    ),
    known(
        "63",
        "介護予防訪問看護",
        "prev_home_visit_nursing",
        Benefit::Prevention,
    ),
    known(
        "64",
        "介護予防訪問リハビリテーション",
        "prev_home_visit_rehabilitation",
        Benefit::Prevention,
    ),
    known(
        "65",
        "介護予防通所介護",
        "prev_day_care",
        Benefit::Prevention,
    ),
    known(
        "66",
        "介護予防通所リハビリテーション",
        "prev_day_rehabilitation",
        Benefit::Prevention,
    ),
    known(
        "67",
        "介護予防福祉用具貸与",
        "prev_assistive_device_rental",
        Benefit::Prevention,
    ),
    known(
        "68",
        "小規模多機能型居宅介護(短期利用型)",
        "small_multifunctional_short_use",
        Benefit::Care,
    ),
    known(
        "69",
        "介護予防小規模多機能型居宅介護(短期利用型)",
        "prev_small_multifunctional_short_use",
        Benefit::Prevention,
    ),
    known(
        "71",
        "夜間対応型訪問介護",
        "night_home_visit_care",
        Benefit::Care,
    ),
    known(
        "72",
        "認知症対応型通所介護",
        "dementia_day_care",
        Benefit::Care,
    ),
    known(
        "73",
        "小規模多機能型居宅介護",
        "small_multifunctional",
        Benefit::Care,
    ),
    known(
        "74",
        "介護予防認知症対応型通所介護",
        "prev_dementia_day_care",
        Benefit::Prevention,
    ),
    known(
        "75",
        "介護予防小規模多機能型居宅介護",
        "prev_small_multifunctional",
        Benefit::Prevention,
    ),
    known(
        "76",
        "定期巡回・随時対応型訪問介護看護",
        "regular_patrol_visit",
        Benefit::Care,
    ),
    known(
        "77",
        "複合型サービス(看護小規模多機能型居宅介護)",
        "nursing_small_multifunctional",
        Benefit::Care,
    ),
    known(
        "78",
        "地域密着型通所介護",
        "community_day_care",
        Benefit::Care,
    ),
    known(
        "79",
        "複合型サービス(看護小規模多機能型居宅介護・短期利用型)",
        "nursing_small_multifunctional_short_use",
        Benefit::Care,
    ),
    known(
        "A1",
        "訪問型サービス(みなし)",
        "project_visit_deemed",
        Benefit::Project,
    ),
    known(
        "A2",
        "訪問型サービス(独自)",
        "project_visit_own",
        Benefit::Project,
    ),
    known(
        "A3",
        "訪問型サービス(独自／定率)",
        "project_visit_rate",
        Benefit::Project,
    ),
    known(
        "A4",
        "訪問型サービス(独自／定額)",
        "project_visit_fixed",
        Benefit::Project,
    ),
    known(
        "A5",
        "通所型サービス(みなし)",
        "project_day_deemed",
        Benefit::Project,
    ),
    known(
        "A6",
        "通所型サービス(独自)",
        "project_day_own",
        Benefit::Project,
    ),
    known(
        "A7",
        "通所型サービス(独自／定率)",
        "project_day_rate",
        Benefit::Project,
    ),
    known(
        "A8",
        "通所型サービス(独自／定額)",
        "project_day_fixed",
        Benefit::Project,
    ),
    known(
        "A9",
        "その他の生活支援サービス(配食／定率)",
        "project_meal_rate",
        Benefit::Project,
    ),
    known(
        "AA",
        "その他の生活支援サービス(配食／定額)",
        "project_meal_fixed",
        Benefit::Project,
    ),
    known(
        "AB",
        "その他の生活支援サービス(見守り／定率)",
        "project_watch_rate",
        Benefit::Project,
    ),
    known(
        "AC",
        "その他の生活支援サービス(見守り／定額)",
        "project_watch_fixed",
        Benefit::Project,
    ),
    known(
        "AD",
        "その他の生活支援サービス(その他／定率)",
        "project_other_rate",
        Benefit::Project,
    ),
    known(
        "AE",
        "その他の生活支援サービス(その他／定額)",
        "project_other_fixed",
        Benefit::Project,
    ),
    known(
        "AF",
        "介護予防ケアマネジメント",
        "project_care_management",
        Benefit::Project,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_so_that_every_kind_is_found() {
        for it in SERVICE_KINDS {
            assert_eq!(it.code.parse::<ServiceKind>().unwrap().known(), Some(it));
        }
    }

    #[test]
    fn unknown_kinds_survive() {
        let kind: ServiceKind = "81".parse().unwrap();
        assert_eq!((kind.as_str(), kind.known()), ("81", None));
        assert_eq!("１１".parse::<ServiceKind>().unwrap().label(), "訪問介護");
        assert!("1".parse::<ServiceKind>().is_err());
    }
}
