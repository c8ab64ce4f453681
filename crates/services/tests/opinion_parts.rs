//! A draft that is written part by part, on both engines (W-7, D-1).

mod support;

use kiban_domain::{
    opinion::{ItemId, OpinionForm},
    opinion_case::{CaseAct, CaseState},
};
use kiban_services::opinions::{self, CaseError, CaseId, DraftError, DraftPart, SavedPart};
use support::{
    ENGINES, TestPlatform,
    opinions::{OTHER_CLINIC, clinic, clinic_of, full},
};

const NAME: &str = "架空クリニック";

fn part(items: &[(ItemId, &str)]) -> DraftPart {
    let typed = items
        .iter()
        .map(|(item, text)| (item.code().to_owned(), (*text).to_owned()));
    DraftPart {
        items: items.iter().map(|it| it.0).collect(),
        form: OpinionForm::of(typed),
    }
}

async fn save(
    test: &TestPlatform,
    id: CaseId,
    seen: i64,
    items: &[(ItemId, &str)],
) -> Result<SavedPart, DraftError> {
    opinions::save_part(&test.platform, &clinic(), id, seen, NAME, &part(items)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_a_part_is_put_over_what_stands_and_the_rest_stays() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        let doctor = clinic();
        // What is known anyway is there before anything is saved; days and consent are not.
        let first = opinions::open_draft(&test.platform, &doctor, id, NAME)
            .await
            .unwrap();
        assert_eq!(first.revision, 0, "{engine:?}");
        assert_eq!(first.content.form.get("applicant_name"), "見本　花子");
        assert_eq!(first.content.form.get("birth_date"), "昭和15年5月6日");
        assert_eq!(first.content.form.get("institution_name"), NAME);
        assert_eq!(first.content.form.get("setting"), "1");
        assert_eq!(first.content.form.get("entry_date"), "");
        assert_eq!(first.content.form.get("consent"), "");
        assert_eq!(test.state_of(id).await, CaseState::Requested, "{engine:?}");

        let items = [
            (ItemId::Diagnosis1Name, "見本の病名"),
            (ItemId::HeightCm, "百六十"),
        ];
        let saved = save(&test, id, 0, &items).await.unwrap();
        assert_eq!(saved.revision, 1, "{engine:?}");
        assert_eq!(saved.check.faults.len(), 1, "{engine:?}");
        assert!(!saved.check.may_be_sent(), "{engine:?}");
        assert_eq!(test.state_of(id).await, CaseState::Draft, "{engine:?}");
        // What a part names and has not is unset, everything else stays as it was typed.
        let items = [(ItemId::Diagnosis1Name, "")];
        let saved = save(&test, id, 1, &items).await.unwrap();
        assert_eq!(saved.revision, 2, "{engine:?}");
        let form = &saved.content.form;
        assert_eq!(form.get("diagnosis[1].name"), "", "{engine:?}");
        assert_eq!(form.get("height_cm"), "百六十", "{engine:?}");
        assert_eq!(form.get("applicant_name"), "見本　花子", "{engine:?}");

        let late = save(&test, id, 1, &[(ItemId::Remarks, "後から")]).await;
        assert!(
            matches!(late, Err(DraftError::Stale { revision: 2 })),
            "{engine:?}"
        );
        // The same again saves nothing, whatever was looked at.
        assert_eq!(save(&test, id, 1, &items).await.unwrap().revision, 2);
        let other = clinic_of(OTHER_CLINIC);
        let foreign = opinions::save_part(&test.platform, &other, id, 2, NAME, &part(&items)).await;
        assert!(
            matches!(foreign, Err(DraftError::Case(CaseError::NotFound))),
            "{engine:?}"
        );
        let steps = opinions::open_case(&test.platform, &clinic(), id)
            .await
            .unwrap();
        let acts: Vec<_> = steps.events.iter().map(|it| it.act).collect();
        assert_eq!(acts, [CaseAct::Ask, CaseAct::Save], "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_what_was_sent_without_a_draft_is_gone_on_with_and_a_reason_stays_with_the_steps() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let id = test.asked().await;
        test.send_document(id, full()).await.unwrap();
        let long = "あ".repeat(opinions::NOTE_MOST + 1);
        let refused = opinions::withdraw_because(&test.platform, &clinic(), id, &long).await;
        assert!(matches!(refused, Err(CaseError::Note)), "{engine:?}");
        assert_eq!(test.state_of(id).await, CaseState::Sent, "{engine:?}");
        opinions::withdraw_because(&test.platform, &clinic(), id, "別の方の内容でした")
            .await
            .unwrap();
        let open = opinions::open_draft(&test.platform, &clinic(), id, NAME)
            .await
            .unwrap();
        assert_eq!(open.revision, 0, "{engine:?}");
        assert_eq!(open.check.edition.code(), full().edition, "{engine:?}");
        assert_eq!(open.check.opinion, full(), "{engine:?}");
        assert!(open.check.may_be_sent(), "{engine:?}");
        let last = open.view.events.last().unwrap();
        assert_eq!(
            (last.act, &*last.note),
            (CaseAct::Withdraw, "別の方の内容でした")
        );
        let saved = save(&test, id, 0, &[(ItemId::Remarks, "直した")])
            .await
            .unwrap();
        let form = &saved.content.form;
        assert_eq!(form.get("remarks"), "直した", "{engine:?}");
        assert_eq!(saved.check.opinion.illness, full().illness, "{engine:?}");
    }
}
