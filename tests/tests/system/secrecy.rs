//! Ballots of a running vote against whoever computes with what the server gives out: receipts, the
//! record before the vote, the record of a vote that was voided; and counts of what is not for everybody.

use icabinet_models::canonical;
use icabinet_models::ids::{
    CommandId, Digest, ItemId, MeetingId, MotionId, PersonId, Time, VoteId,
};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, ParticipantsCommand, SessionCommand, VotesCommand, VotesEvent,
};
use icabinet_models::record::{RECORD_VERSION, Record, Withheld, chain};
use icabinet_models::rule::Choice;
use icabinet_models::wire::{Answer, ServerFrame};
use icabinet_models::{Actor, Command, Event};
use icabinet_tests::{On, TestClient, TestServer, refused};
use std::io::Read as _;

on_both! {
    a_secretary_who_computes_with_receipts_finds_no_ballot
    a_voided_vote_can_not_be_computed_from_its_record
    who_is_not_shown_a_vote_is_told_no_count_of_it
    what_leaves_no_entry_has_no_receipt
}

/// A file of the record, as the office gets it.
async fn of_record(seat: &TestClient, path: &str) -> String {
    let (status, zip) = seat.get("/api/meetings/{m}/record.zip?sound=false").await;
    assert_eq!(status, 200);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).expect("a ZIP");
    let mut text = String::new();
    zip.by_name(path).expect("it is there").read_to_string(&mut text).expect("UTF-8");
    text
}

/// A ballot that somebody thinks was cast.
struct Guess {
    person: &'static str,
    choice: Choice,
    record: Vec<u8>,
}

/// Every ballot of these people that can stand at a position, in every form of a record without its salt.
/// Whoever tries need not even try out the time.
fn guesses(meeting: &MeetingId, position: u64, at: Time) -> Vec<Guess> {
    let mut all = Vec::new();
    for person in ["an", "binh", "cuong"] {
        for choice in [Choice::Yes, Choice::No, Choice::Abstain] {
            let event = Event::Votes(VotesEvent::BallotCast {
                vote: VoteId(1),
                person: PersonId::from(person),
                choice,
                opinion: String::new(),
            });
            let actor = Actor::Person(PersonId::from(person));
            let (v, meeting) = (2, meeting.clone());
            let mut record = Record { v, meeting, position, at, actor, event, salt: None };
            for v in [2, RECORD_VERSION] {
                record.v = v;
                all.push(Guess { person, choice, record: canonical::bytes(&record) });
            }
        }
    }
    all
}

/// What an accepted command was answered.
fn accepted(answer: Answer) -> (u64, Time, String) {
    match answer {
        Answer::Accepted { position, at, code } => (position, at, code),
        other => panic!("{other:?}"),
    }
}

async fn a_secretary_who_computes_with_receipts_finds_no_ballot(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    // Everything that a ballot hangs on is known to her: the chain up to it, by her own record of what
    // came before, and by whom and when it can have been cast.
    let opened = hall.entries(&meeting).await;
    let (position, _, hash) = opened.last().expect("the opening").clone();
    let previous = Digest(hash.try_into().expect("32 bytes"));
    let an = hall.seat("an").await.at(&meeting);
    let (cast, at, own) = accepted(an.casts(Choice::No).await);
    assert_eq!(cast, position + 1);
    let empty =
        Command::Participants(ParticipantsCommand::AddParticipants { participants: Vec::new() });
    refused(secretary.sends(empty).await);
    let absent = Command::Attendance(AttendanceCommand::RecordAbsence {
        person: "guest".into(),
        reason: "Đi công tác.".to_owned(),
    });
    let (_, _, code) = accepted(secretary.sends(absent).await);
    for guess in guesses(&meeting, cast, at) {
        let hash = chain(&previous, 2, &guess.record);
        // The ballot's own receipt is for one pair of eyes; even with it nothing can be tried out.
        let Guess { person, choice, .. } = guess;
        assert_ne!(hash.short(2), own, "{person} {choice:?}");
        assert_ne!(hash.short(2), code, "{person} {choice:?}");
        assert_ne!(Digest::of(&guess.record).short(2), own, "{person} {choice:?}");
    }
    // The receipt is what the log has, and what the record shows afterwards.
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let hashes = of_record(&secretary, "log/hashes.txt").await;
    let line = hashes.lines().nth(usize::try_from(cast).expect("a line") - 1).expect("its hash");
    assert_eq!(Digest::from_hex(line).expect("a hash").short(2), own);
}

