//! Everything that can be wrong, with who mends it: the one table behind the ladder and its reference page. What concerns
//! reader and card stands in [`kiban_card::ladder`], because the server words it too.

use kiban_card::Mender::{Office, Operator};
pub(super) use kiban_card::ladder::{
    CARD_BUSY, CARD_MUTE, NO_CARD, NO_DRIVER, NO_READER, NO_SERVICE, READER_FAILED,
};
use kiban_card::ladder::{CAUSES as OF_CARDS, Cause};

macro_rules! causes {
    ($($name:ident = $step:literal, $code:literal, $mender:ident, $meaning:literal, $advice:literal;)*) => {
        $(pub(super) const $name: Cause = Cause {
            step: $step, code: $code, mender: $mender, meaning: $meaning, advice: $advice,
        };)*
        const OF_THE_WAY: [Cause; [$($code),*].len()] = [$($name),*];
    };
}

/// Every cause, in the order of the ladder.
pub const CAUSES: &[Cause] = &ALL;

const ALL: [Cause; OF_CARDS.len() + OF_THE_WAY.len()] = {
    let mut all = [OF_CARDS[0]; OF_CARDS.len() + OF_THE_WAY.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < OF_CARDS.len() {
            OF_CARDS[at]
        } else {
            OF_THE_WAY[at - OF_CARDS.len()]
        };
        at += 1;
    }
    all
};

causes! {
    FILE_MISSING = "client_certificate", "client_file_missing", Office, "端末の証明書のファイルを読めない",
        "ファイルの指定を確かめてください。登録していない端末は kiban-terminal enrol で登録してください。";
    CLIENT_UNREADABLE = "client_certificate", "client_unreadable", Office, "端末の証明書のファイルを解釈できない",
        "事業所の管理者に新しいコードを依頼し、kiban-terminal enrol で登録し直してください。";
    KEY_MISMATCH = "client_certificate", "key_mismatch", Office, "端末の証明書と秘密鍵が合わない",
        "事業所の管理者に新しいコードを依頼し、kiban-terminal enrol で登録し直してください。";
    CLIENT_NOT_YET_VALID = "client_certificate", "client_not_yet_valid", Office, "端末の証明書の有効期間が始まっていない",
        "この端末の日付と時刻を確かめてください。";
    CLIENT_EXPIRED = "client_certificate", "client_expired", Office, "端末の証明書の有効期間が終わっている",
        "事業所の管理者に新しいコードを依頼し、kiban-terminal enrol で登録し直してください。";
    CLIENT_ENDS_SOON = "client_certificate", "client_ends_soon", Office, "端末の証明書がまもなく終わる",
        "kiban-terminal renew で更新してください。動いているプログラムは自動で更新します。";
    ADDRESS = "name", "address_form", Office, "接続先のアドレスの形が正しくない",
        "https://ホスト名:ポート の形で指定してください。";
    NAME_UNKNOWN = "name", "name_unknown", Office, "接続先の名前が分からない",
        "この端末がネットワークにつながっているか、アドレスの綴りが正しいかを確かめてください。";
    PORT_CLOSED = "network", "port_closed", Office, "接続先につながらない",
        "ファイアウォールの設定と、お知らせに停止の予定がないかを確かめてください。";
    NOT_TLS = "tls", "not_tls", Office, "接続先ではないもの（プロキシなど）が返事をした",
        "ネットワークの担当者に、この接続先への通信をプロキシを通さずに許可してもらってください。";
    TLS_NOT_STARTED = "tls", "tls_not_started", Office, "暗号化した接続を始められない",
        "プロキシやセキュリティー製品が通信を開いていないかを確かめてください。";
    DOOR_NOT_TRUSTED = "tls", "door_not_trusted", Office, "接続先が本物か確かめられない",
        "このまま使わず、接続先のアドレスと認証局の証明書を確かめてください。";
    DOOR_OUT_OF_TIME = "tls", "door_out_of_time", Office, "接続先の証明書が有効期間の外",
        "この端末の日付と時刻を確かめてください。正しいときは運営者に連絡してください。";
    CERTIFICATE_REFUSED = "server", "certificate_refused", Office, "端末の証明書が断られた",
        "事業所の管理者が「職員・端末」で状態を確かめ、新しいコードで登録し直してください。";
    CUT = "server", "cut", Office, "返事の前に切れた（端末の証明書が断られた可能性がある）",
        "事業所の管理者が「職員・端末」で状態を確かめ、使えなくなっていたら新しいコードで登録し直してください。";
    NO_ANSWER = "server", "no_answer", Operator, "サーバーの返事がない",
        "少し待ってからやり直し、続くときは運営者に連絡してください。";
    SERVER_FAILED = "server", "server_failed", Operator, "サーバーが失敗を返した",
        "お知らせに停止の予定がないかを確かめ、続くときは運営者に連絡してください。";
    NOT_OUR_DOOR = "server", "not_our_door", Office, "介護情報基盤の入口ではない",
        "接続先のアドレスを確かめてください。";
    CLOCK = "clock", "clock", Office, "端末の時計がサーバーと5分を超えて違う",
        "この端末の日付と時刻を自動で合わせる設定にしてください。";
    REVOKED = "admission", "certificate_revoked", Office, "端末の証明書が失効している",
        "事業所の管理者が「職員・端末」で状態を確かめ、新しいコードで登録し直してください。";
    NOT_REGISTERED = "admission", "certificate_unknown", Office, "登録されていない証明書である",
        "事業所の管理者が「職員・端末」で状態を確かめ、新しいコードで登録し直してください。";
    ENDED = "admission", "certificate_expired", Office, "サーバーの時計では証明書の有効期間の外",
        "この端末の日付と時刻を確かめ、正しいときは新しいコードで登録し直してください。";
    WRONG_ROLE = "admission", "wrong_role", Office, "ブラウザー用の証明書である",
        "カードの確認には端末プログラム用の証明書が要ります。kiban-terminal enrol で登録してください。";
    NOT_ALLOWED = "admission", "not_allowed", Office, "この端末には許可されていない",
        "事業所の管理者が「職員・端末」で状態を確かめてください。";
    TOO_OLD = "version", "program_too_old", Office, "端末プログラムが古く、サーバーが受け付けない",
        "新しい端末プログラムを入れてください。";
    NEWER = "version", "newer_program", Office, "新しい端末プログラムがある",
        "都合のよいときに新しい端末プログラムを入れてください。";
}
