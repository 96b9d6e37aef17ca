//! Search, and the pages of single values of facets, to which the categories of feeds point.

use super::{Pager, Visit, pages_for};
use crate::address::{Place, encode_query_part};
use crate::failure::Failure;
use crate::locale::fill;
use crate::view::{
    Choice, FacetGroup, FeedLink, Here, Hit, Layout, Phrase, Subject, build_hit, build_list_item, group_facets,
    list_conditions, name_value,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use plenary_model::query::{Field, Node, Query, QueryError};
use plenary_model::view::{Facet, FacetCount, Found, Order, Search};

const PIECES_PER_PAGE: usize = 20;
/// Pages of one search: who has not found it by then narrows the search.
const PAGES_MAX: usize = 50;

/// Characters that the page of a query that cannot be read repeats of it: it stands there in a dozen places, in the
/// addresses of other languages among them, so that 60 KB of query became 726 KB of page.
const REPEATED_CHARS_MAX: usize = 300;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    layout: Layout,
    title: Phrase,
    typed: String,
    asked: bool,
    wrong: String,
    explained: String,
    count: String,
    /// True when nothing has all words, and what has some of them is shown.
    is_any: bool,
    meant: Option<Choice>,
    order: Option<Choice>,
    chosen: Vec<Choice>,
    hits: Vec<Hit>,
    groups: Vec<FacetGroup>,
    pager: Option<Pager>,
}

#[derive(Template)]
#[template(path = "browse.html")]
struct BrowsePage {
    layout: Layout,
    title: Phrase,
    values: Vec<Choice>,
}

pub(crate) fn pages_of(total: usize) -> usize {
    pages_for(total, PIECES_PER_PAGE).min(PAGES_MAX)
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let typed = visit.query_param("q").unwrap_or_default().trim().to_owned();
    let title = Phrase::own(visit.locale, visit.locale.words.site.search);
    match Query::parse_search(&typed) {
        Ok(query) => results(&visit, typed, query, title, Here::Search, None).await,
        Err(error) => wrong(&visit, &typed, title, &error),
    }
}

pub(super) async fn of_value(visit: Visit, field: Field) -> Result<Response, Failure> {
    let value = visit.param("value").unwrap_or_default().to_lowercase();
    let query = Query::default().and(Node::Field { field, value: value.clone(), column: 0 });
    let title = name_value(&visit.scene(), Facet::Field(field), &value);
    results(&visit, query.to_string(), query, title, Here::Elsewhere, Some((field, value))).await
}

pub(super) async fn browse(visit: Visit, field: Field) -> Result<Response, Failure> {
    let scene = visit.scene();
    let counts = visit.facets(&everything(&visit)).await?;
    let counted = counts.iter().filter(|count| count.facet == Facet::Field(field));
    let values = counted.map(|count| Choice {
        title: name_value(&scene, count.facet, &count.value),
        href: scene.to(&match field {
            Field::Section => Place::Section(count.value.as_str().into(), 1),
            _ => Place::Value(field, count.value.clone(), 1),
        }),
        count: scene.locale.number(count.pieces),
        label: String::new(),
    });
    let words = &visit.locale.words.facet;
    let title = match field {
        Field::Section => &words.sections,
        Field::Topic => &words.topics,
        Field::Genre => &words.genres,
        Field::Organisation => &words.organisations,
        _ => &words.countries,
    };
    let title = Phrase::own(visit.locale, *title);
    let subject = Subject {
        place: Some(Place::Values(field)),
        here: Here::Elsewhere,
        title: Some(title.clone()),
        description: String::new(),
        feeds: Vec::new(),
        data: None,
    };
    let page = BrowsePage { layout: visit.layout(subject), title, values: values.collect() };
    visit.respond(StatusCode::OK, &page)
}

pub(super) fn everything(visit: &Visit) -> Search {
    Search {
        query: Query::default(),
        announced_only: false,
        order: Order::Date,
        now: visit.now,
        cursor: None,
        per_work: Some(visit.per_work()),
        offset: 0,
        limit: PIECES_PER_PAGE,
    }
}

