//! Who signs in at the portal: from an invitation or a first secret to a session, on both engines (P-2, O-1).

mod authenticator;
mod support;

use authenticator::Key;
use kiban_domain::{Body, PortalRole, Roles};
use kiban_services::forms::FormKey;
use kiban_services::{
    CallContext,
    accounts::Mistake,
    passkeys::{PasskeyError, Place, RelyingParty},
    portal_users::{
        self, From, Reason, Session, Stage,
        invitations::{self, InviteError},
        links::LinkError,
        members::{self, MemberError},
        passkeys,
        profile::{self, ProfileError},
        recovery::{self, RecoveryError},
        session,
        set_up::{self, SetUpError},
        sign_in::{self, SignInError},
    },
};
use support::{
    ENGINES, TestPlatform,
    invited::letters,
    office, operator,
    portal_accounts::{PASSWORD, URL, behind, code, from, issued, member, settle, visitor},
};

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_id_with_a_first_secret_opens_nothing_but_setting_ones_own() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Insurer(support::insurer());
        let new = member(body, "tantou@machi.example", PortalRole::Administrator);
        let (row, first) =
            invitations::issue(platform, &operator(), &FormKey::fresh(platform), URL, new)
                .await
                .unwrap();
        let shown = portal_users::shown_login(&row.login);
        let letter = letters(platform).await.pop().unwrap().body;
        assert!(
            letter.contains(&first) && letter.contains(&shown),
            "{letter}"
        );

        let begin = |user: String, password: &str| {
            let password = password.to_owned();
            async move { sign_in::begin(platform, &VISITOR, &FROM, &user, password).await }
        };
        let wrong = begin(shown.clone(), "0000-0000-0000-0000").await;
        assert!(matches!(wrong, Err(SignInError::Wrong)));
        // By ID in any writing, and by address.
        for user in [shown.to_lowercase(), "TANTOU@machi.example".into()] {
            let typed = first.to_lowercase().replace('-', " ");
            let started = begin(user, &typed).await.unwrap();
            assert_eq!(started.stage, Stage::SetUp, "{engine:?}");
        }
        let started = begin(shown, &first).await.unwrap();
        let token = started.token.0;
        let half = portal_users::find(platform, &token).await.unwrap().unwrap();
        assert_eq!(half.stage, Stage::SetUp, "{engine:?}: opens no page");
        // The second factor only after the password: whoever reads the letter must not bring one of their own.
        let code_now = code(&test, &set_up::secret(platform, &token).await.unwrap());
        let early = set_up::finish(platform, &VISITOR, &FROM, &token, &code_now).await;
        assert!(matches!(early, Err(SetUpError::NoSession)));
        let set = |password: &str| {
            set_up::set_password(platform, &VISITOR, &FROM, &token, password.to_owned())
        };
        assert!(matches!(
            set("short").await,
            Err(SetUpError::Password(Mistake::PasswordLength))
        ));
        assert!(matches!(set(&first).await, Err(SetUpError::SamePassword)));
        let (secret, done) = settle(&test, &token).await;
        assert_eq!(done.codes.len(), 8);
        assert!(
            portal_users::find(platform, &token)
                .await
                .unwrap()
                .is_none()
        );
        let whole = portal_users::find(platform, &done.token.0)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((whole.stage, whole.body), (Stage::Complete, body));
        assert!(whole.keeps_members() && !whole.more_bodies);

        // From now on: password, then a code that works once.
        let gone = begin(row.login.clone(), &first).await;
        assert!(matches!(gone, Err(SignInError::Wrong)));
        test.clock.pass(60);
        let half = begin(row.login.clone(), PASSWORD).await.unwrap();
        assert_eq!(half.stage, Stage::SecondFactor);
        let code_now = code(&test, &secret);
        let finish = |token: String, code: String| async move {
            sign_in::complete(platform, &VISITOR, &FROM, &token, &code).await
        };
        assert!(matches!(
            finish(half.token.0.clone(), "000000".into()).await,
            Err(SignInError::WrongCode)
        ));
        let (one, other) = tokio::join!(
            finish(half.token.0.clone(), code_now.clone()),
            finish(half.token.0.clone(), code_now.clone())
        );
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{engine:?}"
        );
        let again = begin(row.login.clone(), PASSWORD).await.unwrap();
        assert!(matches!(
            finish(again.token.0.clone(), code_now).await,
            Err(SignInError::WrongCode)
        ));
        let recovery = done.codes[3].to_lowercase();
        test.clock.pass(1);
        finish(again.token.0, recovery.clone()).await.unwrap();
        let again = begin(row.login.clone(), PASSWORD).await.unwrap();
        assert!(matches!(
            finish(again.token.0, recovery).await,
            Err(SignInError::WrongCode)
        ));
        let profile = profile::show(platform, &whole).await.unwrap();
        assert_eq!(profile.codes_left, 7);
        assert!(profile.sign_ins.iter().any(|it| it.way == "recovery"));
        assert!(test.verify().await.is_empty());
    }
}

