//! 認定申請の進捗 (C07, W-6).

use axum::response::Response;
use kiban_access::Part;
use kiban_domain::{Application, Date, DueState, ProgressStage, StageClock, Track, Turn};
use kiban_exchange::municipal::record::ApplicationRecord;
use kiban_services::progress as services;
use kiban_store::repo::{facts::FactRow, progress::DurationRow};
use kiban_ui::{
    ApplicationProgress, Chip, ChipColor, ClockLevel, Lane, LaneDate, MenuItem, MessageKind,
    Notice, NoticeKind, PastApplication, ProgressPage, ProgressStep, StepState,
};

use super::dossier::{About, Dossier, of_set};
use crate::{
    answer::{Message, page},
    words,
};

/// The days of the law, 介護保険法第27条第11項.
const LIMIT_DAYS: u16 = 30;

/// GET `…/progress`.
pub(crate) async fn show(about: About) -> Result<Response, Response> {
    let (dossier, rows) = about.read_with_versions(None, "view_progress").await?;
    if let Some(withheld) = dossier
        .view
        .permit
        .withheld()
        .iter()
        .find(|it| it.part == Part::Progress)
    {
        let detail = withheld.reason.message(Part::Progress);
        let message = Message::new(MessageKind::Forbidden, &detail);
        return Err(about
            .signed_in
            .say(message.next(&dossier.head().path(), "利用者の概要へ戻る")));
    }
    let (platform, context) = (about.signed_in.platform(), &about.signed_in.context);
    let load = async {
        services::seen(platform, context, &dossier.view.permit).await?;
        services::duration(platform, &about.key.insurer_no).await
    };
    let duration = load
        .await
        .map_err(|error| about.signed_in.storage(&error))?;
    Ok(page(&ProgressPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person: dossier.head(),
        application: latest(&dossier, duration),
        past: past(&dossier, &rows),
    }))
}

/// Whether nothing more is to come: the person was told the result, or there will be none.
pub(super) fn is_closed(application: &Application) -> bool {
    let progress = application.progress();
    progress.withdrawn || progress.rejected || progress.stage >= ProgressStage::Certified
}

/// How far it is, as a chip.
pub(super) fn progress_chip(application: &Application) -> Chip {
    let progress = application.progress();
    let color = if progress.withdrawn || progress.rejected {
        ChipColor::Gray
    } else if progress.is_closed() {
        ChipColor::Green
    } else if progress.deferred {
        ChipColor::Orange
    } else {
        ChipColor::Blue
    };
    Chip::new(progress.label(), color)
}

fn latest(dossier: &Dossier, duration: Option<DurationRow>) -> Option<ApplicationProgress> {
    let dated = dossier.members.progress.as_ref()?;
    let application = Application::try_from(&dated.record).ok()?;
    Some(present(
        &application,
        words::instant(dated.updated_at),
        dossier.today,
        duration,
    ))
}

fn present(
    application: &Application,
    updated: String,
    today: Date,
    duration: Option<DurationRow>,
) -> ApplicationProgress {
    let clock = StageClock::of(application, today);
    let running = !is_closed(application);
    let turns: Vec<String> = clock.turns.iter().map(|turn| waiting_for(*turn)).collect();
    ApplicationProgress {
        kind: application.kind.label().to_owned(),
        filed: words::date(application.applied_on),
        chip: progress_chip(application),
        clock: running.then(|| stage_clock(&clock, expected(application, today, duration))),
        turn: turns.join("、"),
        notice: notice(application),
        steps: steps(application),
        updated,
    }
}

fn waiting_for(turn: Turn) -> String {
    let what = match turn {
        Turn::Municipality => "手続き",
        Turn::Surveyor => "認定調査の実施",
        Turn::Physician => "主治医意見書の作成",
        Turn::Committee => "審査・判定",
    };
    format!("{}（{what}）", turn.label())
}

fn stage_clock(clock: &StageClock, expected: String) -> kiban_ui::StageClock {
    kiban_ui::StageClock {
        day: u16::try_from(clock.days).unwrap_or(u16::MAX),
        limit: LIMIT_DAYS,
        level: match clock.due {
            DueState::InTime => ClockLevel::Calm,
            DueState::Near => ClockLevel::Near,
            DueState::Over => ClockLevel::Over,
        },
        due: words::date(clock.due_on),
        expected,
    }
}

/// When a result is to be expected, from what the insurer took lately, in words.
fn expected(it: &Application, today: Date, duration: Option<DurationRow>) -> String {
    let Some(duration) = duration else {
        return "この市町村のこれまでの実績にもとづく見込みは、まだ表示できません。".to_owned();
    };
    let cases = duration.cases;
    if cases < services::CASES_MIN {
        return format!(
            "この市町村の過去12か月の結果は{cases}件で、{}件より少ないため、見込みは表示しません。",
            services::CASES_MIN
        );
    }
    let (half, most) = (duration.median_days, duration.most_days);
    let day = |days: i64| it.applied_on.checked_add(jiff::Span::new().days(days)).ok();
    let told = format!(
        "この市町村の過去12か月の結果（{cases}件）では、半分が申請から{half}日まで、8割が{most}日までに出ています。"
    );
    match (day(half), day(most)) {
        (_, Some(late)) if late < today => {
            format!("{told}この申請は、8割の結果が出る日数を過ぎています。")
        }
        (Some(half), Some(late)) if half < today => {
            format!(
                "{told}この申請の結果は、{}ごろまでの見込みです。",
                words::date(late).wareki
            )
        }
        (Some(half), Some(late)) => format!(
            "{told}この申請の結果は、{}から{}ごろの見込みです。",
            words::date(half).wareki,
            words::date(late).wareki
        ),
        (_, _) => told,
    }
}

