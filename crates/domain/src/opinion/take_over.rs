use super::ItemId;

/// Whether an item of an earlier opinion may be taken into a new one part by part (D-5): what tells of the visits to other departments, the illness, the
/// condition and the living. Who it is about and by whom, the days of entry and of examination, the number of opinions and the consent are of each opinion
/// alone.
pub fn may_be_taken_over(item: ItemId) -> bool {
    // In the order of paper everything in front of it is of one opinion alone.
    item >= ItemId::OtherDeptVisit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_names_days_and_consent_are_never_taken_over() {
        for code in [
            "insured_no",
            "entry_date",
            "applicant_name",
            "birth_date",
            "age",
            "consent",
            "doctor_name",
            "institution_name",
            "last_exam_date",
            "creation_count",
        ] {
            assert!(!may_be_taken_over(code.parse().unwrap()), "{code}");
        }
        for code in [
            "other_dept_visit",
            "diagnosis[1].name",
            "diagnosis[1].onset",
            "course",
            "adl_dementia",
            "med_mgmt",
            "remarks",
        ] {
            assert!(may_be_taken_over(code.parse().unwrap()), "{code}");
        }
    }
}
