//! Going on as another body of which one is a member.

use crate::member::{PostedIn, SignedIn, home_of};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_domain::Body;
use kiban_portal_ui::{Link, SwitchBody, SwitchPage};
use kiban_services::portal_users::{self, bodies, members, session};

fn kind(body: &Body) -> &'static str {
    match body {
        Body::Office(_) => "事業所・医療機関",
        Body::Insurer(_) => "市町村（保険者）",
        Body::Prefecture(_) => "都道府県",
        Body::Operator => "運営",
    }
}

/// GET `/switch`.
pub(super) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    let platform = signed_in.platform();
    let all = members::bodies_of(platform, signed_in.session.user_id).await;
    let all = all.map_err(|error| signed_in.failed(&error))?;
    let mut shown = Vec::new();
    for row in all {
        let name = bodies::name(platform, &row.body).await;
        shown.push(SwitchBody {
            value: format!("{}:{}", row.body.kind(), row.body.number()),
            name: name.map_err(|error| signed_in.failed(&error))?,
            kind: kind(&row.body),
            number: row.body.number().to_owned(),
            roles: row.roles.label(),
            current: row.body == signed_in.session.body,
        });
    }
    let page = SwitchPage {
        frame: signed_in.frame().at("/switch"),
        bodies: shown,
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// POST `/switch`.
pub(super) async fn submit(posted: PostedIn) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let platform = signed_in.platform();
    let body = fields.get("body").split_once(':');
    let body = body.and_then(|(kind, number)| Body::of(kind, number).ok());
    let token = signed_in.token.to_text();
    let moved = match body {
        Some(body) => session::switch(platform, &token, body).await,
        None => Ok(false),
    };
    if !moved.map_err(|error| signed_in.failed(&error))? {
        return Err(signed_in.say(
            StatusCode::NOT_FOUND,
            "切り替えられませんでした",
            "この団体の担当者ではなくなっています。管理者に確認してください。",
            Link::new("/switch", "団体の切替えへ戻る"),
        ));
    }
    let now = portal_users::look(platform, &token).await;
    let now = now.map_err(|error| signed_in.failed(&error))?;
    let target = now.as_ref().map_or("/login", home_of);
    Ok(Redirect::to(target).into_response())
}
