//! A card that is held, and what any source of cards says of the way to it. The PIN is never asked for, and no try is spent.

use jiff::Timestamp;
use kiban_card::jpki::Jpki;
use kiban_card::ladder::{self as cause, HELD, REACH};
use kiban_card::{CardError, CardLink, ErrorCode, LinkError};

use super::{Ladder, Outcome, Rung};

/// The same for any source of cards, from what waiting for one brought. A source says less of what stands below the card than
/// the doctor sees: what it does not complain of holds.
pub fn source_ladder(
    waited: Result<Box<dyn CardLink + '_>, ErrorCode>,
    now: Timestamp,
) -> Vec<Rung> {
    let mut ladder = Ladder::new(REACH);
    let (holds, failed) = match &waited {
        Ok(_) => (REACH.len(), None),
        Err(ErrorCode::NoReader) => (1, Some(&cause::NO_READER)),
        Err(ErrorCode::NoCard) => (3, Some(&cause::NO_CARD)),
        Err(ErrorCode::ReaderBusy) => (4, Some(&cause::CARD_BUSY)),
        Err(_) => (1, Some(&cause::READER_FAILED)),
    };
    for _ in 0..holds {
        ladder.note(Outcome::good("使えます"));
    }
    if let Some(cause) = failed {
        ladder.note(Outcome::failed(cause, cause.meaning));
    }
    let mut rungs = ladder.end();
    rungs.extend(match waited {
        Ok(mut link) => held_card(&mut *link, now),
        Err(_) => Ladder::new(HELD).end(),
    });
    rungs
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
        Ok(left) => {
            ladder.left = Some(left.0);
            ladder.note(if left.is_last() {
                Outcome::caution(&cause::TRIES_LAST, "あと1回")
            } else {
                Outcome::good(format!("あと{}回", left.0))
            });
        }
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
