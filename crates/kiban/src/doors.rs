//! The three doors: their certificates, their routers, their listening.

use crate::machine::{SystemClock, SystemEntropy};
use anyhow::{Context as _, Result};
use axum::Router;
use kiban_care_web::CareState;
use kiban_connect_api::ConnectState;
use kiban_console::{ConsoleState, PayFrom};
use kiban_domain::{Clock, Timestamp};
use kiban_pki::{AuthorityKind, ClientIdentity, Order, Profile, Subject};
use kiban_portal::PortalState;
use kiban_services::{
    Platform,
    certificates::{self, Authorities, CertificateTable, Standing},
    terminals,
};
use kiban_web_kit::{
    Admission, Caching, Front, Limits, Observation, Shutdown, Transport, Verdict, plain, problem,
    tls::{self, DoorTls, Reception},
};
use std::{future::Future, net::SocketAddr, pin::Pin, sync::Arc};
use tokio::net::TcpListener;

/// Asks the table of certificates for every request.
struct TableAdmission(Arc<CertificateTable>);

impl Admission for TableAdmission {
    fn check(&self, serial: &str, _: Timestamp) -> Verdict {
        match self.0.standing(serial) {
            Some(Standing::Good) => Verdict::Admitted,
            Some(Standing::Revoked) => Verdict::Revoked,
            None => Verdict::Unknown,
        }
    }
}

/// Learns of certificates that were issued after the table was read, and notes that terminals are used.
struct TableReception {
    platform: Platform,
    table: Arc<CertificateTable>,
}

impl Reception for TableReception {
    fn receive<'a>(
        &'a self,
        client: &'a ClientIdentity,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            let serial = &client.serial;
            let mut outcome = self.table.look_up(&self.platform, serial).await;
            if outcome.is_ok() && matches!(client.subject, Subject::Terminal { .. }) {
                outcome = terminals::note_use(&self.platform, &self.table, serial).await;
            }
            if let Err(error) = outcome {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a certificate could not be looked up"
                );
            }
        })
    }
}

/// The TLS sides of the two doors that ask for certificates.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) care: Arc<DoorTls>,
    pub(crate) connect: Arc<DoorTls>,
    pub(crate) table: Arc<CertificateTable>,
}

impl Doors {
    /// Issues the doors' own certificate for `names` and reads the table of client certificates.
    pub(crate) async fn open(
        platform: &Platform,
        authorities: &Authorities,
        names: &[String],
    ) -> Result<Self> {
        let clock = SystemClock::default();
        let profile = Profile::Server {
            names: names
                .iter()
                .filter(|name| name.parse::<std::net::IpAddr>().is_err())
                .cloned()
                .collect(),
            addresses: names.iter().filter_map(|name| name.parse().ok()).collect(),
        };
        let server = authorities.of(AuthorityKind::Server).issue_with_new_key(
            &Order::new(profile),
            &clock,
            &*platform.entropy,
        )?;
        let chain = format!(
            "{}{}",
            server.issued.certificate_pem,
            authorities.of(AuthorityKind::Server).certificate_pem()
        );
        let table = Arc::new(CertificateTable::default());
        table.refresh(platform).await?;
        let mut sides = Vec::new();
        for kind in [AuthorityKind::Terminals, AuthorityKind::Systems] {
            let list = certificates::revocation_list(platform, authorities, &clock, kind).await?;
            let clients = authorities.of(kind).certificate_pem();
            let clock: Arc<dyn Clock> = Arc::new(clock);
            sides.push(Arc::new(DoorTls::new(
                &chain,
                &server.key_pem,
                clients,
                &list,
                clock,
            )?));
        }
        let connect = sides.pop().context("two doors")?;
        let care = sides.pop().context("two doors")?;
        for door in [&care, &connect] {
            door.receive_with(Arc::new(TableReception {
                platform: platform.clone(),
                table: table.clone(),
            }));
        }
        Ok(Self {
            care,
            connect,
            table,
        })
    }

    /// Makes the revocation lists anew; the next handshake sees them.
    pub(crate) async fn reload(
        &self,
        platform: &Platform,
        authorities: &Authorities,
    ) -> Result<()> {
        let clock = SystemClock::default();
        for (kind, door) in [
            (AuthorityKind::Terminals, &self.care),
            (AuthorityKind::Systems, &self.connect),
        ] {
            door.reload(
                &certificates::revocation_list(platform, authorities, &clock, kind).await?,
            )?;
        }
        Ok(())
    }

    fn wrap(&self, router: Router, door: &'static str) -> Router {
        let admission = Arc::new(TableAdmission(self.table.clone()));
        Front::new()
            .observed(Observation::new(door, &SystemEntropy::new()))
            .secured(Transport::Tls, Caching::NoStore)
            .guarded(admission, Arc::new(SystemClock::default()))
            .wrap(router)
    }

    /// Serves the care door.
    pub(crate) async fn serve_care(
        self,
        listener: TcpListener,
        state: CareState,
        shutdown: Shutdown,
    ) {
        let router = kiban_care_web::router(state);
        tls::serve(
            listener,
            self.care.clone(),
            self.wrap(router, "care"),
            shutdown,
            Limits::default(),
        )
        .await;
    }

    /// Serves the connect door.
    pub(crate) async fn serve_connect(
        self,
        listener: TcpListener,
        state: ConnectState,
        shutdown: Shutdown,
    ) {
        let router = kiban_connect_api::routes()
            .into_router()
            .fallback(problem::no_such_route)
            .method_not_allowed_fallback(problem::wrong_method)
            .with_state(state);
        tls::serve(
            listener,
            self.connect.clone(),
            self.wrap(router, "connect"),
            shutdown,
            Limits::default(),
        )
        .await;
    }
}

/// Serves the portal with the console, without TLS: on loopback, or behind a proxy that ends TLS.
pub(crate) async fn serve_portal(
    listener: TcpListener,
    state: PortalState,
    payer: Option<Arc<PayFrom>>,
    shutdown: Shutdown,
) {
    let console = ConsoleState {
        platform: state.platform.clone(),
        own_origin: state.own_origin.clone(),
        sandbox: state.sandbox.is_some(),
        holidays: state.public.holidays().into(),
        payer,
        papers: state.papers.clone(),
    };
    let router = kiban_portal::router(state).merge(kiban_console::router(console));
    let router = Front::new()
        .observed(Observation::new("portal", &SystemEntropy::new()))
        .secured(Transport::Plain, Caching::AsHandled)
        .wrap(router);
    plain::serve(listener, router, shutdown, Limits::default()).await;
}

/// Listens, or says which address is taken.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} で待ち受けできません。ほかのプログラムが使っているときは --base-port で番号を変えてください")
    })
}
