//! 資格一括照会 (C13): the office's own persons at once, from the list or from a file (W-5, S-2, S-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;

use kiban_domain::{MunicipalityStage, Sex};
use kiban_exchange::narrow::unrepresentable_in_ms932;
use kiban_synth::SynthPerson;
use support::{App, Browser, INSURER, Page};

const PATH: &str = "/care/search-batch";
const NOBODY: &str = "この事業所の利用者として登録されていません";
const TODAY: &str = "令和8年11月1日";

async fn register(browser: &mut Browser, it: &SynthPerson) {
    let sex = if it.sex == Sex::Male { "1" } else { "2" };
    let (number, kana) = (it.insured_no.as_str(), it.name_kana.as_str());
    browser
        .register(number, kana, it.birth_date, sex, "43")
        .await;
}

/// The office serves two persons; a third is somebody else's.
async fn office() -> (App, Browser, [SynthPerson; 3]) {
    let app = App::new().await;
    app.load().await;
    // What came within a minute of a look is told once more.
    app.clock.pass(600);
    let plain = |it: &SynthPerson| {
        unrepresentable_in_ms932(&it.name).is_empty()
            && !it.cards.is_empty()
            && !it.cost_shares.is_empty()
    };
    let people = (0..30).map(|at| app.person(at)).filter(plain);
    let people: Vec<_> = people.take(3).collect();
    let people: [SynthPerson; 3] = people.try_into().ok().unwrap();
    let mut browser = app.signed_in().await;
    register(&mut browser, &people[0]).await;
    register(&mut browser, &people[1]).await;
    browser.get(PATH).await.is(200).has(TODAY);
    (app, browser, people)
}

async fn all(browser: &mut Browser, more: &[(&str, &str)]) -> Page {
    let fields = [&[("go", "all"), ("on", TODAY)][..], more].concat();
    browser.upload(PATH, &fields, None).await
}

async fn list(browser: &mut Browser, bytes: &[u8]) -> Page {
    let fields = [("go", "list"), ("on", TODAY)];
    let file = Some(("11月.csv", bytes));
    browser.upload(PATH, &fields, file).await
}

fn number(it: &SynthPerson) -> &str {
    it.insured_no.as_str()
}

/// The rows of the answer, each from its name to its end.
fn rows(page: &Page) -> Vec<String> {
    let body = page.html.split("<tbody>").nth(1).unwrap();
    let rows = body.split("</tbody>").next().unwrap().split("<tr>").skip(1);
    rows.map(str::to_owned).collect()
}

