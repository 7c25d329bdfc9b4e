//! The one way to the words of a language: a method for each message, typed by what it says. The compiler finds a message that no
//! page uses; the tests find one that a language lacks.
use super::josa;
use super::language::Language;
use super::vocabulary::{dashed, purpose_key};
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The words of one language.
pub(super) struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

static WORDS: LazyLock<[Words; 6]> = LazyLock::new(|| Language::ALL.map(|l| Words::read(l, source(l))));

/// The text of a language's file.
pub(super) fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("locales/en.ftl"),
        Language::De => include_str!("locales/de.ftl"),
        Language::Ko => include_str!("locales/ko.ftl"),
        Language::Ar => include_str!("locales/ar.ftl"),
        Language::Zh => include_str!("locales/zh.ftl"),
        Language::Ms => include_str!("locales/ms.ftl"),
    }
}

/// Methods for messages, and the list of them for the tests.
macro_rules! messages {
    ($list:ident: $($name:ident($($argument:ident: $kind:ty),*) = $key:literal;)+) => {
        impl Words {
            $(pub(in crate::screens) fn $name(&self $(, $argument: $kind)*) -> String {
                self.tell($key, &[$((stringify!($argument), FluentValue::from($argument))),*])
            })+
        }
        #[cfg(test)]
        pub(in crate::screens) const $list: &[(&str, &[&str])] = &[$(($key, &[$(stringify!($argument)),*])),+];
    };
}
pub(super) use messages;