static VISITOR: std::sync::LazyLock<CallContext> = std::sync::LazyLock::new(visitor);
static FROM: std::sync::LazyLock<From> = std::sync::LazyLock::new(from);

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_first_secret_ends_and_tries_are_bounded_whether_the_account_exists_or_not() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Insurer(support::insurer());
        let new = member(body, "tantou@machi.example", PortalRole::Member);
        let (row, first) =
            invitations::issue(platform, &operator(), &FormKey::fresh(platform), URL, new)
                .await
                .unwrap();
        test.clock.pass(15 * 86_400);
        let ended = sign_in::begin(platform, &VISITOR, &FROM, &row.login, first.clone()).await;
        assert!(matches!(ended, Err(SignInError::SecretEnded)));
        invitations::issue_again(
            platform,
            &operator(),
            &FormKey::fresh(platform),
            URL,
            (row.user_id, "見本の団体"),
            &"紛失".parse().unwrap(),
        )
        .await
        .unwrap();
        let second = behind(&test, "初回パスワード　").await;
        assert_ne!(second, first);
        sign_in::begin(platform, &VISITOR, &FROM, &row.login, second.clone())
            .await
            .unwrap();
        for user in [
            row.login.as_str(),
            "0000-0000",
            "nobody@nowhere.example",
            "何か",
        ] {
            let mut outcomes = Vec::new();
            for _ in 0..7 {
                let tried =
                    sign_in::begin(platform, &VISITOR, &FROM, user, "no such password".into());
                outcomes.push(matches!(tried.await, Err(SignInError::TooMany(_))));
            }
            assert_eq!(
                outcomes,
                [false, false, false, false, false, true, true],
                "{engine:?} {user}"
            );
        }
        let shut = sign_in::begin(platform, &VISITOR, &FROM, &row.login, second).await;
        assert!(
            matches!(shut, Err(SignInError::TooMany(_))),
            "the right one too"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_invitation_counts_once_and_joins_an_account_that_is_there() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Office(office());
        let invite = async |mail: &'static str, role| {
            invitations::invite(
                platform,
                &OPERATOR,
                &FormKey::fresh(platform),
                URL,
                member(body, mail, role),
            )
            .await
        };
        let refused = invite("a@hikari.example", PortalRole::Manager).await;
        assert!(
            matches!(refused, Err(InviteError::Roles)),
            "an operator's role"
        );
        invite("a@hikari.example", PortalRole::Administrator)
            .await
            .unwrap();
        let secret = behind(&test, "/invitation/").await;
        let open = invitations::find(platform, &secret).await.unwrap();
        assert_eq!(
            (open.mail.as_str(), open.body_name.as_str()),
            ("a@hikari.example", "見本の団体")
        );
        let make = || invitations::make(platform, &VISITOR, &FROM, &secret);
        let (one, other) = tokio::join!(make(), make());
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{engine:?}"
        );
        let used = invitations::find(platform, &secret).await;
        assert!(matches!(used, Err(InviteError::Link(LinkError::Used))));
        let token = one.or(other).unwrap();
        let (_, done) = settle(&test, &token.0).await;
        let first = portal_users::find(platform, &done.token.0)
            .await
            .unwrap()
            .unwrap();

        let second: kiban_domain::OfficeNumber = "1379900023".parse().unwrap();
        let further = member(Body::Office(second), "a@hikari.example", PortalRole::Member);
        invitations::invite(platform, &OPERATOR, &FormKey::fresh(platform), URL, further)
            .await
            .unwrap();
        let secret = behind(&test, "/invitation/").await;
        invitations::join(platform, &VISITOR, &secret, first.user_id)
            .await
            .unwrap();
        let now = portal_users::find(platform, &done.token.0)
            .await
            .unwrap()
            .unwrap();
        assert!(now.more_bodies && now.body == body);
        let token = &done.token.0;
        assert!(
            session::switch(platform, token, Body::Office(second))
                .await
                .unwrap()
        );
        assert!(
            !session::switch(platform, token, Body::Operator)
                .await
                .unwrap()
        );
        let now = portal_users::find(platform, token).await.unwrap().unwrap();
        assert!(now.body == Body::Office(second) && !now.keeps_members());

        test.clock.pass(60);
        invite("b@hikari.example", PortalRole::Member)
            .await
            .unwrap();
        let late = behind(&test, "/invitation/").await;
        test.clock.pass(8 * 86_400);
        let ended = invitations::make(platform, &VISITOR, &FROM, &late).await;
        assert!(matches!(ended, Err(InviteError::Link(LinkError::Ended))));
    }
}

