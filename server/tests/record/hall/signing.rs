//! Signing as tablets and server do together, with the keys and the sign-in that it takes. Never here: an
//! expectation.

use super::{CHAIR_KEY, Hall, person};
use ed25519_dalek::{Signer as _, SigningKey};
use icabinet::instruments::{self, CHAIR, SECRETARY};
use icabinet::store::{Account, Beginning, DeviceKey, KeyState, NewAccount};
use icabinet::{auth, clock};
use icabinet_models::canonical::cades::{byte_range_digest, parse_byte_range, signed_attributes};
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{Digest, PersonId, Text};
use icabinet_models::meeting::DecisionsCommand;
use icabinet_models::{Actor, Command};
use icabinet_signing::{Place, SignRequest};

/// Whoever signs, where.
struct Signer {
    place: &'static str,
    name: &'static str,
    key: SigningKey,
    certificate: Vec<u8>,
}

impl Hall {
    /// Signs as tablets and server do together: the minutes by secretary and chair.
    pub async fn sign(&mut self, instrument: Instrument) {
        if instrument == Instrument::Minutes {
            self.countersign().await;
        }
        self.sign_as_chair(instrument).await;
    }

    /// The chair's signature, after the secretary's where there is one.
    pub async fn sign_as_chair(&mut self, instrument: Instrument) {
        let certificate = self.chair_key().await;
        let look = move |m: &icabinet_models::Meeting| {
            let before = m.rendition(instrument).and_then(Rendition::countersigned);
            before.map(|signed| signed.document)
        };
        let after = self.room.look(look).await.unwrap();
        let key = SigningKey::from_bytes(&[7; 32]);
        let who = Signer { place: CHAIR, name: "Đoàn Hữu Thạch", key, certificate };
        self.add(instrument, who, after, person("m01")).await;
    }

    /// The secretary's signature on the minutes.
    pub async fn countersign(&mut self) {
        let key = SigningKey::from_bytes(&[8; 32]);
        let public = key.verifying_key().to_bytes();
        let made =
            self.app.trust.certify(&public, "Vương Thị Hòa", "Thư ký", clock::now()).unwrap();
        let certificate = made.certificate;
        let who = Signer { place: SECRETARY, name: "Vương Thị Hòa", key, certificate };
        self.add(Instrument::Minutes, who, None, person("m02")).await;
    }

    async fn add(
        &mut self,
        instrument: Instrument,
        who: Signer,
        after: Option<Digest>,
        actor: Actor,
    ) {
        let sheet = self.room.look(move |m| instruments::sheet(m, instrument)).await.unwrap();
        let rendered = instruments::set(&sheet.unwrap()).unwrap();
        let area = |key| rendered.signature_areas.iter().find(|area| area.key == key).unwrap();
        let (own, chair) = (area(who.place), area(CHAIR));
        let later = Place { page: chair.page, rect: chair.rect, name: "Đoàn Hữu Thạch" };
        let at = clock::now().0 / 1000;
        let lines = icabinet_signing::pades::usual_lines(&who.certificate, at, 420).unwrap();
        let request = SignRequest {
            page: own.page,
            rect: own.rect,
            name: who.name,
            reason: "Quyết định",
            signed_at: at,
            utc_offset_minutes: 420,
            lines: &lines,
            matter: b"",
            later: (who.place == SECRETARY).then_some(later),
        };
        let prepared = match &after {
            None => icabinet_signing::prepare(&rendered.pdf, &request),
            Some(before) => {
                let before = self.app.blobs.get(before).await.unwrap();
                icabinet_signing::prepare_last(&before, &request)
            }
        };
        let prepared = prepared.unwrap().pdf;
        let range = parse_byte_range(&prepared).unwrap();
        let digest = byte_range_digest(&prepared, &range).unwrap();
        let signature = who.key.sign(&signed_attributes(&digest, &who.certificate)).to_bytes();
        let chain = self.app.trust.chain(&who.certificate).unwrap();
        let signed = icabinet_signing::assemble(&prepared, &chain, &signature).unwrap();
        let command = Command::Decisions(DecisionsCommand::Sign {
            instrument,
            document: self.app.blobs.put(signed.into()).await.unwrap(),
            fingerprint: Digest(digest[..32].try_into().unwrap()),
            certificate: self.app.blobs.put(who.certificate.into()).await.unwrap(),
            after,
        });
        self.run(actor, command).await;
    }

    /// The certificate of the chair's tablet; its key is [`CHAIR_KEY`].
    pub async fn chair_key(&self) -> Vec<u8> {
        let (store, now) = (&self.app.store, clock::now());
        let known = store.key(CHAIR_KEY).await.unwrap();
        if let Some(KeyState::Certified { certificate, .. }) = known.map(|key| key.state) {
            return certificate;
        }
        self.put_account("m01", "Đoàn Hữu Thạch").await;
        let public = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        let key = DeviceKey {
            key: CHAIR_KEY.to_owned(),
            person: "m01".into(),
            device: "Máy tính bảng".to_owned(),
            public_key: public.to_vec(),
            state: KeyState::Waiting,
        };
        assert!(store.put_key(&key, now).await.unwrap());
        let made = self.app.trust.certify(&public, "Đoàn Hữu Thạch", "Chủ tịch", now).unwrap();
        let (certificate, serial, until) = (made.certificate, made.serial, made.not_after);
        let by = PersonId::from("m02");
        let certified = store.certify_key(CHAIR_KEY, &certificate, serial, until, &by).await;
        assert!(certified.unwrap());
        certificate
    }

    async fn put_account(&self, id: &str, name: &str) {
        let account = Account {
            person: id.into(),
            login: id.to_owned(),
            name: name.to_owned(),
            courtesy: None,
            position: Text::vi("Chủ tịch"),
            unit: Text::default(),
            organiser: false,
            administrator: false,
        };
        let new = NewAccount { account, password: String::new() };
        self.app.store.put_account(&new, clock::now()).await.unwrap();
    }

    /// Signs the secretary in; the cookie.
    pub async fn secretary(&self) -> String {
        self.put_account("m02", "Vương Thị Hòa").await;
        let (token, now) = (auth::new_token(), clock::now());
        let beginning = Beginning {
            person: &"m02".into(),
            password: "",
            token: auth::token_digest(&token),
            expires: now.plus_ms(3_600_000),
            device: "Máy tính bảng",
            known: None,
            fresh: Digest::of(b"device"),
            address: None,
        };
        self.app.store.begin_session(&beginning, now).await.unwrap().expect("a session");
        format!("icabinet={token}")
    }
}
