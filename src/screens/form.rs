//! Form bodies. A field that stands twice is two answers to one question: such a form is not understood.
use super::calm::Calm;
use actix_web::HttpRequest;
use actix_web::web::Bytes;

/// The fields of a form.
#[derive(Debug, Clone)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body as the browser sends it; one that is too long or broken off is not understood.
    pub fn read(body: Result<Bytes, actix_web::Error>) -> Result<Form, Calm> {
        let body = body.map_err(|_| Calm::Odd)?;
        let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        let twice =
            |(i, (name, _)): (usize, &(String, String))| fields.iter().take(i).any(|(n, _)| n == name);
        if fields.iter().enumerate().any(twice) { Err(Calm::Odd) } else { Ok(Form(fields)) }
    }

    /// Reads what is asked in an address, by the same rule.
    pub fn of_query(request: &HttpRequest) -> Result<Form, Calm> {
        Form::read(Ok(Bytes::copy_from_slice(request.query_string().as_bytes())))
    }

    /// All fields, in the order in which they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The value of a field.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a form that this session's page did not make.
    pub fn sent_by(&self, visitor: &crate::broker::invite::Visitor) -> Result<(), Calm> {
        let ours = !visitor.form_token.is_empty() && self.one("form_token") == Some(&visitor.form_token);
        if ours { Ok(()) } else { Err(Calm::Foreign) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::SubscriberId;

    fn form(body: &'static str) -> Result<Form, Calm> {
        Form::read(Ok(Bytes::from_static(body.as_bytes())))
    }

    #[test]
    fn a_form_with_two_answers_to_one_question_is_not_understood() {
        // Were the second recipient only left out, the act would be about all of them.
        assert_eq!(form("act=resume&recipient=a&recipient=a").unwrap_err(), Calm::Odd);
        let form = form("a=1&b=2").unwrap();
        assert_eq!((form.one("a"), form.one("b"), form.one("c")), (Some("1"), Some("2"), None));
    }

    #[test]
    fn only_the_exact_token_is_taken() {
        let visitor = crate::broker::invite::Visitor {
            by: "screen".into(),
            subscriber: SubscriberId([1; 16]),
            acts_for: None,
            form_token: "abc".to_owned(),
            closed: false,
        };
        for (body, ours) in [
            ("form_token=abc", true),
            ("form_token=abC", false),
            ("form_token=ab", false),
            ("form_token=abcd", false),
            ("form_token=abc&form_token=abc", false),
            ("form_token=", false),
            ("", false),
        ] {
            assert_eq!(form(body).is_ok_and(|f| f.sent_by(&visitor).is_ok()), ours, "{body}");
        }
        let nobody = crate::broker::invite::Visitor { form_token: String::new(), ..visitor };
        assert!(form("form_token=").unwrap().sent_by(&nobody).is_err());
    }
}
