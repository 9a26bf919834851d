//! A server's life: listen, serve, stop gracefully.

mod line;

use crate::app::{App, StartError};
use crate::config::Config;
use crate::connections::Connection;
use crate::demo::Demo;
use crate::http::{Frontend, Web};
use crate::store::SESSION_BELL;
use crate::{http, jobs};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use icabinet_models::ids::{Digest, MeetingId};
use line::Line;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tower::Service as _;

/// How often the sessions of all open sockets are looked at.
const ROUND: Duration = Duration::from_secs(20);
/// How often failed sign-ins are written down.
const WRITING: Duration = Duration::from_secs(1);
/// Connections that may wait to be taken in, if the system allows as many (`net.core.somaxconn`): when
/// thousands come back within a second, whoever finds no room tries again a second later.
const WAITING: u32 = 16_384;
/// How long a request's head may take, and how long a connection may wait for the next one. Proxies keep
/// theirs for less (nginx.conf).
const HEAD: Duration = Duration::from_secs(20);
/// How often it is looked whether this node can commit.
const LOOK: Duration = Duration::from_secs(1);
/// Longest head, in bytes.
const LONGEST_HEAD: usize = 16 << 10;
/// How long connections may take to end after the server was asked to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a server until SIGTERM or Ctrl-C, or until the disk fails. `ready` is called once it listens.
pub async fn run(
    config: Config,
    demo: Option<Demo>,
    frontend: Frontend,
    ready: impl FnOnce(&App, Option<&Demo>, SocketAddr),
) -> Result<(), StartError> {
    raise_descriptors();
    crate::private::warn_of_root();
    let listen = config.listen;
    let listener = listen_at(listen).map_err(|error| StartError::Listen(listen, error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(listen, error))?;
    let metrics = listen_for_metrics(&config).await?;
    let app = App::open(config).await?;
    let demo = demo.map(Arc::new);
    if let Some(demo) = &demo {
        demo.prepare(&app).await?;
    }
    app.rooms.catch_up_lists().await?;
    jobs::resume_votes(&app).await?;
    jobs::resume_transcripts(&app).await?;
    jobs::resume_documents(&app).await?;
    let work = tokio::spawn(jobs::run(Arc::clone(&app)));
    let bell = tokio::spawn(doorbells(Arc::clone(&app)));
    let rounds = tokio::spawn(sessions(Arc::clone(&app)));
    let history = tokio::spawn(history(Arc::clone(&app)));
    let told = tokio::spawn(metrics_at(metrics, Arc::clone(&app)));
    app.readiness.look(&app.store).await;
    let looked = tokio::spawn(readiness(Arc::clone(&app)));
    if !frontend.built {
        tracing::warn!("this build has no frontend; scripts/build makes one");
    }
    tracing::info!(%address, "serving");
    ready(&app, demo.as_deref(), address);
    let web = Web { app: Arc::clone(&app), frontend, demo };
    let served = answer(listener, web, stop_signal(Arc::clone(&app)));
    let mut stopping = app.stopping.subscribe();
    tokio::select! {
        () = served => {}
        () = async {
            // Closed channels can't happen while `app` lives.
            let _ = stopping.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(PATIENCE).await;
        } => tracing::warn!("some connections did not end in time"),
    }
    app.stopping.send_replace(true);
    bell.abort();
    rounds.abort();
    history.abort();
    looked.abort();
    told.abort();
    close(&app, work).await;
    if app.store.has_failed() { Err(StartError::Disk) } else { Ok(()) }
}

/// Takes connections in until it is asked to stop, and waits until all have ended. Sockets are not waited
/// for: they are told by themselves.
async fn answer(listener: TcpListener, web: Web, stop: impl Future<Output = ()>) {
    let app = Arc::clone(&web.app);
    let router = http::router(web);
    let (stopping, stops) = watch::channel(());
    let (ended, open) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let (stream, address, connection) = tokio::select! {
            taken = take(&listener, &app) => taken,
            () = &mut stop => break,
        };
        let (router, stops, open) = (router.clone(), stops.clone(), open.clone());
        tokio::spawn(async move {
            converse(stream, address, connection, router, stops).await;
            drop(open);
        });
    }
    drop((listener, open, stopping));
    ended.closed().await;
}

/// The next connection, once there is room for it: until then it waits in the kernel's queue.
async fn take(listener: &TcpListener, app: &App) -> (TcpStream, SocketAddr, Connection) {
    let connection = app.connections.place().await;
    loop {
        let error = match listener.accept().await {
            Ok((stream, address)) => {
                // A frame goes at once: otherwise it waits, up to 40 ms, for the tablet to acknowledge
                // the last.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection sends with delay");
                }
                return (stream, address, connection);
            }
            Err(error) => error,
        };
        let gone = [
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionAborted,
            ErrorKind::ConnectionReset,
        ];
        if !gone.contains(&error.kind()) {
            // Descriptors, most likely: somebody will give one back.
            tracing::error!(%error, "no connection can be taken in");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Answers the requests of one connection.
async fn converse(
    stream: TcpStream,
    address: SocketAddr,
    connection: Connection,
    router: Router,
    mut stops: watch::Receiver<()>,
) {
    let asked = connection.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        request.extensions_mut().insert(asked.clone());
        router.clone().call(request.map(Body::new))
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LONGEST_HEAD);
    let io = TokioIo::new(Line::new(stream, connection.clone()));
    let mut served = pin!(builder.serve_connection(io, service).with_upgrades());
    let mut stopped = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::trace!(%error, "a connection broke");
                }
                return;
            }
            // The sender says nothing; it goes.
            _ = stops.changed(), if !stopped => {
                stopped = true;
                served.as_mut().graceful_shutdown();
            }
            // What it has not said by now makes room for somebody else.
            () = connection.sent_away() => return,
        }
    }
}

