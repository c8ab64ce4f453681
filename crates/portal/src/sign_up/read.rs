//! What the fields of a sign-up say; what is wrong stands beside them.

use super::steps::look_up_error;
use crate::{PortalState, forms::Posted, public::failed, typed};
use axum::response::Response;
use kiban_domain::{RegistrationKind, ServiceKind};
use kiban_portal_ui::{Choice, ChoiceField, FoundOffice, SignUpPage, SignUpStep, TextField};
use kiban_services::registrations::{self, Candidate, LookUpError, NewSignUp, Typed};
use kiban_web_kit::{csrf, session::Token};

/// An empty page.
pub(super) fn empty(state: &PortalState, entry: &Token) -> SignUpPage {
    SignUpPage {
        frame: state.portal_frame(),
        csrf: csrf::token(entry),
        once: Token::new(&*state.platform.entropy).to_text(),
        notice: None,
        step: SignUpStep::Kind,
        sort: kinds(""),
        kind_label: String::new(),
        kind_code: String::new(),
        office_no: TextField::default(),
        found: None,
        office_name: TextField::default(),
        postal_code: TextField::default(),
        address: TextField::default(),
        office_phone: TextField::default(),
        services: TextField::default(),
        name: TextField::default(),
        mail: TextField::default(),
        phone: TextField::default(),
        agreed: agreement(false),
    }
}

fn kinds(chosen: &str) -> ChoiceField {
    let help = |kind: RegistrationKind| match kind {
        RegistrationKind::CareOffice => {
            "介護サービスの指定を受けた事業所です。地域包括支援センターも含みます。"
        }
        RegistrationKind::Deemed => {
            "介護サービスを行う病院、診療所、薬局、訪問看護ステーションで、医療機関コードで登録するところです。"
        }
        RegistrationKind::Medical => {
            "主治医意見書を作成する病院、診療所で、介護サービスを行わないところです。"
        }
    };
    let choice = |kind: &RegistrationKind| Choice {
        chosen: kind.code() == chosen,
        ..Choice::new(kind.code(), kind.label(), help(*kind))
    };
    ChoiceField::of(RegistrationKind::ALL.iter().map(choice).collect())
}

fn agreement(agreed: bool) -> ChoiceField {
    let choice = Choice::new("yes", "利用規約と個人情報の取扱いに同意します", "");
    ChoiceField::of(vec![Choice {
        chosen: agreed,
        ..choice
    }])
}

/// The page with everything that was sent.
pub(super) fn filled(state: &PortalState, posted: &Posted) -> SignUpPage {
    let field = |name| TextField::of(posted.get(name));
    let mut page = empty(state, &posted.entry);
    if !posted.get("once").is_empty() {
        posted.get("once").clone_into(&mut page.once);
    }
    page.sort = kinds(posted.get("kind"));
    page.office_no = field("office_no");
    page.office_name = field("office_name");
    page.postal_code = field("postal_code");
    page.address = field("address");
    page.office_phone = field("office_phone");
    page.services = field("services");
    page.name = field("name");
    page.mail = field("mail");
    page.phone = field("phone");
    page.agreed = agreement(posted.get("agreed") == "yes");
    page
}

/// Reads the steps in order, up to `until` at most, and stops at the first one with something wrong: that one is shown then. Gives
/// back the whole sign-up when all of it is there.
pub(super) async fn read(
    state: &PortalState,
    page: &mut SignUpPage,
    until: SignUpStep,
) -> Result<Option<NewSignUp>, Response> {
    let Some(kind) = kind(page) else {
        page.step = SignUpStep::Kind;
        return Ok(None);
    };
    if until == SignUpStep::Kind {
        return Ok(None);
    }
    let typed = page.office_no.value.clone();
    let candidate = match registrations::look_up(&state.platform, kind, &typed).await {
        Ok(candidate) => candidate,
        Err(LookUpError::Storage(error)) => return Err(failed(state, &error)),
        Err(error) => {
            page.step = SignUpStep::Number;
            look_up_error(page, &error);
            return Ok(None);
        }
    };
    page.office_no = TextField::of(candidate.office_no.as_str());
    page.found = found(&candidate);
    if until == SignUpStep::Number {
        return Ok(None);
    }
    let unlisted = if candidate.entry.is_some() {
        Typed::default()
    } else if let Some(typed) = office(page) {
        typed
    } else {
        page.step = SignUpStep::Office;
        return Ok(None);
    };
    if until == SignUpStep::Office {
        return Ok(None);
    }
    let new = person(page, &candidate, unlisted);
    if new.is_none() {
        page.step = SignUpStep::Person;
    }
    Ok(new)
}

fn kind(page: &mut SignUpPage) -> Option<RegistrationKind> {
    let chosen = page.sort.choices.iter().find(|choice| choice.chosen);
    let kind = chosen.and_then(|choice| choice.value.parse::<RegistrationKind>().ok());
    match kind {
        Some(kind) => {
            kind.label().clone_into(&mut page.kind_label);
            kind.code().clone_into(&mut page.kind_code);
        }
        None => page.sort = page.sort.clone().with_error("区分を選択してください"),
    }
    kind
}

fn found(candidate: &Candidate) -> Option<FoundOffice> {
    let entry = candidate.entry.as_ref()?;
    let services: Vec<&str> = entry.service_kinds.iter().map(ServiceKind::label).collect();
    Some(FoundOffice {
        name: entry.name.clone(),
        address: entry.address.clone(),
        services: services.join("、"),
    })
}

/// An office that the register has not got, as it was typed.
fn office(page: &mut SignUpPage) -> Option<Typed> {
    // All of them, so that every mistake is told at once.
    let name = typed::office(&mut page.office_name, "名称");
    let postal_code = typed::postal_code(&mut page.postal_code, "郵便番号");
    let address = typed::address(&mut page.address, "所在地");
    let phone = typed::phone(&mut page.office_phone, "事業所の電話番号");
    let service_kinds = typed::service_kinds(&mut page.services);
    Some(Typed {
        name: name?,
        postal_code: postal_code?,
        address: address?,
        phone: phone?,
        service_kinds: service_kinds?,
        beds: None,
    })
}

fn person(page: &mut SignUpPage, candidate: &Candidate, typed: Typed) -> Option<NewSignUp> {
    let name = typed::person(&mut page.name, "担当者の氏名");
    let mail = typed::mail(&mut page.mail);
    let phone = typed::phone(&mut page.phone, "電話番号");
    Some(NewSignUp {
        kind: candidate.kind,
        office_no: candidate.office_no,
        typed,
        name: name?,
        mail: mail?,
        phone: phone?,
    })
}
