use super::code_table;

code_table! {
    /// What an inquiry is about. Source: mission, P-5.
    InquiryCategory {
        Registration = "registration", "登録・ログイン";
        Terminal = "terminal", "端末・電子証明書";
        Card = "card", "カードリーダー・専用アプリケーション";
        Viewing = "viewing", "本人確認・情報の閲覧";
        Opinion = "opinion", "主治医意見書";
        Subsidy = "subsidy", "助成金";
        Municipality = "municipality", "市町村の業務";
        Other = "other", "そのほか";
    }
}

code_table! {
    /// Where an inquiry stands. Source: ui, section 7.4.
    InquiryState {
        Received = "received", "受付";
        Working = "working", "対応中";
        Answered = "answered", "回答済み";
        Closed = "closed", "完了";
    }
}

code_table! {
    /// Which way an inquiry came. Source: mission, P-5.
    InquiryChannel {
        Form = "form", "フォーム";
        Account = "account", "マイページ";
        Telephone = "telephone", "電話";
    }
}

code_table! {
    /// What came of a wish to be called. Source: mission, P-5.
    CallState {
        Wanted = "wanted", "折り返し待ち";
        Missed = "missed", "つながらなかった";
        Reached = "reached", "つながった";
    }
}

code_table! {
    /// What the help desk did with an inquiry, told to nobody outside it. Source: mission, P-5, O-1.
    InquiryNoteKind {
        Note = "note", "メモ";
        Assigned = "assigned", "担当";
        HandedOn = "handed_on", "引継ぎ";
        CallReached = "call_reached", "電話がつながった";
        CallMissed = "call_missed", "電話がつながらなかった";
        Closed = "closed", "完了";
    }
}
