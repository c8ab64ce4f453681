//! 職員: the list, stopping, resuming, a new password and second factor.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use kiban_domain::{normalize, tokyo_date};
use kiban_services::{
    accounts::{self, ChangeError},
    staff::StaffRole,
};
use kiban_store::repo::staff::AccountRow;
use kiban_ui::{
    AccountLine, Chip, ChipColor, ConfirmPage, InvitationLine, Link, MenuItem, MessageKind, Notice,
    NoticeKind, StaffPage,
};
use serde::Deserialize;
use uuid::Uuid;

use super::role_form;
use crate::{
    answer::{Message, page, see_other},
    form::Posted,
    paging,
    persons::listed::named,
    visit::SignedIn,
    words,
};

/// GET `/care/staff`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let title = match asked.done.as_str() {
        "invited" => Some("登録のご案内を送りました"),
        "again" => Some("登録のご案内をもう一度送りました。前のご案内は使えません"),
        "cancelled" => Some("招待を取り消しました"),
        "stop" => Some("利用を停止しました"),
        "resume" => Some("利用を再開しました"),
        "reset" => {
            Some("再設定のご案内を送りました。設定が終わるまで、この職員はログインできません")
        }
        "role" => Some("役割を変更しました"),
        "member" => Some("ほかの事業所の職員を加えました"),
        "left" => Some("ほかの事業所の職員を外しました"),
        _ => None,
    };
    let notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    page_of(&signed_in, notice, Some(&asked)).await
}

/// The query of `/care/staff`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
    q: String,
    size: String,
    page: String,
}

impl Asked {
    fn takes(&self, row: &AccountRow) -> bool {
        let typed = normalize(&self.q);
        let login = !typed.is_empty() && normalize(&row.login).contains(&*typed);
        named(&self.q, &row.name, "") || login
    }

    fn address(&self, size: usize, page: usize) -> String {
        let q = words::encoded(self.q.trim());
        format!("/care/staff?q={q}&size={size}&page={page}")
    }
}

/// The list, narrowed and in pages as asked, or whole as a step of the first set-up.
pub(crate) async fn page_of(
    signed_in: &SignedIn,
    notice: Option<Notice>,
    asked: Option<&Asked>,
) -> Result<Response, Response> {
    let office_no = signed_in.office_no();
    let administrator = signed_in.session.role == StaffRole::Administrator;
    let mut rows = accounts::list(signed_in.platform(), &office_no)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let open = if administrator {
        accounts::list_open(signed_in.platform(), &office_no)
            .await
            .map_err(|error| signed_in.storage(&error))?
    } else {
        Vec::new()
    };
    let now = signed_in.platform().now();
    let invitations = open
        .into_iter()
        .map(|row| InvitationLine {
            id: row.invitation_id.to_string(),
            name: row.name,
            mail: row.mail,
            role: role_form::label(row.role, row.contract),
            until: words::date(tokyo_date(row.expires_at)),
            ended: row.expires_at <= now,
        })
        .collect();
    // The first set-up is of one office alone.
    let company = asked.is_some() && super::company::is_in_one(signed_in).await?;
    let members = if company {
        super::members::lines(signed_in).await?
    } else {
        Vec::new()
    };
    let own = signed_in.session.staff_id;
    let pager = asked.map(|asked| {
        rows.retain(|row| asked.takes(row));
        let address = |size: usize, page: usize| asked.address(size, page);
        let (range, pager) = paging::Asked::of(&asked.size, &asked.page).pager(rows.len(), address);
        rows.truncate(range.end);
        rows.drain(..range.start);
        pager
    });
    Ok(page(&StaffPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        notice,
        administrator,
        in_setup: asked.is_none(),
        query: asked.map_or_else(String::new, |asked| asked.q.trim().to_owned()),
        pager,
        accounts: rows.into_iter().map(|row| line(row, own)).collect(),
        company,
        members,
        invitations,
    }))
}

