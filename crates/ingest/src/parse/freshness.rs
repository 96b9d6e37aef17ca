//! How often the publisher asks to be polled: RSS `ttl`, `skipHours`, `skipDays`, and the `syndication` module.

use crate::repair::{Element, Ns};
use plenary_model::poll::Freshness;
use std::time::Duration;

/// Minutes of the periods of the `syndication` module.
const PERIODS: [(&str, u64); 5] =
    [("hourly", 60), ("daily", 1_440), ("weekly", 10_080), ("monthly", 43_200), ("yearly", 525_600)];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn read(channel: Element<'_, '_>, freshness: &mut Freshness) {
    let (mut ttl, mut period, mut frequency) = (None, None, 1);
    for element in channel.elements() {
        match (element.ns(), &*element.local()) {
            (Ns::Core, "ttl") => ttl = element.text().trim().parse::<u64>().ok().filter(|minutes| *minutes > 0),
            (Ns::Sy, "updateperiod") => {
                let word = element.text().trim().to_ascii_lowercase();
                period = PERIODS.iter().find(|(name, _)| *name == word).map(|(_, minutes)| *minutes);
            }
            (Ns::Sy, "updatefrequency") => {
                frequency = element.text().trim().parse::<u32>().unwrap_or(1).max(1);
            }
            (Ns::Core, "skiphours") => {
                let hours = element.elements().filter_map(|hour| hour.text().trim().parse::<u32>().ok());
                // Midnight is written 0 or 24.
                freshness.skip_hours = hours.filter(|hour| *hour <= 24).map(|hour| hour % 24).take(24).collect();
            }
            (Ns::Core, "skipdays") => {
                let days = element.elements().filter_map(|day| {
                    let name = day.text().trim().to_ascii_lowercase();
                    DAYS.iter().position(|known| *known == name).and_then(|index| u32::try_from(index).ok())
                });
                freshness.skip_days = days.take(DAYS.len()).collect();
            }
            _ => {}
        }
    }
    let minutes = |count: u64| Duration::from_secs(count.saturating_mul(60));
    let found = ttl.map(minutes).or_else(|| Some(minutes(period?) / frequency));
    freshness.feed = found.or(freshness.feed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::{Limits, Tree};

    fn freshness(inside: &str) -> Freshness {
        let text = format!("<channel xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>{inside}</channel>");
        let tree = Tree::read(&text, Limits { nodes: 100, depth: 10, attributes: 10 });
        let mut freshness = Freshness::default();
        read(tree.root().unwrap(), &mut freshness);
        freshness
    }

    #[test]
    fn what_the_publisher_asks_is_read() {
        assert_eq!(freshness("<ttl> 90 </ttl>").feed, Some(Duration::from_mins(90)));
        let module = "<sy:updateFrequency>2</sy:updateFrequency><sy:updatePeriod>hourly</sy:updatePeriod>";
        assert_eq!(freshness(module).feed, Some(Duration::from_mins(30)));
        let skip = freshness(
            "<skipHours><hour>24</hour><hour>7</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day></skipDays>",
        );
        assert_eq!((skip.skip_hours, skip.skip_days), (vec![0, 7], vec![6]));
        assert_eq!(freshness("<ttl>0</ttl><sy:updatePeriod>never</sy:updatePeriod>").feed, None);
    }
}