fn listen_at(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that starts again takes its address back.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Lets this process open as many descriptors as it may: each tablet takes one.
fn raise_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, most) {
        tracing::warn!(%error, limit = ?limit.current, "no more descriptors than this");
    }
}

/// Runs jobs for the servers on the same database until SIGTERM or Ctrl-C: a machine for pages and
/// speech alone.
pub async fn work(config: Config) -> Result<(), StartError> {
    if config.jobs == 0 {
        return Err(StartError::NoWork);
    }
    crate::private::warn_of_root();
    let metrics = listen_for_metrics(&config).await?;
    let app = App::open(config).await?;
    if !app.store.is_shared() {
        return Err(StartError::NotShared);
    }
    app.rooms.catch_up_lists().await?;
    jobs::resume_transcripts(&app).await?;
    jobs::resume_documents(&app).await?;
    let told = tokio::spawn(metrics_at(metrics, Arc::clone(&app)));
    let work = tokio::spawn(jobs::run(Arc::clone(&app)));
    // What starts it waits for this line.
    println!("working");
    stop_signal(Arc::clone(&app)).await;
    told.abort();
    close(&app, work).await;
    Ok(())
}

async fn listen_for_metrics(config: &Config) -> Result<Option<TcpListener>, StartError> {
    let Some(at) = config.metrics else { return Ok(None) };
    let bound = TcpListener::bind(at).await;
    bound.map(Some).map_err(|error| StartError::Listen(at, error))
}

/// Waits for jobs to end, and lets go of the database.
async fn close(app: &App, work: JoinHandle<()>) {
    // A worker that doesn't end leaves its job to the next start.
    if tokio::time::timeout(PATIENCE, work).await.is_err() {
        tracing::warn!("some work did not end in time; it is taken up again at the next start");
    }
    app.write_history(true).await;
    app.rooms.store().close().await;
    app.store.close().await;
    tracing::info!("stopped");
}

/// Serves metrics where the operator asked for them.
async fn metrics_at(listener: Option<TcpListener>, app: Arc<App>) {
    let Some(listener) = listener else { return };
    let router = axum::Router::new()
        .route("/metrics", axum::routing::get(http::metrics))
        .route("/readyz", axum::routing::get(http::ready_or_why))
        .with_state(app);
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "metrics are no longer served");
    }
}

/// Looks once a second whether this node can commit, for as long as the server runs.
async fn readiness(app: Arc<App>) {
    let mut round = interval(LOOK);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        app.readiness.look(&app.store).await;
    }
}

async fn stop_signal(app: Arc<App>) {
    tokio::select! {
        () = asked_to_stop() => {}
        () = app.store.failure() => tracing::error!("the disk failed"),
    }
    tracing::info!("stopping");
    app.stopping.send_replace(true);
    app.endings.stopping();
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM can't be caught");
            // Without either signal the server runs until it is killed, which loses nothing.
            let _ = interrupted.await;
        }
    }
}

/// Ends the sockets of sessions that are over: another node may have ended them, and bells get lost.
async fn sessions(app: Arc<App>) {
    let mut round = tokio::time::interval(ROUND);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let mut watched = app.endings.watched();
        watched.extend(app.sessions.all());
        watched.sort_unstable();
        watched.dedup();
        // A database that doesn't answer for a moment throws nobody out.
        match app.store.ended_of(&watched, crate::clock::now()).await {
            Ok(ended) => ended.iter().for_each(|token| app.session_ended(token)),
            Err(error) => tracing::warn!(%error, "the sessions of open sockets were not looked at"),
        }
    }
}

/// Writes failed sign-ins by and by: strangers cause them, and don't wait for them.
async fn history(app: Arc<App>) {
    let mut round = tokio::time::interval(WRITING);
    round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        app.write_history(false).await;
    }
}

/// On PostgreSQL: other nodes ring when they append or end a session. Bells get lost, so rooms and
/// sockets also look.
async fn doorbells(app: Arc<App>) {
    loop {
        if let Err(error) = listen(&app).await {
            tracing::warn!(%error, "doorbells are not heard; rooms look every second");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listen(app: &App) -> Result<(), crate::store::StoreError> {
    let Some(mut bells) = app.store.doorbells().await? else {
        return std::future::pending().await;
    };
    loop {
        let bell = bells.recv().await?;
        if bell.channel() == SESSION_BELL {
            if let Some(token) = Digest::from_hex(bell.payload()) {
                app.session_ended(&token);
            }
            continue;
        }
        let Some((meeting, position)) = bell.payload().split_once(' ') else { continue };
        let Ok(position) = position.parse() else { continue };
        app.rooms.doorbell(&MeetingId::from(meeting.to_owned()), position).await;
    }
}
