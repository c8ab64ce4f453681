//! Passkeys as second factor and as the whole sign-in, on both engines, with an authenticator that signs for real (W-2).

mod authenticator;
mod passkey_desk;
mod support;

use authenticator::Key;
use kiban_services::{
    accounts::{self, AccountForm, Ground},
    passkeys::{self, Place},
    sign_in,
    staff::StaffRole,
};
use kiban_store::repo::staff as accounts_of;
use passkey_desk::{BROWSER, Desk, ORIGIN, PASSWORD, SERIAL, code, visitor};
use support::{ENGINES, office};
use uuid::Uuid;

#[tokio::test]
async fn w2_a_passkey_is_a_second_factor_and_the_whole_sign_in() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let mut key = desk.key(desk.sato).await;
        let half = desk.half("sato").await;
        let token = desk.second_factor(&half, &mut key).await.unwrap();
        assert_eq!(desk.who(&token).await, (desk.sato, true), "{engine:?}");
        let gone = sign_in::find(desk.platform(), SERIAL, &half).await.unwrap();
        assert!(gone.is_none(), "{engine:?}: the half session ends");
        let token = desk.sign_in(&mut key).await.unwrap();
        assert_eq!(desk.who(&token).await, (desk.sato, true), "{engine:?}");
        let factors = passkeys::factors(desk.platform(), desk.sato).await.unwrap();
        let row = &factors.passkeys[0];
        assert_eq!(
            (row.name.as_str(), row.rp_id.as_str()),
            ("職場の鍵", "care.example")
        );
        assert!(
            row.last_used_at.is_some() && row.sign_count >= 2,
            "{engine:?} {}",
            row.sign_count
        );
        let letters = desk.letters().await;
        assert_eq!(
            letters,
            [(
                "sato@hikari.example".into(),
                "パスキーを追加しました".into()
            )]
        );
        let trail = desk.trail().await;
        for ground in ["passkey-added:", "\"passkey:"] {
            assert!(
                trail.contains(ground),
                "{engine:?}: {ground} is missing in {trail}"
            );
        }
    }
}

#[tokio::test]
async fn w2_a_device_that_does_not_verify_its_holder_is_a_second_factor_only() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let mut key = Key {
            unverified: true,
            ..Key::default()
        };
        desk.add(desk.sato, &mut key).await.unwrap();
        let half = desk.half("sato").await;
        desk.second_factor(&half, &mut key).await.unwrap();
        // A page that asks the device for less than we did.
        let asked = desk.ask().await;
        let less = asked.options.replace("\"required\"", "\"discouraged\"");
        assert_ne!(less, asked.options);
        let answer = key.get(ORIGIN, &less).await;
        let outcome = desk.answer(&asked.id, &answer).await;
        assert_eq!(code(outcome), "passkey_not_verified", "{engine:?}");
    }
}

#[tokio::test]
async fn w2_a_challenge_counts_once_and_five_minutes_for_its_browser_and_terminal() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let mut key = desk.key(desk.sato).await;
        let asked = desk.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        desk.answer(&asked.id, &answer).await.unwrap();
        let again = desk.answer(&asked.id, &answer).await;
        assert_eq!(code(again), "passkey_replayed", "{engine:?}");

        // An answer to one challenge does not fit another.
        let other = desk.ask().await;
        let outcome = desk.answer(&other.id, &answer).await;
        assert_eq!(code(outcome), "passkey_refused", "{engine:?}");

        let asked = desk.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        desk.test.clock.pass(300);
        let outcome = desk.answer(&asked.id, &answer).await;
        assert_eq!(code(outcome), "passkey_too_old", "{engine:?}");

        // Wrong attempts are counted; this is about something else.
        desk.test.clock.pass(960);
        let asked = desk.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        for (serial, secret) in [(SERIAL, "another browser"), ("0b", BROWSER)] {
            let place = Place {
                serial,
                ..desk.place(secret)
            };
            let (context, office_no) = (visitor(), office());
            let outcome = passkeys::sign_in(
                desk.platform(),
                &context,
                &office_no,
                place,
                &asked.id,
                &answer,
            );
            assert_eq!(code(outcome.await), "passkey_too_old", "{engine:?}");
        }
        desk.answer(&asked.id, &answer).await.unwrap();
        for id in ["", "1", &Uuid::nil().to_string()] {
            assert_eq!(code(desk.answer(id, &answer).await), "passkey_too_old");
        }
        let trail = desk.trail().await;
        for word in ["passkey_replayed", "passkey_refused", "passkey_too_old"] {
            assert!(
                trail.contains(word),
                "{engine:?}: {word} is missing in {trail}"
            );
        }
    }
}

