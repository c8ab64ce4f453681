//! Files of inquiries (P-5): told by content, bounded, bound to their form, swept when nobody sends it; on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{FileKind, InquiryCategory, UnfitFile};
use kiban_services::{
    housekeeping::{self, HousekeepingSettings},
    inquiries::{self, FileError, FormKey, InquiryError, NewInquiry, Sender, Upload},
};
use support::{ENGINES, TestPlatform, invited::letters, operator};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n";
const LOCKED: &[u8] = b"%PDF-1.7\ntrailer <</Encrypt 5 0 R>>\n%%EOF\n";

async fn send(
    test: &TestPlatform,
    form: &FormKey,
    name: &str,
    bytes: &[u8],
) -> Result<(), FileError> {
    let mut upload = Upload::begin(&test.platform, name).unwrap();
    for piece in bytes.chunks(100_000) {
        upload.take(piece).unwrap();
    }
    upload.keep(&test.platform, form).await
}

fn asked() -> NewInquiry {
    NewInquiry {
        category: InquiryCategory::Terminal,
        name: "見本 担当".into(),
        organisation: String::new(),
        mail: Some("tantou@hikari.example".parse().unwrap()),
        phone: String::new(),
        call_back: false,
        call_times: String::new(),
        context: String::new(),
        body: "画面を添付します".into(),
    }
}

