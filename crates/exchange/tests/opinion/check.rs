//! Each rule, broken once, is found once and nowhere else (section 7).

use crate::invented::{FULL_2018, FULL_2021, day, edition, facts, full, text};
use kiban_domain::{
    PartialDate,
    opinion::{
        CautionPresence, Finding, Infection,
        Level::{self, Caution, Error},
        MedicalService, Opinion, Risk, Stability, Tenths, WalkingAid, YesNo, for_draft,
        for_sending,
    },
};

pub(crate) fn found(findings: &[Finding]) -> Vec<(Level, &'static str, &'static str)> {
    for it in findings {
        assert!(
            !it.reason.ends_with('。') && !it.reason.contains('{'),
            "{}",
            it.reason
        );
    }
    let found = findings.iter();
    found
        .map(|it| (it.level, it.code(), it.item.code()))
        .collect()
}

pub(crate) fn sending(opinion: &Opinion) -> Vec<Finding> {
    for_sending(opinion, edition(&opinion.edition.to_string()), &facts())
}

#[test]
fn d4_a_full_good_opinion_has_no_finding() {
    let opinion = full(FULL_2021);
    assert_eq!(found(&sending(&opinion)), []);
    let draft = for_draft(&opinion, edition("2021"), &facts());
    assert_eq!(found(&draft), []);
    let old = found(&sending(&full(FULL_2018)));
    assert_eq!(old, [(Caution, "edition_over", "entry_date")]);
    // The full ones leave nothing unset but some medicines and the notes of cautions that are not there.
    for json in [FULL_2018, FULL_2021] {
        let opinion = full(json);
        let form = edition(&opinion.edition.to_string());
        for item in form.items().iter().filter(|it| !opinion.has(it.id)) {
            let code = item.id.code();
            let excused = code.starts_with("medicine[") || code.starts_with("caution.");
            assert!(excused, "{code}");
        }
    }
}

type Broken = (fn(&mut Opinion), Level, &'static str, &'static str);

