//! The same code against a real pcscd with a virtual reader, and OpenSC as a judge that nobody here wrote.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set up its case may stop"
)]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kiban_card::wire::{AnswerRequest, Method};
use kiban_card::{CardLink, ChallengeId, ChallengeText, ErrorCode, Nonce, Purpose};
use kiban_terminal::card::{Asked, CardSource, answer_challenge};
use kiban_terminal::doctor::{Outcome, Report, card_ladder, card_ladder_at};
use kiban_terminal::reader::{PcscSource, ReaderError, Readers};
use kiban_testkit::SeededEntropy;
use kiban_testkit::card::{CardOrder, Persona, Slot, with_pcscd, with_pcscd_without_reader};
use support::{NOW, Script};

const WAIT: Duration = Duration::from_secs(10);

fn slot(persona: Persona) -> Slot {
    Slot::holding(CardOrder::new(persona).make())
}

fn text() -> ChallengeText {
    let entropy = SeededEntropy::new(7);
    let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
    let purpose = Purpose::ConfirmInsuredPerson;
    ChallengeText::new("https://care.example", "T1", id, nonce, purpose).unwrap()
}

fn answer(link: &mut dyn CardLink) -> Result<AnswerRequest, ErrorCode> {
    let asked = Asked {
        office: "見本事業所".into(),
        purpose: Purpose::ConfirmInsuredPerson,
        code: "0042".parse().unwrap(),
    };
    let mut prompt = Script {
        pin: Some("1234"),
        ..Script::default()
    };
    answer_challenge(link, &text(), Method::Pin, &asked, &mut prompt)
}

/// The words of a ladder: step, and `+` good, `-` failed with who mends it, `0` not tried.
fn words(report: &Report) -> Vec<String> {
    let rungs = report.rungs.iter();
    rungs
        .map(|rung| match &rung.outcome {
            Outcome::Good(_) => format!("{} +", rung.step),
            Outcome::Failed { mender, .. } => format!("{} - {}", rung.step, mender.as_str()),
            Outcome::Caution { .. } => format!("{} !", rung.step),
            Outcome::NotTried => format!("{} 0", rung.step),
        })
        .collect()
}

fn ladder(wait: Duration) -> Report {
    Report {
        rungs: card_ladder(wait, NOW.parse().unwrap()),
    }
}

#[test]
fn w3_a_card_answers_through_a_real_reader() {
    with_pcscd("w3_a_card_answers_through_a_real_reader", |reader| {
        let slot = slot(Persona::Ordinary);
        // The card comes while the program waits.
        let (inserted, waited) = std::thread::scope(|scope| {
            let inserting = scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                reader.insert(&slot)
            });
            let mut source = PcscSource;
            let mut link = source.wait(WAIT).unwrap();
            let begun = Instant::now();
            assert!(matches!(answer(&mut *link), Ok(AnswerRequest::Signed(_))));
            let took = begun.elapsed();
            // Without the quick acknowledgement each of the 19 commands takes 40 ms more.
            assert!(took < Duration::from_millis(600), "{took:?}");
            assert!(slot.state().card.is_unlocked());
            drop(link);
            (inserting.join().unwrap(), took)
        });
        println!("the exchange took {waited:?}");
        // The command to power off has no answer, so it may still be on its way to the card.
        let deadline = Instant::now() + Duration::from_secs(2);
        while slot.state().card.is_unlocked() {
            assert!(Instant::now() < deadline, "the power is still on");
            std::thread::sleep(Duration::from_millis(5));
        }
        // Another program connects afterwards: nothing is left for it.
        let readers = Readers::open().unwrap();
        let name = readers.wait_for_card(WAIT).unwrap();
        let mut other = readers.connect(&name).unwrap();
        let mut send = |command: &str| {
            let bytes = (0..command.len() / 2)
                .map(|at| u8::from_str_radix(&command[2 * at..2 * at + 2], 16).unwrap());
            other.transmit(&bytes.collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(send("00A4040C0AD392F000260100000001"), [0x90, 0x00]);
        assert_eq!(send("00A4020C020017"), [0x90, 0x00]);
        assert_eq!(
            send("802A00800401020304 00".replace(' ', "").as_str()),
            [0x69, 0x82]
        );
        // While it holds the card nobody else gets it; the answer comes after two seconds of asking.
        let begun = Instant::now();
        assert_eq!(readers.connect(&name).unwrap_err(), ReaderError::Busy);
        assert!(begun.elapsed() >= Duration::from_secs(2));
        drop(inserted);
    });
}