messages! { MESSAGES:
    title() = "title";
    languages() = "languages";
    leave() = "leave";
    back() = "back";
    exit() = "exit";
    away() = "away";
    enter_heading() = "enter-heading";
    enter_text() = "enter-text";
    enter_button() = "enter-button";
    enter_once() = "enter-once";
    code_heading() = "code-heading";
    code_text() = "code-text";
    code_label() = "code-label";
    code_wrong(left: usize) = "code-wrong";
    kept_again() = "kept-again";
    login() = "login";
    login_heading() = "login-heading";
    login_text() = "login-text";
    pin() = "pin";
    pin_heading() = "pin-heading";
    pin_text() = "pin-text";
    pin_label() = "pin-label";
    pin_old() = "pin-old";
    pin_new() = "pin-new";
    pin_again() = "pin-again";
    pin_save() = "pin-save";
    pin_remove() = "pin-remove";
    pin_say_heading() = "pin-say-heading";
    pin_say_text() = "pin-say-text";
    pin_say_button() = "pin-say-button";
    pin_wrong(left: usize) = "pin-wrong";
    pin_locked(when: &str) = "pin-locked";
    pin_differ() = "pin-differ";
    pin_weak() = "pin-weak";
    pin_forgotten() = "pin-forgotten";
    pin_closed() = "pin-closed";
    everywhere() = "everywhere";
    everywhere_text() = "everywhere-text";
    status(count: usize) = "status";
    status_paused() = "status-paused";
    pause() = "pause";
    resume() = "resume";
    withdraw() = "withdraw";
    pause_all() = "pause-all";
    resume_all() = "resume-all";
    withdraw_all() = "withdraw-all";
    withdraw_all_text() = "withdraw-all-text";
    pause_recipient(recipient: &str) = "pause-recipient";
    resume_recipient(recipient: &str) = "resume-recipient";
    withdraw_recipient(recipient: &str) = "withdraw-recipient";
    withdraw_recipient_text(recipient: &str) = "withdraw-recipient-text";
    processes_in(country: &str) = "processes-in";
    country_of(code: &str) = "country";
    sees_nothing() = "sees-nothing";
    may_see() = "may-see";
    may_not_see() = "may-not-see";
    open(count: usize) = "open";
    open_text() = "open-text";
    until() = "until";
    label_who() = "label-who";
    label_what() = "label-what";
    label_purpose() = "label-purpose";
    label_precision() = "label-precision";
    paused_mark() = "paused-mark";
    paused_until(when: &str) = "paused-until";
    status_paused_until(when: &str) = "status-paused-until";
    effect_until(when: &str) = "effect-pause-until";
    pause_while() = "pause-while";
    moment(date: &str, time: &str) = "moment";
    limit_further() = "limit-further";
    when_in_day() = "when-in-day";
    how_often() = "how-often";
    hours_any() = "hours-any";
    hours_between(from: &str, to: &str) = "hours-between";
    quota_any() = "quota-any";
    quota_once() = "quota-once";
    label_hours() = "label-hours";
    label_often() = "label-often";
    how_precise() = "how-precise";
    how_long() = "how-long";
    allow() = "allow";
    refuse() = "refuse";
    choose_precision_and_term() = "choose-precision-and-term";
    choose_precision() = "choose-precision";
    choose_term() = "choose-term";
    change_answer() = "change-answer";
    refused_on(date: &str) = "refused-on";
    ended_on(date: &str) = "ended-on";
    withdrawn() = "withdrawn";
    notice(recipient: &str, what: &str, purpose: &str, country: &str, limit: &str) = "notice";
    waiting_heading() = "waiting-heading";
    waiting_asked(recipient: &str, what: &str) = "waiting-asked";
    waiting_written(date: &str, recipient: &str, what: &str) = "waiting-written";
    waiting_claimed(date: &str, recipient: &str, what: &str) = "waiting-claimed";
    answer() = "answer";
    own_words(recipient: &str, words: &str) = "own-words";
    everything() = "everything";
    undo() = "undo";
    again_text() = "again-text";
    back_to(recipient: &str) = "back-to";
    later() = "later";
    put_off(date: &str) = "put-off";
    waiting_guardian(date: &str, recipient: &str, what: &str) = "waiting-guardian";
    waiting_child(date: &str, recipient: &str, what: &str) = "waiting-child";
    paused_by_guardian() = "paused-by-guardian";
    label_by() = "label-by";
    notice_child(recipient: &str, what: &str, purpose: &str, country: &str, limit: &str) = "notice-child";
    child_home() = "child-home";
    family() = "family";
    family_text() = "family-text";
    family_none() = "family-none";
    family_for() = "family-for";
    family_by() = "family-by";
    family_child(date: &str) = "family-child";
    family_ward(date: &str) = "family-ward";
    family_asked(date: &str) = "family-asked";
    family_line(date: &str) = "family-line";
    family_guardian(date: &str) = "family-guardian";
    family_delegate(date: &str) = "family-delegate";
    family_owner(date: &str) = "family-owner";
    family_until(date: &str) = "family-until";
    family_may_all() = "family-may-all";
    family_may_allow() = "family-may-allow";
    family_may_stop() = "family-may-stop";
    family_may_forbid() = "family-may-forbid";
    family_every() = "family-every";
    family_forbids(recipient: &str, what: &str) = "family-forbids";
    family_forbids_finer(recipient: &str, what: &str, precision: &str) = "family-forbids-finer";
    family_waits(count: usize) = "family-waits";
    family_enter() = "family-enter";
    notices() = "notices";
    notices_text() = "notices-text";
    notices_law() = "notices-law";
    notices_law_together() = "notices-law-together";
    notices_silent() = "notices-silent";
    notices_often() = "notices-often";
    notices_every() = "notices-every";
    notices_times(count: usize) = "notices-times";
    notices_days(count: usize) = "notices-days";
    notices_off() = "notices-off";
    notices_note() = "notices-note";
    notices_quiet() = "notices-quiet";
    notices_no_quiet() = "notices-no-quiet";
    notices_save() = "notices-save";
    acting_child(date: &str) = "acting-child";
    acting_ward(date: &str) = "acting-ward";
    acting_back() = "acting-back";
    ends_heading() = "ends-heading";
    ends_on(recipient: &str, what: &str, date: &str) = "ends-on";
    ends_look() = "ends-look";
    ends_by_itself(date: &str) = "ends-by-itself";
    let_end() = "let-end";
    renew(date: &str) = "renew";
    help() = "help";
    help_wrong() = "help-wrong";
    help_pause() = "help-pause";
    help_note() = "help-note";
    help_ask() = "help-ask";
    help_about() = "help-about";
    help_request() = "help-request";
    help_when() = "help-when";
    help_number() = "help-number";
    help_quote() = "help-quote";
    help_officer(officer: &str, address: &str) = "help-officer";
    help_authority(authority: &str, place: &str) = "help-authority";
    help_words() = "help-words";
    word_assistant() = "word-assistant";
    means_assistant() = "means-assistant";
    word_permission() = "word-permission";
    means_permission() = "means-permission";
    word_pause() = "word-pause";
    means_pause() = "means-pause";
    word_withdraw() = "word-withdraw";
    means_withdraw() = "means-withdraw";
    word_receipt() = "word-receipt";
    means_receipt() = "means-receipt";
    elsewhere() = "elsewhere";
    elsewhere_text() = "elsewhere-text";
    elsewhere_here() = "elsewhere-here";
    elsewhere_holds_here() = "elsewhere-holds-here";
    elsewhere_holds_there() = "elsewhere-holds-there";
    elsewhere_ask_there() = "elsewhere-ask-there";
    elsewhere_permissions() = "elsewhere-permissions";
    elsewhere_here_only() = "elsewhere-here-only";
    elsewhere_asked_again() = "elsewhere-asked-again";
    elsewhere_end_each() = "elsewhere-end-each";
    elsewhere_abroad() = "elsewhere-abroad";
    abroad_learns() = "abroad-learns";
    abroad_told() = "abroad-told";
    abroad_country() = "abroad-country";
    receipts() = "receipts";
    receipts_text() = "receipts-text";
    receipts_none() = "receipts-none";
    receipts_all() = "receipts-all";
    receipt_of(recipient: &str) = "receipt-of";
    receipt_signed() = "receipt-signed";
    receipt_json() = "receipt-json";
    receipt_keep() = "receipt-keep";
    receipt_keep_text() = "receipt-keep-text";
    what_you_read() = "what-you-read";
    what_was_done() = "what-was-done";
    label_state() = "label-state";
    data() = "data";
    data_nothing() = "data-nothing";
    data_text() = "data-text";
    data_places() = "data-places";
    data_places_text(count: usize, named: usize) = "data-places-text";
    data_nights() = "data-nights";
    data_nights_text(count: usize) = "data-nights-text";
    data_apps() = "data-apps";
    data_web() = "data-web";
    data_country() = "data-country";
    data_left() = "data-left";
    data_not_known() = "data-not-known";
    data_no_topics() = "data-no-topics";
    data_and() = "data-and";
    data_latest() = "data-latest";
    data_file() = "data-file";
    data_erase() = "data-erase";
    wrong_heading() = "wrong-heading";
    wrong_text() = "wrong-text";
    wrong() = "wrong";
    erase_heading() = "erase-heading";
    erase_all() = "erase-all";
    erase_final() = "erase-final";
    erase_told() = "erase-told";
    erase_anew() = "erase-anew";
    erase_kept() = "erase-kept";
    erase_stranger() = "erase-stranger";
    erase_records() = "erase-records";
    erase_despite(years: usize, citation: &str) = "erase-despite";
    erase_button() = "erase-button";
    erase_instead() = "erase-instead";
    erase_back() = "erase-back";
    erased_heading() = "erased-heading";
    erased_text() = "erased-text";
    erased_anew() = "erased-anew";
    preview(recipient: &str) = "preview";
    preview_now() = "preview-now";
    preview_if(what: &str) = "preview-if";
    preview_nothing(reason: &str) = "preview-nothing";
    preview_json() = "preview-json";
    preview_text() = "preview-text";
    preview_question() = "preview-question";
    guess_heading() = "guess-heading";
    guess_found(place: &str, share: usize, km: usize) = "guess-found";
    guess_hidden(place: &str) = "guess-hidden";
    guess_basis(nights: usize) = "guess-basis";
    never() = "never";
    never_text() = "never-text";
    never_always() = "never-always";
    never_kinds() = "never-kinds";
    never_places() = "never-places";
    never_none() = "never-none";
    never_hours() = "never-hours";
    never_mark() = "never-mark";
    never_unmark() = "never-unmark";
    never_area(count: usize, days: usize) = "never-area";
    never_through(place: &str) = "never-through";
    never_unsettled() = "never-unsettled";
    never_from() = "never-from";
    never_to() = "never-to";
    never_choose() = "never-choose";
    never_hours_mark() = "never-hours-mark";
    never_hours_fault() = "never-hours-fault";
    never_note() = "never-note";
    never_erased() = "never-erased";
    place_home() = "place-home";
    place_work() = "place-work";
    place_frequent() = "place-frequent";
    place_other() = "place-other";
    more_pages() = "more-pages";
    asked_heading() = "asked-heading";
    learnt() = "learnt";
    learnt_facts(facts: usize, zones: usize, bits: usize) = "learnt-facts";
    learnt_fewest(people: usize) = "learnt-fewest";
    learnt_counted(days: usize) = "learnt-counted";
    asked_none() = "asked-none";
    asked_all() = "asked-all";
    asked_by(recipient: &str) = "asked-by";
    asked_only() = "asked-only";
    asked_everyone() = "asked-everyone";
    newest() = "newest";
    earlier() = "earlier";
    times(count: usize, time: &str) = "times";
    told(what: &str, precision: &str) = "told";
    not_told(what: &str, reason: &str) = "not-told";
    left_out(what: &str) = "left-out";
    claim_waits(what: &str) = "claim-waits";
    claim_agreed(what: &str) = "claim-agreed";
    claim_void(what: &str) = "claim-void";
    claim_refused(what: &str) = "claim-refused";
    claim_repeated(what: &str) = "claim-repeated";
    claim_ended(what: &str) = "claim-ended";
    today() = "today";
    yesterday() = "yesterday";
    date(day: &str, month: &str, year: &str) = "date";
    day(weekday: &str, date: &str) = "day";
}

