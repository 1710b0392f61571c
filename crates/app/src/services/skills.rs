//! Skills: words for what a service needs and a worker can do; a new word is kept the first time it is used.

use super::row::skill;
use crate::{
    error::Result,
    ids::SkillId,
    text::fold::fold_within,
    web::{Change, Fields},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use std::collections::HashSet;

pub use skill::Model as Skill;

const MOST: usize = 50;
const LONGEST: usize = 100;

/// Reads names of skills: an array, or in a form the ticked ones together with `new_skills`, one a line or after a comma.
pub fn read(fields: &mut Fields, name: &str) -> Vec<String> {
    let mut names = fields.texts(name, MOST, LONGEST);
    if fields.door() == crate::web::Door::Page {
        let typed = fields.texts("new_skills", MOST, 2000);
        names.extend(
            typed.iter().flat_map(|line| line.split([',', ';'])).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()),
        );
        if names.iter().any(|word| word.chars().count() > LONGEST) {
            fields.error_with("new_skills", "too_long", vec![("max", LONGEST.to_string())]);
        }
    }
    let mut seen = HashSet::new();
    names.retain(|word| seen.insert(fold_within(word, LONGEST)));
    names
}

/// All skills by name.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Skill>> {
    Ok(skill::Entity::find().order_by_asc(skill::Column::NameFolded).all(conn).await?)
}

/// The ids of these skills; those that are new are written down.
pub async fn ids_of(change: &Change, names: &[String]) -> Result<Vec<SkillId>> {
    let mut ids = vec![];
    for name in names {
        ids.push(id_of(change, name).await?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

async fn id_of(change: &Change, name: &str) -> Result<SkillId> {
    let conn = change.tx.conn();
    let folded = fold_within(name, LONGEST);
    let known = async || skill::Entity::find().filter(skill::Column::NameFolded.eq(&folded)).one(conn).await;
    if let Some(skill) = known().await? {
        return Ok(skill.id);
    }
    let row = skill::ActiveModel { name: Set(name.to_owned()), name_folded: Set(folded.clone()), ..Default::default() };
    match row.insert(conn).await {
        Ok(skill) => Ok(skill.id),
        // Somebody else wrote the same word down at the same moment.
        Err(e) if store::dialect::is_duplicate(&e) => Ok(known().await?.ok_or(e)?.id),
        Err(e) => Err(e.into()),
    }
}