fn notice(application: &Application) -> Option<Notice> {
    let progress = application.progress();
    if progress.withdrawn {
        let body = "もう一度申請するときは、市町村の窓口で手続きしてください。";
        return Some(Notice::new(
            NoticeKind::Info,
            "この申請は取り下げられました",
            body,
        ));
    }
    if progress.rejected {
        let body = "理由は、市町村の窓口に確認してください。";
        return Some(Notice::new(
            NoticeKind::Warning,
            "この申請は却下されました",
            body,
        ));
    }
    let deferred = application
        .deferred_on
        .filter(|_| !is_closed(application))?;
    let mut body = String::new();
    if let Some(reason) = &application.deferral_reason {
        body.push_str("理由：");
        body.push_str(reason.as_str().trim_end_matches('。'));
        body.push('。');
    }
    if let Some(expected) = application.expected_on {
        body.push_str("処理見込日：");
        body.push_str(&words::both(expected));
        body.push('。');
    }
    let title = format!(
        "市町村が延期を通知しました（{}）",
        words::date(deferred).wareki
    );
    Some(Notice::new(NoticeKind::Warning, title, body))
}

/// The steps with their dates. The first that is not done is where the application stands.
fn steps(it: &Application) -> Vec<ProgressStep> {
    let both = match (it.survey_done_on, it.opinion_received_on) {
        (Some(survey), Some(opinion)) => Some(survey.max(opinion)),
        (Some(_) | None, None) | (None, Some(_)) => None,
    };
    let certified = it.certified_on.or(it.secondary_judged_on);
    let dates = [
        ("申請受付", Some(it.applied_on)),
        ("認定調査・主治医意見書", both),
        ("一次判定", it.primary_judged_on),
        ("介護認定審査会", it.secondary_judged_on),
        (
            "二次判定・認定",
            it.certified_on
                .or(certified.filter(|_| it.notified_on.is_some())),
        ),
        ("結果通知", it.notified_on),
    ];
    // A later date means that the earlier steps are behind, even where their dates were not sent.
    let last_done = dates
        .iter()
        .rposition(|(_, date)| date.is_some())
        .unwrap_or(0);
    let progress = it.progress();
    let stopped = progress.withdrawn || progress.rejected;
    dates
        .into_iter()
        .enumerate()
        .map(|(at, (title, date))| {
            let done = date.is_some() || at < last_done;
            let state = if done {
                StepState::Done
            } else if at == last_done + 1 && !stopped {
                StepState::Now
            } else {
                StepState::Later
            };
            let planned = it
                .committee_scheduled_on
                .filter(|_| title == "介護認定審査会" && date.is_none());
            ProgressStep {
                title: title.to_owned(),
                state,
                date: date.or(planned).map(words::date),
                note: match (planned, at) {
                    (Some(_), _) => "予定です".to_owned(),
                    (None, 1) if !done => "2つは並行して進みます。".to_owned(),
                    (None, _) if done && date.is_none() => "日付は届いていません。".to_owned(),
                    (None, _) => String::new(),
                },
                lanes: if at == 1 { lanes(it) } else { Vec::new() },
            }
        })
        .collect()
}

fn lanes(it: &Application) -> Vec<Lane> {
    let progress = it.progress();
    let date = |term: &str, date: Option<Date>| LaneDate {
        term: term.to_owned(),
        date: date.map(words::date),
    };
    vec![
        Lane {
            title: "認定調査".to_owned(),
            chip: lane_chip(progress.survey, "実施済み"),
            dates: vec![
                date("依頼日", it.survey_requested_on),
                date("実施日", it.survey_done_on),
                date("調査票の受領日", it.survey_received_on),
            ],
        },
        Lane {
            title: "主治医意見書".to_owned(),
            chip: lane_chip(progress.opinion, "受領済み"),
            dates: vec![
                date("依頼日", it.opinion_requested_on),
                date("受領日", it.opinion_received_on),
            ],
        },
    ]
}

fn lane_chip(track: Track, done: &str) -> Chip {
    match track {
        Track::NotRequested => Chip::new("これから", ChipColor::Gray),
        Track::Requested(_) => Chip::new("依頼済み", ChipColor::Yellow),
        Track::Done(_) => Chip::new(done, ChipColor::Green),
    }
}

