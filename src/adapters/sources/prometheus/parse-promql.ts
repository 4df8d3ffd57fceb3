import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** What a query is: valid, with the metrics that it selects; or what is wrong with it and where, counted from 1. */
export type ParsedPromql =
  | { readonly is: 'valid'; readonly metrics: readonly string[] }
  | { readonly is: 'invalid'; readonly line: number; readonly column: number; readonly why: string };

/** A fault at a place, counted from 0. */
interface Fault {
  readonly at: number;
  readonly why: string;
}

/** The functions that take a range (`x[5m]`); all others refuse one (https://prometheus.io/docs/prometheus/latest/querying/functions/). */
const ofRanges = /^(\w+_over_time|rate|irate|increase|delta|idelta|deriv|predict_linear|changes|resets|double_exponential_smoothing)$/;
const scalars = /^(scalar|time|pi)$/;

/** Reads a query by the grammar of Prometheus; it must give an instant vector, so that its series can belong to objects. */
export function parsePromql(query: string): ParsedPromql {
  const nodes = nodesOf(query);
  const broken = nodes.find(({ type }) => type.isError);
  const fault = broken ? syntaxFault(broken, query) : (firstFault(nodes, query) ?? faultOfResult(nodes, query));
  if (fault) return { is: 'invalid', ...placeOf(query, fault.at), why: fault.why };
  const metrics = nodes.filter(({ name }) => name === 'VectorSelector').flatMap((node) => metricOf(node, query) ?? []);
  return { is: 'valid', metrics: [...new Set(metrics)] };
}

function nodesOf(query: string): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  parser.parse(query).iterate({
    enter: ({ node }) => {
      nodes.push(node);
    },
  });
  return nodes;
}

function firstFault(nodes: readonly SyntaxNode[], query: string): Fault | undefined {
  return nodes.map((node) => faultOf(node, query)).find((found) => found !== undefined);
}

function faultOf(node: SyntaxNode, query: string): Fault | undefined {
  if (node.name === 'VectorSelector') return selectorFault(node, query);
  if (node.name === 'FunctionCall') return callFault(node, query);
  const isRange = node.name === 'MatrixSelector' || node.name === 'SubqueryExpr';
  if (!isRange || isTakenAsRange(node, query)) return undefined;
  return { at: node.from, why: `${textOf(node, query)} is a range, which only functions such as rate() and max_over_time() take` };
}

function syntaxFault(node: SyntaxNode, query: string): Fault {
  const rest = query.slice(node.from).trimStart();
  if (query.trim() === '') return { at: 0, why: 'the query is empty' };
  const caller = /([A-Za-z_]\w*)\s*$/.exec(query.slice(0, node.from));
  if (rest.startsWith('(') && caller) return { at: caller.index, why: `there is no function ${caller[1]}` };
  if (rest === '') return { at: query.trimEnd().length, why: 'the query ends too early: a bracket, an operand or a name is missing' };
  return { at: node.from, why: `'${(/^(\w+|.)/.exec(rest) ?? [rest])[0]}' is not expected here` };
}

function selectorFault(node: SyntaxNode, query: string): Fault | undefined {
  if (metricOf(node, query) !== undefined) return undefined;
  const matchers = textOf(node, query);
  const isBounded = [...matchers.matchAll(/(=~|!~|!=|=)\s*(["'`])(.*?)\2/g)].some(([, operator = '', , value = '']) =>
    operator === '=' ? value !== '' : operator === '=~' && value !== '' && !/^(\.\*|)$/.test(value),
  );
  return isBounded ? undefined : { at: node.from, why: `${matchers} selects everything: name a metric, or a label with a value` };
}

function callFault(node: SyntaxNode, query: string): Fault | undefined {
  const name = functionOf(node, query);
  if (!ofRanges.test(name)) return undefined;
  const isGiven = argumentsOf(node).some((argument) => isRangeNode(bare(argument)));
  return isGiven ? undefined : { at: node.from, why: `${name}() takes a range, such as x[5m]` };
}

/** Whether the nearest function around a range takes one; brackets, `offset` and `@` may stand between. */
function isTakenAsRange(node: SyntaxNode, query: string): boolean {
  let above = node.parent;
  while (above && ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr', 'AnchoredExpr', 'SmoothedExpr'].includes(above.name))
    above = above.parent;
  const call = above?.name === 'FunctionCallBody' ? above.parent : undefined;
  return call?.name === 'FunctionCall' && ofRanges.test(functionOf(call, query));
}

function faultOfResult(nodes: readonly SyntaxNode[], query: string): Fault | undefined {
  const top = nodes[0]?.getChild('Expr');
  const node = top && bare(top);
  if (!node) return undefined;
  const isScalar = node.name === 'NumberDurationLiteral' || (node.name === 'FunctionCall' && scalars.test(functionOf(node, query)));
  if (!isScalar && node.name !== 'StringLiteral') return undefined;
  return { at: node.from, why: 'the query gives one value without labels, which belongs to no object: it must give series' };
}

function bare(node: SyntaxNode): SyntaxNode {
  const isWrapped = ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr', 'AnchoredExpr', 'SmoothedExpr'].includes(node.name);
  const inner = isWrapped ? node.getChild('Expr') : null;
  return inner ? bare(inner) : node;
}

function isRangeNode({ name }: SyntaxNode): boolean {
  return name === 'MatrixSelector' || name === 'SubqueryExpr';
}

function functionOf(call: SyntaxNode, query: string): string {
  const name = call.getChild('FunctionIdentifier');
  return name ? textOf(name, query) : '';
}

function argumentsOf(call: SyntaxNode): readonly SyntaxNode[] {
  return call.getChild('FunctionCallBody')?.getChildren('Expr') ?? [];
}

/** The metric's name, before the braces or in them; undefined when the selector names none. */
function metricOf(selector: SyntaxNode, query: string): string | undefined {
  const name = selector.getChild('Identifier');
  if (name) return textOf(name, query);
  const [, named] = /^\{\s*(?:"([^"]+)"\s*[,}]|.*__name__\s*=\s*["']([^"']+)["'])/.exec(textOf(selector, query))?.filter(Boolean) ?? [];
  return named;
}

function textOf({ from, to }: SyntaxNode, query: string): string {
  return query.slice(from, to);
}

function placeOf(query: string, at: number): { readonly line: number; readonly column: number } {
  const before = query.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
