//! What changed between two versions, line by line.

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineChange {
    /// In both.
    Same,
    /// Only in the older.
    Removed,
    /// Only in the newer.
    Added,
}

/// A line of either version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// What became of it.
    pub change: LineChange,
    /// Its number in the version it is from (of a line in both, in the newer), from 1.
    pub number: usize,
    /// The line.
    pub text: String,
}

/// Longer texts are shown as taken away and written anew: comparing them line with line would cost more than it tells.
const LONGEST: usize = 2_000;

/// The lines of both, in order; each that changed is one taken away or one added. What stays is as much as can.
pub fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let line = |change, at: usize, text: &str| DiffLine {
        change,
        number: at + 1,
        text: text.to_owned(),
    };
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - before;
    let ends = old.iter().rev().zip(new.iter().rev()).take(rest);
    let after = ends.take_while(|(a, b)| a == b).count();
    let (old_end, new_end) = (old.len() - after, new.len() - after);
    let mut lines = Vec::with_capacity(old.len() + new.len());
    lines.extend((0..before).map(|at| line(LineChange::Same, at, new[at])));
    let (middle_old, middle_new) = (&old[before..old_end], &new[before..new_end]);
    let common = common(middle_old, middle_new);
    let (mut a, mut b) = (0, 0);
    while a < middle_old.len() || b < middle_new.len() {
        let stays = a < middle_old.len() && b < middle_new.len() && middle_old[a] == middle_new[b];
        if stays {
            lines.push(line(LineChange::Same, before + b, middle_new[b]));
            (a, b) = (a + 1, b + 1);
        } else if a < middle_old.len()
            && (b == middle_new.len() || common.at(a + 1, b) >= common.at(a, b + 1))
        {
            lines.push(line(LineChange::Removed, before + a, middle_old[a]));
            a += 1;
        } else {
            lines.push(line(LineChange::Added, before + b, middle_new[b]));
            b += 1;
        }
    }
    lines.extend((new_end..new.len()).map(|at| line(LineChange::Same, at, new[at])));
    lines
}

/// How many lines can stay from each pair of places on.
struct Common {
    width: usize,
    counts: Vec<u16>,
}

impl Common {
    fn at(&self, a: usize, b: usize) -> u16 {
        self.counts
            .get(a * self.width + b)
            .copied()
            .unwrap_or_default()
    }
}

fn common(old: &[&str], new: &[&str]) -> Common {
    let width = new.len() + 1;
    if old.len() > LONGEST || new.len() > LONGEST {
        return Common {
            width,
            counts: Vec::new(),
        };
    }
    let mut counts = vec![0_u16; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            counts[a * width + b] = if old[a] == new[b] {
                counts[(a + 1) * width + b + 1] + 1
            } else {
                counts[(a + 1) * width + b].max(counts[a * width + b + 1])
            };
        }
    }
    Common { width, counts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let lines = diff(old, new).into_iter().map(|it| {
            let mark = match it.change {
                LineChange::Same => ' ',
                LineChange::Removed => '-',
                LineChange::Added => '+',
            };
            format!("{mark}{}{}", it.number, it.text)
        });
        lines.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn p1_what_changed_is_told_by_line() {
        assert_eq!(told("a\nb\nc", "a\nx\nc"), " 1a -2b +2x  3c");
        assert_eq!(told("a\nb\nc\nd", "b\nd\ne"), "-1a  1b -3c  2d +3e");
        assert_eq!(told("", "a"), "+1a");
        assert_eq!(told("a", ""), "-1a");
        assert_eq!(told("a\na\na", "a"), " 1a -2a -3a");
        assert_eq!(told("a", "a"), " 1a");
    }

    #[test]
    fn p1_the_newer_can_be_put_together_from_what_is_told() {
        for (old, new) in [
            ("a\nb\na\nc", "b\nc\nb\na"),
            ("x\ny", "y\nx"),
            ("1\n2\n3", "3\n1"),
        ] {
            let lines = diff(old, new);
            let side = |gone: LineChange| {
                let kept = lines.iter().filter(|it| it.change != gone);
                kept.map(|it| it.text.as_str())
                    .collect::<Vec<_>>()
                    .join("\n")
            };
            assert_eq!(side(LineChange::Removed), new);
            assert_eq!(side(LineChange::Added), old);
        }
    }
}