#[test]
fn a_card_pulled_out_in_the_middle_is_said() {
    with_pcscd("a_card_pulled_out_in_the_middle_is_said", |reader| {
        let slot = slot(Persona::Ordinary);
        let _inserted = reader.insert(&slot);
        let mut source = PcscSource;
        let mut link = source.wait(WAIT).unwrap();
        // OpenSC is not here; what pcscd itself asked is over, so the count begins now.
        slot.state().pulled_out_after = Some(9);
        assert_eq!(answer(&mut *link).unwrap_err(), ErrorCode::CardRemoved);
    });
}

#[test]
fn t2_the_ladder_names_the_rung_and_who_mends_it() {
    with_pcscd("t2_the_ladder_names_the_rung_and_who_mends_it", |reader| {
        let short = Duration::from_millis(500);
        let reached = ["service +", "reader +", "driver +", "card +", "card_free +"];
        let empty = words(&ladder(short));
        assert_eq!(empty[..3], reached[..3]);
        assert_eq!(
            (empty[3].as_str(), empty[8].as_str()),
            ("card - person", "validity 0")
        );
        let with = |persona| {
            let slot = slot(persona);
            let inserted = reader.insert(&slot);
            let report = ladder(WAIT);
            let words = words(&report);
            assert_eq!(words[..5], reached, "{persona:?}\n{}", report.to_text());
            assert!(!slot.state().card.my_number_was_selected());
            drop(inserted);
            // A card that comes before the last one is seen to be gone would be taken for it, and be mute.
            let readers = Readers::open().unwrap();
            let deadline = Instant::now() + WAIT;
            while readers.wait_for_card(Duration::ZERO) != Err(ReaderError::NoCard) {
                assert!(Instant::now() < deadline, "the card is still there");
                std::thread::sleep(Duration::from_millis(50));
            }
            words[5..].to_vec()
        };
        let good = ["right_card +", "certificate +", "tries +", "validity +"];
        assert_eq!(with(Persona::Ordinary), good);
        assert_eq!(with(Persona::BankCard)[0], "right_card - person");
        assert_eq!(with(Persona::ResidentRegister)[0], "right_card - person");
        assert_eq!(
            with(Persona::NoCertificate)[1],
            "certificate - municipality"
        );
        assert_eq!(with(Persona::Blocked)[2], "tries - municipality");
        assert_eq!(with(Persona::OneTryLeft)[2..], ["tries !", "validity +"]);
        assert_eq!(with(Persona::Expired)[3], "validity - municipality");

        // Held by another program.
        let slot = slot(Persona::Ordinary);
        let _inserted = reader.insert(&slot);
        let readers = Readers::open().unwrap();
        let name = readers.wait_for_card(WAIT).unwrap();
        let held = readers.connect(&name).unwrap();
        assert_eq!(words(&ladder(WAIT))[4], "card_free - office");
        drop(held);
        assert_eq!(ladder(WAIT).first_failure(), None);

        // The program itself: exit code and JSON.
        let program = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kiban-terminal"));
            command.args(["doctor", "--wait", "2"]);
            command
        };
        let run = program().arg("--json").output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!((run.status.code(), &report["ok"]), (Some(0), &true.into()));
        drop(readers);
        drop(reader);
        let run = program().output().unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        assert_eq!(run.status.code(), Some(1));
        assert!(
            text.starts_with("[否] スマートカードのサービス: 動いていません"),
            "{text}"
        );
        assert!(text.contains("対応する方: 事業所の職員"), "{text}");
        assert_eq!(words(&ladder(WAIT))[0], "service - office");
    });
}

#[test]
fn t2_no_reader_is_told_from_no_card() {
    with_pcscd_without_reader("t2_no_reader_is_told_from_no_card", |reader| {
        let report = ladder(Duration::from_millis(300));
        assert_eq!(
            words(&report)[..3],
            ["service +", "reader - office", "driver 0"]
        );
        // A reader that is plugged in and that no driver serves.
        let devices = tempfile::tempdir().unwrap();
        let interface = devices.path().join("1-1:1.0");
        std::fs::create_dir(&interface).unwrap();
        std::fs::write(interface.join("bInterfaceClass"), "0b\n").unwrap();
        let rungs = card_ladder_at(Duration::ZERO, NOW.parse().unwrap(), devices.path());
        let report = Report { rungs };
        assert_eq!(
            words(&report)[..3],
            ["service +", "reader +", "driver - office"]
        );
        let failed = report.to_json()["rungs"][2]["code"].clone();
        assert_eq!(failed, "no_driver");
        let waited = Readers::open()
            .unwrap()
            .wait_for_card(Duration::from_millis(300));
        assert_eq!(waited.unwrap_err(), ReaderError::NoReader);
        drop(reader);
    });
}

