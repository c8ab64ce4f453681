//! 担当登録, after a check that agreed (W-4).

use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_domain::{Date, ServiceKind, Sex};
use kiban_services::{
    handovers::{self, HandoverError},
    identity::{self, CheckId, ConfirmedError},
    relations::{self, RegisterError, Registration},
};
use kiban_ui::{
    Choice, ChoiceField, ConfirmedPerson, DateField, Link, MenuItem, MessageKind, Notice,
    NoticeKind, RegisterPage, RegisterStage,
};
use serde::Deserialize;

use super::listed;
use crate::{
    answer::{Message, page, page_with},
    dates,
    form::{Fields, Posted},
    visit::SignedIn,
    words,
};

/// Value, words and explanation of the purposes. The words are what is recorded.
const PURPOSES: [(&str, &str, &str); 3] = [
    (
        "care_plan",
        "ケアプランの作成・見直し",
        "居宅サービス計画または介護予防サービス計画を作るため",
    ),
    (
        "service",
        "サービスの提供",
        "利用者負担や限度額を確かめるため",
    ),
    (
        "application",
        "認定申請の代行",
        "ご本人に代わって申請の手続きをするため",
    ),
];

/// The check that leads here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    check: String,
}

/// GET `/care/persons/new/register?check=…`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let confirmed = confirmed(&signed_in, &asked.check).await?;
    let mut from = dates::field(signed_in.platform().today());
    from.error = None;
    Ok(page(&input(&signed_in, &confirmed, "", "", from, false)))
}

/// POST `/care/persons/new/register`: on to the confirmation, back to the form, or registered.
pub(crate) async fn submit(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let confirmed = confirmed(&signed_in, form.get("check")).await?;
    let (mut filled, answers) = read(&signed_in, &confirmed, &form);
    let Some(answers) = answers else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    match form.get("go") {
        "back" => Ok(page(&filled)),
        "register" => register(&signed_in, confirmed, answers, filled).await,
        _ => {
            filled.stage = RegisterStage::Confirm {
                from: words::date(answers.from),
                until: "終了の登録をするまで".to_owned(),
            };
            Ok(page(&filled))
        }
    }
}

