//! How well the questions of `data/helpdesk` are answered, and how fast: `cargo xtask bench helpdesk`.
//!
//! `--misses` lists what went wrong in the development sets. Of `heldout.tsv`, when it is there, only totals are printed:
//! whoever reads its questions can no longer measure with them.

use jiff::civil::{Date, date};
use kiban_helpdesk::{
    Audience, Index, Passage, Place, Question, SourceFile, ask,
    evaluation::{Item, Outcome, Tally, judge, read_items},
    load, read_places,
};
use std::{
    error::Error,
    fs,
    hint::black_box,
    io::{Write, stdout},
    path::{Path, PathBuf},
    time::Instant,
};

/// The day on which all sets are asked.
const DAY: Date = date(2026, 11, 23);

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let misses = std::env::args().any(|argument| argument == "--misses");
    let passages = passages(&root.join("content/faq"))?;
    let places = read_places(&fs::read_to_string(root.join("data/municipalities.csv"))?)
        .map_err(|line| format!("municipalities.csv:{line}"))?;
    let index = Index::build(passages.clone(), places.clone());
    let mut out = stdout().lock();
    writeln!(
        out,
        "{} entries, {} places, asked on {DAY}",
        passages.len(),
        places.len()
    )?;

    let sets = root.join("data/helpdesk");
    let dev = items(&sets.join("dev.tsv"), false)?;
    report(&mut out, &index, "dev", &dev, misses)?;
    let unrelated: Vec<Item> = dev
        .iter()
        .enumerate()
        .map(|(number, item)| Item {
            previous: Some(passages[number * 7 % passages.len()].id.clone()),
            ..item.clone()
        })
        .collect();
    report(
        &mut out,
        &index,
        "dev, after an unrelated turn",
        &unrelated,
        false,
    )?;
    let follow_up = items(&sets.join("followup.tsv"), true)?;
    report(&mut out, &index, "follow-up questions", &follow_up, misses)?;
    let heldout = sets.join("heldout.tsv");
    if heldout.exists() {
        report(
            &mut out,
            &index,
            "held out",
            &items(&heldout, false)?,
            false,
        )?;
    } else {
        writeln!(out, "\nheld out: data/helpdesk/heldout.tsv is not there")?;
    }
    leave_one_out(&mut out, &passages)?;
    speed(&mut out, &index, &passages, &places, &dev)
}

fn passages(folder: &Path) -> Result<Vec<Passage>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let files: Vec<SourceFile> = paths
        .into_iter()
        .map(|path| {
            Ok(SourceFile {
                text: fs::read_to_string(&path)?,
                name: path.display().to_string(),
            })
        })
        .collect::<Result<_, std::io::Error>>()?;
    load(&files).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n").into()
    })
}

fn items(path: &Path, follow_up: bool) -> Result<Vec<Item>, Box<dyn Error>> {
    read_items(&fs::read_to_string(path)?, follow_up)
        .map_err(|line| format!("{}:{line}", path.display()).into())
}

fn report(
    out: &mut impl Write,
    index: &Index,
    name: &str,
    items: &[Item],
    misses: bool,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "\n{name}")?;
    let mut tally = Tally::default();
    for item in items {
        let outcome = judge(index, item, DAY);
        tally.add(outcome);
        let good = matches!(
            outcome,
            Outcome::StatedRight
                | Outcome::Offered(Some(0))
                | Outcome::ScopeOffered
                | Outcome::ScopeRefused
        );
        if misses && !good {
            writeln!(
                out,
                "  {outcome:?}: {} (wanted {:?})",
                item.question, item.expected
            )?;
        }
    }
    write!(out, "{tally}")?;
    Ok(())
}

/// Takes one alias out of each entry, asks it, and puts it back: whether a saying that nobody wrote down would be found. No
/// question set is used up by it. It is harder than life, because aliases are written to differ.
fn leave_one_out(out: &mut impl Write, passages: &[Passage]) -> Result<(), Box<dyn Error>> {
    let most = passages
        .iter()
        .map(|passage| passage.aliases.len())
        .max()
        .unwrap_or(0);
    let mut tally = Tally::default();
    for turn in 0..most {
        let mut rest = passages.to_vec();
        let mut asked = Vec::new();
        for passage in rest
            .iter_mut()
            .filter(|passage| turn < passage.aliases.len())
        {
            asked.push(Item {
                previous: None,
                question: passage.aliases.remove(turn),
                expected: vec![kiban_helpdesk::evaluation::Expected::Passage(
                    passage.id.clone(),
                )],
            });
        }
        let index = Index::build(rest, Vec::new());
        for item in &asked {
            tally.add(judge(&index, item, DAY));
        }
    }
    writeln!(out, "\naliases, each asked without itself\n{tally}")?;
    Ok(())
}

fn speed(
    out: &mut impl Write,
    index: &Index,
    passages: &[Passage],
    places: &[Place],
    items: &[Item],
) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    for _ in 0..20 {
        black_box(Index::build(passages.to_vec(), places.to_vec()));
    }
    let build_ms = begun.elapsed().as_secs_f64() * 1000.0 / 20.0;
    let begun = Instant::now();
    for _ in 0..20 {
        for item in items {
            let question = Question {
                text: &item.question,
                audience: Audience::All,
                on: DAY,
                previous: None,
            };
            black_box(ask(index, question));
        }
    }
    let asked = u32::try_from(items.len() * 20)?;
    let ask_us = begun.elapsed().as_secs_f64() * 1_000_000.0 / f64::from(asked.max(1));
    writeln!(
        out,
        "index built in {build_ms:.1} ms, one question in {ask_us:.1} us"
    )?;
    Ok(())
}