#[tokio::test]
async fn w2_of_two_answers_to_one_challenge_one_wins() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let mut key = desk.key(desk.sato).await;
        let asked = desk.ask().await;
        let mut twin = key.clone();
        let one = key.get(ORIGIN, &asked.options).await;
        let two = twin.get(ORIGIN, &asked.options).await;
        let (a, b) = tokio::join!(desk.answer(&asked.id, &one), desk.answer(&asked.id, &two));
        let codes = [code(a), code(b)];
        assert!(
            codes.contains(&"accepted") && codes.contains(&"passkey_replayed"),
            "{engine:?} {codes:?}"
        );
    }
}

#[tokio::test]
async fn w2_answers_from_elsewhere_and_of_others_are_refused() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let mut key = desk.key(desk.sato).await;

        // A page of another name under the same domain asked the device.
        let asked = desk.ask().await;
        let answer = key
            .get("https://evil.care.example:8443", &asked.options)
            .await;
        let outcome = desk.answer(&asked.id, &answer).await;
        assert_eq!(code(outcome), "passkey_wrong_origin", "{engine:?}");

        // A device that nobody registered: it made its passkey, but the answer never came.
        let mut stranger = Key::default();
        let place = desk.place(BROWSER);
        let unsent =
            passkeys::ask_for_new(desk.platform(), place, desk.sato, PASSWORD.into(), "鍵");
        let unsent = unsent.await.unwrap();
        // The account's own device is excluded, so another one is asked.
        stranger.create(ORIGIN, &unsent.options).await;
        let outcome = desk.sign_in(&mut stranger).await;
        assert_eq!(code(outcome), "passkey_unknown", "{engine:?}");

        // Another account's passkey after this account's password.
        let ito = desk.account("ito", StaffRole::Staff).await;
        let mut others = desk.key(ito).await;
        let half = desk.half("sato").await;
        let asked = passkeys::ask_second_factor(desk.platform(), desk.place(&half));
        let asked = asked.await.unwrap();
        let unbound = asked.options.replace("allowCredentials", "ignored");
        let answer = others.get(ORIGIN, &unbound).await;
        let (context, place) = (visitor(), desk.place(&half));
        let outcome = passkeys::complete(desk.platform(), &context, place, &asked.id, &answer);
        assert_eq!(code(outcome.await), "passkey_other_account", "{engine:?}");

        // What is no answer at all.
        for text in ["", "{}", "null", "\u{0}", "[[[[[[", &"a".repeat(40_000)] {
            let asked = desk.ask().await;
            let outcome = desk.answer(&asked.id, text).await;
            assert_eq!(code(outcome), "passkey_refused", "{engine:?}");
            desk.test.clock.pass(960);
        }

        // One bit of the signature.
        let asked = desk.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        let mut value: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let signature = value["response"]["signature"].as_str().unwrap().to_owned();
        let middle = signature.len() / 2;
        let flipped = if &signature[middle..=middle] == "A" {
            "B"
        } else {
            "A"
        };
        let mut spoilt = signature.clone();
        spoilt.replace_range(middle..=middle, flipped);
        value["response"]["signature"] = spoilt.into();
        let outcome = desk.answer(&asked.id, &value.to_string()).await;
        assert_eq!(code(outcome), "passkey_refused", "{engine:?}");
        desk.sign_in(&mut key).await.unwrap();
    }
}

