//! QR codes as paths of an SVG: no script, no image from elsewhere.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

/// Light modules that a reader wants around the code.
const QUIET: usize = 4;

/// Side in modules, and the path of the dark ones; `None` when the text is too long.
pub(crate) fn path(text: &str) -> Option<(usize, String)> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some((width + 2 * QUIET, path))
}
