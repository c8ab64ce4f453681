//! Contents: named by what they are, whole or not at all, and gone when nobody needs them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::SignedDuration;
use kiban_domain::Timestamp;
use kiban_store::{Error, Objects};
use std::{collections::HashSet, fs, io, io::Write as _, path::Path};

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn publish(objects: &Objects) {
    let mut staged = objects.stage("one").unwrap();
    staged.write_all(b"hello").unwrap();
    assert_eq!(staged.publish().unwrap(), HELLO);
}

fn incoming(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("incoming")).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn at(hour: i64) -> Timestamp {
    "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
}

#[test]
fn a_content_knows_its_digest_before_it_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    let mut staged = objects.stage("one").unwrap();
    staged.write_all(b"hel").unwrap();
    staged.write_all(b"lo").unwrap();
    assert_eq!((staged.sha256().as_str(), staged.size()), (HELLO, 5));
    assert!(objects.open_content(HELLO).is_err(), "it has no name yet");
    assert_eq!(staged.publish().unwrap(), HELLO);
    assert!(objects.open_content(HELLO).is_ok());
    assert_eq!(incoming(folder.path()), [""; 0]);
}

#[test]
fn opening_clears_what_a_dead_process_left_and_nothing_of_a_living_one() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    let mut staged = objects.stage("living").unwrap();
    staged.write_all(b"hel").unwrap();
    let scratch = objects.scratch("plan-living").unwrap();
    fs::write(scratch.path().join("in0"), b"x").unwrap();
    let here = folder.path().join("incoming");
    fs::write(here.join("dead"), b"half").unwrap();
    fs::create_dir(here.join("plan-dead")).unwrap();
    fs::write(here.join("plan-dead").join("in0"), b"x").unwrap();
    fs::write(here.join("plan-gone.lock"), b"").unwrap();

    Objects::open(folder.path()).unwrap();
    let mut left = incoming(folder.path());
    left.sort();
    assert_eq!(left, ["living", "plan-living", "plan-living.lock"]);
    assert!(scratch.path().join("in0").exists());
    assert!(
        matches!(objects.stage("living"), Err(Error::File(error)) if error.kind() == io::ErrorKind::WouldBlock),
        "a second writer is kept out"
    );
    staged.write_all(b"lo").unwrap();
    assert_eq!(staged.publish().unwrap(), HELLO);
    drop(scratch);
    assert_eq!(incoming(folder.path()), [""; 0]);
}

#[test]
fn a_failed_publish_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    // A file stands where the shelf should be.
    fs::write(folder.path().join(&HELLO[..2]), b"").unwrap();
    let mut staged = objects.stage("one").unwrap();
    staged.write_all(b"hello").unwrap();
    assert!(staged.publish().is_err());
    assert_eq!(incoming(folder.path()), [""; 0]);
}

#[test]
fn an_orphan_is_noted_first_and_removed_a_day_later() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    publish(&objects);
    assert_eq!(objects.list_contents('2').unwrap(), [HELLO]);
    assert!(objects.list_contents('3').unwrap().is_empty());
    let orphan = HashSet::from([HELLO.to_owned()]);
    let named = HashSet::new();
    let sweep = |orphans: &HashSet<String>, hour| {
        objects.remove_orphans('2', orphans, at(hour), DAY).unwrap()
    };
    let is_there = || objects.open_content(HELLO).is_ok();

    assert_eq!(sweep(&orphan, 0), 0);
    assert_eq!(sweep(&orphan, 23), 0);
    // Its row was committed meanwhile; when that is gone again, the time begins anew.
    assert_eq!(sweep(&named, 23), 0);
    assert_eq!(sweep(&orphan, 30), 0);
    // The same content came again: its row may be about to be committed.
    publish(&objects);
    assert_eq!(sweep(&orphan, 60), 0);
    assert!(is_there());
    // Other digits are another run's.
    let other = objects.remove_orphans('3', &named, at(61), DAY).unwrap();
    assert_eq!((other, sweep(&orphan, 83)), (0, 0));
    assert_eq!(sweep(&orphan, 84), 1);
    assert!(!is_there());
    assert_eq!(
        fs::read_dir(folder.path().join("orphans")).unwrap().count(),
        0
    );
}
