//! A subsidy from the first question to the money, as its people live it: the calculation, the application that is begun before the office is
//! admitted, its return and the mended one, two persons who decide, two who pay, the bank's file and its answer (G-1, G-4, G-5, O-1).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod journey;

use journey::portal::{admit, go, judged, officer, open, says, sign_up};
use kiban_e2e::{Browser, Demo, Engine, letter, today};

const MAIL: &str = "tantou@hikari.example";
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";
/// The number of the office's account.
const ACCOUNT: &str = "7654321";
/// What is granted: the ceilings of two categories, 64,000 and 42,000 yen.
const GRANTED: &str = "106,000円";

#[tokio::test]
async fn g4_a_subsidy_goes_from_the_question_to_the_account() {
    let demo = Demo::start(&Engine::Embedded, 20, None).unwrap();
    let mut faults = Vec::new();
    let office = open(&demo).await;
    sign_up(&office, &demo, MAIL, None).await;

    let address = written(&office, &demo, &mut faults).await;
    // Until the office is admitted it can be written and not submitted.
    says(&office, "登録が承認されてから").await;
    let first = officer(&demo, "operator_first").await;
    let second = officer(&demo, "operator_second").await;
    admit(&demo, &first, &second, None).await;
    go(&office, &demo, &format!("{address}/confirm")).await;
    faults.extend(judged(&office, "subsidy-5-confirm").await);
    says(&office, "ｶ)ﾐﾎﾝｹｱ").await;
    office.press("main form button.push").await.unwrap();
    faults.extend(judged(&office, "subsidy-6-submitted").await);
    says(&office, "申請を提出しました").await;
    let receipt = address.rsplit('/').next().unwrap();

    returned(&demo, &office, &first, receipt, &mut faults).await;
    decided(&demo, &first, &second, receipt, &mut faults).await;
    letter(demo.data(), MAIL, "交付").unwrap();
    go(&office, &demo, &format!("/mypage/applications/{receipt}")).await;
    faults.extend(judged(&office, "subsidy-8-granted").await);
    says(&office, "交付決定").await;
    says(&office, GRANTED).await;

    let papers = format!("{}/mypage/applications/{receipt}", demo.file().portal);
    for (paper, words) in [("notice.pdf", "交付決定通知書"), ("copy.pdf", "申請書")] {
        let paper = bytes(&office, &format!("{papers}/{paper}")).await;
        assert!(paper.starts_with(b"%PDF-1.7"), "{words} is no PDF");
    }

    paid(&demo, &first, &second, &mut faults).await;
    letter(demo.data(), MAIL, "振り込みました").unwrap();
    go(&office, &demo, &format!("/mypage/applications/{receipt}")).await;
    faults.extend(judged(&office, "subsidy-9-paid").await);
    says(&office, "振込済み").await;
    go(&first, &demo, "/ops/subsidy/ledger").await;
    faults.extend(judged(&first, "ops-subsidy-ledger").await);
    says(&first, GRANTED).await;

    for browser in [office, first, second] {
        browser.close().await.unwrap();
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let log = demo.log();
    for hidden in [MAIL, ACCOUNT, "ﾐﾎﾝｹｱ", "INV-1"] {
        let shown = log.lines().find(|line| line.contains(hidden));
        assert!(shown.is_none(), "{hidden} is in the server's log");
    }
}

/// From the calculation to the page on which it would be submitted; the address without its step.
async fn written(office: &Browser, demo: &Demo, faults: &mut Vec<String>) -> String {
    go(office, demo, "/subsidy/estimate").await;
    for (name, value) in [
        ("k11", "1"),
        ("k43", "1"),
        ("c1_kind", "reader"),
        ("c1_quantity", "２"),
        ("c1_amount", "１６，０００円"),
        ("c1_tax", "included"),
    ] {
        office.fill(name, value).await.unwrap();
    }
    // The enter key works it out; it does not add a line.
    office.enter("c1_amount").await.unwrap();
    faults.extend(judged(office, "subsidy-1-estimate").await);
    says(office, "16,000円").await;
    office
        .press("a[href^='/apply/subsidy/care?']")
        .await
        .unwrap();
    faults.extend(judged(office, "subsidy-2-begin").await);
    office.press("main form button.push").await.unwrap();
    let address = office.address().await.unwrap();
    let address = address.strip_suffix("/kinds").unwrap();
    let address = address
        .strip_prefix(&*demo.file().portal)
        .unwrap()
        .to_owned();
    faults.extend(judged(office, "subsidy-3-kinds").await);
    office.press("button[value=next]").await.unwrap();

    let on = today().to_string();
    office.press("button[value=add]").await.unwrap();
    for (name, value) in [
        ("line.1.on", on.as_str()),
        ("line.1.maker", "見本電器"),
        ("line.1.model", "MR-1"),
        ("line.1.serials", "A001、A002"),
        ("line.1.invoice", "INV-1"),
        ("line.2.kind", "connection"),
        ("line.2.on", on.as_str()),
        ("line.2.maker", "見本サポート"),
        ("line.2.model", "端末の設定"),
        ("line.2.invoice", "S-22"),
        ("line.2.amount", "90,000"),
        ("line.2.tax", "excluded"),
    ] {
        office.fill(name, value).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    for (line, name) in [(1, "領収書.pdf"), (2, "請求書.pdf")] {
        let file = folder.path().join(name);
        std::fs::write(&file, PDF).unwrap();
        office.attach(&format!("file.{line}"), &file).await.unwrap();
    }
    faults.extend(judged(office, "subsidy-4-costs").await);
    office.enter("line.1.amount").await.unwrap();
    for (name, value) in [
        ("account.bank", "9999"),
        ("account.bank_name", "見本銀行"),
        ("account.branch", "001"),
        ("account.branch_name", "本店"),
        ("account.kind", "1"),
        ("account.number", "７６５４３２１"),
        ("account.holder", "カ）ミホンケア"),
        ("declare.truth", "1"),
        ("declare.once", "1"),
        ("declare.keep", "1"),
        ("declare.back", "1"),
    ] {
        office.fill(name, value).await.unwrap();
    }
    faults.extend(judged(office, "subsidy-5-account").await);
    office.press("button[value=next]").await.unwrap();
    faults.extend(judged(office, "subsidy-5-waiting").await);
    address
}

/// A reviewer sends it back with a remark; the office mends what was remarked and submits again.
async fn returned(
    demo: &Demo,
    office: &Browser,
    first: &Browser,
    receipt: &str,
    faults: &mut Vec<String>,
) {
    go(first, demo, "/ops/subsidy").await;
    faults.extend(judged(first, "ops-subsidy-list").await);
    first
        .press(&format!("a[href='/ops/subsidy/{receipt}']"))
        .await
        .unwrap();
    faults.extend(judged(first, "ops-subsidy-new").await);
    first.press("button[value=take]").await.unwrap();
    for (name, value) in [
        ("note", "型番を確かめてください。"),
        ("inner", "電話でも伝えた"),
        ("remark.line.1.model", "領収書の型番と違います"),
    ] {
        first.fill(name, value).await.unwrap();
    }
    faults.extend(judged(first, "ops-subsidy-review").await);
    first.press("button[value=return]").await.unwrap();

    letter(demo.data(), MAIL, "修正").unwrap();
    go(office, demo, &format!("/mypage/applications/{receipt}")).await;
    faults.extend(judged(office, "subsidy-7-returned").await);
    let text = says(office, "型番を確かめてください。").await;
    assert!(!text.contains("電話でも伝えた"), "{text}");
    office.press("a.btn[data-type=fill]").await.unwrap();
    let here = office.address().await.unwrap();
    let costs = here.rsplit_once('/').unwrap().0.to_owned() + "/costs";
    office.open(&costs).await.unwrap();
    says(office, "領収書の型番と違います").await;
    faults.extend(judged(office, "subsidy-7-mending").await);
    office.fill("line.1.model", "MR-2").await.unwrap();
    office.press("button[value=next]").await.unwrap();
    office.press("button[value=next]").await.unwrap();
    office.press("main form button.push").await.unwrap();
    says(office, "申請を提出しました").await;
}

/// One works it out, another one decides.
async fn decided(
    demo: &Demo,
    first: &Browser,
    second: &Browser,
    receipt: &str,
    faults: &mut Vec<String>,
) {
    let path = format!("/ops/subsidy/{receipt}");
    go(first, demo, &path).await;
    says(first, "前回の提出からの変更").await;
    says(first, "MR-2").await;
    first.press("button[value=take]").await.unwrap();
    faults.extend(judged(first, "ops-subsidy-again").await);
    first.press("button[value=check]").await.unwrap();
    faults.extend(judged(first, "ops-subsidy-check").await);
    says(first, GRANTED).await;
    first.press("main form button.push").await.unwrap();
    says(first, "決定は、別の担当者が行います").await;
    go(second, demo, &path).await;
    faults.extend(judged(second, "ops-subsidy-second").await);
    second.press("button[value=decide]").await.unwrap();
    faults.extend(judged(second, "ops-subsidy-decide").await);
    second.press("main form button.push").await.unwrap();
    says(second, "交付決定").await;
}

/// One makes the transfer, another one releases it; the bank's file is read, and its answer taken in.
async fn paid(demo: &Demo, first: &Browser, second: &Browser, faults: &mut Vec<String>) {
    go(first, demo, "/ops/subsidy/payments").await;
    let day = today().tomorrow().unwrap().tomorrow().unwrap();
    first.fill("day", &day.to_string()).await.unwrap();
    faults.extend(judged(first, "ops-subsidy-payments").await);
    first.press("main form button.push").await.unwrap();
    faults.extend(judged(first, "ops-subsidy-run").await);
    let run = first.address().await.unwrap();
    let run = run.split('?').next().unwrap();
    second.open(run).await.unwrap();
    second.press("button[value=release]").await.unwrap();
    faults.extend(judged(second, "ops-subsidy-release").await);
    second.press("main form button.push").await.unwrap();

    let file = bytes(second, &format!("{run}/transfers.txt")).await;
    // The sandbox has granted others before; all of them are paid at once.
    let codes = customers(&file);
    let lines: String = codes.iter().flat_map(|code| [code, ",済,\n"]).collect();
    let folder = tempfile::tempdir().unwrap();
    let answer = folder.path().join("kekka.csv");
    std::fs::write(&answer, format!("顧客コード,結果,理由\n{lines}")).unwrap();
    first.open(run).await.unwrap();
    first.attach("file", &answer).await.unwrap();
    faults.extend(judged(first, "ops-subsidy-released").await);
    first.press("form[enctype] button").await.unwrap();
    faults.extend(judged(first, "ops-subsidy-paid").await);
    says(first, &format!("振込済み{}件", codes.len())).await;
}

/// What the server gives out, byte by byte, read by the browser so that its session is used.
async fn bytes(browser: &Browser, address: &str) -> Vec<u8> {
    let script = "const done = arguments[arguments.length - 1]; fetch(arguments[0]).then(it => it.arrayBuffer()) \
        .then(it => done([...new Uint8Array(it)]), error => done(String(error)));";
    let found = browser.script_async(script, vec![address.into()]).await;
    serde_json::from_value(found.unwrap()).unwrap()
}

/// The customers' codes in a file of 総合振込, whose records and totals are read by their places alone.
fn customers(file: &[u8]) -> Vec<String> {
    let records: Vec<&[u8]> = file.split(|it| *it == b'\n').collect();
    let [header, data @ .., trailer, end, rest] = records.as_slice() else {
        panic!("{} records", records.len());
    };
    assert!(rest.is_empty());
    let kinds = [(header, b'1'), (trailer, b'8'), (end, b'9')];
    let kinds = kinds.into_iter().chain(data.iter().map(|it| (it, b'2')));
    for (record, kind) in kinds {
        assert_eq!((record.len(), record[0], record[120]), (121, kind, b'\r'));
    }
    let text = |record: &[u8], from: usize, to: usize| {
        String::from_utf8(record[from..to].to_vec()).unwrap()
    };
    let yen = |record: &[u8]| text(record, 80, 90).parse::<u64>().unwrap();
    let own = data.iter().find(|it| text(it, 43, 50) == ACCOUNT).unwrap();
    assert_eq!(
        (text(own, 1, 5), text(own, 20, 23)),
        ("9999".into(), "001".into())
    );
    assert_eq!(yen(own), 106_000);
    assert_eq!(text(trailer, 1, 7), format!("{:06}", data.len()));
    let sum: u64 = data.iter().map(|it| yen(it)).sum();
    assert_eq!(text(trailer, 7, 19), format!("{sum:012}"));
    data.iter()
        .map(|it| text(it, 91, 101).trim().to_owned())
        .collect()
}
