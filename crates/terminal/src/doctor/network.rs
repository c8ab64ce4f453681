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
use jiff::Timestamp;
use kiban_card::wire::HelloResponse;
use kiban_domain::Clock;

use super::{Ladder, Outcome, Rung, cause};
use crate::agent::{CLOCK_MAY_DIFFER, both_times};
use crate::door::{self, DoorError, Failure, Settings};
use crate::identity::OwnCertificate;

const STEPS: &[(&str, &str)] = &[
    ("client_certificate", "端末の証明書"),
    ("name", "接続先の名前"),
    ("network", "ネットワーク"),
    ("tls", "接続先の証明書"),
    ("server", "サーバーの返事"),
    ("admission", "端末の登録"),
    ("version", "端末プログラムの版"),
    ("clock", "端末の時計"),
];

const WITHIN: Duration = Duration::from_secs(10);

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
        let settings = from_files(files, &clock);
        climb(&mut ladder, settings, clock).await;
    }
    ladder.end()
}

/// The same with the identity that the program keeps; `None` when there is none, which is then said.
pub async fn settings_ladder(settings: Option<Settings>, clock: Arc<dyn Clock>) -> Vec<Rung> {
    let mut ladder = Ladder::new(STEPS);
    let missing = || Outcome::failed(&cause::FILE_MISSING, "登録されていません");
    climb(&mut ladder, settings.ok_or_else(missing), clock).await;
    ladder.end()
}

