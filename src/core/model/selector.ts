import type { LabelSelector } from './objects.ts';

/** Whether the labels satisfy the selector, by Kubernetes' rules: an empty selector matches everything, an unknown operator nothing. */
export function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const byLabels = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return byLabels && selector.matchExpressions.every((expression) => satisfies(expression, labels[expression.key]));
}

function satisfies(
  { operator, values }: { readonly operator: string; readonly values: readonly string[] },
  actual: string | undefined,
): boolean {
  switch (operator) {
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
