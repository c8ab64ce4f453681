//! A door with its authorities, and a client that says how far it got.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    reason = "support of tests"
)]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use kiban_domain::{Clock, Entropy, Timestamp};
use kiban_pki::{
    Authority, AuthorityKind, IssuedWithKey, Order, Profile, RevocationReason, Revoked, SystemKind,
    TerminalRole,
};
use kiban_web_kit::tls::{DoorTls, serve};
use kiban_web_kit::{Admission, Front, Limits, Shutdown, Verdict};
use rustls::client::Resumption;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::client::TlsStream;

/// A clock that a test moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn advance(&self, time: SignedDuration) {
        self.0.fetch_add(time.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl TimeProvider for TestClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.load(Ordering::SeqCst).unsigned_abs();
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Different bytes at each call.
#[derive(Debug, Default)]
pub struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes();
        bytes
            .iter_mut()
            .zip(number.iter().cycle())
            .for_each(|(byte, from)| *byte = *from);
    }
}

#[derive(Debug, Default)]
pub struct Table(pub Mutex<HashMap<String, Verdict>>);

impl Admission for Table {
    fn check(&self, serial: &str, _: Timestamp) -> Verdict {
        self.0
            .lock()
            .unwrap()
            .get(serial)
            .copied()
            .unwrap_or(Verdict::Unknown)
    }
}

pub struct Door {
    pub clock: Arc<TestClock>,
    pub entropy: TestEntropy,
    pub server_authority: Authority,
    pub terminals: Authority,
    pub systems: Authority,
    pub tls: Arc<DoorTls>,
    pub table: Arc<Table>,
    pub address: SocketAddr,
    pub shutdown: Shutdown,
    pub serving: JoinHandle<()>,
}

impl Door {
    /// A care door with the given routes.
    pub async fn open(router: Router, limits: Limits) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(1_785_542_400)));
        let entropy = TestEntropy::default();
        let create = |kind| Authority::create(kind, "Test", &*clock, &entropy).unwrap();
        let server_authority = create(AuthorityKind::Server);
        let (terminals, systems) = (
            create(AuthorityKind::Terminals),
            create(AuthorityKind::Systems),
        );
        let server = Order::new(Profile::Server {
            names: vec!["localhost".into()],
            addresses: Vec::new(),
        });
        let server = server_authority
            .issue_with_new_key(&server, &*clock, &entropy)
            .unwrap();
        let tls = DoorTls::new(
            &server.issued.certificate_pem,
            &server.key_pem,
            terminals.certificate_pem(),
            &revocation_list(&terminals, &[], clock.now()),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        let tls = Arc::new(tls.unwrap());
        let table = Arc::new(Table::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let admission = Arc::clone(&table) as Arc<dyn Admission>;
        let router = Front::new()
            .guarded(admission, Arc::clone(&clock) as Arc<dyn Clock>)
            .wrap(router);
        let serving = tokio::spawn(serve(
            listener,
            Arc::clone(&tls),
            router,
            shutdown.clone(),
            limits,
        ));
        Self {
            clock,
            entropy,
            server_authority,
            terminals,
            systems,
            tls,
            table,
            address,
            shutdown,
            serving,
        }
    }

    /// A terminal certificate that the table admits.
    pub fn terminal(&self, id: &str) -> IssuedWithKey {
        let order = Order::new(Profile::Terminal {
            office_no: "1370000001".into(),
            terminal_id: id.into(),
            role: TerminalRole::Browser,
        });
        let issued = self
            .terminals
            .issue_with_new_key(&order, &*self.clock, &self.entropy)
            .unwrap();
        self.set(&issued, Verdict::Admitted);
        issued
    }

    pub fn system(&self) -> IssuedWithKey {
        let order = Order::new(Profile::System {
            organisation: "131234".into(),
            system_id: "S1".into(),
            kind: SystemKind::Municipality,
        });
        let issued = self
            .systems
            .issue_with_new_key(&order, &*self.clock, &self.entropy)
            .unwrap();
        self.set(&issued, Verdict::Admitted);
        issued
    }

    pub fn set(&self, issued: &IssuedWithKey, verdict: Verdict) {
        self.table
            .0
            .lock()
            .unwrap()
            .insert(issued.issued.serial.clone(), verdict);
    }

    pub fn revoke(&self, revoked: &[&IssuedWithKey]) {
        self.tls
            .reload(&revocation_list(&self.terminals, revoked, self.clock.now()))
            .unwrap();
    }

    pub fn client(
        &self,
        identity: Option<&IssuedWithKey>,
        version: &'static SupportedProtocolVersion,
    ) -> Client {
        let mut roots = RootCertStore::empty();
        let authority = self.server_authority.certificate_pem();
        roots
            .add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_details(
            provider,
            Arc::clone(&self.clock) as Arc<dyn TimeProvider>,
        )
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let certificate = CertificateDer::from(identity.issued.certificate_der.clone());
                let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).unwrap();
                builder
                    .with_client_auth_cert(vec![certificate], key)
                    .unwrap()
            }
        };
        config.resumption = Resumption::in_memory_sessions(8);
        Client {
            config: Arc::new(config),
            address: self.address,
        }
    }
}

fn revocation_list(authority: &Authority, revoked: &[&IssuedWithKey], now: Timestamp) -> String {
    let revoked: Vec<_> = revoked
        .iter()
        .map(|made| Revoked {
            serial: made.issued.serial.clone(),
            at: now,
            reason: RevocationReason::KeyCompromise,
        })
        .collect();
    let end = now + SignedDuration::from_hours(24);
    authority
        .revocation_list(1, &revoked, now, end)
        .unwrap()
        .pem
}

pub struct Client {
    config: Arc<ClientConfig>,
    address: SocketAddr,
}

pub struct Connection {
    sender: SendRequest<Body>,
    pub handshake: HandshakeKind,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Client {
    pub async fn connect(&self) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(self.address).await?;
        let connector = tokio_rustls::TlsConnector::from(Arc::clone(&self.config));
        let stream = connector.connect("localhost".try_into()?, stream).await?;
        let handshake = stream.get_ref().1.handshake_kind().unwrap();
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Connection { sender, handshake })
    }

    /// The bare connection after the handshake.
    pub async fn connect_bare(&self) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(Arc::clone(&self.config));
        let name = "localhost".try_into().unwrap();
        connector.connect(name, stream).await.unwrap()
    }

    /// An HTTP/2 connection and the task that ends with it.
    pub async fn connect_http2(
        &self,
    ) -> (
        hyper::client::conn::http2::SendRequest<Body>,
        JoinHandle<()>,
    ) {
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = TcpStream::connect(self.address).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = connector
            .connect("localhost".try_into().unwrap(), stream)
            .await
            .unwrap();
        let executor = hyper_util::rt::TokioExecutor::new();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(executor, TokioIo::new(stream))
                .await
                .unwrap();
        let running = tokio::spawn(async move { drop(connection.await) });
        (sender, running)
    }

    /// One request on a connection of its own.
    pub async fn get(&self, path: &str) -> Result<(u16, String), Failure> {
        self.connect().await?.get(path).await
    }
}

impl Connection {
    pub async fn get(&mut self, path: &str) -> Result<(u16, String), Failure> {
        self.send(Request::get(path).body(Body::empty())?).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Result<(u16, String), Failure> {
        request.headers_mut().insert("host", "localhost".parse()?);
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec())?))
    }

    /// Whether the other end has closed.
    pub async fn is_closed(&mut self) -> bool {
        tokio::time::timeout(Duration::from_secs(5), async {
            while !self.sender.is_closed() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .is_ok()
    }
}
