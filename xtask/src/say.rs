//! Speaking to whoever runs a task, who may stop listening (`cargo xtask … | head`).

use anyhow::{Error, Result};
use std::{fmt::Display, io::Write as _};

/// Says a line.
///
/// # Errors
///
/// When nobody listens any more; pass it on, and [`is_unheard`] ends the task quietly. `println!` would panic.
pub(crate) fn say(line: impl Display) -> Result<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Whether this is only that nobody listens any more.
pub(crate) fn is_unheard(error: &Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
