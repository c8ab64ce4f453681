//! Members from other offices of the company: letting in, another role, taking away.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::OfficeNumber;
use kiban_services::members::{self, Grant, MemberError};
use kiban_store::repo::{memberships::MemberRow, staff};
use kiban_ui::{
    ChoiceField, ConfirmPage, DateField, InvitePage, Link, MemberLine, MenuItem, MessageKind,
    RolePage, TextField, Whom,
};
use uuid::Uuid;

use super::role_form::{self, Typed};
use crate::{
    answer::{Message, page, page_with, see_other},
    form::Posted,
    visit::SignedIn,
};

/// The members on the page of the staff.
pub(super) async fn lines(signed_in: &SignedIn) -> Result<Vec<MemberLine>, Response> {
    let office_no = signed_in.office_no();
    let rows = members::list(signed_in.platform(), &office_no)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let own = signed_in.session.staff_id;
    let line = |row: MemberRow| {
        let address = |what: &str| format!("/care/members/{}/{what}", row.staff_id);
        let actions = vec![
            Link::new(address("role"), "役割を変更する"),
            Link::new(address("end"), "外す"),
        ];
        MemberLine {
            user: staff::login_in(&office_no, &row.home, &row.login),
            role: role_form::label(row.standing.role, row.standing.contract),
            actions: if row.staff_id == own { vec![] } else { actions },
            name: row.name,
            home: row.home_name,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

fn new_form(signed_in: &SignedIn, whom: Whom, typed: Typed) -> RolePage {
    RolePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        title: "ほかの事業所の職員を加える".to_owned(),
        lead: "同じ会社のほかの事業所の職員が、今のログインのまま、この事業所として利用できるようになります。見られるのは、この事業所としての役割の範囲だけです。本人にメールで知らせます。"
            .to_owned(),
        action: "/care/members/new".to_owned(),
        facts: Vec::new(),
        whom: Some(whom),
        role: typed.role,
        ends: typed.ends,
        codes: typed.codes,
        button: "職員を加える".to_owned(),
    }
}

/// GET `/care/members/new`.
pub(crate) async fn ask_new(signed_in: SignedIn) -> Result<Response, Response> {
    signed_in.administrator()?;
    let whom = Whom {
        office: TextField::default(),
        user: TextField::default(),
    };
    let role: ChoiceField = InvitePage::roles("");
    let typed = Typed {
        role,
        ends: DateField::default(),
        codes: RolePage::codes(false),
        standing: None,
    };
    Ok(page(&new_form(&signed_in, whom, typed)))
}

/// POST `/care/members/new`.
pub(crate) async fn add(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    signed_in.administrator()?;
    let (office, user) = (form.get("office"), form.get("user"));
    let mut whom = Whom {
        office: TextField::of(office),
        user: TextField::of(user),
    };
    let home = office.parse::<OfficeNumber>();
    if home.is_err() {
        whom.office = whom
            .office
            .with_error("事業所番号を10けたで入力してください");
    }
    if user.is_empty() {
        whom.user = whom.user.with_error("ユーザIDを入力してください");
    }
    let typed = role_form::read(signed_in.platform(), &form);
    let (Ok(home), Some(standing), false) = (home, typed.standing, user.is_empty()) else {
        let again = new_form(&signed_in, whom, typed);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
    };
    let wanted = Grant {
        home,
        login: user.to_lowercase(),
        standing,
    };
    let granted = members::grant(
        signed_in.platform(),
        &signed_in.context,
        signed_in.office_no(),
        signed_in.session.staff_id,
        wanted,
    );
    match granted.await {
        Ok(()) => Ok(see_other("/care/staff?done=member")),
        Err(MemberError::NotFound) => {
            whom.user = whom.user.with_error(
                "同じ会社のその事業所に、このユーザIDで利用中の職員は見つかりませんでした。番号とユーザIDを確かめてください",
            );
            let again = new_form(&signed_in, whom, typed);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
        }
        Err(error) => Err(failed(&signed_in, error)),
    }
}

fn failed(signed_in: &SignedIn, error: MemberError) -> Response {
    let detail = match error {
        MemberError::Storage(error) => return signed_in.storage(&error),
        MemberError::NotFound => "すでに変更されています。職員の一覧を確かめてください。",
        MemberError::NoCompany => {
            "この事業所は、会社に登録されていません。運営の窓口に、会社の登録を依頼してください。"
        }
        MemberError::Already => {
            "この職員は、すでに加わっています。役割は、職員の一覧から変更できます。"
        }
        MemberError::Own => "自分の役割は変更できません。ほかの管理者に依頼してください。",
        MemberError::Contractor => {
            "委託先の利用者は、どの事業所でも委託先としてだけ加えられます。委託先でない職員を、委託先として加えることもできません。"
        }
    };
    let message = Message::new(MessageKind::Closed, detail);
    signed_in.say(message.next("/care/staff", "職員の一覧へ戻る"))
}

async fn find(signed_in: &SignedIn, id: &str) -> Result<MemberRow, Response> {
    signed_in.administrator()?;
    let id = id.parse::<Uuid>().map_err(|_| signed_in.nothing_there())?;
    let found = members::load(signed_in.platform(), &signed_in.office_no(), id).await;
    found.map_err(|error| match error {
        MemberError::Storage(error) => signed_in.storage(&error),
        MemberError::NotFound
        | MemberError::NoCompany
        | MemberError::Already
        | MemberError::Own
        | MemberError::Contractor => signed_in.nothing_there(),
    })
}

fn facts(row: &MemberRow) -> Vec<(String, String)> {
    vec![
        ("氏名".to_owned(), row.name.clone()),
        ("所属する事業所".to_owned(), row.home_name.clone()),
        ("ユーザID".to_owned(), row.login.clone()),
    ]
}

fn role_page(signed_in: &SignedIn, row: &MemberRow, typed: Typed) -> RolePage {
    RolePage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        title: "この事業所での役割の変更".to_owned(),
        lead:
            "この事業所での役割だけを変更します。変更は、次に画面を開いたときから有効になります。"
                .to_owned(),
        action: format!("/care/members/{}/role", row.staff_id),
        facts: facts(row),
        whom: None,
        role: typed.role,
        ends: typed.ends,
        codes: typed.codes,
        button: "役割を変更する".to_owned(),
    }
}

/// GET `/care/members/{id}/role`.
pub(crate) async fn ask_role(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let now = role_form::of(row.standing);
    Ok(page(&role_page(&signed_in, &row, now)))
}

/// POST `/care/members/{id}/role`.
pub(crate) async fn change(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let typed = role_form::read(signed_in.platform(), &form);
    let Some(standing) = typed.standing else {
        let again = role_page(&signed_in, &row, typed);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again));
    };
    let own = signed_in.session.staff_id;
    let (platform, office_no) = (signed_in.platform(), signed_in.office_no());
    let changed = members::change(
        platform,
        &signed_in.context,
        office_no,
        own,
        row.staff_id,
        standing,
    );
    changed.await.map_err(|error| failed(&signed_in, error))?;
    Ok(see_other("/care/staff?done=role"))
}

/// GET `/care/members/{id}/end`: asks once more.
pub(crate) async fn ask_end(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(Some(MenuItem::Office)),
        parent: Link::new("/care/staff", "職員・端末"),
        title: "ほかの事業所の職員を外す確認".to_owned(),
        lead: "この職員は、すぐにこの事業所として利用できなくなります。所属する事業所での利用は変わりません。"
            .to_owned(),
        facts: facts(&row),
        action: format!("/care/members/{}/end", row.staff_id),
        button: "この事業所から外す".to_owned(),
        back: Link::new("/care/staff", "変更しないで前の画面へ戻る"),
    }))
}

/// POST `/care/members/{id}/end`.
pub(crate) async fn end(
    Path(id): Path<String>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let row = find(&signed_in, &id).await?;
    let own = signed_in.session.staff_id;
    let (platform, office_no) = (signed_in.platform(), signed_in.office_no());
    members::end(platform, &signed_in.context, office_no, own, row.staff_id)
        .await
        .map_err(|error| failed(&signed_in, error))?;
    Ok(see_other("/care/staff?done=left"))
}
