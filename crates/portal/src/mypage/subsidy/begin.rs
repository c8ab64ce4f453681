//! Beginning an application, with what was typed into the calculation.

use super::{applicant, around, page_of, programme_of, title, word};
use crate::mypage::{
    missing,
    own::{Own, PostedOwn},
    see_other,
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{Opening, Programme, SubsidyForm};
use kiban_portal_ui::{Link, MyConfirmPage};
use kiban_services::subsidies::{self, BeginError, Standing};
use kiban_web_kit::Fields;

async fn standing(own: &Own) -> Result<Standing, Response> {
    let found = subsidies::current(own.platform()).await;
    let found = found.map_err(|error| own.failed(&error))?;
    let now = own.platform().now();
    let found = found.filter(|it| it.scheme.applications().at(now) != Opening::After);
    found.ok_or_else(|| closed(own))
}

fn closed(own: &Own) -> Response {
    own.say(
        StatusCode::CONFLICT,
        "申請の受付は終了しました",
        "受付の期間は、助成金のご案内で確かめてください。次の年度の助成は未定です。",
        Link::new("/subsidy", "助成金のご案内を見る"),
    )
}

/// GET `/apply/subsidy/{programme}`: what will be begun.
pub(in crate::mypage) async fn show(
    own: Own,
    Path(programme): Path<String>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Response, Response> {
    let programme = programme_of(&programme).ok_or_else(|| missing(&own))?;
    let standing = standing(&own).await?;
    let form = carried(programme, &Fields::of(fields));
    let hidden = form
        .values()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let page = MyConfirmPage {
        frame: around(&own),
        title: title(programme).to_owned(),
        lead: "申請の下書きを作ります。ステップごとに保存し、あとで続けられます。事業所の登録の審査中でも始められます。提出は、登録が承認されてからです。".to_owned(),
        facts: vec![
            ("制度".to_owned(), standing.scheme.title().to_owned()),
            ("事業所".to_owned(), own.organisation.clone()),
            ("事業所番号".to_owned(), own.office_no.as_str().to_owned()),
        ],
        action: format!("/apply/subsidy/{}", word(programme)),
        hidden: hidden.collect(),
        button: "申請を始める".to_owned(),
        back: Link::new("/subsidy", "助成金のご案内へ戻る"),
    };
    Ok(own.page(StatusCode::OK, &page))
}

/// What was typed into the calculation, by the names of an application's fields.
fn carried(programme: Programme, fields: &Fields) -> SubsidyForm {
    let mut form = SubsidyForm::default();
    let kinds = fields.fields().iter().filter_map(|(name, value)| {
        let code = name.strip_prefix('k').filter(|it| it.len() == 2)?;
        (value == "1").then_some(code)
    });
    let (letter, plain): (char, &[&str]) = match programme {
        Programme::Care => {
            form.set("kinds", &kinds.collect::<Vec<_>>().join(" "));
            ('c', &[])
        }
        Programme::Opinion => ('o', &["institution", "beds"]),
    };
    for name in plain {
        form.set(name, fields.get(name));
    }
    for (name, value) in fields.fields() {
        let field = name.strip_prefix(letter).and_then(|it| it.split_once('_'));
        let Some((number, field)) = field else {
            continue;
        };
        // A line that is only there to be filled in is none.
        if !fields.get(&format!("{letter}{number}_amount")).is_empty() {
            form.set(&format!("line.{number}.{field}"), value);
        }
    }
    form
}

/// POST `/apply/subsidy/{programme}`.
pub(in crate::mypage) async fn begin(
    Path(programme): Path<String>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let programme = programme_of(&programme).ok_or_else(|| missing(&own))?;
    let standing = standing(&own).await?;
    let (applicant, context) = (applicant(&own).await?, own.context());
    let key = (standing.scheme.code(), programme);
    let values = fields.fields().to_vec();
    let begun = subsidies::begin(own.platform(), &context, &applicant, key, values).await;
    match begun {
        Ok(receipt) => Ok(see_other(&format!(
            "/apply/subsidy/{}/{receipt}/kinds",
            word(programme)
        ))),
        Err(BeginError::Stands(receipt)) if receipt.is_empty() => {
            Ok(see_other("/mypage/applications"))
        }
        Err(BeginError::Stands(receipt)) => Ok(see_other(&page_of(&receipt))),
        Err(BeginError::Closed) => Err(closed(&own)),
        Err(BeginError::Storage(error)) => Err(own.failed(&error)),
    }
}
