//! From the service for smart cards to a certificate in its time. The PIN is never asked for, and no try is spent.

use std::ffi::CString;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use kiban_card::jpki::Jpki;
use kiban_card::{CardError, CardLink, LinkError};

use super::{Ladder, Outcome, Rung, cause, usb};
use crate::card::Traced;
use crate::reader::{ReaderError, Readers};

const REACH: &[(&str, &str)] = &[
    ("service", "スマートカードのサービス"),
    ("reader", "カードリーダー"),
    ("driver", "カードリーダーのドライバー"),
    ("card", "カード"),
    ("card_free", "カードの占有"),
];

const HELD: &[(&str, &str)] = &[
    ("right_card", "カードの種類"),
    ("certificate", "利用者証明用電子証明書"),
    ("tries", "暗証番号の残り回数"),
    ("validity", "電子証明書の有効期間"),
];

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

/// Looks at a card that is held already.
pub fn held_card(link: &mut dyn CardLink, now: Timestamp) -> Vec<Rung> {
    let mut ladder = Ladder::new(HELD);
    climb(&mut ladder, link, now);
    ladder.end()
}

fn climb(ladder: &mut Ladder, link: &mut dyn CardLink, now: Timestamp) -> Option<()> {
    let opened = Jpki::open(link).map(|it| (it, "マイナンバーカードです".to_owned()));
    let mut card = ladder.climb(opened.map_err(refused))?;
    let read = card.certificate();
    let read = read.map(|it| (it, "入っています".to_owned()));
    let certificate = ladder.climb(read.map_err(refused))?;
    match card.tries_left() {
        Ok(left) if left.is_blocked() => {
            ladder.note(refused(CardError::Blocked));
            return None;
        }
        Ok(left) if left.is_last() => ladder.note(Outcome::caution(&cause::TRIES_LAST, "あと1回")),
        Ok(left) => ladder.note(Outcome::good(format!("あと{}回", left.0))),
        Err(error) => {
            ladder.note(refused(error));
            return None;
        }
    }
    ladder.note(validity(&certificate, now));
    Some(())
}

fn refused(error: CardError) -> Outcome {
    let failed = |cause, seen: &str| Outcome::failed(cause, seen);
    match error {
        CardError::OtherCard(_) => failed(&cause::OTHER_CARD, "ほかのカードです"),
        CardError::NoCertificate => failed(
            &cause::NO_CERTIFICATE,
            "発行されていないか、失効して消えています",
        ),
        CardError::Blocked => failed(&cause::TRIES_BLOCKED, "0回（ロックされています）"),
        CardError::Link(LinkError::Removed) => {
            failed(&cause::CARD_REMOVED, "途中でカードが離れました")
        }
        CardError::Link(LinkError::Silent) => failed(&cause::CARD_MUTE, "カードが応答しません"),
        CardError::Link(LinkError::Reader) => {
            failed(&cause::READER_FAILED, "リーダーが失敗を返しました")
        }
        CardError::Unexpected { step, status } => failed(
            &cause::CARD_UNEXPECTED,
            &format!("思わぬ応答です（{step} {status}）"),
        ),
        CardError::WrongPin { .. }
        | CardError::LastTry
        | CardError::SelfCheck
        | CardError::Malformed(_) => failed(
            &cause::CARD_UNREADABLE,
            &format!("読み取れません（{error}）"),
        ),
    }
}

/// By this computer's clock. The dates themselves are not shown: the last one is the holder's birthday.
fn validity(certificate: &[u8], now: Timestamp) -> Outcome {
    let Ok((_, certificate)) = x509_parser::parse_x509_certificate(certificate) else {
        return refused(CardError::Malformed(kiban_card::Step::Certificate));
    };
    let (from, until) = (
        certificate.validity().not_before.timestamp(),
        certificate.validity().not_after.timestamp(),
    );
    if now.as_second() < from {
        Outcome::failed(&cause::CARD_NOT_YET_VALID, "まだ始まっていません")
    } else if now.as_second() > until {
        Outcome::failed(&cause::CARD_EXPIRED, "切れています")
    } else {
        Outcome::good("期間内です")
    }
}
