//! Written pages (P02–P04, P21) and 各種申請 (P08).

use super::{failed, missing, page, subsidy, words};
use crate::{PortalState, served::without_dead_links};
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use http::header;
use kiban_content::Head;
use kiban_portal_ui::{ApplyPage, ArticlePage, Link, Procedure, Section};
use std::fmt::Write as _;

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
    /// GET `/developers`.
    developers = "developers";
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

/// GET `/developers/{part}`.
pub(super) async fn for_developers(
    State(state): State<PortalState>,
    Path(part): Path<String>,
) -> Response {
    show(&state, &format!("developers-{part}")).await
}

/// GET `/developers/openapi.json`: the description of the connect door, which itself wants a certificate.
pub(super) async fn openapi() -> Response {
    const OPENAPI: &[u8] = include_bytes!("../../../../docs/reference/openapi.json");
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, OPENAPI).into_response()
}

/// GET `/developers/municipal-layouts.md`: the items of municipalities' files.
pub(super) async fn layouts() -> Response {
    const LAYOUTS: &str = include_str!("../../../../docs/reference/municipal-layouts.md");
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, LAYOUTS).into_response()
}

/// GET `/sitemap`: every page that is not one of many, and the newest of those that are.
pub(super) async fn sitemap(State(state): State<PortalState>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let mut text = String::from(SITEMAP);
    for (heading, folder, shown) in [
        ("各種資料", "docs", &published.documents),
        ("新しいお知らせ", "news", &published.news),
    ] {
        let _ = writeln!(text, "\n## {heading}\n");
        for it in shown.iter().take(10) {
            let title = &it.article.headline.title;
            let _ = writeln!(text, "- [{title}](/{folder}/{})", it.slug);
        }
    }
    let day = state.platform.today();
    page(&ArticlePage {
        frame: state.portal_frame(),
        title: "サイトマップ".into(),
        lead: String::new(),
        facts: Vec::new(),
        contents: Vec::new(),
        body: without_dead_links(&kiban_content::html(&text).html),
        paper: None,
        date: words::date(day),
    })
}

const SITEMAP: &str = "\
## はじめに\n\n- [ホーム](/)\n- [介護情報基盤とは](/about)\n- [はじめての方へ](/first)\n- [介護事業所の方へ](/for/care)\n- [医療機関の方へ](/for/medical)\n- [市町村の方へ](/for/municipality)\n- [利用者・ご家族の方へ](/for/citizen)\n- [連携事業者の方へ](/developers)\n
## 手続き\n\n- [各種申請](/apply)\n- [ユーザ登録](/signup)\n- [助成金のご案内](/subsidy)\n- [助成額の試算](/subsidy/estimate)\n- [導入準備チェック](/checklist)\n- [ログイン](/login)\n- [パスワードの再設定](/password)\n- [端末の利用開始](/start)\n
## 調べる\n\n- [市町村の対応状況](/readiness)\n- [よくあるご質問](/faq)\n- [各種資料](/docs)\n- [お知らせ](/news)\n- [サイト内検索](/search)\n
## お問い合わせ\n\n- [お問い合わせ](/contact)\n- [チャットで質問](/contact/chat)\n- [お問い合わせフォーム](/contact/form)\n- [受付番号で確認](/contact/track)\n- [お電話](/contact/tel)\n
## このサイトについて\n\n- [利用規約](/terms)\n- [個人情報の取扱い](/privacy)\n- [ウェブアクセシビリティ](/accessibility)\n- [推奨環境](/environment)\n- [ライセンス](/licenses)\n- [稼働状況](/status)\n- [メンテナンス](/maintenance)\n";

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
    let standing = match subsidy::current(&state).await {
        Ok(standing) => standing,
        Err(error) => return failed(&state, &error),
    };
    let mut procedures = vec![sign_up];
    let subsidies = (*standing).as_ref();
    procedures.extend(
        subsidies
            .into_iter()
            .flat_map(|it| subsidy::procedures(it, state.platform.now())),
    );
    procedures.push(terminal);
    page(&ApplyPage {
        frame: state.portal_frame().of(Section::Apply),
        procedures,
    })
}
