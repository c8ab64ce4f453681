//! 申請の状況 (M06): what the office has applied for, correcting it, taking it back.

use super::{
    Done, frame, instant, missing,
    own::{Own, PostedOwn},
    see_other, stale, subsidy,
};
use crate::{
    public::{date, day_of},
    typed,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{RegistrationStage, ServiceKind};
use kiban_portal_ui::{
    ApplicationLine, ApplicationStep, Chip, ChipColor, Link, MyApplicationPage, MyApplicationsPage,
    MyConfirmPage, Notice, NoticeKind, TextField,
};
use kiban_services::subsidies::{self, SubsidyRow};
use kiban_services::{
    office_register,
    registrations::{
        self, CorrectError, Corrections, NOTE, Registration, StepRow, Typed, shown_receipt,
    },
};
use kiban_web_kit::Fields;

/// A stage as its applicant reads it.
pub(super) fn chip(stage: RegistrationStage) -> Chip {
    let color = match stage {
        RegistrationStage::Applied | RegistrationStage::Checked { .. } => ChipColor::Blue,
        RegistrationStage::Returned => ChipColor::Orange,
        RegistrationStage::Approved { .. } => ChipColor::Green,
        RegistrationStage::Refused { .. } => ChipColor::Red,
        RegistrationStage::Withdrawn => ChipColor::Gray,
    };
    Chip::new(stage.applicants_label(), color)
}

/// Whose turn it is; empty when it has ended.
pub(super) fn turn(stage: RegistrationStage) -> &'static str {
    match stage {
        RegistrationStage::Applied | RegistrationStage::Checked { .. } => "運営",
        RegistrationStage::Returned => "あなた",
        RegistrationStage::Approved { .. }
        | RegistrationStage::Refused { .. }
        | RegistrationStage::Withdrawn => "",
    }
}

async fn latest(own: &Own) -> Result<Option<Registration>, Response> {
    let found = registrations::latest_of_office(own.platform(), &own.office_no).await;
    found.map_err(|error| own.failed(&error))
}

/// GET `/mypage/applications`.
pub(super) async fn list(own: Own) -> Result<Response, Response> {
    let found = latest(&own).await?;
    let line = |registration: &Registration| {
        let row = &registration.row;
        ApplicationLine {
            link: Link::new(
                format!("/mypage/applications/{}", row.receipt),
                shown_receipt(&row.receipt),
            ),
            title: "事業所の登録".into(),
            applied: date(day_of(row.applied_at)),
            chip: chip(row.stage),
            turn: turn(row.stage).into(),
        }
    };
    let applicant = subsidy::applicant(&own).await?;
    let subsidies = subsidies::list_own(own.platform(), &applicant).await;
    let subsidies = subsidies.map_err(|error| own.failed(&error))?;
    let of_subsidy = |row: &SubsidyRow| ApplicationLine {
        link: Link::new(
            format!("/mypage/applications/{}", row.receipt),
            subsidies::shown_receipt(&row.receipt),
        ),
        title: subsidy::title(row.programme).into(),
        applied: date(day_of(row.submitted_at.unwrap_or(row.begun_at))),
        chip: subsidy::chip(row),
        turn: subsidy::turn(row).into(),
    };
    let mut rows: Vec<_> = subsidies.iter().map(of_subsidy).collect();
    rows.extend(found.iter().map(line));
    let page = MyApplicationsPage {
        frame: frame(&own, "/mypage/applications"),
        rows,
    };
    Ok(own.page(StatusCode::OK, &page))
}

/// The application of an address, if it is the office's latest.
async fn find(own: &Own, receipt: &str) -> Result<Registration, Response> {
    let found = latest(own).await?;
    found
        .filter(|it| it.row.receipt == receipt)
        .ok_or_else(|| missing(own))
}

