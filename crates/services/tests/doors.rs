//! Signing in and checking an identity under attack (W-2, W-3b).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_domain::{Clock as _, FiveItems, Item};
use kiban_services::{
    identity::{self, IdentityError},
    sign_in::{self, SignInError, Token},
    staff::{self, NewStaff, StaffRole},
};
use support::{
    ENGINES, Engine, INSURED_HEADER, TestPlatform, care_office, file_of, insured_row, insurer,
    office, operator,
};

const PASSWORD: &str = "correct horse battery";
const TERMINAL: &str = "0a";

struct Account {
    test: TestPlatform,
    secret: String,
}

impl Account {
    async fn new(engine: Engine) -> Self {
        let test = TestPlatform::new(engine).await;
        let new = NewStaff {
            office_no: office(),
            login: "sato".into(),
            name: "佐藤".into(),
            role: StaffRole::CareManager,
            password: PASSWORD.into(),
            totp_secret: None,
        };
        let secret = staff::add(&test.platform, &operator(), new).await.unwrap();
        Self { test, secret }
    }

    async fn begin(&self, login: &str, password: &str) -> Result<Token, SignInError> {
        sign_in::begin(
            &self.test.platform,
            &care_office(),
            &office(),
            TERMINAL,
            login,
            password.into(),
        )
        .await
    }