/// Runs a program and gives whether it succeeded and what it said.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn opensc_takes_the_virtual_card_for_a_real_one() {
    with_pcscd("opensc_takes_the_virtual_card_for_a_real_one", |reader| {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let slot = slot(Persona::Ordinary);
        let _inserted = reader.insert(&slot);
        Readers::open().unwrap().wait_for_card(WAIT).unwrap();
        let pkcs15 = |arguments: &[&str]| {
            let arguments = [&["--reader", "0"], arguments].concat();
            run(folder, "pkcs15-tool", &arguments)
        };

        let (_, name) = run(folder, "opensc-tool", &["--reader", "0", "-n"]);
        assert!(name.to_lowercase().contains("jpki"), "{name}");

        let (good, dump) = pkcs15(&["--dump"]);
        assert!(good, "{dump}");
        for (wanted, times) in [
            ("PIN [", 2),
            ("Private RSA Key [", 2),
            ("X.509 Certificate [", 4),
            ("Tries left     : 3", 1),
            ("Tries left     : 5", 1),
        ] {
            assert_eq!(dump.matches(wanted).count(), times, "{wanted}\n{dump}");
        }

        let certificates: Vec<(u16, Vec<u8>)> = {
            let state = slot.state();
            let public = state.card.public_certificates();
            public.iter().map(|(id, der)| (*id, der.to_vec())).collect()
        };
        let read = |id: &str, more: &[&str]| {
            let arguments = [&["--read-certificate", id, "--output", "c.pem"], more].concat();
            let (good, said) = pkcs15(&arguments);
            if !good {
                return Err(said);
            }
            let arguments = ["x509", "-in", "c.pem", "-outform", "DER", "-out", "c.der"];
            let (good, said) = run(folder, "openssl", &arguments);
            assert!(good, "{said}");
            Ok(std::fs::read(folder.join("c.der")).unwrap())
        };
        // OpenSC's numbers: 1 the one of 利用者証明用, 2 署名用, 3 and 4 their authorities.
        let mut seen: Vec<Vec<u8>> = ["1", "3", "4"].map(|id| read(id, &[]).unwrap()).to_vec();
        let mut expected: Vec<Vec<u8>> = certificates.into_iter().map(|(_, der)| der).collect();
        assert_eq!(seen[0], slot.state().card.certificate());
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected, "byte by byte");
        assert!(
            read("2", &[]).is_err(),
            "the 署名用 certificate wants its password"
        );
        let password = ["--verify-pin", "--auth-id", "2", "--pin", "ABC123"];
        let signing = slot.state().card.signing_certificate().to_vec();
        assert_eq!(read("2", &password).unwrap(), signing);

        std::fs::write(folder.join("text"), text().as_str()).unwrap();
        let module = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
            .map(|it| format!("/usr/lib/{it}/opensc-pkcs11.so"))
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("the package opensc-pkcs11 is installed");
        let arguments = [
            "--module",
            &module,
            "--token-label",
            "JPKI (User Authentication PIN)",
            "--login",
            "--pin",
            "1234",
            "--sign",
            "--mechanism",
            "SHA256-RSA-PKCS",
            "--id",
            "01",
            "--input-file",
            "text",
            "--output-file",
            "signature",
        ];
        let (good, said) = run(folder, "pkcs11-tool", &arguments);
        assert!(good, "{said}");
        std::fs::write(folder.join("card.der"), slot.state().card.certificate()).unwrap();
        let script = "openssl x509 -inform DER -in card.der -noout -pubkey > key.pem && \
            openssl dgst -sha256 -verify key.pem -signature signature text";
        let (_, said) = run(folder, "sh", &["-c", script]);
        assert!(said.contains("Verified OK"), "{said}");

        // Three wrong PINs, then the right one: both ways of saying "blocked".
        let before = slot.state().card.log().len();
        for (pin, left) in [("9999", 2), ("9998", 1), ("9997", 0), ("1234", 0)] {
            let (good, said) = pkcs15(&["--verify-pin", "--auth-id", "1", "--pin", pin]);
            assert!(!good || said.contains("failed"), "{said}");
            assert_eq!(slot.state().card.tries_left(), left);
            let (_, dump) = pkcs15(&["--dump"]);
            assert!(dump.contains(&format!("Tries left     : {left}")), "{dump}");
        }
        let state = slot.state();
        let presented: Vec<u16> = state.card.log()[before..]
            .iter()
            .filter(|line| line.command.contains("PIN"))
            .map(|line| line.status)
            .collect();
        assert_eq!(presented, [0x63C2, 0x63C1, 0x63C0, 0x6984]);
        assert!(!state.card.my_number_was_selected());
    });
}

