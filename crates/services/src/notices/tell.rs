//! What the platform itself tells, in the unit of work of what happened.

use crate::Platform;
use kiban_domain::{Body, Date, Timestamp};
use kiban_store::{
    Error, Work,
    repo::notices::{self, Addressee, NoticeRow},
};
use uuid::Uuid;

/// Something that happened to a body.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// An application came back to be corrected. A letter of its own goes to whoever applied.
    Returned {
        /// Its number.
        receipt: String,
        /// How often it had moved before.
        version: i64,
    },
    /// A terminal's certificate ends. A letter of its own goes to administrators.
    CertificateEnds {
        /// The certificate.
        serial: String,
        /// The terminal's name.
        terminal: String,
        /// How many days before.
        days: i64,
        /// When it ends.
        day: Date,
    },
    /// A questionnaire can be answered.
    SurveyOpens {
        /// Its number.
        round: i64,
        /// What it is called.
        title: String,
        /// The last day.
        closes_on: Date,
        /// When it can be answered.
        from: Timestamp,
    },
    /// An insurer is asked to declare how far it is. A letter of its own goes to its people.
    Reminded {
        /// Who asks.
        from: String,
        /// The municipalities.
        about: Vec<String>,
        /// When.
        at: Timestamp,
    },
}

/// Keeps the notice of an event; an event that was told before is not told again. `to`: one body, or `None` for all insurers.
pub(crate) async fn tell(
    work: &mut Work,
    platform: &Platform,
    notice_id: Uuid,
    to: Option<Body>,
    event: &Event,
) -> Result<(), Error> {
    let to = Addressee {
        body_kind: to.map_or("insurer", |it| it.kind()).to_owned(),
        prefecture: String::new(),
        body_no: to.as_ref().map_or("", Body::number).to_owned(),
    };
    let now = platform.now();
    let (kind, key, title, body, link) = words(event, &to);
    // Who wants letters gets one here only where the event writes none by itself.
    let (show_from, mailed_at) = match event {
        Event::SurveyOpens { from, .. } => ((*from).max(now), None),
        Event::Returned { .. } | Event::CertificateEnds { .. } | Event::Reminded { .. } => {
            (now, Some(now))
        }
    };
    let row = NoticeRow {
        notice_id,
        to,
        kind: kind.to_owned(),
        event: Some(key),
        title,
        body,
        link,
        made_by: "platform".to_owned(),
        made_at: now,
        show_from,
        mailed_at,
    };
    notices::add(work, &row).await?;
    Ok(())
}

fn words(event: &Event, to: &Addressee) -> (&'static str, String, String, String, String) {
    let day = |day: &Date| {
        kiban_domain::Wareki::try_from(*day)
            .map_or_else(|_| day.to_string(), kiban_domain::Wareki::long)
    };
    match event {
        Event::Returned { receipt, version } => (
            "registration",
            format!("returned:{receipt}:{version}"),
            "登録の申請に直していただきたいところがあります".to_owned(),
            "申請の内容と運営からの連絡を確かめて、修正して提出してください。".to_owned(),
            format!("/mypage/applications/{receipt}"),
        ),
        Event::CertificateEnds {
            serial,
            terminal,
            days,
            day: last,
        } => (
            "certificate",
            format!("certificate:{serial}:{days}"),
            format!("端末「{terminal}」の電子証明書の期限が近づいています"),
            format!(
                "{}が期限です。過ぎると、この端末ではWEBサービスを使えません。期限までに更新してください。",
                day(last)
            ),
            "/mypage/certificates".to_owned(),
        ),
        Event::SurveyOpens {
            round,
            title,
            closes_on,
            ..
        } => (
            "survey",
            format!("survey:{round}"),
            format!("「{title}」に回答してください"),
            format!(
                "業務トップから回答できます。{}まで受け付けます。",
                day(closes_on)
            ),
            "/insurer".to_owned(),
        ),
        Event::Reminded { from, about, at } => (
            "readiness",
            format!("readiness:{}:{}", to.body_no, at.as_second()),
            "対応状況の登録または更新をお願いします".to_owned(),
            format!("{from}からのお知らせです。対象：{}", about.join("、")),
            "/insurer".to_owned(),
        ),
    }
}