#[tokio::test]
async fn w2_a_counter_that_goes_back_stops_the_passkey_and_tells_the_administrator() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        desk.account("kanri", StaffRole::Administrator).await;
        let mut key = desk.key(desk.sato).await;
        let mut copy = key.clone();
        desk.sign_in(&mut key).await.unwrap();
        desk.letters().await;
        let outcome = desk.sign_in(&mut copy).await;
        assert_eq!(code(outcome), "passkey_cloned", "{engine:?}");
        let outcome = desk.sign_in(&mut key).await;
        assert_eq!(
            code(outcome),
            "passkey_cloned",
            "{engine:?}: neither of them signs in"
        );
        let mut letters = desk.letters().await;
        letters.sort();
        assert_eq!(
            letters,
            [
                (
                    "kanri@hikari.example".into(),
                    "職員のパスキーの利用を停止しました".into()
                ),
                (
                    "sato@hikari.example".into(),
                    "パスキーの利用を停止しました".into()
                ),
            ],
            "{engine:?}"
        );
        let trail = desk.trail().await;
        assert!(
            trail.contains("passkey-stopped:") && trail.contains("passkey_cloned"),
            "{trail}"
        );
        let half = desk.half("sato").await;
        let outcome = desk.second_factor(&half, &mut key).await;
        assert_eq!(
            code(outcome),
            "passkey_none",
            "{engine:?}: it is not offered"
        );
    }
}

