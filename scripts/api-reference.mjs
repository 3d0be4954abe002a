/**
 * Writes docs/ref/api.md to stdout: what engine/index.ts exports and the types that it leads to, as the compiler declares
 * them, with their docstrings.
 */
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
const ENTRY = resolve(ROOT, 'engine/index.ts');

/** Types that the reference names and does not open, and what to read in their place. */
const NOT_OPENED = new Map([
  [
    'Config',
    'Every setting under its dotted name, durations in microseconds, sizes in bytes: [configuration.md](configuration.md).',
  ],
  [
    'Settings',
    "Settings by their dotted names, as they are written: `{ decodePolicy: 'keyframes' }`. [configuration.md](configuration.md) has all of them.",
  ],
  ...[
    ['SourceNode', 'A source'],
    ['ProcessorNode', 'A processor'],
    ['SinkNode', 'A sink'],
  ].map(([name, what]) => [
    name,
    `${what} of a topology: an object whose \`@type\` says which of those in [nodes.md](nodes.md) it is. Strings may have parameters in them, and
numbers and booleans may be written as such or as strings.`,
  ]),
  [
    'LivePipeline',
    'A live pipeline as it is set: `{ name, properties: { topologyName, description?, parameters?: [{ name, value? }] } }`.',
  ],
  ['BroughtNodeType', 'A node type of the program: [CONTRIBUTING.md](../../CONTRIBUTING.md#add-a-node-type).'],
  ['WrittenOf', 'What may be written for a schema: [nodes.md](nodes.md) has the properties.'],
]);

