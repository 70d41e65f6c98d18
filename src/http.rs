//! The server: the window's router with a log line and figures for each request, signs of life, and a quiet end.

use crate::{
    clock,
    clock::{SystemClock, SystemEntropy},
    mail::{self, settings::MailSettings},
    worker,
};
use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use store::Store;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::{net::TcpListener, sync::watch};
use web::state::{App, House, Settings};

/// Requests under way have this long to finish once the end has been asked for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A listener on the address, with a sentence for whoever cannot have it.
pub async fn listen(addr: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(addr).await.with_context(|| {
        format!("No se puede atender en {addr}. Si otro programa usa ese puerto, elija otro con «addr» o con --addr")
    })
}

/// Serves until the process is told to end; then requests under way finish and the memories are closed.
pub async fn serve(
    listener: TcpListener,
    mut end: End,
    houses: Vec<House>,
    settings: Settings,
    mail: &MailSettings,
) -> Result<()> {
    let stores: Vec<Store> = houses.iter().map(|house| house.store.clone()).collect();
    let app = App::new(houses, Arc::new(SystemClock), Arc::new(SystemEntropy), settings);
    let (stop, stopped) = watch::channel(false);
    let mut workers: Vec<_> =
        stores.iter().map(|store| tokio::spawn(worker::run(store.clone(), stopped.clone()))).collect();
    workers.extend(mail::running::start(&stores, mail, &stopped).await?);

    let figures = Figures { prometheus: recorder()?, stores: Arc::new(stores.clone()) };
    let router = web::router(app)
        .merge(Router::new().route("/metricas", get(metrics_page)).with_state(figures))
        .layer(middleware::from_fn(observed));
    let mut asked = stopped.clone();
    let ending = async move {
        let _ = asked.wait_for(|stop| *stop).await;
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(ending).await });

    end.asked().await;
    tracing::info!("ending: requests under way have {} s", PATIENCE.as_secs());
    let _ = stop.send(true);
    if tokio::time::timeout(PATIENCE, serving).await.is_err() {
        tracing::warn!("some connections were still open and were cut");
    }
    for worker in workers {
        let _ = worker.await;
    }
    for store in stores {
        store.close().await;
    }
    tracing::info!("ended");
    Ok(())
}

/// Hears SIGTERM, and Ctrl-C at a terminal, from the moment it is made: before the address is announced, so that
/// whoever ends the program as soon as it says it serves finds it ending quietly.
pub struct End {
    term: Signal,
    interrupt: Signal,
}

impl End {
    pub fn hear() -> Result<Self> {
        Ok(Self { term: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn recorder() -> Result<PrometheusHandle> {
    let buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("ventanilla_request_seconds".into()), &buckets)?
        .install_recorder()
        .context("Las métricas ya estaban instaladas")
}

/// One log line and one figure for each request: the route as it is declared, never the address, which names cases.
async fn observed(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "—".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let response = next.run(request).await;
    let (status, elapsed) = (response.status().as_u16(), begun.elapsed());
    tracing::info!(%method, route, status, ms = elapsed.as_millis(), "request");
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("ventanilla_requests_total", &labels[..]).increment(1);
    metrics::histogram!("ventanilla_request_seconds", &labels[..2]).record(elapsed.as_secs_f64());
    response
}

#[derive(Clone)]
struct Figures {
    prometheus: PrometheusHandle,
    stores: Arc<Vec<Store>>,
}

/// `GET /metricas`: only for this very machine, and never through a proxy.
async fn metrics_page(
    State(figures): State<Figures>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    if proxied || !peer.ip().to_canonical().is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let now = clock::now();
    for store in figures.stores.iter() {
        let health = store.health(now).await;
        let labels = [("institution", store.institution().to_owned())];
        for (name, value) in [
            ("ventanilla_readable", f64::from(u8::from(health.readable))),
            ("ventanilla_writable", f64::from(u8::from(health.writable))),
            ("ventanilla_writer_queue", small(health.queue)),
            ("ventanilla_commits", small(health.groups)),
            ("ventanilla_commands", small(health.commands)),
            ("ventanilla_outbox_waiting", small(health.outbox_waiting)),
            ("ventanilla_timers_due", small(health.timers_due)),
        ] {
            metrics::gauge!(name, &labels[..]).set(value);
        }
    }
    figures.prometheus.run_upkeep();
    figures.prometheus.render().into_response()
}

/// A count as the figure of a gauge; beyond four thousand million it is all the same.
fn small<T: TryInto<u32>>(count: T) -> f64 {
    count.try_into().map_or(f64::from(u32::MAX), f64::from)
}
