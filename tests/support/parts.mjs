// Prints each module, class and function of a TypeScript project, and how many lines it has, as JSON; the parser is
// TypeScript's own. Arguments: the folder of the package typescript, and the project's tsconfig.json.
import { pathToFileURL } from "node:url";

const [, , folder, project] = process.argv;
const load = (/** @type {string} */ path) => import(pathToFileURL(`${folder}/dist/${path}`).href);
const { API } = await load("api/sync/api.js");
const { isClassLikeDeclaration, isFunctionLikeDeclaration } = await load("ast/is.js");

const count = (/** @type {string} */ text) => text.split("\n").length;
const kindOf = node =>
  isClassLikeDeclaration(node) ? "class" : isFunctionLikeDeclaration(node) ? "function" : undefined;

function* partsOf(file) {
  yield { kind: "module", name: file.fileName, lines: count(file.text.trimEnd()) };
  const nodes = [file];
  for (const node of nodes) {
    const kind = kindOf(node);
    const lines = count(file.text.slice(node.getStart(file), node.end));
    if (kind) yield { kind, name: node.name?.text ?? "(no name)", lines };
    node.forEachChild(child => {
      nodes.push(child);
    });
  }
}

const api = new API();
const [{ program }] = api.updateSnapshot({ openProjects: [project] }).getProjects();
const own = program.getSourceFileNames().filter(name => !name.endsWith(".d.ts"));
process.stdout.write(JSON.stringify(own.flatMap(name => [...partsOf(program.getSourceFile(name))])));
api.close();
