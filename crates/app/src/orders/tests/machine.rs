//! Every state × action × person, as one table that a dispatcher can read: `orders.states.txt` and `visits.states.txt`
//! beside this file. `UPDATE_GOLDEN=1 cargo test -p maxmontaj67 orders::tests::machine` writes them anew; PRODUCT's
//! tables of transitions are the law they must follow.

use super::*;
use crate::{
    orders::{OrderAction, OrderStatus, VisitAction, VisitStatus},
    web::Choice,
};
use std::fmt::Write;

fn noun_of_order(action: OrderAction) -> &'static str {
    match action {
        OrderAction::Confirm => "confirmation",
        OrderAction::Cancel => "cancellation",
        OrderAction::Hold => "hold",
        OrderAction::Resume => "resumption",
        OrderAction::Accept => "acceptance",
        OrderAction::Return => "return",
        OrderAction::Reopen => "reopening",
    }
}

fn noun_of_visit(action: VisitAction) -> &'static str {
    match action {
        VisitAction::Offer => "offer",
        VisitAction::Accept => "acceptance",
        VisitAction::Decline => "decline",
        VisitAction::Depart => "departure",
        VisitAction::Arrive => "arrival",
        VisitAction::Pause => "pause",
        VisitAction::Resume => "resumption",
        VisitAction::Finish => "completion",
        VisitAction::Fail => "failure",
        VisitAction::Check => "check",
        VisitAction::Return => "return",
        VisitAction::Cancel => "cancellation",
        VisitAction::Move => "",
    }
}

/// The order's state that goes with a visit's.
fn order_beside(visit: VisitStatus) -> OrderStatus {
    match visit {
        VisitStatus::Offered | VisitStatus::Accepted | VisitStatus::EnRoute | VisitStatus::Returned => OrderStatus::Scheduled,
        VisitStatus::OnSite | VisitStatus::Paused => OrderStatus::InProgress,
        VisitStatus::Done => OrderStatus::Acceptance,
        VisitStatus::Checked => OrderStatus::Completed,
        VisitStatus::Planned | VisitStatus::NotDone | VisitStatus::Declined | VisitStatus::Expired | VisitStatus::Cancelled => {
            OrderStatus::Confirmed
        }
    }
}

/// The visit's state that goes with an order's.
fn visit_beside(order: OrderStatus) -> VisitStatus {
    match order {
        OrderStatus::New | OrderStatus::OnHold | OrderStatus::Cancelled => VisitStatus::Cancelled,
        OrderStatus::Confirmed => VisitStatus::Planned,
        OrderStatus::Scheduled => VisitStatus::Accepted,
        OrderStatus::InProgress => VisitStatus::OnSite,
        OrderStatus::Acceptance => VisitStatus::Done,
        OrderStatus::Completed => VisitStatus::Checked,
    }
}

/// Puts an order and its visit into these states, past all rules.
async fn put(app: &TestApp, (order, visit): (i64, i64), (order_status, visit_status): (OrderStatus, VisitStatus)) {
    let sql = "UPDATE orders SET status = ?, open = ?, problem = NULL, held_status = NULL, wake_ms = NULL, visit_id = ?, version = version + 1 WHERE id = ?";
    app.execute(sql, [order_status.code().into(), order_status.is_open().into(), visit.into(), order.into()]).await;
    app.execute("UPDATE visits SET status = ?, version = version + 1 WHERE id = ?", [visit_status.code().into(), visit.into()]).await;
    app.execute("UPDATE visit_workers SET live = ? WHERE visit_id = ?", [visit_status.is_busy().into(), visit.into()]).await;
}

/// What came of it: the new state, the status of a refusal, or `asked` where only a request was left.
fn outcome(answer: &Answer, before: &str, changed: bool) -> String {
    match answer.status {
        200 if changed => format!("→{}", answer.json()["status"].as_str().unwrap_or("?")),
        200 => format!("{before} asked"),
        status => status.to_string(),
    }
}

struct Table {
    text: String,
    widths: Vec<usize>,
}

impl Table {
    fn new(title: &str, columns: &[&str]) -> Self {
        let widths = columns.iter().map(|name| name.chars().count().max(12)).collect();
        let mut table = Self { text: format!("{title}\n"), widths };
        table.row("", columns.iter().map(|c| (*c).to_owned()));
        table
    }

    fn row(&mut self, head: &str, cells: impl Iterator<Item = String>) {
        let mut line = format!("{head:<14}");
        for (cell, width) in cells.zip(&self.widths) {
            let _ = write!(line, " {cell:<width$}");
        }
        let _ = writeln!(self.text, "{}", line.trim_end());
    }
}

