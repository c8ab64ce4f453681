//! What verification found wrong, for people.

use std::fmt;

use jiff::SignedDuration;
use uuid::Uuid;

/// One difference between what is stored and what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Insurer number of the lane.
    pub lane: String,
    /// Where.
    pub place: Place,
    /// What kind.
    pub code: Code,
    /// What it means, in Japanese, without anybody's data.
    pub message: String,
}

impl Finding {
    pub(crate) fn new(lane: &str, place: Place, code: Code) -> Self {
        let message = format!("{place}：{}", code.meaning());
        Self {
            lane: lane.to_owned(),
            place,
            code,
            message,
        }
    }

    /// `count` entries of a lane wait for their seal, the oldest of them for `unsealed_for`.
    pub fn tail_unsealed(lane: &str, count: u64, unsealed_for: SignedDuration) -> Self {
        let code = Code::TailUnsealed;
        let message = format!(
            "{}：封印されていない記録が{count}件あり、最も古いものは{}前のものです。{}",
            Place::Lane,
            spoken(unsealed_for),
            code.meaning()
        );
        Self {
            lane: lane.to_owned(),
            place: Place::Lane,
            code,
            message,
        }
    }
}

/// A duration in the two largest units that say something.
fn spoken(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}分"),
        (0, hours) => format!("{hours}時間{minutes}分"),
        (days, hours) => format!("{days}日{hours}時間"),
    }
}

/// Where in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The lane as a whole.
    Lane,
    /// A checkpoint by its number as stored.
    Checkpoint(i64),
    /// A leaf by its number as stored.
    Leaf(i64),
    /// An entry by its identifier.
    Entry(Uuid),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lane => formatter.write_str("この保険者の記録全体"),
            Self::Checkpoint(number) => write!(formatter, "封印 {number}"),
            Self::Leaf(number) => write!(formatter, "葉 {number}"),
            Self::Entry(id) => write!(formatter, "記録 {id}"),
        }
    }
}

/// The kinds of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The entry is not the one that was sealed.
    EntryAltered,
    /// The sealed entry is gone.
    EntryMissing,
    /// An entry that was never sealed although what came after it was.
    EntryInserted,
    /// The newest entries have waited for their seal for longer than sealing takes.
    TailUnsealed,
    /// The entry's body is not one this program writes.
    EntryUnreadable,
    /// Leaves do not follow one another, or do not fill the checkpoint.
    LeafGap,
    /// A leaf that no checkpoint covers.
    LeafBeyond,
    /// The leaves do not give the signed root.
    RootMismatch,
    /// Checkpoints do not follow one another.
    ChainBroken,
    /// A column of the checkpoint is not readable.
    CheckpointUnreadable,
    /// The signature does not fit.
    BadSignature,
    /// The key that signed is not among the known ones.
    UnknownKey,
    /// The checkpoint noted outside is not there, or is another one.
    HeadMissing,
}

impl Code {
    /// The stable word for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EntryAltered => "entry_altered",
            Self::EntryMissing => "entry_missing",
            Self::EntryInserted => "entry_inserted",
            Self::TailUnsealed => "tail_unsealed",
            Self::EntryUnreadable => "entry_unreadable",
            Self::LeafGap => "leaf_gap",
            Self::LeafBeyond => "leaf_beyond",
            Self::RootMismatch => "root_mismatch",
            Self::ChainBroken => "chain_broken",
            Self::CheckpointUnreadable => "checkpoint_unreadable",
            Self::BadSignature => "bad_signature",
            Self::UnknownKey => "unknown_key",
            Self::HeadMissing => "head_missing",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::EntryAltered => {
                "封印されたときと内容が違います。書き換えられた可能性があります。"
            }
            Self::EntryMissing => "封印された記録が見つかりません。消された可能性があります。",
            Self::EntryInserted => {
                "より新しい記録が封印されているのに、封印されていません。後から差し込まれた可能性があります。"
            }
            Self::TailUnsealed => {
                "封印の処理が止まっています。サーバーが動いているかを確かめてください。封印されるまでの間の改ざんは見つけられません。"
            }
            Self::EntryUnreadable => "記録の形が正しくありません。",
            Self::LeafGap => "葉の番号が続いていないか、数が封印と合いません。",
            Self::LeafBeyond => "どの封印にも入っていない葉です。封印が消された可能性があります。",
            Self::RootMismatch => "葉から計算した値が、署名された値と違います。",
            Self::ChainBroken => "一つ前の封印とつながっていません。",
            Self::CheckpointUnreadable => "封印の項目が読み取れません。",
            Self::BadSignature => "封印の署名が正しくありません。",
            Self::UnknownKey => "封印に使われた鍵が、登録された鍵の中にありません。",
            Self::HeadMissing => {
                "外部に控えた最新の封印と合いません。末尾が切り取られた可能性があります。"
            }
        }
    }
}
