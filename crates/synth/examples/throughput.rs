//! Measures how many rows a second are invented and read: `cargo run --release -p kiban-synth --example throughput`.

#![expect(clippy::print_stdout, reason = "it is a program")]

use std::{io, time::Instant};

use kiban_domain::DataSet;
use kiban_exchange::municipal::{Encoding, LoadMode, Outcome, Reader};
use kiban_synth::{Options, file_name, generate};

fn main() -> io::Result<()> {
    for encoding in [Encoding::Utf8, Encoding::Ms932] {
        let options = Options {
            insurer: "131128".parse().map_err(io::Error::other)?,
            persons: 500_000,
            seed: 1,
            base_date: jiff::civil::date(2026, 4, 1),
            bad_rows_per_mille: 0,
            encoding,
        };
        for set in [
            DataSet::Insured,
            DataSet::InsuredCard,
            DataSet::Application,
            DataSet::CostShare,
        ] {
            let mut file = Vec::with_capacity(256 << 20);
            let begin = Instant::now();
            let counts = generate(&options, set, &mut file)?;
            let generated = begin.elapsed();
            let begin = Instant::now();
            let mut reader = Reader::new(
                file.as_slice(),
                &file_name(&options, set, LoadMode::Full, 1),
                encoding,
            );
            let (mut rows, mut body_bytes) = (0_u64, 0);
            while let Some(outcome) = reader.next()? {
                if let Outcome::Row(row) = outcome {
                    rows += 1;
                    body_bytes += row.body.len();
                }
            }
            let read = begin.elapsed();
            let per_second = |time: std::time::Duration| {
                u128::from(counts.rows) * 1_000 / time.as_millis().max(1)
            };
            println!(
                "{set} {encoding:?}: {} rows, {} MB; generated {} rows/s; read {rows} rows, {} rows/s, {} MB of bodies",
                counts.rows,
                file.len() >> 20,
                per_second(generated),
                per_second(read),
                body_bytes >> 20,
            );
        }
    }
    Ok(())
}
