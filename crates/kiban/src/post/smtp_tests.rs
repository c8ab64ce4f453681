//! Real conversations with a small server that answers as told.

use super::{
    Security,
    smtp::{Line, Smtp},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kiban_exchange::delivery_report::Status;
use kiban_pki::{Authority, AuthorityKind, Order, Profile};
use kiban_services::mail::{Outgoing, Post as _, PostError, Refused};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// What the server answers to `MAIL`, to `RCPT`, to the end of `DATA`, and whether it breaks the line there.
#[derive(Clone, Copy)]
struct Manner {
    mail: &'static str,
    rcpt: &'static str,
    end: Option<&'static str>,
    tls: bool,
}

const KIND: Manner = Manner {
    mail: "250 ok",
    rcpt: "250 ok",
    end: Some("250 taken"),
    tls: false,
};

pub(super) struct Server {
    port: u16,
    said: Arc<Mutex<Vec<String>>>,
    authority: Vec<u8>,
}

impl Server {
    /// One that takes everything.
    pub(super) async fn kind() -> Self {
        Self::start(KIND).await
    }

    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (acceptor, authority) = acceptor();
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                if !manner.tls {
                    converse(&mut stream, manner, &heard, true).await;
                    continue;
                }
                converse(&mut stream, manner, &heard, true).await;
                let mut stream = acceptor.accept(stream).await.unwrap();
                converse(
                    &mut stream,
                    Manner {
                        tls: false,
                        ..manner
                    },
                    &heard,
                    false,
                )
                .await;
            }
        });
        Self {
            port,
            said,
            authority,
        }
    }

    pub(super) fn post(&self, security: Security) -> Smtp {
        let line = Line {
            host: "localhost".into(),
            port: Some(self.port),
            security,
            login: (security != Security::None).then(|| ("kiban".into(), "secret".into())),
            authority: Some(self.authority.clone()),
        };
        let bounce = "bounce@kiban.example".parse().unwrap();
        Smtp::new(line, "info@kiban.example".parse().unwrap(), Some(bounce)).unwrap()
    }

    async fn send(&self, security: Security) -> Result<(), PostError> {
        self.post(security).send(&letter()).await
    }

    pub(super) fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }
}