#[tokio::test]
async fn w2_a_stopped_or_reset_account_and_another_office_do_not_get_in() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let chief = desk.account("kanri", StaffRole::Administrator).await;
        let mut key = desk.key(desk.sato).await;
        let asked = desk.ask().await;
        let answer = key.get(ORIGIN, &asked.options).await;
        let other: kiban_domain::OfficeNumber = "1379900023".parse().unwrap();
        let (context, place) = (visitor(), desk.place(BROWSER));
        let outcome =
            passkeys::sign_in(desk.platform(), &context, &other, place, &asked.id, &answer).await;
        assert_eq!(code(outcome), "passkey_unknown", "{engine:?}");

        let (platform, sato) = (desk.platform(), desk.sato);
        accounts::set_active(platform, &context, office(), chief, sato, false)
            .await
            .unwrap();
        assert_eq!(
            code(desk.sign_in(&mut key).await),
            "account_stopped",
            "{engine:?}"
        );
        accounts::set_active(platform, &context, office(), chief, sato, true)
            .await
            .unwrap();
        desk.sign_in(&mut key).await.unwrap();

        let reset = accounts::reset_second_factor(
            platform,
            &context,
            office(),
            chief,
            "kanri",
            sato,
            "https://care.example",
        );
        reset.await.unwrap();
        assert_eq!(
            code(desk.sign_in(&mut key).await),
            "passkey_unknown",
            "{engine:?}"
        );
        let factors = passkeys::factors(platform, sato).await.unwrap();
        assert!(
            !factors.application && factors.passkeys.is_empty(),
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn w2_attempts_are_limited_whether_or_not_the_passkey_is_known() {
    for engine in ENGINES {
        for known in [true, false] {
            let desk = Desk::new(engine).await;
            let mut key = desk.key(desk.sato).await;
            if !known {
                let factors = passkeys::factors(desk.platform(), desk.sato).await.unwrap();
                let id = factors.passkeys[0].passkey_id;
                passkeys::remove(desk.platform(), &visitor(), desk.sato, id)
                    .await
                    .unwrap();
            }
            let mut codes = Vec::new();
            for _ in 0..7 {
                let asked = desk.ask().await;
                let answer = key.get("https://evil.care.example", &asked.options).await;
                codes.push(code(desk.answer(&asked.id, &answer).await));
            }
            let first = if known {
                "passkey_wrong_origin"
            } else {
                "passkey_unknown"
            };
            assert_eq!(codes[..5], [first; 5], "{engine:?}");
            assert_eq!(codes[5..], ["too_many_attempts"; 2], "{engine:?}");
        }
        // After the password, wrong passkeys and wrong codes are counted together.
        let desk = Desk::new(engine).await;
        let mut key = desk.key(desk.sato).await;
        let half = desk.half("sato").await;
        for _ in 0..5 {
            let place = desk.place(&half);
            let outcome = passkeys::complete(desk.platform(), &visitor(), place, "", "{}").await;
            assert_eq!(code(outcome), "passkey_too_old", "{engine:?}");
        }
        let outcome = desk.second_factor(&half, &mut key).await;
        assert_eq!(code(outcome), "too_many_attempts", "{engine:?}");
        let by_code = sign_in::complete(desk.platform(), &visitor(), SERIAL, &half, "000000").await;
        assert!(
            matches!(by_code, Err(sign_in::SignInError::TooMany(_))),
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn w2_a_credential_belongs_to_one_account() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let ito = desk.account("ito", StaffRole::Staff).await;
        let place = desk.place(BROWSER);
        let ask = |who| passkeys::ask_for_new(desk.platform(), place, who, PASSWORD.into(), "鍵");
        let (one, two) = (ask(desk.sato).await.unwrap(), ask(ito).await.unwrap());
        let mut key = Key::default();
        let answer = key.create(ORIGIN, &one.options).await;
        let platform = desk.platform();
        let add = |who, id, answer| {
            let context = visitor();
            async move { passkeys::add(platform, &context, place, who, id, answer, "鍵").await }
        };
        // Another account's challenge, and an answer to another challenge.
        assert_eq!(
            code(add(ito, &one.id, &answer).await),
            "passkey_too_old",
            "{engine:?}"
        );
        assert_eq!(
            code(add(ito, &two.id, &answer).await),
            "passkey_refused",
            "{engine:?}"
        );
        let asked = ask(desk.sato).await.unwrap();
        let answer = key.create(ORIGIN, &asked.options).await;
        add(desk.sato, &asked.id, &answer).await.unwrap();
        let row = passkeys::factors(desk.platform(), desk.sato)
            .await
            .unwrap()
            .passkeys
            .remove(0);
        let stolen = kiban_store::repo::passkeys::PasskeyRow {
            passkey_id: desk.platform().id(),
            staff_id: ito,
            ..row
        };
        let added = desk
            .platform()
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { kiban_store::repo::passkeys::add(work, &stolen).await })
            })
            .await;
        assert!(added.unwrap_err().is_duplicate(), "{engine:?}");
    }
}

#[tokio::test]
async fn w2_adding_asks_for_the_password_and_a_name() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let place = desk.place(BROWSER);
        let ask = |password: &str, name: &'static str| {
            passkeys::ask_for_new(desk.platform(), place, desk.sato, password.into(), name)
        };
        for name in ["", "　", "長".repeat(41).leak(), "a\u{7}b"] {
            assert_eq!(
                code(ask(PASSWORD, name).await),
                "passkey_name",
                "{engine:?}"
            );
        }
        for _ in 0..5 {
            assert_eq!(
                code(ask("wrong", "鍵").await),
                "wrong_password",
                "{engine:?}"
            );
        }
        assert_eq!(
            code(ask(PASSWORD, "鍵").await),
            "too_many_attempts",
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn w2_the_last_second_factor_stays() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (platform, context) = (desk.platform(), visitor());
        let mut one = desk.key(desk.sato).await;
        let _two = desk.key(desk.sato).await;
        let ids = || async {
            let factors = passkeys::factors(platform, desk.sato).await.unwrap();
            factors
                .passkeys
                .into_iter()
                .map(|row| row.passkey_id)
                .collect::<Vec<_>>()
        };
        let before = ids().await;
        let other = Uuid::nil();
        assert_eq!(
            code(passkeys::remove(platform, &context, other, before[0]).await),
            "passkey_none"
        );
        passkeys::rename(platform, &context, desk.sato, before[0], " 自宅の鍵 ")
            .await
            .unwrap();
        let outcome = passkeys::rename(platform, &context, other, before[0], "鍵").await;
        assert_eq!(code(outcome), "passkey_none", "{engine:?}");
        // Without an authenticator application, two removals at once leave one.
        let (id, hash) = (desk.sato, "reset".to_owned());
        platform
            .store
            .write::<(), kiban_store::Error, _>(move |work| {
                Box::pin(async move { accounts_of::set_secrets(work, id, &hash, None).await })
            })
            .await
            .unwrap();
        let (a, b) = tokio::join!(
            passkeys::remove(platform, &context, desk.sato, before[0]),
            passkeys::remove(platform, &context, desk.sato, before[1])
        );
        let mut codes = [code(a), code(b)];
        codes.sort_unstable();
        assert_eq!(codes, ["accepted", "passkey_last"], "{engine:?}");
        assert_eq!(ids().await.len(), 1, "{engine:?}");
        let removed = desk.letters().await;
        assert!(removed.contains(&(
            "sato@hikari.example".into(),
            "パスキーを削除しました".into()
        )));
        let _ = &mut one;
    }
}

