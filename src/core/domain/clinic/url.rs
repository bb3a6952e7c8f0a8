//! A URL as curl takes it apart, whatever stands in it.

/// The parts of a URL; curl takes one without a scheme for http.
pub(super) struct Url<'a> {
    pub(super) scheme: &'a str,
    pub(super) user: Option<&'a str>,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) has_query: bool,
}

impl<'a> Url<'a> {
    pub(super) fn of(url: &'a str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let (rest, query) = rest.split_once(['?', '#']).map_or((rest, ""), |(rest, query)| (rest, query));
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (user, host) =
            authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        Self { scheme, user, host, path, has_query: !query.is_empty() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_as_curl_does() {
        let url = Url::of("HTTPS://KEY:@api.juspay.in:443/v4/card/get?a=b#c");
        assert_eq!((url.scheme, url.user, url.host), ("HTTPS", Some("KEY:"), "api.juspay.in:443"));
        assert_eq!((url.path, url.has_query), ("/v4/card/get", true));
        let bare = Url::of("api.juspay.in");
        assert_eq!((bare.scheme, bare.host, bare.path, bare.has_query), ("http", "api.juspay.in", "", false));
    }
}