    fn code(&self) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.secret).unwrap();
        let seconds = u64::try_from(self.test.clock.now().as_second()).unwrap();
        totp_rs::Builder::new()
            .with_secret(secret)
            .build()
            .unwrap()
            .generate(seconds)
            .to_string()
    }

    async fn complete(&self, token: &Token, code: &str) -> Result<Token, SignInError> {
        sign_in::complete(
            &self.test.platform,
            &care_office(),
            TERMINAL,
            &token.0,
            code,
        )
        .await
    }

    async fn lives(&self, terminal: &str, token: &Token) -> Option<bool> {
        sign_in::find(&self.test.platform, terminal, &token.0)
            .await
            .unwrap()
            .map(|session| session.complete)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_nothing_tells_a_known_login_from_an_unknown_one() {
    for engine in ENGINES {
        let account = Account::new(engine).await;
        let mut said: Vec<Vec<String>> = Vec::new();
        for login in ["sato", "nobody", "NOBODY "] {
            // Each login has a window of its own; the terminal's bound is wider.
            account.test.clock.pass(900);
            let mut answers = Vec::new();
            for _ in 0..6 {
                let refused = account
                    .begin(login, "wrong horse battery")
                    .await
                    .unwrap_err();
                answers.push(format!("{refused:?} {refused}"));
            }
            said.push(answers);
        }
        assert_eq!(said[0], said[1], "{engine:?}");
        assert_eq!(said[1], said[2], "{engine:?}");
        assert!(
            said[0][4].starts_with("Wrong") && said[0][5].starts_with("TooMany"),
            "{:?}",
            said[0]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_after_five_mistakes_the_right_password_must_wait_too() {
    for engine in ENGINES {
        let account = Account::new(engine).await;
        for _ in 0..5 {
            assert!(matches!(
                account.begin("sato", "wrong horse battery").await,
                Err(SignInError::Wrong)
            ));
        }
        let locked = account.begin("sato", PASSWORD).await;
        let Err(SignInError::TooMany(exhausted)) = locked else {
            panic!("{engine:?} {locked:?}")
        };
        assert!((1..=900).contains(&exhausted.retry_after));
        account.test.clock.pass(exhausted.retry_after);
        assert!(account.begin("sato", PASSWORD).await.is_ok(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_attempts_at_the_same_time_do_not_slip_through_together() {
    for engine in ENGINES {
        let account = std::sync::Arc::new(Account::new(engine).await);
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let account = account.clone();
            all.spawn(async move { account.begin("sato", "wrong horse battery").await });
        }
        let mut tried = 0;
        while let Some(done) = all.join_next().await {
            tried += u32::from(matches!(done.unwrap(), Err(SignInError::Wrong)));
        }
        assert_eq!(tried, 5, "{engine:?}: passwords that were compared");
        assert!(matches!(
            account.begin("sato", PASSWORD).await,
            Err(SignInError::TooMany(_))
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_a_code_works_once_and_only_at_its_terminal() {
    for engine in ENGINES {
        let account = Account::new(engine).await;
        let half = account.begin("sato", PASSWORD).await.unwrap();
        assert_eq!(
            account.lives(TERMINAL, &half).await,
            Some(false),
            "the password alone opens nothing"
        );
        assert_eq!(account.lives("0b", &half).await, None, "another terminal");
        let code = account.code();
        let elsewhere =
            sign_in::complete(&account.test.platform, &care_office(), "0b", &half.0, &code).await;
        assert!(matches!(elsewhere, Err(SignInError::NoSession)));
        assert!(matches!(
            account.complete(&half, "12345").await,
            Err(SignInError::WrongCode)
        ));
        let whole = account.complete(&half, &code).await.unwrap();
        assert_eq!(account.lives(TERMINAL, &whole).await, Some(true));
        assert_eq!(
            account.lives(TERMINAL, &half).await,
            None,
            "the half session has ended"
        );
        assert_eq!(account.lives("0b", &whole).await, None);

        let again = account.begin("sato", PASSWORD).await.unwrap();
        assert!(
            matches!(
                account.complete(&again, &code).await,
                Err(SignInError::WrongCode)
            ),
            "{engine:?}: used"
        );
        account.test.clock.pass(30);
        assert!(
            account.complete(&again, &account.code()).await.is_ok(),
            "{engine:?}: the next one"
        );
        sign_in::sign_out(&account.test.platform, &care_office(), &whole.0)
            .await
            .unwrap();
        assert_eq!(account.lives(TERMINAL, &whole).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_a_session_ends_when_idle_and_at_the_latest_after_twelve_hours() {
    for engine in ENGINES {
        let account = Account::new(engine).await;
        let half = account.begin("sato", PASSWORD).await.unwrap();
        let whole = account.complete(&half, &account.code()).await.unwrap();
        let slow = account.begin("sato", PASSWORD).await.unwrap();
        account.test.clock.pass(601);
        assert_eq!(
            account.lives(TERMINAL, &slow).await,
            None,
            "{engine:?}: ten minutes for the code"
        );
        account.test.clock.pass(1_800 - 601);
        assert_eq!(
            account.lives(TERMINAL, &whole).await,
            Some(true),
            "{engine:?}"
        );
        for _ in 0..24 {
            account.test.clock.pass(1_680);
            assert_eq!(
                account.lives(TERMINAL, &whole).await,
                Some(true),
                "{engine:?}"
            );
        }
        account.test.clock.pass(12 * 3_600 - 1_800 - 24 * 1_680);
        assert_eq!(
            account.lives(TERMINAL, &whole).await,
            None,
            "{engine:?}: twelve hours"
        );

        account.test.clock.pass(30);
        let half = account.begin("sato", PASSWORD).await.unwrap();
        let whole = account.complete(&half, &account.code()).await.unwrap();
        account.test.clock.pass(1_801);
        assert_eq!(
            account.lives(TERMINAL, &whole).await,
            None,
            "{engine:?}: idle"
        );
    }
}

fn items(number: &str, birth: &str) -> FiveItems {
    FiveItems {
        insurer_no: insurer(),
        insured_no: number.parse().unwrap(),
        name_kana: "カクウ ハナコ".parse().unwrap(),
        birth_date: birth.parse().unwrap(),
        sex: "2".parse().unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_guessing_at_a_person_ends_after_five_and_at_many_after_thirty() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows: Vec<String> = (1..=40)
            .map(|n| insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", ""))
            .collect();
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        let check = async |number: &str, birth: &str| {
            identity::check(&test.platform, &care_office(), items(number, birth)).await
        };
        for _ in 0..5 {
            let wrong = check("0000000001", "1940-05-04").await;
            assert!(
                matches!(wrong, Err(IdentityError::ReadAgain(Item::BirthDate))),
                "{engine:?} {wrong:?}"
            );
        }
        assert!(
            matches!(
                check("0000000001", "1940-05-03").await,
                Err(IdentityError::TooMany(_))
            ),
            "{engine:?}"
        );
        assert!(
            check("0000000002", "1940-05-03").await.is_ok(),
            "{engine:?}: another person"
        );
        for n in 3..28 {
            assert!(
                matches!(
                    check(&format!("{n:010}"), "1940-05-04").await,
                    Err(IdentityError::ReadAgain(_))
                ),
                "{n}"
            );
        }
        assert!(
            matches!(
                check("0000000039", "1940-05-03").await,
                Err(IdentityError::TooMany(_))
            ),
            "{engine:?}: thirty"
        );
        test.clock.pass(600);
        assert!(
            check("0000000039", "1940-05-03").await.is_ok(),
            "{engine:?}: ten minutes later"
        );
        assert!(
            matches!(
                check("0000000001", "1940-05-03").await,
                Err(IdentityError::TooMany(_))
            ),
            "{engine:?}: an hour"
        );
        test.clock.pass(3_000);
        assert!(
            check("0000000001", "1940-05-03").await.is_ok(),
            "{engine:?}: an hour later"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_guesses_at_the_same_time_do_not_slip_through_together() {
    for engine in ENGINES {
        let test = std::sync::Arc::new(TestPlatform::new(engine).await);
        let rows: Vec<String> = (1..=60)
            .map(|n| insured_row(&format!("{n:010}"), 1, "架空 花子", "カクウ ハナコ", ""))
            .collect();
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        // Fifty guesses at one person: five are compared. Then fifty at fifty others: thirty in all.
        for (one_person, expected) in [(true, 5), (false, 25)] {
            let mut all = tokio::task::JoinSet::new();
            for n in 2..52_u32 {
                let test = test.clone();
                let number = if one_person { 1 } else { n };
                all.spawn(async move {
                    let items = items(&format!("{number:010}"), "1940-05-04");
                    identity::check(&test.platform, &care_office(), items).await
                });
            }
            let mut compared = 0;
            while let Some(done) = all.join_next().await {
                match done.unwrap() {
                    Err(IdentityError::ReadAgain(_)) => compared += 1,
                    Err(IdentityError::TooMany(_)) => {}
                    other => panic!("{engine:?} {other:?}"),
                }
            }
            assert_eq!(compared, expected, "{engine:?}: guesses that were compared");
        }
        // What agrees costs nothing, however often.
        test.clock.pass(3_600);
        for _ in 0..40 {
            let items = items("0000000001", "1940-05-03");
            let check = identity::check(&test.platform, &care_office(), items).await;
            assert!(check.is_ok(), "{engine:?} {check:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w3_what_a_check_confirmed_is_shown_to_its_office_only_and_recorded() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let rows = [insured_row(
            "0000000001",
            1,
            "架空 花子",
            "カクウ ハナコ",
            "",
        )];
        test.load(
            "131128_insured_F_20261101_0001.csv",
            &file_of(INSURED_HEADER, &rows),
        )
        .await;
        let items = items("0000000001", "1940-05-03");
        let check = identity::check(&test.platform, &care_office(), items)
            .await
            .unwrap();
        let confirmed = async |context: &kiban_services::CallContext| {
            identity::confirmed(&test.platform, context, check.id)
                .await
                .unwrap()
                .map(|it| it.shown.name_kana)
        };
        assert_eq!(
            confirmed(&care_office()).await.as_deref(),
            Some("カクウ\u{3000}ハナコ"),
            "{engine:?}"
        );
        let mut other = care_office();
        other.caller = kiban_access::Caller::Office("1379900023".parse().unwrap());
        assert_eq!(confirmed(&other).await, None, "{engine:?}");
        test.stage(kiban_domain::MunicipalityStage::Migrating).await;
        assert_eq!(confirmed(&care_office()).await, None, "{engine:?}");
        test.stage(kiban_domain::MunicipalityStage::Sharing).await;
        test.clock.pass(1_801);
        assert_eq!(confirmed(&care_office()).await, None, "{engine:?}");
        kiban_services::audit_trail::seal_all(&test.platform)
            .await
            .unwrap();
        let mut work = test.platform.audit.read().await.unwrap();
        let first = uuid::Uuid::nil();
        let entries =
            kiban_store::repo::audit::list_entries(&mut work, "131128", first, 1_000).await;
        let looks = entries
            .unwrap()
            .into_iter()
            .filter(|entry| entry.body.contains("five_items"));
        assert_eq!(looks.count(), 1, "{engine:?}");
    }
}
