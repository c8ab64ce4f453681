//! A letter's whole way: over a server, and back as a report into a folder.

use super::{Maildir, Security, Taken, smtp_tests::Server};
use kiban_audit::SigningKey;
use kiban_domain::Entropy;
use kiban_services::{
    Platform,
    mail::{self, Letter},
};
use kiban_store::{Error, Objects, Settings, Store};
use kiban_testkit::{FixedClock, SeededEntropy};
use std::{path::Path, sync::Arc};

async fn platform(folder: &Path) -> Platform {
    let settings = Settings::Lite {
        folder: folder.join("db"),
    };
    let (store, audit) = Store::open(&settings).await.unwrap();
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
    let key = SigningKey::from_pkcs8(&SigningKey::generate(&*entropy)).unwrap();
    Platform {
        store,
        audit,
        objects: Objects::open(&folder.join("objects")).unwrap(),
        clock: Arc::new(FixedClock::at("2026-11-02T01:00:00Z")),
        entropy,
        audit_key: Arc::new(key),
    }
}

async fn queue(platform: &Platform) {
    let letter = Letter {
        to: "kanri@hikari.example".parse().unwrap(),
        subject: "お知らせ".into(),
        body: "本文".into(),
    };
    let (mail_id, inside) = (platform.id(), platform.clone());
    platform
        .store
        .write::<(), Error, _>(move |work| {
            Box::pin(async move { mail::queue(work, mail_id, &inside, &letter).await })
        })
        .await
        .unwrap();
}

/// As the receiver's server reports, to the return path.
fn report(to: &str) -> String {
    format!(
        "Return-Path: <>\nTo: {to}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nsorry\n\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; kanri@hikari.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )
}

#[tokio::test]
async fn a_report_in_the_folder_marks_the_address_and_a_forged_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let platform = platform(folder.path()).await;
    let server = Server::kind().await;
    queue(&platform).await;
    let post = server.post(Security::None);
    assert_eq!(mail::deliver(&platform, &post).await.unwrap(), 1);
    let said = server.said();
    let path = said.split("MAIL FROM:<").nth(1).unwrap();
    let path = path.split('>').next().unwrap();

    assert!(Maildir::open(folder.path()).is_err());
    let (new, read) = (folder.path().join("new"), folder.path().join("cur"));
    for it in [&new, &read] {
        std::fs::create_dir(it).unwrap();
    }
    let (name, host) = path.rsplit_once('@').unwrap();
    let forged = format!("{}0000@{host}", &name[..name.len() - 4]);
    std::fs::write(new.join("1.forged"), report(&forged)).unwrap();
    std::fs::write(new.join("2.nothing"), "Subject: hello\n\nhello\n").unwrap();
    std::fs::create_dir(new.join("3.folder")).unwrap();
    let maildir = Maildir::open(folder.path()).unwrap();
    let taken = |marked, believed, other| Taken {
        marked,
        believed,
        other,
    };
    assert_eq!(maildir.take_in(&platform).await.unwrap(), taken(0, 0, 2));
    assert_eq!(mail::count_refused(&platform).await.unwrap().0, 0);

    std::fs::write(new.join("4.true"), report(path)).unwrap();
    std::fs::write(new.join("5.again"), report(path)).unwrap();
    assert_eq!(maildir.take_in(&platform).await.unwrap(), taken(1, 1, 0));
    assert_eq!(mail::count_refused(&platform).await.unwrap().0, 1);
    assert_eq!(
        maildir.take_in(&platform).await.unwrap(),
        Taken::default(),
        "what was read is read once"
    );
    assert!(read.join("4.true:2,S").is_file());
}
