//! Rules give the days of the standard, and cost no more than they may.

use super::*;

/// The first days of a rule, and whether there are more up to the end of 2030.
fn days(rule: &str, start: &str, most: usize) -> (String, bool) {
    let start: NaiveDate = start.parse().unwrap();
    let end = "2030-12-31".parse().unwrap();
    let (days, more) = Rule::read(rule).unwrap().days(start, (start, end), &mut Budget::new());
    (days.iter().take(most).map(ToString::to_string).collect::<Vec<_>>().join(" "), more)
}

#[test]
fn rules_of_the_standard_give_its_days() {
    for (rule, start, expected) in [
        ("FREQ=DAILY;COUNT=3", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22"),
        ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-09 1997-09-11"),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "1997-08-05",
            "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "1997-08-05",
            "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
        ),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
        ("FREQ=MONTHLY;COUNT=3", "2021-01-31", "2021-01-31 2021-03-31 2021-05-31"),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=6,7", "1997-06-10", "1997-06-10 1997-07-10 1998-06-10"),
        ("FREQ=YEARLY;COUNT=3;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=3;BYDAY=TH", "1997-03-13", "1997-03-13 1997-03-20 1997-03-27"),
        ("FREQ=YEARLY;COUNT=2", "2020-02-29", "2020-02-29 2024-02-29"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            "1996-11-05",
            "1996-11-05 2000-11-07 2004-11-02",
        ),
        ("FREQ=DAILY;UNTIL=19970904T000000Z", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
    ] {
        assert_eq!(days(rule, start, 9), (expected.to_owned(), false), "{rule}");
    }
}

#[test]
fn what_never_ends_is_bounded() {
    let (first, more) = days("FREQ=YEARLY", "2021-11-20", 3);
    assert_eq!((first.as_str(), more), ("2021-11-20 2022-11-20 2023-11-20", true));
    assert!(!days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "2021-02-01", 3).0.contains("2022"));
    assert_eq!(days("FREQ=YEARLY;INTERVAL=4294967295", "2021-02-01", 3).0, "2021-02-01");
    assert_eq!(days("FREQ=DAILY;INTERVAL=4294967295", "2021-02-01", 3).0, "2021-02-01");
}

#[test]
fn what_lies_before_is_passed_over_and_changes_nothing() {
    let (first, last) = ("2019-03-10".parse().unwrap(), "2021-06-30".parse().unwrap());
    for (rule, start) in [
        ("FREQ=DAILY;INTERVAL=9", "1997-09-02"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=WE", "2019-02-28"),
        ("FREQ=MONTHLY;BYDAY=-2MO", "1997-09-22"),
        ("FREQ=MONTHLY;INTERVAL=5", "2016-01-31"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05"),
        ("FREQ=YEARLY", "2020-02-29"),
    ] {
        let (rule, start): (Rule, NaiveDate) = (Rule::read(rule).unwrap(), start.parse().unwrap());
        let (whole, more) = rule.days(start, (start, last), &mut Budget::new());
        let whole: Vec<NaiveDate> = whole.into_iter().filter(|day| *day >= first).collect();
        let mut budget = Budget::new();
        assert_eq!(rule.days(start, (first, last), &mut budget), (whole, more), "{rule:?}");
        assert!(DAYS_MAX - budget.0 <= 6 * 366, "{rule:?} costs {}", DAYS_MAX - budget.0);
    }
}

#[test]
fn what_a_file_may_cost_is_bounded() {
    let nothing = Rule::read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9").unwrap();
    let (start, last) = ("0001-01-01".parse().unwrap(), "2030-12-31".parse().unwrap());
    let mut budget = Budget::new();
    for _ in 0..10 {
        assert_eq!(nothing.days(start, (last, last), &mut budget).0, []);
    }
    assert!(budget.is_spent());
    let daily = Rule::read("FREQ=DAILY").unwrap();
    assert_eq!(daily.days(last, (last, last), &mut budget), (vec![last], true), "its first day is known anyway");
    let ruled = |most: usize| Rule::read(&format!("FREQ=YEARLY;BYSETPOS={}", vec!["1"; most].join(",")));
    assert!(ruled(LIST_MAX).is_ok());
    assert!(ruled(LIST_MAX + 1).is_err());
}

#[test]
fn what_is_not_understood_is_named() {
    for (rule, part) in [
        ("FREQ=HOURLY", "FREQ=HOURLY"),
        ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO=20"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=DAILY;BYDAY=é", "BYDAY=é"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"),
        ("FREQ=YEARLY;BYSETPOS=0", "BYSETPOS=0"),
        ("COUNT=3", "no FREQ"),
        ("nonsense", "nonsense"),
    ] {
        assert!(Rule::read(rule).unwrap_err().contains(part), "{rule}");
    }
}
