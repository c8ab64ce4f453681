//! A place at the printer and those who wait for it: typesetting takes processor time, so it runs beside the workers that answer requests.
//!
//! What is printed and by what is not known here: whoever wires the program brings the typesetter along.

use std::{error::Error, fmt, sync::Arc, time::Duration};

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

/// Why a printer refuses. Says nothing of what was on the sheet.
pub type PrintFault = Box<dyn Error + Send + Sync>;

type Print<S> = dyn Fn(&S) -> Result<Vec<u8>, PrintFault> + Send + Sync;

/// A printer of sheets `S` with its limits. Cheap to clone; clones share the places.
pub struct PrintDesk<S> {
    print: Arc<Print<S>>,
    places: Arc<Semaphore>,
    limits: PrintLimits,
}

impl<S> Clone for PrintDesk<S> {
    fn clone(&self) -> Self {
        Self {
            print: self.print.clone(),
            places: self.places.clone(),
            limits: self.limits,
        }
    }
}

impl<S> fmt::Debug for PrintDesk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintDesk(…)")
    }
}

/// A place at the printer, for one sheet.
pub struct PrintTurn<S> {
    place: OwnedSemaphorePermit,
    print: Arc<Print<S>>,
    time: Duration,
}

impl<S> fmt::Debug for PrintTurn<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrintTurn(…)")
    }
}

/// Why there is no file.
#[derive(Debug)]
pub enum PrintFailed {
    /// It took too long.
    Late,
    /// The printer refused.
    Print(PrintFault),
    /// The thread is gone.
    Ended,
}

impl<S: Send + 'static> PrintDesk<S> {
    /// A desk whose sheets `print` makes, which may take a second of its thread.
    pub fn new(
        print: impl Fn(&S) -> Result<Vec<u8>, PrintFault> + Send + Sync + 'static,
        limits: PrintLimits,
    ) -> Self {
        Self {
            print: Arc::new(print),
            places: Arc::new(Semaphore::new(limits.at_once)),
            limits,
        }
    }

    /// A place; `None` when none came free in time.
    pub async fn turn(&self) -> Option<PrintTurn<S>> {
        let place = timeout(self.limits.wait, self.places.clone().acquire_owned());
        Some(PrintTurn {
            place: place.await.ok()?.ok()?,
            print: self.print.clone(),
            time: self.limits.time,
        })
    }
}

impl<S: Send + 'static> PrintTurn<S> {
    /// Prints on a thread of the blocking pool: the bytes of the file.
    ///
    /// The limit is judged by the clock, not by who looked first: where this task was kept from running, the sheet may be ready
    /// before its wait was ever begun, and it is late all the same.
    ///
    /// # Errors
    ///
    /// See [`PrintFailed`].
    pub async fn print(self, sheet: S) -> Result<Vec<u8>, PrintFailed> {
        let Self { place, print, time } = self;
        let begun = Instant::now();
        let printing = spawn_blocking(move || {
            let pdf = print(&sheet);
            drop(place);
            pdf
        });
        match timeout(time, printing).await {
            Err(_) => Err(PrintFailed::Late),
            Ok(_) if begun.elapsed() > time => Err(PrintFailed::Late),
            Ok(Err(_)) => Err(PrintFailed::Ended),
            Ok(Ok(pdf)) => pdf.map_err(PrintFailed::Print),
        }
    }
}
