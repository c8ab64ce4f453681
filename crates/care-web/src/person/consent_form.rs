//! Recording a consent, or that one was taken back (S-5): asked, shown once more, recorded.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_access::{Refusal, records_consents};
use kiban_domain::{ConsentBasis, ConsentScope, Date};
use kiban_services::consents::{self, ConsentError, ConsentRef, NOTE_MAX, NewConsent, Withdrawal};
use kiban_ui::{
    Choice, ChoiceField, ConsentAct, ConsentFormPage, DateField, MenuItem, MessageKind, TextField,
};
use serde::Deserialize;

use super::{
    consents::{Consents, what},
    dossier::About,
};
use crate::{
    answer::{Message, page, page_with, see_other},
    dates,
    form::{Fields, Posted},
    persons::listed,
    words,
};

/// Which consent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    consent: String,
}

/// GET `…/consents/new`.
pub(crate) async fn ask(about: About) -> Result<Response, Response> {
    let today = dates::field(about.signed_in.platform().today());
    let blank = Fields::default();
    Ok(page(&input(&about, ConsentAct::Give, &blank, today).await?))
}

/// GET `…/consents/withdraw?consent=…`.
pub(crate) async fn ask_withdrawal(
    about: About,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let today = dates::field(about.signed_in.platform().today());
    let act = withdrawal(&about, &asked.consent).await?;
    let blank = Fields::default();
    Ok(page(&input(&about, act, &blank, today).await?))
}

/// POST `…/consents/new`.
pub(crate) async fn give(
    Path(path): Path<(String, String)>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &path).ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    step(&about, ConsentAct::Give, &form).await
}

/// POST `…/consents/withdraw`.
pub(crate) async fn withdraw(
    Path(path): Path<(String, String)>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let about = About::of(&signed_in, &path).ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    let act = withdrawal(&about, form.get("consent")).await?;
    step(&about, act, &form).await
}

/// A consent that stands, for its withdrawal.
async fn withdrawal(about: &About, consent: &str) -> Result<ConsentAct, Response> {
    let items = match about.ledger().await? {
        Consents::All(ledger) => ledger.items,
        Consents::Own(items) => items,
    };
    if !records_consents(&about.signed_in.context.caller) {
        return Err(about.signed_in.refused(Refusal::RoleNotEntitled));
    }
    let item = items
        .iter()
        .find(|item| item.id.to_string() == consent && item.withdrawn_on.is_none())
        .ok_or_else(|| gone(about))?;
    Ok(ConsentAct::Withdraw {
        consent: consent.to_owned(),
        what: what(item),
    })
}

fn gone(about: &About) -> Response {
    let detail = "この同意の記録はないか、すでに撤回が登録されています。";
    let back = format!("{}/consents", listed::path(&about.key));
    about
        .signed_in
        .say(Message::new(MessageKind::NotFound, detail).next(&back, "同意の記録へ戻る"))
}

