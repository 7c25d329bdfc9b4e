//! The OpenAPI 3.1 document, made from the handlers, and the bodies as they are written down in it.
use crate::broker::Failure;
use crate::broker::purge::Request;
use crate::domain::category::{Category, Precision};
use crate::domain::client::{AudienceProfile, Role};
use crate::domain::id::{PersonId, PurgeId, RecipientId, RelationId, SubscriberId};
use crate::domain::purge::{Asked, Cause, Word};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::subscriber::{AgeBand, Country};
use crate::domain::time::At;
use crate::domain::webhook::WebhookUrl;
use crate::oauth::scope::Scope;
use serde::{Deserialize, Serialize};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{Content, RefOr};
use utoipa::{Modify, OpenApi, ToSchema};

/// A subscription to enrol.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriberBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64, example = "+49 155 5010 0000")]
    pub reference: String,
    /// `adult` or `minor`, by the age of consent of the operator's country.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "adult")]
    pub age: Option<AgeBand>,
    /// Or the day of birth, which is not kept: only from when he consents alone.
    #[serde(default)]
    pub born: Option<String>,
    /// The person, where one holds several subscriptions.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "per_018f0000000070008000000000000001")]
    pub person: Option<PersonId>,
}

/// An enrolled subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriberAnswer {
    /// Internal id, for the operator alone.
    #[schema(value_type = String)]
    pub subscriber: SubscriberId,
    /// The person, to enrol more of his subscriptions.
    #[schema(value_type = String)]
    pub person: PersonId,
}

/// Whom to make known to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// The recipient.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
}

/// A pairwise pseudonym.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkAnswer {
    /// What the recipient calls the subscriber; nobody else calls him so.
    pub subject: String,
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// For his guardian: the relation.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub relation: Option<RelationId>,
}

/// A one-time link.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationAnswer {
    /// Good once and for 15 minutes.
    pub url: String,
}

/// An AI provider.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientBody {
    /// Its id; a new one is made if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub id: Option<RecipientId>,
    /// Name shown to subscribers.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// Where it processes data, ISO 3166-1 alpha-2.
    #[schema(value_type = String, example = "DE")]
    pub country: Country,
    /// `server` or `hosted`.
    #[schema(value_type = String, example = "server")]
    pub assurance: Assurance,
    /// Purposes it declares.
    #[schema(value_type = Vec<String>, example = json!(["dpv:ProvidePersonalisedRecommendations"]))]
    pub purposes: Vec<Purpose>,
    /// The finest precision that the contract allows, by category; what is absent is not allowed.
    #[schema(value_type = Vec<Vec<String>>, example = json!([["location.zone", "zone-r6"]]))]
    pub ceiling: Vec<(Category, Precision)>,
    /// Where it is told when a consent changes: `https`, and on the open internet. Nothing is told if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 512, example = "https://hooks.assistant.example/dongui")]
    pub webhook: Option<String>,
    /// Whether its word that a subscriber agreed is written down, to be confirmed by him on his own page, and its word that he no longer does is carried out (CAMARA consent-management).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent_management: bool,
}

impl RecipientBody {
    /// The registration under `id`.
    pub fn registration(self, id: RecipientId) -> Result<Recipient, Failure> {
        let RecipientBody {
            name, country, assurance, purposes, ceiling, webhook, consent_management, ..
        } = self;
        let webhook = webhook.map(|text| WebhookUrl::parse(&text).ok_or_else(no_webhook)).transpose()?;
        let wordings = Vec::new();
        Ok(Recipient {
            id,
            name,
            country,
            assurance,
            purposes,
            ceiling,
            webhook,
            consent_management,
            wordings,
        })
    }
}

fn no_webhook() -> Failure {
    Failure::invalid(
        "webhook",
        "an `https` address on the open internet, without user or fragment; `http` for loopback only",
    )
}

/// Whose secret is made anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookSecretBody {
    /// The recipient.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
}

/// A secret that webhooks are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookSecretAnswer {
    /// `whsec_…`, told this once.
    pub secret: String,
    /// Until when older ones sign as well, RFC 3339.
    pub older_until: String,
}

