//! What stands on letters of decisions and copies of applications, on both engines (G-3, G-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::Programme;
use kiban_services::Outlet;
use kiban_services::subsidies::{
    self, AcceptedLine, PaperPiece, Proposal, ReviewAct, SubsidyCase, SubsidyPaper,
};
use support::{
    ENGINES, TestPlatform, operator,
    subsidising::{
        PDF, SCHEME, accepted, applicant, attach, open, review, submit, submitted, values,
    },
};

fn outlet() -> Outlet {
    Outlet {
        portal: "https://portal.example".into(),
        sandbox: true,
        office: "見本事業所".into(),
        printed_by: "見本 花子".into(),
        at: "2025-12-03T01:05:00Z".parse().unwrap(),
    }
}

async fn case(test: &TestPlatform, receipt: &str) -> SubsidyCase {
    let case = subsidies::read_own(&test.platform, &applicant(), receipt).await;
    case.unwrap().unwrap()
}

/// The rows of the tables of a paper.
fn rows(paper: &SubsidyPaper) -> Vec<String> {
    let pieces = paper.parts.iter().flat_map(|it| &it.pieces);
    let rows = pieces.filter_map(|it| match it {
        PaperPiece::Table { rows, .. } => Some(rows),
        _ => None,
    });
    rows.flatten().map(|it| it.join("|")).collect()
}

/// What a term of a paper says.
fn says(paper: &SubsidyPaper, term: &str) -> String {
    let pieces = paper.parts.iter().flat_map(|it| &it.pieces);
    let mut facts = pieces.filter_map(|it| match it {
        PaperPiece::Facts(facts) => facts.iter().find(|it| it.0 == term),
        _ => None,
    });
    facts.next().map_or_else(String::new, |it| it.1.clone())
}