async fn step(about: &About, act: ConsentAct, form: &Fields) -> Result<Response, Response> {
    let (label, gives) = match &act {
        ConsentAct::Give => ("同意の日", true),
        ConsentAct::Withdraw { .. } => ("撤回の日", false),
    };
    let (from, day) = dates::read(form, "from", label);
    let mut filled = input(about, act, form, from).await?;
    if form.get("go") == "back" {
        filled.from.error = None;
        return Ok(page(&filled));
    }
    let scope: Option<ConsentScope> = form.get("scope").parse().ok();
    if gives && scope.is_none() {
        filled.scope.error = Some("同意の範囲を選択してください".to_owned());
    }
    let basis: Option<ConsentBasis> = form.get("basis").parse().ok();
    if basis.is_none() {
        let who = if gives {
            "同意した方"
        } else {
            "撤回を申し出た方"
        };
        filled.basis.error = Some(format!("{who}を選択してください"));
    }
    let sound = |text: &str| (1..=NOTE_MAX).contains(&text.chars().count());
    if basis.is_some_and(|it| it != ConsentBasis::Own) && !sound(&filled.ground.value) {
        filled.ground.error = Some(ground_missing());
    }
    if !sound(&filled.evidence.value) {
        filled.evidence.error = Some(evidence_missing());
    }
    let (Some(basis), Some(day), true) = (basis, day, filled.errors().is_empty()) else {
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    if form.get("go") != "record" {
        filled.confirm = Some(words::date(day));
        return Ok(page(&filled));
    }
    record(about, filled, scope, basis, day).await
}

async fn record(
    about: &About,
    mut filled: ConsentFormPage,
    scope: Option<ConsentScope>,
    basis: ConsentBasis,
    from: Date,
) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let (ground, evidence) = (filled.ground.value.clone(), filled.evidence.value.clone());
    let (outcome, done) = match &filled.act {
        ConsentAct::Give => {
            let new = NewConsent {
                scope: scope.unwrap_or(ConsentScope::All),
                basis,
                ground,
                evidence,
                from,
            };
            let outcome = consents::give(platform, context, &about.key, new).await;
            (outcome, "given")
        }
        ConsentAct::Withdraw { consent, .. } => {
            let consent: ConsentRef = consent.parse().map_err(|_| gone(about))?;
            let it = Withdrawal {
                consent,
                basis,
                ground,
                evidence,
                from,
            };
            let outcome = consents::withdraw(platform, context, &about.key, it).await;
            (outcome, "withdrawn")
        }
    };
    let back = format!("{}/consents", listed::path(&about.key));
    match outcome {
        Ok(_) => return Ok(see_other(&format!("{back}?done={done}"))),
        Err(ConsentError::DayOutOfRange { from, to }) => {
            let (from, to) = (words::date(from).wareki, words::date(to).wareki);
            filled.from.error = Some(format!("日付は、{from}から{to}までで入力してください"));
        }
        Err(ConsentError::Ground) => filled.ground.error = Some(ground_missing()),
        Err(ConsentError::Evidence) => filled.evidence.error = Some(evidence_missing()),
        Err(ConsentError::AlreadyGiven) => {
            let error = "この範囲の同意は、すでに登録されています";
            filled.scope.error = Some(error.to_owned());
        }
        Err(ConsentError::NotFound) => return Err(gone(about)),
        Err(ConsentError::Refused(refusal)) => return Err(signed_in.refused(refusal)),
        Err(ConsentError::Storage(error)) => return Err(signed_in.storage(&error)),
    }
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
}

fn ground_missing() -> String {
    format!("代理の根拠は、1文字以上{NOTE_MAX}文字以内で入力してください")
}

fn evidence_missing() -> String {
    format!("書面の保管場所は、1文字以上{NOTE_MAX}文字以内で入力してください")
}

async fn input(
    about: &About,
    act: ConsentAct,
    form: &Fields,
    from: DateField,
) -> Result<ConsentFormPage, Response> {
    let person = match &act {
        // Who takes a consent back is let in by number where nothing else may be seen.
        ConsentAct::Withdraw { .. } => about.head("record_consent").await?,
        ConsentAct::Give => about.read(None, "record_consent").await?.head(),
    };
    let scopes = ConsentScope::ALL.iter().map(|it| Choice {
        chosen: it.code() == form.get("scope"),
        ..Choice::new(it.code(), it.label(), "")
    });
    let bases = ConsentBasis::ALL.iter().map(|it| Choice {
        chosen: it.code() == form.get("basis"),
        ..Choice::new(it.code(), it.label(), "")
    });
    let own = form.get("basis") == ConsentBasis::Own.code();
    let ground = if own { "" } else { form.get("ground") };
    Ok(ConsentFormPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person,
        act,
        confirm: None,
        scope: ChoiceField::of(scopes.collect()),
        basis: ChoiceField::of(bases.collect()),
        ground: TextField::of(ground),
        evidence: TextField::of(form.get("evidence")),
        from,
    })
}
