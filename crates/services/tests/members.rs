//! One company, many offices, one sign-in; contractors with an end.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use kiban_audit::NO_INSURER;
use kiban_domain::{Clock as _, Date, OfficeNumber};
use kiban_services::{
    CallContext, Platform,
    accounts::{self, ChangeError},
    audit_trail,
    companies::{self, CompanyError},
    mail::{self, Outgoing, Post, PostError},
    members::{self, ContractError, Grant, MemberError, SwitchError, contract_of},
    sign_in::{self, Session, SignInError, Token},
    staff::{self, NewStaff, StaffRole},
};
use kiban_store::repo::{
    audit,
    memberships::Standing,
    offices::{self, OfficeRow},
    staff as rows,
};
use std::{future::Future, pin::Pin, sync::Mutex};
use support::{ENGINES, Engine, OFFICE, TestPlatform, care_office, operator};
use uuid::Uuid;

/// The second office of the company, the third, and one of another company.
const BRANCH: &str = "1379900023";
const FAR: &str = "1379900031";
const FOREIGN: &str = "1379900049";
const PASSWORD: &str = "correct horse battery";
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const TERMINAL: &str = "0a";

fn number(text: &str) -> OfficeNumber {
    text.parse().unwrap()
}

fn context(office: &str) -> CallContext {
    let mut context = care_office();
    context.caller = kiban_access::Caller::Office(number(office));
    office.clone_into(&mut context.actor.organisation);
    context.actor = context.actor.staff("kanri");
    context
}

struct Company {
    test: TestPlatform,
    company: Uuid,
}

impl Company {
    async fn new(engine: Engine) -> Self {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        for office_no in [BRANCH, FAR, FOREIGN] {
            let row = OfficeRow {
                office_no: number(office_no),
                name: format!("見本事業所{office_no}"),
                medical: false,
                service_kinds: vec![],
                created_at: test.clock.now(),
            };
            platform
                .store
                .write::<(), kiban_store::Error, _>(move |work| {
                    Box::pin(async move { offices::save(work, &row).await })
                })
                .await
                .unwrap();
        }
        let own = operator();
        let company = companies::add(platform, &own, "株式会社架空ケア", None)
            .await
            .unwrap();
        let other = "2000012345678".parse().unwrap();
        let foreign = companies::add(platform, &own, "合同会社よその架空", Some(other))
            .await
            .unwrap();
        let test = Self { test, company };
        for office_no in [OFFICE, BRANCH, FAR] {
            test.put(office_no, Some(company)).await;
        }
        test.put(FOREIGN, Some(foreign)).await;
        test
    }

    fn platform(&self) -> &Platform {
        &self.test.platform
    }

    async fn put(&self, office_no: &str, company: Option<Uuid>) -> usize {
        companies::set_office(self.platform(), &operator(), number(office_no), company)
            .await
            .unwrap()
    }

