//! From the service for smart cards to a certificate in its time. The PIN is never asked for, and no try is spent.

use std::ffi::CString;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use kiban_card::ladder::{HELD, REACH};

use super::{Ladder, Outcome, Rung, cause, held_card, usb};
use crate::card::Traced;
use crate::reader::{ReaderError, Readers};

/// Looks at service, reader and card; waits so long for a card.
pub fn card_ladder(wait: Duration, now: Timestamp) -> Vec<Rung> {
    card_ladder_at(wait, now, Path::new(usb::DEVICES))
}

/// The same with the system's list of USB devices somewhere else.
pub fn card_ladder_at(wait: Duration, now: Timestamp, usb_devices: &Path) -> Vec<Rung> {
    let mut ladder = Ladder::new(REACH);
    let mut link = reach(&mut ladder, wait, usb_devices);
    let mut rungs = ladder.end();
    rungs.extend(match &mut link {
        Some(link) => held_card(link, now),
        None => Ladder::new(HELD).end(),
    });
    rungs
}

fn reach(
    ladder: &mut Ladder,
    wait: Duration,
    usb_devices: &Path,
) -> Option<Traced<crate::reader::Connected>> {
    let opened = Readers::open().map(|it| (it, "動いています".to_owned()));
    let readers = ladder.climb(opened.map_err(unreachable_card))?;
    let names = ladder.climb(plugged_in(&readers, usb_devices))?;
    let Some(first) = names.first() else {
        ladder.note(Outcome::failed(
            &cause::NO_DRIVER,
            "つながっているリーダーを使うものがありません",
        ));
        return None;
    };
    let first = first.to_string_lossy().into_owned();
    ladder.note(Outcome::good(format!("{first}（{}台）", names.len())));
    let waited = readers.wait_for_card(wait);
    let waited = waited.map(|it| (it, "置かれています".to_owned()));
    let reader = ladder.climb(waited.map_err(unreachable_card))?;
    let connected = readers.connect(&reader);
    let connected = connected.map(|it| (it, "この端末だけが使えます".to_owned()));
    ladder
        .climb(connected.map_err(unreachable_card))
        .map(Traced)
}

/// Readers that can be used; none when one is plugged in that has no driver.
fn plugged_in(readers: &Readers, usb_devices: &Path) -> Result<(Vec<CString>, String), Outcome> {
    let names = readers.names().map_err(unreachable_card)?;
    if names.is_empty() && !usb::is_reader_plugged_in(usb_devices) {
        return Err(unreachable_card(ReaderError::NoReader));
    }
    Ok((names, "つながっています".to_owned()))
}

fn unreachable_card(error: ReaderError) -> Outcome {
    let failed = |cause, seen: &str| Outcome::failed(cause, seen);
    match error {
        ReaderError::NoService => failed(&cause::NO_SERVICE, "動いていません（NoService）"),
        ReaderError::NoReader => failed(&cause::NO_READER, "一台も見つかりません"),
        ReaderError::NoCard => failed(&cause::NO_CARD, "カードが置かれていません"),
        ReaderError::Mute => failed(&cause::CARD_MUTE, "カードが応答しません"),
        ReaderError::Busy => failed(
            &cause::CARD_BUSY,
            "ほかのプログラムが使っています（SharingViolation）",
        ),
        ReaderError::Failed(error) => failed(
            &cause::READER_FAILED,
            &format!("リーダーが失敗を返しました（{error:?}）"),
        ),
    }
}
