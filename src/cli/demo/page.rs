//! A resident at his own page, over HTTP as a browser would: the one-time link, the session, the forms. Deliberately absent: an
//! HTML parser; the forms are ours and hold hidden fields and closed words.
use super::cast::answers;
use super::stage::Stage;
use crate::cli::Trouble;
use crate::cli::connection::{Connection, Reply, send};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::Act;
use serde_json::json;

/// How long a resident allows, days: one of the terms on the page.
const TERM_DAYS: &str = "90";
const FORM: &str = "application/x-www-form-urlencoded";

/// A session.
pub struct Page<'s> {
    connection: &'s Connection,
    cookie: String,
    html: String,
}

impl<'s> Page<'s> {
    /// The operator sends the link; the resident opens it and presses the button.
    pub fn enter(operator: &'s Connection, number: &str) -> Result<Page<'s>, Trouble> {
        let link = operator.post("/v1/invitations", &json!({ "reference": number }))?.success()?;
        let url = link["url"].as_str().unwrap_or_default();
        let looked = send(operator.agent(), "GET", url, &[], b"")?;
        let entered = send(operator.agent(), "POST", url, &[("content-type", FORM)], b"")?;
        let cookie =
            entered.cookies.iter().find_map(|c| c.split(';').next().filter(|c| c.starts_with("dongui=")));
        match (looked.status, entered.status, cookie) {
            (200, 303, Some(cookie)) => {
                let mut page = Page { connection: operator, cookie: cookie.to_owned(), html: String::new() };
                page.html = page.look("/me?lang=en")?;
                Ok(page)
            }
            (looked, entered, _) => {
                Err(Trouble(format!("the way to the page answers {looked} and {entered}")))
            }
        }
    }

    /// What the first page shows.
    pub fn html(&self) -> &str {
        &self.html
    }

    fn look(&self, path: &str) -> Result<String, Trouble> {
        let url = self.connection.url(path);
        let reply = send(self.connection.agent(), "GET", &url, &[("cookie", &self.cookie)], b"")?;
        match reply.status {
            200 => Ok(String::from_utf8_lossy(&reply.body).into_owned()),
            status => Err(Trouble(format!("the page answers {status}"))),
        }
    }

    fn submit(&self, path: &str, fields: &[(String, String)]) -> Result<Reply, Trouble> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("cookie", self.cookie.as_str()), ("content-type", FORM)];
        let reply =
            send(self.connection.agent(), "POST", &self.connection.url(path), &headers, body.as_bytes())?;
        if reply.status == 303 {
            Ok(reply)
        } else {
            Err(Trouble(format!("the page answers a form with {}", reply.status)))
        }
    }

    /// Answers every question as resident `who` of the cast does; what he does not answer stays open. Returns how many.
    pub fn decide(&self, stage: &Stage, who: usize) -> Result<usize, Trouble> {
        let mut made = 0;
        for (provider, category, rung) in answers(who) {
            let recipient = stage.recipients.get(provider).map(ToString::to_string).unwrap_or_default();
            let html = self.look(&format!("/me/with/{recipient}?lang=en"))?;
            let mut fields = question(&html, &recipient, category)
                .ok_or_else(|| Trouble(format!("the page does not ask about `{}`", category.as_str())))?;
            let mut say = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
            match rung {
                Some(rung) => {
                    if category.rungs().len() > 1 {
                        say("precision", Precision::as_str(rung));
                    }
                    say("term", TERM_DAYS);
                    say("answer", "allow");
                }
                None => say("answer", "refuse"),
            }
            self.submit("/me/answer", &fields)?;
            made += 1;
        }
        Ok(made)
    }

    /// Pauses, resumes or withdraws everything.
    pub fn change(&self, act: Act) -> Result<(), Trouble> {
        let token = forms(&self.html).find_map(|form| field(form, "form_token"));
        let token = token.ok_or_else(|| Trouble("the page has no form".to_owned()))?;
        self.submit(
            "/me/change",
            &[("form_token".to_owned(), token), ("act".to_owned(), act.as_str().to_owned())],
        )?;
        Ok(())
    }
}

fn forms(html: &str) -> impl Iterator<Item = &str> {
    html.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest))
}

/// The hidden fields of the question about a category for a recipient.
fn question(html: &str, recipient: &str, category: Category) -> Option<Vec<(String, String)>> {
    let asks = |form: &&str| {
        form.starts_with("class=\"question\"")
            && field(form, "recipient").as_deref() == Some(recipient)
            && field(form, "category").as_deref() == Some(category.as_str())
    };
    forms(html).find(asks).map(|form| hidden(form).collect())
}

fn field(form: &str, name: &str) -> Option<String> {
    hidden(form).find(|(n, _)| n == name).map(|(_, value)| value)
}

fn hidden(form: &str) -> impl Iterator<Item = (String, String)> {
    form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"")?;
        Some((name.to_owned(), rest.split('"').next()?.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_question_is_found_by_its_hidden_fields() {
        let form = |recipient: &str, category: &str| {
            format!(
                "<form class=\"question\" method=\"post\">\n<input type=\"hidden\" name=\"form_token\" value=\"t\">\n<input \
                 type=\"hidden\" name=\"recipient\" value=\"{recipient}\">\n<input type=\"hidden\" name=\"category\" \
                 value=\"{category}\">\n<button>x</button></form>"
            )
        };
        let html = format!("<p>{}{}", form("rcp_a", "location.zone"), form("rcp_b", "location.label"));
        assert_eq!(question(&html, "rcp_b", Category::LocationLabel).unwrap().len(), 3);
        assert_eq!(question(&html, "rcp_a", Category::LocationLabel), None);
        assert_eq!(forms(&html).find_map(|f| field(f, "form_token")).as_deref(), Some("t"));
    }
}
