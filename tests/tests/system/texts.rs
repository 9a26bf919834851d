//! Texts as people paste them: clean in the log or refused by name, and set whatever they hold.

use icabinet_models::agenda::{Conclusion, Level};
use icabinet_models::decisions::Rendition;
use icabinet_models::ids::{ItemId, MotionId, PersonId, Text, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, Bound, MinutesCommand, MotionsCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::minutes::Section;
use icabinet_models::rule::Choice;
use icabinet_models::{Command, Refusal};
use icabinet_tests::{On, TestClient, TestServer, item, motion, particulars, people, refused};

on_both! {
    whatever_stands_in_a_reason_or_an_opinion_the_minutes_are_set
    a_text_of_a_command_is_kept_clean
    a_sign_of_one_font_is_refused_by_name
    a_time_that_no_calendar_here_has_is_refused
}

const MEMBERS: [&str; 7] = ["chair", "secretary", "vice", "binh", "cuong", "dung", "em"];

/// Holds the meeting to its end: a vote with another opinion on the first item.
async fn hold(hall: &TestServer, secretary: &TestClient, opinion: &str) {
    let meeting = secretary.meeting();
    for login in MEMBERS {
        secretary
            .does(Command::Attendance(AttendanceCommand::CheckIn {
                person: Some(PersonId::from(login)),
            }))
            .await;
    }
    let chair = hall.seat("chair").await.at(&meeting);
    chair.does(Command::Session(SessionCommand::OpenSession {})).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) })).await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let binh = hall.seat("binh").await.at(&meeting);
    let Command::Votes(VotesCommand::CastBallot { vote, text_digest, .. }) =
        binh.ballot(Choice::Other).await
    else {
        panic!("no ballot")
    };
    let opinion = opinion.to_owned();
    binh.does(Command::Votes(VotesCommand::CastBallot {
        vote,
        choice: Choice::Other,
        opinion,
        text_digest,
    }))
    .await;
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    for number in 1..=3 {
        let conclusion = Conclusion::CarriedOver;
        chair
            .does(Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(number), conclusion }))
            .await;
    }
    chair.does(Command::Session(SessionCommand::CloseSession {})).await;
}

async fn whatever_stands_in_a_reason_or_an_opinion_the_minutes_are_set(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting);
    let reason = "Bận việc nhà 😀 ✓ 漢 ភ្នំពេញ 한 \u{f0b7}".to_owned();
    an.does(Command::Attendance(AttendanceCommand::RecordAbsence {
        person: PersonId::from("an"),
        reason,
    }))
    .await;
    hold(&hall, &secretary, "Đồng ý 👍🏽, x\u{302}\u{489} العربية").await;
    secretary.does(Command::Minutes(MinutesCommand::DraftMinutes {})).await;
    let written = "Việc khác: ☐ một\n➢ hai 𝐁".to_owned();
    secretary
        .does(Command::Minutes(MinutesCommand::WriteSentence {
            section: Section::Closing,
            text: written,
        }))
        .await;
    secretary.does(Command::Minutes(MinutesCommand::ApproveMinutes {})).await;
    let settled = |rendition: &Rendition| *rendition != Rendition::Waiting;
    let mut watch = secretary.watches().await;
    let view = watch.until(|m| m.minutes.rendition().is_some_and(settled)).await;
    let Some(Rendition::Typeset { document, .. }) = view.minutes.rendition() else {
        panic!("{:?}", view.minutes.rendition())
    };
    let path = format!("/api/meetings/{{m}}/blobs/{}", document.hex());
    assert!(secretary.get(&path).await.1.starts_with(b"%PDF"));
}

