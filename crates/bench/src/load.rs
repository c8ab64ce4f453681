//! A load of keep-alive mTLS connections that ask one after the other, each as fast as it is answered.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// What a load measured.
pub(crate) struct Measured {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// TLS with the client certificate of `folder`.
pub(crate) fn tls(folder: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("server-ca.pem"))?)?;
    let chain = vec![CertificateDer::from_pem_file(folder.join("client.pem"))?];
    let key = PrivateKeyDer::from_pem_file(folder.join("client.key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    Ok(Arc::new(config))
}

async fn connect(port: u16, tls: Arc<ClientConfig>) -> Result<SendRequest<Empty<Bytes>>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from("localhost")?;
    let stream = tokio_rustls::TlsConnector::from(tls)
        .connect(name, stream)
        .await?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// One answer's text.
pub(crate) async fn fetch(port: u16, tls: &Arc<ClientConfig>, path: String) -> Result<String> {
    let mut sender = connect(port, tls.clone()).await?;
    let request = Request::get(path)
        .header("host", "localhost")
        .body(Empty::new())?;
    let response = sender.send_request(request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(body.to_vec())?)
}

/// Runs `connections` for `time`; `path` makes the path of the n-th request.
pub(crate) async fn run(
    port: u16,
    tls: &Arc<ClientConfig>,
    connections: u64,
    time: Duration,
    path: fn(u64) -> String,
) -> Result<Measured> {
    let mut tasks = Vec::new();
    let start = Instant::now();
    let deadline = start + time;
    for number in 0..connections {
        let tls = tls.clone();
        tasks.push(tokio::spawn(async move {
            let mut sender = connect(port, tls).await?;
            let mut times = Vec::new();
            let mut seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            while Instant::now() < deadline {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let begun = Instant::now();
                let request = Request::get(path(seed >> 20))
                    .header("host", "localhost")
                    .body(Empty::new())?;
                sender.ready().await?;
                let response = sender.send_request(request).await?;
                let status = response.status();
                let body = response.into_body().collect().await?.to_bytes();
                ensure!(
                    status == 200 && body.len() > 50,
                    "{status}: {}",
                    String::from_utf8_lossy(&body)
                );
                times.push(begun.elapsed());
            }
            anyhow::Ok(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.context("a task")??);
    }
    let seconds = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Ok(Measured {
        requests: times.len() as u64,
        seconds,
        p50: at(0.5),
        p99: at(0.99),
    })
}
