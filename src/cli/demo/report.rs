//! What a told story says: a line for every step, the figures, one real answer.
use crate::cli::Answer;
use serde_json::{Map, Value, json};

/// One step and whether it held.
#[derive(Debug, Clone)]
struct Step {
    key: &'static str,
    holds: bool,
    says: String,
}

/// A report in the making.
#[derive(Debug, Default)]
pub struct Report {
    steps: Vec<Step>,
    notes: Vec<String>,
    figures: Map<String, Value>,
    answer: Value,
}

impl Report {
    /// Notes a step.
    pub fn step(&mut self, key: &'static str, holds: bool, says: impl Into<String>) {
        self.steps.push(Step { key, holds, says: says.into() });
    }

    /// Notes a figure, and in words what it means.
    pub fn figure(&mut self, key: &str, value: Value, means: impl Into<String>) {
        self.figures.insert(key.to_owned(), value);
        self.notes.push(means.into());
    }

    /// Keeps the answer that is shown.
    pub fn show(&mut self, answer: Value) {
        self.answer = answer;
    }

    /// Whether every step held.
    pub fn holds(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|s| s.holds)
    }

    /// In words and as JSON, below `heading`.
    pub fn answer(self, heading: &str, facts: Value) -> Answer {
        let holds = self.holds();
        let mut text = format!("{heading}\n\n");
        for step in &self.steps {
            text.push_str(&wrapped(if step.holds { "✓" } else { "✗" }, &step.says));
        }
        let shown = laid_out(&self.answer["context"]);
        text.push_str(&format!(
            "\nOne answer, as the assistant received it beside its signed receipt:\n\n{shown}\n\nFigures\n"
        ));
        for note in &self.notes {
            text.push_str(&wrapped("-", note));
        }
        let held = self.steps.iter().filter(|s| s.holds).count();
        text.push_str(&format!("\n{held} of {} steps held.\n", self.steps.len()));
        let steps: Vec<Value> =
            self.steps.iter().map(|s| json!({ "step": s.key, "holds": s.holds, "says": s.says })).collect();
        let json = json!({ "holds": holds, "setting": facts, "steps": steps, "figures": self.figures, "answer": self.answer });
        Answer { text, json, holds }
    }
}

/// Columns of a line.
const WIDTH: usize = 118;

/// `sign` and `text` in lines of words, the later ones indented.
fn wrapped(sign: &str, text: &str) -> String {
    let (mut out, mut column) = (sign.to_owned(), 1);
    for word in text.split(' ') {
        let length = word.chars().count();
        if column + 1 + length > WIDTH {
            out.push_str("\n ");
            column = 1;
        }
        out.push(' ');
        out.push_str(word);
        column += 1 + length;
    }
    out.push('\n');
    out
}

/// JSON with a line for each member of the outermost object, and for each element of an array of objects.
fn laid_out(value: &Value) -> String {
    let Some(members) = value.as_object() else { return value.to_string() };
    let member = |(name, value): (&String, &Value)| match value.as_array() {
        Some(list) if list.iter().any(Value::is_object) => {
            let lines: Vec<String> = list.iter().map(|element| format!("    {element}")).collect();
            format!("  \"{name}\": [\n{}\n  ]", lines.join(",\n"))
        }
        _ => format!("  \"{name}\": {value}"),
    };
    format!("{{\n{}\n}}", members.iter().map(member).collect::<Vec<_>>().join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_laid_out_is_the_same_answer() {
        let value =
            json!({ "a": 1, "b": [{ "c": "\"" }, { "d": null }], "e": ["f"], "g": [], "h": { "i": true } });
        assert_eq!(serde_json::from_str::<Value>(&laid_out(&value)).unwrap(), value);
        assert_eq!(laid_out(&value).lines().count(), 10);
    }

    #[test]
    fn long_lines_are_wrapped_and_no_word_is_lost() {
        let text = "äpfel ".repeat(60).trim_end().to_owned();
        let lines = wrapped("✓", &text);
        assert!(lines.lines().count() > 2 && lines.lines().all(|l| l.chars().count() <= WIDTH));
        assert!(lines.lines().skip(1).all(|l| l.starts_with("  ä")));
        assert_eq!(lines.split_whitespace().skip(1).collect::<Vec<_>>().join(" "), text);
        assert_eq!(wrapped("-", "short"), "- short\n");
    }

    #[test]
    fn one_broken_step_breaks_the_report_and_so_does_an_empty_one() {
        assert!(!Report::default().holds());
        let mut report = Report::default();
        report.step("fed", true, "fed");
        assert!(report.holds());
        report.step("refused", false, "not refused");
        let answer = report.answer("Demo", json!({}));
        assert!(
            !answer.holds && answer.text.contains("✗ not refused") && answer.json["holds"] == json!(false)
        );
    }
}