fn line(row: AccountRow, own: Uuid) -> AccountLine {
    let address = |change: Change| format!("/care/staff/{}/{}", row.staff_id, change.word());
    let mut actions = Vec::new();
    if row.staff_id != own {
        if row.state == 1 {
            actions.push(Link::new(
                format!("/care/staff/{}/role", row.staff_id),
                "役割を変更する",
            ));
            actions.push(Link::new(address(Change::Stop), "停止する"));
            if row.mail.is_some() {
                actions.push(Link::new(address(Change::Reset), "ログインを再設定する"));
            }
        } else {
            actions.push(Link::new(address(Change::Resume), "再開する"));
        }
    }
    AccountLine {
        chip: if row.state == 1 {
            Chip::new("利用中", ChipColor::Green)
        } else {
            Chip::new("停止中", ChipColor::Gray)
        },
        name: row.name,
        user: row.login,
        role: role_form::label(row.role, row.contract),
        actions,
    }
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Stop,
    Resume,
    Reset,
}

impl Change {
    fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::Reset => "reset",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Stop, Self::Resume, Self::Reset]
            .into_iter()
            .find(|change| change.word() == word)
    }
}

async fn find(
    signed_in: &SignedIn,
    id: &str,
    change: &str,
) -> Result<(AccountRow, Change), Response> {
    signed_in.administrator()?;
    let rows = accounts::list(signed_in.platform(), &signed_in.office_no())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let row = rows.into_iter().find(|row| row.staff_id.to_string() == id);
    row.zip(Change::of(change))
        .ok_or_else(|| signed_in.nothing_there())
}

/// GET `/care/staff/{id}/{change}`: asks once more.
pub(crate) async fn ask(
    signed_in: SignedIn,
    Path((id, change)): Path<(String, String)>,
) -> Result<Response, Response> {
    let (row, change) = find(&signed_in, &id, &change).await?;
    let (title, lead, button) = match change {
        Change::Stop => (
            "職員の利用停止の確認",
            "この職員は、すぐにログインできなくなります。今ログインしている端末からもログアウトします。あとで再開できます。",
            "利用を停止する",
        ),
        Change::Resume => (
            "職員の利用再開の確認",
            "この職員は、これまでのユーザID、パスワード、認証アプリ、パスキーでログインできるようになります。",
            "利用を再開する",
        ),
        Change::Reset => (
            "ログインの再設定の確認",
            "今のパスワード、認証アプリ、パスキー、予備のコードは、すぐに使えなくなります。新しく設定するためのご案内を、登録されているメールアドレスに送ります。",
            "再設定のご案内を送る",
        ),
    };
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        parent: Link::new("/care/staff", "職員・端末"),
        title: title.to_owned(),
        lead: lead.to_owned(),
        facts: vec![
            ("氏名".to_owned(), row.name),
            ("ユーザID".to_owned(), row.login),
        ],
        action: format!("/care/staff/{id}/{}", change.word()),
        button: button.to_owned(),
        back: Link::new("/care/staff", "変更しないで前の画面へ戻る"),
    }))
}

/// POST `/care/staff/{id}/{change}`.
pub(crate) async fn change(
    Path((id, change)): Path<(String, String)>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let (row, change) = find(&signed_in, &id, &change).await?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let (office_no, own) = (signed_in.office_no(), signed_in.session.staff_id);
    let changed = match change {
        Change::Stop | Change::Resume => {
            let active = matches!(change, Change::Resume);
            accounts::set_active(platform, context, office_no, own, row.staff_id, active).await
        }
        Change::Reset => {
            let by = &signed_in.session.login;
            let care = &signed_in.visit.state.own_origin;
            let id = row.staff_id;
            accounts::reset_second_factor(platform, context, office_no, own, by, id, care).await
        }
    };
    let detail = match changed {
        Ok(()) => return Ok(see_other(&format!("/care/staff?done={}", change.word()))),
        Err(ChangeError::Storage(error)) => return Err(signed_in.storage(&error)),
        Err(ChangeError::NotFound | ChangeError::Contractor) => {
            "すでに変更されています。職員の一覧を確かめてください。"
        }
        Err(ChangeError::Own) => {
            "自分の利用停止と再設定はできません。ほかの管理者に依頼してください。"
        }
        Err(ChangeError::LastAdministrator) => {
            "管理者がいなくなるため、停止できません。先に、ほかの管理者を登録してください。"
        }
        Err(ChangeError::NoMail) => {
            "メールアドレスが登録されていないため、ご案内を送れません。利用を停止して、あらためて招待してください。"
        }
    };
    let message = Message::new(MessageKind::Closed, detail);
    Err(signed_in.say(message.next("/care/staff", "職員の一覧へ戻る")))
}
