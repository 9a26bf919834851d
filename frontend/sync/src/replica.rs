//! The view of one meeting and what each frame does to it.
//! Never here: a connection. What a frame asks of it is a [`Change`] for the shell.

use crate::kept::Kept;
use crate::outbox::{self, NotCounted, Outbox, Pending, Stage};
use crate::standing::{BallotStanding, Reach};
use crate::verdict;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{CommandId, Digest, PersonId, Time, VoteId};
use icabinet_models::meeting::{
    Act, Bound, Command, Event, Meeting, Refusal, VotesCommand, VotesEvent,
};
use icabinet_models::profile::RosterMode;
use icabinet_models::speech::Recording;
use icabinet_models::visibility::{self, ViewEntry, ViewerClass};
use icabinet_models::votes::Ballot;
use icabinet_models::wire::{
    Answer, Mine, OwnBallot, PROTOCOL, Rejection, ServerFrame, Snapshot, VenueCount,
};

/// What a frame did, in order. The shell interprets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The connection began: the server knows who and where we are. Send what waits.
    Greeted,
    /// The server's time when it wrote the frame.
    ServerTime(Time),
    /// The view moved on by these entries; hidden ones are left out.
    Advanced {
        entries: Vec<ViewEntry>,
    },
    Turnout,
    Connected,
    /// How many members are present.
    Attendance,
    /// Whether sound arrives in the recording.
    Sound,
    /// A document was signed.
    Signed,
    /// What only this person may know.
    Mine,
    /// A command was answered.
    Settled(Settled),
    /// A frame is missing, or own ballots are out of date: connect again from the position.
    Reconnect,
    /// The view can't be continued: take a snapshot and connect from it.
    TakeSnapshot,
    /// The server didn't understand a frame of ours. `command` is the one it was, if that is certain;
    /// it is given up.
    Rejected {
        code: Rejection,
        command: Option<Pending>,
    },
}

/// A command and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub pending: Pending,
    pub answer: Answer,
}

/// How many have voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnout {
    pub vote: VoteId,
    pub cast: u32,
    pub entitled: u32,
}

/// How many members are present, where people are counted, and where they are if the office looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    pub present: u32,
    pub members: u32,
    pub venues: Vec<VenueCount>,
}

/// A document that was signed, as the screen in the room shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub instrument: Instrument,
    pub fingerprint: Digest,
    pub at: Time,
}

/// The client's replica of a meeting.
#[derive(Clone, Debug)]
pub struct Replica {
    view: Meeting,
    mine: Mine,
    class: ViewerClass,
    person: Option<PersonId>,
    epoch: String,
    position: u64,
    turnout: Option<Turnout>,
    attendance: Option<Attendance>,
    connected: u32,
    connected_people: Option<Vec<PersonId>>,
    /// The server said that no sound arrives.
    silent: bool,
    /// The document that was signed last; only the screen in the room is told.
    signed: Option<Signed>,
    outbox: Outbox,
}

impl Replica {
    /// A replica that begins with a snapshot and the commands that were kept from before.
    pub fn from_snapshot(snapshot: Snapshot, outbox: Outbox) -> Self {
        let Snapshot { epoch, class, person, position, meeting, mine, .. } = snapshot;
        let mut outbox = outbox;
        outbox.disconnected();
        let mut view = meeting;
        if let Some(own) = &mine.own {
            own.lay_over(&mut view);
        }
        Self {
            view,
            mine,
            class,
            person,
            epoch,
            position,
            turnout: None,
            attendance: None,
            connected: 0,
            connected_people: None,
            silent: false,
            signed: None,
            outbox,
        }
    }

    /// Begins anew from a later snapshot; what waits for an answer goes on waiting.
    pub fn take_snapshot(&mut self, snapshot: Snapshot) {
        let outbox = std::mem::take(&mut self.outbox);
        *self = Self::from_snapshot(snapshot, outbox);
    }

