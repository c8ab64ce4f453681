//! Notices to the people of a body: what is published for them, what the operator writes to them alone, what the platform tells (M05).
//!
//! A notice is kept once, with whom it goes to; who has read it is kept beside. Nothing in it is about persons who are cared for.

mod letters;
mod tell;
mod write;

pub use letters::write_letters;
pub(crate) use tell::{Event, tell};
pub use write::{NewNotice, WriteError, Written, list_written, reach, write};

use crate::{Platform, portal_users::Session};
use kiban_domain::{Body, Timestamp};
use kiban_store::{
    Error,
    repo::notices::{self, Addressee, NoticeRow},
};
use std::collections::HashSet;
use uuid::Uuid;

/// So many notices of a body are shown; what is older is told by the audit trail.
const MOST: i64 = 500;

/// Something published on the portal for the audience of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedItem {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Since when it is shown.
    pub at: Timestamp,
}

/// Whence an item comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Published for everybody, or for all of one kind.
    Published,
    /// Written by the operator to this body, or to several.
    Operator,
    /// Told by the platform itself.
    Platform,
}

/// An item of somebody's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name: 「notice/ID」 or 「news/SLUG」.
    pub name: String,
    /// Whence it comes.
    pub source: Source,
    /// In one line.
    pub title: String,
    /// In plain text; empty for what is published.
    pub body: String,
    /// Where to act or to read on; may be empty.
    pub link: String,
    /// Since when it is shown.
    pub at: Timestamp,
    /// Whether they have read it.
    pub read: bool,
}

/// Where a body is in the table.
fn place(body: &Body) -> Addressee {
    Addressee {
        body_kind: body.kind().to_owned(),
        // The numbers of all three begin with the prefecture's.
        prefecture: body.number().get(..2).unwrap_or_default().to_owned(),
        body_no: body.number().to_owned(),
    }
}

/// The notices somebody sees, the newest first.
///
/// # Errors
///
/// The database only.
pub async fn list(
    platform: &Platform,
    session: &Session,
    published: &[PublishedItem],
) -> Result<Vec<Item>, Error> {
    let mut work = platform.store.point().await?;
    let own = notices::list_for(&mut work, &place(&session.body), platform.now(), MOST).await?;
    let choice = notices::choice(&mut work, session.user_id).await?;
    let until = choice.map_or(Timestamp::MIN, |(until, _)| until);
    let read = notices::list_read(&mut work, session.user_id, until).await?;
    let read: HashSet<String> = read.into_iter().collect();
    let mut items: Vec<Item> = own.into_iter().map(own_item).collect();
    items.extend(published.iter().map(|it| Item {
        name: format!("news/{}", it.slug),
        source: Source::Published,
        title: it.title.clone(),
        body: String::new(),
        link: format!("/news/{}", it.slug),
        at: it.at,
        read: false,
    }));
    for item in &mut items {
        item.read = item.at <= until || read.contains(&item.name);
    }
    items.sort_by(|one, other| (other.at, &one.name).cmp(&(one.at, &other.name)));
    Ok(items)
}

fn own_item(row: NoticeRow) -> Item {
    Item {
        name: format!("notice/{}", row.notice_id),
        source: if row.event.is_some() {
            Source::Platform
        } else {
            Source::Operator
        },
        title: row.title,
        body: row.body,
        link: row.link,
        at: row.show_from,
        read: false,
    }
}

/// How many somebody has not read. The operator's people have none.
///
/// # Errors
///
/// The database only.
pub async fn count_unread(
    platform: &Platform,
    session: &Session,
    published: &[PublishedItem],
) -> Result<usize, Error> {
    if session.body == Body::Operator {
        return Ok(0);
    }
    let items = list(platform, session, published).await?;
    Ok(items.iter().filter(|it| !it.read).count())
}

/// One item of somebody's list, which from now on counts as read; `None` when it is not theirs.
///
/// # Errors
///
/// The database only.
pub async fn read(
    platform: &Platform,
    session: &Session,
    published: &[PublishedItem],
    name: &str,
) -> Result<Option<Item>, Error> {
    let items = list(platform, session, published).await?;
    let Some(item) = items.into_iter().find(|it| it.name == name) else {
        return Ok(None);
    };
    if !item.read {
        set_read(platform, session.user_id, item.name.clone()).await?;
    }
    Ok(Some(item))
}

async fn set_read(platform: &Platform, user_id: Uuid, name: String) -> Result<(), Error> {
    let now = platform.now();
    platform
        .store
        .write(move |work| {
            Box::pin(async move { notices::set_read(work, user_id, &name, now).await })
        })
        .await
}

/// Everything shown up to now counts as read.
///
/// # Errors
///
/// The database only.
pub async fn read_all(platform: &Platform, session: &Session) -> Result<(), Error> {
    let (user_id, now) = (session.user_id, platform.now());
    platform
        .store
        .write(move |work| {
            Box::pin(async move { notices::set_read_until(work, user_id, now).await })
        })
        .await
}

/// Whether somebody wants letters about notices to their bodies.
///
/// # Errors
///
/// The database only.
pub async fn wants_mail(platform: &Platform, user_id: Uuid) -> Result<bool, Error> {
    let choice = notices::choice(&mut platform.store.point().await?, user_id).await?;
    Ok(choice.is_some_and(|(_, wants)| wants))
}

/// Chooses whether letters come.
///
/// # Errors
///
/// The database only.
pub async fn set_wants_mail(platform: &Platform, user_id: Uuid, wants: bool) -> Result<(), Error> {
    platform
        .store
        .write(move |work| {
            Box::pin(async move { notices::set_wants_mail(work, user_id, wants).await })
        })
        .await
}
