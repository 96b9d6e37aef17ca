//! Cron schedules as staff write them, made into the six fields that are evaluated (UTC, seconds first).

/// Reads a crontab schedule of five fields, or six with seconds first, and returns six fields.
/// Days of the week are crontab's in both forms: 0 and 7 are Sunday, or names. (The cron crate
/// counts Sunday as 1, so numbers are turned into names.)
pub(super) fn parse_schedule(text: &str) -> Result<String, String> {
    let mut fields: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match fields.len() {
        5 => fields.insert(0, "0".into()),
        6 => {}
        n => return Err(format!("a schedule has 5 fields (minute hour day month weekday), this one has {n}")),
    }
    if let Some(weekday) = fields.get_mut(5) {
        *weekday = name_weekdays(weekday)?;
    }
    let joined = fields.join(" ");
    match joined.parse::<cron::Schedule>() {
        Ok(_) => Ok(joined),
        Err(error) => Err(format!("the schedule cannot be read ({})", error.to_string().trim())),
    }
}

fn name_weekdays(field: &str) -> Result<String, String> {
    const NAMES: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let mut days: Vec<String> = Vec::new();
    for part in field.split(',') {
        // A step (`/2`) is a number of days, not a day.
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let mut ends = Vec::new();
        for end in range.split('-') {
            ends.push(match end.parse::<usize>() {
                Err(_) => end.to_owned(),
                Ok(number) => match NAMES.get(number) {
                    Some(name) => (*name).to_owned(),
                    None => return Err(format!("{number} is no day of the week: 0 and 7 are Sunday, 1 is Monday")),
                },
            });
        }
        days.push(ends.join("-") + &step.map(|s| format!("/{s}")).unwrap_or_default());
    }
    Ok(days.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_fields_gain_seconds_and_weekdays_their_names() {
        assert_eq!(parse_schedule("*/20 * * * *").unwrap(), "0 */20 * * * *");
        assert_eq!(parse_schedule("0 9 * * 1-5").unwrap(), "0 0 9 * * MON-FRI");
        assert_eq!(parse_schedule("30 0 9 * * 0,6").unwrap(), "30 0 9 * * SUN,SAT");
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(parse_schedule("* * *").unwrap_err().contains("has 3"));
        assert!(parse_schedule("61 * * * *").is_err());
        assert!(parse_schedule("0 9 * * 8").unwrap_err().contains("no day of the week"));
    }
}
