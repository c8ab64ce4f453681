//! A line that can be cut: bytes go through it until they do not.

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Where a line is cut: when one byte more than this wants to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Counted from the client to the server.
    Sent(u64),
    /// Counted from the server to the client.
    Answered(u64),
}

/// How each new line is cut, by its number from 0; `None` leaves it whole.
type Plan = dyn Fn(u64) -> Option<Cut> + Send + Sync;

/// A relay on loopback in front of a server. It ends with the process.
#[derive(Clone)]
pub struct Relay {
    address: SocketAddr,
    /// The line that was opened last.
    last: Arc<Mutex<Option<Arc<Line>>>>,
    opened: Arc<AtomicU64>,
}

impl Relay {
    /// Relays to `target`.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start(
        target: SocketAddr,
        plan: impl Fn(u64) -> Option<Cut> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let relay = Self {
            address: listener.local_addr()?,
            last: Arc::default(),
            opened: Arc::default(),
        };
        let (own, plan): (_, Arc<Plan>) = (relay.clone(), Arc::new(plan));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let number = own.opened.fetch_add(1, Ordering::SeqCst);
                // A server that is gone is a line that is cut.
                if let Ok(line) = Line::open(client, target, plan(number)) {
                    *own.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
                }
            }
        });
        Ok(relay)
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many lines were opened.
    pub fn opened(&self) -> u64 {
        self.opened.load(Ordering::SeqCst)
    }

    /// How many bytes went each way on the line that was opened last: to the server, to the client.
    pub fn counted(&self) -> (u64, u64) {
        self.last().map_or((0, 0), |line| {
            let count = |it: &AtomicU64| it.load(Ordering::SeqCst);
            (count(&line.sent), count(&line.answered))
        })
    }

    /// Cuts the line that was opened last, so many bytes from now on.
    pub fn cut(&self, cut: Cut) {
        if let Some(line) = self.last() {
            *line.cut.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
        }
    }

    fn last(&self) -> Option<Arc<Line>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

struct Line {
    client: TcpStream,
    server: TcpStream,
    cut: Mutex<Option<Cut>>,
    sent: AtomicU64,
    answered: AtomicU64,
}

impl Line {
    fn open(client: TcpStream, target: SocketAddr, cut: Option<Cut>) -> io::Result<Arc<Self>> {
        let server = TcpStream::connect(target)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let line = Arc::new(Self {
            client,
            server,
            cut: Mutex::new(cut),
            sent: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        });
        for to_server in [true, false] {
            let own = line.clone();
            thread::spawn(move || own.pump(to_server));
        }
        Ok(line)
    }

    fn pump(&self, to_server: bool) {
        let (mut from, mut to, count) = if to_server {
            (&self.client, &self.server, &self.sent)
        } else {
            (&self.server, &self.client, &self.answered)
        };
        let mut buffer = [0; 16_384];
        while let Ok(length) = from.read(&mut buffer) {
            let passing = self.passing(to_server, length);
            // Counted first: whoever has got the bytes finds them counted.
            count.fetch_add(passing as u64, Ordering::SeqCst);
            let written = to.write_all(&buffer[..passing]);
            if length == 0 || passing < length || written.is_err() {
                break;
            }
        }
        // Both ways at once: neither end hears anything more.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// How many of these bytes pass.
    fn passing(&self, to_server: bool, length: usize) -> usize {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let left = match cut.as_mut() {
            Some(Cut::Sent(left)) if to_server => left,
            Some(Cut::Answered(left)) if !to_server => left,
            _ => return length,
        };
        let passing = length.min(usize::try_from(*left).unwrap_or(usize::MAX));
        *left -= passing as u64;
        passing
    }
}
