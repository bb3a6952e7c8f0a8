//! `--format json`: every answer keeps `assets/report.schema.json`, and sentences are objects too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test fails by panicking, and reads JSON as any reader does"
)]

mod batch;
mod replies;

use batch::{Answer, Home, Run, Server, whole};
use boon::{Compiler, SchemaIndex, Schemas};
use replies::{SAMPLE, usable};
use serde_json::Value;

struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn read() -> Self {
        let mut schemas = Schemas::new();
        let text = include_str!("../assets/report.schema.json");
        let mut compiler = Compiler::new();
        compiler.add_resource("report.json", serde_json::from_str(text).unwrap()).unwrap();
        let index = compiler.compile("report.json", &mut schemas).unwrap();
        Self(schemas, index)
    }

    /// Holds a JSON text against it and returns what was read.
    fn keep(&self, text: &str) -> Value {
        let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        self.0.validate(&value, self.1).unwrap_or_else(|error| panic!("{error}: {text}"));
        value
    }

    fn refuses(&self, value: &Value) -> bool {
        self.0.validate(value, self.1).is_err()
    }
}

/// Answers each reference in its own way.
fn server() -> Server {
    Server::start(|reference| match reference {
        "gone" => whole(400, r#"{"error": true, "user_message": "Stored Card Entry Not Found"}"#),
        "key" => whole(401, r#"{"status": "error", "error_code": "access_denied"}"#),
        "silent" => Answer::Nothing,
        "page" => whole(200, "<html>"),
        "odd" => whole(200, &usable().replace("\"07\"", "[7, null, {\"a\": 1}]").replace("\"VISA\"", "17")),
        _ => whole(200, if reference == "sample" { SAMPLE } else { Box::leak(usable().into_boxed_str()) }),
    })
}

const REFERENCES: [&str; 7] = ["r1", "gone", "key", "silent", "page", "odd", "sample"];

#[test]
fn fetch_diagnose_history_and_batch_keep_the_schema_and_it_has_teeth() {
    let (schema, server) = (Schema::read(), server());
    let home = Home::new(server.address, "");
    for reference in REFERENCES {
        let words = ["fetch", "--card-reference", reference, "--customer-id", "c", "--format", "json"];
        let told = schema.keep(&home.run(&[&words[..], &["--gateway", "payu"]].concat()).out);
        assert_eq!(told["card_reference"], *reference);
    }
    for line in home.run(&["history", "list", "--format", "json"]).out.lines() {
        schema.keep(line);
    }
    let exported = home.run(&["history", "export", "--format", "json"]).out;
    let rows: Vec<Value> = exported.lines().map(|line| schema.keep(line)).collect();
    assert_eq!(rows.len(), REFERENCES.len());
    home.write("kept", SAMPLE);
    let mut value = schema.keep(&home.run(&["diagnose", "kept", "--format", "json"]).out);
    value["token"] = "4788".into();
    assert!(schema.refuses(&value), "a member that the schema does not name");
    value.as_object_mut().unwrap().remove("token");
    assert!(!schema.refuses(&value));
    value["verdict"] = "FINE".into();
    assert!(schema.refuses(&value));
}

#[test]
fn rows_of_a_batch_keep_the_schema() {
    let (schema, server) = (Schema::read(), server());
    let home = Home::new(server.address, "");
    let rows: Vec<String> =
        REFERENCES.iter().filter(|it| **it != "key").map(|reference| format!("{reference},c\n")).collect();
    home.write("in.csv", &format!("card_reference,customer_id\n{}4111111111111111,c\nr\n", rows.concat()));
    assert_eq!(home.batch(&[]).exit, 4);
    let outcomes: Vec<String> =
        home.read("out.jsonl").lines().map(|line| schema.keep(line)["outcome"].to_string()).collect();
    assert!(
        ["answered", "refused", "no_answer", "invalid"]
            .iter()
            .all(|it| outcomes.contains(&format!("\"{it}\"")))
    );
}

#[test]
fn a_sentence_is_an_object_where_json_was_asked_for_and_text_else() {
    let home = Home::new(server().address, "");
    for words in [
        vec!["fetch", "--card-reference", "4111 1111 1111 1111", "--customer-id", "c", "--format", "json"],
        vec!["fetch", "--format=json", "--no-such"],
        vec!["diagnose", "nowhere\"\u{1b}", "--format", "json"],
        vec!["history", "show", "9", "--format", "json"],
    ] {
        let run: Run = home.run(&words);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{}", run.err);
        for line in run.err.lines() {
            let said: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(said["message"].as_str().is_some_and(|text| text.len() > 20), "{line}");
        }
        let plain: Vec<&str> =
            words.into_iter().filter(|word| !word.contains("json") && *word != "--format").collect();
        assert!(home.run(&plain).err.starts_with("tokenscope: "));
    }
}
