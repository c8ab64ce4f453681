//! The client side: connections to the care door, and what their failures mean.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kiban_domain::Clock;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use super::{BridgeError, Settings};

pub(super) type CareClient = Client<HttpsConnector<HttpConnector>, Incoming>;

/// The host and port of `https://host[:port]`.
pub(super) fn care_address(url: &str) -> Result<Authority, BridgeError> {
    let parts = url
        .parse::<Uri>()
        .map_err(|_| BridgeError::CareUrl)?
        .into_parts();
    let bare = parts
        .path_and_query
        .is_none_or(|path| path == PathAndQuery::from_static("/"));
    match (parts.scheme, parts.authority) {
        (Some(scheme), Some(authority))
            if scheme == Scheme::HTTPS && bare && !authority.as_str().contains('@') =>
        {
            Ok(authority)
        }
        _ => Err(BridgeError::CareUrl),
    }
}

pub(super) fn client(settings: &Settings) -> Result<CareClient, BridgeError> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_secs(5)));
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls(settings)?)
        .https_only()
        .enable_http1()
        .wrap_connector(connector);
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Shorter than the door's own limit for idle connections, so that the door never closes one just being used.
        .pool_idle_timeout(Duration::from_secs(20))
        .build(connector))
}

fn tls(settings: &Settings) -> Result<ClientConfig, BridgeError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&settings.authority_pem, "the authority's certificate")? {
        roots.add(certificate)?;
    }
    let chain = certificates(&settings.certificate_pem, "the terminal's certificate")?;
    let key = PrivateKeyDer::from_pem_slice(settings.key_pem.as_bytes())
        .map_err(|_| BridgeError::Unreadable("the terminal's key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let time = Arc::new(ClockTime(Arc::clone(&settings.clock)));
    Ok(ClientConfig::builder_with_details(provider, time)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?)
}

fn certificates(
    pem: &str,
    input: &'static str,
) -> Result<Vec<CertificateDer<'static>>, BridgeError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let all = all.map_err(|_| BridgeError::Unreadable(input))?;
    (!all.is_empty())
        .then_some(all)
        .ok_or(BridgeError::Unreadable(input))
}

/// What went wrong on the way to the care door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The care door said that it does not take the certificate.
    Refused,
    /// The care door is not the one its certificate should name.
    NotTrusted,
    /// The connection was cut before an answer. With TLS 1.3 a refused certificate can look like this too.
    Cut,
    /// No connection.
    Unreachable,
}

impl Failure {
    /// Looks through the causes for what the TLS library said.
    pub(super) fn of(error: &hyper_util::client::legacy::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(tls) = error.downcast_ref() {
                return match tls {
                    rustls::Error::AlertReceived(_) => Self::Refused,
                    rustls::Error::InvalidCertificate(_) => Self::NotTrusted,
                    _ => Self::Cut,
                };
            }
            cause = inner(error);
        }
        if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Cut
        }
    }
}

/// The next cause. Errors of input and output hide the error they carry: their `source` is already the one behind it.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
    {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

/// Lets the library read the given clock, which a sandbox may have set.
#[derive(Debug)]
struct ClockTime(Arc<dyn Clock>);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
