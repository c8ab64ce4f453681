//! Doors that admit nobody without a client certificate of their own authority.
//!
//! Three lines of defence: the handshake checks chain, dates and revocation list; a new list means a wholly new
//! configuration, so that nothing cached from the old one counts; and [`crate::guarded`] asks for every request, because
//! a connection that was opened before its certificate was revoked would otherwise live on.
//!
//! Source: terminals and mTLS, section 5.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use kiban_domain::Clock;
use kiban_pki::ClientIdentity;
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::connection::{Origin, Version, speak};
use crate::serve::accept_loop;
use crate::{Client, Limits, PeerAddr, Shutdown};

/// The TLS side of one door; its revocation list can be replaced while it serves.
pub struct DoorTls {
    current: ArcSwap<ServerConfig>,
    fixed: Fixed,
    reception: OnceLock<Arc<dyn Reception>>,
}

/// Is told of every client whose handshake succeeded, before its first request: here a door may wait for the database, once a
/// connection, where [`crate::Admission`] may not.
pub trait Reception: Send + Sync {
    /// The client with this identity has come; its requests wait until this is done.
    fn receive<'a>(
        &'a self,
        client: &'a ClientIdentity,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

impl fmt::Debug for DoorTls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DoorTls")
            .field("fixed", &self.fixed)
            .finish_non_exhaustive()
    }
}

/// What stays when the revocation list changes.
#[derive(Debug)]
struct Fixed {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    clients: Arc<RootCertStore>,
    time: Arc<ClockTime>,
}

impl DoorTls {
    /// Takes the server's certificate chain and key, the authority whose client certificates are admitted (several while
    /// one follows another) and its revocation list, all PEM. Dates are checked against `clock`.
    ///
    /// Once the list's next update has passed, nobody is admitted until [`Self::reload`].
    ///
    /// # Errors
    ///
    /// - [`TlsError::Unreadable`] names the input that is not the expected PEM.
    /// - [`TlsError::Verifier`] when authority and list do not make a check.
    /// - [`TlsError::Server`] when the server's certificate and key do not fit.
    pub fn new(
        server_chain_pem: &str,
        server_key_pem: &str,
        client_authority_pem: &str,
        revocation_list_pem: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, TlsError> {
        let mut clients = RootCertStore::empty();
        for certificate in certificates(client_authority_pem, "client authority")? {
            clients
                .add(certificate)
                .map_err(|_| TlsError::Unreadable("client authority"))?;
        }
        let fixed = Fixed {
            chain: certificates(server_chain_pem, "server certificate")?,
            key: PrivateKeyDer::from_pem_slice(server_key_pem.as_bytes())
                .map_err(|_| TlsError::Unreadable("server key"))?,
            clients: Arc::new(clients),
            time: Arc::new(ClockTime(clock)),
        };
        let config = fixed.config(revocation_list_pem)?;
        Ok(Self {
            current: ArcSwap::from_pointee(config),
            fixed,
            reception: OnceLock::new(),
        })
    }

    /// Has `reception` told of every client; the first one set stays.
    pub fn receive_with(&self, reception: Arc<dyn Reception>) {
        let _ = self.reception.set(reception);
    }

    /// Replaces the revocation list. The next handshake sees it; after an error the old one stays.
    ///
    /// # Errors
    ///
    /// As for [`Self::new`].
    pub fn reload(&self, revocation_list_pem: &str) -> Result<(), TlsError> {
        let config = self.fixed.config(revocation_list_pem)?;
        self.current.store(Arc::new(config));
        Ok(())
    }

    /// The configuration for the next handshake.
    pub fn config(&self) -> Arc<ServerConfig> {
        self.current.load_full()
    }
}

impl Fixed {
    fn config(&self, revocation_list_pem: &str) -> Result<ServerConfig, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let lists: Result<Vec<_>, _> =
            CertificateRevocationListDer::pem_slice_iter(revocation_list_pem.as_bytes()).collect();
        let lists = lists.map_err(|_| TlsError::Unreadable("revocation list"))?;
        if lists.is_empty() {
            return Err(TlsError::Unreadable("revocation list"));
        }
        let clients = Arc::clone(&self.clients);
        let verifier = WebPkiClientVerifier::builder_with_provider(clients, Arc::clone(&provider))
            .with_crls(lists)
            .enforce_revocation_expiration()
            .build()?;
        let time = Arc::clone(&self.time);
        let mut config = ServerConfig::builder_with_details(provider, time)
            .with_protocol_versions(rustls::ALL_VERSIONS)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(self.chain.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A resumed session skips the check of the certificate; connections are kept alive, so little is lost.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}

/// Serves `router` until `shutdown` begins and the open requests have ended. Each request finds [`Client`] and
/// [`PeerAddr`] in its extensions.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<DoorTls>,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
) {
    let connection = |stream, peer| {
        let config = tls.config();
        let reception = tls.reception.get().cloned();
        let (router, shutdown) = (router.clone(), shutdown.clone());
        async move {
            let Some((stream, client)) = handshake(stream, peer, config, limits).await else {
                return;
            };
            if let Some(reception) = reception {
                reception.receive(&client).await;
            }
            let version = match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => Version::Http2,
                _ => Version::Http1,
            };
            let origin = Origin {
                peer: PeerAddr(peer),
                client: Some(client),
            };
            speak(stream, version, router, origin, shutdown, limits).await;
        }
    };
    accept_loop(listener, &shutdown, limits, connection).await;
}

