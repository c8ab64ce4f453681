//! The window's page: what is asked now, how this terminal is, what the doctor found.

use std::fmt::Write as _;

use jiff::Timestamp;
use kiban_card::Mender;

use super::board::{Line, Shown, Step};
use super::html::escape;
use crate::agent::{CallFailure, remarks};
use crate::card::Asked;
use crate::doctor::{Outcome, Report};
use crate::door::Failure;
use crate::identity::OwnCertificate;

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) shown: Shown,
    pub(super) own: Option<OwnCertificate>,
    pub(super) name: String,
    pub(super) now: Timestamp,
    /// Names of the readers; `Err` is why there are none.
    pub(super) readers: Result<Vec<String>, &'static str>,
    pub(super) report: Option<Report>,
    /// What was wrong with what was typed.
    pub(super) mistake: Option<&'static str>,
}

impl Page {
    pub(super) fn html(&self) -> String {
        let (step, version) = (self.shown.step_number, self.shown.version);
        let typing = match self.shown.step {
            Step::Pin(..) | Step::LastTry(_) | Step::Printed(..) => " data-typing=\"1\"",
            Step::Idle | Step::Card(_) | Step::Working(_) | Step::Ended(_) => "",
        };
        // Without script the page comes anew by itself, but not under somebody's hands.
        let refresh = if typing.is_empty() {
            "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>"
        } else {
            ""
        };
        format!(
            "<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
             <title>{title} - 端末プログラム</title><link rel=\"stylesheet\" href=\"window.css\">\
             <link rel=\"icon\" href=\"data:,\">\
             <script src=\"window.js\" defer></script></head>\
             <body data-step=\"{step}\" data-version=\"{version}\"{typing}>\
             <header><p class=\"wrap brand\">介護情報基盤 端末プログラム<span>{name}</span></p></header>\
             <main class=\"wrap\"><p class=\"note\" data-kind=\"error\" id=\"gone\" role=\"alert\" hidden>\
             <b>端末プログラムが動いていません</b>kiban-terminal run を始め、表示されたアドレスを開き直してください。</p>\
             {asked}{remarks}{state}{doctor}</main></body></html>",
            title = self.title(),
            name = escape(&self.name),
            asked = self.asked(),
            remarks = self.remarks(),
            state = self.state(),
            doctor = self.doctor(),
        )
    }

