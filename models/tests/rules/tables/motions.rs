//! What can be done with a motion and its vote.

use super::{Row, after, check, judged, sitting};
use crate::support::{motion, person};
use icabinet_models::Command;
use icabinet_models::decisions::{Article, DecisionText};
use icabinet_models::ids::{ItemId, MotionId, Text, VoteId};
use icabinet_models::meeting::{AgendaCommand, DecisionsCommand, MotionsCommand, VotesCommand};
use icabinet_models::rule::Choice;

#[test]
fn motions_and_votes_every_state_and_every_command() {
    let vote = VoteId(1);
    let open =
        || ("m1", Command::Votes(VotesCommand::OpenVote { motion: MotionId(3), seconds: None }));
    let shut = || ("m1", Command::Votes(VotesCommand::CloseVote { vote }));
    let voting = || after(sitting(), &[open()]);
    let cast = |choice: Choice| ("m1", voting().ballot(vote, choice));
    let consent = Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(2) });
    let void = || Command::Votes(VotesCommand::VoidVote { vote, reason: "lỗi".to_owned() });
    let states = [
        ("proposed", sitting()),
        ("voting", voting()),
        ("adopted", after(voting(), &[cast(Choice::Yes), shut()])),
        ("rejected", after(voting(), &[cast(Choice::No), shut()])),
        ("undecided", after(voting(), &[shut()])),
        ("void", after(voting(), &[("m1", void())])),
        (
            "withdrawn",
            after(
                sitting(),
                &[(
                    "m1",
                    Command::Motions(MotionsCommand::WithdrawMotion {
                        motion: MotionId(3),
                        seen: None,
                    }),
                )],
            ),
        ),
    ];
    let ballot = cast(Choice::Yes).1;
    let text = decision_text();
    const N: &str = "!motion_not_open_to_vote";
    const C: &str = "!vote_closed_at";
    const U: &str = "!unknown";
    let change = Command::Motions(MotionsCommand::ChangeMotion {
        motion: MotionId(3),
        text: Text::vi("Khác."),
        seen: None,
    });
    let withdraw =
        Command::Motions(MotionsCommand::WithdrawMotion { motion: MotionId(3), seen: None });
    let prepare =
        Command::Decisions(DecisionsCommand::PrepareDecision { motion: MotionId(3), text });
    let amend = || {
        let mut draft = motion(None, "Sửa.");
        draft.amends = Some(MotionId(3));
        Command::Motions(MotionsCommand::AddMotion { draft })
    };
    let rows: Vec<Row> = vec![
        (
            "open",
            "m1",
            open().1,
            vec!["vote_opened", "!vote_open", N, N, "vote_opened", "vote_opened", N],
        ),
        ("cast", "m3", ballot, vec![U, "ballot_cast", C, C, C, "!vote_not_open", U]),
        ("close", "m1", shut().1, vec![U, "vote_closed", C, C, C, "!vote_not_open", U]),
        ("close by a member", "m3", shut().1, vec!["!not_allowed"; 7]),
        ("void", "m1", void(), vec![U, "vote_voided", C, C, C, "!vote_not_open", U]),
        ("change", "m2", change, vec!["motion_changed", N, N, N, N, "motion_changed", N]),
        ("withdraw", "m1", withdraw, vec!["motion_withdrawn", N, N, N, N, "motion_withdrawn", N]),
        ("amend", "m2", amend(), vec!["motion_added", N, N, N, N, "motion_added", N]),
        (
            "prepare a decision",
            "m2",
            prepare,
            vec![
                "!not_adopted",
                "!not_adopted",
                "decision_prepared",
                "!not_adopted",
                "!not_adopted",
                "!not_adopted",
                "!not_adopted",
            ],
        ),
    ];
    check(&states, &rows);
    let adopted = after(sitting(), &[("m1", consent)]);
    let prepare = Command::Decisions(DecisionsCommand::PrepareDecision {
        motion: MotionId(2),
        text: decision_text(),
    });
    assert_eq!(judged(&adopted, person("m2"), &prepare), "decision_prepared");
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(2), seconds: None });
    assert_eq!(judged(&adopted, person("m1"), &open), N);
}

pub(crate) fn decision_text() -> DecisionText {
    DecisionText {
        number: String::new(),
        symbol: "QĐ-UBND".to_owned(),
        subject: "về việc ban hành".to_owned(),
        bases: Vec::new(),
        articles: vec![Article { heading: "Điều 1.".to_owned(), paragraphs: Vec::new() }],
        recipients: Vec::new(),
        place: "Hồ Sen".to_owned(),
    }
}