/// The program itself at the PIN, told to end by the system: it ends within seconds, and the card forgets its PIN.
#[test]
fn t1_sigterm_takes_the_power_from_the_card() {
    with_pcscd("t1_sigterm_takes_the_power_from_the_card", |reader| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(ends_on(&reader, "-TERM"));
    });
}

#[test]
fn t1_ctrl_c_takes_the_power_from_the_card() {
    with_pcscd("t1_ctrl_c_takes_the_power_from_the_card", |reader| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(ends_on(&reader, "-INT"));
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the machine's clock"
)]
fn machine_now() -> kiban_domain::Timestamp {
    kiban_domain::Timestamp::now()
}

async fn ends_on(reader: &kiban_testkit::card::Reader, signal: &str) {
    let now = machine_now();
    let served = std::sync::Arc::new(std::sync::Mutex::new(None));
    let serving = std::sync::Arc::clone(&served);
    let routes = move |address: std::net::SocketAddr| {
        let entropy = SeededEntropy::new(7);
        let (id, nonce) = (ChallengeId::draw(&entropy), Nonce::draw(&entropy));
        let purpose = Purpose::ConfirmInsuredPerson;
        let origin = format!("https://{address}");
        let text = ChallengeText::new(&origin, "T1", id, nonce, purpose).unwrap();
        *serving.lock().unwrap() = Some(kiban_card::wire::PollResponse {
            id,
            message: text.as_str().to_owned(),
            purpose,
            office: "見本事業所".into(),
            code: "0042".parse().unwrap(),
            method: Method::Pin,
        });
        kiban_web_kit::Routes::new()
            .get("/agent/poll", async move || {
                let challenge = serving.lock().unwrap().take();
                if challenge.is_none() {
                    tokio::time::sleep(Duration::from_secs(20)).await;
                }
                match challenge {
                    Some(challenge) => {
                        axum::response::IntoResponse::into_response(axum::Json(challenge))
                    }
                    None => {
                        axum::response::IntoResponse::into_response(http::StatusCode::NO_CONTENT)
                    }
                }
            })
            .post("/agent/answer/{id}", async || http::StatusCode::NO_CONTENT)
            .into_router()
    };
    let door = support::door_at(now, routes).await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (cert, key, ca) = (
        write("cert", &door.settings.certificate_pem),
        write("key", &door.settings.key_pem),
        write("ca", &door.settings.authority_pem),
    );
    let slot = slot(Persona::Ordinary);
    let card = reader.insert(&slot);
    // `script` gives the program a terminal line, from which the PIN is asked.
    let program = env!("CARGO_BIN_EXE_kiban-terminal");
    let command = format!(
        "echo $$ > {pid}; exec {program} agent --care {care} --cert {} --key {} --ca {}",
        cert.display(),
        key.display(),
        ca.display(),
        pid = folder.path().join("pid").display(),
        care = door.settings.care_url,
    );
    let mut running = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::fs::File::create(folder.path().join("said")).unwrap())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let said = || std::fs::read_to_string(folder.path().join("said")).unwrap_or_default();
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let end = Instant::now() + Duration::from_secs(20);
        while !done() {
            assert!(Instant::now() < end, "{what}\n{}", said());
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    // Certificate read: the program now asks for the PIN.
    let commands = || slot.state().card.log().len();
    until("the card is read", &|| commands() > 5);
    tokio::time::sleep(Duration::from_millis(700)).await;
    slot.state().delay = Duration::from_millis(300);
    std::io::Write::write_all(running.stdin.as_mut().unwrap(), b"1234\n").unwrap();
    until("the PIN is presented", &|| slot.state().card.is_unlocked());
    let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
    let sent = Command::new("kill")
        .args([signal, pid.trim()])
        .status()
        .unwrap();
    assert!(sent.success());
    let begun = Instant::now();
    until("the program ends", &|| {
        !Path::new("/proc").join(pid.trim()).exists()
    });
    assert!(begun.elapsed() < Duration::from_secs(8));
    until("the card has no power", &|| {
        !slot.state().card.is_unlocked()
    });
    let _ = running.wait();
    drop(card);
}