async fn results(
    visit: &Visit,
    typed: String,
    query: Query,
    title: Phrase,
    here: Here,
    value: Option<(Field, String)>,
) -> Result<Response, Failure> {
    let scene = visit.scene();
    let at = |page| match &value {
        Some((field, value)) => Place::Value(*field, value.clone(), page),
        None => Place::Search(typed.clone(), page),
    };
    let page = match (&value, visit.query_param("page").map(str::parse::<usize>)) {
        (Some(_), _) => visit.page_number(&at(1))?,
        (None, None) => 1,
        (None, Some(Ok(page))) if page > 0 => page,
        (None, Some(_)) => return Err(Failure::NotFound),
    };
    if page > PAGES_MAX {
        return Err(Failure::NotFound);
    }
    let is_ranked = value.is_none() && visit.query_param("order") != Some("date");
    let order = if is_ranked { Order::Relevance } else { Order::Date };
    let asked = Search { query: query.clone(), order, offset: (page - 1) * PIECES_PER_PAGE, ..everything(visit) };
    let (found, asked, meant) = find(visit, &typed, asked).await?;
    let is_any = asked.query != query;
    let Found { pieces, total, .. } = found;
    let pages = pages_of(total);
    if page > pages {
        return Err(Failure::NotFound);
    }
    let counts: Vec<FacetCount> =
        if total > 1 && visit.is_live() { visit.facets(&asked).await?.to_vec() } else { Vec::new() };
    let words = &visit.locale.words.search;
    let reordered = !query.words().is_empty() && total > 1 && value.is_none();
    let first = scene.to(&at(1));
    let order = reordered.then(|| Choice {
        title: Phrase::own(visit.locale, *if is_ranked { &words.newest } else { &words.best }),
        href: if is_ranked { format!("{first}&order=date") } else { first },
        count: String::new(),
        label: String::new(),
    });
    let feeds = FeedLink::of_search(&encode_query_part(&query.to_string()), words.follow);
    let subject = Subject {
        place: Some(at(page)),
        here,
        title: Some(title.clone()),
        description: String::new(),
        feeds: if query.root.is_some() && visit.is_live() { feeds } else { Vec::new() },
        data: None,
    };
    let to = |query: Query| scene.to(&Place::Search(query.to_string(), 1));
    let shown = SearchPage {
        layout: visit.layout(subject),
        title,
        asked: query.root.is_some(),
        wrong: String::new(),
        explained: String::new(),
        count: scene.locale.count(&scene.locale.words.count.pieces, total),
        is_any,
        meant,
        order,
        chosen: list_conditions(&scene, &query, None, &to),
        hits: pieces.iter().map(|view| build_hit(view, build_list_item(&scene, view, None), &asked.query)).collect(),
        groups: group_facets(&scene, &query, &counts, total, None, &to),
        pager: Some(Pager::new(&scene, page, pages, at)),
        typed,
    };
    visit.respond(StatusCode::OK, &shown)
}

/// What a search finds; where that is nothing, what has any of its words, with the search that found it, and what may
/// have been meant.
async fn find(visit: &Visit, typed: &str, asked: Search) -> Result<(Found, Search, Option<Choice>), Failure> {
    let found = visit.store().search(&asked).await?;
    if found.total > 0 {
        return Ok((found, asked, None));
    }
    let meant = suggest_search(visit, typed, &asked.query).await?;
    if let Some(any) = ask_for_any(&asked.query) {
        let wider = Search { query: any, ..asked.clone() };
        let some = visit.store().search(&wider).await?;
        if some.total > 0 {
            return Ok((some, wider, meant));
        }
    }
    Ok((found, asked, meant))
}

/// The same search for any of its words instead of all; `None` where it has fewer than two.
fn ask_for_any(query: &Query) -> Option<Query> {
    let is_text = |node: &Node| matches!(node, Node::Text { .. });
    let (words, others): (Vec<Node>, Vec<Node>) = query.parts().into_iter().partition(is_text);
    (words.len() > 1)
        .then(|| others.into_iter().fold(Query::default(), |query, part| query.and(part)).and(Node::Or(words)))
}

/// The search that may have been meant by one that found nothing.
async fn suggest_search(visit: &Visit, typed: &str, query: &Query) -> Result<Option<Choice>, Failure> {
    let mut characters: Vec<char> = typed.chars().collect();
    // From the end, so that earlier places stay.
    for (column, word, meant) in visit.store().spelling(query).await?.into_iter().rev() {
        let start = column - 1;
        let in_phrase = characters.get(start).is_some_and(|c| matches!(c, '"' | '“' | '”'));
        let start = start + usize::from(in_phrase);
        let end = (start + word.chars().count()).min(characters.len());
        if start <= end {
            characters.splice(start..end, meant.chars());
        }
    }
    let mended: String = characters.into_iter().collect();
    let title = Phrase::new(mended.clone(), None);
    let href = visit.scene().to(&Place::Search(mended.clone(), 1));
    Ok((mended != typed).then_some(Choice { title, href, count: String::new(), label: String::new() }))
}

fn wrong(visit: &Visit, typed: &str, title: Phrase, error: &QueryError) -> Result<Response, Failure> {
    let cut = |text: &str| text.chars().take(REPEATED_CHARS_MAX).collect::<String>();
    let typed = cut(typed);
    let words = &visit.locale.words.search;
    let subject = Subject {
        place: Some(Place::Search(typed.clone(), 1)),
        here: Here::Search,
        title: Some(title.clone()),
        description: String::new(),
        feeds: Vec::new(),
        data: None,
    };
    let page = SearchPage {
        layout: visit.layout(subject),
        title,
        typed,
        asked: true,
        wrong: fill(words.wrong, &[("column", &error.column.to_string())]),
        explained: cut(&error.message),
        count: String::new(),
        is_any: false,
        meant: None,
        order: None,
        chosen: Vec::new(),
        hits: Vec::new(),
        groups: Vec::new(),
        pager: None,
    };
    visit.respond(StatusCode::BAD_REQUEST, &page)
}
