import { type JsonValue, listAt, objectsAt, textAt, textsAt } from '../json.ts';

/** Whether a LabelSelector object (matchLabels, matchExpressions) means these labels; an empty one means all, none means nothing. */
export function selects(selector: JsonValue | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const isEqual = Object.entries(textsAt(selector, 'matchLabels')).every(([name, value]) => labels[name] === value);
  return isEqual && objectsAt(selector, 'matchExpressions').every((expression) => holds(expression, labels));
}

function holds(expression: JsonValue, labels: Readonly<Record<string, string>>): boolean {
  const key = textAt(expression, 'key') ?? '';
  const isIn = key in labels && listAt(expression, 'values').includes(labels[key] ?? '');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return isIn;
    case 'NotIn':
      return !isIn;
    case 'Exists':
      return key in labels;
    default:
      return !(key in labels);
  }
}
