//! Laws: what is written is read back, and what is read converts to the domain.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil::date;
use kiban_domain::{DataSet, InsuredNumber};
use kiban_exchange::municipal::record::{
    ApplicationRecord, AssistivePurchaseRecord, BenefitRestrictionRecord, BurdenLimitRecord,
    CareManagerNoticeRecord, CertificationRecord, ConsentRecord, CostShareRecord, FacilityRecord,
    HomeModificationRecord, InsuredCardRecord, InsuredRecord, KindLimitRecord,
    OpinionRequestRecord, RatioRecord, Record, ReductionRecord, RoomLimitRecord, Tenths,
};
use kiban_exchange::municipal::{
    Encoding, FileFormat, FileName, LoadMode, Op, Outcome, Reader, RowMeta, layout_of,
    write_csv_header, write_csv_row, write_jsonl,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn name(set: DataSet, format: FileFormat) -> FileName {
    FileName {
        insurer: "131128".parse().unwrap(),
        set,
        mode: LoadMode::Full,
        base_date: date(2026, 4, 1),
        serial: 1,
        format,
    }
}

/// Writes a record in every form, reads it and compares; the row also converts to the domain.
fn comes_back<T, D>(record: &T)
where
    T: Record + serde::de::DeserializeOwned + PartialEq + Clone,
    D: for<'a> TryFrom<&'a T>,
{
    let meta = RowMeta {
        op: Op::Upsert,
        insurer_no: "131128".parse().unwrap(),
        insured_no: "H000012345".parse::<InsuredNumber>().unwrap(),
        history_no: 7,
        updated_at: "2026-04-01T00:00:00Z".parse().unwrap(),
    };
    for (format, encoding) in [
        (FileFormat::Csv, Encoding::Utf8),
        (FileFormat::Csv, Encoding::Ms932),
        (FileFormat::JsonLines, Encoding::Utf8),
    ] {
        let mut file = Vec::new();
        match format {
            FileFormat::Csv => {
                write_csv_header::<T>(&mut file).unwrap();
                match write_csv_row(&mut file, &meta, record, encoding) {
                    Err(error) if encoding == Encoding::Ms932 => {
                        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
                        continue;
                    }
                    other => other.unwrap(),
                }
            }
            FileFormat::JsonLines => write_jsonl(&mut file, &meta, record).unwrap(),
        }
        let mut reader = Reader::new(file.as_slice(), &name(T::SET, format), encoding);
        let row = match reader.next().unwrap() {
            Some(Outcome::Row(row)) => row,
            other => panic!("{other:?} {}", String::from_utf8_lossy(&file)),
        };
        assert!(reader.next().unwrap().is_none());
        assert_eq!(
            (row.history_no, row.updated_at, row.insured_no),
            (7, meta.updated_at, meta.insured_no)
        );
        assert_eq!(row.body, serde_json::to_string(record).unwrap());
        let back: T = serde_json::from_str(&row.body).unwrap();
        assert!(back == *record);
        assert!(D::try_from(&back).is_ok(), "{}", row.body);
    }
}

fn day() -> impl Strategy<Value = String> {
    (0_i32..40_000).prop_map(|days| {
        date(1930, 1, 1)
            .saturating_add(jiff::Span::new().days(days))
            .to_string()
    })
}

fn period() -> impl Strategy<Value = (String, String)> {
    (day(), day()).prop_map(|(one, other)| {
        if one <= other {
            (one, other)
        } else {
            (other, one)
        }
    })
}

/// One line of text without white space at its ends, with what CSV must quote.
fn text() -> impl Strategy<Value = String> {
    "[あ-ん亜-腕,\"a-z][あ-ん亜-腕,\" a-z髙]{0,10}[あ-んa-z]"
}

fn code(codes: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(codes).prop_map(str::to_owned)
}

const LEVELS: &[&str] = &["01", "06", "11", "12", "13", "21", "25", "31", "88", "99"];
const OFFICES: &[&str] = &["1371600303", "13A1600306", "01B9900015"];
const SERVICES: &[&str] = &["11", "2A", "43", "ZZ"];

proptest! {
    #[test]
    fn opinion_request(number in "[A-Z0-9][A-Z0-9-]{0,8}[A-Z0-9]", days in period(), due in option::of(0_i32..60),
                       doctor in (option::of("[0-9]{1,10}"), option::of(text())), branch in 0_u64..1_000,
                       kinds in (option::of(select(vec!["1", "2"])), option::of(select(vec!["1", "2"])))) {
        let requested: kiban_domain::Date = days.1.parse().unwrap();
        let due = due.map(|it| requested.saturating_add(jiff::Span::new().days(it)).to_string());
        comes_back::<_, kiban_domain::opinion_case::OpinionRequest>(&OpinionRequestRecord {
            applied_on: days.0,
            branch,
            request_no: number,
            institution_code: "1319900013".to_owned(),
            doctor_no: doctor.0,
            doctor_name: doctor.1,
            requested_on: days.1,
            due_on: due,
            setting: kinds.0.map(str::to_owned),
            writing: kinds.1.map(str::to_owned),
        });
    }

    #[test]
    fn insured(names in (text(), option::of(text()), option::of(text())), birth in day(), span in period(),
               exception in option::of(any::<bool>()), rare in select(vec!["", "𠮷", "葛\u{E0100}"])) {
        comes_back::<_, kiban_domain::Insured>(&InsuredRecord {
            name: format!("{}{rare}", names.0),
            name_kana: "カツラギ　ハナコ".to_owned(),
            birth_date: birth.clone().min(span.0.clone()),
            sex: "2".to_owned(),
            postal_code: Some("1500001".to_owned()),
            address: names.1,
            phone: names.2,
            insured_category: "1".to_owned(),
            acquired_on: span.0,
            acquired_reason: None,
            lost_on: Some(span.1),
            lost_reason: None,
            domicile_exception: exception,
            changed_on: None,
        });
    }

    #[test]
    fn insured_card(issued in day(), level in option::of(code(LEVELS)), valid in period(), opinion in option::of(text()),
                    limits in vec((code(SERVICES), 0_u64..40_000), 0..=5), services in vec(code(SERVICES), 0..=5),
                    stays in vec((option::of(text()), text(), period()), 0..=2)) {
        comes_back::<_, kiban_domain::InsuredCard>(&InsuredCardRecord {
            issued_on: issued,
            care_level: level,
            certified_on: Some(valid.0.clone()),
            valid_from: Some(valid.0.clone()),
            valid_to: Some(valid.1.clone()),
            benefit_limit_units: Some(27_048),
            limit_from: Some(valid.0),
            limit_to: Some(valid.1),
            kind_limits: limits.into_iter().map(|(kind, units)| KindLimitRecord { kind, units }).collect(),
            committee_opinion: opinion.map(|it| format!("{it}\n{it}")),
            designated_services: services,
            facilities: stays
                .into_iter()
                .map(|(kind, name, span)| FacilityRecord { kind, name, entered_on: Some(span.0), left_on: Some(span.1) })
                .collect(),
        });
    }

    #[test]
    fn certificates(span in period(), issued in day(), stage in code(&["1", "2", "3-1", "3-2", "4"]),
                    kind in code(&["welfare_corp", "cost_share", "former_placement"]), percent in option::of(0_u64..=100),
                    rooms in vec((code(&["unit_private", "shared_medical_charged"]), 0_u64..9_999), 0..=7), note in option::of(text())) {
        comes_back::<_, kiban_domain::CostShare>(&CostShareRecord {
            issued_on: issued.clone(),
            ratios: vec![RatioRecord { ratio: "3".to_owned(), from: span.0.clone(), to: Some(span.1.clone()) }],
        });
        comes_back::<_, kiban_domain::BurdenLimit>(&BurdenLimitRecord {
            issued_on: issued.clone(),
            burden_stage: stage,
            applies_from: span.0.clone(),
            expires_on: span.1.clone(),
            meal_facility_yen: Some(390),
            meal_short_stay_yen: None,
            rooms: rooms.into_iter().map(|(room, yen)| RoomLimitRecord { room, yen }).collect(),
        });
        comes_back::<_, kiban_domain::Reduction>(&ReductionRecord {
            kind,
            confirmation_no: note.clone(),
            issued_on: Some(issued),
            applies_from: span.0.clone(),
            expires_on: span.1.clone(),
            rate_percent: percent,
            meal_rate_percent: None,
            housing_rate_percent: percent,
            reason: note,
        });
        comes_back::<_, kiban_domain::BenefitRestriction>(&BenefitRestrictionRecord {
            kind: "benefit_reduction".to_owned(),
            starts_on: span.0,
            ends_on: Some(span.1),
            benefit_percent: percent,
        });
    }

    #[test]
    fn notices_and_consents(seq in 1_u64..9_999, span in period(), office in option::of(code(OFFICES)), label in option::of(text()),
                            scope in code(&["all", "opinion", "life"]), taker in code(&["municipality", "care_manager"])) {
        comes_back::<_, kiban_domain::CareManagerNotice>(&CareManagerNoticeRecord {
            seq,
            self_made: office.is_none().then_some(true),
            office_no: office.clone(),
            office_name: label,
            notified_on: span.0.clone(),
            applies_from: span.0.clone(),
            applies_to: Some(span.1.clone()),
        });
        comes_back::<_, kiban_domain::Consent>(&ConsentRecord {
            seq, scope, taker, taker_office_no: office, given_on: span.0, withdrawn_on: Some(span.1),
        });
    }

    #[test]
    fn applications_and_certifications(days in vec(option::of(day()), 12), applied in day(), branch in 0_u64..999,
                                       kind in code(&["1", "2", "A", "B", "X9"]), level in code(LEVELS), span in period(),
                                       tenths in vec(option::of(0_u16..1000), 15), services in vec(code(SERVICES), 0..=5), note in option::of(text())) {
        comes_back::<_, kiban_domain::Application>(&ApplicationRecord {
            applied_on: applied.clone(),
            branch,
            kind: kind.clone(),
            kind_at_filing: Some(kind),
            withdrawal: Some("4".to_owned()),
            insured_category: Some("8".to_owned()),
            filed_by: Some("2".to_owned()),
            survey_requested_on: days[0].clone(),
            survey_done_on: days[1].clone(),
            survey_received_on: days[2].clone(),
            opinion_requested_on: days[3].clone(),
            opinion_received_on: days[4].clone(),
            primary_judged_on: days[5].clone(),
            primary_result: Some(level.clone()),
            committee_scheduled_on: days[6].clone(),
            secondary_judged_on: days[7].clone(),
            secondary_result: Some(level.clone()),
            certified_on: days[8].clone(),
            notified_on: days[9].clone(),
            deferred_on: days[10].clone(),
            expected_on: days[11].clone(),
            deferral_reason: note.clone(),
        });
        let tenth = |at: usize| tenths[at].map(Tenths);
        comes_back::<_, kiban_domain::Certification>(&CertificationRecord {
            applied_on: applied.clone(),
            branch,
            primary_judged_on: days[0].clone(),
            primary_result: Some(level.clone()),
            secondary_judged_on: days[1].clone(),
            care_level: level,
            certified_on: applied,
            valid_from: Some(span.0),
            valid_to: Some(span.1),
            valid_months: Some(48),
            committee_opinion: note,
            designated_services: services,
            specified_disease: Some("05".to_owned()),
            minutes_total: tenth(0), minutes_eating: tenth(1), minutes_excretion: tenth(2), minutes_moving: tenth(3),
            minutes_cleanliness: tenth(4), minutes_indirect: tenth(5), minutes_bpsd: tenth(6), minutes_function: tenth(7),
            minutes_medical: tenth(8), minutes_dementia: tenth(9),
            score_1: tenth(10), score_2: tenth(11), score_3: tenth(12), score_4: tenth(13), score_5: tenth(14),
        });
    }

    #[test]
    fn payments(seq in 1_u64..9_999, span in period(), yen in vec(0_u64..999_999_999, 4), note in option::of(text()),
                reason in code(&["none", "moved", "three_steps"]), item in code(&["toilet", "cane"])) {
        comes_back::<_, kiban_domain::HomeModification>(&HomeModificationRecord {
            seq,
            started_on: Some(span.0),
            completed_on: span.1.clone(),
            dwelling: note.clone(),
            eligible_yen: yen[0],
            paid_yen: yen[1],
            cumulative_yen: Some(yen[2]),
            remaining_yen: yen[3],
            reset_reason: reason,
        });
        comes_back::<_, kiban_domain::AssistivePurchase>(&AssistivePurchaseRecord {
            seq,
            purchased_on: span.1,
            item_kind: item,
            product_name: note,
            tais_code: Some("00000-000001".to_owned()),
            eligible_yen: yen[0],
            paid_yen: yen[1],
            fiscal_year: Some(2025),
            remaining_yen: yen[3],
        });
    }

    /// Whatever the bytes, reading ends, each finding has its line, and no row breaks the way to the domain.
    #[test]
    fn any_bytes_are_read_without_panic(bytes in vec(prop_oneof![4 => select(b",\"\n\r0123456789-UD".to_vec()), 1 => any::<u8>()], 0..400),
                                        set in select(DataSet::ALL.to_vec()), with_header in any::<bool>(),
                                        encoding in select(vec![Encoding::Utf8, Encoding::Ms932]),
                                        format in select(vec![FileFormat::Csv, FileFormat::JsonLines])) {
        let mut file = Vec::new();
        if let (true, Some(layout)) = (with_header && format == FileFormat::Csv, layout_of(set)) {
            let ids: Vec<_> = layout.columns.iter().map(|it| it.id).collect();
            file.extend(ids.join(",").bytes());
            file.push(b'\n');
        }
        file.extend(bytes);
        let mut reader = Reader::new(file.as_slice(), &name(set, format), encoding);
        while let Some(outcome) = reader.next().unwrap() {
            if let Outcome::Rejected(findings) = outcome {
                prop_assert!(!findings.is_empty());
                for finding in findings {
                    prop_assert!(finding.line >= 1);
                    prop_assert!(!finding.message.is_empty() && !finding.code.is_empty());
                }
            }
        }
    }
}
