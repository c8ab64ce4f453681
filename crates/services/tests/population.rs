//! An invented population through the real intake: what was sent is what is answered.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_access::{Part, PersonKey};
use kiban_domain::{DataSet, Date, FiscalYear};
use kiban_services::persons::{self, Question};
use kiban_store::repo::transfers::TransferState;
use kiban_synth::{Dated, SynthPerson};
use serde::Serialize;
use serde_json::{Map, Value};
use support::{ENGINES, SYNTH_SETS, TestPlatform, insurer, municipality, population};

#[tokio::test(flavor = "multi_thread")]
async fn m1_the_insurer_reads_back_exactly_what_it_sent() {
    let options = population(300);
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        for set in SYNTH_SETS {
            let done = test.load_synth(&options, set, 1).await;
            assert_eq!(done.state, TransferState::Applied, "{engine:?} {done:?}");
            assert_eq!(
                done.counts.inserted, done.counts.total,
                "{engine:?} {set:?} {:?}",
                done.counts
            );
        }
        let before = test.rows().await;
        assert_eq!(before.len(), 300);
        test.rebuild().await;
        let after = test.rows().await;
        assert!(
            before == after,
            "{engine:?}: the read model differs from its history: {:?}",
            differing(&before, &after)
        );

        let today = test.platform.today();
        for n in 0..options.persons {
            let sent = kiban_synth::person(&options, n);
            let key = PersonKey {
                insurer_no: insurer(),
                insured_no: sent.insured_no,
            };
            for day in [today, today.saturating_sub(jiff::Span::new().days(500))] {
                let question = Question {
                    on: Some(day),
                    ..Question::default()
                };
                let view = persons::read(&test.platform, &municipality(), &key, &question)
                    .await
                    .unwrap();
                let answered: Map<String, Value> =
                    serde_json::from_str(&view.members.to_json()).unwrap();
                let expected = expected(&sent, day);
                for part in Part::ALL {
                    let answered = answered.get(part.as_str()).map(items).unwrap_or_default();
                    let expected = expected
                        .iter()
                        .find(|(known, _)| *known == part)
                        .map(|(_, records)| records.clone());
                    assert_eq!(
                        answered,
                        expected.unwrap_or_default(),
                        "{engine:?} person {n} on {day}: {}",
                        part.as_str()
                    );
                }
            }
        }
    }
}

fn differing(
    before: &[kiban_store::repo::eligibility::EligibilityRow],
    after: &[kiban_store::repo::eligibility::EligibilityRow],
) -> Vec<(String, Date, Date, Date, Date)> {
    before
        .iter()
        .zip(after)
        .filter(|(a, b)| a != b)
        .map(|(a, b)| {
            (
                a.insured_no.clone(),
                a.good_from,
                b.good_from,
                a.good_until,
                b.good_until,
            )
        })
        .collect()
}

/// Records of a member without what the platform adds, as sorted texts.
fn items(member: &Value) -> Vec<String> {
    let records = member
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![member.clone()]);
    let mut texts: Vec<String> = records
        .into_iter()
        .map(|mut record| {
            let object = record.as_object_mut().unwrap();
            for added in ["updated_at", "true_from", "true_until"] {
                assert!(object.remove(added).is_some(), "{added}");
            }
            // How far an application is follows from its dates and has tests of its own.
            object.remove("stage");
            canonical(&record)
        })
        .collect();
    texts.sort();
    texts
}