db_test!(every_visit_state_action_and_person, |app| {
    let People { administrator, dispatcher, ivan, semyon, rustam, timur, olga, pyotr, .. } = app.people();
    let both @ (_, visit) = app.visit().of(&ivan).of(&rustam).make().await;
    let (_, contractors) = app.visit().of(&timur).at(NOW + 2 * DAY).accepted().make().await;
    let people = [
        ("specialist who leads (Иван)", &ivan),
        ("contractor in the crew (Рустам)", &rustam),
        ("specialist of another visit (Семён)", &semyon),
        ("contractor of another visit (Тимур)", &timur),
        ("customer of the order (Ольга)", &olga),
        ("another customer (Пётр)", &pyotr),
        ("dispatcher", &dispatcher),
        ("administrator", &administrator),
    ];
    let actions: Vec<VisitAction> = VisitAction::ALL.to_vec();
    let names: Vec<&str> = actions.iter().map(|a| a.code()).collect();
    let mut text = String::from("What comes of each action on a visit, by its state and by who asks.\n");
    for (who, person) in people {
        let mut table = Table::new(&format!("\n== {who}"), &names);
        for status in VisitStatus::ALL.iter().copied() {
            let state = (order_beside(status), status);
            put(&app, both, state).await;
            let mut cells = vec![];
            for action in &actions {
                let answer = match action {
                    VisitAction::Move => person.put(&format!("/api/v1/visits/{visit}"), plan_of(&[&ivan, &rustam], NOW + 5 * HOUR)).await,
                    _ => on_visit(person, visit, noun_of_visit(*action)).await,
                };
                cells.push(outcome(&answer, "", true));
                if answer.status == 200 {
                    put(&app, both, state).await;
                }
            }
            table.row(status.code(), cells.into_iter());
        }
        text.push_str(&table.text);
    }
    assert_eq!(visit_status(&app, contractors).await, "accepted", "nobody touched the other visit");
    golden("orders/tests/visits.states.txt", &text);
});

db_test!(every_order_state_action_and_person, |app| {
    let People { administrator, dispatcher, ivan, rustam, timur, olga, pyotr, .. } = app.people();
    let both @ (order, _) = app.visit().of(&ivan).of(&rustam).make().await;
    let people = [
        ("administrator", &administrator),
        ("dispatcher", &dispatcher),
        ("specialist on the visit (Иван)", &ivan),
        ("contractor on the visit (Рустам)", &rustam),
        ("contractor of another visit (Тимур)", &timur),
        ("customer of the order (Ольга)", &olga),
        ("another customer (Пётр)", &pyotr),
    ];
    let mut states: Vec<(String, OrderStatus, VisitStatus)> =
        OrderStatus::ALL.iter().map(|status| (status.code().to_owned(), *status, visit_beside(*status))).collect();
    let on_the_way = states.iter().position(|(name, ..)| name == "scheduled").unwrap() + 1;
    states.insert(on_the_way, ("… on the way".into(), OrderStatus::Scheduled, VisitStatus::EnRoute));
    let names: Vec<&str> = OrderAction::ALL.iter().map(|a| a.code()).collect();
    let mut text = String::from("What comes of each action on an order, by its state and by who asks.\n");
    for (who, person) in people {
        let mut table = Table::new(&format!("\n== {who}"), &names);
        for (name, order_state, visit_state) in &states {
            let state = (*order_state, *visit_state);
            put(&app, both, state).await;
            let mut cells = vec![];
            for action in OrderAction::ALL {
                let answer = on_order(person, order, noun_of_order(*action)).await;
                let changed = answer.status != 200 || answer.json()["status"] != order_state.code();
                cells.push(outcome(&answer, "only", changed));
                if answer.status == 200 {
                    put(&app, both, state).await;
                }
            }
            table.row(name, cells.into_iter());
        }
        text.push_str(&table.text);
    }
    golden("orders/tests/orders.states.txt", &text);
});

#[test]
fn every_state_can_be_reached_and_left_only_by_the_law() {
    use crate::orders::derived;
    use VisitStatus::*;
    let cases: [(OrderStatus, &[VisitStatus], OrderStatus); 16] = [
        (OrderStatus::Confirmed, &[Planned], OrderStatus::Confirmed),
        (OrderStatus::Confirmed, &[Offered], OrderStatus::Scheduled),
        (OrderStatus::Scheduled, &[Declined], OrderStatus::Confirmed),
        (OrderStatus::Scheduled, &[Expired, Cancelled], OrderStatus::Confirmed),
        (OrderStatus::Scheduled, &[Declined, Accepted], OrderStatus::Scheduled),
        (OrderStatus::Scheduled, &[OnSite], OrderStatus::InProgress),
        (OrderStatus::InProgress, &[Done], OrderStatus::Acceptance),
        (OrderStatus::InProgress, &[Done, Offered], OrderStatus::InProgress),
        (OrderStatus::InProgress, &[Done, Planned], OrderStatus::InProgress),
        (OrderStatus::InProgress, &[Checked, Cancelled], OrderStatus::Acceptance),
        (OrderStatus::InProgress, &[NotDone], OrderStatus::Confirmed),
        (OrderStatus::Acceptance, &[Returned], OrderStatus::Scheduled),
        (OrderStatus::Confirmed, &[Checked], OrderStatus::Confirmed),
        (OrderStatus::Confirmed, &[Checked, Planned], OrderStatus::Confirmed),
        (OrderStatus::Scheduled, &[Checked, Declined], OrderStatus::Confirmed),
        (OrderStatus::Confirmed, &[Done], OrderStatus::Acceptance),
    ];
    for (order, visits, then) in cases {
        assert_eq!(derived(order, visits).unwrap_or(order), then, "{order} with {visits:?}");
    }
    for closed in [OrderStatus::New, OrderStatus::OnHold, OrderStatus::Completed, OrderStatus::Cancelled] {
        for visit in VisitStatus::ALL {
            assert_eq!(derived(closed, &[*visit]), None, "{closed} waits for a person");
        }
    }
}
