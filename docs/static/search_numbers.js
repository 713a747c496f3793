// Sphinx's search passes over numbers. Here they are looked for, too: somebody has met a 1006.

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