fn acceptor() -> (TlsAcceptor, Vec<u8>) {
    let clock = crate::machine::SystemClock::default();
    let entropy = crate::machine::SystemEntropy::new();
    let authority = Authority::create(AuthorityKind::Server, "test", &clock, &entropy).unwrap();
    let profile = Profile::Server {
        names: vec!["localhost".into()],
        addresses: vec![],
    };
    let issued = authority
        .issue_with_new_key(&Order::new(profile), &clock, &entropy)
        .unwrap();
    let chain =
        vec![CertificateDer::from_pem_slice(issued.issued.certificate_pem.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(issued.key_pem.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (
        TlsAcceptor::from(Arc::new(config)),
        authority.certificate_pem().as_bytes().to_vec(),
    )
}

/// Speaks until the other end leaves, the line is to break, or TLS is to begin.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    manner: Manner,
    said: &Mutex<Vec<String>>,
    greet: bool,
) {
    let mut stream = BufReader::new(stream);
    if greet {
        stream.write_all(b"220 test\r\n").await.unwrap();
    }
    let (mut line, mut in_data) = (String::new(), false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let text = line.trim_end().to_owned();
        said.lock().unwrap().push(text.clone());
        let answer = match text.split(' ').next().unwrap_or("") {
            "." if in_data => {
                in_data = false;
                match manner.end {
                    Some(answer) => answer,
                    None => return,
                }
            }
            _ if in_data => continue,
            "EHLO" if manner.tls => "250-test\r\n250 STARTTLS",
            "EHLO" => "250-test\r\n250 AUTH PLAIN",
            "STARTTLS" => {
                stream.write_all(b"220 go\r\n").await.unwrap();
                return;
            }
            "AUTH" => "235 ok",
            "MAIL" => manner.mail,
            "RCPT" => manner.rcpt,
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .unwrap();
    }
}

fn letter() -> Outgoing {
    Outgoing {
        mail_id: uuid::Uuid::from_u128(42),
        token: "0123456789abcdef".into(),
        to: "kanri@hikari.example".parse().unwrap(),
        subject: "利用開始のご案内".into(),
        body: "コード ABCDE\n.\n終わり".into(),
        leave_url: Some(
            "https://portal.example/readiness/leave/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .into(),
        ),
    }
}

#[tokio::test]
async fn a_letter_goes_out_with_the_same_message_id_each_time() {
    let server = Server::start(KIND).await;
    for _ in 0..2 {
        server.send(Security::None).await.unwrap();
    }
    let said = server.said();
    assert!(said.contains("RCPT TO:<kanri@hikari.example>"), "{said}");
    // RFC 8058: one request leaves the list.
    assert!(
        said.contains("List-Unsubscribe: <https://portal.example/readiness/leave/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA>")
            && said.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
        "{said}"
    );
    // A report finds its letter again, also when it quotes nothing of it.
    let from = "MAIL FROM:<bounce+0000000000000000000000000000002a.0123456789abcdef@kiban.example>";
    assert!(said.contains(from), "{said}");
    assert_eq!(
        said.matches(
            "Message-ID: <0000000000000000000000000000002a.0123456789abcdef@kiban.example>"
        )
        .count(),
        2,
        "{said}"
    );
}

fn refused(code: u16, status: Option<&str>, of_receiver: bool) -> Result<(), PostError> {
    Err(PostError::Refused(Refused {
        code,
        status: status.and_then(Status::at_beginning),
        of_receiver,
    }))
}

#[tokio::test]
async fn what_the_server_says_decides_whether_it_is_tried_again() {
    let cases = [
        (
            Manner {
                rcpt: "451 kanri@hikari.example busy",
                ..KIND
            },
            Err(PostError::Later("server said 451".into())),
        ),
        (
            Manner {
                rcpt: "550 kanri@hikari.example unknown",
                ..KIND
            },
            refused(550, None, true),
        ),
        (
            Manner {
                end: Some("452 full"),
                ..KIND
            },
            Err(PostError::Later("server said 452".into())),
        ),
        (
            Manner {
                end: Some("554 no"),
                ..KIND
            },
            refused(554, None, false),
        ),
        (
            Manner {
                rcpt: "550 5.1.1 <kanri@hikari.example> unknown",
                ..KIND
            },
            refused(550, Some("5.1.1"), true),
        ),
        (
            Manner {
                end: Some("550 5.7.1 rules"),
                ..KIND
            },
            refused(550, Some("5.7.1"), false),
        ),
        (
            Manner {
                rcpt: "550 5.1.8 the sender is unknown",
                ..KIND
            },
            Err(PostError::Later("server said 550".into())),
        ),
        (
            Manner {
                mail: "550 the sender is unknown",
                ..KIND
            },
            Err(PostError::Later("server said 550".into())),
        ),
        (
            Manner { end: None, ..KIND },
            Err(PostError::Later(String::new())),
        ),
        (
            Manner {
                rcpt: "what?",
                ..KIND
            },
            Err(PostError::Later("server answered unreadably".into())),
        ),
    ];
    for (manner, expected) in cases {
        let server = Server::start(manner).await;
        let outcome = server.send(Security::None).await;
        match (&outcome, &expected) {
            // A line that breaks is told in different words by different systems.
            (Err(PostError::Later(_)), Err(PostError::Later(words))) if words.is_empty() => {}
            _ => assert_eq!(outcome, expected),
        }
        assert!(!format!("{outcome:?}").contains("hikari"), "{outcome:?}");
    }
    let nobody = Server {
        port: 1,
        said: Arc::default(),
        authority: acceptor().1,
    };
    assert!(matches!(
        nobody.send(Security::None).await,
        Err(PostError::Later(_))
    ));
}

#[tokio::test]
async fn login_and_letter_wait_for_tls() {
    let server = Server::start(Manner { tls: true, ..KIND }).await;
    server.send(Security::Starttls).await.unwrap();
    let said = server.said();
    let at = |text: &str| {
        said.find(text)
            .unwrap_or_else(|| panic!("{text} in {said}"))
    };
    let login = format!("AUTH PLAIN {}", STANDARD.encode("\0kiban\0secret"));
    assert!(
        at("STARTTLS") < at(&login) && at(&login) < at("MAIL FROM"),
        "{said}"
    );

    let plain = Server::start(KIND).await;
    assert!(matches!(
        plain.send(Security::Starttls).await,
        Err(PostError::Later(_))
    ));
    assert!(!plain.said().contains("AUTH") && !plain.said().contains("MAIL"));

    let stranger = Server::start(Manner { tls: true, ..KIND }).await;
    let other = Server {
        authority: acceptor().1,
        ..stranger
    };
    assert!(matches!(
        other.send(Security::Starttls).await,
        Err(PostError::Later(_))
    ));

    let open = Line {
        host: "mail.example".into(),
        port: None,
        security: Security::None,
        login: None,
        authority: None,
    };
    let from = || "info@kiban.example".parse().unwrap();
    assert!(Smtp::new(open, from(), None).is_err());
    let line = Line {
        host: "localhost".into(),
        port: None,
        security: Security::None,
        login: None,
        authority: None,
    };
    let long = "undeliverable-mail@kiban.example".parse().unwrap();
    let error = Smtp::new(line, from(), Some(long)).err().unwrap();
    assert!(format!("{error:#}").contains("--mail-bounce"), "{error:#}");
}
