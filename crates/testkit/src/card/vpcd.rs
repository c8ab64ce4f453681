//! Plugs a virtual card into the virtual reader of a real pcscd (package vsmartcard-vpcd).
//!
//! Two bytes of length, big-endian, then the payload, both ways. A payload of one byte is a control: 0 power off, 1 power on,
//! 2 reset (none of them answered), 4 asks for the answer to reset. Source: the My Number card, section 9.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::linux::net::TcpStreamExt as _;
use std::thread::JoinHandle;

use super::slot::Slot;

/// A card in the virtual reader; dropping it takes it out.
#[derive(Debug)]
pub struct Inserted {
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

/// Puts a card into the virtual reader that listens on `address`.
///
/// # Errors
///
/// When nothing listens there.
pub fn plug_in(slot: &Slot, address: SocketAddr) -> io::Result<Inserted> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let (served, slot) = (stream.try_clone()?, slot.clone());
    let thread = std::thread::spawn(move || {
        // It ends with an error whenever the card is taken out.
        let _ = serve(served, &slot);
    });
    Ok(Inserted {
        stream,
        thread: Some(thread),
    })
}

impl Drop for Inserted {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, slot: &Slot) -> io::Result<()> {
    let mut payload = Vec::new();
    loop {
        // The reader sends length and payload apart; without an immediate acknowledgement each command takes 40 ms.
        stream.set_quickack(true)?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        stream.set_quickack(true)?;
        payload.resize(u16::from_be_bytes(length).into(), 0);
        stream.read_exact(&mut payload)?;
        let answer = {
            let mut state = slot.state();
            if !state.delay.is_zero() && payload.len() > 1 {
                std::thread::sleep(state.delay);
            }
            match payload.as_slice() {
                [0 | 1] => {
                    state.card.power_off();
                    continue;
                }
                [2] => {
                    state.card.reset();
                    continue;
                }
                [4] => state.card.answer_to_reset().to_vec(),
                command => {
                    match &mut state.pulled_out_after {
                        // The handle that takes the card out holds the connection too, so letting go is not enough.
                        Some(0) => return stream.shutdown(Shutdown::Both),
                        Some(left) => *left -= 1,
                        None => {}
                    }
                    state.card.transmit(command)
                }
            }
        };
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        let mut message = length.to_be_bytes().to_vec();
        message.extend(answer);
        stream.write_all(&message)?;
    }
}
