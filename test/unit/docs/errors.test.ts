import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const CODE = /^[A-Za-z][A-Za-z0-9]*$/;
/** Classes whose constructors take a code, first or after a status. */
const CLASSES = new Set(['SluiceError', 'ControlError', 'OnvifError']);
/** Functions that make an error of a code, or an answer with it. */
const MAKERS = new Set(['refuse', 'invalid', 'simulatorError', 'failure']);
/** Tables of codes, and names for one. */
const TABLES = new Set(['CODES', 'TOP_LEVEL', 'RUNTIME', 'CODE']);
/** These make errors for whoever calls them: their callers are looked at. */
const PASSING_ON = [
  'engine/api/bodies.ts',
  'engine/control/errors.ts',
  'engine/fleet/messages.ts',
  'engine/onvif/errors.ts',
  'engine/simulator/python.ts',
];

const filesIn = (folders: readonly string[], ending: string): string[] =>
  folders.flatMap((folder) =>
    readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .map((file) => `${folder}/${file}`),
  );

const isCode = (node: ts.Node | undefined): node is ts.StringLiteral =>
  node !== undefined && ts.isStringLiteral(node) && CODE.test(node.text);

/** Code → files that use it; and where a code is no literal. */
const codesInSources = (): { codes: Map<string, Set<string>>; dynamic: Set<string> } => {
  const codes = new Map<string, Set<string>>();
  const dynamic = new Set<string>();
  const note = (code: string, file: string) => codes.set(code, (codes.get(code) ?? new Set()).add(file));
  for (const file of filesIn(['engine', 'bridge', 'wasm', 'infer'], '.ts')) {
    const source = ts.createSourceFile(file, readFileSync(resolve(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && CLASSES.has(node.expression.getText())) {
        const code = node.arguments?.slice(0, 2).find(isCode);
        if (code) note(code.text, file);
        else dynamic.add(file);
      } else if (ts.isCallExpression(node)) {
        if (MAKERS.has(node.expression.getText())) {
          for (const code of node.arguments.slice(0, 3).filter(isCode)) note(code.text, file);
        }
        const inError = ts.findAncestor(node, ts.isClassDeclaration)?.heritageClauses?.[0]?.types[0]?.getText();
        const first = node.arguments[0];
        if (node.expression.kind === ts.SyntaxKind.SuperKeyword && inError === 'SluiceError' && isCode(first)) {
          note(first.text, file);
        }
      } else if (ts.isVariableDeclaration(node) && TABLES.has(node.name.getText())) {
        const look = (inner: ts.Node): void => {
          if (isCode(inner)) note(inner.text, file);
          ts.forEachChild(inner, look);
        };
        if (node.initializer) look(node.initializer);
      } else if (
        ts.isPropertyAssignment(node) &&
        node.name.getText() === 'code' &&
        /^engine\/(topology|control)/.test(file)
      ) {
        if (isCode(node.initializer)) note(node.initializer.text, file);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  for (const file of filesIn(['engine/simulator'], '.py')) {
    const text = readFileSync(resolve(ROOT, file), 'utf8');
    for (const [, code] of text.matchAll(/(?:\bdie\(|Error\(|\bcode=|"code", )"([a-z][A-Za-z]+)"/g)) note(code!, file);
  }
  return { codes, dynamic };
};

describe('docs/ref/errors.md', () => {
  const text = readFileSync(resolve(ROOT, 'docs/ref/errors.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([A-Za-z0-9]+)` \|/gm)].map((match) => match[1]!);
  const { codes, dynamic } = codesInSources();

  it('has every code that the sources use, and nothing else', () => {
    expect([...codes.keys()].filter((code) => !documented.includes(code)).sort()).toEqual([]);
    expect(documented.filter((code) => !codes.has(code)).sort()).toEqual([]);
    expect(codes.size).toBeGreaterThan(40);
  });

  it('has each code once', () => {
    expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
  });

  it('is about codes that can be found: those that make errors for others are known', () => {
    // OnvifError passes its own code on; so does whoever reports what a program in Python said.
    expect([...dynamic].filter((file) => !PASSING_ON.includes(file))).toEqual([]);
  });
});
