//! `dongui migrate`.
use super::{Answer, Installation, Trouble};
use serde_json::json;

pub fn run(installation: &Installation) -> Result<Answer, Trouble> {
    let url = installation.database();
    if !crate::store::is_postgres(&url) {
        std::fs::create_dir_all(&installation.data).map_err(|e| Trouble::file(&installation.data, &e))?;
    }
    let ran = crate::store::migrate::run(&url)?;
    Ok(Answer::new(format!("{ran} migrations ran; the schema is the newest"), json!({ "ran": ran })))
}
