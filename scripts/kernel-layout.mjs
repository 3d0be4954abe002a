/**
 * Writes wasm/layout.ts: the offsets, sizes, constants and enums that wasm/assembly/layout.ts exports, as the compiler of the
 * kernels has them. With --check it writes nothing and fails when the file is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
const SOURCES = join(ROOT, 'wasm/assembly');
const TARGET = join(ROOT, 'wasm/layout.ts');
const PROBE = 'layout-probe.ts';

/** The statements of a kernel source. */
const statementsOf = (file) =>
  ts.createSourceFile(file, readFileSync(join(SOURCES, file), 'utf8'), ts.ScriptTarget.ES2022).statements;

/** What layout.ts exports: each name with its declaration and the file that has it. */
function exportsOf(file) {
  return statementsOf(file)
    .filter(ts.isExportDeclaration)
    .flatMap(({ exportClause, moduleSpecifier }) => {
      const from = `${moduleSpecifier.text.slice(2)}.ts`;
      const statements = statementsOf(from);
      return exportClause.elements.map(({ name: { text } }) => ({
        name: text,
        from,
        node: find(statements, text, from),
      }));
    });
}

function find(statements, name, file) {
  const found = statements.find((node) =>
    ts.isVariableStatement(node)
      ? node.declarationList.declarations[0].name.text === name
      : node.name !== undefined && node.name.text === name,
  );
  if (found === undefined) throw new Error(`${file} does not declare ${name}`);
  return found;
}

/** Names of a class's fields, those of its base class (in the same file) first. */
function fieldsOf(node, file) {
  const base = node.heritageClauses?.[0]?.types[0].expression.text;
  const inherited = base === undefined ? [] : fieldsOf(find(statementsOf(file), base, file), file);
  return [...inherited, ...node.members.filter(ts.isPropertyDeclaration).map((member) => member.name.text)];
}

/** Compiles a module that exports a number for each expression, and reads the numbers. */
async function numbersOf(names, expressions) {
  const probe = [
    `import { ${names.join(', ')} } from './layout';`,
    ...expressions.map((expression, i) => `export const n${i}: i32 = <i32>${expression};`),
  ].join('\n');
  let binary;
  const { error, stderr } = await asc.main(
    [PROBE, '--runtime', 'stub', '--outFile', 'probe.wasm', '--optimizeLevel', '1', '--disableWarning'],
    {
      readFile: (name) => {
        if (name === PROBE) return probe;
        try {
          return readFileSync(join(SOURCES, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        if (name === 'probe.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`the layout of the kernels does not compile: ${error.message}\n${stderr.toString()}`);
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(binary), { env: { abort: () => {} } });
  return expressions.map((_, i) => exports[`n${i}`].value);
}

/** `ZoneRule` becomes `ZONE_RULE`: a class is a table of offsets here. */
const constantName = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

async function layoutSource() {
  const exported = exportsOf('layout.ts');
  const parts = exported.map(({ name, from, node }) => {
    if (ts.isVariableStatement(node)) return { name, entries: undefined, expressions: [name] };
    if (ts.isEnumDeclaration(node)) {
      const keys = node.members.map((member) => member.name.text);
      return { name, entries: keys, expressions: keys.map((key) => `${name}.${key}`) };
    }
    const fields = fieldsOf(node, from);
    return {
      name: constantName(name),
      entries: ['bytes', ...fields],
      expressions: [`offsetof<${name}>()`, ...fields.map((field) => `offsetof<${name}>('${field}')`)],
    };
  });
  const numbers = await numbersOf(
    exported.map(({ name }) => name),
    parts.flatMap((part) => part.expressions),
  );
  const lines = parts.flatMap(({ name, entries }) => {
    if (entries === undefined) return [`export const ${name} = ${numbers.shift()};`];
    return [`export const ${name} = {`, ...entries.map((key) => `  ${key}: ${numbers.shift()},`), '} as const;'];
  });
  return [
    '/**',
    ' * Where the fields of a slab, a region and so on lie, in bytes. Made by scripts/kernel-layout.mjs from the classes in',
    ' * wasm/assembly, which say what each field means. Not to be edited.',
    ' */',
    ...lines,
    '',
  ].join('\n');
}

const source = await layoutSource();
const current = (() => {
  try {
    return readFileSync(TARGET, 'utf8');
  } catch {
    return undefined;
  }
})();
if (source !== current) {
  if (process.argv.includes('--check')) {
    console.error('wasm/layout.ts is not what the kernels say: run npm run build');
    process.exit(1);
  }
  writeFileSync(TARGET, source);
}
