//! What is asked of the product and, for some of it, of the bare handler.

use crate::load::{Ask, Next};
use anyhow::{Context, Result};
use hyper::Method;
use rig::{Client, Program};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// The beginning of a word that many orders have: a family name.
const WORD: &str = "иванов";
const WORD_IN_ADDRESS: &str = "%D0%B8%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2";
/// What the product looks for when it is typed: the ending is cut off.
const STEM_IN_ADDRESS: &str = "%D0%B8%D0%B2%D0%B0%D0%BD";

/// Something people do all day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Board,
    /// The board as browsers ask for it.
    PackedBoard,
    List,
    Order,
    Search,
    Create,
    Confirm,
}

impl Deed {
    pub const READS: [Self; 5] = [Self::Board, Self::PackedBoard, Self::List, Self::Order, Self::Search];

    pub fn name(self) -> &'static str {
        match self {
            Self::Board => "board page",
            Self::PackedBoard => "board page, packed",
            Self::List => "list (JSON)",
            Self::Order => "order page",
            Self::Search => "search (JSON)",
            Self::Create => "create (JSON)",
            Self::Confirm => "confirm (JSON)",
        }
    }

    /// The bare handler's address, where there is one.
    pub fn ceiling(self) -> Option<String> {
        match self {
            Self::Board => Some("/board".into()),
            Self::List => Some("/list".into()),
            Self::Search => Some(format!("/search?q={STEM_IN_ADDRESS}")),
            Self::PackedBoard | Self::Order | Self::Create | Self::Confirm => None,
        }
    }
}

/// Asks of one signed-in dispatcher.
pub struct Asks {
    token: String,
    /// Orders whose pages are opened, from all over the table.
    some: Vec<i64>,
    service: Value,
    /// Different people, as in a company's own orders: their names are what is searched for.
    customers: Vec<Value>,
    /// Orders created on the way, to be confirmed.
    made: Arc<Mutex<Vec<i64>>>,
}

impl Asks {
    pub async fn prepare(program: &Program, token: String) -> Result<Self> {
        let mut client = program.client().await?;
        let newest = items(&mut client, &token, "/api/v1/orders?limit=1").await?;
        let newest = newest.first().context("there are no orders")?;
        let last = newest["id"].as_i64().context("an order without an id")?;
        let some = (1..=200).map(|part| (last * part / 200).max(1)).collect();
        let customers = items(&mut client, &token, "/api/v1/customers?limit=200").await?.into_iter().map(|one| one["id"].clone()).collect();
        Ok(Self { token, some, service: newest["service_id"].clone(), customers, made: Arc::default() })
    }

    fn page(&self) -> Vec<(&'static str, String)> {
        vec![("cookie", format!("access={}", self.token)), ("accept", "text/html".into())]
    }