/// The text of a value with its names in order, whatever order they came in.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object
                .iter()
                .map(|(name, value)| format!("{name}:{}", canonical(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => format!(
            "[{}]",
            values.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        other => other.to_string(),
    }
}

/// What a record says about when it is true, told from its items by the words of the layouts and nothing else.
struct Known {
    from: Date,
    to: Date,
    history_no: u32,
    value: Value,
}

fn known<T: Serialize>(
    records: &[Dated<T>],
    from: impl Fn(&Value) -> Option<Date>,
    to: impl Fn(&Value) -> Option<Date>,
) -> Vec<Known> {
    records
        .iter()
        .map(|dated| {
            let mut value = serde_json::to_value(&dated.record).unwrap();
            value.as_object_mut().unwrap().retain(|_, item| {
                !item.is_null() && item.as_array().is_none_or(|list| !list.is_empty())
            });
            let (from, to) = (from(&value).unwrap(), to(&value).unwrap_or(Date::MAX));
            value["history_no"] = dated.history_no.into();
            Known {
                from,
                to,
                history_no: dated.history_no,
                value,
            }
        })
        .collect()
}

fn day_at(value: &Value, path: &str) -> Option<Date> {
    value.pointer(path)?.as_str()?.parse().ok()
}

fn of(paths: &'static [&'static str]) -> impl Fn(&Value) -> Option<Date> {
    move |value| paths.iter().find_map(|path| day_at(value, path))
}

/// The one that began last; the higher history number among those of one day.
fn one(records: &[Known], day: Date) -> Option<&Known> {
    records
        .iter()
        .filter(|it| it.from <= day && day <= it.to)
        .max_by_key(|it| (it.from, it.history_no))
}

fn expected(sent: &SynthPerson, day: Date) -> Vec<(Part, Vec<String>)> {
    let mut all = Vec::new();
    let mut single = |part: Part, found: Option<&Known>| {
        all.push((
            part,
            found
                .map(|it| canonical(&it.value))
                .into_iter()
                .collect::<Vec<_>>(),
        ));
    };
    let insured = known(
        std::slice::from_ref(&sent.insured),
        of(&["/changed_on", "/acquired_on"]),
        of(&["/lost_on"]),
    );
    single(Part::Insured, one(&insured, day));
    let mut cards = known(
        &sent.cards,
        of(&["/valid_from", "/issued_on"]),
        of(&["/valid_to"]),
    );
    // The card stays in the person's hands after its last day.
    for card in &mut cards {
        card.to = Date::MAX;
    }
    single(Part::InsuredCard, one(&cards, day));
    single(
        Part::CareManagerNotice,
        one(
            &known(&sent.notices, of(&["/applies_from"]), of(&["/applies_to"])),
            day,
        ),
    );
    let shares = known(
        &sent.cost_shares,
        of(&["/ratios/0/from", "/issued_on"]),
        of(&["/ratios/1/to", "/ratios/0/to"]),
    );
    single(Part::CostShare, one(&shares, day));
    single(
        Part::BurdenLimit,
        one(
            &known(
                &sent.burden_limits,
                of(&["/applies_from"]),
                of(&["/expires_on"]),
            ),
            day,
        ),
    );
    single(
        Part::Progress,
        one(
            &known(&sent.applications, of(&["/applied_on"]), |_| None),
            day,
        ),
    );
    let mut certifications = known(
        &sent.certifications,
        of(&["/valid_from", "/certified_on"]),
        of(&["/valid_to"]),
    );
    let mut opinions = Vec::new();
    for certification in &mut certifications {
        let opinion = certification
            .value
            .as_object_mut()
            .unwrap()
            .remove("committee_opinion");
        opinions.push(Known {
            from: certification.from,
            to: certification.to,
            history_no: certification.history_no,
            value: opinion.map_or(Value::Null, |text| {
                serde_json::json!({ "committee_opinion": text, "history_no": certification.history_no })
            }),
        });
    }
    single(Part::Certification, one(&certifications, day));
    single(
        Part::CommitteeOpinion,
        one(&opinions, day).filter(|it| !it.value.is_null()),
    );

    let mut several = |part: Part, records: Vec<Known>| {
        let mut texts: Vec<String> = records
            .iter()
            .filter(|it| it.from <= day && day <= it.to)
            .map(|it| canonical(&it.value))
            .collect();
        texts.sort();
        all.push((part, texts));
    };
    several(
        Part::BenefitRestriction,
        known(&sent.restrictions, of(&["/starts_on"]), of(&["/ends_on"])),
    );
    several(
        Part::Reduction,
        known(
            &sent.reductions,
            of(&["/applies_from"]),
            of(&["/expires_on"]),
        ),
    );
    several(
        Part::HomeModification,
        known(&sent.modifications, of(&["/completed_on"]), |_| None),
    );
    let mut purchases = known(&sent.purchases, of(&["/purchased_on"]), |_| None);
    purchases.retain(|it| FiscalYear::of(it.from) == FiscalYear::of(day));
    several(Part::AssistivePurchase, purchases);
    let mut consents = known(&sent.consents, of(&["/given_on"]), of(&["/withdrawn_on"]));
    for consent in &mut consents {
        if consent.to != Date::MAX {
            consent.to = consent.to.yesterday().unwrap();
        }
    }
    several(Part::Consent, consents);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_population_again_changes_nothing() {
    let options = population(60);
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        for set in [DataSet::Insured, DataSet::Certification, DataSet::Consent] {
            test.load_synth(&options, set, 1).await;
        }
        let before = test.rows().await;
        for set in [DataSet::Insured, DataSet::Certification, DataSet::Consent] {
            let mut file = Vec::new();
            kiban_synth::generate(&options, set, &mut file).unwrap();
            // Another reference date makes it another delivery of the same records.
            let name =
                kiban_synth::file_name(&options, set, kiban_exchange::municipal::LoadMode::Full, 2)
                    .to_string();
            let done = test.load(&name, &file).await;
            assert_eq!(
                (
                    done.counts.unchanged,
                    done.counts.inserted,
                    done.counts.updated
                ),
                (done.counts.total, 0, 0),
                "{set:?}"
            );
        }
        assert!(before == test.rows().await, "{engine:?}");
    }
}
