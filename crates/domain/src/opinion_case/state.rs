use crate::codes::code_table;

code_table! {
    /// Where a request for an opinion stands. Source: ui, section 7.4 (the words); decision 0026 (the states).
    CaseState {
        Requested = "requested", "依頼あり";
        Draft = "draft", "作成中";
        Sent = "sent", "送信済み";
        Acknowledged = "acknowledged", "市町村で受領";
        Returned = "returned", "差戻し";
        Withdrawn = "withdrawn", "取下げ";
        Declined = "declined", "辞退";
        Cancelled = "cancelled", "取消";
        Transferred = "transferred", "転送";
    }
}

code_table! {
    /// What somebody does with a request.
    CaseAct {
        Ask = "ask", "依頼";
        AskAgain = "ask_again", "再依頼";
        Change = "change", "依頼の変更";
        Transfer = "transfer", "転送";
        Cancel = "cancel", "依頼の取消";
        Save = "save", "下書きの保存";
        Decline = "decline", "辞退";
        Send = "send", "送信";
        Withdraw = "withdraw", "取下げ";
        Acknowledge = "acknowledge", "受領";
        Return = "return", "差戻し";
        RecordPaper = "record_paper", "紙の意見書の登録";
    }
}

code_table! {
    /// Whose act it is.
    Party {
        Institution = "institution", "医療機関";
        Insurer = "insurer", "市町村";
    }
}

code_table! {
    /// Where one sent opinion stands. Of a request at most one is sent or acknowledged.
    SubmissionState {
        Sent = "sent", "送信済み";
        Acknowledged = "acknowledged", "市町村で受領";
        Returned = "returned", "差戻し";
        Withdrawn = "withdrawn", "取下げ";
        Superseded = "superseded", "差替え済み";
    }
}

code_table! {
    /// Which way an opinion came (D-4).
    OpinionRoute {
        Screen = "screen", "画面";
        Api = "api", "電子カルテなどからの送信";
        Csv = "csv", "医見書CSV";
        Paper = "paper", "紙";
    }
}

/// Why an act is not possible now. Each is answered in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// The insurer has received the opinion: only it can give it back.
    #[error("the opinion has been received")]
    Received,
    /// No opinion is under way.
    #[error("no opinion is under way")]
    NotSent,
    /// The institution has declined.
    #[error("the request has been declined")]
    Declined,
    /// The insurer has cancelled the request.
    #[error("the request has been cancelled")]
    Cancelled,
    /// The request went to another institution.
    #[error("the request went to another institution")]
    Transferred,
    /// It is asked for already.
    #[error("it is asked for already")]
    Asked,
    /// An opinion is under way: it is taken back first.
    #[error("an opinion is under way")]
    UnderWay,
}

impl NotNow {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::NotSent,
        Self::Declined,
        Self::Cancelled,
        Self::Transferred,
        Self::Asked,
        Self::UnderWay,
    ];

    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "opinion_received",
            Self::NotSent => "opinion_not_sent",
            Self::Declined => "request_declined",
            Self::Cancelled => "request_cancelled",
            Self::Transferred => "request_transferred",
            Self::Asked => "request_stands",
            Self::UnderWay => "opinion_under_way",
        }
    }

    /// What it is and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::Received => {
                "市町村がこの意見書を受領しています。直すときは、市町村に差戻しを依頼してください。"
            }
            Self::NotSent => "市町村が受け取る意見書はありません。送信の状態を確認してください。",
            Self::Declined => {
                "この依頼は辞退の連絡が済んでいます。作成するときは、市町村に再依頼を求めてください。"
            }
            Self::Cancelled => "この依頼は市町村が取り消しました。意見書の作成は不要です。",
            Self::Transferred => {
                "この依頼は別の医療機関への依頼に変わりました。意見書の作成は不要です。"
            }
            Self::Asked => "この依頼は有効です。重ねての依頼は不要です。",
            Self::UnderWay => {
                "送信した意見書があります。辞退するときは、先に送信を取り下げてください。"
            }
        }
    }
}

impl CaseAct {
    /// Who does it.
    pub fn party(self) -> Party {
        match self {
            Self::Save | Self::Decline | Self::Send | Self::Withdraw => Party::Institution,
            Self::Ask
            | Self::AskAgain
            | Self::Change
            | Self::Transfer
            | Self::Cancel
            | Self::Acknowledge
            | Self::Return
            | Self::RecordPaper => Party::Insurer,
        }
    }
}