/// What became of what a recipient was asked to delete.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementBody {
    /// `done`, `nothing_held` or `refused`.
    #[schema(value_type = String, example = "done")]
    pub statement: Word,
    /// Why it is kept, with `refused` only: `legal_obligation`, `legal_claim` or `other_ground`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Cause>,
}

/// A request to delete.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurgeAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PurgeId,
    /// Who is asked.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What it was held for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// What.
    #[schema(value_type = String)]
    pub category: Category,
    /// Since when the consent has ended, RFC 3339.
    pub since: String,
    /// When an answer is due, RFC 3339.
    pub deadline: String,
    /// `open`, `overdue`, `done`, `nothing_held` or `refused`.
    #[schema(value_type = String)]
    pub state: Asked,
    /// Why it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was answered, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
}

impl From<Request> for PurgeAnswer {
    fn from(request: Request) -> PurgeAnswer {
        let Request { id, recipient, purpose, category, since, deadline, state, reason, answered } = request;
        let (since, deadline) = (since.rfc3339(), deadline.rfc3339());
        let answered = answered.map(At::rfc3339);
        PurgeAnswer { id, recipient, purpose, category, since, deadline, state, reason, answered }
    }
}

/// A registered recipient.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
}

/// An OAuth client.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientBody {
    /// Its id.
    #[schema(min_length = 1, max_length = 128)]
    pub id: String,
    /// `operator`, `feed`, `regulator` or `recipient`.
    #[schema(value_type = String)]
    pub role: Role,
    /// For the role `recipient`: which.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// For the role `recipient`: `server`, or `hosted` for an assistant that asks in the name of who uses it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "server")]
    pub assurance: Assurance,
    /// What its assertions name as `aud`: `fapi`, the issuer alone, or `camara`, the whole URL of the endpoint they are sent to.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "fapi")]
    pub audience_profile: AudienceProfile,
    /// Public keys, JWK Set; a hosted client may have none.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<serde_json::Value>,
    /// For the role `recipient`: where browsers are sent back to, `https` and compared letter by letter. Without one it links nobody.
    #[serde(default)]
    #[schema(max_items = 16, example = json!(["https://assistant.example/callback"]))]
    pub redirect_uris: Vec<String>,
}

/// A context request.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ContextRequest)]
#[serde(deny_unknown_fields)]
pub struct ContextRequestBody {
    /// The recipient's pseudonym of the subscriber. It may be absent where the token is about one; another one than the token's is refused.
    #[schema(required = false, value_type = String, min_length = 22, max_length = 22, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub subject: Option<String>,
    /// What the answer is for, a `dpv:` term.
    #[schema(example = "dpv:ProvidePersonalisedRecommendations")]
    pub purpose: String,
    /// What is asked, each category once.
    #[schema(min_items = 1, max_items = 7, example = json!(["location.zone", "mobility.next_place"]))]
    pub categories: Vec<String>,
    /// What `location.verify` and `location.frequent_area` ask about: a circle. Given with one of them, and without both never.
    #[schema(required = false)]
    pub circle: Option<CircleBody>,
    /// Language of the summary.
    #[schema(required = false, example = "en")]
    pub locale: Option<String>,
    /// Room in the model's window, tokens.
    #[schema(required = false, minimum = 100, maximum = 2000)]
    pub max_tokens: Option<u32>,
}

/// A circle. Its middle is snapped to an H3 cell of resolution 7, and so is the phone's place, or to a coarser one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CircleBody {
    /// Of its middle, degrees WGS 84.
    #[schema(minimum = -90, maximum = 90, example = 48.137)]
    pub latitude: f64,
    /// Of its middle, degrees WGS 84.
    #[schema(minimum = -180, maximum = 180, example = 11.575)]
    pub longitude: f64,
    /// 5, 10, 20 or 50.
    #[schema(example = 5)]
    pub radius_km: u32,
}

/// An answer.
#[derive(Debug, ToSchema)]
pub struct ContextAnswer {
    /// What a model may see: `schema`, `summary`, `items`, `withheld`, `precision_reduced`, `truncated`, `obligations`.
    #[schema(value_type = Object)]
    pub context: serde_json::Value,
    /// JWS of type `disclosure-receipt+jwt`; holds the SHA-256 of `context` in canonical form (RFC 8785). Not for a model.
    pub receipt: String,
    /// SHA-256 of the policy set that decided.
    pub policy: String,
}

