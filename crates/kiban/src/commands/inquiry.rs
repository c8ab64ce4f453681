//! `kiban inquiry`: the help desk's work with inquiries (P-5).

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::{Context as _, Result};
use clap::Subcommand;
use kiban_domain::InquiryState;
use kiban_services::inquiries::{self, Answer, FormKey, Handling, shown_ticket};
use std::{io::Read as _, process::ExitCode};

#[derive(Debug, Subcommand)]
pub(crate) enum InquiryCommand {
    /// 一覧（古い順）: received, working, answered, closed
    List {
        /// 状態（指定しないときはすべて）
        #[arg(long)]
        state: Option<String>,
        /// 件数
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        most: i64,
    },
    /// 内容を見る（記録される）
    Show {
        /// 受付番号
        ticket: String,
    },
    /// 対応を始める
    Take {
        /// 受付番号
        ticket: String,
    },
    /// 標準入力の文章で回答する（メールを送る）
    Answer {
        /// 受付番号
        ticket: String,
    },
    /// 完了にする
    Close {
        /// 受付番号
        ticket: String,
    },
}

pub(crate) async fn run(data: DataArgs, command: InquiryCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    let context = operator();
    let (ticket, handling) = match command {
        InquiryCommand::List { state, most } => {
            let state = state.map(|it| it.parse::<InquiryState>()).transpose();
            let state =
                state.context("状態は received, working, answered, closed のいずれかです")?;
            for row in inquiries::list(&platform, &context, state, most).await? {
                say(&format!(
                    "{}  {}  {}  {}  {}",
                    shown_ticket(&row.ticket),
                    row.created_at,
                    row.state.label(),
                    row.category.label(),
                    row.assigned_to.as_deref().unwrap_or("-"),
                ));
            }
            return Ok(ExitCode::SUCCESS);
        }
        InquiryCommand::Show { ticket } => {
            let case = inquiries::read(&platform, &context, &ticket).await?;
            let inquiry = case.inquiry;
            let row = &inquiry.row;
            say(&format!(
                "{}  {}  {}",
                shown_ticket(&row.ticket),
                row.state.label(),
                row.category.label()
            ));
            say(&format!(
                "{}  {}  {}  {}",
                row.name, row.organisation, row.mail, row.phone
            ));
            if row.call_back {
                say("電話での回答を希望");
            }
            if !row.context.is_empty() {
                say(&row.context);
            }
            for message in &inquiry.messages {
                say(&format!("--- {}  {}", message.author, message.written_at));
                say(&message.body);
            }
            for file in &inquiry.files {
                say(&format!(
                    "添付  {}  {}バイト",
                    file.file_name, file.size_bytes
                ));
            }
            for note in &case.notes {
                say(&format!(
                    "（内部）{}  {}  {}  {}",
                    note.kind.label(),
                    note.author,
                    note.to_whom,
                    note.body
                ));
            }
            return Ok(ExitCode::SUCCESS);
        }
        InquiryCommand::Take { ticket } => (ticket, Handling::Take),
        InquiryCommand::Close { ticket } => (ticket, Handling::Close),
        InquiryCommand::Answer { ticket } => {
            let mut body = String::new();
            std::io::stdin()
                .read_to_string(&mut body)
                .context("回答を読めません")?;
            let form = FormKey::of(platform.id().as_bytes());
            let answer = Answer {
                body,
                form,
                seen: None,
            };
            (ticket, Handling::Answer(answer))
        }
    };
    inquiries::handle(&platform, &context, &ticket, handling).await?;
    say("記録しました");
    Ok(ExitCode::SUCCESS)
}
