//! One kept HTTP/1.1 connection over mTLS.

use crate::ClientError;
use bytes::Bytes;
use http::{Request, Response, Uri, header::HOST};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use std::{
    error::Error as _,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, sync::Mutex};
use tokio_rustls::TlsConnector;

/// How often a request that may pass later is tried again; the pauses double from half a second.
const RETRIES: u32 = 5;
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Where to connect and with which files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://host:port`.
    pub server: String,
    /// The client certificate with its chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The authority of the server's certificate, PEM.
    pub authority: PathBuf,
}

/// A connection to the machine door. It is opened when it is needed and kept while both ends like it.
pub struct Connection {
    host: String,
    port: u16,
    tls: TlsConnector,
    kept: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

/// Shows no key.
impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Reads the files; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ClientError::File`] or [`ClientError::Setting`] naming the file or the flag.
    pub fn open(settings: &Settings) -> Result<Self, ClientError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&settings.authority, "--ca")? {
            roots
                .add(certificate)
                .map_err(|_| ClientError::Setting("--ca"))?;
        }
        let chain = certificates(&settings.certificate, "--cert")?;
        let key = PrivateKeyDer::from_pem_slice(&read(&settings.key)?)
            .map_err(|_| ClientError::Setting("--key"))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ClientError::Setting("TLS"))?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .map_err(|_| ClientError::Setting("--cert / --key"))?;
        Self::with_tls(&settings.server, config)
    }

    /// With a TLS configuration of one's own.
    ///
    /// # Errors
    ///
    /// [`ClientError::Setting`] when `server` is no `https://` address.
    pub fn with_tls(server: &str, mut config: ClientConfig) -> Result<Self, ClientError> {
        let wrong = || ClientError::Setting("--server");
        let uri: Uri = server.parse().map_err(|_| wrong())?;
        let bare = uri.path().is_empty() || uri.path() == "/";
        if uri.scheme_str() != Some("https") || !bare {
            return Err(wrong());
        }
        let host = uri
            .host()
            .ok_or_else(wrong)?
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            host,
            port: uri.port_u16().unwrap_or(443),
            tls: TlsConnector::from(Arc::new(config)),
            kept: Mutex::new(None),
        })
    }

    /// Sends a request and reads the whole answer. Refusals are [`ClientError::Refused`].
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ClientError> {
        let mut kept = self.kept.lock().await;
        let usable = match kept.as_mut() {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            *kept = Some(self.connect().await?);
        }
        let Some(sender) = kept.as_mut() else {
            return Err(ClientError::Setting("connection"));
        };
        match exchange(sender, self.addressed(request)).await {
            Ok(response) => answered(response),
            Err(error) => {
                *kept = None;
                Err(lost(error))
            }
        }
    }

    /// As [`Self::call`], again and again with growing pauses while it may pass. For requests that are safe to repeat.
    pub async fn call_again(
        &self,
        request: &Request<Bytes>,
    ) -> Result<Response<Bytes>, ClientError> {
        let mut pause = Duration::from_millis(500);
        for _ in 0..RETRIES {
            match self.call(request.clone()).await {
                Err(error) if error.may_pass() => tokio::time::sleep(pause).await,
                outcome => return outcome,
            }
            pause *= 2;
        }
        self.call(request.clone()).await
    }

    fn addressed(&self, request: Request<Bytes>) -> Request<Full<Bytes>> {
        let mut request = request.map(Full::new);
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        if let Ok(value) = format!("{host}:{}", self.port).parse() {
            request.headers_mut().insert(HOST, value);
        }
        request
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, ClientError> {
        let connecting =
            tokio::time::timeout(CONNECT, TcpStream::connect((self.host.as_str(), self.port)));
        let stream = match connecting.await {
            Ok(stream) => stream.map_err(ClientError::Connect)?,
            Err(_) => return Err(ClientError::Connect(io::ErrorKind::TimedOut.into())),
        };
        let _ = stream.set_nodelay(true);
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| ClientError::Setting("--server"))?;
        let stream = self
            .tls
            .connect(name, stream)
            .await
            .map_err(ClientError::Tls)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // The request that was under way learns of the loss itself.
            let _ = connection.await;
        });
        Ok(sender)
    }
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, hyper::Error> {
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}

/// With TLS 1.3 a server that refuses the certificate says so only when the first answer is read.
fn lost(error: hyper::Error) -> ClientError {
    let io = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let tls = io.and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
    match tls {
        Some(tls) => ClientError::Tls(io::Error::other(tls.clone())),
        None => ClientError::Lost(error),
    }
}

fn answered(response: Response<Bytes>) -> Result<Response<Bytes>, ClientError> {
    if response.status().is_success() {
        return Ok(response);
    }
    match serde_json::from_slice(response.body()) {
        Ok(problem) => Err(ClientError::Refused(Box::new(problem))),
        Err(_) => Err(ClientError::Unreadable(response.status().as_u16())),
    }
}

fn certificates(
    path: &Path,
    what: &'static str,
) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let pem = read(path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    all.ok()
        .filter(|all| !all.is_empty())
        .ok_or(ClientError::Setting(what))
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|source| ClientError::File {
        path: path.to_owned(),
        source,
    })
}