async fn register(
    signed_in: &SignedIn,
    confirmed: Confirmed,
    answers: Answers,
    mut filled: RegisterPage,
) -> Result<Response, Response> {
    let registration = Registration {
        check: confirmed.check,
        service_kind: answers.service_kind,
        purpose: answers.purpose,
        from: Some(answers.from),
        accepts_handover: confirmed.handover.is_some(),
    };
    let registered = relations::register(signed_in.platform(), &signed_in.context, registration);
    match registered.await {
        Ok(row) => {
            filled.stage = RegisterStage::Done {
                person: Link::new(listed::path(&row.person), confirmed.person.kana),
            };
            Ok(page(&filled))
        }
        Err(RegisterError::FromOutOfRange) => {
            let error = "担当を始める日は、今日の前後1年以内の日付を入力してください";
            filled.from.error = Some(error.to_owned());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(RegisterError::ServiceNotOffered) => {
            let error = "担当するサービスの種類を選択してください";
            filled.service.error = Some(error.to_owned());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(RegisterError::Purpose) => {
            filled.purpose.error = Some("確認する目的を選択してください".to_owned());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(RegisterError::AlreadyRegistered(_)) => Ok(signed_in.say(
            Message::new(
                MessageKind::Conflict,
                "この方は、このサービスの種類ですでに担当登録をしています。担当登録の管理で確かめてください。",
            )
            .next("/care/registrations", "担当登録の管理を開く"),
        )),
        Err(RegisterError::CheckNotFound | RegisterError::CheckSpent) => Err(check_over(signed_in)),
        Err(RegisterError::Refused(refusal)) => Ok(signed_in.refused(refusal)),
        Err(RegisterError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

/// The person of a check that agreed, with what was checked and no more.
struct Confirmed {
    check: CheckId,
    person: ConfirmedPerson,
    /// The office that wants to hand this person over, and its last day.
    handover: Option<(String, Date)>,
}

/// The check must be this office's, fresh and unused; showing what it confirmed is recorded.
async fn confirmed(signed_in: &SignedIn, check: &str) -> Result<Confirmed, Response> {
    let check: CheckId = check.parse().map_err(|_| check_over(signed_in))?;
    let found = identity::confirmed(signed_in.platform(), &signed_in.context, check).await;
    let found = found.map_err(|error| match error {
        ConfirmedError::Refused(refusal) => signed_in.refused(refusal),
        ConfirmedError::Storage(error) => signed_in.storage(&error),
    })?;
    let found = found.ok_or_else(|| check_over(signed_in))?;
    let waiting = handovers::waiting(signed_in.platform(), &signed_in.context, &found.person)
        .await
        .map_err(|error| match error {
            HandoverError::Storage(error) => signed_in.storage(&error),
            HandoverError::Refused(refusal) => signed_in.refused(refusal),
            HandoverError::NotFound
            | HandoverError::OfficeCannot
            | HandoverError::OfferedAlready
            | HandoverError::LastDayOutOfRange { .. } => signed_in.nothing_there(),
        })?;
    let shown = found.shown;
    let sex = if shown.sex == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Ok(Confirmed {
        handover: waiting.map(|it| (it.other_office, it.row.last_day)),
        check,
        person: ConfirmedPerson {
            kana: shown.name_kana,
            birth: words::date(shown.birth_date),
            sex: sex.label().to_owned(),
            insurer: shown.insurer_name,
            masked_no: words::masked(found.person.insured_no.as_str()),
        },
    })
}

fn check_over(signed_in: &SignedIn) -> Response {
    let detail = "この本人確認は、すでに使われたか、有効な時間（30分）を過ぎました。担当登録がまだのときは、本人確認からやり直してください。";
    signed_in.say(
        Message::new(MessageKind::Unprocessable, detail)
            .next("/care/persons/new", "本人確認をやり直す"),
    )
}

/// What was answered, understood.
struct Answers {
    service_kind: ServiceKind,
    purpose: String,
    from: Date,
}

/// Reads the answers, all of them before any is complained of.
fn read(
    signed_in: &SignedIn,
    confirmed: &Confirmed,
    form: &Fields,
) -> (RegisterPage, Option<Answers>) {
    let (from, day) = dates::read(form, "from", "担当を始める日");
    let kind = form.get("service_kind");
    let consented = form.get("consent") == "1";
    let mut page = input(
        signed_in,
        confirmed,
        kind,
        form.get("purpose"),
        from,
        consented,
    );
    let offered = signed_in.office.service_kinds.iter();
    let service_kind = offered.copied().find(|offered| offered.as_str() == kind);
    if service_kind.is_none() {
        page.service.error = Some("担当するサービスの種類を選択してください".to_owned());
    }
    let purpose = PURPOSES
        .iter()
        .find(|(value, ..)| *value == form.get("purpose"));
    if purpose.is_none() {
        page.purpose.error = Some("確認する目的を選択してください".to_owned());
    }
    if !consented {
        page.consent.error = Some("同意の確認を選択してください".to_owned());
    }
    let answers = match (service_kind, purpose, day) {
        (Some(service_kind), Some((_, purpose, _)), Some(from)) if consented => Some(Answers {
            service_kind,
            purpose: (*purpose).to_owned(),
            from,
        }),
        _ => None,
    };
    (page, answers)
}

fn input(
    signed_in: &SignedIn,
    confirmed: &Confirmed,
    kind: &str,
    purpose: &str,
    from: DateField,
    consented: bool,
) -> RegisterPage {
    let kinds = &signed_in.office.service_kinds;
    let only = kinds.len() == 1;
    let services = kinds.iter().map(|offered| Choice {
        chosen: only || offered.as_str() == kind,
        ..Choice::new(offered.as_str(), offered.label(), "")
    });
    let purposes = PURPOSES.map(|(value, label, help)| Choice {
        chosen: value == purpose,
        ..Choice::new(value, label, help)
    });
    RegisterPage {
        frame: signed_in.frame(Some(MenuItem::Register)),
        stage: RegisterStage::Input,
        check: confirmed.check.to_string(),
        person: confirmed.person.clone(),
        handover: confirmed.handover.as_ref().map(|(office, last_day)| {
            Notice::new(
                NoticeKind::Info,
                format!("{office}から、この方の引継ぎの申し出があります"),
                format!(
                    "居宅介護支援などのサービスで担当登録をすると、引継ぎを受け入れます。もとの事業所の担当は{}までです。受け入れないときは、先に引継ぎの申し出を断ってください。",
                    words::date(*last_day).wareki
                ),
            )
            .with_link(Link::new("/care/handovers", "引継ぎの申し出を開く"))
        }),
        service: ChoiceField::of(services.collect()),
        purpose: ChoiceField::of(purposes.to_vec()),
        from,
        consent: RegisterPage::consents(consented),
    }
}
