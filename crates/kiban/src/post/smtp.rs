//! Letters through a mail server.

use super::{
    Security,
    message::{message, name},
};
use anyhow::{Context as _, Result, bail};
use kiban_domain::MailAddress;
use kiban_exchange::delivery_report::Status;
use kiban_services::mail::{Outgoing, Post, PostError, Refused};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
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
    line: Line,
    port: u16,
    tls: Tls,
    hello: ClientId,
    from: MailAddress,
    /// Where reports go: the letter's name is added to the part before `@`.
    bounce: Option<MailAddress>,
}

/// What protects the line.
enum Tls {
    /// TLS from the beginning.
    Wrapper(TlsParameters),
    /// STARTTLS, or nothing is sent.
    Required(TlsParameters),
    /// Nothing: the server is on this machine.
    None,
}

/// `+`, 32 digits, `.` and 16 digits are added; what stands before `@` has 64 characters at the most.
const LONGEST_BOUNCE: usize = 64 - 50;

impl Smtp {
    /// Makes the way ready; nothing is connected yet.
    pub(super) fn new(line: Line, from: MailAddress, bounce: Option<MailAddress>) -> Result<Self> {
        let parameters = || -> Result<TlsParameters> {
            let mut tls = TlsParameters::builder(line.host.clone());
            if let Some(authority) = &line.authority {
                let authority = Certificate::from_pem(authority)
                    .context("メールサーバーの認証局の証明書が読めません")?;
                tls = tls.add_root_certificate(authority);
            }
            tls.build_rustls().context("TLSの準備ができません")
        };
        let (tls, port) = match line.security {
            Security::Tls => (Tls::Wrapper(parameters()?), 465),
            Security::Starttls => (Tls::Required(parameters()?), 587),
            Security::None if is_loopback(&line.host) => (Tls::None, 25),
            Security::None => bail!(
                "暗号化しない接続は、この機械の中のメールサーバーにだけ使えます（--smtp-security）"
            ),
        };
        let local = |it: &MailAddress| it.as_str().split_once('@').map_or(0, |(it, _)| it.len());
        if bounce.as_ref().is_some_and(|it| local(it) > LONGEST_BOUNCE) {
            bail!("--mail-bounce の「@」より前は、{LONGEST_BOUNCE}文字までにしてください");
        }
        let (_, domain) = from.as_str().split_once('@').unwrap_or(("", "localhost"));
        Ok(Self {
            port: line.port.unwrap_or(port),
            hello: ClientId::Domain(domain.to_owned()),
            line,
            tls,
            from,
            bounce,
        })
    }

    /// The address to which servers report of a letter.
    fn return_path(&self, letter: &Outgoing) -> Result<Address, PostError> {
        let address = match self
            .bounce
            .as_ref()
            .and_then(|it| it.as_str().split_once('@'))
        {
            Some((local, host)) => format!("{local}+{}@{host}", name(letter)),
            None => self.from.as_str().to_owned(),
        };
        let unusable = |_| PostError::Never("address not usable for mail".into());
        address.parse().map_err(unusable)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let tls = match &self.tls {
            Tls::Wrapper(tls) => Some(tls.clone()),
            Tls::Required(_) | Tls::None => None,
        };
        let server = (self.line.host.as_str(), self.port);
        let hello = &self.hello;
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(STEP), hello, tls, None).await?;
        if let Tls::Required(tls) = &self.tls {
            connection.starttls(tls.clone(), hello).await?;
        }
        if let Some((user, password)) = &self.line.login {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await?;
        }
        Ok(connection)
    }

    /// Hands a letter over, step by step: what is refused before the receiver was named is no fault of the receiver's.
    async fn hand_over(&self, letter: &Outgoing) -> Result<(), PostError> {
        let from = self.return_path(letter)?;
        let to = letter.to.as_str().parse::<Address>();
        let to = to.map_err(|_| PostError::Never("address not usable for mail".into()))?;
        let text = message(letter, &self.from)?.formatted();
        let mut connection = self.connect().await.map_err(|error| later(&error))?;
        let outcome = converse(&mut connection, from, to, &text).await;
        match &outcome {
            // The letter is taken; a server that does not say goodbye changes nothing.
            Ok(()) => {
                let _ = connection.quit().await;
            }
            Err(_) => connection.abort().await,
        }
        outcome
    }
}

async fn converse(
    connection: &mut AsyncSmtpConnection,
    from: Address,
    to: Address,
    text: &[u8],
) -> Result<(), PostError> {
    let sender = connection.command(Mail::new(Some(from), vec![])).await;
    sender.map_err(|error| later(&error))?;
    let receiver = connection.command(Rcpt::new(to, vec![])).await;
    receiver.map_err(|error| refusal(&error, true))?;
    let data = connection.command(Data).await;
    data.map_err(|error| refusal(&error, false))?;
    let end = connection.message(text).await;
    end.map_err(|error| refusal(&error, false))?;
    Ok(())
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
        Box::pin(self.hand_over(letter))
    }
}

/// Refused for good when the server says so; `of_receiver` when the receiver was what it was asked about.
fn refusal(error: &Error, of_receiver: bool) -> PostError {
    match error.status().map(u16::from) {
        // A login that is refused is the installation's fault, not the letter's.
        Some(code) if error.is_permanent() && !matches!(code, 530 | 534 | 535 | 538) => {
            // The enhanced code stands at the beginning of what the server says.
            let words = std::error::Error::source(error).map(ToString::to_string);
            let status = words.as_deref().and_then(Status::at_beginning);
            // The sender is no fault of the receiver's, at whatever time it is said.
            match status {
                Some(status) if status.subject == 1 && matches!(status.detail, 7 | 8) => {
                    later(error)
                }
                _ => PostError::Refused(Refused {
                    code,
                    status: status.filter(|it| it.class == 5),
                    of_receiver,
                }),
            }
        }
        _ => later(error),
    }
}

/// The server's words are left out: they often quote the address. Its number says enough.
fn later(error: &Error) -> PostError {
    PostError::Later(match error.status() {
        Some(code) => format!("server said {code}"),
        None if error.is_timeout() => "server did not answer in time".into(),
        None if error.is_tls() => "no trusted TLS to the server".into(),
        None if error.is_response() => "server answered unreadably".into(),
        None if error.is_client() => "server lacks what is needed".into(),
        None => "line to the server broke".into(),
    })
}
