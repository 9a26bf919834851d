//! Two who edit one text, from outside: the later save is told what the earlier wrote, also when it
//! was made without a connection and arrives long after.

use icabinet_models::ids::{CommandId, ItemId, SentenceId};
use icabinet_models::meeting::{AgendaCommand, Edition, Meeting, MinutesCommand, SessionCommand};
use icabinet_models::minutes::Section;
use icabinet_models::wire::Answer;
use icabinet_models::{Command, Refusal};
use icabinet_tests::{On, TestClient, TestServer, refused};

on_both! {
    of_two_editors_of_a_sentence_neither_overwrites_the_other
    an_edit_that_waited_without_a_connection_overwrites_nothing
}

/// A draft with a sentence that the chair wrote.
async fn drafted(hall: &TestServer) -> (TestClient, TestClient, SentenceId) {
    let (chair, meeting) = hall.in_session().await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    let open = chair.snapshot().await.meeting;
    let unsettled = open.items.iter().filter(|(_, item)| !item.is_settled());
    for item in unsettled.map(|(id, _)| *id).collect::<Vec<ItemId>>() {
        let conclusion = icabinet_models::agenda::Conclusion::Withdrawn;
        chair.does(Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion })).await;
    }
    chair.does(Command::Session(SessionCommand::CloseSession {})).await;
    chair.does(Command::Minutes(MinutesCommand::DraftMinutes {})).await;
    let text = "Thống nhất.".to_owned();
    chair
        .does(Command::Minutes(MinutesCommand::WriteSentence { section: Section::Closing, text }))
        .await;
    let m = chair.snapshot().await.meeting;
    let written = m.minutes.in_order().into_iter().find(|(_, s)| s.text == "Thống nhất.");
    let id = written.expect("the sentence").0;
    (chair, secretary, id)
}

fn edit(sentence: SentenceId, text: &str, saw: &Meeting) -> Command {
    let command = Command::Minutes(MinutesCommand::EditSentence {
        sentence,
        text: text.to_owned(),
        seen: None,
    });
    command.having_seen(saw.edition_of_sentence(sentence).as_ref())
}

async fn of_two_editors_of_a_sentence_neither_overwrites_the_other(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, secretary, sentence) = drafted(&hall).await;
    let saw = chair.snapshot().await.meeting;
    secretary.does(edit(sentence, "Thống nhất cao.", &saw)).await;
    let theirs = Edition::Sentence { text: "Thống nhất cao.".to_owned() };
    let told = refused(chair.sends(edit(sentence, "Thống nhất một phần.", &saw)).await);
    assert_eq!(told, Refusal::Changed { now: Box::new(theirs.clone()) });
    let now = secretary.snapshot().await.meeting;
    assert_eq!(now.edition_of_sentence(sentence), Some(theirs), "it stands");
    chair.does(edit(sentence, "Thống nhất một phần.", &now)).await;
    let remove = Command::Minutes(MinutesCommand::RemoveSentence { sentence, seen: None });
    let unread = remove.having_seen(now.edition_of_sentence(sentence).as_ref());
    assert!(matches!(refused(secretary.sends(unread).await), Refusal::Changed { .. }));
}

async fn an_edit_that_waited_without_a_connection_overwrites_nothing(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, secretary, sentence) = drafted(&hall).await;
    let saw = chair.snapshot().await.meeting;
    let waiting = edit(sentence, "Viết khi mất mạng.", &saw);
    let id = CommandId::from("0197c0de-0000-7000-8000-00000000e001".to_owned());
    secretary.does(edit(sentence, "Mới hơn.", &saw)).await;
    // It goes out again and again, as an outbox does, and is always answered the same.
    for _ in 0..3 {
        let Answer::Refused { refusal } = chair.sends_as(id.clone(), waiting.clone()).await else {
            panic!("it was taken")
        };
        assert!(matches!(refusal, Refusal::Changed { .. }), "{refusal:?}");
    }
    let m = chair.snapshot().await.meeting;
    let newer = Edition::Sentence { text: "Mới hơn.".to_owned() };
    assert_eq!(m.edition_of_sentence(sentence), Some(newer));
}