    async fn account(&self, office_no: &str, login: &str, role: StaffRole) -> Uuid {
        let new = NewStaff {
            office_no: number(office_no),
            login: login.into(),
            name: format!("見本 {login}"),
            role,
            password: PASSWORD.into(),
            totp_secret: Some(SECRET.into()),
        };
        staff::add(self.platform(), &operator(), new).await.unwrap();
        let mut work = self.platform().store.point().await.unwrap();
        let found = rows::find_by_login(&mut work, &number(office_no), login).await;
        let staff_id = found.unwrap().unwrap().staff_id;
        drop(work);
        let mail = format!("{login}@hikari.example");
        self.platform()
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { rows::set_mail(work, staff_id, &mail).await })
            })
            .await
            .unwrap();
        staff_id
    }

    async fn grant(&self, office: &str, login: &str, home: &str, role: StaffRole) -> Granted {
        let standing = Standing {
            role: role as i16,
            contract: None,
        };
        self.grant_as(office, login, home, standing).await
    }

    async fn grant_as(&self, office: &str, login: &str, home: &str, standing: Standing) -> Granted {
        let wanted = Grant {
            home: number(home),
            login: login.into(),
            standing,
        };
        members::grant(
            self.platform(),
            &context(office),
            number(office),
            Uuid::nil(),
            wanted,
        )
        .await
    }

    async fn sign_in(&self, office: &str, login: &str) -> Result<Token, SignInError> {
        let (platform, context) = (self.platform(), context(office));
        let password = PASSWORD.to_owned();
        let half = sign_in::begin(
            platform,
            &context,
            &number(office),
            TERMINAL,
            login,
            password,
        )
        .await?;
        let secret = totp_rs::Secret::try_from_base32(SECRET).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        let now = u64::try_from(self.test.clock.now().as_second()).unwrap();
        let code = totp.generate(now).to_string();
        // A code works once, so the next sign-in comes with the next one.
        self.test.clock.pass(30);
        sign_in::complete(platform, &context, TERMINAL, &half.0, &code).await
    }

    async fn session(&self, token: &Token) -> Option<Session> {
        sign_in::find(self.platform(), TERMINAL, &token.0)
            .await
            .unwrap()
    }

    async fn switch(&self, token: &Token, office: &str) -> Result<Token, SwitchError> {
        let session = self.session(token).await.ok_or(SwitchError::NoSession)?;
        let mut context = context(session.office_no.as_str());
        context.actor = context.actor.staff(&session.login);
        let token = &token.0;
        members::switch(self.platform(), &context, &session, token, number(office)).await
    }

    /// What was recorded, oldest first.
    async fn trail(&self) -> Vec<String> {
        audit_trail::seal_all(self.platform()).await.unwrap();
        let mut work = self.platform().audit.read().await.unwrap();
        let entries = audit::list_entries(&mut work, NO_INSURER, Uuid::nil(), 10_000).await;
        entries.unwrap().into_iter().map(|it| it.body).collect()
    }

    /// Turns an account into a contractor up to `ends_on`.
    async fn contract(
        &self,
        office: &str,
        staff_id: Uuid,
        ends_on: Date,
    ) -> Result<(), ChangeError> {
        let standing =
            contract_of(self.platform(), StaffRole::Contractor, Some(ends_on), false).unwrap();
        self.role(office, staff_id, standing).await
    }

    async fn role(
        &self,
        office: &str,
        staff_id: Uuid,
        standing: Standing,
    ) -> Result<(), ChangeError> {
        let office_no = number(office);
        let own = Uuid::nil();
        accounts::set_role(
            self.platform(),
            &context(office),
            office_no,
            own,
            staff_id,
            standing,
        )
        .await
    }
}

type Granted = Result<(), MemberError>;

#[derive(Default)]
struct Letters(Mutex<Vec<String>>);

impl Post for Letters {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            let line = format!("{} {}", letter.subject, letter.body);
            self.0.lock().unwrap().push(line);
            Ok(())
        })
    }
}

