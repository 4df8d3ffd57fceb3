import { z } from 'zod';
import type { Cause, Hypothesis } from '../../core/model/diagnosis.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Facts } from '../../core/plugins.ts';
import measured from '../rules.measured.json' with { type: 'json' };
import { type CaseFile, caseFileOf } from './case-file.ts';

/** A state that points to a cause: gives its reasons, or undefined where it does not hold. */
export interface Rule {
  readonly id: string;
  readonly cause: Cause;
  because(file: CaseFile): readonly string[] | undefined;
}

/** Right answers and cases of each rule, as `npm run measure` counted them on the labelled cases; a rule that is missing was never measured. */
export const Measured = z.record(z.string(), z.strictObject({ right: z.number().int().min(0), n: z.number().int().min(0) }).readonly());
const precision = Measured.parse(measured);

/** One rule's answer about one incident. */
export interface RuleAnswer {
  readonly rule: Rule;
  readonly because: readonly string[];
}

/** Asks every rule about an incident. No answers when its subject cannot be seen. Throws `cluster-unreachable`. */
export async function answersOf(rules: readonly Rule[], incident: Incident, facts: Facts): Promise<RuleAnswer[]> {
  const file = await caseFileOf(incident, facts);
  if (!file) return [];
  return rules.flatMap((rule) => {
    const because = rule.because(file);
    return because ? [{ rule, because }] : [];
  });
}

/** A rule's answer as a hypothesis: its confidence is its measured precision, 0 for a rule that was never measured. */
export function hypothesisOf({ rule, because }: RuleAnswer): Omit<Hypothesis, 'by'> {
  const { right, n } = precision[rule.id] ?? { right: 0, n: 0 };
  return { cause: rule.cause, confidence: n === 0 ? 0 : right / n, n, because: [...because] };
}