    fn title(&self) -> &'static str {
        match &self.shown.step {
            Step::Idle => "この端末の状態",
            Step::Card(_) => "カードを置いてください",
            Step::Pin(..) => "暗証番号を入力してください",
            Step::LastTry(_) => "入力できるのはあと1回です",
            Step::Printed(..) => "券面の値を入力してください",
            Step::Working(_) => "カードを読み取っています",
            Step::Ended(None) => "確認できました",
            Step::Ended(Some(_)) => "確認できませんでした",
        }
    }

    fn asked(&self) -> String {
        let title = self.title();
        match &self.shown.step {
            Step::Idle => format!(
                "<section><h1>{title}</h1><p>いまカードの確認は求められていません。\
                 介護事業所向け画面でカードの確認を始めると、ここに案内が出ます。</p>\
                 <p><a class=\"button\" href=\"/\">介護事業所向け画面を開く</a></p></section>"
            ),
            Step::Card(asked) => format!(
                "<section class=\"ask\"><h1>{title}</h1>{who}\
                 <p>マイナンバーカードをケースから出して、カードリーダーに置いてください。</p>{cancel}</section>",
                who = who(asked),
                cancel = self.cancel(),
            ),
            Step::Pin(asked, left) => format!(
                "<section class=\"ask\"><h1>{title}</h1>{who}<form method=\"post\" action=\"pin\" autocomplete=\"off\">\
                 <div class=\"field\"><label for=\"pin\">利用者証明用電子証明書の暗証番号（数字4桁）</label>\
                 <p class=\"sub\" id=\"pin-help\">あと{left}回まで入力できます。ご本人が入力してください。暗証番号はカードだけに渡し、保存も送信もしません。</p>\
                 {error}<input class=\"pin\" id=\"pin\" name=\"pin\" type=\"password\" inputmode=\"numeric\" autocomplete=\"off\" \
                 maxlength=\"4\" required autofocus aria-describedby=\"pin-help\"{invalid}></div>{step}\
                 <p class=\"row\"><button class=\"main\">確認する</button></p></form>\
                 <p class=\"sub\">暗証番号が分からないときは、取りやめて、介護事業所向け画面で目視による確認か、カードを使わない確認を選んでください。</p>{cancel}</section>",
                who = who(asked),
                left = left.0,
                error = self.mistake_html(),
                invalid = self.invalid(),
                step = self.step_field(),
                cancel = self.cancel(),
            ),
            Step::LastTry(asked) => format!(
                "<section class=\"ask\"><h1>{title}</h1>{who}\
                 <p>まちがえると、お住まいの市区町村の窓口で再設定するまで、このカードの暗証番号は使えません。番号に自信がないときは取りやめてください。</p>\
                 <form method=\"post\" action=\"go-on\">{step}<p class=\"row\"><button>最後の1回を使う</button></p></form>{cancel}</section>",
                who = who(asked),
                step = self.step_field(),
                cancel = self.cancel(),
            ),
            Step::Printed(asked, left) => format!(
                "<section class=\"ask\"><h1>{title}</h1>{who}\
                 <p>カードの写真とご本人の顔を見比べてから、券面の三つの値を職員が入力してください。あと{left}回まで入力できます。</p>\
                 <form method=\"post\" action=\"printed\" autocomplete=\"off\">{error}\
                 <div class=\"field\"><label for=\"birth\">生年月日（西暦）</label><p class=\"sub\" id=\"birth-help\">例: 19400115</p>\
                 <input id=\"birth\" name=\"birth\" inputmode=\"numeric\" maxlength=\"10\" required autofocus aria-describedby=\"birth-help\"{invalid}></div>\
                 <div class=\"field\"><label for=\"year\">カードの有効期限の年（西暦4桁）</label>\
                 <input id=\"year\" name=\"year\" inputmode=\"numeric\" maxlength=\"4\" required{invalid}></div>\
                 <div class=\"field\"><label for=\"security\">セキュリティコード（数字4桁）</label>\
                 <input id=\"security\" name=\"security\" inputmode=\"numeric\" maxlength=\"4\" autocomplete=\"off\" required{invalid}></div>\
                 {step}<p class=\"row\"><button class=\"main\">確認する</button></p></form>{cancel}</section>",
                who = who(asked),
                left = left.0,
                error = self.mistake_html(),
                invalid = self.invalid(),
                step = self.step_field(),
                cancel = self.cancel(),
            ),
            Step::Working(asked) => format!(
                "<section class=\"ask\" aria-live=\"polite\"><h1 class=\"busy\">{title}</h1>{who}<p>カードを動かさないでください。</p></section>",
                who = who(asked),
            ),
            Step::Ended(None) => format!(
                "<section><h1>{title}</h1><p class=\"note\" data-kind=\"success\" role=\"status\"><b>カードをお取りください。</b>\
                 続きは介護事業所向け画面で行います。</p></section>"
            ),
            Step::Ended(Some(code)) => format!(
                "<section><h1>{title}</h1><p class=\"note\" data-kind=\"error\" role=\"alert\"><b>{sentence}</b>対応する方: {mender}</p></section>",
                sentence = escape(&code.sentence()),
                mender = code.mender().label(),
            ),
        }
    }

    fn cancel(&self) -> String {
        format!(
            "<form method=\"post\" action=\"cancel\">{}<p><button>取りやめる</button></p></form>",
            self.step_field()
        )
    }

    fn step_field(&self) -> String {
        let step = self.shown.step_number;
        format!("<input type=\"hidden\" name=\"step\" value=\"{step}\">")
    }

    fn mistake_html(&self) -> String {
        self.mistake.map_or_else(String::new, |mistake| {
            format!("<p class=\"error\" id=\"mistake\" role=\"alert\">{mistake}</p>")
        })
    }

    fn invalid(&self) -> &'static str {
        match self.mistake {
            Some(_) => " aria-invalid=\"true\" aria-errormessage=\"mistake\"",
            None => "",
        }
    }

    fn remarks(&self) -> String {
        let Some((greeting, at)) = &self.shown.greeting else {
            return String::new();
        };
        let mut html = String::new();
        for remark in remarks(greeting, *at) {
            // Writing into a String does not fail.
            let _ = write!(
                html,
                "<p class=\"note\" data-kind=\"warning\" role=\"status\"><b>{}</b>対応する方: {}</p>",
                escape(&remark.sentence),
                remark.mender.label()
            );
        }
        html
    }

    fn state(&self) -> String {
        let mut rows = String::new();
        let mut row = |title: &str, text: &str| {
            let text = escape(text);
            let _ = write!(rows, "<div><dt>{title}</dt><dd>{text}</dd></div>");
        };
        row("サーバーとの接続", line(self.shown.line));
        match &self.readers {
            Ok(names) if names.is_empty() => {
                row("カードリーダー", "見つかりません。接続を確かめてください");
            }
            Ok(names) => row("カードリーダー", &names.join("、")),
            Err(why) => row("カードリーダー", why),
        }
        match &self.own {
            Some(own) => {
                let days = own.days_left(self.now);
                let left = if days < 0 {
                    "期限が切れています。事業所の管理者に新しいコードを依頼してください".to_owned()
                } else {
                    format!("あと{days}日（自動で更新します）")
                };
                row("端末の番号", &own.terminal);
                row("事業所番号", &own.office_no);
                row("端末の証明書", &left);
            }
            None => row("端末の証明書", "読み取れません"),
        }
        if let Some(renewal) = self.shown.renewal {
            row("証明書の更新", renewal);
        }
        row("プログラムの版", env!("CARGO_PKG_VERSION"));
        let heading = match self.shown.step {
            Step::Idle => "<h2>接続と証明書</h2>",
            _ => "<h2>この端末の状態</h2>",
        };
        format!("<section>{heading}<dl>{rows}</dl></section>")
    }

    fn doctor(&self) -> String {
        let mut html = String::from(
            "<section><h2>点検</h2><p>カードリーダーからサーバーまでを順に確かめ、だれが何をすればよいかを示します。暗証番号は使いません。</p>\
             <form method=\"post\" action=\"doctor\"><p><button>点検する</button></p></form>",
        );
        if let Some(report) = &self.report {
            html.push_str("<ol class=\"rungs\">");
            for rung in &report.rungs {
                let _ = write!(
                    html,
                    "<li><p>{mark}<b>{title}</b></p>{said}</li>",
                    mark = mark(&rung.outcome),
                    title = rung.title,
                    said = said(&rung.outcome),
                );
            }
            html.push_str("</ol>");
        }
        html.push_str("</section>");
        html
    }
}

