//! Connections: how many at a time and how long each may last.
//!
//! Owns the accept loop and its [`Limits`]. Knows no route: what to answer is the router's business.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// How long to wait when no connection can be taken on, as when the process has no file handles left.
const PAUSE: Duration = Duration::from_millis(500);

/// What a visitor may take up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait until one ends.
    pub connections: usize,
    /// How long the head of a request may take to arrive; a connection between two requests ends after it, too.
    pub head: Duration,
    /// How long a request may take from its head to its answer, its body included.
    pub request: Duration,
    /// How long a connection may last. One that is in the middle of a request may finish it.
    pub connection: Duration,
    /// How long open requests may take once the server is to stop, or the connection to end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            head: Duration::from_secs(30),
            request: Duration::from_secs(30),
            connection: Duration::from_secs(10 * 60),
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves until `shutdown`, then lets open requests finish within the grace.
pub(super) async fn serve(listener: TcpListener, router: Router, limits: Limits, shutdown: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let accepting = async {
        // The semaphore is never closed.
        while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
            let stream = accept(&listener).await;
            let (router, stopped) = (router.clone(), stopped.clone());
            tokio::spawn(async move {
                converse(stream, router, limits, stopped).await;
                drop(slot);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = shutdown => {}
    }
    // Nobody is left to be told when all connections have ended.
    let _ = stop.send(true);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = timeout(limits.grace, slots.acquire_many(all)).await;
}

/// The next connection. What fails with one visitor, or until there is room again, is no reason to stop.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::debug!(%error, "cannot take on a connection to the page");
                sleep(PAUSE).await;
            }
        }
    }
}

/// One connection from its first request to its last.
async fn converse(stream: TcpStream, router: Router, limits: Limits, mut stopped: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // How a connection ends is the visitor's business: there is nobody to tell.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(limits.connection) => {}
        _ = stopped.wait_for(|&stop| stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.grace, connection).await;
}
