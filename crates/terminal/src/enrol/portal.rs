//! The portal, over ordinary TLS: the terminal has no certificate yet.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::uri::Scheme;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kiban_domain::Clock;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};

use crate::door::{self, ClockTime, DoorError, Failure};

/// The portal hashes a code slowly and may be far away.
const WITHIN: Duration = Duration::from_secs(40);
const LONGEST_ANSWER_BYTES: usize = 65_536;

/// A portal.
#[derive(Debug)]
pub struct Portal {
    url: String,
    tls: ClientConfig,
}

/// Why the portal gave no certificate.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Not `https://…`, or `http://` of this computer.
    #[error("the portal's address must be https://host[:port]")]
    Address,
    /// The authority's file cannot be used.
    #[error("the authority's certificate cannot be used")]
    Authority(#[from] DoorError),
    /// No connection, or none that can be trusted.
    #[error("the way to the portal failed: {0:?}")]
    Way(Failure),
    /// No answer in time. The code may have been used; the same call again gets the same certificate.
    #[error("the portal took too long")]
    TooSlow,
    /// The portal refused.
    #[error("refused: {code}")]
    Refused {
        /// The portal's own word.
        code: String,
        /// The portal's own sentence.
        detail: String,
    },
    /// Not a portal of this platform.
    #[error("the answer cannot be read ({0})")]
    Unreadable(StatusCode),
}

/// What the portal gives.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) certificate: String,
    pub(super) server_authority: String,
    pub(super) care_url: String,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    code: String,
    detail: String,
}

impl Portal {
    /// The portal at `url`. Its certificate must come from `authority` (PEM), or from one that this computer trusts.
    ///
    /// # Errors
    ///
    /// [`PortalError::Address`], [`PortalError::Authority`].
    pub fn new(
        url: &str,
        authority: Option<&str>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PortalError> {
        let url = url.trim_end_matches('/');
        let uri: Uri = url.parse().map_err(|_| PortalError::Address)?;
        let host = uri.host().ok_or(PortalError::Address)?;
        let is_here = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse()
                .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        // Whoever listens on the way could use the code first.
        let is_safe = uri.scheme() == Some(&Scheme::HTTPS)
            || (uri.scheme() == Some(&Scheme::HTTP) && is_here);
        if !is_bare || !is_safe {
            return Err(PortalError::Address);
        }
        let mut roots = RootCertStore::empty();
        match authority {
            Some(pem) => {
                for certificate in door::certificates(pem, "the portal's authority")? {
                    roots.add(certificate).map_err(DoorError::from)?;
                }
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_details(provider, Arc::new(ClockTime(clock)))
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .map_err(DoorError::from)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            url: url.to_owned(),
            tls,
        })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub(super) async fn enrol(&self, asked: &impl Serialize) -> Result<Given, PortalError> {
        let body = serde_json::to_vec(asked).map_err(|_| PortalError::Address)?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/api/enrol", self.url))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| PortalError::Address)?;
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(Duration::from_secs(10)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(self.tls.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
        let sent = tokio::time::timeout(WITHIN, client.request(request)).await;
        let response = sent.map_err(|_| PortalError::TooSlow)?;
        let response = response.map_err(|error| PortalError::Way(Failure::of(&error)))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LONGEST_ANSWER_BYTES);
        let body = tokio::time::timeout(WITHIN, body.collect()).await;
        let body = body.map_err(|_| PortalError::TooSlow)?;
        let body = body.map_err(|_| PortalError::Way(Failure::Cut))?.to_bytes();
        if status == StatusCode::CREATED {
            return serde_json::from_slice(&body).map_err(|_| PortalError::Unreadable(status));
        }
        match serde_json::from_slice::<Refusal>(&body) {
            Ok(Refusal { code, detail }) => Err(PortalError::Refused { code, detail }),
            Err(_) => Err(PortalError::Unreadable(status)),
        }
    }
}

impl PortalError {
    /// A word that stays, for scripts; the portal's own when it refused.
    pub fn code(&self) -> &str {
        match self {
            Self::Address => "portal_address",
            Self::Authority(_) => "server_ca",
            Self::Way(Failure::NotTrusted | Failure::OutOfTime) => "portal_not_trusted",
            Self::Way(Failure::Cut) | Self::TooSlow => "answer_lost",
            Self::Way(_) => "portal_not_reached",
            Self::Refused { code, .. } => code,
            Self::Unreadable(_) => "not_a_portal",
        }
    }

    /// What happened and what to do, Japanese.
    pub fn message(&self) -> String {
        match self {
            Self::Address => {
                "--portal には https://ホスト名 の形で、ご案内にあるアドレスを指定してください。".to_owned()
            }
            Self::Authority(_) => "--server-ca のファイルを証明書（PEM）として読み取れません。".to_owned(),
            Self::Way(Failure::OutOfTime) => {
                "ポータルの証明書が有効期間の外です。この端末の日付と時刻を確かめてください。".to_owned()
            }
            Self::Way(Failure::NotTrusted) => {
                "ポータルが本物か確かめられません。--portal のアドレスを確かめ、正しいときは運営者に認証局の証明書（--server-ca）を問い合わせてください。".to_owned()
            }
            Self::Way(Failure::Cut) | Self::TooSlow => {
                "返事を受け取る前に通信が切れました。同じコードで、もう一度同じように実行してください。発行されていたときは、同じ証明書を受け取れます。".to_owned()
            }
            Self::Way(Failure::NotTls) => {
                "ポータルではないもの（プロキシなど）が返事をしました。ネットワークの担当者に確かめてください。".to_owned()
            }
            Self::Way(Failure::Refused | Failure::Unreachable) => {
                "ポータルにつながりません。この端末がネットワークにつながっているか、アドレスが正しいかを確かめてください。コードは使っていません。".to_owned()
            }
            Self::Refused { detail, .. } => detail.clone(),
            Self::Unreadable(status) => format!(
                "接続先の返事を読み取れません（状態 {}）。--portal のアドレスを確かめてください。",
                status.as_u16()
            ),
        }
    }
}
