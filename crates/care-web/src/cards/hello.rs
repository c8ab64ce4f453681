//! The program at the card reader says that it is there, and hears time, versions and how long its certificate still lasts.

use std::fmt;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use http::StatusCode;
use kiban_card::wire::{HelloRequest, HelloResponse};
use kiban_services::terminals;
use kiban_web_kit::Problem;

use crate::{CareState, visit::Reader};

/// The oldest program whose answers are understood.
const OLDEST: Version = Version(0, 1, 0);

/// Programs and server are released together.
const NEWEST: &str = env!("CARGO_PKG_VERSION");

/// GET `/agent/hello`.
pub(crate) async fn hello(
    Reader(visit): Reader,
    State(state): State<CareState>,
    hello: Result<Query<HelloRequest>, QueryRejection>,
) -> Result<Json<HelloResponse>, Problem> {
    let Ok(Query(hello)) = hello else {
        let detail = "version、reader、doctor を付けて送ってください。";
        return Err(Problem::bad_request(detail));
    };
    // Certificates live by the machine's clock, and so does what is said of times here.
    let now = state.clock.now();
    let ends = visit.client.not_after;
    let answer = HelloResponse {
        origin: state.cards.origin().to_owned(),
        terminal: visit.terminal_id.clone(),
        certificate_ends: ends.to_string(),
        days_left: terminals::days_left(ends, now),
        now: now.to_string(),
        oldest_version: OLDEST.to_string(),
        newest_version: NEWEST.to_owned(),
        download: state.portal_url.to_string(),
    };
    if Version::read(&hello.version).is_none_or(|version| version < OLDEST) {
        return Err(too_old(&answer));
    }
    Ok(Json(answer))
}

/// The same members, so that the program can say which version to get and where.
fn too_old(answer: &HelloResponse) -> Problem {
    Problem::new(
        StatusCode::UPGRADE_REQUIRED,
        "program_too_old",
        "端末プログラムが古くなっています",
        format!(
            "新しい端末プログラム（{}以降）を入れてから、もう一度つないでください。入手先: {}",
            answer.oldest_version, answer.download
        ),
    )
    .with("origin", answer.origin.as_str())
    .with("terminal", answer.terminal.as_str())
    .with("certificate_ends", answer.certificate_ends.as_str())
    .with("days_left", answer.days_left)
    .with("now", answer.now.as_str())
    .with("oldest_version", answer.oldest_version.as_str())
    .with("newest_version", answer.newest_version.as_str())
    .with("download", answer.download.as_str())
}

/// `major.minor.patch`; a patch that is left out is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl Version {
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|part| part.parse().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().unwrap_or(Some(0))?;
        numbers
            .next()
            .is_none()
            .then_some(Self(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_two_or_three_numbers() {
        assert_eq!(Version::read("0.1.0"), Some(Version(0, 1, 0)));
        assert_eq!(Version::read("2.10"), Some(Version(2, 10, 0)));
        for bad in ["", "1", "a.b", "1.", "-1.0", "1.2.3.4", "1.2.x"] {
            assert_eq!(Version::read(bad), None, "{bad}");
        }
        assert!(Version::read("0.0.9") < Some(OLDEST));
        assert!(Version::read("0.10.0") > Version::read("0.9.9"));
        assert_eq!(OLDEST.to_string(), "0.1.0");
        assert!(Version::read(NEWEST).unwrap() >= OLDEST);
    }
}
