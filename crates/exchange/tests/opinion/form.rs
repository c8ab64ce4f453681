//! What is typed on pages (W-7).

use crate::invented::{FULL_2018, FULL_2021, any_opinion, edition, full};
use kiban_domain::{
    PartialDate,
    opinion::{ItemId, MedicalService, OpinionForm},
};
use proptest::prelude::*;

fn form(fields: &[(&str, &str)]) -> OpinionForm {
    let fields = fields.iter();
    OpinionForm::of(fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn w7_what_people_type_is_read_as_they_mean_it() {
    let form = form(&[
        ("entry_date", "令和８年２月２０日"),
        ("birth_date", " S15.5.6 "),
        ("age", "８５歳"),
        ("sex", "2"),
        ("height_cm", "１５０．５"),
        ("weight_kg", " 48 "),
        ("insurer_no", "１３１１２８"),
        ("institution_no", "13-1990001-3"),
        ("diagnosis[1].name", " 脳梗塞　後遺症 "),
        ("diagnosis[1].onset", "平成２０年５月頃"),
        ("diagnosis[2].onset", "不詳"),
        ("course", "一行目\r\n二行目"),
        ("other_depts", "9"),
        ("other_depts", "1"),
        ("med_mgmt", "1"),
        ("med_mgmt", "2"),
        ("med_mgmt.emphasis", "2"),
        ("limb_defect", "1"),
        ("age_of_nobody", "1"),
    ]);
    let reading = form.read(edition("2021"));
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let it = reading.opinion;
    assert_eq!(it.header.entry_date.unwrap().to_string(), "2026-02-20");
    assert_eq!(it.header.birth_date.unwrap().to_string(), "1940-05-06");
    assert_eq!(it.header.age, Some(85));
    assert_eq!(it.condition.height_cm.unwrap().to_string(), "150.5");
    assert_eq!(it.condition.weight_kg.unwrap().to_string(), "48.0");
    assert_eq!(it.administrative.insurer_no.unwrap().as_str(), "131128");
    assert_eq!(
        it.administrative.institution_no.unwrap().as_str(),
        "1319900013"
    );
    assert_eq!(
        it.illness.diagnoses[0].name.as_str(),
        " 脳梗塞　後遺症 ",
        "to the letter"
    );
    assert_eq!(it.illness.diagnoses[0].onset, PartialDate::month(2008, 5));
    assert_eq!(it.illness.diagnoses[1].onset, Some(PartialDate::Unknown));
    assert_eq!(it.illness.course.as_str(), "一行目\n二行目");
    assert_eq!(it.get(ItemId::OtherDepts).unwrap().codes(), [1, 9]);
    assert!(it.living.med_mgmt[&MedicalService::VisitingNursing]);
    assert!(!it.living.med_mgmt[&MedicalService::HomeVisit]);
    assert!(it.condition.limb_defect);
    assert!(!format!("{form:?}").contains("脳梗塞"));
}

#[test]
fn w7_each_field_that_cannot_be_read_is_named_and_the_rest_is_read() {
    let long = "あ".repeat(4_001);
    assert!(!OpinionForm::default().set("nobody", &["1"]));
    for (fields, code, item) in [
        (
            &[("entry_date", "2026-02-30")][..],
            "date_day_out_of_range",
            "entry_date",
        ),
        (
            &[("entry_date", "きのう")],
            "date_unknown_form",
            "entry_date",
        ),
        (
            &[("diagnosis[1].onset", "去年")],
            "date_unknown_form",
            "diagnosis[1].onset",
        ),
        (&[("age", "八十")], "whole", "age"),
        (&[("age", "-80")], "whole", "age"),
        (&[("height_cm", "1m50")], "decimal", "height_cm"),
        (&[("height_cm", "-150")], "decimal", "height_cm"),
        (&[("sex", "3")], "choice", "sex"),
        (&[("sex", "01")], "choice", "sex"),
        (&[("sex", "1"), ("sex", "2")], "several", "sex"),
        (&[("age", "1"), ("age", "2")], "several", "age"),
        (&[("limb_defect", "on")], "choice", "limb_defect"),
        (&[("risks", "1"), ("risks", "15")], "choice", "risks"),
        (&[("med_mgmt", "11")], "choice", "med_mgmt"),
        (&[("med_mgmt.emphasis", "1")], "emphasis_alone", "med_mgmt"),
        (&[("insurer_no", "12345")], "insurer_no", "insurer_no"),
        (
            &[("institution_no", "1")],
            "institution_no",
            "institution_no",
        ),
        (&[("address", "a\u{7}b")], "control_character", "address"),
        (&[("remarks", &long)], "too_long", "remarks"),
    ] {
        let mut all = vec![("applicant_name", "見本 花子")];
        all.extend(fields);
        let reading = form(&all).read(edition("2021"));
        let found: Vec<_> = reading
            .faults
            .iter()
            .map(|it| (it.fault.code(), it.item.code()))
            .collect();
        assert_eq!(found, [(code, item)], "{fields:?}");
        let reason = &reading.faults[0].reason;
        assert!(!reason.ends_with('。') && !reason.is_empty(), "{reason}");
        assert!(reading.opinion.has(ItemId::ApplicantName), "{fields:?}");
    }
    let old = form(&[("caution.nothing", "1")]).read(edition("2018"));
    assert_eq!(old.faults[0].fault.code(), "not_in_edition");
    let hinted = form(&[("entry_date", "平成31年5月1日")]).read(edition("2021"));
    assert_eq!(hinted.hints.len(), 1);
}

#[test]
fn d4_the_page_and_the_file_give_the_same_document() {
    for (json, code) in [(FULL_2018, "2018"), (FULL_2021, "2021")] {
        let opinion = full(json);
        let reading = OpinionForm::filled(&opinion).read(edition(code));
        assert!(reading.faults.is_empty() && reading.hints.is_empty());
        assert!(reading.opinion == opinion);
    }
}

proptest! {
    #[test]
    fn w7_an_opinion_in_a_form_is_read_as_the_same(opinion in any_opinion("2021")) {
        let reading = OpinionForm::filled(&opinion).read(edition("2021"));
        prop_assert!(reading.faults.is_empty(), "{:?}", reading.faults);
        prop_assert!(reading.opinion == opinion, "{opinion:?}");
    }

    #[test]
    fn w7_nothing_typed_makes_the_reader_panic(at in 0..ItemId::ALL.len(), typed in "\\PC{0,30}|[0-9０-９.RHS年月日-]{0,12}") {
        let mut form = OpinionForm::default();
        form.set(ItemId::ALL[at].code(), &[&typed, &typed]);
        form.set("med_mgmt.emphasis", &[&typed]);
        let _ = form.read(edition("2021"));
    }
}
