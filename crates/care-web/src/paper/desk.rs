//! The printer and those who wait for it: typesetting takes processor time, so it runs beside the workers that answer requests.

use std::{sync::Arc, time::Duration};

use kiban_print::{Pdf, PrintError, Printer, Sheet};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::{Instant, timeout},
};

/// How much may be printed.
#[derive(Debug, Clone, Copy)]
pub struct PrintLimits {
    /// Sheets in the making at one time.
    pub at_once: usize,
    /// How long one waits for a place.
    pub wait: Duration,
    /// How long one waits for a sheet. The work goes on and keeps its place until it ends: it cannot be broken off.
    pub time: Duration,
}

impl Default for PrintLimits {
    /// Half of the processors, so that pages are still answered; a sheet takes some 30 ms, so two seconds are a long queue.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            at_once: processors.div_ceil(2),
            wait: Duration::from_secs(2),
            time: Duration::from_secs(20),
        }
    }
}

/// The printer with its limits. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    printer: Arc<Printer>,
    places: Arc<Semaphore>,
    limits: PrintLimits,
}

/// A place at the printer, for one sheet.
pub(crate) struct Turn {
    place: OwnedSemaphorePermit,
    printer: Arc<Printer>,
    time: Duration,
}

/// Why there is no file.
pub(crate) enum Failed {
    /// It took too long.
    Late,
    /// The printer refused.
    Print(PrintError),
    /// The thread is gone.
    Ended,
}

impl Desk {
    pub(crate) fn new(printer: Arc<Printer>, limits: PrintLimits) -> Self {
        Self {
            printer,
            places: Arc::new(Semaphore::new(limits.at_once)),
            limits,
        }
    }

    /// A place; `None` when none came free in time.
    pub(crate) async fn turn(&self) -> Option<Turn> {
        let place = timeout(self.limits.wait, self.places.clone().acquire_owned());
        Some(Turn {
            place: place.await.ok()?.ok()?,
            printer: self.printer.clone(),
            time: self.limits.time,
        })
    }
}

impl Turn {
    /// Prints on a thread of the blocking pool.
    ///
    /// The limit is judged by the clock, not by who looked first: where this task was kept from running, the sheet may be ready
    /// before its wait was ever begun, and it is late all the same.
    pub(crate) async fn print(self, sheet: Sheet) -> Result<Pdf, Failed> {
        let Self {
            place,
            printer,
            time,
        } = self;
        let begun = Instant::now();
        let printing = spawn_blocking(move || {
            let pdf = printer.print(&sheet);
            drop(place);
            pdf
        });
        match timeout(time, printing).await {
            Err(_) => Err(Failed::Late),
            Ok(_) if begun.elapsed() > time => Err(Failed::Late),
            Ok(Err(_)) => Err(Failed::Ended),
            Ok(Ok(pdf)) => pdf.map_err(Failed::Print),
        }
    }
}
