//! 主治医意見書 read by a care manager, by an institution that is asked, and by the one that wrote it (W-8, D06, D08).

mod opinions_desk;
mod support;

use opinions_desk::{CLERK, Desk, NURSE, OTHER_CLINIC, PATIENT, ask, changed, full, unwilling};
use support::INSURER;

#[tokio::test(flavor = "multi_thread")]
async fn w8_a_care_manager_reads_an_opinion_with_both_consents_and_its_writer_sees_that() {
    let desk = Desk::new().await;
    let first = desk.send(full()).await;
    desk.receive(&first).await;
    let (mut manager, path) = desk.manager().await;
    let list = format!("{path}/opinions");
    let page = manager.get(&list).await;
    page.is(200)
        .has("ご本人の同意がないため表示していません")
        .has(&format!("{path}/consents"))
        .lacks("脳梗塞後遺症");
    let one = format!("{list}/{}", first.receipt_no);
    manager.get(&one).await.is(403).lacks("脳梗塞後遺症");
    desk.agree().await;

    let page = manager.get(&list).await;
    page.is(200)
        .has(&one)
        .has("見本クリニック")
        .has("市町村で受領")
        .has("令和8年2月20日の主治医意見書")
        .has("aria-current=\"page\">主治医意見書");
    let before = desk.app.looks("\"opinion_view\"").await;
    let page = manager.get(&one).await;
    page.is(200)
        .has("脳梗塞後遺症")
        .has("認知症高齢者の日常生活自立度")
        .has("主治医意見書（2018年版）");
    // Marked once above and once at each of the five items.
    assert_eq!(page.html.matches("一次判定に使う項目").count(), 6);
    assert_eq!(desk.app.looks("\"opinion_view\"").await, before + 1);
    let pdf = manager.get(&format!("{one}.pdf")).await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    let name = pdf.headers["content-disposition"].to_str().unwrap();
    assert!(name.contains("shujii-ikensho-2026-11-01.pdf"), "{name}");
    assert_eq!(desk.app.looks("\"opinion_pdf\"").await, 1);
    manager
        .get(&format!("{list}/131128-00000099"))
        .await
        .is(404)
        .has("主治医意見書の一覧へ戻る");

    desk.seal().await;
    let mut writer = desk.at_clinic(NURSE).await;
    let page = writer
        .get(&format!("/medical/receipts/{}", first.receipt_no))
        .await;
    page.is(200)
        .has("この意見書を閲覧した人")
        .has("見本ケアプランセンター")
        .has("ご本人の同意と主治医の同意")
        .has("意見書の内容を見た")
        .has("PDFをダウンロードした")
        .lacks("佐藤 花子")
        .lacks("sato-hanako");
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_what_the_physician_did_not_agree_to_is_counted_and_cannot_be_opened() {
    let desk = Desk::new().await;
    let kept = desk.send(unwilling()).await;
    desk.receive(&kept).await;
    desk.agree().await;
    let (mut manager, path) = desk.manager().await;
    let list = format!("{path}/opinions");
    manager
        .get(&list)
        .await
        .is(200)
        .has("ほかに1件あります。主治医の同意がないため表示していません")
        .lacks("脳梗塞後遺症")
        .lacks(&kept.receipt_no);
    for end in ["", ".pdf"] {
        let page = manager
            .get(&format!("{list}/{}{end}", kept.receipt_no))
            .await;
        page.is(404).lacks("脳梗塞後遺症");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_offices_without_a_ground_see_nothing() {
    let desk = Desk::new().await;
    let receipt = desk.send(full()).await;
    desk.receive(&receipt).await;
    desk.agree().await;
    let list = format!("/care/persons/{INSURER}/{PATIENT}/opinions");
    let one = format!("{list}/{}", receipt.receipt_no);
    // Nobody registered, nobody asked.
    let mut manager = desk.app.signed_in().await;
    let mut stranger = desk.at_other_clinic().await;
    for path in [list.clone(), one.clone(), format!("{one}.pdf")] {
        manager.get(&path).await.is(404).lacks("見本クリニック");
        stranger.get(&path).await.is(404).lacks("見本クリニック");
    }
    // A care office has no page of medical institutions, and another institution not this one's.
    for path in [
        "/medical/opinions",
        "/medical/opinions.csv",
        "/medical/import",
        "/medical/claims",
        "/medical/claims.csv",
        "/medical/claims.pdf",
        "/medical/settings",
        "/medical/settings/doctors/new",
    ] {
        manager.get(path).await.is(403);
    }
    let own = format!("/medical/receipts/{}", receipt.receipt_no);
    for path in [own.clone(), format!("{own}.pdf")] {
        stranger.get(&path).await.is(404);
        manager.get(&path).await.is(403);
    }
    let page = stranger.get("/medical/opinions").await;
    page.is(200).has("送信した意見書はまだありません");
    desk.app
        .stage(kiban_domain::MunicipalityStage::Preparing)
        .await;
    manager.get(&list).await.lacks("見本クリニック");
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_an_institution_that_is_asked_reads_what_others_wrote() {
    let desk = Desk::new().await;
    let receipt = desk.send(unwilling()).await;
    desk.receive(&receipt).await;
    ask(&desk.app, 2, "R-0002", OTHER_CLINIC).await;
    let mut asked = desk.at_other_clinic().await;
    let page = asked
        .get(&format!("/medical/persons/{INSURER}/{PATIENT}"))
        .await;
    let list = page.is(303).to().to_owned();
    assert_eq!(list, format!("/care/persons/{INSURER}/{PATIENT}/opinions"));
    let page = asked.get(&list).await;
    page.is(200)
        .has("過去の主治医意見書")
        .has("見本 花子")
        .lacks("資格・証情報");
    let one = format!("{list}/{}", receipt.receipt_no);
    asked.get(&one).await.is(200).has("脳梗塞後遺症");
    let pdf = asked.get(&format!("{one}.pdf")).await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_the_list_is_narrowed_paged_and_downloaded() {
    let desk = Desk::new().await;
    let first = desk.send(full()).await;
    desk.receive(&first).await;
    desk.give_back(&first, "診断名が読めません").await;
    let second = desk.send(changed("直しました")).await;
    let mut clinic = desk.at_clinic(CLERK).await;
    let page = clinic.get("/medical/opinions").await;
    page.is(200)
        .has("全2件中 1〜2件")
        .has(&first.receipt_no)
        .has(&second.receipt_no)
        .has("理由：診断名が読めません")
        .has("見本　花子")
        .lacks(PATIENT);
    let narrowed = clinic.get("/medical/opinions?state=returned").await;
    narrowed
        .is(200)
        .has(&first.receipt_no)
        .lacks(&second.receipt_no);
    let month = clinic
        .get("/medical/opinions?month=%E4%BB%A4%E5%92%8C8%E5%B9%B411%E6%9C%88")
        .await;
    month.is(200).has("全2件中");
    let nobody = clinic.get("/medical/opinions?person=0000099999").await;
    nobody.is(200).has("条件に合う意見書はありません");
    let rejected = clinic
        .get("/medical/opinions?month=13%E6%9C%88&person=x")
        .await;
    rejected
        .is(422)
        .has("送信した月は、「令和8年6月」か「2026-06」のように入力してください")
        .has("value=\"x\"");
    let csv = clinic.get("/medical/opinions.csv?state=sent").await;
    csv.is(200).has(&second.receipt_no).lacks(&first.receipt_no);
    assert!(csv.html.starts_with("\u{feff}\"受付番号\""), "{}", csv.html);
    assert_eq!(desk.app.looks("\"opinions_sent\"").await, 4);

    let page = clinic
        .get(&format!("/medical/receipts/{}", first.receipt_no))
        .await;
    page.is(200)
        .has("市町村から差し戻されました")
        .has("理由：診断名が読めません")
        .has("この方について、この医療機関が前に送った意見書はありません");
    let page = clinic
        .get(&format!("/medical/receipts/{}", second.receipt_no))
        .await;
    page.is(200)
        .has("前の意見書との違い")
        .has("特記すべき事項")
        .has("直しました")
        .has(&format!("受付番号 {}", first.receipt_no))
        .has(&desk.case_path());
    let pdf = clinic
        .get(&format!("/medical/receipts/{}.pdf", second.receipt_no))
        .await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    for strange in ["x", "131128-00000099", "131128-1", "999999-00000001"] {
        clinic
            .get(&format!("/medical/receipts/{strange}"))
            .await
            .is(404);
    }
}
