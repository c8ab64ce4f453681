//! Written pages (P02–P04, P21) and 各種申請 (P08).

use super::{failed, missing, page, words};
use crate::PortalState;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kiban_content::Head;
use kiban_portal_ui::{ApplyPage, ArticlePage, Link, Procedure, Section};

macro_rules! written {
    ($($(#[$meta:meta])* $name:ident = $slug:literal;)+) => {$(
        $(#[$meta])*
        pub(super) async fn $name(State(state): State<PortalState>) -> Response {
            show(&state, $slug).await
        }
    )+};
}

written! {
    /// GET `/about`.
    about = "about";
    /// GET `/first`.
    first = "first";
    /// GET `/terms`.
    terms = "terms";
    /// GET `/privacy`.
    privacy = "privacy";
    /// GET `/accessibility`.
    accessibility = "accessibility";
    /// GET `/environment`.
    environment = "environment";
    /// GET `/licenses`.
    licenses = "licenses";
}

/// GET `/for/{who}`.
pub(super) async fn for_whom(
    State(state): State<PortalState>,
    Path(who): Path<String>,
) -> Response {
    match who.as_str() {
        "care" | "medical" | "municipality" | "citizen" => {
            show(&state, &format!("for-{who}")).await
        }
        _ => missing(state.portal_frame()),
    }
}

async fn show(state: &PortalState, slug: &str) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(state, &error),
    };
    let Some(shown) = published.pages.get(slug) else {
        return missing(state.portal_frame());
    };
    let lead = match &shown.article.headline.head {
        Head::Page { lead, .. } => lead.clone().unwrap_or_default(),
        Head::News { .. } | Head::Document { .. } => String::new(),
    };
    page(&ArticlePage {
        frame: state.portal_frame(),
        title: shown.article.headline.title.clone(),
        lead,
        facts: Vec::new(),
        contents: Vec::new(),
        body: shown.body.html.clone(),
        paper: None,
        date: words::date(shown.date()),
    })
}

/// GET `/apply`.
pub(super) async fn apply(State(state): State<PortalState>) -> Response {
    let sign_up = Procedure {
        title: "ユーザ登録（事業所・医療機関の登録）".into(),
        text: "ポータルとWEBサービスを使うための登録です。承認されると、マイページで担当者の招待と、端末の電子証明書の申込みができます。"
            .into(),
        who: "介護事業所・医療機関".into(),
        when: "いつでも（承認までに日数がかかることがあります）".into(),
        begin: Link::new("/signup", "ユーザ登録をはじめる"),
    };
    let terminal = Procedure {
        title: "端末の利用開始・電子証明書の受取り".into(),
        text: "事業所番号とコードを入力して、端末の電子証明書を受け取ります。はじめての登録にも、更新にも使います。"
            .into(),
        who: "コードを受け取った介護事業所・医療機関".into(),
        when: "いつでも（コードの期限まで）".into(),
        begin: Link::new("/start", "利用開始の画面へ進む"),
    };
    page(&ApplyPage {
        frame: state.portal_frame().of(Section::Apply),
        procedures: vec![sign_up, terminal],
    })
}
