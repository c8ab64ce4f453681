//! What counts beside the document: earlier opinions, the case, the edition's days; and what a reader is told.

use crate::{
    check::{found, sending},
    invented::{FULL_2018, FULL_2021, day, edition, facts, full, text},
};
use kiban_domain::{
    PartialDate, Sex,
    opinion::{
        CaseDates, Consent, CreationCount, Edition, Facts,
        Level::{Caution, Error},
        MedicalService, Opinion, Tenths, WalkingAid, YesNo, for_draft, for_sending,
    },
};

#[test]
fn d4_reasons_name_the_item_and_what_to_do() {
    let mut opinion = full(FULL_2021);
    opinion.administrative.insured_no = text("12345");
    opinion.administrative.request_date = day("2026-02-21");
    opinion.administrative.sent_date = day("2026-03-11");
    opinion.header.applicant_name = text("");
    opinion.header.age = Some(84);
    opinion.header.sex = None;
    opinion.header.doctor_name = text("見本\n太郎");
    opinion.header.last_exam_date = day("2026-02-21");
    opinion.illness.diagnoses[1].onset = PartialDate::year(1939);
    opinion.illness.instability_detail = text("");
    opinion.remarks = text(&"あ".repeat(401));
    opinion.condition.psych_presence = Some(YesNo::No);
    opinion.condition.height_cm = Tenths::new(499);
    opinion.condition.limb_defect = false;
    opinion.living.walking_aids.insert(WalkingAid::NotUsed);
    opinion
        .living
        .med_mgmt
        .insert(MedicalService::NurseConsultation, false);
    opinion.living.cautions.exercise.text = text("");
    opinion.living.cautions.nothing = true;
    let reasons: Vec<String> = sending(&opinion).into_iter().map(|it| it.reason).collect();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    被保険者番号が10桁ではありません。番号を確認してください
    送付日が未来の日付です。日付を確認してください
    記入日は、作成依頼日（令和8年2月21日）以後の日付にしてください
    氏名を入力してください
    年齢が、生年月日と記入日から計算した年齢と違います
    性別を選択してください
    医師氏名は、改行せずに入力してください
    最終診察日は、記入日（令和8年2月20日）以前の日付にしてください
    診断名2の発症年月日が生年月日より前の日付です。どちらかを直してください
    症状としての安定性が「不安定」のときは、不安定な状況を入力してください
    その他の精神・神経症状の症状名は、その他の精神・神経症状の有無が「有」のときだけ記入する項目です。どちらかを直してください
    専門医受診の有無は、その他の精神・神経症状の有無が「有」のときだけ記入する項目です。どちらかを直してください
    身長が50.0から250.0までの範囲にありません。数値を確認してください
    四肢欠損の部位は、「四肢欠損」にチェックがあるときだけ記入する項目です。どちらかを直してください
    歩行補助具・装具の使用の「用いていない」は、ほかの選択肢と同時に選択できません
    医学的管理の必要性の11番は、この版の様式にない選択肢です。選び直してください
    留意事項（運動）が「有」のときは、留意事項（運動）の内容を入力してください
    「留意事項の特記すべき項目なし」は、留意事項（血圧）と同時に選択できません
    特記すべき事項が用紙の枠（400文字・9行）より長いため、続きは別紙に印刷されます
    ");
}

#[test]
fn d4_facts_beside_the_document_count() {
    let opinion = full(FULL_2021);
    let with = |change: fn(&mut Facts)| {
        let mut facts = facts();
        change(&mut facts);
        found(&for_sending(&opinion, edition("2021"), &facts))
    };
    assert_eq!(with(|it| it.earlier_opinions = Some(1)), []);
    assert_eq!(
        with(|it| it.earlier_opinions = Some(0)),
        [(Caution, "no_earlier", "creation_count")]
    );
    let mut first = full(FULL_2021);
    first.header.creation_count = Some(CreationCount::First);
    let mut facts = facts();
    facts.earlier_opinions = Some(2);
    let findings = for_sending(&first, edition("2021"), &facts);
    assert_eq!(
        found(&findings),
        [(Caution, "not_the_first", "creation_count")]
    );
    assert_eq!(
        with(|it| it.case.applied_on = day("2026-02-01")),
        [(Caution, "case_differs", "application_date")]
    );
    assert_eq!(
        with(|it| it.case.requested_on = day("2026-02-06")),
        [(Caution, "case_differs", "request_date")]
    );
    // What the document leaves out, the case tells.
    let mut bare = full(FULL_2021);
    bare.administrative.application_date = None;
    bare.administrative.request_date = None;
    facts.earlier_opinions = None;
    facts.case = CaseDates {
        applied_on: day("2026-02-03"),
        requested_on: day("2026-02-21"),
    };
    let findings = for_sending(&bare, edition("2021"), &facts);
    assert_eq!(found(&findings), [(Error, "before", "entry_date")]);
}

#[test]
fn d4_the_edition_belongs_to_the_day_of_entry() {
    let on = |code: &str, entry: &str| {
        let edition: &Edition = edition(code);
        let mut opinion = full(FULL_2021);
        opinion.edition = edition.code();
        opinion.header.entry_date = day(entry);
        opinion.administrative.sent_date = None;
        opinion.header.last_exam_date = None;
        opinion.header.age = None;
        let mut facts = facts();
        facts.today = "2026-05-01".parse().unwrap();
        found(&for_sending(&opinion, edition, &facts))
    };
    assert_eq!(on("2021", "2026-03-31"), []);
    assert_eq!(
        on("2021", "2026-04-01"),
        [(Caution, "edition_over", "entry_date")]
    );
    assert_eq!(on("2026", "2026-04-01"), []);
    assert_eq!(
        on("2026", "2026-03-31"),
        [(Error, "edition_not_yet", "entry_date")]
    );
}

#[test]
fn d4_what_the_form_has_not_is_told() {
    let mut opinion = full(FULL_2018);
    opinion.header.entry_date = day("2021-03-31");
    opinion.living.cautions.nothing = true;
    let of_old: Vec<_> = found(&sending(&opinion))
        .into_iter()
        .filter(|it| it.1 == "not_in_edition")
        .collect();
    assert_eq!(of_old, [(Error, "not_in_edition", "caution.nothing")]);
}

#[test]
fn d4_an_empty_draft_is_missing_things_and_nothing_else() {
    let blank = Opinion::blank("2021".parse().unwrap());
    let findings = for_draft(&blank, edition("2021"), &facts());
    assert_eq!(findings.len(), 11);
    assert!(
        findings
            .iter()
            .all(|it| it.level == Caution && it.code() == "missing")
    );
    let reasons: Vec<_> = findings.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons[1], "氏名を入力してください");
    assert_eq!(reasons[3], "性別を選択してください");
    // Somebody of 80 who does not want to be 12: an age alone is looked at too.
    let mut young = blank;
    young.header.age = Some(39);
    young.header.sex = Some(Sex::Female);
    young.header.consent = Some(Consent::Disagrees);
    let findings = for_draft(&young, edition("2021"), &facts());
    assert!(found(&findings).contains(&(Caution, "under_40", "age")));
}
