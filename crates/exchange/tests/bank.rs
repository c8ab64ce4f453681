//! The transfer file is read here by a reader that knows nothing of the writer: only bytes, offsets and totals (G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kiban_domain::{AccountKind, BankAccount, Yen};
use kiban_exchange::bank::{
    LineEnd, Outcome, Payer, ResultFault, Transfer, TransferFault, TransferOrder, read_results,
    write_transfers,
};
use proptest::prelude::*;

/// A record as its bytes say.
#[derive(Debug, PartialEq, Eq)]
enum Record {
    Header {
        kind: String,
        payer: String,
        name: String,
        day: String,
        account: String,
    },
    Data {
        account: String,
        holder: String,
        amount: u64,
        number: u64,
    },
    Trailer {
        count: u64,
        total: u64,
    },
    End,
}

fn field(record: &[u8], from: usize, len: usize) -> String {
    record[from - 1..from - 1 + len]
        .iter()
        .map(|byte| match byte {
            0x20..=0x7e => char::from(*byte),
            0xa1..=0xdf => char::from_u32(0xff61 + u32::from(*byte) - 0xa1).unwrap(),
            other => panic!("{other:#x} at {from} is not of JIS X 0201"),
        })
        .collect()
}

fn read(bytes: &[u8], end: &[u8]) -> Vec<Record> {
    let len = 120 + end.len();
    assert_eq!(bytes.len() % len, 0);
    let records: Vec<_> = bytes
        .chunks(len)
        .map(|chunk| {
            let (record, tail) = chunk.split_at(120);
            assert_eq!(tail, end);
            let at = |from, len| field(record, from, len);
            match record[0] {
                b'1' => Record::Header {
                    kind: at(2, 3),
                    payer: at(5, 10),
                    name: at(15, 40).trim_end().to_owned(),
                    day: at(55, 4),
                    account: [at(59, 4), at(78, 3), at(96, 1), at(97, 7)].join("-"),
                },
                b'2' => Record::Data {
                    account: [at(2, 4), at(21, 3), at(43, 1), at(44, 7)].join("-"),
                    holder: at(51, 30).trim_end().to_owned(),
                    amount: at(81, 10).parse().unwrap(),
                    number: at(92, 10).parse().unwrap(),
                },
                b'8' => Record::Trailer {
                    count: at(2, 6).parse().unwrap(),
                    total: at(8, 12).parse().unwrap(),
                },
                b'9' => {
                    assert!(record[1..].iter().all(|it| *it == b' '));
                    Record::End
                }
                other => panic!("{other}"),
            }
        })
        .collect();
    let (mut count, mut total) = (0, 0);
    for record in &records {
        if let Record::Data { amount, .. } = record {
            count += 1;
            total += amount;
        }
    }
    assert!(matches!(records[0], Record::Header { .. }));
    assert_eq!(records[records.len() - 2], Record::Trailer { count, total });
    assert_eq!(records[records.len() - 1], Record::End);
    records
}

fn account(number: &str, holder: &str) -> BankAccount {
    BankAccount {
        bank: "9999".parse().unwrap(),
        branch: "001".parse().unwrap(),
        kind: AccountKind::Ordinary,
        number: number.parse().unwrap(),
        holder: holder.parse().unwrap(),
    }
}

fn order(transfers: Vec<Transfer>, line_end: LineEnd) -> TransferOrder {
    TransferOrder {
        payer: Payer {
            code: "1234567890".to_owned(),
            name: "ミホンコクホチュウオウカイ".parse().unwrap(),
            bank: "9998".parse().unwrap(),
            branch: "100".parse().unwrap(),
            kind: AccountKind::Current,
            number: "7654321".parse().unwrap(),
        },
        on: "2026-12-10".parse().unwrap(),
        transfers,
        line_end,
    }
}

fn transfer(number: u64, amount: u64) -> Transfer {
    Transfer {
        number,
        account: account("123", "カ）ミホンケアサービス"),
        amount: Yen::new(amount),
    }
}

