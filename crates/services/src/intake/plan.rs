//! Compares the keys of a file with each other and with the standing records, in bounded memory.
//!
//! Keys are dealt by their hash to files on disk, so that equal keys meet in the same file; one file at a time is then
//! held in memory. A million keys take some tens of megabytes of disk and about one megabyte of memory.

use kiban_store::Scratch;
use ring::digest::{Context, SHA256};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
};

const BUCKETS: usize = 128;
type Hash = [u8; 16];
type Digest = [u8; 16];

/// The keys of a file, and of the records that stand.
pub(crate) struct Plan {
    scratch: Scratch,
    incoming: Vec<BufWriter<File>>,
    standing: Vec<BufWriter<File>>,
}

/// What the comparison found.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    /// Lines whose key stands on an earlier line, with that line.
    pub(crate) duplicates: Vec<(u64, u64)>,
    /// How many duplicates there are, beyond those listed.
    pub(crate) duplicate_count: u64,
    /// Records that would change.
    pub(crate) changed: u64,
    /// Standing records that the file does not name.
    pub(crate) absent: u64,
}

impl Plan {
    /// Opens a plan in an empty folder, which it removes at its end.
    pub(crate) fn open(scratch: Scratch) -> io::Result<Self> {
        let folder = scratch.path();
        let open = |kind: &str| {
            (0..BUCKETS)
                .map(|n| {
                    Ok(BufWriter::with_capacity(
                        4 << 10,
                        File::create(folder.join(format!("{kind}{n}")))?,
                    ))
                })
                .collect::<io::Result<Vec<_>>>()
        };
        let (incoming, standing) = (open("in")?, open("now")?);
        Ok(Self {
            scratch,
            incoming,
            standing,
        })
    }

    /// Notes a row of the file.
    pub(crate) fn row(
        &mut self,
        insured_no: &str,
        record_key: &str,
        line: u64,
        digest: &Digest,
    ) -> io::Result<()> {
        let hash = hash(insured_no, record_key);
        let out = &mut self.incoming[bucket(&hash)];
        out.write_all(&hash)?;
        out.write_all(digest)?;
        out.write_all(&line.to_be_bytes())
    }

    /// Notes a standing record.
    pub(crate) fn standing(
        &mut self,
        insured_no: &str,
        record_key: &str,
        digest: &[u8],
    ) -> io::Result<()> {
        let hash = hash(insured_no, record_key);
        let out = &mut self.standing[bucket(&hash)];
        let mut fixed = [0; 16];
        let length = digest.len().min(16);
        fixed[..length].copy_from_slice(&digest[..length]);
        out.write_all(&hash)?;
        out.write_all(&fixed)?;
        for text in [insured_no, record_key] {
            let length = u16::try_from(text.len()).map_err(io::Error::other)?;
            out.write_all(&length.to_be_bytes())?;
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    /// Compares. `most_duplicates` bounds the list of lines.
    pub(crate) fn weigh(&mut self, most_duplicates: usize) -> io::Result<Weighed> {
        let mut weighed = Weighed::default();
        for n in 0..BUCKETS {
            let seen = self.incoming_of(n, |line, first| {
                weighed.duplicate_count += 1;
                if weighed.duplicates.len() < most_duplicates {
                    weighed.duplicates.push((line, first));
                }
            })?;
            self.each_standing(n, |hash, digest, _, _| {
                match seen.get(hash) {
                    None => weighed.absent += 1,
                    Some((_, incoming)) if incoming != digest => weighed.changed += 1,
                    Some(_) => {}
                }
                Ok(())
            })?;
        }
        weighed.duplicates.sort_unstable();
        Ok(weighed)
    }

    /// Gives the keys of standing records that the file does not name, a batch at a time.
    pub(crate) fn absent(&mut self, n: usize) -> io::Result<Vec<(String, String)>> {
        let seen = self.incoming_of(n, |_, _| {})?;
        let mut absent = Vec::new();
        self.each_standing(n, |hash, _, insured_no, record_key| {
            if !seen.contains_key(hash) {
                absent.push((insured_no.to_owned(), record_key.to_owned()));
            }
            Ok(())
        })?;
        Ok(absent)
    }

    /// How many batches [`Self::absent`] has.
    pub(crate) const BATCHES: usize = BUCKETS;

    fn incoming_of(
        &mut self,
        n: usize,
        mut duplicate: impl FnMut(u64, u64),
    ) -> io::Result<HashMap<Hash, (u64, Digest)>> {
        self.incoming[n].flush()?;
        let mut input = BufReader::new(File::open(self.scratch.path().join(format!("in{n}")))?);
        let mut seen: HashMap<Hash, (u64, Digest)> = HashMap::new();
        let mut record = [0_u8; 40];
        while read_whole(&mut input, &mut record)? {
            let (mut hash, mut digest, mut line) = ([0; 16], [0; 16], [0; 8]);
            hash.copy_from_slice(&record[..16]);
            digest.copy_from_slice(&record[16..32]);
            line.copy_from_slice(&record[32..]);
            let line = u64::from_be_bytes(line);
            match seen.entry(hash) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    duplicate(line, first.get().0);
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert((line, digest));
                }
            }
        }
        Ok(seen)
    }

    fn each_standing(
        &mut self,
        n: usize,
        mut f: impl FnMut(&Hash, &Digest, &str, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        self.standing[n].flush()?;
        let mut input = BufReader::new(File::open(self.scratch.path().join(format!("now{n}")))?);
        let mut head = [0_u8; 32];
        while read_whole(&mut input, &mut head)? {
            let (mut hash, mut digest) = ([0; 16], [0; 16]);
            hash.copy_from_slice(&head[..16]);
            digest.copy_from_slice(&head[16..]);
            let insured_no = read_text(&mut input)?;
            let record_key = read_text(&mut input)?;
            f(&hash, &digest, &insured_no, &record_key)?;
        }
        Ok(())
    }
}

fn hash(insured_no: &str, record_key: &str) -> Hash {
    let mut hash = Context::new(&SHA256);
    hash.update(insured_no.as_bytes());
    hash.update(&[0]);
    hash.update(record_key.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finish().as_ref()[..16]);
    short
}

fn bucket(hash: &Hash) -> usize {
    usize::from(hash[0]) % BUCKETS
}

fn read_whole(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn read_text(input: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 2];
    input.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
    input.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_changes_and_absences_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let objects = kiban_store::Objects::open(folder.path()).unwrap();
        let mut plan = Plan::open(objects.scratch("plan").unwrap()).unwrap();
        for (line, key) in (2..).zip(["a", "b", "c", "b", "b"]) {
            plan.row("0000000001", key, line, &[1; 16]).unwrap();
        }
        for (key, digest) in [
            ("a", [1; 16]),
            ("b", [2; 16]),
            ("x", [1; 16]),
            ("y", [1; 16]),
        ] {
            plan.standing("0000000001", key, &digest).unwrap();
        }
        let weighed = plan.weigh(10).unwrap();
        assert_eq!(weighed.duplicates, [(5, 3), (6, 3)]);
        assert_eq!((weighed.changed, weighed.absent), (1, 2));
        let absent: Vec<_> = (0..Plan::BATCHES)
            .flat_map(|n| plan.absent(n).unwrap())
            .map(|(_, key)| key)
            .collect();
        assert_eq!(absent.len(), 2);
        assert!(absent.contains(&"x".to_owned()) && absent.contains(&"y".to_owned()));
    }
}
