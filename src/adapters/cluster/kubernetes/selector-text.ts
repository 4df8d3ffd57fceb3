import type { LabelSelector } from '../../../core/model/objects.ts';

/** A label selector as a query parameter; undefined when it selects nothing or cannot be said. */
export function selectorText(selector: LabelSelector): string | undefined {
  const labels = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = selector.matchExpressions.map(expressionText);
  return expressions.includes(undefined) ? undefined : [...labels, ...expressions].join(',');
}

function expressionText({ key, operator, values }: LabelSelector['matchExpressions'][number]): string | undefined {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return undefined;
  }
}
