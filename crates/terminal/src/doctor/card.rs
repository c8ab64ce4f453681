//! From the service for smart cards to a certificate in its time. The PIN is never asked for, and no try is spent.

use std::time::Duration;

use jiff::Timestamp;
use kiban_card::jpki::Jpki;
use kiban_card::{CardError, CardLink, ErrorCode, LinkError, Mender};

use super::{Ladder, Outcome, Rung};
use crate::card::Traced;
use crate::reader::{ReaderError, Readers};

const REACH: &[(&str, &str)] = &[
    ("service", "スマートカードのサービス"),
    ("reader", "カードリーダー"),
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
    let mut ladder = Ladder::new(REACH);
    let mut link = reach(&mut ladder, wait);
    let mut rungs = ladder.end();
    rungs.extend(match &mut link {
        Some(link) => held_card(link, now),
        None => Ladder::new(HELD).end(),
    });
    rungs
}

fn reach(ladder: &mut Ladder, wait: Duration) -> Option<Traced<crate::reader::Connected>> {
    let opened = Readers::open().map(|it| (it, "動いています".to_owned()));
    let readers = ladder.climb(opened.map_err(unreachable_card))?;
    let names = readers.names().and_then(|names| match names.first() {
        Some(first) => {
            let first = first.to_string_lossy().into_owned();
            Ok(((), format!("{first}（{}台）", names.len())))
        }
        None => Err(ReaderError::NoReader),
    });
    ladder.climb(names.map_err(unreachable_card))?;
    let waited = readers.wait_for_card(wait);
    let waited = waited.map(|it| (it, "置かれています".to_owned()));
    let reader = ladder.climb(waited.map_err(unreachable_card))?;
    let connected = readers.connect(&reader);
    let connected = connected.map(|it| (it, "この端末だけが使えます".to_owned()));
    ladder
        .climb(connected.map_err(unreachable_card))
        .map(Traced)
}

fn unreachable_card(error: ReaderError) -> Outcome {
    match error {
        ReaderError::NoService => Outcome::failed(
            "動いていません（NoService）",
            "Windows では「Smart Card」サービスを、Linux では pcscd を開始してください。",
            Mender::Office,
        ),
        ReaderError::NoReader => Outcome::failed(
            "一台も見つかりません",
            "カードリーダーを接続し、必要なドライバーを入れてください。",
            Mender::Office,
        ),
        ReaderError::NoCard => Outcome::failed(
            "カードが置かれていません",
            "カードをケースから出して、カードリーダーに置いてください。",
            Mender::Person,
        ),
        ReaderError::Mute => Outcome::failed(
            "カードが応答しません",
            "カードの表裏と向きを変えて置き直してください。ほかのカードでも同じなら、リーダーの製造元に連絡してください。",
            Mender::Person,
        ),
        ReaderError::Busy => Outcome::failed(
            "ほかのプログラムが使っています（SharingViolation）",
            "カードを使っているほかのプログラムを終わらせてください。",
            Mender::Office,
        ),
        ReaderError::Failed(error) => Outcome::failed(
            format!("リーダーが失敗を返しました（{error:?}）"),
            "カードリーダーを接続し直してください。続くときは製造元に連絡してください。",
            Mender::Office,
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
    let left = match card.tries_left() {
        Ok(left) if left.is_blocked() => Err(refused(CardError::Blocked)),
        Ok(left) => Ok(((), format!("あと{}回", left.0))),
        Err(error) => Err(refused(error)),
    };
    ladder.climb(left)?;
    ladder.note(validity(&certificate, now));
    Some(())
}

fn refused(error: CardError) -> Outcome {
    let code = ErrorCode::from(error);
    let (seen, mender) = match error {
        CardError::OtherCard(_) => ("ほかのカードです".to_owned(), Mender::Person),
        CardError::NoCertificate => (
            "発行されていないか、失効して消えています".to_owned(),
            code.mender(),
        ),
        CardError::Blocked => ("0回（ロックされています）".to_owned(), code.mender()),
        CardError::Link(LinkError::Removed) => {
            ("途中でカードが離れました".to_owned(), Mender::Person)
        }
        CardError::Link(LinkError::Silent) => ("カードが応答しません".to_owned(), Mender::Person),
        CardError::Link(LinkError::Reader) => {
            ("リーダーが失敗を返しました".to_owned(), Mender::Office)
        }
        CardError::Unexpected { step, status } => {
            (format!("思わぬ応答です（{step} {status}）"), Mender::Person)
        }
        CardError::WrongPin { .. }
        | CardError::LastTry
        | CardError::SelfCheck
        | CardError::Malformed(_) => (format!("読み取れません（{error}）"), Mender::Operator),
    };
    Outcome::failed(seen, code.sentence(), mender)
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
        Outcome::failed(
            "まだ始まっていません",
            "この端末の日付と時刻を確かめてください。",
            Mender::Office,
        )
    } else if now.as_second() > until {
        Outcome::failed(
            "切れています",
            "お住まいの市区町村の窓口で電子証明書を更新してください。",
            Mender::Municipality,
        )
    } else {
        Outcome::good("期間内です")
    }
}
