//! What offices say of themselves, tick off, and ask for their terminals (M02, M12, M13), on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{ChangeState, ChecklistItem, OfficeNumber, RegistrationKind};
use kiban_services::forms::FormKey;
use kiban_services::{
    certificates::{self, Filter, StandingFilter},
    checklists,
    enrolment::{self, Means},
    office_data::{self, OfficeDataError, Wish},
    setup,
};
use support::{ENGINES, TestPlatform, invited::Invited, invited::new_office, office, operator};
use uuid::Uuid;

fn wish(name: &str) -> Wish {
    Wish {
        name: name.into(),
        postal_code: "1000000".into(),
        address: "東京都見本区9-9".into(),
        reason: "移転しました".into(),
    }
}

fn user(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn change(test: &TestPlatform) -> (Uuid, ChangeState) {
    let data = office_data::load(&test.platform, &office()).await;
    let change = data.unwrap().unwrap().change.unwrap();
    (change.change_id, change.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_name_waits_for_the_operator_and_a_telephone_does_not() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (platform, context) = (&test.platform, operator());
        let ask = |name| office_data::ask(platform, &context, office(), user(1), wish(name));
        office_data::set_contact(
            platform,
            &context,
            office(),
            "03-1111-1111".into(),
            "kanri@hikari.example".parse().unwrap(),
        )
        .await
        .unwrap();
        let (one, two) = tokio::join!(ask("見本センター壱"), ask("見本センター弐"));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: one waits");
        let before = office_data::load(platform, &office())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(before.office.name, "見本ケアプランセンター");
        assert_eq!(before.contact_mail.as_deref(), Some("kanri@hikari.example"));
        assert_eq!(before.profile.unwrap().phone, "03-1111-1111", "{engine:?}");

        let (id, _) = change(&test).await;
        let decide = |by, accepted, note| {
            office_data::decide(platform, &context, id, user(by), accepted, note)
        };
        assert!(matches!(
            decide(1, true, "").await,
            Err(OfficeDataError::Own)
        ));
        let silent = decide(2, false, " ").await;
        assert!(matches!(silent, Err(OfficeDataError::NoteMissing)));
        decide(2, false, "届出の写しが必要です").await.unwrap();
        assert_eq!(change(&test).await.1, ChangeState::Refused, "{engine:?}");
        test.clock.pass(60);
        ask("見本センター参").await.unwrap();
        let (id, _) = change(&test).await;
        office_data::withdraw(platform, &context, office(), id)
            .await
            .unwrap();
        test.clock.pass(60);
        ask("見本センター肆").await.unwrap();
        let (id, _) = change(&test).await;
        assert_eq!(
            office_data::list_waiting(platform, 10).await.unwrap().len(),
            1
        );
        let accept = |by| office_data::decide(platform, &context, id, user(by), true, "");
        let (one, two) = tokio::join!(accept(2), accept(3));
        assert!(one.is_ok() != two.is_ok(), "{engine:?}: decided once");
        let after = office_data::load(platform, &office())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(after.office.name, "見本センター肆", "{engine:?}");
        assert_eq!(after.office.service_kinds.len(), 2, "its services stay");
        let profile = after.profile.unwrap();
        assert_eq!(
            (&*profile.address, &*profile.phone),
            ("東京都見本区9-9", "03-1111-1111")
        );
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_another_offices_wish_is_nobodys() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let (platform, context) = (&test.platform, operator());
        let other: OfficeNumber = "1379900028".parse().unwrap();
        let unknown = office_data::ask(platform, &context, other, user(1), wish("x")).await;
        assert!(
            matches!(unknown, Err(OfficeDataError::NotFound)),
            "{engine:?}"
        );
        office_data::ask(platform, &context, office(), user(1), wish("見本"))
            .await
            .unwrap();
        let (id, _) = change(&test).await;
        let foreign = office_data::withdraw(platform, &context, other, id).await;
        assert!(
            matches!(foreign, Err(OfficeDataError::NotFound)),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_what_is_ticked_off_stays_until_it_is_taken_away() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let kind = RegistrationKind::CareOffice;
        let save = |items| checklists::save(&test.platform, office(), kind, items, user(1));
        save(vec![ChecklistItem::Network, ChecklistItem::Opinions])
            .await
            .unwrap();
        save(vec![ChecklistItem::Network, ChecklistItem::People])
            .await
            .unwrap();
        let items = checklists::list(&test.platform, &office(), kind)
            .await
            .unwrap();
        let ticked: Vec<_> = items
            .iter()
            .filter(|(_, at)| at.is_some())
            .map(|(item, _)| *item)
            .collect();
        let expected = [ChecklistItem::Network, ChecklistItem::People];
        assert_eq!(ticked, expected, "{engine:?}: nothing of another kind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_the_first_code_of_the_portal_lets_the_office_be_set_up() {
    for engine in ENGINES {
        let desk = Invited::new(engine).await;
        let platform = &desk.test.platform;
        let ticket = enrolment::make_ticket_at_portal(
            platform,
            &support::invited::portal(),
            &FormKey::fresh(platform),
            new_office(),
            "7K3F9QW1",
            None,
        )
        .await
        .unwrap();
        let enrolled = desk.enrol(&ticket.code, Means::File).await.unwrap();
        let id = &enrolled.terminal.terminal_id;
        let progress = setup::progress(platform, &new_office(), id).await.unwrap();
        assert!(progress.may_make_administrator, "{engine:?}");

        // The operator finds it by its office, and where it stands.
        let clock = &*desk.test.clock;
        let find = async |standing| {
            let filter = Filter {
                organisation: "13799".into(),
                standing,
            };
            let found = certificates::search(platform, clock, &filter, (0, 10)).await;
            found.unwrap()
        };
        let (rows, count) = find(Some(StandingFilter::Good)).await;
        assert_eq!((rows.len(), count), (1, 1), "{engine:?}");
        let serial = rows[0].certificate.serial.clone();
        let revoked = certificates::revoke(platform, &operator(), &serial, "紛失の届出").await;
        assert!(revoked.unwrap(), "{engine:?}");
        assert_eq!(find(Some(StandingFilter::Good)).await.1, 0, "{engine:?}");
        assert_eq!(find(Some(StandingFilter::Ended)).await.1, 0, "{engine:?}");
        assert_eq!(find(None).await.1, 1, "{engine:?}");
        let held = certificates::find(platform, &serial.to_uppercase()).await;
        assert_eq!(held.unwrap().unwrap().reason.as_deref(), Some("紛失の届出"));
    }
}