    /// The meeting as this person may know it.
    pub fn meeting(&self) -> &Meeting {
        &self.view
    }

    /// What only this person may know.
    pub fn mine(&self) -> &Mine {
        &self.mine
    }

    /// The viewer class.
    pub fn class(&self) -> ViewerClass {
        self.class
    }

    /// Who looks; `None` for the room's screen.
    pub fn person(&self) -> Option<&PersonId> {
        self.person.as_ref()
    }

    /// Which life of the server's log the view is of.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The position the view has reached.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many have voted in the vote that is open, as far as is known.
    pub fn turnout(&self) -> Option<Turnout> {
        self.turnout
    }

    /// Members who are present, and all members: counted in the view, or as the server counts where
    /// the view doesn't name them.
    pub fn headcount(&self) -> (u64, u64) {
        let listed =
            self.view.profile.roll == RosterMode::Named || self.class == ViewerClass::Staff;
        match &self.attendance {
            Some(counted) if !listed => (counted.present.into(), counted.members.into()),
            // Until the first count arrives, what the session began with.
            None if !listed => self.view.opened.map_or((0, 0), |at| (at.present, at.members)),
            _ => (self.view.members_present(None), self.view.member_count()),
        }
    }

    /// Where the members attend who are counted; empty where everyone is known by name.
    pub fn venues(&self) -> &[VenueCount] {
        self.attendance.as_ref().map_or(&[], |attendance| &attendance.venues)
    }

    /// How many participants have a device connected.
    pub fn connected(&self) -> u32 {
        self.connected
    }

    /// Whose devices are connected; only the office knows.
    pub fn connected_people(&self) -> Option<&[PersonId]> {
        self.connected_people.as_deref()
    }

    /// Whether the meeting is being recorded, and sound arrives; `None` while nothing is recorded.
    pub fn sound(&self) -> Option<bool> {
        let running = self.view.recordings.values().any(Recording::is_under_way);
        running.then_some(!self.silent)
    }

    /// The document that was signed last, for the screen in the room.
    pub fn signed(&self) -> Option<Signed> {
        self.signed
    }

