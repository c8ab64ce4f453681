//! An office on its way through registration, and who decides on it.

use super::{TestPlatform, invited::letters, operator};
use kiban_domain::{OfficeNumber, RegistrationKind, RegistrationStage};
use kiban_services::{
    office_register,
    registrations::{
        self, Applicant, ApplyError, Decision, NewSignUp, Review, ReviewError, ReviewerUser,
        SignUpError, Typed,
    },
};
use uuid::Uuid;

pub const PORTAL: &str = "https://portal.example";
pub const NUMBER: &str = "1379900028";

pub fn number() -> OfficeNumber {
    NUMBER.parse().unwrap()
}

pub fn applicant_id() -> Uuid {
    Uuid::from_u128(100)
}

pub fn applicant() -> Applicant {
    Applicant {
        name: "見本 担当".into(),
        mail: "tantou@hikari.example".into(),
        phone: "03-0000-0000".into(),
    }
}

pub fn reviewer(id: u128) -> ReviewerUser {
    ReviewerUser {
        user_id: Uuid::from_u128(id),
        name: format!("審査 {id}"),
        mail: format!("shinsa{id}@operator.example"),
    }
}

pub fn typed() -> Typed {
    Typed {
        name: "見本デイサービス".into(),
        address: "東京都見本区2-2".into(),
        ..Typed::default()
    }
}

pub async fn import(test: &TestPlatform, closed: &str) {
    let state = if closed.is_empty() {
        "開設"
    } else {
        "廃止"
    };
    let file = format!(
        "事業所番号,名称,名称カナ,郵便番号,所在地,電話番号,サービス種類,定員・病床数,法人番号,状態,開始日,廃止日\n\
         {NUMBER},見本デイサービス光,ミホン,1000000,東京都見本区1-1,03-0000-0000,15,20,,{state},2020-04-01,{closed}\n"
    );
    let context = operator();
    let imported = office_register::import(&test.platform, &context, file.into_bytes(), true);
    imported.await.unwrap();
}

pub async fn apply(test: &TestPlatform) -> Result<String, ApplyError> {
    registrations::apply(
        &test.platform,
        &operator(),
        PORTAL,
        (RegistrationKind::CareOffice, number(), typed()),
        (applicant_id(), applicant()),
    )
    .await
}

pub async fn review(
    test: &TestPlatform,
    receipt: &str,
    seen: i64,
    decision: Decision,
    by: ReviewerUser,
) -> Result<RegistrationStage, ReviewError> {
    let review = Review {
        receipt: receipt.into(),
        seen,
        decision,
        note: "確認しました".into(),
        by,
    };
    registrations::review(&test.platform, &operator(), PORTAL, review).await
}

pub async fn stage(test: &TestPlatform) -> RegistrationStage {
    let found = registrations::latest_of_office(&test.platform, &number()).await;
    found.unwrap().unwrap().row.stage
}

pub fn new_sign_up(mail: &str) -> NewSignUp {
    NewSignUp {
        kind: RegistrationKind::CareOffice,
        office_no: number(),
        typed: typed(),
        name: "見本 担当".into(),
        mail: mail.parse().unwrap(),
        phone: "03-0000-0000".into(),
    }
}

pub async fn sign_up(test: &TestPlatform, key: &str, mail: &str) -> Result<(), SignUpError> {
    let new = new_sign_up(mail);
    registrations::sign_up(&test.platform, "192.0.2.1", key.as_bytes(), PORTAL, new).await
}

/// The token of the one letter that waits.
pub async fn token(test: &TestPlatform) -> String {
    let letters = letters(&test.platform).await;
    assert_eq!(letters.len(), 1);
    let rest = letters[0].body.split_once("/signup/confirm/").unwrap().1;
    rest.lines().next().unwrap().to_owned()
}