impl CaseState {
    /// Where an act leads, from here.
    ///
    /// # Errors
    ///
    /// [`NotNow`] when the act is not possible now; nothing is to be changed then.
    pub fn after(self, act: CaseAct) -> Result<Self, NotNow> {
        use CaseAct as Act;
        match (self, act) {
            (Self::Transferred, _) => Err(NotNow::Transferred),
            (Self::Cancelled | Self::Declined, Act::Ask | Act::AskAgain) => Ok(Self::Requested),
            (Self::Cancelled, _) => Err(NotNow::Cancelled),
            (Self::Declined, Act::Change) => Ok(Self::Declined),
            (Self::Declined, Act::Save | Act::Decline | Act::Send | Act::Withdraw) => {
                Err(NotNow::Declined)
            }
            (_, Act::Ask | Act::AskAgain) => Err(NotNow::Asked),
            (Self::Acknowledged, Act::Acknowledge) => Ok(Self::Acknowledged),
            (Self::Acknowledged | Self::Sent, Act::Return) => Ok(Self::Returned),
            (Self::Acknowledged, _) => Err(NotNow::Received),
            (it, Act::Change) => Ok(it),
            (_, Act::Transfer) => Ok(Self::Transferred),
            (_, Act::Cancel) => Ok(Self::Cancelled),
            (_, Act::RecordPaper) | (Self::Sent, Act::Acknowledge) => Ok(Self::Acknowledged),
            // What was given back or sent stays in sight as that until the next one is sent.
            (Self::Sent | Self::Returned, Act::Save) => Ok(self),
            (Self::Requested | Self::Draft | Self::Withdrawn, Act::Save) => Ok(Self::Draft),
            (_, Act::Send) => Ok(Self::Sent),
            (Self::Sent, Act::Withdraw) => Ok(Self::Withdrawn),
            (Self::Sent, Act::Decline) => Err(NotNow::UnderWay),
            (_, Act::Decline) => Ok(Self::Declined),
            (_, Act::Withdraw | Act::Acknowledge | Act::Return) => Err(NotNow::NotSent),
        }
    }

    /// Whether the institution still has something to do.
    pub fn waits_for_institution(self) -> bool {
        match self {
            Self::Requested | Self::Draft | Self::Returned | Self::Withdrawn => true,
            Self::Sent
            | Self::Acknowledged
            | Self::Declined
            | Self::Cancelled
            | Self::Transferred => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// Every state and act; `-` where the act is refused.
    #[test]
    fn d1_every_act_in_every_state_has_one_answer() {
        let mut table = String::new();
        for state in CaseState::ALL {
            let _ = write!(table, "{}:", state.code());
            for act in CaseAct::ALL {
                match state.after(*act) {
                    Ok(next) => {
                        let _ = write!(table, " {}={}", act.code(), next.code());
                    }
                    Err(reason) => {
                        let _ = write!(table, " {}!{}", act.code(), reason.code());
                    }
                }
            }
            table.push('\n');
        }
        insta::assert_snapshot!(table, @r"
        requested: ask!request_stands ask_again!request_stands change=requested transfer=transferred cancel=cancelled save=draft decline=declined send=sent withdraw!opinion_not_sent acknowledge!opinion_not_sent return!opinion_not_sent record_paper=acknowledged
        draft: ask!request_stands ask_again!request_stands change=draft transfer=transferred cancel=cancelled save=draft decline=declined send=sent withdraw!opinion_not_sent acknowledge!opinion_not_sent return!opinion_not_sent record_paper=acknowledged
        sent: ask!request_stands ask_again!request_stands change=sent transfer=transferred cancel=cancelled save=sent decline!opinion_under_way send=sent withdraw=withdrawn acknowledge=acknowledged return=returned record_paper=acknowledged
        acknowledged: ask!request_stands ask_again!request_stands change!opinion_received transfer!opinion_received cancel!opinion_received save!opinion_received decline!opinion_received send!opinion_received withdraw!opinion_received acknowledge=acknowledged return=returned record_paper!opinion_received
        returned: ask!request_stands ask_again!request_stands change=returned transfer=transferred cancel=cancelled save=returned decline=declined send=sent withdraw!opinion_not_sent acknowledge!opinion_not_sent return!opinion_not_sent record_paper=acknowledged
        withdrawn: ask!request_stands ask_again!request_stands change=withdrawn transfer=transferred cancel=cancelled save=draft decline=declined send=sent withdraw!opinion_not_sent acknowledge!opinion_not_sent return!opinion_not_sent record_paper=acknowledged
        declined: ask=requested ask_again=requested change=declined transfer=transferred cancel=cancelled save!request_declined decline!request_declined send!request_declined withdraw!request_declined acknowledge!opinion_not_sent return!opinion_not_sent record_paper=acknowledged
        cancelled: ask=requested ask_again=requested change!request_cancelled transfer!request_cancelled cancel!request_cancelled save!request_cancelled decline!request_cancelled send!request_cancelled withdraw!request_cancelled acknowledge!request_cancelled return!request_cancelled record_paper!request_cancelled
        transferred: ask!request_transferred ask_again!request_transferred change!request_transferred transfer!request_transferred cancel!request_transferred save!request_transferred decline!request_transferred send!request_transferred withdraw!request_transferred acknowledge!request_transferred return!request_transferred record_paper!request_transferred
        ");
    }

    #[test]
    fn d1_what_was_received_moves_only_when_it_is_given_back() {
        for act in CaseAct::ALL {
            match CaseState::Acknowledged.after(*act) {
                Ok(next) => assert!(
                    matches!(act, CaseAct::Acknowledge | CaseAct::Return),
                    "{next:?}"
                ),
                Err(reason) => assert!(matches!(reason, NotNow::Received | NotNow::Asked)),
            }
        }
        assert!(NotNow::ALL.iter().all(|it| it.message().ends_with('。')));
    }
}
