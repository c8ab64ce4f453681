//! The pictures of the manuals: taken by the browser tests, put beside the texts when somebody has looked at them.

use anyhow::{Context as _, Result};
use std::{fs, path::Path};

/// What a browser test calls a picture, and what the manuals call it.
const SHOTS: [(&str, &str); 7] = [
    ("day-1-connection", "connection"),
    ("day-2-administrator", "administrator"),
    ("day-3-staff", "staff"),
    ("day-4-ready", "ready"),
    ("day-5-card", "card-check"),
    ("day-6-person", "person"),
    ("day-8-terminals", "terminals"),
];

/// Copies the pictures of a wide screen from the last run of the browser tests.
pub(crate) fn take(root: &Path) -> Result<()> {
    let (from, to) = (root.join("target/e2e-shots"), root.join("content/images"));
    for (taken, named) in SHOTS {
        let from = from.join(format!("{taken}-1280.png"));
        let bytes = fs::read(&from).with_context(|| {
            format!(
                "{}: run the browser tests first (cargo xtask test e2e)",
                from.display()
            )
        })?;
        fs::write(to.join(format!("{named}.png")), bytes)?;
    }
    Ok(())
}