fn line(number: u32, quantity: u32, yen: u64, reason: &str) -> AcceptedLine {
    AcceptedLine {
        number,
        quantity,
        yen,
        reason: reason.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_each_cost_stands_beside_what_was_decided_of_it_in_whatever_order() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let receipt = submitted(&test).await;
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let proposal = Proposal {
            lines: vec![
                line(2, 1, 33_000, "端末は対象外です"),
                line(1, 0, 0, "私物です"),
            ],
            ..accepted()
        };
        let act = ReviewAct::Check(proposal);
        assert!(subsidies::notice(&case(&test, &receipt).await, outlet()).is_none());
        review(&test, &receipt, 3, act, 1).await.unwrap();
        let case = case(&test, &receipt).await;
        let paper = subsidies::notice(&case, outlet()).unwrap();
        assert_eq!(
            rows(&paper),
            [
                "1|カードリーダー購入経費\n見本電器 MR-1\n2台のうち0台|16,000円|0円|私物です",
                "2|接続サポート等経費\n見本サポート 端末の設定|44,000円|33,000円|端末は対象外です",
            ],
            "{engine:?}"
        );
        assert_eq!(paper.sum, Some(("交付決定額", "33,000円".to_owned())));
        assert_eq!(says(&paper, "対象となる経費の合計"), "33,000円（税込）");
        assert_eq!(paper.mark, Some("見本"));
        assert!(paper.parts.last().unwrap().on_new_page, "the annex");
        assert_eq!(format!("{paper:?}"), "SubsidyPaper(…)");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_readers_above_the_number_that_counts_are_named() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        // 居宅介護支援 alone: one reader, 42,000 yen.
        let mut typed = values();
        typed[0].1 = "43".into();
        let receipt = support::subsidising::begin(&test, typed).await;
        for number in [1, 2] {
            attach(&test, &receipt, number, PDF).await.unwrap();
        }
        submit(&test, &receipt, 1).await.unwrap();
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();
        let act = ReviewAct::Check(accepted());
        review(&test, &receipt, 3, act, 1).await.unwrap();
        let case = case(&test, &receipt).await;
        let paper = subsidies::notice(&case, outlet()).unwrap();
        assert_eq!(
            rows(&paper)[0],
            "1|カードリーダー購入経費\n見本電器 MR-1\n2台のうち1台|16,000円|8,000円|台数の上限を1台超えています",
            "{engine:?}"
        );
        assert_eq!(
            says(&paper, "限度額を超える分"),
            "10,000円（助成の対象になりません）"
        );
        assert_eq!(says(&paper, "交付決定額"), "42,000円");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g3_an_institutions_papers_tell_rate_and_ceiling_and_what_was_submitted() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        open(&test).await;
        let own = [
            ("institution", "hospital"),
            ("beds", "250"),
            ("vendor", "見本ソフト"),
            ("product", "電子カルテ見本"),
            ("line.1.on", "2025-11-04"),
            ("line.1.maker", "見本ソフト"),
            ("line.1.model", "送信機能"),
            ("line.1.invoice", "K-1"),
            ("line.1.amount", "1000000"),
            ("line.1.tax", "excluded"),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let shared = values().into_iter();
        let shared = shared.filter(|it| it.0.starts_with("account") || it.0.starts_with("declare"));
        let key = (SCHEME, Programme::Opinion);
        let all = own.into_iter().chain(shared).collect();
        let begun = subsidies::begin(&test.platform, &operator(), &applicant(), key, all).await;
        let receipt = begun.unwrap();
        assert!(subsidies::copy(&case(&test, &receipt).await, outlet()).is_none());
        attach(&test, &receipt, 1, PDF).await.unwrap();
        submit(&test, &receipt, 1).await.unwrap();
        review(&test, &receipt, 2, ReviewAct::Take, 1)
            .await
            .unwrap();

        // While it is mended, the copy is of what was submitted.
        let back = ReviewAct::Return {
            remarks: Vec::new(),
            note: "直してください。".into(),
        };
        review(&test, &receipt, 3, back, 1).await.unwrap();
        let other = vec![("vendor".to_owned(), "別のソフト".to_owned())];
        let saved = subsidies::save(&test.platform, &applicant(), (&receipt, 4), other).await;
        test.clock.set("2025-12-02T10:00:00+09:00");
        let later = [
            PDF, b"
",
        ]
        .concat();
        attach(&test, &receipt, 1, &later).await.unwrap();
        let copy = subsidies::copy(&case(&test, &receipt).await, outlet()).unwrap();
        assert_eq!(
            says(&copy, "電子カルテ等の事業者"),
            "見本ソフト",
            "{engine:?}"
        );
        assert_eq!(says(&copy, "医療機関の区分"), "病院");
        assert_eq!(says(&copy, "病床数"), "250床");
        assert_eq!(copy.sum, Some(("申請額", "550,000円".to_owned())));
        let files: Vec<_> = rows(&copy)
            .into_iter()
            .filter(|it| it.contains(".pdf"))
            .collect();
        assert_eq!(files.len(), 1, "{engine:?}: a later file was not submitted");

        submit(&test, &receipt, saved.unwrap()).await.unwrap();
        review(&test, &receipt, 6, ReviewAct::Take, 1)
            .await
            .unwrap();
        let part = Proposal {
            lines: vec![line(1, 1, 880_000, "保守料は対象外です")],
            ..accepted()
        };
        review(&test, &receipt, 7, ReviewAct::Check(part), 1)
            .await
            .unwrap();
        review(&test, &receipt, 8, ReviewAct::Decide, 2)
            .await
            .unwrap();
        let paper = subsidies::notice(&case(&test, &receipt).await, outlet()).unwrap();
        assert_eq!(says(&paper, "補助率"), "2分の1（掛けた額 440,000円）");
        assert_eq!(says(&paper, "限度額"), "550,000円");
        assert_eq!(paper.sum, Some(("交付決定額", "440,000円".to_owned())));
        assert_eq!(
            rows(&paper),
            [
                "1|主治医意見書の電子的送信機能の追加経費\n見本ソフト 送信機能|1,100,000円|880,000円|保守料は対象外です"
            ]
        );
    }
}
