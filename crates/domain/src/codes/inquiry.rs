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
