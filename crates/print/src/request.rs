//! 意見書作成依頼書: a request on paper for a physician whose clinic is not connected (M-3, D-3).

use std::fmt::Write as _;

use kiban_domain::opinion_case::CaseReference;
use qrcode::{Color, EcLevel, QrCode};

use crate::sheet::{Fact, Imprint};

/// A request for an opinion, as an insurer sends it by post.
#[derive(Clone)]
pub struct RequestSheet {
    /// To whom, a line each; the first is the name.
    pub addressee: Vec<String>,
    /// From whom, a line each.
    pub sender: Vec<String>,
    /// 依頼番号.
    pub request_no: String,
    /// The day of the request, in words.
    pub requested_on: String,
    /// The day by which the opinion is wanted, in words.
    pub due: String,
    /// Who it is about.
    pub person: Vec<Fact>,
    /// Leads back to the case, without saying whose it is.
    pub reference: CaseReference,
    /// What to send back, a sentence each.
    pub send_back: Vec<String>,
    /// Whom to ask.
    pub contact: Vec<Fact>,
    /// Who put it out.
    pub imprint: Imprint,
}

/// Light modules that a reader wants around the code.
const QUIET: usize = 4;

/// The reference as a QR code, an SVG; a quarter of it may be unreadable.
pub(crate) fn qr(reference: &CaseReference) -> Option<String> {
    let code = QrCode::with_error_correction_level(reference.as_str(), EcLevel::Q).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d=""#
    );
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            let _ = write!(svg, "M{x} {y}h1v1h-1z");
        }
    }
    svg.push_str(r#""/></svg>"#);
    Some(svg)
}
