// What the front ends' modules ask of a page while they are loaded, for tests that have none; and one time zone for all.
globalThis.document = /** @type {any} */ ({ documentElement: { lang: "en" } });
process.env.TZ = "UTC";
