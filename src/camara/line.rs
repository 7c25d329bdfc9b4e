//! `device-roaming-status` 1 and `device-data-volume` 0.1: which country's network the line of a token's subscriber is registered with, and how much data it
//! has left. Deliberately absent: when it was registered, which is told by the day, and thresholds between the steps, which would measure a number of bytes.
use super::answer::{Fact, ask};
use super::error_info::ErrorInfo;
use super::subject::{Asked, Device, Named, about};
use crate::domain::category::Category;
use crate::domain::volume::Volume;
use crate::minimise::item::Value;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// For everything that is not told: the specifications have no code of their own for it.
const UNKNOWN: &str = "SERVICE_NOT_APPLICABLE";

/// What both take.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceBody {
    device: Option<Device>,
}

impl Named for DeviceBody {
    fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

/// Where a line is registered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RoamingAnswer {
    roaming: bool,
    country_name: [String; 1],
}

/// `POST /camara/device-roaming-status/v1/retrieve`.
#[post("/device-roaming-status/v1/retrieve")]
pub(super) async fn roaming(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let began = Instant::now();
    let asked: Asked<DeviceBody> = about(Category::RoamingCountry, &broker, &credentials, bytes)?;
    let fact = ask(&broker, asked, Category::RoamingCountry, None, UNKNOWN, began).await?;
    let Value::Registered { country, abroad } = fact.item.value() else { return Err(unknown()) };
    Ok(fact.answered(&RoamingAnswer { roaming: abroad, country_name: [country.as_str().to_owned()] }))
}

/// How much is left.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VolumeAnswer {
    data_volume_category: &'static str,
}

/// `POST /camara/device-data-volume/v0.1/retrieve`.
#[post("/device-data-volume/v0.1/retrieve")]
pub(super) async fn volume(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let began = Instant::now();
    let asked: Asked<DeviceBody> = about(Category::DataVolume, &broker, &credentials, bytes)?;
    let (fact, left) = left(&broker, asked, began).await?;
    Ok(fact.answered(&VolumeAnswer { data_volume_category: left.as_str() }))
}

/// What a check takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CheckBody {
    device: Option<Device>,
    volume_to_check: Threshold,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Threshold {
    value: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Unit {
    MiB,
    GiB,
}

impl Named for CheckBody {
    fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

/// Whether as much is left.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckAnswer {
    threshold_exceeded: bool,
}

/// `POST /camara/device-data-volume/v0.1/check`.
#[post("/device-data-volume/v0.1/check")]
pub(super) async fn check(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let began = Instant::now();
    let asked: Asked<CheckBody> = about(Category::DataVolume, &broker, &credentials, bytes)?;
    let least = asked.body.volume_to_check.step()?;
    let (fact, left) = left(&broker, asked, began).await?;
    Ok(fact.answered(&CheckAnswer { threshold_exceeded: left >= least }))
}

impl Threshold {
    /// The first step that lies above it, where it is one of the edges between steps.
    fn step(self) -> Result<Volume, ErrorInfo> {
        let Threshold { value, unit } = self;
        if value > 1024 {
            return Err(ErrorInfo::argument("`volumeToCheck.value`: 0 to 1024"));
        }
        match (value, unit) {
            (200, Unit::MiB) => Ok(Volume::Under1GiB),
            (1, Unit::GiB) | (1024, Unit::MiB) => Ok(Volume::Under5GiB),
            (5, Unit::GiB) => Ok(Volume::From5GiB),
            _ => Err(ErrorInfo::unprocessable(UNKNOWN, "`volumeToCheck`: 200 MiB, 1 GiB or 5 GiB")),
        }
    }
}

async fn left<T>(broker: &Shared, asked: Asked<T>, began: Instant) -> Result<(Fact, Volume), ErrorInfo> {
    let fact = ask(broker, asked, Category::DataVolume, None, UNKNOWN, began).await?;
    match fact.item.value() {
        Value::Volume(left) => Ok((fact, left)),
        _ => Err(unknown()),
    }
}

fn unknown() -> ErrorInfo {
    ErrorInfo::unprocessable(UNKNOWN, "there is nothing to tell now")
}