/// All applications but the one above, newest first.
fn past(dossier: &Dossier, rows: &[FactRow]) -> Vec<PastApplication> {
    let current = dossier
        .members
        .progress
        .as_ref()
        .map(|it| (&it.record.applied_on, it.record.branch));
    let mut all: Vec<Application> = of_set::<ApplicationRecord>(rows)
        .filter(|(_, it)| current != Some((&it.applied_on, it.branch)))
        .filter_map(|(_, it)| Application::try_from(&it).ok())
        .collect();
    all.sort_by_key(|it| std::cmp::Reverse((it.applied_on, it.branch)));
    all.iter()
        .map(|it| past_application(it, dossier.today))
        .collect()
}

fn past_application(it: &Application, today: Date) -> PastApplication {
    let result = it.secondary_result.filter(|_| it.certified_on.is_some());
    let chip = match result {
        Some(level) if !it.progress().withdrawn && !it.progress().rejected => {
            words::care_level_chip(level.code())
        }
        Some(_) | None => progress_chip(it),
    };
    let decided = it.certified_on.or(it.notified_on);
    PastApplication {
        filed: words::date(it.applied_on),
        kind: it.kind.label().to_owned(),
        chip,
        certified: it.certified_on.map(words::date),
        took: match decided {
            Some(_) => format!("{}日", StageClock::of(it, today).days),
            None => "なし".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The application of these items, filed on 2026-06-01 and looked at on 2026-06-27.
    fn shown(items: &str) -> String {
        let json = format!(r#"{{"applied_on":"2026-06-01","branch":1,"kind":"2"{items}}}"#);
        let record: ApplicationRecord = serde_json::from_str(&json).unwrap();
        let application = Application::try_from(&record).unwrap();
        let it = present(
            &application,
            String::new(),
            Date::constant(2026, 6, 27),
            None,
        );
        let steps: String = it
            .steps
            .iter()
            .map(|step| match step.state {
                StepState::Done => '済',
                StepState::Now => '今',
                StepState::Later => '後',
            })
            .collect();
        let clock = it.clock.map_or_else(String::new, |clock| {
            format!("{}日 {}", clock.day, clock.level.label())
        });
        let notice = it.notice.map_or_else(String::new, |notice| {
            format!("{} {}", notice.title, notice.body)
        });
        format!("{}|{steps}|{clock}|{}|{notice}", it.chip.label, it.turn)
    }

    #[test]
    fn w6_it_says_where_the_application_stands_and_whose_turn_it_is() {
        assert_eq!(
            shown(""),
            "申請受付|済今後後後後|26日 期限が近づいています|市町村（手続き）|"
        );
        let asked = r#","survey_requested_on":"2026-06-02","opinion_requested_on":"2026-06-02""#;
        assert_eq!(
            shown(asked),
            "意見書作成依頼済|済今後後後後|26日 期限が近づいています|認定調査員（認定調査の実施）、主治医（主治医意見書の作成）|"
        );
        let there = r#","survey_done_on":"2026-06-09","opinion_received_on":"2026-06-12""#;
        let judged = format!(
            r#"{there},"primary_judged_on":"2026-06-15","committee_scheduled_on":"2026-07-01""#
        );
        assert_eq!(
            shown(&judged),
            "審査会待ち|済済済今後後|26日 期限が近づいています|介護認定審査会（審査・判定）|"
        );
        let done = format!(
            r#"{judged},"secondary_judged_on":"2026-06-20","certified_on":"2026-06-20","notified_on":"2026-06-22""#
        );
        assert_eq!(shown(&done), "結果通知済|済済済済済済|||");
    }

    #[test]
    fn w6_what_is_expected_comes_from_the_insurers_own_cases() {
        let json = r#"{"applied_on":"2026-06-01","branch":1,"kind":"2"}"#;
        let record: ApplicationRecord = serde_json::from_str(json).unwrap();
        let application = Application::try_from(&record).unwrap();
        let told = |cases, today| {
            let duration = DurationRow {
                counted_on: today,
                cases,
                median_days: 28,
                most_days: 36,
            };
            expected(&application, today, Some(duration))
        };
        let june = Date::constant(2026, 6, 10);
        assert!(told(10, june).ends_with("令和8年6月29日から令和8年7月7日ごろの見込みです。"));
        assert!(
            told(10, Date::constant(2026, 7, 1)).ends_with("令和8年7月7日ごろまでの見込みです。")
        );
        assert!(told(10, Date::constant(2026, 7, 8)).ends_with("日数を過ぎています。"));
        assert!(told(9, june).contains("9件で、10件より少ないため"));
    }

    #[test]
    fn w6_a_deferral_or_a_withdrawal_is_told() {
        let deferred = r#","deferred_on":"2026-06-25","expected_on":"2026-07-15","deferral_reason":"意見書待ち。""#;
        assert!(shown(deferred).ends_with(
            "市町村が延期を通知しました（令和8年6月25日） 理由：意見書待ち。処理見込日：令和8年7月15日（2026年7月15日）。"
        ));
        assert_eq!(
            shown(r#","withdrawal":"3""#),
            "取下げ|済後後後後後|||この申請は取り下げられました もう一度申請するときは、市町村の窓口で手続きしてください。"
        );
    }
}