/// Why a door could not be built or reloaded.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not the expected PEM.
    #[error("{0} is not readable PEM")]
    Unreadable(&'static str),
    /// Authority and revocation list do not make a check.
    #[error("client certificates could not be checked with this authority and list")]
    Verifier(#[from] VerifierBuilderError),
    /// The server's certificate and key do not fit.
    #[error("the server's certificate and key cannot be used")]
    Server(#[from] rustls::Error),
}

/// The reason goes to the log only; the other end gets its alert from the library.
async fn handshake(
    stream: TcpStream,
    peer: SocketAddr,
    config: Arc<ServerConfig>,
    limits: Limits,
) -> Option<(TlsStream<TcpStream>, Client)> {
    let accept = TlsAcceptor::from(config).accept(stream).into_fallible();
    let stream = match tokio::time::timeout(limits.handshake, accept).await {
        Ok(Ok(stream)) => stream,
        Ok(Err((error, stream))) => {
            tracing::info!(%peer, %error, "handshake refused");
            let _ = tokio::time::timeout(FAREWELL, hear_out(stream)).await;
            return None;
        }
        Err(_) => {
            tracing::info!(%peer, "handshake took too long");
            return None;
        }
    };
    let certificate = stream.get_ref().1.peer_certificates()?.first()?;
    match ClientIdentity::from_der(certificate) {
        Ok(identity) => Some((stream, Client(Arc::new(identity)))),
        Err(error) => {
            tracing::info!(%peer, %error, "client certificate stands for nobody");
            None
        }
    }
}

/// How long a refused end may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// Leaves the refused end the time to read the alert. With TLS 1.3 it believes itself connected until then; a connection
/// that is closed at once makes a browser say that the site is down instead of that the certificate was not accepted.
async fn hear_out(mut stream: TcpStream) {
    let mut unread = [0; 1_024];
    while stream.read(&mut unread).await.is_ok_and(|bytes| bytes > 0) {}
}

fn certificates(pem: &str, input: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let all = all.map_err(|_| TlsError::Unreadable(input))?;
    (!all.is_empty())
        .then_some(all)
        .ok_or(TlsError::Unreadable(input))
}

/// Lets the library read the platform's clock, which a sandbox may have set.
#[derive(Debug)]
struct ClockTime(Arc<dyn Clock>);

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
