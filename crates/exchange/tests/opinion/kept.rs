//! What is taken out is told, and what differs is shown (D-5).

use crate::invented::{FULL_2018, FULL_2021, any_opinion, edition, facts, full, text};
use kiban_domain::opinion::{
    CautionPresence, Cleared, Opinion, YesNo, carried_to, clear_dependents, differences,
    for_sending,
};
use proptest::prelude::*;

fn told(cleared: &[Cleared]) -> Vec<(&'static str, &str, &str)> {
    let cleared = cleared.iter();
    cleared
        .map(|it| (it.item.code(), it.label.as_str(), it.before.as_str()))
        .collect()
}

#[test]
fn d4_no_clears_what_depends_on_it_and_tells_what() {
    let mut opinion = full(FULL_2021);
    opinion.condition.psych_presence = Some(YesNo::No);
    opinion.condition.skin_disease.present = false;
    let cleared = clear_dependents(&mut opinion, edition("2021"));
    assert_eq!(
        told(&cleared),
        [
            ("psych_name", "その他の精神・神経症状の症状名", "抑うつ"),
            ("specialist", "専門医受診の有無", "有"),
            ("specialist_dept", "専門医の科名", "精神科"),
            ("skin_disease.site", "その他の皮膚疾患の部位", "下腿"),
            ("skin_disease.degree", "その他の皮膚疾患の程度", "重"),
        ]
    );
    assert!(for_sending(&opinion, edition("2021"), &facts()).is_empty());
    assert!(clear_dependents(&mut opinion, edition("2021")).is_empty());
}

#[test]
fn d5_an_opinion_goes_to_a_later_form_and_what_that_has_not_is_told() {
    let old = full(FULL_2018);
    let (new, cleared) = carried_to(&old, edition("2018"), edition("2026"));
    assert_eq!(
        told(&cleared),
        [
            (
                "med_mgmt",
                "医学的管理の必要性",
                "看護職員の訪問による相談・支援"
            ),
            ("caution.eating", "留意事項（摂食）", "特になし"),
            ("caution.moving", "留意事項（移動）", "特になし"),
        ]
    );
    assert_eq!(new.edition.to_string(), "2026");
    assert_eq!(new.living.med_mgmt.len(), 3);
    // The older form has a text alone where the later one has a box in front of it.
    let other = &new.living.cautions.other;
    assert_eq!(
        (other.presence, other.text.as_str()),
        (Some(CautionPresence::Present), "転倒に注意")
    );
    assert_eq!(clear_dependents(&mut new.clone(), edition("2026")), []);
    let (back, cleared) = carried_to(&full(FULL_2021), edition("2021"), edition("2018"));
    assert_eq!(
        told(&cleared),
        [
            ("med_mgmt", "医学的管理の必要性", "介護医療院"),
            ("caution.other", "留意事項（その他）", "有"),
        ]
    );
    assert_eq!(back.living.cautions.other.text, text("転倒に注意"));
}

#[test]
fn d5_differences_are_told_item_by_item_in_words() {
    let (old, new) = (full(FULL_2018), full(FULL_2021));
    let changes = differences((&old, edition("2018")), (&new, edition("2021")));
    let told: Vec<_> = changes
        .iter()
        .map(|it| (it.item.code(), it.before.as_str(), it.after.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("medicine[1].name", "", "見本錠"),
            ("medicine[1].dose", "", "5"),
            ("medicine[1].unit", "", "mg"),
            ("medicine[1].usage", "", "朝食後"),
            ("medicine[2].name", "", "見本散"),
            ("medicine[2].usage", "", "頓用"),
            (
                "med_mgmt",
                "訪問診療、訪問看護（下線）、その他の医療系サービス、看護職員の訪問による相談・支援",
                "訪問診療、訪問看護（下線）、介護医療院、その他の医療系サービス"
            ),
            ("caution.eating", "特になし", ""),
            ("caution.moving", "特になし", ""),
            ("caution.other", "", "有"),
        ]
    );
    assert_eq!(changes[6].label, "医学的管理の必要性");
    assert!(differences((&new, edition("2021")), (&new, edition("2021"))).is_empty());
    let mut later = full(FULL_2021);
    later.illness.diagnoses[0].onset = None;
    later.header.entry_date = None;
    let changes = differences((&new, edition("2021")), (&later, edition("2021")));
    let told: Vec<_> = changes.iter().map(|it| it.before.as_str()).collect();
    assert_eq!(told, ["令和8年2月20日", "平成20年5月頃"]);
    // Nothing of the person is in a log by accident.
    let shown = format!(
        "{changes:?} {new:?} {:?} {:?}",
        new.header,
        new.get(changes[0].item)
    );
    assert!(
        !shown.contains("見本") && !shown.contains("平成"),
        "{shown}"
    );
}

#[test]
fn d4_medicines_stand_behind_the_course_two_on_a_line() {
    let mut opinion = full(FULL_2021);
    opinion.illness.course = text("経過");
    opinion.illness.medicines[4].name = text("三つ目");
    assert_eq!(
        opinion.course_with_medicines(),
        "経過\n見本錠　5mg　朝食後　　見本散　頓用\n三つ目"
    );
    assert_eq!(Opinion::blank(opinion.edition).course_with_medicines(), "");
}

proptest! {
    #[test]
    fn d4_what_was_cleared_is_what_differs(before in any_opinion("2021")) {
        let mut after = before.clone();
        let form = edition("2021");
        let cleared: Vec<_> = clear_dependents(&mut after, form).into_iter().map(|it| it.item).collect();
        let changed: Vec<_> = differences((&before, form), (&after, form)).into_iter().map(|it| it.item).collect();
        prop_assert_eq!(&cleared, &changed);
        let findings = for_sending(&after, form, &facts());
        prop_assert!(findings.iter().all(|it| it.code() != "left_over"));
    }

    #[test]
    fn d5_what_goes_to_another_form_and_was_not_told_is_the_same(before in any_opinion("2018")) {
        let (after, cleared) = carried_to(&before, edition("2018"), edition("2021"));
        let told: Vec<_> = cleared.into_iter().map(|it| it.item).collect();
        for (item, value) in before.values() {
            prop_assert!(told.contains(&item) || after.get(item) == Some(value), "{item}");
        }
    }
}