/// What became of a feed.
#[derive(Debug, ToSchema)]
pub struct FeedReport {
    /// Lines read.
    pub lines: u64,
    /// Events folded, or reference rows taken.
    pub kept: u64,
    /// Events that no live grant could use.
    pub dropped: u64,
    /// Events folded before.
    pub repeated: u64,
    /// Lines not understood.
    pub rejected: u64,
    /// The first 20 of them.
    #[schema(value_type = Vec<Object>)]
    pub named: Vec<serde_json::Value>,
    /// Chunks answered from memory.
    pub replayed_chunks: u64,
}

/// The document.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "Dongui", description = "Consent and context broker between a mobile operator's subscribers and AI providers.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "This operator")),
    paths(super::context::request, super::population::population, super::token::token, super::token::push, super::token::ask, super::token::revoke, super::token::introspect, super::discovery::metadata, super::discovery::alias, super::discovery::resource, super::discovery::mcp_resource, super::discovery::jwks, super::discovery::receipt_keys, super::operator::enrol, super::people::set_age, super::people::depart, super::people::erase, super::people::relate, super::people::end, super::people::block, super::people::blocks, super::people::lift,
        super::operator::link, super::operator::invite, super::operator::register, super::operator::recipients,
        super::operator::register_client, super::operator::renew_webhook_secret, super::stops::stop, super::stops::lift_stop, super::stops::stops, super::stops::audited, super::breaches::declare, super::breaches::act, super::breaches::breaches, super::breaches::audited_breaches, super::emergency::locate, super::wordings::propose, super::wordings::approve, super::wordings::drafts, super::wordings::approve_policies,
        super::consents::show, super::consents::take, super::consents::change, super::consents::holds, super::consents::check, super::nevers::kept_back, super::nevers::keep_back, super::purge::acknowledge, super::purge::list, super::feeds::load, super::receipt::counter, super::exports::ask_export, super::exports::list_exports, super::exports::approve_export, super::exports::fetch_export, super::console::invite_to_console, super::dues::dues, super::audit::proof, super::audit::log,
        super::health::alive, super::health::ready, super::health::metrics),
    modifiers(&Security, &Explicit),
    tags((name = "recipient", description = "AI providers"), (name = "authorization", description = "Tokens"),
        (name = "operator", description = "The operator's own systems"), (name = "app", description = "The operator's own app"), (name = "feed", description = "Sources of events"),
        (name = "regulator", description = "Audit"), (name = "rescue", description = "Rescue agencies"), (name = "health", description = "For everyone running it")))]
pub struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scopes = Scope::ALL.iter().map(|s| (s.as_str(), s.sentence()));
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes)));
        let scheme = SecurityScheme::OAuth2(OAuth2::with_description(
            [flow],
            "Client credentials with `private_key_jwt`, or a code for a subscriber who linked the client; every request carries `Authorization: DPoP <token>` and a `DPoP` proof (RFC 9449)",
        ));
        document.components.get_or_insert_default().add_security_scheme("dpop", scheme);
    }
}

/// What goes without saying, said: a problem is not plain JSON (RFC 9457), RFC 6749 errors are no problems, and an operation
/// for everyone has the empty requirement.
struct Explicit;

impl Modify for Explicit {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put];
            for operation in operations.into_iter().flatten() {
                // Open on purpose, and said so.
                operation.security.get_or_insert_with(|| vec![SecurityRequirement::default()]);
                for response in operation.responses.responses.values_mut() {
                    let RefOr::T(response) = response else { continue };
                    let is_problem = |content: &RefOr<Content>| match content {
                        RefOr::T(Content { schema: Some(RefOr::Ref(r)), .. }) => {
                            r.ref_location.ends_with("/Problem")
                        }
                        _ => false,
                    };
                    if response.content.get("application/json").is_some_and(is_problem)
                        && let Some(content) = response.content.swap_remove("application/json")
                    {
                        response.content.insert("application/problem+json".to_owned(), content);
                    }
                }
            }
        }
    }
}
