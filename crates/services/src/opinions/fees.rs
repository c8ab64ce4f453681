//! The fees of a month, from receipts (D-6).

use super::{CaseError, OPINION, Receipt};
use crate::{CallContext, Platform};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use kiban_access::asked_institution;
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{
    Yen,
    opinion::Setting,
    opinion_case::{FeeLine, FeeRates, FeeReceipt, Writing, fee_lines},
    tokyo_date,
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_store::{
    Error,
    repo::opinion_submissions::{self, ReceivedRow},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt::Write as _, sync::LazyLock};

/// The lines of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fees {
    /// The first day of the month.
    pub month: Date,
    /// By insurer, day and number.
    pub lines: Vec<FeeLine>,
    /// The sum of the amounts that are known.
    pub total: Yen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesFile {
    from: String,
    home: Pair,
    facility: Pair,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    first: u64,
    again: u64,
}

/// The rates that come with the program. Source: the data files in `opinion-fees`.
pub fn fee_rates() -> &'static [FeeRates] {
    static RATES: LazyLock<Vec<FeeRates>> = LazyLock::new(|| {
        [include_str!("../../../../data/opinion-fees/2026.toml")]
            .into_iter()
            .map(|text| read(text).expect("a test reads the committed files"))
            .collect()
    });
    &RATES
}

fn read(text: &str) -> Option<FeeRates> {
    let file: RatesFile = toml::from_str(text).ok()?;
    Some(FeeRates {
        from: file.from.parse().ok()?,
        home_first: Yen::new(file.home.first),
        home_again: Yen::new(file.home.again),
        facility_first: Yen::new(file.facility.first),
        facility_again: Yen::new(file.facility.again),
    })
}

/// The fees of the calling institution's opinions that insurers received in the month of this day. The look is recorded.
///
/// The kind (在宅, 施設) is the document's, or the request's where the document is silent; 新規 or 継続 is the request's, because insurers differ in what is new.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no medical institution; storage.
pub async fn fees(
    platform: &Platform,
    context: &CallContext,
    in_month: Date,
) -> Result<Fees, CaseError> {
    let permit = asked_institution(&context.caller)?;
    let month = in_month.first_of_month();
    let start = |day: Date| {
        let zoned = day.to_zoned(TimeZone::fixed(jiff::tz::offset(9)));
        zoned
            .map(|it| it.timestamp())
            .map_err(|error| Error::File(std::io::Error::other(error)))
    };
    let (first, end) = (start(month)?, start(month.saturating_add(1.month()))?);
    let mut work = platform.store.point().await?;
    let rows = opinion_submissions::list_received(&mut work, &permit, first, end).await?;
    drop(work);
    let receipts = rows.iter().map(receipt).collect();
    let lines = fee_lines(receipts, fee_rates());
    let total = lines.iter().filter_map(|it| it.fee).map(Yen::get).sum();
    record(platform, context, &lines).await?;
    Ok(Fees {
        month,
        lines,
        total: Yen::new(total),
    })
}

/// The lines are about persons of several insurers: each lane has its own entry.
async fn record(
    platform: &Platform,
    context: &CallContext,
    lines: &[FeeLine],
) -> Result<(), Error> {
    let mut lanes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in lines {
        let lane = line.receipt.insurer_no.as_str();
        lanes
            .entry(lane)
            .or_default()
            .push(&line.receipt.receipt_no);
    }
    if lanes.is_empty() {
        lanes.insert(NO_INSURER, Vec::new());
    }
    let entries = lanes.iter().map(|(lane, shown)| {
        let event = context.event(platform, lane, Action::Export);
        event
            .purpose("opinion_fees")
            .ground(format!("count:{}", shown.len()))
            .shown([OPINION], shown.join(",").as_bytes())
            .to_entry()
    });
    platform.audit.append_all(entries.collect()).await
}

fn receipt(row: &ReceivedRow) -> FeeReceipt {
    let document = read_json(row.document.as_bytes(), editions()).ok();
    let written = document.and_then(|it| it.administrative.setting);
    FeeReceipt {
        insurer_no: row.insurer_no,
        insured_no: row.insured_no,
        receipt_no: Receipt::number_of(row.insurer_no, row.seq),
        received_on: tokyo_date(row.received_at),
        setting: written.or(row.setting),
        writing: row.writing,
    }
}

/// The lines as CSV: UTF-8 with a byte order mark, CR-LF, header in Japanese; an amount that is not known is empty.
pub fn fees_csv(fees: &Fees) -> String {
    let mut file =
        "\u{feff}保険者番号,受付番号,受領日,種別,新規・継続,金額（円・税抜）\r\n".to_owned();
    for line in &fees.lines {
        let it = &line.receipt;
        let setting = it.setting.map_or("", |it| match it {
            Setting::Home => "在宅",
            Setting::Facility => "施設",
        });
        let writing = it.writing.as_ref().map_or("", Writing::label);
        let fee = line.fee.map_or(String::new(), |it| it.get().to_string());
        let _ = write!(
            file,
            "{},{},{},{setting},{writing},{fee}\r\n",
            it.insurer_no, it.receipt_no, it.received_on
        );
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d6_the_committed_rates_are_read() {
        let rates = fee_rates();
        assert_eq!(rates[0].fee(Setting::Home, Writing::First), Yen::new(5_000));
        assert_eq!(
            rates[0].fee(Setting::Facility, Writing::Again),
            Yen::new(3_000)
        );
        assert!(read("from = \"2026-04-01\"").is_none());
    }
}
