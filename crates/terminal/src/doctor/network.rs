//! From the terminal's own certificate to a server that takes it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::DATE;
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use jiff::{SignedDuration, Timestamp};
use kiban_card::Mender;
use kiban_domain::Clock;

use super::{Ladder, Outcome, Rung};
use crate::door::{self, DoorError, Failure, Settings};
use crate::identity::OwnCertificate;

const STEPS: &[(&str, &str)] = &[
    ("client_certificate", "端末の証明書"),
    ("name", "接続先の名前"),
    ("network", "ネットワーク"),
    ("tls", "接続先の証明書"),
    ("server", "サーバーの返事"),
    ("clock", "端末の時計"),
    ("admission", "端末の登録"),
];

const WITHIN: Duration = Duration::from_secs(10);

/// A terminal's clock may be this wrong. Certificates are dated back by five minutes, challenges live for 90 seconds.
const CLOCK_MAY_DIFFER: SignedDuration = SignedDuration::from_secs(60);

/// From so many days before the end on, the end is named.
const SOON_DAYS: i64 = 30;

/// Where the care door is and which files open it.
#[derive(Debug, Clone)]
pub struct DoorFiles {
    /// `https://host[:port]`.
    pub care: String,
    /// The terminal's certificate, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The authority of the care door's certificate, PEM.
    pub authority: PathBuf,
}

/// Looks at everything between this computer and the server; `None` when no door was named.
pub async fn network_ladder(files: Option<&DoorFiles>, clock: Arc<dyn Clock>) -> Vec<Rung> {
    let mut ladder = Ladder::new(STEPS);
    if let Some(files) = files {
        climb(&mut ladder, files, clock).await;
    }
    ladder.end()
}

async fn climb(ladder: &mut Ladder, files: &DoorFiles, clock: Arc<dyn Clock>) -> Option<()> {
    let settings = ladder.climb(own_certificate(files, &clock))?;
    let Ok(care) = door::care_address(&settings.care_url) else {
        ladder.note(Outcome::failed(
            "アドレスの形が正しくありません",
            "--care には https://ホスト名:ポート の形で指定してください。",
            Mender::Office,
        ));
        return None;
    };
    let (host, port) = (care.host().to_owned(), care.port_u16().unwrap_or(443));
    let addresses = ladder.climb(resolve(&host, port).await)?;
    ladder.climb(connect(&addresses).await)?;
    let answer = match ask(&settings, care).await {
        Ok(answer) => answer,
        Err(problem) => {
            problem.note(ladder);
            return None;
        }
    };
    ladder.note(Outcome::good("信頼している認証局のものです"));
    let status = answer.status();
    if status.is_server_error() {
        ladder.note(Outcome::failed(
            format!("サーバーの失敗です（{}）", status.as_u16()),
            "お知らせに停止の予定がないかを確かめ、続くときは運営者に連絡してください。",
            Mender::Operator,
        ));
        return None;
    }
    ladder.note(Outcome::good(format!(
        "返事がありました（{}）",
        status.as_u16()
    )));
    ladder.note(clock_outcome(&answer, clock.now()));
    ladder.note(admission(answer).await);
    Some(())
}

fn own_certificate(
    files: &DoorFiles,
    clock: &Arc<dyn Clock>,
) -> Result<(Settings, String), Outcome> {
    let settings = Settings {
        care_url: files.care.clone(),
        authority_pem: read(&files.authority)?,
        certificate_pem: read(&files.certificate)?,
        key_pem: read(&files.key)?,
        clock: Arc::clone(clock),
    };
    let unusable = |seen: &str| {
        Outcome::failed(
            seen,
            "ポータルの「端末の管理」で証明書を受け取り直してください。",
            Mender::Office,
        )
    };
    match door::tls(&settings) {
        Ok(_) => {}
        Err(DoorError::Unreadable(_)) => return Err(unusable("PEM 形式として読み取れません")),
        Err(DoorError::Identity(_)) => {
            return Err(unusable("証明書と秘密鍵の組み合わせが合いません"));
        }
        Err(DoorError::CareUrl) => return Err(unusable("アドレスの形が正しくありません")),
    }
    let own = OwnCertificate::read(&settings.certificate_pem);
    let own = own.map_err(|_| unusable("端末の証明書ではありません"))?;
    let now = clock.now();
    if now < own.not_before {
        return Err(Outcome::failed(
            "有効期間がまだ始まっていません",
            "この端末の日付と時刻を確かめてください。",
            Mender::Office,
        ));
    }
    if now > own.not_after {
        return Err(unusable("有効期間が終わっています"));
    }
    let days = own.not_after.duration_since(now).as_hours() / 24;
    let seen = if days < SOON_DAYS {
        format!("あと{days}日で終わります。早めに更新してください")
    } else {
        "有効期間内です".to_owned()
    };
    Ok((settings, seen))
}

fn read(path: &Path) -> Result<String, Outcome> {
    std::fs::read_to_string(path).map_err(|error| {
        Outcome::failed(
            format!(
                "ファイル {} を読めません（{}）",
                path.display(),
                error.kind()
            ),
            "--cert、--key、--ca で指定したファイルを確かめてください。",
            Mender::Office,
        )
    })
}

