use super::code_table;
use crate::MunicipalityKind;

code_table! {
    /// The classes by which surveys among municipalities are told. Source: mission, P-3; the survey of February 2025.
    PopulationClass {
        DesignatedOrWard = "designated", "指定都市・特別区";
        Core = "core", "中核市";
        Large = "over_50k", "人口5万人以上";
        Small = "under_50k", "人口5万人未満";
    }
}

impl PopulationClass {
    /// The class that follows from the kind alone; what others belong to they say themselves.
    pub fn of_kind(kind: MunicipalityKind) -> Option<Self> {
        match kind {
            MunicipalityKind::DesignatedCity | MunicipalityKind::SpecialWard => {
                Some(Self::DesignatedOrWard)
            }
            MunicipalityKind::City | MunicipalityKind::Town | MunicipalityKind::Village => None,
        }
    }
}
