import ts from 'typescript';

/** A breach of the rules about types and doc comments, as `FILE:LINE: what`. */
export type Breach = string;

/**
 * Holds one source file against the rules that no linter of ours knows whole: no `any`, no cast but `as const`, no `!`, and a doc
 * comment on every export.
 */
export function breachesIn(path: string, text: string): Breach[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const breaches: Breach[] = [];
  function report(node: ts.Node, what: string): void {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    breaches.push(`${path}:${line + 1}: ${what}`);
  }
  function walk(node: ts.Node): void {
    const what = typeBreachOf(node);
    if (what) report(node, what);
    ts.forEachChild(node, walk);
  }
  walk(file);
  for (const { node, name } of undocumentedExports(file)) report(node, `export \`${name}\` has no doc comment`);
  return breaches;
}

function typeBreachOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return '`any`: parse the value, or take `unknown`';
  if (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type)) return 'a cast by `as`: parse the value once, or narrow it';
  if (ts.isTypeAssertionExpression(node)) return 'a cast by `<T>`: parse the value once, or narrow it';
  if (ts.isNonNullExpression(node)) return 'a non-null `!`: handle the missing value';
  const isDefinite = (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) && node.exclamationToken;
  return isDefinite ? 'a definite assignment `!`: give it a value' : undefined;
}

function undocumentedExports(file: ts.SourceFile): { readonly node: ts.Node; readonly name: string }[] {
  const exported = file.statements.filter((statement) => isExported(statement));
  const documented = new Set(exported.filter(hasDocComment).flatMap(namesOf));
  return exported
    .filter((statement) => !hasDocComment(statement) && !isReadOff(statement, documented))
    .flatMap((node) => namesOf(node).map((name) => ({ node, name })))
    .filter(({ name }, n, all) => !documented.has(name) && all.findIndex((other) => other.name === name) === n);
}

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function hasDocComment(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).some((doc) => ts.isJSDoc(doc) && !!doc.comment?.length);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

/** Whether this is a type that is only read off a documented value: `type Mode = (typeof modes)[number]`. */
function isReadOff(statement: ts.Statement, documented: ReadonlySet<string>): boolean {
  return ts.isTypeAliasDeclaration(statement) && [...typeQueries(statement.type)].some((name) => documented.has(name));
}

function* typeQueries(node: ts.Node): Generator<string> {
  if (ts.isTypeQueryNode(node)) yield node.exprName.getText();
  for (const child of node.getChildren()) yield* typeQueries(child);
}
