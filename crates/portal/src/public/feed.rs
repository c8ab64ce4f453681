//! News and declarations for programs that watch: Atom (RFC 4287), JSON Feed 1.1, iCalendar (RFC 5545).

use super::{failed, words};
use crate::{PortalState, published::Shown};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use jiff::{
    ToSpan as _,
    tz::{TimeZone, offset},
};
use kiban_domain::{Date, PlannedTime, PlatformFunction, ReadinessStep, Timestamp, municipality};
use kiban_services::{
    operating,
    readiness::{self, Standing},
};
use serde_json::json;
use std::fmt::Write as _;

/// So many entries stand in a feed.
const ENTRIES: usize = 50;

struct Entry {
    id: String,
    title: String,
    updated: Timestamp,
    link: String,
    html: String,
}

fn atom(state: &PortalState, path: &str, title: &str, entries: &[Entry]) -> Response {
    let origin = &state.own_origin;
    let updated = entries.iter().map(|it| it.updated).max();
    let updated = updated.unwrap_or(Timestamp::UNIX_EPOCH);
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"ja\">\n<id>{0}{path}</id>\n<title>{1}</title>\n<updated>{updated}</updated>\n<author><name>介護情報基盤ポータル</name></author>\n<link rel=\"self\" href=\"{0}{path}\"/>\n",
        escape(origin),
        escape(title),
    );
    for entry in entries {
        let _ = writeln!(
            feed,
            "<entry><id>{0}{1}</id><title>{2}</title><updated>{3}</updated><link href=\"{0}{4}\"/><content type=\"html\">{5}</content></entry>",
            escape(origin),
            escape(&entry.id),
            escape(&entry.title),
            entry.updated,
            escape(&entry.link),
            escape(&entry.html),
        );
    }
    feed.push_str("</feed>\n");
    typed("application/atom+xml; charset=utf-8", feed)
}

fn typed(content_type: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=30"),
    ];
    (headers, body).into_response()
}

/// Also drops what XML 1.0 cannot carry at all.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(it),
            it if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => {}
            it => escaped.push(it),
        }
    }
    escaped
}

/// The first instant of a day in Japan.
fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::fixed(offset(9)))
        .map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp())
}

fn entry(shown: &Shown) -> Entry {
    let path = format!("/news/{}", shown.slug);
    Entry {
        id: path.clone(),
        title: shown.article.headline.title.clone(),
        updated: start_of(shown.date()),
        link: path,
        html: shown.body.html.clone(),
    }
}

/// GET `/news.atom`.
pub(super) async fn news_atom(State(state): State<PortalState>) -> Response {
    match state.public.published.current(&state.platform).await {
        Ok(published) => {
            let entries: Vec<_> = published.news.iter().take(ENTRIES).map(entry).collect();
            atom(
                &state,
                "/news.atom",
                "介護情報基盤ポータル　お知らせ",
                &entries,
            )
        }
        Err(error) => failed(&state, &error),
    }
}

/// GET `/news.json`.
pub(super) async fn news_json(State(state): State<PortalState>) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let origin = &state.own_origin;
    let items = published.news.iter().take(ENTRIES).map(entry).map(|it| {
        json!({
            "id": format!("{origin}{}", it.id),
            "url": format!("{origin}{}", it.link),
            "title": it.title,
            "content_html": it.html,
            "date_published": it.updated.to_string(),
            "language": "ja",
        })
    });
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "介護情報基盤ポータル　お知らせ",
        "home_page_url": format!("{origin}/news"),
        "feed_url": format!("{origin}/news.json"),
        "language": "ja",
        "items": items.collect::<Vec<_>>(),
    });
    let headers = [
        (header::CONTENT_TYPE, "application/feed+json; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=30"),
    ];
    (headers, Json(feed)).into_response()
}

/// GET `/status.atom`: what was said of maintenances and incidents, one entry each time.
pub(super) async fn status_atom(State(state): State<PortalState>) -> Response {
    let known = state.public.operating.current(&state.platform).await;
    let notes = known.matters.iter().flat_map(|it| {
        let numbered = it.notes.iter().enumerate();
        numbered.map(move |(number, note)| (it, number, note))
    });
    let mut entries: Vec<_> = notes
        .map(|(matter, number, note)| Entry {
            id: format!("/status#{}-{number}", matter.row.matter_id),
            title: matter.row.title.clone(),
            updated: note.written_at,
            link: "/status".to_owned(),
            html: format!(
                "<p>{}</p><p>{}</p>",
                escape(&operating::period(matter)),
                escape(&note.words)
            ),
        })
        .collect();
    entries.sort_by_key(|it| std::cmp::Reverse(it.updated));
    entries.truncate(ENTRIES);
    atom(
        &state,
        "/status.atom",
        "介護情報基盤ポータル　稼働状況",
        &entries,
    )
}

