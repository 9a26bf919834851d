//! Plays `session.json` and `script.json` as commands. Never here: an expectation.

use crate::support::{Hall, START};
use icabinet_models::agenda::{Conclusion, ItemDraft, ItemKind, Level};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{Digest, ItemId, MotionId, PersonId, RecordingId, Text, Time, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, FloorCommand, MotionsCommand, PapersCommand, Particulars,
    PreparationCommand, SessionCommand, SpeechCommand, VotesCommand,
};
use icabinet_models::motions::MotionDraft;
use icabinet_models::papers::PaperDraft;
use icabinet_models::participants::{Courtesy, Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Heard, Language};
use icabinet_models::votes::BallotKind;
use icabinet_models::{Actor, Command, Refusal};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The play with what the tests compare.
pub struct Play {
    pub hall: Hall,
    pub session: Value,
    pub script: Value,
    /// Numbers in the meeting of the demo's names.
    pub items: BTreeMap<String, ItemId>,
    pub motions: BTreeMap<String, MotionId>,
    pub votes: BTreeMap<String, VoteId>,
    /// What opening V7 was answered.
    pub secret: Option<Refusal>,
    /// The speech under way ends then.
    ends: Option<Time>,
    heard: Vec<Heard>,
    recording_from: Time,
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../server/demo")
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(name)).expect("a file of the demo");
    serde_json::from_str(&text).expect("JSON")
}

pub fn text(value: &Value) -> Text {
    Text::both(value["vi"].as_str().unwrap_or(""), value["en"].as_str().unwrap_or(""))
}

