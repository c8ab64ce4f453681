//! What the municipal targets share: a file of one set read to its end, with the promises of each outcome checked.

use kiban_domain as domain;
use kiban_domain::DataSet;
use kiban_exchange::municipal::{
    Encoding, FileFormat, FileName, LoadMode, Op, Outcome, Reader, layout_of, record,
};

pub fn read(data: &[u8], format: FileFormat, encoding: Encoding) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let set = DataSet::ALL[usize::from(*choice) % DataSet::ALL.len()];
    let mut file = Vec::new();
    // Bytes of 128 and above leave the header to chance as well.
    if let (FileFormat::Csv, 0..128, Some(layout)) = (format, choice, layout_of(set)) {
        let ids: Vec<_> = layout.columns.iter().map(|it| it.id).collect();
        file.extend(ids.join(",").bytes());
        file.push(b'\n');
    }
    file.extend_from_slice(rest);
    let name = FileName {
        insurer: "131128".parse().unwrap(),
        set,
        mode: LoadMode::Diff,
        base_date: "2026-04-01".parse().unwrap(),
        serial: 1,
        format,
    };
    let mut reader = Reader::new(file.as_slice(), &name, encoding);
    while let Some(outcome) = reader.next().unwrap() {
        match outcome {
            Outcome::Row(row) if row.op == Op::Upsert => converts(set, &row.body),
            Outcome::Row(row) => assert!(row.body.starts_with('{') && !row.record_key.is_empty()),
            Outcome::Rejected(findings) => {
                assert!(
                    !findings.is_empty()
                        && findings
                            .iter()
                            .all(|it| it.line >= 1 && !it.message.is_empty())
                );
            }
        }
    }
    let _ = reader.file_findings();
}

/// A row that is taken has the shape of its record, converts to the domain and is written back the same.
fn converts(set: DataSet, body: &str) {
    macro_rules! check {
        ($record:ident, $domain:ident) => {{
            let read: record::$record = serde_json::from_str(body).unwrap();
            domain::$domain::try_from(&read).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), body);
        }};
    }
    match set {
        DataSet::Insured => check!(InsuredRecord, Insured),
        DataSet::InsuredCard => check!(InsuredCardRecord, InsuredCard),
        DataSet::BenefitRestriction => check!(BenefitRestrictionRecord, BenefitRestriction),
        DataSet::CareManagerNotice => check!(CareManagerNoticeRecord, CareManagerNotice),
        DataSet::CostShare => check!(CostShareRecord, CostShare),
        DataSet::BurdenLimit => check!(BurdenLimitRecord, BurdenLimit),
        DataSet::Reduction => check!(ReductionRecord, Reduction),
        DataSet::Application => check!(ApplicationRecord, Application),
        DataSet::Certification => check!(CertificationRecord, Certification),
        DataSet::HomeModification => check!(HomeModificationRecord, HomeModification),
        DataSet::AssistivePurchase => check!(AssistivePurchaseRecord, AssistivePurchase),
        DataSet::Consent => check!(ConsentRecord, Consent),
        DataSet::OpinionRequest => {
            let read: record::OpinionRequestRecord = serde_json::from_str(body).unwrap();
            domain::opinion_case::OpinionRequest::try_from(&read).unwrap();
            let key: record::RequestKeyRecord = serde_json::from_str(body).unwrap();
            let number = "0000012345".parse().unwrap();
            key.of("131128".parse().unwrap(), number).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), body);
        }
        DataSet::Survey | DataSet::Opinion => {
            unreachable!("these sets have no rows here")
        }
    }
}