fn who(asked: &Asked) -> String {
    format!(
        "<div class=\"who\"><dl><div><dt>確認を求めている事業所</dt><dd>{office}</dd></div>\
         <div><dt>目的</dt><dd>{purpose}</dd></div>\
         <div><dt>画面と同じ番号か確かめてください</dt><dd class=\"code\">{code}</dd></div></dl></div>",
        office = escape(&asked.office),
        purpose = asked.purpose.label(),
        code = asked.code,
    )
}

fn line(line: Line) -> &'static str {
    match line {
        Line::Unknown => "確かめています",
        Line::Good => "つながっています",
        Line::Failed(CallFailure::Way(Failure::Refused)) => {
            "端末の証明書が断られました。「点検する」を押してください"
        }
        Line::Failed(_) => "つながりません。続くときは「点検する」を押してください",
    }
}

fn mark(outcome: &Outcome) -> String {
    let (kind, word) = match outcome {
        Outcome::Good(_) => ("good", "問題なし"),
        Outcome::Caution { .. } => ("caution", "注意"),
        Outcome::Failed { .. } => ("failed", "要対応"),
        Outcome::NotTried => ("untried", "未確認"),
    };
    format!("<span class=\"mark\" data-kind=\"{kind}\">{word}</span>")
}

fn said(outcome: &Outcome) -> String {
    let with_advice = |seen: &str, advice: &str, mender: Mender| {
        format!(
            "<p>{}</p><p>すること: {}</p><p>対応する方: {}</p>",
            escape(seen),
            escape(advice),
            mender.label()
        )
    };
    match outcome {
        Outcome::Good(seen) => format!("<p class=\"sub\">{}</p>", escape(seen)),
        Outcome::NotTried => String::new(),
        Outcome::Failed {
            seen,
            advice,
            mender,
            ..
        }
        | Outcome::Caution {
            seen,
            advice,
            mender,
            ..
        } => with_advice(seen, advice, *mender),
    }
}