async fn a_voided_vote_can_not_be_computed_from_its_record(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let an = hall.seat("an").await.at(&meeting);
    let (cast, at, _) = accepted(an.casts(Choice::Abstain).await);
    let reason = "Máy chiếu hỏng.".to_owned();
    chair.does(Command::Votes(VotesCommand::VoidVote { vote: VoteId(1), reason })).await;
    let records = of_record(&secretary, "log/records.jsonl").await;
    let line = records.lines().nth(usize::try_from(cast).expect("a line") - 1).expect("its line");
    let withheld: Withheld = serde_json::from_str(line).expect("withheld");
    for guess in guesses(&meeting, cast, at) {
        let Guess { person, choice, .. } = guess;
        assert_ne!(Digest::of(&guess.record), withheld.withheld, "{person} {choice:?}");
    }
    // Every other record has its salt, each another; the ballot's is nowhere.
    let shown: Vec<Record> =
        records.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let salts: std::collections::BTreeSet<String> =
        shown.iter().map(|record| serde_json::to_string(&record.salt).expect("a salt")).collect();
    assert_eq!(salts.len(), shown.len());
    let stored = hall.entries(&meeting).await;
    let (_, ballot, _) = &stored[usize::try_from(cast).expect("a place") - 1];
    let ballot: Record = serde_json::from_str(ballot).expect("a record");
    let salt = serde_json::to_string(&ballot.salt.expect("a salt")).expect("a salt");
    assert!(!records.contains(salt.trim_matches('"')));
}

async fn who_is_not_shown_a_vote_is_told_no_count_of_it(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let other = Command::Agenda(AgendaCommand::ConcludeItem {
        item: ItemId(1),
        conclusion: icabinet_models::agenda::Conclusion::CarriedOver,
    });
    chair.does(other).await;
    chair.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(3) })).await;
    let mut guest = hall.seat("guest").await.at(&meeting).watches().await;
    let token = chair.post("/api/meetings/{m}/screens", &serde_json::Value::Null).await.1;
    let token = token["address"].as_str().expect("an address").split('#').nth(1).expect("a token");
    let mut screen = TestClient::screen(hall.base(), &meeting, token).await.watches().await;
    let mut member = hall.seat("binh").await.at(&meeting).watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(3), seconds: None })).await;
    hall.seat("an").await.at(&meeting).casts(Choice::Yes).await;
    // Members are told; once they were, so would the others have been.
    loop {
        if let Some(ServerFrame::Turnout { cast: 1, .. }) = member.next().await {
            break;
        }
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    chair.does(Command::Session(SessionCommand::CallRecess {})).await;
    for watch in [&mut guest, &mut screen] {
        watch.until(|m| matches!(m.stage, icabinet_models::meeting::Stage::Recess { .. })).await;
        let told: Vec<&String> =
            watch.frames.iter().filter(|text| text.contains("turnout")).collect();
        assert!(told.is_empty(), "{told:?}");
    }
}

async fn what_leaves_no_entry_has_no_receipt(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let an = hall.seat("an").await.at(&meeting);
    let id = CommandId::from("0197c0de-0000-7000-8000-000000000002".to_owned());
    let ballot = an.ballot(Choice::Yes).await;
    let (_, _, first) = accepted(an.sends_as(id.clone(), ballot.clone()).await);
    assert_eq!(first.len(), 9);
    let (_, _, again) = accepted(an.sends_as(id, ballot.clone()).await);
    assert_eq!(again, first, "the same command, the same receipt");
    let before = hall.entries(&meeting).await.len();
    refused(an.sends(ballot).await);
    let empty =
        Command::Participants(ParticipantsCommand::AddParticipants { participants: Vec::new() });
    refused(hall.seat("secretary").await.at(&meeting).sends(empty).await);
    assert_eq!(hall.entries(&meeting).await.len(), before);
}