#[test]
fn g4_the_file_says_who_pays_whom_how_much_and_its_totals() {
    let order = order(
        vec![transfer(1, 64_000), transfer(22, 9_999_999_999)],
        LineEnd::CrLf,
    );
    let records = read(&write_transfers(&order).unwrap(), b"\r\n");
    let expected = [
        Record::Header {
            kind: "210".into(),
            payer: "1234567890".into(),
            name: "ﾐﾎﾝｺｸﾎﾁﾕｳｵｳｶｲ".into(),
            day: "1210".into(),
            account: "9998-100-2-7654321".into(),
        },
        Record::Data {
            account: "9999-001-1-0000123".into(),
            holder: "ｶ)ﾐﾎﾝｹｱｻ-ﾋﾞｽ".into(),
            amount: 64_000,
            number: 1,
        },
        Record::Data {
            account: "9999-001-1-0000123".into(),
            holder: "ｶ)ﾐﾎﾝｹｱｻ-ﾋﾞｽ".into(),
            amount: 9_999_999_999,
            number: 22,
        },
        Record::Trailer {
            count: 2,
            total: 10_000_063_999,
        },
        Record::End,
    ];
    assert_eq!(records, expected);
}

#[test]
fn g4_what_does_not_fit_is_refused() {
    let write = |transfers| write_transfers(&order(transfers, LineEnd::None));
    assert_eq!(write(vec![]), Err(TransferFault::Empty));
    for amount in [0, 10_000_000_000] {
        assert_eq!(
            write(vec![transfer(5, amount)]),
            Err(TransferFault::Amount(5))
        );
    }
    assert_eq!(
        write(vec![transfer(5, 1), transfer(5, 2)]),
        Err(TransferFault::Repeated(5))
    );
    let number = 10_000_000_000;
    assert_eq!(
        write(vec![transfer(number, 1)]),
        Err(TransferFault::Number(number))
    );
    let most = (0..101).map(|it| transfer(it, 9_999_999_999)).collect();
    assert_eq!(write(most), Err(TransferFault::Totals));
    let mut foreign = order(vec![transfer(1, 1)], LineEnd::None);
    foreign.payer.code = "12345".into();
    assert_eq!(write_transfers(&foreign), Err(TransferFault::PayerCode));
}

proptest! {
    #[test]
    fn g4_every_order_is_read_back_as_it_was(amounts in prop::collection::vec(1_u64..10_000_000_000, 1..20), crlf in any::<bool>(), holder in "[ァ-ンA-Z0-9（）ー ]{1,15}") {
        let Ok(holder) = holder.parse() else { return Ok(()) };
        let transfers: Vec<_> = amounts.iter().zip(1..).map(|(amount, number)| {
            let mut it = transfer(number, *amount);
            it.account.holder = std::clone::Clone::clone(&holder);
            it
        }).collect();
        let (line_end, end): (_, &[u8]) = if crlf { (LineEnd::CrLf, b"\r\n") } else { (LineEnd::None, b"") };
        let records = read(&write_transfers(&order(transfers, line_end)).unwrap(), end);
        let paid: Vec<_> = records.iter().filter_map(|it| match it {
            Record::Data { amount, holder: written, .. } => { assert_eq!(written, holder.as_str()); Some(*amount) }
            _ => None,
        }).collect();
        prop_assert_eq!(paid, amounts);
    }

    #[test]
    fn g4_no_file_of_results_is_half_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let results = read_results(&bytes);
        prop_assert!(!results.rows.is_empty() || !results.findings.is_empty());
    }
}

#[test]
fn g4_results_are_read_and_every_mistake_is_named() {
    let text = "顧客コード,結果,理由\r\n1,済,\r\n22,不能,口座番号相違\r\n22,済,\r\nx,済,\r\n3,多分,\r\n4,不能,\r\n5,済\r\n";
    let results = read_results(text.as_bytes());
    let rows: Vec<_> = results
        .rows
        .iter()
        .map(|it| (it.number, it.outcome.clone()))
        .collect();
    assert_eq!(
        rows,
        [
            (1, Outcome::Paid),
            (22, Outcome::Failed("口座番号相違".into()))
        ]
    );
    let faults: Vec<_> = results
        .findings
        .iter()
        .map(|it| (it.line, it.fault))
        .collect();
    let expected = [
        (4, ResultFault::Repeated(3)),
        (5, ResultFault::Number),
        (6, ResultFault::Outcome),
        (7, ResultFault::Reason),
        (8, ResultFault::Cells),
    ];
    assert_eq!(faults, expected);
    let of = |bytes: &[u8]| read_results(bytes).findings[0].fault;
    assert_eq!(of(b"%PDF-1.7"), ResultFault::NotText);
    assert_eq!(of(b""), ResultFault::Header);
    assert_eq!(of("顧客コード,結果,理由\n".as_bytes()), ResultFault::NoRow);
}
