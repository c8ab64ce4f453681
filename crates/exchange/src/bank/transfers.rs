//! 総合振込: one header, one data record a transfer, a trailer with the control totals, an end; each of 120 bytes in JIS X 0201.
//!
//! Source: general knowledge of the 全国銀行協会 form (種別コード 21). A bank may want more; what it wants is data of the payer.

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use kiban_domain::{
    AccountKind, AccountNumber, BankAccount, BankCode, BranchCode, HolderKana, Yen,
};

/// The bytes of a record, without its end of line.
const RECORD: usize = 120;

/// From whose account is paid.
#[derive(Clone)]
pub struct Payer {
    /// 振込依頼人コード: ten digits that the bank gives.
    pub code: String,
    /// 振込依頼人名.
    pub name: HolderKana,
    /// The bank that takes the order.
    pub bank: BankCode,
    /// Its branch.
    pub branch: BranchCode,
    /// The kind of the payer's account.
    pub kind: AccountKind,
    /// Its number.
    pub number: AccountNumber,
}

/// One transfer.
#[derive(Clone)]
pub struct Transfer {
    /// 顧客コード1: ten digits, by which the bank's answer names the transfer.
    pub number: u64,
    /// The account into which is paid.
    pub account: BankAccount,
    /// How much.
    pub amount: Yen,
}

/// What ends a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Nothing: records follow each other.
    None,
    /// CR and LF, as most banks take it over the Internet.
    CrLf,
}

/// Transfers that a bank is to make on one day.
#[derive(Clone)]
pub struct TransferOrder {
    /// From whom.
    pub payer: Payer,
    /// 取組日: the day of the transfers.
    pub on: Date,
    /// The transfers, in the order of the file.
    pub transfers: Vec<Transfer>,
    /// What ends a record.
    pub line_end: LineEnd,
}

/// Why an order cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferFault {
    /// There is nothing to pay.
    #[error("the order has no transfer")]
    Empty,
    /// The payer's code is not ten digits.
    #[error("the code of the payer is not ten digits")]
    PayerCode,
    /// The amount is nothing or has more than ten digits.
    #[error("the amount of transfer {0} cannot be written")]
    Amount(u64),
    /// The number has more than ten digits.
    #[error("the number {0} has more than ten digits")]
    Number(u64),
    /// Two transfers have the same number.
    #[error("the number {0} stands twice")]
    Repeated(u64),
    /// The count or the sum has more digits than the trailer.
    #[error("the totals do not fit into the trailer")]
    Totals,
}

/// Writes an order as the bank takes it.
///
/// # Errors
///
/// See [`TransferFault`]; nothing is cut or replaced.
pub fn write_transfers(order: &TransferOrder) -> Result<Vec<u8>, TransferFault> {
    let payer = &order.payer;
    if payer.code.len() != 10 || !payer.code.bytes().all(|it| it.is_ascii_digit()) {
        return Err(TransferFault::PayerCode);
    }
    if order.transfers.is_empty() {
        return Err(TransferFault::Empty);
    }
    let mut file = File {
        bytes: Vec::with_capacity((order.transfers.len() + 3) * (RECORD + 2)),
        line_end: order.line_end,
    };
    file.record(&[
        digits(1, 1),
        digits(21, 2),
        digits(0, 1),
        text(&payer.code, 10),
        text(payer.name.as_str(), 40),
        text(&format!("{:02}{:02}", order.on.month(), order.on.day()), 4),
        text(payer.bank.as_str(), 4),
        text("", 15),
        text(payer.branch.as_str(), 3),
        text("", 15),
        text(payer.kind.code(), 1),
        text(payer.number.as_str(), 7),
        text("", 17),
    ]);
    let (mut total, mut seen) = (0_u64, std::collections::BTreeSet::new());
    for it in &order.transfers {
        let amount = it.amount.get();
        if !(1..10_000_000_000).contains(&amount) {
            return Err(TransferFault::Amount(it.number));
        }
        if it.number >= 10_000_000_000 {
            return Err(TransferFault::Number(it.number));
        }
        if !seen.insert(it.number) {
            return Err(TransferFault::Repeated(it.number));
        }
        total = total.checked_add(amount).ok_or(TransferFault::Totals)?;
        file.record(&[
            digits(2, 1),
            text(it.account.bank.as_str(), 4),
            text("", 15),
            text(it.account.branch.as_str(), 3),
            text("", 15),
            text("", 4),
            text(it.account.kind.code(), 1),
            text(it.account.number.as_str(), 7),
            text(it.account.holder.as_str(), 30),
            digits(amount, 10),
            digits(0, 1),
            digits(it.number, 10),
            text("", 10),
            digits(7, 1),
            text("", 1),
            text("", 7),
        ]);
    }
    let count = u64::try_from(order.transfers.len()).map_err(|_| TransferFault::Totals)?;
    if count >= 1_000_000 || total >= 1_000_000_000_000 {
        return Err(TransferFault::Totals);
    }
    file.record(&[
        digits(8, 1),
        digits(count, 6),
        digits(total, 12),
        text("", 101),
    ]);
    file.record(&[digits(9, 1), text("", 119)]);
    Ok(file.bytes)
}

struct File {
    bytes: Vec<u8>,
    line_end: LineEnd,
}

impl File {
    fn record(&mut self, fields: &[Vec<u8>]) {
        let from = self.bytes.len();
        for field in fields {
            self.bytes.extend_from_slice(field);
        }
        debug_assert_eq!(self.bytes.len() - from, RECORD);
        if self.line_end == LineEnd::CrLf {
            self.bytes.extend_from_slice(b"\r\n");
        }
    }
}

/// A number with zeros from the left; its callers have checked that it fits.
fn digits(number: u64, width: usize) -> Vec<u8> {
    format!("{number:0>width$}").into_bytes()
}

/// A text with spaces to the right. Everything here is of JIS X 0201, one byte a character.
fn text(text: &str, width: usize) -> Vec<u8> {
    let mut bytes = SHIFT_JIS.encode(text).0.into_owned();
    bytes.resize(width, b' ');
    bytes
}
