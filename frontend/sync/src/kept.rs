//! A command as a device keeps and sends it: its JSON. What a device keeps may be of another program
//! (the office's, or a newer one): it is sent all the same, and costs no program the reading of
//! commands that it never gives. Never here: where it is kept.

use crate::tree::from_tree;
use icabinet_models::Command;
use icabinet_models::ids::VoteId;
use icabinet_models::meeting::{FloorCommand, VotesCommand};
use icabinet_models::rule::Choice;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A command's JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(Value);

impl Kept {
    /// A command that is kept from now on.
    pub fn of(command: &Command) -> Self {
        // Its text and not its tree: a program that sends it has that code already.
        let text = serde_json::to_string(command).expect("a command is JSON");
        Self(serde_json::from_str(&text).expect("and is read back"))
    }

    /// The vote and the choice, if it is a ballot.
    pub fn ballot(&self) -> Option<(VoteId, Choice)> {
        let (vote, choice, _) = self.ballot_with_opinion()?;
        Some((vote, choice))
    }

    /// The same, with the text of another opinion.
    pub(crate) fn ballot_with_opinion(&self) -> Option<(VoteId, Choice, String)> {
        match from_tree(&self.0).ok()? {
            VotesCommand::CastBallot { vote, choice, opinion, .. } => Some((vote, choice, opinion)),
            VotesCommand::OpenVote { .. }
            | VotesCommand::CloseVote { .. }
            | VotesCommand::VoidVote { .. } => None,
        }
    }

    /// Whether it asks for the floor.
    pub fn asks_to_speak(&self) -> bool {
        matches!(from_tree(&self.0), Ok(FloorCommand::AskToSpeak { .. }))
    }

    /// The command, if this program knows it. Only for a program that gives commands of all topics: it
    /// brings the reading of all along.
    pub fn read(&self) -> Option<Command> {
        from_tree(&self.0).ok()
    }
}