/// GET `/readiness.atom`: the newest declarations, one entry a municipality and day.
pub(super) async fn readiness_atom(State(state): State<PortalState>) -> Response {
    let rows = match readiness::list_all(&state.platform).await {
        Ok(rows) => rows,
        Err(error) => return failed(&state, &error),
    };
    let mut entries: Vec<Entry> = Vec::new();
    for row in rows.iter().rev() {
        let Some(it) = municipality(&row.municipality) else {
            continue;
        };
        let day = words::day_of(row.recorded_at);
        let id = format!("/readiness/{}#{day}", it.code.as_str());
        let planned = row.dates.planned.map(|it| format!("予定 {}", it.label()));
        let actual = row
            .dates
            .actual
            .map(|it| format!("実際 {}", words::date(it).wareki));
        let said: Vec<_> = planned.into_iter().chain(actual).collect();
        let said = if said.is_empty() {
            "取り消し".to_owned()
        } else {
            said.join("、")
        };
        let sentence = format!(
            "<p>{}　{}：{said}</p>",
            row.function.label(),
            row.step.label()
        );
        if let Some(known) = entries.iter_mut().find(|known| known.id == id) {
            known.html.push_str(&sentence);
        } else if entries.len() < ENTRIES {
            entries.push(Entry {
                id,
                title: format!("{}（{}）の対応状況", it.name, it.prefecture),
                updated: row.recorded_at,
                link: format!("/readiness/{}", it.code.as_str()),
                html: sentence,
            });
        } else {
            break;
        }
    }
    atom(
        &state,
        "/readiness.atom",
        "介護情報基盤ポータル　市町村の対応状況",
        &entries,
    )
}

/// GET `/readiness.ics`: when municipalities begin to share.
pub(super) async fn readiness_calendar(State(state): State<PortalState>) -> Response {
    match state.public.overview.current(&state.platform).await {
        Ok(overview) => calendar_of(&state, &overview.all.iter().collect::<Vec<_>>()),
        Err(error) => failed(&state, &error),
    }
}

/// The days on which these municipalities begin, or began, to share a function. A plan that names a month or a year spans it.
pub(super) fn calendar_of(state: &PortalState, all: &[&Standing]) -> Response {
    let mut calendar = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//kiban//readiness//JA",
        "X-WR-CALNAME:市町村の対応状況",
    ] {
        fold(&mut calendar, line);
    }
    let host = state.own_origin.split("//").nth(1).unwrap_or("localhost");
    for standing in all {
        for function in PlatformFunction::ALL.iter().copied() {
            let dates = standing.steps(function).of(ReadinessStep::Sharing);
            let Some(stamp) = standing.declared_at(function) else {
                continue;
            };
            let (time, word) = match (dates.actual, dates.planned) {
                (Some(day), _) => (PlannedTime::Day(day), "開始"),
                (None, Some(planned)) => (planned, "開始予定"),
                (None, None) => continue,
            };
            let it = standing.municipality;
            let basic = |day: Date| day.to_string().replace('-', "");
            let end = time
                .last_day()
                .checked_add(1.day())
                .unwrap_or(time.last_day());
            let stamp = stamp.strftime("%Y%m%dT%H%M%SZ");
            for line in [
                "BEGIN:VEVENT".to_owned(),
                format!(
                    "UID:{}-{}-sharing@{host}",
                    it.code.as_str(),
                    function.code()
                ),
                format!("DTSTAMP:{stamp}"),
                format!("DTSTART;VALUE=DATE:{}", basic(time.first_day())),
                format!("DTEND;VALUE=DATE:{}", basic(end)),
                format!(
                    "SUMMARY:{}（{}）{}の情報共有を{word}",
                    it.name,
                    it.prefecture,
                    function.label()
                ),
                "END:VEVENT".to_owned(),
            ] {
                fold(&mut calendar, &line);
            }
        }
    }
    fold(&mut calendar, "END:VCALENDAR");
    typed("text/calendar; charset=utf-8", calendar)
}

/// A line of at most 75 octets goes on in the next one after a space. Source: RFC 5545, section 3.1.
fn fold(calendar: &mut String, line: &str) {
    let mut octets = 0;
    for it in line.chars() {
        if octets + it.len_utf8() > 75 {
            calendar.push_str("\r\n ");
            octets = 1;
        }
        calendar.push(it);
        octets += it.len_utf8();
    }
    calendar.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_calendar_are_short_and_letters_stay_whole() {
        let mut calendar = String::new();
        let line = "長".repeat(60);
        fold(&mut calendar, &line);
        assert!(calendar.split("\r\n").all(|it| it.len() <= 75));
        assert_eq!(calendar.replace("\r\n ", "").trim_end(), line);
    }

    #[test]
    fn what_is_in_a_feed_cannot_break_out() {
        assert_eq!(
            escape("<a href=\"x\">&\u{8}"),
            "&lt;a href=&quot;x&quot;&gt;&amp;"
        );
    }
}
