//! Two offices that serve one person, and files.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use crate::support::{
    Engine, INSURER, TestPlatform, care_office, insurer, person,
    two_offices::{HANAKO, SECOND, loaded, second},
};
use kiban_audit::Event;
use kiban_domain::{ConsentBasis, ConsentScope, Date, DocumentKind, EndReason, FiveItems};
use kiban_services::{
    CallContext,
    consents::{self, ConsentRef, NewConsent, Withdrawal},
    documents::{self, AddError, Added, Documents, NewDocument, Opened, ShareError},
    identity,
    relations::{self, End, Registration},
};
use kiban_store::repo::{audit, relations::RelationRow};
use uuid::Uuid;

pub const TODAY: Date = Date::constant(2026, 11, 1);

pub fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\ntrailer\n%%EOF\n").into_bytes()
}

pub async fn register(test: &TestPlatform, context: &CallContext, kind: &str) -> RelationRow {
    let items = FiveItems {
        insurer_no: insurer(),
        insured_no: HANAKO.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: "1940-05-03".parse().unwrap(),
        sex: "2".parse().unwrap(),
    };
    let check = identity::check(&test.platform, context, items).await;
    let registration = Registration {
        check: check.unwrap().id,
        service_kind: kind.parse().unwrap(),
        purpose: "ケアプランの作成".into(),
        from: None,
        accepts_handover: false,
    };
    relations::register(&test.platform, context, registration)
        .await
        .unwrap()
}

/// Never was valid, from this moment on.
pub async fn void(test: &TestPlatform, context: &CallContext, row: &RelationRow) {
    let end = End {
        person: row.person.clone(),
        relation_id: row.relation_id,
        last_day: None,
        reason: EndReason::Mistake,
        note: String::new(),
    };
    relations::end(&test.platform, context, end).await.unwrap();
}

pub async fn consent(test: &TestPlatform, scope: ConsentScope) -> ConsentRef {
    let new = NewConsent {
        scope,
        basis: ConsentBasis::Own,
        ground: String::new(),
        evidence: "書庫の1番".into(),
        from: TODAY,
    };
    let given = consents::give(&test.platform, &care_office(), &person(HANAKO), new).await;
    ConsentRef::Office(given.unwrap().consent_id)
}

pub async fn withdraw(test: &TestPlatform, consent: ConsentRef) {
    let it = Withdrawal {
        consent,
        basis: ConsentBasis::Own,
        ground: String::new(),
        evidence: "書庫の2番".into(),
        from: TODAY,
    };
    consents::withdraw(&test.platform, &care_office(), &person(HANAKO), it)
        .await
        .unwrap();
}

/// Both offices serve the person; nobody has agreed to anything.
pub async fn both(engine: Engine) -> (TestPlatform, [RelationRow; 2]) {
    let test = loaded(engine).await;
    let one = register(&test, &care_office(), "43").await;
    let two = register(&test, &second(), "73").await;
    (test, [one, two])
}

pub fn new(form: u128, words: &str) -> NewDocument {
    NewDocument {
        form_id: Uuid::from_u128(form),
        title: "退院時の情報".into(),
        kind: DocumentKind::DischargeSummary,
        about_on: TODAY,
        file_name: "退院.pdf".into(),
        bytes: pdf(words),
    }
}

pub async fn add(
    test: &TestPlatform,
    context: &CallContext,
    new: NewDocument,
) -> Result<Added, AddError> {
    test.clock.pass(1);
    documents::add(&test.platform, context, &person(HANAKO), new).await
}

pub async fn added(test: &TestPlatform, context: &CallContext, form: u128) -> Uuid {
    match add(test, context, new(form, &form.to_string())).await {
        Ok(Added::New(id)) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn share(test: &TestPlatform, id: Uuid, to: &str) -> Result<String, ShareError> {
    test.clock.pass(1);
    let to = to.parse().unwrap();
    documents::share(&test.platform, &care_office(), &person(HANAKO), id, to).await
}

pub async fn list(test: &TestPlatform, context: &CallContext) -> Documents {
    let listed = documents::list(&test.platform, context, &person(HANAKO)).await;
    listed.unwrap()
}

/// The code of the refusal; nothing when the bytes came.
pub async fn opens(test: &TestPlatform, context: &CallContext, id: Uuid) -> Option<String> {
    test.clock.pass(1);
    match documents::open(&test.platform, context, &person(HANAKO), id).await {
        Ok(Opened { .. }) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// How many files of others the second office sees.
pub async fn received(test: &TestPlatform) -> usize {
    let listed = documents::list(&test.platform, &second(), &person(HANAKO)).await;
    listed.map_or(0, |it| it.received.map_or(0, |it| it.len()))
}

/// What was recorded with one purpose, oldest first.
pub async fn recorded(test: &TestPlatform, purpose: &str) -> Vec<Event> {
    kiban_services::audit_trail::seal_all(&test.platform)
        .await
        .unwrap();
    let mut work = test.platform.audit.read().await.unwrap();
    let entries = audit::list_entries(&mut work, INSURER, Uuid::nil(), 10_000).await;
    let events = entries.unwrap().into_iter().map(|it| it.parse().unwrap());
    events
        .filter(|it| it.purpose.as_deref() == Some(purpose))
        .collect()
}

pub const OTHER_OFFICE: &str = SECOND;