    /// The commands that wait.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The commands that wait, to be sent or to be told that the connection is gone.
    pub fn outbox_mut(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    /// How far this person's ballot in the open vote is; `None` without a vote in which he has one.
    pub fn own_ballot(&self) -> Option<Reach> {
        let (id, vote) = self.view.open_vote()?;
        let is_entitled = vote.terms.entitled.contains_key(self.person.as_ref()?);
        is_entitled.then(|| self.ballot(id).reach())
    }

    /// Where this person's ballot in `vote` stands.
    pub fn ballot(&self, vote: VoteId) -> BallotStanding {
        if let Some(pending) = self.outbox.ballot(vote) {
            return match pending.stage {
                Stage::Sending { .. } if pending.attempts <= 1 => {
                    BallotStanding::Sending(pending.clone())
                }
                Stage::Sending { .. } | Stage::Unsent { .. } => {
                    BallotStanding::Unsent(pending.clone())
                }
            };
        }
        match (self.mine.ballots.get(&vote), self.outbox.not_counted(vote)) {
            (Some(own), refused) if self.outbox.cast_here(vote) != Some(own.ballot.position) => {
                BallotStanding::Elsewhere { own: own.clone(), refused: refused.cloned() }
            }
            (Some(own), _) => BallotStanding::Recorded(own.clone()),
            (None, Some(refused)) => BallotStanding::NotCounted(refused.clone()),
            (None, None) => BallotStanding::None,
        }
    }

    /// Takes a command of this person: refuses what is certain to be refused, keeps the rest until it
    /// is answered. `id` is fresh ([`crate::identifier::command_id`]); the one that is returned is of
    /// the command that waits, which is an older one if the same was asked before and not answered.
    ///
    /// # Errors
    /// The meeting's own refusal, only where no later entry could change it; `too_many` when too much
    /// waits already.
    pub fn submit(
        &mut self,
        now: Time,
        id: CommandId,
        command: &Command,
    ) -> Result<CommandId, Refusal> {
        let Some(person) = self.person.clone() else {
            return Err(Refusal::NotAllowed { act: Act::TakePart });
        };
        let kept = Kept::of(command);
        if let Some(waiting) = self.outbox.same_as(command, &kept) {
            return Ok(waiting.clone());
        }
        if let Some(refusal) = self.voted_already(command) {
            return Err(refusal);
        }
        if let Some(refusal) = verdict::refuse(&self.view, &person, now, command) {
            return Err(refusal);
        }
        if self.outbox.pending().len() >= outbox::MOST_PENDING {
            return Err(Refusal::Invalid { bound: Bound::TooMany });
        }
        let pending = Pending {
            id: id.clone(),
            person,
            command: kept,
            since: now,
            attempts: 0,
            stage: Stage::default(),
        };
        self.outbox.keep(pending);
        Ok(id)
    }

    /// The view withholds ballots; what one's own device knows of one's own ballot is certain.
    fn voted_already(&self, command: &Command) -> Option<Refusal> {
        let Command::Votes(VotesCommand::CastBallot { vote, .. }) = command else { return None };
        let own = self.mine.ballots.get(vote)?;
        let may_change = self.view.votes.get(vote).is_some_and(|vote| vote.terms.may_change_ballot);
        let Ballot { at, position, .. } = own.ballot;
        (!may_change).then_some(Refusal::AlreadyVoted { at, position })
    }

    /// Folds a frame. `now` is the server's time as this device knows it.
    pub fn on_frame(&mut self, frame: ServerFrame, now: Time) -> Vec<Change> {
        match frame {
            ServerFrame::Hello {
                protocol,
                meeting,
                epoch,
                class,
                person,
                position,
                server_time,
                mine,
            } => {
                // A node that is not upgraded yet would not understand every command: another will.
                if protocol < PROTOCOL {
                    return vec![Change::Reconnect];
                }
                let other = meeting != self.view.id || epoch != self.epoch;
                let not_ours =
                    class != self.class || person != self.person || position < self.position;
                if other || not_ours {
                    return vec![Change::ServerTime(server_time), Change::TakeSnapshot];
                }
                self.take_mine(mine);
                vec![Change::ServerTime(server_time), Change::Greeted]
            }
            ServerFrame::Mine { mine } => {
                self.take_mine(mine);
                vec![Change::Mine]
            }
            ServerFrame::Attendance { present, members, venues } => {
                let venues = venues.unwrap_or_default();
                let attendance = Some(Attendance { present, members, venues });
                if self.attendance == attendance {
                    return Vec::new();
                }
                self.attendance = attendance;
                vec![Change::Attendance]
            }
            ServerFrame::Events { after, to, entries } => self.on_events(after, to, entries),
            ServerFrame::Answer { id, answer } => self.on_answer(&id, answer, now),
            ServerFrame::Turnout { vote, cast, entitled } => {
                // Frames overtake each other on a new connection: the count of a vote never falls.
                if self.turnout.is_some_and(|known| known.vote == vote && known.cast >= cast) {
                    return Vec::new();
                }
                self.turnout = Some(Turnout { vote, cast, entitled });
                vec![Change::Turnout]
            }
            ServerFrame::Connected { count, people } => {
                if (self.connected, &self.connected_people) == (count, &people) {
                    return Vec::new();
                }
                self.connected = count;
                self.connected_people = people;
                vec![Change::Connected]
            }
            ServerFrame::Sound { heard } => {
                let changed = self.silent == heard;
                self.silent = !heard;
                if changed { vec![Change::Sound] } else { Vec::new() }
            }
            ServerFrame::Signed { instrument, fingerprint, at } => {
                self.signed = Some(Signed { instrument, fingerprint, at });
                vec![Change::Signed]
            }
            ServerFrame::SnapshotNeeded { .. } => vec![Change::TakeSnapshot],
            ServerFrame::Rejected { code } => vec![self.on_rejected(code)],
        }
    }

    fn take_mine(&mut self, mine: Mine) {
        let mut mine = mine;
        // Another node than the one that answered may not have read the ballot yet: what was
        // recorded stays recorded as long as the vote is open.
        for (vote, own) in std::mem::take(&mut self.mine.ballots) {
            let is_open = self.view.votes.get(&vote).is_some_and(|vote| vote.is_open());
            let is_told = |told: &OwnBallot| told.ballot.position >= own.ballot.position;
            if is_open && !mine.ballots.get(&vote).is_some_and(is_told) {
                mine.ballots.insert(vote, own);
            }
        }
        if let Some(own) = &mine.own {
            own.lay_over(&mut self.view);
        }
        self.mine = mine;
    }

    /// Folds an entry; a vote that it opens tells at once whether its viewer may vote.
    fn fold(&mut self, entry: &ViewEntry) {
        visibility::fold(&mut self.view, entry);
        if let (Some(Event::Votes(VotesEvent::VoteOpened { vote, .. })), Some(own)) =
            (entry.event.event(), &self.mine.own)
            && let Some(vote) = self.view.votes.get_mut(vote)
        {
            own.enter(vote);
        }
    }

    fn on_events(&mut self, after: u64, to: u64, entries: Vec<ViewEntry>) -> Vec<Change> {
        if to <= self.position {
            return Vec::new();
        }
        if after > self.position {
            return vec![Change::Reconnect];
        }
        let fresh: Vec<ViewEntry> = entries
            .into_iter()
            .filter(|entry| entry.position > self.position && entry.position <= to)
            .collect();
        for entry in &fresh {
            self.fold(entry);
        }
        self.position = to;
        self.view.position = to;
        vec![Change::Advanced { entries: fresh }]
    }

    fn on_answer(&mut self, id: &CommandId, answer: Answer, now: Time) -> Vec<Change> {
        if answer == Answer::Unavailable {
            self.outbox.wait_for_server(id, now);
            return Vec::new();
        }
        // The answer to something sent twice arrives twice; the first one settled it.
        let Some(pending) = self.outbox.settle(id) else { return Vec::new() };
        let mut changes = Vec::new();
        if let Answer::Accepted { at, .. } = answer {
            changes.push(Change::ServerTime(at));
        }
        if let Some((vote, choice, opinion)) = pending.command.ballot_with_opinion() {
            match &answer {
                Answer::Accepted { position, at, code } => {
                    let ballot = Ballot { choice, opinion, at: *at, position: *position };
                    self.outbox.was_cast(vote, *position);
                    self.mine.ballots.insert(vote, OwnBallot { ballot, code: code.clone() });
                }
                Answer::Refused { refusal } => {
                    let elsewhere = matches!(refusal, Refusal::AlreadyVoted { .. })
                        && !self.mine.ballots.contains_key(&vote);
                    let refused = NotCounted { choice, refusal: refusal.clone(), at: now };
                    self.outbox.refuse_ballot(vote, refused);
                    if elsewhere {
                        // Cast on another device: the greeting of a new connection tells how.
                        changes.push(Change::Reconnect);
                    }
                }
                Answer::Unavailable => {}
            }
        }
        changes.insert(0, Change::Settled(Settled { pending, answer }));
        changes
    }

    fn on_rejected(&mut self, code: Rejection) -> Change {
        let given_up = match code {
            Rejection::Malformed | Rejection::TooLarge | Rejection::BadIdentifier => {
                self.outbox.only_one_sent()
            }
            // It goes again when its answer is overdue.
            Rejection::TooFast => None,
        };
        Change::Rejected { code, command: given_up.and_then(|id| self.outbox.settle(&id)) }
    }
}
