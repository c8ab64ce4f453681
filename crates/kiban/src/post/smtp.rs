//! Letters through a mail server.

use super::{Security, message::message};
use anyhow::{Context as _, Result, bail};
use kiban_domain::MailAddress;
use kiban_services::mail::{Outgoing, Post, PostError};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use std::{future::Future, pin::Pin, time::Duration};

/// For each step of the conversation. RFC 5321 allows servers minutes; a letter that takes longer is tried again.
const STEP: Duration = Duration::from_secs(30);

/// The way to the server.
pub(super) struct Line {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) security: Security,
    /// User and password.
    pub(super) login: Option<(String, String)>,
    /// PEM of the authority of the server's certificate; the machine's own list otherwise.
    pub(super) authority: Option<Vec<u8>>,
}

/// A mail server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: MailAddress,
}

impl Smtp {
    /// Makes the way ready; nothing is connected yet.
    pub(super) fn new(line: Line, from: MailAddress) -> Result<Self> {
        let tls = || -> Result<TlsParameters> {
            let mut tls = TlsParameters::builder(line.host.clone());
            if let Some(authority) = &line.authority {
                let authority = Certificate::from_pem(authority)
                    .context("メールサーバーの認証局の証明書が読めません")?;
                tls = tls.add_root_certificate(authority);
            }
            tls.build_rustls().context("TLSの準備ができません")
        };
        let (tls, port) = match line.security {
            Security::Tls => (Tls::Wrapper(tls()?), 465),
            Security::Starttls => (Tls::Required(tls()?), 587),
            Security::None if is_loopback(&line.host) => (Tls::None, 25),
            Security::None => bail!(
                "暗号化しない接続は、この機械の中のメールサーバーにだけ使えます（--smtp-security）"
            ),
        };
        let (_, domain) = from.as_str().split_once('@').unwrap_or(("", "localhost"));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&line.host)
            .port(line.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(domain.to_owned()));
        if let Some((user, password)) = line.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Post for Smtp {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let message = message(letter, &self.from)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(trouble(&error)),
            }
        })
    }
}

/// The server's words are left out: they often quote the address. Its number says enough.
fn trouble(error: &Error) -> PostError {
    match error.status() {
        // A login that is refused is the installation's fault, not the letter's.
        Some(code) if error.is_permanent() && !matches!(u16::from(code), 530 | 534 | 535 | 538) => {
            PostError::Never(format!("server said {code}"))
        }
        Some(code) => PostError::Later(format!("server said {code}")),
        None if error.is_timeout() => PostError::Later("server did not answer in time".into()),
        None if error.is_tls() => PostError::Later("no trusted TLS to the server".into()),
        None if error.is_response() => PostError::Later("server answered unreadably".into()),
        None if error.is_client() => PostError::Later("server lacks what is needed".into()),
        None => PostError::Later("line to the server broke".into()),
    }
}
