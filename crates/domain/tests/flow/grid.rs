//! `confirm::agree` for every status of a payment and every state of an attempt, as one readable table.
//!
//! `FLOW_REWRITE=1` writes the table anew; read the difference before you keep it.

use florin_domain::flow::{Case, Request, Step, confirm};
use florin_domain::order::{AttemptState, CaptureMethod};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, at, case, snapshot, states};

const KEPT: &str = include_str!("grid.txt");
const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flow/grid.txt");

#[test]
fn every_status_meets_every_state_as_the_table_says() {
    let table = table();
    if std::env::var_os("FLOW_REWRITE").is_some() {
        std::fs::write(PLACE, &table).unwrap();
        return;
    }
    for (number, (now, kept)) in table.lines().zip(KEPT.lines()).enumerate() {
        assert_eq!(now, kept, "line {} of the table", number + 1);
    }
    assert_eq!(table.len(), KEPT.len(), "the table has another length");
}

fn table() -> String {
    let mut table = String::new();
    for capture in [CaptureMethod::Automatic, CaptureMethod::Manual] {
        for (name, state) in states() {
            let case = case(capture, state);
            table += &format!("{} capture, {name}, order {}\n", capture.as_str(), case.order.status.as_str());
            for status in IntentStatus::ALL {
                table += &row(&case, *status);
            }
            table.push('\n');
        }
    }
    table
}

fn row(case: &Case, status: IntentStatus) -> String {
    let step = confirm::agree(case.clone(), &account(), &snapshot(status), at(20));
    let told = effects(&step);
    let told = if told.is_empty() { "-".to_owned() } else { told.join(", ") };
    let (attempt, order) = (step.case.attempt.state.name(), step.case.order.status.as_str());
    let row = format!("  {:<41} {attempt:<10} {order:<15} {told}", status.as_str());
    format!("{}\n", row.trim_end())
}

fn effects(step: &Step) -> Vec<String> {
    let mut told: Vec<String> = step.events.iter().map(|event| event.name().to_owned()).collect();
    if let AttemptState::Returned { reason, .. } = step.case.attempt.state
        && step.operation.is_some()
    {
        told.push(format!("back as {}", reason.as_str()));
    }
    told.extend(step.operation.map(|operation| format!("{} {}", operation.kind.as_str(), operation.amount)));
    told.extend(step.send.as_ref().map(|request| match request {
        Request::Create => "send create".to_owned(),
        Request::Confirm { token } => format!("send confirm {token}"),
        Request::Read => "send read".to_owned(),
        Request::Cancel => "send cancel".to_owned(),
    }));
    if let Some(wake_at) = step.case.attempt.wake_at {
        told.push(format!("look in {} s", wake_at.since(at(20)).as_secs()));
    }
    told.extend(step.alert.as_ref().map(|_| "alert".to_owned()));
    told
}