async fn climb(
    ladder: &mut Ladder,
    settings: Result<Settings, Outcome>,
    clock: Arc<dyn Clock>,
) -> Option<()> {
    let settings = match settings.and_then(|settings| own_certificate(settings, clock.now())) {
        Ok((settings, outcome)) => {
            ladder.note(outcome);
            settings
        }
        Err(outcome) => {
            ladder.note(outcome);
            return None;
        }
    };
    let Ok(care) = door::care_address(&settings.care_url) else {
        ladder.note(Outcome::failed(
            &cause::ADDRESS,
            "アドレスの形が正しくありません",
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
    let date = date_of(&answer);
    let said = Said::read(answer).await;
    if status.is_server_error() {
        let seen = format!("サーバーの失敗です（{}）", status.as_u16());
        ladder.note(Outcome::failed(&cause::SERVER_FAILED, seen));
        return None;
    }
    if matches!(said, Said::Stranger) {
        let seen = format!("知らない返事です（{}）", status.as_u16());
        ladder.note(Outcome::failed(&cause::NOT_OUR_DOOR, seen));
        return None;
    }
    ladder.note(Outcome::good(format!(
        "返事がありました（{}）",
        status.as_u16()
    )));
    let told = match said {
        Said::Refused(outcome) => {
            // The clock may be the reason, so it is looked at all the same.
            ladder.note(outcome);
            ladder.note(Outcome::NotTried);
            ladder.note(clock_outcome(date, clock.now()));
            return None;
        }
        Said::Greeted(told, is_served) => {
            ladder.note(Outcome::good("受け付けられています"));
            ladder.note(version_outcome(&told, is_served));
            told
        }
        Said::Stranger => return None,
    };
    let server = told.now.parse().ok().or(date);
    ladder.note(clock_outcome(server, clock.now()));
    Some(())
}

/// What kind of answer it was.
enum Said {
    /// A hello's.
    Greeted(Box<HelloResponse>, bool),
    /// Our server, which does not let this terminal in.
    Refused(Outcome),
    /// Not a care door of this platform.
    Stranger,
}

impl Said {
    async fn read(answer: Response<Incoming>) -> Self {
        let status = answer.status();
        let body = Limited::new(answer.into_body(), 65_536).collect().await;
        let body = body
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        match status {
            StatusCode::OK | StatusCode::UPGRADE_REQUIRED => {
                let told = serde_json::from_slice(&body);
                told.map_or(Self::Stranger, |told| {
                    Self::Greeted(Box::new(told), status == StatusCode::OK)
                })
            }
            StatusCode::FORBIDDEN => {
                let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
                problem["code"]
                    .as_str()
                    .map_or(Self::Stranger, |code| Self::Refused(refused(code)))
            }
            _ => Self::Stranger,
        }
    }
}

/// The server looks every request up in its table: what it says of this terminal.
fn refused(code: &str) -> Outcome {
    let cause = match code {
        "certificate_revoked" => &cause::REVOKED,
        "certificate_expired" => &cause::ENDED,
        "certificate_unknown" => &cause::NOT_REGISTERED,
        "wrong_role" => &cause::WRONG_ROLE,
        _ => &cause::NOT_ALLOWED,
    };
    let seen = match code {
        "certificate_revoked" => "証明書は失効しています",
        "certificate_expired" => "証明書の有効期間外です",
        "certificate_unknown" => "登録されていない証明書です",
        "certificate_required" => "証明書が届いていません",
        "wrong_role" => "ブラウザー用の証明書です",
        _ => "この端末には許可されていません",
    };
    Outcome::failed(cause, seen)
}

fn version_outcome(told: &HelloResponse, is_served: bool) -> Outcome {
    let own = env!("CARGO_PKG_VERSION");
    if !is_served {
        return Outcome::failed(
            &cause::TOO_OLD,
            format!(
                "この版は {own}、受け付けるのは {} 以降、最新は {} です。入手先: {}",
                told.oldest_version, told.newest_version, told.download
            ),
        );
    }
    if told.newest_version == own {
        Outcome::good(format!("{own}（最新）"))
    } else {
        let seen = format!(
            "この版は {own}、最新は {} です。入手先: {}",
            told.newest_version, told.download
        );
        Outcome::caution(&cause::NEWER, seen)
    }
}

fn from_files(files: &DoorFiles, clock: &Arc<dyn Clock>) -> Result<Settings, Outcome> {
    Ok(Settings {
        care_url: files.care.clone(),
        authority_pem: read(&files.authority)?,
        certificate_pem: read(&files.certificate)?,
        key_pem: read(&files.key)?,
        clock: Arc::clone(clock),
    })
}

fn own_certificate(settings: Settings, now: Timestamp) -> Result<(Settings, Outcome), Outcome> {
    let unreadable = |seen: &str| Outcome::failed(&cause::CLIENT_UNREADABLE, seen);
    match door::tls(&settings) {
        Ok(_) => {}
        Err(DoorError::Unreadable(_)) => {
            return Err(unreadable("PEM 形式として読み取れません"));
        }
        Err(DoorError::Identity(_)) => {
            return Err(Outcome::failed(
                &cause::KEY_MISMATCH,
                "証明書と秘密鍵の組み合わせが合いません",
            ));
        }
        Err(DoorError::CareUrl) => return Err(unreadable("アドレスの形が正しくありません")),
    }
    let own = OwnCertificate::read(&settings.certificate_pem);
    let own = own.map_err(|_| unreadable("端末の証明書ではありません"))?;
    if now < own.not_before {
        return Err(Outcome::failed(
            &cause::CLIENT_NOT_YET_VALID,
            "有効期間がまだ始まっていません",
        ));
    }
    if now > own.not_after {
        return Err(Outcome::failed(
            &cause::CLIENT_EXPIRED,
            "有効期間が終わっています",
        ));
    }
    let days = own.days_left(now);
    let outcome = if days < SOON_DAYS {
        Outcome::caution(
            &cause::CLIENT_ENDS_SOON,
            format!("あと{days}日で終わります"),
        )
    } else {
        Outcome::good(format!("有効期間内です（あと{days}日）"))
    };
    Ok((settings, outcome))
}

fn read(path: &Path) -> Result<String, Outcome> {
    std::fs::read_to_string(path).map_err(|error| {
        Outcome::failed(
            &cause::FILE_MISSING,
            format!(
                "ファイル {} を読めません（{}）",
                path.display(),
                error.kind()
            ),
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
        let seen = format!("{host} のアドレスが分かりません");
        return Err(Outcome::failed(&cause::NAME_UNKNOWN, seen));
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
    Err(Outcome::failed(&cause::PORT_CLOSED, "つながりません"))
}

/// Why the server gave no answer, and which rung that is.
enum NoAnswer {
    Way(Failure),
    TooSlow,
}

impl NoAnswer {
    fn note(self, ladder: &mut Ladder) {
        let (is_tls_good, cause, seen) = match self {
            Self::Way(Failure::NotTrusted) => {
                (false, &cause::DOOR_NOT_TRUSTED, "本物か確かめられません")
            }
            Self::Way(Failure::OutOfTime) => (false, &cause::DOOR_OUT_OF_TIME, "有効期間の外です"),
            Self::Way(Failure::NotTls) => {
                (false, &cause::NOT_TLS, "暗号化した接続の返事ではありません")
            }
            Self::Way(Failure::Unreachable) => (
                false,
                &cause::TLS_NOT_STARTED,
                "暗号化した接続を始められません",
            ),
            Self::Way(Failure::Refused) => (
                true,
                &cause::CERTIFICATE_REFUSED,
                "端末の証明書が断られました",
            ),
            Self::Way(Failure::Cut) => (
                true,
                &cause::CUT,
                "返事の前に切れました。端末の証明書が断られた可能性があります",
            ),
            Self::TooSlow => (true, &cause::NO_ANSWER, "返事がありません"),
        };
        if is_tls_good {
            ladder.note(Outcome::good("信頼している認証局のものです"));
        }
        ladder.note(Outcome::failed(cause, seen));
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

fn date_of(answer: &Response<Incoming>) -> Option<Timestamp> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(date.timestamp())
}

fn clock_outcome(server: Option<Timestamp>, now: Timestamp) -> Outcome {
    match server {
        None => Outcome::good("サーバーの時刻が分からないため、比べていません"),
        Some(server) if now.duration_since(server).abs() > CLOCK_MAY_DIFFER => {
            Outcome::failed(&cause::CLOCK, both_times(server, now))
        }
        Some(_) => Outcome::good("サーバーの時計と合っています"),
    }
}
