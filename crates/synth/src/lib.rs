//! Municipal files of an invented population, of any size and repeatable from a seed.
//!
//! Person `i` follows from the options and `i` alone, so each set can be written by itself and agrees with the others, and
//! a test can ask [`person`] what the platform should answer. Names, addresses and offices are plainly invented; office
//! numbers come from the made-up range `xx7990nnnn`. Source: identifiers, section 10; municipal-transfer, section 2.

mod damage;
mod names;
mod papers;
mod random;
mod write;

use kiban_domain::{Date, InsuredNumber, InsurerNumber, Sex, Timestamp};
use kiban_exchange::municipal::{
    RowMeta,
    record::{
        ApplicationRecord, AssistivePurchaseRecord, BenefitRestrictionRecord, BurdenLimitRecord,
        CareManagerNoticeRecord, CertificationRecord, ConsentRecord, CostShareRecord,
        HomeModificationRecord, InsuredCardRecord, InsuredRecord, ReductionRecord,
    },
};

pub use kiban_exchange::municipal::Encoding;
pub use papers::person;
pub use write::{Counts, SETS, file_name, generate};

/// What population to invent and how to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The insurer all persons belong to.
    pub insurer: InsurerNumber,
    /// How many persons, at most 999,999,999.
    pub persons: u64,
    /// The same seed gives the same files.
    pub seed: u64,
    /// 基準日: nothing lies after it but ends of periods and planned days.
    pub base_date: Date,
    /// How many rows of a thousand are spoilt, 0 to 1000.
    pub bad_rows_per_mille: u32,
    /// The encoding of CSV; for MS932 the rare characters are left out of names.
    pub encoding: Encoding,
}

/// A record with what its row says beside the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// The history number, from 1.
    pub history_no: u32,
    /// When the insurer last changed it.
    pub updated_at: Timestamp,
    /// The record.
    pub record: T,
}

impl<T> Dated<T> {
    fn meta(&self, options: &Options, insured_no: InsuredNumber) -> RowMeta {
        RowMeta {
            op: kiban_exchange::municipal::Op::Upsert,
            insurer_no: options.insurer,
            insured_no,
            history_no: self.history_no,
            updated_at: self.updated_at,
        }
    }
}

/// An invented person with all papers, the older first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthPerson {
    /// 被保険者番号.
    pub insured_no: InsuredNumber,
    /// 氏名 as in the file.
    pub name: String,
    /// フリガナ in full-width katakana.
    pub name_kana: String,
    /// 生年月日.
    pub birth_date: Date,
    /// 性別.
    pub sex: Sex,
    /// 被保険者, one record.
    pub insured: Dated<InsuredRecord>,
    /// 被保険者証; the last is the present one.
    pub cards: Vec<Dated<InsuredCardRecord>>,
    /// 給付制限.
    pub restrictions: Vec<Dated<BenefitRestrictionRecord>>,
    /// 居宅介護支援 届出.
    pub notices: Vec<Dated<CareManagerNoticeRecord>>,
    /// 負担割合証.
    pub cost_shares: Vec<Dated<CostShareRecord>>,
    /// 負担限度額認定証.
    pub burden_limits: Vec<Dated<BurdenLimitRecord>>,
    /// 減免減額認定証.
    pub reductions: Vec<Dated<ReductionRecord>>,
    /// 認定申請; the last may still be under way.
    pub applications: Vec<Dated<ApplicationRecord>>,
    /// 認定結果.
    pub certifications: Vec<Dated<CertificationRecord>>,
    /// 住宅改修.
    pub modifications: Vec<Dated<HomeModificationRecord>>,
    /// 福祉用具購入.
    pub purchases: Vec<Dated<AssistivePurchaseRecord>>,
    /// 同意.
    pub consents: Vec<Dated<ConsentRecord>>,
}
