use std::io;

use kiban_domain::DataSet;
use kiban_exchange::municipal::{
    FileFormat, FileName, LoadMode, layout_of, record::Record, write_csv_header, write_csv_row,
};

use crate::{Dated, Options, damage::spoil, papers::Core, random::Random};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows without the header line, spoilt ones included.
    pub rows: u64,
    /// Spoilt rows.
    pub bad_rows: u64,
}

/// The name of the file that [`generate`] writes.
pub fn file_name(options: &Options, set: DataSet, mode: LoadMode, serial: u16) -> FileName {
    FileName {
        insurer: options.insurer,
        set,
        mode,
        base_date: options.base_date,
        serial,
        format: FileFormat::Csv,
    }
}

/// The sets that can be written, in the order in which they are loaded.
pub const SETS: [DataSet; 12] = [
    DataSet::Insured,
    DataSet::InsuredCard,
    DataSet::BenefitRestriction,
    DataSet::CareManagerNotice,
    DataSet::CostShare,
    DataSet::BurdenLimit,
    DataSet::Reduction,
    DataSet::Application,
    DataSet::Certification,
    DataSet::HomeModification,
    DataSet::AssistivePurchase,
    DataSet::Consent,
];

/// Writes the CSV file of one set for the whole population, person after person, in memory that does not grow.
///
/// # Errors
///
/// `Unsupported` for sets that are not in [`SETS`]; otherwise those of `out`.
pub fn generate(options: &Options, set: DataSet, out: &mut impl io::Write) -> io::Result<Counts> {
    match set {
        DataSet::Insured => all(options, out, |it: &Core<'_>| vec![it.insured()]),
        DataSet::InsuredCard => all(options, out, Core::cards),
        DataSet::BenefitRestriction => all(options, out, Core::restrictions),
        DataSet::CareManagerNotice => all(options, out, Core::notices),
        DataSet::CostShare => all(options, out, Core::cost_shares),
        DataSet::BurdenLimit => all(options, out, Core::burden_limits),
        DataSet::Reduction => all(options, out, Core::reductions),
        DataSet::Application => all(options, out, Core::applications),
        DataSet::Certification => all(options, out, Core::certifications),
        DataSet::HomeModification => all(options, out, Core::modifications),
        DataSet::AssistivePurchase => all(options, out, Core::purchases),
        DataSet::Consent => all(options, out, Core::consents),
        DataSet::Survey | DataSet::OpinionRequest | DataSet::Opinion => {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

/// The stream that decides which rows are spoilt; no person's paper uses it.
const DAMAGE: u64 = 1_000;

fn all<'a, T: Record, W: io::Write>(
    options: &'a Options,
    out: &mut W,
    papers: impl Fn(&Core<'a>) -> Vec<Dated<T>>,
) -> io::Result<Counts> {
    let layout = layout_of(T::SET).ok_or(io::ErrorKind::Unsupported)?;
    let mut counts = Counts::default();
    let mut line = Vec::with_capacity(512);
    write_csv_header::<T>(out)?;
    for number in 0..options.persons {
        let core = Core::of(options, number);
        let mut damage = (options.bad_rows_per_mille > 0).then(|| {
            Random::of(
                options.seed,
                number,
                DAMAGE + u64::from(T::SET.number().unsigned_abs()),
            )
        });
        for paper in papers(&core) {
            let meta = paper.meta(options, core.insured_no);
            counts.rows += 1;
            let random = damage.as_mut().and_then(|random| {
                (random.below(1000) < options.bad_rows_per_mille).then_some(random)
            });
            match random {
                Some(random) => {
                    line.clear();
                    write_csv_row(&mut line, &meta, &paper.record, options.encoding)?;
                    out.write_all(&spoil(&line, &layout.columns, random))?;
                    counts.bad_rows += 1;
                }
                None => write_csv_row(out, &meta, &paper.record, options.encoding)?,
            }
        }
    }
    Ok(counts)
}
