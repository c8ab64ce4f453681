//! Subsidies for everybody: 助成金のご案内 (P06), 助成額の試算 (P07), and what the start page and 各種申請 say of them (G-1, G-5).
//!
//! Every figure is read from the scheme in force; nothing that is typed is stored.

mod estimate;
mod guide;
mod open_data;
pub(crate) mod worked;

pub(super) use estimate::show as estimate;
pub(super) use guide::{deadline, procedures, show, tables};
pub(crate) use open_data::SubsidyFigures;
pub(super) use open_data::{csv, json};

use crate::PortalState;
use jiff::SignedDuration;
use kiban_domain::{Date, Yen};
use kiban_services::{
    Platform,
    subsidies::{self, Standing},
    watched::Watched,
};
use kiban_store::Error;
use std::sync::Arc;

/// A changed scheme is shown within so many seconds.
const EVERY: SignedDuration = SignedDuration::from_secs(10);

/// Keeps the scheme of the day for every visitor.
#[derive(Debug)]
pub(crate) struct SubsidyDesk(Watched<Option<Standing>, i64>);

impl Default for SubsidyDesk {
    fn default() -> Self {
        Self(Watched::new(EVERY))
    }
}

impl SubsidyDesk {
    /// The scheme that takes applications now, comes next or was last.
    async fn current(&self, platform: &Platform) -> Result<Arc<Option<Standing>>, Error> {
        let now = platform.now();
        let read = async || subsidies::current(platform).await;
        // The moment is the mark: which scheme is the present one changes with the clock as well.
        self.0
            .current(now, async || Ok(now.as_second()), read)
            .await
    }
}

/// The scheme of the day.
pub(super) async fn current(state: &PortalState) -> Result<Arc<Option<Standing>>, Error> {
    state.public.subsidies.current(&state.platform).await
}

/// 「64,000円」.
pub(crate) fn yen(amount: Yen) -> String {
    let amount = usize::try_from(amount.get()).unwrap_or(usize::MAX);
    format!("{}円", super::home::grouped(amount))
}

/// 「令和7年10月17日（金）」.
pub(crate) fn day(day: Date) -> String {
    const DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
    let at = day.weekday().to_monday_zero_offset();
    let weekday = usize::try_from(at).ok().and_then(|at| DAYS.get(at));
    let wareki = super::date(day).wareki;
    format!("{wareki}（{}）", weekday.copied().unwrap_or_default())
}