#[tokio::test]
async fn w2_an_invited_member_starts_with_a_passkey_alone() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (platform, context) = (desk.platform(), visitor());
        let new = accounts::NewInvitation {
            mail: "jiro@hikari.example".parse().unwrap(),
            name: "見本 次郎".into(),
            role: StaffRole::Staff,
            contract: None,
        };
        accounts::invite(
            platform,
            &context,
            office(),
            "kanri",
            "https://care.example",
            new,
        )
        .await
        .unwrap();
        let invitation = desk.invitation().await;
        let form = AccountForm {
            login: "jiro".into(),
            name: String::new(),
            mail: String::new(),
            password: PASSWORD.into(),
        };
        let ground = Ground::Invitation(invitation);
        let draft = accounts::begin(platform, office(), SERIAL, &ground, form)
            .await
            .unwrap();
        let asked = accounts::ask_passkey(platform, SERIAL, &desk.party, &draft.token);
        let asked = asked.await.unwrap();
        let mut key = Key::default();
        let answer = key.create(ORIGIN, &asked.options).await;
        let finish = |token: &str| {
            let token = if token.is_empty() {
                draft.token.clone()
            } else {
                token.to_owned()
            };
            let (asked, answer, context, party) = (&asked, &answer, &context, &desk.party);
            async move {
                accounts::finish_by_passkey(
                    platform, context, SERIAL, "T1", party, &token, &asked.id, answer,
                )
                .await
            }
        };
        assert!(matches!(
            finish("another").await,
            Err(accounts::FinishError::NoDraft)
        ));
        assert_eq!(finish("").await.unwrap().len(), 8, "{engine:?}");
        assert!(
            matches!(finish("").await, Err(accounts::FinishError::NoDraft)),
            "{engine:?}"
        );
        let token = desk.sign_in(&mut key).await.unwrap();
        let (jiro, complete) = desk.who(&token).await;
        let factors = passkeys::factors(platform, jiro).await.unwrap();
        assert!(
            complete && !factors.application && factors.passkeys.len() == 1,
            "{engine:?}"
        );
        // No code fits an account without an authenticator application.
        let half = desk.half("jiro").await;
        for code in ["000000", "328482", "282760"] {
            let by_code = sign_in::complete(platform, &context, SERIAL, &half, code).await;
            assert!(
                matches!(by_code, Err(sign_in::SignInError::WrongCode)),
                "{engine:?}"
            );
        }
        desk.second_factor(&half, &mut key).await.unwrap();
        let id = factors.passkeys[0].passkey_id;
        let outcome = passkeys::remove(platform, &context, jiro, id).await;
        assert_eq!(code(outcome), "passkey_last", "{engine:?}");
    }
}