    fn api(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.token))]
    }

    /// One after another of what `deed` asks for.
    pub fn of(&self, deed: Deed) -> Next {
        let always = |ask: Ask| -> Next { Arc::new(move || Some(ask.clone())) };
        match deed {
            Deed::Board => always(Ask::get("/orders", self.page())),
            Deed::PackedBoard => {
                let packed = ("accept-encoding", "gzip, deflate, br, zstd".to_owned());
                always(Ask::get("/orders", self.page().into_iter().chain([packed]).collect()))
            }
            Deed::List => always(Ask::get("/api/v1/orders", self.api())),
            Deed::Search => always(Ask::get(format!("/api/v1/orders?q={WORD_IN_ADDRESS}"), self.api())),
            Deed::Order => {
                let (some, headers, turn) = (self.some.clone(), self.page(), AtomicUsize::new(0));
                Arc::new(move || {
                    let id = some[turn.fetch_add(1, Ordering::Relaxed) % some.len()];
                    Some(Ask::get(format!("/orders/{id}"), headers.clone()))
                })
            }
            Deed::Create => {
                let body = |customer: &Value| {
                    json!({
                        "service_id": self.service,
                        "customer_id": customer,
                        "address": { "text": "ул. Малышева, 84", "district": "Центр", "flat": "112" },
                        "description": "Снять старое окно, поставить новое, вывезти мусор.",
                        "price_minor": 4_500_000,
                    })
                };
                let ask = |customer| Ask {
                    method: Method::POST,
                    body: body(customer).to_string().into(),
                    status: 201,
                    ..Ask::get("/api/v1/orders", self.api())
                };
                let (asks, turn): (Vec<Ask>, _) = (self.customers.iter().map(ask).collect(), AtomicUsize::new(0));
                Arc::new(move || asks.get(turn.fetch_add(1, Ordering::Relaxed) % asks.len().max(1)).cloned())
            }
            Deed::Confirm => {
                let (made, headers) = (self.made.clone(), self.api());
                Arc::new(move || {
                    let id = made.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
                    let ask = Ask::get(format!("/api/v1/orders/{id}/confirmation"), headers.clone());
                    Some(Ask { method: Method::POST, body: "{}".into(), ..ask })
                })
            }
        }
    }

    /// Notes the orders that stand unconfirmed since this moment, to be confirmed next.
    pub async fn note_made(&self, program: &Program, after: i64) -> Result<()> {
        let mut client = program.client().await?;
        let (mut found, mut cursor) = (vec![], String::new());
        loop {
            let answer =
                Ask::get(format!("/api/v1/orders?status=new&sort=new&limit=200{cursor}"), self.api()).send(&mut client).await?.json();
            let ids: Vec<i64> = answer["items"].as_array().into_iter().flatten().filter_map(|order| order["id"].as_i64()).collect();
            let fresh = ids.iter().filter(|&&id| id > after).count();
            found.extend(ids.iter().filter(|&&id| id > after));
            match answer["next_cursor"].as_str() {
                Some(next) if fresh == ids.len() => cursor = format!("&cursor={next}"),
                _ => break,
            }
        }
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }

    /// The newest order's id.
    pub async fn newest(&self, program: &Program) -> Result<i64> {
        let found = items(&mut program.client().await?, &self.token, "/api/v1/orders?limit=1").await?;
        found.first().and_then(|order| order["id"].as_i64()).context("there are no orders")
    }
}

async fn items(client: &mut Client, token: &str, path: &str) -> Result<Vec<Value>> {
    let answer = Ask::get(path, vec![("authorization", format!("Bearer {token}"))]).send(client).await?;
    Ok(answer.json()["items"].as_array().cloned().unwrap_or_default())
}

/// The bare handler must answer with the same orders, or the comparison means nothing.
///
/// # Errors
/// When it does not.
pub async fn same_answers(product: &Program, ceiling: &Program, asks: &Asks) -> Result<()> {
    let (mut ours, mut bare) = (product.client().await?, ceiling.client().await?);
    for deed in [Deed::List, Deed::Search] {
        let ask = asks.of(deed)().context("an ask")?;
        let bare = Ask::get(deed.ceiling().context("an address")?, vec![]).send(&mut bare).await?.json();
        let ours = ask.send(&mut ours).await?.json();
        anyhow::ensure!(ours["items"].as_array().is_some_and(|items| items.len() == 50), "{} gives no page of 50 for {WORD}", deed.name());
        let rows = |answer: &Value| answer["items"].as_array().cloned().unwrap_or_default();
        let other = rows(&ours).into_iter().zip(rows(&bare)).find(|(ours, bare)| ours != bare);
        anyhow::ensure!(ours["items"] == bare["items"], "{}: the bare handler answers otherwise: {other:#?}", deed.name());
    }
    let board = asks.of(Deed::Board)().context("an ask")?.send(&mut ours).await?.text();
    let bare = Ask::get("/board", vec![]).send(&mut bare).await?.text();
    let rows =
        |page: &str| page.split("id=\"order-").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>();
    anyhow::ensure!(rows(&board) == rows(&bare) && !rows(&bare).is_empty(), "the bare handler shows other rows");
    Ok(())
}