/// Entries of the trail that this page left about one person.
async fn about(app: &App, number: &str) -> Vec<String> {
    let recorded = app.recorded().await.into_iter();
    recorded
        .filter(|it| it.contains(number) && it.contains("search_batch"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_every_person_answered_is_one_recorded_look_at_the_asked_parts() {
    let (app, mut browser, people) = office().await;
    let page = all(&mut browser, &[]).await;
    page.is(200).has(&people[0].name).has(&people[1].name);
    page.lacks(&people[2].name)
        .has("担当している利用者について");
    assert_eq!(rows(&page).len(), 2);
    for it in &people[..2] {
        let looks = about(&app, number(it)).await;
        assert_eq!(looks.len(), 1, "{looks:?}");
        assert!(looks[0].contains("\"search_batch\""), "{}", looks[0]);
        for part in [
            "survey",
            "opinion",
            "certification",
            "progress",
            "burden_limit",
        ] {
            assert!(!looks[0].contains(&format!("\"{part}\"")), "{}", looks[0]);
        }
    }
    assert!(about(&app, number(&people[2])).await.is_empty());
    // The full number of a person whom the office named by nothing is in no list.
    page.lacks(&format!("{}<", number(&people[0])));
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_numbers_that_are_nobodys_here_get_one_answer_and_leave_a_refusal() {
    let (app, mut browser, people) = office().await;
    // One who exists, one who does not, one of an insurer that does not.
    let others = [
        (INSURER, number(&people[2])),
        (INSURER, "0000077777"),
        ("999999", "0000077778"),
    ];
    let own = number(&people[0]);
    let mut text = format!("保険者番号,被保険者番号,氏名\r\n{INSURER},{own},一人目\r\n");
    for (insurer, insured) in others {
        write!(text, "{insurer},{insured},同じ名\r\n").unwrap();
    }
    let page = list(&mut browser, text.as_bytes()).await;
    page.is(200)
        .has(&people[0].name)
        .lacks(&people[2].name)
        .lacks(&people[2].name_kana);
    let rows = rows(&page);
    assert_eq!(rows.len(), 4);
    let mut refused: Vec<String> = rows
        .iter()
        .filter(|it| it.contains(NOBODY))
        .cloned()
        .collect();
    for (at, (line, (_, insured))) in (3..).zip(others).enumerate() {
        let masked = format!("＊＊＊＊＊＊＊{}", &insured[7..]);
        assert!(refused[at].contains(&masked), "{}", refused[at]);
        refused[at] = refused[at]
            .replace(&masked, "")
            .replace(&format!("{line}行目"), "");
    }
    assert_eq!(refused[0], refused[1]);
    assert_eq!(refused[1], refused[2]);
    let refusals = about(&app, number(&people[2])).await;
    assert_eq!(refusals.len(), 1);
    assert!(refusals[0].contains("person_not_found") && refusals[0].contains("search_batch"));

    // A registration that has ended is the same again.
    let id = browser.get("/care/registrations").await.html;
    let end = id
        .split("/care/registrations/")
        .find_map(|it| it.split_once("/end\""))
        .unwrap()
        .0
        .to_owned();
    let end = format!("/care/registrations/{end}/end");
    browser.get(&end).await.is(200);
    let reason = [
        ("reason", "contract_ended"),
        ("last_era", "reiwa"),
        ("last_year", "8"),
        ("last_month", "11"),
        ("last_day", "1"),
        ("go", "end"),
    ];
    browser.post(&end, &reason).await.is(303);
    app.clock.pass(24 * 3_600);
    let mut browser = app.signed_in().await;
    browser.get(PATH).await;
    let both = format!("{INSURER},{}\n{INSURER},{}\n", own, number(&people[1]));
    let page = list(&mut browser, both.as_bytes()).await;
    assert_eq!(page.is(200).html.matches(NOBODY).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_bad_rows_are_named_repeated_ones_answered_once_and_the_rest_is_answered() {
    let (_app, mut browser, people) = office().await;
    let (one, two) = (number(&people[0]), number(&people[1]));
    let wide: String = INSURER
        .chars()
        .map(|it| char::from_u32(u32::from(it) + 0xFEE0).unwrap())
        .collect();
    let text = format!(
        "{wide},{one},=1+1\n{INSURER},123456789012\n{INSURER},{one}\n,{two}\n{INSURER},{two},見本\n"
    );
    let bytes = kiban_exchange::narrow::to_ms932(&text);
    let page = list(&mut browser, &bytes).await;
    page.is(200)
        .has("読めなかった行（2件）")
        .has("2行目の被保険者番号")
        .has("4行目の保険者番号：入力されていません");
    page.has("3行目は1行目と同じ方です")
        .has("ファイル「11月.csv」の利用者");
    assert_eq!(rows(&page).len(), 2);

    // The page carries the list back for the file; the server has kept nothing.
    let text = page.html.split("name=\"text\" value=\"").nth(1).unwrap();
    let text = text.split('"').next().unwrap().to_owned();
    let fields = [
        ("go", "list"),
        ("on", TODAY),
        ("text", text.as_str()),
        ("file_name", "11月.csv"),
    ];
    let utf8 = [&fields[..], &[("as", "utf-8")]].concat();
    let file = browser.upload(PATH, &utf8, None).await;
    file.is(200)
        .has("\u{feff}\"行\"")
        .has("\"'=1+1\"")
        .has(&format!("\"{one}\""));
    file.has("読めなかった行")
        .has("同じ方の行")
        .has(&people[1].name);
    let lines: Vec<_> = file
        .html
        .lines()
        .skip(1)
        .map(|it| it[1..2].to_owned())
        .collect();
    assert_eq!(lines, ["1", "2", "3", "4", "5"]);
    let ms932 = [&fields[..], &[("as", "ms932")]].concat();
    let file = browser.upload(PATH, &ms932, None).await;
    file.is(200);
    assert!(!file.bytes.starts_with(b"\xEF\xBB\xBF"));
    let name = kiban_exchange::narrow::to_ms932(&people[1].name);
    assert!(file.bytes.windows(name.len()).any(|it| it == name));
}

#[tokio::test(flavor = "multi_thread")]
async fn m8_what_ms932_cannot_carry_is_named_instead_of_lost() {
    let (_app, mut browser, people) = office().await;
    let text = format!("{INSURER},{},𠮷田さん\n", number(&people[0]));
    let page = list(&mut browser, text.as_bytes()).await;
    page.is(200)
        .has("CSVの2行目の「𠮷」")
        .lacks("value=\"ms932\"");
    let fields = [
        ("go", "list"),
        ("on", TODAY),
        ("text", text.as_str()),
        ("as", "ms932"),
    ];
    let page = browser.upload(PATH, &fields, None).await;
    page.is(422)
        .has("シフトJISのファイルは作れませんでした")
        .has("CSVの2行目の「𠮷」");
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_what_no_longer_holds_stands_first() {
    let (_app, mut browser, _) = office().await;
    // A year on every certification of these persons or its share has run out or runs out.
    let fields = [("go", "all"), ("on", "2027-10-31")];
    let page = browser.upload(PATH, &fields, None).await;
    page.is(200).has("要確認").has("記録がありません");
    assert!(rows(&page)[0].contains("要確認"));
    // An earlier day is answered from the history, and the day stands on the page.
    let fields = [("go", "all"), ("on", "令和8年9月1日")];
    browser
        .upload(PATH, &fields, None)
        .await
        .is(200)
        .has("令和8年9月1日");
    let soon = all(&mut browser, &[("soon", "60")]).await;
    soon.is(200).has("認定の有効期限が近い利用者について");
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_what_changed_since_the_last_look_is_said() {
    let (app, mut browser, people) = office().await;
    all(&mut browser, &[]).await.is(200).lacks("前回から変更：");
    kiban_services::audit_trail::seal_all(&app.platform)
        .await
        .unwrap();
    app.clock.pass(24 * 3_600);
    let it = &people[0];
    let file = format!(
        "op,insurer_no,insured_no,history_no,updated_at,name,name_kana,birth_date,sex,insured_category,acquired_on,postal_code,address,phone,acquired_reason,lost_on,lost_reason,domicile_exception,changed_on\nU,{INSURER},{},1,2026-11-01T18:00:00+09:00,改名 {},カイメイ,{},{},1,{},,,,,2026-11-02,,,\n",
        number(it),
        it.name,
        it.birth_date,
        if it.sex == Sex::Male { 1 } else { 2 },
        it.insured.record.acquired_on,
    );
    app.send("131128_insured_D_20261102_0003.csv", file.as_bytes())
        .await;
    let mut browser = app.signed_in().await;
    browser.get(PATH).await;
    let page = browser
        .upload(PATH, &[("go", "all"), ("on", "2026-11-02")], None)
        .await;
    page.is(200)
        .has("前回から変更：被保険者の基本情報")
        .has("続いている資格の記録がありません");
    assert!(rows(&page)[0].contains("改名"), "{}", page.html);
    // On the day before, the loss is ahead.
    let fields = [("go", "all"), ("on", "2026-11-01")];
    let page = browser.upload(PATH, &fields, None).await;
    page.is(200).has("令和8年11月2日に資格を喪失します");
}

#[tokio::test(flavor = "multi_thread")]
async fn w10_what_cannot_be_read_comes_back_with_the_form_and_a_reason() {
    let (app, mut browser, people) = office().await;
    let huge = vec![b'1'; 30 << 20];
    for (bytes, said) in [
        (&b""[..], "利用者のファイル（CSV）を選択してください"),
        (b"\r\n", "ファイルに利用者の行がありません"),
        (b"%PDF-1.7 x", "CSVとして読めません"),
        (b"131128,\"1\n131128,2\n", "1行目で始まる引用符"),
        (&huge, "1MBまで"),
    ] {
        let fields = [("go", "list"), ("on", TODAY)];
        let file = (!bytes.is_empty()).then_some(("x.csv", bytes));
        let page = browser.upload(PATH, &fields, file).await;
        page.is(422)
            .has(said)
            .has("id=\"error-summary\"")
            .has("エラー：");
    }
    for (on, said) in [
        ("", "調べる日は、実在する日付を入力してください"),
        ("令和8年13月1日", "月"),
        ("2028-01-01", "今日から1年後まで"),
    ] {
        let page = browser
            .upload(PATH, &[("go", "all"), ("on", on)], None)
            .await;
        page.is(422).has(said).has(&format!("value=\"{on}\""));
    }
    browser
        .post(PATH, &[("go", "all"), ("on", TODAY)])
        .await
        .is(422);
    browser.csrf = "x".repeat(64);
    all(&mut browser, &[]).await.is(403).lacks(&people[0].name);
    let mut nobody = app.browser();
    let page = all(&mut nobody, &[]).await;
    assert!(page.is(303).to().starts_with("/care/sign-in"));
    assert!(
        about(&app, number(&people[0])).await.is_empty(),
        "nothing was read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_nothing_is_shown_while_the_insurer_does_not_share() {
    let (app, mut browser, people) = office().await;
    app.stage(MunicipalityStage::Preparing).await;
    let page = all(&mut browser, &[]).await;
    page.is(200)
        .lacks(&people[0].name)
        .has("情報の共有を始めていません");
    let text = format!(
        "{INSURER},{}\n{INSURER},{}\n",
        number(&people[0]),
        number(&people[2])
    );
    let page = list(&mut browser, text.as_bytes()).await;
    assert_eq!(page.is(200).html.matches(NOBODY).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_list_longer_than_a_plain_form_is_read_and_sent_back_whole() {
    let (_app, mut browser, people) = office().await;
    let name = "長".repeat(20);
    let mut text = format!("{INSURER},{},{name}\n", number(&people[0]));
    for other in 0..1_500 {
        writeln!(text, "{INSURER},{:010},{name}", 5_000_000 + other).unwrap();
    }
    assert!(text.len() > 100_000);
    list(&mut browser, text.as_bytes()).await.is(200);
    let fields = [
        ("go", "list"),
        ("on", TODAY),
        ("as", "utf-8"),
        ("text", &text),
        ("file_name", "11月.csv"),
    ];
    let file = browser.upload(PATH, &fields, None).await;
    assert!(file.is(200).has(&people[0].name).html.lines().count() > 1_500);
}
