import type { JsonValue } from '../json.ts';
import { listAt, objectsAt, textAt, textsAt } from '../json.ts';

/** Whether a LabelSelector (`matchLabels`, `matchExpressions`) selects these labels; an empty one selects everything, none nothing. */
export function selects(selector: JsonValue | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const byLabels = Object.entries(textsAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value);
  return byLabels && objectsAt(selector, 'matchExpressions').every((expression) => meetsExpression(expression, labels));
}

/** Whether labels (of a node or a pod) meet one `{ key, operator, values }`. */
export function meetsExpression(expression: JsonValue, labels: Readonly<Record<string, string>>): boolean {
  const actual = labels[textAt(expression, 'key') ?? ''];
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    default:
      return false;
  }
}
