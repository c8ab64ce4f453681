//! ホーム (P01).

use super::{contact, failed, news::line, page, subsidy, words};
use crate::PortalState;
use axum::{extract::State, response::Response};
use kiban_domain::{MunicipalityStage, PlatformFunction};
use kiban_portal_ui::{Figure, HomePage, Section};
use kiban_services::readiness::Overview;

/// So many notices stand on the start page.
const NEWS: usize = 5;

/// GET `/`.
pub(super) async fn show(State(state): State<PortalState>) -> Response {
    let desk = &state.public;
    let published = match desk.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(&state, &error),
    };
    let overview = match desk.overview.current(&state.platform).await {
        Ok(overview) => overview,
        Err(error) => return failed(&state, &error),
    };
    let standing = match subsidy::current(&state).await {
        Ok(standing) => standing,
        Err(error) => return failed(&state, &error),
    };
    let (standing, now) = ((*standing).as_ref(), state.platform.now());
    page(&HomePage {
        frame: state.portal_frame().of(Section::Home),
        news: published.news.iter().take(NEWS).map(line).collect(),
        stages: figures(&overview, PlatformFunction::Certificates),
        on: words::date(overview.on).wareki,
        telephone: desk.help.as_ref().map(contact::shown),
        deadline: standing.and_then(|it| subsidy::deadline(it, now)),
        subsidies: standing.map(subsidy::tables),
    })
}

/// How many are at which stage, the furthest first.
pub(super) fn figures(overview: &Overview, function: PlatformFunction) -> Vec<Figure> {
    let counts = overview.count_stages(function);
    let all = MunicipalityStage::ALL.iter().rev();
    all.map(|stage| Figure {
        label: stage.label().to_owned(),
        value: grouped(counts[*stage as usize]),
        unit: "団体".to_owned(),
    })
    .collect()
}

/// 「1,741」.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1741, 1_000_000].map(grouped),
            ["0", "999", "1,741", "1,000,000"]
        );
    }
}
