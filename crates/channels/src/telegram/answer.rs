//! How the API answers, and what its refusals mean.

use crate::{Failure, wire};
use reqwest::RequestBuilder;
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;

/// No answer is larger: a hundred updates of the longest texts are less.
const LARGEST: usize = 16 << 20;

#[derive(Deserialize)]
struct Answer<T> {
    result: Option<T>,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

/// The result of a call.
pub async fn got<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let again = |why: &str| Failure::Again { why: why.into() };
    let response = request.send().await.map_err(|error| wire::broken(&error))?;
    let body = wire::read(response, LARGEST).await?;
    let answer: Answer<T> = serde_json::from_slice(&body).map_err(|_| again("an answer that is no JSON"))?;
    match answer {
        Answer { result: Some(result), .. } => Ok(result),
        Answer { error_code: Some(code), description, parameters, .. } => Err(refusal(code, &description, &parameters)),
        _ => Err(again("an answer that says nothing")),
    }
}

fn refusal(code: u16, description: &str, parameters: &Parameters) -> Failure {
    let why = format!("{code} {}", without_quotes(description));
    let said = description.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    match code {
        429 => Failure::Wait { after: Duration::from_secs(parameters.retry_after.unwrap_or(1)), why },
        // Blocked, deactivated, thrown out, never written to.
        403 => Failure::Dead { why },
        _ if says(&["chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid"]) => Failure::Dead { why },
        401 | 404 => Failure::Shut { why },
        // Another program asks for this bot's updates, or did a moment ago.
        409 => Failure::Again { why },
        500.. => Failure::Again { why },
        _ if says(&["temporarily unavailable"]) => Failure::Again { why },
        _ => Failure::Refused { why },
    }
}

/// The description without what it repeats of the message: a button's address, say.
pub fn without_quotes(description: &str) -> String {
    for quote in ['\'', '"'] {
        // An apostrophe within a word is no quote.
        if let (Some(first), Some(last)) = (description.find(&format!(" {quote}")), description.rfind(quote))
            && first + 1 < last
        {
            return format!("{} …{}", &description[..first], &description[last + 1..]);
        }
    }
    description.to_owned()
}