async fn a_text_of_a_command_is_kept_clean(on: On) {
    const GIVEN: &str = "\u{feff}Ho\u{302}\u{300}\0\u{a0}\tSen\u{200b}\u{202e} \u{1}";
    const KEPT: &str = "Hồ Sen";
    let hall = TestServer::open(on).await;
    let mut all = people();
    for row in &mut all {
        (row.unit, row.position) = (Text::both(GIVEN, GIVEN), Text::vi(GIVEN));
        (row.seat, row.venue) = (Some(GIVEN.to_owned()), Some(GIVEN.to_owned()));
    }
    all[3].name = GIVEN.to_owned();
    let mut given = particulars();
    (given.title, given.place) = (Text::both(GIVEN, GIVEN), Text::vi(GIVEN));
    given.locality = GIVEN.to_owned();
    let secretary = hall.seat("secretary").await;
    let secretary = secretary.at(&secretary.creates(&given, &all).await);
    for number in 1..=3 {
        secretary
            .does(Command::Agenda(AgendaCommand::AddItem { draft: item(GIVEN, Level::Public) }))
            .await;
        let draft = motion(Some(ItemId(number)), GIVEN);
        secretary.does(Command::Motions(MotionsCommand::AddMotion { draft })).await;
    }
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    let reason = || GIVEN.to_owned();
    let an = || PersonId::from("an");
    secretary
        .does(Command::Attendance(AttendanceCommand::RecordAbsence {
            person: an(),
            reason: reason(),
        }))
        .await;
    secretary.does(Command::Attendance(AttendanceCommand::CheckIn { person: Some(an()) })).await;
    secretary
        .does(Command::Attendance(AttendanceCommand::CheckOut {
            person: Some(an()),
            reason: reason(),
        }))
        .await;
    let recuse = Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(2),
        person: Some(an()),
        reason: reason(),
    });
    secretary.does(recuse).await;
    hold(&hall, &secretary, GIVEN).await;
    secretary.does(Command::Minutes(MinutesCommand::DraftMinutes {})).await;
    let section = Section::Opening;
    secretary
        .does(Command::Minutes(MinutesCommand::WriteSentence { section, text: GIVEN.to_owned() }))
        .await;

    let view = secretary.snapshot().await.meeting;
    let told = serde_json::to_string(&view).unwrap();
    for never in ["\\u0000", "\\u0001", "\u{302}", "\u{a0}", "\u{200b}", "\u{202e}", "\u{feff}"] {
        assert!(!told.contains(never), "{never:?} in {told}");
    }
    let row = &view.people[&an()];
    assert_eq!((row.name.as_str(), row.venue.as_deref()), (KEPT, Some(KEPT)));
    assert_eq!(view.particulars.title, Text::both(KEPT, KEPT));
    assert_eq!(view.absences[&an()].reason, KEPT);
    assert_eq!(view.items[&ItemId(2)].recusals[&an()].reason, KEPT);
}

async fn a_sign_of_one_font_is_refused_by_name(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    for character in ['\u{e123}', '\u{f8ff}', '\u{10fffd}', '\u{ffff}'] {
        let reason = format!("Bận {character}");
        let command = Command::Attendance(AttendanceCommand::RecordAbsence {
            person: PersonId::from("an"),
            reason,
        });
        let bound = Bound::Character(character.into());
        assert_eq!(refused(secretary.sends(command).await), Refusal::Invalid { bound });
    }
}

async fn a_time_that_no_calendar_here_has_is_refused(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    for at in [-1, 253_402_300_799_000, 253_402_300_800_000, i64::MAX, i64::MIN] {
        let mut given = particulars();
        given.scheduled.0 = at;
        let answer = secretary
            .sends(Command::Preparation(PreparationCommand::ChangeParticulars {
                particulars: given,
                seen: None,
            }))
            .await;
        let bound = Bound::OutOfRange;
        assert_eq!(refused(answer), Refusal::Invalid { bound }, "{at}");
    }
    assert_eq!(hall_pages(&hall).await, 200);
}

async fn hall_pages(hall: &TestServer) -> u16 {
    reqwest::get(format!("{}/public", hall.base())).await.unwrap().status().as_u16()
}
