// Sphinx's search passes over numbers. Here they are looked for, too: somebody has met a 1006.

// A page that was opened from a folder may fetch no other: it cannot show what is said there.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

document.addEventListener("DOMContentLoaded", () => {
  const parse = Search._parseQuery;
  Search._parseQuery = query => {
    const parsed = parse(query);
    const [, searched, , highlighted] = parsed;
    for (const number of splitQuery(query).filter(word => /^\d+$/u.test(word))) {
      searched.add(number);
      highlighted.add(number);
    }
    return parsed;
  };
});