/** Declarations of every source that the entry leads to, by the path of the source. */
function declare() {
  const { config } = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram([ENTRY], {
    ...options,
    composite: false,
    incremental: false,
    tsBuildInfoFile: undefined,
    declaration: true,
    emitDeclarationOnly: true,
    // `npm run check` has checked them.
    noCheck: true,
    outDir: ROOT,
    rootDir: ROOT,
  });
  const files = new Map();
  const { diagnostics } = program.emit(undefined, (path, text) => {
    files.set(path.replace(/\.d\.ts$/, '.ts'), ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  });
  if (diagnostics.length > 0) throw new Error(ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n'));
  return files;
}

const files = declare();

const pathOf = (from, specifier) =>
  specifier.startsWith('.') ? resolve(dirname(from), specifier).replace(/\.js$/, '.ts') : undefined;

const isNamed = (node) =>
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isFunctionDeclaration(node);

/** The statement of `path` that declares `name`, wherever an import or export leads; undefined outside of the project. */
function find(path, name) {
  const source = files.get(path);
  if (!source) return undefined;
  for (const statement of source.statements) {
    if (isNamed(statement) && statement.name?.text === name) return { path, name, statement };
    if (ts.isVariableStatement(statement)) {
      if (statement.declarationList.declarations.some((one) => one.name.getText() === name))
        return { path, name, statement };
    }
    const elements = ts.isExportDeclaration(statement)
      ? statement.exportClause?.elements
      : ts.isImportDeclaration(statement)
        ? statement.importClause?.namedBindings?.elements
        : undefined;
    const element = elements?.find((one) => one.name.text === name);
    const target = element && statement.moduleSpecifier && pathOf(path, statement.moduleSpecifier.text);
    if (target) return find(target, (element.propertyName ?? element.name).text);
  }
  return undefined;
}

const exported = files
  .get(ENTRY)
  .statements.filter(ts.isExportDeclaration)
  .flatMap(({ exportClause }) => exportClause.elements.map(({ name }) => find(ENTRY, name.text) ?? missing(name.text)));

function missing(name) {
  throw new Error(`nothing in the sources declares ${name}`);
}

/** Private, or the constructor of a class that nobody can import. */
const isHidden = (member) =>
  (ts.isConstructorDeclaration(member) && !exported.some(({ statement }) => statement === member.parent)) ||
  (member.name && ts.isPrivateIdentifier(member.name)) ||
  ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);

/** Types in the visible part of a declaration, as far as they are the project's. */
function typesIn({ path, statement }) {
  const found = [];
  const visit = (node) => {
    if (ts.isClassElement(node) && isHidden(node)) return;
    if (ts.isTypeReferenceNode(node)) found.push(find(path, leftmost(node.typeName)));
    if (ts.isExpressionWithTypeArguments(node)) found.push(find(path, node.expression.getText()));
    if (ts.isImportTypeNode(node)) {
      const from = pathOf(path, node.argument.literal.text);
      if (from && node.qualifier) found.push(find(from, leftmost(node.qualifier)));
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found.filter((one) => one !== undefined);
}

const leftmost = (name) => (ts.isQualifiedName(name) ? leftmost(name.left) : name.text);

/** Types that declarations lead to, nearest first. */
function reachedFrom(starts) {
  const reached = new Map(starts.map((one) => [one.statement, one]));
  const queue = [...starts];
  for (const one of queue) {
    if (NOT_OPENED.has(one.name)) continue;
    for (const found of typesIn(one)) {
      if (reached.has(found.statement)) continue;
      reached.set(found.statement, found);
      queue.push(found);
    }
  }
  return queue.slice(starts.length);
}

const textOfDoc = (node) =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => doc.getText())
    .at(-1)
    ?.slice('/**'.length, -'*/'.length)
    .replace(/^[ \t]*\* ?/gm, '')
    .split('@throws ')
    .map((part) => part.trim())
    .join('\n\nThrows ')
    .trim() ?? '';

/** The declaration as a user sees it: without what is private, and without its own docstring. */
function codeOf(statement) {
  const source = statement.getSourceFile();
  const start = statement.getStart(source);
  let text = statement.getText(source);
  if (ts.isClassDeclaration(statement)) {
    for (const member of [...statement.members].reverse()) {
      if (isHidden(member)) text = text.slice(0, member.getFullStart() - start) + text.slice(member.end - start);
    }
  }
  return text.replace(/^export (?:declare )?|^declare /, '').replace(/\bimport\("[^"]+"\)\./g, '');
}

const section = ({ name, statement }) => {
  const instead = NOT_OPENED.get(name);
  const body = instead ? [instead] : [textOfDoc(statement), `\`\`\`ts\n${codeOf(statement)}\n\`\`\``];
  return [`### ${name}`, ...body].filter((part) => part !== '').join('\n\n');
};

const byName = (one, other) => (one.name < other.name ? -1 : 1);
const kinds = [
  ['Classes', ts.isClassDeclaration],
  ['Functions', (statement) => ts.isFunctionDeclaration(statement) || isFunctionConstant(statement)],
  ['Constants', (statement) => ts.isVariableStatement(statement) && !isFunctionConstant(statement)],
  ['Types', (statement) => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)],
];
function isFunctionConstant(statement) {
  if (!ts.isVariableStatement(statement)) return false;
  const type = statement.declarationList.declarations[0]?.type;
  return type !== undefined && ts.isFunctionTypeNode(type);
}

const reached = reachedFrom(exported).sort(byName);
for (const name of NOT_OPENED.keys()) if (![...exported, ...reached].some((one) => one.name === name)) missing(name);

const page = [
  '# API',
  `What a program gets from \`import … from 'sluice'\`. Made from the types; [embedding.md](../guide/embedding.md) is a walk
through it, and [errors.md](errors.md) has the codes of errors.`,
  ...kinds.flatMap(([title, isKind]) => [
    `## ${title}`,
    ...exported
      .filter(({ statement }) => isKind(statement))
      .sort(byName)
      .map(section),
  ]),
  '## Types that these lead to',
  'They cannot be imported by name. TypeScript infers them.',
  ...reached.map(section),
];
process.stdout.write(`${page.join('\n\n')}\n`);