#[test]
fn d4_each_rule_broken_once_gives_its_finding_and_no_other() {
    let table: &[Broken] = &[
        (
            |it| it.header.applicant_name = text(""),
            Error,
            "missing",
            "applicant_name",
        ),
        (
            |it| it.header.applicant_name = text(" 　"),
            Error,
            "missing",
            "applicant_name",
        ),
        (|it| it.header.sex = None, Error, "missing", "sex"),
        (
            |it| it.header.birth_date = None,
            Error,
            "missing",
            "birth_date",
        ),
        (
            |it| it.header.entry_date = None,
            Error,
            "missing",
            "entry_date",
        ),
        (|it| it.header.consent = None, Error, "missing", "consent"),
        (
            |it| it.illness.diagnoses[0].name = text(""),
            Error,
            "missing",
            "diagnosis[1].name",
        ),
        (
            |it| it.condition.adl_dementia = None,
            Error,
            "missing",
            "adl_dementia",
        ),
        (
            |it| it.condition.short_term_memory = None,
            Error,
            "missing",
            "short_term_memory",
        ),
        (
            |it| it.condition.decision_ability = None,
            Error,
            "missing",
            "decision_ability",
        ),
        (
            |it| it.condition.communication = None,
            Error,
            "missing",
            "communication",
        ),
        (|it| it.living.meal = None, Error, "missing", "meal"),
        (
            |it| it.administrative.sent_date = day("2026-03-11"),
            Error,
            "future",
            "sent_date",
        ),
        (
            |it| it.illness.diagnoses[1].onset = PartialDate::month(2026, 4),
            Error,
            "future",
            "diagnosis[2].onset",
        ),
        (
            |it| it.illness.diagnoses[1].onset = PartialDate::year(1939),
            Error,
            "before_birth",
            "diagnosis[2].onset",
        ),
        (
            |it| it.header.last_exam_date = day("1940-05-05"),
            Error,
            "before_birth",
            "last_exam_date",
        ),
        (
            |it| it.administrative.application_date = day("2026-02-06"),
            Error,
            "before",
            "request_date",
        ),
        (
            |it| {
                it.administrative.request_date = None;
                it.administrative.application_date = day("2026-02-21");
            },
            Error,
            "before",
            "entry_date",
        ),
        (
            |it| it.administrative.request_date = day("2026-02-21"),
            Error,
            "before",
            "entry_date",
        ),
        (
            |it| it.administrative.sent_date = day("2026-02-19"),
            Error,
            "before",
            "sent_date",
        ),
        (
            |it| it.header.last_exam_date = day("2026-02-21"),
            Error,
            "after",
            "last_exam_date",
        ),
        (
            |it| {
                it.header.other_depts.clear();
                it.header.other_dept_text = text("");
            },
            Error,
            "missing_with",
            "other_depts",
        ),
        (
            |it| it.header.other_dept_text = text(""),
            Error,
            "missing_with",
            "other_dept_text",
        ),
        (
            |it| {
                it.condition.bpsd_items.clear();
                it.condition.bpsd_other = text("");
            },
            Error,
            "missing_with",
            "bpsd_items",
        ),
        (
            |it| it.condition.bpsd_other = text(""),
            Error,
            "missing_with",
            "bpsd_other",
        ),
        (
            |it| it.condition.psych_name = text(" "),
            Error,
            "missing_with",
            "psych_name",
        ),
        (
            |it| it.condition.specialist_dept = text(""),
            Error,
            "missing_with",
            "specialist_dept",
        ),
        (
            |it| it.living.infection_name = text(""),
            Error,
            "missing_with",
            "infection_name",
        ),
        (
            |it| it.illness.instability_detail = text(""),
            Error,
            "missing_with",
            "instability_detail",
        ),
        (
            |it| it.living.cautions.exercise.text = text(""),
            Caution,
            "missing_with",
            "caution.exercise.text",
        ),
        (
            |it| it.living.cautions.other.text = text(""),
            Caution,
            "missing_with",
            "caution.other.text",
        ),
        (
            |it| it.illness.stability = Some(Stability::Stable),
            Error,
            "left_over",
            "instability_detail",
        ),
        (
            |it| it.living.infection = Some(Infection::Unknown),
            Error,
            "left_over",
            "infection_name",
        ),
        (
            |it| it.condition.specialist = Some(YesNo::No),
            Error,
            "left_over",
            "specialist_dept",
        ),
        (
            |it| {
                it.living.risks.remove(&Risk::Other);
            },
            Error,
            "left_over",
            "risk_other",
        ),
        (
            |it| {
                it.living.med_mgmt.remove(&MedicalService::Other);
            },
            Error,
            "left_over",
            "med_mgmt_other",
        ),
        (
            |it| it.living.cautions.exercise.presence = None,
            Error,
            "left_over",
            "caution.exercise.text",
        ),
        (
            |it| {
                it.condition.skin_disease.present = false;
                it.condition.skin_disease.degree = None;
            },
            Error,
            "left_over",
            "skin_disease.site",
        ),
        (
            |it| it.condition.paralysis.left_arm.present = false,
            Error,
            "left_over",
            "paralysis.left_arm.degree",
        ),
        (
            |it| {
                it.living.walking_aids.insert(WalkingAid::NotUsed);
            },
            Error,
            "exclusive",
            "walking_aids",
        ),
        (
            |it| {
                it.living.med_mgmt.insert(MedicalService::Nothing, false);
            },
            Error,
            "exclusive",
            "med_mgmt",
        ),
        (
            |it| it.living.cautions.nothing = true,
            Error,
            "excluded",
            "caution.nothing",
        ),
        (
            |it| {
                it.living
                    .med_mgmt
                    .insert(MedicalService::NurseConsultation, false);
            },
            Error,
            "choice_not_in_edition",
            "med_mgmt",
        ),
        (
            |it| it.living.cautions.eating.presence = Some(CautionPresence::Nothing),
            Error,
            "choice_not_in_edition",
            "caution.eating",
        ),
        (
            |it| it.header.doctor_name = text("見本\n太郎"),
            Error,
            "line_break",
            "doctor_name",
        ),
        (
            |it| it.header.applicant_name = text(&"見".repeat(16)),
            Caution,
            "longer_than_box",
            "applicant_name",
        ),
        (
            |it| it.illness.course = text(&"あ".repeat(542)),
            Caution,
            "longer_than_box",
            "course",
        ),
        (
            |it| it.illness.course = text(&"行\n".repeat(11)),
            Caution,
            "longer_than_box",
            "course",
        ),
        (
            |it| it.illness.medicines[7].name = text(&"錠".repeat(26)),
            Caution,
            "longer_than_box",
            "medicine[8].name",
        ),
        (
            |it| it.remarks = text(&"あ".repeat(401)),
            Caution,
            "longer_than_box",
            "remarks",
        ),
        (
            |it| it.administrative.insured_no = text("12345"),
            Caution,
            "insured_no_length",
            "insured_no",
        ),
        (
            |it| {
                it.header.birth_date = day("1986-02-22");
                it.header.age = Some(39);
                it.illness.diagnoses[2].onset = None;
            },
            Caution,
            "under_40",
            "birth_date",
        ),
        (|it| it.header.age = Some(84), Caution, "age_differs", "age"),
        (
            |it| it.condition.height_cm = Tenths::new(499),
            Caution,
            "range",
            "height_cm",
        ),
        (
            |it| it.condition.height_cm = Tenths::new(2501),
            Caution,
            "range",
            "height_cm",
        ),
        (
            |it| it.condition.weight_kg = Tenths::new(99),
            Caution,
            "range",
            "weight_kg",
        ),
        (
            |it| it.condition.weight_kg = Tenths::new(3001),
            Caution,
            "range",
            "weight_kg",
        ),
    ];
    for (number, (change, level, code, item)) in table.iter().enumerate() {
        let mut opinion = full(FULL_2021);
        change(&mut opinion);
        let expected = [(*level, *code, *item)];
        assert_eq!(found(&sending(&opinion)), expected, "row {number}");
        // A draft may be unfinished, but not contradictory.
        let level = if code.starts_with("missing") {
            Caution
        } else {
            *level
        };
        let draft = for_draft(&opinion, edition("2021"), &facts());
        assert_eq!(found(&draft), [(level, *code, *item)], "row {number}");
    }
}

#[test]
fn d4_the_ends_of_ranges_and_days_belong_to_them() {
    let good: [fn(&mut Opinion); 7] = [
        |it| it.condition.height_cm = Tenths::new(500),
        |it| it.condition.weight_kg = Tenths::new(3000),
        |it| it.header.last_exam_date = day("2026-02-20"),
        |it| it.administrative.sent_date = day("2026-03-10"),
        |it| it.illness.diagnoses[1].onset = PartialDate::year(1940),
        // Forty is reached on the day before the birthday.
        |it| {
            it.header.birth_date = day("1986-02-21");
            it.header.age = Some(40);
            it.illness.diagnoses[2].onset = None;
        },
        |it| {
            it.living.walking_aids = [WalkingAid::NotUsed].into();
        },
    ];
    for (number, change) in good.iter().enumerate() {
        let mut opinion = full(FULL_2021);
        change(&mut opinion);
        assert_eq!(found(&sending(&opinion)), [], "row {number}");
    }
}
