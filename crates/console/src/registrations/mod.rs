//! 登録審査 (O06): who is admitted, decided by two persons.

mod changes;
mod list;
mod one;

use crate::{ConsoleState, officer::Officer, words::days_between};
use axum::response::Response;
use kiban_console_ui::{Chip, ChipColor, Queue};
use kiban_domain::{PortalRole, RegistrationStage};
use kiban_services::registrations::{self, Filter, StageFilter};
use kiban_web_kit::Routes;

/// The pages of who admits offices.
pub(crate) fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops/registrations", list::show)
        .get("/ops/registrations.csv", list::file)
        .get("/ops/registrations/{receipt}", one::show)
        .post("/ops/registrations/{receipt}", one::decide)
        .get("/ops/changes", changes::show)
        .post("/ops/changes", changes::decide)
}

#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn admission(officer: &Officer) -> Result<(), Response> {
    officer.may(&[PortalRole::Admission])
}

/// What waits for who admits offices; nothing for others.
pub(crate) async fn queue(officer: &Officer) -> Result<Option<Queue>, Response> {
    if !officer.session.roles.has(PortalRole::Admission) {
        return Ok(None);
    }
    let filter = Filter {
        stage: Some(StageFilter::Open),
        ..Filter::default()
    };
    let platform = officer.platform();
    let listed = registrations::list(platform, &officer.context(), &filter, (0, 1)).await;
    let listed = listed.map_err(|error| officer.failed(&error))?;
    let now = platform.now();
    let oldest = listed.rows.first().map(|row| {
        let days = days_between(row.changed_at, now);
        format!("最も古いもの：{days}日前から")
    });
    Ok(Some(Queue {
        href: "/ops/registrations".into(),
        label: "登録審査".into(),
        count: format!("{}件", listed.count),
        note: oldest.unwrap_or_default(),
    }))
}

fn chip(stage: RegistrationStage) -> Chip {
    let color = match stage {
        RegistrationStage::Applied => ChipColor::Blue,
        RegistrationStage::Checked { .. } => ChipColor::Yellow,
        RegistrationStage::Returned => ChipColor::Orange,
        RegistrationStage::Approved { .. } => ChipColor::Green,
        RegistrationStage::Refused { .. } => ChipColor::Red,
        RegistrationStage::Withdrawn => ChipColor::Gray,
    };
    Chip::new(stage.label(), color)
}
