//! Files that an office keeps about a person (C10), on both engines.

mod document_desk;
mod support;

use document_desk::{
    add, added, both, consent, list, new, opens, pdf, received, recorded, register, share, void,
};
use kiban_access::Refusal;
use kiban_audit::Outcome;
use kiban_domain::{ConsentScope, Date, DocumentKind, FileKind, MunicipalityStage, UnfitFile};
use kiban_services::{
    documents::{self, AddError, Added, Change, DocumentError, NewDocument, TITLE_MAX},
    housekeeping::{self, HousekeepingSettings},
};
use support::{
    ENGINES, care_office, municipality, operator, person,
    two_offices::{HANAKO, SECOND, loaded, second},
};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn s2_only_offices_that_serve_the_person_keep_files_and_see_their_own() {
    for engine in ENGINES {
        let test = loaded(engine).await;
        for stranger in [care_office(), municipality(), operator()] {
            let refused = add(&test, &stranger, new(1, "x")).await;
            assert!(matches!(refused, Err(AddError::Refused(_))), "{refused:?}");
            let refused = documents::list(&test.platform, &stranger, &person(HANAKO)).await;
            assert!(
                matches!(refused, Err(DocumentError::Refused(_))),
                "{engine:?}"
            );
        }
        let row = register(&test, &care_office(), "11").await;
        let id = added(&test, &care_office(), 1).await;
        register(&test, &second(), "43").await;
        assert!(list(&test, &second()).await.own.is_empty(), "{engine:?}");
        for (context, document) in [(second(), id), (care_office(), Uuid::from_u128(9))] {
            let refused = opens(&test, &context, document).await;
            assert_eq!(refused.as_deref(), Some("no such file"), "{engine:?}");
            let change = Change::Remove;
            let changed =
                documents::change(&test.platform, &context, &person(HANAKO), document, change)
                    .await;
            assert!(matches!(changed, Err(DocumentError::NotFound)));
        }
        test.clock.pass(1);
        let opened = documents::open(&test.platform, &care_office(), &person(HANAKO), id).await;
        let opened = opened.unwrap();
        assert_eq!(opened.bytes, pdf("1"));
        assert_eq!(
            (opened.row.file_kind, opened.row.file_name.as_str()),
            (FileKind::Pdf, "退院.pdf")
        );
        // Somebody else's person under the same file.
        test.clock.pass(1);
        let (context, key) = (care_office(), person("0000000025"));
        let other = documents::open(&test.platform, &context, &key, id);
        assert!(matches!(
            other.await,
            Err(DocumentError::Refused(Refusal::NotFound))
        ));

        void(&test, &care_office(), &row).await;
        let refused = opens(&test, &care_office(), id).await;
        assert_eq!(refused.as_deref(), Some("refused"), "{engine:?}");
        let refused = add(&test, &care_office(), new(2, "y")).await;
        assert!(matches!(
            refused,
            Err(AddError::Refused(Refusal::RelationEnded))
        ));
        let opens = recorded(&test, "open_document").await;
        let codes: Vec<_> = opens.iter().map(|it| it.outcome.clone()).collect();
        let refused = |reason: &'static str| Outcome::Refused {
            reason: reason.into(),
        };
        assert_eq!(
            codes,
            [
                refused("document_not_found"),
                refused("document_not_found"),
                Outcome::Allowed,
                refused("person_not_found"),
                refused("relation_ended"),
            ],
            "{engine:?}"
        );
        assert_eq!(opens[2].parts[2], id.to_string());
        assert!(opens[2].content.is_some(), "{engine:?}: what was given");
        assert_eq!(recorded(&test, "document_added").await.len(), 5);
        assert!(test.verify().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_before_the_insurer_shares_nothing_is_added_and_what_is_there_stays_its_offices() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        consent(&test, ConsentScope::All).await;
        let id = added(&test, &care_office(), 1).await;
        share(&test, id, SECOND).await.unwrap();
        assert_eq!(received(&test).await, 1);
        test.stage(MunicipalityStage::Preparing).await;
        let refused = add(&test, &care_office(), new(2, "y")).await;
        assert!(matches!(
            refused,
            Err(AddError::Refused(Refusal::InsurerNotSharing))
        ));
        assert_eq!(received(&test).await, 0, "{engine:?}");
        assert!(opens(&test, &second(), id).await.is_some());
        assert_eq!(opens(&test, &care_office(), id).await, None, "{engine:?}");
        documents::change(
            &test.platform,
            &care_office(),
            &person(HANAKO),
            id,
            Change::Remove,
        )
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_is_refused_and_nothing_is_kept() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        let mut large = pdf("x");
        large.resize(FileKind::MAX_BYTES + 1, b' ');
        for (bytes, unfit) in [
            (b"MZ\x90\0 a program".to_vec(), UnfitFile::OtherKind),
            (b"PK\x03\x04 a bomb".to_vec(), UnfitFile::OtherKind),
            (Vec::new(), UnfitFile::Empty),
            (large, UnfitFile::TooLarge),
            (b"%PDF-x\n%%EOF".to_vec(), UnfitFile::Broken(FileKind::Pdf)),
        ] {
            let it = NewDocument {
                bytes,
                ..new(1, "x")
            };
            let refused = add(&test, &care_office(), it).await;
            assert!(
                matches!(refused, Err(AddError::Unfit(it)) if it == unfit),
                "{engine:?} {refused:?}"
            );
        }
        for title in ["あ".repeat(TITLE_MAX + 1), "a\nb".to_owned()] {
            let it = NewDocument {
                title,
                ..new(1, "x")
            };
            let refused = add(&test, &care_office(), it).await;
            assert!(matches!(refused, Err(AddError::Title)), "{refused:?}");
        }
        for about_on in [Date::constant(1990, 1, 1), Date::constant(2027, 6, 1)] {
            let it = NewDocument {
                about_on,
                ..new(1, "x")
            };
            let refused = add(&test, &care_office(), it).await;
            assert!(
                matches!(refused, Err(AddError::DayOutOfRange { .. })),
                "{refused:?}"
            );
        }
        assert!(list(&test, &care_office()).await.own.is_empty());
        for digit in "0123456789abcdef".chars() {
            let kept = test.platform.objects.list_contents(digit).unwrap();
            // The person's own file is there.
            assert!(kept.len() <= 1, "{engine:?} {kept:?}");
        }
        let untitled = NewDocument {
            title: " ".into(),
            file_name: "C:\\x\\主治医の手紙.exe".into(),
            kind: DocumentKind::Other,
            ..new(1, "x")
        };
        add(&test, &care_office(), untitled).await.unwrap();
        let own = list(&test, &care_office()).await.own.remove(0).row;
        assert_eq!(
            (own.title.as_str(), own.file_name.as_str()),
            ("主治医の手紙.exe", "主治医の手紙.exe.pdf")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_form_adds_one_file_and_the_same_bytes_are_told() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        let office = care_office();
        let (a, b) = tokio::join!(
            add(&test, &office, new(1, "x")),
            add(&test, &office, new(1, "x"))
        );
        let mut both = [a.unwrap(), b.unwrap()];
        both.sort_by_key(|it| *it == Added::Before);
        assert!(
            matches!(both, [Added::New(_), Added::Before]),
            "{engine:?} {both:?}"
        );
        let Added::New(id) = both[0] else {
            panic!("the first is new")
        };
        let same = add(&test, &office, new(2, "x")).await;
        assert!(
            matches!(&same, Err(AddError::SameFile { title, since }) if title == "退院時の情報" && *since == document_desk::TODAY),
            "{engine:?} {same:?}"
        );
        assert_eq!(list(&test, &office).await.own.len(), 1);
        // Another office's file of the same bytes is its own.
        assert!(matches!(
            add(&test, &second(), new(2, "x")).await,
            Ok(Added::New(_))
        ));
        let key = person(HANAKO);
        documents::change(&test.platform, &office, &key, id, Change::Remove)
            .await
            .unwrap();
        let again = documents::change(&test.platform, &office, &key, id, Change::Remove).await;
        assert!(matches!(again, Err(DocumentError::NotFound)), "{engine:?}");
        assert!(opens(&test, &office, id).await.is_some());
        assert_eq!(
            add(&test, &office, new(1, "x")).await.unwrap(),
            Added::Before
        );
        assert!(matches!(
            add(&test, &office, new(3, "x")).await,
            Ok(Added::New(_))
        ));
        let own = list(&test, &office).await.own;
        assert_eq!(own.len(), 2, "{engine:?}: the trace stays");
        assert!(own[1].row.removed_at.is_some(), "{engine:?}");
        assert_eq!(recorded(&test, "document_added").await.len(), 3);
        let removed = recorded(&test, "document_removed").await;
        assert_eq!(removed.len(), 2, "one was refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_keeps_what_a_document_names_until_it_is_removed() {
    for engine in ENGINES {
        let (test, _) = both(engine).await;
        let (office, key) = (care_office(), person(HANAKO));
        let (one, two) = (
            added(&test, &office, 1).await,
            added(&test, &office, 2).await,
        );
        // The same bytes as the first, of another office.
        let theirs = match add(&test, &second(), new(3, "1")).await.unwrap() {
            Added::New(id) => id,
            Added::Before => panic!("a form of its own"),
        };
        let settings = HousekeepingSettings::default();
        let mut removed = Vec::new();
        for round in 0..6 {
            if round == 2 {
                for id in [one, two] {
                    documents::change(&test.platform, &office, &key, id, Change::Remove)
                        .await
                        .unwrap();
                }
            }
            let swept = housekeeping::remove_orphans(&test.platform, settings).await;
            removed.push(swept.unwrap());
            test.clock.pass(25 * 3_600);
        }
        assert_eq!(removed, [0, 0, 0, 1, 0, 0], "{engine:?}");
        assert_eq!(opens(&test, &second(), theirs).await, None, "{engine:?}");
    }
}