/// GET `/mypage/applications/{receipt}`.
pub(super) async fn show(
    own: Own,
    Path(receipt): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Response> {
    if let Some(case) = subsidy::find(&own, &receipt).await? {
        let page = subsidy::detail(&own, &case, &done.done);
        return Ok(own.page(StatusCode::OK, &page));
    }
    let found = find(&own, &receipt).await?;
    let page = page(&own, &found).await?;
    Ok(own.page(StatusCode::OK, &page))
}

async fn page(own: &Own, registration: &Registration) -> Result<MyApplicationPage, Response> {
    let row = &registration.row;
    let office = &row.office;
    let mine = row.applicant_id == own.session.user_id;
    let open = matches!(
        row.stage,
        RegistrationStage::Applied
            | RegistrationStage::Returned
            | RegistrationStage::Checked { .. }
    );
    let correctable = mine && row.stage == RegistrationStage::Returned;
    let listed = office_register::look_up(own.platform(), &own.office_no).await;
    let listed = listed.map_err(|error| own.failed(&error))?.is_some();
    let kinds: Vec<&str> = office
        .service_kinds
        .iter()
        .map(ServiceKind::label)
        .collect();
    let codes: Vec<&str> = office
        .service_kinds
        .iter()
        .map(ServiceKind::as_str)
        .collect();
    let postal_code = typed::shown_postal_code(&office.postal_code);
    let mut facts = vec![
        ("区分", office.kind.label().to_owned()),
        ("番号", office.office_no.as_str().to_owned()),
        ("名称", office.name.clone()),
        ("所在地", format!("{postal_code} {}", office.address)),
        ("電話番号", office.phone.clone()),
        ("サービス", kinds.join("、")),
        ("申請した人", row.applicant.name.clone()),
    ];
    facts.retain(|(_, text)| !text.trim().is_empty());
    Ok(MyApplicationPage {
        frame: frame(own, "/mypage/applications").below("/mypage/applications", "申請の状況"),
        notice: correctable.then(|| {
            Notice::new(
                NoticeKind::Warning,
                "直していただきたいところがあります",
                "下の経過にある運営からの連絡を読んで、修正して提出してください。",
            )
        }),
        receipt: row.receipt.clone(),
        shown: shown_receipt(&row.receipt),
        version: row.version,
        chip: chip(row.stage),
        facts: facts
            .into_iter()
            .map(|(term, text)| (term.to_owned(), text))
            .collect(),
        steps: registration.steps.iter().map(step).collect(),
        correctable,
        unlisted: !listed,
        withdrawable: mine && open,
        office_name: TextField::of(&office.name),
        postal_code: TextField::of(postal_code),
        address: TextField::of(&office.address),
        office_phone: TextField::of(&office.phone),
        services: TextField::of(codes.join("・")),
        phone: TextField::of(&row.applicant.phone),
        note: TextField::default(),
    })
}

fn step(step: &StepRow) -> ApplicationStep {
    ApplicationStep {
        at: instant(step.acted_at),
        step: step.step.label().to_owned(),
        // The operator speaks with one name.
        actor: if step.by_operator {
            "運営".to_owned()
        } else {
            step.actor.clone()
        },
        note: step.note.lines().map(str::to_owned).collect(),
    }
}

/// POST `/mypage/applications/{receipt}`: corrected.
pub(super) async fn resubmit(
    Path(receipt): Path<String>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let found = find(&own, &receipt).await?;
    let mut page = page(&own, &found).await?;
    if !page.correctable {
        return Err(stale(&own, back(&receipt)));
    }
    let Some(corrections) = read(&mut page, &fields) else {
        return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let seen = fields.get("version").parse().unwrap_or_default();
    let context = own.context();
    let done = registrations::resubmit(
        own.platform(),
        &context,
        own.session.user_id,
        (&receipt, seen),
        corrections,
    );
    done.await.map_err(|error| failed(&own, &receipt, &error))?;
    Ok(see_other(&format!("/mypage/applications/{receipt}")))
}

fn read(page: &mut MyApplicationPage, fields: &Fields) -> Option<Corrections> {
    let field = |name| TextField::of(fields.get(name));
    page.phone = field("phone");
    page.note = field("note");
    let phone = typed::phone(&mut page.phone, "担当者の電話番号");
    let note = typed::optional(&mut page.note, "運営への連絡", NOTE);
    let typed = if page.unlisted {
        page.office_name = field("office_name");
        page.postal_code = field("postal_code");
        page.address = field("address");
        page.office_phone = field("office_phone");
        page.services = field("services");
        let name = typed::office(&mut page.office_name, "名称");
        let postal_code = typed::postal_code(&mut page.postal_code, "郵便番号");
        let address = typed::address(&mut page.address, "所在地");
        let phone = typed::phone(&mut page.office_phone, "事業所の電話番号");
        let service_kinds = typed::service_kinds(&mut page.services);
        Typed {
            name: name?,
            postal_code: postal_code?,
            address: address?,
            phone: phone?,
            service_kinds: service_kinds?,
            beds: None,
        }
    } else {
        Typed::default()
    };
    Some(Corrections {
        typed,
        phone: phone?,
        note: note?,
    })
}

fn back(receipt: &str) -> Link {
    Link::new(
        format!("/mypage/applications/{receipt}"),
        "申請の画面へ戻る",
    )
}

fn failed(own: &Own, receipt: &str, error: &CorrectError) -> Response {
    match error {
        CorrectError::NotFound => missing(own),
        CorrectError::Stage(_) | CorrectError::Stale => stale(own, back(receipt)),
        CorrectError::Storage(error) => own.failed(error),
    }
}

/// GET `/mypage/applications/{receipt}/withdraw`: asks once more.
pub(super) async fn ask(own: Own, Path(receipt): Path<String>) -> Result<Response, Response> {
    if let Some(case) = subsidy::find(&own, &receipt).await? {
        return Ok(subsidy::ask_withdraw(&own, &case));
    }
    let found = find(&own, &receipt).await?;
    let row = &found.row;
    let page = MyConfirmPage {
        frame: frame(&own, "/mypage/applications").below("/mypage/applications", "申請の状況"),
        title: "申請の取下げの確認".into(),
        lead: "事業所の登録の申請を取り下げます。取り消せません。この事業所の担当者としては、ログインできなくなります。".into(),
        facts: vec![
            ("受付番号".into(), shown_receipt(&row.receipt)),
            ("名称".into(), row.office.name.clone()),
        ],
        action: format!("/mypage/applications/{}/withdraw", row.receipt),
        hidden: vec![("version".into(), row.version.to_string())],
        button: "この申請を取り下げる".into(),
        back: back(&row.receipt),
    };
    Ok(own.page(StatusCode::OK, &page))
}

/// POST `/mypage/applications/{receipt}/withdraw`.
pub(super) async fn withdraw(
    Path(receipt): Path<String>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    if let Some(withdrawn) = subsidy::withdraw(&receipt, &posted).await? {
        return Ok(withdrawn);
    }
    let PostedOwn { own, fields } = posted;
    let seen = fields.get("version").parse().unwrap_or_default();
    let (context, applicant) = (own.context(), own.session.user_id);
    let done = registrations::withdraw(own.platform(), &context, applicant, (&receipt, seen));
    done.await.map_err(|error| failed(&own, &receipt, &error))?;
    Ok(own.say(
        StatusCode::OK,
        "申請を取り下げました",
        "もう一度登録するときは、ユーザ登録からお申し込みください。",
        Link::new("/", "ホームへ戻る"),
    ))
}