static OPERATOR: std::sync::LazyLock<CallContext> = std::sync::LazyLock::new(operator);

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_body_is_never_without_an_administrator() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Office(office());
        let (_, one, _) = issued(&test, body, "a@hikari.example", PortalRole::Administrator).await;
        let (token, other, _) =
            issued(&test, body, "b@hikari.example", PortalRole::Administrator).await;
        let reason: Reason = "異動".parse().unwrap();
        let end = |own: &Session, whom: &Session| {
            members::end(
                platform,
                &OPERATOR,
                body,
                own.user_id,
                whom.user_id,
                &reason,
            )
        };
        assert!(matches!(end(&one, &one).await, Err(MemberError::Own)));
        // Both at once: one of them stays.
        let (first, second) = tokio::join!(end(&one, &other), end(&other, &one));
        assert_eq!(
            usize::from(first.is_ok()) + usize::from(second.is_ok()),
            1,
            "{engine:?}"
        );
        let left = members::list(platform, &body).await.unwrap();
        let (stays, gone) = if left
            .iter()
            .any(|(user, row)| user.user_id == one.user_id && row.holds)
        {
            (&one, &other)
        } else {
            (&other, &one)
        };
        if gone.user_id == other.user_id {
            assert!(
                portal_users::find(platform, &token)
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        let member_only = Roles::of([PortalRole::Member]);
        members::set_roles(
            platform,
            &OPERATOR,
            body,
            stays.user_id,
            gone.user_id,
            member_only,
        )
        .await
        .unwrap();
        let last = members::set_roles(
            platform,
            &OPERATOR,
            body,
            gone.user_id,
            stays.user_id,
            member_only,
        )
        .await;
        assert!(
            matches!(last, Err(MemberError::LastAdministrator)),
            "{engine:?}"
        );
        members::hand_over(platform, &OPERATOR, body, stays.user_id, gone.user_id)
            .await
            .unwrap();
        let after = members::list(platform, &body).await.unwrap();
        let role = |id| {
            after
                .iter()
                .find(|(user, _)| user.user_id == id)
                .unwrap()
                .1
                .roles
        };
        assert!(role(gone.user_id).has(PortalRole::Administrator));
        assert_eq!(role(stays.user_id), member_only);
        assert!(test.verify().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_forgotten_password_is_set_anew_and_the_second_factor_stays() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Office(office());
        let (token, own, secret) =
            issued(&test, body, "a@hikari.example", PortalRole::Administrator).await;
        letters(platform).await;
        let ask = |user: &str| {
            let user = user.to_owned();
            async move { recovery::ask(platform, &VISITOR, &FROM, URL, &user).await }
        };
        ask("nobody@nowhere.example").await.unwrap();
        ask("何か").await.unwrap();
        assert!(
            letters(platform).await.is_empty(),
            "{engine:?}: nobody to write to"
        );
        ask("a@hikari.example").await.unwrap();
        let old = behind(&test, "/password/").await;
        test.clock.pass(1);
        ask(&own.login).await.unwrap();
        let link = behind(&test, "/password/").await;
        let replaced = recovery::begin(platform, &FROM, &old).await;
        assert!(
            matches!(replaced, Err(RecoveryError::Link(LinkError::Used))),
            "only the newest counts"
        );
        let half = recovery::begin(platform, &FROM, &link).await.unwrap();
        let twice = recovery::begin(platform, &FROM, &link).await;
        assert!(matches!(twice, Err(RecoveryError::Link(LinkError::Used))));
        // Who has only pressed the button can still use the old password, and nobody else may set another one.
        let old = sign_in::begin(platform, &VISITOR, &FROM, &own.login, PASSWORD.into()).await;
        assert_eq!(old.unwrap().stage, Stage::SecondFactor, "{engine:?}");
        let easy = set_up::set_password(platform, &VISITOR, &FROM, &half.0, "Password1234!".into());
        assert!(matches!(
            easy.await,
            Err(SetUpError::Password(Mistake::PasswordEasy))
        ));
        let new = "夕焼け komorebi 77 michi";
        let next = set_up::set_password(platform, &VISITOR, &FROM, &half.0, new.into()).await;
        let next = next.unwrap().expect("the second factor is asked for");
        assert!(
            portal_users::find(platform, &token)
                .await
                .unwrap()
                .is_none(),
            "other sessions end"
        );
        test.clock.pass(60);
        let code = code(&test, &secret);
        sign_in::complete(platform, &VISITOR, &FROM, &next.0, &code)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_another_address_counts_when_its_link_is_used_and_sessions_are_ended_one_by_one() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let body = Body::Office(office());
        let (token, own, secret) =
            issued(&test, body, "a@hikari.example", PortalRole::Administrator).await;
        let context = own.context("request");
        let ask = |password: &str| {
            let mail = "new@hikari.example".parse().unwrap();
            profile::ask_mail(platform, &context, &own, URL, mail, password.to_owned())
        };
        assert!(matches!(
            ask("wrong password").await,
            Err(ProfileError::WrongPassword)
        ));
        ask(PASSWORD).await.unwrap();
        assert_eq!(
            profile::show(platform, &own).await.unwrap().row.mail,
            "a@hikari.example"
        );
        let link = behind(&test, "/mail/").await;
        profile::set_mail(platform, &VISITOR, &link).await.unwrap();
        let twice = profile::set_mail(platform, &VISITOR, &link).await;
        assert!(matches!(twice, Err(ProfileError::Link(LinkError::Used))));
        let shown = profile::show(platform, &own).await.unwrap();
        assert_eq!(shown.row.mail, "new@hikari.example");
        let told = letters(platform).await;
        assert_eq!(
            told.last().unwrap().to.as_str(),
            "a@hikari.example",
            "the old one is told"
        );

        test.clock.pass(60);
        let half = sign_in::begin(platform, &VISITOR, &FROM, &own.login, PASSWORD.into())
            .await
            .unwrap();
        let code = code(&test, &secret);
        let second = sign_in::complete(platform, &VISITOR, &FROM, &half.token.0, &code)
            .await
            .unwrap();
        let all = profile::show(platform, &own).await.unwrap().sessions;
        assert_eq!(all.len(), 2);
        let other = all
            .iter()
            .find(|it| it.session_id != own.session_id)
            .unwrap()
            .session_id;
        let end = |which| profile::end_sessions(platform, &context, &own, &token, which);
        assert_eq!(end(Some(other)).await.unwrap(), 1);
        assert!(
            portal_users::find(platform, &second.0)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(end(None).await.unwrap(), 0);
        assert!(
            portal_users::find(platform, &token)
                .await
                .unwrap()
                .is_some()
        );
        let set = |old: &str, new: &str| {
            profile::set_password(
                platform,
                &context,
                &own,
                &token,
                old.to_owned(),
                new.to_owned(),
            )
        };
        assert!(matches!(
            set(PASSWORD, "short").await,
            Err(ProfileError::Password(_))
        ));
        set(PASSWORD, "夕焼け komorebi 77 michi").await.unwrap();
        assert!(matches!(
            set(PASSWORD, "夕焼け komorebi 78 michi").await,
            Err(ProfileError::WrongPassword)
        ));
        // A session ends when it is not used, and a stopped account's at once.
        test.clock.pass(31 * 60);
        assert!(
            portal_users::find(platform, &token)
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_passkey_is_a_second_factor_and_a_whole_sign_in_and_never_the_last_to_go() {
    for engine in ENGINES {
        let test = TestPlatform::new(engine).await;
        let platform = &test.platform;
        let party = RelyingParty::of_origin(URL).unwrap();
        let place = |secret| Place {
            party: &party,
            serial: "portal:192.0.2.1",
            secret,
        };
        let new = member(Body::Operator, "o@unei.example", PortalRole::Manager);
        let (row, first) =
            invitations::issue(platform, &operator(), &FormKey::fresh(platform), URL, new)
                .await
                .unwrap();
        let started = sign_in::begin(platform, &VISITOR, &FROM, &row.login, first)
            .await
            .unwrap();
        let token = started.token.0;
        set_up::set_password(platform, &VISITOR, &FROM, &token, PASSWORD.into())
            .await
            .unwrap();
        let asked = set_up::ask_passkey(platform, place(&token)).await.unwrap();
        let mut key = Key::default();
        let answer = key.create(URL, &asked.options).await;
        let done =
            set_up::finish_by_passkey(platform, &VISITOR, &FROM, place(&token), &asked.id, &answer)
                .await
                .unwrap();
        let own = portal_users::find(platform, &done.token.0)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(own.body, Body::Operator);

        let asked = passkeys::ask_sign_in(platform, place("browser"))
            .await
            .unwrap();
        let answer = key.get(URL, &asked.options).await;
        let whole = passkeys::sign_in(
            platform,
            &VISITOR,
            &FROM,
            place("browser"),
            &asked.id,
            &answer,
        )
        .await
        .unwrap();
        let found = portal_users::find(platform, &whole.0)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.user_id, found.stage), (own.user_id, Stage::Complete));
        let again = passkeys::sign_in(
            platform,
            &VISITOR,
            &FROM,
            place("browser"),
            &asked.id,
            &answer,
        )
        .await;
        assert!(matches!(again, Err(PasskeyError::Replayed)));

        let half = sign_in::begin(platform, &VISITOR, &FROM, &row.login, PASSWORD.into())
            .await
            .unwrap();
        assert_eq!(half.stage, Stage::SecondFactor);
        let asked = passkeys::ask_second_factor(platform, place(&half.token.0))
            .await
            .unwrap();
        let answer = key.get(URL, &asked.options).await;
        passkeys::complete(
            platform,
            &VISITOR,
            &FROM,
            place(&half.token.0),
            &asked.id,
            &answer,
        )
        .await
        .unwrap();

        let keys = passkeys::list(platform, own.user_id).await.unwrap();
        let context = own.context("request");
        let last = passkeys::remove(platform, &context, &own, keys[0].passkey_id).await;
        assert!(matches!(last, Err(PasskeyError::Last)), "{engine:?}");
        let asked = passkeys::ask_for_new(platform, place(&done.token.0), &own)
            .await
            .unwrap();
        let mut second = Key::default();
        let answer = second.create(URL, &asked.options).await;
        passkeys::add(
            platform,
            &context,
            place(&done.token.0),
            &own,
            &asked.id,
            &answer,
            "予備",
        )
        .await
        .unwrap();
        passkeys::remove(platform, &context, &own, keys[0].passkey_id)
            .await
            .unwrap();
        let asked = passkeys::ask_sign_in(platform, place("browser"))
            .await
            .unwrap();
        let answer = key.get(URL, &asked.options).await;
        let gone = passkeys::sign_in(
            platform,
            &VISITOR,
            &FROM,
            place("browser"),
            &asked.id,
            &answer,
        )
        .await;
        assert!(matches!(gone, Err(PasskeyError::Unknown)), "{engine:?}");
        assert!(test.verify().await.is_empty());
    }
}
