//! What the server's answer to a hello means for the people at the terminal.

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};
use kiban_card::Mender;

use super::Greeting;

/// The clocks may be so far apart; a challenge lives for 90 seconds and a certificate is dated back by five minutes.
pub const CLOCK_MAY_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// From so many days before the end on, a certificate that has not renewed itself is mentioned: renewal begins at 30.
const MENTION_DAYS: i64 = 14;

/// Something that somebody at the terminal should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// A word that stays.
    pub code: &'static str,
    /// What is so, what to do, and who does it; Japanese.
    pub sentence: String,
    /// Who can mend it.
    pub mender: Mender,
}

/// What is to be said of a greeting; `now` is this computer's time.
pub fn remarks(greeting: &Greeting, now: Timestamp) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let told = &greeting.told;
    let own = env!("CARGO_PKG_VERSION");
    if !greeting.is_served {
        remarks.push(remark(
            "program_too_old",
            format!(
                "この端末プログラム（版 {own}）は古いため、カードの読み取りを止めています。版 {} 以降（最新は {}）を {} から入れてください。",
                told.oldest_version, told.newest_version, told.download
            ),
        ));
    }
    if let Some(server) = told.now.parse::<Timestamp>().ok()
        && let Some(sentence) = clock_sentence(server, now)
    {
        remarks.push(remark("clock", sentence));
    }
    if told.days_left < MENTION_DAYS {
        remarks.push(remark(
            "certificate_ends_soon",
            format!(
                "端末の証明書はあと{}日で終わります。kiban-terminal renew を実行し、更新できないときは事業所の管理者に新しいコードを依頼してください。",
                told.days_left.max(0)
            ),
        ));
    }
    remarks
}

fn remark(code: &'static str, sentence: String) -> Remark {
    Remark {
        code,
        sentence,
        mender: Mender::Office,
    }
}

/// Both times, when they are too far apart.
pub(crate) fn clock_sentence(server: Timestamp, now: Timestamp) -> Option<String> {
    (now.duration_since(server).abs() > CLOCK_MAY_DIFFER).then(|| {
        format!(
            "{}。{}は、この端末の日付と時刻を自動で合わせる設定にしてください。",
            both_times(server, now),
            Mender::Office.label()
        )
    })
}

/// `この端末の時計は2026年8月1日 11:00、サーバーは9:00で、2時間0分進んでいます`.
pub(crate) fn both_times(server: Timestamp, now: Timestamp) -> String {
    let difference = now.duration_since(server);
    let minutes = difference.abs().as_mins();
    let side = if difference.is_positive() {
        "進んで"
    } else {
        "遅れて"
    };
    let apart = if minutes >= 60 {
        format!("{}時間{}分", minutes / 60, minutes % 60)
    } else {
        format!("{minutes}分")
    };
    format!(
        "この端末の時計は{}、サーバーの時計は{}で、{apart}{side}います",
        in_japan(now),
        in_japan(server)
    )
}

fn in_japan(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::fixed(offset(9)));
    format!(
        "{}年{}月{}日 {}:{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_card::wire::HelloResponse;

    fn greeting(days_left: i64, is_served: bool) -> Greeting {
        Greeting {
            told: HelloResponse {
                origin: "https://care.example".into(),
                terminal: "T1".into(),
                certificate_ends: "2026-10-30T00:00:00Z".into(),
                days_left,
                now: "2026-08-01T00:00:00Z".into(),
                oldest_version: "0.2.0".into(),
                newest_version: "0.3.1".into(),
                download: "https://portal.example".into(),
            },
            is_served,
        }
    }

    fn codes(greeting: &Greeting, now: &str) -> Vec<&'static str> {
        let remarks = remarks(greeting, now.parse().unwrap());
        remarks.iter().map(|remark| remark.code).collect()
    }

    #[test]
    fn what_is_well_is_not_mentioned() {
        for now in ["2026-08-01T00:05:00Z", "2026-07-31T23:55:00Z"] {
            assert_eq!(codes(&greeting(14, true), now), Vec::<&str>::new());
        }
        let late = codes(&greeting(13, false), "2026-08-01T00:05:01Z");
        assert_eq!(late, ["program_too_old", "clock", "certificate_ends_soon"]);
    }

    #[test]
    fn t1_a_clock_two_hours_off_is_said_with_both_times_and_who_mends_it() {
        let remarks = remarks(&greeting(60, true), "2026-08-01T02:00:00Z".parse().unwrap());
        assert_eq!(
            remarks[0].sentence,
            "この端末の時計は2026年8月1日 11:00、サーバーの時計は2026年8月1日 9:00で、2時間0分進んでいます。\
             事業所の職員は、この端末の日付と時刻を自動で合わせる設定にしてください。"
        );
    }

    #[test]
    fn t1_a_program_that_is_too_old_hears_which_one_and_where() {
        let remarks = remarks(
            &greeting(60, false),
            "2026-08-01T00:00:00Z".parse().unwrap(),
        );
        for words in [
            "0.2.0",
            "0.3.1",
            "https://portal.example",
            "カードの読み取りを止めています",
        ] {
            assert!(remarks[0].sentence.contains(words), "{words}");
        }
    }
}