async fn resolve(host: &str, port: u16) -> Result<(Vec<std::net::SocketAddr>, String), Outcome> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::time::timeout(WITHIN, tokio::net::lookup_host((bare, port))).await;
    let found: Vec<_> = found
        .ok()
        .and_then(Result::ok)
        .map(Iterator::collect)
        .unwrap_or_default();
    if found.is_empty() {
        return Err(Outcome::failed(
            format!("{host} のアドレスが分かりません"),
            "この端末がネットワークにつながっているか、アドレスの綴りが正しいかを確かめてください。",
            Mender::Office,
        ));
    }
    let seen = format!("{host} のアドレスが分かりました");
    Ok((found, seen))
}

async fn connect(addresses: &[std::net::SocketAddr]) -> Result<((), String), Outcome> {
    for address in addresses {
        let connected = tokio::net::TcpStream::connect(address);
        if let Ok(Ok(_)) = tokio::time::timeout(WITHIN / 2, connected).await {
            return Ok(((), "つながりました".to_owned()));
        }
    }
    Err(Outcome::failed(
        "つながりません",
        "ファイアウォールやプロキシの設定と、お知らせに停止の予定がないかを確かめてください。",
        Mender::Office,
    ))
}

/// Why the server gave no answer, and which rung that is.
enum NoAnswer {
    Way(Failure),
    TooSlow,
}

impl NoAnswer {
    fn note(self, ladder: &mut Ladder) {
        let trusted = || Outcome::good("信頼している認証局のものです");
        let certificate = "ポータルで証明書の状態を確かめ、使えなくなっていたら新しい証明書を受け取ってください。";
        match self {
            Self::Way(Failure::NotTrusted) => ladder.note(Outcome::failed(
                "本物か確かめられません",
                "このまま使わず、--care のアドレスと --ca のファイルを確かめてください。",
                Mender::Office,
            )),
            Self::Way(Failure::OutOfTime) => ladder.note(Outcome::failed(
                "有効期間の外です",
                "この端末の日付と時刻を確かめてください。正しいときは運営者に連絡してください。",
                Mender::Office,
            )),
            Self::Way(Failure::Refused) => {
                ladder.note(trusted());
                ladder.note(Outcome::failed(
                    "端末の証明書が断られました",
                    certificate,
                    Mender::Office,
                ));
            }
            Self::Way(Failure::Cut) => {
                ladder.note(trusted());
                ladder.note(Outcome::failed(
                    "返事の前に切れました。端末の証明書が断られた可能性があります",
                    certificate,
                    Mender::Office,
                ));
            }
            Self::Way(Failure::Unreachable) => ladder.note(Outcome::failed(
                "暗号化した接続を始められません",
                "プロキシが通信を開いていないかを確かめてください。",
                Mender::Office,
            )),
            Self::TooSlow => {
                ladder.note(trusted());
                ladder.note(Outcome::failed(
                    "返事がありません",
                    "少し待ってからやり直し、続くときは運営者に連絡してください。",
                    Mender::Operator,
                ));
            }
        }
    }
}

async fn ask(settings: &Settings, care: Authority) -> Result<Response<Incoming>, NoAnswer> {
    let unreachable = NoAnswer::Way(Failure::Unreachable);
    let path = concat!(
        "/agent/hello?version=",
        env!("CARGO_PKG_VERSION"),
        "&reader=false&doctor=asked"
    );
    let uri = Uri::builder().scheme(Scheme::HTTPS).authority(care);
    let uri = uri.path_and_query(path).build();
    let request = uri.ok().map(|uri| {
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = uri;
        request
    });
    let (Some(request), Ok(client)) = (request, door::client(settings)) else {
        return Err(unreachable);
    };
    match tokio::time::timeout(WITHIN, client.request(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(NoAnswer::Way(Failure::of(&error))),
        Err(_) => Err(NoAnswer::TooSlow),
    }
}

fn clock_outcome(answer: &Response<Incoming>, now: Timestamp) -> Outcome {
    let date = answer
        .headers()
        .get(DATE)
        .and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let Some(date) = date else {
        return Outcome::good("サーバーの時刻が分からないため、比べていません");
    };
    let difference = now.duration_since(date.timestamp());
    if difference.abs() <= CLOCK_MAY_DIFFER {
        return Outcome::good("サーバーの時計と合っています");
    }
    let side = if difference.is_positive() {
        "進んで"
    } else {
        "遅れて"
    };
    Outcome::failed(
        format!(
            "サーバーの時計より {} 秒{side}います",
            difference.abs().as_secs()
        ),
        "この端末の日付と時刻を自動で合わせる設定にしてください。",
        Mender::Office,
    )
}

/// The server looks every request up in its table: what it says of this terminal.
async fn admission(answer: Response<Incoming>) -> Outcome {
    if answer.status() != StatusCode::FORBIDDEN {
        return Outcome::good("受け付けられています");
    }
    let body = Limited::new(answer.into_body(), 65_536).collect().await;
    let body = body
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let seen = match problem["code"].as_str() {
        Some("certificate_revoked") => "証明書は失効しています",
        Some("certificate_expired") => "証明書の有効期間外です",
        Some("certificate_unknown") => "登録されていない証明書です",
        Some("certificate_required") => "証明書が届いていません",
        _ => "この端末には許可されていません",
    };
    Outcome::failed(
        seen,
        "事業所の管理者がポータルの「端末の管理」で状態を確かめ、新しい証明書を受け取ってください。",
        Mender::Office,
    )
}
