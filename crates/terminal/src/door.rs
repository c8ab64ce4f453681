//! The way to the care door: who we are, connections, and what their failures mean.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use hyper::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kiban_domain::Clock;
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

/// A client of the care door that sends bodies of type `B`.
pub(crate) type CareClient<B> = Client<HttpsConnector<HttpConnector>, B>;

/// Where to, and as whom.
#[derive(Clone)]
pub struct Settings {
    /// Address of the care door: `https://host[:port]`, no path.
    pub care_url: String,
    /// The authority that issued the care door's certificate, PEM.
    pub authority_pem: String,
    /// The terminal's certificate, PEM.
    pub certificate_pem: String,
    /// Its private key, PEM.
    pub key_pem: String,
    /// Decides whether the care door's certificate is in its time.
    pub clock: Arc<dyn Clock>,
}

/// Shows no key.
impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("care_url", &self.care_url)
            .finish_non_exhaustive()
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Not `https://host[:port]`.
    #[error("the care door's address must be https://host[:port]")]
    CareUrl,
    /// Not the expected PEM.
    #[error("{0} is not readable PEM")]
    Unreadable(&'static str),
    /// Certificate and key cannot be used together.
    #[error("certificate and key cannot be used")]
    Identity(#[from] rustls::Error),
}

/// The host and port of `https://host[:port]`.
pub(crate) fn care_address(url: &str) -> Result<Authority, DoorError> {
    let parts = url
        .parse::<Uri>()
        .map_err(|_| DoorError::CareUrl)?
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
        _ => Err(DoorError::CareUrl),
    }
}

/// A client with the terminal's certificate. It follows no redirects and trusts the given authority only.
pub(crate) fn client<B>(settings: &Settings) -> Result<CareClient<B>, DoorError>
where
    B: Body + Send + 'static,
    B::Data: Send,
{
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

pub(crate) fn tls(settings: &Settings) -> Result<ClientConfig, DoorError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&settings.authority_pem, "the authority's certificate")? {
        roots.add(certificate)?;
    }
    let chain = certificates(&settings.certificate_pem, "the terminal's certificate")?;
    let key = PrivateKeyDer::from_pem_slice(settings.key_pem.as_bytes())
        .map_err(|_| DoorError::Unreadable("the terminal's key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let time = Arc::new(ClockTime(Arc::clone(&settings.clock)));
    Ok(ClientConfig::builder_with_details(provider, time)
        .with_protocol_versions(rustls::ALL_VERSIONS)?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?)
}

pub(crate) fn certificates(
    pem: &str,
    input: &'static str,
) -> Result<Vec<CertificateDer<'static>>, DoorError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let all = all.map_err(|_| DoorError::Unreadable(input))?;
    (!all.is_empty())
        .then_some(all)
        .ok_or(DoorError::Unreadable(input))
}

/// What went wrong on the way to the care door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The care door said that it does not take the certificate.
    Refused,
    /// The care door is not the one its certificate should name.
    NotTrusted,
    /// The care door's certificate is not in its time, by this computer's clock.
    OutOfTime,
    /// The connection was cut before an answer. With TLS 1.3 a refused certificate can look like this too.
    Cut,
    /// No connection.
    Unreachable,
    /// Something answers that does not speak TLS: a proxy, or another program.
    NotTls,
}

impl Failure {
    /// Looks through the causes for what the TLS library said.
    pub(crate) fn of(error: &hyper_util::client::legacy::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(tls) = error.downcast_ref() {
                return match tls {
                    rustls::Error::AlertReceived(_) => Self::Refused,
                    rustls::Error::InvalidCertificate(
                        CertificateError::ExpiredContext { .. }
                        | CertificateError::Expired
                        | CertificateError::NotValidYetContext { .. }
                        | CertificateError::NotValidYet,
                    ) => Self::OutOfTime,
                    rustls::Error::InvalidCertificate(_) => Self::NotTrusted,
                    rustls::Error::InvalidMessage(_) => Self::NotTls,
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
pub(crate) struct ClockTime(pub(crate) Arc<dyn Clock>);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
