//! 接続確認: what is seen of this terminal, and who can mend it (W-2).

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::{
    HeaderMap, StatusCode,
    header::{HOST, SET_COOKIE},
};
use kiban_domain::tokyo_date;
use kiban_services::{
    certificates::Standing,
    setup::{self, Step},
    terminals,
};
use kiban_ui::{Check, ConnectionPage};
use kiban_web_kit::{Transport, csrf, entry, session::Token};
use serde::Deserialize;

use crate::{
    answer::{page_with, see_other},
    form::checked,
    office,
    visit::Visit,
    words,
};

/// Clocks may differ by so many seconds; codes of the second factor stand it.
const CLOCK_SECONDS: i64 = 60;
/// What proxies leave behind.
const PROXY_HEADERS: [&str; 5] = [
    "via",
    "forwarded",
    "x-forwarded-for",
    "x-real-ip",
    "x-bluecoat-via",
];

/// What the browser says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    browser_time: String,
}

/// GET `/care/setup/connection`.
pub(crate) async fn show(
    visit: Visit,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let progress = setup::progress(visit.platform(), &visit.office_no, visit.terminal_id());
    let progress = progress.await.map_err(|error| visit.storage(&error))?;
    let told = asked.browser_time.parse::<i64>().ok();
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*visit.platform().entropy));
    let page = ConnectionPage {
        frame: visit.frame(),
        csrf: csrf::token(&entry),
        checks: vec![
            address(&visit, &headers),
            clock(&visit, told),
            holder(&visit).await,
            expiry(&visit),
            Check::good(
                "証明書の発行元",
                "基盤の端末用の認証局が発行した証明書です（接続のときに確かめました）。",
            ),
            revocation(&visit),
            proxies(&headers),
            Check::good(
                "プログラムの版",
                format!("サーバーは kiban {} です。", env!("CARGO_PKG_VERSION")),
            ),
        ],
        clock_told: told.is_some(),
        in_setup: !progress.finished && !progress.administrator,
    };
    let mut response = page_with(StatusCode::OK, &page);
    let cookie = entry::cookie(&entry, "/care", Transport::Tls);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn address(visit: &Visit, headers: &HeaderMap) -> Check {
    let own = visit.state.own_origin.split("://").nth(1).unwrap_or("");
    // HTTP/2 puts the name into the address of the request, where it was compared with the certificate already.
    match headers.get(HOST).and_then(|host| host.to_str().ok()) {
        Some(host) if !host.eq_ignore_ascii_case(own) && !visit.state.sandbox => Check::warning(
            "接続先",
            "ご案内と違う名前で接続しています。",
            format!(
                "ブラウザのアドレス欄に {}/care と入力して開き直してください。",
                visit.state.own_origin
            ),
        ),
        _ => Check::good("接続先", format!("{own} に接続しています。")),
    }
}

fn clock(visit: &Visit, told: Option<i64>) -> Check {
    let now = visit.state.clock.now();
    let Some(told) = told else {
        return Check::warning(
            "端末の時計",
            format!("サーバーの時刻は、{}です。", words::instant(now)),
            "端末の時計と見比べてください。1分より大きくずれているときは、端末の日付と時刻の設定で、時刻を自動で合わせてください。事業所のパソコンの担当者が直せます。",
        );
    };
    let ahead = told / 1_000 - now.as_second();
    if ahead.abs() <= CLOCK_SECONDS {
        return Check::good("端末の時計", "サーバーの時刻と合っています。");
    }
    let size = if ahead.abs() < 3_600 {
        format!("{}分", (ahead.abs() / 60).max(1))
    } else {
        format!("{}時間", ahead.abs() / 3_600)
    };
    let way = if ahead > 0 { "進んで" } else { "遅れて" };
    Check::warning(
        "端末の時計",
        format!("端末の時計は、サーバーより{size}ほど{way}います。"),
        "端末の日付と時刻の設定で、時刻を自動で合わせてください。事業所のパソコンの担当者が直せます。",
    )
}

async fn holder(visit: &Visit) -> Check {
    let name = office::terminals::own_name(visit).await;
    let seen = format!(
        "事業所番号 {}、端末「{name}」（{}）",
        visit.office_no.as_str(),
        visit.terminal_id()
    );
    Check::good("証明書の持ち主", seen)
}

fn expiry(visit: &Visit) -> Check {
    let end = visit.client.not_after;
    let left = terminals::days_left(end, visit.state.clock.now());
    let seen = format!(
        "{}まで使えます（あと{left}日）。",
        words::both(tokyo_date(end))
    );
    if left > terminals::REMINDERS[0] {
        Check::good("証明書の期限", seen)
    } else {
        Check::warning(
            "証明書の期限",
            seen,
            "期限が近づいています。事業所の管理者が「職員・端末」で更新できます。",
        )
    }
}

fn revocation(visit: &Visit) -> Check {
    let standing = visit
        .state
        .table
        .as_ref()
        .map(|table| table.standing(visit.serial()));
    match standing {
        Some(Some(Standing::Revoked) | None) => Check::warning(
            "証明書の失効",
            "この証明書は停止されています。",
            "事業所の管理者に、新しいコードの発行を依頼してください。",
        ),
        Some(Some(Standing::Good)) | None => Check::good("証明書の失効", "停止されていません。"),
    }
}

fn proxies(headers: &HeaderMap) -> Check {
    let seen: Vec<&str> = PROXY_HEADERS
        .into_iter()
        .filter(|name| headers.contains_key(*name))
        .collect();
    if seen.is_empty() {
        return Check::good("途中の機器", "プロキシなどの機器は見つかりませんでした。");
    }
    Check::warning(
        "途中の機器",
        format!("通信の途中に機器があります（{}）。", seen.join("、")),
        "この接続先への通信を、途中で開かずに通すように設定してください。事業所のネットワークの担当者が直せます。使えているときは、そのままで構いません。",
    )
}

/// POST `/care/setup/connection`.
pub(crate) async fn done(visit: Visit, request: Request) -> Result<Response, Response> {
    let entry = entry::of(request.headers());
    checked(request, &visit, entry.as_ref())
        .await
        .map_err(|message| visit.say(message.next("/care/setup/connection", "接続確認へ戻る")))?;
    let context = visit.context();
    setup::note(
        visit.platform(),
        &context,
        visit.office_no,
        Step::Connection,
    )
    .await
    .map_err(|error| visit.storage(&error))?;
    Ok(see_other("/care/setup"))
}