pub fn string(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Seconds of the script, with one decimal at most, in milliseconds.
fn ms(value: &Value) -> i64 {
    let text = value.to_string();
    let (whole, tenths) = text.split_once('.').unwrap_or((&text, "0"));
    whole.parse::<i64>().expect("seconds") * 1000 + tenths.parse::<i64>().expect("tenths") * 100
}

fn at(value: &Value) -> Time {
    START.plus_ms(ms(value))
}

impl Play {
    /// The whole session, from preparation to the transcript.
    pub fn whole() -> Self {
        let mut play = Self {
            hall: Hall::blank(),
            session: read("session.json"),
            script: read("script.json"),
            items: BTreeMap::new(),
            motions: BTreeMap::new(),
            votes: BTreeMap::new(),
            secret: None,
            ends: None,
            heard: Vec::new(),
            recording_from: START,
        };
        play.hall.now = START.plus_ms(-2 * 24 * 3_600_000);
        play.prepare();
        for step in list(&play.script["timeline"].clone()) {
            play.wait(at(&step["at_s"]));
            match step["type"].as_str() {
                Some("turn") => play.turn(step),
                _ => play.event(step),
            }
        }
        play.transcribe();
        play
    }

    fn does(&mut self, who: &str, command: Command) {
        self.hall.does(who, command);
    }

    /// Moves the clock; a speech that ends before then ends when it should.
    fn wait(&mut self, until: Time) {
        if let Some(ends) = self.ends.filter(|ends| *ends <= until) {
            self.hall.now = self.hall.now.max(ends);
            if self.hall.meeting.floor.speaking.is_some() {
                self.does("M04", Command::Floor(FloorCommand::EndFloor {}));
            }
            self.ends = None;
        }
        self.hall.now = until;
    }

    fn prepare(&mut self) {
        let session = self.session.clone();
        let place = format!(
            "{}, {}",
            string(&session["place"]["room"]["name"]["vi"]),
            string(&session["place"]["name"]["vi"])
        );
        let particulars = Particulars {
            title: text(&session["session"]["title"]),
            body: text(&session["units"][0]["name"]),
            parent_body: Text::vi("Thành phố Minh Giang"),
            place: Text::vi(place),
            locality: "Hồ Sen".to_owned(),
            scheduled: START,
            minutes_planned: 90,
        };
        let people = list(&session["members"]).iter().chain(list(&session["guests"]));
        let people = people.map(|p| participant(&session, p)).collect();
        let profile = Profile::vn_peoples_committee();
        let command = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars,
            profile,
            people,
        });
        self.hall.run(Actor::Organiser(PersonId::from("M04")), &command).expect("created");
        for name in ["I1", "I2", "I3", "I4", "I5"] {
            self.add_item(name);
        }
        for name in ["MO1", "MOC", "MO2", "MO3", "MO4", "MO6", "MO5", "MO7"] {
            self.add_motion(name);
        }
        self.add_papers();
        self.does("M04", Command::Preparation(PreparationCommand::Convene {}));
        let reason = string(&session["expected"]["attendance"]["absence_reason"]["vi"]);
        self.does(
            "M04",
            Command::Attendance(AttendanceCommand::RecordAbsence {
                person: PersonId::from("M06"),
                reason,
            }),
        );
    }

    fn add_item(&mut self, name: &str) {
        let session = &self.session;
        let found = list(&session["agenda"]).iter().find(|item| item["id"] == name).expect("item");
        let kind = match found["kind"].as_str() {
            Some("consent") => ItemKind::Consent,
            Some("urgent") => ItemKind::Urgent {
                proposer: PersonId::from(string(&found["urgency"]["proposer"])),
                reason: text(&found["urgency"]["reason"]),
            },
            _ => ItemKind::Regular,
        };
        let draft = ItemDraft {
            title: text(&found["title"]),
            kind,
            presenter: Some(PersonId::from(string(&found["presenter"]))),
            unit: unit(session, &found["unit"]),
            minutes_planned: 5,
            level: Level::Internal,
        };
        self.does("M04", Command::Agenda(AgendaCommand::AddItem { draft }));
        let id = *self.hall.meeting.items.keys().next_back().expect("an item");
        self.items.insert(name.to_owned(), id);
    }

    fn add_motion(&mut self, name: &str) {
        let session = &self.session;
        let named = |value: &&Value| list(&value["motions"]).iter().any(|motion| motion == name);
        let item = list(&session["agenda"]).iter().find(named);
        let item = item.map(|item| self.items[item["id"].as_str().expect("id")]);
        let vote = list(&session["votes"]).iter().find(|vote| vote["motion"] == name);
        let secret = vote.is_some_and(|vote| vote["kind"] == "secret");
        let amends = vote.and_then(|vote| vote["amends"].as_str());
        let found = list(&session["motions"]).iter().find(|m| m["id"] == name).expect("motion");
        let draft = MotionDraft {
            item,
            text: text(&found["text"]),
            ballot: if secret { BallotKind::Secret } else { BallotKind::Open },
            rule: None,
            amends: amends.map(|amended| self.motions[amended]),
        };
        self.does("M04", Command::Motions(MotionsCommand::AddMotion { draft }));
        let id = *self.hall.meeting.motions.keys().next_back().expect("a motion");
        self.motions.insert(name.to_owned(), id);
    }

    fn add_papers(&mut self) {
        for paper in list(&self.session["papers"].clone()) {
            let file = string(&paper["file"]);
            let bytes = std::fs::read(folder().join(&file)).expect("a paper of the demo");
            let named = |value: &&Value| list(&value["papers"]).contains(&paper["id"]);
            let item = list(&self.session["agenda"]).iter().find(named);
            let item = item.map(|item| self.items[item["id"].as_str().expect("id")]);
            let public = paper["level"] == "public";
            let draft = PaperDraft {
                item,
                title: text(&paper["title"]),
                number: paper["number"].as_str().unwrap_or("").to_owned(),
                level: if public { Level::Public } else { Level::Internal },
                file_name: file,
                blob: Digest::of(&bytes),
                bytes: bytes.len() as u64,
            };
            self.does("M04", Command::Papers(PapersCommand::AddPaper { draft }));
        }
    }

    fn turn(&mut self, turn: &Value) {
        let speaker = string(&turn["speaker"]);
        let (started, length) = (at(&turn["at_s"]), ms(&turn["seconds"]));
        if self.recording_from > START {
            let start_ms = u64::try_from(started.ms_since(self.recording_from)).expect("later");
            self.heard.push(Heard {
                start_ms,
                end_ms: start_ms + u64::try_from(length).expect("a length"),
                text: string(&turn["text"]),
                confidence: 900,
                words: Vec::new(),
                struck: None,
            });
        }
        let meeting = &self.hall.meeting;
        if turn["floor"] == "interjection" || meeting.opened.is_none() {
            return;
        }
        if meeting.floor.speaking.is_some() {
            self.does("M04", Command::Floor(FloorCommand::EndFloor {}));
        }
        if turn["floor"] == "point_of_order" {
            self.does(
                &speaker,
                Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::PointOfOrder }),
            );
            self.hall.now = started;
            let waiting = *self.hall.meeting.floor.requests.keys().next().expect("a request");
            self.does(
                "M01",
                Command::Floor(FloorCommand::GrantFloor { request: waiting, seconds: None }),
            );
        } else {
            let person = PersonId::from(speaker);
            self.does("M04", Command::Floor(FloorCommand::GiveFloor { person, seconds: None }));
        }
        self.ends = Some(started.plus_ms(length));
    }

    fn event(&mut self, event: &Value) {
        let who = event["person"].as_str().unwrap_or("");
        let item = event["item"].as_str().map(|name| self.items[name]);
        let decided = Conclusion::Decided;
        match event["kind"].as_str().expect("a kind") {
            "checked_in" if event["how"] == "own_tablet" => {
                self.does(who, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
            }
            "checked_in" => {
                self.does(
                    "M04",
                    Command::Attendance(AttendanceCommand::CheckIn {
                        person: Some(PersonId::from(who)),
                    }),
                );
            }
            "checked_out" => {
                let reason = string(&event["reason"]);
                self.does(
                    who,
                    Command::Attendance(AttendanceCommand::CheckOut { person: None, reason }),
                );
            }
            "session_opened" => {
                self.does("M01", Command::Session(SessionCommand::OpenSession {}));
                self.hall.now = at(&event["at_s"]);
                self.recording_from = self.hall.now;
                self.does(
                    "M04",
                    Command::Speech(SpeechCommand::StartRecording { language: Language::Auto }),
                );
            }
            "session_closed" => self.does("M01", Command::Session(SessionCommand::CloseSession {})),
            "vote_opened" => self.open_vote(&string(&event["vote"])),
            "vote_closed" => self.close_vote(&string(&event["vote"])),
            "item_started" => self.does(
                "M01",
                Command::Agenda(AgendaCommand::StartItem { item: item.expect("item") }),
            ),
            "consent_adopted" => {
                self.does(
                    "M01",
                    Command::Agenda(AgendaCommand::AdoptWithoutDebate {
                        item: item.expect("item"),
                    }),
                );
            }
            "item_decided" if event["outcome"] == "adopted_without_debate" => {}
            // Its vote is secret, which isn't to be had: nothing was decided.
            "item_decided" if event["item"] == "I5" => {
                let conclusion = Conclusion::CarriedOver;
                self.does(
                    "M01",
                    Command::Agenda(AgendaCommand::ConcludeItem {
                        item: item.expect("item"),
                        conclusion,
                    }),
                );
            }
            "item_decided" => {
                let command = Command::Agenda(AgendaCommand::ConcludeItem {
                    item: item.expect("item"),
                    conclusion: decided,
                });
                self.does("M01", command);
            }
            "recused" => {
                let (item, reason) = (item.expect("item"), string(&event["declared"]));
                self.does(
                    who,
                    Command::Agenda(AgendaCommand::Recuse { item, person: None, reason }),
                );
            }
            // A recusal ends with its item.
            "recusal_ended" => {}
            other => panic!("unknown event {other}"),
        }
    }

    fn open_vote(&mut self, name: &str) {
        let vote = self.vote(name);
        let motion = self.motions[vote["motion"].as_str().expect("motion")];
        let command = Command::Votes(VotesCommand::OpenVote { motion, seconds: None });
        if vote["kind"] == "secret" {
            let actor = crate::support::person("M01");
            self.secret = self.hall.run(actor, &command).err();
            return;
        }
        self.does("M01", command);
        let id = self.hall.meeting.open_vote().expect("an open vote").0;
        self.votes.insert(name.to_owned(), id);
        for (who, choice) in vote["ballots"].as_object().expect("ballots") {
            let choice: Choice = serde_json::from_value(choice.clone()).expect("a choice");
            let mut command = self.hall.ballot(id, choice);
            if let Command::Votes(VotesCommand::CastBallot { opinion, .. }) = &mut command
                && choice == Choice::Other
            {
                *opinion = string(&vote["other_texts"][who]);
            }
            let now = self.hall.now;
            self.does(who, command);
            self.hall.now = now.plus_ms(100);
        }
    }

    fn close_vote(&mut self, name: &str) {
        if let Some(vote) = self.votes.get(name).copied() {
            self.does("M01", Command::Votes(VotesCommand::CloseVote { vote }));
        }
        if name == "V1" {
            self.add_item("I6");
            self.add_motion("MO8");
        }
    }

    pub fn vote(&self, name: &str) -> Value {
        let all = list(&self.session["votes"]);
        all.iter().find(|vote| vote["id"] == name).expect("a vote").clone()
    }

    fn transcribe(&mut self) {
        let recording = RecordingId(1);
        let digest = Digest::of(b"samples");
        self.hall.system(Command::Speech(SpeechCommand::StoreRecording {
            recording,
            samples: 16_000 * 657,
            digest,
        }));
        let heard = std::mem::take(&mut self.heard);
        let to_ms = heard.last().map_or(0, |heard| heard.end_ms);
        self.hall.system(Command::Speech(SpeechCommand::Transcribed { recording, to_ms, heard }));
        let model = "demo".to_owned();
        self.hall.system(Command::Speech(SpeechCommand::TranscriptFinished {
            recording,
            model,
            synthetic: true,
        }));
    }
}

fn unit(session: &Value, id: &Value) -> Text {
    let found = list(&session["units"]).iter().find(|unit| unit["id"] == *id).expect("a unit");
    text(&found["name"])
}

fn participant(session: &Value, value: &Value) -> Participant {
    let (id, name) = (string(&value["id"]), string(&value["name"]));
    let office = match value["role"].as_str() {
        Some("chair") => Some(Office::Chair),
        Some("vice_chair") => Some(Office::ViceChair),
        Some("secretary") => Some(Office::Secretary),
        _ => None,
    };
    let standing = match value["role"].as_str() {
        Some("substitute") => {
            Standing::Substitute { principal: PersonId::from(string(&value["substitute_for"])) }
        }
        Some("guest") => Standing::Guest,
        _ => Standing::Member { weight: 1 },
    };
    let lady = name.contains(" Thị ") || name == "Clara Wrenfield";
    Participant {
        person: PersonId::from(id),
        name,
        courtesy: Some(if lady { Courtesy::Ms } else { Courtesy::Mr }),
        position: text(&value["position"]),
        unit: unit(session, &value["unit"]),
        standing,
        office,
        seat: value["seat"].as_str().map(str::to_owned),
        venue: None,
    }
}
