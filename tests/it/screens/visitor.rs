//! Someone with a browser: keeps cookies, follows redirects, fills in the forms that stand on the page and no others. Deliberately
//! absent: an HTML parser; the markup is ours and regular.
use crate::support::World;
use crate::support::actors::Subscriber;
use crate::support::door::{Call, Reply};
use dongui::broker::authenticate::Caller;
use std::collections::BTreeMap;

/// Cookies and language of one browser.
pub struct Visitor<'w> {
    w: &'w World,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(String, String)>,
}

/// A form as it stands on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// Name and value.
    pub buttons: Vec<(String, String)>,
    /// Values of radio buttons by name, in order.
    pub choices: Vec<(String, String)>,
}

impl Form {
    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// The same form with another value, as who does not use the page could send it.
    pub fn with(&self, name: &str, value: &str) -> Form {
        let mut form = self.clone();
        form.fields.retain(|(n, _)| n != name);
        form.fields.push((name.to_owned(), value.to_owned()));
        form
    }
    pub fn without(&self, name: &str) -> Form {
        let mut form = self.clone();
        form.fields.retain(|(n, _)| n != name);
        form
    }
}

/// Every piece of `text` between `start` and the next `end`.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Text as a reader sees it: without marks of direction, characters spelled out.
pub fn plain(html: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    pairs.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The same without the marks that hold foreign names in their place.
pub fn bare(html: &str) -> String {
    plain(html).replace(['\u{2068}', '\u{2069}'], "")
}

/// The forms of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let attribute = |tag: &str, name: &str| {
        between(tag, &format!("{name}=\"")[..], "\"").first().map(|v| plain(v)).unwrap_or_default()
    };
    let read = |form: &str| {
        let tags = |start: &str| -> Vec<String> {
            between(form, start, ">").into_iter().map(str::to_owned).collect()
        };
        let named = |tags: &[String], kind: &str| {
            let of_kind = tags.iter().filter(|t| kind.is_empty() || attribute(t, "type") == kind);
            of_kind.map(|t| (attribute(t, "name"), attribute(t, "value"))).collect()
        };
        let inputs = tags("<input ");
        Form {
            action: attribute(form.split('>').next().unwrap(), "action"),
            fields: named(&inputs, "hidden"),
            buttons: named(&tags("<button"), ""),
            choices: named(&inputs, "radio"),
        }
    };
    between(html, "<form", "</form>").into_iter().map(read).collect()
}

impl<'w> Visitor<'w> {
    pub fn new(w: &'w World) -> Visitor<'w> {
        let language = ("accept-language".to_owned(), "en".to_owned());
        Visitor { w, cookies: BTreeMap::new(), headers: vec![language] }
    }

    /// Comes in through a new link.
    pub fn enters(w: &'w World, who: &Subscriber<'_>) -> Visitor<'w> {
        let mut visitor = Visitor::new(w);
        let reply = visitor.post(&invitation(w, who), &[]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/me")), "{}", reply.text());
        visitor
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Call::new("GET", path))
    }

    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.send(Call::new("POST", path).body("application/x-www-form-urlencoded", body.finish()))
    }

    fn send(&mut self, mut call: Call) -> Reply {
        call.path = call.path.split('#').next().unwrap().to_owned();
        for (name, value) in &self.headers {
            call = call.header(name, value.clone());
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            call = call.header("cookie", cookies.join("; "));
        }
        let reply = self.w.http().send(&call);
        for (_, set) in reply.headers.iter().filter(|(n, _)| n == "set-cookie") {
            let (pair, attributes) = set.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// His first page.
    pub fn page(&mut self) -> String {
        self.sees("/me")
    }

    /// The page about a recipient.
    pub fn page_of(&mut self, recipient: &str) -> String {
        self.sees(&format!("/me/with/{recipient}"))
    }

    /// All requests about him.
    pub fn asked(&mut self) -> String {
        self.sees("/me/asked")
    }

    /// A page that must be there.
    pub fn sees(&mut self, path: &str) -> String {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.text()
    }

    /// Sends a form by one of its buttons, with what was chosen.
    pub fn sends(&mut self, form: &Form, button: (&str, &str), chosen: &[(&str, &str)]) -> Reply {
        let owned = |(n, v): &(&str, &str)| (n.to_string(), v.to_string());
        let mut fields = form.fields.clone();
        fields.extend(chosen.iter().map(owned));
        fields.push(owned(&button));
        self.post(&form.action, &fields)
    }

    /// Sends a form and looks at the page that follows.
    pub fn presses(&mut self, form: &Form, button: (&str, &str), chosen: &[(&str, &str)]) -> String {
        let has = form.buttons.iter().any(|(n, v)| (n.as_str(), v.as_str()) == button);
        assert!(has, "no such button: {button:?} in {form:?}");
        for (name, value) in chosen {
            assert!(form.choices.iter().any(|(n, v)| n == name && v == value), "no such choice: {value}");
        }
        let reply = self.sends(form, button, chosen);
        assert_eq!(reply.status, 303, "{}", reply.text());
        assert_eq!(reply.header("location"), Some("/me/done"), "{:?}", reply.headers);
        self.sees("/me/done")
    }
}

/// The path of a new one-time link.
pub fn invitation(w: &World, who: &Subscriber<'_>) -> String {
    let url = w.broker().invite(&Caller::console(), &who.reference()).unwrap();
    url[url.find("/me/enter/").unwrap()..].to_owned()
}

/// The question about a category.
pub fn question(page: &str, recipient: &str, category: &str) -> Form {
    let asked = |f: &&Form| {
        f.action.starts_with("/me/answer")
            && f.field("recipient") == recipient
            && f.field("category") == category
    };
    forms(page).iter().find(asked).unwrap_or_else(|| panic!("no question about {category}")).clone()
}

/// The buttons about what is held: of everything, of a recipient, or of one category.
pub fn control(page: &str, recipient: Option<&str>, category: Option<&str>, act: &str) -> Option<Form> {
    let fits = |f: &Form| {
        f.action == "/me/change"
            && f.field("recipient") == recipient.unwrap_or_default()
            && f.field("category") == category.unwrap_or_default()
            && f.buttons.iter().any(|(n, v)| n == "act" && v == act)
    };
    forms(page).into_iter().find(fits)
}