/// A picture of two gigabytes in a hundred bytes.
fn bomb() -> Vec<u8> {
    let size = [50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat();
    let end = b"\0\0\0\0IEND\xae\x42\x60\x82";
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &size, end].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_what_is_in_a_file_counts_and_not_its_name() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let form = FormKey::of(b"form");
        let mut large = PDF.to_vec();
        large.resize(FileKind::MAX_BYTES + 1, b' ');
        for (name, bytes, why) in [
            (
                "請求書.pdf",
                b"MZ\x90\0 a program".to_vec(),
                UnfitFile::OtherKind,
            ),
            (
                "画面.png",
                b"PK\x03\x04 an archive".to_vec(),
                UnfitFile::OtherKind,
            ),
            (
                "a.txt",
                b"<html><script>alert(1)</script>".to_vec(),
                UnfitFile::OtherKind,
            ),
            ("a.pdf", Vec::new(), UnfitFile::Empty),
            ("a.pdf", large, UnfitFile::TooLarge),
            ("bomb.png", bomb(), UnfitFile::TooManyPixels(FileKind::Png)),
        ] {
            let refused = send(&test, &form, name, &bytes).await;
            let Err(FileError::Unfit(told)) = refused else {
                panic!("{engine:?}: {name} was kept");
            };
            assert_eq!(told, why, "{engine:?}: {name}");
        }
        assert!(
            inquiries::waiting(&test.platform, &form)
                .await
                .unwrap()
                .is_empty()
        );
        send(&test, &form, "../秘密\u{202e}.exe", PDF)
            .await
            .unwrap();
        send(&test, &form, "鍵付き.pdf", LOCKED).await.unwrap();
        send(&test, &form, "鍵付き.pdf", LOCKED).await.unwrap();
        send(
            &test,
            &form,
            "一覧.csv",
            "事業所,件数\r\n見本,3\r\n".as_bytes(),
        )
        .await
        .unwrap();
        let mut kept = inquiries::waiting(&test.platform, &form).await.unwrap();
        // They came in one instant.
        kept.sort_by(|one, other| one.file_name.cmp(&other.file_name));
        let kept: Vec<_> = kept
            .iter()
            .map(|it| (it.file_name.as_str(), it.file_kind, it.locked))
            .collect();
        assert_eq!(
            kept,
            [
                ("一覧.csv", FileKind::Csv, false),
                ("秘密.exe.pdf", FileKind::Pdf, false),
                ("鍵付き.pdf", FileKind::Pdf, true),
            ],
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_five_files_and_thirty_megabytes_are_enough() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let many = FormKey::of(b"many");
        for number in 0..5 {
            send(&test, &many, &format!("{number}.pdf"), PDF)
                .await
                .unwrap();
        }
        let sixth = send(&test, &many, "6.pdf", PDF).await;
        assert!(matches!(sixth, Err(FileError::TooMany)), "{engine:?}");
        let heavy = FormKey::of(b"heavy");
        for number in 0..3_u8 {
            let mut text = vec![b'a' + number; FileKind::MAX_BYTES - 10];
            text.push(b'\n');
            send(&test, &heavy, "a.txt", &text).await.unwrap();
        }
        let text = vec![b'x'; 100];
        let more = send(&test, &heavy, "more.txt", &text).await;
        assert!(
            matches!(more, Err(FileError::TooLargeTogether)),
            "{engine:?}"
        );
        let first = inquiries::waiting(&test.platform, &heavy)
            .await
            .unwrap()
            .remove(0);
        let other = FormKey::of(b"other");
        let platform = &test.platform;
        assert!(
            !inquiries::drop_file(platform, &other, first.file_id)
                .await
                .unwrap()
        );
        assert!(
            inquiries::drop_file(platform, &heavy, first.file_id)
                .await
                .unwrap()
        );
        send(&test, &heavy, "more.txt", &text).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_files_go_with_their_form_and_are_given_to_the_sender_and_the_desk_only() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let form = FormKey::of(b"form");
        send(&test, &form, "画面.pdf", PDF).await.unwrap();
        let sender = Sender::Visitor("192.0.2.1".into());
        let ticket = inquiries::submit(platform, &sender, &form, asked())
            .await
            .unwrap();
        letters(platform).await;
        assert!(
            inquiries::waiting(platform, &form)
                .await
                .unwrap()
                .is_empty()
        );
        let case = inquiries::read(platform, &operator(), &ticket)
            .await
            .unwrap();
        let file = &case.inquiry.files[0];
        assert_eq!(file.message_no, Some(1), "{engine:?}");
        let desk = operator();
        let opened = inquiries::open_for_desk(platform, &desk, &ticket, file.file_id);
        assert_eq!(opened.await.unwrap().bytes, PDF);

        let elsewhere = FormKey::of(b"elsewhere");
        let other = inquiries::submit(platform, &sender, &elsewhere, asked())
            .await
            .unwrap();
        let wrong = inquiries::open_for_desk(platform, &operator(), &other, file.file_id).await;
        assert!(matches!(wrong, Err(InquiryError::NotFound)), "{engine:?}");
        let wrong = inquiries::open_with_code(platform, &ticket, "00000000", file.file_id).await;
        assert!(matches!(wrong, Err(InquiryError::Wrong)), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_files_that_nobody_sends_are_swept_with_their_contents() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let settings = HousekeepingSettings::default();
        let (kept, left) = (FormKey::of(b"kept"), FormKey::of(b"left"));
        send(&test, &kept, "a.pdf", PDF).await.unwrap();
        send(&test, &left, "b.pdf", LOCKED).await.unwrap();
        let content = inquiries::waiting(platform, &left)
            .await
            .unwrap()
            .remove(0)
            .content;
        let sender = Sender::Visitor("192.0.2.1".into());
        let ticket = inquiries::submit(platform, &sender, &kept, asked())
            .await
            .unwrap();
        let hours = |hours: i64| test.clock.pass(hours * 3_600);
        hours(24);
        assert_eq!(
            housekeeping::forget_inquiry_files(platform, settings)
                .await
                .unwrap(),
            0
        );
        hours(1);
        assert_eq!(
            housekeeping::forget_inquiry_files(platform, settings)
                .await
                .unwrap(),
            1,
            "{engine:?}"
        );
        assert_eq!(
            housekeeping::remove_orphans(platform, settings)
                .await
                .unwrap(),
            0
        );
        hours(25);
        assert_eq!(
            housekeeping::remove_orphans(platform, settings)
                .await
                .unwrap(),
            1
        );
        assert!(
            platform.objects.open_content(&content).is_err(),
            "{engine:?}"
        );
        let case = inquiries::read(platform, &operator(), &ticket)
            .await
            .unwrap();
        let file = case.inquiry.files[0].file_id;
        let desk = operator();
        let opened = inquiries::open_for_desk(platform, &desk, &ticket, file);
        assert_eq!(
            opened.await.unwrap().bytes,
            PDF,
            "{engine:?}: what was sent stays"
        );
    }
}