impl Words {
    pub fn of(language: Language) -> &'static Words {
        let [en, de, ko, ar, zh, ms] = &*WORDS;
        match language {
            Language::En => en,
            Language::De => de,
            Language::Ko => ko,
            Language::Ar => ar,
            Language::Zh => zh,
            Language::Ms => ms,
        }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether the language itself has all the words of a notice; else the notice is made in English and recorded as such.
    pub fn have_notice(&self, purpose: Purpose, category: Category) -> bool {
        let of_category = ["what", "limit"].map(|f| format!("{f}-{}", dashed(category)));
        let fixed = ["notice", "notice-child", "country"].map(str::to_owned);
        let mut keys = of_category.into_iter().chain([purpose_key(purpose)]).chain(fixed);
        keys.all(|key| self.bundle.has_message(&key))
    }

    /// The words of a language from the text of its file.
    pub fn read(language: Language, text: &str) -> Words {
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // A part that does not parse is left out here and found by the tests.
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(part, _)| part);
        let _twice = bundle.add_resource(resource);
        let _taken = bundle.add_function("JOSA", |positional, _| match positional {
            [FluentValue::String(word), FluentValue::String(pair)] => josa::with_particle(word, pair).into(),
            _ => FluentValue::Error,
        });
        Words { language, bundle }
    }

    /// A message with its values; in English where the language lacks it, for a reader can do something with that. No key is
    /// lacking in English, where it would come out as it is.
    pub(super) fn tell(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return match self.language {
                Language::En => key.to_owned(),
                _ => Words::of(Language::En).tell(key, values),
            };
        };
        let args: FluentArgs<'_> = values.iter().cloned().collect();
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}
