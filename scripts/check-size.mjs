/**
 * Reports files that are too long and functions that have too many ways through them, with their places.
 *   node scripts/check-size.mjs [FOLDER…]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const MAX_LINES = 320;
/** Cyclomatic: 1, and 1 more for every branch, loop, case, catch and short-circuit operator. Functions inside count alone. */
const MAX_COMPLEXITY = 20;

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['engine', 'bridge', 'wasm', 'bench', 'examples', 'infer', 'page', 'scripts'];
const SOURCE = /\.(?:ts|mjs|py|sh)$/;
/** AssemblyScript has the syntax of TypeScript, so that one parser reads both. */
const PARSED = /\.(?:ts|mjs)$/;

const BRANCHES = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CaseClause,
  ts.SyntaxKind.CatchClause,
]);
const SHORT_CIRCUITS = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

const isBranch = (node) =>
  BRANCHES.has(node.kind) || (ts.isBinaryExpression(node) && SHORT_CIRCUITS.has(node.operatorToken.kind));

/** @returns every function of the file, with its name, line and complexity. */
function functionsOf(source) {
  const found = [];
  const visit = (node, around) => {
    let owner = around;
    if (ts.isFunctionLike(node) && node.body) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      owner = { name: nameOf(node, source), line: line + 1, complexity: 1 };
      found.push(owner);
    } else if (owner && isBranch(node)) owner.complexity += 1;
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  visit(source, undefined);
  return found;
}

function nameOf(node, source) {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  if (named) return named.getText(source);
  return ts.isConstructorDeclaration(node) ? 'constructor' : 'a function';
}

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const folders = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS.map((folder) => join(ROOT, folder));
const files = folders.flatMap(filesBelow);
const offences = [];
for (const file of files) {
  const place = relative(process.cwd(), file);
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > MAX_LINES) offences.push(`${place}:${MAX_LINES + 1} has ${lines} lines, more than ${MAX_LINES}`);
  if (!PARSED.test(file)) continue;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  for (const { name, line, complexity } of functionsOf(source)) {
    if (complexity > MAX_COMPLEXITY) {
      offences.push(`${place}:${line} ${name} has complexity ${complexity}, more than ${MAX_COMPLEXITY}`);
    }
  }
}
for (const offence of offences) console.error(offence);
if (offences.length > 0) process.exit(1);
console.log(`${files.length} files, none too long or too complex`);