async fn letters(platform: &Platform) -> Vec<String> {
    let post = Letters::default();
    mail::deliver(platform, &post).await.unwrap();
    post.0.into_inner().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_one_sign_in_acts_as_the_offices_that_let_it_in_and_no_other() {
    for engine in ENGINES {
        let it = Company::new(engine).await;
        it.account(OFFICE, "sato", StaffRole::CareManager).await;
        // The same login in another office is somebody else.
        it.account(BRANCH, "sato", StaffRole::Staff).await;
        let token = it.sign_in(OFFICE, "sato").await.unwrap();
        assert!(matches!(
            it.switch(&token, BRANCH).await,
            Err(SwitchError::NotMember)
        ));
        it.grant(BRANCH, "sato", OFFICE, StaffRole::Clerk)
            .await
            .unwrap();
        let again = it.grant(BRANCH, "sato", OFFICE, StaffRole::Clerk).await;
        assert!(matches!(again, Err(MemberError::Already)), "{engine:?}");
        let told = letters(it.platform()).await;
        assert!(
            told[0].contains(BRANCH) && told[0].contains(&format!("sato@{OFFICE}")),
            "{told:?}"
        );

        let before = it.session(&token).await.unwrap();
        assert!(before.more_offices && before.office_no == number(OFFICE));
        let there = it.switch(&token, BRANCH).await.unwrap();
        assert!(it.session(&token).await.is_none(), "{engine:?}: rotated");
        let session = it.session(&there).await.unwrap();
        assert_eq!(
            (session.office_no, session.terminal_office_no, session.role),
            (number(BRANCH), number(OFFICE), StaffRole::Clerk)
        );
        assert_eq!(session.login, format!("sato@{OFFICE}"));
        assert_eq!(
            session.expires_at, before.expires_at,
            "a switch wins no time"
        );
        let trail = it.trail().await;
        let switched = trail
            .iter()
            .find(|it| {
                it.contains("\"purpose\":\"switch_office\"")
                    && it.contains("\"outcome\":\"allowed\"")
            })
            .unwrap();
        for part in [
            format!("\"organisation\":\"{BRANCH}\""),
            format!("\"staff\":\"sato@{OFFICE}\",\"terminal_of\":\"{OFFICE}\""),
        ] {
            assert!(switched.contains(&part), "{switched}");
        }
        assert!(trail.iter().any(|it| it.contains("not_a_member")));
        assert!(
            matches!(it.switch(&there, FAR).await, Err(SwitchError::NotMember)),
            "never granted"
        );

        // At the branch's own terminal the login carries the office's number; at others it is nobody's.
        let named = format!("sato@{OFFICE}");
        let own = it.sign_in(BRANCH, &named).await.unwrap();
        let session = it.session(&own).await.unwrap();
        assert_eq!(
            (session.office_no, &session.login),
            (number(BRANCH), &named)
        );
        for elsewhere in [FAR, FOREIGN] {
            let refused = it.sign_in(elsewhere, &named).await;
            assert!(matches!(refused, Err(SignInError::Wrong)), "{engine:?}");
        }
        let mut work = it.platform().store.point().await.unwrap();
        let names = rows::list_names(&mut work, &number(BRANCH)).await.unwrap();
        let logins: Vec<_> = names.into_iter().map(|(login, _)| login).collect();
        assert_eq!(logins, ["sato".to_owned(), named]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_only_an_office_of_the_same_company_lets_in_and_leaving_it_ends_everything() {
    for engine in ENGINES {
        let it = Company::new(engine).await;
        let sato = it.account(OFFICE, "sato", StaffRole::CareManager).await;
        for (office, home) in [(FOREIGN, OFFICE), (OFFICE, FOREIGN), (OFFICE, OFFICE)] {
            let refused = it.grant(office, "sato", home, StaffRole::Staff).await;
            assert!(
                matches!(refused, Err(MemberError::NotFound)),
                "{office} {home}"
            );
        }
        it.put(FAR, None).await;
        let refused = it.grant(FAR, "sato", OFFICE, StaffRole::Staff).await;
        assert!(matches!(refused, Err(MemberError::NoCompany)));
        let nobody = it.grant(BRANCH, "nobody", OFFICE, StaffRole::Staff).await;
        assert!(matches!(nobody, Err(MemberError::NotFound)));

        it.grant(BRANCH, "sato", OFFICE, StaffRole::Staff)
            .await
            .unwrap();
        let own = it.sign_in(OFFICE, "sato").await.unwrap();
        let token = it.sign_in(OFFICE, "sato").await.unwrap();
        let there = it.switch(&token, BRANCH).await.unwrap();
        assert!(it.session(&there).await.is_some());
        assert_eq!(it.put(BRANCH, Some(it.company)).await, 0, "it stays");
        assert!(it.session(&there).await.is_some());
        assert_eq!(it.put(BRANCH, None).await, 1, "{engine:?}");
        assert!(it.session(&there).await.is_none(), "{engine:?}: at once");
        assert!(it.session(&own).await.is_some(), "the own office stays");
        it.put(BRANCH, Some(it.company)).await;
        let offices = members::offices(it.platform(), sato).await.unwrap();
        assert_eq!(offices.len(), 1, "coming back revives nothing");
        // The office of the account itself leaves: the same.
        it.grant(BRANCH, "sato", OFFICE, StaffRole::Staff)
            .await
            .unwrap();
        assert_eq!(it.put(OFFICE, None).await, 1);
        assert!(
            members::list(it.platform(), &number(BRANCH))
                .await
                .unwrap()
                .is_empty()
        );
        let by = operator();
        let missing =
            companies::set_office(it.platform(), &by, number(OFFICE), Some(Uuid::from_u128(7)));
        assert!(matches!(missing.await, Err(CompanyError::NoCompany)));
        let twice = "2000012345678".parse().unwrap();
        let taken = companies::add(it.platform(), &operator(), "また", Some(twice)).await;
        assert!(matches!(taken, Err(CompanyError::Taken)), "{engine:?}");
        let wrong = "3000012345678".parse().unwrap();
        let wrong = companies::add(it.platform(), &operator(), "また", Some(wrong)).await;
        assert!(matches!(wrong, Err(CompanyError::CheckDigit)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_change_counts_at_the_next_request_and_one_of_two_switches_wins() {
    for engine in ENGINES {
        let it = Company::new(engine).await;
        let sato = it.account(OFFICE, "sato", StaffRole::CareManager).await;
        for office in [BRANCH, FAR] {
            it.grant(office, "sato", OFFICE, StaffRole::Clerk)
                .await
                .unwrap();
        }
        let token = it.sign_in(OFFICE, "sato").await.unwrap();
        let (one, other) = tokio::join!(it.switch(&token, BRANCH), it.switch(&token, FAR));
        let won = match (one, other) {
            (Ok(won), Err(SwitchError::NoSession)) | (Err(SwitchError::NoSession), Ok(won)) => won,
            (one, other) => panic!("{engine:?}: {one:?} {other:?}"),
        };
        let session = it.session(&won).await.unwrap();
        let acting = session.office_no.to_string();
        let standing = Standing {
            role: StaffRole::Administrator as i16,
            contract: None,
        };
        let office_no = number(&acting);
        let (platform, admin) = (it.platform(), context(&acting));
        let own = members::change(platform, &admin, office_no, sato, sato, standing).await;
        assert!(matches!(own, Err(MemberError::Own)));
        members::change(platform, &admin, office_no, Uuid::nil(), sato, standing)
            .await
            .unwrap();
        assert_eq!(
            it.session(&won).await.unwrap().role,
            StaffRole::Administrator
        );
        // Taken away while a switch back is on its way: whichever is first, nothing acts as that office afterwards.
        let back = it.switch(&won, OFFICE);
        let ended = members::end(platform, &admin, office_no, Uuid::nil(), sato);
        let (back, ended) = tokio::join!(back, ended);
        ended.unwrap();
        assert!(it.session(&won).await.is_none(), "{engine:?}");
        match back {
            Ok(back) => {
                let session = it.session(&back).await.unwrap();
                assert_eq!(session.office_no, number(OFFICE));
                let again = it.switch(&back, &acting).await;
                assert!(matches!(again, Err(SwitchError::NotMember)));
            }
            Err(SwitchError::NoSession) => {}
            Err(other) => panic!("{other:?}"),
        }
        let twice = members::end(platform, &admin, office_no, Uuid::nil(), sato).await;
        assert!(matches!(twice, Err(MemberError::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_contractors_last_day_still_counts_and_the_next_does_not() {
    for engine in ENGINES {
        let it = Company::new(engine).await;
        let today = it.platform().today();
        let day = |days: i64| today.saturating_add(jiff::ToSpan::days(days));
        let check = |role, ends_on| contract_of(it.platform(), role, ends_on, false);
        let contractor = StaffRole::Contractor;
        assert_eq!(check(contractor, None), Err(ContractError::Missing));
        assert_eq!(check(contractor, Some(day(-1))), Err(ContractError::Past));
        let far = check(contractor, Some(day(91)));
        assert_eq!(far, Err(ContractError::TooFar(day(90))));
        assert!(check(contractor, Some(day(90))).is_ok());
        let none = check(StaffRole::Staff, Some(day(1))).unwrap();
        assert_eq!(none.contract, None, "nobody else has an end");

        it.account(OFFICE, "kanri", StaffRole::Administrator).await;
        let gyosha = it.account(OFFICE, "gyosha", StaffRole::Staff).await;
        let before = it.sign_in(OFFICE, "gyosha").await.unwrap();
        it.contract(OFFICE, gyosha, day(7)).await.unwrap();
        assert!(it.session(&before).await.is_none(), "signed out");

        // Told once, a week before; once more when the end was put off and comes again.
        assert_eq!(members::remind(it.platform()).await.unwrap(), 1);
        assert_eq!(members::remind(it.platform()).await.unwrap(), 0);
        let told = letters(it.platform()).await;
        assert!(
            told.len() == 1 && told[0].contains("2026年11月8日"),
            "{told:?}"
        );
        it.contract(OFFICE, gyosha, day(20)).await.unwrap();
        assert_eq!(members::remind(it.platform()).await.unwrap(), 0);
        it.contract(OFFICE, gyosha, day(1)).await.unwrap();
        assert_eq!(members::remind(it.platform()).await.unwrap(), 1);

        // Five minutes before midnight in Japan, and five behind it.
        it.test.clock.set("2026-11-02T14:55:00Z");
        let token = it.sign_in(OFFICE, "gyosha").await.unwrap();
        let session = it.session(&token).await.unwrap();
        assert_eq!(session.role, StaffRole::Contractor);
        it.test.clock.set("2026-11-02T14:59:59Z");
        assert!(
            it.session(&token).await.is_some(),
            "{engine:?}: the last day"
        );
        it.test.clock.set("2026-11-02T15:00:00Z");
        assert!(it.session(&token).await.is_none(), "{engine:?}: over");
        it.test.clock.pass(60);
        let refused = it.sign_in(OFFICE, "gyosha").await;
        assert!(
            matches!(refused, Err(SignInError::ContractOver(last)) if last == day(1)),
            "{engine:?}"
        );
        let trail = it.trail().await;
        assert!(trail.iter().any(|it| it.contains("\"contract_over\"")));
        // Whoever does not know the password learns nothing of it.
        let (visit, office_no) = (context(OFFICE), number(OFFICE));
        let wrong = sign_in::begin(
            it.platform(),
            &visit,
            &office_no,
            TERMINAL,
            "gyosha",
            "wrong horse battery".into(),
        );
        assert!(matches!(wrong.await, Err(SignInError::Wrong)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn x7_a_contractor_stays_one_everywhere_and_an_office_keeps_an_administrator() {
    for engine in ENGINES {
        let it = Company::new(engine).await;
        let end = it.platform().today();
        let kanri = it.account(OFFICE, "kanri", StaffRole::Administrator).await;
        let last = it.contract(OFFICE, kanri, end).await;
        assert!(
            matches!(last, Err(ChangeError::LastAdministrator)),
            "{engine:?}"
        );
        let second = it.account(OFFICE, "fuku", StaffRole::Administrator).await;
        let (one, other) = tokio::join!(
            it.contract(OFFICE, kanri, end),
            it.contract(OFFICE, second, end)
        );
        let refused = [&one, &other]
            .into_iter()
            .filter(|it| matches!(it, Err(ChangeError::LastAdministrator)))
            .count();
        assert_eq!(
            (refused, one.is_ok() || other.is_ok()),
            (1, true),
            "{engine:?}"
        );
        let (stays, left) = if one.is_ok() {
            (second, kanri)
        } else {
            (kanri, second)
        };
        let left_login = if left == kanri { "kanri" } else { "fuku" };

        let office_no = number(OFFICE);
        let plain = |role: StaffRole| Standing {
            role: role as i16,
            contract: None,
        };
        for role in [StaffRole::Administrator, StaffRole::Staff] {
            let refused = it.role(OFFICE, left, plain(role)).await;
            assert!(
                matches!(refused, Err(ChangeError::Contractor)),
                "{engine:?}"
            );
            let refused = it.grant(BRANCH, left_login, OFFICE, role).await;
            assert!(
                matches!(refused, Err(MemberError::Contractor)),
                "{engine:?}"
            );
        }
        let by = context(OFFICE);
        let own = accounts::set_role(
            it.platform(),
            &by,
            office_no,
            stays,
            stays,
            plain(StaffRole::Clerk),
        );
        assert!(matches!(own.await, Err(ChangeError::Own)));
        let elsewhere = it.role(BRANCH, left, plain(StaffRole::Staff)).await;
        assert!(matches!(elsewhere, Err(ChangeError::NotFound)));

        // As a contractor it may serve the branch, too; a member of staff may not be let in as one.
        let term = contract_of(it.platform(), StaffRole::Contractor, Some(end), true).unwrap();
        it.grant_as(BRANCH, left_login, OFFICE, term).await.unwrap();
        it.account(OFFICE, "sato", StaffRole::CareManager).await;
        let refused = it.grant_as(BRANCH, "sato", OFFICE, term).await;
        assert!(matches!(refused, Err(MemberError::Contractor)));

        // Who becomes a contractor loses the roles in other offices.
        let sato = it.account(OFFICE, "mori", StaffRole::Staff).await;
        it.grant(BRANCH, "mori", OFFICE, StaffRole::CareManager)
            .await
            .unwrap();
        it.contract(OFFICE, sato, end).await.unwrap();
        assert!(
            members::load(it.platform(), &number(BRANCH), sato)
                .await
                .is_err()
        );
        let direct = NewStaff {
            office_no,
            login: "chokusetsu".into(),
            name: "見本".into(),
            role: StaffRole::Contractor,
            password: PASSWORD.into(),
            totp_secret: None,
        };
        let refused = staff::add(it.platform(), &operator(), direct).await;
        assert!(matches!(refused, Err(staff::StaffError::Contractor)));
    }
}
